//! What the directories of all segments of a data set say together. Every question needs it, so it is kept
//! up to date rather than read from each segment anew.

use kernel::DateRange;
use model::schema::{DataSet, Dimension, Measure};

use crate::rollup::RollupFile;
use crate::segment::Segment;

/// All segments of a data set, summed up.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    data_set: DataSet,
    extent: Option<DateRange>,
    rows: u64,
    /// By dimension of the data set, the largest code.
    largest: Vec<u64>,
    /// By measure of the data set, a bound of what any of its facts add up to.
    bounds: Vec<i128>,
}

impl Summary {
    /// Sums up segments of a data set.
    pub(crate) fn of<'s>(
        data_set: DataSet,
        segments: impl Iterator<Item = &'s Segment>,
    ) -> Summary {
        let mut summary = Summary {
            data_set,
            extent: None,
            rows: 0,
            largest: vec![0; data_set.dimensions().len()],
            bounds: vec![0; data_set.measures().len()],
        };
        segments.for_each(|segment| summary.take(segment));
        summary
    }

    /// Takes in a segment that was added.
    pub(crate) fn take(&mut self, segment: &Segment) {
        self.extent = joined(self.extent, segment);
        self.rows += u64::from(segment.rows());
        for (largest, &dimension) in self.largest.iter_mut().zip(self.data_set.dimensions()) {
            let max = segment.dimension_bounds(dimension).map_or(0, |it| it.max);
            *largest = (*largest).max(max as u64);
        }
        for (bound, &measure) in self.bounds.iter_mut().zip(self.data_set.measures()) {
            *bound = bound.saturating_add(sum_bound(segment, measure));
        }
    }

    /// Takes in a roll-up that stands for segments. Its facts are not held.
    pub(crate) fn take_rollup(&mut self, file: &RollupFile) {
        self.extent = Some(spanned(self.extent, file.days()));
        for (largest, &dimension) in self.largest.iter_mut().zip(self.data_set.dimensions()) {
            let own = match dimension {
                Dimension::Channel => file.channel(),
                Dimension::Product => file.largest_product(),
                _ => 0,
            };
            *largest = (*largest).max(own.into());
        }
        for (bound, &measure) in self.bounds.iter_mut().zip(self.data_set.measures()) {
            *bound = bound.saturating_add(file.bound(measure));
        }
    }

    /// From the first to the last day with facts.
    pub(crate) const fn extent(&self) -> Option<DateRange> {
        self.extent
    }

    /// Number of facts, retractions counted as facts of their own.
    pub(crate) const fn rows(&self) -> u64 {
        self.rows
    }

    /// The largest code of a stored dimension; `None` where the data set lacks it.
    pub(crate) fn largest(&self, dimension: Dimension) -> Option<u64> {
        let mut known = self.data_set.dimensions().iter().zip(&self.largest);
        known.find_map(|(&own, &largest)| (own == dimension).then_some(largest))
    }

    /// Whether a measure can be added up in 64 bits over any of the facts.
    pub(crate) fn sums_fit(&self, measure: Measure) -> bool {
        let mut known = self.data_set.measures().iter().zip(&self.bounds);
        known.any(|(&own, &bound)| own == measure && bound <= i128::from(i64::MAX))
    }
}

/// Days joined with those of a segment, if that has facts.
pub(crate) fn joined(days: Option<DateRange>, segment: &Segment) -> Option<DateRange> {
    if segment.rows() == 0 {
        return days;
    }
    Some(spanned(days, segment.days()))
}

/// From the first to the last of two ranges.
pub(crate) fn spanned(days: Option<DateRange>, own: DateRange) -> DateRange {
    let Some(days) = days else { return own };
    let (from, to) = (days.from().min(own.from()), days.to().max(own.to()));
    DateRange::new(from, to).unwrap_or(days)
}

/// What a measure's facts in a segment add up to at the most, whatever is filtered.
pub(crate) fn sum_bound(segment: &Segment, measure: Measure) -> i128 {
    let Some(bounds) = segment.measure_bounds(measure) else {
        return 0;
    };
    let largest = bounds.min.unsigned_abs().max(bounds.max.unsigned_abs());
    // Without negative values no partial sum is larger than the whole one.
    match bounds.min >= 0 {
        true => bounds.sum,
        false => i128::from(largest) * i128::from(segment.rows()),
    }
}
