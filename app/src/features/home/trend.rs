//! The trend of a metric with its forecast.

use cube::query::Answer;
use kernel::Date;
use leptos::prelude::*;
use locale::format;
use model::metrics::MetricId;
use model::period::Grain;
use model::schema::Dimension;
use protocol::{
    Ask, Band, Cleaning, Drawing, ForecastAsk, Forecasted, Marks, Told, Trend as Line, TrendRole,
    TrendSeries,
};

use crate::dashboards::main_metric;
use crate::features::{asked, filters, question};
use crate::i18n::{Text, forecast_warning, metric_name, model_text, t, words};
use crate::state::{App, app};
use crate::ui::{Card, ChartTable, ChartView, Empty, Failed, Skeleton};

/// Past this many days a trend is drawn by week.
const DAILY_DAYS_MAX: i32 = 190;

/// The grain of a trend over so many days.
pub fn grain_of(days: i32) -> (Grain, Dimension) {
    if days > DAILY_DAYS_MAX {
        (Grain::Week, Dimension::Week)
    } else {
        (Grain::Day, Dimension::Day)
    }
}

/// The trend of the dashboard's main metric.
#[component]
pub fn Trend() -> impl IntoView {
    let app = app();
    let metric = Signal::derive(move || app.seen(main_metric(app.view.read().board)));
    let title = Signal::derive(move || {
        let locale = app.locale.get();
        format!(
            "{}: {}",
            metric_name(metric.get(), locale),
            words(Text::TrendQuestion, locale)
        )
    });
    view! { <Card title><TrendChart metric steps=Signal::derive(|| 14) /></Card> }
}

/// A metric over the days on screen, going on with its forecast.
#[component]
pub fn TrendChart(
    #[prop(into)] metric: Signal<MetricId>,
    #[prop(into)] steps: Signal<u16>,
    /// Whether the forecast tells what its steps are made of.
    #[prop(optional)]
    explain: bool,
    /// Values that are marked.
    #[prop(optional, into)]
    marks: Option<Signal<Option<Marks>>>,
    /// What of the history the forecast may replace.
    #[prop(optional, into)]
    cleaning: Signal<Cleaning>,
) -> impl IntoView {
    let app = app();
    let history = asked(
        app,
        move || {
            app.changes.track();
            let range = app.days()?;
            let mut query = question(app, &[metric.get()], range);
            query.group_by = vec![grain_of(range.days()).1];
            query.fill_gaps = true;
            Some(Ask::Query(query))
        },
        |told| match told {
            Told::Answer(answer) => Some(answer),
            _ => None,
        },
    );
    let forecast = asked(
        app,
        move || forecast_ask(app, metric.get(), steps.get(), explain, cleaning.get()),
        read_forecast,
    );
    view! {
        {move || match &*history.read() {
            None => view! { <Skeleton lines=5 /> }.into_any(),
            Some(Err(failure)) => {
                let text = failure.text.clone();
                view! { <Failed text retry=move || app.changes.update(|changes| *changes += 1) /> }.into_any()
            }
            Some(Ok(answer)) if answer.rows.iter().all(|row| row.values.iter().all(Option::is_none)) => {
                view! { <Empty /> }.into_any()
            }
            Some(Ok(answer)) => {
                let forecast = forecast.read();
                let forecast = forecast.as_ref().and_then(|outcome| outcome.as_ref().ok());
                let marks = marks.and_then(|marks| marks.get());
                let (drawing, table) = draw(app, metric.get(), answer, forecast, marks);
                let label = move || metric_name(metric.get(), app.locale.get()).to_owned();
                view! { <ChartView label=Signal::derive(label) drawing table /> }.into_any()
            }
        }}
    }
}

/// The question for a forecast that goes on where the days on screen end, where they end now.
pub fn forecast_ask(
    app: App,
    metric: MetricId,
    steps: u16,
    explain: bool,
    cleaning: Cleaning,
) -> Option<Ask> {
    app.changes.track();
    let range = app.days()?;
    let (grain, _) = grain_of(range.days());
    let steps = if grain == Grain::Week {
        steps.div_ceil(7)
    } else {
        steps
    };
    Some(Ask::Forecast(ForecastAsk {
        metric,
        filters: filters(app),
        history: None,
        grain,
        horizon: usize::from(steps),
        explain,
        cleaning,
    }))
}

/// The forecast in an answer.
pub fn read_forecast(told: Told) -> Option<Forecasted> {
    match told {
        Told::Forecast(forecast) => forecast.read().ok(),
        _ => None,
    }
}

fn draw(
    app: App,
    metric: MetricId,
    answer: &Answer,
    forecast: Option<&Forecasted>,
    marks: Option<Marks>,
) -> (Drawing, ChartTable) {
    let locale = app.locale.get_untracked();
    let currency = app.currency();
    let unit = metric.metric().unit;
    let range = app.days();
    let grain = range.map_or(Grain::Day, |range| grain_of(range.days()).0);
    let text = |value: f64| format::value_compact(value, unit, currency, locale);
    let mut periods: Vec<Date> = Vec::new();
    let mut values = Vec::new();
    let mut rows = Vec::new();
    for row in &answer.rows {
        let Some(day) = row
            .members
            .first()
            .and_then(|member| member.key.parse().ok())
        else {
            continue;
        };
        let value = row.values.first().copied().flatten();
        let exact = value
            .map(|value| format::value(value, unit, currency, locale))
            .unwrap_or_default();
        rows.push(vec![
            format::date(day, locale),
            exact,
            String::new(),
            String::new(),
        ]);
        periods.push(day);
        values.push(value.map(|value| value.as_f64()));
    }
    // A forecast belongs to a trend that ends where it begins, not to one of last year.
    let follows = |forecast: &&Forecasted| {
        let first = forecast.steps.first().map(|step| step.period);
        first
            .zip(periods.last().copied())
            .is_some_and(|(first, last)| (0..=8).contains(&first.days_since(last)))
    };
    let forecast = forecast.filter(follows);
    let band = forecast.map(|forecast| Band {
        name: words(Text::ForecastName, locale).to_owned(),
        periods: forecast.steps.iter().map(|step| step.period).collect(),
        mean: forecast.steps.iter().map(|step| step.mean).collect(),
        lower: forecast.steps.iter().map(|step| step.lower).collect(),
        upper: forecast.steps.iter().map(|step| step.upper).collect(),
    });
    for step in forecast.iter().flat_map(|forecast| &forecast.steps) {
        rows.push(vec![
            format::date(step.period, locale),
            text(step.mean),
            text(step.lower),
            text(step.upper),
        ]);
    }
    let drawing = Drawing::Trend(Line {
        unit,
        grain,
        periods,
        series: vec![TrendSeries {
            name: words(Text::Actual, locale).to_owned(),
            role: TrendRole::Main,
            values,
        }],
        band,
        marks,
        last_is_partial: answer.rows.last().is_some_and(|row| row.partial),
        zoom: true,
    });
    let header = [Text::Day, Text::Value, Text::Lower, Text::Upper]
        .map(|text| words(text, locale).to_owned())
        .to_vec();
    (drawing, ChartTable { header, rows })
}

/// What a forecast is worth, in words.
#[component]
pub fn ForecastWords(forecast: Forecasted) -> impl IntoView {
    let app = app();
    let (locale, currency) = (app.locale.get_untracked(), app.currency());
    let unit = forecast.metric.metric().unit;
    let text = |value: f64| format::value_compact(value, unit, currency, locale);
    let confidence = match forecast.confidence {
        protocol::Confidence::Low => Text::ConfidenceLow,
        protocol::Confidence::Medium => Text::ConfidenceMedium,
        protocol::Confidence::High => Text::ConfidenceHigh,
    };
    let score = format::percent(forecast.confidence_score, 0, locale);
    let mut models = forecast.method.clone();
    models.sort_by(|a, b| b.share.total_cmp(&a.share));
    let count = format::whole(models.len() as i64, locale);
    let method = words(Text::MethodModels, locale).replace("{n}", &count);
    let models = models.into_iter().map(|model| {
        let share = format::percent(model.share, 0, locale);
        let what = model.kind.map(|kind| model_text(kind, locale));
        view! { <li><strong>{share}</strong> " " {what.map_or(model.name, str::to_owned)}</li> }
    });
    let warnings = forecast
        .warnings
        .iter()
        .map(|warning| view! { <li>{forecast_warning(*warning, locale)}</li> });
    view! {
        <dl class="facts" data-testid="forecast-summary">
            {forecast
                .total
                .map(|total| view! { <div><dt>{t(Text::ForecastSum)}</dt><dd class="big">{text(total)}</dd></div> })}
            <div><dt>{t(Text::ConfidenceLabel)}</dt><dd>{score} " · " {words(confidence, locale)}</dd></div>
        </dl>
        <details>
            <summary>{method}</summary>
            <ul class="reasons note" data-testid="forecast-method">{models.collect_view()}</ul>
        </details>
        <p class="note">{t(Text::Interval)}</p>
        {(!forecast.warnings.is_empty())
            .then(|| view! { <ul class="reasons" data-testid="forecast-warnings">{warnings.collect_view()}</ul> })}
        <h3>{t(Text::BackTest)}</h3>
        {match &forecast.back_test {
            None => view! { <p class="note">{t(Text::BackTestNone)}</p> }.into_any(),
            Some(test) => view! {
                <dl class="facts">
                    <div><dt>{t(Text::BackTestError)}</dt><dd>{format::percent(test.smape, 1, locale)}</dd></div>
                    <div><dt>{t(Text::BackTestCover)}</dt><dd>{format::percent(test.coverage, 0, locale)}</dd></div>
                    <div><dt>{t(Text::BackTestTrials)}</dt><dd>{format::whole(test.trials as i64, locale)}</dd></div>
                </dl>
            }
                .into_any(),
        }}
    }
}
