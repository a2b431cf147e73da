//! The API's reference: every operation of its document, to be read and tried; trying is code of its own.
//!
//! The document is fetched when this screen is first opened, and kept by the service worker from then on. Its own
//! texts are English and marked so; the words around them are in the person's language.

mod answer;
mod code;
mod form;
mod list;
mod operation;
mod playground;
mod shape;

use std::sync::Arc;

use api::health::OPENAPI_FILE;
use leptos::prelude::*;
use leptos::task::spawn_local;
use reference::Document;

use crate::i18n::{DeveloperText, developer_words};
use crate::platform::http::{self, HttpFailure};
use crate::state::app;
use crate::ui::{Failed, Skeleton};
use list::List;
use operation::Operation;
pub use playground::Playground;

/// What the parts share.
#[derive(Clone, Copy)]
struct Shared {
    document: StoredValue<Arc<Document>>,
    /// What is searched for; it stays while one operation is read.
    search: RwSignal<String>,
    /// A key or token, held here and nowhere else.
    key: RwSignal<String>,
    /// Whether it is used, rather than the session.
    by_key: RwSignal<bool>,
}

impl Shared {
    fn document(self) -> Arc<Document> {
        self.document.get_value()
    }
}

/// Words of the reference, in the language of the moment.
fn d(text: DeveloperText) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || developer_words(text, app.locale.get())
}

/// The same as a title.
fn title(text: DeveloperText) -> Signal<String> {
    let app = app();
    Signal::derive(move || developer_words(text, app.locale.get()).to_owned())
}

/// A word of the person's language among the document's own.
#[component]
fn Own(text: DeveloperText) -> impl IntoView {
    let app = app();
    view! { <span lang=move || app.locale.get().tag()>{d(text)}</span> }
}

/// The screen.
#[component]
pub fn Developers() -> impl IntoView {
    let app = app();
    let read = RwSignal::new(None::<Result<Arc<Document>, DeveloperText>>);
    let load = move || {
        read.set(None);
        spawn_local(async move {
            let fetched = match http::text(OPENAPI_FILE).await {
                Ok(text) => Document::read(&text).map_err(|_| DeveloperText::Unreadable),
                Err(HttpFailure::Offline) => Err(DeveloperText::NoDocument),
                Err(_) => Err(DeveloperText::Unreadable),
            };
            read.try_set(Some(fetched.map(Arc::new)));
        });
    };
    load();
    view! {
        <div data-testid="developers">
            {move || match read.get() {
                None => view! { <Skeleton lines=8 /> }.into_any(),
                Some(Err(text)) => {
                    let text = developer_words(text, app.locale.get()).to_owned();
                    view! { <Failed text retry=load /> }.into_any()
                }
                Some(Ok(document)) => view! { <Opened document /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Opened(document: Arc<Document>) -> impl IntoView {
    let app = app();
    let shared = Shared {
        document: StoredValue::new(document),
        search: RwSignal::new(String::new()),
        key: RwSignal::new(String::new()),
        by_key: RwSignal::new(false),
    };
    let chosen = Memo::new(move |_| app.view.read().operation.clone());
    move || {
        let id = chosen.get();
        if id.is_empty() {
            return view! { <List shared /> }.into_any();
        }
        let operation = shared.document().operation(&id).cloned();
        view! { <Operation shared operation /> }.into_any()
    }
}
