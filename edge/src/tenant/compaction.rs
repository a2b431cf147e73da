//! Compaction: many small segments of a month and channel become one, rebuilt from its lines.
//!
//! While an import runs, only buckets with many changes are rebuilt; once it has settled, those whose
//! changes are many or a good part of the whole. A correction of a few lines in a large month stays a
//! small segment, so that a phone fetches little. What is replaced can be fetched for a day more by
//! clients that hold the older manifest.

use std::collections::{BTreeMap, BTreeSet};

use cube::{FactRow, SegmentWriter};
use kernel::{Hash256, TenantId, Timestamp};
use sync::SegmentRef;

use super::delta::{Built, Place, build};
use super::process::LINES_PER_BUCKET;
use super::{Tenant, blob_name};
use crate::digest::unhex;
use crate::fault::{Context, Fault};
use crate::ports::{BlobStore, Sql, SqlValue};

/// The most rows of a rebuilt segment; a larger month becomes several. Bounds memory, too.
const BASE_ROWS_MAX: usize = 60_000;
/// Lines read at a time.
const PAGE_LINES: i64 = 4_000;
/// Buckets rebuilt in one transaction.
const BUCKETS_MAX: usize = 12;

/// When to rebuild.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Only what gets out of hand.
    Pressing,
    /// Everything worth it.
    Settled,
}

/// What there is of a bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Shape {
    base_rows: u64,
    delta_rows: u64,
    deltas: u32,
}

impl Shape {
    const fn is_due(self, urgency: Urgency) -> bool {
        match urgency {
            Urgency::Pressing => self.deltas > 24,
            // More than four, or more than a fifth of the whole.
            Urgency::Settled => self.deltas > 4 || self.delta_rows * 5 > self.base_rows,
        }
    }
}

impl<S: Sql> Tenant<S> {
    /// Rebuilds the buckets that are due.
    pub(super) async fn compact(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
        clock: &impl Fn() -> Timestamp,
        urgency: Urgency,
    ) -> Result<(), Fault> {
        let mut shapes: BTreeMap<Place, Shape> = BTreeMap::new();
        for segment in self.segments()? {
            let shape = shapes.entry(place_of(&segment)).or_default();
            if segment.delta {
                shape.deltas += 1;
                shape.delta_rows += u64::from(segment.rows);
            } else {
                shape.base_rows += u64::from(segment.rows);
            }
        }
        let due: Vec<Place> = shapes
            .into_iter()
            .filter(|(_, shape)| shape.deltas > 0 && shape.is_due(urgency))
            .map(|(place, _)| place)
            .collect();
        for places in due.chunks(BUCKETS_MAX) {
            self.rebuild(tenant, blobs, clock, places).await?;
        }
        if urgency == Urgency::Settled {
            self.sql
                .rows("UPDATE state SET settle_at = NULL", Vec::new())?;
        }
        Ok(())
    }

    async fn rebuild(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
        clock: &impl Fn() -> Timestamp,
        places: &[Place],
    ) -> Result<(), Fault> {
        let old: Vec<SegmentRef> = self
            .segments()?
            .into_iter()
            .filter(|segment| places.contains(&place_of(segment)))
            .collect();
        let mut taken = self.names()?;
        for segment in &old {
            taken.remove(&segment.hash);
            for part in self.cuts_of(segment.hash)? {
                taken.remove(&part);
            }
        }
        let mut new = Vec::new();
        for place in places {
            for mut built in self.base_segments(*place, &mut taken)? {
                let named = built
                    .blobs()
                    .map(|(hash, bytes)| (blob_name(hash), bytes.clone()));
                let named: Vec<(String, Vec<u8>)> = named.collect();
                blobs.put(tenant, &named).await?;
                built.forget_bytes();
                new.push(built);
            }
        }
        let profile = self.profile()?;
        let now = clock().millis();
        // Only the alarm changes lines, and it does one thing at a time: these are still the lines.
        self.sql.transaction(|| {
            for segment in &old {
                let hash = segment.hash.to_string();
                self.retire(&hash, now)?;
                self.retire_cuts(&hash, now)?;
                let statement = "DELETE FROM segments WHERE hash = ?1";
                self.sql.rows(statement, vec![hash.into()])?;
            }
            for place in places {
                self.retire_rollups(*place, now)?;
            }
            self.write_segments(&new)?;
            let statement = "UPDATE state SET sequence = sequence + 1";
            self.sql.rows(statement, Vec::new())?;
            self.renew_manifest(&profile)
        })
    }

    /// The segments of a bucket, from its lines.
    fn base_segments(
        &self,
        place: Place,
        taken: &mut BTreeSet<Hash256>,
    ) -> Result<Vec<Built>, Fault> {
        let (data_set, month, channel) = place;
        let statement =
            "SELECT id FROM buckets WHERE data_set = ?1 AND month = ?2 AND channel = ?3";
        let values = vec![data_set.name().into(), month.days().into(), channel.into()];
        let rows = self.sql.rows(statement, values)?;
        let Some(bucket) = rows.first().and_then(|row| row.first()?.integer()) else {
            return Ok(Vec::new());
        };
        let statement = "SELECT group_concat(hex(fact), ','), max(id) FROM (SELECT id, fact FROM lines \
                         WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3)";
        let end = (bucket + 1) * LINES_PER_BUCKET;
        let mut next = bucket * LINES_PER_BUCKET;
        let mut segments = Vec::new();
        let mut writer = SegmentWriter::new(data_set, month, channel);
        loop {
            let values = vec![next.into(), end.into(), PAGE_LINES.into()];
            let rows = self.sql.rows(statement, values)?;
            let row = rows.first().map(Vec::as_slice).unwrap_or_default();
            let Some(last) = row.get(1).and_then(SqlValue::integer) else {
                break;
            };
            let facts = row.first().and_then(SqlValue::text).unwrap_or_default();
            for fact in facts.split(',') {
                let bytes = unhex(fact).unwrap_or_default();
                let fact = FactRow::from_bytes(&bytes).context("read a stored line")?;
                writer.push(&fact).context("write a segment")?;
                if writer.len() >= BASE_ROWS_MAX {
                    let next = SegmentWriter::new(data_set, month, channel);
                    let full = std::mem::replace(&mut writer, next);
                    segments.push(build(full, false, taken)?);
                }
            }
            next = last + 1;
        }
        if !writer.is_empty() {
            segments.push(build(writer, false, taken)?);
        }
        Ok(segments)
    }
}

const fn place_of(segment: &SegmentRef) -> Place {
    (segment.data_set, segment.month, segment.channel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_correction_stays_small_and_an_import_becomes_one() {
        let shape = |base_rows, delta_rows, deltas| Shape {
            base_rows,
            delta_rows,
            deltas,
        };
        assert!(shape(0, 10, 1).is_due(Urgency::Settled));
        assert!(!shape(0, 10, 1).is_due(Urgency::Pressing));
        assert!(!shape(10_000, 20, 2).is_due(Urgency::Settled));
        assert!(shape(10_000, 20, 5).is_due(Urgency::Settled));
        assert!(shape(10_000, 2_001, 1).is_due(Urgency::Settled));
        assert!(shape(10_000, 50, 25).is_due(Urgency::Pressing));
    }
}
