//! Segments to be stored: changes of a batch, or a rebuilt month.

use std::collections::BTreeSet;

use cube::{FactRow, Segment, SegmentWriter};
use kernel::{Date, Hash256};
use model::schema::{DataSet, Dimension, Measure};
use policy::{Cut, Seen};
use sync::SegmentRef;

use crate::fault::{Context, Fault};

/// The data set, month (its first day) and channel that a fact belongs to.
pub(super) type Place = (DataSet, Date, u32);

/// A segment with its bytes.
pub(super) struct Built {
    pub(super) reference: SegmentRef,
    pub(super) bytes: Vec<u8>,
    /// The same for each cut that sees some of its columns.
    pub(super) cuts: Vec<CutPart>,
}

/// A segment as it is for a cut.
pub(super) struct CutPart {
    pub(super) cut: Cut,
    pub(super) hash: Hash256,
    pub(super) length: u32,
    pub(super) bytes: Vec<u8>,
}

impl Built {
    /// Everything to be stored, by name.
    pub(super) fn blobs(&self) -> impl Iterator<Item = (Hash256, &Vec<u8>)> {
        let cuts = self.cuts.iter().map(|part| (part.hash, &part.bytes));
        std::iter::once((self.reference.hash, &self.bytes)).chain(cuts)
    }

    /// Lets go of what is stored.
    pub(super) fn forget_bytes(&mut self) {
        self.bytes = Vec::new();
        for part in &mut self.cuts {
            part.bytes = Vec::new();
        }
    }
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
    mut writer: SegmentWriter,
    delta: bool,
    taken: &mut BTreeSet<Hash256>,
) -> Result<Built, Fault> {
    let (hash, bytes) = name(writer.encode(), taken)?;
    let segment = Segment::open(bytes.as_slice()).context("open a new segment")?;
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
    let cuts = cut_parts(writer, taken)?;
    Ok(Built {
        reference,
        bytes,
        cuts,
    })
}

/// The segment of a writer's facts as each cut sees it.
pub(super) fn cut_parts(
    writer: SegmentWriter,
    taken: &mut BTreeSet<Hash256>,
) -> Result<Vec<CutPart>, Fault> {
    let data_set = writer.data_set();
    let wanted = |cut: &Cut| cut.of(data_set) == Seen::Cut(*cut);
    let mut cuts: Vec<Cut> = Cut::ALL.into_iter().filter(wanted).collect();
    let mut rest = Some(writer);
    let mut parts = Vec::new();
    while let Some(cut) = cuts.pop() {
        // Up to 60,000 rows: the last cut takes them, and only further ones need a copy.
        let own = if cuts.is_empty() {
            rest.take()
        } else {
            rest.clone()
        };
        let Some(mut own) = own else { break };
        let hidden: Vec<Measure> = cut.hidden(data_set).collect();
        own.hide(&hidden);
        let (hash, bytes) = name(own.finish(), taken)?;
        let length = bytes.len() as u32;
        parts.push(CutPart {
            cut,
            hash,
            length,
            bytes,
        });
    }
    Ok(parts)
}

/// Names bytes of a segment; where the name is taken, those of one that says the same.
fn name(mut bytes: Vec<u8>, taken: &mut BTreeSet<Hash256>) -> Result<(Hash256, Vec<u8>), Fault> {
    loop {
        let hash = sync::content_hash(&bytes);
        if taken.insert(hash) {
            return Ok((hash, bytes));
        }
        let segment = Segment::open(bytes.as_slice()).context("open a new segment")?;
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
