//! The engine worker: asks it and hears from it. A worker that crashed is replaced; what was asked of
//! it is answered with a failure.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_channel::oneshot;
use protocol::{Ask, Event, Failure, FailureKind, Reply, Request, ToApp, ToEngine, Told};
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, Worker, WorkerOptions, WorkerType};

type Waiting = BTreeMap<u32, oneshot::Sender<Result<Told, Failure>>>;

/// What is no text and goes beside a question.
pub struct Handed(JsValue);

impl From<File> for Handed {
    fn from(file: File) -> Handed {
        Handed(file.into())
    }
}

impl Handed {
    /// A key that no code can read out.
    pub(super) fn of_key(key: JsValue) -> Handed {
        Handed(key)
    }
}

/// A handle to the worker; clones are the same worker.
#[derive(Clone)]
pub struct Engine {
    inner: Rc<Inner>,
}

struct Inner {
    worker: RefCell<Option<Worker>>,
    waiting: RefCell<Waiting>,
    next_id: Cell<u32>,
    /// Whether the worker has started: one that cannot be fetched would be started for ever.
    is_ready: Cell<bool>,
    on_event: Box<dyn Fn(Event)>,
    on_renewed: Box<dyn Fn()>,
}

impl Engine {
    /// Starts the worker; `on_event` hears what comes unasked, `on_renewed` that another worker, in which nothing is
    /// open, has taken the place of one that crashed.
    pub fn start(on_event: impl Fn(Event) + 'static, on_renewed: impl Fn() + 'static) -> Engine {
        let inner = Rc::new(Inner {
            worker: RefCell::new(None),
            waiting: RefCell::new(BTreeMap::new()),
            next_id: Cell::new(1),
            is_ready: Cell::new(false),
            on_event: Box::new(on_event),
            on_renewed: Box::new(on_renewed),
        });
        let engine = Engine { inner };
        engine.renew();
        engine
    }

    /// Ends the worker, if there is one, and starts a new one.
    fn renew(&self) {
        if let Some(old) = self.inner.worker.take() {
            old.terminate();
        }
        for (_, waiting) in self.inner.waiting.take() {
            let failure = Failure::new(FailureKind::Internal, "the engine was started anew");
            // Whoever asked may have gone.
            let _ = waiting.send(Err(failure));
        }
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let Ok(worker) = Worker::new_with_options(&super::page::assets().engine, &options) else {
            return super::log("the engine could not be started");
        };
        let inner = Rc::downgrade(&self.inner);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let (Some(inner), Some(text)) = (inner.upgrade(), event.data().as_string()) else {
                return;
            };
            match serde_json::from_str::<ToApp>(&text) {
                Ok(ToApp::Reply(Reply { id, result })) => {
                    let waiting = inner.waiting.borrow_mut().remove(&id);
                    if let Some(waiting) = waiting {
                        let _ = waiting.send(result);
                    }
                }
                Ok(ToApp::Event(event)) => {
                    if matches!(event, Event::Ready) {
                        inner.is_ready.set(true);
                    }
                    (inner.on_event)(event);
                }
                Err(error) => super::log(&format!("the engine was not understood: {error}")),
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let inner = Rc::downgrade(&self.inner);
        let on_error = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let words = js_sys::Reflect::get(&event, &"message".into());
            let words = words.ok().and_then(|words| words.as_string());
            super::log(&format!("the engine ended: {}", words.unwrap_or_default()));
            let crashed = inner.upgrade().filter(|inner| inner.is_ready.take());
            if let Some(inner) = crashed {
                let engine = Engine { inner };
                engine.renew();
                (engine.inner.on_renewed)();
            }
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        self.inner.worker.replace(Some(worker));
    }

    /// Asks, handing over what goes with it; answers when the engine does.
    pub async fn ask_with(&self, ask: Ask, handed: Option<Handed>) -> Result<Told, Failure> {
        let id = self
            .inner
            .next_id
            .replace(self.inner.next_id.get().wrapping_add(1));
        let (sender, receiver) = oneshot::channel();
        self.inner.waiting.borrow_mut().insert(id, sender);
        let internal = |text: &str| Failure::new(FailureKind::Internal, text);
        let message = ToEngine::Request(Request { id, ask });
        let text = serde_json::to_string(&message).map_err(|error| internal(&error.to_string()))?;
        let posted = match (&*self.inner.worker.borrow(), handed) {
            (None, _) => return Err(internal("the engine could not be started")),
            (Some(worker), None) => worker.post_message(&text.into()),
            (Some(worker), Some(Handed(handed))) => {
                let object = js_sys::Object::new();
                let set = |name: &str, value: &JsValue| {
                    js_sys::Reflect::set(&object, &name.into(), value)
                };
                set("message", &text.into())
                    .and_then(|_| set("handed", &handed))
                    .and_then(|_| worker.post_message(&object))
            }
        };
        posted.map_err(|_| internal("the engine takes no messages"))?;
        receiver
            .await
            .unwrap_or_else(|_| Err(internal("the engine ended")))
    }
}
