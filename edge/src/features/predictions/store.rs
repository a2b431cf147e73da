//! Predictions in the shared database, each of one company.
//!
//! Shares are kept as real numbers and read as ten-thousandths, because the database's port knows whole numbers only.

use api::predictions::{KEPT_MAX, NewPrediction, State};
use kernel::{Date, TenantId};
use model::metrics::MetricId;
use policy::Sight;

use crate::fault::{Context, Fault};
use crate::ports::{Database, Platform, SqlValue};

/// Predictions that are read at once.
pub(super) const CHUNK: usize = 100;
/// How long a prediction that is due is left alone after its outcome was looked for in vain, in milliseconds.
const LOOK_MILLIS: i64 = 6 * 3_600_000;

/// A prediction as it is kept. Shares are ten-thousandths.
pub(super) struct Kept {
    pub id: i64,
    pub model_type: String,
    pub question: NewPrediction,
    /// What whoever had it made saw.
    pub sight: Sight,
    pub created_at: i64,
    pub ends_on: Date,
    pub is_settled: bool,
    pub confidence: i64,
    pub accuracy: Option<i64>,
    /// When its outcome was last looked for because it was due.
    pub looked_at: i64,
    /// As JSON; not read for lists.
    pub forecast: Option<String>,
    /// As JSON; not read for lists.
    pub outcome: Option<String>,
}

/// What is found of a forecast.
pub(super) struct Found {
    /// As JSON.
    pub outcome: String,
    /// In ten-thousandths.
    pub accuracy: Option<i64>,
    pub is_settled: bool,
}

/// Which predictions are listed.
pub(super) struct Choice {
    pub metric: Option<MetricId>,
    pub state: Option<State>,
    /// Those older than the one of this id.
    pub before: Option<i64>,
    /// The company's day.
    pub today: Date,
}

/// What every reading selects; the forecast and the outcome are put after it.
const SHORT: &str = "SELECT prediction_id, model_type, input_data, sight, created_at, ends_on, settled_at IS NOT NULL, \
     CAST(round(confidence_score * 10000) AS INTEGER), CAST(round(accuracy_score * 10000) AS INTEGER), looked_at";

/// A chunk of predictions, newest first.
pub(super) async fn list<P: Platform>(
    platform: &P,
    company: &TenantId,
    choice: &Choice,
) -> Result<Vec<Kept>, Fault> {
    let statement = format!(
        "{SHORT} FROM meschain_ai_predictions WHERE company_id = ?1 AND (?2 = '' OR metric = ?2) AND \
         (?3 = '' OR ?3 = CASE WHEN settled_at IS NOT NULL THEN 'settled' WHEN ends_on < ?4 THEN 'due' ELSE 'open' END) \
         AND (?5 = 0 OR (created_at, prediction_id) < (SELECT created_at, prediction_id FROM meschain_ai_predictions \
         WHERE company_id = ?1 AND prediction_id = ?5)) ORDER BY created_at DESC, prediction_id DESC LIMIT {CHUNK}"
    );
    let values = vec![
        company.as_str().into(),
        choice.metric.map_or("", MetricId::name).into(),
        choice.state.map_or("", State::name).into(),
        choice.today.days().into(),
        choice.before.unwrap_or_default().into(),
    ];
    let rows = platform.database().rows((&statement, values)).await?;
    rows.iter().map(|row| read(row)).collect()
}

/// One in full.
pub(super) async fn one<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: i64,
) -> Result<Option<Kept>, Fault> {
    let statement = format!(
        "{SHORT}, prediction_result, actual_outcome FROM meschain_ai_predictions WHERE company_id = ?1 AND \
         prediction_id = ?2"
    );
    let values = vec![company.as_str().into(), id.into()];
    let rows = platform.database().rows((&statement, values)).await?;
    rows.first().map(|row| read(row)).transpose()
}

fn read(row: &[SqlValue]) -> Result<Kept, Fault> {
    let missing = || Fault::internal("read a prediction", "a column is missing");
    let value = |at: usize| row.get(at).ok_or_else(missing);
    let whole = |at: usize| value(at)?.integer().ok_or_else(missing);
    let text = |at: usize| row.get(at).and_then(|value| value.text());
    let days = i32::try_from(whole(5)?).context("read a prediction")?;
    Ok(Kept {
        id: whole(0)?,
        model_type: value(1)?.text_or_empty().to_owned(),
        question: serde_json::from_str(value(2)?.text_or_empty()).context("read a question")?,
        sight: serde_json::from_str(value(3)?.text_or_empty()).context("read a sight")?,
        created_at: whole(4)?,
        ends_on: Date::from_days(days).context("read a prediction")?,
        is_settled: whole(6)? != 0,
        confidence: whole(7)?,
        accuracy: value(8)?.integer(),
        looked_at: whole(9)?,
        forecast: text(10).map(str::to_owned),
        outcome: text(11).map(str::to_owned),
    })
}

/// How many a company had made since a moment.
pub(super) async fn made_since<P: Platform>(
    platform: &P,
    company: &TenantId,
    since: i64,
) -> Result<u32, Fault> {
    let statement =
        "SELECT COUNT(*) FROM meschain_ai_predictions WHERE company_id = ?1 AND created_at > ?2";
    let values = vec![company.as_str().into(), since.into()];
    let rows = platform.database().rows((statement, values)).await?;
    let count = rows.first().and_then(|row| row.first()?.integer());
    Ok(count.and_then(|count| count.try_into().ok()).unwrap_or(0))
}

/// Keeps one; those beyond the limit go, of which an outcome is recorded before others, the oldest first.
pub(super) async fn keep<P: Platform>(
    platform: &P,
    company: &TenantId,
    kept: &Kept,
) -> Result<(), Fault> {
    let make_room = "DELETE FROM meschain_ai_predictions WHERE company_id = ?1 AND prediction_id IN (SELECT \
         prediction_id FROM meschain_ai_predictions WHERE company_id = ?1 ORDER BY settled_at IS NOT NULL, \
         created_at DESC, prediction_id DESC LIMIT -1 OFFSET ?2)";
    let room = vec![company.as_str().into(), (KEPT_MAX - 1).into()];
    let insert = "INSERT INTO meschain_ai_predictions (prediction_id, company_id, model_type, input_data, \
         prediction_result, confidence_score, created_at, metric, sight, ends_on) VALUES (?1, ?2, ?3, ?4, ?5, \
         round(?6 / 10000.0, 4), ?7, ?8, ?9, ?10)";
    let question = serde_json::to_string(&kept.question).context("write a question")?;
    let sight = serde_json::to_string(&kept.sight).context("write a sight")?;
    let values = vec![
        kept.id.into(),
        company.as_str().into(),
        kept.model_type.as_str().into(),
        question.into(),
        kept.forecast.clone().unwrap_or_default().into(),
        kept.confidence.into(),
        kept.created_at.into(),
        kept.question.metric.name().into(),
        sight.into(),
        kept.ends_on.days().into(),
    ];
    let statements = vec![(make_room, room), (insert, values)];
    platform.database().batch(statements).await.map(drop)
}

/// Records what came of one.
pub(super) async fn record<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: i64,
    found: &Found,
) -> Result<(), Fault> {
    let statement = "UPDATE meschain_ai_predictions SET actual_outcome = ?3, accuracy_score = ?4 / 10000.0, \
         settled_at = ?5 WHERE company_id = ?1 AND prediction_id = ?2";
    let settled = found.is_settled.then(|| platform.now().millis());
    let values = vec![
        company.as_str().into(),
        id.into(),
        found.outcome.as_str().into(),
        found.accuracy.map_or(SqlValue::Null, SqlValue::Integer),
        settled.map_or(SqlValue::Null, SqlValue::Integer),
    ];
    platform.database().rows((statement, values)).await?;
    Ok(())
}

/// What tells predictions whose outcome is looked for by itself: due, and not looked for lately.
const LOOKED_FOR: &str = "settled_at IS NULL AND ends_on < ?1 AND looked_at < ?2";

fn looked_before<P: Platform>(platform: &P) -> i64 {
    platform.now().millis() - LOOK_MILLIS
}

/// Whether a company has predictions whose outcome is to be looked for.
pub(super) async fn has_due<P: Platform>(
    platform: &P,
    company: &TenantId,
    today: Date,
) -> Result<bool, Fault> {
    Ok(!due(platform, company, today, 1).await?.is_empty())
}

/// Ids of those, the one that waits longest first.
pub(super) async fn due<P: Platform>(
    platform: &P,
    company: &TenantId,
    today: Date,
    limit: u32,
) -> Result<Vec<i64>, Fault> {
    let statement = format!(
        "SELECT prediction_id FROM meschain_ai_predictions WHERE {LOOKED_FOR} AND company_id = ?3 \
         ORDER BY looked_at, ends_on, prediction_id LIMIT ?4"
    );
    let values = vec![
        today.days().into(),
        looked_before(platform).into(),
        company.as_str().into(),
        limit.into(),
    ];
    let rows = platform.database().rows((&statement, values)).await?;
    let ids = rows.iter().filter_map(|row| row.first()?.integer());
    Ok(ids.collect())
}

/// Companies that have some, the one that waits longest first.
pub(super) async fn companies_due<P: Platform>(
    platform: &P,
    today: Date,
    limit: u32,
) -> Result<Vec<String>, Fault> {
    let statement = format!(
        "SELECT company_id FROM meschain_ai_predictions WHERE {LOOKED_FOR} GROUP BY company_id ORDER BY MIN(ends_on) \
         LIMIT ?3"
    );
    let values = vec![
        today.days().into(),
        looked_before(platform).into(),
        limit.into(),
    ];
    let rows = platform.database().rows((&statement, values)).await?;
    let names = rows.iter().filter_map(|row| row.first()?.text());
    Ok(names.map(str::to_owned).collect())
}

/// Takes note that the outcome of one is being looked for.
pub(super) async fn note_look<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: i64,
) -> Result<(), Fault> {
    let statement = "UPDATE meschain_ai_predictions SET looked_at = ?3 WHERE company_id = ?1 AND prediction_id = ?2";
    let now = platform.now().millis();
    let values = vec![company.as_str().into(), id.into(), now.into()];
    platform.database().rows((statement, values)).await?;
    Ok(())
}
