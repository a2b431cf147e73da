//! Reading one route of a declaration.

use kernel::Date;
use policy::Scope;
use serde_json::Value;

use crate::fields::Fields;
use crate::headers;
use crate::mapping::{Mapping, Place, go_together};
use crate::path::{Pattern, Template};
use crate::read::PREFIX;
use crate::rules::{
    Answer, Cache, Canary, Change, Deprecated, Methods, Mock, Needs, Part, Retry, Route, Service,
    Tell,
};

const PARTS_MAX: usize = 8;
const DAY_SECONDS: u32 = 86_400;

/// Reads a route; none where it is not clear what answers it.
pub fn route(mut fields: Fields<'_>, upstreams: &[String]) -> Option<Route> {
    let text = fields.needed("path");
    let path = Pattern::read(text).map_err(|error| fields.refuse("path", error.to_string()));
    if !text.starts_with(PREFIX) {
        fields.refuse("path", format!("it begins with {PREFIX}"));
    }
    let names = fields.texts("methods");
    let methods = match names.as_slice() {
        [] => Methods::of(["GET"]),
        names => Methods::of(names.iter().copied()),
    };
    if methods.is_none() {
        fields.refuse(
            "methods",
            "GET, POST, PUT, PATCH or DELETE is expected, each once",
        );
    }
    let (path, methods) = (path.ok()?, methods?);
    let needs = match fields.text("needs") {
        None => Needs::Scope(Scope::ReadBi),
        Some("nothing") => Needs::Nothing,
        Some(name) => match name.parse() {
            Ok(scope) => Needs::Scope(scope),
            Err(_) => {
                fields.refuse("needs", "nothing or the name of a scope is expected");
                Needs::Scope(Scope::ReadBi)
            }
        },
    };
    let answer = answer(&mut fields, &path, upstreams);
    let timeout_millis = fields.number("timeout_millis", 1..=60_000, 10_000);
    let attempt = fields.number("attempt_timeout_millis", 1..=60_000, timeout_millis);
    let hedge = fields.number("hedge_after_millis", 1..=60_000, 0);
    let is_read = methods == Methods::of(["GET"])?;
    if hedge > 0 && (!is_read || hedge >= timeout_millis) {
        let reason = "only reads are sent twice, and before their time is over";
        fields.refuse("hedge_after_millis", reason);
    }
    let cache = fields.maybe("cache").map(cache);
    if cache.is_some() && !is_read {
        fields.refuse("cache", "only answers to GET are kept");
    }
    let retry = retry(fields.object("retry"));
    let mut tells = Vec::new();
    for name in fields.texts("tells") {
        match name {
            "role" => tells.push(Tell::Role),
            "caller" => tells.push(Tell::Caller),
            _ => fields.refuse("tells", "role or caller is expected"),
        }
    }
    let (request, response) = (fields.object("request"), fields.object("response"));
    let route = Route {
        name: text.to_owned(),
        methods,
        needs,
        timeout_millis,
        attempt_timeout_millis: attempt.min(timeout_millis),
        retry,
        hedge_after_millis: (hedge > 0).then_some(hedge),
        cache,
        request: change(request, headers::may_be_sent),
        response: change(response, headers::may_be_returned),
        tells,
        body_bytes_max: fields.number("body_bytes_max", 0..=1 << 20, 64 << 10),
        answer_bytes_max: fields.number("answer_bytes_max", 1..=8 << 20, 1 << 20),
        deprecated: fields.maybe("deprecated").map(deprecated),
        answer: answer?,
        path,
    };
    if matches!(needs, Needs::Nothing) && asks_for_company(&route.answer) {
        fields.refuse("to", "{company} is not known where a caller needs nothing");
    }
    fields.end();
    Some(route)
}

fn asks_for_company(answer: &Answer) -> bool {
    match answer {
        Answer::Service(service) => service.to.names_company(),
        Answer::Parts(parts) => parts.iter().any(|part| part.to.names_company()),
        Answer::Mock(_) => false,
    }
}

/// What answers: exactly one of three.
fn answer(fields: &mut Fields<'_>, path: &Pattern, upstreams: &[String]) -> Option<Answer> {
    let upstream = fields.text("upstream");
    let to = fields.text("to");
    let canary = fields.maybe("canary");
    let parts = fields.each("parts");
    let mock = fields.maybe("mock");
    let count = [upstream.is_some(), !parts.is_empty(), mock.is_some()];
    if count.into_iter().filter(|is| *is).count() != 1 {
        fields.refuse(
            "",
            "exactly one of upstream, parts and mock answers a route",
        );
        return None;
    }
    if upstream.is_none() && (to.is_some() || canary.is_some()) {
        fields.refuse("to", "to and canary go with upstream");
    }
    let place = |name: &str| upstreams.iter().position(|known| known == name);
    let unknown = |name: &str| format!("there is no upstream {name}");
    if let Some(name) = upstream {
        let template = match to {
            None => Template::same(path),
            Some(text) => Template::read(text, &path.names)
                .map_err(|error| fields.refuse("to", error.to_string()))
                .ok()?,
        };
        let canary = canary.and_then(|mut canary| {
            let name = canary.needed("upstream");
            let upstream = place(name);
            if upstream.is_none() {
                canary.refuse("upstream", unknown(name));
            }
            let header = canary.text("header").map(str::to_ascii_lowercase);
            if header
                .as_deref()
                .is_some_and(|it| !headers::may_be_sent(it))
            {
                canary.refuse("header", "callers cannot send this field");
            }
            let percent = canary.number("percent", 0..=100, 0);
            canary.end();
            Some(Canary {
                upstream: upstream?,
                percent,
                header,
            })
        });
        let upstream = place(name);
        if upstream.is_none() {
            fields.refuse("upstream", unknown(name));
        }
        return Some(Answer::Service(Service {
            upstream: upstream?,
            to: template,
            canary,
        }));
    }
    if let Some(mut mock) = mock {
        let status = mock.number("status", 200..=599, 200);
        let body = mock.value("body").unwrap_or(&Value::Null).to_string();
        mock.end();
        let status = u16::try_from(status).unwrap_or(200);
        return Some(Answer::Mock(Mock { status, body }));
    }
    if parts.len() > PARTS_MAX {
        fields.refuse("parts", format!("there are at most {PARTS_MAX}"));
    }
    let mut read = Vec::new();
    for (name, value) in parts {
        let at = fields.place(&format!("parts.{name}"));
        let mut part = Fields::of(at, value, fields.refusals);
        let upstream = part.needed("upstream");
        let found = place(upstream);
        if found.is_none() {
            part.refuse("upstream", unknown(upstream));
        }
        let to = Template::read(part.needed("to"), &path.names);
        let to = to.map_err(|error| part.refuse("to", error.to_string()));
        let otherwise = part.value("otherwise").cloned();
        let json = mapping(part.object("json"));
        part.end();
        if let (Some(upstream), Ok(to)) = (found, to) {
            read.push(Part {
                name: name.to_owned(),
                upstream,
                to,
                otherwise,
                json,
            });
        }
    }
    Some(Answer::Parts(read))
}

fn cache(mut fields: Fields<'_>) -> Cache {
    let mut seconds = |name| fields.number(name, 0..=30 * DAY_SECONDS, 0);
    let cache = Cache {
        seconds: seconds("seconds"),
        stale_while_revalidate_seconds: seconds("stale_while_revalidate_seconds"),
        stale_if_error_seconds: seconds("stale_if_error_seconds"),
    };
    fields.end();
    cache
}

fn retry(mut fields: Fields<'_>) -> Retry {
    let attempts = fields.number("attempts", 1..=5, 2);
    let pause_millis = fields.number("pause_millis", 0..=10_000, 50);
    let mut statuses = Vec::new();
    let listed = fields.list("statuses");
    for (_, value) in &listed {
        let status = value.as_u64().and_then(|status| u16::try_from(status).ok());
        match status.filter(|status| *status == 429 || (500..=599).contains(status)) {
            Some(status) => statuses.push(status),
            None => fields.refuse("statuses", "429 and statuses from 500 to 599 are expected"),
        }
    }
    if listed.is_empty() {
        statuses = vec![502, 503, 504];
    }
    fields.end();
    Retry {
        attempts,
        statuses,
        pause_millis,
    }
}

fn change(mut fields: Fields<'_>, is_fine: fn(&str) -> bool) -> Change {
    let lower = |names: Vec<&str>| names.into_iter().map(str::to_ascii_lowercase).collect();
    let pass: Vec<String> = lower(fields.texts("pass"));
    let remove: Vec<String> = lower(fields.texts("remove"));
    let mut set = Vec::new();
    for (name, value) in fields.pairs("set") {
        if !headers::is_field_value(&value) {
            fields.refuse(
                "set",
                format!("the value of {name} is none of a header field"),
            );
        }
        set.push((name.to_ascii_lowercase(), value));
    }
    let names = pass.iter().chain(set.iter().map(|(name, _)| name));
    for name in names {
        if !is_fine(name) {
            fields.refuse(
                "",
                format!("{name} is no header field that can pass or be set"),
            );
        }
    }
    let change = Change {
        pass,
        set,
        remove,
        json: mapping(fields.object("json")),
    };
    fields.end();
    change
}

fn mapping(mut fields: Fields<'_>) -> Mapping {
    let place = |fields: &Fields<'_>, name: &str, text: &str| {
        let place = Place::read(text);
        place
            .map_err(|error| fields.refuse(name, format!("{text}: {error}")))
            .ok()
    };
    let mut mapping = Mapping {
        wrap: fields.text("wrap").map(str::to_owned),
        ..Mapping::default()
    };
    if let Some(text) = fields.text("unwrap") {
        mapping.unwrap = place(&fields, "unwrap", text);
    }
    for (from, to) in fields.pairs("rename") {
        let places = (
            place(&fields, "rename", &from),
            place(&fields, "rename", &to),
        );
        if let (Some(one), Some(other)) = places {
            match go_together(&one, &other) {
                Ok(()) => mapping.rename.push((one, other)),
                Err(error) => fields.refuse("rename", format!("{from}: {error}")),
            }
        }
    }
    for text in fields.texts("remove") {
        mapping.remove.extend(place(&fields, "remove", text));
    }
    for (text, value) in fields.each("set") {
        mapping
            .set
            .extend(place(&fields, "set", text).map(|place| (place, value.clone())));
    }
    fields.end();
    mapping
}

fn deprecated(mut fields: Fields<'_>) -> Deprecated {
    let mut day = |name| {
        let text = fields.text(name)?;
        let day = text.parse();
        day.map_err(|_| fields.refuse(name, "a day is 2026-12-31"))
            .ok()
    };
    let (since, sunset) = (day("since"), day("sunset"));
    let note = fields.needed("note").to_owned();
    let successor = fields.text("successor").map(str::to_owned);
    if since.is_none() {
        fields.refuse("since", "the day is missing");
    }
    if sunset
        .zip(since)
        .is_some_and(|(sunset, since)| sunset < since)
    {
        fields.refuse("sunset", "it is before since");
    }
    for text in [Some(&note), successor.as_ref()].into_iter().flatten() {
        let is_part = |byte: u8| byte.is_ascii_graphic() && !b"<>\"\\".contains(&byte);
        if text.is_empty() || !text.bytes().all(is_part) {
            fields.refuse(
                "note",
                "an address has no spaces, quotes and angle brackets",
            );
        }
    }
    fields.end();
    Deprecated {
        since: since.unwrap_or(Date::EPOCH),
        sunset,
        note,
        successor,
    }
}
