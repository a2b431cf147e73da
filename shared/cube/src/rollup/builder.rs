//! Making a roll-up of segments: one after the other, so that no more than one is decoded at a time.

use std::collections::BTreeMap;

use kernel::{Date, DateRange, Hash256};
use model::schema::{DataSet, Dimension, Measure};

use super::Rollup;
use super::file::{CELLS_MAX, Columns, Head, KINDS, SOURCES_MAX, SUM_MAX, categories_sum, write};
use crate::segment::{Segment, SegmentError};
use crate::summary::{joined, sum_bound};

/// A table pays where it has at most one cell for so many facts.
const ROWS_PER_CELL_MIN: u64 = 4;

/// Adds up the segments of one data set, month and channel.
///
/// ```
/// use cube::{FactRow, RollupBuilder, RollupFile, Segment, SegmentWriter};
/// use kernel::{Date, Hash256};
/// use model::schema::DataSet;
/// let month = Date::from_ymd(2026, 11, 1)?;
/// let mut writer = SegmentWriter::new(DataSet::Ads, month, 2);
/// for spend in 0..100 {
///     let measures = [1, spend, 310_000, 9_400, 120, 7].map(Some).to_vec();
///     writer.push(&FactRow { codes: vec![month.days() as u32, 2, 1], measures })?;
/// }
/// let id = Hash256::from_bytes([1; 32]); // the SHA-256 of the segment's bytes
/// let mut builder = RollupBuilder::new(DataSet::Ads, month, 2, &[]);
/// builder.add(id, &Segment::open(writer.finish())?)?;
/// let rollup = RollupFile::open(&builder.finish().expect("a cell for a hundred facts"))?;
/// assert_eq!(rollup.sources(), [id]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RollupBuilder<'c> {
    data_set: DataSet,
    month: Date,
    channel: u32,
    /// By product code, the code of its category.
    categories: &'c [u32],
    sources: Vec<Hash256>,
    rows: u64,
    days: Option<DateRange>,
    largest_product: u32,
    bounds: Vec<i128>,
    tables: Vec<Building>,
}

/// A table that is being added up.
#[derive(Clone, Debug)]
struct Building {
    number: u8,
    rollup: Rollup,
    /// By day, category or product.
    places: BTreeMap<i64, u32>,
    /// By measure of the data set, by place: the sum, and the signed number of facts not known.
    sums: Vec<Vec<(i64, i64)>>,
}

impl<'c> RollupBuilder<'c> {
    /// Nothing yet of a place; `categories` gives the category's code of each product's, from product 0 on.
    pub fn new(data_set: DataSet, month: Date, channel: u32, categories: &'c [u32]) -> Self {
        let tables = KINDS.into_iter().filter(|(_, it)| it.is_of(data_set));
        let measures = data_set.measures().len();
        RollupBuilder {
            data_set,
            month: month.first_of_month(),
            channel,
            categories,
            sources: Vec::new(),
            rows: 0,
            days: None,
            largest_product: 0,
            bounds: vec![0; measures],
            tables: tables
                .map(|(number, rollup)| Building {
                    number,
                    rollup,
                    places: BTreeMap::new(),
                    sums: vec![Vec::new(); measures],
                })
                .collect(),
        }
    }

    /// Adds a segment under its content address. One of another place, one that was added before, and one
    /// that cannot be read is an error; the builder is of no use then.
    pub fn add(&mut self, id: Hash256, segment: &Segment) -> Result<(), SegmentError> {
        let place = (segment.data_set(), segment.month(), segment.channel());
        if place != (self.data_set, self.month, self.channel) {
            return Err(SegmentError::Head("place"));
        }
        if self.sources.contains(&id) {
            return Err(SegmentError::Repeated(id));
        }
        self.sources.push(id);
        self.rows += u64::from(segment.rows());
        self.days = joined(self.days, segment);
        if let Some(bounds) = segment.dimension_bounds(Dimension::Product) {
            self.largest_product = self.largest_product.max(bounds.max as u32);
        }
        for (bound, &measure) in self.bounds.iter_mut().zip(self.data_set.measures()) {
            *bound = bound.saturating_add(sum_bound(segment, measure));
        }
        for table in &mut self.tables {
            let keys = keys_of(table.rollup, segment, self.categories)?;
            table.add(&keys, segment)?;
        }
        Ok(())
    }

    /// The roll-up's bytes; `None` where no table would have far fewer cells than there are facts, or sums
    /// would not fit.
    pub fn finish(self) -> Option<Vec<u8>> {
        self.finish_with(ROWS_PER_CELL_MIN)
    }

    /// The same with every table that there can be, whether it pays or not: for tests.
    pub fn finish_all(self) -> Option<Vec<u8>> {
        self.finish_with(0)
    }

    fn finish_with(mut self, rows_per_cell: u64) -> Option<Vec<u8>> {
        let days = self.days?;
        let fits = |bound: &i128| (0..=SUM_MAX).contains(bound);
        let is_bounded = self.bounds.iter().all(fits);
        self.sources.sort_unstable();
        if !is_bounded || self.sources.len() > SOURCES_MAX {
            return None;
        }
        let categories = categories_sum(self.categories, self.largest_product);
        let tables = self.tables.into_iter().filter(|table| {
            let cells = table.places.len() as u64;
            let is_known = categories.is_some() || table.rollup != Rollup::MonthChannelCategory;
            cells * rows_per_cell <= self.rows && cells <= CELLS_MAX as u64 && is_known
        });
        let tables: Vec<Columns> = tables.map(|table| table.columns(self.month)).collect();
        if tables.is_empty() {
            return None;
        }
        let bounds = self.bounds.iter().skip(1);
        let head = Head {
            data_set: self.data_set,
            month: self.month,
            channel: self.channel,
            rows: self.rows,
            days,
            sources: self.sources,
            largest_product: self.largest_product,
            categories: categories.unwrap_or(0),
            bounds: bounds
                .map(|it| u64::try_from(*it).unwrap_or(u64::MAX))
                .collect(),
        };
        Some(write(&head, &tables))
    }
}

impl Building {
    fn add(&mut self, keys: &[i64], segment: &Segment) -> Result<(), SegmentError> {
        let mut places = Vec::with_capacity(keys.len());
        for &key in keys {
            let next = self.places.len() as u32;
            places.push(*self.places.entry(key).or_insert(next) as usize);
        }
        let Some(rows) = segment.measure(Measure::Rows).transpose()? else {
            return Ok(());
        };
        for (sums, &measure) in self.sums.iter_mut().zip(segment.data_set().measures()) {
            sums.resize(self.places.len(), (0, 0));
            let Some(column) = segment.measure(measure).transpose()? else {
                continue;
            };
            for (row, &place) in places.iter().enumerate() {
                if let Some((sum, unknown)) = sums.get_mut(place) {
                    match column.get(row) {
                        Some(value) => *sum = sum.wrapping_add(value),
                        None => *unknown = unknown.wrapping_add(rows.values.get(row)),
                    }
                }
            }
        }
        Ok(())
    }

    fn columns(self, month: Date) -> Columns {
        let has_days = self.rollup.has_days();
        let first = if has_days { i64::from(month.days()) } else { 0 };
        let at = |sums: &Vec<(i64, i64)>, place: &u32| {
            sums.get(*place as usize).copied().unwrap_or_default()
        };
        let column = |sums: &Vec<(i64, i64)>| -> (Vec<i64>, Vec<i64>) {
            self.places.values().map(|place| at(sums, place)).unzip()
        };
        let mut measures = self.sums.iter().map(column);
        Columns {
            number: self.number,
            keys: self.places.keys().map(|key| key - first).collect(),
            rows: measures.next().unwrap_or_default().0,
            measures: measures.collect(),
        }
    }
}

/// The day, category or product of each fact.
fn keys_of(
    rollup: Rollup,
    segment: &Segment,
    categories: &[u32],
) -> Result<Vec<i64>, SegmentError> {
    let rows = segment.rows() as usize;
    if rollup.has_days() {
        let mut keys = Vec::with_capacity(rows);
        for run in segment.day_runs()? {
            keys.resize(run.end as usize, i64::from(run.day));
        }
        return Ok(keys);
    }
    let Some(products) = segment.dimension(Dimension::Product).transpose()? else {
        return Ok(vec![0; rows]);
    };
    let category = |product: i64| {
        let product = usize::try_from(product).ok();
        product
            .and_then(|it| categories.get(it))
            .map_or(0, |it| i64::from(*it))
    };
    let key = |row| match rollup {
        Rollup::MonthProduct => products.values.get(row),
        _ => category(products.values.get(row)),
    };
    Ok((0..rows).map(key).collect())
}
