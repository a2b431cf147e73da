//! One fact: the codes of its dimensions and its measures, and the bytes in which the edge keeps it.
//!
//! Out of scope: which columns a data set has (`model::schema`) and how facts become columns
//! (`segment`).

use thiserror::Error;

use crate::varint::{Cursor, put, zigzag};

/// The first byte of a stored fact.
const VERSION: u8 = 1;
/// More columns than any data set has; a stored fact that claims more is damaged.
const COLUMNS_MAX: usize = 256;

/// A fact of a data set: one code per [`model::schema::DataSet::dimensions`] and one integer per
/// [`model::schema::DataSet::measures`], both in that order. `None` is "not known".
///
/// ```
/// use cube::FactRow;
/// let row = FactRow { codes: vec![20_780, 2], measures: vec![Some(1), Some(12_990), None] };
/// assert_eq!(FactRow::from_bytes(&row.to_bytes())?, row);
/// assert_eq!(row.retraction().measures, [Some(-1), Some(-12_990), None]);
/// # Ok::<(), cube::FactError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactRow {
    /// Codes of the stored dimensions; a day is days since 1970-01-01.
    pub codes: Vec<u32>,
    /// Measures, the number of rows first: +1, or -1 for a retraction.
    pub measures: Vec<Option<i64>>,
}

/// Why bytes are no stored fact.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FactError {
    /// Written by a later version of the product.
    #[error("a stored fact has version {found}, this program reads {VERSION}; update it")]
    Newer {
        /// The version found.
        found: u8,
    },
    /// Cut off, with bytes left over, or with impossible numbers.
    #[error("a stored fact of {length} bytes is damaged; rebuild it from its batch")]
    Damaged {
        /// Length of the bytes given.
        length: usize,
    },
}

impl FactRow {
    /// The row that takes this one back: every measure negated.
    ///
    /// `i64::MIN` has no negation and becomes `i64::MAX`; segments refuse both.
    #[must_use]
    pub fn retraction(&self) -> FactRow {
        let negated = |measure: &Option<i64>| measure.map(i64::saturating_neg);
        FactRow {
            codes: self.codes.clone(),
            measures: self.measures.iter().map(negated).collect(),
        }
    }

    /// The fact in a few dozen bytes: counts, then a varint per code and per measure.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 * (self.codes.len() + self.measures.len()) + 3);
        out.push(VERSION);
        put(&mut out, self.codes.len() as u128);
        for &code in &self.codes {
            put(&mut out, u128::from(code));
        }
        put(&mut out, self.measures.len() as u128);
        for measure in &self.measures {
            // 0 stands for "not known", so that nulls need no bitmap.
            put(
                &mut out,
                measure.map_or(0, |known| zigzag(i128::from(known)) + 1),
            );
        }
        out
    }

    /// Reads what [`FactRow::to_bytes`] wrote; nothing may follow it.
    pub fn from_bytes(bytes: &[u8]) -> Result<FactRow, FactError> {
        let damaged = || FactError::Damaged {
            length: bytes.len(),
        };
        let mut cursor = Cursor::new(bytes);
        match cursor.byte() {
            Some(VERSION) => {}
            Some(found) if found > VERSION => return Err(FactError::Newer { found }),
            _ => return Err(damaged()),
        }
        read(&mut cursor)
            .filter(|_| cursor.is_at_end())
            .ok_or_else(damaged)
    }
}

fn read(cursor: &mut Cursor<'_>) -> Option<FactRow> {
    let count = |cursor: &mut Cursor<'_>| cursor.length().filter(|&count| count <= COLUMNS_MAX);
    let mut row = FactRow::default();
    for _ in 0..count(cursor)? {
        row.codes.push(cursor.u32()?);
    }
    for _ in 0..count(cursor)? {
        row.measures.push(match cursor.unsigned()? {
            0 => None,
            shifted => {
                let zigzag = shifted - 1;
                let value = (zigzag >> 1) as i128 ^ -((zigzag & 1) as i128);
                Some(i64::try_from(value).ok()?)
            }
        });
    }
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_typical_line_is_small() {
        let mut measures = vec![Some(0); 21];
        for (at, value) in [
            (0, 1),
            (1, 2),
            (5, 25_990),
            (10, 21_658),
            (11, 4_332),
            (12, 14_000),
        ] {
            measures[at] = Some(value);
        }
        let row = FactRow {
            codes: vec![20_780, 2, 1_204, 34, 90_211, 250_904],
            measures,
        };
        assert!(row.to_bytes().len() <= 48, "{} bytes", row.to_bytes().len());
    }

    #[test]
    fn refuses_newer_and_damaged_bytes() {
        let row = FactRow {
            codes: vec![1, 2],
            measures: vec![Some(i64::MIN), Some(i64::MAX)],
        };
        let bytes = row.to_bytes();
        assert_eq!(FactRow::from_bytes(&bytes), Ok(row));
        let mut newer = bytes.clone();
        newer[0] = 9;
        assert_eq!(
            FactRow::from_bytes(&newer),
            Err(FactError::Newer { found: 9 })
        );
        for length in 0..bytes.len() {
            assert_eq!(
                FactRow::from_bytes(&bytes[..length]),
                Err(FactError::Damaged { length })
            );
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert!(FactRow::from_bytes(&longer).is_err());
    }

    proptest! {
        #[test]
        fn bytes_and_back(codes: Vec<u32>, measures: Vec<Option<i64>>) {
            let row = FactRow { codes, measures };
            prop_assert_eq!(FactRow::from_bytes(&row.to_bytes()), Ok(row));
        }

        #[test]
        fn no_bytes_make_it_panic(mut bytes: Vec<u8>) {
            bytes.insert(0, VERSION);
            if let Ok(row) = FactRow::from_bytes(&bytes) {
                prop_assert_eq!(FactRow::from_bytes(&row.to_bytes()), Ok(row));
            }
        }
    }
}
