//! Taking in files: stored as they come, acknowledged, worked in later.
//!
//! The order makes a kill at any point harmless: the raw bytes are stored under the digest of what was
//! sent, then registered under their idempotency key, and only then acknowledged. What was stored and
//! not registered is stored again under the same name when it is sent again.

use api::ProblemKind;
use api::ingest::{BatchStatus, FILE_HEADER, KEY_LENGTH_MAX, SPEC_HEADER, WAITING_MAX};
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use ingest::{HEAD_BYTES, ImportSpec};
use kernel::{BatchId, TenantId};
use model::columns::FileKind;

use crate::digest;
use crate::fault::{Context, Fault};
use crate::http::{Request, Response};
use crate::ports::{BlobStore, Later, Platform, Tenants};
use crate::tenant::{Ask, Known, NewBatch, Told, raw_name};

/// Base64 for URLs, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Enough of a file to tell what it is packed by.
const CONTAINER_BYTES: usize = 512;
const FILE_NAME_LENGTH_MAX: usize = 200;

/// Stores a batch and acknowledges it.
pub async fn receive<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    request: &Request,
    body: Vec<u8>,
) -> Result<Response, Fault> {
    let kind = kind_of(request)?;
    let sent_spec = spec_of(request)?;
    let spec_text = sent_spec.as_ref().map(serde_json::to_string);
    let spec_text = spec_text.transpose().context("write a specification")?;
    let parts = [
        kind.name().as_bytes(),
        spec_text.as_deref().unwrap_or_default().as_bytes(),
        &body,
    ];
    let digest = digest::sha256(&parts).to_string();
    let key = match request.header("idempotency-key") {
        None => digest.clone(),
        Some(key) if is_key(key) => key.to_owned(),
        Some(_) => {
            return Err(Fault::bad_request(format!(
                "an Idempotency-Key has 1 to {KEY_LENGTH_MAX} visible ASCII characters"
            )));
        }
    };
    let (known, waiting) = match platform
        .tenants()
        .ask(tenant, &Ask::Find { key: key.clone() })
        .await?
    {
        Told::Found { known, waiting } => (known, waiting),
        other => return Err(Fault::internal("find a batch", format!("{other:?}"))),
    };
    if let Some(known) = known {
        return again(known, &digest);
    }
    if waiting >= WAITING_MAX {
        return Err(Fault::refused(
            ProblemKind::TooManyRequests,
            format!("{waiting} batches are waiting; send more when some are done"),
        ));
    }
    let spec = reading(platform, tenant, kind, sent_spec, &body).await?;
    platform
        .blobs()
        .put(tenant, &[(raw_name(&digest), body)])
        .await?;
    let id = platform.random()?;
    let batch = NewBatch {
        id: BatchId::new(&digest::hex(id.get(..16).unwrap_or_default())).context("name a batch")?,
        key,
        digest: digest.clone(),
        kind,
        file: file_of(request),
        spec,
        received_at: platform.now().millis(),
    };
    let told = platform
        .tenants()
        .ask(tenant, &Ask::Register { batch })
        .await?;
    let Told::Registered { known } = told else {
        return Err(Fault::internal("register a batch", format!("{told:?}")));
    };
    platform.later(Later::Announce(tenant.clone()));
    again(known, &digest)
}

/// How a file is read, which the company's object finds out by its head.
async fn reading<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    kind: FileKind,
    spec: Option<ImportSpec>,
    body: &[u8],
) -> Result<ImportSpec, Fault> {
    let length = match spec {
        Some(_) => CONTAINER_BYTES,
        None => HEAD_BYTES,
    };
    let head = STANDARD.encode(body.get(..length).unwrap_or(body));
    let ask = Ask::Reading { kind, spec, head };
    match platform.tenants().ask(tenant, &ask).await? {
        Told::Reading { spec } => Ok(spec),
        other => Err(Fault::internal(
            "find out how a file is read",
            format!("{other:?}"),
        )),
    }
}

/// Answers a batch that is registered: 202 while it waits, 200 once it is settled.
fn again(known: Known, digest: &str) -> Result<Response, Fault> {
    if known.digest != digest {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            "this Idempotency-Key was used for something else; send with a new one",
        ));
    }
    let status = match known.batch.status {
        BatchStatus::Stored => 202,
        BatchStatus::Done | BatchStatus::Failed => 200,
    };
    Response::json(status, &known.batch)
}

fn kind_of(request: &Request) -> Result<FileKind, Fault> {
    let name = request.parameter("kind").unwrap_or("sales");
    let known = FileKind::ALL.into_iter().find(|kind| kind.name() == name);
    known.ok_or_else(|| {
        let names: Vec<&str> = FileKind::ALL.iter().map(|kind| kind.name()).collect();
        Fault::bad_request(format!("kind is one of {}", names.join(", ")))
    })
}

fn spec_of(request: &Request) -> Result<Option<ImportSpec>, Fault> {
    let Some(text) = request.header(SPEC_HEADER) else {
        return Ok(None);
    };
    let bad = |cause: String| {
        Fault::bad_request(format!(
            "{SPEC_HEADER} is base64url of a specification: {cause}"
        ))
    };
    let json = BASE64
        .decode(text.trim())
        .map_err(|error| bad(error.to_string()))?;
    let spec = serde_json::from_slice(&json).map_err(|error| bad(error.to_string()))?;
    Ok(Some(spec))
}

fn is_key(key: &str) -> bool {
    (1..=KEY_LENGTH_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The file's name, to show; what cannot be read is left out.
fn file_of(request: &Request) -> String {
    let name = request
        .header(FILE_HEADER)
        .and_then(|text| BASE64.decode(text.trim()).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    let shown = name.chars().filter(|letter| !letter.is_control());
    shown.take(FILE_NAME_LENGTH_MAX).collect()
}
