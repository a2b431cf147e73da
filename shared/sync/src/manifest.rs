//! The list of everything a company's figures are made of at one moment.

use std::collections::BTreeSet;

use kernel::{Date, Hash256};
use model::profile::TenantProfile;
use model::schema::{DataSet, Dimension};
use policy::{Cut, Sight};
use serde::{Deserialize, Serialize};

/// The format that this version writes and reads. A reader refuses a newer one.
pub const MANIFEST_FORMAT: u32 = 1;

/// Everything a company's figures are made of, at one sequence number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_FORMAT`].
    pub format: u32,
    /// Grows with every change; the ETag of the manifest.
    pub sequence: u64,
    /// The company.
    pub profile: TenantProfile,
    /// Chunks of dictionaries, per dimension in the order of their codes.
    pub dictionaries: Vec<DictionaryRef>,
    /// Segments, oldest month first.
    pub segments: Vec<SegmentRef>,
    /// Roll-ups of months that are over: sums of their rebuilt segments, to be answered from until those are
    /// here. A device may leave them alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rollups: Vec<RollupRef>,
    /// The columns that they hold; all where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
}

/// A chunk of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DictionaryRef {
    /// SHA-256 of the chunk's bytes.
    pub hash: Hash256,
    /// The dimension whose members it names.
    pub dimension: Dimension,
    /// Code of its first entry.
    pub first_code: u32,
    /// Number of entries.
    pub entries: u32,
    /// Size in bytes.
    pub bytes: u32,
}

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentRef {
    /// SHA-256 of the segment's bytes.
    pub hash: Hash256,
    /// Its data set.
    pub data_set: DataSet,
    /// First day of its month.
    pub month: Date,
    /// Code of its channel; 0 where the data set has none.
    pub channel: u32,
    /// Number of facts.
    pub rows: u32,
    /// Size in bytes.
    pub bytes: u32,
    /// First day with a fact.
    pub from: Date,
    /// Last day with a fact.
    pub to: Date,
    /// Whether it holds changes not yet merged into the month's own segment.
    pub delta: bool,
}

/// The format of roll-ups that this version makes and reads. One of a newer format is left alone.
pub const ROLLUP_FORMAT: u32 = 1;

/// A roll-up of the rebuilt segments of a data set, month and channel, which it names itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollupRef {
    /// [`ROLLUP_FORMAT`].
    pub format: u32,
    /// SHA-256 of the roll-up's bytes.
    pub hash: Hash256,
    /// The data set of its segments.
    pub data_set: DataSet,
    /// First day of their month.
    pub month: Date,
    /// Code of their channel; 0 where the data set has none.
    pub channel: u32,
    /// Size in bytes.
    pub bytes: u32,
}

impl Manifest {
    /// The manifest of a company without data.
    pub const fn empty(profile: TenantProfile) -> Manifest {
        Manifest {
            format: MANIFEST_FORMAT,
            sequence: 0,
            profile,
            dictionaries: Vec::new(),
            segments: Vec::new(),
            rollups: Vec::new(),
            cut: None,
        }
    }

    /// What can be known of the figures by what it names.
    pub const fn sight(&self) -> Sight {
        Sight::of_cut(self.cut)
    }

    /// Every blob that a device keeps; roll-ups, which segments take the place of, are none.
    pub fn hashes(&self) -> BTreeSet<Hash256> {
        let chunks = self.dictionaries.iter().map(|chunk| chunk.hash);
        chunks
            .chain(self.segments.iter().map(|segment| segment.hash))
            .collect()
    }

    /// Every blob that it names in the order in which they lie in packs: by month, so that a month that
    /// is replaced touches few packs.
    pub fn in_order(&self) -> impl Iterator<Item = Hash256> + use<> {
        let mut segments: Vec<_> = self.segments.iter().collect();
        segments.sort_by_key(|segment| (segment.month, segment.data_set));
        let chunks = self.dictionaries.iter().map(|chunk| chunk.hash);
        let hashes: Vec<Hash256> = chunks.chain(segments.iter().map(|it| it.hash)).collect();
        hashes.into_iter()
    }

    /// Size of everything that it names, in bytes.
    pub fn bytes(&self) -> u64 {
        let chunks = self.dictionaries.iter().map(|chunk| u64::from(chunk.bytes));
        chunks
            .chain(self.segments.iter().map(|segment| u64::from(segment.bytes)))
            .sum()
    }
}
