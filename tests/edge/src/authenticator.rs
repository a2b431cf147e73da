//! An authenticator in software: makes one passkey and answers with it, as the device of a person would.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Present, recognised.
const FLAGS: u8 = 0b101;
/// With a new credential.
const WITH_CREDENTIAL: u8 = 1 << 6;

/// One passkey.
pub struct Authenticator {
    key: SigningKey,
    id: Vec<u8>,
    holder: String,
    count: u32,
    /// The page that asks, as its browser would say.
    pub origin: String,
    /// The flags of its answers.
    pub flags: u8,
}

impl Authenticator {
    /// One whose key follows from a number.
    pub fn new(seed: u8, origin: &str) -> Authenticator {
        let secret = Sha256::digest([seed]);
        Authenticator {
            key: SigningKey::from_slice(&secret).expect("a hash is a key"),
            id: Sha256::digest([seed, 1]).to_vec(),
            holder: String::new(),
            count: 0,
            origin: origin.to_owned(),
            flags: FLAGS,
        }
    }

    /// The id of its passkey.
    pub fn id(&self) -> String {
        BASE64.encode(&self.id)
    }

    /// The counter that it has reached.
    pub fn set_count(&mut self, count: u32) {
        self.count = count;
    }

    /// Answers `PublicKeyCredentialCreationOptionsJSON`.
    pub fn make(&mut self, options: &Value) -> Value {
        self.holder = text(&options["user"]["id"]);
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().expect("x"), point.y().expect("y"));
        let mut data = self.data(&text(&options["rp"]["id"]), self.flags | WITH_CREDENTIAL);
        data.extend([0; 16]);
        data.extend((self.id.len() as u16).to_be_bytes());
        data.extend(&self.id);
        data.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
        data.extend(x.as_slice());
        data.extend([0x22, 0x58, 32]);
        data.extend(y.as_slice());
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(data.len() as u8);
        object.extend(&data);
        json!({ "id": self.id(), "type": "public-key", "response": {
            "clientDataJSON": BASE64.encode(self.client_data("webauthn.create", options)),
            "attestationObject": BASE64.encode(object),
        } })
    }

    /// Answers `PublicKeyCredentialRequestOptionsJSON`.
    pub fn answer(&mut self, options: &Value) -> Value {
        self.count += 1;
        let data = self.data(&text(&options["rpId"]), self.flags);
        let client_data = self.client_data("webauthn.get", options);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: Signature = self.key.sign(&signed);
        json!({ "id": self.id(), "type": "public-key", "response": {
            "clientDataJSON": BASE64.encode(client_data),
            "authenticatorData": BASE64.encode(data),
            "signature": BASE64.encode(signature.to_der().as_bytes()),
            "userHandle": self.holder,
        } })
    }

    fn data(&self, rp_id: &str, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(rp_id.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin,
                           "crossOrigin": false });
        data.to_string().into_bytes()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
