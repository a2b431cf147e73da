//! What becomes of a service's answer: which fields pass, what is made of its JSON, and how it is told.

use std::rc::Rc;

use api::ProblemKind;
use limits::json;
use upstream::cache::store::{Kept, names};
use upstream::compose;
use upstream::mapping::Mapping;
use upstream::rules::Route;

use crate::digest;
use crate::fault::Fault;
use crate::http::{Body, Request, Response};
use crate::ports::Reply;

/// A service's answer as it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Status.
    pub status: u16,
    /// Header fields.
    pub fields: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// Makes it of a reply.
pub fn ready(route: &Route, reply: &Reply) -> Result<Ready, Fault> {
    let mut fields = compose::returned(
        route,
        reply
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    // Where a service sends callers elsewhere, only places of ours are handed on.
    fields.retain(|(name, value)| {
        name != "location" || (value.starts_with('/') && !value.starts_with("//"))
    });
    let mapping = &route.response.json;
    let is_mapped = !mapping.is_empty() && reply.status < 400;
    if is_mapped {
        // Another body has another name.
        fields.retain(|(name, _)| name != "etag");
    }
    Ok(Ready {
        status: reply.status,
        fields,
        body: if is_mapped {
            mapped(mapping, reply)?
        } else {
            reply.body.clone()
        },
    })
}

fn mapped(mapping: &Mapping, reply: &Reply) -> Result<Vec<u8>, Fault> {
    let value = value(reply).ok_or_else(not_json)?;
    Ok(mapping.apply(value).to_string().into_bytes())
}

/// The JSON of a reply; none where it is none, or nested too deep.
pub fn value(reply: &Reply) -> Option<serde_json::Value> {
    json::check_depth(&reply.body).ok()?;
    serde_json::from_slice(&reply.body).ok()
}

fn not_json() -> Fault {
    Fault::refused(
        ProblemKind::UpstreamFailed,
        "the service behind this one answered what is no JSON",
    )
}

/// What is made of a caller's JSON on its way to the service.
pub fn changed(mapping: &Mapping, body: Vec<u8>) -> Result<Vec<u8>, Fault> {
    if mapping.is_empty() || body.is_empty() {
        return Ok(body);
    }
    json::check_depth(&body).map_err(|error| Fault::bad_request(error.to_string()))?;
    let value = serde_json::from_slice(&body);
    let value =
        value.map_err(|error| Fault::bad_request(format!("the JSON cannot be read: {error}")))?;
    Ok(mapping.apply(value).to_string().into_bytes())
}

/// A name for some bytes.
pub fn etag(body: &[u8]) -> String {
    let digest = digest::sha256(&[body]).to_string();
    format!("\"{}\"", digest.get(..32).unwrap_or(&digest))
}

/// Some statuses go with no body, and not with an empty one either.
fn carrying(bytes: Vec<u8>) -> Body {
    if bytes.is_empty() {
        return Body::Empty;
    }
    Body::Bytes(bytes)
}

/// An answer that is not kept anywhere.
pub fn unkept(ready: Ready) -> Response {
    let response = Response {
        passed: ready.fields,
        body: carrying(ready.body),
        ..Response::empty(ready.status)
    };
    response.with("cache-control", "no-store")
}

/// An answer that is kept here; callers ask each time whether it is still that one, so that who may no longer see it
/// does not.
pub fn kept(request: &Request, kept: &Rc<Kept>, how: &str, now: i64) -> Response {
    let is_known = request
        .header("if-none-match")
        .is_some_and(|tags| names(tags, &kept.etag));
    let age = (now - kept.lifetime.born).max(0) / 1_000;
    let vary: Vec<&str> = kept.vary.iter().map(|(name, _)| name.as_str()).collect();
    let vary = vary.join(", ");
    let response = if is_known {
        Response::empty(304)
    } else {
        Response {
            passed: kept.headers.clone(),
            body: carrying(kept.body.to_vec()),
            ..Response::empty(kept.status)
        }
    };
    let response = response
        .with("etag", kept.etag.clone())
        .with("age", age.to_string())
        .with("cache-control", "private, no-cache")
        .with("cache-status", format!("meschain; {how}"));
    if vary.is_empty() {
        response
    } else {
        response.with("vary", vary)
    }
}
