//! The fields of an endpoint, for making one and for changing one; an address is looked at while it is written.

use ::webhooks::EventKind;
use api::webhooks::{NAME_LENGTH_MAX, NewWebhook, Webhook};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{State, said, w};
use crate::i18n::{WebhookText as T, event_kind_words, target_words, webhook_words};
use crate::platform::http::HttpFailure;
use crate::state::app;
use ::webhooks::target::{TargetError, URL_BYTES_MAX};

/// What is being written.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    url: RwSignal<String>,
    events: RwSignal<Vec<EventKind>>,
    /// Whether the address was left once; nobody is corrected at their first letter.
    is_left: RwSignal<bool>,
    /// What the edge says of the address.
    refused: RwSignal<Option<TargetError>>,
    /// What is wrong with the whole.
    wrong: RwSignal<Option<T>>,
}

impl Draft {
    fn new(name: &str, url: &str, events: Vec<EventKind>) -> Draft {
        Draft {
            name: RwSignal::new(name.to_owned()),
            url: RwSignal::new(url.to_owned()),
            events: RwSignal::new(events),
            is_left: RwSignal::new(false),
            refused: RwSignal::new(None),
            wrong: RwSignal::new(None),
        }
    }

    fn trouble(self) -> Option<TargetError> {
        let url = self.url.read();
        let is_told = self.is_left.get() && !url.trim().is_empty();
        let own = said::trouble(&url).filter(|_| is_told);
        own.or(self.refused.get())
    }

    /// What is asked for; nothing where something is wrong, which is told.
    fn wish(self) -> Option<NewWebhook> {
        let wish = NewWebhook {
            name: self.name.get_untracked().trim().to_owned(),
            url: self.url.get_untracked().trim().to_owned(),
            events: self.events.get_untracked(),
        };
        let wrong = if wish.events.is_empty() {
            Some(T::NoEvent)
        } else if wish.name.is_empty() || said::trouble(&wish.url).is_some() {
            Some(T::NotTaken)
        } else {
            None
        };
        self.is_left.set(true);
        self.wrong.set(wrong);
        wrong.is_none().then_some(wish)
    }

    /// Tells why the edge does not take it.
    fn refuse(self, state: State, failure: &HttpFailure) {
        match failure {
            HttpFailure::Problem(problem) if problem.status == 400 => {
                let refused = self.url.try_get_untracked();
                let refused = refused.and_then(|url| said::refusal(&url));
                self.refused.try_set(refused);
                self.wrong.try_set(Some(T::NotTaken));
            }
            HttpFailure::Problem(problem) if problem.status == 409 => {
                self.wrong.try_set(Some(T::TooMany));
                state.load();
            }
            failure => state.failed(failure),
        }
    }
}

#[component]
fn Fields(draft: Draft, test_id: &'static str) -> impl IntoView {
    let app = app();
    let id = |part: &str| format!("{test_id}-{part}");
    let (trouble_id, described) = (id("url-trouble"), id("url-trouble"));
    let write_url = move |event| {
        draft.refused.set(None);
        draft.wrong.set(None);
        draft.url.set(event_target_value(&event));
    };
    let is_unnamed = move || {
        let is_empty = draft.name.read().trim().is_empty();
        (is_empty && draft.wrong.get() == Some(T::NotTaken)).then_some("true")
    };
    let boxes = EventKind::CHOICES.map(|kind| {
        let toggle = move |_| {
            draft.wrong.set(None);
            draft.events.update(|events| *events = said::toggled(events, kind));
        };
        view! {
            <label class="field check">
                <input
                    type="checkbox"
                    data-event=kind.name()
                    prop:checked=move || draft.events.read().contains(&kind)
                    on:change=toggle
                />
                <span>{move || event_kind_words(kind, app.locale.get())} <br /><code>{kind.name()}</code></span>
            </label>
        }
    });
    view! {
        <label class="field wide">
            <span>{w(T::Name)} " · " {w(T::NameHint)}</span>
            <input
                data-testid=id("name")
                autocomplete="off"
                required
                maxlength=NAME_LENGTH_MAX.to_string()
                aria-invalid=is_unnamed
                prop:value=draft.name
                on:input=move |event| draft.name.set(event_target_value(&event))
            />
        </label>
        <label class="field wide">
            <span>{w(T::Address)} " · " {w(T::AddressHint)}</span>
            <input
                type="url"
                data-testid=id("url")
                inputmode="url"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                required
                maxlength=URL_BYTES_MAX.to_string()
                aria-invalid=move || draft.trouble().map(|_| "true")
                aria-describedby=described
                prop:value=draft.url
                on:input=write_url
                on:change=move |_| draft.is_left.set(true)
            />
        </label>
        <div id=trouble_id role="status">
            {move || {
                let trouble = draft.trouble()?;
                let text = target_words(trouble, app.locale.get());
                Some(view! { <p class="note bad" data-testid=format!("{test_id}-url-wrong")>{text}</p> })
            }}
        </div>
        <fieldset>
            <legend>{w(T::Events)}</legend>
            {boxes.into_iter().collect_view()}
        </fieldset>
        <div role="alert">
            {move || {
                let text = webhook_words(draft.wrong.get()?, app.locale.get());
                Some(view! { <p class="note bad" data-testid=format!("{test_id}-wrong")>{text}</p> })
            }}
        </div>
    }
}

/// Making an endpoint.
#[component]
pub fn Make(state: State) -> impl IntoView {
    let usual = vec![EventKind::BatchApplied, EventKind::BatchFailed];
    let draft = Draft::new("", "", usual);
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(wish) = draft.wish() else { return };
        if !state.begin() {
            return;
        }
        spawn_local(async move {
            match state.make(&wish).await {
                Ok(()) => {
                    draft.name.try_set(String::new());
                    draft.url.try_set(String::new());
                    draft.is_left.try_set(false);
                }
                Err(failure) => draft.refuse(state, &failure),
            }
            state.end();
        });
    };
    view! {
        <details>
            <summary data-testid="webhook-new">{w(T::Add)}</summary>
            <form on:submit=make novalidate>
                <Fields draft test_id="webhook" />
                <button class="button" data-testid="webhook-make" disabled=state.is_busy>{w(T::Make)}</button>
            </form>
        </details>
    }
}

/// Changing an endpoint.
#[component]
pub fn Change(state: State, webhook: Webhook) -> impl IntoView {
    let draft = Draft::new(&webhook.name, &webhook.url, webhook.events.clone());
    let held = StoredValue::new(webhook);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(wish) = draft.wish() else { return };
        let webhook = held.get_value();
        let Some(change) = said::change_of(&webhook, &wish) else {
            return state.open.set(None);
        };
        if !state.begin() {
            return;
        }
        spawn_local(async move {
            let back = said::way_back(&webhook, &change);
            if let Err(failure) = state
                .change(&webhook.id, &change, T::Changed, Some(back))
                .await
            {
                draft.refuse(state, &failure);
            }
            state.end();
        });
    };
    view! {
        <form on:submit=save novalidate>
            <Fields draft test_id="webhook-change" />
            <button class="button" data-testid="webhook-change-save" disabled=state.is_busy>{w(T::SaveChange)}</button>
        </form>
    }
}
