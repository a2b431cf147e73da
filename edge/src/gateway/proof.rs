//! Proofs that who sends a request holds a key (DPoP, RFC 9449): read by `credentials::dpop`, the signature checked by the
//! platform, and each taken once, which the company's own object remembers.

use api::ProblemKind;
use credentials::dpop::{self, ALGORITHMS, Expected, Proof, ProofError};
use credentials::to_base64url;
use kernel::TenantId;

use crate::fault::Fault;
use crate::http::Request;
use crate::ports::{Platform, Tenants};
use crate::tenant::{Ask, Seen, Told};

/// The header of proofs.
pub const HEADER: &str = "dpop";

/// What a request without a good proof is told, by the name that clients know.
pub fn refused(error: ProofError) -> Fault {
    Fault::Challenge {
        error: error.name().to_owned(),
        detail: error.to_string(),
    }
}

/// A token that cannot be used as it was sent (RFC 6750, 3.1; RFC 9449, 7.1).
pub fn invalid_token(detail: &str) -> Fault {
    Fault::Challenge {
        error: "invalid_token".to_owned(),
        detail: detail.to_owned(),
    }
}

/// What a client that is not let in is told of how to send its token.
pub fn challenge(error: &str) -> String {
    let algorithms = ALGORITHMS.join(" ");
    format!("DPoP realm=\"MesChain BI\", error=\"{error}\", algs=\"{algorithms}\"")
}

/// How a token may be sent, where none was.
pub fn ways() -> String {
    let algorithms = ALGORITHMS.join(" ");
    format!("Bearer realm=\"MesChain BI\", DPoP realm=\"MesChain BI\", algs=\"{algorithms}\"")
}

/// The proof of a request, and of the token that it carries, where its signature is good.
pub async fn read<P: Platform>(
    platform: &P,
    request: &Request,
    token: Option<&str>,
) -> Result<Proof, ProofError> {
    let text = request.header(HEADER).ok_or(ProofError::Form)?;
    let address = format!("{}://{}{}", request.scheme, request.host, request.path);
    let secret = platform.settings().dpop_nonce_secret.as_str();
    let expected = Expected {
        method: request.method.name(),
        address: &address,
        now_seconds: platform.now().millis() / 1_000,
        token,
        nonce_secret: (!secret.is_empty()).then_some(secret),
    };
    let proof = dpop::read(text, &expected)?;
    let is_signed = platform.is_signed(&proof.key, proof.signed.as_bytes(), &proof.signature);
    let is_signed = is_signed.await;
    proof.proven(is_signed)
}

/// Takes a proof, where it was not taken before by this company.
pub async fn take<P: Platform>(
    platform: &P,
    company: &TenantId,
    proof: &Proof,
) -> Result<Result<(), ProofError>, Fault> {
    let ask = Ask::Proof {
        id: to_base64url(&proof.id),
        ends_at: proof.ends_at_seconds.saturating_mul(1_000),
        now: platform.now(),
    };
    match platform.tenants().ask(company, &ask).await? {
        Told::Proof { seen: Seen::Never } => Ok(Ok(())),
        Told::Proof { seen: Seen::Before } => Ok(Err(ProofError::Replayed)),
        Told::Proof {
            seen: Seen::TooMany,
        } => Err(Fault::TooMany {
            kind: ProblemKind::TooManyRequests,
            detail: "your company's programs send more proofs than are kept; ask less often".into(),
            after_seconds: dpop::AGE_SECONDS_MAX.unsigned_abs(),
        }),
        other => Err(Fault::internal("take a proof", format!("{other:?}"))),
    }
}

/// The nonce for the next proof, where the edge asks for nonces and the client sends proofs.
pub fn next_nonce<P: Platform>(platform: &P, request: &Request) -> Option<String> {
    let secret = platform.settings().dpop_nonce_secret.as_str();
    let is_asked = !secret.is_empty() && request.header(HEADER).is_some();
    is_asked.then(|| dpop::nonce(secret, platform.now().millis() / 1_000))
}
