//! The inner loops: choosing rows, finding their groups, and adding their values to sums.

use std::ops::{AddAssign, Mul, Range};

use crate::conditions::CodeSet;
use crate::groups::{FirstDays, GroupTable, Places};
use crate::rollup::Cells;
use crate::segment::{Column, Nulls, Values};

/// Rows of a segment that a scan has chosen.
#[derive(Clone, Debug)]
pub(crate) enum Picked<'a> {
    /// All rows of a range.
    Span(Range<usize>),
    /// These rows.
    Rows(&'a [u32]),
}

impl Picked<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Picked::Span(span) => span.len(),
            Picked::Rows(rows) => rows.len(),
        }
    }
}

/// Which sum each chosen row belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// All rows to one.
    One(usize),
    /// Each row to its own.
    Each(&'a [u32]),
}

/// Calls `visit` with the value of every chosen row, in order.
#[inline]
pub(crate) fn visit(values: &Values, picked: &Picked<'_>, mut visit: impl FnMut(i64)) {
    #[inline]
    fn typed<T: Copy + Into<i64>>(values: &[T], picked: &Picked<'_>, visit: &mut impl FnMut(i64)) {
        match picked {
            Picked::Span(span) => {
                let values = values.get(span.clone()).unwrap_or_default();
                values.iter().for_each(|&value| visit(value.into()));
            }
            Picked::Rows(rows) => {
                for &row in *rows {
                    if let Some(&value) = values.get(row as usize) {
                        visit(value.into());
                    }
                }
            }
        }
    }
    match values {
        Values::Constant(value) => (0..picked.len()).for_each(|_| visit(*value)),
        Values::U8(values) => typed(values, picked, &mut visit),
        Values::U16(values) => typed(values, picked, &mut visit),
        Values::I32(values) => typed(values, picked, &mut visit),
        Values::I64(values) => typed(values, picked, &mut visit),
    }
}

/// Adds the value of every chosen row to its sum.
pub(crate) fn add(values: &Values, picked: &Picked<'_>, target: Target<'_>, sums: &mut [i64]) {
    match target {
        Target::One(place) => {
            let mut sum = 0;
            match values {
                Values::Constant(value) => sum = value * picked.len() as i64,
                _ => visit(values, picked, |value| sum += value),
            }
            if let Some(into) = sums.get_mut(place) {
                *into += sum;
            }
        }
        Target::Each(places) => match (values, picked) {
            (Values::Constant(0), _) => {}
            (Values::Constant(value), _) => {
                for &place in places {
                    if let Some(into) = sums.get_mut(place as usize) {
                        *into += value;
                    }
                }
            }
            (Values::U8(values), Picked::Span(span)) => add_each(values, span, places, sums),
            (Values::U16(values), Picked::Span(span)) => add_each(values, span, places, sums),
            (Values::I32(values), Picked::Span(span)) => add_each(values, span, places, sums),
            (Values::I64(values), Picked::Span(span)) => add_each(values, span, places, sums),
            _ => {
                let mut places = places.iter();
                visit(values, picked, |value| {
                    if let Some(into) = places
                        .next()
                        .and_then(|&place| sums.get_mut(place as usize))
                    {
                        *into += value;
                    }
                });
            }
        },
    }
}

/// Two slices walked together: no look-up by number but that of the sum.
fn add_each<T: Copy + Into<i64>>(
    values: &[T],
    span: &Range<usize>,
    places: &[u32],
    sums: &mut [i64],
) {
    let values = values.get(span.clone()).unwrap_or_default();
    for (&value, &place) in values.iter().zip(places) {
        if let Some(into) = sums.get_mut(place as usize) {
            *into += value.into();
        }
    }
}

/// A grouped dimension whose number differs from row to row.
pub(crate) struct RowKey<'a> {
    pub(crate) values: &'a Values,
    pub(crate) parents: Option<&'a [u32]>,
    pub(crate) stride: u64,
}

/// The number of a code: itself, or its parent's; 0 past the end of the parents.
pub(crate) fn number_of(code: i64, parents: Option<&[u32]>) -> u64 {
    match parents {
        None => code as u64,
        Some(parents) => parents.get(code as usize).copied().unwrap_or(0).into(),
    }
}

/// Finds the sum that each chosen row belongs to.
pub(crate) fn place_rows<'a>(
    base: u64,
    row_keys: &[RowKey<'_>],
    picked: &Picked<'_>,
    table: &mut GroupTable,
    keys: &mut Vec<u64>,
    places: &'a mut Vec<u32>,
) -> Target<'a> {
    if matches!(table.places, Places::Dense) {
        // Keys are places, which fit into 32 bits.
        places.clear();
        places.resize(picked.len(), base as u32);
        for key in row_keys {
            add_codes(key, picked, key.stride as u32, places);
        }
        return Target::Each(places);
    }
    keys.clear();
    keys.resize(picked.len(), base);
    for key in row_keys {
        add_codes(key, picked, key.stride, keys);
    }
    places.clear();
    places.extend(keys.iter().map(|&key| table.place(key)));
    Target::Each(places)
}

/// Adds the numbers of the chosen rows in a dimension, times its stride, to their keys.
fn add_codes<K>(key: &RowKey<'_>, picked: &Picked<'_>, stride: K, keys: &mut [K])
where
    K: Copy + AddAssign + Mul<Output = K> + From<u32>,
{
    fn typed<T: Copy + Into<i64>, K>(
        codes: &[T],
        span: &Range<usize>,
        parents: Option<&[u32]>,
        stride: K,
        keys: &mut [K],
    ) where
        K: Copy + AddAssign + Mul<Output = K> + From<u32>,
    {
        let codes = codes.get(span.clone()).unwrap_or_default();
        let both = keys.iter_mut().zip(codes);
        match parents {
            None => both.for_each(|(key, &code)| *key += K::from(code.into() as u32) * stride),
            Some(parents) => both.for_each(|(key, &code)| {
                let parent = parents.get(code.into() as usize).copied().unwrap_or(0);
                *key += K::from(parent) * stride;
            }),
        }
    }
    let RowKey { parents, .. } = *key;
    match (key.values, picked) {
        (Values::U8(codes), Picked::Span(span)) => typed(codes, span, parents, stride, keys),
        (Values::U16(codes), Picked::Span(span)) => typed(codes, span, parents, stride, keys),
        (Values::I32(codes), Picked::Span(span)) => typed(codes, span, parents, stride, keys),
        (values, _) => {
            let mut keys = keys.iter_mut();
            visit(values, picked, |code| {
                if let Some(key) = keys.next() {
                    *key += K::from(number_of(code, parents) as u32) * stride;
                }
            });
        }
    }
}

/// What is added up: a column of facts with their signed counts, or cells.
#[derive(Clone, Copy)]
pub(crate) enum Input<'a> {
    Column(&'a Column, &'a Values),
    Cells(&'a Cells),
}

impl Input<'_> {
    /// Adds a measure, and counts the facts in which it is not known.
    pub(crate) fn add(
        &self,
        picked: &Picked<'_>,
        target: Target<'_>,
        measure: usize,
        table: &mut GroupTable,
    ) {
        match self {
            Input::Column(column, rows) => add_column(column, rows, picked, target, measure, table),
            Input::Cells(cells) => {
                if let Some(sums) = table.sums.get_mut(measure) {
                    add(&cells.sums, picked, target, sums);
                }
                if let Some(values) = &cells.unknown
                    && let Some(unknown) = table.unknown_of(measure)
                {
                    add(values, picked, target, unknown);
                }
            }
        }
    }
}

/// Adds a measure, and counts the facts in which it is not known.
pub(crate) fn add_column(
    column: &Column,
    rows_values: &Values,
    picked: &Picked<'_>,
    target: Target<'_>,
    measure: usize,
    table: &mut GroupTable,
) {
    match column.nulls {
        Nulls::None => {
            if let Some(sums) = table.sums.get_mut(measure) {
                add(&column.values, picked, target, sums);
            }
        }
        Nulls::All => {
            if let Some(unknown) = table.unknown_of(measure) {
                add(rows_values, picked, target, unknown);
            }
        }
        Nulls::Some(_) => {
            let row_of = |index: usize| match picked {
                Picked::Span(span) => span.start + index,
                Picked::Rows(rows) => rows.get(index).copied().unwrap_or_default() as usize,
            };
            for index in 0..picked.len() {
                let row = row_of(index);
                let place = match target {
                    Target::One(place) => place,
                    Target::Each(places) => places.get(index).copied().unwrap_or_default() as usize,
                };
                let (into, value) = match column.get(row) {
                    Some(value) => (table.sums.get_mut(measure), value),
                    None => (table.unknown_of(measure), rows_values.get(row)),
                };
                if let Some(into) = into.and_then(|sums| sums.get_mut(place)) {
                    *into += value;
                }
            }
        }
    }
}

/// The rows of a chunk that meet all conditions.
pub(crate) fn pick<'a>(
    rows: &'a mut Vec<u32>,
    chunk: Range<usize>,
    day: i32,
    filters: &[(&Values, &CodeSet)],
    customers: Option<(&FirstDays, &Column)>,
) -> Picked<'a> {
    if filters.is_empty() && customers.is_none() {
        return Picked::Span(chunk);
    }
    rows.clear();
    match filters.split_first() {
        None => rows.extend(chunk.start as u32..chunk.end as u32),
        Some(((values, set), _)) => {
            let mut row = chunk.start as u32;
            visit(values, &Picked::Span(chunk), |code| {
                if set.contains(code as u32) {
                    rows.push(row);
                }
                row += 1;
            });
        }
    }
    for (values, set) in filters.iter().skip(1) {
        rows.retain(|&row| set.contains(values.get(row as usize) as u32));
    }
    if let Some((first_days, column)) = customers {
        rows.retain(|&row| first_days.of(column.values.get(row as usize) as u64) == Some(day));
    }
    Picked::Rows(rows)
}
