//! Webhooks, for owners and administrators: the servers that are told what happens, what they are told, whether it
//! arrives, and why not.
//!
//! A change is taken back by its opposite, a pause by resuming. What cannot be taken back is a step of its own: removing,
//! pausing while messages wait, and another secret while the one before still signs.

pub mod deliveries;
mod form;
mod parts;
mod said;

use api::keys::Rotate;
use api::webhooks::{
    Delivery, ENDPOINT_PATH, ENDPOINTS_PATH, MadeWebhook, NewWebhook, ROTATE_PATH, TEST_PATH,
    Webhook, WebhookChange, Webhooks as Listed,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;

use super::later::{Later, fetch_deliveries};
use super::section::{Known, Section, tell};
use crate::i18n::{WebhookText as T, webhook_words};
use crate::platform::http::{self, HttpFailure};
use crate::platform::page;
use crate::state::{App, app};
use deliveries::Of;
use form::{Change, Make};
use parts::{Done, DoneLine, Made, Secret, Sure};

/// What is open below an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Panel {
    Change,
    Deliveries,
    Pause,
    Rotate,
    Remove,
}

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    known: RwSignal<Known>,
    webhooks: RwSignal<Vec<Webhook>>,
    /// Secrets that were just made, until the person is done with them.
    secrets: RwSignal<Vec<Made>>,
    /// While something is asked of the edge; a second tap then asks for nothing.
    is_busy: RwSignal<bool>,
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

    /// Whether something may be asked of the edge now; [`State::end`] follows.
    fn begin(self) -> bool {
        let is_free = self.is_busy.try_get_untracked() == Some(false);
        if is_free {
            self.is_busy.try_set(true);
        }
        is_free
    }

    fn end(self) {
        self.is_busy.try_set(false);
    }

    fn show(self, made: MadeWebhook) {
        let Webhook { id, name, .. } = made.webhook;
        let secret = made.secret;
        self.secrets.try_update(|secrets| {
            secrets.retain(|other| other.id != id);
            secrets.push(Made { id, name, secret });
        });
    }

    fn forget(self, id: &str) {
        self.secrets
            .try_update(|secrets| secrets.retain(|made| made.id != id));
    }

    /// Closes what is open below an endpoint; what is written below another stays.
    fn close(self, id: &str) {
        self.open.try_update(|open| {
            if open.as_ref().is_some_and(|(other, _)| other == id) {
                *open = None;
            }
        });
    }

    fn say(self, text: T) {
        self.done.try_set(Some(Done { text, back: None }));
    }

    /// Tells why something was not done.
    fn failed(self, failure: &HttpFailure) {
        match failure {
            HttpFailure::Problem(problem) if problem.status == 409 => {
                self.say(T::IsStopped);
                self.load();
            }
            // Somebody else has removed it meanwhile.
            HttpFailure::Problem(problem) if problem.status == 404 => self.load(),
            failure => tell(self.app, failure),
        }
    }

    async fn make(self, wish: &NewWebhook) -> Result<(), HttpFailure> {
        let made: MadeWebhook = http::send_json("POST", ENDPOINTS_PATH, wish).await?;
        self.show(made);
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
        self.close(id);
        let back = back.map(|back| (id.to_owned(), back));
        self.done.try_set(Some(Done { text, back }));
        Ok(())
    }

    /// Changes, pauses or resumes, and tells why not.
    fn change_now(self, id: String, change: WebhookChange, text: T) {
        if !self.begin() {
            return;
        }
        spawn_local(async move {
            if let Err(failure) = self.change(&id, &change, text, None).await {
                self.failed(&failure);
            }
            self.end();
        });
    }

    fn switch(self, id: String, active: bool) {
        let text = if active { T::Resumed } else { T::Paused };
        self.change_now(id, switched(active), text);
    }

    /// Pauses where nothing waits just now; else that is asked first, as what waits is lost.
    fn pause(self, id: String) {
        if untrack(|| self.has_open(&id, Panel::Pause)) {
            return self.close(&id);
        }
        if !self.begin() {
            return;
        }
        spawn_local(async move {
            let outcome = match http::get::<Listed>(ENDPOINTS_PATH).await {
                Ok(listed) => {
                    let is_own = |webhook: &&Webhook| webhook.id == id;
                    let waiting = listed.webhooks.iter().find(is_own);
                    let waiting = waiting.map_or(0, |webhook| webhook.waiting);
                    self.webhooks.try_set(listed.webhooks);
                    if waiting > 0 {
                        self.open.try_set(Some((id, Panel::Pause)));
                        Ok(())
                    } else {
                        self.change(&id, &switched(false), T::Paused, None).await
                    }
                }
                Err(failure) => Err(failure),
            };
            if let Err(failure) = outcome {
                self.failed(&failure);
            }
            self.end();
        });
    }

    fn remove(self, id: String) {
        if !self.begin() {
            return;
        }
        spawn_local(async move {
            let path = ENDPOINT_PATH.replace("{id}", &id);
            match http::send_json::<Listed>("DELETE", &path, &()).await {
                Ok(listed) => {
                    self.webhooks.try_set(listed.webhooks);
                    self.close(&id);
                    self.forget(&id);
                    self.say(T::Removed);
                }
                Err(failure) => self.failed(&failure),
            }
            self.end();
        });
    }

    fn rotate(self, id: String) {
        if !self.begin() {
            return;
        }
        spawn_local(async move {
            let path = ROTATE_PATH.replace("{id}", &id);
            match http::send_json::<MadeWebhook>("POST", &path, &Rotate::default()).await {
                Ok(made) => {
                    self.close(&id);
                    self.show(made);
                    self.say(T::Rotated);
                    self.load();
                }
                Err(failure) => self.failed(&failure),
            }
            self.end();
        });
    }

    async fn test(self, id: String) {
        let path = TEST_PATH.replace("{id}", &id);
        match http::send_json::<Delivery>("POST", &path, &()).await {
            Ok(_) => {
                self.say(T::TestSent);
                let open = self.open.try_get_untracked().flatten();
                // What is open below another stays, and so does the list where it is open already.
                let is_own = open.as_ref().is_none_or(|(other, _)| *other == id);
                let now = Some((id, Panel::Deliveries));
                if is_own && open != now {
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

fn switched(active: bool) -> WebhookChange {
    WebhookChange {
        active: Some(active),
        ..WebhookChange::default()
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
        secrets: RwSignal::new(Vec::new()),
        is_busy: RwSignal::new(false),
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
            <div role="status">
                <For each=move || state.secrets.get() key=|made| made.secret.clone() children=move |made| view! { <Secret state made /> } />
            </div>
            <div role="status">{move || state.done.get().map(|done| view! { <DoneLine state done /> })}</div>
            <Make state />
        </Section>
    }
}

#[component]
fn List(state: State) -> impl IntoView {
    let app = state.app;
    // A row whose endpoint is as it was is left alone, with what is written below it.
    let rows = move || {
        let locale = app.locale.get();
        let webhooks = state.webhooks.get().into_iter();
        webhooks
            .map(|webhook| (locale, webhook))
            .collect::<Vec<_>>()
    };
    // As JSON: what is shipped writes no structures out for whoever looks for a mistake.
    let key = |(locale, webhook): &(Locale, Webhook)| {
        (
            locale.tag(),
            serde_json::to_string(webhook).unwrap_or_default(),
        )
    };
    view! {
        <Show when=move || state.webhooks.read().is_empty()>
            <p class="note" data-testid="webhooks-none">{w(T::None)}</p>
        </Show>
        <div>
            <For each=rows key children=move |(_, webhook)| view! { <Row state webhook /> } />
        </div>
    }
}

#[component]
fn Row(state: State, webhook: Webhook) -> impl IntoView {
    let locale = state.app.locale.get_untracked();
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
    let has_old_secret = held.with_value(|webhook| webhook.old_secret_until.is_some());
    let pause = move |_| match is_active {
        true => state.pause(id()),
        false => state.switch(id(), true),
    };
    let rotate = move |_| match has_old_secret {
        true => state.toggle(&id(), Panel::Rotate),
        false => state.rotate(id()),
    };
    let expanded = move |panel: Panel| {
        let is_open = held.with_value(|webhook| state.has_open(&webhook.id, panel));
        if is_open { "true" } else { "false" }
    };
    let pause_text = if is_active { T::Pause } else { T::Resume };
    let test = is_active.then(|| {
        let send = move |_| spawn_local(state.test(id()));
        view! {
            <button class="link" data-testid="webhook-test" aria-label=label(T::Test) on:click=send>{w(T::Test)}</button>
        }
    });
    let toggle = |panel: Panel, text: T, test_id: &'static str| {
        view! {
            <button
                class="link"
                data-testid=test_id
                aria-label=label(text)
                aria-expanded=move || expanded(panel)
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
            Panel::Deliveries => {
                provide_context(Of {
                    state,
                    id: webhook.id,
                });
                view! { <Later fetch=fetch_deliveries lines=3 /> }.into_any()
            }
            panel => view! { <Sure state webhook panel /> }.into_any(),
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
                <button
                    class="link"
                    data-testid="webhook-pause"
                    aria-label=label(pause_text)
                    aria-expanded=move || (expanded(Panel::Pause) == "true").then_some("true")
                    disabled=state.is_busy
                    on:click=pause
                >
                    {w(pause_text)}
                </button>
                <button
                    class="link"
                    data-testid="webhook-rotate"
                    aria-label=label(T::Rotate)
                    aria-expanded=move || has_old_secret.then(|| expanded(Panel::Rotate))
                    disabled=state.is_busy
                    on:click=rotate
                >
                    {w(T::Rotate)}
                </button>
                {toggle(Panel::Remove, T::Remove, "webhook-remove")}
            </div>
            {panel}
        </div>
    }
}
