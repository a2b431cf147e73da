//! Working a batch in: read it, find what is news, give codes, write segments, commit.

use std::collections::{BTreeMap, HashMap};

use cube::{FactRow, SegmentWriter};
use ingest::Report;
use kernel::{Date, TenantId, Timestamp};
use model::profile::TenantProfile;
use model::schema::{DataSet, Dimension};

use super::batches::Waiting;
use super::codes::{Codes, Opaque};
use super::delta::{Built, Place, build, place_of};
use super::lines::{Held, Write};
use super::manifest::data_set_of;
use super::members::{MemberRow, Members, Piece};
use super::reading::{Read, Row, read};
use super::{SETTLE_MILLIS, Tenant, blob_name, raw_name};
use crate::digest::Key128;
use crate::fault::{Context, Fault};
use crate::ports::{BlobStore, Sql, SqlValue};

/// How often work on a batch may begin: beyond, it is the batch that ends it each time.
const STARTS_MAX: i64 = 40;
/// How often work on a batch may end in a fault of the platform.
const FAULTS_MAX: i64 = 8;
/// A line's id is its bucket times this, plus a number.
pub(super) const LINES_PER_BUCKET: i64 = 1 << 32;

/// News about one line.
struct Change {
    /// The row that brings the newest state.
    row: usize,
    /// What is stored.
    held: Option<Held>,
    /// Whether an earlier row of the batch brought an older state.
    has_superseded: bool,
}

/// Lines of one data set, month and channel.
#[derive(Clone, Copy)]
struct Bucket {
    id: i64,
    next: i64,
    is_changed: bool,
}

/// Everything that some rows change.
pub(super) struct Draft {
    report: Report,
    writes: Vec<Write>,
    moved: Vec<i64>,
    buckets: BTreeMap<Place, Bucket>,
    segments: Vec<Built>,
    pieces: Vec<Piece>,
    member_rows: Vec<MemberRow>,
    orders: Codes,
    customers: Codes,
}

impl<S: Sql> Tenant<S> {
    /// Works the oldest waiting batch in; `false` where none waits.
    pub(super) async fn process_next(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
        clock: &impl Fn() -> Timestamp,
    ) -> Result<bool, Fault> {
        let Some(waiting) = self.next_waiting()? else {
            return Ok(false);
        };
        if waiting.starts >= STARTS_MAX || waiting.faults >= FAULTS_MAX {
            let error =
                "it could not be worked in after many tries; send it again in smaller parts";
            self.give_up(waiting.number, error, clock().millis())?;
            return Ok(true);
        }
        self.note_start(waiting.number)?;
        let outcome = self.process(tenant, blobs, clock, &waiting).await;
        if outcome.is_err() {
            self.remember(None);
            self.note_fault(waiting.number)?;
        }
        outcome.map(|()| true)
    }

    async fn process(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
        clock: &impl Fn() -> Timestamp,
        waiting: &Waiting,
    ) -> Result<(), Fault> {
        let profile = self.profile()?;
        let rates = self.rates(profile.currency)?;
        let mut members = self.members()?;
        let Some(raw) = blobs.get(tenant, &raw_name(&waiting.digest)).await? else {
            let error = "its bytes are gone; send it again";
            return self.give_up(waiting.number, error, clock().millis());
        };
        let read = match read(waiting, &raw, &profile, &rates, &mut members) {
            Ok(read) => read,
            Err(error) => return self.give_up(waiting.number, &error, clock().millis()),
        };
        drop(raw);
        if waiting.spec.kind.data_set().is_none() {
            let Read {
                rates: records,
                mut report,
                ..
            } = read;
            return self.sql.transaction(|| {
                self.write_rates(&rates, &records, &mut report)?;
                self.settle(waiting.number, &report, clock().millis())
            });
        }
        let mut draft = self.draft(read, &members)?;
        let news = draft.news();
        if !news.is_empty() {
            blobs.put(tenant, &news).await?;
        }
        drop(news);
        let now = clock().millis();
        self.sql.transaction(|| {
            self.settle(waiting.number, &draft.report, now)?;
            self.commit(&profile, &mut draft, now)
        })?;
        members.mark_stored();
        self.remember(Some(members));
        Ok(())
    }

    /// Works out what rows change, without changing anything.
    pub(super) fn draft(&self, read: Read, members: &Members) -> Result<Draft, Fault> {
        let Read {
            rows, mut report, ..
        } = read;
        let held = self.held_lines(&rows)?;
        let changes = decide(&rows, held, &mut report);
        let state = self.state()?;
        let keys = |of: fn(&Row) -> Option<Key128>| {
            let rows = &rows;
            changes
                .iter()
                .filter_map(move |change| of(rows.get(change.row)?))
        };
        let orders = self.codes(Opaque::Order, keys(|row| row.order), state.order_next)?;
        let customers = self.codes(
            Opaque::Customer,
            keys(|row| row.customer),
            state.customer_next,
        )?;
        let mut draft = Draft {
            report,
            writes: Vec::with_capacity(changes.len()),
            moved: Vec::new(),
            buckets: self.buckets()?,
            segments: Vec::new(),
            pieces: members.changed_pieces(),
            member_rows: members.changed_rows(),
            orders,
            customers,
        };
        let mut writers = BTreeMap::new();
        let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
        for change in changes {
            let row = rows.get_mut(change.row).and_then(Option::take);
            let row = row.ok_or_else(|| Fault::internal("draft a batch", "a row is gone"))?;
            draft.take(row, change, &mut writers)?;
        }
        let mut taken = self.names()?;
        for writer in writers.into_values() {
            draft.segments.push(build(writer, true, &mut taken)?);
        }
        Ok(draft)
    }

    /// Writes everything that rows change.
    pub(super) fn commit(
        &self,
        profile: &TenantProfile,
        draft: &mut Draft,
        now: i64,
    ) -> Result<(), Fault> {
        self.write_members(&draft.member_rows, &draft.pieces, now)?;
        self.write_codes(Opaque::Order, &mut draft.orders)?;
        self.write_codes(Opaque::Customer, &mut draft.customers)?;
        self.write_buckets(&draft.buckets)?;
        self.delete_lines(&draft.moved)?;
        self.write_lines(&mut draft.writes)?;
        self.write_segments(&draft.segments)?;
        let is_changed = !draft.segments.is_empty() || !draft.pieces.is_empty();
        let statement = "UPDATE state SET sequence = sequence + ?1, order_next = ?2, \
                         customer_next = ?3, settle_at = ?4";
        let values = vec![
            is_changed.into(),
            draft.orders.next.into(),
            draft.customers.next.into(),
            (now + SETTLE_MILLIS).into(),
        ];
        self.sql.rows(statement, values)?;
        if is_changed {
            self.renew_manifest(profile)?;
        }
        Ok(())
    }

    fn buckets(&self) -> Result<BTreeMap<Place, Bucket>, Fault> {
        let statement = "SELECT data_set, month, channel, id, next FROM buckets";
        let mut buckets = BTreeMap::new();
        for row in self.sql.rows(statement, Vec::new())? {
            let number = |at: usize| row.get(at).and_then(SqlValue::integer).unwrap_or_default();
            let data_set = data_set_of(row.first().and_then(SqlValue::text))?;
            let month = Date::from_days(number(1) as i32).context("read a bucket")?;
            let channel = u32::try_from(number(2)).context("read a bucket")?;
            let bucket = Bucket {
                id: number(3),
                next: number(4),
                is_changed: false,
            };
            buckets.insert((data_set, month, channel), bucket);
        }
        Ok(buckets)
    }

    fn write_buckets(&self, buckets: &BTreeMap<Place, Bucket>) -> Result<(), Fault> {
        let statement = "INSERT INTO buckets (id, data_set, month, channel, next) \
                         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET next = excluded.next";
        for ((data_set, month, channel), bucket) in buckets {
            if bucket.is_changed {
                let values = vec![
                    bucket.id.into(),
                    data_set.name().into(),
                    month.days().into(),
                    (*channel).into(),
                    bucket.next.into(),
                ];
                self.sql.rows(statement, values)?;
            }
        }
        Ok(())
    }
}

impl Draft {
    /// The blobs to be stored before it is committed, by name.
    pub(super) fn news(&self) -> Vec<(String, Vec<u8>)> {
        let segments = self.segments.iter().flat_map(Built::blobs);
        let pieces = self.pieces.iter();
        let pieces = pieces.map(|it| (it.reference.hash, &it.bytes));
        let named = segments.chain(pieces);
        named
            .map(|(hash, bytes)| (blob_name(hash), bytes.clone()))
            .collect()
    }

    /// Takes one piece of news: a line to write, an addition and, for a known line, a retraction.
    fn take(
        &mut self,
        row: Row,
        change: Change,
        writers: &mut BTreeMap<Place, SegmentWriter>,
    ) -> Result<(), Fault> {
        let (data_set, day) = (row.data_set, row.day);
        let mut fact = FactRow {
            codes: row.codes,
            measures: row.measures,
        };
        set_code(
            &mut fact,
            data_set,
            Dimension::Order,
            self.orders.code(row.order),
        );
        set_code(
            &mut fact,
            data_set,
            Dimension::Customer,
            self.customers.code(row.customer),
        );
        let bytes = fact.to_bytes();
        let place = place_of(data_set, &fact)?;
        let bucket = self.bucket(place);
        let mut line = None;
        let mut is_same = false;
        if let Some(held) = change.held {
            is_same = held.fact.as_ref() == Some(&bytes);
            if held.line / LINES_PER_BUCKET == bucket.id {
                line = Some(held.line);
            } else {
                self.moved.push(held.line);
            }
            if !is_same {
                let old = held.fact.unwrap_or_default();
                let old = FactRow::from_bytes(&old).context("read a stored line")?;
                push(writers, place_of(data_set, &old)?, &old.retraction())?;
            }
            if row.counts && !is_same {
                self.report.take(day, true, row.is_return);
            }
        } else if row.counts {
            self.report.take(day, change.has_superseded, row.is_return);
        }
        if is_same {
            // Another content, such as a product's new name, and yet the same fact.
            if row.counts {
                self.report.duplicate();
            }
        } else {
            push(writers, place, &fact)?;
        }
        let line = match line {
            Some(line) => line,
            None => self.next_line(place),
        };
        self.writes.push(Write {
            key: row.key,
            content: row.content,
            version: row.version,
            line,
            fact: bytes,
        });
        Ok(())
    }

    fn bucket(&mut self, place: Place) -> Bucket {
        let next_id = 1 + self.buckets.values().map(|it| it.id).max().unwrap_or(0);
        let bucket = self.buckets.entry(place).or_insert(Bucket {
            id: next_id,
            next: 0,
            is_changed: true,
        });
        *bucket
    }

    fn next_line(&mut self, place: Place) -> i64 {
        let Some(bucket) = self.buckets.get_mut(&place) else {
            return 0;
        };
        let line = bucket.id * LINES_PER_BUCKET + bucket.next;
        bucket.next += 1;
        bucket.is_changed = true;
        line
    }
}

/// Tells news from repetitions, in the order of the file: a line counts in its newest state only, and
/// what is older or the same as what is known is a duplicate.
fn decide(rows: &[Row], mut held: HashMap<usize, Held>, report: &mut Report) -> Vec<Change> {
    struct Latest {
        content: [u8; 8],
        version: i64,
        change: Option<usize>,
    }
    let mut latest: HashMap<Key128, Latest> = HashMap::with_capacity(rows.len());
    let mut changes: Vec<Change> = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let held = held.remove(&at);
        let known = latest.get(&row.key);
        let version = known.map_or_else(
            || held.as_ref().map(|held| held.version),
            |known| Some(known.version),
        );
        let is_same = match (known, &held) {
            (Some(known), _) => known.content == row.content,
            (None, Some(held)) => held.fact.is_none(),
            (None, None) => false,
        };
        if is_same || version.is_some_and(|version| row.version < version) {
            if row.counts {
                report.duplicate();
            }
            continue;
        }
        let change = known.and_then(|known| known.change);
        let change = match change.and_then(|at| Some((at, changes.get_mut(at)?))) {
            Some((number, change)) => {
                if let Some(before) = rows.get(change.row).filter(|before| before.counts) {
                    let is_correction = change.held.is_some() || change.has_superseded;
                    report.take(before.day, is_correction, before.is_return);
                }
                change.row = at;
                change.has_superseded = true;
                number
            }
            None => {
                changes.push(Change {
                    row: at,
                    held,
                    has_superseded: false,
                });
                changes.len() - 1
            }
        };
        latest.insert(
            row.key,
            Latest {
                content: row.content,
                version: row.version,
                change: Some(change),
            },
        );
    }
    changes
}

fn set_code(fact: &mut FactRow, data_set: DataSet, dimension: Dimension, code: u32) {
    let mut dimensions = data_set.dimensions().iter();
    let at = dimensions.position(|it| *it == dimension);
    if let Some(held) = at.and_then(|at| fact.codes.get_mut(at)) {
        *held = code;
    }
}

fn push(
    writers: &mut BTreeMap<Place, SegmentWriter>,
    place: Place,
    fact: &FactRow,
) -> Result<(), Fault> {
    let (data_set, month, channel) = place;
    let writer = writers
        .entry(place)
        .or_insert_with(|| SegmentWriter::new(data_set, month, channel));
    writer.push(fact).context("write a segment")
}
