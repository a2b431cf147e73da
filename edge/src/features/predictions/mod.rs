//! Forecasts that are kept, and what came of them.
//!
//! Computing is the figures' business ([`crate::figures`]); here it is decided who sees which, what is kept, and when
//! outcomes are looked for. A prediction keeps the sight of whoever had it made: its outcome is read with that sight,
//! and it is shown to those who see its metric, the names in its conditions, and all rows of that sight.

mod outcomes;
mod store;

use api::ProblemKind;
use api::predictions::{
    FILTERS_BYTES_MAX, HORIZON_MAX, ID_MAX, LIST_DEFAULT, LIST_MAX, MADE_MAX, NewPrediction, PATH,
    Prediction, Predictions, State,
};
use kernel::{Date, TenantId};
use model::metrics::MetricId;
use model::profile::TenantProfile;
use policy::Sight;
use serde_json::value::RawValue;

use crate::fault::{Context, Fault};
use crate::figures;
use crate::http::{Request, Response};
use crate::ports::{Later, Platform, Tenants};
use crate::tenant::{Ask, Told};
use store::{Choice, Kept};

pub use outcomes::{record, settle, settle_everywhere};

/// How models were chosen.
const MODEL_TYPE: &str = "auto";
/// Over how long predictions that are made are counted, in milliseconds.
const MADE_MILLIS: i64 = 60_000;

/// A forecast or an outcome, as JSON.
type Json = Box<RawValue>;

/// Lists predictions, or gives one in full.
pub async fn list<P: Platform>(
    platform: &P,
    company: &TenantId,
    sight: &Sight,
    request: &Request,
) -> Result<Response, Fault> {
    let today = today(platform, company).await?;
    if let Some(id) = number(request, "id", ID_MAX)? {
        let one = one(platform, company, sight, id).await?;
        let list = Predictions {
            predictions: vec![in_full(one, today)?],
            before: None,
        };
        return Response::json(200, &list);
    }
    let limit = number(request, "limit", LIST_MAX.into())?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let mut choice = Choice {
        metric: metric(request)?,
        state: state(request)?,
        before: number(request, "before", ID_MAX)?,
        today,
    };
    let list = page(platform, company, sight, &mut choice, limit).await?;
    // Whoever reads does not wait for what others may need.
    if store::has_due(platform, company, today).await? {
        platform.later(Later::Outcomes(company.clone()));
    }
    Response::json(200, &list)
}

async fn page<P: Platform>(
    platform: &P,
    company: &TenantId,
    sight: &Sight,
    choice: &mut Choice,
    limit: Option<usize>,
) -> Result<Predictions<Json, Json>, Fault> {
    let limit = limit.unwrap_or(LIST_DEFAULT as usize);
    let mut predictions: Vec<Prediction<Json, Json>> = Vec::new();
    loop {
        let kept = store::list(platform, company, choice).await?;
        let is_last = kept.len() < store::CHUNK;
        for one in kept {
            choice.before = Some(one.id);
            if !is_seen(&one, sight) {
                continue;
            }
            if predictions.len() == limit {
                let before = predictions.last().map(|one| one.id);
                return Ok(Predictions {
                    predictions,
                    before,
                });
            }
            predictions.push(in_short(one, choice.today));
        }
        if is_last {
            return Ok(Predictions {
                predictions,
                before: None,
            });
        }
    }
}

/// Has a forecast made, keeps it, and gives it.
pub async fn make<P: Platform>(
    platform: &P,
    company: &TenantId,
    sight: &Sight,
    body: &[u8],
) -> Result<Response, Fault> {
    let question: NewPrediction = super::from_json(body)?;
    check(&question, sight)?;
    let now = platform.now();
    if store::made_since(platform, company, now.millis() - MADE_MILLIS).await? >= MADE_MAX {
        return Err(Fault::TooMany {
            kind: ProblemKind::TooManyRequests,
            detail: format!("a company has at most {MADE_MAX} predictions made in a minute"),
            after_seconds: MADE_MILLIS.unsigned_abs() / 1_000,
        });
    }
    let ask = figures::Ask::Forecast {
        tenant: company.clone(),
        sight: sight.clone(),
        now,
        question: question.clone(),
    };
    let (json, confidence, ends_on) = match platform.figures(&ask).await? {
        figures::Told::Forecast {
            json,
            confidence,
            ends_on,
        } => (json, confidence, ends_on),
        other => return Err(Fault::internal("forecast", format!("{other:?}"))),
    };
    let kept = Kept {
        id: new_id(platform)?,
        model_type: MODEL_TYPE.to_owned(),
        question,
        sight: sight.clone(),
        created_at: now.millis(),
        ends_on,
        is_settled: false,
        confidence: i64::from(confidence),
        accuracy: None,
        looked_at: 0,
        forecast: Some(json),
        outcome: None,
    };
    store::keep(platform, company, &kept).await?;
    let place = format!("{PATH}?company={company}&id={}", kept.id);
    let today = today(platform, company).await?;
    Ok(Response::json(201, &in_full(kept, today)?)?.with("location", place))
}

/// What need not be computed to be refused.
fn check(question: &NewPrediction, sight: &Sight) -> Result<(), Fault> {
    if !sight.sees_metric(question.metric.metric()) {
        return Err(Fault::refused(
            ProblemKind::Forbidden,
            format!("your role does not see {}", question.metric.name()),
        ));
    }
    if !(1..=HORIZON_MAX).contains(&question.horizon) {
        return Err(Fault::bad_request(format!(
            "a horizon has 1 to {HORIZON_MAX} steps"
        )));
    }
    let filters = serde_json::to_string(&question.filters).context("write filters")?;
    if filters.len() > FILTERS_BYTES_MAX {
        return Err(Fault::bad_request(format!(
            "conditions have at most {FILTERS_BYTES_MAX} bytes as JSON; list fewer members, or leave out instead"
        )));
    }
    Ok(())
}

/// An id of which nobody learns how many others there are.
fn new_id<P: Platform>(platform: &P) -> Result<i64, Fault> {
    let random = platform.random()?;
    let mut bytes = [0; 8];
    bytes
        .iter_mut()
        .zip(random)
        .for_each(|(byte, drawn)| *byte = drawn);
    Ok((i64::from_le_bytes(bytes) & ID_MAX).max(1))
}

/// Whether somebody of a sight may know of a prediction.
fn is_seen(kept: &Kept, sight: &Sight) -> bool {
    let mut names = kept.question.filters.iter().map(|it| it.dimension());
    sight.sees_metric(kept.question.metric.metric())
        && kept.sight.rows().are_within(sight.rows())
        && names.all(|dimension| sight.sees_names(dimension))
}

/// One that is seen; else there is none.
async fn one<P: Platform>(
    platform: &P,
    company: &TenantId,
    sight: &Sight,
    id: i64,
) -> Result<Kept, Fault> {
    let kept = store::one(platform, company, id).await?;
    let seen = kept.filter(|kept| is_seen(kept, sight));
    seen.ok_or_else(Fault::not_found)
}

fn in_short(kept: Kept, today: Date) -> Prediction<Json, Json> {
    Prediction {
        id: kept.id,
        created_at: kept.created_at,
        model_type: kept.model_type,
        state: match kept.is_settled {
            true => State::Settled,
            false if kept.ends_on < today => State::Due,
            false => State::Open,
        },
        question: kept.question,
        ends_on: kept.ends_on,
        confidence_score: kept.confidence as f64 / 10_000.0,
        accuracy_score: kept.accuracy.map(|share| share as f64 / 10_000.0),
        forecast: None,
        outcome: None,
    }
}

fn in_full(mut kept: Kept, today: Date) -> Result<Prediction<Json, Json>, Fault> {
    // As it was computed: no number is read and written again.
    let raw = |json: Option<String>| json.map(RawValue::from_string).transpose();
    let forecast = raw(kept.forecast.take()).context("read a forecast")?;
    let outcome = raw(kept.outcome.take()).context("read an outcome")?;
    Ok(Prediction {
        forecast,
        outcome,
        ..in_short(kept, today)
    })
}

/// The company's day.
async fn today<P: Platform>(platform: &P, company: &TenantId) -> Result<Date, Fault> {
    let profile = profile(platform, company).await?;
    profile.today(platform.now()).context("tell the day")
}

async fn profile<P: Platform>(platform: &P, company: &TenantId) -> Result<TenantProfile, Fault> {
    match platform.tenants().ask(company, &Ask::Profile).await? {
        Told::Profile { profile } => Ok(profile),
        other => Err(Fault::internal("read a profile", format!("{other:?}"))),
    }
}

fn metric(request: &Request) -> Result<Option<MetricId>, Fault> {
    let name = request.parameter("metric");
    let metric = name.map(str::parse::<MetricId>).transpose();
    metric.map_err(|error| Fault::bad_request(error.to_string()))
}

fn state(request: &Request) -> Result<Option<State>, Fault> {
    let Some(name) = request.parameter("state") else {
        return Ok(None);
    };
    let state = State::ALL.into_iter().find(|state| state.name() == name);
    let bad = || Fault::bad_request("state is open, due or settled");
    state.map(Some).ok_or_else(bad)
}

fn number(request: &Request, name: &str, most: i64) -> Result<Option<i64>, Fault> {
    let Some(text) = request.parameter(name) else {
        return Ok(None);
    };
    let number = text.parse().ok().filter(|it| (1..=most).contains(it));
    let bad = || Fault::bad_request(format!("{name} is a whole number from 1 to {most}"));
    number.map(Some).ok_or_else(bad)
}

#[cfg(test)]
mod tests;
