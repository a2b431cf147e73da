//! What came of a forecast, and how near it came.

use std::collections::BTreeSet;

use api::ProblemKind;
use api::predictions::{
    ActualValue, Forecast, GivenValue, NewPrediction, Outcome, OutcomeSource, VALUE_MAX,
};
use kernel::{Date, DateRange, TenantId, Timestamp};
use model::metrics::Metric;
use model::period::Calendar;
use model::schema::DataSet;
use policy::Sight;
use prediction::{Actual, ForecastStep, Score, score};
use sync::{Manifest, SegmentRef};

use super::facts::{load_these, manifest};
use super::forecast::{ask_of, is_of_its_days, refused};
use super::{Given, Told, ten_thousandths};
use crate::fault::{Context, Fault};
use crate::ports::Platform;

/// A prediction that was made.
pub(super) struct Made<'a> {
    /// What was asked.
    pub question: &'a NewPrediction,
    /// The forecast, as JSON.
    pub forecast: &'a str,
}

impl Made<'_> {
    fn steps(&self) -> Result<Vec<ForecastStep>, Fault> {
        let forecast: Forecast = serde_json::from_str(self.forecast).context("read a forecast")?;
        let step = |step: api::predictions::Step| ForecastStep {
            period: step.period,
            mean: step.mean,
            median: step.median,
            lower: step.lower,
            upper: step.upper,
        };
        Ok(forecast.steps.into_iter().map(step).collect())
    }

    /// All days of its periods.
    fn days(&self, calendar: Calendar, steps: &[ForecastStep]) -> Result<DateRange, Fault> {
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
            return Err(Fault::internal("read a forecast", "it has no step"));
        };
        let last = calendar.period(self.question.grain, last.period).to();
        DateRange::new(first.period, last).context("read a forecast")
    }
}

/// What the company's data says.
pub(super) async fn found<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    now: Timestamp,
    made: &Made<'_>,
) -> Result<Told, Fault> {
    let manifest = manifest(platform, tenant, sight).await?;
    let calendar = manifest.profile.calendar();
    let today = manifest.profile.today(now).context("tell the day")?;
    let steps = made.steps()?;
    let days = made.days(calendar, &steps)?;
    let metric = made.question.metric.metric();
    let segments = needed(&manifest, metric, days);
    let has_names = !made.question.filters.is_empty();
    let cube = load_these(platform, tenant, &manifest, segments, has_names, today).await?;
    let ask = ask_of(made.question);
    let actual = prediction::truth(&cube, calendar, &ask, days).map_err(refused)?;
    // Not by the last value: where the company's weeks begin elsewhere now, there is none of the last week.
    let is_settled = days.to() < today && reaches(&manifest, metric, days.to());
    let of_facts = Outcome {
        source: OutcomeSource::Facts,
        recorded_at: now.millis(),
        sequence: Some(manifest.sequence),
        values: Vec::new(),
        coverage: None,
    };
    told(of_facts, &steps, &actual, is_settled)
}

/// What somebody says.
pub(super) fn given(now: Timestamp, made: &Made<'_>, given: &Given) -> Result<Told, Fault> {
    let Given { values, profile } = given;
    let today = profile.today(now).context("tell the day")?;
    let steps = made.steps()?;
    let mut actual = Vec::with_capacity(values.len().min(steps.len()));
    let mut named = BTreeSet::new();
    for one in values {
        let over = profile
            .calendar()
            .period(made.question.grain, one.period)
            .to();
        check(one, &steps, &mut named, over, today)?;
        actual.push(Actual {
            period: one.period,
            value: Some(one.value),
        });
    }
    actual.sort_by_key(|it| it.period);
    let by_somebody = Outcome {
        source: OutcomeSource::Given,
        recorded_at: now.millis(),
        sequence: None,
        values: Vec::new(),
        coverage: None,
    };
    told(by_somebody, &steps, &actual, true)
}

fn check(
    given: &GivenValue,
    steps: &[ForecastStep],
    named: &mut BTreeSet<Date>,
    over: Date,
    today: Date,
) -> Result<(), Fault> {
    let period = given.period;
    if !steps.iter().any(|step| step.period == period) {
        return Err(Fault::bad_request(format!(
            "{period} is the first day of none of its periods; name those of its steps"
        )));
    }
    if !named.insert(period) {
        return Err(Fault::bad_request(format!("{period} is named twice")));
    }
    if !given.value.is_finite() || given.value.abs() > VALUE_MAX {
        return Err(Fault::bad_request(format!(
            "the value of {period} is beyond {VALUE_MAX}"
        )));
    }
    if over >= today {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            format!("the period of {period} is not over; its outcome is known after {over}"),
        ));
    }
    Ok(())
}

fn told(
    mut outcome: Outcome,
    steps: &[ForecastStep],
    actual: &[Actual],
    is_settled: bool,
) -> Result<Told, Fault> {
    let Score {
        accuracy, coverage, ..
    } = score(steps, actual);
    let value = |it: &Actual| ActualValue {
        period: it.period,
        value: it.value,
    };
    outcome.values = actual.iter().map(value).collect();
    outcome.coverage = coverage;
    let json = match outcome.values.is_empty() && !is_settled {
        true => None,
        false => Some(serde_json::to_string(&outcome).context("write an outcome")?),
    };
    Ok(Told::Outcome {
        json,
        accuracy: accuracy.map(ten_thousandths),
        is_settled,
    })
}

/// Whether the data that a metric needs reaches a day.
fn reaches(manifest: &Manifest, metric: &Metric, day: Date) -> bool {
    let sets = metric.data_sets();
    let reaches = |set: &DataSet| {
        let mut own = manifest.segments.iter();
        own.any(|it| it.data_set == *set && it.to >= day)
    };
    !sets.is_empty() && sets.iter().all(reaches)
}

/// The segments that tell what came of some days; besides, of each data set the first and the last, which say how far
/// it reaches.
fn needed<'m>(manifest: &'m Manifest, metric: &Metric, days: DateRange) -> Vec<&'m SegmentRef> {
    let sets = metric.data_sets();
    let of_set = |it: &&SegmentRef| sets.contains(&it.data_set);
    if !is_of_its_days(metric) {
        return manifest.segments.iter().filter(of_set).collect();
    }
    let mut ends = BTreeSet::new();
    for set in &sets {
        let own = || manifest.segments.iter().filter(|it| it.data_set == *set);
        ends.extend(own().min_by_key(|it| it.from).map(|it| it.hash));
        ends.extend(own().max_by_key(|it| it.to).map(|it| it.hash));
    }
    let is_in = |it: &&SegmentRef| it.from <= days.to() && days.from() <= it.to;
    let segments = manifest.segments.iter().filter(of_set);
    segments
        .filter(|it| is_in(it) || ends.contains(&it.hash))
        .collect()
}
