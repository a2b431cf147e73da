//! Tokens of other issuers, for owners: which are let in, where their keys are, and what whose tokens may do.
//!
//! A change is taken back by the change to what was before, letting an issuer in no more by letting it in again as it was.

mod draft;
pub mod form;

use api::issuers::{ISSUER_PATH, ISSUERS_PATH, Issuer, Issuers as Listed, NewIssuer};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;

use super::access_parts::{day, listed};
use super::later::{Later, fetch_issuer_change, fetch_issuer_form};
use super::section::{Known, Section, tell};
use crate::i18n::{IssuerText as T, Text, issuer_words, role_words, t};
use crate::platform::http::{self, HttpFailure};
use crate::platform::page;
use crate::state::{App, app};

/// How what was done is taken back.
#[derive(Clone)]
enum Back {
    /// By letting it in.
    Add(NewIssuer),
    /// By changing the one of this id to what was before.
    Change { id: String, to: NewIssuer },
}

/// The issuer that a form changes.
#[derive(Clone)]
struct Changed(Issuer);

/// What was just done.
#[derive(Clone)]
struct Done {
    text: T,
    back: Option<Back>,
}

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    known: RwSignal<Known>,
    issuers: RwSignal<Vec<Issuer>>,
    audience: RwSignal<String>,
    done: RwSignal<Option<Done>>,
    /// Which one is being changed.
    open: RwSignal<Option<String>>,
    /// While something is asked of the edge; a second tap then asks for nothing.
    is_busy: RwSignal<bool>,
}

impl State {
    fn load(self) {
        spawn_local(async move {
            let told = http::get::<Listed>(ISSUERS_PATH).await;
            let known = Known::after(told.as_ref().err());
            if let Ok(listed) = told {
                self.take(listed);
            }
            self.known.try_set(known);
        });
    }

    fn take(self, listed: Listed) {
        self.issuers.try_set(listed.issuers);
        self.audience.try_set(listed.audience);
    }

    fn say(self, text: T, back: Option<Back>) {
        self.done.try_set(Some(Done { text, back }));
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

    /// Tells why something was not done. The way back of what was done before stays, if it was that.
    fn failed(self, failure: &HttpFailure, back: Option<Back>) {
        match failure {
            HttpFailure::Problem(problem) if problem.status == 409 => {
                self.say(T::Full, back);
                self.load();
            }
            // Somebody else has removed it meanwhile.
            HttpFailure::Problem(problem) if problem.status == 404 => self.load(),
            failure => tell(self.app, failure),
        }
    }

    async fn add(self, wish: &NewIssuer) -> Result<(), HttpFailure> {
        self.take(http::send_json("POST", ISSUERS_PATH, wish).await?);
        Ok(())
    }

    /// Puts what is wished for in the place of what an issuer is.
    async fn replace(self, id: &str, wish: &NewIssuer) -> Result<(), HttpFailure> {
        let path = ISSUER_PATH.replace("{id}", id);
        self.take(http::send_json("PUT", &path, wish).await?);
        self.close(id);
        Ok(())
    }

    /// Closes the form of an issuer; what is written in another's stays.
    fn close(self, id: &str) {
        self.open.try_update(|open| {
            if open.as_deref() == Some(id) {
                *open = None;
            }
        });
    }

    fn remove(self, issuer: Issuer) {
        if !self.begin() {
            return;
        }
        spawn_local(async move {
            let path = ISSUER_PATH.replace("{id}", &issuer.id);
            match http::send_json("DELETE", &path, &()).await {
                Ok(listed) => {
                    self.take(listed);
                    self.close(&issuer.id);
                    self.say(T::Removed, Some(Back::Add(draft::again(&issuer))));
                }
                Err(failure) => self.failed(&failure, None),
            }
            self.end();
        });
    }

    fn take_back(self, back: Back) {
        if !self.begin() {
            return;
        }
        spawn_local(async move {
            let outcome = match &back {
                Back::Add(wish) => self.add(wish).await,
                Back::Change { id, to } => self.replace(id, to).await,
            };
            match outcome {
                Ok(()) => self.say(T::Restored, None),
                Err(failure) => self.failed(&failure, Some(back)),
            }
            self.end();
        });
    }
}

/// Words of other issuers, in the language of the moment.
fn i(text: T) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || issuer_words(text, app.locale.get())
}

/// The section; nothing for those who may not let issuers in.
#[component]
pub fn Issuers() -> impl IntoView {
    let app = app();
    let state = State {
        app,
        known: RwSignal::new(Known::Coming),
        issuers: RwSignal::new(Vec::new()),
        audience: RwSignal::new(String::new()),
        done: RwSignal::new(None),
        open: RwSignal::new(None),
        is_busy: RwSignal::new(false),
    };
    state.load();
    provide_context(state);
    let is_adding = RwSignal::new(false);
    let title = Signal::derive(move || issuer_words(T::Title, app.locale.get()).to_owned());
    view! {
        <Section title test_id="issuers" known=state.known load=move || state.load()>
            <p class="faint">{i(T::Hint)}</p>
            <Audience state />
            <List state />
            <div role="status">{move || state.done.get().map(|done| view! { <DoneLine state done /> })}</div>
            <details on:toggle=move |_| is_adding.set(true)>
                <summary data-testid="issuer-new">{i(T::Add)}</summary>
                {move || is_adding.get().then(|| view! { <Later fetch=fetch_issuer_form lines=6 /> })}
            </details>
        </Section>
    }
}

/// What the tokens must name.
#[component]
fn Audience(state: State) -> impl IntoView {
    let copy = move |_| {
        spawn_local(async move {
            let audience = state.audience.try_get_untracked().unwrap_or_default();
            if page::copy(&audience).await {
                state.say(T::Copied, None);
            }
        });
    };
    view! {
        <p class="note">
            {i(T::Audience)} ": " <code data-testid="issuer-audience">{state.audience}</code> <br /> {i(T::AudienceHint)}
        </p>
        <button class="button quiet" data-testid="issuer-audience-copy" on:click=copy>{i(T::CopyAudience)}</button>
    }
}

#[component]
fn List(state: State) -> impl IntoView {
    let app = state.app;
    // A row whose issuer is as it was is left alone, with what is written in its form.
    let rows = move || {
        let locale = app.locale.get();
        let issuers = state.issuers.get().into_iter();
        issuers.map(|issuer| (locale, issuer)).collect::<Vec<_>>()
    };
    // As JSON: what is shipped writes no structures out for whoever looks for a mistake.
    let key = |(locale, issuer): &(Locale, Issuer)| {
        (
            locale.tag(),
            serde_json::to_string(issuer).unwrap_or_default(),
        )
    };
    view! {
        <Show when=move || state.issuers.read().is_empty()>
            <p class="note" data-testid="issuers-none">{i(T::None)}</p>
        </Show>
        <div>
            <For each=rows key children=move |(_, issuer)| view! { <Row state issuer /> } />
        </div>
    }
}

/// Where an issuer's keys are, and since when it is let in.
fn about(issuer: &Issuer, locale: Locale) -> String {
    let keys = match &issuer.jwks_url {
        Some(url) => issuer_words(T::KeysAt, locale).replacen("{}", url, 1),
        None => issuer_words(T::KeysHere, locale).to_owned(),
    };
    let since = issuer_words(T::Since, locale);
    format!("{keys} · {since} {}", day(issuer.created_at, locale))
}

#[component]
fn Row(state: State, issuer: Issuer) -> impl IntoView {
    let locale = state.app.locale.get_untracked();
    let about = about(&issuer, locale);
    let rules = issuer.rules.iter().map(|rule| {
        let may = listed(rule.scopes, locale);
        view! {
            <li data-testid="issuer-rule-shown">
                <code>{rule.claim.clone()} " = " {rule.value.clone()}</code> " → " {role_words(rule.role, locale)} ": " {may}
            </li>
        }
    });
    let rules = rules.collect_view();
    let (name, iss) = (issuer.name.clone(), issuer.issuer.clone());
    let label = |text: T| format!("{}: {name}", issuer_words(text, locale));
    let (label_change, label_remove) = (label(T::Change), label(T::Remove));
    let held = StoredValue::new(issuer);
    let is_open = move || held.with_value(|issuer| state.open.read().as_ref() == Some(&issuer.id));
    let toggle = move |_| {
        let id = held.with_value(|issuer| issuer.id.clone());
        let next = (!untrack(is_open)).then_some(id);
        state.open.set(next);
    };
    let remove = move |_| state.remove(held.get_value());
    view! {
        <div class="person" data-testid="issuer">
            <p>
                <strong>{name}</strong> <br /><code>{iss}</code> <br /><small class="faint">{about}</small>
            </p>
            <ol class="reasons">{rules}</ol>
            <div class="controls">
                <button
                    class="link"
                    data-testid="issuer-change"
                    aria-label=label_change
                    aria-expanded=move || if is_open() { "true" } else { "false" }
                    on:click=toggle
                >
                    {i(T::Change)}
                </button>
                <button class="link" data-testid="issuer-remove" aria-label=label_remove disabled=state.is_busy on:click=remove>
                    {i(T::Remove)}
                </button>
            </div>
            {move || is_open().then(|| {
                provide_context(Changed(held.get_value()));
                view! { <Later fetch=fetch_issuer_change lines=6 /> }
            })}
        </div>
    }
}

#[component]
fn DoneLine(state: State, done: Done) -> impl IntoView {
    view! {
        <p class="note" data-testid="issuers-done">
            {i(done.text)} " "
            {done
                .back
                .map(|back| {
                    view! {
                        <button class="link" data-testid="issuer-undo" on:click=move |_| state.take_back(back.clone())>{t(Text::Undo)}</button>
                    }
                })}
        </p>
    }
}
