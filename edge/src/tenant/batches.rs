//! The register of batches: what was acknowledged, and what became of it.

use api::ingest::{Batch, BatchCounts, BatchStatus, Batches};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ingest::{ImportSpec, Report};
use kernel::BatchId;
use model::columns::FileKind;
use serde::de::DeserializeOwned;
use webhooks::EventKind;

use super::specification::specification;
use super::{Known, NewBatch, Tenant, Told};
use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlValue};

const COLUMNS: &str = "id, status, kind, file, received_at, report, error, digest";

/// A batch to be worked in.
pub(super) struct Waiting {
    pub(super) number: i64,
    pub(super) digest: String,
    pub(super) spec: ImportSpec,
    pub(super) received_at: i64,
    /// How often work on it has begun.
    pub(super) starts: i64,
    /// How often it ended in a fault of the platform.
    pub(super) faults: i64,
}

impl<S: Sql> Tenant<S> {
    pub(super) fn find(&self, key: &str) -> Result<Told, Fault> {
        self.profile()?;
        let known = self.known(key)?;
        let statement = "SELECT count(*) FROM batches WHERE status = 'stored'";
        let rows = self.sql.rows(statement, Vec::new())?;
        let waiting = rows.first().and_then(|row| row.first()?.integer());
        Ok(Told::Found {
            known,
            waiting: waiting.unwrap_or_default().unsigned_abs(),
        })
    }

    /// How a file is read whose first bytes these are.
    pub(super) fn how_read(
        &self,
        kind: FileKind,
        spec: Option<ImportSpec>,
        head: &str,
    ) -> Result<Told, Fault> {
        let head = STANDARD.decode(head).context("read the head of a file")?;
        let spec = specification(kind, spec, &head, &self.profile()?)?;
        Ok(Told::Reading { spec })
    }

    /// Registers a batch once per key.
    pub(super) fn register(&self, batch: &NewBatch) -> Result<Told, Fault> {
        self.profile()?;
        let spec = serde_json::to_string(&batch.spec).context("write a specification")?;
        let statement = "INSERT INTO batches (id, key, digest, kind, status, file, spec, received_at) \
                         VALUES (?1, ?2, ?3, ?4, 'stored', ?5, ?6, ?7) ON CONFLICT DO NOTHING";
        let values = vec![
            batch.id.as_str().into(),
            batch.key.as_str().into(),
            batch.digest.as_str().into(),
            batch.kind.name().into(),
            batch.file.as_str().into(),
            spec.into(),
            batch.received_at.into(),
        ];
        self.sql.rows(statement, values)?;
        let known = self.known(&batch.key)?;
        let known = known.ok_or_else(|| Fault::internal("register a batch", "it is not there"))?;
        Ok(Told::Registered { known })
    }

    pub(super) fn batches(&self, limit: u32) -> Result<Told, Fault> {
        self.profile()?;
        let statement = "SELECT status, count(*) FROM batches GROUP BY status";
        let mut counts = BatchCounts::default();
        for row in self.sql.rows(statement, Vec::new())? {
            let count = row.get(1).and_then(SqlValue::integer).unwrap_or_default();
            let count = count.unsigned_abs();
            match row.first().and_then(SqlValue::text) {
                Some("stored") => counts.stored = count,
                Some("done") => counts.done = count,
                _ => counts.failed = count,
            }
        }
        let statement = format!("SELECT {COLUMNS} FROM batches ORDER BY number DESC LIMIT ?1");
        let rows = self.sql.rows(&statement, vec![limit.into()])?;
        let batches = rows.iter().map(|row| {
            let mut batch = known_of(row)?.batch;
            // A list shows counts; the rows themselves come with the single batch.
            if let Some(report) = &mut batch.report {
                report.examples.clear();
            }
            Ok(batch)
        });
        let batches = batches.collect::<Result<_, Fault>>()?;
        Ok(Told::Batches {
            batches: Batches { counts, batches },
        })
    }

    pub(super) fn batch(&self, id: &BatchId) -> Result<Told, Fault> {
        let statement = format!("SELECT {COLUMNS} FROM batches WHERE id = ?1");
        let rows = self.sql.rows(&statement, vec![id.as_str().into()])?;
        let row = rows.first().ok_or_else(Fault::not_found)?;
        Ok(Told::Batch {
            batch: known_of(row)?.batch,
        })
    }

    fn known(&self, key: &str) -> Result<Option<Known>, Fault> {
        let statement = format!("SELECT {COLUMNS} FROM batches WHERE key = ?1");
        let rows = self.sql.rows(&statement, vec![key.into()])?;
        rows.first().map(|row| known_of(row)).transpose()
    }

    /// The oldest batch that waits.
    pub(super) fn next_waiting(&self) -> Result<Option<Waiting>, Fault> {
        let statement = "SELECT number, digest, spec, received_at, starts, faults FROM batches \
                         WHERE status = 'stored' ORDER BY number LIMIT 1";
        let rows = self.sql.rows(statement, Vec::new())?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let number = |at: usize| row.get(at).and_then(SqlValue::integer).unwrap_or_default();
        let text = |at: usize| row.get(at).and_then(SqlValue::text).unwrap_or_default();
        Ok(Some(Waiting {
            number: number(0),
            digest: text(1).to_owned(),
            spec: serde_json::from_str(text(2)).context("read a specification")?,
            received_at: number(3),
            starts: number(4),
            faults: number(5),
        }))
    }

    /// The faults of the oldest batch that waits; nothing where none does.
    pub(super) fn waiting_since(&self) -> Result<Option<i64>, Fault> {
        let statement =
            "SELECT faults FROM batches WHERE status = 'stored' ORDER BY number LIMIT 1";
        let rows = self.sql.rows(statement, Vec::new())?;
        Ok(rows.first().and_then(|row| row.first()?.integer()))
    }

    /// Notes that work on a batch begins; it survives a kill.
    pub(super) fn note_start(&self, number: i64) -> Result<(), Fault> {
        let statement = "UPDATE batches SET starts = starts + 1 WHERE number = ?1";
        self.sql.rows(statement, vec![number.into()]).map(drop)
    }

    /// Notes that work on a batch ended in a fault.
    pub(super) fn note_fault(&self, number: i64) -> Result<(), Fault> {
        let statement = "UPDATE batches SET faults = faults + 1 WHERE number = ?1";
        self.sql.rows(statement, vec![number.into()]).map(drop)
    }

    /// Gives a batch up; nothing of it is part of the figures.
    pub(super) fn give_up(&self, number: i64, error: &str, now: i64) -> Result<(), Fault> {
        self.sql.transaction(|| {
            let statement = "UPDATE batches SET status = 'failed', error = ?2 WHERE number = ?1 AND \
                             status = 'stored' RETURNING 1";
            let values = vec![number.into(), error.into()];
            if self.sql.rows(statement, values)?.is_empty() {
                return Ok(());
            }
            self.tell_batch(EventKind::BatchFailed, number, now)
        })
    }

    /// Settles a batch; part of the transaction that writes what it brought.
    pub(super) fn settle(&self, number: i64, report: &Report, now: i64) -> Result<(), Fault> {
        let report = serde_json::to_string(report).context("write a report")?;
        let statement = "UPDATE batches SET status = 'done', report = ?2 \
                         WHERE number = ?1 AND status = 'stored' RETURNING 1";
        let values = vec![number.into(), report.into()];
        if self.sql.rows(statement, values)?.is_empty() {
            return Err(Fault::internal("settle a batch", "it was settled before"));
        }
        self.tell_batch(EventKind::BatchApplied, number, now)
    }
}

fn known_of(row: &[SqlValue]) -> Result<Known, Fault> {
    let text = |at: usize| row.get(at).and_then(SqlValue::text).map(str::to_owned);
    let report = text(5).map(|text| serde_json::from_str(&text));
    Ok(Known {
        batch: Batch {
            batch: text(0).unwrap_or_default(),
            status: named::<BatchStatus>(text(1))?,
            kind: named::<FileKind>(text(2))?,
            file: text(3).unwrap_or_default(),
            received_at: row.get(4).and_then(SqlValue::integer).unwrap_or_default(),
            report: report.transpose().context("read a report")?,
            error: text(6),
        },
        digest: text(7).unwrap_or_default(),
    })
}

/// Reads an enum by its name on the wire.
fn named<T: DeserializeOwned>(text: Option<String>) -> Result<T, Fault> {
    serde_json::from_value(text.into()).context("read a batch")
}
