//! Takes messages of the page in order, answers each once.
//!
//! What can be answered from memory is answered in turn. What waits for storage, the network, a file or
//! the forecaster runs beside, so that a question never waits for an import; only opening a company holds up what
//! follows it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use kernel::TenantId;
use protocol::{Ask, Event, Failure, FailureKind, Reply, Request, ToEngine, Told, Unread};
use wasm_bindgen_futures::spawn_local;

use crate::charts;
use crate::company::Company;
use crate::lock::Locked;
use crate::platform::cipher::Key;
use crate::platform::clock;
use crate::platform::indexed_db::Database;
use crate::platform::messages::{self, Arrived, Handed};

/// How long answers may follow each other before newer messages are let in, in milliseconds.
const SLICE_MILLIS: i64 = 24;

/// The worker's state.
#[derive(Default)]
struct Engine {
    company: RefCell<Option<Rc<Company>>>,
    /// The company that waits to be unlocked.
    locked: RefCell<Option<Locked>>,
    inbox: RefCell<VecDeque<(Request, Handed)>>,
    is_draining: Cell<bool>,
}

/// Starts to listen. Does nothing where this is no worker.
pub fn start() {
    let engine = Rc::new(Engine::default());
    if messages::listen(move |arrived| engine.take(arrived)) {
        messages::tell(Event::Ready);
    }
}

impl Engine {
    fn take(self: &Rc<Self>, arrived: Arrived) {
        match arrived.message {
            ToEngine::Cancel(id) => {
                self.inbox
                    .borrow_mut()
                    .retain(|(request, _)| request.id != id);
            }
            ToEngine::Request(request) => {
                self.inbox.borrow_mut().push_back((request, arrived.handed));
                if !self.is_draining.replace(true) {
                    let engine = Rc::clone(self);
                    spawn_local(async move { engine.drain().await });
                }
            }
        }
    }

    /// Answers until the inbox is empty. Between slices it lets messages in, so that questions that
    /// nobody waits for any more are dropped before they are computed.
    async fn drain(self: Rc<Self>) {
        clock::wait(0).await;
        let mut slice_began = clock::now().millis();
        loop {
            let next = self.inbox.borrow_mut().pop_front();
            let Some((request, handed)) = next else { break };
            self.serve(request, handed).await;
            if clock::now().millis() - slice_began >= SLICE_MILLIS {
                clock::wait(0).await;
                slice_began = clock::now().millis();
            }
        }
        self.is_draining.set(false);
    }

    async fn serve(self: &Rc<Self>, request: Request, handed: Handed) {
        let id = request.id;
        let answer = |result| messages::reply(Reply { id, result });
        match request.ask {
            Ask::Open { company, api_base } => answer(self.open(&company, &api_base).await),
            Ask::Unlock(lock) => answer(self.unlock(lock, handed.key).await),
            Ask::Lock => answer(self.lock()),
            Ask::MayForget => answer(self.may_forget().await),
            Ask::Forget => answer(self.forget().await),
            ask if runs_beside(&ask) => match self.company() {
                Ok(company) => spawn_local(async move {
                    let result = serve_beside(&company, ask, handed).await;
                    messages::reply(Reply { id, result });
                }),
                Err(failure) => answer(Err(failure)),
            },
            ask => answer(self.company_or_chart(ask)),
        }
    }

    fn company(&self) -> Result<Rc<Company>, Failure> {
        let closed = || Failure::new(FailureKind::NotOpen, "open a company first");
        self.company.borrow().clone().ok_or_else(closed)
    }

    async fn open(&self, id: &TenantId, api_base: &str) -> Result<Told, Failure> {
        self.close();
        let locked = Locked {
            database: Database::open(id).await?,
            company: id.clone(),
            api_base: api_base.to_owned(),
        };
        if let Some(lock) = locked.database.lock() {
            self.locked.replace(Some(locked));
            return Ok(Told::Lock(lock));
        }
        self.enter(locked).await
    }

    fn close(&self) {
        self.locked.take();
        if let Some(before) = self.company.take() {
            before.close();
        }
    }

    async fn enter(&self, open: Locked) -> Result<Told, Failure> {
        let Locked {
            database,
            company,
            api_base,
        } = open;
        let (company, opened) = Company::open_kept(database, &company, &api_base).await?;
        self.company.replace(Some(Rc::clone(&company)));
        spawn_local(Rc::clone(&company).finish_lock());
        spawn_local(async move {
            // Trouble was told in an event.
            let _ = company.synchronise().await;
            company.resume_import().await;
        });
        Ok(Told::Opened(opened))
    }

    async fn unlock(&self, lock: String, key: Option<Key>) -> Result<Told, Failure> {
        let closed = || Failure::new(FailureKind::NotOpen, "no company waits for this key");
        let key = key.ok_or_else(closed)?;
        // By another company's key nothing would open, and all would count as damaged.
        let is_its = |it: &mut Locked| it.database.lock().as_ref() == Some(&lock);
        let locked = self.locked.borrow_mut().take_if(is_its);
        let locked = locked.ok_or_else(closed)?;
        locked.database.unlock(key);
        let (company, api_base) = (locked.company.clone(), locked.api_base.clone());
        let outcome = self.enter(locked).await;
        if outcome.is_err() {
            // So that the next try finds something to unlock.
            self.locked.replace(Some(Locked {
                database: Database::open(&company).await?,
                company,
                api_base,
            }));
        }
        outcome
    }

    fn lock(&self) -> Result<Told, Failure> {
        let lock = match &*self.locked.borrow() {
            Some(locked) => locked.database.lock(),
            None => self.company()?.database.lock(),
        };
        Ok(Told::Lock(lock.unwrap_or_default()))
    }

    /// The company that is open, or waits to be.
    fn known(&self) -> Option<TenantId> {
        if let Some(locked) = &*self.locked.borrow() {
            return Some(locked.company.clone());
        }
        let company = self.company().ok()?;
        let id = company.session.borrow().company().clone();
        Some(id)
    }

    async fn may_forget(&self) -> Result<Told, Failure> {
        let is_importing = self.company().is_ok_and(|it| it.imports.is_running());
        if is_importing || Database::has_unsent(self.known().as_ref()).await? {
            let text = "a file of a company on this device is not sent yet";
            return Err(Failure::new(FailureKind::Busy, text));
        }
        Ok(Told::Done)
    }

    async fn forget(&self) -> Result<Told, Failure> {
        let known = self.known();
        if let Ok(company) = self.company() {
            company.database.shut();
        }
        self.close();
        Database::forget_all(known.as_ref()).await?;
        Ok(Told::Done)
    }

    fn company_or_chart(&self, ask: Ask) -> Result<Told, Failure> {
        match ask {
            // Charts need no company: what they draw comes with them.
            Ask::Chart(spec) => charts::options(&spec).map(Told::Chart),
            ask => {
                let company = self.company()?;
                let result = serve_now(&company, ask);
                if met_damage(&result) {
                    spawn_local(company.mend());
                }
                result
            }
        }
    }
}

/// Whether something that is kept on the device could not be read.
fn met_damage(result: &Result<Told, Failure>) -> bool {
    let is_storage = |failure: &Failure| failure.kind == FailureKind::Storage;
    match result {
        Err(failure) => is_storage(failure),
        Ok(Told::Answers(answers)) => answers
            .iter()
            .filter_map(|it| it.as_ref().err())
            .any(is_storage),
        Ok(_) => false,
    }
}

/// Whether the answer waits for storage, the network, a file or the forecaster.
const fn runs_beside(ask: &Ask) -> bool {
    matches!(
        ask,
        Ask::Sniff
            | Ask::Import(_)
            | Ask::CancelImport
            | Ask::Sync
            | Ask::Storage
            | Ask::ClearStorage
            | Ask::Forecast(_)
            | Ask::Unusual(_)
            | Ask::Crossing(_)
            | Ask::SetLock(_)
    )
}

async fn serve_beside(company: &Rc<Company>, ask: Ask, handed: Handed) -> Result<Told, Failure> {
    match ask {
        Ask::Sniff => {
            let none = || Failure::new(FailureKind::FileUnreadable, "no file was handed over");
            let preview = company.sniff(handed.file.ok_or_else(none)?).await?;
            Ok(Told::Preview(Unread::of(&preview)))
        }
        Ask::Import(spec) => {
            let spec = spec.read().map_err(unreadable)?;
            company.import(handed.file, spec).await.map(|()| Told::Done)
        }
        Ask::CancelImport => company.cancel_import().await.map(|()| Told::Done),
        Ask::Sync => {
            company.synchronise().await?;
            let resuming = Rc::clone(company);
            spawn_local(async move { resuming.resume_import().await });
            Ok(Told::State(company.session.borrow().state()))
        }
        Ask::Storage => {
            let stats = company.storage().await?;
            Ok(Told::Storage(Unread::of(&stats)))
        }
        Ask::ClearStorage => {
            company.clear_storage().await?;
            company.synchronise().await.map(|()| Told::Done)
        }
        Ask::Forecast(ask) => {
            let forecast = company.forecast(&ask).await?;
            Ok(Told::Forecast(Unread::of(&forecast)))
        }
        Ask::Unusual(ask) => {
            let unusual = company.unusual(&ask.read().map_err(unreadable)?).await?;
            Ok(Told::Unusual(Unread::of(&unusual)))
        }
        Ask::Crossing(crossing) => {
            let crossing = crossing.read().map_err(unreadable)?;
            company.crossed(crossing).await.map(Told::Chances)
        }
        Ask::SetLock(set) => company.set_lock(set, handed.key).await.map(Told::Lock),
        _ => Err(Failure::new(
            FailureKind::Internal,
            "this is answered at once",
        )),
    }
}

fn unreadable(error: serde_json::Error) -> Failure {
    Failure::new(FailureKind::BadQuestion, error.to_string())
}

fn serve_now(company: &Rc<Company>, ask: Ask) -> Result<Told, Failure> {
    company.session.borrow_mut().set_now(clock::now());
    let session = || company.session.borrow();
    match ask {
        Ask::Query(query) => session().query(&query).map(Told::Answer),
        Ask::Many(queries) => Ok(Told::Answers(
            queries.iter().map(|query| session().query(query)).collect(),
        )),
        Ask::Tiles {
            metrics,
            filters,
            range,
        } => session().tiles(&metrics, &filters, range).map(Told::Tiles),
        Ask::Members {
            dimension,
            search,
            limit,
        } => Ok(Told::Members(session().members(dimension, &search, limit))),
        Ask::Products { ask, start } => {
            let status = company.products(ask.read().map_err(unreadable)?, start)?;
            Ok(Told::Products(Unread::of(&status)))
        }
        Ask::CancelProducts => {
            company.products.cancel();
            Ok(Told::Done)
        }
        Ask::Resample(spec) => {
            let preview = company.resample(spec.read().map_err(unreadable)?)?;
            Ok(Told::Preview(Unread::of(&preview)))
        }
        Ask::ImportStatus => Ok(Told::Import(company.imports.status().map(Box::new))),
        Ask::ImportRejected => Ok(Told::Csv(company.imports.rejected_csv())),
        Ask::State => Ok(Told::State(session().state())),
        Ask::Home => Ok(Told::Home(Box::new(session().home()))),
        _ => Err(Failure::new(
            FailureKind::Internal,
            "this is answered elsewhere",
        )),
    }
}
