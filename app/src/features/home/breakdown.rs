//! Where the dashboard's main metric comes from: tap a member to look below it.

use cube::query::{Answer, Compare, Derived, Row, Sort, SortBy, Top, Value};
use leptos::prelude::*;
use locale::format;
use model::metrics::{Change, Direction, MetricId};
use model::schema::Dimension;
use protocol::{Ask, Told};

use crate::dashboards::main_metric;
use crate::features::{asked, dimension_text, question};
use crate::i18n::{Text, metric_name, words};
use crate::state::{App, app};
use crate::ui::{Bar, BarList, Card, Empty, Failed, Segments, Skeleton};
use crate::view_state::ViewState;

const ROWS: usize = 8;
/// The breakdown card.
#[component]
pub fn Breakdown() -> impl IntoView {
    let app = app();
    let splits = Memo::new(move |_| app.view.read().board.splits());
    let split = Memo::new(move |_| {
        let own = app.view.read().split;
        let is_own = |one: &&Dimension| **one == own;
        let splits = splits.get();
        splits
            .iter()
            .find(is_own)
            .or(splits.first())
            .copied()
            .unwrap_or(own)
    });
    let metric = Memo::new(move |_| app.seen(main_metric(app.view.read().board)));
    let answer = asked(
        app,
        move || {
            app.changes.track();
            let mut query = question(app, &[metric.get()], app.days()?);
            query.group_by = vec![split.get()];
            let range = query.range;
            query.compare =
                Some(Compare::PreviousPeriod).filter(|compare| app.covers(*compare, range));
            query.sort = Some(Sort {
                by: SortBy::Metric(0),
                descending: true,
            });
            query.derived = vec![Derived::ShareOfTotal { metric: 0 }];
            query.top = Some(Top {
                rows: ROWS,
                others: true,
            });
            Some(Ask::Query(query))
        },
        |told| match told {
            Told::Answer(answer) => Some(answer),
            _ => None,
        },
    );
    let drill = move |key: String| {
        let split = split.get_untracked();
        let view = ViewState {
            split,
            ..app.view.get_untracked()
        };
        app.go(view.drilled(split, &key))
    };
    let title = move || {
        let locale = app.locale.get();
        words(Text::SplitQuestion, locale).replace("{metric}", metric_name(metric.get(), locale))
    };
    view! {
        <Card title=Signal::derive(title)>
            <Segments
                label=Signal::derive(move || words(Text::SplitBy, app.locale.get()).to_owned())
                options=Signal::derive(move || {
                    let named = |one: &Dimension| (*one, words(dimension_text(*one), app.locale.get()).to_owned());
                    splits.get().iter().map(named).collect()
                })
                chosen=split
                on_choose=move |split| app.go(ViewState { split, ..app.view.get_untracked() })
            />
            {move || match &*answer.read() {
                None => view! { <Skeleton lines=6 /> }.into_any(),
                Some(Err(failure)) => {
                    let text = failure.text.clone();
                    view! { <Failed text retry=move || app.changes.update(|changes| *changes += 1) /> }.into_any()
                }
                Some(Ok(answer)) if answer.rows.is_empty() => view! { <Empty /> }.into_any(),
                Some(Ok(answer)) => view! { <BarList bars=bars(app, metric.get_untracked(), answer) on_choose=drill /> }.into_any(),
            }}
        </Card>
    }
}

/// Rows of an answer with one compared metric and its share of the total, as bars.
pub fn bars(app: App, metric: MetricId, answer: &Answer) -> Vec<Bar> {
    let (locale, currency) = (app.locale.get(), app.currency());
    let (unit, direction) = (metric.metric().unit, metric.metric().direction);
    let exactly =
        |value: Option<Value>| value.map(|value| format::value(value, unit, currency, locale));
    let value_of = |row: &Row| row.values.first().copied().flatten();
    let most = answer
        .rows
        .iter()
        .filter_map(value_of)
        .map(|value| value.as_f64())
        .fold(0.0, f64::max);
    answer
        .rows
        .iter()
        .map(|row| {
            let (value, change) = figures(row, direction);
            let before = row.compared.first().copied().flatten();
            let share = row.derived.first().copied().flatten();
            let share = share.map(|share| format::percent(share.as_f64(), 1, locale));
            let short = match value {
                Some(value) => format::value_compact(value, unit, currency, locale),
                None => words(Text::Unknown, locale).to_owned(),
            };
            let member = row.members.first();
            let name = match member {
                None => words(Text::Others, locale).to_owned(),
                Some(member) if member.label == "-" => words(Text::Unknown, locale).to_owned(),
                Some(member) => member.label.clone(),
            };
            Bar {
                key: member.map(|member| member.key.clone()).unwrap_or_default(),
                name,
                value: match &share {
                    Some(share) => format!("{short} · {share}"),
                    None => short,
                },
                exact: exactly(value_of(row)).unwrap_or_default(),
                numbers: [
                    (Text::Value, exactly(value_of(row))),
                    (Text::Previous, exactly(before)),
                    (Text::Share, share),
                ]
                .into_iter()
                .filter_map(|(text, value)| Some((words(text, locale).to_owned(), value?)))
                .collect(),
                change: change.and_then(|change| {
                    Some((format::change(change.relative?, locale), change.favourable))
                }),
                length: match value {
                    Some(value) if most > 0.0 => value / most,
                    _ => 0.0,
                },
            }
        })
        .collect()
}

/// The value of a row and how it moved. What is not known is no 0, and did not fall to it.
fn figures(row: &Row, direction: Direction) -> (Option<f64>, Option<Change>) {
    let first = |values: &[Option<Value>]| values.first().copied().flatten().map(Value::as_f64);
    let (value, before) = (first(&row.values), first(&row.compared));
    let both = value.zip(before);
    let change = both.map(|(value, before)| Change::new(value, before, direction));
    (value, change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_not_known_is_a_gap() {
        let row = |value: Option<i64>, before: Option<i64>| Row {
            members: Vec::new(),
            values: vec![value.map(Value::Whole)],
            compared: vec![before.map(Value::Whole)],
            derived: Vec::new(),
            partial: false,
            others: false,
        };
        let figures = |value, before| {
            let (value, change) = figures(&row(value, before), Direction::HigherIsBetter);
            (value, change.and_then(|change| change.relative))
        };
        assert_eq!(figures(None, Some(200)), (None, None));
        assert_eq!(figures(Some(0), Some(200)), (Some(0.0), Some(-1.0)));
        assert_eq!(figures(Some(300), Some(200)), (Some(300.0), Some(0.5)));
        assert_eq!(figures(Some(300), None), (Some(300.0), None));
    }
}
