//! An import as it is kept on the device: what was read, what was sent, what came of it.
//!
//! Saved after every step, so that a device that was killed knows what the edge has and what it must
//! send again (`sync::Outbox`). Out of scope: reading the file and sending (`import_client`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ingest::{Context, ImportSpec, IngestError, Preview, Rejected, Report, Sniffed};
use kernel::{DateRange, Timestamp};
use protocol::{
    Doubt, Failure, FailureKind, FilePreview, FileWarning, ImportEnd, ImportProgress, ImportReport,
    ImportStage, ImportStatus, InterruptedImport, RejectedExample, Trial, TrialRow, Unread,
};
use serde::{Deserialize, Serialize};
use sync::{ChunkState, Outbox, content_hash};

/// Most rejected rows told to the app at once; the CSV has all that were kept.
const EXAMPLES_TOLD_MAX: usize = 50;

/// A chunk's measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ChunkSize {
    rows: u64,
    bytes: u64,
}

/// One import, from the choice of a file to its report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportJob {
    /// Tells this import from every other one on this device.
    pub id: String,
    /// Name of the file.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// When it was started.
    pub started_at: Timestamp,
    /// How the file is read.
    pub spec: ImportSpec,
    /// What was read so far, in bytes of the file.
    pub bytes_read: u64,
    /// The chunks.
    pub outbox: Outbox,
    sizes: Vec<ChunkSize>,
    /// Rows that no chunk could hold.
    unreadable: Report,
    /// What this device found on the way.
    seen: Report,
    /// What the edge made of the chunks that it took in.
    taken_in: Report,
    /// How it ended.
    pub end: Option<ImportEnd>,
}

impl ImportJob {
    /// An import that starts now.
    pub fn new(file: &str, bytes: u64, started_at: Timestamp, spec: ImportSpec) -> ImportJob {
        let seed = format!("{file}\0{bytes}\0{}", started_at.millis());
        let id = content_hash(seed.as_bytes()).to_string();
        ImportJob {
            id: id.get(..16).unwrap_or(&id).to_owned(),
            file: file.to_owned(),
            bytes,
            started_at,
            spec,
            bytes_read: 0,
            outbox: Outbox::default(),
            sizes: Vec::new(),
            unreadable: Report::default(),
            seen: Report::default(),
            taken_in: Report::default(),
            end: None,
        }
    }

    /// Notes a chunk that is being staged; gives its index. `bytes` is its size as stored.
    ///
    /// The key is the import's own: importing a file again is new work, whose report tells the rows
    /// that were there already; sending a chunk again within one import is none.
    pub fn stage(&mut self, text: &[u8], rows: u64, bytes: usize) -> usize {
        let place = format!("{}/{}", self.id, self.outbox.chunks.len());
        let key = content_hash(&[place.as_bytes(), text].concat()).to_string();
        let index = self.outbox.stage(key);
        self.sizes.push(ChunkSize {
            rows,
            bytes: bytes as u64,
        });
        index
    }

    /// Notes how far the file was read.
    pub fn read(&mut self, bytes_read: u64, seen: &Report, unreadable: &Report) {
        self.bytes_read = bytes_read;
        self.seen = seen.clone();
        self.unreadable = unreadable.clone();
        // The edge finds the same examples again and keeps them.
        self.seen.examples.clear();
    }

    /// Notes that the whole file is staged.
    pub fn staged_whole(&mut self) {
        self.outbox.is_staged = true;
    }

    /// Notes what the edge made of a chunk. Noted twice, it counts once.
    pub fn taken_in(&mut self, index: usize, batch: &str, report: &Report) {
        let is_done = |state: &ChunkState| matches!(state, ChunkState::Done { .. });
        let is_news = self
            .outbox
            .chunks
            .get(index)
            .is_some_and(|chunk| !is_done(&chunk.state));
        if is_news && self.outbox.done(index, batch).is_ok() {
            self.taken_in.merge(report);
        }
    }

    /// Rows read so far.
    const fn rows(&self) -> u64 {
        self.seen.rows + self.unreadable.rows
    }

    /// Bytes that wait on this device to be acknowledged.
    pub fn unsent_bytes(&self) -> u64 {
        let chunks = self.outbox.chunks.iter().zip(&self.sizes);
        let unsent = chunks.filter(|(chunk, _)| is_unsent(&chunk.state));
        unsent.map(|(_, size)| size.bytes).sum()
    }

    /// Chunks that wait on this device to be acknowledged.
    pub fn unsent(&self) -> u32 {
        self.outbox
            .chunks
            .iter()
            .filter(|chunk| is_unsent(&chunk.state))
            .count() as u32
    }

    /// What it is doing.
    pub fn stage_now(&self) -> ImportStage {
        if self.end.is_some() {
            ImportStage::Ended
        } else if !self.outbox.is_staged {
            ImportStage::Reading
        } else if self.unsent() > 0 {
            ImportStage::Sending
        } else if !self.outbox.is_settled() {
            ImportStage::Processing
        } else {
            ImportStage::Syncing
        }
    }

    /// How far it is. `waiting`: for the network.
    pub fn progress(&self, waiting: bool) -> ImportProgress {
        let count = |is: fn(&ChunkState) -> bool| {
            self.outbox
                .chunks
                .iter()
                .filter(|chunk| is(&chunk.state))
                .count() as u32
        };
        ImportProgress {
            file: self.file.clone(),
            stage: self.stage_now(),
            bytes_read: self.bytes_read,
            bytes: self.bytes,
            rows: self.rows(),
            rejected: self.seen.rejected + self.unreadable.rejected,
            chunks: self.outbox.chunks.len() as u32,
            chunks_acknowledged: count(|state| !is_unsent(state)),
            chunks_done: count(|state| matches!(state, ChunkState::Done { .. })),
            waiting,
        }
    }

    /// Where it stands.
    pub fn status(&self, waiting: bool) -> ImportStatus {
        ImportStatus {
            progress: self.progress(waiting),
            end: self.end.as_ref().map(Unread::of),
        }
    }

    /// What to tell of it after a start, if it has not ended.
    pub fn interrupted(&self) -> Option<InterruptedImport> {
        self.end.is_none().then(|| InterruptedImport {
            file: self.file.clone(),
            started_at: self.started_at,
            staged: self.outbox.is_staged,
            chunks_unsent: self.unsent(),
        })
    }

    /// What is known of the file's rows: all that the edge took in, and those no chunk could hold.
    pub fn report(&self) -> Report {
        let mut whole = self.taken_in.clone();
        whole.merge(&self.unreadable);
        whole
    }

    /// Ends it: done where every chunk was taken in, failed where the edge refused one.
    pub fn finish(&mut self, now: Timestamp) -> &ImportEnd {
        let refused = self
            .outbox
            .chunks
            .iter()
            .find_map(|chunk| match &chunk.state {
                ChunkState::Failed { reason } => Some(reason.clone()),
                _ => None,
            });
        let end = match refused {
            Some(reason) => ImportEnd::Failed(Failure::new(FailureKind::Edge, reason)),
            None => ImportEnd::Done(self.report_at(now)),
        };
        self.end.insert(end)
    }

    /// Ends it as cancelled.
    pub fn cancel(&mut self, now: Timestamp) -> &ImportEnd {
        let report = self.report_at(now);
        self.end.insert(ImportEnd::Cancelled(report))
    }

    /// Ends it with a failure of its own.
    pub fn fail(&mut self, failure: Failure) -> &ImportEnd {
        self.end.insert(ImportEnd::Failed(failure))
    }

    fn report_at(&self, now: Timestamp) -> ImportReport {
        let report = self.report();
        let period = report
            .from
            .zip(report.to)
            .and_then(|(from, to)| DateRange::new(from, to).ok());
        let reasons = report
            .reasons
            .iter()
            .map(|(reason, rows)| (id_of(reason), *rows))
            .collect();
        let examples = report
            .examples
            .iter()
            .take(EXAMPLES_TOLD_MAX)
            .map(example)
            .collect();
        ImportReport {
            file: self.file.clone(),
            rows: report.rows,
            taken: report.taken,
            duplicates: report.duplicates,
            corrected: report.corrected,
            returns: report.returns,
            rejected: report.rejected,
            reasons,
            examples,
            replaced_characters: report.replaced_characters,
            period,
            duration_millis: (now.millis() - self.started_at.millis())
                .max(0)
                .unsigned_abs(),
        }
    }

    /// The specification of the chunks as a header value.
    pub fn spec_header(&self) -> String {
        let json = serde_json::to_vec(&self.spec.normalised()).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(json)
    }

    /// The name of the file as a header value.
    pub fn file_header(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.file)
    }
}

const fn is_unsent(state: &ChunkState) -> bool {
    matches!(state, ChunkState::Waiting | ChunkState::Sending)
}

/// The stable name of a reason.
fn id_of(reason: &ingest::Reason) -> String {
    let value = serde_json::to_value(reason).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn example(rejected: &Rejected) -> RejectedExample {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    RejectedExample {
        line: rejected.line,
        reason: id_of(&rejected.reason),
        field: some(&rejected.column),
        value: some(&rejected.value),
    }
}

/// What a file looks like, read with a specification: the one guessed or a corrected one.
pub fn preview_of(
    name: &str,
    bytes: u64,
    head: &[u8],
    sniffed: Sniffed,
    spec: ImportSpec,
    context: &Context,
) -> Result<FilePreview, Failure> {
    let missing: Vec<String> = spec
        .missing_columns()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let trial = if missing.is_empty() {
        Some(ingest::preview(head, &spec, context).map_err(failure_of)?)
    } else {
        None
    };
    Ok(FilePreview {
        name: name.to_owned(),
        bytes,
        gzip: sniffed.is_gzip,
        warnings: still_open(&sniffed, &spec, trial.as_ref()),
        spec,
        columns: sniffed.columns,
        missing,
        trial: trial.map(trial_of),
    })
}

/// The warnings of a file that are not settled by what was corrected since.
fn still_open(sniffed: &Sniffed, spec: &ImportSpec, trial: Option<&Preview>) -> Vec<FileWarning> {
    let guessed = &sniffed.spec;
    let is_read = |doubt: &Doubt| spec.mapping.values().any(|header| *header == doubt.header);
    let doubts = sniffed.warnings.iter().filter(|warning| match warning {
        FileWarning::DecimalMark(doubt) => spec.decimal == guessed.decimal && is_read(doubt),
        FileWarning::DateOrder(doubt) => spec.date_order == guessed.date_order && is_read(doubt),
        // Counted anew by a trial, in the encoding that is chosen now.
        FileWarning::ReplacedCharacters { .. } => {
            trial.is_none() && spec.encoding == guessed.encoding
        }
    });
    let count = trial.map_or(0, |trial| trial.report.replaced_characters);
    let replaced = (count > 0).then_some(FileWarning::ReplacedCharacters { count });
    doubts.cloned().chain(replaced).collect()
}

fn trial_of(preview: Preview) -> Trial {
    let row = |row: ingest::PreviewRow| TrialRow {
        line: row.line,
        cells: row.cells,
        rejected: row.rejected.as_ref().map(example),
    };
    Trial {
        rows: preview.report.rows,
        taken: preview.report.taken,
        rejected: preview.report.rejected,
        columns: preview.columns,
        samples: preview.rows.into_iter().map(row).collect(),
    }
}

/// What a file that cannot be imported tells the app.
pub fn failure_of(error: IngestError) -> Failure {
    let kind = match &error {
        IngestError::NotATable { .. } => FailureKind::FileType,
        IngestError::Empty | IngestError::NoRows => FailureKind::FileEmpty,
        IngestError::MissingColumn { .. }
        | IngestError::NoSuchColumn { .. }
        | IngestError::UnknownColumn { .. } => FailureKind::BadSpecification,
        _ => FailureKind::FileUnreadable,
    };
    Failure::new(kind, error.to_string())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
