//! The products that sell best, and those that fall most.

use cube::query::{Answer, Compare, Derived, Sort, SortBy, Top};
use leptos::prelude::*;
use model::metrics::MetricId;
use model::schema::Dimension;
use protocol::{Ask, Told};

use super::breakdown::bars;
use crate::features::{asked, question};
use crate::i18n::{Text, t, words};
use crate::state::{App, app};
use crate::ui::{BarList, Card, Empty, Skeleton};

const ROWS: usize = 5;

/// Both cards.
#[component]
pub fn Products() -> impl IntoView {
    let app = app();
    let answers = asked(
        app,
        move || ask(app),
        |told| match told {
            Told::Answers(answers) => Some(
                answers
                    .into_iter()
                    .enumerate()
                    .map(|(at, answer)| {
                        let answer = answer.ok()?;
                        Some(if at == 0 { answer } else { falling(answer) })
                    })
                    .collect::<Vec<Option<Answer>>>(),
            ),
            _ => None,
        },
    );
    let card = move |at: usize, title: Text| {
        view! {
            <Card title=Signal::derive(move || words(title, app.locale.get()).to_owned())>
                {move || match &*answers.read() {
                    Some(Ok(answers)) => {
                        let Some(Some(answer)) = answers.get(at) else {
                            return view! { <p class="note">{t(Text::NothingBefore)}</p> }.into_any();
                        };
                        let bars = bars(app, MetricId::NetRevenue, answer);
                        if bars.is_empty() {
                            return match at {
                                0 => view! { <Empty /> }.into_any(),
                                _ => view! { <p class="note">{t(Text::NothingFalls)}</p> }.into_any(),
                            };
                        }
                        let drill = move |key: String| app.go(app.view.get_untracked().drilled(Dimension::Product, &key));
                        view! { <BarList bars on_choose=drill /> }.into_any()
                    }
                    _ => view! { <Skeleton lines=5 /> }.into_any(),
                }}
            </Card>
        }
    };
    view! {
        {card(0, Text::TopQuestion)}
        {card(1, Text::FallingQuestion)}
    }
}

/// Only the rows that are less than they were.
fn falling(mut answer: Answer) -> Answer {
    answer.rows.retain(|row| {
        let first = |values: &[Option<cube::query::Value>]| values.first().copied().flatten();
        let (now, before) = (first(&row.values), first(&row.compared));
        before.is_some_and(|before| now.is_some_and(|now| now.as_f64() < before.as_f64()))
    });
    answer
}

fn ask(app: App) -> Option<Ask> {
    app.changes.track();
    let range = app.days()?;
    let has_before = app.covers(Compare::PreviousPeriod, range);
    let ranked = |by, descending| {
        let mut query = question(app, &[MetricId::NetRevenue], range);
        query.group_by = vec![Dimension::Product];
        query.derived = vec![Derived::ShareOfTotal { metric: 0 }];
        query.compare = has_before.then_some(Compare::PreviousPeriod);
        query.sort = Some(Sort { by, descending });
        query.top = Some(Top {
            rows: ROWS,
            others: false,
        });
        query
    };
    let mut questions = vec![ranked(SortBy::Metric(0), true)];
    if has_before {
        questions.push(ranked(SortBy::Change(0), false));
    }
    Some(Ask::Many(questions))
}
