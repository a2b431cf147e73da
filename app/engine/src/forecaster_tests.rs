//! Orders to forecasters that answer, break and cannot be fetched, in a real browser.

use futures_util::future;
use prediction::{Made, Work};
use protocol::{Failure, FailureKind};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::forecaster::Forecaster;

/// Refuses every order, as the real one refuses a bad one.
const REFUSES: &str =
    "onmessage=(e)=>postMessage(JSON.stringify({id:JSON.parse(e.data).id,made:{Err:'bad'}}))";

/// Makes a script the one that is started.
fn build_with(script: &str) {
    let script = js_sys::encode_uri_component(script);
    let address = format!("data:text/javascript,{script}");
    js_sys::Reflect::set(&js_sys::global(), &"forecaster".into(), &address.into()).unwrap();
}

async fn order(forecaster: &Forecaster) -> Result<Made, Failure> {
    forecaster.order(Work::Sums(vec![])).await
}

#[wasm_bindgen_test]
async fn a_forecaster_that_breaks_says_so_and_the_next_order_starts_another() {
    let forecaster = Forecaster::default();
    for (script, why) in [
        ("onmessage=()=>{throw new Error('it broke')}", "it broke"),
        ("onmessage=()=>postMessage('[]')", "not understood"),
        ("import '/there/is/no/such/script.js'", "cannot be fetched"),
    ] {
        build_with(script);
        // Whoever waits hears of it, not only who ordered last.
        let (one, other) = future::join(order(&forecaster), order(&forecaster)).await;
        for outcome in [one, other] {
            let failure = outcome.unwrap_err();
            assert_eq!(failure.kind, FailureKind::Internal);
            assert!(failure.text.contains(why), "{why}: {}", failure.text);
        }
        build_with(REFUSES);
        let failure = order(&forecaster).await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.text.as_str()),
            (FailureKind::BadQuestion, "bad")
        );
        forecaster.end("the test goes on");
    }
}

#[wasm_bindgen_test]
async fn what_was_ordered_of_a_forecaster_that_is_ended_fails() {
    build_with("onmessage=()=>{}");
    let forecaster = Forecaster::default();
    let ended = async { forecaster.end("another company was opened") };
    let (outcome, ()) = future::join(order(&forecaster), ended).await;
    assert!(outcome.unwrap_err().text.contains("another company"));
}

#[wasm_bindgen_test]
async fn a_build_without_a_forecaster_says_so() {
    js_sys::Reflect::delete_property(&js_sys::global(), &"forecaster".into()).unwrap();
    let failure = order(&Forecaster::default()).await.unwrap_err();
    assert!(failure.text.contains("no forecaster"), "{}", failure.text);
}
