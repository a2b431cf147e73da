//! What came of predictions: asked for, and looked for by itself once all periods are over.
//!
//! Looking happens after a list is answered ([`crate::ports::Later::Outcomes`]) and with the clock's events: at most
//! [`AUTOMATIC_MAX`] of a company, the one that waits longest first. One that is looked for in vain, because its last
//! days are not imported yet, is left alone for some hours.

use api::ProblemKind;
use api::predictions::{GivenValue, NewOutcome, Prediction, RECORD_MAX, Recorded, State};
use kernel::{Date, TenantId, Timestamp};
use policy::Sight;

use super::store::{self, Choice, Found, Kept};
use super::{Json, in_full, in_short, is_seen, one, profile, today};
use crate::fault::{Context, Fault};
use crate::figures;
use crate::http::Response;
use crate::ports::Platform;

/// Predictions of a company whose outcome is looked for at once.
const AUTOMATIC_MAX: u32 = 5;
/// Companies that are looked after at each of the clock's events.
const COMPANIES_MAX: u32 = 20;
const DAY_MILLIS: i64 = 86_400_000;

/// Records what came of one prediction, or of those that are due.
pub async fn record<P: Platform>(
    platform: &P,
    company: &TenantId,
    sight: &Sight,
    body: &[u8],
) -> Result<Response, Fault> {
    let wish: NewOutcome = super::super::from_json(body)?;
    let today = today(platform, company).await?;
    let (predictions, left) = match (wish.id, &wish.outcome) {
        (None, Some(_)) => {
            return Err(Fault::bad_request("name the prediction by its id"));
        }
        (Some(_), Some(list)) if list.is_empty() => {
            return Err(Fault::bad_request(
                "name at least one period; leave outcome out to read the company's data",
            ));
        }
        (Some(id), _) => {
            let kept = one(platform, company, sight, id).await?;
            let ends_on = kept.ends_on;
            if !look(platform, company, kept, wish.outcome).await? {
                return Err(Fault::refused(
                    ProblemKind::Conflict,
                    format!(
                        "no period of it is over and in the company's data; its last ends on {ends_on}"
                    ),
                ));
            }
            let kept = one(platform, company, sight, id).await?;
            (vec![in_full(kept, today)?], 0)
        }
        (None, None) => record_due(platform, company, sight, today).await?,
    };
    Response::json(200, &Recorded { predictions, left })
}

async fn record_due<P: Platform>(
    platform: &P,
    company: &TenantId,
    sight: &Sight,
    today: Date,
) -> Result<(Vec<Prediction<Json, Json>>, u32), Fault> {
    let mut choice = Choice {
        metric: None,
        state: Some(State::Due),
        before: None,
        today,
    };
    let mut due = Vec::new();
    loop {
        let kept = store::list(platform, company, &choice).await?;
        choice.before = kept.last().map(|one| one.id);
        let seen = kept.iter().filter(|one| is_seen(one, sight));
        due.extend(seen.map(|one| (one.looked_at, one.ends_on, one.id)));
        if kept.len() < store::CHUNK {
            break;
        }
    }
    // The one that waits longest first, so that those whose data is late hold nobody up.
    due.sort_unstable();
    let mut recorded = Vec::new();
    let mut left = due.len();
    for (_, _, id) in due.into_iter().take(RECORD_MAX as usize) {
        if !look_by_itself(platform, company, id).await? {
            continue;
        }
        let kept = one(platform, company, sight, id).await?;
        left -= usize::from(kept.is_settled);
        recorded.push(in_short(kept, today));
    }
    Ok((recorded, u32::try_from(left).unwrap_or(u32::MAX)))
}

/// Looks for what came of one and records it; says whether anything is known.
async fn look<P: Platform>(
    platform: &P,
    company: &TenantId,
    kept: Kept,
    given: Option<Vec<GivenValue>>,
) -> Result<bool, Fault> {
    let given = match given {
        Some(values) => Some(figures::Given {
            values,
            profile: profile(platform, company).await?,
        }),
        None => None,
    };
    let ask = figures::Ask::Outcome {
        tenant: company.clone(),
        sight: kept.sight,
        now: platform.now(),
        question: kept.question,
        forecast: kept.forecast.unwrap_or_default(),
        given,
    };
    let (json, accuracy, is_settled) = match platform.figures(&ask).await? {
        figures::Told::Outcome {
            json,
            accuracy,
            is_settled,
        } => (json, accuracy, is_settled),
        other => return Err(Fault::internal("find an outcome", format!("{other:?}"))),
    };
    let Some(outcome) = json else {
        return Ok(false);
    };
    let found = Found {
        outcome,
        accuracy: accuracy.map(i64::from),
        is_settled,
    };
    store::record(platform, company, kept.id, &found).await?;
    Ok(true)
}

/// Looks for what came of one that is due and says whether anything is known; one that fails holds no others up.
async fn look_by_itself<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: i64,
) -> Result<bool, Fault> {
    // Before it is done, so that one that ends all of it is not the first next time.
    store::note_look(platform, company, id).await?;
    let Some(kept) = store::one(platform, company, id).await? else {
        return Ok(false);
    };
    let looked = look(platform, company, kept, None).await;
    Ok(looked.unwrap_or_else(|fault| {
        platform.log(&format!("outcome of {id} of {company}: {fault}"));
        false
    }))
}

/// Records what came of some of a company's predictions that are due.
pub async fn settle<P: Platform>(platform: &P, company: &TenantId) -> Result<(), Fault> {
    let today = today(platform, company).await?;
    for id in store::due(platform, company, today, AUTOMATIC_MAX).await? {
        look_by_itself(platform, company, id).await?;
    }
    Ok(())
}

/// The same for some companies, with the clock's events.
pub async fn settle_everywhere<P: Platform>(platform: &P) -> Result<(), Fault> {
    // Where the day is ahead of UTC's, it is a day at the most.
    let ahead = Timestamp::from_millis(platform.now().millis() + DAY_MILLIS);
    let days = i32::try_from(ahead.millis().div_euclid(DAY_MILLIS)).context("tell the day")?;
    let tomorrow = Date::from_days(days).context("tell the day")?;
    for company in store::companies_due(platform, tomorrow, COMPANIES_MAX).await? {
        let company: TenantId = company.parse().context("read a company")?;
        if let Err(fault) = settle(platform, &company).await {
            platform.log(&format!("outcomes of {company}: {fault}"));
        }
    }
    Ok(())
}
