//! A column predicted from columns before it: VAT is what is kept less net revenue, net revenue is what
//! is kept over one plus the VAT rate, a commission is a rate of what is kept. What is stored is which
//! of a few rates each row has, and by how much the prediction is off.
//!
//! value = round(base x numerator / denominator) + rest, where the base is a sum of columns with signs
//! and rounding is half away from zero.

use std::collections::BTreeMap;

use kernel::{Rounding, div_round};
use model::schema::Measure;

use super::encoding::{self, Encoding, Sink};
use crate::columns::measure_id;
use crate::varint::{Cursor, put, put_signed};

/// Most columns that a base may add up.
const TERMS_MAX: usize = 8;
/// Most rates of a column.
const RATES_MAX: usize = 16;
/// Largest numerator and denominator.
const RATE_MAX: u64 = 10_000;
/// VAT rates known in Türkiye and the European Union, in percent.
const VAT_PERCENT: [u64; 12] = [0, 1, 5, 7, 8, 9, 10, 18, 19, 20, 21, 25];

/// A column of the base and whether it is subtracted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) column: u8,
    is_subtracted: bool,
}

/// Which rates a column may have.
enum Rates {
    /// The base itself.
    One,
    /// 1 / (1 + VAT rate).
    Net,
    /// The commonest of those found, in hundredths of a percent.
    Common,
}

const fn term(measure: Measure, is_subtracted: bool) -> Term {
    Term {
        column: measure_id(measure),
        is_subtracted,
    }
}

const KEPT: [Term; 4] = [
    term(Measure::GrossMinor, false),
    term(Measure::SellerDiscountMinor, true),
    term(Measure::CancelledMinor, true),
    term(Measure::ReturnedMinor, true),
];
const VAT: [Term; 5] = [
    KEPT[0],
    KEPT[1],
    KEPT[2],
    KEPT[3],
    term(Measure::NetRevenueMinor, true),
];

/// What a column is predicted from, where anything is known about it.
fn model_of(column: u8) -> Option<(&'static [Term], Rates)> {
    const DISCOUNT: u8 = measure_id(Measure::SellerDiscountMinor);
    const NET: u8 = measure_id(Measure::NetRevenueMinor);
    const VAT_ID: u8 = measure_id(Measure::VatMinor);
    const COMMISSION: u8 = measure_id(Measure::CommissionMinor);
    match column {
        DISCOUNT => Some((&KEPT[..1], Rates::Common)),
        NET => Some((&KEPT, Rates::Net)),
        VAT_ID => Some((&VAT, Rates::One)),
        COMMISSION => Some((&KEPT, Rates::Common)),
        _ => None,
    }
}

/// Whether other columns are predicted from this one.
pub(super) fn is_base(column: u8) -> bool {
    VAT.iter().any(|term| term.column == column)
}

fn predict(base: i64, (numerator, denominator): (u64, u64)) -> i64 {
    // Small enough for 64 bits in all real cases; division of 128 bits is slow.
    if base.unsigned_abs() < 1 << 48 {
        let (product, denominator) = (base * numerator as i64, denominator as i64);
        let rounded = (product.abs() + denominator / 2) / denominator;
        return if product < 0 { -rounded } else { rounded };
    }
    let product = i128::from(base) * i128::from(numerator);
    div_round(product, denominator.into(), Rounding::HalfAwayFromZero) as i64
}

fn base_of(terms: &[Term], row: usize, value: impl Fn(usize, usize) -> i64) -> i64 {
    let signed = terms
        .iter()
        .enumerate()
        .map(|(at, term)| match term.is_subtracted {
            true => -value(at, row),
            false => value(at, row),
        });
    signed.fold(0, i64::wrapping_add)
}

/// The commonest rates of values to bases, in ten-thousandths.
fn common_rates(values: &[i64], bases: &[i64]) -> Vec<(u64, u64)> {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    for (&value, &base) in values.iter().zip(bases) {
        if base > 0 && value >= 0 && value <= base {
            let rate = div_round(
                i128::from(value) * i128::from(RATE_MAX),
                base.into(),
                Rounding::HalfAwayFromZero,
            );
            *counts.entry(rate as u64).or_default() += 1;
        }
    }
    let mut rates: Vec<(usize, u64)> = counts
        .into_iter()
        .map(|(rate, count)| (count, rate))
        .collect();
    rates.sort_unstable_by(|a, b| b.cmp(a));
    rates.truncate(RATES_MAX);
    rates
        .into_iter()
        .map(|(_, rate)| (rate, RATE_MAX))
        .collect()
}

/// Encodes a column by the columns before it, where a way to predict it is known.
pub(super) fn encode(
    column: u8,
    values: &[i64],
    earlier: &BTreeMap<u8, Vec<i64>>,
) -> Option<Vec<u8>> {
    let (terms, rates) = model_of(column)?;
    let columns: Vec<&Vec<i64>> = terms
        .iter()
        .map(|term| earlier.get(&term.column))
        .collect::<Option<_>>()?;
    let value = |at: usize, row: usize| {
        columns
            .get(at)
            .and_then(|column| column.get(row))
            .copied()
            .unwrap_or(0)
    };
    let bases: Vec<i64> = (0..values.len())
        .map(|row| base_of(terms, row, value))
        .collect();
    let rates = match rates {
        Rates::One => vec![(1, 1)],
        Rates::Net => VAT_PERCENT
            .iter()
            .map(|percent| (100, 100 + percent))
            .collect(),
        Rates::Common => common_rates(values, &bases),
    };
    if values.is_empty() || rates.is_empty() {
        return None;
    }
    let mut chosen = Vec::with_capacity(values.len());
    let mut rests = Vec::with_capacity(values.len());
    for (&value, &base) in values.iter().zip(&bases) {
        let (mut index, mut rest) = (0, i64::MAX);
        for (at, &rate) in (0..).zip(&rates) {
            let own = value.wrapping_sub(predict(base, rate));
            if own.unsigned_abs() < rest.unsigned_abs() {
                (index, rest) = (at, own);
            }
            if rest == 0 {
                break;
            }
        }
        chosen.push(index);
        rests.push(rest);
    }
    let mut out = Vec::new();
    put(&mut out, terms.len() as u128);
    for term in terms {
        out.extend([term.column, u8::from(term.is_subtracted)]);
    }
    put(&mut out, rates.len() as u128);
    for (numerator, denominator) in rates {
        put(&mut out, numerator.into());
        put(&mut out, denominator.into());
    }
    put_nested(&mut out, &chosen);
    put_nested(&mut out, &rests);
    Some(out)
}

/// A list of values in its own best encoding: encoding, value (constant) or length, bytes.
fn put_nested(out: &mut Vec<u8>, values: &[i64]) {
    let (encoding, bytes) = encoding::encode(values);
    out.push(encoding.id());
    if encoding == Encoding::Constant {
        put_signed(out, values.first().copied().unwrap_or(0).into());
    } else {
        put(out, bytes.len() as u128);
        out.extend(bytes);
    }
}

struct Collect;

impl Sink for Collect {
    type Made = Vec<i64>;
    fn take(self, values: impl Iterator<Item = i64>) -> Option<Vec<i64>> {
        Some(values.collect())
    }
}

fn read_nested(cursor: &mut Cursor<'_>, rows: usize) -> Option<Vec<i64>> {
    match Encoding::from_id(cursor.byte()?)? {
        Encoding::Constant => Some(vec![cursor.i64()?; rows]),
        Encoding::Predicted => None,
        encoding => {
            let length = cursor.length()?;
            encoding::decode(encoding, cursor.take(length)?, rows, Collect)
        }
    }
}

/// The columns that a predicted column needs, from its bytes.
pub(super) fn terms(bytes: &[u8]) -> Option<Vec<Term>> {
    read_terms(&mut Cursor::new(bytes))
}

fn read_terms(cursor: &mut Cursor<'_>) -> Option<Vec<Term>> {
    let count = cursor.length().filter(|&count| count <= TERMS_MAX)?;
    (0..count)
        .map(|_| {
            let column = cursor.byte()?;
            let is_subtracted = match cursor.byte()? {
                0 => false,
                1 => true,
                _ => return None,
            };
            Some(Term {
                column,
                is_subtracted,
            })
        })
        .collect()
}

/// Decodes a predicted column; `value` gives the value of the term at a place in a row.
pub(super) fn decode<S: Sink>(
    bytes: &[u8],
    rows: usize,
    value: impl Fn(usize, usize) -> i64,
    sink: S,
) -> Option<S::Made> {
    let mut cursor = Cursor::new(bytes);
    let terms = read_terms(&mut cursor)?;
    let count = cursor
        .length()
        .filter(|&count| count > 0 && count <= RATES_MAX)?;
    let mut rates = Vec::with_capacity(count);
    for _ in 0..count {
        let rate = (cursor.u64()?, cursor.u64()?);
        if rate.0 > RATE_MAX || rate.1 == 0 || rate.1 > RATE_MAX {
            return None;
        }
        rates.push(rate);
    }
    let chosen = read_nested(&mut cursor, rows)?;
    let rests = read_nested(&mut cursor, rows)?;
    if !cursor.is_at_end()
        || chosen
            .iter()
            .any(|&index| index < 0 || index >= count as i64)
    {
        return None;
    }
    sink.take(
        chosen
            .iter()
            .zip(&rests)
            .enumerate()
            .map(|(row, (&index, &rest))| {
                let rate = rates.get(index as usize).copied().unwrap_or((1, 1));
                predict(base_of(&terms, row, &value), rate).wrapping_add(rest)
            }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn half_is_rounded_away_from_zero() {
        for (base, rate, expected) in [
            (3, (1, 2), 2),
            (-3, (1, 2), -2),
            (120, (100, 120), 100),
            (1 << 50, (1, 3), 375_299_968_947_541),
            (-(1 << 50), (1, 2), -(1 << 49)),
        ] {
            assert_eq!(predict(base, rate), expected, "{base}");
        }
    }

    proptest! {
        #[test]
        fn both_ways_of_rounding_agree(base in -(1_i64 << 48)..1 << 48, numerator in 0..=RATE_MAX, denominator in 1..=RATE_MAX) {
            let product = i128::from(base) * i128::from(numerator);
            let expected = div_round(product, denominator.into(), Rounding::HalfAwayFromZero);
            prop_assert_eq!(i128::from(predict(base, (numerator, denominator))), expected);
        }

        #[test]
        fn any_values_survive(
            rows in prop::collection::vec((any::<bool>(), prop::array::uniform6(-(1_i64 << 53)..=1 << 53), prop::array::uniform6(0_i64..50_000)), 0..40),
            column in prop::sample::select(vec![70_u8, 74, 75, 77]),
        ) {
            let cell = |at: usize| -> Vec<i64> {
                rows.iter().map(|(is_large, large, small)| if *is_large { large[at] } else { small[at] }).collect()
            };
            let earlier: BTreeMap<u8, Vec<i64>> = [69, 70, 72, 73, 74].into_iter().zip((0..5).map(cell)).collect();
            let values = cell(5);
            let Some(bytes) = encode(column, &values, &earlier) else { return Ok(()) };
            let terms = terms(&bytes).unwrap();
            let value = |at: usize, row: usize| earlier[&terms[at].column][row];
            prop_assert_eq!(decode(&bytes, values.len(), value, Collect), Some(values));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), rows in 0_usize..50) {
            let decoded = decode(&bytes, rows, |_, row| row as i64, Collect);
            prop_assert!(decoded.is_none_or(|values| values.len() == rows));
        }
    }
}
