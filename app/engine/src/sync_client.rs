//! Synchronisation: manifest, missing blobs, into the database, into the session.
//!
//! The manifest that is kept on the device is always one whose blobs are all there (but for the very
//! first), so that a kill at any point leaves the last whole state to be opened offline. Blobs that a
//! new manifest no longer names are forgotten only after all that it names have arrived.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use futures_channel::oneshot;
use futures_util::stream::{self, StreamExt};
use kernel::{Hash256, Timestamp};
use protocol::{Event, Failure, FailureKind, SyncProgress};
use sync::Manifest;

use crate::company::Company;
use crate::kept::state_names;
use crate::platform::{clock, messages};
use crate::session::check_bytes;

/// Blobs fetched at once.
const FETCHES_MAX: usize = 6;
/// How often a manifest is asked for again when the edge moves on while its blobs are fetched.
const ROUNDS_MAX: usize = 4;
/// The least time between two events of progress, in milliseconds.
const TELL_EVERY_MILLIS: i64 = 300;

/// What goes on with synchronisation.
#[derive(Default)]
pub struct SyncState {
    is_running: Cell<bool>,
    /// Asked for while one was running: it runs once more.
    is_wanted_again: Cell<bool>,
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
    etag: RefCell<Option<String>>,
    has_told_home: Cell<bool>,
    was_offline: Cell<bool>,
    told_at: Cell<i64>,
}

impl SyncState {
    /// Makes the next synchronisation ask for the whole manifest.
    pub fn forget_etag(&self) {
        self.etag.replace(None);
    }
}

/// How one round ended.
enum Round {
    Whole,
    /// The edge moved on: blobs of the manifest are gone.
    Outdated,
}

impl Company {
    /// Synchronises; where that runs already, once more after it. Ends when all is here or failed.
    pub async fn synchronise(self: &Rc<Self>) -> Result<(), Failure> {
        if self.sync.is_running.get() {
            self.sync.is_wanted_again.set(true);
            let (sender, receiver) = oneshot::channel();
            self.sync.waiting.borrow_mut().push(sender);
            // The one that runs ends in any case; its outcome was told in an event.
            let _ = receiver.await;
            return Ok(());
        }
        self.sync.is_running.set(true);
        let mut outcome;
        loop {
            self.sync.is_wanted_again.set(false);
            outcome = self.rounds().await;
            if !self.sync.is_wanted_again.get() || outcome.is_err() || self.is_closed() {
                break;
            }
        }
        self.sync.is_running.set(false);
        for waiting in self.sync.waiting.take() {
            // Who waited may have gone.
            let _ = waiting.send(());
        }
        if let Err(failure) = &outcome {
            self.tell_trouble(failure);
        }
        outcome
    }

    fn tell_trouble(&self, failure: &Failure) {
        if matches!(failure.kind, FailureKind::Refused | FailureKind::Locked) {
            self.tell(Event::Refused(failure.clone()));
            return;
        }
        messages::log(&failure.text);
        self.sync.was_offline.set(true);
        self.session.borrow_mut().set_reached(None, true);
        let as_of = self.session.borrow().as_of();
        self.tell(Event::Offline { as_of });
    }

    async fn rounds(self: &Rc<Self>) -> Result<(), Failure> {
        for _ in 0..ROUNDS_MAX {
            match self.round().await? {
                Round::Whole => return Ok(()),
                Round::Outdated => self.sync.forget_etag(),
            }
        }
        Err(Failure::new(
            FailureKind::Edge,
            "the data changes faster than it can be fetched",
        ))
    }

    async fn round(self: &Rc<Self>) -> Result<Round, Failure> {
        let manifest = self.newest_manifest().await?;
        if self.sync.was_offline.replace(false) {
            self.tell(Event::Online);
        }
        let reached_at = clock::now();
        let is_new = manifest.is_some();
        let can_follow = manifest
            .as_ref()
            .is_none_or(|(manifest, _)| self.session.borrow().can_follow(manifest));
        let (manifest, etag) = match manifest {
            Some(new) => new,
            None => match self.session.borrow().manifest().cloned() {
                Some(old) => (old, None),
                None => return Err(Failure::new(FailureKind::Edge, "the edge sent no manifest")),
            },
        };
        if can_follow && is_new {
            self.follow(&manifest).await?;
        }
        if !self.fetch_missing(&manifest, can_follow).await? {
            return Ok(Round::Outdated);
        }
        if !can_follow {
            self.reload(manifest.clone()).await?;
        }
        self.keep(&manifest, etag, reached_at, is_new).await?;
        Ok(Round::Whole)
    }

    /// The manifest with its ETag, or `None` where the one known is still the newest.
    async fn newest_manifest(&self) -> Result<Option<(Manifest, Option<String>)>, Failure> {
        if self.sync.etag.borrow().is_none() {
            let has_manifest = self.session.borrow().manifest().is_some();
            let kept = if has_manifest {
                self.database.state(state_names::ETAG).await?
            } else {
                None
            };
            self.sync.etag.replace(kept.filter(|etag| !etag.is_empty()));
        }
        let etag = self.sync.etag.borrow().clone();
        let answer = self.edge.manifest(etag.as_deref()).await?;
        if answer.status == 304 {
            return Ok(None);
        }
        let manifest: Manifest = serde_json::from_slice(&answer.body).map_err(|error| {
            Failure::new(
                FailureKind::Edge,
                format!("the manifest cannot be read: {error}"),
            )
        })?;
        Ok(Some((manifest, answer.etag)))
    }

    /// Lets the session follow a manifest: what it names is shown as it arrives.
    async fn follow(&self, manifest: &Manifest) -> Result<(), Failure> {
        let is_first = self.session.borrow().manifest().is_none();
        let profile_before = self.session.borrow().profile().cloned();
        self.session
            .borrow_mut()
            .take_manifest(manifest.clone(), clock::now())?;
        if profile_before.as_ref() != Some(&manifest.profile) {
            self.tell(Event::Profile(Box::new(manifest.profile.clone())));
        }
        if is_first && let Ok(text) = serde_json::to_string(manifest) {
            // Something to open offline, even before all of it is here. Without its ETag, the next
            // start asks for it again.
            self.database
                .put_states(&[(state_names::MANIFEST, &text), (state_names::ETAG, "")])
                .await?;
        }
        Ok(())
    }

    /// Fetches what is missing; shows it at once where the session follows. `false` where the edge no
    /// longer has some of it.
    async fn fetch_missing(
        self: &Rc<Self>,
        manifest: &Manifest,
        is_following: bool,
    ) -> Result<bool, Failure> {
        let held = self.database.blob_names().await?;
        let plan = sync::plan(&held, manifest);
        let dictionaries: BTreeSet<Hash256> = manifest
            .dictionaries
            .iter()
            .map(|chunk| chunk.hash)
            .collect();
        let mut progress = progress_of(manifest, &plan.fetch);
        let (names, segments): (Vec<Hash256>, Vec<Hash256>) = plan
            .fetch
            .into_iter()
            .partition(|hash| dictionaries.contains(hash));
        let mut chunks = BTreeMap::new();
        let mut fetches = stream::iter(names)
            .map(|hash| self.fetch(hash))
            .buffer_unordered(FETCHES_MAX);
        while let Some(fetched) = fetches.next().await {
            let Some((hash, bytes)) = fetched? else {
                return Ok(false);
            };
            self.note(&mut progress, bytes.len());
            chunks.insert(hash, bytes);
        }
        if is_following {
            self.session.borrow_mut().take_dictionaries(&chunks)?;
            self.show_held(&held).await?;
            self.fetch_rollups().await?;
        }
        drop(chunks);
        let mut fetches = stream::iter(segments)
            .map(|hash| self.fetch(hash))
            .buffer_unordered(FETCHES_MAX);
        while let Some(fetched) = fetches.next().await {
            let Some((hash, bytes)) = fetched? else {
                return Ok(false);
            };
            self.note(&mut progress, bytes.len());
            if is_following {
                self.session.borrow_mut().take_segment(hash, bytes)?;
            }
        }
        Ok(true)
    }

    /// Fetches the roll-ups of months that are not here. Where one cannot be had, its month waits for its lines.
    async fn fetch_rollups(&self) -> Result<(), Failure> {
        let lacking = self.session.borrow().lacking_rollups();
        let mut fetches = stream::iter(lacking)
            .map(|hash| async move { (hash, self.edge.blob(hash).await) })
            .buffer_unordered(FETCHES_MAX);
        while let Some((hash, fetched)) = fetches.next().await {
            if self.is_closed() {
                return Ok(());
            }
            let Some(bytes) = fetched? else { continue };
            let taken = check_bytes(hash, &bytes)
                .and_then(|()| self.session.borrow_mut().take_rollup(hash, &bytes));
            if let Err(error) = taken {
                messages::log(&error.to_string());
            }
        }
        Ok(())
    }

    /// Shows segments that are kept but not shown: another tab may have fetched them.
    async fn show_held(&self, held: &BTreeSet<Hash256>) -> Result<(), Failure> {
        let lacking: Vec<Hash256> = self.session.borrow().lacking().collect();
        for hash in lacking.into_iter().filter(|hash| held.contains(hash)) {
            let Some(bytes) = self.database.blob(hash).await? else {
                continue;
            };
            self.session.borrow_mut().take_segment(hash, bytes)?;
        }
        Ok(())
    }

    /// Fetches, checks and keeps a blob.
    async fn fetch(&self, hash: Hash256) -> Result<Option<(Hash256, Vec<u8>)>, Failure> {
        if self.is_closed() {
            return Err(Failure::new(FailureKind::NotOpen, "the company was closed"));
        }
        let Some(bytes) = self.edge.blob(hash).await? else {
            return Ok(None);
        };
        check_bytes(hash, &bytes)?;
        self.database.put_blob(hash, &bytes).await?;
        Ok(Some((hash, bytes)))
    }

    fn note(&self, progress: &mut SyncProgress, bytes: usize) {
        progress.blobs_done += 1;
        progress.bytes_done += bytes as u64;
        let now = clock::now().millis();
        if now - self.sync.told_at.get() < TELL_EVERY_MILLIS {
            return;
        }
        self.sync.told_at.set(now);
        self.tell(Event::SyncProgress(*progress));
        let state = self.session.borrow().state();
        self.tell(Event::Changed(state));
    }

    /// Everything is here: keeps the manifest, forgets what it no longer names, tells the page.
    async fn keep(
        &self,
        manifest: &Manifest,
        etag: Option<String>,
        reached_at: Timestamp,
        is_new: bool,
    ) -> Result<(), Failure> {
        self.session
            .borrow_mut()
            .set_reached(Some(reached_at), false);
        let as_of = reached_at.millis().to_string();
        if is_new {
            let text = serde_json::to_string(manifest).unwrap_or_default();
            let etag = etag.unwrap_or_default();
            let states = [
                (state_names::MANIFEST, text.as_str()),
                (state_names::ETAG, etag.as_str()),
                (state_names::AS_OF, as_of.as_str()),
            ];
            self.database.put_states(&states).await?;
            let held = self.database.blob_names().await?;
            self.database
                .delete_blobs(&sync::plan(&held, manifest).forget)
                .await?;
            self.database.pack(manifest.in_order()).await?;
            self.sync
                .etag
                .replace(Some(etag).filter(|etag| !etag.is_empty()));
        } else {
            self.database
                .put_states(&[(state_names::AS_OF, as_of.as_str())])
                .await?;
        }
        let state = self.session.borrow().state();
        if is_new {
            self.tell(Event::Changed(state.clone()));
        }
        self.tell(Event::Synced(state));
        if is_new || !self.sync.has_told_home.replace(true) {
            self.sync.has_told_home.set(true);
            let home = self.session.borrow().home();
            self.tell(Event::Home(Box::new(home)));
        }
        Ok(())
    }
}

fn progress_of(manifest: &Manifest, fetch: &[Hash256]) -> SyncProgress {
    let chunks = manifest
        .dictionaries
        .iter()
        .map(|chunk| (chunk.hash, chunk.bytes));
    let segments = manifest
        .segments
        .iter()
        .map(|segment| (segment.hash, segment.bytes));
    let sizes: BTreeMap<Hash256, u32> = chunks.chain(segments).collect();
    let size = |hash: &Hash256| sizes.get(hash).copied().map_or(0, u64::from);
    SyncProgress {
        blobs: fetch.len() as u32,
        bytes: fetch.iter().map(size).sum(),
        ..SyncProgress::default()
    }
}
