//! Signing in where nobody is: by a passkey, by an OpenID provider, or by a recovery code. Where somebody is, their
//! devices and what the company gives others access by.

use api::auth::{Company, Me};
use api::sign_in::{Passkeys, RECOVER_PATH, Recover, SIGN_IN_OPTIONS_PATH, SIGN_IN_PATH};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

use super::consent::{Connect, Permission};
use super::devices::Devices;
use super::grants::Grants;
use super::later::{
    Later, fetch_access_lists, fetch_by_provider, fetch_identities, fetch_issuers, fetch_keys,
    fetch_lock_card, fetch_people, fetch_webhooks,
};
use super::provider::Provider;
use crate::i18n::{SignInText, sign_in_words};
use crate::platform::{history, http, passkeys, storage};
use crate::state::{App, app};
use crate::ui::{Card, Skeleton};
use crate::view_state::ViewState;

/// A message in the person's language.
pub fn s(text: SignInText) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || sign_in_words(text, app.locale.get())
}

/// Devices where somebody is signed in, else the way in.
#[component]
pub fn SignIn() -> impl IntoView {
    let app = app();
    let has_own = Memo::new(move |_| {
        // Whoever may only look has a company too.
        let companies = app.companies.read();
        companies.as_ref().map(|all| all.iter().any(is_own))
    });
    let provider = Provider::new(app);
    provide_context(provider);
    provide_context(RwSignal::new(None::<Passkeys>));
    let asked = history::asked();
    let has_provider = Memo::new(move |_| provider.is_shown());
    move || {
        let question = (has_own.get().is_some() && !asked.is_empty())
            .then(|| view! { <Permission request=asked.clone() /> });
        match has_own.get() {
            None => view! { <Skeleton lines=2 /> }.into_any(),
            // Who is asked something sees that and nothing else.
            Some(true) if question.is_some() => question.into_any(),
            Some(true) => view! {
                <Later fetch=fetch_lock_card lines=2 />
                <Devices />
                <Show when=move || has_provider.get()><Later fetch=fetch_identities lines=2 /></Show>
                <Later fetch=fetch_people lines=2 />
                <Later fetch=fetch_access_lists lines=2 />
                <Later fetch=fetch_keys lines=2 />
                <Later fetch=fetch_issuers lines=2 />
                <Later fetch=fetch_webhooks lines=2 />
                <Grants />
                <Connect />
            }
            .into_any(),
            Some(false) => view! { {question} <Ways has_provider /> }.into_any(),
        }
    }
}

#[component]
fn Ways(has_provider: Memo<bool>) -> impl IntoView {
    let app = app();
    let code = RwSignal::new(String::new());
    let has_failed = RwSignal::new(false);
    let is_busy = RwSignal::new(false);
    let end = move |me: Option<Me>| {
        is_busy.try_set(false);
        match me {
            Some(me) => enter(app, me),
            None => drop(has_failed.try_set(true)),
        }
    };
    let by_passkey = move |_| {
        is_busy.set(true);
        has_failed.set(false);
        spawn_local(async move { end(by_passkey().await) });
    };
    let by_code = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        is_busy.set(true);
        has_failed.set(false);
        let recover = Recover {
            code: code.get_untracked(),
        };
        spawn_local(async move { end(http::send_json("POST", RECOVER_PATH, &recover).await.ok()) });
    };
    let title = Signal::derive(move || {
        sign_in_words(SignInText::DevicesTitle, app.locale.get()).to_owned()
    });
    view! {
        <Card title>
            <p class="faint">{s(SignInText::SignInHint)}</p>
            {if passkeys::are_supported() {
                view! {
                    <button class="button" data-testid="sign-in" disabled=is_busy on:click=by_passkey>
                        {s(SignInText::SignIn)}
                    </button>
                }
                    .into_any()
            } else {
                view! { <p class="note">{s(SignInText::NotSupported)}</p> }.into_any()
            }}
            <Show when=move || has_provider.get()><Later fetch=fetch_by_provider lines=1 /></Show>
            <details>
                <summary>{s(SignInText::UseCode)}</summary>
                <form class="controls" on:submit=by_code>
                    <label class="field wide">
                        <span>{s(SignInText::Code)}</span>
                        <input
                            data-testid="recovery-code"
                            autocomplete="off"
                            autocapitalize="characters"
                            spellcheck="false"
                            maxlength="40"
                            on:input=move |event| code.set(event_target_value(&event))
                        />
                    </label>
                    <button class="button quiet" data-testid="recover" disabled=is_busy>{s(SignInText::UseCode)}</button>
                </form>
            </details>
            <div role="alert">
                <Show when=move || has_failed.get()>
                    <p class="note" data-testid="sign-in-failed">{s(SignInText::NotSignedIn)}</p>
                </Show>
            </div>
        </Card>
    }
}

async fn by_passkey() -> Option<Me> {
    let options: Value = http::send_json("POST", SIGN_IN_OPTIONS_PATH, &())
        .await
        .ok()?;
    let answer = passkeys::choose(&options).await?;
    http::send_json("POST", SIGN_IN_PATH, &answer).await.ok()
}

/// Whether a company is not the one that is open to all. Whoever may only look has one too.
fn is_own(company: &Company) -> bool {
    company.profile.id.as_str() != "demo"
}

/// Opens the company that the person has signed in to.
pub fn enter(app: App, me: Me) {
    let own = me.companies.iter().find(|company| is_own(company));
    let Some(own) = own.map(|company| company.profile.id.to_string()) else {
        return;
    };
    storage::set("company", &own);
    let view = ViewState {
        company: own,
        filters: Vec::new(),
        ..app.view.get_untracked()
    };
    // What has signed the person in is asked no more: a second answer might not come.
    app.take_companies(me.companies);
    app.go(view);
}
