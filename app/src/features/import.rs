//! Bringing data in: choose a file, see how it is read, correct it, watch it become figures.

mod columns;
mod progress;

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Ask, FilePreview, ImportSpec, Told};

use crate::i18n::{Text, t, words};
use crate::platform::files::{self, File};
use crate::platform::history;
use crate::state::app;
use crate::ui::{Card, Skeleton};
use crate::view_state::ViewState;
use columns::{Columns, Dialect, Sample};
use progress::{Progress, ReportCard};

/// Where the screen is.
#[derive(Clone, PartialEq)]
enum Step {
    Choose,
    Looking,
    Preview(Box<FilePreview>),
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
        if let Some(own) = own.get() {
            if app.company() != own {
                app.go(ViewState {
                    company: own,
                    filters: Vec::new(),
                    ..app.view.get_untracked()
                });
            }
        }
    });
    let look = move |file: Option<File>| {
        let Some(file) = file else { return };
        step.set(Step::Looking);
        app.import.set(None);
        app.import_end.set(None);
        spawn_local(async move {
            step.set(match app.ask_with(Ask::Sniff, Some(file)).await {
                Ok(Told::Preview(preview)) => Step::Preview(preview),
                Ok(_) => Step::Choose,
                Err(failure) => Step::Refused(failure.text),
            });
        });
    };
    if history::parameter("shared").as_deref() == Some("1") {
        spawn_local(async move { look(files::shared().await) });
    }
    let correct = move |spec: ImportSpec| {
        spawn_local(async move {
            match app.ask(Ask::Resample(Box::new(spec))).await {
                Ok(Told::Preview(preview)) => step.set(Step::Preview(preview)),
                Ok(_) => {}
                Err(failure) => step.set(Step::Refused(failure.text)),
            }
        });
    };
    let start = move |spec: ImportSpec| {
        spawn_local(async move {
            match app.ask(Ask::Import(Box::new(spec))).await {
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
                return view! { <p class="note" data-testid="import-demo">{t(Text::ImportDemo)}</p> }.into_any();
            }
            if is_running() {
                return view! { <Progress /> }.into_any();
            }
            match step.get() {
                Step::Looking => view! { <Card title=Signal::derive(move || words(Text::Reading, app.locale.get()).to_owned())><Skeleton lines=6 /></Card> }.into_any(),
                Step::Preview(preview) => view! { <Confirm preview=*preview on_correct=Callback::new(correct) on_start=Callback::new(start) on_other=Callback::new(move |()| step.set(Step::Choose)) /> }.into_any(),
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

#[component]
fn Confirm(
    preview: FilePreview,
    on_correct: Callback<ImportSpec>,
    on_start: Callback<ImportSpec>,
    on_other: Callback<()>,
) -> impl IntoView {
    let app = app();
    let is_complete = preview.missing.is_empty();
    let spec = preview.spec.clone();
    let title = Signal::derive(move || words(Text::PreviewTitle, app.locale.get()).to_owned());
    let trial = preview.trial.clone();
    let name = preview.name.clone();
    let columns = preview.clone();
    view! {
        <div data-testid="import-preview">
            <Card title>
                <p class="faint">{name}</p>
                {trial.map(|trial| view! { <Sample trial /> })}
                <div class="controls">
                    <button
                        class="button"
                        data-testid="import-start"
                        disabled=!is_complete
                        on:click=move |_| on_start.run(spec.clone())
                    >
                        {t(Text::StartImport)}
                    </button>
                    <button class="button quiet" on:click=move |_| on_other.run(())>{t(Text::OtherFile)}</button>
                </div>
            </Card>
            <Columns preview=columns on_correct />
            <Dialect spec=preview.spec on_correct />
        </div>
    }
}
