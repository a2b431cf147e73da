//! How the values of a column become bytes and come back: encodings of which the writer takes
//! the one that gives the fewest bytes. `docs/data-format.md` describes each.
//!
//! Out of scope: nulls (their rows carry a filler here), checksums and the directory.

use std::collections::BTreeMap;

use super::bits::{pack, packed_length, unpack, width_of};
use crate::varint::{Cursor, put, put_signed};

/// Most distinct values that a value set may list.
const VALUE_SET_MAX: usize = 1 << 12;

/// An encoding, as named in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// All values equal the directory's minimum; no bytes.
    Constant,
    /// Multiples of a step above a base, packed.
    Packed,
    /// Pairs of value and length.
    Runs,
    /// One value for most rows; position and value of the others.
    Sparse,
    /// The distinct values once, then a packed index per row.
    ValueSet,
    /// Packed differences between neighbours.
    Delta,
    /// A formula over columns before, and by how much it is off.
    Predicted,
}

impl Encoding {
    const ALL: [Encoding; 7] = [
        Encoding::Constant,
        Encoding::Packed,
        Encoding::Runs,
        Encoding::Sparse,
        Encoding::ValueSet,
        Encoding::Delta,
        Encoding::Predicted,
    ];

    pub(super) const fn id(self) -> u8 {
        self as u8
    }

    pub(super) fn from_id(id: u8) -> Option<Encoding> {
        Encoding::ALL
            .into_iter()
            .find(|encoding| encoding.id() == id)
    }
}

/// Encodes a column in the smallest way.
pub(super) fn encode(values: &[i64]) -> (Encoding, Vec<u8>) {
    let Some(&first) = values.first() else {
        return (Encoding::Constant, Vec::new());
    };
    if values.iter().all(|&value| value == first) {
        return (Encoding::Constant, Vec::new());
    }
    let mut counts = BTreeMap::new();
    for &value in values {
        *counts.entry(value).or_insert(0_usize) += 1;
    }
    let mut best = (Encoding::Packed, packed(values));
    let mut offer = |encoding, bytes: Option<Vec<u8>>| {
        if let Some(bytes) = bytes.filter(|bytes| bytes.len() < best.1.len()) {
            best = (encoding, bytes);
        }
    };
    offer(Encoding::Runs, Some(runs(values)));
    offer(Encoding::Sparse, sparse(values, &counts));
    offer(Encoding::ValueSet, value_set(values, &counts));
    offer(Encoding::Delta, Some(delta(values)));
    best
}

/// The run-length form, which the day column always takes.
pub(super) fn runs(values: &[i64]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut previous = 0_i64;
    for run in values.chunk_by(|a, b| a == b) {
        if let Some(&value) = run.first() {
            put_signed(&mut out, i128::from(value) - i128::from(previous));
            put(&mut out, run.len() as u128);
            previous = value;
        }
    }
    out
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

/// Base, step, width, then `(value - base) / step` of each value.
fn packed(values: &[i64]) -> Vec<u8> {
    let mut out = Vec::new();
    let base = values.iter().copied().min().unwrap_or(0);
    let step = values.iter().fold(0, |step, value| {
        greatest_common_divisor(step, value.abs_diff(base))
    });
    let step = step.max(1);
    let max = values
        .iter()
        .map(|value| value.abs_diff(base) / step)
        .max()
        .unwrap_or(0);
    let width = width_of(max);
    put_signed(&mut out, i128::from(base));
    put(&mut out, u128::from(step));
    out.push(width);
    pack(
        &mut out,
        width,
        values.iter().map(|value| value.abs_diff(base) / step),
    );
    out
}

/// The usual value, the number of others, their gaps (width, packed), then their values as above.
fn sparse(values: &[i64], counts: &BTreeMap<i64, usize>) -> Option<Vec<u8>> {
    let (&usual, &count) = counts.iter().max_by_key(|(_, count)| **count)?;
    if count * 4 < values.len() * 3 {
        return None;
    }
    let mut gaps = Vec::with_capacity(values.len() - count);
    let mut others = Vec::with_capacity(values.len() - count);
    let mut gap = 0_u64;
    for &value in values {
        if value == usual {
            gap += 1;
        } else {
            gaps.push(gap);
            others.push(value);
            gap = 0;
        }
    }
    let width = width_of(gaps.iter().copied().max().unwrap_or(0));
    let mut out = Vec::new();
    put_signed(&mut out, i128::from(usual));
    put(&mut out, others.len() as u128);
    out.push(width);
    pack(&mut out, width, gaps.into_iter());
    out.extend(packed(&others));
    Some(out)
}

/// The distinct values in order (count, then differences), width, then an index per row.
fn value_set(values: &[i64], counts: &BTreeMap<i64, usize>) -> Option<Vec<u8>> {
    if counts.len() > VALUE_SET_MAX {
        return None;
    }
    let mut out = Vec::new();
    put(&mut out, counts.len() as u128);
    let mut previous = 0;
    for &value in counts.keys() {
        put_signed(&mut out, i128::from(value) - previous);
        previous = i128::from(value);
    }
    let index: BTreeMap<i64, u64> = kernel::inserted(counts.keys().copied().zip(0..));
    let width = width_of(counts.len() as u64 - 1);
    out.push(width);
    pack(
        &mut out,
        width,
        values
            .iter()
            .map(|value| index.get(value).copied().unwrap_or(0)),
    );
    Some(out)
}

/// The first value, the least difference, width, then each difference above the least.
fn delta(values: &[i64]) -> Vec<u8> {
    let differences = || {
        values
            .iter()
            .zip(values.iter().skip(1))
            .map(|(a, b)| b.wrapping_sub(*a))
    };
    let least = differences().min().unwrap_or(0);
    let above = || differences().map(|difference| difference.wrapping_sub(least) as u64);
    let width = width_of(above().max().unwrap_or(0));
    let mut out = Vec::new();
    put_signed(&mut out, i128::from(values.first().copied().unwrap_or(0)));
    put_signed(&mut out, i128::from(least));
    out.push(width);
    pack(&mut out, width, above());
    out
}

/// Reads a width and the bytes of `count` values of it.
fn packed_part<'a>(cursor: &mut Cursor<'a>, count: usize) -> Option<(&'a [u8], u8)> {
    let width = cursor.byte().filter(|&width| width <= 64)?;
    Some((cursor.take(packed_length(count, width))?, width))
}

fn packed_values<'a>(
    cursor: &mut Cursor<'a>,
    count: usize,
) -> Option<impl Iterator<Item = i64> + 'a> {
    let base = cursor.i64()?;
    let step = cursor.u64()?;
    let (bytes, width) = packed_part(cursor, count)?;
    Some(
        unpack(bytes, width, count)
            .map(move |steps| base.wrapping_add(steps.wrapping_mul(step) as i64)),
    )
}

/// What a column's values are handed to: an iterator of `rows` values.
pub(super) trait Sink {
    /// What is made of the values.
    type Made;
    /// Takes the values.
    fn take(self, values: impl Iterator<Item = i64>) -> Option<Self::Made>;
}

/// Decodes a column that is neither constant nor predicted; `None` where the bytes are not what the encoding writes.
pub(super) fn decode<S: Sink>(
    encoding: Encoding,
    bytes: &[u8],
    rows: usize,
    sink: S,
) -> Option<S::Made> {
    let mut cursor = Cursor::new(bytes);
    let cursor = &mut cursor;
    match encoding {
        Encoding::Constant | Encoding::Predicted => None,
        Encoding::Packed => {
            let values = packed_values(cursor, rows)?;
            cursor.is_at_end().then_some(())?;
            sink.take(values)
        }
        Encoding::Runs => {
            let runs = decode_runs(bytes, rows)?;
            sink.take(
                runs.into_iter()
                    .flat_map(|(value, length)| std::iter::repeat_n(value, length)),
            )
        }
        Encoding::Sparse => {
            let usual = cursor.i64()?;
            let count = cursor.length().filter(|&count| count <= rows)?;
            let (gaps, width) = packed_part(cursor, count)?;
            let others = packed_values(cursor, count)?;
            cursor.is_at_end().then_some(())?;
            let mut values = vec![usual; rows];
            let mut at = 0_usize;
            for (gap, other) in unpack(gaps, width, count).zip(others) {
                at = at.checked_add(usize::try_from(gap).ok()?)?;
                *values.get_mut(at)? = other;
                at += 1;
            }
            sink.take(values.into_iter())
        }
        Encoding::ValueSet => {
            let count = cursor
                .length()
                .filter(|&count| count > 0 && count <= VALUE_SET_MAX)?;
            let mut set = Vec::with_capacity(count);
            let mut previous = 0_i64;
            for _ in 0..count {
                previous = previous.checked_add(cursor.i64()?)?;
                set.push(previous);
            }
            let (bytes, width) = packed_part(cursor, rows)?;
            cursor.is_at_end().then_some(())?;
            // An index past the set can only come from damage; the sink sees a value that is not
            // within the column's bounds or a sum that does not match.
            sink.take(unpack(bytes, width, rows).map(|index| {
                usize::try_from(index)
                    .ok()
                    .and_then(|index| set.get(index))
                    .copied()
                    .unwrap_or(i64::MIN)
            }))
        }
        Encoding::Delta => {
            let first = cursor.i64()?;
            let least = cursor.i64()?;
            let (bytes, width) = packed_part(cursor, rows.checked_sub(1)?)?;
            cursor.is_at_end().then_some(())?;
            let mut value = first;
            let steps = unpack(bytes, width, rows - 1).map(move |above| {
                value = value.wrapping_add(least).wrapping_add(above as i64);
                value
            });
            sink.take(std::iter::once(first).chain(steps))
        }
    }
}

/// The runs of a column: values with their lengths, which add up to `rows`.
pub(super) fn decode_runs(bytes: &[u8], rows: usize) -> Option<Vec<(i64, usize)>> {
    let mut cursor = Cursor::new(bytes);
    let mut runs = Vec::new();
    let (mut value, mut rest) = (0_i64, rows);
    while rest > 0 {
        value = value.checked_add(cursor.i64()?)?;
        let length = cursor.length().filter(|&length| length > 0)?;
        rest = rest.checked_sub(length)?;
        runs.push((value, length));
    }
    cursor.is_at_end().then_some(runs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Collect;
    impl Sink for Collect {
        type Made = Vec<i64>;
        fn take(self, values: impl Iterator<Item = i64>) -> Option<Vec<i64>> {
            Some(values.collect())
        }
    }

    fn survives(values: &[i64]) -> Encoding {
        let (encoding, bytes) = encode(values);
        if encoding != Encoding::Constant {
            assert_eq!(
                decode(encoding, &bytes, values.len(), Collect).as_deref(),
                Some(values)
            );
        }
        encoding
    }

    #[test]
    fn the_smallest_encoding_is_taken() {
        let rows = 0_i64..2_000;
        let noise = |row: i64| row * 7_919 % 1_009;
        assert_eq!(survives(&[]), Encoding::Constant);
        assert_eq!(survives(&[7; 9]), Encoding::Constant);
        assert_eq!(
            survives(&rows.clone().map(noise).collect::<Vec<_>>()),
            Encoding::Packed
        );
        assert_eq!(
            survives(&rows.clone().map(|row| row / 100).collect::<Vec<_>>()),
            Encoding::Runs
        );
        let mostly_zero = |row| {
            if noise(row) < 20 {
                noise(row) * 991 + 3
            } else {
                0
            }
        };
        assert_eq!(
            survives(&rows.clone().map(mostly_zero).collect::<Vec<_>>()),
            Encoding::Sparse
        );
        let few = |row| [0, 1_990, 4_725, 99_999_999][(noise(row) % 4) as usize];
        assert_eq!(
            survives(&rows.clone().map(few).collect::<Vec<_>>()),
            Encoding::ValueSet
        );
        let rising = |row| row * 1_000 + noise(row) % 8;
        assert_eq!(
            survives(&rows.map(rising).collect::<Vec<_>>()),
            Encoding::Delta
        );
    }

    fn any_values() -> impl Strategy<Value = Vec<i64>> {
        let bound = 1_i64 << 53;
        prop_oneof![
            prop::collection::vec(-bound..=bound, 0..60),
            prop::collection::vec(-3_i64..3, 0..200),
            prop::collection::vec(prop_oneof![9 => Just(0_i64), 1 => 0..1_000_000_i64], 0..300),
            (1_i64..500, prop::collection::vec(0_i64..40, 0..200))
                .prop_map(|(step, values)| values.into_iter().map(|value| value * step).collect()),
            prop::collection::vec(0_i64..5, 0..100).prop_map(|steps| {
                steps
                    .into_iter()
                    .scan(0, |sum, step| {
                        *sum += step;
                        Some(*sum)
                    })
                    .collect()
            }),
        ]
    }

    proptest! {
        #[test]
        fn every_encoding_returns_what_it_was_given(values in any_values()) {
            survives(&values);
            if values.is_empty() { return Ok(()); }
            let mut counts = BTreeMap::new();
            values.iter().for_each(|&value| *counts.entry(value).or_insert(0) += 1);
            let all = [
                (Encoding::Packed, Some(packed(&values))),
                (Encoding::Runs, Some(runs(&values))),
                (Encoding::Sparse, sparse(&values, &counts)),
                (Encoding::ValueSet, value_set(&values, &counts)),
                (Encoding::Delta, Some(delta(&values))),
            ];
            for (encoding, bytes) in all {
                if let Some(bytes) = bytes {
                    let decoded = decode(encoding, &bytes, values.len(), Collect);
                    prop_assert_eq!(decoded.as_ref(), Some(&values), "{:?}", encoding);
                }
            }
        }

        #[test]
        fn no_bytes_make_a_decoder_panic(
            id in 0_u8..7, rows in 0_usize..400, bytes in prop::collection::vec(any::<u8>(), 0..80),
        ) {
            let encoding = Encoding::from_id(id).expect("seven encodings");
            if let Some(values) = decode(encoding, &bytes, rows, Collect) {
                prop_assert_eq!(values.len(), rows);
            }
        }
    }
}
