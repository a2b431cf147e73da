//! Signing in by an OpenID provider, where whoever runs the edge has named one, and the person's accounts there.
//!
//! The provider sends the browser back to the settings with its answer in the address, which is taken out of it at once
//! and handed to the edge: whoever is signed in connects the account, whoever is not signs in by it. An account that was
//! disconnected can only be connected there again, so that this is a step of its own.

use api::auth::{ME_PATH, Me};
use api::provider::{
    IDENTITIES_MAX, IDENTITIES_PATH, IDENTITY_OPTIONS_PATH, IDENTITY_PATH, Identities as Listed,
    Identity, OPTIONS_PATH, ProviderAnswer, ProviderOptions, SIGN_IN_PATH,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::access_parts::{day, used};
use super::section::{Known, Section};
use super::sign_in::enter;
use crate::i18n::{ProviderText as T, provider_words};
use crate::platform::http::{self, HttpFailure};
use crate::platform::{history, page};
use crate::state::{App, app};
use crate::view_state::Screen;

/// What the provider sent the browser back with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// An answer for the edge.
    Answer(ProviderAnswer),
    /// There is none: the person turned back there, or it failed.
    Nothing,
}

/// What an address brings of the provider, by its parameters.
fn came_of(parameter: impl Fn(&str) -> Option<String>) -> Option<Came> {
    // A program that asks for permission sends a state, too.
    if parameter("client_id").is_some() {
        return None;
    }
    let state = parameter("state")?;
    match parameter("code") {
        Some(code) => Some(Came::Answer(ProviderAnswer {
            code,
            state,
            iss: parameter("iss"),
        })),
        None => parameter("error").map(|_| Came::Nothing),
    }
}

/// Takes the provider's answer out of the address: going back to it, or a link of it, would send it again.
pub fn take(app: App) -> Option<Came> {
    let view = app.view.get_untracked();
    if view.screen != Screen::Settings {
        return None;
    }
    let came = came_of(history::parameter)?;
    history::write(&view, false);
    Some(came)
}

/// Why nothing came of signing in.
fn sign_in_trouble(failure: &HttpFailure) -> T {
    match failure {
        HttpFailure::Offline => T::NoNetwork,
        HttpFailure::Problem(problem) => match problem.status {
            401 => T::NotConnected,
            409 => T::TookTooLong,
            502 => T::Unreachable,
            _ => T::Trouble,
        },
        HttpFailure::Other(_) => T::Trouble,
    }
}

/// Why nothing came of connecting an account.
fn connect_trouble(failure: &HttpFailure) -> T {
    match failure {
        HttpFailure::Problem(problem) if problem.status == 401 => T::Trouble,
        HttpFailure::Problem(problem) if problem.status == 409 => T::NotAdded,
        other => sign_in_trouble(other),
    }
}

/// Words with the provider's name in them.
fn named(text: T, name: &str, app: App) -> String {
    provider_words(text, app.locale.get()).replacen("{}", name, 1)
}

fn p(text: T) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || provider_words(text, app.locale.get())
}

/// What the provider is called; nothing where there is none, or the edge cannot be asked.
async fn name_of_provider() -> Result<Option<String>, HttpFailure> {
    http::get::<Me>(ME_PATH).await.map(|me| me.provider)
}

/// Sends the browser to the provider.
async fn go(path: &str) -> Result<(), HttpFailure> {
    let options: ProviderOptions = http::send_json("POST", path, &()).await?;
    page::leave(&options.location);
    Ok(())
}

/// The way in by the provider, where there is one, and signing in by its answer.
#[component]
pub fn ByProvider(came: Option<Came>) -> impl IntoView {
    let app = app();
    let name = RwSignal::new(None::<String>);
    let told = RwSignal::new(None::<T>);
    let is_busy = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(Some(known)) = name_of_provider().await {
            name.try_set(Some(known));
        }
    });
    match came {
        None => {}
        Some(Came::Nothing) => told.set(Some(T::TurnedBack)),
        Some(Came::Answer(answer)) => {
            told.set(Some(T::SigningIn));
            is_busy.set(true);
            spawn_local(async move {
                match http::send_json::<Me>("POST", SIGN_IN_PATH, &answer).await {
                    Ok(me) => enter(app, me),
                    Err(failure) => {
                        told.try_set(Some(sign_in_trouble(&failure)));
                        is_busy.try_set(false);
                    }
                }
            });
        }
    }
    let leave = move |_| {
        is_busy.set(true);
        told.set(None);
        spawn_local(async move {
            if let Err(failure) = go(OPTIONS_PATH).await {
                told.try_set(Some(sign_in_trouble(&failure)));
                is_busy.try_set(false);
            }
        });
    };
    view! {
        <div data-testid="by-provider">
            {move || {
                name.get()
                    .map(|name| {
                        view! {
                            <button class="button quiet" data-testid="provider-sign-in" disabled=is_busy on:click=leave>
                                {named(T::SignIn, &name, app)}
                            </button>
                        }
                    })
            }}
            <div role="alert">
                {move || told.get().map(|text| view! { <p class="note" data-testid="provider-told">{p(text)}</p> })}
            </div>
        </div>
    }
}

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    known: RwSignal<Known>,
    name: RwSignal<Option<String>>,
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
        let name = name_of_provider().await;
        let listed = http::get::<Listed>(IDENTITIES_PATH).await;
        let failure = name.as_ref().err().or(listed.as_ref().err());
        let mut known = Known::after(failure);
        if let (Ok(name), Ok(listed)) = (name, listed) {
            if name.is_none() && listed.identities.is_empty() {
                known = Known::NotTheirs;
            }
            self.name.try_set(name);
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
            Err(failure) => connect_trouble(&failure),
        };
        self.told.try_set(Some(told));
    }
}

/// The person's accounts at the provider; nothing where there is no provider and none is connected.
#[component]
pub fn Identities(came: Option<Came>) -> impl IntoView {
    let app = app();
    let state = State {
        app,
        known: RwSignal::new(Known::Coming),
        name: RwSignal::new(None),
        identities: RwSignal::new(Vec::new()),
        told: RwSignal::new(None),
        leaving: RwSignal::new(None),
    };
    match came {
        Some(Came::Answer(answer)) => state.connect(answer),
        Some(Came::Nothing) => {
            state.told.set(Some(T::TurnedBack));
            state.load();
        }
        None => state.load(),
    }
    let title = Signal::derive(move || match &*state.name.read() {
        Some(name) => named(T::Title, name, app),
        None => provider_words(T::TitleUnnamed, app.locale.get()).to_owned(),
    });
    let connect = move |_| {
        state.told.set(None);
        spawn_local(async move {
            if let Err(failure) = go(IDENTITY_OPTIONS_PATH).await {
                state.told.try_set(Some(connect_trouble(&failure)));
            }
        });
    };
    let may_connect = move || {
        let has_room = state.identities.read().len() < IDENTITIES_MAX;
        state.name.read().is_some() && has_room
    };
    view! {
        <Section title test_id="identities" known=state.known load=move || state.load()>
            <p class="faint">{p(T::Hint)}</p>
            <List state />
            <div role="status">
                {move || state.told.get().map(|text| view! { <p class="note" data-testid="identities-told">{p(text)}</p> })}
            </div>
            <Show when=may_connect>
                <button class="button quiet" data-testid="identity-connect" on:click=connect>{p(T::Connect)}</button>
            </Show>
        </Section>
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
        "{} {since} · {}",
        provider_words(T::Since, locale),
        used(identity.used_at, locale)
    );
    let label = format!(
        "{}: {}",
        provider_words(T::Disconnect, locale),
        identity.issuer
    );
    let id = StoredValue::new(identity.id);
    let is_leaving = move || id.with_value(|id| state.leaving.read().as_ref() == Some(id));
    let arm = move |_| state.leaving.set(Some(id.get_value()));
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
            <div role="alert">
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

#[cfg(test)]
mod tests {
    use api::{Problem, ProblemKind};

    use super::*;

    fn came(parameters: &[(&str, &str)]) -> Option<Came> {
        came_of(|name| {
            let found = parameters.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_address_brings_an_answer_a_refusal_or_nothing() {
        let answer = |iss: Option<&str>| {
            Some(Came::Answer(ProviderAnswer {
                code: "c".to_owned(),
                state: "s".to_owned(),
                iss: iss.map(str::to_owned),
            }))
        };
        assert_eq!(came(&[("code", "c"), ("state", "s")]), answer(None));
        let with_iss = [
            ("code", "c"),
            ("state", "s"),
            ("iss", "https://login.example"),
        ];
        assert_eq!(came(&with_iss), answer(Some("https://login.example")));
        let refused = [("error", "access_denied"), ("state", "s")];
        assert_eq!(came(&refused), Some(Came::Nothing));
        for other in [
            &[][..],
            &[("code", "c")],
            &[("state", "s")],
            &[("user_code", "BBBB-BBBB")],
            // A program that asks this company's people for permission.
            &[("client_id", "p"), ("state", "s"), ("code", "c")],
        ] {
            assert_eq!(came(other), None, "{other:?}");
        }
    }

    #[test]
    fn who_is_not_let_in_is_told_what_to_do() {
        let refused = |kind| HttpFailure::Problem(Box::new(Problem::new(kind, "")));
        for (kind, sign_in, connect) in [
            (ProblemKind::Unauthorized, T::NotConnected, T::Trouble),
            (ProblemKind::Conflict, T::TookTooLong, T::NotAdded),
            (ProblemKind::UpstreamFailed, T::Unreachable, T::Unreachable),
            (ProblemKind::Internal, T::Trouble, T::Trouble),
        ] {
            assert_eq!(sign_in_trouble(&refused(kind)), sign_in);
            assert_eq!(connect_trouble(&refused(kind)), connect);
        }
        let offline = HttpFailure::Offline;
        assert_eq!(sign_in_trouble(&offline), T::NoNetwork);
        assert_eq!(connect_trouble(&offline), T::NoNetwork);
        assert_eq!(IDENTITIES_MAX, 5, "the words say so");
    }
}
