//! A roll-up as it is kept and sent: the facts of one data set, month and channel added up by day, by category
//! and by product (`docs/data-format.md`). It names the segments that it was made of.
//!
//! A device that has not fetched a month's facts yet answers from it what does not need them. Categories are
//! those of the moment in which it was made: what products they were of is told by a check sum, and where that
//! is another now, the sums by category are not used.

use kernel::{Date, DateRange, Hash256};
use model::schema::{DataSet, Dimension, Measure};
use thiserror::Error;

use super::{Cells, Rollup, narrowed};
use crate::columns::{data_set_from_id, data_set_id};
use crate::members::Dictionaries;
use crate::segment::{DayRun, Values, put_values, take_values};
use crate::varint::{Cursor, put};

const MAGIC: [u8; 4] = *b"MBIR";
/// The version of the format that is written, and the newest that is read.
pub const ROLLUP_VERSION: u8 = 1;
/// The most segments that a roll-up is made of.
pub const SOURCES_MAX: usize = 64;
/// The most cells of one table.
pub const CELLS_MAX: usize = 1 << 15;
/// The most bytes of a roll-up.
const BYTES_MAX: usize = 4 << 20;
/// The most that a measure's facts may add up to, so that differences of sums fit into 64 bits.
pub(super) const SUM_MAX: i128 = 1 << 61;
/// The most facts of one place.
const ROWS_MAX: u64 = 1 << 32;
/// What a roll-up may tell apart within a month and channel, with its number in the file.
pub(super) const KINDS: [(u8, Rollup); 3] = [
    (1, Rollup::DayChannel),
    (2, Rollup::MonthChannelCategory),
    (3, Rollup::MonthProduct),
];

/// Why bytes are no usable roll-up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RollupError {
    /// Not a roll-up at all.
    #[error("these bytes are no roll-up")]
    Foreign,
    /// Written by a later version of the product.
    #[error("the roll-up has version {found}, this program reads {ROLLUP_VERSION}")]
    Newer {
        /// The version found.
        found: u8,
    },
    /// Altered, cut short, or not as it is written.
    #[error("the roll-up is damaged ({0})")]
    Damaged(&'static str),
}

/// A roll-up of one data set, month and channel.
#[derive(Debug)]
pub struct RollupFile {
    pub(super) head: Head,
    /// Those with the fewest cells first.
    tables: Vec<KeptTable>,
}

/// What a roll-up says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) data_set: DataSet,
    pub(super) month: Date,
    pub(super) channel: u32,
    pub(super) rows: u64,
    pub(super) days: DateRange,
    /// Ascending.
    pub(super) sources: Vec<Hash256>,
    pub(super) largest_product: u32,
    /// Of the categories of all products up to the largest.
    pub(super) categories: u64,
    /// By measure of the data set but the number of rows, the most that any of its facts add up to.
    pub(super) bounds: Vec<u64>,
}

/// The cells of one table, by day, category or product.
#[derive(Debug)]
pub(crate) struct KeptTable {
    rollup: Rollup,
    cells: usize,
    /// The cells of each day; empty where days are not told apart.
    pub(crate) days: Vec<DayRun>,
    /// The code of each cell; constant where days are told apart.
    codes: Values,
    pub(crate) rows: Values,
    /// By measure of the data set.
    measures: Vec<Cells>,
}

/// What is written of a table.
pub(super) struct Columns {
    pub(super) number: u8,
    /// Days after the month's first, or codes; ascending.
    pub(super) keys: Vec<i64>,
    pub(super) rows: Vec<i64>,
    /// By measure of the data set but the number of rows: sums, and signed numbers of facts not known.
    pub(super) measures: Vec<(Vec<i64>, Vec<i64>)>,
}

/// The check sum of the categories of all products up to a code; `None` where some are not known here.
/// Fowler, Noll and Vo's, 64 bits, variant 1a, over the codes' four bytes.
pub(super) fn categories_sum(categories: &[u32], largest: u32) -> Option<u64> {
    let known = categories.get(..=largest as usize)?;
    let bytes = known.iter().flat_map(|code| code.to_le_bytes());
    let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    Some(bytes.fold(0xcbf2_9ce4_8422_2325, mix))
}

/// Writes a roll-up.
pub(super) fn write(head: &Head, tables: &[Columns]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(&MAGIC);
    out.push(ROLLUP_VERSION);
    out.push(data_set_id(head.data_set));
    out.extend_from_slice(&head.month.days().to_le_bytes());
    put(&mut out, head.channel.into());
    put(&mut out, head.rows.into());
    for day in [head.days.from(), head.days.to()] {
        put(&mut out, u128::from(day.days_since(head.month) as u32));
    }
    put(&mut out, head.sources.len() as u128);
    for source in &head.sources {
        out.extend_from_slice(source.as_bytes());
    }
    put(&mut out, head.largest_product.into());
    out.extend_from_slice(&head.categories.to_le_bytes());
    for bound in &head.bounds {
        put(&mut out, (*bound).into());
    }
    out.push(tables.len() as u8);
    for table in tables {
        out.push(table.number);
        put(&mut out, table.keys.len() as u128);
        put_values(&mut out, &table.keys);
        put_values(&mut out, &table.rows);
        for (sums, unknown) in &table.measures {
            put_values(&mut out, sums);
            put_values(&mut out, unknown);
        }
    }
    let checksum = crc32fast::hash(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}

impl RollupFile {
    /// Opens a roll-up: all of it is checked and decoded.
    pub fn open(bytes: &[u8]) -> Result<RollupFile, RollupError> {
        let Some((magic, rest)) = bytes.split_first_chunk::<4>() else {
            return Err(RollupError::Foreign);
        };
        if *magic != MAGIC {
            return Err(RollupError::Foreign);
        }
        match rest.first() {
            Some(&found) if found > ROLLUP_VERSION => return Err(RollupError::Newer { found }),
            Some(&ROLLUP_VERSION) if bytes.len() <= BYTES_MAX => {}
            _ => return Err(RollupError::Damaged("head")),
        }
        let checked = bytes.split_last_chunk::<4>();
        let (checked, sum) = checked.ok_or(RollupError::Damaged("length"))?;
        if crc32fast::hash(checked) != u32::from_le_bytes(*sum) {
            return Err(RollupError::Damaged("checksum"));
        }
        let mut cursor = Cursor::new(checked.get(5..).unwrap_or_default());
        let head = read_head(&mut cursor).ok_or(RollupError::Damaged("head"))?;
        let tables = read_tables(&mut cursor, &head).ok_or(RollupError::Damaged("tables"))?;
        match cursor.is_at_end() {
            true => Ok(RollupFile { head, tables }),
            false => Err(RollupError::Damaged("length")),
        }
    }

    /// The data set whose facts were added up.
    pub const fn data_set(&self) -> DataSet {
        self.head.data_set
    }

    /// The first day of the month that holds them all.
    pub const fn month(&self) -> Date {
        self.head.month
    }

    /// The channel's code; 0 where the data set has no channels.
    pub const fn channel(&self) -> u32 {
        self.head.channel
    }

    /// The content addresses of the segments that were added up, ascending.
    pub fn sources(&self) -> &[Hash256] {
        &self.head.sources
    }

    /// From the first to the last day with a fact.
    pub const fn days(&self) -> DateRange {
        self.head.days
    }

    /// Number of facts that were added up, retractions counted as facts of their own.
    pub const fn rows(&self) -> u64 {
        self.head.rows
    }

    pub(crate) const fn largest_product(&self) -> u32 {
        self.head.largest_product
    }

    /// What the facts of a measure add up to at the most, whatever is filtered.
    pub(crate) fn bound(&self, measure: Measure) -> i128 {
        let measures = self.head.data_set.measures();
        let at = measures.iter().position(|it| *it == measure);
        match at.and_then(|at| at.checked_sub(1)) {
            Some(at) => self.head.bounds.get(at).copied().unwrap_or(0).into(),
            None => self.head.rows.into(),
        }
    }

    /// Whether products belong to the categories that they are added up by.
    pub(crate) fn has_categories_of(&self, dictionaries: &Dictionaries) -> bool {
        let categories = dictionaries.parents(Dimension::Category);
        let is_same =
            categories_sum(&categories, self.head.largest_product) == Some(self.head.categories);
        let most = categories.iter().copied().max().unwrap_or(0);
        let tables = self.tables.iter();
        let mut by_category = tables.filter(|it| it.rollup == Rollup::MonthChannelCategory);
        is_same && by_category.all(|it| it.codes_within(most))
    }

    pub(crate) fn tables(&self) -> &[KeptTable] {
        &self.tables
    }

    /// Bytes held.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.tables.iter().map(KeptTable::heap_bytes).sum()
    }
}

impl KeptTable {
    pub(crate) const fn rollup(&self) -> Rollup {
        self.rollup
    }

    /// Number of cells.
    pub(crate) const fn len(&self) -> usize {
        self.cells
    }

    /// The stored or derived dimension whose codes are told apart; none where days are.
    pub(crate) const fn dimension(&self) -> Option<Dimension> {
        match self.rollup {
            Rollup::MonthChannelCategory => Some(Dimension::Category),
            Rollup::MonthProduct => Some(Dimension::Product),
            _ => None,
        }
    }

    /// Whether facts that differ in one of these dimensions, or in their day, are told apart. All are of one
    /// channel; a product tells its category.
    pub(crate) fn tells(&self, dimensions: &[Dimension], days: bool) -> bool {
        let by_product = self.rollup == Rollup::MonthProduct;
        let has = |it: Dimension| {
            it == Dimension::Channel
                || Some(it) == self.dimension()
                || by_product && it == Dimension::Category
        };
        (self.rollup.has_days() || !days) && dimensions.iter().all(|it| has(*it))
    }

    pub(crate) const fn codes(&self) -> &Values {
        &self.codes
    }

    /// The sums of some measures of a data set.
    pub(crate) fn cells(&self, data_set: DataSet, measures: &[Measure]) -> Option<Vec<&Cells>> {
        let of = |measure: &Measure| {
            let at = data_set.measures().iter().position(|it| it == measure)?;
            self.measures.get(at)
        };
        measures.iter().map(of).collect()
    }

    fn codes_within(&self, most: u32) -> bool {
        (0..self.cells).all(|cell| self.codes.get(cell) <= i64::from(most))
    }

    fn heap_bytes(&self) -> usize {
        let cells = |cells: &Cells| {
            cells.sums.heap_bytes() + cells.unknown.as_ref().map_or(0, Values::heap_bytes)
        };
        let measures: usize = self.measures.iter().map(cells).sum();
        self.codes.heap_bytes() + self.rows.heap_bytes() + measures
    }
}

fn read_head(cursor: &mut Cursor<'_>) -> Option<Head> {
    let data_set = data_set_from_id(cursor.byte()?)?;
    let month = Date::from_days(cursor.fixed_u32()? as i32).ok()?;
    let channel = cursor.u32()?;
    let rows = cursor.u64().filter(|rows| (1..=ROWS_MAX).contains(rows))?;
    let mut day = || month.add_days(i32::try_from(cursor.u32()?).ok()?).ok();
    let days = DateRange::new(day()?, day()?).ok()?;
    let is_month = month == month.first_of_month() && days.to() <= month.last_of_month();
    is_month.then_some(())?;
    let count = cursor
        .length()
        .filter(|it| (1..=SOURCES_MAX).contains(it))?;
    let mut sources = Vec::with_capacity(count);
    for _ in 0..count {
        sources.push(Hash256::from_bytes(cursor.take(32)?.try_into().ok()?));
    }
    sources.is_sorted_by(|one, next| one < next).then_some(())?;
    let largest_product = cursor.u32()?;
    let categories = cursor.take(8)?.try_into().ok().map(u64::from_le_bytes)?;
    let others = data_set.measures().len().saturating_sub(1);
    let mut bounds = Vec::with_capacity(others);
    for _ in 0..others {
        bounds.push(cursor.u64().filter(|it| i128::from(*it) <= SUM_MAX)?);
    }
    Some(Head {
        data_set,
        month,
        channel,
        rows,
        days,
        sources,
        largest_product,
        categories,
        bounds,
    })
}

fn read_tables(cursor: &mut Cursor<'_>, head: &Head) -> Option<Vec<KeptTable>> {
    let count = usize::from(cursor.byte()?);
    let mut tables: Vec<KeptTable> = Vec::new();
    for _ in 0..count {
        let table = read_table(cursor, head)?;
        let is_new = tables.iter().all(|it| it.rollup != table.rollup);
        is_new.then(|| tables.push(table))?;
    }
    tables.sort_by_key(|table| table.cells);
    (!tables.is_empty()).then_some(tables)
}

fn read_table(cursor: &mut Cursor<'_>, head: &Head) -> Option<KeptTable> {
    let number = cursor.byte()?;
    let (_, rollup) = KINDS.into_iter().find(|(own, _)| *own == number)?;
    rollup.is_of(head.data_set).then_some(())?;
    let cells = cursor.length().filter(|it| (1..=CELLS_MAX).contains(it))?;
    let keys = take_values(cursor, cells)?;
    keys.is_sorted_by(|one, next| one < next).then_some(())?;
    let (first, last) = (*keys.first()?, *keys.last()?);
    let span = match rollup {
        Rollup::DayChannel => {
            let offset = |day: Date| i64::from(day.days_since(head.month));
            offset(head.days.from())..=offset(head.days.to())
        }
        Rollup::MonthProduct => 0..=i64::from(head.largest_product),
        _ => 0..=i64::from(u32::MAX),
    };
    (span.contains(&first) && span.contains(&last)).then_some(())?;
    let rows = sums(cursor, cells, head.rows.into())?;
    let mut measures = vec![Cells {
        sums: narrowed(rows.iter().copied()),
        unknown: None,
    }];
    for bound in &head.bounds {
        let own = sums(cursor, cells, (*bound).into())?;
        let unknown = sums(cursor, cells, head.rows.into())?;
        let is_known = unknown.iter().all(|it| *it == 0);
        measures.push(Cells {
            sums: narrowed(own.iter().copied()),
            unknown: (!is_known).then(|| narrowed(unknown.iter().copied())),
        });
    }
    let has_days = rollup.has_days();
    let run = |(cell, key): (u32, &i64)| DayRun {
        day: head.month.days() + *key as i32,
        start: cell,
        end: cell + 1,
    };
    Some(KeptTable {
        rollup,
        cells,
        days: match has_days {
            true => (0..).zip(&keys).map(run).collect(),
            false => Vec::new(),
        },
        codes: match has_days {
            true => Values::Constant(0),
            false => narrowed(keys.iter().copied()),
        },
        rows: narrowed(rows.iter().copied()),
        measures,
    })
}

/// The sums of cells, which together are no more than a bound.
fn sums(cursor: &mut Cursor<'_>, cells: usize, bound: i128) -> Option<Vec<i64>> {
    let values = take_values(cursor, cells)?;
    let sizes = values.iter().map(|value| i128::from(value.unsigned_abs()));
    (sizes.sum::<i128>() <= bound).then_some(values)
}
