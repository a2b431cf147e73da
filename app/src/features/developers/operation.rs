//! One operation: who may ask, what is sent, what is answered, and trying it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use reference::Operation as Read;
use reference::document::{Access, Answer};

use super::playground::Tried;
use super::shape::{Example, Shape};
use super::{Shared, d, title};
use crate::features::later::{Later, fetch_playground};
use crate::i18n::{DeveloperText as T, developer_words, role_words};
use crate::state::app;
use crate::ui::Card;
use crate::view_state::{Screen, ViewState};

#[component]
pub fn Operation(shared: Shared, operation: Option<Read>) -> impl IntoView {
    let app = app();
    let back = move |_| {
        app.go(ViewState {
            screen: Screen::Developers,
            operation: String::new(),
            ..app.view.get_untracked()
        });
    };
    view! {
        <button class="link" data-testid="operations" on:click=back>"‹ " {d(T::AllOperations)}</button>
        {match operation {
            None => view! { <h1>{d(T::NoOperation)}</h1> }.into_any(),
            Some(operation) => view! { <Opened shared operation /> }.into_any(),
        }}
    }
}

#[component]
fn Opened(shared: Shared, operation: Read) -> impl IntoView {
    let summary = operation.summary.clone();
    let (method, path) = (operation.method.clone(), operation.path.clone());
    let access = operation.access.clone();
    let answers = operation.answers.clone();
    provide_context(Tried {
        shared,
        operation: StoredValue::new(operation.clone()),
    });
    view! {
        <h1 lang="en">{summary}</h1>
        <p lang="en"><code><b>{method}</b> " " {path}</code></p>
        {operation.is_deprecated.then(|| view! { <p class="line">{d(T::Deprecated)}</p> })}
        <Card title=title(T::Access)><Asks access /></Card>
        <Later fetch=fetch_playground lines=6 />
        <Card title=title(T::Answers)><Answers shared answers /></Card>
    }
}

#[component]
fn Asks(access: Access) -> impl IntoView {
    let app = app();
    move || {
        let locale = app.locale.get();
        let said = |text| developer_words(text, locale);
        let mut lines = Vec::new();
        if access.by_operator {
            lines.push(said(T::ByOperator).to_owned());
        }
        if access.by_session {
            let roles: Vec<&str> = access
                .roles
                .iter()
                .filter_map(|name| name.parse().ok())
                .map(|role| role_words(role, locale))
                .collect();
            lines.push(said(T::ByRoles).replace("{}", &roles.join(", ")));
        }
        if let Some(scope) = &access.scope {
            lines.push(said(T::ByScope).replace("{}", scope));
        } else if access.by_session {
            lines.push(said(T::ByKeysNot).to_owned());
        }
        if access.is_open {
            lines.push(said(T::OpenToAll).to_owned());
        }
        let lines = lines.into_iter().map(|line| view! { <li>{line}</li> });
        view! {
            <ul class="reasons" data-testid="access">{lines.collect_view()}</ul>
            <p class="faint">{d(T::Counted)}</p>
        }
    }
}

#[component]
fn Answers(shared: Shared, answers: Vec<Answer>) -> impl IntoView {
    let (good, refusals): (Vec<_>, Vec<_>) = answers.into_iter().partition(Answer::is_success);
    // Problems are the same whatever their number: told once, with all of them.
    let mut by_meaning: BTreeMap<String, (Vec<String>, Answer)> = BTreeMap::new();
    for answer in refusals {
        let same = by_meaning
            .entry(answer.about.clone())
            .or_insert_with(|| (Vec::new(), answer.clone()));
        same.0.push(answer.status);
    }
    let good = good
        .into_iter()
        .map(|answer| (answer.status.clone(), answer));
    let refusals = by_meaning.into_values();
    let refusals = refusals.map(|(statuses, answer)| (statuses.join(" · "), answer));
    let all = good.chain(refusals).map(|(statuses, answer)| {
        let kinds: Vec<String> = answer.types.iter().map(|(kind, _)| kind.clone()).collect();
        let json = answer
            .types
            .into_iter()
            .find(|(kind, _)| kind.ends_with("json"));
        view! {
            <details data-status=answer.status>
                <summary lang="en"><span><b>{statuses}</b> " " {answer.about}</span></summary>
                <p class="faint" lang="en">{kinds.join(", ")}</p>
                {json
                    .map(|(_, schema)| {
                        view! {
                            <Shape shared schema=schema.clone() />
                            <Example shared schema />
                        }
                    })}
            </details>
        }
    });
    all.collect_view()
}
