//! Trying an operation: what is filled in, who asks, sending it, and the same as code.
//!
//! A key stays in the memory of this screen. What removes something is asked once more, for nothing here can take it
//! back; every other request that changes something carries an `Idempotency-Key`, a new one after each answer.

use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;
use reference::check::{Found, Trouble};
use reference::example::Fill;
use reference::form::IDEMPOTENCY_KEY;
use reference::request::Secrets;
use reference::{Credential, Draft, Input, Operation, Refusal};

use super::answer::AnswerView;
use super::code::Code;
use super::form::{BodyField, Fields};
use super::{Shared, d, title};
use crate::i18n::{DeveloperText as T, developer_words, kind_words};
use crate::platform::http::{self, Answered, Asked};
use crate::platform::page;
use crate::state::{App, app};
use crate::ui::{Card, Segments};

/// How sending went.
#[derive(Clone, Debug, PartialEq)]
pub enum Sent {
    /// It is on its way.
    Waiting,
    /// It was answered.
    Answered(Box<Answered>),
    /// There is no network.
    NoNetwork,
}

/// What is tried; whoever shows this screen says it by its context.
#[derive(Clone, Copy)]
pub struct Tried {
    /// Of the reference.
    pub shared: Shared,
    /// The operation.
    pub operation: StoredValue<Operation>,
}

/// What the parts of this screen share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    shared: Shared,
    operation: StoredValue<Operation>,
    draft: RwSignal<Draft>,
    refusals: Memo<Vec<Refusal>>,
    /// Whether it was tried to send; before that nobody is told what is missing.
    is_tried: RwSignal<bool>,
    /// Whether it is asked once more.
    is_armed: RwSignal<bool>,
    sent: RwSignal<Option<Sent>>,
}

impl State {
    fn credential(self) -> Credential {
        match self.shared.by_key.get_untracked() {
            true => Credential::Bearer(self.shared.key.get_untracked().trim().to_owned()),
            false => Credential::Session,
        }
    }

    fn is_removing(self) -> bool {
        self.operation
            .with_value(|operation| operation.method == "DELETE")
    }

    /// Sends, unless something is wrong or it has to be asked first.
    fn submit(self, is_sure: bool) {
        self.is_tried.set(true);
        if !self.refusals.read_untracked().is_empty() {
            return;
        }
        if self.is_removing() && !is_sure {
            return self.is_armed.set(true);
        }
        self.is_armed.set(false);
        self.sent.set(Some(Sent::Waiting));
        spawn_local(self.send());
    }

    async fn send(self) {
        let draft = self.draft.get_untracked();
        let document = self.shared.document();
        let request = self
            .operation
            .with_value(|operation| document.request(operation, &draft, Secrets::Shown));
        let credential = self.credential();
        let mut headers = request.headers;
        if let Credential::Bearer(key) = &credential {
            headers.push(("Authorization".to_owned(), format!("Bearer {key}")));
        }
        let asked = Asked {
            method: request.method,
            address: request.address,
            headers,
            body: request.body,
            with_session: credential == Credential::Session,
        };
        let sent = match http::exchange(&asked).await {
            Some(answered) => Sent::Answered(Box::new(answered)),
            None => Sent::NoNetwork,
        };
        // The same request under the same key would only be answered as before. Without an answer it may have
        // arrived, so that the key stays.
        if sent != Sent::NoNetwork {
            self.draft.try_update(renew);
        }
        self.sent.try_set(Some(sent));
    }
}

fn idempotency_field() -> String {
    format!("header.{IDEMPOTENCY_KEY}")
}

/// Puts a new key in the place of an old one.
fn renew(draft: &mut Draft) {
    if let Some(held) = draft.values.get_mut(&idempotency_field())
        && let Some(unique) = page::unique()
    {
        *held = unique;
    }
}

/// What is filled in from the start: the company on screen, a key of the request's own, first choices.
fn begun(app: App, shared: Shared, operation: &Operation) -> Draft {
    let document = shared.document();
    let mut draft = Draft {
        body: document.example_body(operation, Fill::Required),
        ..Draft::default()
    };
    for field in document.fields(operation) {
        let value = match (&field.input, field.name.as_str()) {
            (_, "company") => Some(untrack(|| app.company())),
            (_, IDEMPOTENCY_KEY) => page::unique(),
            (Input::Choice(all), _) if field.is_required => all.first().cloned(),
            _ => None,
        };
        if let Some(value) = value {
            draft.values.insert(field.key(), value);
        }
    }
    draft
}

/// What is wrong with a key; a header takes visible signs only.
fn key_refusal(key: &str) -> Option<Refusal> {
    let key = key.trim();
    let trouble = match key {
        "" => Trouble::Missing,
        key if !key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Trouble::Unlike("mbk_…".to_owned())
        }
        _ => return None,
    };
    Some(Refusal::Field("header.Authorization".to_owned(), trouble))
}

#[component]
pub fn Playground() -> impl IntoView {
    let app = app();
    let Tried { shared, operation } = expect_context();
    let document = shared.document();
    let (begun, fields) = operation
        .with_value(|operation| (begun(app, shared, operation), document.fields(operation)));
    let draft = RwSignal::new(begun);
    let refusals = Memo::new(move |_| {
        let document = shared.document();
        let mut refusals =
            operation.with_value(|operation| document.check_draft(operation, &draft.read()));
        if shared.by_key.get() {
            refusals.extend(key_refusal(&shared.key.read()));
        }
        refusals
    });
    let state = State {
        app,
        shared,
        operation,
        draft,
        refusals,
        is_tried: RwSignal::new(false),
        is_armed: RwSignal::new(false),
        sent: RwSignal::new(None),
    };
    let told = Signal::derive(move || match state.is_tried.get() {
        true => refusals.get(),
        false => Vec::new(),
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        state.submit(false);
    };
    let send = if state.is_removing() {
        T::SendDelete
    } else {
        T::Send
    };
    view! {
        <Card title=title(T::Request)>
            <form data-testid="try" on:submit=submit novalidate>
                <Fields fields draft refusals=told />
                <BodyField shared operation draft refusals=refusals.into() />
                <Who shared />
                <Wrong state />
                <button class="button" data-testid="try-send" disabled=move || state.sent.get() == Some(Sent::Waiting)>
                    {d(send)}
                </button>
                <Sure state />
            </form>
        </Card>
        <AnswerView sent=state.sent />
        <Card title=title(T::Code)><Code shared operation draft /></Card>
    }
}

/// As whom it is asked.
#[component]
fn Who(shared: Shared) -> impl IntoView {
    let app = app();
    let options = Signal::derive(move || {
        let locale = app.locale.get();
        [(false, T::AsMe), (true, T::AsKey)]
            .map(|(by_key, text)| (by_key, developer_words(text, locale).to_owned()))
            .to_vec()
    });
    view! {
        <fieldset>
            <legend>{d(T::As)}</legend>
            <Segments label=title(T::As) options chosen=shared.by_key on_choose=move |by_key| shared.by_key.set(by_key) />
        </fieldset>
        <Show when=move || shared.by_key.get()>
            <label class="field wide">
                <span>{d(T::Key)} " · " {d(T::KeyHint)}</span>
                <input
                    type="password"
                    data-testid="try-key"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="8192"
                    prop:value=shared.key
                    on:input=move |event| shared.key.set(event_target_value(&event))
                />
            </label>
        </Show>
    }
}

/// What has to be corrected, once it was tried to send.
#[component]
fn Wrong(state: State) -> impl IntoView {
    view! {
        <div role="alert">
            {move || {
                let refusals = state.refusals.get();
                let locale = state.app.locale.get();
                (state.is_tried.get() && !refusals.is_empty())
                    .then(|| {
                        let lines = refusals.iter().flat_map(|refusal| said(refusal, locale));
                        let lines = lines.map(|line| view! { <li>{line}</li> }).collect_view();
                        view! {
                            <p class="note">{d(T::NotSent)}</p>
                            <ul class="reasons" data-testid="try-wrong">{lines}</ul>
                        }
                    })
            }}
        </div>
    }
}

/// The second step of what removes something.
#[component]
fn Sure(state: State) -> impl IntoView {
    view! {
        <div role="alert">
            <Show when=move || state.is_armed.get()>
                <p><strong>{d(T::SureTitle)}</strong></p>
                <div class="controls">
                    <button type="button" class="button" data-testid="try-sure" on:click=move |_| state.submit(true)>{d(T::SureYes)}</button>
                    <button type="button" class="button quiet" on:click=move |_| state.is_armed.set(false)>{d(T::SureNo)}</button>
                </div>
            </Show>
        </div>
    }
}

/// What is wrong, in words, a line each.
fn said(refusal: &Refusal, locale: Locale) -> Vec<String> {
    match refusal {
        Refusal::Field(key, trouble) => {
            let name = key.split_once('.').map_or(key.as_str(), |(_, name)| name);
            vec![format!("{name}: {}", trouble_words(trouble, locale))]
        }
        Refusal::NotJson(line, column) => {
            let text = developer_words(T::NotJson, locale);
            let text =
                text.replacen("{}", &line.to_string(), 1)
                    .replacen("{}", &column.to_string(), 1);
            vec![format!("{}: {text}", developer_words(T::Body, locale))]
        }
        Refusal::Body(found) => found
            .iter()
            .map(|found| place_words(found, locale))
            .collect(),
        Refusal::TooLong => vec![format!(
            "{}: {}",
            developer_words(T::Body, locale),
            developer_words(T::TooLong, locale)
        )],
    }
}

fn place_words(found: &Found, locale: Locale) -> String {
    let body = developer_words(T::Body, locale);
    format!(
        "{body}{}: {}",
        found.at,
        trouble_words(&found.trouble, locale)
    )
}

fn trouble_words(trouble: &Trouble, locale: Locale) -> String {
    let (text, about) = match trouble {
        Trouble::Missing => (T::Missing, String::new()),
        Trouble::NotOf(kind) => (T::NotOf, kind_words(*kind, locale).to_owned()),
        Trouble::NoneOf(all) => (T::NoneOf, all.join(", ")),
        Trouble::Below(least) => (T::Below, least.to_string()),
        Trouble::Above(most) => (T::Above, most.to_string()),
        Trouble::Shorter(least) => (T::Shorter, least.to_string()),
        Trouble::Longer(most) => (T::Longer, most.to_string()),
        Trouble::Unlike(example) => (T::Unlike, example.clone()),
        Trouble::NoDay => (T::NoDay, String::new()),
        Trouble::Unknown => (T::UnknownName, String::new()),
    };
    developer_words(text, locale).replace("{}", &about)
}
