//! Other issuers whose tokens a company lets in: let in, listed, changed, let in no more.

use api::ProblemKind;
use api::issuers::{
    ISSUERS_MAX, Issuer, IssuerRule, Issuers, JWKS_BYTES_MAX, NAME_LENGTH_MAX, NewIssuer,
    RULES_MAX, TEXT_BYTES_MAX, is_text,
};
use credentials::jwk::JwkSet;
use kernel::TenantId;
use oauth::external;
use webhooks::target;

use super::{checked_name, from_json, new_id};
use crate::fault::{Context, Fault};
use crate::gateway::caller::Caller;
use crate::http::Response;
use crate::ports::{Database, Platform, SqlValue};

/// Lists issuers.
pub async fn list<P: Platform>(platform: &P, company: &TenantId) -> Result<Response, Fault> {
    listed(platform, company, 200).await
}

/// Lets an issuer in.
pub async fn make<P: Platform>(
    platform: &P,
    caller: &Caller,
    body: &[u8],
) -> Result<Response, Fault> {
    let (company, person, _) = caller.require_person()?;
    let new: NewIssuer = from_json(body)?;
    let name = checked_name(&new.name, NAME_LENGTH_MAX)?;
    check(platform, &new)?;
    let statement = "INSERT INTO issuers (id, company_id, name, issuer, jwks_url, jwks, rules, created_by, \
         created_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE (SELECT COUNT(*) FROM issuers WHERE \
         company_id = ?2) < ?10 ON CONFLICT (company_id, issuer) DO NOTHING RETURNING id";
    let values = vec![
        new_id(platform, "i")?.into(),
        company.as_str().into(),
        name.into(),
        new.issuer.as_str().into(),
        text(&new.jwks_url),
        text(&new.jwks),
        rules(&new)?,
        person.into(),
        platform.now().millis().into(),
        (ISSUERS_MAX as i64).into(),
    ];
    let rows = platform.database().rows((statement, values)).await?;
    if rows.is_empty() {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            format!("this issuer is let in already, or {ISSUERS_MAX} others are; end one first"),
        ));
    }
    listed(platform, company, 201).await
}

/// Puts an issuer in the place of one that is there, in one step: at no moment is there none.
pub async fn replace<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
    body: &[u8],
) -> Result<Response, Fault> {
    let new: NewIssuer = from_json(body)?;
    let name = checked_name(&new.name, NAME_LENGTH_MAX)?;
    check(platform, &new)?;
    let statement = "UPDATE issuers SET name = ?3, issuer = ?4, jwks_url = ?5, jwks = ?6, rules = ?7 WHERE \
         company_id = ?1 AND id = ?2 AND NOT EXISTS (SELECT 1 FROM issuers AS other WHERE \
         other.company_id = ?1 AND other.issuer = ?4 AND other.id <> ?2) RETURNING id";
    let values = vec![
        company.as_str().into(),
        id.into(),
        name.into(),
        new.issuer.as_str().into(),
        text(&new.jwks_url),
        text(&new.jwks),
        rules(&new)?,
    ];
    let changed = platform.database().rows((statement, values)).await;
    platform.meters(|meters| meters.keys.forget());
    if changed?.is_empty() {
        let statement = "SELECT id FROM issuers WHERE company_id = ?1 AND id = ?2";
        let values = vec![company.as_str().into(), id.into()];
        super::change(platform, (statement, values)).await?;
        return Err(Fault::refused(
            ProblemKind::Conflict,
            "another entry lets this issuer in already; change that one",
        ));
    }
    listed(platform, company, 200).await
}

fn text(text: &Option<String>) -> SqlValue {
    text.as_deref().map_or(SqlValue::Null, SqlValue::from)
}

fn rules(new: &NewIssuer) -> Result<SqlValue, Fault> {
    let rules = serde_json::to_string(&new.rules).context("write rules")?;
    Ok(rules.into())
}

/// Lets an issuer in no more.
pub async fn remove<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
) -> Result<Response, Fault> {
    let statement = "DELETE FROM issuers WHERE company_id = ?1 AND id = ?2 RETURNING id";
    let values = vec![company.as_str().into(), id.into()];
    let removed = super::change(platform, (statement, values)).await;
    platform.meters(|meters| meters.keys.forget());
    removed?;
    listed(platform, company, 200).await
}

fn check<P: Platform>(platform: &P, new: &NewIssuer) -> Result<(), Fault> {
    if !is_text(&new.issuer) {
        return Err(Fault::bad_request(format!(
            "issuer has 1 to {TEXT_BYTES_MAX} bytes and no control characters"
        )));
    }
    match (&new.jwks_url, &new.jwks) {
        (Some(url), None) => {
            let checked = target::check(url, platform.settings().calls_inside);
            checked.map_err(|error| Fault::bad_request(format!("jwks_url: {error}")))?;
        }
        (None, Some(jwks)) if jwks.len() <= JWKS_BYTES_MAX => {
            let read = JwkSet::published(jwks.as_bytes());
            read.map_err(|error| Fault::bad_request(format!("jwks: {error}")))?;
        }
        _ => {
            return Err(Fault::bad_request(format!(
                "give either jwks_url or jwks of at most {JWKS_BYTES_MAX} bytes"
            )));
        }
    }
    if !(1..=RULES_MAX).contains(&new.rules.len()) || !new.rules.iter().all(IssuerRule::is_whole) {
        return Err(Fault::bad_request(format!(
            "rules are 1 to {RULES_MAX}, each with a claim and a value of 1 to {TEXT_BYTES_MAX} bytes, the role of a \
             person and at least one scope"
        )));
    }
    Ok(())
}

async fn listed<P: Platform>(
    platform: &P,
    company: &TenantId,
    status: u16,
) -> Result<Response, Fault> {
    let statement = "SELECT id, name, issuer, jwks_url, jwks, rules, created_at FROM issuers WHERE company_id = ?1 \
         ORDER BY created_at, id";
    let values = vec![company.as_str().into()];
    let rows = platform.database().rows((statement, values)).await?;
    let issuers = rows.iter().filter_map(|row| {
        let [id, name, issuer, jwks_url, jwks, rules, created_at] = row.as_slice() else {
            return None;
        };
        Some(Issuer {
            id: id.text()?.to_owned(),
            name: name.text()?.to_owned(),
            issuer: issuer.text()?.to_owned(),
            jwks_url: jwks_url.text().map(str::to_owned),
            jwks: jwks.text().map(str::to_owned),
            rules: serde_json::from_str(rules.text()?).ok()?,
            created_at: created_at.integer()?,
        })
    });
    let issuers = Issuers {
        issuers: issuers.collect(),
        audience: external::audience(company.as_str()),
    };
    Response::json(status, &issuers)
}
