//! What programs are called, so that figures of the API name them as their company does.

use std::collections::{BTreeMap, BTreeSet};

use kernel::TenantId;

use crate::fault::{Context, Fault};
use crate::ports::{Database, Platform, SqlValue};
use crate::tenant::Record;

/// How long a name is believed, in milliseconds: a new one is told with some hour's figures.
const TRUST_MILLIS: i64 = 600_000;
/// Names that are remembered at once.
const NAMES_MAX: usize = 2_000;

/// Names of programs that were looked up lately, by who they are in records.
#[derive(Debug, Default)]
pub struct KnownNames {
    names: BTreeMap<String, (String, i64)>,
}

impl KnownNames {
    fn get(&self, caller: &str, now: i64) -> Option<&str> {
        let (name, looked_up) = self.names.get(caller)?;
        let is_fresh = (0..TRUST_MILLIS).contains(&(now - looked_up));
        is_fresh.then_some(name)
    }

    fn remember(&mut self, caller: String, name: String, now: i64) {
        if self.names.len() >= NAMES_MAX && !self.names.contains_key(&caller) {
            self.names.clear();
        }
        self.names.insert(caller, (name, now));
    }
}

/// The names of the programs among the callers of requests; one that has none any more is left out.
pub async fn of<P: Platform>(
    platform: &P,
    company: &TenantId,
    records: &[Record],
) -> Result<BTreeMap<String, String>, Fault> {
    let now = platform.now().millis();
    let callers: BTreeSet<&str> = records.iter().map(|it| it.caller.as_str()).collect();
    let programs = callers.into_iter().filter(|it| !it.starts_with("person "));
    let mut names = BTreeMap::new();
    let mut unknown = Vec::new();
    platform.meters(|meters| {
        for caller in programs {
            match meters.names.get(caller, now) {
                Some(name) => drop(names.insert(caller.to_owned(), name.to_owned())),
                None => unknown.push(caller),
            }
        }
    });
    if unknown.is_empty() {
        return Ok(names);
    }
    let list = serde_json::to_string(&unknown).context("look up names")?;
    let statement = "WITH asked AS (SELECT value FROM json_each(?2)) \
         SELECT 'key ' || id, name FROM api_keys WHERE company_id = ?1 AND 'key ' || id IN asked \
         UNION ALL SELECT 'program ' || id, name FROM oauth_clients WHERE company_id = ?1 \
         AND 'program ' || id IN asked \
         UNION ALL SELECT 'issuer ' || id, name FROM issuers WHERE company_id = ?1 AND 'issuer ' || id IN asked";
    let values = vec![company.as_str().into(), list.into()];
    let rows = platform.database().rows((statement, values)).await?;
    platform.meters(|meters| {
        for row in rows {
            let [caller, name] = row.as_slice() else {
                continue;
            };
            let text = |value: &SqlValue| value.text_or_empty().to_owned();
            meters.names.remember(text(caller), text(name), now);
            names.insert(text(caller), text(name));
        }
    });
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_believed_for_a_while_and_bounded() {
        let mut names = KnownNames::default();
        names.remember("key k-1".into(), "Shop".into(), 1_000);
        assert_eq!(names.get("key k-1", 999 + TRUST_MILLIS), Some("Shop"));
        assert_eq!(names.get("key k-1", 1_000 + TRUST_MILLIS), None);
        assert_eq!(names.get("key k-1", 0), None);
        for at in 0..3 * NAMES_MAX {
            names.remember(at.to_string(), String::new(), 0);
            assert!(names.names.len() <= NAMES_MAX);
        }
    }
}
