//! A forecast of the company's data: the question and its answer by `prediction`, as on the phone.

use api::ProblemKind;
use api::predictions::{
    BackTest, Forecast, LearntFrom, Member, NewPrediction, Step, Warning as ToldWarning,
};
use kernel::{TenantId, Timestamp};
use model::metrics::{Metric, Part};
use policy::Sight;
use prediction::{
    Cleaning, ForecastAsk, ForecastWarning, Forecasted, PredictionError, Replaced, ReplacedReason,
    Setting,
};
use sync::{Manifest, SegmentRef};

use super::facts::{load_these, manifest};
use super::{Told, ten_thousandths};
use crate::fault::{Context, Fault};
use crate::ports::Platform;

/// Forecasts what is seen.
pub(super) async fn compute<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    now: Timestamp,
    question: &NewPrediction,
) -> Result<Told, Fault> {
    let manifest = manifest(platform, tenant, sight).await?;
    let profile = &manifest.profile;
    let today = profile.today(now).context("tell the day")?;
    let ask = ask_of(question);
    let segments = needed(&manifest, &ask);
    let has_names = !question.filters.is_empty();
    let cube = load_these(platform, tenant, &manifest, segments, has_names, today).await?;
    let calendar = profile.calendar();
    let prepared = prediction::prepare(&cube, Setting::of(profile), &ask).map_err(refused)?;
    let job = prepared.job();
    let periods = count(job.values.len());
    let outcome =
        prediction::compute(job).map_err(|error| Fault::bad_request(error.to_string()))?;
    let told = prepared.finish(outcome).map_err(refused)?;
    let last = told.steps.last().map(|step| step.period);
    let last = last.ok_or_else(|| Fault::internal("forecast", "there is no step"))?;
    let forecast = forecast(&told, manifest.sequence, periods);
    Ok(Told::Forecast {
        json: serde_json::to_string(&forecast).context("write a forecast")?,
        confidence: ten_thousandths(told.confidence_score),
        ends_on: calendar.period(question.grain, last).to(),
    })
}

/// The question as `prediction` takes it.
pub(super) fn ask_of(question: &NewPrediction) -> ForecastAsk {
    ForecastAsk {
        metric: question.metric,
        filters: question.filters.clone(),
        history: question.history,
        grain: question.grain,
        horizon: question.horizon.try_into().unwrap_or(usize::MAX),
        explain: false,
        cleaning: Cleaning::Known,
    }
}

/// Refuses in words that say what to do.
pub(super) fn refused(error: PredictionError) -> Fault {
    if error.is_too_little() {
        let detail = format!("{error}; import more, or name another history");
        return Fault::refused(ProblemKind::Conflict, detail);
    }
    match error {
        PredictionError::Query(cube::QueryError::Segment(damage)) => {
            Fault::internal("read a segment", damage)
        }
        error => Fault::bad_request(error.to_string()),
    }
}

/// The segments that a question is answered from: a named history bounds them where nothing else is looked at.
fn needed<'m>(manifest: &'m Manifest, ask: &ForecastAsk) -> Vec<&'m SegmentRef> {
    let metric = ask.metric.metric();
    let sets = prediction::data_sets(ask);
    let history = ask.history.filter(|_| is_of_its_days(metric));
    let is_needed = |it: &&SegmentRef| {
        let is_in = history.is_none_or(|days| it.from <= days.to() && days.from() <= it.to);
        sets.contains(&it.data_set) && is_in
    };
    manifest.segments.iter().filter(is_needed).collect()
}

/// Whether the value of a period depends on its own facts alone.
pub(super) fn is_of_its_days(metric: &Metric) -> bool {
    metric
        .parts()
        .into_iter()
        .all(|part| matches!(part, Part::Sum(..) | Part::Distinct(..) | Part::Days))
}

fn count(number: usize) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

fn forecast(told: &Forecasted, sequence: u64, periods: u32) -> Forecast {
    let step = |step: &prediction::ForecastStep| Step {
        period: step.period,
        mean: step.mean,
        median: step.median,
        lower: step.lower,
        upper: step.upper,
    };
    let member = |member: &prediction::ModelShare| Member {
        model: member.name.clone(),
        share: member.share,
    };
    Forecast {
        learnt_from: LearntFrom {
            sequence,
            days: told.learnt_from,
            periods,
        },
        steps: told.steps.iter().map(step).collect(),
        total: told.total,
        interval_coverage: told.coverage,
        members: told.method.iter().map(member).collect(),
        back_test: told.back_test.map(|scores| BackTest {
            trials: count(scores.trials),
            horizon: count(scores.horizon),
            mase: scores.mase,
            smape: scores.smape,
            coverage: scores.coverage,
            bias: scores.bias,
        }),
        warnings: {
            let replaced = told.replaced.iter().map(replaced);
            told.warnings.iter().map(warning).chain(replaced).collect()
        },
    }
}

fn replaced(replaced: &Replaced) -> ToldWarning {
    let kind = match replaced.reason {
        ReplacedReason::Missing => "gaps-filled",
        ReplacedReason::StockOut => "stock-outs-filled",
        // No question of the API asks for these.
        ReplacedReason::Outlier => "outliers-replaced",
        ReplacedReason::LevelShift => "level-shifts-replaced",
    };
    ToldWarning {
        kind: kind.to_owned(),
        count: Some(count(replaced.count)),
    }
}

fn warning(warning: &ForecastWarning) -> ToldWarning {
    use ForecastWarning as W;
    let (kind, number) = match *warning {
        W::TooFewValues { observed, .. } => ("too-few-values", Some(observed)),
        W::GapsFilled { count } => ("gaps-filled", Some(count)),
        W::LateStart { count } => ("late-start", Some(count)),
        W::OnlyRecent { used } => ("only-recent", Some(used)),
        W::SeasonUnused { length } => ("season-unused", Some(length)),
        W::NegativeHistory => ("negative-history", None),
        W::NotBackTested => ("not-back-tested", None),
        W::TestedUpTo { steps } => ("tested-up-to", Some(steps)),
        W::ModelsFailed => ("models-failed", None),
    };
    ToldWarning {
        kind: kind.to_owned(),
        count: number.map(count),
    }
}
