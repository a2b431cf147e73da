//! Signatures by the platform's WebCrypto: faster than the same in WebAssembly by ten times, and no bytes of ours.

use credentials::{Algorithm, Key};
use js_sys::{JSON, Reflect, Uint8Array};
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

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = sign)]
    async fn sign_by(
        algorithm: &JsValue,
        key: &JsValue,
        message: &Uint8Array,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = generateKey)]
    async fn generate_key(
        algorithm: &JsValue,
        is_extractable: bool,
        usages: &JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = exportKey)]
    async fn export_key(format: &str, key: &JsValue) -> Result<JsValue, JsValue>;
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

/// ES256, for importing, making and signing.
fn es256() -> Result<JsValue, JsValue> {
    JSON::parse(Algorithm::Es256.web_crypto().unwrap_or_default())
}

/// Makes a key of ES256, as a JSON Web Key with its private half.
pub(super) async fn make_key() -> Result<String, JsValue> {
    let usages = JSON::parse(r#"["sign","verify"]"#)?;
    let pair = generate_key(&es256()?, true, &usages).await?;
    let private = Reflect::get(&pair, &JsValue::from_str("privateKey"))?;
    let jwk = export_key("jwk", &private).await?;
    Ok(JSON::stringify(&jwk)?.into())
}

/// Signs by ES256.
pub(super) async fn sign(private_key: &str, message: &[u8]) -> Result<Vec<u8>, JsValue> {
    let (algorithm, usages) = (es256()?, JSON::parse(r#"["sign"]"#)?);
    let jwk = JSON::parse(private_key)?;
    let key = import_key("jwk", &jwk, &algorithm, false, &usages).await?;
    let signature = sign_by(&algorithm, &key, &Uint8Array::from(message)).await?;
    Ok(Uint8Array::new(&signature).to_vec())
}
