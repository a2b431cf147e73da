//! Stage 3: size and type of what is sent, before any of it is read, and how often a client may ask.

use api::{ProblemKind, ingest};

use crate::fault::Fault;
use crate::gateway::route::Route;
use crate::http::Request;
use crate::ports::Platform;

/// The largest JSON body, in bytes.
pub const JSON_BYTES_MAX: usize = 64 << 10;
/// The longest path with its query, in bytes.
const ADDRESS_BYTES_MAX: usize = 4 << 10;
/// The longest header, in bytes: the specification of a file with many columns.
const HEADER_BYTES_MAX: usize = 32 << 10;
/// Types of files that a browser or a script may name.
const FILE_TYPES: [&str; 11] = [
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "text/comma-separated-values",
    "application/csv",
    "application/json",
    "application/x-ndjson",
    "application/gzip",
    "application/x-gzip",
    "application/octet-stream",
    "application/vnd.ms-excel",
];

/// Refuses what is too large, of a type that is not taken, or too often.
pub fn check<P: Platform>(platform: &P, request: &Request, route: &Route) -> Result<(), Fault> {
    check_address(request)?;
    if !matches!(route, Route::Asset | Route::Health) && !admits(platform, request) {
        return Err(Fault::refused(
            ProblemKind::TooManyRequests,
            "wait a second before the next request",
        ));
    }
    let (limit_bytes, is_file) = match route {
        Route::PostBatch => (ingest::BODY_BYTES_MAX, true),
        Route::PutCompany(_)
        | Route::Claim
        | Route::PatchCompany(_)
        | Route::AddPasskey
        | Route::SignIn
        | Route::Recover => (JSON_BYTES_MAX, false),
        _ => return Ok(()),
    };
    let length = request.header("content-length");
    if let Some(length) = length.and_then(|text| text.parse::<u64>().ok())
        && length > limit_bytes as u64
    {
        return Err(too_large(limit_bytes));
    }
    check_type(request, is_file)
}

/// Whether the client has not asked too often.
pub fn admits<P: Platform>(platform: &P, request: &Request) -> bool {
    let client = request.header("cf-connecting-ip");
    client.is_none_or(|client| platform.admits(client))
}

/// The refusal of a body beyond a limit.
pub fn too_large(limit_bytes: usize) -> Fault {
    Fault::refused(
        ProblemKind::TooLarge,
        format!("send at most {limit_bytes} bytes at once; cut larger files into parts"),
    )
}

fn check_address(request: &Request) -> Result<(), Fault> {
    let query = request.query.iter();
    let length: usize = query.map(|(name, value)| name.len() + value.len()).sum();
    if request.path.len() + length > ADDRESS_BYTES_MAX {
        return Err(Fault::bad_request(format!(
            "the address is longer than {ADDRESS_BYTES_MAX} bytes"
        )));
    }
    let mut values = request.headers.values();
    if values.any(|value| value.len() > HEADER_BYTES_MAX) {
        return Err(Fault::refused(
            ProblemKind::TooLarge,
            format!("a header is longer than {HEADER_BYTES_MAX} bytes"),
        ));
    }
    Ok(())
}

fn check_type(request: &Request, is_file: bool) -> Result<(), Fault> {
    let media_type = request.header("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    let unsupported = |detail| Err(Fault::refused(ProblemKind::UnsupportedType, detail));
    if is_file {
        if !media_type.is_empty() && !FILE_TYPES.contains(&media_type.as_str()) {
            return unsupported("send CSV, TSV, JSON or NDJSON, plain or packed by gzip");
        }
    } else if media_type != "application/json" {
        return unsupported("send application/json");
    }
    match request.header("content-encoding").unwrap_or("identity") {
        "identity" => Ok(()),
        "gzip" if is_file => Ok(()),
        _ => unsupported("send the body as it is or, for files, packed by gzip"),
    }
}
