//! Sealing and the derivation of keys in a real browser.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::envelope;
use crate::platform::cipher::{Key, Secret};

#[wasm_bindgen_test]
async fn a_record_opens_by_its_key_in_its_place_and_whole() {
    let key = Key::new(&[3; 32]).await.unwrap();
    let sealed = key.seal("blobs", "a", b"secret").await.unwrap();
    assert_eq!(
        envelope::read(&sealed, sealed.len())
            .unwrap()
            .map(|it| it.len()),
        Some(12)
    );
    assert_eq!(
        key.open("blobs", "a", &sealed).await.as_deref(),
        Some(&b"secret"[..])
    );
    assert_ne!(key.seal("blobs", "a", b"secret").await.unwrap(), sealed);
    assert_eq!(key.open("blobs", "b", &sealed).await, None);
    assert_eq!(key.open("state", "a", &sealed).await, None);
    let other = Key::new(&[4; 32]).await.unwrap();
    assert_eq!(other.open("blobs", "a", &sealed).await, None);
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert_eq!(key.open("blobs", "a", &changed).await, None, "byte {at}");
        assert_eq!(
            key.open("blobs", "a", &sealed[..at]).await,
            None,
            "{at} bytes"
        );
    }
    let nothing = key.seal("blobs", "a", b"").await.unwrap();
    assert_eq!(
        key.open("blobs", "a", &nothing).await.as_deref(),
        Some(&b""[..])
    );
}

#[wasm_bindgen_test]
async fn keys_are_derived_and_wrapped_as_another_implementation_does() {
    // By node:crypto, hkdfSync("sha256", ...) with the info "meschain cache v1", and aes-256-gcm.
    let wrapped =
        "TUJJRQEAAQIDBAUGBwgJCgusmWsKK_xw4gdf2WVvGE-THcCBIwyimGP3CeNXihtxMT5A5SK0MSCHRZPY7KONbBk";
    let wrapped = URL_SAFE_NO_PAD.decode(wrapped).unwrap();
    let secret = Secret::of(&(0..32).collect::<Vec<u8>>());
    let key = Key::wrapping(&secret, &[7; 32]).await.unwrap();
    let opened = key.open("lock", "passkey-1", &wrapped).await;
    assert_eq!(opened, Some(vec![9; 32]));
    assert_eq!(key.open("lock", "passkey-2", &wrapped).await, None);
}
