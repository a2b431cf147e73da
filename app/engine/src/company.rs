//! An open company: its database on the device, its session, the edge it syncs with.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use kernel::{Hash256, TenantId};
use protocol::{Event, Failure, FailureKind, Opened, StorageStats};
use sync::Manifest;

use crate::edge::Edge;
use crate::forecasts::Forecasts;
use crate::import_client::Imports;
use crate::kept;
use crate::platform::indexed_db::{Database, StorageError};
use crate::platform::{clock, messages, quota};
use crate::products::Products;
use crate::session::{Session, TakeError};
use crate::sync_client::SyncState;

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Failure {
        let kind = match error {
            StorageError::Failed(_) | StorageError::Shut => FailureKind::Storage,
            StorageError::Changed => FailureKind::Locked,
        };
        Failure::new(kind, error.to_string())
    }
}

impl From<TakeError> for Failure {
    fn from(error: TakeError) -> Failure {
        Failure::new(FailureKind::Edge, error.to_string())
    }
}

/// An open company.
pub struct Company {
    /// Where it syncs.
    pub edge: Edge,
    /// What is kept on the device.
    pub database: Database,
    /// What answers.
    pub session: RefCell<Session>,
    /// Synchronisation.
    pub sync: SyncState,
    /// Imports.
    pub imports: Imports,
    /// Forecasts that are being computed.
    pub forecasts: Forecasts,
    /// Forecasts of products.
    pub products: Products,
    /// Whether what is kept is being sealed or opened.
    pub is_renewing: Cell<bool>,
    is_closed: Cell<bool>,
}

impl Company {
    /// Opens a company that has no lock.
    #[cfg(test)]
    pub(crate) async fn open(
        id: &TenantId,
        api_base: &str,
    ) -> Result<(Rc<Company>, Opened), Failure> {
        Company::open_kept(Database::open(id).await?, id, api_base).await
    }

    /// Opens a company from what is kept on the device, without asking the network. Its lock, if it has one, is
    /// open already.
    pub async fn open_kept(
        database: Database,
        id: &TenantId,
        api_base: &str,
    ) -> Result<(Rc<Company>, Opened), Failure> {
        if database.is_locked() {
            let text = "what this device keeps of the company is locked";
            return Err(Failure::new(FailureKind::Locked, text));
        }
        let (mut session, forecasts) = kept::open(&database, id).await?;
        if let Some(text) = forecasts {
            session.restore_forecasts(&text);
        }
        let imports = Imports::load(&database).await?;
        let opened = Opened {
            profile: session.profile().cloned(),
            state: session.state(),
            interrupted: imports.interrupted(),
            is_sealed: database.lock().is_some(),
        };
        let company = Company {
            edge: Edge::new(api_base, id),
            database,
            session: RefCell::new(session),
            sync: SyncState::default(),
            imports,
            forecasts: Forecasts::default(),
            products: Products::default(),
            is_renewing: Cell::new(false),
            is_closed: Cell::new(false),
        };
        Ok((Rc::new(company), opened))
    }

    /// Lets running work end at its next step; nothing is told any more.
    pub fn close(&self) {
        self.is_closed.set(true);
        self.products.cancel();
        self.forecasts.end();
    }

    /// Whether the company was closed.
    pub fn is_closed(&self) -> bool {
        self.is_closed.get()
    }

    /// Tells the page, unless the company was closed.
    pub fn tell(&self, event: Event) {
        if !self.is_closed() {
            messages::tell(event);
        }
    }

    /// Makes the session anew from what is kept, for a manifest that cannot be followed.
    pub async fn reload(&self, manifest: Manifest) -> Result<(), Failure> {
        let id = self.session.borrow().company().clone();
        let as_of = self.session.borrow().as_of();
        let session = kept::open_manifest(&self.database, &id, manifest, as_of).await?;
        self.session.replace(session);
        Ok(())
    }

    /// Forgets segments that turned out to be damaged when they were read, and fetches them again.
    pub async fn mend(self: Rc<Self>) {
        let damaged = self.session.borrow_mut().drop_damaged();
        if damaged.is_empty() {
            return;
        }
        let forgotten = self.database.delete_blobs(&damaged).await;
        let outcome = match forgotten {
            // Trouble is told in an event.
            Ok(()) => self.synchronise().await,
            Err(error) => Err(error.into()),
        };
        if let Err(failure) = outcome {
            messages::log(&failure.text);
        }
        let state = self.session.borrow().state();
        self.tell(Event::Changed(state));
    }

    /// What is stored.
    pub async fn storage(&self) -> Result<StorageStats, Failure> {
        let names = self.database.blob_names().await?;
        let quota = quota::quota().await;
        let session = self.session.borrow();
        let sizes = session.manifest().map(blob_sizes).unwrap_or_default();
        let held = sizes.iter().filter(|(hash, _)| names.contains(hash));
        let state = session.state();
        Ok(StorageStats {
            blobs: names.len() as u32,
            blob_bytes: held.map(|(_, bytes)| u64::from(*bytes)).sum(),
            outbox_bytes: self.imports.staged_bytes(),
            extent: state.extent,
            as_of: state.as_of,
            origin_usage_bytes: quota.usage_bytes,
            origin_quota_bytes: quota.quota_bytes,
            persisted: quota.is_persisted,
        })
    }

    /// Forgets everything kept of the company but imports. What is shown stays until the sync that
    /// follows.
    pub async fn clear_storage(&self) -> Result<(), Failure> {
        if self.imports.has_unsent() {
            let text = "an import has chunks that the edge has not acknowledged; let it end first";
            return Err(Failure::new(FailureKind::Busy, text));
        }
        self.database.clear().await?;
        let id = self.session.borrow().company().clone();
        self.session.replace(Session::new(id, clock::now()));
        self.sync.forget_etag();
        let state = self.session.borrow().state();
        self.tell(Event::Changed(state));
        Ok(())
    }
}

fn blob_sizes(manifest: &Manifest) -> BTreeMap<Hash256, u32> {
    let chunks = manifest
        .dictionaries
        .iter()
        .map(|chunk| (chunk.hash, chunk.bytes));
    chunks
        .chain(
            manifest
                .segments
                .iter()
                .map(|segment| (segment.hash, segment.bytes)),
        )
        .collect()
}
