//! The forecaster's worker, which this worker starts itself: it ends with it, and the page need not know of it.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// The name under which the build leaves the address of the forecaster's script.
const ADDRESS: &str = "forecaster";

/// What a worker tells.
#[derive(Debug)]
pub enum Heard {
    /// A message.
    Said(String),
    /// It could not be fetched or started, or met a fault: nothing more comes of it.
    Ended(String),
}

/// A running worker; it ends when this is dropped.
#[derive(Debug)]
pub struct ForecasterWorker {
    worker: Worker,
    _handlers: [Closure<dyn Fn(JsValue)>; 2],
}

impl ForecasterWorker {
    /// Starts one, which tells `hear`; says why it cannot.
    pub fn start(hear: impl Fn(Heard) + Clone + 'static) -> Result<ForecasterWorker, String> {
        let address = Reflect::get(&js_sys::global(), &ADDRESS.into())
            .ok()
            .and_then(|address| address.as_string())
            .ok_or("this build has no forecaster")?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker =
            Worker::new_with_options(&address, &options).map_err(|thrown| super::words(&thrown))?;
        let said = hear.clone();
        let on_message = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let event: &MessageEvent = event.unchecked_ref();
            if let Some(text) = event.data().as_string() {
                said(Heard::Said(text));
            }
        });
        let on_error = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            // A script that cannot be fetched is told by an event without words.
            let words = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            let words = words.filter(|words| !words.is_empty());
            hear(Heard::Ended(words.unwrap_or_else(|| {
                "its script cannot be fetched".to_owned()
            })));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(ForecasterWorker {
            worker,
            _handlers: [on_message, on_error],
        })
    }

    /// Posts a message; `false` where it is not taken.
    pub fn post(&self, text: &str) -> bool {
        self.worker.post_message(&text.into()).is_ok()
    }
}

impl Drop for ForecasterWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
