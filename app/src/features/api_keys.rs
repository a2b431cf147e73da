//! Keys for programs, for those who may manage them: made, copied once, replaced, ended, taken back.

use api::keys::{ApiKey, ApiKeys, KEYS_PATH, MadeKey, NewKey, Rotate};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;
use policy::{Network, Scope, Scopes};

use super::access_parts::{NameField, ScopeBoxes, k, listed, said, used};
use crate::i18n::{KeyText, Text, key_words, t};
use crate::platform::http::{self, HttpFailure};
use crate::platform::page;
use crate::state::{App, app};
use crate::ui::{Card, Segments};

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    /// Nothing where the person may not manage keys.
    keys: RwSignal<Option<Vec<ApiKey>>>,
    /// The secret that was just made.
    secret: RwSignal<Option<String>>,
    /// What was just done; a key that was ended can be taken back.
    done: RwSignal<Option<(KeyText, Option<String>)>>,
}

impl State {
    fn say(self, text: KeyText, ended: Option<String>) {
        self.done.try_set(Some((text, ended)));
    }

    async fn load(self) {
        if let Ok(all) = http::get::<ApiKeys>(KEYS_PATH).await {
            self.keys.try_set(Some(all.keys));
        }
    }

    async fn made(
        self,
        method_path: &str,
        body: &impl serde::Serialize,
        text: Option<KeyText>,
    ) -> bool {
        match http::send_json::<MadeKey>("POST", method_path, body).await {
            Ok(made) => {
                self.secret.try_set(Some(made.secret));
                match text {
                    Some(text) => self.say(text, None),
                    None => drop(self.done.try_set(None)),
                }
                self.load().await;
                true
            }
            Err(failure) => {
                self.refused(&failure);
                false
            }
        }
    }

    async fn change(self, method: &str, path: &str, done: Option<(KeyText, Option<String>)>) {
        match http::send_json::<ApiKeys>(method, path, &()).await {
            Ok(all) => {
                self.keys.try_set(Some(all.keys));
                self.done.try_set(done);
            }
            Err(failure) => self.refused(&failure),
        }
    }

    fn refused(self, failure: &HttpFailure) {
        match failure {
            HttpFailure::Problem(problem) if problem.status == 400 => {
                self.say(KeyText::NotMade, None);
            }
            HttpFailure::Offline => self.app.say(Text::WaitingNetwork),
            _ => self.app.say(Text::ErrorTitle),
        }
    }
}

/// The section; nothing for those who may not manage keys.
#[component]
pub fn Keys() -> impl IntoView {
    let app = app();
    let state = State {
        app,
        keys: RwSignal::new(None),
        secret: RwSignal::new(None),
        done: RwSignal::new(None),
    };
    spawn_local(state.load());
    let title = Signal::derive(move || key_words(KeyText::Title, app.locale.get()).to_owned());
    view! {
        <Show when=move || state.keys.read().is_some()>
            <Card title>
                <div data-testid="keys">
                    <p class="faint">{k(KeyText::Hint)}</p>
                    <List state />
                    <Secret state />
                    <div role="status">
                        {move || state.done.get().map(|(text, ended)| view! { <DoneLine state text ended /> })}
                    </div>
                    <Make state />
                </div>
            </Card>
        </Show>
    }
}

#[component]
fn List(state: State) -> impl IntoView {
    let app = state.app;
    move || {
        let locale = app.locale.get();
        let keys = state.keys.get().unwrap_or_default();
        if keys.is_empty() {
            return view! { <p class="note" data-testid="keys-none">{k(KeyText::None)}</p> }
                .into_any();
        }
        let rows = keys.into_iter().map(|key| {
            let about = about(&key, locale);
            let label = |text| format!("{}: {}", key_words(text, locale), key.name);
            let (label_rotate, label_end) = (label(KeyText::Rotate), label(KeyText::End));
            let id = StoredValue::new(key.id);
            let rotate = move |_| {
                let path = format!("{KEYS_PATH}/{}/rotate", id.get_value());
                spawn_local(async move {
                    state.made(&path, &Rotate::default(), Some(KeyText::Rotated)).await;
                });
            };
            let end = move |_| {
                let path = format!("{KEYS_PATH}/{}", id.get_value());
                let done = Some((KeyText::Ended, Some(id.get_value())));
                spawn_local(async move { state.change("DELETE", &path, done).await });
            };
            view! {
                <div data-testid="key">
                    <dt>{key.name} " " <code>{key.hint} "…"</code> <br /><small>{about}</small></dt>
                    <dd>
                        <button class="link" data-testid="key-rotate" aria-label=label_rotate on:click=rotate>{k(KeyText::Rotate)}</button>
                        <button class="link" data-testid="key-end" aria-label=label_end on:click=end>{k(KeyText::End)}</button>
                    </dd>
                </div>
            }
        });
        view! { <dl class="lines">{rows.collect_view()}</dl> }.into_any()
    }
}

#[component]
fn Secret(state: State) -> impl IntoView {
    let copy = move |text: String| {
        spawn_local(async move {
            if page::copy(&text).await {
                state.say(KeyText::Copied, None);
            }
        });
    };
    move || {
        state.secret.get().map(|secret| {
            let text = secret.clone();
            view! {
                <p class="note">{k(KeyText::Once)}</p>
                <p><code data-testid="key-secret">{secret}</code></p>
                <button class="button quiet" data-testid="key-copy" on:click=move |_| copy(text.clone())>{k(KeyText::Copy)}</button>
            }
        })
    }
}

#[component]
fn DoneLine(state: State, text: KeyText, ended: Option<String>) -> impl IntoView {
    let undo = move |id: &str| {
        let path = format!("{KEYS_PATH}/{id}/restore");
        spawn_local(async move { state.change("POST", &path, None).await });
    };
    view! {
        <p class="note" data-testid="keys-done">
            {k(text)}
            {ended
                .map(|id| {
                    view! { <button class="link" data-testid="key-undo" on:click=move |_| undo(&id)>{t(Text::Undo)}</button> }
                })}
        </p>
    }
}

#[component]
fn Make(state: State) -> impl IntoView {
    let app = state.app;
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(Scopes::from_iter([Scope::ReadBi]));
    let days = RwSignal::new(Some(365_u32));
    let networks = RwSignal::new(String::new());
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let listed: Result<Vec<Network>, _> = networks
            .get_untracked()
            .split([' ', ','])
            .filter(|text| !text.is_empty())
            .map(str::parse)
            .collect();
        let Ok(listed) = listed else {
            return state.say(KeyText::NotMade, None);
        };
        let wish = NewKey {
            name: name.get_untracked(),
            scopes: scopes.get_untracked(),
            expires_in_days: days.get_untracked(),
            networks: listed,
        };
        spawn_local(async move {
            if state.made(KEYS_PATH, &wish, None).await {
                name.try_set(String::new());
            }
        });
    };
    let label = move |text| Signal::derive(move || key_words(text, app.locale.get()).to_owned());
    let choices = move || {
        let locale = app.locale.get();
        [
            (Some(90), KeyText::Days90),
            (Some(365), KeyText::OneYear),
            (None, KeyText::ForEver),
        ]
        .map(|(days, text)| (days, key_words(text, locale).to_owned()))
        .to_vec()
    };
    view! {
        <details>
            <summary data-testid="key-new">{k(KeyText::Make)}</summary>
            <form on:submit=make>
                <NameField name test_id="key-name" />
                <ScopeBoxes scopes />
                <p class="faint">{k(KeyText::GoodFor)}</p>
                <Segments label=label(KeyText::GoodFor) options=Signal::derive(choices) chosen=days on_choose=move |chosen| days.set(chosen) />
                <label class="field wide">
                    <span>{k(KeyText::Networks)} " · " {k(KeyText::NetworksHint)}</span>
                    <input
                        data-testid="key-networks"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        maxlength="1000"
                        on:input=move |event| networks.set(event_target_value(&event))
                    />
                </label>
                <button class="button" data-testid="key-make">{k(KeyText::Make)}</button>
            </form>
        </details>
    }
}

fn about(key: &ApiKey, locale: Locale) -> String {
    let said = |text, at| said(text, at, locale);
    let networks: Vec<String> = key.networks.iter().map(Network::to_string).collect();
    let parts = [
        Some(listed(key.scopes, locale)),
        Some(used(key.used_at, locale)),
        key.expires_at.map(|at| said(KeyText::EndsOn, at)),
        key.old_secret_until.map(|at| said(KeyText::OldUntil, at)),
        (!networks.is_empty()).then(|| networks.join(" ")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" · ")
}
