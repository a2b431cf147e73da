//! Static files from the assets binding.

use worker::{EncodeBody, Env, Fetcher, Headers, Method, Request, RequestInit, Response};

use crate::fault::{Context, Fault};
use crate::http::AssetFile;

/// A file that was found: its response, and whether its bytes are encoded already.
pub struct Found {
    /// The file as the binding gave it.
    pub response: Response,
    /// Headers that belong to the file.
    pub headers: Vec<(&'static str, String)>,
    /// Whether the platform may pack it.
    pub encode_body: EncodeBody,
}

/// The first of some files that is there.
pub async fn first(
    env: &Env,
    files: &[AssetFile],
    known: Option<&str>,
) -> Result<Option<Found>, Fault> {
    let Ok(assets) = env.assets("ASSETS") else {
        return Ok(None);
    };
    for file in files {
        let response = fetch(&assets, &file.path, known).await?;
        if !matches!(response.status_code(), 200 | 304) {
            continue;
        }
        let mut headers = file.headers.clone();
        if let Ok(Some(tag)) = response.headers().get("etag") {
            headers.push(("etag", tag));
        }
        let encode_body = if file.is_encoded {
            EncodeBody::Manual
        } else {
            EncodeBody::Automatic
        };
        return Ok(Some(Found {
            response,
            headers,
            encode_body,
        }));
    }
    Ok(None)
}

async fn fetch(assets: &Fetcher, path: &str, known: Option<&str>) -> Result<Response, Fault> {
    let headers = Headers::new();
    if let Some(tag) = known {
        headers.set("if-none-match", tag).context("fetch a file")?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Get).with_headers(headers);
    let url = format!("http://assets{path}");
    let request = Request::new_with_init(&url, &init).context("fetch a file")?;
    assets.fetch_request(request).await.context("fetch a file")
}
