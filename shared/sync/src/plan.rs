//! What to fetch and what to forget, so that a device holds what a manifest names.

use std::collections::BTreeSet;

use kernel::Hash256;
use sha2::{Digest, Sha256};

use crate::{Manifest, SegmentRef};

/// The name of some bytes.
pub fn content_hash(bytes: &[u8]) -> Hash256 {
    Hash256::from_bytes(Sha256::digest(bytes).into())
}

/// The difference between a device and a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Blobs to fetch: dictionaries first, then segments that no roll-up stands for, then the others, each from
    /// the newest month back, so that recent questions can be answered soonest.
    pub fetch: Vec<Hash256>,
    /// Blobs that are no longer named.
    pub forget: Vec<Hash256>,
}

/// Works out the difference. Doing what it says and asking again gives an empty plan.
pub fn plan(held: &BTreeSet<Hash256>, manifest: &Manifest) -> Plan {
    let mut wanted = BTreeSet::new();
    let mut fetch = Vec::new();
    let mut segments: Vec<_> = manifest.segments.iter().collect();
    let rolled: BTreeSet<_> = manifest
        .rollups
        .iter()
        .map(|it| (it.data_set, it.month, it.channel))
        .collect();
    let is_rolled = |it: &SegmentRef| {
        let place = (it.data_set, it.month, it.channel);
        !it.delta && rolled.contains(&place)
    };
    segments.sort_by_key(|segment| {
        let newest = std::cmp::Reverse((segment.month, segment.data_set));
        (is_rolled(segment), newest)
    });
    let chunks = manifest.dictionaries.iter().map(|chunk| chunk.hash);
    for hash in chunks.chain(segments.iter().map(|segment| segment.hash)) {
        if wanted.insert(hash) && !held.contains(&hash) {
            fetch.push(hash);
        }
    }
    Plan {
        fetch,
        forget: held.difference(&wanted).copied().collect(),
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Date, TenantId};
    use model::profile::TenantProfile;
    use model::schema::{DataSet, Dimension};
    use proptest::prelude::*;

    use super::*;
    use crate::{DictionaryRef, ROLLUP_FORMAT, RollupRef};

    fn segment(seed: u8, month: u8) -> SegmentRef {
        let day = Date::from_ymd(2026, month, 1).unwrap();
        SegmentRef {
            hash: content_hash(&[seed]),
            data_set: DataSet::Sales,
            month: day,
            channel: 1,
            rows: 1,
            bytes: 10,
            from: day,
            to: day,
            delta: false,
        }
    }

    fn manifest(seeds: &[(u8, u8)]) -> Manifest {
        let mut manifest =
            Manifest::empty(TenantProfile::new(TenantId::new("acme").unwrap(), "Acme"));
        manifest.segments = seeds
            .iter()
            .map(|(seed, month)| segment(*seed, *month))
            .collect();
        manifest.dictionaries.push(DictionaryRef {
            hash: content_hash(b"channels"),
            dimension: Dimension::Channel,
            first_code: 1,
            entries: 2,
            bytes: 20,
        });
        manifest
    }

    #[test]
    fn a_hash_is_that_of_the_standard() {
        // FIPS 180-4, SHA-256 of "abc".
        let hash = content_hash(b"abc").to_string();
        assert_eq!(
            hash,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn names_come_first_then_the_newest_month() {
        let plan = plan(&BTreeSet::new(), &manifest(&[(1, 1), (2, 3), (3, 2)]));
        let expected = [
            content_hash(b"channels"),
            content_hash(&[2]),
            content_hash(&[3]),
            content_hash(&[1]),
        ];
        assert_eq!(plan.fetch, expected);
    }

    #[test]
    fn what_a_roll_up_stands_for_comes_last() {
        let mut manifest = manifest(&[(1, 1), (2, 3), (3, 2), (4, 3)]);
        manifest.segments[3].delta = true;
        let rolled = &manifest.segments[1];
        manifest.rollups.push(RollupRef {
            format: ROLLUP_FORMAT,
            hash: content_hash(b"sums"),
            data_set: rolled.data_set,
            month: rolled.month,
            channel: rolled.channel,
            bytes: 3,
        });
        let plan = plan(&BTreeSet::new(), &manifest);
        // The change of a month beside its sums, then months without sums, then the month itself.
        let expected = [4, 3, 1, 2].map(|seed| content_hash(&[seed]));
        assert_eq!(plan.fetch[1..], expected);
    }

    proptest! {
        #[test]
        fn doing_a_plan_leaves_nothing_to_do(
            held in proptest::collection::btree_set(0_u8..40, 0..20),
            wanted in proptest::collection::vec((0_u8..40, 1_u8..13), 0..20),
        ) {
            let manifest = manifest(&wanted);
            let mut held: BTreeSet<_> = held.iter().map(|seed| content_hash(&[*seed])).collect();
            let first = plan(&held, &manifest);
            prop_assert!(first.fetch.iter().all(|hash| !held.contains(hash)));
            held.extend(first.fetch);
            held.retain(|hash| !first.forget.contains(hash));
            prop_assert_eq!(&held, &manifest.hashes());
            prop_assert_eq!(plan(&held, &manifest), Plan::default());
        }
    }
}
