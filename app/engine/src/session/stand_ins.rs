//! Roll-ups in the place of segments that are still on their way: while a device fetches a company for the first
//! time, a question that needs no more than sums by day, category or product is answered from kilobytes.
//!
//! A roll-up stands for the segments that it names and no others; those that came later must be here beside it.
//! It is let go of as soon as the segments are here, and as soon as the manifest no longer names all of them.
//! Roll-ups are not kept on the device.

use std::collections::BTreeMap;

use cube::RollupFile;
use kernel::Hash256;
use sync::{ROLLUP_FORMAT, RollupRef};

use super::places::Place;
use super::{Session, TakeError};

/// Roll-ups by place.
#[derive(Debug, Default)]
pub(super) struct StandIns {
    /// Here, while segments beside them are not.
    waiting: BTreeMap<Place, (Hash256, RollupFile)>,
    /// Those that the cube answers from, with the segments that they stand for.
    standing: BTreeMap<Place, (Hash256, Vec<Hash256>)>,
}

const fn place_of(rollup: &RollupRef) -> Place {
    (rollup.data_set, rollup.month, rollup.channel)
}

impl Session {
    /// Roll-ups worth fetching, the newest month first: those of places of which nothing is here yet.
    pub fn lacking_rollups(&self) -> Vec<Hash256> {
        let rollups = self.manifest.iter().flat_map(|manifest| &manifest.rollups);
        let is_needed = |it: &&RollupRef| {
            let place = place_of(it);
            it.format <= ROLLUP_FORMAT
                && self.places.shown_at(place).is_empty()
                && !self.places.is_stood_for(place)
                && !self.stand_ins.waiting.contains_key(&place)
        };
        let mut needed: Vec<&RollupRef> = rollups.filter(is_needed).collect();
        needed.sort_by_key(|it| std::cmp::Reverse(it.month));
        needed.into_iter().map(|it| it.hash).collect()
    }

    /// Takes a roll-up; `true` where the answers changed. One that the manifest does not name, or that is not of
    /// the place that it is named for, is refused.
    pub fn take_rollup(&mut self, hash: Hash256, bytes: &[u8]) -> Result<bool, TakeError> {
        let mut rollups = self.manifest.iter().flat_map(|manifest| &manifest.rollups);
        let named = rollups.find(|it| it.hash == hash);
        let place = place_of(named.ok_or(TakeError::NotNamed(hash))?);
        let file = RollupFile::open(bytes)?;
        if place != (file.data_set(), file.month(), file.channel()) {
            return Err(TakeError::WrongBytes(hash));
        }
        self.stand_ins.waiting.insert(place, (hash, file));
        Ok(self.settle(place))
    }

    /// Lets a roll-up stand for what is not here of a place, as far as it can; `true` where the answers changed.
    pub(super) fn stand_in(&mut self, place: Place) -> bool {
        let wanted = self.places.wanted(place).to_vec();
        let mut is_changed = false;
        if let Some((_, sources)) = self.stand_ins.standing.get(&place) {
            if sources.iter().all(|source| wanted.contains(source))
                && self.are_others_here(&wanted, sources)
            {
                return self.show_beside(place);
            }
            // Its facts and those beside it are a part of what is wanted now.
            is_changed = self.stand_down(place);
            for hash in self.places.shown_at(place) {
                self.places.hide(hash);
                self.cube.remove_segment(hash);
            }
        } else if !self.places.shown_at(place).is_empty() {
            // What was here before goes on answering.
            return false;
        }
        let Some((_, file)) = self.stand_ins.waiting.get(&place) else {
            return is_changed;
        };
        let sources = file.sources().to_vec();
        if !sources.iter().all(|source| wanted.contains(source)) {
            self.stand_ins.waiting.remove(&place);
            return is_changed;
        }
        if !self.are_others_here(&wanted, &sources) {
            return is_changed;
        }
        if let Some((hash, file)) = self.stand_ins.waiting.remove(&place) {
            self.cube.add_rollup(hash, file);
            self.stand_ins.standing.insert(place, (hash, sources));
            self.places.set_stood_for(place, true);
            self.show_beside(place);
        }
        true
    }

    /// Lets go of the roll-up of a place; `true` where there was one.
    pub(super) fn stand_down(&mut self, place: Place) -> bool {
        self.stand_ins.waiting.remove(&place);
        let Some((hash, _)) = self.stand_ins.standing.remove(&place) else {
            return false;
        };
        self.places.set_stood_for(place, false);
        self.cube.remove_rollup(hash)
    }

    fn are_others_here(&self, wanted: &[Hash256], sources: &[Hash256]) -> bool {
        let mut others = wanted.iter().filter(|hash| !sources.contains(hash));
        others.all(|hash| self.is_here(*hash))
    }

    /// Shows the segments that came after those that a roll-up stands for, and no others.
    fn show_beside(&mut self, place: Place) -> bool {
        let Some((_, sources)) = self.stand_ins.standing.get(&place) else {
            return false;
        };
        let sources = sources.clone();
        let mut is_changed = false;
        for hash in self.places.replaced(place) {
            self.places.hide(hash);
            is_changed |= self.cube.remove_segment(hash);
        }
        for hash in self.places.wanted(place).to_vec() {
            if sources.contains(&hash) {
                continue;
            }
            if let Some(segment) = self.waiting.remove(&hash) {
                self.cube.add_segment(hash, segment);
                self.places.show(hash, place);
                is_changed = true;
            }
        }
        is_changed
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::collections::BTreeMap;

    use cube::query::{Query, Value};
    use cube::{RollupBuilder, Segment};
    use kernel::{DateRange, TenantId, Timestamp};
    use model::metrics::MetricId;
    use model::schema::{DataSet, Dimension};
    use protocol::FailureKind;
    use sync::{Manifest, SegmentRef, content_hash};

    use super::*;
    use crate::sample::{self, day};

    /// A company of which each month has a roll-up; its blobs by name.
    fn rolled_company() -> (Manifest, BTreeMap<Hash256, Vec<u8>>) {
        let (mut manifest, blobs) = sample::company(3, day("2026-09-01"), day("2026-11-22"));
        let mut named: BTreeMap<_, _> = blobs
            .into_iter()
            .map(|bytes| (content_hash(&bytes), bytes))
            .collect();
        let segments = manifest.segments.clone();
        for segment in &segments {
            let (rollup, bytes) = roll_up(segment, &named[&segment.hash]);
            named.insert(rollup.hash, bytes);
            manifest.rollups.push(rollup);
        }
        (manifest, named)
    }

    fn roll_up(segment: &SegmentRef, bytes: &[u8]) -> (RollupRef, Vec<u8>) {
        let mut builder = RollupBuilder::new(DataSet::Sales, segment.month, 1, &[0, 0]);
        let open = Segment::open(bytes).unwrap();
        builder.add(segment.hash, &open).unwrap();
        let bytes = builder.finish_all().unwrap();
        let rollup = RollupRef {
            format: ROLLUP_FORMAT,
            hash: content_hash(&bytes),
            data_set: DataSet::Sales,
            month: segment.month,
            channel: 1,
            bytes: bytes.len() as u32,
        };
        (rollup, bytes)
    }

    fn following(manifest: &Manifest, blobs: &BTreeMap<Hash256, Vec<u8>>) -> Session {
        // 2026-11-23, 12:00 in Istanbul.
        let now = Timestamp::from_millis(1_795_424_400_000);
        let mut session = Session::new(TenantId::new("acme").unwrap(), now);
        session.take_manifest(manifest.clone(), now).unwrap();
        session.take_dictionaries(blobs).unwrap();
        session
    }

    fn all() -> DateRange {
        DateRange::new(day("2026-09-01"), day("2026-11-22")).unwrap()
    }

    fn revenue(session: &Session) -> Result<i64, FailureKind> {
        let answer = session.query(&Query {
            group_by: vec![Dimension::Week],
            ..Query::of(MetricId::NetRevenue, all())
        });
        let answer = answer.map_err(|failure| failure.kind)?;
        match answer.total.values[0] {
            Some(Value::Whole(value)) => Ok(value),
            ref other => panic!("{other:?}"),
        }
    }

    fn expected() -> i64 {
        all().iter().map(sample::weekly_value).sum()
    }

    #[test]
    fn sums_are_answered_before_the_facts_are_here_and_nothing_else() {
        let (manifest, blobs) = rolled_company();
        let mut session = following(&manifest, &blobs);
        assert_eq!(revenue(&session), Err(FailureKind::NotHere));
        let lacking = session.lacking_rollups();
        assert_eq!(lacking.len(), 3);
        assert_eq!(lacking[0], manifest.rollups[2].hash);
        for hash in lacking {
            assert!(session.take_rollup(hash, &blobs[&hash]).unwrap());
        }
        assert_eq!(session.lacking_rollups(), []);
        assert_eq!(revenue(&session), Ok(expected()));
        assert!(!session.is_whole());
        let refused = |query: Query| session.query(&query).unwrap_err().kind;
        let orders = Query::of(MetricId::Orders, all());
        assert_eq!(refused(orders.clone()), FailureKind::NotHere);
        let by_city = Query {
            group_by: vec![Dimension::City],
            ..Query::of(MetricId::NetRevenue, all())
        };
        assert_eq!(refused(by_city), FailureKind::NotHere);
        let newly = Query::of(MetricId::NewCustomers, all());
        assert_eq!(refused(newly), FailureKind::NotHere);
        // The facts take the place of their sums one month after the other.
        for segment in &manifest.segments {
            let bytes = blobs[&segment.hash].clone();
            assert!(session.take_segment(segment.hash, bytes).unwrap());
            assert_eq!(revenue(&session), Ok(expected()));
        }
        assert!(session.is_whole());
        let answer = session.query(&orders).unwrap();
        assert_eq!(answer.total.values, [Some(Value::Whole(83))]);
        assert!(answer.explain.rollups.is_empty());
    }

    #[test]
    fn tiles_of_sums_are_there_before_the_facts_with_the_same_figures() {
        let (manifest, blobs) = rolled_company();
        let mut session = following(&manifest, &blobs);
        let november = DateRange::new(day("2026-11-01"), day("2026-11-20")).unwrap();
        let asked = [
            MetricId::NetRevenue,
            MetricId::Orders,
            MetricId::NewCustomers,
            MetricId::Units,
        ];
        let tiles = |session: &Session| session.tiles(&asked, &[], november);
        assert_eq!(tiles(&session).unwrap_err().kind, FailureKind::NotHere);
        for hash in session.lacking_rollups() {
            session.take_rollup(hash, &blobs[&hash]).unwrap();
        }
        let early = tiles(&session).unwrap();
        let home = session.home().tiles;
        assert!(home.iter().any(|tile| tile.value.is_some()));
        for segment in &manifest.segments {
            let bytes = blobs[&segment.hash].clone();
            session.take_segment(segment.hash, bytes).unwrap();
        }
        let late = tiles(&session).unwrap();
        assert!(late.iter().all(|tile| tile.value.is_some()));
        assert!(early[0].previous.is_some() && early[0].sparkline.len() == 20);
        let is_of_sums = |at: &usize| *at == 0 || *at == 3;
        for at in 0..asked.len() {
            match is_of_sums(&at) {
                true => assert_eq!(early[at], late[at]),
                false => assert_eq!(early[at], dashboard::nothing_yet(asked[at])),
            }
        }
    }

    #[test]
    fn a_roll_up_that_is_not_of_the_manifest_is_not_used() {
        let (mut manifest, blobs) = rolled_company();
        let first = manifest.segments[0].clone();
        let stale = manifest.rollups[0].hash;
        // September was rebuilt: its roll-up names a segment that there no longer is.
        let days = DateRange::new(day("2026-09-01"), day("2026-09-20")).unwrap();
        let rebuilt = sample::segment_bytes(days);
        manifest.segments[0] = sample::segment_ref(&rebuilt, days);
        let mut session = following(&manifest, &blobs);
        assert_eq!(session.take_rollup(stale, &blobs[&stale]), Ok(false));
        assert_eq!(revenue(&session), Err(FailureKind::NotHere));
        let strange = session.take_rollup(first.hash, &blobs[&first.hash]);
        assert_eq!(strange, Err(TakeError::NotNamed(first.hash)));
        // Another month's bytes under its name.
        let other = &blobs[&manifest.rollups[1].hash];
        assert_eq!(
            session.take_rollup(stale, other),
            Err(TakeError::WrongBytes(stale))
        );
        let damaged = session.take_rollup(stale, &other[..20]);
        assert!(matches!(damaged, Err(TakeError::Rollup(_))));
        // One of a later version is left alone.
        for rollup in &mut manifest.rollups {
            rollup.format = ROLLUP_FORMAT + 1;
        }
        assert_eq!(following(&manifest, &blobs).lacking_rollups(), []);
    }

    #[test]
    fn changes_that_came_later_are_read_beside_the_sums() {
        let (mut manifest, mut blobs) = rolled_company();
        let days = DateRange::day(day("2026-09-05"));
        let delta = sample::segment_bytes(days);
        let delta_ref = SegmentRef {
            delta: true,
            ..sample::segment_ref(&delta, days)
        };
        manifest.segments.push(delta_ref.clone());
        blobs.insert(delta_ref.hash, delta.clone());
        let mut session = following(&manifest, &blobs);
        for hash in session.lacking_rollups() {
            session.take_rollup(hash, &blobs[&hash]).unwrap();
        }
        // Sums without the change would be those of before it.
        assert_eq!(revenue(&session), Err(FailureKind::NotHere));
        assert!(session.take_segment(delta_ref.hash, delta).unwrap());
        let with_change = expected() + sample::weekly_value(day("2026-09-05"));
        assert_eq!(revenue(&session), Ok(with_change));
        // The change is taken back: what is read beside the sums goes.
        let now = Timestamp::from_millis(1_795_424_400_000);
        manifest.segments.pop();
        session.take_manifest(manifest.clone(), now).unwrap();
        assert_eq!(revenue(&session), Ok(expected()));
        // The month is rebuilt: its sums are of no use, and nothing of it is shown.
        let days = DateRange::new(day("2026-09-01"), day("2026-09-20")).unwrap();
        let rebuilt = sample::segment_bytes(days);
        manifest.segments[0] = sample::segment_ref(&rebuilt, days);
        session.take_manifest(manifest.clone(), now).unwrap();
        assert_eq!(revenue(&session), Err(FailureKind::NotHere));
        let hash = manifest.segments[0].hash;
        assert!(session.take_segment(hash, rebuilt).unwrap());
        let less: i64 = (21..=30)
            .map(|date| sample::weekly_value(kernel::Date::from_ymd(2026, 9, date).unwrap()))
            .sum();
        assert_eq!(revenue(&session), Ok(expected() - less));
    }
}
