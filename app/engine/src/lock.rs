//! The lock on what this device keeps of a company. The page unwraps the data key with a passkey and hands it over; here
//! every record is sealed with it.
//!
//! Locking and unlocking rewrite what is there in the background, record by record: what is written meanwhile is in
//! the new form already, and a device that is killed goes on when the lock is opened again.
//!
//! Out of scope: asking a passkey and unwrapping (the page), and how records are sealed (`platform::cipher`).

use std::rc::Rc;

use kernel::{Hash256, TenantId};
use protocol::{Event, Failure, FailureKind, Lock, LockPhase, SetLock};
use wasm_bindgen_futures::spawn_local;

use crate::company::Company;
use crate::platform::cipher::Key;
use crate::platform::indexed_db::Database;
use crate::platform::messages;

/// A company that waits to be opened.
pub struct Locked {
    /// What is kept of it.
    pub database: Database,
    /// Which it is.
    pub company: TenantId,
    /// Where it syncs.
    pub api_base: String,
}

fn read(text: Option<String>) -> Result<Lock, Failure> {
    let read = Lock::read(&text.unwrap_or_default());
    read.map_err(|error| Failure::new(FailureKind::BadQuestion, error.to_string()))
}

impl Company {
    /// Puts a lock in the place of the one that it was made of.
    pub async fn set_lock(
        self: &Rc<Self>,
        set: SetLock,
        key: Option<Key>,
    ) -> Result<String, Failure> {
        let before = self.database.lock();
        let is_new = before.is_none();
        if self.is_renewing.get() || before.unwrap_or_default() != set.from {
            let text = "the lock has changed, or what is kept is being sealed or opened; try again";
            return Err(Failure::new(FailureKind::Busy, text));
        }
        // A lock that cannot be read again, or that nobody opens, would keep everything for ever.
        let lock = read(Some(set.to.clone()))?;
        let is_meant =
            set.company == *self.session.borrow().company() && set.company.as_str() != "demo";
        if !is_meant || lock.keys.is_empty() || is_new != key.is_some() {
            let text = "a new lock is of the open company, which is not the demo, and needs a passkey and its key; another one has its key already";
            return Err(Failure::new(FailureKind::BadQuestion, text));
        }
        self.database.set_lock(Some(set.to.clone()), key).await?;
        spawn_local(Rc::clone(self).finish_lock());
        Ok(set.to)
    }

    /// Goes on with sealing or opening where that has not ended.
    pub async fn finish_lock(self: Rc<Self>) {
        if self.is_renewing.replace(true) {
            return;
        }
        let outcome = self.renew().await;
        self.is_renewing.set(false);
        match outcome {
            Ok(false) => {}
            Ok(true) => {
                let state = self.session.borrow().state();
                self.tell(Event::Changed(state));
            }
            Err(failure) if failure.kind == FailureKind::Locked => {
                self.tell(Event::Refused(failure));
            }
            // What is written is in the new form in any case; the next start goes on with the rest.
            Err(failure) => messages::log(&failure.text),
        }
    }

    /// Brings what is kept into the form that the lock wants; answers whether there was anything to do.
    pub(crate) async fn renew(&self) -> Result<bool, Failure> {
        let Ok(lock) = read(self.database.lock()) else {
            return Ok(false);
        };
        if lock.phase == LockPhase::Sealed {
            return Ok(false);
        }
        let order: Vec<Hash256> = {
            let session = self.session.borrow();
            let manifest = session.manifest();
            manifest.map_or_else(Vec::new, |manifest| manifest.in_order().collect())
        };
        let is_done = self
            .database
            .renew(order.into_iter(), || !self.is_closed())
            .await?;
        if is_done {
            // A passkey may have been added meanwhile.
            let mut lock = read(self.database.lock())?;
            let is_opened = lock.phase == LockPhase::Opening;
            lock.phase = LockPhase::Sealed;
            let text = (!is_opened).then(|| lock.to_text());
            self.database.set_lock(text, None).await?;
        }
        Ok(is_done)
    }
}
