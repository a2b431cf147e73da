//! One list: its entries, and a field for another, which is looked at while it is written.

use leptos::prelude::*;

use super::draft::Kind;
use super::{State, a};
use crate::i18n::{AccessText as T, access_words};

/// How a list is called, and its parts for tests.
#[derive(Clone, Copy)]
struct Names {
    title: T,
    hint: T,
    none: T,
    label: T,
    test_id: &'static str,
}

impl Kind {
    const fn names(self) -> Names {
        match self {
            Kind::Origins => Names {
                title: T::Origins,
                hint: T::OriginsHint,
                none: T::OriginsNone,
                label: T::OriginLabel,
                test_id: "origin",
            },
            Kind::Networks => Names {
                title: T::Networks,
                hint: T::NetworksHint,
                none: T::NetworksNone,
                label: T::NetworkLabel,
                test_id: "network",
            },
        }
    }
}

/// The list.
#[component]
pub fn Entries(state: State, kind: Kind) -> impl IntoView {
    let names = kind.names();
    let entries = Memo::new(move |_| state.draft.read().entries(kind));
    let rows = move || {
        let locale = state.app.locale.get();
        let entries = entries.get();
        if entries.is_empty() {
            let test_id = format!("{}s-none", names.test_id);
            return view! { <p class="note" data-testid=test_id>{a(names.none)}</p> }.into_any();
        }
        let rows = entries.into_iter().enumerate().map(|(at, entry)| {
            let label = format!("{}: {entry}", access_words(T::Remove, locale));
            view! {
                <div data-testid=names.test_id>
                    <dt><code>{entry}</code></dt>
                    <dd>
                        <button class="link" data-testid=format!("{}-remove", names.test_id) aria-label=label disabled=state.is_saving on:click=move |_| state.remove(kind, at)>
                            {a(T::Remove)}
                        </button>
                    </dd>
                </div>
            }
        });
        view! { <dl class="lines">{rows.collect_view()}</dl> }.into_any()
    };
    view! {
        <h3>{a(names.title)}</h3>
        <p class="faint">{a(names.hint)}</p>
        {rows}
        <Another state kind names />
    }
}

/// The field for another entry.
#[component]
fn Another(state: State, kind: Kind, names: Names) -> impl IntoView {
    let app = state.app;
    let field = state.field(kind);
    let (text, is_left) = (field.text, field.is_left);
    let is_full = Memo::new(move |_| state.is_full(kind));
    let trouble = Memo::new(move |_| {
        let text = text.read();
        let is_told = is_left.get() && !text.trim().is_empty();
        is_told
            .then(|| state.draft.read().with(kind, &text).err())
            .flatten()
            // Said below whatever is written.
            .filter(|trouble| *trouble != T::Full)
    });
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        is_left.set(true);
        if state.add(kind, &text.get_untracked()) {
            field.clear();
        }
    };
    let id = format!("{}-trouble", names.test_id);
    let described = id.clone();
    view! {
        <form on:submit=add novalidate>
            <label class="field wide">
                <span>{a(names.label)}</span>
                <input
                    data-testid=format!("{}-new", names.test_id)
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="300"
                    aria-invalid=move || trouble.get().map(|_| "true")
                    aria-describedby=described
                    disabled=state.is_saving
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                    on:change=move |_| is_left.set(true)
                />
            </label>
            <div id=id role="status">
                {move || {
                    let words = access_words(trouble.get()?, app.locale.get());
                    Some(view! { <p class="note bad" data-testid=format!("{}-wrong", names.test_id)>{words}</p> })
                }}
            </div>
            <Show when=move || is_full.get()>
                <p class="note" data-testid=format!("{}-full", names.test_id)>{a(T::Full)}</p>
            </Show>
            <button
                class="button quiet"
                data-testid=format!("{}-add", names.test_id)
                disabled=move || state.is_saving.get() || is_full.get()
            >
                {a(T::Add)}
            </button>
        </form>
    }
}
