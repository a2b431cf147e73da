//! How the person signs in, and where they are signed in: passkeys, recovery codes, sessions.

use api::Problem;
use api::sign_in::{
    PASSKEY_OPTIONS_PATH, PASSKEYS_PATH, Passkey, Passkeys, RECOVERY_CODES_PATH, RecoveryCodes,
    SESSIONS_PATH, Session, Sessions,
};
use kernel::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::{Locale, format};
use protocol::{Ask, Told};
use serde_json::Value;

use super::lock::{empty, start_empty};
use super::lock_card::drop_passkey;
use super::sign_in::s;
use crate::i18n::{SignInText, Text, sign_in_words, words};
use crate::platform::http::{self, HttpFailure};
use crate::platform::{page, passkeys};
use crate::state::{App, app};
use crate::ui::{Card, Failed, Skeleton};

/// What the person has just done, in a line, and what its button is about: the id of a removed passkey, or the path of
/// the session that is to end.
#[derive(Clone)]
struct Done {
    text: SignInText,
    of: Option<String>,
}

/// What the cards share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    keys: RwSignal<Option<Passkeys>>,
    sessions: RwSignal<Option<Sessions>>,
    codes: RwSignal<Option<RecoveryCodes>>,
    done: RwSignal<Option<Done>>,
    has_failed: RwSignal<bool>,
}

impl State {
    fn say(self, text: SignInText, of: Option<String>) {
        self.done.try_set(Some(Done { text, of }));
    }

    fn refused(self, failure: HttpFailure) {
        match failure {
            HttpFailure::Problem(problem) if is_way_out_missing(&problem) => {
                self.say(SignInText::SignOutFirst, None);
            }
            HttpFailure::Offline => self.app.say(Text::WaitingNetwork),
            _ => self.app.say(Text::ErrorTitle),
        }
    }

    async fn load(self) {
        let keys = http::get::<Passkeys>(PASSKEYS_PATH).await;
        let sessions = http::get::<Sessions>(SESSIONS_PATH).await;
        match (keys, sessions) {
            (Ok(keys), Ok(sessions)) => {
                self.keys.try_set(Some(keys));
                self.sessions.try_set(Some(sessions));
            }
            _ => drop(self.has_failed.try_set(true)),
        }
    }

    async fn change_keys(
        self,
        method: &str,
        path: &str,
        text: SignInText,
        removed: Option<String>,
    ) {
        match http::send_json::<Passkeys>(method, path, &()).await {
            Ok(keys) => {
                self.keys.try_set(Some(keys));
                self.say(text, removed);
            }
            Err(failure) => self.refused(failure),
        }
    }
}

impl State {
    /// A passkey that is no longer listed does not open what this device has encrypted either.
    async fn no_longer_unlocks(self, id: String) {
        let keys = self.keys.get_untracked();
        let is_listed = keys.is_none_or(|keys| keys.passkeys.iter().any(|key| key.id == id));
        if !is_listed {
            drop_passkey(self.app, &id).await;
        }
    }
}

fn is_way_out_missing(problem: &Problem) -> bool {
    problem.status == 409
}

/// The section.
#[component]
pub fn Devices() -> impl IntoView {
    let app = app();
    let state = State {
        app,
        keys: expect_context(),
        sessions: RwSignal::new(None),
        codes: RwSignal::new(None),
        done: RwSignal::new(None),
        has_failed: RwSignal::new(false),
    };
    spawn_local(state.load());
    let title = Signal::derive(move || {
        sign_in_words(SignInText::DevicesTitle, app.locale.get()).to_owned()
    });
    let retry = move || {
        state.has_failed.set(false);
        spawn_local(state.load());
    };
    view! {
        <Card title>
            <div data-testid="devices">
                {move || {
                    if state.has_failed.get() {
                        let text = words(Text::WaitingNetwork, app.locale.get()).to_owned();
                        return view! { <Failed text retry /> }.into_any();
                    }
                    if state.sessions.read().is_none() {
                        return view! { <Skeleton lines=4 /> }.into_any();
                    }
                    view! { <Keys state /> <Codes state /> <Places state /> }.into_any()
                }}
            </div>
            <div role="status">
                {move || state.done.get().map(|done| view! { <DoneLine state done /> })}
            </div>
        </Card>
    }
}

#[component]
fn DoneLine(state: State, done: Done) -> impl IntoView {
    let Done { text, of } = done;
    let label = move || {
        let locale = state.app.locale.get();
        match text {
            SignInText::NotEmptied => words(Text::Retry, locale),
            SignInText::ImportFirst => sign_in_words(SignInText::OutAnyway, locale),
            _ => words(Text::Undo, locale),
        }
    };
    let test_id = match text {
        SignInText::NotEmptied => "empty-again",
        SignInText::ImportFirst => "out-anyway",
        _ => "passkey-undo",
    };
    let act = move |of: String| {
        spawn_local(async move {
            match text {
                SignInText::NotEmptied => leave(state).await,
                SignInText::ImportFirst => end_sessions(state, of, true).await,
                _ => {
                    let path = format!("{PASSKEYS_PATH}/{of}/restore");
                    state
                        .change_keys("POST", &path, SignInText::PasskeyAdded, None)
                        .await;
                }
            }
        });
    };
    view! {
        <p class="note" data-testid="devices-done">
            {s(text)}
            {of.map(|of| {
                view! {
                    <button class="link" data-testid=test_id on:click=move |_| act(of.clone())>{label}</button>
                }
            })}
        </p>
    }
}

#[component]
fn Keys(state: State) -> impl IntoView {
    let app = state.app;
    let add = move |_| {
        spawn_local(async move {
            if let Some(keys) = add_passkey().await {
                state.keys.try_set(Some(keys));
                state.say(SignInText::PasskeyAdded, None);
            } else {
                state.say(SignInText::NotAdded, None);
            }
        });
    };
    let rows = move || {
        let locale = app.locale.get();
        let keys = state
            .keys
            .get()
            .map(|keys| keys.passkeys)
            .unwrap_or_default();
        if keys.is_empty() {
            return view! { <p class="note" data-testid="passkeys-none">{s(SignInText::PasskeysNone)}</p> }.into_any();
        }
        let rows = keys.into_iter().map(|key| {
            let about = about_key(&key, locale);
            let path = format!("{PASSKEYS_PATH}/{}", key.id);
            let id = key.id;
            let remove = move |_| {
                let (path, id) = (path.clone(), id.clone());
                spawn_local(async move {
                    state.change_keys("DELETE", &path, SignInText::Removed, Some(id.clone())).await;
                    state.no_longer_unlocks(id).await;
                });
            };
            view! {
                <div data-testid="passkey">
                    <dt>{key.name.clone()}<br /><small>{about}</small></dt>
                    <dd>
                        <button class="link" aria-label=named(SignInText::Remove, &key.name, locale) on:click=remove>
                            {s(SignInText::Remove)}
                        </button>
                    </dd>
                </div>
            }
        });
        view! { <dl class="lines">{rows.collect_view()}</dl> }.into_any()
    };
    view! {
        <h3>{s(SignInText::Passkeys)}</h3>
        {rows}
        <p class="faint">{s(SignInText::PasskeysHint)}</p>
        {if passkeys::are_supported() {
            view! { <button class="button" data-testid="passkey-add" on:click=add>{s(SignInText::AddPasskey)}</button> }.into_any()
        } else {
            view! { <p class="note">{s(SignInText::NotSupported)}</p> }.into_any()
        }}
    }
}

#[component]
fn Codes(state: State) -> impl IntoView {
    let make = move |_| {
        spawn_local(async move {
            match http::send_json::<RecoveryCodes>("POST", RECOVERY_CODES_PATH, &()).await {
                Ok(codes) => {
                    let left = codes.codes.len();
                    state.codes.try_set(Some(codes));
                    state.keys.try_update(|keys| {
                        if let Some(keys) = keys {
                            keys.recovery_codes_left = left;
                        }
                    });
                }
                Err(failure) => state.refused(failure),
            }
        });
    };
    let copy = move |text: String| {
        spawn_local(async move {
            if page::copy(&text).await {
                state.say(SignInText::Copied, None);
            }
        });
    };
    view! {
        <h3>{s(SignInText::Codes)}</h3>
        <p class="faint">{s(SignInText::CodesHint)}</p>
        <p>
            {s(SignInText::CodesLeft)} " "
            <strong data-testid="codes-left">{move || state.keys.read().as_ref().map(|keys| keys.recovery_codes_left)}</strong>
        </p>
        {move || {
            state
                .codes
                .get()
                .map(|codes| {
                    let all = codes.codes.join("\n");
                    view! {
                        <p class="note">{s(SignInText::CodesOnce)}</p>
                        <ul data-testid="codes">{codes.codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}</ul>
                        <button class="button quiet" on:click=move |_| copy(all.clone())>{s(SignInText::CopyCodes)}</button>
                    }
                })
        }}
        <button class="button quiet" data-testid="codes-make" on:click=make>{s(SignInText::MakeCodes)}</button>
    }
}

#[component]
fn Places(state: State) -> impl IntoView {
    let app = state.app;
    let rows = move || {
        let locale = app.locale.get();
        let sessions = state
            .sessions
            .get()
            .map(|all| all.sessions)
            .unwrap_or_default();
        let rows = sessions.into_iter().map(|session| {
            let about = about_session(&session, locale);
            let label = named(SignInText::SignOut, &session.name, locale);
            let (id, is_this) = (session.id, session.is_this);
            let out = move |_| {
                let path = format!("{SESSIONS_PATH}/{id}");
                spawn_local(async move { sign_out(state, path, is_this).await });
            };
            view! {
                <div data-testid=if is_this { "session-this" } else { "session" }>
                    <dt>{session.name}<br /><small>{about}</small></dt>
                    <dd><button class="link" aria-label=label on:click=out>{s(SignInText::SignOut)}</button></dd>
                </div>
            }
        });
        view! { <dl class="lines">{rows.collect_view()}</dl> }
    };
    let others = move |_| {
        spawn_local(async move { sign_out(state, SESSIONS_PATH.to_owned(), false).await });
    };
    let has_others = move || {
        state
            .sessions
            .read()
            .as_ref()
            .is_some_and(|all| all.sessions.len() > 1)
    };
    view! {
        <h3>{s(SignInText::Sessions)}</h3>
        {rows}
        <Show when=has_others>
            <button class="button quiet" data-testid="sessions-others" on:click=others>{s(SignInText::SignOutOthers)}</button>
        </Show>
    }
}

async fn add_passkey() -> Option<Passkeys> {
    let options: Value = http::send_json("POST", PASSKEY_OPTIONS_PATH, &())
        .await
        .ok()?;
    let made = passkeys::make(&options).await?;
    http::send_json("POST", PASSKEYS_PATH, &made).await.ok()
}

/// Ends sessions; where it is this one, nothing of any company stays on the device.
async fn sign_out(state: State, path: String, is_this: bool) {
    // Whether a file waits here that nobody could send after signing out; who cannot tell says that one does.
    if is_this && !matches!(state.app.ask(Ask::MayForget).await, Ok(Told::Done)) {
        return state.say(SignInText::ImportFirst, Some(path));
    }
    end_sessions(state, path, is_this).await;
}

async fn end_sessions(state: State, path: String, is_this: bool) {
    match http::send_json::<Sessions>("DELETE", &path, &()).await {
        Ok(_) if is_this => leave(state).await,
        Ok(sessions) => {
            state.sessions.try_set(Some(sessions));
            state.say(SignInText::SignedOut, None);
        }
        Err(failure) => state.refused(failure),
    }
}

async fn leave(state: State) {
    match empty(state.app).await {
        true => start_empty(),
        false => state.say(SignInText::NotEmptied, Some(String::new())),
    }
}

/// What a button does, and to what, for those who hear it.
fn named(text: SignInText, name: &str, locale: Locale) -> String {
    format!("{}: {name}", sign_in_words(text, locale))
}

fn about_key(key: &Passkey, locale: Locale) -> String {
    let used = match key.used_at {
        Some(at) => format!(
            "{} {}",
            sign_in_words(SignInText::LastUsed, locale),
            day(at, locale)
        ),
        None => sign_in_words(SignInText::NeverUsed, locale).to_owned(),
    };
    let mut about = format!("{} · {used}", day(key.created_at, locale));
    if key.is_backed_up {
        about.push_str(" · ");
        about.push_str(sign_in_words(SignInText::OnSeveral, locale));
    }
    about
}

fn about_session(session: &Session, locale: Locale) -> String {
    let used = sign_in_words(SignInText::LastUsed, locale);
    let mut about = format!(
        "{} · {used} {}",
        day(session.created_at, locale),
        day(session.used_at, locale)
    );
    if session.is_this {
        about.push_str(" · ");
        about.push_str(sign_in_words(SignInText::ThisDevice, locale));
    }
    about
}

fn day(millis: i64, locale: Locale) -> String {
    let date = Date::from_days(page::local_day(millis));
    date.map(|date| format::date(date, locale))
        .unwrap_or_default()
}
