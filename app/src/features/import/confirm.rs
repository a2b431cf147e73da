//! What a file would become, before anything of it is sent: its first rows, columns and dialect.

use kernel::Currency;
use leptos::prelude::*;
use protocol::{FilePreview, FileWarning, ImportSpec, Unread};

use super::columns::{CURRENCIES, Columns, Dialect, Sample};
use crate::i18n::{Text, column_name, file_warning, t, words};
use crate::state::app;
use crate::ui::{Card, Choice};

/// What is to be confirmed, and what follows; given to [`Confirm`] by context.
#[derive(Clone)]
pub struct Confirming {
    /// What the engine found.
    pub preview: Unread<FilePreview>,
    /// Looks again, read differently.
    pub on_correct: Callback<Unread<ImportSpec>>,
    /// Starts, with the company's currency where it is still open.
    pub on_start: Callback<(Unread<ImportSpec>, Option<Currency>)>,
    /// Chooses another file.
    pub on_other: Callback<()>,
}

/// The preview of [`Confirming`].
#[component]
pub fn Confirm() -> impl IntoView {
    let confirming = expect_context::<Confirming>();
    match confirming.preview.read() {
        Ok(preview) => view! { <Preview preview confirming /> }.into_any(),
        // Page and engine are of one build, so only a fault leads here.
        Err(error) => view! { <p class="note" role="alert">{error.to_string()}</p> }.into_any(),
    }
}

#[component]
fn Preview(preview: FilePreview, confirming: Confirming) -> impl IntoView {
    let app = app();
    let Confirming {
        on_correct,
        on_start,
        on_other,
        ..
    } = confirming;
    let on_correct = Callback::new(move |spec: ImportSpec| on_correct.run(Unread::of(&spec)));
    let missing = preview.missing.clone();
    let is_complete = missing.is_empty();
    let spec = preview.spec.clone();
    let read_as = preview.spec.clone();
    let title = Signal::derive(move || words(Text::PreviewTitle, app.locale.get()).to_owned());
    let trial = preview.trial.clone();
    let name = preview.name.clone();
    let columns = preview.clone();
    // The first file says in which currency the figures are; until then it can be chosen.
    let is_first = app.data.read_untracked().segments_listed == 0;
    let base = RwSignal::new(spec.currency.filter(|_| is_first));
    let foreign = spec
        .currency
        .filter(|file| !is_first && *file != app.currency());
    let start = move |_| on_start.run((Unread::of(&spec), base.get_untracked()));
    view! {
        <div data-testid="import-preview">
            <Card title>
                <p class="faint">{name}</p>
                {trial.map(|trial| view! { <Sample trial /> })}
                {(!is_complete)
                    .then(|| {
                        let names = move || {
                            let names: Vec<_> = missing.iter().map(|column| column_name(column, app.locale.get()).to_owned()).collect();
                            names.join(", ")
                        };
                        view! { <p role="alert" class="bad">{t(Text::MissingColumns)} " " {names}</p> }
                    })}
                <Doubts warnings=preview.warnings spec=read_as />
                {is_first.then(|| view! { <BaseCurrency base /> })}
                {foreign
                    .map(|file| {
                        let text = move || {
                            words(Text::OtherCurrency, app.locale.get())
                                .replace("{file}", file.code())
                                .replace("{company}", app.currency().code())
                        };
                        view! { <p class="note">{text}</p> }
                    })}
                <div class="controls">
                    <button class="button" data-testid="import-start" disabled=!is_complete on:click=start>
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

/// What the file leaves open, and how it is read meanwhile.
#[component]
fn Doubts(warnings: Vec<FileWarning>, spec: ImportSpec) -> impl IntoView {
    let app = app();
    let lines = move || {
        let locale = app.locale.get();
        let line = |warning| view! { <p class="line">{file_warning(warning, &spec, locale)}</p> };
        warnings.iter().map(line).collect_view()
    };
    view! { <div role="status" data-testid="import-warnings">{lines}</div> }
}

#[component]
fn BaseCurrency(base: RwSignal<Option<Currency>>) -> impl IntoView {
    let app = app();
    let chosen = move || {
        base.get()
            .unwrap_or_else(|| app.currency())
            .code()
            .to_owned()
    };
    let options = move || {
        let mut codes: Vec<String> = CURRENCIES.iter().map(|code| (*code).to_owned()).collect();
        if !codes.contains(&chosen()) {
            codes.push(chosen());
        }
        codes
            .into_iter()
            .map(|code| (code.clone(), code))
            .collect::<Vec<_>>()
    };
    view! {
        <Choice
            label=Signal::derive(move || words(Text::CompanyCurrency, app.locale.get()).to_owned())
            options=Signal::derive(options)
            chosen=Signal::derive(chosen)
            testid="base-currency"
            on_choose=move |code: String| base.set(code.parse().ok())
        />
        <p class="note">{t(Text::CompanyCurrencyNote)}</p>
    }
}
