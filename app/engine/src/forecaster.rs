//! Orders to the forecaster, a worker of its own that is started with the first of them. One that crashed is
//! replaced by the next order; what was ordered of it fails with words of what happened.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_channel::oneshot;
use prediction::{Delivery, Made, Order, Work};
use protocol::{Failure, FailureKind};

use crate::platform::forecaster::{ForecasterWorker, Heard};
use crate::platform::messages;

type Waiting = BTreeMap<u32, oneshot::Sender<Result<Made, Failure>>>;

/// A handle; clones are the same forecaster.
#[derive(Clone, Default)]
pub struct Forecaster {
    inner: Rc<Inner>,
}

#[derive(Default)]
struct Inner {
    worker: RefCell<Option<ForecasterWorker>>,
    waiting: RefCell<Waiting>,
    next_id: Cell<u32>,
}

fn internal(text: String) -> Failure {
    Failure::new(FailureKind::Internal, text)
}

impl Forecaster {
    /// Orders, and waits for what is delivered. Orders are done one after the other.
    pub async fn order(&self, work: Work) -> Result<Made, Failure> {
        let id = self.inner.next_id.get();
        self.inner.next_id.set(id.wrapping_add(1));
        let text = serde_json::to_string(&Order { id, work })
            .map_err(|error| internal(error.to_string()))?;
        self.start()?;
        let (sender, receiver) = oneshot::channel();
        self.inner.waiting.borrow_mut().insert(id, sender);
        if !self.is_posted(&text) {
            self.inner.waiting.borrow_mut().remove(&id);
            return Err(internal("the forecaster takes no orders".to_owned()));
        }
        receiver
            .await
            .unwrap_or_else(|_| Err(internal("the forecaster was ended".to_owned())))
    }

    fn is_posted(&self, text: &str) -> bool {
        let worker = self.inner.worker.borrow();
        worker.as_ref().is_some_and(|worker| worker.post(text))
    }

    /// Ends the worker; what was ordered fails. The next order starts a new one.
    pub fn end(&self, why: &str) {
        // A handler of the worker may be what calls: it is dropped once that is done.
        let worker = self.inner.worker.take();
        wasm_bindgen_futures::spawn_local(async move { drop(worker) });
        for (_, waiting) in self.inner.waiting.take() {
            // Whoever asked may have gone.
            let _ = waiting.send(Err(internal(why.to_owned())));
        }
    }

    fn start(&self) -> Result<(), Failure> {
        if self.inner.worker.borrow().is_some() {
            return Ok(());
        }
        let inner = Rc::downgrade(&self.inner);
        let worker = ForecasterWorker::start(move |heard| {
            if let Some(inner) = inner.upgrade() {
                Forecaster { inner }.heard(heard);
            }
        });
        let worker = worker
            .map_err(|cause| internal(format!("the forecaster could not be started: {cause}")))?;
        self.inner.worker.replace(Some(worker));
        Ok(())
    }

    fn heard(&self, heard: Heard) {
        let text = match heard {
            Heard::Said(text) => text,
            Heard::Ended(cause) => return self.crashed(&cause),
        };
        match serde_json::from_str(&text) {
            Ok(Delivery { id, made }) => {
                let waiting = self.inner.waiting.borrow_mut().remove(&id);
                if let Some(waiting) = waiting {
                    let refused = |cause| Failure::new(FailureKind::BadQuestion, cause);
                    let _ = waiting.send(made.map_err(refused));
                }
            }
            Err(error) => self.crashed(&format!("it was not understood: {error}")),
        }
    }

    fn crashed(&self, cause: &str) {
        messages::log(&format!("the forecaster ended: {cause}"));
        self.end(&format!("the forecaster ended: {cause}; ask again"));
    }
}
