//! The screens, a folder or file each.

mod access_lists;
mod access_parts;
mod api_keys;
mod api_usage;
mod audit_log;
mod consent;
mod developers;
mod devices;
pub mod explore;
pub mod forecast;
mod grants;
pub mod home;
pub mod import;
mod issuers;
pub mod later;
mod lock;
mod lock_card;
mod people;
mod programs;
mod provider;
mod section;
pub mod settings;
pub mod sign_in;
mod webhooks;

use cube::query::{Filter, Query};
use kernel::DateRange;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::metrics::MetricId;
use model::schema::Dimension;
use protocol::{Ask, Failure, FailureKind, Told};

use crate::i18n::{Text, words};
use crate::state::App;

/// What a screen has of an answer: nothing yet, the answer, or why there is none.
pub type Asked<T> = Option<Result<T, Failure>>;

/// Asks the engine now and whenever what `ask` reads changes; an answer that comes late is dropped.
/// `ask` answers `None` while it cannot be asked yet. The last answer stays until the next is there, unless
/// another company was opened or other days were asked for that are still on their way.
pub fn asked<T: PartialEq + Send + Sync + 'static>(
    app: App,
    ask: impl Fn() -> Option<Ask> + 'static,
    read: impl Fn(Told) -> Option<T> + Clone + 'static,
) -> RwSignal<Asked<T>> {
    let answer = RwSignal::new(None);
    let latest = StoredValue::new(0_u32);
    let answered = StoredValue::new(None::<Ask>);
    Effect::new(move |before: Option<String>| {
        let company = app.company();
        latest.update_value(|number| *number += 1);
        if before.is_some_and(|before| before != company) {
            // Nobody sees one company's figures under the name of another.
            answer.set(None);
        }
        let Some(ask) = ask() else { return company };
        let mine = latest.get_value();
        let read = read.clone();
        app.questions.update(|waiting| *waiting += 1);
        spawn_local(async move {
            let told = app.ask(ask.clone()).await;
            app.questions
                .update(|waiting| *waiting = waiting.saturating_sub(1));
            if latest.try_get_value() != Some(mine) {
                return;
            }
            let is_again = answered.get_value().as_ref() == Some(&ask);
            let outcome = match told {
                // It is on its way and will be asked again; without a network it will not come.
                Err(failure) if failure.kind == FailureKind::NotHere => {
                    let text = words(Text::DaysNotHere, app.locale.get_untracked());
                    let failure = Failure::new(FailureKind::NotHere, text);
                    match app.offline.get_untracked() {
                        true => Some(Err(failure)),
                        false if is_again => None,
                        false => return answer.set(None),
                    }
                }
                Err(failure) => Some(Err(failure)),
                Ok(told) => read(told).map(Ok),
            };
            answered.set_value(Some(ask));
            // The same answer again leaves what is on screen alone, with its focus and its fingers.
            if outcome.is_some() && *answer.read_untracked() != outcome {
                answer.set(outcome);
            }
        });
        company
    });
    answer
}

/// A question about metrics over days, with the filters on screen.
pub fn question(app: App, metrics: &[MetricId], range: DateRange) -> Query {
    let mut query = Query::of(
        metrics.first().copied().unwrap_or(MetricId::NetRevenue),
        range,
    );
    query.metrics = metrics.to_vec();
    query.filters = filters(app);
    query
}

/// The filters on screen.
pub fn filters(app: App) -> Vec<Filter> {
    app.view.read().conditions()
}

/// What a dimension is called.
pub const fn dimension_text(dimension: Dimension) -> Text {
    match dimension {
        Dimension::Category => Text::ByCategory,
        Dimension::Product => Text::ByProduct,
        Dimension::Country => Text::ByCountry,
        Dimension::City => Text::ByCity,
        Dimension::Month => Text::ByMonth,
        Dimension::Week => Text::ByWeek,
        Dimension::Quarter => Text::ByQuarter,
        Dimension::Year => Text::ByYear,
        Dimension::Weekday => Text::ByWeekday,
        Dimension::FirstOrderMonth => Text::ByFirstOrder,
        Dimension::MonthsSinceFirstOrder => Text::ByMonthsSince,
        Dimension::Day => Text::Day,
        Dimension::Endpoint => Text::ByEndpoint,
        Dimension::Caller => Text::ByCaller,
        _ => Text::ByChannel,
    }
}
