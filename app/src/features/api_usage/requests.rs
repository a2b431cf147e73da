//! The last requests, one by one.

use api::traffic::{RequestRecord, Requests};
use kernel::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::{Locale, format};

use super::fetch::{self, Seen, caller_words};
use super::parts::count;
use super::{DAY_MILLIS, State, title, u};
use crate::i18n::UsageText as T;
use crate::ui::Card;

/// The most that one screen shows; a phone grows slow beyond.
const SHOWN_MAX: usize = 500;

#[component]
pub fn LastRequests(state: State, seen: Seen) -> impl IntoView {
    let names = StoredValue::new(seen.names);
    let shown = RwSignal::new(seen.requests);
    let older = move |_| {
        let before = shown.read_untracked().before;
        let choices = state.choices.get_untracked();
        spawn_local(async move {
            match fetch::requests(&choices, before).await {
                Ok(more) => drop(shown.try_update(|shown| {
                    shown.requests.extend(more.requests);
                    shown.before = more.before;
                })),
                Err(text) => drop(state.seen.try_set(Some(Err(text)))),
            }
        });
    };
    let has_older = move || {
        let Requests { requests, before } = &*shown.read();
        before.is_some() && requests.len() < SHOWN_MAX
    };
    let rows = move || {
        let locale = state.app.locale.get();
        let shown = shown.read();
        let rows = shown.requests.iter().map(|record| {
            let caller =
                names.with_value(|names| caller_words(&record.caller, Some(names), locale));
            row(record, caller, locale)
        });
        rows.collect_view()
    };
    let heads = [T::Moment, T::Route, T::Status, T::Length, T::Caller];
    let heads = heads.map(|text| view! { <th scope="col">{u(text)}</th> });
    view! {
        <Card title=title(T::Last)>
            <div class="scroll" tabindex="0" role="region" aria-label=title(T::Last) data-testid="usage-requests">
                <table>
                    <thead><tr>{heads.into_iter().collect_view()}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <Show when=has_older>
                <button class="button quiet" data-testid="usage-older" on:click=older>{u(T::Older)}</button>
            </Show>
        </Card>
    }
}

fn row(record: &RequestRecord, caller: String, locale: Locale) -> impl IntoView + use<> {
    let length = format!("{} ms", format::whole(record.millis, locale));
    let status = count(record.status.into(), locale);
    view! {
        <tr data-request=record.id.clone() class:rejected=record.status.ge(&400)>
            <th scope="row">{moment(record.at, locale)}</th>
            <td lang="en">{record.route.clone()}</td>
            <td>{status}</td>
            <td>{length}</td>
            <td>{caller}</td>
        </tr>
    }
}

/// A moment, in UTC as everything here.
fn moment(at: i64, locale: Locale) -> String {
    let day = i32::try_from(at.div_euclid(DAY_MILLIS)).ok();
    let day = day.and_then(|day| Date::from_days(day).ok());
    let day = day
        .map(|day| format::day_of_period(day, locale))
        .unwrap_or_default();
    let seconds = at.rem_euclid(DAY_MILLIS) / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{day} {hours:02}:{minutes:02}:{seconds:02}")
}
