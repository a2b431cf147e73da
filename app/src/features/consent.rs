//! A program asks to act for the person: who it is, what it would do, and the answer. The program opened this page
//! itself, with its request in the address; the edge says what the request means and where the answer goes.

use api::oauth::{CONSENTS_PATH, Consent, Decision};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::{ProgramText, Text, program_words, scope_words};
use crate::platform::http::{self, HttpFailure};
use crate::platform::{history, page};
use crate::state::app;
use crate::ui::{Card, Skeleton};

/// What is known of the request.
#[derive(Clone, PartialEq)]
enum Known {
    Nothing,
    Asked(Consent),
    /// Nobody is signed in.
    SignIn,
    Wrong,
    /// The person is on the way back to the program.
    Leaving,
}

/// The question.
#[component]
pub fn Permission() -> impl IntoView {
    let app = app();
    // Signing in changes the address; the request is what it was.
    let request = StoredValue::new(history::query());
    let known = RwSignal::new(Known::Nothing);
    let take = move |answer: Result<Consent, HttpFailure>| {
        let now = match answer {
            Ok(Consent {
                redirect: Some(address),
                ..
            }) => {
                page::leave(&address);
                Known::Leaving
            }
            Ok(consent) => Known::Asked(consent),
            Err(HttpFailure::Offline) => return app.say(Text::WaitingNetwork),
            Err(HttpFailure::Problem(problem)) if problem.status == 401 => Known::SignIn,
            Err(_) => Known::Wrong,
        };
        known.try_set(now);
    };
    Effect::new(move |_| {
        // Asked again when somebody has signed in.
        app.companies.track();
        if matches!(*known.read_untracked(), Known::Nothing | Known::SignIn) {
            let path = format!(
                "{CONSENTS_PATH}?request={}",
                history::encoded(&request.get_value())
            );
            spawn_local(async move { take(http::get(&path).await) });
        }
    });
    let decide = move |grant: bool| {
        let request = request.get_value();
        let decision = Decision { request, grant };
        spawn_local(async move { take(http::send_json("POST", CONSENTS_PATH, &decision).await) });
    };
    let p = move |text| move || program_words(text, app.locale.get());
    let title = Signal::derive(move || p(ProgramText::ConsentTitle)().to_owned());
    let about = move || match known.get() {
        Known::Nothing => view! { <Skeleton lines=2 /> }.into_any(),
        Known::SignIn => view! { <p class="note">{p(ProgramText::ConsentSignIn)}</p> }.into_any(),
        Known::Wrong => {
            view! { <p class="note" data-testid="consent-wrong">{p(ProgramText::ConsentWrong)}</p> }
                .into_any()
        }
        Known::Leaving => view! { <p class="note">{p(ProgramText::Leaving)}</p> }.into_any(),
        Known::Asked(consent) => {
            let scopes: Vec<_> = consent.scopes.iter().collect();
            let items = scopes.into_iter();
            let items = items
                .map(|scope| view! { <li>{move || scope_words(scope, app.locale.get())}</li> });
            view! {
                <p><strong data-testid="consent-program">{consent.name}</strong> " " {p(ProgramText::ConsentAsks)}</p>
                <ul>{items.collect_view()}</ul>
                <p class="faint">{p(ProgramText::ConsentLimit)}</p>
                <div class="controls">
                    <button class="button" data-testid="consent-allow" on:click=move |_| decide(true)>{p(ProgramText::Allow)}</button>
                    <button class="button quiet" data-testid="consent-refuse" on:click=move |_| decide(false)>{p(ProgramText::Refuse)}</button>
                </div>
            }
                .into_any()
        }
    };
    view! { <Card title><div data-testid="consent" role="status">{about}</div></Card> }
}
