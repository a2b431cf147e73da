//! A shape as a person reads it: its members, further in where they are of parts, and an example.

use leptos::prelude::*;
use reference::example::Fill;
use serde_json::Value;

use super::{Own, Shared, d};
use crate::i18n::DeveloperText as T;

/// The members of a shape; nothing where there are none.
#[component]
pub fn Shape(shared: Shared, schema: Value) -> impl IntoView {
    let lines = shared
        .document
        .with_value(|document| document.schemas.outline(&schema));
    let rows = lines.into_iter().map(|line| {
        let indent = format!("padding-left:{}px", line.depth * 16);
        view! {
            <li style=indent>
                <code><b>{line.name}</b></code> " "
                <small>
                    {line.kind} {line.is_required.then(|| view! { " · " <Own text=T::Needed /> })}
                </small>
                {(!line.about.is_empty()).then(|| view! { <br /><small class="faint">{line.about}</small> })}
            </li>
        }
    });
    view! { <ul class="shape" lang="en">{rows.collect_view()}</ul> }
}

/// What a value of a shape may look like.
#[component]
pub fn Example(shared: Shared, schema: Value) -> impl IntoView {
    let text = shared.document.with_value(|document| {
        let example = document.schemas.example(&schema, Fill::All);
        serde_json::to_string_pretty(&example).unwrap_or_default()
    });
    view! {
        <p class="faint">{d(T::Example)}</p>
        <pre class="code" tabindex="0" role="group" aria-label=d(T::Example)>{text}</pre>
    }
}
