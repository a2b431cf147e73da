//! A program that holds a key, and proves it beside each request (RFC 9449).

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A key of ES256.
pub struct Holder {
    key: SigningKey,
    origin: String,
}

impl Holder {
    /// One whose key follows from a number, for the edge on a port.
    pub fn new(seed: u8, port: u16) -> Holder {
        let secret = Sha256::digest([seed, 9]);
        Holder {
            key: SigningKey::from_slice(&secret).expect("a hash is a key"),
            origin: format!("http://127.0.0.1:{port}"),
        }
    }

    /// The public key.
    pub fn jwk(&self) -> Value {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().expect("x"), point.y().expect("y"));
        json!({ "crv": "P-256", "kty": "EC", "x": BASE64.encode(x), "y": BASE64.encode(y) })
    }

    /// Its thumbprint: members in their order and no white space, as `Value` writes them.
    pub fn thumbprint(&self) -> String {
        BASE64.encode(Sha256::digest(self.jwk().to_string()))
    }

    /// What a proof of a request claims, at this moment.
    pub fn claims(&self, method: &str, path: &str, token: Option<&str>) -> Value {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("a clock after 1970").as_secs();
        let mut claims = json!({
            "jti": format!("{}-{number}", std::process::id()), "htm": method,
            "htu": format!("{}{path}", self.origin), "iat": now,
        });
        if let Some(token) = token {
            claims["ath"] = json!(BASE64.encode(Sha256::digest(token)));
        }
        claims
    }

    /// A proof of these claims.
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk() });
        let text = |value: &Value| BASE64.encode(value.to_string());
        let signed = format!("{}.{}", text(&header), text(claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64.encode(signature.to_bytes()))
    }

    /// A proof of a request.
    pub fn proof(&self, method: &str, path: &str, token: Option<&str>) -> String {
        self.sign(&self.claims(method, path, token))
    }
}
