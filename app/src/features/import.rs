//! Bringing data in: choose a file, see how it is read, correct it, watch it become figures.

mod columns;
pub mod confirm;
mod progress;

use api::auth::{COMPANIES_PATH, Company, ProfileChange};
use kernel::Currency;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Ask, FilePreview, ImportSpec, Told, Unread};

use super::later::{Later, fetch_confirm, fetch_sign_in};
use crate::i18n::{Text, t, words};
use crate::platform::files::{self, File};
use crate::platform::history;
use crate::platform::http::{self, HttpFailure};
use crate::state::{App, app};
use crate::ui::{Card, Skeleton};
use crate::view_state::ViewState;
use confirm::Confirming;
use progress::{Progress, ReportCard};

/// Where the screen is.
#[derive(Clone, PartialEq)]
enum Step {
    Choose,
    Looking,
    Preview(Unread<FilePreview>),
    Refused(String),
}

/// The screen.
#[component]
pub fn Import() -> impl IntoView {
    let app = app();
    let step = RwSignal::new(Step::Choose);
    let own = Memo::new(move |_| app.own_company().map(|profile| profile.id.to_string()));
    // Files go to the caller's own company, so it is the one to be open.
    Effect::new(move |_| {
        if let Some(own) = own.get()
            && app.company() != own
        {
            app.go(ViewState {
                company: own,
                filters: Vec::new(),
                ..app.view.get_untracked()
            });
        }
    });
    let look = move |file: Option<File>| {
        let Some(file) = file else { return };
        step.set(Step::Looking);
        app.import.set(None);
        app.import_end.set(None);
        spawn_local(async move {
            step.set(match app.ask_with(Ask::Sniff, Some(file.into())).await {
                Ok(Told::Preview(preview)) => Step::Preview(preview),
                Ok(_) => Step::Choose,
                Err(failure) => Step::Refused(failure.text),
            });
        });
    };
    if history::parameter("shared").as_deref() == Some("1") {
        spawn_local(async move { look(files::shared().await) });
    }
    files::on_launched(look);
    let correct = move |spec: Unread<ImportSpec>| {
        spawn_local(async move {
            match app.ask(Ask::Resample(spec)).await {
                Ok(Told::Preview(preview)) => step.set(Step::Preview(preview)),
                Ok(_) => {}
                Err(failure) => step.set(Step::Refused(failure.text)),
            }
        });
    };
    let start = move |(spec, currency): (Unread<ImportSpec>, Option<Currency>)| {
        spawn_local(async move {
            if let Err(text) = set_currency(app, currency).await {
                return step.set(Step::Refused(text));
            }
            match app.ask(Ask::Import(spec)).await {
                Ok(_) => step.set(Step::Choose),
                Err(failure) => step.set(Step::Refused(failure.text)),
            }
        });
    };
    let is_running = move || app.import.read().is_some() && app.import_end.read().is_none();
    view! {
        <h1>{t(Text::ImportTitle)}</h1>
        {move || {
            if own.get().is_none() {
                return view! {
                    <p class="note" data-testid="import-demo">{t(Text::ImportDemo)}</p>
                    <Later fetch=fetch_sign_in lines=2 />
                }
                    .into_any();
            }
            if is_running() {
                return view! { <Progress /> }.into_any();
            }
            match step.get() {
                Step::Looking => view! { <Card title=Signal::derive(move || words(Text::Reading, app.locale.get()).to_owned())><Skeleton lines=6 /></Card> }.into_any(),
                Step::Preview(preview) => {
                    provide_context(Confirming {
                        preview,
                        on_correct: Callback::new(correct),
                        on_start: Callback::new(start),
                        on_other: Callback::new(move |()| step.set(Step::Choose)),
                    });
                    view! { <Later fetch=fetch_confirm /> }.into_any()
                }
                other => {
                    let refused = match other {
                        Step::Refused(text) => Some(text),
                        _ => None,
                    };
                    view! { <Choose refused on_file=Callback::new(look) /> <ReportCard /> }.into_any()
                }
            }
        }}
    }
}

#[component]
fn Choose(refused: Option<String>, on_file: Callback<Option<File>>) -> impl IntoView {
    let app = app();
    let is_over = RwSignal::new(false);
    view! {
        {refused.map(|text| view! { <div class="empty" role="alert" data-testid="import-refused"><p><strong>{t(Text::ErrorTitle)}</strong></p><p>{text}</p></div> })}
        <label
            class="drop"
            class:over=is_over
            on:dragover=move |event| {
                event.prevent_default();
                is_over.set(true);
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                is_over.set(false);
                on_file.run(files::dropped(&event));
            }
        >
            <span>{t(Text::ImportHint)}</span>
            <span class="faint">
                {t(Text::ImportInto)} ": " {move || app.own_company().map(|profile| profile.name)}
            </span>
            <span class="button">{t(Text::ChooseFile)}</span>
            <input
                type="file"
                class="visually-hidden"
                data-testid="import-file"
                on:change=move |event| on_file.run(files::picked(&event))
            />
        </label>
    }
}

/// Gives the company the currency of its figures, where it is to have another one.
async fn set_currency(app: App, currency: Option<Currency>) -> Result<(), String> {
    let (Some(currency), Some(own)) = (currency, app.own_company()) else {
        return Ok(());
    };
    if currency == own.currency {
        return Ok(());
    }
    let change = ProfileChange {
        currency: Some(currency),
        ..ProfileChange::default()
    };
    let path = format!("{COMPANIES_PATH}{}", own.id);
    let outcome: Result<Company, _> = http::send_json("PATCH", &path, &change).await;
    match outcome {
        Ok(_) => {
            app.learn_companies().await;
            // The engine hears of the profile with the next manifest.
            drop(app.ask(Ask::Sync).await);
            Ok(())
        }
        Err(HttpFailure::Problem(problem)) => Err(problem.detail),
        Err(HttpFailure::Offline) => {
            Err(words(Text::WaitingNetwork, app.locale.get_untracked()).to_owned())
        }
        Err(HttpFailure::Other(_)) => {
            Err(words(Text::ErrorTitle, app.locale.get_untracked()).to_owned())
        }
    }
}
