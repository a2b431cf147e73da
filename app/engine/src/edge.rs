//! The edge's routes that the engine calls, and what a refusal means.

use api::Problem;
use api::ingest::{BATCHES_PATH, FILE_HEADER, SPEC_HEADER};
use kernel::{Hash256, TenantId};
use model::columns::FileKind;
use protocol::{Failure, FailureKind};

use crate::platform::http::{self, Answer, Unreachable};

/// Most characters of an error's text that are passed on.
const DETAIL_LENGTH_MAX: usize = 500;

/// The edge, for one company.
#[derive(Clone, Debug)]
pub struct Edge {
    base: String,
    company: TenantId,
}

impl From<Unreachable> for Failure {
    fn from(error: Unreachable) -> Failure {
        Failure::new(FailureKind::Offline, error.to_string())
    }
}

impl Edge {
    /// The edge at an address (no slash at its end; empty for the engine's own origin).
    pub fn new(base: &str, company: &TenantId) -> Edge {
        Edge {
            base: base.trim_end_matches('/').to_owned(),
            company: company.clone(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}?company={}", self.base, self.company)
    }

    /// The manifest, unless it is still the one with this ETag (status 304).
    pub async fn manifest(&self, etag: Option<&str>) -> Result<Answer, Failure> {
        let header = etag.map(|etag| ("if-none-match", etag));
        let answer = http::get(&self.url("/api/sync/v1/manifest"), header.as_slice()).await?;
        accepted(answer, &[200, 304])
    }

    /// A segment or a chunk of a dictionary. `None` where the edge no longer has it: the manifest has
    /// moved on.
    pub async fn blob(&self, hash: Hash256) -> Result<Option<Vec<u8>>, Failure> {
        let url = self.url(&format!("/api/sync/v1/blobs/{hash}"));
        let answer = http::get(&url, &[]).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        Ok(Some(accepted(answer, &[200])?.body))
    }

    /// Hands over a chunk of a file, compressed with gzip. The same key again is no new work.
    pub async fn send_batch(
        &self,
        kind: FileKind,
        spec: &str,
        file: &str,
        key: &str,
        body: &[u8],
    ) -> Result<Answer, Failure> {
        let url = format!("{}&kind={}", self.url(BATCHES_PATH), kind.name());
        let headers = [
            ("content-type", "text/csv; charset=utf-8"),
            ("content-encoding", "gzip"),
            ("idempotency-key", key),
            (SPEC_HEADER, spec),
            (FILE_HEADER, file),
        ];
        let request = http::Request {
            method: "POST",
            url: &url,
            headers: &headers,
            body: Some(body),
        };
        accepted(http::send(request).await?, &[200, 201, 202])
    }

    /// What became of a chunk.
    pub async fn batch(&self, id: &str) -> Result<Answer, Failure> {
        let url = self.url(&format!("{BATCHES_PATH}/{id}"));
        accepted(http::get(&url, &[]).await?, &[200])
    }
}

/// The answer if it has one of the expected states, else what is wrong.
fn accepted(answer: Answer, expected: &[u16]) -> Result<Answer, Failure> {
    if expected.contains(&answer.status) {
        return Ok(answer);
    }
    let kind = match answer.status {
        401 | 403 | 404 => FailureKind::Refused,
        // A gateway that is there without the edge behind it, and a wait asked for.
        408 | 429 | 502 | 503 | 504 => FailureKind::Offline,
        400..=499 => FailureKind::BadSpecification,
        _ => FailureKind::Edge,
    };
    let problem: Option<Problem> = serde_json::from_slice(&answer.body).ok();
    let words = problem.map(|problem| format!("{}: {}", problem.title, problem.detail));
    let text = format!("status {}: {}", answer.status, words.unwrap_or_default());
    Err(Failure::new(
        kind,
        text.chars().take(DETAIL_LENGTH_MAX).collect::<String>(),
    ))
}
