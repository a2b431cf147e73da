//! Programs that get access tokens, for those who may manage them: registered, their secret copied once, ended, taken
//! back.

use api::keys::Rotate;
use api::oauth::{CLIENTS_PATH, Client, ClientKind, Clients, MadeClient, NewClient};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;
use policy::{Scope, Scopes};

use super::access_parts::{NameField, ScopeBoxes, k, listed, said, used};
use crate::i18n::{KeyText, ProgramText, Text, key_words, program_words, t};
use crate::platform::http::{self, HttpFailure};
use crate::platform::page;
use crate::state::{App, app};
use crate::ui::{Card, Segments};

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    /// Nothing where the person may not manage programs.
    clients: RwSignal<Option<Vec<Client>>>,
    /// The program that was just registered.
    made: RwSignal<Option<MadeClient>>,
    /// What was just done; a program that was ended can be taken back.
    done: RwSignal<Option<(ProgramText, Option<String>)>>,
}

impl State {
    async fn load(self) {
        if let Ok(all) = http::get::<Clients>(CLIENTS_PATH).await {
            self.clients.try_set(Some(all.clients));
        }
    }

    async fn change(self, method: &str, path: &str, done: Option<(ProgramText, Option<String>)>) {
        match http::send_json::<Clients>(method, path, &()).await {
            Ok(all) => {
                self.clients.try_set(Some(all.clients));
                self.made.try_set(None);
                self.done.try_set(done);
            }
            Err(failure) => self.refused(&failure),
        }
    }

    async fn rotate(self, id: String) {
        let path = format!("{CLIENTS_PATH}/{id}/rotate");
        match http::send_json::<MadeClient>("POST", &path, &Rotate::default()).await {
            Ok(made) => {
                self.made.try_set(Some(made));
                self.done.try_set(Some((ProgramText::Rotated, None)));
                self.load().await;
            }
            Err(failure) => self.refused(&failure),
        }
    }

    fn refused(self, failure: &HttpFailure) {
        match failure {
            HttpFailure::Problem(problem) if problem.status == 400 => {
                self.done.try_set(Some((ProgramText::NotRegistered, None)));
            }
            HttpFailure::Offline => self.app.say(Text::WaitingNetwork),
            _ => self.app.say(Text::ErrorTitle),
        }
    }
}

/// Words of programs, in the language of the moment.
pub fn p(text: ProgramText) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || program_words(text, app.locale.get())
}

const fn kind_text(kind: ClientKind) -> ProgramText {
    match kind {
        ClientKind::Service => ProgramText::Service,
        ClientKind::Web => ProgramText::Web,
        ClientKind::Native => ProgramText::Native,
    }
}

/// The section; nothing for those who may not manage programs.
#[component]
pub fn Programs() -> impl IntoView {
    let app = app();
    let state = State {
        app,
        clients: RwSignal::new(None),
        made: RwSignal::new(None),
        done: RwSignal::new(None),
    };
    spawn_local(state.load());
    let title =
        Signal::derive(move || program_words(ProgramText::Title, app.locale.get()).to_owned());
    view! {
        <Show when=move || state.clients.read().is_some()>
            <Card title>
                <div data-testid="programs">
                    <p class="faint">{p(ProgramText::Hint)}</p>
                    <List state />
                    <Made state />
                    <div role="status">
                        {move || state.done.get().map(|(text, ended)| view! { <DoneLine state text ended /> })}
                    </div>
                    <Register state />
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
        let clients = state.clients.get().unwrap_or_default();
        if clients.is_empty() {
            return view! { <p class="note" data-testid="programs-none">{p(ProgramText::None)}</p> }
                .into_any();
        }
        let rows = clients.into_iter().map(|client| {
            let about = about(&client, locale);
            let label = format!("{}: {}", key_words(KeyText::End, locale), client.name);
            let id = StoredValue::new(client.id.clone());
            let end = move |_| {
                let path = format!("{CLIENTS_PATH}/{}", id.get_value());
                let done = Some((ProgramText::Ended, Some(id.get_value())));
                spawn_local(async move { state.change("DELETE", &path, done).await });
            };
            let has_secret = client.kind != ClientKind::Native;
            let label_rotate = format!("{}: {}", key_words(KeyText::Rotate, locale), client.name);
            let rotate = move |_| spawn_local(state.rotate(id.get_value()));
            view! {
                <div data-testid="program">
                    <dt>{client.name} <br /><small>{about}</small> <br /><code>{client.id}</code></dt>
                    <dd>
                        {has_secret
                            .then(|| {
                                view! {
                                    <button class="link" data-testid="program-rotate" aria-label=label_rotate on:click=rotate>
                                        {k(KeyText::Rotate)}
                                    </button>
                                }
                            })}
                        <button class="link" data-testid="program-end" aria-label=label on:click=end>{k(KeyText::End)}</button>
                    </dd>
                </div>
            }
        });
        view! { <dl class="lines">{rows.collect_view()}</dl> }.into_any()
    }
}

fn about(client: &Client, locale: Locale) -> String {
    let kind = program_words(kind_text(client.kind), locale);
    let (scopes, used) = (listed(client.scopes, locale), used(client.used_at, locale));
    let old = client.old_secret_until;
    let old = old.map(|at| format!(" · {}", said(KeyText::OldUntil, at, locale)));
    format!("{scopes} · {kind} · {used}{}", old.unwrap_or_default())
}

#[component]
fn Made(state: State) -> impl IntoView {
    let copy = move |text: String| {
        spawn_local(async move {
            if page::copy(&text).await {
                state.done.try_set(Some((ProgramText::Copied, None)));
            }
        });
    };
    move || {
        state.made.get().map(|made| {
            let secret = made.secret.map(|secret| {
                let text = secret.clone();
                view! {
                    <p class="note">{p(ProgramText::Once)}</p>
                    <p>{p(ProgramText::Secret)} ": " <code data-testid="program-secret">{secret}</code></p>
                    <button class="button quiet" data-testid="program-copy" on:click=move |_| copy(text.clone())>
                        {p(ProgramText::CopySecret)}
                    </button>
                }
            });
            view! {
                <p>{p(ProgramText::Id)} ": " <code data-testid="program-id">{made.client.id}</code></p>
                {secret}
            }
        })
    }
}

#[component]
fn DoneLine(state: State, text: ProgramText, ended: Option<String>) -> impl IntoView {
    let undo = move |id: &str| {
        let path = format!("{CLIENTS_PATH}/{id}/restore");
        spawn_local(async move { state.change("POST", &path, None).await });
    };
    view! {
        <p class="note" data-testid="programs-done">
            {p(text)}
            {ended
                .map(|id| {
                    view! { <button class="link" data-testid="program-undo" on:click=move |_| undo(&id)>{t(Text::Undo)}</button> }
                })}
        </p>
    }
}

#[component]
fn Register(state: State) -> impl IntoView {
    let app = state.app;
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(Scopes::from_iter([Scope::ReadBi]));
    let kind = RwSignal::new(ClientKind::Service);
    let redirects = RwSignal::new(String::new());
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let listed = match kind.get_untracked() {
            ClientKind::Service => String::new(),
            ClientKind::Web | ClientKind::Native => redirects.get_untracked(),
        };
        let wish = NewClient {
            name: name.get_untracked(),
            scopes: scopes.get_untracked(),
            kind: kind.get_untracked(),
            redirects: listed.split_whitespace().map(str::to_owned).collect(),
        };
        spawn_local(async move {
            match http::send_json::<MadeClient>("POST", CLIENTS_PATH, &wish).await {
                Ok(made) => {
                    state.made.try_set(Some(made));
                    state.done.try_set(None);
                    name.try_set(String::new());
                    state.load().await;
                }
                Err(failure) => state.refused(&failure),
            }
        });
    };
    let kinds = move || {
        let locale = app.locale.get();
        let named = |kind| (kind, program_words(kind_text(kind), locale).to_owned());
        ClientKind::ALL.map(named).to_vec()
    };
    let kind_label =
        Signal::derive(move || program_words(ProgramText::Kind, app.locale.get()).to_owned());
    view! {
        <details>
            <summary data-testid="program-new">{p(ProgramText::Register)}</summary>
            <form on:submit=make>
                <NameField name test_id="program-name" />
                <p class="faint">{p(ProgramText::Kind)}</p>
                <Segments label=kind_label options=Signal::derive(kinds) chosen=kind on_choose=move |chosen| kind.set(chosen) />
                <Show when=move || kind.get() != ClientKind::Service>
                    <label class="field wide">
                        <span>{p(ProgramText::Redirects)} " · " {p(ProgramText::RedirectsHint)}</span>
                        <input
                            data-testid="program-redirects"
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck="false"
                            required
                            maxlength="2000"
                            on:input=move |event| redirects.set(event_target_value(&event))
                        />
                    </label>
                </Show>
                <ScopeBoxes scopes />
                <button class="button" data-testid="program-make">{p(ProgramText::Register)}</button>
            </form>
        </details>
    }
}
