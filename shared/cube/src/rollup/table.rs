//! The cells of one roll-up over one month, in columns: those that hold facts, by day and then by codes.

use std::sync::{Arc, OnceLock};

use kernel::DateRange;
use model::schema::{Dimension, Measure};

use super::Rollup;
use crate::error::QueryError;
use crate::groups::GroupTable;
use crate::kernels::{Picked, Target, add, add_column, number_of};
use crate::members::Dictionaries;
use crate::scan::sums_fit;
use crate::segment::{DayRun, Segment, Values};

/// Most cells that are addressed while a roll-up is made: 8 MB a measure for that time.
const SPACE_MAX: usize = 1 << 20;

/// A roll-up of some segments of one month.
#[derive(Debug)]
pub(crate) struct Table {
    layout: Layout,
    /// The place of each cell, ascending.
    places: Vec<u32>,
    /// The cells of each day; empty where days are not told apart.
    days: Vec<DayRun>,
    /// The code of each cell, by dimension of the roll-up.
    codes: Vec<Values>,
    /// The signed number of facts of each cell.
    rows: Values,
    /// By measure of the data set, added up when first asked for.
    measures: Vec<OnceLock<Cells>>,
}

/// The sums of a measure by cell.
#[derive(Debug)]
pub(crate) struct Cells {
    pub(crate) sums: Values,
    /// The signed number of facts whose value is not known; `None` where all are.
    pub(crate) unknown: Option<Values>,
}

/// How facts become places: a mixed-radix number of the day and the codes.
#[derive(Debug)]
struct Layout {
    rollup: Rollup,
    extent: DateRange,
    day_stride: usize,
    /// By dimension: how many codes there are, and what one adds to the place.
    dimensions: Vec<(Dimension, usize, usize)>,
    /// By dimension, the parent of each stored code, where it is a derived one.
    parents: Vec<Option<Arc<[u32]>>>,
    space: usize,
}

impl Layout {
    /// `None` where there are too many places.
    fn new(
        rollup: Rollup,
        extent: DateRange,
        segments: &[&Segment],
        dictionaries: &Dictionaries,
    ) -> Option<Layout> {
        let mut parents = Vec::new();
        let mut counts = Vec::new();
        for &dimension in rollup.dimensions() {
            let largest = |segment: &&Segment| segment.dimension_bounds(dimension).map(|it| it.max);
            let own = (dimension != dimension.stored()).then(|| dictionaries.parents(dimension));
            let max = match &own {
                Some(parents) => parents.iter().copied().max().map(i64::from),
                None => segments.iter().filter_map(largest).max(),
            };
            counts.push(usize::try_from(max.unwrap_or(0)).ok()?.checked_add(1)?);
            parents.push(own);
        }
        let mut stride = 1_usize;
        let mut strides = Vec::new();
        for &count in counts.iter().rev() {
            strides.push(stride);
            stride = stride.checked_mul(count)?;
        }
        strides.reverse();
        let days = if rollup.has_days() { extent.days() } else { 1 };
        let space = stride.checked_mul(days as usize)?;
        let named = rollup.dimensions().iter().zip(counts).zip(strides);
        (space <= SPACE_MAX).then(|| Layout {
            rollup,
            extent,
            day_stride: stride,
            dimensions: named
                .map(|((&it, count), stride)| (it, count, stride))
                .collect(),
            parents,
            space,
        })
    }

    /// The place of each fact of a segment.
    fn places(&self, segment: &Segment) -> Result<Vec<u32>, QueryError> {
        let mut places = vec![0_u32; segment.rows() as usize];
        for (&(dimension, _, stride), parents) in self.dimensions.iter().zip(&self.parents) {
            let parents = parents.as_deref();
            let Some(column) = segment.dimension(dimension.stored()) else {
                continue;
            };
            let mut next = places.iter_mut();
            let all = Picked::Span(0..segment.rows() as usize);
            crate::kernels::visit(&column?.values, &all, |code| {
                if let Some(place) = next.next() {
                    *place += number_of(code, parents) as u32 * stride as u32;
                }
            });
        }
        if self.rollup.has_days() {
            for run in segment.day_runs()? {
                let offset = (run.day - self.extent.from().days()) as u32;
                let own = places.get_mut(run.start as usize..run.end as usize);
                for place in own.unwrap_or_default() {
                    *place += offset * self.day_stride as u32;
                }
            }
        }
        Ok(places)
    }
}

impl Table {
    /// Rolls up segments of one month whose days lie in `extent`. `None` where this has too many
    /// places, or sums could overflow.
    pub(crate) fn build(
        rollup: Rollup,
        extent: DateRange,
        segments: &[&Segment],
        dictionaries: &Dictionaries,
    ) -> Result<Option<Table>, QueryError> {
        if !sums_fit(Measure::Rows, segments.iter().copied()) {
            return Ok(None);
        }
        let Some(layout) = Layout::new(rollup, extent, segments, dictionaries) else {
            return Ok(None);
        };
        let mut is_held = vec![false; layout.space];
        let mut groups = GroupTable::dense(layout.space, 0);
        for segment in segments {
            let places = layout.places(segment)?;
            for &place in &places {
                if let Some(is_held) = is_held.get_mut(place as usize) {
                    *is_held = true;
                }
            }
            if let Some(rows) = segment.measure(Measure::Rows) {
                let all = Picked::Span(0..places.len());
                add(&rows?.values, &all, Target::Each(&places), &mut groups.rows);
            }
        }
        let held = is_held.iter().zip(0_u32..).filter(|(is_held, _)| **is_held);
        let places: Vec<u32> = held.map(|(_, place)| place).collect();
        let codes = layout.dimensions.iter().map(|&(_, count, stride)| {
            let codes = places
                .iter()
                .map(|&place| (place as usize / stride % count) as i64);
            narrowed(codes)
        });
        let data_set = segments.first().map(|segment| segment.data_set());
        let measures = data_set.map_or(0, |data_set| data_set.measures().len());
        Ok(Some(Table {
            days: days_of(&layout, &places),
            codes: codes.collect(),
            rows: narrowed(at(&groups.rows, &places)),
            measures: (0..measures).map(|_| OnceLock::new()).collect(),
            places,
            layout,
        }))
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) const fn rollup(&self) -> Rollup {
        self.layout.rollup
    }

    /// The cells of each day, days ascending.
    pub(crate) fn days(&self) -> &[DayRun] {
        &self.days
    }

    /// The code of each cell in a dimension of the roll-up.
    pub(crate) fn codes(&self, dimension: Dimension) -> Option<&Values> {
        let dimensions = self.layout.dimensions.iter();
        let mut known = dimensions.zip(&self.codes);
        known.find_map(|(&(own, ..), codes)| (own == dimension).then_some(codes))
    }

    /// The signed number of facts of each cell.
    pub(crate) const fn rows(&self) -> &Values {
        &self.rows
    }

    /// The sums of measures, added up where they were not needed before; `None` where one could
    /// overflow. `segments` are those that the roll-up was built of.
    pub(crate) fn cells(
        &self,
        measures: &[Measure],
        segments: &[&Segment],
    ) -> Result<Option<Vec<&Cells>>, QueryError> {
        let slots = measures.iter().map(|&measure| self.slot(measure, segments));
        let Some(slots) = slots.collect::<Option<Vec<_>>>() else {
            return Ok(None);
        };
        let known = measures.iter().copied().zip(&slots);
        let missing: Vec<(Measure, &OnceLock<Cells>)> = known
            .filter(|(_, slot)| slot.get().is_none())
            .map(|(measure, slot)| (measure, *slot))
            .collect();
        if missing
            .iter()
            .any(|&(it, _)| !sums_fit(it, segments.iter().copied()))
        {
            return Ok(None);
        }
        if !missing.is_empty() {
            let mut groups = GroupTable::dense(self.layout.space, missing.len());
            for segment in segments {
                let places = self.layout.places(segment)?;
                let all = Picked::Span(0..places.len());
                let Some(rows) = segment.measure(Measure::Rows) else {
                    continue;
                };
                let rows = &rows?.values;
                for (number, &(measure, _)) in missing.iter().enumerate() {
                    if let Some(column) = segment.measure(measure) {
                        let target = Target::Each(&places);
                        add_column(column?, rows, &all, target, number, &mut groups);
                    }
                }
            }
            let sums = groups.sums.iter().zip(&groups.unknown);
            for ((_, slot), (sums, unknown)) in missing.into_iter().zip(sums) {
                let is_known = unknown.iter().all(|&rows| rows == 0);
                slot.get_or_init(|| Cells {
                    sums: narrowed(at(sums, &self.places)),
                    unknown: (!is_known).then(|| narrowed(at(unknown, &self.places))),
                });
            }
        }
        Ok(slots.into_iter().map(OnceLock::get).collect())
    }

    fn slot(&self, measure: Measure, segments: &[&Segment]) -> Option<&OnceLock<Cells>> {
        let measures = segments.first()?.data_set().measures();
        self.measures
            .get(measures.iter().position(|&it| it == measure)?)
    }

    /// Bytes held.
    pub(crate) fn heap_bytes(&self) -> usize {
        let codes = self.codes.iter().map(Values::heap_bytes).sum::<usize>();
        let cells = |cells: &Cells| {
            cells.sums.heap_bytes() + cells.unknown.as_ref().map_or(0, Values::heap_bytes)
        };
        let measures = self.measures.iter().filter_map(OnceLock::get).map(cells);
        4 * self.places.len() + codes + self.rows.heap_bytes() + measures.sum::<usize>()
    }
}

/// The values at some places.
fn at<'a>(values: &'a [i64], places: &'a [u32]) -> impl Iterator<Item = i64> + Clone + 'a {
    places
        .iter()
        .map(|&place| values.get(place as usize).copied().unwrap_or(0))
}

/// Values in the narrowest array that holds them.
pub(crate) fn narrowed(values: impl Iterator<Item = i64> + Clone) -> Values {
    let (min, max) = values
        .clone()
        .fold((i64::MAX, i64::MIN), |(min, max), value| {
            (min.min(value), max.max(value))
        });
    if min >= max {
        return Values::Constant(min.min(max));
    }
    let rows = values.clone().count();
    Values::collect(rows, min, max, values).unwrap_or(Values::Constant(0))
}

fn days_of(layout: &Layout, places: &[u32]) -> Vec<DayRun> {
    let mut days: Vec<DayRun> = Vec::new();
    if !layout.rollup.has_days() {
        return days;
    }
    for (cell, &place) in (0_u32..).zip(places) {
        let day = layout.extent.from().days() + (place as usize / layout.day_stride) as i32;
        match days.last_mut() {
            Some(last) if last.day == day => last.end = cell + 1,
            _ => days.push(DayRun {
                day,
                start: cell,
                end: cell + 1,
            }),
        }
    }
    days
}
