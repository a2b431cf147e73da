//! The manifest as it is sent, what it names, and what it no longer names.

use std::collections::BTreeSet;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use kernel::{Date, Hash256, TenantId, Timestamp};
use model::profile::TenantProfile;
use model::schema::DataSet;
use policy::Cut;
use sync::{DictionaryRef, Manifest, SegmentRef};

use super::delta::Built;
use super::members::DIMENSIONS;
use super::{GRACE_MILLIS, Manifested, Tenant, Told, blob_name};
use crate::fault::{Context, Fault};
use crate::ports::{BlobStore, Sql, SqlValue};

const MANIFEST: &str = "manifest";
const DASHBOARD: &str = "dashboard";
/// Blobs that are forgotten at once.
const FORGET_MAX: i64 = 500;

impl<S: Sql> Tenant<S> {
    /// The manifest of all columns or of a cut, unless `known` is its sequence.
    pub fn manifest(
        &self,
        cut: Option<Cut>,
        known: Option<u64>,
        gzip: bool,
    ) -> Result<Manifested, Fault> {
        let statement = "SELECT sequence FROM kept WHERE name = ?1";
        let name = manifest_name(cut);
        let mut rows = self.sql.rows(statement, vec![name.as_str().into()])?;
        if rows.is_empty() && cut.is_some() {
            // The company's manifest is of before there were cuts.
            let profile = self.profile()?;
            self.sql.transaction(|| self.renew_manifest(&profile))?;
            rows = self.sql.rows(statement, vec![name.as_str().into()])?;
        }
        let sequence = rows.first().and_then(|row| row.first()?.integer());
        let sequence = sequence.ok_or_else(Fault::not_found)?.unsigned_abs();
        if known == Some(sequence) {
            return Ok(Manifested::Unchanged { sequence });
        }
        let statement = if gzip {
            "SELECT gzip FROM kept WHERE name = ?1"
        } else {
            "SELECT CAST(json AS BLOB) FROM kept WHERE name = ?1"
        };
        let mut rows = self.sql.rows(statement, vec![name.into()])?;
        let bytes = rows.pop().and_then(|mut row| row.pop()?.into_blob());
        Ok(Manifested::Changed {
            sequence,
            bytes: bytes.ok_or_else(|| Fault::internal("read the manifest", "it is empty"))?,
            is_gzip: gzip,
        })
    }

    /// Writes the manifests anew; part of the transaction that changes what they name.
    pub(super) fn renew_manifest(&self, profile: &TenantProfile) -> Result<(), Fault> {
        let mut manifest = Manifest::empty(profile.clone());
        manifest.sequence = self.state()?.sequence;
        manifest.dictionaries = self.chunks()?;
        manifest.segments = self.segments()?;
        manifest.rollups = self.rollups(None)?;
        self.keep_manifest(&manifest)?;
        for cut in Cut::ALL {
            let mut part = Manifest {
                segments: self.through(cut, manifest.segments.clone())?,
                rollups: self.rollups(Some(cut))?,
                cut: Some(cut),
                ..manifest.clone()
            };
            let sight = part.sight();
            part.dictionaries
                .retain(|chunk| sight.sees_names(chunk.dimension));
            self.keep_manifest(&part)?;
        }
        Ok(())
    }

    fn keep_manifest(&self, manifest: &Manifest) -> Result<(), Fault> {
        let json = serde_json::to_string(manifest).context("write the manifest")?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(4));
        encoder
            .write_all(json.as_bytes())
            .context("pack the manifest")?;
        let gzip = encoder.finish().context("pack the manifest")?;
        let statement = "INSERT INTO kept (name, sequence, day, json, gzip) VALUES (?1, ?2, 0, ?3, ?4) \
                         ON CONFLICT DO UPDATE SET sequence = excluded.sequence, json = excluded.json, \
                         gzip = excluded.gzip";
        let values = vec![
            manifest_name(manifest.cut).into(),
            (manifest.sequence as i64).into(),
            json.into(),
            SqlValue::Blob(gzip),
        ];
        self.sql.rows(statement, values).map(drop)
    }

    /// The segments of the manifest, oldest month first.
    pub(super) fn segments(&self) -> Result<Vec<SegmentRef>, Fault> {
        let statement = "SELECT hash, data_set, month, channel, rows, bytes, first_day, last_day, delta \
                         FROM segments ORDER BY month, data_set, channel, delta, hash";
        let rows = self.sql.rows(statement, Vec::new())?;
        rows.iter().map(|row| segment_of(row)).collect()
    }

    fn chunks(&self) -> Result<Vec<DictionaryRef>, Fault> {
        let statement = "SELECT first_code, hash, entries, bytes FROM chunks \
                         WHERE dimension = ?1 ORDER BY first_code";
        let mut chunks = Vec::new();
        for (dimension, name) in DIMENSIONS {
            for row in self.sql.rows(statement, vec![name.into()])? {
                chunks.push(DictionaryRef {
                    hash: hash_at(&row, 1)?,
                    dimension,
                    first_code: number_at(&row, 0)?,
                    entries: number_at(&row, 2)?,
                    bytes: number_at(&row, 3)?,
                });
            }
        }
        Ok(chunks)
    }

    /// Every name that is in use.
    pub(super) fn names(&self) -> Result<BTreeSet<Hash256>, Fault> {
        let statement = "SELECT hash FROM segments UNION ALL SELECT hash FROM cuts";
        let mut names = BTreeSet::new();
        for row in self.sql.rows(statement, Vec::new())? {
            names.insert(hash_at(&row, 0)?);
        }
        Ok(names)
    }

    pub(super) fn write_segments(&self, segments: &[Built]) -> Result<(), Fault> {
        let statement = "INSERT INTO segments (hash, data_set, month, channel, rows, bytes, first_day, \
                         last_day, delta) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        for built in segments {
            let segment = &built.reference;
            self.write_cuts(segment.hash, &built.cuts)?;
            let hash = segment.hash.to_string();
            self.revive(&hash)?;
            let values = vec![
                hash.into(),
                segment.data_set.name().into(),
                segment.month.days().into(),
                segment.channel.into(),
                segment.rows.into(),
                segment.bytes.into(),
                segment.from.days().into(),
                segment.to.days().into(),
                segment.delta.into(),
            ];
            self.sql.rows(statement, values)?;
        }
        Ok(())
    }

    /// Notes that the manifest no longer names a blob.
    pub(super) fn retire(&self, hash: &str, now: i64) -> Result<(), Fault> {
        let statement = "INSERT INTO retired (hash, at) VALUES (?1, ?2) \
                         ON CONFLICT DO UPDATE SET at = excluded.at";
        self.sql
            .rows(statement, vec![hash.into(), now.into()])
            .map(drop)
    }

    /// Notes that the manifest names a blob again.
    pub(super) fn revive(&self, hash: &str) -> Result<(), Fault> {
        let statement = "DELETE FROM retired WHERE hash = ?1";
        self.sql.rows(statement, vec![hash.into()]).map(drop)
    }

    /// When the first blob can be forgotten.
    pub(super) fn garbage_due(&self) -> Result<Option<i64>, Fault> {
        let rows = self.sql.rows("SELECT min(at) FROM retired", Vec::new())?;
        let oldest = rows.first().and_then(|row| row.first()?.integer());
        Ok(oldest.map(|at| at + GRACE_MILLIS))
    }

    /// Forgets blobs that no client can ask for any more: first the bytes, then the note of them.
    pub(super) async fn forget_retired(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let statement = "SELECT hash FROM retired WHERE at <= ?1 LIMIT ?2";
        let values = vec![(now.millis() - GRACE_MILLIS).into(), FORGET_MAX.into()];
        let rows = self.sql.rows(statement, values)?;
        if rows.is_empty() {
            return Ok(());
        }
        let hashes = rows.iter().map(|row| hash_at(row, 0));
        let hashes = hashes.collect::<Result<Vec<_>, _>>()?;
        let names: Vec<String> = hashes.iter().map(|hash| blob_name(*hash)).collect();
        blobs.delete(tenant, &names).await?;
        self.sql.transaction(|| {
            for hash in hashes {
                self.revive(&hash.to_string())?;
            }
            Ok(())
        })
    }

    pub(super) fn dashboard(&self, now: Timestamp) -> Result<Told, Fault> {
        let today = self.profile()?.today(now).context("tell the day")?;
        let statement = "SELECT json FROM kept WHERE name = ?1 AND sequence = ?2 AND day = ?3";
        let sequence = self.state()?.sequence as i64;
        let values = vec![DASHBOARD.into(), sequence.into(), today.days().into()];
        let rows = self.sql.rows(statement, values)?;
        let json = rows.first().and_then(|row| row.first()?.text());
        Ok(Told::Dashboard {
            today,
            json: json.map(str::to_owned),
        })
    }

    pub(super) fn keep_dashboard(
        &self,
        sequence: u64,
        today: Date,
        json: String,
    ) -> Result<Told, Fault> {
        let statement = "INSERT INTO kept (name, sequence, day, json) VALUES (?1, ?2, ?3, ?4) \
                         ON CONFLICT DO UPDATE SET sequence = excluded.sequence, day = excluded.day, \
                         json = excluded.json";
        let values = vec![
            DASHBOARD.into(),
            (sequence as i64).into(),
            today.days().into(),
            json.into(),
        ];
        self.sql.rows(statement, values)?;
        Ok(Told::Done)
    }
}

/// What the manifest of a cut is kept under.
fn manifest_name(cut: Option<Cut>) -> String {
    match cut {
        None => MANIFEST.to_owned(),
        Some(cut) => format!("{MANIFEST}-{}", cut.name()),
    }
}

/// The data set of a name in a table.
pub(super) fn data_set_of(name: Option<&str>) -> Result<DataSet, Fault> {
    let known = DataSet::ALL.into_iter().find(|it| Some(it.name()) == name);
    known.ok_or_else(|| Fault::internal("read a data set", format!("{name:?}")))
}

fn segment_of(row: &[SqlValue]) -> Result<SegmentRef, Fault> {
    let day = |at| {
        let days = row.get(at).and_then(SqlValue::integer).unwrap_or_default();
        Date::from_days(days as i32).context("read a segment")
    };
    Ok(SegmentRef {
        hash: hash_at(row, 0)?,
        data_set: data_set_of(row.get(1).and_then(SqlValue::text))?,
        month: day(2)?,
        channel: number_at(row, 3)?,
        rows: number_at(row, 4)?,
        bytes: number_at(row, 5)?,
        from: day(6)?,
        to: day(7)?,
        delta: number_at(row, 8)? != 0,
    })
}

pub(super) fn hash_at(row: &[SqlValue], at: usize) -> Result<Hash256, Fault> {
    let text = row.get(at).and_then(SqlValue::text).unwrap_or_default();
    text.parse().context("read a name")
}

pub(super) fn number_at(row: &[SqlValue], at: usize) -> Result<u32, Fault> {
    let number = row.get(at).and_then(SqlValue::integer).unwrap_or_default();
    u32::try_from(number).context("read a number")
}
