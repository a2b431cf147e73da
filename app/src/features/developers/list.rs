//! All operations, by groups, and a search in them.

use leptos::prelude::*;

use super::{Shared, d, title};
use crate::i18n::{DeveloperText as T, Text, t};
use crate::platform::history;
use crate::state::app;
use crate::view_state::{Screen, ViewState};

/// Where else to read about the API.
const LINKS: [(&str, T); 3] = [
    (api::health::OPENAPI_PATH, T::Document),
    (api::changes::JSON_PATH, T::ChangesJson),
    (api::changes::ATOM_PATH, T::ChangesAtom),
];

#[component]
pub fn List(shared: Shared) -> impl IntoView {
    let app = app();
    let about = shared.document.with_value(|document| {
        format!(
            "{} {}. {}",
            document.title, document.version, document.about
        )
    });
    let links = LINKS.map(|(href, text)| {
        view! { <a class="link" href=href target="_blank" rel="noopener">{d(text)}</a> }
    });
    let groups = move || {
        let search = shared.search.get();
        let document = shared.document();
        let found = document.found(&search);
        if found.is_empty() {
            return view! { <p class="note" role="status">{d(T::NothingFound)}</p> }.into_any();
        }
        let is_searched = !search.trim().is_empty();
        let groups = document.groups.iter().filter_map(|group| {
            let own: Vec<_> = found.iter().filter(|one| one.group == group.name).collect();
            let count = own.len();
            let rows = own.into_iter().map(|one| {
                let (id, method) = (one.id.clone(), one.method.clone());
                let (path, summary) = (one.path.clone(), one.summary.clone());
                let view = ViewState {
                    screen: Screen::Developers,
                    operation: id.clone(),
                    ..app.view.get_untracked()
                };
                let href = history::address(&view);
                let open = move |event: leptos::ev::MouseEvent| {
                    event.prevent_default();
                    app.go(view.clone());
                };
                view! {
                    <li>
                        <a class="operation" lang="en" data-operation=id href=href on:click=open>
                            <span>{summary}</span>
                            <code><b>{method}</b> " " {path}</code>
                        </a>
                    </li>
                }
            });
            let rows = rows.collect_view();
            (count > 0).then(|| {
                let (name, key) = (group.name.clone(), group.name.clone());
                let about = group.about.clone();
                view! {
                    <details class="card" open=is_searched data-group=key>
                        <summary lang="en">{name} " (" {count} ")"</summary>
                        <p class="faint" lang="en">{about}</p>
                        <ul class="bars">{rows}</ul>
                    </details>
                }
            })
        });
        groups.collect_view().into_any()
    };
    view! {
        <button class="link" on:click=move |_| app.go_to(Screen::Settings)>"‹ " {t(Text::NavSettings)}</button>
        <h1>{t(Text::ApiReference)}</h1>
        <p class="faint">{d(T::Hint)}</p>
        <label class="field wide">
            <span>{title(T::Search)}</span>
            <input
                type="search"
                data-testid="operation-search"
                maxlength="100"
                autocomplete="off"
                autocapitalize="none"
                prop:value=shared.search
                on:input=move |event| shared.search.set(event_target_value(&event))
            />
        </label>
        {groups}
        <p class="faint" lang="en">{about}</p>
        <div class="controls">{links.into_iter().collect_view()}</div>
    }
}
