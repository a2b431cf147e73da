//! Webhooks, for owners and administrators: the servers that are told what happens, what they are told, whether it
//! arrives, and why not.
//!
//! A change is taken back by its opposite, a pause by resuming. Removing has no way back, so that it is a step of its own.

mod deliveries;
mod form;
mod said;

use api::keys::Rotate;
use api::webhooks::{
    Delivery, ENDPOINT_PATH, ENDPOINTS_PATH, MadeWebhook, NewWebhook, ROTATE_PATH, TEST_PATH,
    Webhook, WebhookChange, Webhooks as Listed,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;

use super::section::{Known, Section, tell};
use crate::i18n::{Text, WebhookText as T, t, webhook_words};
use crate::platform::http::{self, HttpFailure};
use crate::platform::page;
use crate::state::{App, app};
use deliveries::Deliveries;
use form::{Change, Make};

/// What is open below an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Panel {
    Change,
    Deliveries,
    Remove,
}

/// What was just done; a change can be taken back.
#[derive(Clone)]
struct Done {
    text: T,
    back: Option<(String, WebhookChange)>,
}

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    known: RwSignal<Known>,
    webhooks: RwSignal<Vec<Webhook>>,
    /// The secret that was just made, and whose it is.
    secret: RwSignal<Option<(String, String)>>,
    done: RwSignal<Option<Done>>,
    open: RwSignal<Option<(String, Panel)>>,
    /// Grows when a test is sent.
    sent: RwSignal<u32>,
}

impl State {
    fn load(self) {
        spawn_local(async move {
            let told = http::get::<Listed>(ENDPOINTS_PATH).await;
            let known = Known::after(told.as_ref().err());
            if let Ok(listed) = told {
                self.webhooks.try_set(listed.webhooks);
            }
            self.known.try_set(known);
        });
    }

    fn say(self, text: T) {
        self.done.try_set(Some(Done { text, back: None }));
    }

    /// Tells why something was not done.
    fn failed(self, failure: &HttpFailure) {
        match failure {
            HttpFailure::Problem(problem) if problem.status == 409 => self.say(T::IsStopped),
            // Somebody else has removed it meanwhile.
            HttpFailure::Problem(problem) if problem.status == 404 => self.load(),
            failure => tell(self.app, failure),
        }
    }

    async fn make(self, wish: &NewWebhook) -> Result<(), HttpFailure> {
        let made: MadeWebhook = http::send_json("POST", ENDPOINTS_PATH, wish).await?;
        self.secret.try_set(Some((made.webhook.name, made.secret)));
        self.done.try_set(None);
        self.load();
        Ok(())
    }

    async fn change(
        self,
        id: &str,
        change: &WebhookChange,
        text: T,
        back: Option<WebhookChange>,
    ) -> Result<(), HttpFailure> {
        let path = ENDPOINT_PATH.replace("{id}", id);
        let listed: Listed = http::send_json("PATCH", &path, change).await?;
        self.webhooks.try_set(listed.webhooks);
        self.open.try_set(None);
        let back = back.map(|back| (id.to_owned(), back));
        self.done.try_set(Some(Done { text, back }));
        Ok(())
    }

    async fn remove(self, id: String) {
        let path = ENDPOINT_PATH.replace("{id}", &id);
        match http::send_json::<Listed>("DELETE", &path, &()).await {
            Ok(listed) => {
                self.webhooks.try_set(listed.webhooks);
                self.open.try_set(None);
                self.secret.try_set(None);
                self.say(T::Removed);
            }
            Err(failure) => self.failed(&failure),
        }
    }

    async fn rotate(self, id: String) {
        let path = ROTATE_PATH.replace("{id}", &id);
        match http::send_json::<MadeWebhook>("POST", &path, &Rotate::default()).await {
            Ok(made) => {
                self.secret.try_set(Some((made.webhook.name, made.secret)));
                self.say(T::Rotated);
                self.load();
            }
            Err(failure) => self.failed(&failure),
        }
    }

    async fn test(self, id: String) {
        let path = TEST_PATH.replace("{id}", &id);
        match http::send_json::<Delivery>("POST", &path, &()).await {
            Ok(_) => {
                self.say(T::TestSent);
                let now = Some((id, Panel::Deliveries));
                // Where the list is open already it stays as it is.
                if self
                    .open
                    .try_get_untracked()
                    .is_some_and(|open| open != now)
                {
                    self.open.try_set(now);
                }
                self.sent.try_update(|sent| *sent += 1);
            }
            Err(failure) => self.failed(&failure),
        }
    }

    fn toggle(self, id: &str, panel: Panel) {
        self.open.update(|open| {
            let is_open = open
                .as_ref()
                .is_some_and(|(other, one)| other == id && *one == panel);
            *open = (!is_open).then(|| (id.to_owned(), panel));
        });
    }

    fn has_open(self, id: &str, panel: Panel) -> bool {
        let open = self.open.read();
        open.as_ref()
            .is_some_and(|(other, one)| other == id && *one == panel)
    }
}

/// Words of webhooks, in the language of the moment.
fn w(text: T) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || webhook_words(text, app.locale.get())
}

/// A moment of this device's calendar, in words.
fn moment(millis: i64, locale: Locale) -> String {
    said::moment_words(page::local_millis(millis), locale)
}

/// The section; nothing for those who may not manage webhooks.
#[component]
pub fn Webhooks() -> impl IntoView {
    let app = app();
    let state = State {
        app,
        known: RwSignal::new(Known::Coming),
        webhooks: RwSignal::new(Vec::new()),
        secret: RwSignal::new(None),
        done: RwSignal::new(None),
        open: RwSignal::new(None),
        sent: RwSignal::new(0),
    };
    state.load();
    let title = Signal::derive(move || webhook_words(T::Title, app.locale.get()).to_owned());
    view! {
        <Section title test_id="webhooks" known=state.known load=move || state.load()>
            <p class="faint">{w(T::Hint)}</p>
            <List state />
            <Secret state />
            <div role="status">{move || state.done.get().map(|done| view! { <DoneLine state done /> })}</div>
            <Make state />
        </Section>
    }
}

#[component]
fn List(state: State) -> impl IntoView {
    move || {
        let webhooks = state.webhooks.get();
        if webhooks.is_empty() {
            return view! { <p class="note" data-testid="webhooks-none">{w(T::None)}</p> }
                .into_any();
        }
        let rows = webhooks
            .into_iter()
            .map(|webhook| view! { <Row state webhook /> });
        view! { <div>{rows.collect_view()}</div> }.into_any()
    }
}

#[component]
fn Row(state: State, webhook: Webhook) -> impl IntoView {
    let locale = state.app.locale.get();
    let says = |at| moment(at, locale);
    let (status, about) = (
        said::state_words(&webhook, says, locale),
        said::about(&webhook, says, locale),
    );
    let is_active = webhook.stopped.is_none();
    let (name, url) = (webhook.name.clone(), webhook.url.clone());
    let held = StoredValue::new(webhook);
    let id = move || held.with_value(|webhook| webhook.id.clone());
    let label = |text: T| format!("{}: {name}", webhook_words(text, locale));
    let pause = move |_| {
        let (active, text) = if is_active {
            (false, T::Paused)
        } else {
            (true, T::Resumed)
        };
        let change = WebhookChange {
            active: Some(active),
            ..WebhookChange::default()
        };
        spawn_local(async move {
            if let Err(failure) = state.change(&id(), &change, text, None).await {
                state.failed(&failure);
            }
        });
    };
    let pause_text = if is_active { T::Pause } else { T::Resume };
    let test = is_active.then(|| {
        let send = move |_| spawn_local(state.test(id()));
        view! {
            <button class="link" data-testid="webhook-test" aria-label=label(T::Test) on:click=send>{w(T::Test)}</button>
        }
    });
    let toggle = |panel: Panel, text: T, test_id: &'static str| {
        let is_open = move || held.with_value(|webhook| state.has_open(&webhook.id, panel));
        let expanded = move || if is_open() { "true" } else { "false" };
        view! {
            <button
                class="link"
                data-testid=test_id
                aria-label=label(text)
                aria-expanded=expanded
                on:click=move |_| state.toggle(&id(), panel)
            >
                {w(text)}
            </button>
        }
    };
    let panel = move || {
        let open = state.open.get().filter(|(other, _)| *other == id())?;
        let webhook = held.get_value();
        Some(match open.1 {
            Panel::Change => view! { <Change state webhook /> }.into_any(),
            Panel::Deliveries => view! { <Deliveries state id=webhook.id /> }.into_any(),
            Panel::Remove => view! { <Sure state id=webhook.id /> }.into_any(),
        })
    };
    view! {
        <div class="person" data-testid="webhook" data-active=is_active.to_string()>
            <p>
                <strong>{name.clone()}</strong> " " <span data-testid="webhook-state">{status}</span> <br />
                <code>{url}</code> <br /><small class="faint">{about}</small>
            </p>
            <div class="controls">
                {test}
                {toggle(Panel::Deliveries, T::Deliveries, "webhook-deliveries")}
                {toggle(Panel::Change, T::Change, "webhook-change")}
                <button class="link" data-testid="webhook-pause" aria-label=label(pause_text) on:click=pause>{w(pause_text)}</button>
                <button
                    class="link"
                    data-testid="webhook-rotate"
                    aria-label=label(T::Rotate)
                    on:click=move |_| spawn_local(state.rotate(id()))
                >
                    {w(T::Rotate)}
                </button>
                {toggle(Panel::Remove, T::Remove, "webhook-remove")}
            </div>
            {panel}
        </div>
    }
}

/// The second step of removing.
#[component]
fn Sure(state: State, id: String) -> impl IntoView {
    let remove = move |_| spawn_local(state.remove(id.clone()));
    view! {
        <div role="alert">
            <p class="note">{w(T::RemoveSure)}</p>
            <div class="controls">
                <button class="button" data-testid="webhook-remove-sure" on:click=remove>{w(T::RemoveYes)}</button>
                <button class="button quiet" data-testid="webhook-keep" on:click=move |_| state.open.set(None)>{w(T::RemoveNo)}</button>
            </div>
        </div>
    }
}

#[component]
fn Secret(state: State) -> impl IntoView {
    let copy = move |text: String| {
        spawn_local(async move {
            if page::copy(&text).await {
                state.say(T::Copied);
            }
        });
    };
    move || {
        state.secret.get().map(|(name, secret)| {
            let text = secret.clone();
            view! {
                <p class="note">{w(T::Once)}</p>
                <p>{name} ": " <code data-testid="webhook-secret">{secret}</code></p>
                <button class="button quiet" data-testid="webhook-copy" on:click=move |_| copy(text.clone())>{w(T::Copy)}</button>
            }
        })
    }
}

#[component]
fn DoneLine(state: State, done: Done) -> impl IntoView {
    let undo = move |(id, back): (String, WebhookChange)| {
        spawn_local(async move {
            if let Err(failure) = state.change(&id, &back, T::ChangeUndone, None).await {
                state.failed(&failure);
            }
        });
    };
    view! {
        <p class="note" data-testid="webhooks-done">
            {w(done.text)} " "
            {done
                .back
                .map(|back| {
                    view! {
                        <button class="link" data-testid="webhook-undo" on:click=move |_| undo(back.clone())>{t(Text::Undo)}</button>
                    }
                })}
        </p>
    }
}
