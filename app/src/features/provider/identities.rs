//! The accounts at the provider that sign the person in. One that was disconnected can only be connected there again, so
//! that this is a step of its own.

use api::provider::{
    IDENTITIES_MAX, IDENTITIES_PATH, IDENTITY_OPTIONS_PATH, IDENTITY_PATH, Identities as Listed,
    Identity, ProviderAnswer,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Came, Provider, connect_trouble, named, p};
use crate::features::access_parts::{day, used};
use crate::features::section::{Known, Section};
use crate::i18n::{ProviderText as T, provider_words};
use crate::platform::http::{self, HttpFailure};
use crate::state::{App, app};

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    known: RwSignal<Known>,
    identities: RwSignal<Vec<Identity>>,
    told: RwSignal<Option<T>>,
    /// Which account is about to be disconnected.
    leaving: RwSignal<Option<String>>,
}

impl State {
    fn load(self) {
        spawn_local(async move { self.look().await });
    }

    async fn look(self) {
        let told = http::get::<Listed>(IDENTITIES_PATH).await;
        let known = Known::after(told.as_ref().err());
        if let Ok(listed) = told {
            self.identities.try_set(listed.identities);
        }
        self.known.try_set(known);
    }

    /// Connects the account that an answer is about.
    fn connect(self, answer: ProviderAnswer) {
        self.told.set(Some(T::Connecting));
        spawn_local(async move {
            let told = match http::send_json::<Listed>("POST", IDENTITIES_PATH, &answer).await {
                Ok(_) => T::Connected,
                Err(failure) => connect_trouble(&failure),
            };
            self.told.try_set(Some(told));
            self.look().await;
        });
    }

    async fn disconnect(self, id: String) {
        let path = IDENTITY_PATH.replace("{id}", &id);
        let told = match http::send_json::<Listed>("DELETE", &path, &()).await {
            Ok(listed) => {
                self.identities.try_set(listed.identities);
                self.leaving.try_set(None);
                T::Disconnected
            }
            // It was disconnected elsewhere.
            Err(HttpFailure::Problem(problem)) if problem.status == 404 => {
                self.leaving.try_set(None);
                self.look().await;
                T::Disconnected
            }
            Err(failure) => connect_trouble(&failure),
        };
        self.told.try_set(Some(told));
    }
}

/// The section.
#[component]
pub fn Identities() -> impl IntoView {
    let app = app();
    let provider: Provider = expect_context();
    let state = State {
        app,
        known: RwSignal::new(Known::Coming),
        identities: RwSignal::new(Vec::new()),
        told: RwSignal::new(None),
        leaving: RwSignal::new(None),
    };
    match provider.take() {
        Some(Came::Answer(answer)) => state.connect(answer),
        Some(Came::TurnedBack) => {
            state.told.set(Some(T::TurnedBack));
            state.load();
        }
        Some(Came::Failed) => {
            state.told.set(Some(T::Trouble));
            state.load();
        }
        None => state.load(),
    }
    let title = Signal::derive(move || {
        let name = provider.name.get().unwrap_or_default();
        named(T::Title, &name, app)
    });
    let connect = move |_| {
        if provider.is_leaving.get_untracked() {
            return;
        }
        provider.is_leaving.set(true);
        state.told.set(None);
        spawn_local(async move {
            if let Err(failure) = provider.go(IDENTITY_OPTIONS_PATH).await {
                state.told.try_set(Some(connect_trouble(&failure)));
            }
        });
    };
    let may_connect = move || state.identities.read().len() < IDENTITIES_MAX;
    view! {
        <Section title test_id="identities" known=state.known load=move || state.load()>
            <p class="faint">{p(T::Hint)}</p>
            <List state />
            <Show when=may_connect>
                <button class="button quiet" data-testid="identity-connect" disabled=provider.is_leaving on:click=connect>
                    {p(T::Connect)}
                </button>
            </Show>
        </Section>
        // Outside, where it is told while the section is fetched, or cannot be.
        <div role="status">
            {move || state.told.get().map(|text| view! { <p class="note" data-testid="identities-told">{p(text)}</p> })}
        </div>
    }
}

#[component]
fn List(state: State) -> impl IntoView {
    move || {
        let identities = state.identities.get();
        if identities.is_empty() {
            return view! { <p class="note" data-testid="identities-none">{p(T::None)}</p> }
                .into_any();
        }
        let rows = identities
            .into_iter()
            .map(|identity| view! { <Row state identity /> });
        view! { <div>{rows.collect_view()}</div> }.into_any()
    }
}

#[component]
fn Row(state: State, identity: Identity) -> impl IntoView {
    let locale = state.app.locale.get();
    let since = day(identity.created_at, locale);
    let about = format!(
        "{} · {}",
        provider_words(T::Since, locale).replacen("{}", &since, 1),
        used(identity.used_at, locale)
    );
    let label = format!(
        "{}: {}",
        provider_words(T::Disconnect, locale),
        identity.issuer
    );
    let id = StoredValue::new(identity.id);
    let is_leaving = move || id.with_value(|id| state.leaving.read().as_ref() == Some(id));
    let arm = move |_| {
        let next = (!untrack(is_leaving)).then(|| id.get_value());
        state.leaving.set(next);
    };
    let end = move |_| spawn_local(state.disconnect(id.get_value()));
    view! {
        <div class="person" data-testid="identity">
            <p><code>{identity.issuer}</code> <br /><small class="faint">{about}</small></p>
            <button
                class="link"
                data-testid="identity-disconnect"
                aria-label=label
                aria-expanded=move || if is_leaving() { "true" } else { "false" }
                on:click=arm
            >
                {p(T::Disconnect)}
            </button>
            <div role="status">
                <Show when=is_leaving>
                    <p class="note">{p(T::DisconnectSure)}</p>
                    <div class="controls">
                        <button class="button" data-testid="identity-disconnect-sure" on:click=end>{p(T::DisconnectYes)}</button>
                        <button class="button quiet" data-testid="identity-keep" on:click=move |_| state.leaving.set(None)>{p(T::DisconnectNo)}</button>
                    </div>
                </Show>
            </div>
        </div>
    }
}
