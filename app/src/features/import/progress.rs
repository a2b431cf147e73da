//! An import on its way, and what became of its rows.

use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::format;
use protocol::{Ask, ImportEnd, ImportReport, ImportStage, Told};

use crate::i18n::{Text, column_name, reason_text, t, words};
use crate::platform::files;
use crate::state::app;
use crate::ui::Card;
use crate::view_state::{Period, Screen, ViewState};

const fn stage_text(stage: ImportStage) -> Text {
    match stage {
        ImportStage::Reading => Text::StageReading,
        ImportStage::Sending => Text::StageSending,
        ImportStage::Processing => Text::StageProcessing,
        ImportStage::Syncing => Text::StageSyncing,
        ImportStage::Ended => Text::StageEnded,
    }
}

/// Rejected rows that are shown; the download has them all.
const EXAMPLES_SHOWN: usize = 8;

/// An import on its way.
#[component]
pub fn Progress() -> impl IntoView {
    let app = app();
    let title = Signal::derive(move || {
        app.import
            .read()
            .as_ref()
            .map(|progress| progress.file.clone())
            .unwrap_or_default()
    });
    view! {
        <Card title>
            <div data-testid="import-progress" role="status">
                {move || {
                    let locale = app.locale.get();
                    app.import
                        .get()
                        .map(|progress| {
                            let stage = if progress.waiting { Text::WaitingNetwork } else { stage_text(progress.stage) };
                            // Reading is the first half of the way, working in the second.
                            let read = progress.bytes_read as f64 / progress.bytes.max(1) as f64;
                            let done = f64::from(progress.chunks_done) / f64::from(progress.chunks.max(1));
                            let share = (read * 0.5 + done * 0.5).clamp(0.0, 1.0);
                            view! {
                                <p>{words(stage, locale)}</p>
                                <progress max="1" value=share aria-label=t(Text::ImportTitle)></progress>
                                <p class="faint">
                                    {t(Text::RowsRead)} ": " {format::whole(progress.rows as i64, locale)} " · "
                                    {format::bytes(progress.bytes_read, locale)} " / " {format::bytes(progress.bytes, locale)}
                                </p>
                            }
                        })
                }}
            </div>
            <button
                class="button quiet"
                on:click=move |_| spawn_local(async move { drop(app.ask(Ask::CancelImport).await) })
            >
                {t(Text::Cancel)}
            </button>
        </Card>
    }
}

/// What became of the last import.
#[component]
pub fn ReportCard() -> impl IntoView {
    let app = app();
    move || {
        app.import_end
            .read()
            .as_ref()
            .and_then(|end| end.read().ok())
            .map(|end| match end {
                ImportEnd::Failed(failure) => view! {
                    <div class="empty" role="alert" data-testid="import-refused">
                        <p><strong>{t(Text::ImportFailed)}</strong></p>
                        <p>{failure.text}</p>
                    </div>
                }
                .into_any(),
                ImportEnd::Done(report) => view! { <Rows report /> }.into_any(),
                ImportEnd::Cancelled(report) => {
                    view! { <p class="note">{t(Text::ImportCancelled)}</p> <Rows report /> }
                        .into_any()
                }
            })
    }
}

#[component]
fn Rows(report: ImportReport) -> impl IntoView {
    let app = app();
    let locale = app.locale.get_untracked();
    let line = move |text: Text, count: u64| {
        view! { <div><dt>{t(text)}</dt><dd>{format::whole(count as i64, locale)}</dd></div> }
    };
    let save = move |_| {
        spawn_local(async move {
            if let Ok(Told::Csv(csv)) = app.ask(Ask::ImportRejected).await {
                files::save("rejected.csv", "text/csv;charset=utf-8", &csv);
            }
        });
    };
    let see = move |_| {
        let company = app
            .own_company()
            .map(|profile| profile.id.to_string())
            .unwrap_or_default();
        app.go(ViewState {
            screen: Screen::Home,
            company,
            period: Period::Default,
            filters: Vec::new(),
            ..app.view.get_untracked()
        });
    };
    view! {
        <Card title=Signal::derive(move || words(Text::ReportTitle, app.locale.get()).to_owned())>
            <dl
                class="facts"
                data-testid="import-report"
                data-rows=report.rows
                data-taken=report.taken
                data-duplicates=report.duplicates
                data-rejected=report.rejected
            >
                {line(Text::ReportRows, report.rows)} {line(Text::ReportTaken, report.taken)}
                {line(Text::ReportDuplicates, report.duplicates)} {line(Text::ReportCorrected, report.corrected)}
                {line(Text::ReportReturns, report.returns)} {line(Text::ReportRejected, report.rejected)}
            </dl>
            {(report.replaced_characters > 0)
                .then(|| {
                    let count = format::whole(report.replaced_characters as i64, locale);
                    view! { <p class="note">{t(Text::ReportReplaced)} ": " {count}</p> }
                })}
            {report.period.map(|days| view! { <p class="faint">{format::date_range(days, locale)}</p> })}
            {(report.rejected > 0)
                .then(|| {
                    view! {
                        <ul class="reasons">
                            {report
                                .reasons
                                .iter()
                                .map(|(reason, count)| view! { <li>{reason_text(reason, locale).to_owned()} ": " {format::whole(*count as i64, locale)}</li> })
                                .collect_view()}
                        </ul>
                        <div class="scroll" tabindex="0" role="region" aria-label=t(Text::ReportRejected)>
                            <table>
                                <tbody>
                                    {report
                                        .examples
                                        .iter()
                                        .take(EXAMPLES_SHOWN)
                                        .map(|row| {
                                            let column = row.field.as_deref().map(|field| column_name(field, locale).to_owned());
                                            view! {
                                                <tr>
                                                    <th scope="row">{t(Text::Line)} " " {format::whole(row.line as i64, locale)}</th>
                                                    <td>{column}</td>
                                                    <td>{row.value.clone()}</td>
                                                    <td>{reason_text(&row.reason, locale).to_owned()}</td>
                                                </tr>
                                            }
                                        })
                                        .collect_view()}
                                </tbody>
                            </table>
                        </div>
                        <button class="button quiet" data-testid="download-rejected" on:click=save>{t(Text::DownloadRejected)}</button>
                    }
                })}
            <button class="button" data-testid="see-dashboard" on:click=see>{t(Text::SeeDashboard)}</button>
        </Card>
    }
}
