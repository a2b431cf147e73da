//! Stage 4: size and type of what is sent, before any of it is read, and how often a client may ask.

use std::net::IpAddr;

use ::limits::json;
use api::routes::{Endpoint, Takes};
use api::{ProblemKind, ingest};

use crate::fault::Fault;
use crate::gateway::route::Target;
use crate::http::Request;
use crate::ports::{Platform, Upload};

/// The largest JSON body, in bytes.
pub const JSON_BYTES_MAX: usize = 64 << 10;
/// The longest path with its query, in bytes.
const ADDRESS_BYTES_MAX: usize = 4 << 10;
/// The longest header, in bytes: the specification of a file with many columns.
const HEADER_BYTES_MAX: usize = 32 << 10;
/// The longest headers in all, in bytes.
const HEADERS_BYTES_MAX: usize = 64 << 10;
/// The most headers.
const HEADERS_MAX: usize = 100;
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
pub fn check<P: Platform>(
    platform: &P,
    request: &Request,
    target: &Target<'_>,
) -> Result<(), Fault> {
    check_address(request)?;
    let found = match target {
        Target::Asset => return Ok(()),
        Target::Service if admits(platform, request) => return Ok(()),
        Target::Service => return Err(too_often()),
        Target::Endpoint(found) => found,
    };
    let is_health = matches!(found.route.endpoint, Endpoint::Health | Endpoint::Healthz);
    if !is_health && !admits(platform, request) {
        return Err(too_often());
    }
    let limit_bytes = match found.route.takes {
        Takes::Nothing => return Ok(()),
        Takes::Json | Takes::Form => JSON_BYTES_MAX,
        Takes::File => ingest::BODY_BYTES_MAX,
    };
    let length = request.header("content-length");
    if let Some(length) = length.and_then(|text| text.parse::<u64>().ok())
        && length > limit_bytes as u64
    {
        return Err(too_large(limit_bytes));
    }
    check_type(request, found.route.takes)
}

/// The refusal of a client that asks too often.
pub fn too_often() -> Fault {
    Fault::TooMany {
        kind: ProblemKind::TooManyRequests,
        detail: "wait a second before the next request".to_owned(),
        after_seconds: 1,
    }
}

/// Whether the client has not asked too often.
pub fn admits<P: Platform>(platform: &P, request: &Request) -> bool {
    let Some(address) = request.client_address() else {
        return true;
    };
    // Who has one IPv6 address has all that begin with the same 64 bits.
    let client = match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x}", address.to_bits() >> 64),
    };
    let (rate, now) = (platform.settings().rates.address, platform.now());
    platform.meters(|meters| {
        let verdict = meters.addresses.ask(rate, &client, now.millis() * 1_000);
        verdict.is_admitted
    })
}

/// The refusal of a body beyond a limit.
pub fn too_large(limit_bytes: usize) -> Fault {
    Fault::refused(
        ProblemKind::TooLarge,
        format!("send at most {limit_bytes} bytes at once; cut larger files into parts"),
    )
}

/// How long a body of some bytes may take, in milliseconds: half a minute, and longer where it is large. 16 MB at
/// 32 kB/s are nine minutes.
pub const fn body_millis(bytes: usize) -> i64 {
    30_000 + (bytes as i64) / 32
}

/// The refusal of a body that comes too slowly: it would hold a place up that others need.
pub fn too_slow() -> Fault {
    Fault::refused(
        ProblemKind::TooSlow,
        "send the body in one go, at 32 kB a second at the least",
    )
}

/// Reads a JSON body; one that is nested too deep reaches no parser.
pub async fn read_json(upload: impl Upload) -> Result<Vec<u8>, Fault> {
    let body = upload.read(JSON_BYTES_MAX).await?;
    json::check_depth(&body).map_err(|error| Fault::bad_request(error.to_string()))?;
    Ok(body)
}

fn check_address(request: &Request) -> Result<(), Fault> {
    let query = request.query.iter();
    let length: usize = query.map(|(name, value)| name.len() + value.len()).sum();
    if request.path.len() + length > ADDRESS_BYTES_MAX {
        return Err(Fault::bad_request(format!(
            "the address is longer than {ADDRESS_BYTES_MAX} bytes"
        )));
    }
    let headers = request.headers.iter();
    let lengths = headers.map(|(name, value)| name.len() + value.len());
    let (longest, all) = lengths.fold((0, 0), |(longest, all), length| {
        (length.max(longest), all + length)
    });
    if longest > HEADER_BYTES_MAX || all > HEADERS_BYTES_MAX || request.headers.len() > HEADERS_MAX
    {
        return Err(Fault::refused(
            ProblemKind::TooLarge,
            format!(
                "send at most {HEADERS_MAX} headers of {HEADER_BYTES_MAX} bytes each, {HEADERS_BYTES_MAX} in all"
            ),
        ));
    }
    Ok(())
}

fn check_type(request: &Request, takes: Takes) -> Result<(), Fault> {
    let media_type = request.header("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    let unsupported = |detail| Err(Fault::refused(ProblemKind::UnsupportedType, detail));
    let is_file = takes == Takes::File;
    if is_file {
        if !media_type.is_empty() && !FILE_TYPES.contains(&media_type.as_str()) {
            return unsupported("send CSV, TSV, JSON or NDJSON, plain or packed by gzip");
        }
    } else if takes == Takes::Form {
        if media_type != "application/x-www-form-urlencoded" {
            return unsupported("send application/x-www-form-urlencoded");
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
