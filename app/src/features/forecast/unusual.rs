//! What was unusual in the history: marks for the chart, and a list.

use kernel::DateRange;
use leptos::prelude::*;
use locale::format;
use model::metrics::MetricId;
use protocol::{
    Ask, Marks, Sensitivity, Severity, Told, Unread, Unusual, UnusualAsk, UnusualValue,
};

use crate::features::home::grain_of;
use crate::features::{Asked, filters};
use crate::i18n::{ForecastText, forecast_words, unusual_kind, unusual_severity};
use crate::state::{App, app};
use crate::ui::{Card, Failed, Segments, Skeleton};

/// Most values in the list; the chart marks all.
const LISTED_MAX: usize = 20;

/// The question for unusual values, by the periods that the chart draws.
pub fn unusual_ask(app: App, metric: MetricId, sensitivity: Sensitivity) -> Option<Ask> {
    app.changes.track();
    let (grain, _) = grain_of(app.days()?.days());
    Some(Ask::Unusual(Unread::of(&UnusualAsk {
        metric,
        filters: filters(app),
        history: None,
        grain,
        sensitivity,
    })))
}

/// The unusual values in an answer.
pub fn read_unusual(told: Told) -> Option<Unusual> {
    match told {
        Told::Unusual(unusual) => unusual.read().ok(),
        _ => None,
    }
}

/// The values that the chart marks.
pub fn marks(app: App, unusual: &Asked<Unusual>) -> Option<Marks> {
    let Some(Ok(unusual)) = unusual else {
        return None;
    };
    let shown = shown(&unusual.values, app.days()?);
    (!shown.is_empty()).then(|| Marks {
        name: forecast_words(ForecastText::UnusualMark, app.locale.get()).to_owned(),
        periods: shown.iter().map(|value| value.period).collect(),
        values: shown.iter().map(|value| value.value).collect(),
    })
}

/// Those of the days on screen, oldest first.
fn shown(values: &[UnusualValue], days: DateRange) -> Vec<UnusualValue> {
    let is_shown = |value: &&UnusualValue| days.contains(value.period);
    values.iter().filter(is_shown).copied().collect()
}

/// The list, with the one knob.
#[component]
pub fn UnusualCard(
    unusual: RwSignal<Asked<Unusual>>,
    sensitivity: RwSignal<Sensitivity>,
) -> impl IntoView {
    let app = app();
    let say = move |text| forecast_words(text, app.locale.get());
    view! {
        <Card title=Signal::derive(move || say(ForecastText::UnusualTitle).to_owned())>
            <Segments
                label=Signal::derive(move || say(ForecastText::Sensitivity).to_owned())
                options=Signal::derive(move || {
                    let texts = [ForecastText::Fewest, ForecastText::Usual, ForecastText::Most];
                    let texts = texts.map(|text| say(text).to_owned());
                    Sensitivity::ALL.into_iter().zip(texts).collect()
                })
                chosen=sensitivity
                on_choose=move |chosen| sensitivity.set(chosen)
            />
            {move || match &*unusual.read() {
                None => view! { <Skeleton lines=3 /> }.into_any(),
                Some(Err(failure)) if failure.kind == protocol::FailureKind::TooLittleData => {
                    view! { <p class="note">{say(ForecastText::UnusualTooShort)}</p> }.into_any()
                }
                Some(Err(failure)) => {
                    let text = failure.text.clone();
                    view! { <Failed text retry=move || app.changes.update(|changes| *changes += 1) /> }.into_any()
                }
                Some(Ok(unusual)) => {
                    let days = app.days();
                    let mut shown = days.map(|days| shown(&unusual.values, days)).unwrap_or_default();
                    shown.reverse();
                    shown.truncate(LISTED_MAX);
                    if shown.is_empty() {
                        view! { <p class="note" data-testid="unusual-none">{say(ForecastText::UnusualNone)}</p> }.into_any()
                    } else {
                        list(app, unusual.metric, &shown).into_any()
                    }
                }
            }}
        </Card>
    }
}

fn list(app: App, metric: MetricId, values: &[UnusualValue]) -> impl IntoView + use<> {
    let (locale, currency) = (app.locale.get(), app.currency());
    let unit = metric.metric().unit;
    let text = |value: f64| format::value_compact(value, unit, currency, locale);
    let rows = values.iter().map(|value| {
        let expected = forecast_words(ForecastText::UnusualExpected, locale)
            .replace("{value}", &text(value.value))
            .replace("{lower}", &text(value.lower))
            .replace("{upper}", &text(value.upper));
        let is_bad = value.severity == Severity::Critical;
        view! {
            <div>
                <dt>
                    <strong>{format::date(value.period, locale)}</strong>
                    " · "
                    {unusual_kind(value.kind, locale)}
                    " · "
                    <span class:bad=is_bad>{unusual_severity(value.severity, locale)}</span>
                </dt>
                <dd>{expected}</dd>
            </div>
        }
    });
    view! { <dl class="lines" data-testid="unusual">{rows.collect_view()}</dl> }
}
