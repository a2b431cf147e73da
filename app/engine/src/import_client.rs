//! Imports a file: reads it in pieces, stages chunks in the outbox, sends them, asks what became of
//! them, and synchronises.
//!
//! Reading, sending and asking run side by side. Everything between two of them is in the database:
//! memory stays flat, and a tab that is killed loses nothing that was staged.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use futures_util::future;
use ingest::{Context, FileChunk, HEAD_BYTES, ImportSpec, Report, Sniffed, Splitter};
use model::profile::TenantProfile;
use protocol::{
    Event, Failure, FailureKind, FilePreview, ImportEnd, ImportStatus, InterruptedImport, Unread,
};
use sync::IN_FLIGHT_MAX;

use crate::company::Company;
use crate::import_job::{ImportJob, failure_of, preview_of};
use crate::platform::files::{FileError, HandedFile, gzip};
use crate::platform::indexed_db::{Database, StorageError};
use crate::platform::{clock, locks, messages};

/// Bytes of the file read at once.
const READ_BYTES: u64 = 512 << 10;
/// Chunks compressed at once beside the reading.
const PACKING_MAX: usize = 2;
/// The least time between two events of progress, in milliseconds.
const TELL_EVERY_MILLIS: i64 = 150;
/// Wait between looks at the outbox, in milliseconds.
pub(crate) const IDLE_MILLIS: u32 = 40;
/// Times that the lock between tabs is tried for.
const LOCK_TRIES: usize = 5;

/// The imports of a company: at most one at a time.
#[derive(Default)]
pub struct Imports {
    job: RefCell<Option<ImportJob>>,
    sniffed: RefCell<Option<Looked>>,
    is_running: Cell<bool>,
    is_cancelled: Cell<bool>,
    /// Whether what waits to be sent cannot be had at the moment: nothing of it may be cleared.
    is_shut: Cell<bool>,
    pub(crate) is_waiting: Cell<bool>,
    told_at: Cell<i64>,
}

/// A file that was looked at.
#[derive(Clone)]
struct Looked {
    file: HandedFile,
    head: Vec<u8>,
    sniffed: Sniffed,
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Failure {
        Failure::new(FailureKind::FileUnreadable, error.to_string())
    }
}

impl Imports {
    /// The import that is kept on the device.
    pub async fn load(database: &Database) -> Result<Imports, StorageError> {
        let kept = match database.job().await {
            Err(StorageError::Shut) => None,
            kept => Some(kept?),
        };
        let is_shut = kept.is_none();
        let job = kept
            .flatten()
            .and_then(|text| serde_json::from_str(&text).ok());
        Ok(Imports {
            job: RefCell::new(job),
            is_shut: Cell::new(is_shut),
            ..Imports::default()
        })
    }

    /// The import that did not end, if one did not.
    pub fn interrupted(&self) -> Option<InterruptedImport> {
        self.job.borrow().as_ref().and_then(ImportJob::interrupted)
    }

    /// Where the current or last import stands.
    pub fn status(&self) -> Option<ImportStatus> {
        self.job
            .borrow()
            .as_ref()
            .map(|job| job.status(self.is_waiting.get()))
    }

    /// Whether an import runs now.
    pub fn is_running(&self) -> bool {
        self.is_running.get()
    }

    /// Bytes that the edge has not acknowledged.
    pub fn staged_bytes(&self) -> u64 {
        self.job
            .borrow()
            .as_ref()
            .map_or(0, ImportJob::unsent_bytes)
    }

    /// Whether data would be lost if the outbox were cleared.
    pub fn has_unsent(&self) -> bool {
        self.is_running()
            || self
                .interrupted()
                .is_some_and(|it| it.staged && it.chunks_unsent > 0)
    }

    /// The rejected rows of the last import as CSV.
    pub fn rejected_csv(&self) -> String {
        self.job
            .borrow()
            .as_ref()
            .map_or_else(Report::default, ImportJob::report)
            .rejected_csv()
    }

    pub(crate) fn text(&self) -> String {
        let job = self.job.borrow();
        job.as_ref()
            .and_then(|job| serde_json::to_string(job).ok())
            .unwrap_or_default()
    }

    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut ImportJob) -> T) -> Option<T> {
        self.job.borrow_mut().as_mut().map(change)
    }
}

impl Company {
    fn context(&self) -> (TenantProfile, Context) {
        let session = self.session.borrow();
        let id = session.company();
        let profile = session.profile().cloned();
        let profile = profile.unwrap_or_else(|| TenantProfile::new(id.clone(), id.as_str()));
        let today = profile.today(clock::now()).unwrap_or(kernel::Date::MAX);
        let context = Context::new(&profile, today);
        (profile, context)
    }

    /// Looks at a file.
    pub async fn sniff(&self, file: HandedFile) -> Result<FilePreview, Failure> {
        let head = file.read(0, HEAD_BYTES as u64).await?;
        let (profile, _) = self.context();
        let sniffed = ingest::sniff(&head, &profile).map_err(failure_of)?;
        let spec = sniffed.spec.clone();
        self.imports.sniffed.replace(Some(Looked {
            file,
            head,
            sniffed,
        }));
        self.resample(spec)
    }

    /// Looks at the same file again with another specification.
    pub fn resample(&self, spec: ImportSpec) -> Result<FilePreview, Failure> {
        let looked = self.imports.sniffed.borrow().clone();
        let looked = looked.ok_or_else(no_file)?;
        let (_, context) = self.context();
        let Looked {
            file,
            head,
            sniffed,
        } = looked;
        preview_of(file.name(), file.bytes(), &head, sniffed, spec, &context)
    }

    /// Starts an import of a file, or of the one looked at last. Returns once it has started.
    pub async fn import(
        self: &Rc<Self>,
        file: Option<HandedFile>,
        spec: ImportSpec,
    ) -> Result<(), Failure> {
        if self.imports.is_shut.get() {
            let text =
                "what waits here to be sent does not open; cancel it, or sign out without it";
            return Err(Failure::new(FailureKind::Busy, text));
        }
        let looked = self
            .imports
            .sniffed
            .borrow()
            .as_ref()
            .map(|looked| looked.file.clone());
        let file = file.or(looked).ok_or_else(no_file)?;
        spec.validate().map_err(failure_of)?;
        let lock = self.take_import_lock().await?;
        let job = ImportJob::new(file.name(), file.bytes(), clock::now(), spec);
        self.imports.job.replace(Some(job));
        self.imports.is_cancelled.set(false);
        self.imports.is_waiting.set(false);
        if let Err(error) = self.database.clear_outbox(&self.imports.text()).await {
            self.imports.is_running.set(false);
            return Err(error.into());
        }
        let company = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move { company.run(Some(file), lock).await });
        Ok(())
    }

    /// Goes on with an import that was staged as a whole when the page was closed.
    pub async fn resume_import(self: &Rc<Self>) {
        let is_staged = self.imports.interrupted().is_some_and(|it| it.staged);
        if !is_staged || self.imports.is_running.get() {
            return;
        }
        let Ok(lock) = self.take_import_lock().await else {
            return;
        };
        // Another tab may have gone on with it, up to the moment that it gave the lock back.
        match Imports::load(&self.database).await {
            Ok(kept) => {
                self.imports.job.replace(kept.job.take());
                self.imports.is_shut.set(kept.is_shut.get());
            }
            Err(error) => messages::log(&error.to_string()),
        }
        if self.imports.interrupted().is_some_and(|it| it.staged) {
            self.imports.with(|job| job.outbox.resume());
            self.run(None, lock).await;
        } else {
            drop(lock);
            self.imports.is_running.set(false);
        }
    }

    async fn take_import_lock(&self) -> Result<locks::Held, Failure> {
        let busy = || {
            Failure::new(
                FailureKind::Busy,
                "an import of this company is running already",
            )
        };
        if self.imports.is_running.replace(true) {
            return Err(busy());
        }
        let name = format!("{}{}", locks::IMPORT, self.session.borrow().company());
        let mut lock = locks::try_take(&name).await;
        for _ in 0..LOCK_TRIES {
            // One that was given back a moment ago may not be free yet.
            if lock.is_none() {
                clock::wait(IDLE_MILLIS).await;
                lock = locks::try_take(&name).await;
            }
        }
        self.imports.is_running.set(lock.is_some());
        lock.ok_or_else(busy)
    }

    /// Stops the import; or forgets one that was interrupted.
    pub async fn cancel_import(&self) -> Result<(), Failure> {
        self.imports.is_cancelled.set(true);
        if !self.imports.is_running.get() {
            let is_open = self.imports.interrupted().is_some();
            if is_open {
                self.imports.with(|job| job.cancel(clock::now()).clone());
                self.database.clear_outbox(&self.imports.text()).await?;
                self.imports.is_shut.set(false);
            }
        }
        Ok(())
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.is_closed()
            || self.imports.is_shut.get()
            || self.imports.is_cancelled.get()
            || self.has_failed()
    }

    /// Whether it is this device that cannot go on, not the file or the edge. The run ends without an end then.
    pub(crate) fn is_held_up(&self, failure: &Failure) -> bool {
        let is_own = matches!(failure.kind, FailureKind::Locked | FailureKind::Storage);
        if is_own && !self.imports.is_shut.replace(true) {
            self.tell(Event::Refused(failure.clone()));
        }
        is_own
    }

    fn has_failed(&self) -> bool {
        self.imports
            .job
            .borrow()
            .as_ref()
            .is_none_or(|job| job.end.is_some())
    }

    /// Reads (where there is a file), sends, asks, synchronises and tells the end.
    async fn run(self: &Rc<Self>, file: Option<HandedFile>, lock: locks::Held) {
        let reading = async {
            if let Some(file) = file
                && let Err(failure) = self.read_and_stage(&file).await
            {
                self.fail(failure);
            }
        };
        let sending = future::join_all((0..IN_FLIGHT_MAX).map(|_| self.send_chunks()));
        future::join3(reading, sending, self.ask_after_chunks()).await;
        if self.is_closed() || self.imports.is_shut.get() {
            // What is kept goes on when the company is opened again, or with the next sync.
            drop(lock);
            self.imports.is_running.set(false);
            return;
        }
        self.tell_progress(true);
        if !self.has_failed() && !self.imports.is_cancelled.get() {
            // An import is over when its rows can be asked about; trouble was told by the sync.
            let _ = self.synchronise().await;
        }
        let now = clock::now();
        let end = self.imports.with(|job| match job.end.clone() {
            Some(end) => end,
            None if self.imports.is_cancelled.get() => job.cancel(now).clone(),
            None => job.finish(now).clone(),
        });
        if let Err(error) = self.database.clear_outbox(&self.imports.text()).await {
            messages::log(&error.to_string());
        }
        drop(lock);
        self.imports.is_running.set(false);
        self.tell_progress(true);
        if let Some(end) = end {
            let is_done = matches!(end, ImportEnd::Done(_));
            self.tell(Event::ImportEnded(Unread::of(&end)));
            if !is_done {
                let _ = self.synchronise().await;
            }
        }
    }

    pub(crate) fn fail(&self, failure: Failure) {
        self.imports.with(|job| job.fail(failure).clone());
    }

    pub(crate) fn tell_progress(&self, is_forced: bool) {
        let now = clock::now().millis();
        if !is_forced && now - self.imports.told_at.get() < TELL_EVERY_MILLIS {
            return;
        }
        self.imports.told_at.set(now);
        if let Some(status) = self.imports.status() {
            self.tell(Event::ImportProgress(Box::new(status.progress)));
        }
    }

    async fn read_and_stage(&self, file: &HandedFile) -> Result<(), Failure> {
        let (_, context) = self.context();
        let spec = self
            .imports
            .with(|job| job.spec.clone())
            .ok_or_else(no_file)?;
        let mut splitter = Splitter::new(&spec, &context).map_err(failure_of)?;
        let mut full: Vec<FileChunk> = Vec::new();
        // Chunks that are being compressed while the file is read on.
        let mut packing = VecDeque::new();
        let mut position = 0;
        while position < file.bytes() {
            if self.is_stopped() {
                return Ok(());
            }
            let piece = file.read(position, READ_BYTES).await?;
            position += READ_BYTES.min(file.bytes() - position);
            splitter
                .push(&piece, &mut |chunk| full.push(chunk))
                .map_err(failure_of)?;
            self.imports
                .with(|job| job.read(position, &splitter.seen, &splitter.unreadable));
            self.tell_progress(false);
            packing.extend(full.drain(..).map(|chunk| (gzip(&chunk.text), chunk)));
            while packing.len() > PACKING_MAX
                && let Some((packed, chunk)) = packing.pop_front()
            {
                self.stage(&chunk, &packed.await?).await?;
            }
        }
        let outcome = splitter.finish(&mut |chunk| full.push(chunk));
        self.imports
            .with(|job| job.read(position, &splitter.seen, &splitter.unreadable));
        packing.extend(full.drain(..).map(|chunk| (gzip(&chunk.text), chunk)));
        for (packed, chunk) in packing {
            self.stage(&chunk, &packed.await?).await?;
        }
        outcome.map_err(failure_of)?;
        self.imports.with(ImportJob::staged_whole);
        self.database.put_job(&self.imports.text(), None).await?;
        self.tell_progress(true);
        Ok(())
    }

    async fn stage(&self, chunk: &FileChunk, packed: &[u8]) -> Result<(), Failure> {
        // The chunk is in the database before a sender can see it: what follows up to the end of the
        // transaction changes a copy.
        let mut job = self.imports.job.borrow().clone().ok_or_else(no_file)?;
        let index = job.stage(&chunk.text, chunk.rows, packed.len());
        let text = serde_json::to_string(&job).unwrap_or_default();
        self.database
            .put_job(&text, Some((&job.id, index, packed)))
            .await?;
        self.imports
            .with(|job| job.stage(&chunk.text, chunk.rows, packed.len()));
        Ok(())
    }
}

pub(crate) fn no_file() -> Failure {
    Failure::new(
        FailureKind::FileUnreadable,
        "there is no file to read; choose one",
    )
}
