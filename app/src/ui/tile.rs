//! One figure at a glance.

use api::dashboard::Tile as Figure;
use kernel::Currency;
use leptos::prelude::*;
use model::metrics::{Change, MetricId, Value};
use protocol::format::{self, Locale};

use super::{Detail, LongPress, Sparkline};
use crate::i18n::{Text, metric_definition, metric_name, words};
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
    let sparkline = tile.sparkline.clone();
    let unit = metric.metric().unit;
    let name = metric_name(metric, locale);
    let exact = tile
        .value
        .map(|value| format::value(value, unit, currency, locale));
    let shown = tile
        .value
        .map(|value| format::value_compact(value.as_f64(), unit, currency, locale));
    let changes = [
        (tile.previous, Text::VsPrevious),
        (tile.last_year, Text::VsLastYear),
    ]
    .into_iter()
    .filter_map(|(reference, text)| change_line(metric, tile.value, reference, text, locale))
    .collect_view();
    let target = tile.value.zip(tile.target).and_then(|(value, target)| {
        let share = value.as_f64() / target.as_f64();
        share.is_finite().then(|| {
            let text = format::percent(share, 0, locale);
            let wide = format!("width:{:.0}%", (share * 100.0).clamp(0.0, 100.0));
            view! {
                <span class="target">
                    <span class="meter" aria-hidden="true"><span style=wide></span></span>
                    {match locale {
                        Locale::Turkish => format!("{} {text}", words(Text::OfTarget, locale)),
                        Locale::English => format!("{text} {}", words(Text::OfTarget, locale)),
                    }}
                </span>
            }
        })
    });
    let is_missing = shown.is_none();
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
        >
            <span class="tile-name">{name}</span>
            <span class="tile-value" data-testid="kpi-value" class:missing=is_missing>
                {shown.unwrap_or_else(|| words(Text::NotAvailable, locale).to_owned())}
            </span>
            <Sparkline values=sparkline />
            {changes}
            {target}
        </button>
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
    let mut rows: Vec<(String, String)> = parts
        .into_iter()
        .filter_map(|(text, value)| {
            let value = format::value(value?, unit, currency, locale);
            Some((words(text, locale).to_owned(), value))
        })
        .collect();
    rows.push((
        words(Text::Definition, locale).to_owned(),
        metric_definition(metric, locale).to_owned(),
    ));
    Detail {
        title: metric_name(metric, locale).to_owned(),
        rows,
    }
}

fn change_line(
    metric: MetricId,
    value: Option<Value>,
    reference: Option<Value>,
    text: Text,
    locale: Locale,
) -> Option<impl IntoView> {
    let change = Change::new(
        value?.as_f64(),
        reference?.as_f64(),
        metric.metric().direction,
    );
    let relative = change.relative?;
    let arrow = if relative > 0.0 {
        "▲"
    } else if relative < 0.0 {
        "▼"
    } else {
        "▬"
    };
    let class = match change.favourable {
        Some(true) => "change good",
        Some(false) => "change bad",
        None => "change",
    };
    Some(view! {
        <span class=class>
            <span aria-hidden="true">{arrow}</span>
            {format!(" {} ", format::change(relative, locale))}
            <span class="faint">{words(text, locale)}</span>
        </span>
    })
}
