//! The pivot table: one metric by two dimensions, with totals, as it is exported.

mod table;

use cube::query::{Answer, Sort, SortBy};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::format;
use model::metrics::MetricId;
use model::profile::TenantProfile;
use model::schema::Dimension;
use protocol::{Ask, Told};

use table::{Table, build};

use super::home::Controls;
use super::{asked, dimension_text, question};
use crate::dashboards::CHOICES;
use crate::drill::{Side, say_the_same};
use crate::i18n::{Text, metric_name, t, words};
use crate::pivot_csv;
use crate::platform::{files, history, page};
use crate::state::{App, app};
use crate::ui::{Card, Choice, Empty, Failed, Skeleton};
use crate::view_state::{Board, DIMENSIONS, Figure, ViewState};

/// Rows that are shown; of a longer table the first, and a line that says so.
const ROWS_SHOWN: usize = 200;
/// Columns that are shown beside names and totals: more than a phone draws at once, and than anybody scrolls through.
const COLUMNS_SHOWN: usize = 60;

/// The screen.
#[component]
pub fn Explore() -> impl IntoView {
    let app = app();
    let metric = Memo::new(move |_| app.seen(app.view.read().metric));
    let sides = Memo::new(move |_| {
        let view = app.view.read();
        (view.rows, view.columns)
    });
    let figure = Memo::new(move |_| {
        let (rows, columns) = sides.get();
        let chosen = app.view.read().figure;
        match chosen.fits(metric.get().metric(), &[rows, columns]) {
            true => chosen,
            false => Figure::Value,
        }
    });
    let answers = asked(
        app,
        move || {
            app.changes.track();
            let range = app.days()?;
            let (rows, columns) = sides.get();
            let of = |dimension, sort| {
                let mut query = question(app, &[metric.get()], range);
                query.group_by = vec![dimension];
                query.sort = Some(sort);
                let fits = |it: &Figure| it.fits(metric.get().metric(), &query.group_by);
                query.derived.extend(
                    Some(margin(figure.get()))
                        .filter(fits)
                        .and_then(Figure::derived),
                );
                query
            };
            let by_key = Sort {
                by: SortBy::Key,
                descending: false,
            };
            // Time runs downwards; of everything else the largest is what matters.
            let by_size = Sort {
                by: SortBy::Metric(0),
                descending: true,
            };
            let is_time = rows.is_ordered();
            let mut cells = of(rows, by_key);
            cells.group_by.push(columns);
            cells.derived = figure.get().derived().into_iter().collect();
            // A running total goes on through periods without facts.
            cells.fill_gaps =
                figure.get() == Figure::Running && (rows.is_time() || columns.is_time());
            let down = of(rows, if is_time { by_key } else { by_size });
            Some(Ask::Many(vec![cells, down, of(columns, by_key)]))
        },
        |told| match told {
            Told::Answers(answers) => answers.into_iter().collect::<Result<Vec<Answer>, _>>().ok(),
            _ => None,
        },
    );
    let table = Memo::new_with_compare(
        move |_| match &*answers.read() {
            Some(Ok(answers)) => Some(build(app, metric.get(), sides.get(), figure.get(), answers)),
            _ => None,
        },
        |_, _| true,
    );
    let dimensions = move |other: Dimension| {
        let locale = app.locale.get();
        DIMENSIONS
            .iter()
            .filter(|(dimension, _)| !Board::Api.splits().contains(dimension))
            .filter(|(dimension, _)| !say_the_same(*dimension, other) || *dimension == other)
            .map(|(dimension, name)| {
                (
                    (*name).to_owned(),
                    words(dimension_text(*dimension), locale).to_owned(),
                )
            })
            .collect::<Vec<_>>()
    };
    let name_of = |wanted: Dimension| {
        DIMENSIONS
            .iter()
            .find(|(one, _)| *one == wanted)
            .map_or("", |(_, name)| name)
            .to_owned()
    };
    let dimension_of = |wanted: &str| {
        DIMENSIONS
            .iter()
            .find(|(_, name)| *name == wanted)
            .map(|(one, _)| *one)
    };
    let choose = move |is_rows: bool, name: String| {
        let Some(chosen) = dimension_of(&name) else {
            return;
        };
        let view = app.view.get_untracked();
        let (mut rows, mut columns) = (view.rows, view.columns);
        let (mine, other) = if is_rows {
            (&mut rows, &mut columns)
        } else {
            (&mut columns, &mut rows)
        };
        if say_the_same(chosen, *other) {
            // Both sides of one thing say nothing: they change places.
            *other = *mine;
        }
        *mine = chosen;
        app.go(ViewState {
            rows,
            columns,
            ..view
        });
    };
    let export = move |_| {
        if let Some(table) = table.get_untracked() {
            let mut rows = table.rows;
            rows.push(table.total);
            files::save(
                "meschain.csv",
                "text/csv;charset=utf-8",
                &pivot_csv::table(&table.header, &rows),
            );
        }
    };
    let share = move |_| {
        let address = history::full_address(&app.view.get_untracked());
        spawn_local(async move {
            if page::copy(&address).await {
                app.say(Text::LinkCopied);
            }
        });
    };
    view! {
        <h1>{t(Text::NavExplore)}</h1>
        <Controls />
        <Card title=Signal::derive(move || words(Text::PivotQuestion, app.locale.get()).to_owned())>
            <div class="controls">
                <Choice
                    label=Signal::derive(move || words(Text::Metric, app.locale.get()).to_owned())
                    options=Signal::derive(move || {
                        CHOICES.iter().filter(|one| app.sees(**one)).map(|one| (one.name().to_owned(), metric_name(*one, app.locale.get()).to_owned())).collect::<Vec<_>>()
                    })
                    chosen=Signal::derive(move || metric.get().name().to_owned())
                    testid="metric"
                    on_choose=move |name| {
                        if let Ok(metric) = name.parse::<MetricId>() {
                            app.go(ViewState { metric, ..app.view.get_untracked() });
                        }
                    }
                />
                <Choice
                    label=Signal::derive(move || words(Text::PivotRows, app.locale.get()).to_owned())
                    options=Signal::derive(move || dimensions(sides.get().0))
                    chosen=Signal::derive(move || name_of(sides.get().0))
                    testid="rows"
                    on_choose=move |name| choose(true, name)
                />
                <Choice
                    label=Signal::derive(move || words(Text::PivotColumns, app.locale.get()).to_owned())
                    options=Signal::derive(move || dimensions(sides.get().1))
                    chosen=Signal::derive(move || name_of(sides.get().1))
                    testid="columns"
                    on_choose=move |name| choose(false, name)
                />
                <Choice
                    label=Signal::derive(move || words(Text::ShowAs, app.locale.get()).to_owned())
                    options=Signal::derive(move || {
                        let (rows, columns) = sides.get();
                        let definition = metric.get().metric();
                        Figure::ALL
                            .into_iter()
                            .filter(|one| one.fits(definition, &[rows, columns]))
                            .map(|one| (one.name().to_owned(), words(one.text(), app.locale.get()).to_owned()))
                            .collect::<Vec<_>>()
                    })
                    chosen=Signal::derive(move || figure.get().name().to_owned())
                    testid="figure"
                    on_choose=move |name: String| {
                        if let Some(figure) = Figure::ALL.into_iter().find(|one| one.name() == name) {
                            app.go(ViewState { figure, ..app.view.get_untracked() });
                        }
                    }
                />
                {move || level_up(app, Side::Rows)}
                {move || level_up(app, Side::Columns)}
            </div>
            {move || match (&*answers.read(), table.get()) {
                (Some(Err(failure)), _) => {
                    let text = failure.text.clone();
                    view! { <Failed text retry=move || app.changes.update(|changes| *changes += 1) /> }.into_any()
                }
                (_, None) => view! { <Skeleton lines=8 /> }.into_any(),
                (_, Some(table)) if table.rows.is_empty() => view! { <Empty /> }.into_any(),
                (_, Some(table)) => draw(app, table).into_any(),
            }}
            <div class="controls">
                <button class="button" data-testid="export" on:click=export>{t(Text::ExportCsv)}</button>
                <button class="button quiet" on:click=share>{t(Text::CopyLink)}</button>
            </div>
        </Card>
    }
}

/// A step up on one side of the table, where there is one.
fn level_up(app: App, side: Side) -> Option<impl IntoView> {
    let (view, locale) = (app.view.read(), app.locale.get());
    let up = view.pivot_rolled_up(side)?;
    let (dimension, testid) = match side {
        Side::Rows => (up.rows, "rows-up"),
        Side::Columns => (up.columns, "columns-up"),
    };
    let name = words(dimension_text(dimension), locale);
    let label = words(Text::LevelUp, locale).replace("{name}", name);
    Some(view! {
        <button class="chip" data-testid=testid on:click=move |_| app.go(up.clone())>
            <span aria-hidden="true">"↑ "</span>
            {label}
        </button>
    })
}

/// The heading of a row or column; a button where its member can be looked into.
fn heading(app: App, side: Side, name: String, key: Option<&String>) -> AnyView {
    let Some(key) = key.cloned() else {
        return name.into_any();
    };
    let look = move |_| {
        let calendar = app.profile.read_untracked();
        let calendar = calendar.as_ref().map(TenantProfile::calendar);
        let view = app.view.get_untracked();
        let days = untrack(|| app.days());
        let below = days
            .and_then(|days| view.pivot_drilled(side, &key, days, calendar.unwrap_or_default()));
        if let Some(below) = below {
            app.go(below);
        }
    };
    view! { <button class="link" title=t(Text::LookBelow) on:click=look>{name}</button> }.into_any()
}

fn draw(app: App, table: Table) -> impl IntoView {
    // Names come first and totals last; what is cut lies between.
    let total_at = table.header.len().saturating_sub(1);
    let is_shown = |at: usize| at <= COLUMNS_SHOWN || at == total_at;
    let cells = |row: &[String], heat: &[Option<u8>], key: Option<&String>| {
        row.iter()
            .enumerate()
            .filter(|(at, _)| is_shown(*at))
            .map(|(at, cell)| {
                let cell = cell.clone();
                let heat = heat.get(at).copied().flatten();
                match (at, heat) {
                    (0, _) => {
                        let name = heading(app, Side::Rows, cell, key);
                        view! { <th scope="row">{name}</th> }.into_any()
                    }
                    (_, None) => view! { <td>{cell}</td> }.into_any(),
                    (_, Some(heat)) => {
                        let share = format!("--heat: {heat}%");
                        view! { <td class="warm" style=share>{cell}</td> }.into_any()
                    }
                }
            })
            .collect_view()
    };
    let heat_of = |at: usize| table.heat.get(at).map(Vec::as_slice).unwrap_or_default();
    let shown = table.header.iter().enumerate();
    let columns = shown.filter(|(at, _)| is_shown(*at)).map(|(at, name)| {
        let key = at.checked_sub(1).and_then(|at| table.column_keys.get(at));
        let name = heading(app, Side::Columns, name.clone(), key);
        view! { <th scope="col">{name}</th> }
    });
    let columns = columns.collect_view();
    let cut = |text, shown: usize, all: usize| {
        let locale = app.locale.get();
        let count =
            |number: usize| format::whole(i64::try_from(number).unwrap_or(i64::MAX), locale);
        let said = words(text, locale).replace("{shown}", &count(shown));
        let said = said.replace("{all}", &count(all));
        (all > shown).then(|| view! { <p class="note">{said}</p> })
    };
    let (rows_all, columns_all) = (table.rows.len(), total_at.saturating_sub(1));
    view! {
        {cut(Text::RowsShown, ROWS_SHOWN, rows_all)}
        {cut(Text::ColumnsShown, COLUMNS_SHOWN, columns_all)}
        <div class="scroll" tabindex="0" role="region" aria-label=t(Text::PivotQuestion)>
            <table data-testid="pivot">
                <thead><tr>{columns}</tr></thead>
                <tbody>
                    {table
                        .rows
                        .iter()
                        .take(ROWS_SHOWN)
                        .enumerate()
                        .map(|(at, row)| view! { <tr>{cells(row, heat_of(at), table.row_keys.get(at))}</tr> })
                        .collect_view()}
                </tbody>
                <tfoot><tr>{cells(&table.total, &[], None)}</tr></tfoot>
            </table>
        </div>
    }
}

/// What the margins of a table show: the whole of a row is all of it, but some share of the total.
const fn margin(figure: Figure) -> Figure {
    match figure {
        Figure::ShareOfRow => Figure::ShareOfTotal,
        other => other,
    }
}
