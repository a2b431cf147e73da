//! The only place that touches the Worker's bindings: D1, queue, assets, Durable Objects, clock,
//! randomness and requests. Everything else sees the ports.

pub mod assets;
mod blobs;
mod crypto;
mod database;
mod messages;
pub mod services;
mod settings;
pub mod sql;
mod tenants;
pub mod wire;

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use credentials::Key;
use kernel::Timestamp;
use worker::{Env, console_error};

use crate::control;
use crate::fault::{Context, Fault};
use crate::figures;
use crate::gateway::meters::Meters;
use crate::ports::{Call, Later, NoReply, Platform, Reply, Settings};

pub use blobs::Blobs;
pub use messages::{CUT_HEADER, Envelope, KNOWN_HEADER, SEQUENCE_HEADER};
pub use services::World;

use wire::Callee;

thread_local! {
    static METERS: RefCell<Meters> = RefCell::default();
    static BOUND: OnceCell<Rc<Bound>> = const { OnceCell::new() };
}

/// What an isolate is bound to and set to as long as it lives: each name that is looked up costs a request more than
/// what it does with a key.
struct Bound {
    database: database::D1,
    blobs: Blobs,
    tenants: tenants::TenantObjects,
    figures: Option<Callee>,
    control: Option<Callee>,
    settings: Settings,
}

impl Bound {
    fn of(env: &Env) -> Result<Rc<Bound>, Fault> {
        BOUND.with(|bound| {
            if let Some(known) = bound.get() {
                return Ok(Rc::clone(known));
            }
            let read = Rc::new(Bound {
                database: database::D1::new(env)?,
                blobs: Blobs::new(env)?,
                tenants: tenants::TenantObjects::new(env)?,
                figures: messages::service(env, "FIGURES"),
                control: messages::service(env, "CONTROL"),
                settings: settings::read(env),
            });
            Ok(Rc::clone(bound.get_or_init(|| read)))
        })
    }
}

/// The Worker's bindings as the edge's ports.
pub struct Edge {
    bound: Rc<Bound>,
    env: Env,
    later: RefCell<Vec<Later>>,
}

impl Edge {
    /// The ports over what a Worker is bound to; an error names what is not.
    pub fn new(env: &Env) -> Result<Edge, Fault> {
        Ok(Edge {
            bound: Bound::of(env)?,
            env: env.clone(),
            later: RefCell::default(),
        })
    }

    /// The work that was left while a request was answered.
    pub fn take_later(&self) -> Vec<Later> {
        self.later.take()
    }
}

impl Platform for Edge {
    type Database = database::D1;
    type Blobs = Blobs;
    type Tenants = tenants::TenantObjects;

    fn database(&self) -> &Self::Database {
        &self.bound.database
    }

    fn blobs(&self) -> &Self::Blobs {
        &self.bound.blobs
    }

    fn tenants(&self) -> &Self::Tenants {
        &self.bound.tenants
    }

    fn settings(&self) -> &Settings {
        &self.bound.settings
    }

    fn now(&self) -> Timestamp {
        now()
    }

    fn random(&self) -> Result<[u8; 32], Fault> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).context("draw random bytes")?;
        Ok(bytes)
    }

    async fn is_signed(&self, key: &Key, message: &[u8], signature: &[u8]) -> bool {
        crypto::is_signed(key, message, signature).await
    }

    async fn make_key(&self) -> Result<String, Fault> {
        let made = crypto::make_key().await;
        made.map_err(|error| Fault::internal("make a key", format!("{error:?}")))
    }

    async fn sign(&self, private_key: &str, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let signed = crypto::sign(private_key, message).await;
        signed.map_err(|error| Fault::internal("sign", format!("{error:?}")))
    }

    async fn figures(&self, ask: &figures::Ask) -> Result<figures::Told, Fault> {
        let worker = bound(self.bound.figures.as_ref(), "FIGURES")?;
        messages::ask_figures(worker, ask).await
    }

    async fn control(&self, ask: &control::Ask, body: Vec<u8>) -> Result<control::Told, Fault> {
        let worker = bound(self.bound.control.as_ref(), "CONTROL")?;
        messages::ask_control(worker, ask, &body).await
    }

    async fn call(&self, call: Call) -> Result<Reply, NoReply> {
        services::call(call).await
    }

    async fn sleep(&self, millis: i64) {
        services::sleep(millis).await;
    }

    fn routes(&self) -> String {
        services::routes(&self.env)
    }

    fn upstream_secret(&self, name: &str) -> Option<String> {
        services::secret(&self.env, name)
    }

    fn later(&self, work: Later) {
        self.later.borrow_mut().push(work);
    }

    fn meters<T>(&self, work: impl FnOnce(&mut Meters) -> T) -> T {
        METERS.with_borrow_mut(work)
    }

    fn log(&self, line: &str) {
        console_error!("{line}");
    }
}

/// Not every Worker is bound to every other.
fn bound<'a>(worker: Option<&'a Callee>, name: &str) -> Result<&'a Callee, Fault> {
    worker.ok_or_else(|| Fault::internal(name, "it is not bound"))
}

/// The time; within one event it stands still until the event waits for something.
pub fn now() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as i64)
}
