//! Signatures by the platform's WebCrypto: faster than the same in WebAssembly by ten times, and no bytes of ours.

use credentials::Key;
use js_sys::{JSON, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = importKey)]
    async fn import_key(
        format: &str,
        key: &JsValue,
        algorithm: &JsValue,
        is_extractable: bool,
        usages: &JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = verify)]
    async fn verify(
        algorithm: &JsValue,
        key: &JsValue,
        signature: &Uint8Array,
        message: &Uint8Array,
    ) -> Result<JsValue, JsValue>;
}

/// Whether a signature is a key's over a message. Numbers that are no key's make no signature good.
pub(super) async fn is_signed(key: &Key, message: &[u8], signature: &[u8]) -> bool {
    let (Some(name), Some(jwk)) = (key.algorithm().web_crypto(), key.to_jwk()) else {
        return false;
    };
    check(name, &jwk, message, signature)
        .await
        .is_ok_and(|verdict| verdict.is_truthy())
}

async fn check(
    name: &str,
    jwk: &str,
    message: &[u8],
    signature: &[u8],
) -> Result<JsValue, JsValue> {
    let algorithm = JSON::parse(name)?;
    let usages = JSON::parse(r#"["verify"]"#)?;
    let key = import_key("jwk", &JSON::parse(jwk)?, &algorithm, false, &usages).await?;
    let (signature, message) = (Uint8Array::from(signature), Uint8Array::from(message));
    verify(&algorithm, &key, &signature, &message).await
}
