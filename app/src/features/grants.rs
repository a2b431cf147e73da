//! The programs that the person lets act for them: each can be ended, and that taken back. Nothing where there are none.

use api::oauth::{GRANTS_PATH, Granted, Grants as AllGrants};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;

use super::access_parts::{k, listed, said, used};
use super::programs::p;
use crate::i18n::{KeyText, ProgramText, Text, key_words, program_words, t};
use crate::platform::http::{self, HttpFailure};
use crate::state::{App, app};
use crate::ui::Card;

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    grants: RwSignal<Vec<Granted>>,
    /// What was just ended, to take back.
    ended: RwSignal<Option<String>>,
}

impl State {
    async fn change(self, method: &str, path: &str, ended: Option<String>) {
        match http::send_json::<AllGrants>(method, path, &()).await {
            Ok(all) => {
                self.grants.try_set(all.grants);
                self.ended.try_set(ended);
            }
            Err(HttpFailure::Offline) => self.app.say(Text::WaitingNetwork),
            Err(_) => self.app.say(Text::ErrorTitle),
        }
    }
}

/// The section.
#[component]
pub fn Grants() -> impl IntoView {
    let app = app();
    let state = State {
        app,
        grants: RwSignal::new(Vec::new()),
        ended: RwSignal::new(None),
    };
    spawn_local(async move {
        if let Ok(all) = http::get::<AllGrants>(GRANTS_PATH).await {
            state.grants.try_set(all.grants);
        }
    });
    let title = Signal::derive(move || {
        program_words(ProgramText::GrantsTitle, app.locale.get()).to_owned()
    });
    let is_there = move || !state.grants.read().is_empty() || state.ended.read().is_some();
    let rows = move || {
        let locale = app.locale.get();
        let rows = state.grants.get().into_iter();
        rows.map(|grant| view! { <Row state grant locale /> })
            .collect_view()
    };
    let undo = move |id: &str| {
        let path = format!("{GRANTS_PATH}/{id}/restore");
        spawn_local(async move { state.change("POST", &path, None).await });
    };
    let done = move || {
        state.ended.get().map(|id| {
            view! {
                <p class="note" data-testid="grants-done">
                    {p(ProgramText::GrantEnded)}
                    <button class="link" data-testid="grant-undo" on:click=move |_| undo(&id)>{t(Text::Undo)}</button>
                </p>
            }
        })
    };
    view! {
        <Show when=is_there>
            <Card title>
                <div data-testid="grants">
                    <p class="faint">{p(ProgramText::GrantsHint)}</p>
                    <dl class="lines">{rows}</dl>
                    <div role="status">{done}</div>
                </div>
            </Card>
        </Show>
    }
}

#[component]
fn Row(state: State, grant: Granted, locale: Locale) -> impl IntoView {
    let about = [
        listed(grant.scopes, locale),
        used(grant.used_at, locale),
        said(KeyText::EndsOn, grant.ends_at, locale),
    ];
    let label = format!("{}: {}", key_words(KeyText::End, locale), grant.name);
    let id = StoredValue::new(grant.id);
    let end = move |_| {
        let path = format!("{GRANTS_PATH}/{}", id.get_value());
        let ended = Some(id.get_value());
        spawn_local(async move { state.change("DELETE", &path, ended).await });
    };
    view! {
        <div data-testid="grant">
            <dt>{grant.name} <br /><small>{about.join(" · ")}</small></dt>
            <dd>
                <button class="link" data-testid="grant-end" aria-label=label on:click=end>{k(KeyText::End)}</button>
            </dd>
        </div>
    }
}
