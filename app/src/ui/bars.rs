//! A list of members with their values as bars: a chart that is a list, so that everybody can read it.

use leptos::prelude::*;

use super::{Detail, LongPress};
use crate::state::app;

/// One member.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Key, given back when it is chosen; empty where it cannot be.
    pub key: String,
    /// Name.
    pub name: String,
    /// Value as text.
    pub value: String,
    /// Exact value as text.
    pub exact: String,
    /// All its numbers, exactly.
    pub numbers: Vec<(String, String)>,
    /// Change as text, and whether it is good.
    pub change: Option<(String, Option<bool>)>,
    /// Length, 0 to 1.
    pub length: f64,
}

/// The list.
#[component]
pub fn BarList(bars: Vec<Bar>, on_choose: impl Fn(String) + Copy + 'static) -> impl IntoView {
    let app = app();
    let rows = bars.into_iter().map(move |bar| {
        let press = LongPress::new();
        let detail = Detail {
            title: bar.name.clone(),
            rows: bar.numbers,
            metric: None,
        };
        let say = move || app.detail.set(Some(detail.clone()));
        let wide = format!("width:{:.1}%", (bar.length * 100.0).clamp(0.0, 100.0));
        let class = match bar.change.as_ref().and_then(|(_, good)| *good) {
            Some(true) => "change good",
            Some(false) => "change bad",
            None => "change",
        };
        let key = bar.key.clone();
        let is_fixed = key.is_empty();
        view! {
            <li>
                <button
                    class="bar"
                    data-testid="breakdown-row"
                    data-key=bar.key
                    title=bar.exact
                    disabled=is_fixed
                    on:click=move |_| if !press.ends() { on_choose(key.clone()) }
                    on:pointerdown={
                        let say = say.clone();
                        move |_| press.down(say.clone())
                    }
                    on:pointerup=move |_| press.up()
                    on:pointerleave=move |_| press.up()
                    on:pointercancel=move |_| press.up()
                    on:contextmenu=move |event| {
                        event.prevent_default();
                        press.up();
                        say();
                    }
                >
                    <span class="bar-name">{bar.name}</span>
                    <span class="bar-value">{bar.value}</span>
                    <span class="bar-track" aria-hidden="true"><span style=wide></span></span>
                    {bar.change.map(|(text, _)| view! { <span class=class>{text}</span> })}
                </button>
            </li>
        }
    });
    view! { <ul class="bars">{rows.collect_view()}</ul> }
}
