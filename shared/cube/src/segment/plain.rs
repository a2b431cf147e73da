//! A column by itself, without a directory: the number of its encoding, its length and its bytes. What
//! roll-ups are written in.

use super::encoding::{self, Encoding, Sink};
use crate::varint::{Cursor, put, put_signed};

/// Appends a column.
pub(crate) fn put_values(out: &mut Vec<u8>, values: &[i64]) {
    let (encoding, bytes) = encoding::encode(values);
    out.push(encoding.id());
    match encoding {
        Encoding::Constant => put_signed(out, values.first().copied().unwrap_or(0).into()),
        _ => {
            put(out, bytes.len() as u128);
            out.extend(bytes);
        }
    }
}

/// Reads a column of so many values; `None` where the bytes are not what is written.
pub(crate) fn take_values(cursor: &mut Cursor<'_>, count: usize) -> Option<Vec<i64>> {
    match Encoding::from_id(cursor.byte()?)? {
        Encoding::Constant => Some(vec![cursor.i64()?; count]),
        Encoding::Predicted => None,
        encoding => {
            let length = cursor.length()?;
            let values = encoding::decode(encoding, cursor.take(length)?, count, Collect)?;
            (values.len() == count).then_some(values)
        }
    }
}

struct Collect;

impl Sink for Collect {
    type Made = Vec<i64>;
    fn take(self, values: impl Iterator<Item = i64>) -> Option<Vec<i64>> {
        Some(values.collect())
    }
}
