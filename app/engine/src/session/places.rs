//! Places: one data set, month and channel, whose segments are shown together or not at all. Which
//! segments the manifest wants in each, and which are shown, so that a segment that arrives costs no walk
//! over all of them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use cube::Segment;
use kernel::{Date, DateRange, Hash256};
use model::schema::DataSet;
use sync::{Manifest, SegmentRef};

/// What belongs together: shown as a whole.
pub(super) type Place = (DataSet, Date, u32);

fn place_of(segment: &SegmentRef) -> Place {
    (segment.data_set, segment.month, segment.channel)
}

/// Whether a segment is of a place.
pub(super) fn matches(place: Place, segment: &Segment) -> bool {
    place == (segment.data_set(), segment.month(), segment.channel())
}

#[derive(Debug, Default)]
struct Wanted {
    names: Vec<Hash256>,
    days: Vec<DateRange>,
}

/// Segments by place.
#[derive(Debug, Default)]
pub(super) struct Places {
    named: BTreeMap<Hash256, Place>,
    wanted: BTreeMap<Place, Wanted>,
    shown: BTreeMap<Place, BTreeSet<Hash256>>,
    places: BTreeMap<Hash256, Place>,
    stood_for: BTreeSet<Place>,
    extent: Option<DateRange>,
    /// Found when first needed.
    lacking: OnceCell<Vec<DateRange>>,
}

impl Places {
    /// Takes over what a manifest names; gives all places that were or are to be.
    pub(super) fn follow(&mut self, manifest: &Manifest) -> BTreeSet<Place> {
        self.lacking = OnceCell::new();
        self.named = BTreeMap::new();
        self.wanted = BTreeMap::new();
        for segment in &manifest.segments {
            let place = place_of(segment);
            self.named.insert(segment.hash, place);
            let wanted = self.wanted.entry(place).or_default();
            wanted.names.push(segment.hash);
            wanted.days.extend(DateRange::new(segment.from, segment.to));
        }
        self.extent = extent_of(manifest);
        let shown = self.shown.keys().chain(&self.stood_for).copied();
        shown.chain(self.wanted.keys().copied()).collect()
    }

    /// Where a segment belongs that the manifest names.
    pub(super) fn place_of(&self, hash: Hash256) -> Option<Place> {
        self.named.get(&hash).copied()
    }

    /// The segments that the manifest names for a place.
    pub(super) fn wanted(&self, place: Place) -> &[Hash256] {
        self.wanted.get(&place).map_or(&[], |wanted| &wanted.names)
    }

    /// The segments shown at a place that the manifest no longer names.
    pub(super) fn replaced(&self, place: Place) -> Vec<Hash256> {
        let wanted = self.wanted(place);
        let shown = self.shown.get(&place).into_iter().flatten().copied();
        shown.filter(|hash| !wanted.contains(hash)).collect()
    }

    /// Notes that a segment is shown.
    pub(super) fn show(&mut self, hash: Hash256, place: Place) {
        self.lacking = OnceCell::new();
        self.shown.entry(place).or_default().insert(hash);
        self.places.insert(hash, place);
    }

    /// Notes that a segment is shown no more.
    pub(super) fn hide(&mut self, hash: Hash256) {
        self.lacking = OnceCell::new();
        let Some(place) = self.places.remove(&hash) else {
            return;
        };
        if let Some(shown) = self.shown.get_mut(&place) {
            shown.remove(&hash);
            if shown.is_empty() {
                self.shown.remove(&place);
            }
        }
    }

    /// The segments shown at the place of one that is shown, itself among them.
    pub(super) fn with(&self, hash: Hash256) -> Vec<Hash256> {
        let place = self.places.get(&hash);
        let shown = place.and_then(|place| self.shown.get(place));
        shown.into_iter().flatten().copied().collect()
    }

    /// The segments shown at a place.
    pub(super) fn shown_at(&self, place: Place) -> Vec<Hash256> {
        let shown = self.shown.get(&place);
        shown.into_iter().flatten().copied().collect()
    }

    /// Whether a roll-up stands for the segments of a place that are not here.
    pub(super) fn is_stood_for(&self, place: Place) -> bool {
        self.stood_for.contains(&place)
    }

    /// Notes whether one does.
    pub(super) fn set_stood_for(&mut self, place: Place, stands: bool) {
        self.lacking = OnceCell::new();
        match stands {
            true => self.stood_for.insert(place),
            false => self.stood_for.remove(&place),
        };
    }

    /// How many segments are shown.
    pub(super) fn shown(&self) -> usize {
        self.places.len()
    }

    pub(super) fn is_shown(&self, hash: Hash256) -> bool {
        self.places.contains_key(&hash)
    }

    /// Whether everything that the manifest names is shown.
    pub(super) fn is_whole(&self) -> bool {
        self.named.keys().all(|&hash| self.is_shown(hash))
    }

    /// The days of each segment that is on its way with nothing older in its place.
    pub(super) fn lacking(&self) -> &[DateRange] {
        self.lacking.get_or_init(|| {
            let wanted = self.wanted.iter();
            wanted
                .filter(|(place, _)| {
                    !self.shown.contains_key(place) && !self.stood_for.contains(place)
                })
                .flat_map(|(_, wanted)| wanted.days.iter().copied())
                .collect()
        })
    }

    /// The days with sales, those that are on their way included; of any facts where there are no sales.
    pub(super) const fn extent(&self) -> Option<DateRange> {
        self.extent
    }
}

fn extent_of(manifest: &Manifest) -> Option<DateRange> {
    let is_sale = |segment: &&SegmentRef| segment.data_set == DataSet::Sales;
    let has_sales = manifest.segments.iter().any(|it| is_sale(&it));
    let counted = manifest
        .segments
        .iter()
        .filter(|it| !has_sales || is_sale(it));
    let days = counted.filter_map(|it| DateRange::new(it.from, it.to).ok());
    days.reduce(|a, b| DateRange::new(a.from().min(b.from()), a.to().max(b.to())).unwrap_or(a))
}
