//! A client of the edge, and what it is answered.

use std::time::Duration;

use serde_json::Value;

use crate::eventually;

/// A client with some headers of its own, such as its session's cookie.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    port: u16,
    headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: u16,
    headers: ureq::http::HeaderMap,
    /// Body, as it came.
    pub bytes: Vec<u8>,
}

impl Client {
    /// A client without a session.
    pub fn new(port: u16) -> Client {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Client {
            agent: ureq::Agent::new_with_config(config),
            port,
            headers: Vec::new(),
        }
    }

    /// The same client with one more header on each request.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Client {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// A header that this client sends on each request.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The header of a name that was added last.
    pub fn last_header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Sends a request; an error is one of the connection.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1:{}{path}", self.port));
        let own = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(headers.iter().copied()) {
            request = request.header(name, value);
        }
        let request = request.body(body.to_vec())?;
        let response = self.agent.run(request)?;
        let (parts, mut body) = response.into_parts();
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            bytes: body.with_config().limit(64 << 20).read_to_vec()?,
        })
    }

    /// Sends a request with header values of any bytes; `None` where HTTP has no room for one, or this client's
    /// library for a credential.
    pub fn try_bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1:{}{path}", self.port));
        let is_named = |name: &str| headers.iter().any(|(other, _)| *other == name);
        for (name, value) in self.headers.iter().filter(|(name, _)| !is_named(name)) {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            let value = ureq::http::HeaderValue::from_bytes(value.as_bytes()).ok()?;
            if *name == "authorization" && value.to_str().is_err() {
                return None;
            }
            request = request.header(*name, value);
        }
        let request = request.body(body.to_vec()).ok()?;
        let answer = self.agent.run(request).map_err(|error| error.to_string());
        let (parts, mut body) = answer
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
            .into_parts();
        let bytes = body.with_config().limit(64 << 20).read_to_vec();
        Some(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            bytes: bytes.unwrap_or_else(|error| panic!("{method} {path}: {error}")),
        })
    }

    /// Sends a request.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_send(method, path, headers, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Asks for something.
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    /// Sends bytes.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send("POST", path, headers, body)
    }

    /// Sends JSON.
    pub fn post_json(&self, path: &str, body: &str) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send("POST", path, &headers, body.as_bytes())
    }

    /// Sends a form.
    pub fn post_form(&self, path: &str, form: &str) -> Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", path, &headers, form.as_bytes())
    }

    /// Sends a file, under a key of its own if one is given.
    pub fn import(&self, company: &str, kind: &str, csv: &str, key: Option<&str>) -> Answer {
        let path = format!("/api/ingest/v1/batches?company={company}&kind={kind}");
        let mut headers = vec![("content-type", "text/csv")];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        self.post(&path, &headers, csv.as_bytes())
    }

    /// Sends a file and waits until it is worked in; gives the batch.
    pub fn import_and_wait(&self, company: &str, kind: &str, csv: &str) -> Value {
        let answer = self.import(company, kind, csv, None);
        assert!(matches!(answer.status, 200 | 202), "{}", answer.text());
        let id = answer.json()["batch"].as_str().map(str::to_owned);
        self.settled(company, &id.expect("a batch has an id"))
    }

    /// Waits until a batch is done or failed.
    pub fn settled(&self, company: &str, batch: &str) -> Value {
        let path = format!("/api/ingest/v1/batches/{batch}?company={company}");
        eventually("a batch is settled", || {
            let batch = self.get(&path).json();
            (batch["status"] != "stored").then_some(batch)
        })
    }
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Every value of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let values = self.headers.get_all(name).iter();
        values.filter_map(|value| value.to_str().ok()).collect()
    }

    /// The values of all headers, as text.
    pub fn header_values(&self) -> impl Iterator<Item = String> {
        let values = self.headers.values();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.status, self.text()))
    }

    /// The type of the problem, checked to be one in full.
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        assert_eq!(problem["request_id"].as_str(), self.header("request-id"));
        problem["type"]
            .as_str()
            .map(str::to_owned)
            .expect("a problem has a type")
    }
}
