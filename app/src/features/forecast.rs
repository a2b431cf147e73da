//! One metric: what it means, how it develops, what is to be expected and how far to trust it.

mod cleaned;
mod limit;
mod occasions;
mod parts;
mod products;
mod running;
mod unusual;

use leptos::prelude::*;
use model::period::Grain;
use model::profile::TenantProfile;
use protocol::{Cleaning, FailureKind, Forecasted, Sensitivity};

use super::asked;
use super::home::{Controls, ForecastWords, TrendChart, forecast_ask, grain_of, read_forecast};
use super::later::{Later, fetch_product_forecasts};
use crate::dashboards::CHOICES;
use crate::i18n::{Text, metric_definition, metric_name, t, words};
use crate::state::{App, app};
use crate::ui::{Card, Choice, Failed, Segments, Skeleton, WhenNear};
use crate::view_state::ViewState;
use cleaned::CleaningSwitch;
use limit::LimitCard;
use occasions::occasion_list;
use parts::StepParts;
pub use products::ProductsCard;
use running::running_lines;
use unusual::{UnusualCard, marks, read_unusual, unusual_ask};

/// The screen.
#[component]
pub fn Forecast() -> impl IntoView {
    let app = app();
    let metric = Memo::new(move |_| app.seen(app.view.read().metric));
    let horizon = Memo::new(move |_| app.view.read().horizon);
    let cleaning = RwSignal::new(Cleaning::default());
    let forecast = asked(
        app,
        move || forecast_ask(app, metric.get(), horizon.get(), true, cleaning.get()),
        read_forecast,
    );
    let sensitivity = RwSignal::new(Sensitivity::default());
    let unusual = asked(
        app,
        move || unusual_ask(app, metric.get(), sensitivity.get()),
        read_unusual,
    );
    let marks = Memo::new(move |_| marks(app, &unusual.read()));
    let options = move || {
        let locale = app.locale.get();
        let mut options: Vec<_> = CHOICES
            .iter()
            .filter(|metric| app.sees(**metric))
            .map(|metric| {
                (
                    metric.name().to_owned(),
                    metric_name(*metric, locale).to_owned(),
                )
            })
            .collect();
        if !CHOICES.contains(&metric.get()) {
            options.insert(
                0,
                (
                    metric.get().name().to_owned(),
                    metric_name(metric.get(), locale).to_owned(),
                ),
            );
        }
        options
    };
    view! {
        <h1>{move || metric_name(metric.get(), app.locale.get())}</h1>
        <Controls />
        <div class="controls">
            <Choice
                label=Signal::derive(move || words(Text::Metric, app.locale.get()).to_owned())
                options=Signal::derive(options)
                chosen=Signal::derive(move || metric.get().name().to_owned())
                testid="metric"
                on_choose=move |name| {
                    if let Ok(metric) = name.parse() {
                        app.go(ViewState { metric, ..app.view.get_untracked() });
                    }
                }
            />
            <Segments
                label=Signal::derive(move || words(Text::Horizon, app.locale.get()).to_owned())
                options=Signal::derive(move || {
                    let locale = app.locale.get();
                    vec![(30_u16, words(Text::Days30, locale).to_owned()), (90, words(Text::Days90, locale).to_owned())]
                })
                chosen=horizon
                on_choose=move |horizon| app.go(ViewState { horizon, ..app.view.get_untracked() })
            />
        </div>
        <Card title=Signal::derive(move || words(Text::ForecastQuestion, app.locale.get()).to_owned())>
            <TrendChart metric steps=horizon explain=true marks cleaning />
            <CleaningSwitch forecast cleaning />
            {move || match &*forecast.read() {
                None => view! { <Skeleton lines=3 /> }.into_any(),
                Some(Err(failure)) if failure.kind == FailureKind::TooLittleData => {
                    view! { <p class="note">{t(Text::TooShort)}</p> }.into_any()
                }
                Some(Err(failure)) => {
                    let text = failure.text.clone();
                    view! { <Failed text retry=move || app.changes.update(|changes| *changes += 1) /> }.into_any()
                }
                Some(Ok(forecast)) => {
                    let forecast = forecast.clone();
                    let locale = app.locale.get();
                    let from = place_of_first(app, &forecast);
                    let occasions = occasion_list(&forecast.occasions, locale);
                    let running = running_lines(&forecast, app.currency(), locale);
                    view! { {running} <ForecastWords forecast=forecast.clone() /> {occasions} <StepParts forecast from /> }
                        .into_any()
                }
            }}
        </Card>
        <LimitCard forecast />
        <UnusualCard unusual sensitivity />
        <WhenNear><Later fetch=fetch_product_forecasts lines=5 /></WhenNear>
        <Card title=Signal::derive(move || words(Text::Definition, app.locale.get()).to_owned())>
            <p>{move || metric_definition(metric.get(), app.locale.get())}</p>
            <p><code>{move || metric.get().metric().formula.to_string()}</code></p>
        </Card>
    }
}

/// How many periods the chart draws before the first step of a forecast.
fn place_of_first(app: App, forecast: &Forecasted) -> i32 {
    let (Some(days), Some(first)) = (app.days(), forecast.steps.first()) else {
        return 0;
    };
    let (grain, _) = grain_of(days.days());
    let profile = app.profile.read();
    let calendar = profile.as_ref().map(TenantProfile::calendar);
    let start = calendar
        .unwrap_or_default()
        .period_start(grain, days.from());
    let length = if grain == Grain::Week { 7 } else { 1 };
    first.period.days_since(start) / length
}

/// What the metric of the open sheet means.
#[component]
pub fn Meaning() -> impl IntoView {
    let app = app();
    move || {
        let metric = app.detail.read().as_ref().and_then(|detail| detail.metric);
        metric.map(|metric| metric_definition(metric, app.locale.get()))
    }
}
