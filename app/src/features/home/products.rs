//! The products that sell best, and those that fall most.

use cube::query::{Answer, Compare, Sort, SortBy, Top};
use leptos::prelude::*;
use model::metrics::MetricId;
use model::schema::Dimension;
use protocol::{Ask, Told};

use super::breakdown::bars;
use crate::features::{asked, question};
use crate::i18n::{Text, words};
use crate::state::{App, app};
use crate::ui::{BarList, Card, Skeleton};

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
                    .map(Result::ok)
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
                        let answer = answers.get(at).and_then(Option::as_ref);
                        let bars = answer.map(|answer| bars(app, MetricId::NetRevenue, answer)).unwrap_or_default();
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

fn ask(app: App) -> Option<Ask> {
    app.changes.track();
    let range = app.days()?;
    let ranked = |by, descending| {
        let mut query = question(app, &[MetricId::NetRevenue], range);
        query.group_by = vec![Dimension::Product];
        query.compare = Some(Compare::PreviousPeriod);
        query.sort = Some(Sort { by, descending });
        query.top = Some(Top {
            rows: ROWS,
            others: false,
        });
        query
    };
    Some(Ask::Many(vec![
        ranked(SortBy::Metric(0), true),
        ranked(SortBy::Change(0), false),
    ]))
}
