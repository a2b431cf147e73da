//! The way in by the provider, and signing in by its answer.

use api::auth::Me;
use api::provider::{OPTIONS_PATH, SIGN_IN_PATH};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Came, Provider, named, p, sign_in_trouble};
use crate::features::sign_in::enter;
use crate::i18n::ProviderText as T;
use crate::platform::http;
use crate::state::app;

/// The button, and what came of the last try.
#[component]
pub fn ByProvider() -> impl IntoView {
    let app = app();
    let provider: Provider = expect_context();
    let told = RwSignal::new(None::<T>);
    let is_busy = RwSignal::new(false);
    match provider.take() {
        None => {}
        Some(Came::TurnedBack) => told.set(Some(T::TurnedBack)),
        Some(Came::Failed) => told.set(Some(T::Trouble)),
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
        if provider.is_leaving.get_untracked() {
            return;
        }
        provider.is_leaving.set(true);
        told.set(None);
        spawn_local(async move {
            if let Err(failure) = provider.go(OPTIONS_PATH).await {
                told.try_set(Some(sign_in_trouble(&failure)));
            }
        });
    };
    let is_off = move || is_busy.get() || provider.is_leaving.get();
    view! {
        <div data-testid="by-provider">
            {move || {
                provider
                    .name
                    .get()
                    .map(|name| {
                        view! {
                            <button class="button quiet" data-testid="provider-sign-in" disabled=is_off on:click=leave>
                                {named(T::SignIn, &name, app)}
                            </button>
                        }
                    })
            }}
            <div role="status">
                {move || told.get().map(|text| view! { <p class="note" data-testid="provider-told">{p(text)}</p> })}
            </div>
        </div>
    }
}
