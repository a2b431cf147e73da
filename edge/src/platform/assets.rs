//! Static files from the assets binding.

use web_sys::Response;
use worker::{Env, Fetcher};

use super::wire::{self, Callee};
use crate::fault::{Context, Fault};
use crate::http::AssetFile;

/// A file that was found.
pub struct Found {
    /// The file as the binding gave it.
    pub response: Response,
    /// Headers that belong to the file.
    pub headers: Vec<(&'static str, String)>,
    /// Whether its bytes are encoded already; else the platform may pack them.
    pub is_encoded: bool,
}

/// The first of some files that is there.
pub async fn first(
    env: &Env,
    files: &[AssetFile],
    known: Option<&str>,
) -> Result<Option<Found>, Fault> {
    let Ok(assets) = env.assets("ASSETS").map(Fetcher::into_rpc) else {
        return Ok(None);
    };
    for file in files {
        let response = fetch(&assets, &file.path, known).await?;
        if !matches!(response.status(), 200 | 304) {
            continue;
        }
        let mut headers = file.headers.clone();
        if let Ok(Some(tag)) = response.headers().get("etag") {
            headers.push(("etag", tag));
        }
        return Ok(Some(Found {
            response,
            headers,
            is_encoded: file.is_encoded,
        }));
    }
    Ok(None)
}

async fn fetch(assets: &Callee, path: &str, known: Option<&str>) -> Result<Response, Fault> {
    let url = format!("http://assets{path}");
    let headers = known.map(|tag| ("if-none-match", tag));
    let answer = wire::ask(assets, &url, "GET", headers.as_slice(), None).await;
    answer.context("fetch a file")
}
