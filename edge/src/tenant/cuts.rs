//! Segments as they were written for a cut: the same facts without the columns that it leaves out, under names
//! of their own.
//!
//! They are made where a segment is made, of the same rows, so that nothing of a hidden column is in them, not
//! even the order of rows. Segments of before there were cuts get theirs from the alarm; until then a manifest of
//! the cut names no segment, because figures of some of the facts would be wrong.

use std::collections::BTreeMap;

use cube::{Segment, SegmentWriter};
use kernel::{Hash256, TenantId};
use policy::{Cut, Seen};
use sync::SegmentRef;

use super::delta::{CutPart, cut_parts};
use super::manifest::{data_set_of, hash_at, number_at};
use super::{Named, Tenant, Told, blob_name};
use crate::fault::{Context, Fault};
use crate::ports::{BlobStore, Sql, SqlValue};

/// Segments that get their cuts in one go of the alarm.
const MISSING_MAX: usize = 12;

impl<S: Sql> Tenant<S> {
    /// What is seen through a cut of some segments, as a manifest names it.
    pub(super) fn through(
        &self,
        cut: Cut,
        segments: Vec<SegmentRef>,
    ) -> Result<Vec<SegmentRef>, Fault> {
        let mut parts = self.parts_of(cut)?;
        let mut seen = Vec::with_capacity(segments.len());
        for segment in segments {
            match cut.of(segment.data_set) {
                Seen::Whole => seen.push(segment),
                Seen::Nothing => {}
                Seen::Cut(_) => match parts.remove(&segment.hash) {
                    Some((hash, bytes)) => seen.push(SegmentRef {
                        hash,
                        bytes,
                        ..segment
                    }),
                    None => return Ok(Vec::new()),
                },
            }
        }
        Ok(seen)
    }

    /// Name and size of each segment's part, by the name of the segment.
    fn parts_of(&self, cut: Cut) -> Result<BTreeMap<Hash256, (Hash256, u32)>, Fault> {
        let statement = "SELECT whole, hash, bytes FROM cuts WHERE cut = ?1";
        let rows = self.sql.rows(statement, vec![cut.name().into()])?;
        let mut parts = BTreeMap::new();
        for row in &rows {
            parts.insert(hash_at(row, 0)?, (hash_at(row, 1)?, number_at(row, 2)?));
        }
        Ok(parts)
    }

    /// The names of a segment's parts.
    pub(super) fn cuts_of(&self, whole: Hash256) -> Result<Vec<Hash256>, Fault> {
        let statement = "SELECT hash FROM cuts WHERE whole = ?1";
        let rows = self.sql.rows(statement, vec![whole.to_string().into()])?;
        rows.iter().map(|row| hash_at(row, 0)).collect()
    }

    pub(super) fn write_cuts(&self, whole: Hash256, parts: &[CutPart]) -> Result<(), Fault> {
        let statement = "INSERT INTO cuts (whole, cut, hash, bytes) VALUES (?1, ?2, ?3, ?4)";
        for part in parts {
            let hash = part.hash.to_string();
            self.revive(&hash)?;
            let values = vec![
                whole.to_string().into(),
                part.cut.name().into(),
                hash.into(),
                part.length.into(),
            ];
            self.sql.rows(statement, values)?;
        }
        Ok(())
    }

    /// Notes that the parts of a segment are no longer named.
    pub(super) fn retire_cuts(&self, whole: &str, now: i64) -> Result<(), Fault> {
        let statement = "DELETE FROM cuts WHERE whole = ?1 RETURNING hash";
        for row in self.sql.rows(statement, vec![whole.into()])? {
            if let Some(hash) = row.first().and_then(SqlValue::text) {
                self.retire(hash, now)?;
            }
        }
        Ok(())
    }

    /// Segments that lack a part.
    fn lacking_cuts(&self) -> Result<Vec<Hash256>, Fault> {
        let statement = "SELECT hash, data_set FROM segments WHERE NOT EXISTS (SELECT 1 FROM cuts WHERE \
                         whole = segments.hash AND cut = ?1)";
        let mut lacking = Vec::new();
        for cut in Cut::ALL {
            for row in self.sql.rows(statement, vec![cut.name().into()])? {
                let data_set = data_set_of(row.get(1).and_then(SqlValue::text))?;
                if cut.of(data_set) == Seen::Cut(cut) {
                    lacking.push(hash_at(&row, 0)?);
                }
            }
        }
        Ok(lacking)
    }

    /// Whether the alarm has to see to parts. What is written from now on has them.
    pub(super) fn lacks_cuts(&self) -> Result<bool, Fault> {
        if !self.has_cuts.get() {
            self.has_cuts.set(self.lacking_cuts()?.is_empty());
        }
        Ok(!self.has_cuts.get())
    }

    /// Gives parts to segments that lack them.
    pub(super) async fn complete_cuts(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
    ) -> Result<(), Fault> {
        if !self.lacks_cuts()? {
            return Ok(());
        }
        let lacking = self.lacking_cuts()?;
        let mut taken = self.names()?;
        for hashes in lacking.chunks(MISSING_MAX) {
            let mut made = Vec::new();
            for hash in hashes {
                let bytes = blobs.get(tenant, &blob_name(*hash)).await?;
                let bytes = bytes.ok_or_else(|| {
                    Fault::internal("cut a segment", format!("{hash} is missing"))
                })?;
                let segment = Segment::open(bytes).context("open a segment")?;
                let mut writer =
                    SegmentWriter::new(segment.data_set(), segment.month(), segment.channel());
                for row in segment.read_rows().context("read a segment")? {
                    writer.push(&row).context("write a segment")?;
                }
                let parts = cut_parts(writer, &mut taken)?;
                for part in &parts {
                    let named = (blob_name(part.hash), part.bytes.clone());
                    blobs.put(tenant, &[named]).await?;
                }
                made.push((*hash, parts));
            }
            let profile = self.profile()?;
            self.sql.transaction(|| {
                for (whole, parts) in &made {
                    self.write_cuts(*whole, parts)?;
                }
                let statement = "UPDATE state SET sequence = sequence + 1";
                self.sql.rows(statement, Vec::new())?;
                self.renew_manifest(&profile)
            })?;
        }
        Ok(())
    }

    /// What a blob is, where a manifest names it.
    pub(super) fn named(&self, hash: Hash256) -> Result<Told, Fault> {
        let statement = "SELECT data_set, channel, NULL FROM segments WHERE hash = ?1 UNION ALL \
                         SELECT data_set, channel, cut FROM cuts JOIN segments ON segments.hash = whole \
                         WHERE cuts.hash = ?1 UNION ALL \
                         SELECT data_set, channel, cut FROM rollups WHERE hash = ?1";
        let rows = self.sql.rows(statement, vec![hash.to_string().into()])?;
        if let Some(row) = rows.first() {
            let cut = row.get(2).and_then(SqlValue::text);
            return Ok(Told::Named {
                named: Some(Named::Segment {
                    data_set: data_set_of(row.first().and_then(SqlValue::text))?,
                    channel: number_at(row, 1)?,
                    cut: Cut::ALL.into_iter().find(|it| Some(it.name()) == cut),
                }),
            });
        }
        let statement = "SELECT dimension FROM chunks WHERE hash = ?1";
        let rows = self.sql.rows(statement, vec![hash.to_string().into()])?;
        let name = rows.first().and_then(|row| row.first()?.text());
        let dimension = super::members::dimension_of(name);
        Ok(Told::Named {
            named: dimension.map(|dimension| Named::Names { dimension }),
        })
    }

    /// The codes of some channels that there are facts of.
    pub(super) fn channels(&self, keys: &[String]) -> Result<Told, Fault> {
        let statement = "SELECT code FROM members WHERE dimension = 'channel' AND key = ?1";
        let mut codes = Vec::new();
        for key in keys {
            let rows = self.sql.rows(statement, vec![key.as_str().into()])?;
            for row in rows {
                codes.push(number_at(&row, 0)?);
            }
        }
        Ok(Told::Channels { codes })
    }
}
