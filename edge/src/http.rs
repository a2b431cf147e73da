//! Requests and responses as plain values, so that stages and features are tried out without a server.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// A method that the edge knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of RFC 9110")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    Other,
}

impl Method {
    /// Reads a method's name.
    pub fn from_name(name: &str) -> Method {
        match name {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            "OPTIONS" => Method::Options,
            _ => Method::Other,
        }
    }

    /// The name on the wire; `OTHER` stands for any that no endpoint has.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Other => "OTHER",
        }
    }

    /// Whether it only reads (RFC 9110, 9.2.1).
    pub const fn is_safe(self) -> bool {
        matches!(self, Method::Get | Method::Head)
    }
}

/// A request without its body, which is read only once the gateway lets it pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// `http` or `https`.
    pub scheme: String,
    /// Host and port, as the client names them.
    pub host: String,
    /// Path, decoded no further than the platform does.
    pub path: String,
    /// Parameters of the query, decoded.
    pub query: Vec<(String, String)>,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
}

impl Request {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// A parameter of the query; the first where it is repeated.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The address of the client, where the platform tells it. Without a platform in front that sets the
    /// header itself, a client may write there what it likes.
    pub fn client_address(&self) -> Option<IpAddr> {
        self.header("cf-connecting-ip")?.trim().parse().ok()
    }

    /// A cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.header("cookie")?.split(';');
        pairs
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Whether a list in a header holds a token with a weight above zero, as in `Accept-Encoding`.
    pub fn accepts_encoding(&self, token: &str) -> bool {
        let accepted = self.header("accept-encoding").unwrap_or_default();
        accepted.split(',').any(|part| {
            let (name, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let is_refused = weight.trim().trim_start_matches("q=").parse() == Ok(0.0_f64);
            name.trim().eq_ignore_ascii_case(token) && !is_refused
        })
    }
}

/// A static file to serve, if it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetFile {
    /// Path below the folder of static files.
    pub path: String,
    /// Headers that go with it.
    pub headers: Vec<(&'static str, String)>,
    /// Whether its bytes are encoded already, as its headers say.
    pub is_encoded: bool,
}

/// What a response carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// Bytes.
    Bytes(Vec<u8>),
    /// Bytes that are encoded already, as the header `Content-Encoding` says.
    Encoded(Vec<u8>),
    /// The first of these static files that is there; 404 where none is.
    Asset(Vec<AssetFile>),
    /// A static file of text with parts of it replaced; 404 where it is not there.
    Filled {
        /// Path below the folder of static files.
        path: String,
        /// Texts that replace what is between two marks, and the marks: `(mark, text)` for
        /// `<!--mark-->` to `<!--/mark-->`.
        parts: Vec<(&'static str, String)>,
    },
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Status.
    pub status: u16,
    /// Headers, in order.
    pub headers: Vec<(&'static str, String)>,
    /// Headers that come from elsewhere, after the others.
    pub passed: Vec<(String, String)>,
    /// Body.
    pub body: Body,
}

impl Response {
    /// A response without a body.
    pub const fn empty(status: u16) -> Response {
        Response {
            status,
            headers: Vec::new(),
            passed: Vec::new(),
            body: Body::Empty,
        }
    }

    /// A response of bytes.
    pub fn bytes(status: u16, content_type: &str, bytes: Vec<u8>) -> Response {
        Response {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            passed: Vec::new(),
            body: Body::Bytes(bytes),
        }
    }

    /// A response of JSON that must not be kept.
    pub fn json(
        status: u16,
        value: &impl serde::Serialize,
    ) -> Result<Response, crate::fault::Fault> {
        use crate::fault::Context as _;
        let bytes = serde_json::to_vec(value).context("write a response")?;
        Ok(Response::bytes(status, "application/json", bytes).with("cache-control", "no-store"))
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Response {
        self.headers.push((name, value.into()));
        self
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let own = self.headers.iter().map(|(key, value)| (*key, value));
        let passed = self.passed.iter().map(|(key, value)| (key.as_str(), value));
        let found = own.chain(passed).find(|(key, _)| *key == name);
        found.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)]) -> Request {
        Request {
            method: Method::Get,
            scheme: "http".into(),
            host: "localhost".into(),
            path: "/".into(),
            query: Vec::new(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn cookies_and_encodings_are_read() {
        let request = request(&[
            ("cookie", "a=1; meschain_session=x; b"),
            ("accept-encoding", "gzip, br;q=0, zstd;q=0.5"),
        ]);
        assert_eq!(request.cookie("meschain_session"), Some("x"));
        assert_eq!(request.cookie("b"), None);
        assert!(request.accepts_encoding("gzip") && request.accepts_encoding("zstd"));
        assert!(!request.accepts_encoding("br") && !request.accepts_encoding("deflate"));
    }
}
