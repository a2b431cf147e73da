//! The lock on what this device keeps of a company: a data key that seals every record, wrapped for each
//! passkey that opens it by a key derived from that passkey's answer to the lock's salt.
//!
//! Locking and unlocking rewrite what is there in the background, record by record: what is written meanwhile is in
//! the new form already, and a device that is killed goes on when the lock is opened again.
//!
//! Out of scope: asking a passkey (the page), and how records are sealed (`platform::cipher`).

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Hash256, TenantId};
use protocol::{Event, Failure, FailureKind, Lock, LockBy, LockKey, LockPhase};
use wasm_bindgen_futures::spawn_local;

use crate::company::Company;
use crate::platform::cipher::{KEY_BYTES, Key, Secret, random};
use crate::platform::indexed_db::{Database, StorageError};
use crate::platform::messages;

/// Where a wrapped key says that it lies: under the id of its passkey, so that it opens nowhere else.
const PLACE: &str = "lock";

/// A company that waits to be opened.
pub struct Locked {
    /// What is kept of it.
    pub database: Database,
    /// Which it is.
    pub company: TenantId,
    /// Where it syncs.
    pub api_base: String,
}

fn shut(text: &str) -> Failure {
    Failure::new(FailureKind::Locked, text)
}

fn bytes_of(text: &str) -> Result<Vec<u8>, Failure> {
    let damaged = || shut("the lock cannot be read; forget what this device keeps");
    URL_SAFE_NO_PAD.decode(text).map_err(|_| damaged())
}

fn read(text: Option<String>) -> Result<Lock, Failure> {
    Lock::read(&text.unwrap_or_default()).map_err(|error| shut(&error.to_string()))
}

/// The data key, unwrapped by a passkey's secret.
async fn unwrapped(lock: &Lock, id: &str, secret: Option<&Secret>) -> Result<Vec<u8>, Failure> {
    let key = lock.key(id);
    let (key, secret) = key
        .zip(secret)
        .ok_or_else(|| shut("this passkey opens nothing here"))?;
    let wrapping = Key::wrapping(secret, &bytes_of(&key.salt)?).await?;
    let bytes = wrapping.open(PLACE, id, &bytes_of(&key.wrapped)?).await;
    let bytes = bytes.filter(|bytes| bytes.len() == KEY_BYTES);
    bytes.ok_or_else(|| shut("this passkey's key does not open what is here"))
}

/// The key of a database, by a passkey and its secret.
pub async fn open(database: &Database, id: &str, secret: Option<&Secret>) -> Result<Key, Failure> {
    let mut bytes = unwrapped(&read(database.lock())?, id, secret).await?;
    let key = Key::new(&bytes).await;
    bytes.fill(0);
    Ok(key?)
}

impl Company {
    /// The lock, or one that is off with a salt that no lock had before.
    pub fn lock(&self) -> Result<String, Failure> {
        if let Some(lock) = self.database.lock() {
            return Ok(lock);
        }
        let off = Lock {
            phase: LockPhase::Off,
            salt: URL_SAFE_NO_PAD.encode(random::<KEY_BYTES>()?),
            keys: Vec::new(),
        };
        Ok(off.to_text())
    }

    /// Lets a passkey open the lock; where there is none, locks.
    pub async fn lock_by(
        self: &Rc<Self>,
        by: LockBy,
        secrets: &[Secret],
    ) -> Result<String, Failure> {
        let (mut lock, mut bytes) = match self.database.lock() {
            None => {
                let is_salt = bytes_of(&by.salt)?.len() == KEY_BYTES;
                if !is_salt {
                    return Err(Failure::new(FailureKind::BadQuestion, "this is no salt"));
                }
                let lock = Lock {
                    phase: LockPhase::Sealing,
                    salt: by.salt.clone(),
                    keys: Vec::new(),
                };
                (lock, random::<KEY_BYTES>()?.to_vec())
            }
            Some(text) => {
                let lock = read(Some(text))?;
                let bytes = unwrapped(&lock, &by.by, secrets.get(1)).await?;
                (lock, bytes)
            }
        };
        let outcome = self.take_key(&mut lock, by, secrets.first(), &bytes).await;
        bytes.fill(0);
        outcome?;
        spawn_local(Rc::clone(self).finish_lock());
        Ok(lock.to_text())
    }

    async fn take_key(
        &self,
        lock: &mut Lock,
        by: LockBy,
        secret: Option<&Secret>,
        bytes: &[u8],
    ) -> Result<(), Failure> {
        let before = self.database.lock();
        let secret = secret.ok_or_else(|| shut("the passkey gave no key"))?;
        let salt = random::<KEY_BYTES>()?;
        let wrapping = Key::wrapping(secret, &salt).await?;
        let wrapped = wrapping.seal(PLACE, &by.id, bytes).await?;
        let key = Key::new(bytes).await?;
        let taken = lock.take(LockKey {
            id: by.id,
            name: by.name,
            salt: URL_SAFE_NO_PAD.encode(salt),
            wrapped: URL_SAFE_NO_PAD.encode(wrapped),
        });
        taken.map_err(|error| Failure::new(FailureKind::BadQuestion, error.to_string()))?;
        let text = lock.to_text();
        // A lock that cannot be read again would keep everything for ever.
        read(Some(text.clone()))?;
        if before != self.database.lock() {
            return Err(StorageError::Changed.into());
        }
        Ok(self.database.set_lock(Some(text), Some(key)).await?)
    }

    /// Lets a passkey no longer open the lock, unless no other does.
    pub async fn lock_without(&self, id: &str) -> Result<String, Failure> {
        let mut lock = read(self.database.lock())?;
        if lock.drop_key(id) {
            self.database.set_lock(Some(lock.to_text()), None).await?;
        }
        Ok(lock.to_text())
    }

    /// Takes the lock away; what is sealed is opened in the background.
    pub async fn lock_off(self: &Rc<Self>) -> Result<String, Failure> {
        if self.is_renewing.get() {
            let text = "what is kept is being sealed or opened; wait until that is done";
            return Err(Failure::new(FailureKind::Busy, text));
        }
        let mut lock = read(self.database.lock())?;
        lock.phase = LockPhase::Opening;
        let text = lock.to_text();
        self.database.set_lock(Some(text.clone()), None).await?;
        spawn_local(Rc::clone(self).finish_lock());
        Ok(text)
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
