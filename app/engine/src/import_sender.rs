//! Sends staged chunks to the edge and asks what became of them, through lost requests and lost answers.

use api::ingest::{Batch, BatchStatus};
use protocol::{Failure, FailureKind};

use crate::company::Company;
use crate::import_client::{IDLE_MILLIS, no_file};
use crate::platform::clock;

/// Chunks asked after at once; the oldest come first.
const ASK_MAX: usize = 4;
/// Wait between questions about batches, in milliseconds.
const ASK_EVERY_MILLIS: u32 = 200;
/// Waits after trouble, in milliseconds; each is twice the one before.
const RETRY_MILLIS_MIN: u32 = 500;
const RETRY_MILLIS_MAX: u32 = 20_000;
/// Times that an error of the edge is tried again before the chunk counts as refused.
const EDGE_ERRORS_MAX: u32 = 6;

impl Company {
    /// Sends chunks as they come, until none is left to come.
    pub(crate) async fn send_chunks(&self) {
        let mut pause = RETRY_MILLIS_MIN;
        let mut edge_errors = 0;
        while !self.is_stopped() {
            let Some(index) = self.imports.with(|job| job.outbox.take_next()).flatten() else {
                let is_over = self
                    .imports
                    .with(|job| job.outbox.is_staged && job.unsent() == 0);
                if is_over.unwrap_or(true) {
                    return;
                }
                clock::wait(IDLE_MILLIS).await;
                continue;
            };
            let Err(failure) = self.send(index).await else {
                (pause, edge_errors) = (RETRY_MILLIS_MIN, 0);
                self.imports.is_waiting.set(false);
                self.tell_progress(false);
                continue;
            };
            edge_errors += u32::from(failure.kind == FailureKind::Edge);
            if self.is_held_up(&failure) {
                return;
            }
            let is_worth_repeating = match failure.kind {
                FailureKind::Offline => true,
                FailureKind::Edge => edge_errors < EDGE_ERRORS_MAX,
                _ => false,
            };
            // The index is the outbox's own, so neither of these can fail.
            if is_worth_repeating {
                let _ = self.imports.with(|job| job.outbox.lost(index));
                self.imports.is_waiting.set(true);
                self.tell_progress(false);
                clock::wait(pause).await;
                pause = (pause * 2).min(RETRY_MILLIS_MAX);
            } else if failure.kind == FailureKind::FileUnreadable {
                self.fail(failure);
            } else {
                let _ = self
                    .imports
                    .with(|job| job.outbox.failed(index, &failure.text));
            }
        }
    }

    async fn send(&self, index: usize) -> Result<(), Failure> {
        let (id, key, kind, spec, file) = self
            .imports
            .with(|job| {
                let key = job
                    .outbox
                    .chunks
                    .get(index)
                    .map(|chunk| chunk.key.clone())?;
                let (spec, file) = (job.spec_header(), job.file_header());
                Some((job.id.clone(), key, job.spec.kind, spec, file))
            })
            .flatten()
            .ok_or_else(no_file)?;
        let lost = || {
            Failure::new(
                FailureKind::FileUnreadable,
                "a staged chunk is gone; import the file again",
            )
        };
        let body = self.database.chunk(&id, index).await?.ok_or_else(lost)?;
        let answer = self
            .edge
            .send_batch(kind, &spec, &file, &key, &body)
            .await?;
        let batch = batch_of(&answer.body)?;
        // The index is the outbox's own.
        let _ = self
            .imports
            .with(|job| job.outbox.acknowledged(index, &batch.batch));
        self.database
            .put_job_without(&self.imports.text(), &id, index)
            .await?;
        Ok(())
    }

    /// Asks what became of acknowledged chunks, until all are settled.
    pub(crate) async fn ask_after_chunks(&self) {
        let mut errors = 0;
        while !self.is_stopped() {
            let pending = self
                .imports
                .with(|job| job.outbox.pending())
                .unwrap_or_default();
            let is_settled = self
                .imports
                .with(|job| job.outbox.is_settled())
                .unwrap_or(true);
            if is_settled {
                return;
            }
            for (index, batch) in pending.into_iter().take(ASK_MAX) {
                match self.ask_after(index, &batch).await {
                    Ok(()) => errors = 0,
                    Err(failure) if failure.kind == FailureKind::Offline => {
                        self.imports.is_waiting.set(true);
                    }
                    Err(failure) if self.is_held_up(&failure) => return,
                    Err(failure) => {
                        errors += 1;
                        if errors >= EDGE_ERRORS_MAX {
                            self.fail(failure);
                        }
                    }
                }
            }
            self.tell_progress(false);
            clock::wait(if errors > 0 {
                RETRY_MILLIS_MIN
            } else {
                ASK_EVERY_MILLIS
            })
            .await;
        }
    }

    async fn ask_after(&self, index: usize, batch: &str) -> Result<(), Failure> {
        let answer = batch_of(&self.edge.batch(batch).await?.body)?;
        self.imports.is_waiting.set(false);
        match answer.status {
            BatchStatus::Stored => return Ok(()),
            BatchStatus::Done => {
                let report = answer.report.unwrap_or_default();
                self.imports.with(|job| job.taken_in(index, batch, &report));
            }
            BatchStatus::Failed => {
                let unknown = || "the edge could not take a part of the file in".to_owned();
                let cause = answer.error.unwrap_or_else(unknown);
                // The index is the outbox's own.
                let _ = self.imports.with(|job| job.outbox.failed(index, &cause));
            }
        }
        self.database.put_job(&self.imports.text(), None).await?;
        Ok(())
    }
}

fn batch_of(body: &[u8]) -> Result<Batch, Failure> {
    serde_json::from_slice(body).map_err(|error| {
        Failure::new(
            FailureKind::Edge,
            format!("the answer about a batch cannot be read: {error}"),
        )
    })
}
