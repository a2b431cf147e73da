//! The inner loops: visiting the values of chosen rows and adding them to sums by group.

use std::ops::Range;

use crate::segment::Values;

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
        Target::Each(places) => {
            if *values == Values::Constant(0) {
                return;
            }
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
    }
}
