//! Forecasts of metrics: a question to the cube, its complete periods as a series, the series to
//! `forecast`, and dates back onto the steps.
//!
//! The current, partial period is never learnt from; where it is among the steps, its forecast is for
//! the whole period.

use cube::Cube;
use cube::query::Query;
use forecast::{Options, Series};
use kernel::{Date, DateRange};
use model::metrics::Metric;
use model::period::{Calendar, Grain};
use model::schema::Dimension;
use protocol::{
    BackTest, Confidence, Failure, FailureKind, ForecastAsk, ForecastStep, ForecastWarning,
    Forecasted, ModelKind, ModelShare,
};

/// Most steps of a forecast.
pub const HORIZON_MAX: usize = 400;
/// The share of outcomes that the interval is made for.
const COVERAGE: f64 = 0.8;

/// Forecasts a metric from the facts of a cube.
pub fn forecast_metric(
    cube: &Cube,
    calendar: Calendar,
    ask: &ForecastAsk,
) -> Result<Forecasted, Failure> {
    if !(1..=HORIZON_MAX).contains(&ask.horizon) {
        let text = format!(
            "a horizon of {} steps; ask for 1 to {HORIZON_MAX}",
            ask.horizon
        );
        return Err(Failure::new(FailureKind::BadQuestion, text));
    }
    let dimension = dimension_of(ask.grain)?;
    let metric = ask.metric.metric();
    let today = cube.rules().today;
    let learnt_from = history(cube, metric, ask)
        .and_then(|range| calendar.complete_periods(ask.grain, range, today))
        .ok_or_else(|| too_little("there is no complete period with data to learn from"))?;
    let values = series_values(cube, metric, ask, dimension, learnt_from)?;
    let seasons = seasons(ask.grain, values.len());
    let series = Series::new(values, seasons)
        .map_err(|error| Failure::new(FailureKind::BadQuestion, error.to_string()))?;
    let options = Options {
        horizon: ask.horizon,
        levels: vec![COVERAGE],
        non_negative: series
            .values()
            .iter()
            .all(|value| value.is_nan() || *value >= 0.0),
    };
    let answer = forecast::forecast(&series, &options)
        .map_err(|error| Failure::new(FailureKind::BadQuestion, error.to_string()))?;
    if answer.steps.is_empty() {
        return Err(too_little("the metric has no value in any complete period"));
    }
    let periods = period_starts(calendar, ask.grain, learnt_from.to(), answer.steps.len());
    let steps = periods
        .into_iter()
        .zip(&answer.steps)
        .map(|(period, step)| {
            let interval = step.intervals.last();
            ForecastStep {
                period,
                mean: step.mean,
                lower: interval.map_or(step.mean, |interval| interval.lower),
                upper: interval.map_or(step.mean, |interval| interval.upper),
            }
        });
    let steps: Vec<ForecastStep> = steps.collect();
    Ok(Forecasted {
        metric: ask.metric,
        grain: ask.grain,
        learnt_from,
        total: total(metric, &steps),
        steps,
        coverage: COVERAGE,
        method: answer.method.members.iter().map(share_of).collect(),
        confidence: confidence(answer.confidence),
        confidence_score: answer.confidence,
        back_test: answer.backtest.map(|scores| BackTest {
            trials: scores.windows,
            mase: scores.mase,
            smape: scores.smape / 100.0,
            coverage: scores.coverage,
            bias: scores.bias,
            horizon: scores.horizon,
        }),
        warnings: answer.warnings.iter().filter_map(warning_of).collect(),
    })
}

/// What is expected over all steps, where values of periods add up.
fn total(metric: &Metric, steps: &[ForecastStep]) -> Option<f64> {
    let means = || steps.iter().map(|step| step.mean);
    metric.adds_up().then(|| means().sum())
}

fn too_little(text: &str) -> Failure {
    Failure::new(FailureKind::TooLittleData, text)
}

fn dimension_of(grain: Grain) -> Result<Dimension, Failure> {
    match grain {
        Grain::Day => Ok(Dimension::Day),
        Grain::Week => Ok(Dimension::Week),
        Grain::Month => Ok(Dimension::Month),
        Grain::Quarter | Grain::Year => Err(Failure::new(
            FailureKind::BadQuestion,
            "forecast days, weeks or months; add up the steps for longer periods",
        )),
    }
}

/// The days to learn from: those with facts in every data set that the metric needs, within what was
/// asked for.
fn history(cube: &Cube, metric: &Metric, ask: &ForecastAsk) -> Option<DateRange> {
    let extents = metric
        .data_sets()
        .into_iter()
        .map(|set| cube.extent_of(set));
    let shared = extents.reduce(|a, b| a?.intersect(b?))??;
    match ask.history {
        Some(asked) => shared.intersect(asked),
        None => Some(shared),
    }
}

fn series_values(
    cube: &Cube,
    metric: &Metric,
    ask: &ForecastAsk,
    dimension: Dimension,
    range: DateRange,
) -> Result<Vec<f64>, Failure> {
    let query = Query {
        group_by: vec![dimension],
        filters: ask.filters.clone(),
        fill_gaps: true,
        ..Query::of(ask.metric, range)
    };
    let answer = cube.answer(&query).map_err(crate::session::refusal)?;
    // A day without a sale is a day of zero sales; a rate of no orders is not known.
    let absent = if metric.adds_up() { 0.0 } else { f64::NAN };
    let value = |row: &cube::query::Row| {
        let value = row.values.first().copied().flatten();
        value.map_or(absent, |value| value.as_f64())
    };
    Ok(answer.rows.iter().map(value).collect())
}

/// Lengths of the seasons in steps. A year is looked for in two years or more.
fn seasons(grain: Grain, steps: usize) -> Vec<usize> {
    let (week, year) = match grain {
        Grain::Day => (Some(7), 365),
        Grain::Week => (None, 52),
        _ => (None, 12),
    };
    let year = Some(year).filter(|year| steps >= 2 * year);
    week.into_iter().chain(year).collect()
}

/// First days of the periods after `last`.
fn period_starts(calendar: Calendar, grain: Grain, last: Date, count: usize) -> Vec<Date> {
    let after = |date: Date| date.add_days(1).ok();
    let next = |start: &Date| after(calendar.period(grain, *start).to());
    std::iter::successors(after(last), next)
        .take(count)
        .collect()
}

fn confidence(score: f64) -> Confidence {
    if score >= 0.75 {
        Confidence::High
    } else if score >= 0.5 {
        Confidence::Medium
    } else {
        Confidence::Low
    }
}

fn share_of(member: &forecast::Weight) -> ModelShare {
    let kind = match member.model.split('(').next() {
        Some("ETS") => Some(ModelKind::Ets),
        Some("DOT") => Some(ModelKind::Theta),
        Some("CES") => Some(ModelKind::Ces),
        Some("ARIMA") => Some(ModelKind::Arima),
        Some("damped trend") => Some(ModelKind::DampedTrend),
        Some("temporal hierarchy") => Some(ModelKind::TemporalHierarchy),
        Some("MSTL") => Some(ModelKind::Mstl),
        Some("TSB") => Some(ModelKind::RareDemand),
        Some("mean") => Some(ModelKind::Mean),
        Some("naive") => Some(ModelKind::LastValue),
        Some("drift") => Some(ModelKind::Drift),
        Some("seasonal naive") => Some(ModelKind::LastSeason),
        _ => None,
    };
    ModelShare {
        name: member.model.clone(),
        kind,
        share: member.weight,
    }
}

fn warning_of(warning: &forecast::Warning) -> Option<ForecastWarning> {
    use forecast::Warning;
    Some(match *warning {
        // That is a failure: there is nothing to show.
        Warning::NoValues => return None,
        Warning::TooFewValues { observed, needed } => {
            ForecastWarning::TooFewValues { observed, needed }
        }
        Warning::GapsFilled { count } => ForecastWarning::GapsFilled { count },
        Warning::LateStart { count } => ForecastWarning::LateStart { count },
        Warning::OnlyRecent { used } => ForecastWarning::OnlyRecent { used },
        Warning::SeasonUnused { length } => ForecastWarning::SeasonUnused { length },
        Warning::NegativeHistory => ForecastWarning::NegativeHistory,
        Warning::NotBacktested => ForecastWarning::NotBackTested,
        Warning::TestedUpTo { steps } => ForecastWarning::TestedUpTo { steps },
        Warning::ModelsFailed => ForecastWarning::ModelsFailed,
    })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::sample::{self, day};
    use model::metrics::MetricId;

    fn ask(grain: Grain, horizon: usize) -> ForecastAsk {
        ForecastAsk {
            metric: MetricId::NetRevenue,
            filters: vec![],
            history: None,
            grain,
            horizon,
        }
    }

    #[test]
    fn steps_follow_the_last_complete_day_and_keep_the_week() {
        // Facts up to and including today, a Monday: today is left out.
        let cube = sample::weekly_cube(day("2026-06-01"), day("2026-11-23"));
        let told = forecast_metric(&cube, Calendar::default(), &ask(Grain::Day, 14)).unwrap();
        assert_eq!(told.learnt_from.to(), day("2026-11-22"));
        assert_eq!(told.steps.len(), 14);
        assert_eq!(told.steps[0].period, day("2026-11-23"));
        assert_eq!(told.steps[13].period, day("2026-12-06"));
        for step in &told.steps {
            let expected = sample::weekly_value(step.period) as f64;
            assert!(
                (step.mean - expected).abs() < 0.05 * expected,
                "{step:?} {expected}"
            );
            assert!(step.lower <= step.mean && step.mean <= step.upper);
        }
        assert!(told.back_test.is_some());
        let expected: f64 = told.steps.iter().map(|step| step.mean).sum();
        assert_eq!(told.total, Some(expected));
        let rate = ForecastAsk {
            metric: MetricId::AverageOrderValue,
            ..ask(Grain::Day, 14)
        };
        let told = forecast_metric(&cube, Calendar::default(), &rate).unwrap();
        assert_eq!(told.total, None);
    }

    #[test]
    fn what_a_forecast_is_made_of_has_a_kind_and_shares_add_up() {
        let told = |first: &str, last: &str| {
            let cube = sample::weekly_cube(day(first), day(last));
            forecast_metric(&cube, Calendar::default(), &ask(Grain::Day, 90)).unwrap()
        };
        let long = told("2026-06-01", "2026-11-23");
        let short = told("2026-11-20", "2026-11-23");
        for forecast in [&long, &short] {
            assert!(forecast.method.iter().all(|model| model.kind.is_some()));
            let sum: f64 = forecast.method.iter().map(|model| model.share).sum();
            assert!((sum - 1.0).abs() < 1e-9);
        }
        let few = |warning: &ForecastWarning| {
            matches!(warning, ForecastWarning::TooFewValues { observed: 3, .. })
        };
        assert!(short.warnings.iter().any(few), "{:?}", short.warnings);
        assert_eq!(short.method[0].kind, Some(ModelKind::Mean));
        let tried = long.back_test.expect("a history of months").horizon;
        let up_to = ForecastWarning::TestedUpTo { steps: tried };
        assert_eq!(tried < 90, long.warnings.contains(&up_to));
    }

    #[test]
    fn weeks_start_where_the_tenant_says() {
        let cube = sample::weekly_cube(day("2026-01-01"), day("2026-11-25"));
        let told = forecast_metric(&cube, Calendar::default(), &ask(Grain::Week, 3)).unwrap();
        let starts: Vec<_> = told.steps.iter().map(|step| step.period).collect();
        // The week from the 23rd holds today and is forecast as a whole.
        assert_eq!(
            starts,
            [day("2026-11-23"), day("2026-11-30"), day("2026-12-07")]
        );
        let week: i64 = (0..7)
            .map(|at| sample::weekly_value(day("2026-11-23").add_days(at).unwrap()))
            .sum();
        assert!((told.steps[0].mean - week as f64).abs() < 0.05 * week as f64);
    }

    #[test]
    fn too_little_history_is_said() {
        let cube = sample::weekly_cube(day("2026-11-23"), day("2026-11-23"));
        let failure = forecast_metric(&cube, Calendar::default(), &ask(Grain::Day, 7)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::TooLittleData);
        let failure = forecast_metric(&cube, Calendar::default(), &ask(Grain::Day, 0)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::BadQuestion);
        let failure =
            forecast_metric(&cube, Calendar::default(), &ask(Grain::Year, 1)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::BadQuestion);
    }
}
