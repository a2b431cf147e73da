//! The pivot table: one metric by two dimensions, with totals, as it is exported.

use std::collections::BTreeMap;

use cube::query::{Answer, Member, Sort, SortBy};
use kernel::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::format;
use model::metrics::{MetricId, Unit};
use model::period::Grain;
use model::schema::Dimension;
use protocol::{Ask, Told};

use super::home::Controls;
use super::{asked, dimension_text, question};
use crate::dashboards::CHOICES;
use crate::i18n::{Text, metric_name, t, words};
use crate::pivot_csv;
use crate::platform::{files, history, page};
use crate::state::{App, app};
use crate::ui::{Card, Choice, Empty, Failed, Skeleton};
use crate::view_state::{DIMENSIONS, Figure, ViewState};

/// Rows that are shown; of a longer table the first, and a line that says so.
const ROWS_SHOWN: usize = 200;

/// A table as it is on screen.
#[derive(Clone, Default)]
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    total: Vec<String>,
    /// By cell of `rows`, how near it is to the largest, in percent; empty where cells are not shaded.
    heat: Vec<Vec<Option<u8>>>,
}

/// The screen.
#[component]
pub fn Explore() -> impl IntoView {
    let app = app();
    let metric = Memo::new(move |_| app.view.read().metric);
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
                        CHOICES.iter().map(|one| (one.name().to_owned(), metric_name(*one, app.locale.get()).to_owned())).collect::<Vec<_>>()
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

fn draw(app: App, table: Table) -> impl IntoView {
    let cells = |row: &[String], heat: &[Option<u8>]| {
        row.iter()
            .enumerate()
            .map(|(at, cell)| {
                let cell = cell.clone();
                let heat = heat.get(at).copied().flatten();
                match (at, heat) {
                    (0, _) => view! { <th scope="row">{cell}</th> }.into_any(),
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
    let all = table.rows.len();
    let cut = (all > ROWS_SHOWN).then_some({
        move || {
            let locale = app.locale.get();
            let count =
                |number: usize| format::whole(i64::try_from(number).unwrap_or(i64::MAX), locale);
            let said = words(Text::RowsShown, locale);
            said.replace("{shown}", &count(ROWS_SHOWN))
                .replace("{all}", &count(all))
        }
    });
    view! {
        {cut.map(|said| view! { <p class="note">{said}</p> })}
        <div class="scroll" tabindex="0" role="region" aria-label=t(Text::PivotQuestion)>
            <table data-testid="pivot">
                <thead><tr>{table.header.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view()}</tr></thead>
                <tbody>
                    {table
                        .rows
                        .iter()
                        .take(ROWS_SHOWN)
                        .enumerate()
                        .map(|(at, row)| view! { <tr>{cells(row, heat_of(at))}</tr> })
                        .collect_view()}
                </tbody>
                <tfoot><tr>{cells(&table.total, &[])}</tr></tfoot>
            </table>
        </div>
    }
}

/// Whether two dimensions are steps of one thing. What month somebody first ordered in and how long ago that
/// was are not, though both are told by the customer.
fn say_the_same(one: Dimension, other: Dimension) -> bool {
    let are_cohorts = one.is_of_first_orders() && one != other;
    one.stored() == other.stored() && !are_cohorts
}

/// What the margins of a table show: the whole of a row is all of it, but some share of the total.
const fn margin(figure: Figure) -> Figure {
    match figure {
        Figure::ShareOfRow => Figure::ShareOfTotal,
        other => other,
    }
}

/// The periods that members stand for.
const fn grain_of(dimension: Dimension) -> Option<Grain> {
    match dimension {
        Dimension::FirstOrderMonth => Some(Grain::Month),
        other => Grain::of(other),
    }
}

fn build(
    app: App,
    metric: MetricId,
    (rows, columns): (Dimension, Dimension),
    figure: Figure,
    answers: &[Answer],
) -> Table {
    let [cells, by_row, by_column] = answers else {
        return Table::default();
    };
    let (locale, currency) = (app.locale.get(), app.currency());
    let unit = metric.metric().unit;
    let text = |value: Option<cube::query::Value>, unit| {
        value
            .map(|value| format::value(value, unit, currency, locale))
            .unwrap_or_default()
    };
    // What was asked beside the value is what is shown; a margin that cannot have it shows the value.
    let first = |row: &cube::query::Row| match row.derived.first() {
        Some(derived) => text(*derived, figure.unit(unit)),
        None => text(row.values.first().copied().flatten(), unit),
    };
    let whole = |row: &cube::query::Row| match figure {
        Figure::ShareOfTotal | Figure::ShareOfRow => {
            text(Some(cube::query::Value::Real(1.0)), Unit::Percent)
        }
        Figure::Rank => String::new(),
        _ => first(row),
    };
    let name = |dimension: Dimension, member: &Member| member_name(app, dimension, member);
    let members = |answer: &Answer| -> Vec<Member> {
        answer
            .rows
            .iter()
            .filter_map(|row| row.members.first().cloned())
            .collect()
    };
    let across = members(by_column);
    // The largest cell is the warmest, in tables of cohorts only: elsewhere shades would say little.
    let number = |row: &cube::query::Row| {
        let shown = row
            .derived
            .first()
            .or(row.values.first())
            .copied()
            .flatten();
        shown.map(cube::query::Value::as_f64)
    };
    let is_shaded = rows.is_of_first_orders() || columns.is_of_first_orders();
    let largest = cells.rows.iter().filter_map(number).fold(0.0, f64::max);
    let warmth = |value: f64| match is_shaded && largest > 0.0 && value > 0.0 {
        true => Some((100.0 * value / largest).round() as u8),
        false => None,
    };
    let mut found: BTreeMap<(&str, &str), (String, Option<u8>)> = BTreeMap::new();
    for row in &cells.rows {
        if let [down, over] = row.members.as_slice() {
            let cell = (first(row), number(row).and_then(warmth));
            found.insert((&down.key, &over.key), cell);
        }
    }
    let mut header = vec![words(dimension_text(rows), locale).to_owned()];
    header.extend(across.iter().map(|member| name(columns, member)));
    header.push(words(Text::Total, locale).to_owned());
    let lines = by_row.rows.iter().filter_map(|row| {
        let down = row.members.first()?;
        let mut line = vec![name(rows, down)];
        let mut heat = vec![None];
        for over in &across {
            let cell = found.get(&(down.key.as_str(), over.key.as_str()));
            let (text, warmth) = cell.cloned().unwrap_or_default();
            line.push(text);
            heat.push(warmth);
        }
        line.push(match figure {
            Figure::ShareOfRow => whole(row),
            _ => first(row),
        });
        Some((line, heat))
    });
    let (lines, heat) = lines.unzip();
    let mut total = vec![words(Text::Total, locale).to_owned()];
    total.extend(by_column.rows.iter().map(first));
    total.push(whole(&by_row.total));
    Table {
        header,
        rows: lines,
        total,
        heat,
    }
}

fn member_name(app: App, dimension: Dimension, member: &Member) -> String {
    let locale = app.locale.get();
    let fiscal_year = app
        .profile
        .read()
        .as_ref()
        .map_or(kernel::FiscalYear::CALENDAR, |profile| profile.fiscal_year);
    if dimension == Dimension::Weekday {
        let number = member.key.parse::<i32>().unwrap_or(1);
        // 1 January 2024 was a Monday.
        let day = Date::from_ymd(2024, 1, 1).and_then(|monday| monday.add_days(number - 1));
        return day
            .map(|day| format::weekday(day.weekday(), locale).to_owned())
            .unwrap_or_default();
    }
    match (grain_of(dimension), member.key.parse::<Date>()) {
        (Some(grain), Ok(day)) => format::period(grain, day, fiscal_year, locale),
        _ if member.label == "-" => words(Text::Unknown, locale).to_owned(),
        _ => member.label.clone(),
    }
}
