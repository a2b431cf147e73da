//! A request to a service, ready to be sent to any of its hosts, as often as need be.

use std::rc::Rc;

use upstream::cache::directives::Directives;
use upstream::rules::{Route, Upstream};

use crate::ports::{Call, Platform};

/// The request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The route's place.
    pub route: usize,
    /// The service's place.
    pub upstream: usize,
    /// Method.
    pub method: &'static str,
    /// Path and query.
    pub address: String,
    /// Header fields, without the service's secrets.
    pub fields: Vec<(String, String)>,
    /// Body; empty for none.
    pub body: Rc<Vec<u8>>,
    /// Under which key its answer is kept.
    pub key: String,
    /// What begins the keys of all answers that it may change.
    pub beginning: String,
}

impl Plan {
    /// Whether sending it twice does no more than sending it once (RFC 9110, 9.2.2).
    pub fn may_repeat(&self) -> bool {
        matches!(self.method, "GET" | "PUT" | "DELETE") || self.field("idempotency-key").is_some()
    }

    /// A header field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The call to a host. Where a service's secret is not set, the field is left out: the service refuses it then,
    /// and says so better than we could.
    pub fn call<P: Platform>(
        &self,
        platform: &P,
        route: &Route,
        rules: &Upstream,
        host: usize,
        more: &[(String, String)],
    ) -> Call {
        let origin = rules
            .hosts
            .get(host)
            .map_or("", |host| host.origin.as_str());
        let secrets = rules.secrets.iter().filter_map(|(field, variable)| {
            let value = platform.upstream_secret(variable)?;
            Some((field.to_ascii_lowercase(), value))
        });
        let secrets: Vec<(String, String)> = secrets.collect();
        let is_own = |name: &String| secrets.iter().any(|(own, _)| own == name);
        let fields = self.fields.iter().filter(|(name, _)| !is_own(name));
        Call {
            url: format!("{origin}{}", self.address),
            method: self.method,
            fields: fields.chain(&secrets).chain(more).cloned().collect(),
            body: self.body.clone(),
            answer_bytes_max: route.answer_bytes_max as usize,
        }
    }
}

/// What a caller wants of answers that are kept.
pub fn wishes(cache_control: Option<&str>) -> Directives {
    Directives::read(cache_control.unwrap_or_default())
}
