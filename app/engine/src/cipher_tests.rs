//! Sealing in a real browser.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::envelope;
use crate::platform::cipher::Key;

#[wasm_bindgen_test]
async fn a_record_opens_by_its_key_in_its_place_and_whole() {
    let key = Key::of(&[3; 32]).await;
    let sealed = key.seal("blobs", "a", b"secret").await;
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
    assert_ne!(key.seal("blobs", "a", b"secret").await, sealed);
    assert_eq!(key.open("blobs", "b", &sealed).await, None);
    assert_eq!(key.open("state", "a", &sealed).await, None);
    let other = Key::of(&[4; 32]).await;
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
    let nothing = key.seal("blobs", "a", b"").await;
    assert_eq!(
        key.open("blobs", "a", &nothing).await.as_deref(),
        Some(&b""[..])
    );
}

#[wasm_bindgen_test]
async fn records_are_sealed_as_another_implementation_does() {
    // By node:crypto, aes-256-gcm with the key of bytes 9 and the additional data "meschain cache\0" "1\0state\0etag".
    let sealed = URL_SAFE_NO_PAD
        .decode("TUJJRQEAAQIDBAUGBwgJCguLcei2XTtPBz7Id5xWy8K8HZecE7o3ew")
        .unwrap();
    let key = Key::of(&[9; 32]).await;
    let opened = key.open("state", "etag", &sealed).await;
    assert_eq!(opened.as_deref(), Some(&b"a state"[..]));
    assert_eq!(key.open("state", "as-of", &sealed).await, None);
}
