//! Tests from a cube to an answer.

use cube::Cube;
use model::metrics::MetricId;
use model::period::{Calendar, Grain};

use crate::sample::{self, day};
use crate::{
    ForecastAsk, ForecastWarning, Forecasted, Job, ModelKind, Number, Outcome, PredictionError,
    Sensitivity, Setting, UnusualAsk, UnusualKind, compute, detect, prepare, prepare_watch,
};

/// Both sides, with the wire between them.
fn forecast_metric(cube: &Cube, ask: &ForecastAsk) -> Result<Forecasted, PredictionError> {
    forecast_in(cube, Setting::default(), ask)
}

/// The same of a company somewhere.
pub(crate) fn forecast_in(
    cube: &Cube,
    setting: Setting,
    ask: &ForecastAsk,
) -> Result<Forecasted, PredictionError> {
    let prepared = prepare(cube, setting, ask)?;
    let job: Job = over_the_wire(prepared.job());
    prepared.finish(over_the_wire(&compute(&job).unwrap()))
}

pub(crate) fn over_the_wire<T: serde::Serialize + serde::de::DeserializeOwned>(sent: &T) -> T {
    serde_json::from_str(&serde_json::to_string(sent).unwrap()).unwrap()
}

pub(crate) fn ask(grain: Grain, horizon: usize) -> ForecastAsk {
    ForecastAsk {
        metric: MetricId::NetRevenue,
        filters: vec![],
        history: None,
        grain,
        horizon,
        explain: false,
        cleaning: Default::default(),
    }
}

#[test]
fn steps_follow_the_last_complete_day_and_keep_the_week() {
    // Facts up to and including today, a Monday: today is left out.
    let cube = sample::weekly_cube(day("2026-06-01"), day("2026-11-23"));
    let told = forecast_metric(&cube, &ask(Grain::Day, 14)).unwrap();
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
    let told = forecast_metric(&cube, &rate).unwrap();
    assert_eq!(told.total, None);
}

#[test]
fn what_a_forecast_is_made_of_has_a_kind_and_shares_add_up() {
    let told = |first: &str, last: &str| {
        let cube = sample::weekly_cube(day(first), day(last));
        forecast_metric(&cube, &ask(Grain::Day, 90)).unwrap()
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
    let told = forecast_metric(&cube, &ask(Grain::Week, 3)).unwrap();
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
    let refused = |ask| forecast_metric(&cube, &ask).unwrap_err();
    let error = refused(ask(Grain::Day, 7));
    assert_eq!(error, PredictionError::NoPeriod);
    assert!(error.is_too_little());
    for steps in [0, 401] {
        let error = refused(ask(Grain::Day, steps));
        assert_eq!(error, PredictionError::Horizon { horizon: steps });
        assert!(!error.is_too_little());
    }
    let grain = Grain::Year;
    assert_eq!(refused(ask(grain, 1)), PredictionError::Grain { grain });
    // Nothing came of the series.
    let cube = sample::weekly_cube(day("2026-11-01"), day("2026-11-23"));
    let prepared = prepare(&cube, Setting::default(), &ask(Grain::Day, 7)).unwrap();
    let nothing = Outcome {
        steps: vec![],
        ..compute(prepared.job()).unwrap()
    };
    assert_eq!(prepared.finish(nothing), Err(PredictionError::NoValue));
}

#[test]
fn the_wire_changes_no_bit_of_a_forecast() {
    let cube = sample::weekly_cube(day("2026-01-01"), day("2026-11-23"));
    let rate = ForecastAsk {
        metric: MetricId::AverageOrderValue,
        ..ask(Grain::Week, 8)
    };
    for ask in [ask(Grain::Day, 30), rate] {
        let prepared = prepare(&cube, Setting::default(), &ask).unwrap();
        let direct = prepared.finish(compute(prepared.job()).unwrap()).unwrap();
        assert_eq!(forecast_metric(&cube, &ask).unwrap().steps, direct.steps);
    }
}

#[test]
fn what_is_no_series_is_refused() {
    let job = |values: Vec<f64>, horizon| Job {
        values: values.into_iter().map(Number).collect(),
        seasons: vec![7],
        horizon,
        coverage: Number(0.8),
        non_negative: true,
        ..Job::default()
    };
    assert!(compute(&job(vec![1.0, f64::INFINITY], 3)).is_err());
    assert!(compute(&job(vec![1.0; 20], 0)).is_err());
    let unknown = compute(&job(vec![f64::NAN; 20], 3)).unwrap();
    assert!(unknown.steps.is_empty());
}

#[test]
fn a_step_is_the_sum_of_its_parts() {
    let cube = sample::weekly_cube(day("2026-01-01"), day("2026-11-23"));
    let asked = ForecastAsk {
        explain: true,
        ..ask(Grain::Day, 14)
    };
    let told = forecast_metric(&cube, &asked).unwrap();
    let parts = told.parts.unwrap();
    assert_eq!(parts.seasons.len(), 1);
    assert_eq!(parts.seasons[0].length, 7);
    for (at, step) in told.steps.iter().enumerate() {
        let sum = parts.level + parts.trend[at] + parts.seasons[0].adds[at] + parts.rest[at];
        assert!((sum - step.mean).abs() < 1e-6 * step.mean, "{at}");
    }
    // Saturday sells best, Monday least.
    let of_day = |name: &str| {
        let at = told.steps.iter().position(|step| step.period == day(name));
        parts.seasons[0].adds[at.unwrap()]
    };
    assert!(of_day("2026-11-28") > 1_500.0 && of_day("2026-11-30") < -1_000.0);
    assert_eq!(
        forecast_metric(&cube, &ask(Grain::Day, 14)).unwrap().parts,
        None
    );
}

#[test]
fn an_unusual_day_is_told_with_its_date_and_what_was_expected() {
    let cube = sample::weekly_cube_with(day("2026-03-01"), day("2026-11-23"), |date, value| {
        if date == day("2026-10-14") {
            4 * value
        } else {
            value
        }
    });
    let asked = |sensitivity| UnusualAsk {
        metric: MetricId::NetRevenue,
        filters: vec![],
        history: None,
        grain: Grain::Day,
        sensitivity,
    };
    let mut found = Vec::new();
    for sensitivity in Sensitivity::ALL {
        let prepared = prepare_watch(&cube, Calendar::default(), &asked(sensitivity)).unwrap();
        let alarms = detect(&over_the_wire(prepared.watch())).unwrap();
        let told = prepared.finish(&over_the_wire(&alarms));
        assert_eq!(told.looked_at.to(), day("2026-11-22"));
        found.push(told.values);
    }
    for values in &found {
        let of_day = values.iter().find(|it| it.period == day("2026-10-14"));
        let told = of_day.expect("it is four times what is usual");
        let usual = sample::weekly_value(told.period) as f64;
        assert_eq!((told.kind, told.value), (UnusualKind::Point, 4.0 * usual));
        assert!((told.expected - usual).abs() < 0.1 * usual, "{told:?}");
        assert!(told.upper < told.value && told.lower < usual);
    }
    assert!(found[0].len() <= found[1].len() && found[1].len() <= found[2].len());
}
