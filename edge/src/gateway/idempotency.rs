//! Stage 9: a request that is sent again under its `Idempotency-Key` is answered as before and done once
//! (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! For every endpoint that a key may call and that changes something by JSON. Files have their own way, which
//! outlasts a kill (`features::ingest`). An answer is kept for a day, to whoever asked; refusals are not
//! kept, so that what was refused can be tried again.

use api::ProblemKind;
use api::ingest::KEY_LENGTH_MAX;
use api::routes::Takes;

use crate::digest;
use crate::fault::{Context, Fault};
use crate::gateway::caller::Caller;
use crate::gateway::dispatch::{self, Admitted};
use crate::gateway::limits;
use crate::http::{Body, Response};
use crate::ports::{Database, Platform, Sent, SqlValue, Upload};

/// How long an answer is kept, in milliseconds.
const KEPT_MILLIS: i64 = 24 * 3_600_000;
/// After how long a request that was not answered counts as lost, in milliseconds.
const LOST_MILLIS: i64 = 60_000;

/// Answers a request, or answers it again.
pub async fn answer<P: Platform, U: Upload>(
    platform: &P,
    admitted: &Admitted<'_>,
    upload: Sent<U>,
) -> Result<Response, Fault> {
    let Some((owner, key)) = asked_for(admitted)? else {
        return dispatch::answer(platform, admitted, upload).await;
    };
    let body = limits::read_json(upload).await?;
    let request = admitted.request;
    let parts = [
        request.method.name().as_bytes(),
        request.path.as_bytes(),
        &body,
    ];
    let digest = digest::sha256(&parts).to_string();
    let slot = Slot { owner, key, digest };
    if let Some(before) = slot.begin(platform).await? {
        return Ok(before);
    }
    let answer = dispatch::answer(platform, admitted, Sent::<U>::Read(body)).await;
    slot.end(platform, answer.as_ref().ok()).await?;
    answer
}

/// Who asks to be answered once, and under which key.
fn asked_for(admitted: &Admitted<'_>) -> Result<Option<(String, String)>, Fault> {
    let route = admitted.found.route;
    let is_kept = !route.method.is_safe()
        && route.takes == Takes::Json
        && route
            .needs
            .right()
            .is_some_and(|right| right.scope().is_some());
    let Some(key) = admitted
        .request
        .header("idempotency-key")
        .filter(|_| is_kept)
    else {
        return Ok(None);
    };
    let is_key = (1..=KEY_LENGTH_MAX).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_key {
        return Err(Fault::bad_request(format!(
            "an Idempotency-Key has 1 to {KEY_LENGTH_MAX} visible ASCII characters"
        )));
    }
    let owner = match &admitted.caller {
        Caller::Session {
            company, person, ..
        } => format!("{company}/{person}"),
        Caller::Key { company, id, .. }
        | Caller::Program {
            company,
            client: id,
            ..
        } => format!("{company}/{id}"),
        Caller::External {
            company,
            issuer,
            subject,
            ..
        } => format!("{company}/{issuer}/{subject}"),
        Caller::Nobody | Caller::Admin => return Ok(None),
    };
    Ok(Some((owner, key.to_owned())))
}

/// The place of one answer.
struct Slot {
    owner: String,
    key: String,
    digest: String,
}

impl Slot {
    fn name(&self) -> Vec<SqlValue> {
        vec![self.owner.as_str().into(), self.key.as_str().into()]
    }

    /// Takes the place; where it is taken, the answer of before, or why there is none.
    async fn begin<P: Platform>(&self, platform: &P) -> Result<Option<Response>, Fault> {
        let now = platform.now().millis();
        let forget = "DELETE FROM kept_answers WHERE created_at <= ?1 OR (status IS NULL AND \
             created_at <= ?2)";
        let take = "INSERT INTO kept_answers (owner, key, request_digest, created_at) \
             VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING RETURNING created_at";
        let mut values = self.name();
        values.extend([self.digest.as_str().into(), now.into()]);
        let lost = vec![(now - KEPT_MILLIS).into(), (now - LOST_MILLIS).into()];
        let statements = vec![(forget, lost), (take, values)];
        let taken = platform.database().batch(statements).await?;
        if taken.last().is_some_and(|rows| !rows.is_empty()) {
            return Ok(None);
        }
        let statement =
            "SELECT request_digest, status, body FROM kept_answers WHERE owner = ?1 AND key = ?2";
        let rows = platform.database().rows((statement, self.name())).await?;
        let Some([digest, status, body]) = rows.first().map(Vec::as_slice) else {
            return Err(busy());
        };
        if digest.text() != Some(self.digest.as_str()) {
            return Err(Fault::refused(
                ProblemKind::Conflict,
                "this Idempotency-Key was used for something else; send with a new one",
            ));
        }
        let (Some(status), Some(body)) = (status.integer(), body.text()) else {
            return Err(busy());
        };
        let status = u16::try_from(status).context("read a kept answer")?;
        let bytes = body.as_bytes().to_vec();
        let response = Response::bytes(status, "application/json", bytes);
        Ok(Some(
            response
                .with("cache-control", "no-store")
                .with("idempotency-replayed", "true"),
        ))
    }

    /// Keeps the answer, or gives the place up where there is none to keep.
    async fn end<P: Platform>(&self, platform: &P, answer: Option<&Response>) -> Result<(), Fault> {
        let kept = answer.and_then(|answer| match &answer.body {
            Body::Bytes(bytes) => Some((answer.status, std::str::from_utf8(bytes).ok()?)),
            _ => None,
        });
        let mut values = self.name();
        let statement = match kept {
            Some((status, body)) => {
                values.extend([i64::from(status).into(), body.into()]);
                "UPDATE kept_answers SET status = ?3, body = ?4 WHERE owner = ?1 AND key = ?2"
            }
            None => "DELETE FROM kept_answers WHERE owner = ?1 AND key = ?2",
        };
        platform.database().rows((statement, values)).await?;
        Ok(())
    }
}

fn busy() -> Fault {
    Fault::refused(
        ProblemKind::Conflict,
        "the same request is being answered; ask again in a moment",
    )
}
