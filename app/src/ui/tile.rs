//! One figure at a glance.

use kernel::Currency;
use leptos::prelude::*;
use model::metrics::{Change, MetricId, Value};
use protocol::HomeTile;
use protocol::format::{self, Locale};

use super::Sparkline;
use crate::i18n::{Text, metric_name, words};

/// A figure with its changes, its line and its target.
#[component]
pub fn Tile(
    tile: HomeTile,
    currency: Currency,
    locale: Locale,
    on_open: impl Fn(MetricId) + 'static,
) -> impl IntoView {
    let metric = tile.metric;
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
    view! {
        <button
            class="tile"
            data-metric=metric.name()
            title=exact.unwrap_or_default()
            on:click=move |_| on_open(metric)
        >
            <span class="tile-name">{name}</span>
            <span class="tile-value" data-testid="kpi-value" class:missing=is_missing>
                {shown.unwrap_or_else(|| words(Text::NotAvailable, locale).to_owned())}
            </span>
            <Sparkline values=tile.sparkline />
            {changes}
            {target}
        </button>
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
