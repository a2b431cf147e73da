//! Locks between the tabs of one browser, so that only one of them sends an import.
//!
//! Called by name through `Reflect`, since `web_sys` holds Web Locks to be unstable.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

/// What the names of locks of imports begin with; the company's id follows.
pub const IMPORT: &str = "meschain-import-";

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Held {
    release: Option<Function>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            // Resolving a promise cannot throw.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Takes a lock, or `None` where another tab holds it. A browser without locks (or a page that is not
/// served securely) gives it at once: repeated sending is harmless, only wasteful.
pub async fn try_take(name: &str) -> Option<Held> {
    let Some((manager, request)) = lock_manager() else {
        return Some(Held { release: None });
    };
    let (sender, receiver) = oneshot::channel::<Option<Function>>();
    let sender = RefCell::new(Some(sender));
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let release = Rc::new(RefCell::new(None));
        let keep = Rc::clone(&release);
        let until = Promise::new(&mut |resolve, _| *keep.borrow_mut() = Some(resolve));
        let is_granted = !lock.is_null() && !lock.is_undefined();
        let release = if is_granted { release.take() } else { None };
        if let Some(sender) = sender.take() {
            // The receiver lives until it has an answer.
            let _ = sender.send(release);
        }
        if is_granted {
            until.into()
        } else {
            JsValue::UNDEFINED
        }
    });
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
    request
        .call3(&manager, &name.into(), &options, &granted)
        .ok()?;
    match receiver.await {
        Ok(Some(release)) => Some(Held {
            release: Some(release),
        }),
        _ => None,
    }
}

fn lock_manager() -> Option<(JsValue, Function)> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let manager = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request = Reflect::get(&manager, &"request".into()).ok()?;
    Some((manager, request.dyn_into().ok()?))
}
