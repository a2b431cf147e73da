//! Screens, and parts of them, whose code is fetched when one is first shown, so that the first screen starts sooner.
//!
//! Each function below is a split point: the build puts what only it reaches into a module of its own
//! (`xtask/src/build/wasm.rs`), which the service worker keeps with everything else that a start needs.
//! Screens of one module are fetched together: what any two modules share becomes a file of its own, so
//! that many small modules would be many more small requests.
//! Out of scope: the home screen down to its tiles, which is in the main module.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use reference::request::Request;
use reference::samples::{self, Language, SecretHeader};

use super::access_lists::AccessLists;
use super::api_keys::Keys;
use super::api_usage::ApiUsage;
use super::developers::{Developers, Playground};
use super::explore::Explore;
use super::forecast::{Forecast, Meaning, ProductsCard};
use super::home::Cards;
use super::import::{Import, confirm::Confirm};
use super::issuers::Issuers;
use super::issuers::form::{Change, Make};
use super::lock::LockScreen;
use super::lock_card::LockCard;
use super::people::People;
use super::programs::Programs;
use super::provider::by_provider::ByProvider;
use super::provider::identities::Identities;
use super::settings::Settings;
use super::sign_in::SignIn;
use super::webhooks::Webhooks;
use super::webhooks::deliveries::Deliveries;
use crate::i18n::{Text, words};
use crate::state::app;
use crate::ui::{Failed, Skeleton};

/// What draws a screen once its code is here.
type Draw = fn() -> AnyView;
/// What writes a request of the API as code.
pub type Sampler = fn(Language, &str, &Request, Option<&SecretHeader>) -> String;
/// Code on its way.
pub type Fetch = Pin<Box<dyn Future<Output = Result<Draw, SplitLoaderError>>>>;

#[wasm_split(home_cards, wasm_split_path = ::leptos::wasm_split, fallible)]
fn cards() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Cards /> }.into_any())
}

#[wasm_split(analysis, wasm_split_path = ::leptos::wasm_split, fallible)]
fn explore() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Explore /> }.into_any())
}

#[wasm_split(forecast_screen, wasm_split_path = ::leptos::wasm_split, fallible)]
fn forecast() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Forecast /> }.into_any())
}

#[wasm_split(product_forecasts, wasm_split_path = ::leptos::wasm_split, fallible)]
fn product_forecasts() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <ProductsCard /> }.into_any())
}

#[wasm_split(analysis, wasm_split_path = ::leptos::wasm_split, fallible)]
fn meaning() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Meaning /> }.into_any())
}

#[wasm_split(company, wasm_split_path = ::leptos::wasm_split, fallible)]
fn import() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Import /> }.into_any())
}

#[wasm_split(import_confirm, wasm_split_path = ::leptos::wasm_split, fallible)]
fn confirm() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Confirm /> }.into_any())
}

#[wasm_split(company, wasm_split_path = ::leptos::wasm_split, fallible)]
fn settings() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Settings /> }.into_any())
}

#[wasm_split(sign_in, wasm_split_path = ::leptos::wasm_split, fallible)]
fn sign_in() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <SignIn /> }.into_any())
}

#[wasm_split(provider, wasm_split_path = ::leptos::wasm_split, fallible)]
fn by_provider() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <ByProvider /> }.into_any())
}

#[wasm_split(provider, wasm_split_path = ::leptos::wasm_split, fallible)]
fn identities() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Identities /> }.into_any())
}

#[wasm_split(lock_screen, wasm_split_path = ::leptos::wasm_split, fallible)]
fn lock_screen() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <LockScreen /> }.into_any())
}

#[wasm_split(lock_card, wasm_split_path = ::leptos::wasm_split, fallible)]
fn lock_card() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <LockCard /> }.into_any())
}

#[wasm_split(issuer_form, wasm_split_path = ::leptos::wasm_split, fallible)]
fn issuer_form() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Make /> }.into_any())
}

#[wasm_split(issuer_form, wasm_split_path = ::leptos::wasm_split, fallible)]
fn issuer_change() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Change /> }.into_any())
}

#[wasm_split(deliveries, wasm_split_path = ::leptos::wasm_split, fallible)]
fn deliveries() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Deliveries /> }.into_any())
}

#[wasm_split(keys, wasm_split_path = ::leptos::wasm_split, fallible)]
fn keys() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Keys /> <Programs /> }.into_any())
}

#[wasm_split(people, wasm_split_path = ::leptos::wasm_split, fallible)]
fn people() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <People /> }.into_any())
}

#[wasm_split(webhooks, wasm_split_path = ::leptos::wasm_split, fallible)]
fn webhooks() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Webhooks /> }.into_any())
}

#[wasm_split(access_lists, wasm_split_path = ::leptos::wasm_split, fallible)]
fn access_lists() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <AccessLists /> }.into_any())
}

#[wasm_split(issuers, wasm_split_path = ::leptos::wasm_split, fallible)]
fn issuers() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Issuers /> }.into_any())
}

#[wasm_split(developers, wasm_split_path = ::leptos::wasm_split, fallible)]
fn developers() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Developers /> }.into_any())
}

#[wasm_split(playground, wasm_split_path = ::leptos::wasm_split, fallible)]
fn playground() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <Playground /> }.into_any())
}

#[wasm_split(code_samples, wasm_split_path = ::leptos::wasm_split, fallible)]
fn code_samples() -> Result<Sampler, SplitLoaderError> {
    Ok(samples::sample)
}

#[wasm_split(api_usage, wasm_split_path = ::leptos::wasm_split, fallible)]
fn api_usage() -> Result<Draw, SplitLoaderError> {
    Ok(|| view! { <ApiUsage /> }.into_any())
}

/// Fetches the code of the home screen's cards below the tiles.
pub fn fetch_cards() -> Fetch {
    Box::pin(cards())
}

/// Fetches the code of the pivot table.
pub fn fetch_explore() -> Fetch {
    Box::pin(explore())
}

/// Fetches the code of the forecast.
pub fn fetch_forecast() -> Fetch {
    Box::pin(forecast())
}

/// Fetches the forecasts of products.
pub fn fetch_product_forecasts() -> Fetch {
    Box::pin(product_forecasts())
}

/// Fetches what metrics mean.
pub fn fetch_meaning() -> Fetch {
    Box::pin(meaning())
}

/// Fetches the code of the import.
pub fn fetch_import() -> Fetch {
    Box::pin(import())
}

/// Fetches the code of the preview of a file.
pub fn fetch_confirm() -> Fetch {
    Box::pin(confirm())
}

/// Fetches the code of the settings.
pub fn fetch_settings() -> Fetch {
    Box::pin(settings())
}

/// Fetches signing in, and the person's devices.
pub fn fetch_sign_in() -> Fetch {
    Box::pin(sign_in())
}

/// Fetches signing in by the provider.
pub fn fetch_by_provider() -> Fetch {
    Box::pin(by_provider())
}

/// Fetches the person's accounts at the provider.
pub fn fetch_identities() -> Fetch {
    Box::pin(identities())
}

/// Fetches what stands before a company that is locked.
pub fn fetch_lock_screen() -> Fetch {
    Box::pin(lock_screen())
}

/// Fetches the lock of this device, in the settings.
pub fn fetch_lock_card() -> Fetch {
    Box::pin(lock_card())
}

/// Fetches the form that lets an issuer in.
pub fn fetch_issuer_form() -> Fetch {
    Box::pin(issuer_form())
}

/// Fetches the form that changes an issuer.
pub fn fetch_issuer_change() -> Fetch {
    Box::pin(issuer_change())
}

/// Fetches what was sent to an endpoint.
pub fn fetch_deliveries() -> Fetch {
    Box::pin(deliveries())
}

/// Fetches the keys for programs, and those that get tokens.
pub fn fetch_keys() -> Fetch {
    Box::pin(keys())
}

/// Fetches what writes requests of the API as code.
pub async fn fetch_code_samples() -> Result<Sampler, SplitLoaderError> {
    code_samples().await
}

/// Fetches the people of the company and the audit log.
pub fn fetch_people() -> Fetch {
    Box::pin(people())
}

/// Fetches the servers that are told what happens.
pub fn fetch_webhooks() -> Fetch {
    Box::pin(webhooks())
}

/// Fetches from where the company is asked.
pub fn fetch_access_lists() -> Fetch {
    Box::pin(access_lists())
}

/// Fetches the other issuers whose tokens are let in.
pub fn fetch_issuers() -> Fetch {
    Box::pin(issuers())
}

/// Fetches the reference of the API.
pub fn fetch_developers() -> Fetch {
    Box::pin(developers())
}

/// Fetches what tries an operation of it.
pub fn fetch_playground() -> Fetch {
    Box::pin(playground())
}

/// Fetches what was asked of the API.
pub fn fetch_api_usage() -> Fetch {
    Box::pin(api_usage())
}

/// A screen whose code is fetched: its shape until it is here, and trying again where it cannot be.
#[component]
pub fn Later(fetch: fn() -> Fetch, #[prop(default = 8)] lines: usize) -> impl IntoView {
    let app = app();
    let draw = RwSignal::new(None::<Option<Draw>>);
    let start = move || {
        draw.set(None);
        spawn_local(async move {
            let fetched = fetch().await.ok();
            // The person may have gone elsewhere meanwhile.
            draw.try_set(Some(fetched));
        });
    };
    start();
    move || match draw.get() {
        None => view! { <Skeleton lines /> }.into_any(),
        Some(Some(draw)) => draw(),
        Some(None) => {
            let text = words(Text::ScreenNotFetched, app.locale.get()).to_owned();
            view! { <Failed text retry=start /> }.into_any()
        }
    }
}
