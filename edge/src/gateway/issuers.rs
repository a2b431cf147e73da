//! Stage 5, too: tokens of issuers that a company lets in.
//!
//! A token's own words say which company and which issuer it claims; what that company keeps of the issuer says by
//! which keys it is checked, so a token never chooses its keys. Published keys are remembered by each isolate: fetched
//! when they are ten minutes old or a token names one that is not among them, at most once a minute whatever comes of
//! it, and used for a day where they cannot be fetched.

use std::collections::BTreeMap;
use std::rc::Rc;

use api::issuers::IssuerRule;
use credentials::jwk::JwkSet;
use kernel::TenantId;
use oauth::external;
use policy::Role;
use webhooks::target;

use crate::fault::{Context, Fault};
use crate::gateway::known_keys::KnownKey;
use crate::gateway::upstream::drive;
use crate::ports::{Call, Database, Platform};

/// How long published keys are used without a look, in milliseconds.
const FRESH_MILLIS: i64 = 10 * 60_000;
/// How long they are used where they cannot be fetched, in milliseconds.
const STALE_MILLIS: i64 = 24 * 3_600_000;
/// Between two fetches of the same keys, in milliseconds.
const PAUSE_MILLIS: i64 = 60_000;
/// How long a fetch may take, in milliseconds.
const FETCH_MILLIS: i64 = 5_000;
/// The largest document, in bytes.
const DOCUMENT_BYTES_MAX: usize = 64 << 10;
/// Issuers whose keys are remembered at once.
const ISSUERS_MAX: usize = 500;

/// Somebody whom another issuer vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// Whom the token is about.
    pub subject: String,
    /// What they are in the company, by its rules.
    pub role: Role,
}

/// Published keys by the ids of issuers and where they are published.
#[derive(Debug, Default)]
pub struct KnownIssuers {
    issuers: BTreeMap<String, Held>,
}

#[derive(Clone, Debug, Default)]
struct Held {
    /// The keys, and when they were fetched.
    keys: Option<(Rc<JwkSet>, i64)>,
    tried_at: Option<i64>,
}

/// What to do for a token.
#[derive(Debug)]
enum Verdict {
    Use(Rc<JwkSet>),
    Fetch,
    Refuse,
}

impl Held {
    fn decide(&self, kid: Option<&str>, now: i64) -> Verdict {
        let may_fetch = self
            .tried_at
            .is_none_or(|tried| !(0..PAUSE_MILLIS).contains(&(now - tried)));
        let known = self.keys.as_ref().filter(|(keys, fetched)| {
            (0..STALE_MILLIS).contains(&(now - fetched)) && keys.find(kid).is_some()
        });
        match known {
            Some((keys, fetched)) if now - fetched < FRESH_MILLIS || !may_fetch => {
                Verdict::Use(keys.clone())
            }
            _ if may_fetch => Verdict::Fetch,
            _ => Verdict::Refuse,
        }
    }
}

impl KnownIssuers {
    fn held(&self, id: &str) -> Held {
        self.issuers.get(id).cloned().unwrap_or_default()
    }

    /// Notes a fetch before it is made, so that of many at once one is.
    fn try_at(&mut self, id: &str, now: i64) {
        if self.issuers.len() >= ISSUERS_MAX && !self.issuers.contains_key(id) {
            self.issuers.clear();
        }
        self.issuers.entry(id.to_owned()).or_default().tried_at = Some(now);
    }

    fn put(&mut self, id: &str, keys: Rc<JwkSet>, now: i64) {
        if let Some(held) = self.issuers.get_mut(id) {
            held.keys = Some((keys, now));
        }
    }
}

/// Who sends a token of another issuer, where it is good.
pub async fn look_up<P: Platform>(platform: &P, text: &str) -> Result<Option<KnownKey>, Fault> {
    let Some(unproven) = external::unproven(text) else {
        return Ok(None);
    };
    let Ok(company) = unproven.company.parse::<TenantId>() else {
        return Ok(None);
    };
    let statement =
        "SELECT id, jwks_url, jwks, rules FROM issuers WHERE company_id = ?1 AND issuer = ?2";
    let values = vec![company.as_str().into(), unproven.issuer.as_str().into()];
    let rows = platform.database().rows((statement, values)).await?;
    let Some([id, jwks_url, jwks, rules]) = rows.first().map(Vec::as_slice) else {
        return Ok(None);
    };
    let id = id.text_or_empty();
    let keys = match (jwks_url.text(), jwks.text()) {
        // By the address too: keys of one that was changed are believed no more.
        (Some(url), _) => {
            let held_by = format!("{id} {url}");
            published(platform, &held_by, url, unproven.kid.as_deref()).await
        }
        (None, Some(jwks)) => JwkSet::published(jwks.as_bytes()).ok().map(Rc::new),
        (None, None) => None,
    };
    let Some(keys) = keys else {
        return Ok(None);
    };
    let Some(token) = external::of_set(text, &keys) else {
        return Ok(None);
    };
    let signed = token.signed.as_bytes();
    let is_signed = platform.is_signed(token.key, signed, &token.signature);
    let is_signed = is_signed.await;
    let kind = token.kind.clone();
    let Ok(payload) = token.proven(is_signed) else {
        return Ok(None);
    };
    let audience = external::audience(company.as_str());
    let now = platform.now().millis() / 1_000;
    let read = external::read(kind.as_deref(), &payload, &unproven.issuer, &audience, now);
    let Some(external) = read else {
        return Ok(None);
    };
    let rules: Vec<IssuerRule> =
        serde_json::from_str(rules.text_or_empty()).context("read an issuer's rules")?;
    let says = |rule: &&IssuerRule| external::says(&external.claims, &rule.claim, &rule.value);
    Ok(rules.iter().find(says).map(|rule| KnownKey {
        company,
        id: id.to_owned(),
        scopes: rule.scopes,
        networks: Vec::new(),
        ends_at: Some((external.ends_at + external::SKEW_SECONDS) * 1_000),
        grant: None,
        vouched: Some(Vouched {
            subject: external.subject.clone(),
            role: rule.role,
        }),
    }))
}

/// The keys that an issuer publishes, if a token that names one may be checked by them. They are remembered by `id`.
pub async fn published<P: Platform>(
    platform: &P,
    id: &str,
    url: &str,
    kid: Option<&str>,
) -> Option<Rc<JwkSet>> {
    let now = platform.now().millis();
    let held = platform.meters(|meters| meters.issuers.held(id));
    match held.decide(kid, now) {
        Verdict::Use(keys) => return Some(keys),
        Verdict::Refuse => return None,
        Verdict::Fetch => {}
    }
    platform.meters(|meters| meters.issuers.try_at(id, now));
    let fetched = fetch(platform, url).await;
    let read = fetched.and_then(|body| JwkSet::published(&body).map_err(|error| error.to_string()));
    match read {
        Ok(keys) => {
            let keys = Rc::new(keys);
            platform.meters(|meters| meters.issuers.put(id, keys.clone(), now));
            Some(keys)
        }
        Err(trouble) => {
            platform.log(&format!("keys of {id}: {trouble}"));
            let held = platform.meters(|meters| meters.issuers.held(id));
            match held.decide(kid, now) {
                Verdict::Use(keys) => Some(keys),
                Verdict::Fetch | Verdict::Refuse => None,
            }
        }
    }
}

/// Refuses addresses that are not to be called: the rules may be stricter than on the day on which one was given.
pub fn check_address<P: Platform>(platform: &P, url: &str) -> Result<(), String> {
    target::check(url, platform.settings().calls_inside).map_err(|error| error.to_string())
}

/// Fetches a small public document; an error is for the log.
pub async fn fetch<P: Platform>(platform: &P, url: &str) -> Result<Vec<u8>, String> {
    check_address(platform, url)?;
    let call = Call {
        url: url.to_owned(),
        method: "GET",
        fields: vec![("accept".to_owned(), "application/json".to_owned())],
        body: Rc::default(),
        answer_bytes_max: DOCUMENT_BYTES_MAX,
    };
    let limit = platform.sleep(FETCH_MILLIS);
    let reply = drive::within(platform.call(call), limit).await;
    let reply = reply.ok_or("no answer in time")?;
    let reply = reply.map_err(|error| error.to_string())?;
    if reply.status != 200 {
        return Err(format!("status {}", reply.status));
    }
    Ok(reply.body)
}

#[cfg(test)]
mod tests;
