//! The second step of what cannot be taken back, a secret that was just made, and what was just done.

use api::webhooks::{Webhook, WebhookChange};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::format;

use super::{Panel, State, w};
use crate::i18n::{Text, WebhookText as T, t, webhook_words};
use crate::platform::page;

/// A secret that was just made.
#[derive(Clone)]
pub(super) struct Made {
    /// Whose it is.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) secret: String,
}

/// What was just done; a change can be taken back.
#[derive(Clone)]
pub(super) struct Done {
    pub(super) text: T,
    pub(super) back: Option<(String, WebhookChange)>,
}

/// The second step of what cannot be taken back.
#[component]
pub fn Sure(state: State, webhook: Webhook, panel: Panel) -> impl IntoView {
    let app = state.app;
    let waiting = i64::try_from(webhook.waiting).unwrap_or(i64::MAX);
    let id = StoredValue::new(webhook.id);
    let (sure, yes, no, test_id) = match panel {
        Panel::Pause => (T::PauseSure, T::PauseYes, T::Leave, "webhook-pause-sure"),
        Panel::Rotate => (T::RotateSure, T::RotateYes, T::Leave, "webhook-rotate-sure"),
        _ => (
            T::RemoveSure,
            T::RemoveYes,
            T::RemoveNo,
            "webhook-remove-sure",
        ),
    };
    let words = move || {
        let locale = app.locale.get();
        webhook_words(sure, locale).replacen("{}", &format::whole(waiting, locale), 1)
    };
    let go = move |_| match panel {
        Panel::Pause => state.switch(id.get_value(), false),
        Panel::Rotate => state.rotate(id.get_value()),
        _ => state.remove(id.get_value()),
    };
    view! {
        <div role="alert">
            <p class="note">{words}</p>
            <div class="controls">
                <button class="button" data-testid=test_id disabled=state.is_busy on:click=go>{w(yes)}</button>
                <button class="button quiet" data-testid="webhook-keep" on:click=move |_| state.open.set(None)>{w(no)}</button>
            </div>
        </div>
    }
}

/// A secret, until the person is done with it.
#[component]
pub fn Secret(state: State, made: Made) -> impl IntoView {
    let Made { id, name, secret } = made;
    let text = secret.clone();
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            if page::copy(&text).await {
                state.say(T::Copied);
            }
        });
    };
    view! {
        <p class="note">{w(T::Once)}</p>
        <p>{name} ": " <code data-testid="webhook-secret">{secret}</code></p>
        <div class="controls">
            <button class="button quiet" data-testid="webhook-copy" on:click=copy>{w(T::Copy)}</button>
            <button class="button quiet" data-testid="webhook-secret-done" on:click=move |_| state.forget(&id)>{w(T::SecretDone)}</button>
        </div>
    }
}

/// What was just done, and the way back.
#[component]
pub fn DoneLine(state: State, done: Done) -> impl IntoView {
    let undo = move |(id, back)| state.change_now(id, back, T::ChangeUndone);
    view! {
        <p class="note" data-testid="webhooks-done">
            {w(done.text)} " "
            {done
                .back
                .map(|back| {
                    view! {
                        <button class="link" data-testid="webhook-undo" on:click=move |_| undo(back.clone())>{t(Text::Undo)}</button>
                    }
                })}
        </p>
    }
}
