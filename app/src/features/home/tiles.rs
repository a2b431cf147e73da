//! The tiles of a dashboard.

use cube::query::{Answer, Compare};
use leptos::prelude::*;
use model::metrics::MetricId;
use model::schema::Dimension;
use protocol::{Ask, Failure, HomeTile, Told};

use crate::dashboards::{target, tiles};
use crate::features::{asked, question};
use crate::state::{App, app};
use crate::ui::{Empty, Failed, Skeleton, Tile};
use crate::view_state::{Board, Period, Screen, ViewState};

/// Answers to the four questions behind the tiles, in the order of [`Tiles`]'s questions.
struct Told4 {
    metrics: Vec<MetricId>,
    answers: Vec<Result<Answer, Failure>>,
}

/// The tiles of the dashboard that is shown.
#[component]
pub fn Tiles() -> impl IntoView {
    let app = app();
    let board = Memo::new(move |_| app.view.read().board);
    let ask = move || {
        app.changes.track();
        let range = app.days()?;
        let metrics = tiles(board.get());
        let compared = |compare| {
            let mut query = question(app, metrics, range);
            query.compare = Some(compare);
            query
        };
        let mut days = question(app, metrics, range);
        days.group_by = vec![if range.days() > 120 {
            Dimension::Week
        } else {
            Dimension::Day
        }];
        days.fill_gaps = true;
        let targets: Vec<MetricId> = metrics
            .iter()
            .filter_map(|metric| target(*metric))
            .collect();
        let mut asked = vec![
            compared(Compare::PreviousPeriod),
            compared(Compare::LastYear),
            days,
        ];
        if !targets.is_empty() {
            asked.push(question(app, &targets, range));
        }
        Some(Ask::Many(asked))
    };
    let answers = asked(app, ask, move |told| match told {
        Told::Answers(answers) => Some(Told4 {
            metrics: tiles(board.get_untracked()).to_vec(),
            answers,
        }),
        _ => None,
    });
    let open = move |metric: MetricId| {
        app.go(ViewState {
            screen: Screen::Forecast,
            metric,
            ..app.view.get_untracked()
        });
    };
    view! {
        <div class="tiles">
            {move || {
                let (locale, currency) = (app.locale.get(), app.currency());
                let show = |tiles: Vec<HomeTile>| {
                    tiles.into_iter().map(|tile| view! { <Tile tile currency locale on_open=open /> }).collect_view().into_any()
                };
                match &*answers.read() {
                    None => match kept(app) {
                        Some(tiles) => show(tiles),
                        None => view! { <Skeleton lines=8 /> }.into_any(),
                    },
                    Some(Err(failure)) => {
                        let text = failure.text.clone();
                        view! { <Failed text retry=move || app.changes.update(|changes| *changes += 1) /> }.into_any()
                    }
                    Some(Ok(told)) => {
                        let tiles = combine(app, told);
                        if tiles.iter().all(|tile| tile.value.is_none()) && app.data.read().rows == 0 {
                            match kept(app) {
                                Some(tiles) => show(tiles),
                                None if app.data.read().segments_listed > 0 => view! { <Skeleton lines=8 /> }.into_any(),
                                None => view! { <Empty /> }.into_any(),
                            }
                        } else {
                            show(tiles)
                        }
                    }
                }
            }}
        </div>
    }
}

/// The figures of last time, where they are of what is shown.
fn kept(app: App) -> Option<Vec<HomeTile>> {
    let view = app.view.read();
    let is_plain =
        view.board == Board::Overview && view.filters.is_empty() && view.period == Period::Default;
    let home = app.home.read();
    home.as_ref()
        .filter(|_| is_plain)
        .map(|home| home.tiles.clone())
}

fn combine(app: App, told: &Told4) -> Vec<HomeTile> {
    let covers = |compare| app.days().is_some_and(|range| app.covers(compare, range));
    let (has_previous, has_last_year) =
        (covers(Compare::PreviousPeriod), covers(Compare::LastYear));
    let answer = |at: usize| told.answers.get(at).and_then(|answer| answer.as_ref().ok());
    let targets: Vec<MetricId> = told
        .metrics
        .iter()
        .filter_map(|metric| target(*metric))
        .collect();
    told.metrics
        .iter()
        .enumerate()
        .map(|(at, metric)| {
            let total = |from: usize| answer(from).map(|answer| &answer.total);
            let planned = target(*metric)
                .and_then(|wanted| targets.iter().position(|other| *other == wanted));
            HomeTile {
                metric: *metric,
                value: total(0).and_then(|row| row.values.get(at).copied().flatten()),
                previous: total(0)
                    .filter(|_| has_previous)
                    .and_then(|row| row.compared.get(at).copied().flatten()),
                last_year: total(1)
                    .filter(|_| has_last_year)
                    .and_then(|row| row.compared.get(at).copied().flatten()),
                target: planned.and_then(|place| total(3)?.values.get(place).copied().flatten()),
                sparkline: answer(2).map_or_else(Vec::new, |answer| {
                    answer
                        .rows
                        .iter()
                        .map(|row| {
                            row.values
                                .get(at)
                                .copied()
                                .flatten()
                                .map(|value| value.as_f64())
                        })
                        .collect()
                }),
            }
        })
        .collect()
}
