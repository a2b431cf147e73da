//! The request as code, without its secrets.

use leptos::prelude::*;
use leptos::task::spawn_local;
use reference::request::Secrets;
use reference::samples::{Language, secret_header};
use reference::{Credential, Draft, Operation};

use super::super::later::{Sampler, fetch_code_samples};
use super::{Shared, d, title};
use crate::i18n::DeveloperText as T;
use crate::platform::{page, share};
use crate::ui::Segments;

#[component]
pub fn Code(
    shared: Shared,
    operation: StoredValue<Operation>,
    draft: RwSignal<Draft>,
) -> impl IntoView {
    let language = RwSignal::new(Language::Curl);
    let sampler = RwSignal::new(None::<Result<Sampler, String>>);
    spawn_local(async move {
        let fetched = fetch_code_samples().await;
        sampler.try_set(Some(fetched.map_err(|error| error.to_string())));
    });
    let text = Memo::new(move |_| {
        let sample = match sampler.get() {
            None => return String::new(),
            Some(Err(trouble)) => return trouble,
            Some(Ok(sample)) => sample,
        };
        let document = shared.document();
        operation.with_value(|operation| {
            let request = document.request(operation, &draft.read(), Secrets::Hidden);
            // Which one, never the key itself.
            let credential = match shared.by_key.get() {
                true => Credential::Bearer(String::new()),
                false => Credential::Session,
            };
            let secret = secret_header(&document, operation, &credential);
            sample(language.get(), &share::origin(), &request, secret.as_ref())
        })
    });
    let options = Signal::derive(|| {
        Language::ALL
            .map(|language| (language, language.name().to_owned()))
            .to_vec()
    });
    view! {
        <Segments label=title(T::Code) options chosen=language on_choose=move |chosen| language.set(chosen) />
        <p class="faint">{d(T::CodeHint)}</p>
        <pre class="code" tabindex="0" role="region" aria-label=d(T::Code) lang="en" data-testid="code">{text}</pre>
        <Copy text=Signal::derive(move || text.get()) test_id="code-copy" />
    }
}

/// A button that puts a text on the clipboard, and says so.
#[component]
pub fn Copy(text: Signal<String>, test_id: &'static str) -> impl IntoView {
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        let text = text.get_untracked();
        spawn_local(async move {
            is_copied.try_set(page::copy(&text).await);
        });
    };
    view! {
        <div class="controls">
            <button type="button" class="button quiet" data-testid=test_id on:click=copy>{d(T::Copy)}</button>
            <span class="days" role="status">
                {move || is_copied.get().then(|| view! { <span>{d(T::Copied)}</span> })}
            </span>
        </div>
    }
}
