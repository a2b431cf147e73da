//! What the edge is asked for this screen, and what callers are called.

use std::collections::BTreeMap;

use api::keys::{ApiKeys, KEYS_PATH};
use api::members::{MEMBERS_PATH, Members};
use api::oauth::{CLIENTS_PATH, Clients};
use api::timeline::{Moment, Span};
use api::traffic::{ApiUsage, REQUESTS_PATH, Requests, USAGE_PATH, UsageBy};
use locale::Locale;

use crate::i18n::{UsageText as T, usage_words};
use crate::platform::history::encoded;
use crate::platform::http::{self, HttpFailure};

/// Requests of one list.
const SHOWN: u32 = 50;

/// Which requests are meant; empty texts stand for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The operation.
    pub route: String,
    /// Who asked.
    pub caller: String,
    /// The status.
    pub status: String,
}

impl Choices {
    fn query(&self) -> String {
        let all = [
            ("route", &self.route),
            ("caller", &self.caller),
            ("status", &self.status),
        ];
        let chosen = all.into_iter().filter(|(_, value)| !value.is_empty());
        chosen
            .map(|(name, value)| format!("&{name}={}", encoded(value)))
            .collect()
    }
}

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// By hour or day.
    pub times: ApiUsage,
    /// Every hour or day of the range.
    pub moments: Vec<Moment>,
    /// By operation.
    pub routes: ApiUsage,
    /// By caller.
    pub callers: ApiUsage,
    /// The last requests.
    pub requests: Requests,
    /// What callers are called, as far as the person may know.
    pub names: BTreeMap<String, String>,
}

/// Fetches everything.
pub async fn all(span: Span, hour: u8, choices: &Choices) -> Result<Seen, T> {
    let usage = async |by: UsageBy| {
        let (by, from, to) = (by.name(), span.from, span.to);
        let path = format!(
            "{USAGE_PATH}?by={by}&from={from}&to={to}{}",
            choices.query()
        );
        http::get::<ApiUsage>(&path).await.map_err(trouble)
    };
    let times = usage(span.grain()).await?;
    let routes = usage(UsageBy::Route).await?;
    let callers = usage(UsageBy::Caller).await?;
    let requests = requests(choices, None).await?;
    Ok(Seen {
        moments: span.moments(&times, hour),
        times,
        routes,
        callers,
        requests,
        names: names().await,
    })
}

/// A list of requests, the newest or those before one.
pub async fn requests(choices: &Choices, before: Option<u64>) -> Result<Requests, T> {
    let before = before
        .map(|number| format!("&before={number}"))
        .unwrap_or_default();
    let path = format!("{REQUESTS_PATH}?limit={SHOWN}{before}{}", choices.query());
    http::get(&path).await.map_err(trouble)
}

fn trouble(failure: HttpFailure) -> T {
    match failure {
        HttpFailure::Offline => T::NeedsNetwork,
        HttpFailure::Problem(problem) if matches!(problem.status, 401 | 403) => T::NotAllowed,
        _ => T::Trouble,
    }
}

/// Names of keys, programs and people; who may not list them sees ids.
async fn names() -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    if let Ok(all) = http::get::<ApiKeys>(KEYS_PATH).await {
        names.extend(
            all.keys
                .into_iter()
                .map(|key| (format!("key {}", key.id), key.name)),
        );
    }
    if let Ok(all) = http::get::<Clients>(CLIENTS_PATH).await {
        let clients = all.clients.into_iter();
        names.extend(clients.map(|client| (format!("program {}", client.id), client.name)));
    }
    if let Ok(all) = http::get::<Members>(MEMBERS_PATH).await {
        let named = all
            .members
            .into_iter()
            .filter(|member| !member.name.is_empty());
        names.extend(named.map(|member| (format!("person {}", member.id), member.name)));
    }
    names
}

/// What a caller is called: `Key ERP`.
pub fn caller_words(
    caller: &str,
    names: Option<&BTreeMap<String, String>>,
    locale: Locale,
) -> String {
    let (kind, id) = caller.split_once(' ').unwrap_or((caller, ""));
    let text = match kind {
        "key" => T::KeyOf,
        "program" => T::ProgramOf,
        "person" => T::PersonOf,
        _ => return caller.to_owned(),
    };
    let name = names
        .and_then(|names| names.get(caller))
        .map(String::as_str);
    // The beginning of an id tells it from others.
    let id = id.get(..id.len().min(8)).unwrap_or(id);
    usage_words(text, locale).replace("{}", name.unwrap_or(id))
}
