//! Signing in by an OpenID provider, where whoever runs the edge has named one, and the person's accounts there.
//!
//! - here: what the provider is called, and its answer, with which it sends the browser back to the settings; it is taken
//!   out of the address at once;
//! - [`by_provider`]: signing in, where nobody is;
//! - [`identities`]: the accounts of who is signed in.
//!
//! The parts are code of their own, fetched where there is a provider alone.

pub mod by_provider;
pub mod identities;

use api::auth::{ME_PATH, Me};
use api::provider::{ProviderAnswer, ProviderOptions};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::{ProviderText as T, provider_words};
use crate::platform::http::{self, HttpFailure};
use crate::platform::{history, page, storage};
use crate::state::{App, app};
use crate::view_state::Screen;

/// Under which name a program's question waits while the person is at the provider.
const ASKED: &str = "asked";
/// What a provider is called whose name is not known.
const UNNAMED: &str = "OpenID";

/// What the provider sent the browser back with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// An answer for the edge.
    Answer(ProviderAnswer),
    /// The person turned back there.
    TurnedBack,
    /// It failed there.
    Failed,
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
        None => parameter("error").map(|error| match error.as_str() {
            "access_denied" => Came::TurnedBack,
            _ => Came::Failed,
        }),
    }
}

/// The provider, for the parts that are fetched later; they find it in their context.
#[derive(Clone, Copy)]
pub struct Provider {
    /// What it is called; nothing where there is none, or nothing is known yet.
    pub name: RwSignal<Option<String>>,
    /// While the browser is on its way there.
    pub is_leaving: RwSignal<bool>,
    /// Whether the browser came back with something.
    has_come: bool,
    came: StoredValue<Option<Came>>,
}

impl Provider {
    /// Takes the provider's answer out of the address, where going back to it, or a link of it, would send it again; and
    /// asks the edge what the provider is called, once more when the network is back.
    pub fn new(app: App) -> Provider {
        let view = app.view.get_untracked();
        let is_here = view.screen == Screen::Settings;
        let came = is_here.then(|| came_of(history::parameter)).flatten();
        let has_come = came.is_some();
        if has_come {
            // A program's question waits in this tab until the person is back.
            match storage::take_from_tab(ASKED) {
                Some(asked) => history::ask_again(&asked),
                None => history::write(&view, false),
            }
        }
        let is_leaving = RwSignal::new(false);
        page::on_restored(move || {
            is_leaving.try_set(false);
        });
        let name = RwSignal::new(None);
        Effect::new(move |_| {
            if app.offline.get() || name.read_untracked().is_some() {
                return;
            }
            spawn_local(async move {
                if let Ok(me) = http::get::<Me>(ME_PATH).await {
                    name.try_set(me.provider);
                }
            });
        });
        Provider {
            name,
            is_leaving,
            has_come,
            came: StoredValue::new(came),
        }
    }

    /// Whether there is something to show: a provider, or what came of it, whatever is known by now.
    pub fn is_shown(self) -> bool {
        self.has_come || self.name.read().is_some()
    }

    /// Sends the browser to the provider.
    async fn go(self, path: &str) -> Result<(), HttpFailure> {
        let outcome = http::send_json::<ProviderOptions>("POST", path, &()).await;
        match outcome {
            Ok(options) => {
                storage::keep_in_tab(ASKED, &history::asked());
                page::leave(&options.location);
                // Until the page is left; a second tap would spoil the first.
                Ok(())
            }
            Err(failure) => {
                self.is_leaving.try_set(false);
                Err(failure)
            }
        }
    }

    /// The answer, which is handed on once.
    fn take(self) -> Option<Came> {
        self.came.try_update_value(Option::take).flatten()
    }
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
    let name = if name.is_empty() { UNNAMED } else { name };
    provider_words(text, app.locale.get()).replacen("{}", name, 1)
}

fn p(text: T) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || provider_words(text, app.locale.get())
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
        assert_eq!(came(&refused), Some(Came::TurnedBack));
        let failed = [("error", "server_error"), ("state", "s")];
        assert_eq!(came(&failed), Some(Came::Failed));
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
        assert_eq!(api::provider::IDENTITIES_MAX, 5, "the words say so");
    }
}
