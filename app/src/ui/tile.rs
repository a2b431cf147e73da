//! One figure at a glance.

use api::dashboard::Tile as Figure;
use kernel::Currency;
use leptos::prelude::*;
use locale::{Locale, format};
use model::metrics::MetricId;

use super::{Detail, LongPress};
use crate::i18n::{Text, metric_name, words};
use crate::state::app;

/// A figure with its changes, its line and its target.
#[component]
pub fn Tile(
    tile: Figure,
    currency: Currency,
    locale: Locale,
    on_open: impl Fn(MetricId) + 'static,
) -> impl IntoView {
    let metric = tile.metric;
    let exact = dashboard::html::exact(&tile, currency, locale);
    let inner = dashboard::html::tile(&tile, currency, locale);
    let app = app();
    let press = LongPress::new();
    let say = move || {
        app.detail
            .set(Some(numbers(metric, &tile, currency, locale)))
    };
    view! {
        <button
            class="tile"
            data-metric=metric.name()
            title=exact.unwrap_or_default()
            on:click=move |_| if !press.ends() { on_open(metric) }
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
            inner_html=inner
        ></button>
    }
}

/// Every number of a tile, exactly.
fn numbers(metric: MetricId, tile: &Figure, currency: Currency, locale: Locale) -> Detail {
    let unit = metric.metric().unit;
    let parts = [
        (Text::Value, tile.value),
        (Text::Previous, tile.previous),
        (Text::YearBefore, tile.last_year),
        (Text::Target, tile.target),
    ];
    let rows = parts
        .into_iter()
        .filter_map(|(text, value)| {
            let value = format::value(value?, unit, currency, locale);
            Some((words(text, locale).to_owned(), value))
        })
        .collect();
    Detail {
        title: metric_name(metric, locale).to_owned(),
        rows,
        metric: Some(metric),
    }
}
