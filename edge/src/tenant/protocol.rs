//! What the edge asks a company's object, and what it is told: plain values, sent as JSON.

use api::audit::Audit;
use api::auth::ProfileChange;
use api::ingest::{Batch, Batches};
use api::traffic::UsageBy;
use ingest::ImportSpec;
use kernel::{BatchId, Date, Hash256, Timestamp};
use limits::lease::{Grant, Quota};
use model::columns::FileKind;
use model::profile::TenantProfile;
use model::schema::{DataSet, Dimension};
use policy::Cut;
use serde::{Deserialize, Serialize};
use webhooks::EventKind;

use super::hooks::HookAsk;
use super::traffic::Choice;

/// A question or a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// The profile.
    Profile,
    /// Create the company or replace its profile.
    SetProfile {
        /// The whole profile.
        profile: TenantProfile,
    },
    /// Change parts of the profile.
    ChangeProfile {
        /// What changes.
        change: ProfileChange,
    },
    /// What is known before a batch is taken in.
    Find {
        /// Idempotency key.
        key: String,
    },
    /// How a file is read.
    Reading {
        /// What it holds.
        kind: FileKind,
        /// What was said of it.
        spec: Option<ImportSpec>,
        /// Its first bytes, in Base64.
        head: String,
    },
    /// Take responsibility for a batch whose bytes are stored.
    Register {
        /// The batch.
        batch: NewBatch,
    },
    /// The newest batches.
    Batches {
        /// The most to list.
        limit: u32,
    },
    /// One batch.
    Batch {
        /// Its id.
        id: BatchId,
    },
    /// The dashboard, where one was computed of the current data on the company's day.
    Dashboard {
        /// The moment, which decides which day it is there.
        now: Timestamp,
    },
    /// Keep a dashboard.
    KeepDashboard {
        /// Sequence that it was computed of.
        sequence: u64,
        /// Day on which it was computed.
        today: Date,
        /// Its JSON.
        json: String,
    },
    /// Write down what somebody does.
    Note {
        /// What.
        note: Note,
    },
    /// What was written down is done.
    Done {
        /// The number of its entry.
        entry: u64,
        /// To what, where the entry does not say.
        about: String,
    },
    /// Something about webhooks.
    Hooks {
        /// What.
        ask: HookAsk,
        /// The moment.
        now: Timestamp,
    },
    /// The entries of the audit log after one.
    Audit {
        /// The number of the one before.
        after: u64,
        /// The most to list.
        limit: u32,
    },
    /// Write requests down.
    Record {
        /// The requests, in order, as JSON.
        records: String,
        /// Their sums, as JSON.
        sums: String,
        /// Sums of what programs asked, by day, as JSON; nothing where none did.
        days: Option<String>,
        /// The hour of the newest, since 1970.
        hour: i64,
    },
    /// The newest requests.
    Requests {
        /// Which.
        choice: Choice,
        /// Before the one of this number.
        before: Option<u64>,
        /// The most to list.
        limit: u32,
    },
    /// Sums of requests.
    Usage {
        /// Which.
        choice: Choice,
        /// What rows are told apart by.
        by: UsageBy,
        /// From and to which hour since 1970, both included.
        hours: (i64, i64),
        /// The quota, where none was set for the company.
        quota: Quota,
        /// The moment.
        now: Timestamp,
    },
    /// Give out a part of the quota.
    Lease {
        /// Requests that are wanted.
        asked: u32,
        /// The quota, where none was set for the company.
        quota: Quota,
        /// The moment.
        now: Timestamp,
    },
    /// Set the company's own quota.
    SetQuota {
        /// The quota.
        quota: Quota,
    },
    /// What a blob is.
    Named {
        /// Its name.
        hash: Hash256,
    },
    /// The codes of channels.
    Channels {
        /// Their keys.
        keys: Vec<String>,
    },
    /// Take a proof of possession, once. Moments are milliseconds since 1970.
    Proof {
        /// What tells it apart.
        id: String,
        /// When it can be forgotten.
        ends_at: i64,
        /// The moment.
        now: Timestamp,
    },
    /// Look whether something is left to do, and do it soon.
    Wake,
}

impl Ask {
    /// Whether the object may have something to do afterwards.
    pub const fn may_bring_work(&self) -> bool {
        matches!(
            self,
            Ask::Register { .. }
                | Ask::Wake
                | Ask::SetProfile { .. }
                | Ask::ChangeProfile { .. }
                | Ask::Note { .. }
                | Ask::Done { .. }
                | Ask::Hooks { .. }
                | Ask::Record { days: Some(_), .. }
        )
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each answers the question of its name")]
pub enum Told {
    Profile {
        profile: TenantProfile,
    },
    Set {
        is_new: bool,
    },
    Found {
        known: Option<Known>,
        /// Batches that wait to be worked in.
        waiting: u64,
    },
    Reading {
        spec: ImportSpec,
    },
    Registered {
        known: Known,
    },
    Batches {
        batches: Batches,
    },
    Batch {
        batch: Batch,
    },
    Dashboard {
        today: Date,
        json: Option<String>,
    },
    Noted {
        number: u64,
    },
    Audit {
        audit: Audit,
    },
    /// An answer as it goes to the client.
    Json {
        json: String,
    },
    Lease {
        grant: Grant,
    },
    Named {
        /// Nothing where no manifest names it.
        named: Option<Named>,
    },
    Channels {
        codes: Vec<u32>,
    },
    Proof {
        seen: Seen,
    },
    Done,
}

/// Whether a proof of possession was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// Never before; now it was.
    Never,
    /// Before.
    Before,
    /// Perhaps: too many are kept to take another.
    TooMany,
}

/// What a blob is that a manifest names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Named {
    /// A segment.
    Segment {
        /// Its data set.
        data_set: DataSet,
        /// Its channel's code; 0 where it has none.
        channel: u32,
        /// The cut that it was written for; none where it holds all columns.
        cut: Option<Cut>,
    },
    /// A piece of a dictionary.
    Names {
        /// The dictionary.
        dimension: Dimension,
    },
}

/// Something to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub event: String,
    /// To what.
    pub about: String,
    /// With what.
    pub detail: String,
    /// What came of it.
    pub outcome: String,
    /// What webhooks are told once it is done; nothing for nothing.
    #[serde(default)]
    pub tells: Option<EventKind>,
    /// The entry of what came to nothing, whose webhooks are told nothing.
    #[serde(default)]
    pub withdraws: Option<u64>,
}

impl Note {
    /// What somebody does, to nothing in particular.
    pub fn new(at: Timestamp, actor: String, event: &str) -> Note {
        Note {
            at,
            actor,
            event: event.to_owned(),
            about: String::new(),
            detail: String::new(),
            outcome: String::new(),
            tells: None,
            withdraws: None,
        }
    }
}

/// A batch that is registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The batch.
    pub batch: Batch,
    /// Digest of what was sent under its key.
    pub digest: String,
}

/// A batch to be registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewBatch {
    /// Id to give it, unless its key is known.
    pub id: BatchId,
    /// Idempotency key.
    pub key: String,
    /// Digest of what was sent, and so the name of the raw bytes.
    pub digest: String,
    /// What its rows are.
    pub kind: FileKind,
    /// Name of its file.
    pub file: String,
    /// How it is read.
    pub spec: ImportSpec,
    /// When it arrived, in milliseconds since 1970.
    pub received_at: i64,
}

/// A manifest, or that it is the one already known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manifested {
    /// The client has it.
    Unchanged {
        /// Its sequence.
        sequence: u64,
    },
    /// It is another.
    Changed {
        /// Its sequence.
        sequence: u64,
        /// Its JSON.
        bytes: Vec<u8>,
        /// Whether the JSON is packed.
        is_gzip: bool,
    },
}

/// Name of a segment or dictionary chunk in the company's store.
pub fn blob_name(hash: Hash256) -> String {
    format!("blob/{hash}")
}

/// Name of a batch's raw bytes in the company's store.
pub fn raw_name(digest: &str) -> String {
    format!("raw/{digest}")
}
