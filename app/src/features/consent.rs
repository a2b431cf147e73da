//! A program asks to act for the person: who it is, what it would do, and the answer. The program opened this page
//! itself, with its request in the address, or shows a code on a device without a browser that the person types. The edge
//! says what the request means and where the answer goes.

use api::oauth::{CONSENTS_PATH, Consent, Decision};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::programs::p;
use crate::i18n::{ProgramText, Text, program_words, scope_words};
use crate::platform::http::{self, HttpFailure};
use crate::platform::{history, page};
use crate::state::{App, app};
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
    /// The device hears the answer.
    Done(bool),
}

/// A request and what is known of it.
#[derive(Clone, Copy)]
struct State {
    app: App,
    /// The query that says it.
    request: StoredValue<String>,
    known: RwSignal<Known>,
}

impl State {
    fn new(request: String) -> State {
        State {
            app: app(),
            request: StoredValue::new(request),
            known: RwSignal::new(Known::Nothing),
        }
    }

    fn look(self) {
        let request = history::encoded(&self.request.get_value());
        spawn_local(async move {
            let told = http::get(&format!("{CONSENTS_PATH}?request={request}")).await;
            self.take(told, false);
        });
    }

    fn decide(self, grant: bool) {
        let request = self.request.get_value();
        spawn_local(async move {
            let decision = Decision { request, grant };
            let told = http::send_json("POST", CONSENTS_PATH, &decision).await;
            self.take(told, grant);
        });
    }

    fn take(self, answer: Result<Consent, HttpFailure>, grant: bool) {
        let now = match answer {
            Ok(Consent {
                redirect: Some(address),
                ..
            }) => {
                page::leave(&address);
                Known::Leaving
            }
            Ok(Consent { is_done: true, .. }) => Known::Done(grant),
            Ok(consent) => Known::Asked(consent),
            Err(HttpFailure::Offline) => return self.app.say(Text::WaitingNetwork),
            Err(HttpFailure::Problem(problem)) if problem.status == 401 => Known::SignIn,
            Err(_) => Known::Wrong,
        };
        self.known.try_set(now);
    }
}

/// The question, where the address asks one.
#[component]
pub fn Permission(request: String) -> impl IntoView {
    let app = app();
    let state = State::new(request);
    state.look();
    let title = Signal::derive(move || {
        program_words(ProgramText::ConsentTitle, app.locale.get()).to_owned()
    });
    let about = move || match state.known.get() {
        Known::Nothing => view! { <Skeleton lines=2 /> }.into_any(),
        known => view! { <Question state known wrong=ProgramText::ConsentWrong /> }.into_any(),
    };
    view! { <Card title><div data-testid="consent" role="status">{about}</div></Card> }
}

/// A code to type, and the question that comes of it.
#[component]
pub fn Connect() -> impl IntoView {
    let app = app();
    let state = State::new(String::new());
    let code = RwSignal::new(String::new());
    let go_on = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let code = code.get_untracked();
        state
            .request
            .set_value(format!("user_code={}", history::encoded(&code)));
        state.look();
    };
    let title = Signal::derive(move || {
        program_words(ProgramText::DeviceTitle, app.locale.get()).to_owned()
    });
    let about = move || match state.known.get() {
        Known::Nothing => ().into_any(),
        known => view! { <Question state known wrong=ProgramText::CodeWrong /> }.into_any(),
    };
    view! {
        <Card title>
            <p class="faint">{p(ProgramText::DeviceHint)}</p>
            <form class="controls" on:submit=go_on>
                <label class="field">
                    <span>{p(ProgramText::DeviceCode)}</span>
                    <input
                        data-testid="device-code"
                        autocomplete="off"
                        autocapitalize="characters"
                        spellcheck="false"
                        required
                        maxlength="20"
                        on:input=move |event| code.set(event_target_value(&event))
                    />
                </label>
                <button class="button quiet" data-testid="device-continue">{p(ProgramText::Continue)}</button>
            </form>
            <div data-testid="device" role="status">{about}</div>
        </Card>
    }
}

#[component]
fn Question(state: State, known: Known, wrong: ProgramText) -> impl IntoView {
    let app = state.app;
    let line =
        |id: &'static str, text| view! { <p class="note" data-testid=id>{p(text)}</p> }.into_any();
    let note = |text| line("consent-note", text);
    match known {
        Known::Nothing => ().into_any(),
        Known::SignIn => note(ProgramText::ConsentSignIn),
        Known::Wrong => line("consent-wrong", wrong),
        Known::Leaving => note(ProgramText::Leaving),
        Known::Done(true) => note(ProgramText::DeviceAllowed),
        Known::Done(false) => note(ProgramText::DeviceRefused),
        Known::Asked(consent) => {
            let items = consent.scopes.iter();
            let items = items
                .map(|scope| view! { <li>{move || scope_words(scope, app.locale.get())}</li> });
            view! {
                <p><strong data-testid="consent-program">{consent.name}</strong> " " {p(ProgramText::ConsentAsks)}</p>
                <ul>{items.collect_view()}</ul>
                <p class="faint">{p(ProgramText::ConsentLimit)}</p>
                <div class="controls">
                    <button class="button" data-testid="consent-allow" on:click=move |_| state.decide(true)>{p(ProgramText::Allow)}</button>
                    <button class="button quiet" data-testid="consent-refuse" on:click=move |_| state.decide(false)>{p(ProgramText::Refuse)}</button>
                </div>
            }
                .into_any()
        }
    }
}
