//! Segments to be stored: changes of a batch, or a rebuilt month.

use std::collections::BTreeSet;

use cube::{FactRow, Segment, SegmentWriter};
use kernel::{Date, Hash256};
use model::schema::{DataSet, Dimension};
use sync::SegmentRef;

use crate::fault::{Context, Fault};

/// The data set, month (its first day) and channel that a fact belongs to.
pub(super) type Place = (DataSet, Date, u32);

/// A segment with its bytes.
pub(super) struct Built {
    pub(super) reference: SegmentRef,
    pub(super) bytes: Vec<u8>,
}

/// Where a fact belongs.
pub(super) fn place_of(data_set: DataSet, fact: &FactRow) -> Result<Place, Fault> {
    let code_of = |dimension| {
        let mut dimensions = data_set.dimensions().iter();
        let at = dimensions.position(|it| *it == dimension)?;
        fact.codes.get(at).copied()
    };
    let days = code_of(Dimension::Day).and_then(|day| i32::try_from(day).ok());
    let day = days.ok_or_else(|| Fault::internal("place a fact", "it has no day"))?;
    let day = Date::from_days(day).context("place a fact")?;
    let channel = code_of(Dimension::Channel).unwrap_or(0);
    Ok((data_set, day.first_of_month(), channel))
}

/// Ends a segment. Its name must not be `taken`: a device holds each name once, and yet a correction
/// that is undone and done again brings the very same change twice. Such a segment is told apart by a
/// row that is added and taken back.
pub(super) fn build(
    writer: SegmentWriter,
    delta: bool,
    taken: &mut BTreeSet<Hash256>,
) -> Result<Built, Fault> {
    let mut bytes = writer.finish();
    loop {
        let hash = sync::content_hash(&bytes);
        let segment = Segment::open(bytes.as_slice()).context("open a new segment")?;
        if taken.insert(hash) {
            let days = segment.days();
            let reference = SegmentRef {
                hash,
                data_set: segment.data_set(),
                month: segment.month(),
                channel: segment.channel(),
                rows: segment.rows(),
                bytes: bytes.len() as u32,
                from: days.from(),
                to: days.to(),
                delta,
            };
            return Ok(Built { reference, bytes });
        }
        let rows = segment.read_rows().context("read a new segment")?;
        let mut writer = SegmentWriter::new(segment.data_set(), segment.month(), segment.channel());
        let pair = rows.first().map(|row| [row.clone(), row.retraction()]);
        for row in rows.iter().chain(pair.iter().flatten()) {
            writer.push(row).context("write a segment")?;
        }
        bytes = writer.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_change_twice_has_two_names_and_counts_twice() {
        let month = Date::from_ymd(2026, 11, 1).unwrap();
        let day = month.days() as u32;
        let fact = FactRow {
            codes: vec![day, 1, 1],
            measures: [1, 50, 60, 70, 80, 9].map(Some).to_vec(),
        };
        let mut taken = BTreeSet::new();
        let mut built = Vec::new();
        for _ in 0..3 {
            let mut writer = SegmentWriter::new(DataSet::Ads, month, 1);
            writer.push(&fact).unwrap();
            built.push(build(writer, true, &mut taken).unwrap());
        }
        assert_eq!(taken.len(), 3);
        for segment in built {
            let rows = Segment::open(segment.bytes).unwrap().read_rows().unwrap();
            let sum: i64 = rows.iter().filter_map(|row| row.measures[1]).sum();
            assert_eq!(sum, 50);
        }
        assert_eq!(
            place_of(DataSet::Ads, &fact).unwrap(),
            (DataSet::Ads, month, 1)
        );
    }
}
