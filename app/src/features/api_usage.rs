//! What was asked of the API, for owners and administrators: how much, how well, by whom, and what is left.
//!
//! Every number is one that the edge gives; shares come of its sums. Nothing of it is kept on the device.

mod fetch;
mod parts;
mod requests;

use std::collections::BTreeSet;

use api::timeline::Span;
use kernel::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;

use crate::i18n::{Text, UsageText as T, t, usage_words};
use crate::platform::page;
use crate::state::{App, app};
use crate::ui::{Choice, Failed, Segments, Skeleton};
use crate::view_state::Screen;
use fetch::{Choices, Seen};
use parts::{OverTime, Quota, Sums, Table};
use requests::LastRequests;

const DAY_MILLIS: i64 = 86_400_000;
const HOUR_MILLIS: i64 = 3_600_000;
/// Ranges that are offered, in days.
const RANGES: [(i32, T); 3] = [(1, T::Today), (7, T::Days7), (30, T::Days30)];
/// Statuses that are offered.
const STATUSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// Words of this screen, in the language of the moment.
fn u(text: T) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || usage_words(text, app.locale.get())
}

/// The same as a title.
fn title(text: T) -> Signal<String> {
    let app = app();
    Signal::derive(move || usage_words(text, app.locale.get()).to_owned())
}

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    days: RwSignal<i32>,
    choices: RwSignal<Choices>,
    /// Operations and callers that were met, to be chosen of.
    routes: RwSignal<BTreeSet<String>>,
    callers: RwSignal<BTreeSet<String>>,
    seen: RwSignal<Option<Result<Seen, T>>>,
    latest: StoredValue<u32>,
}

/// The range of days up to today (UTC), and the hour that it is.
fn span(days: i32) -> Option<(Span, u8)> {
    let now = page::now_millis() as i64;
    let today = i32::try_from(now.div_euclid(DAY_MILLIS)).ok()?;
    let hour = u8::try_from(now.rem_euclid(DAY_MILLIS) / HOUR_MILLIS).ok()?;
    Some((Span::last(days, Date::from_days(today).ok()?), hour))
}

impl State {
    fn load(self) {
        let Some((span, hour)) = span(self.days.get_untracked()) else {
            return self.seen.set(Some(Err(T::Trouble)));
        };
        self.latest.update_value(|number| *number += 1);
        let mine = self.latest.get_value();
        let choices = self.choices.get_untracked();
        spawn_local(async move {
            let seen = fetch::all(span, hour, &choices).await;
            if self.latest.try_get_value() != Some(mine) {
                return;
            }
            if let Ok(seen) = &seen {
                let names = |usage: &api::traffic::ApiUsage| {
                    usage
                        .rows
                        .iter()
                        .map(|row| row.name.clone())
                        .collect::<Vec<_>>()
                };
                self.routes.update(|all| all.extend(names(&seen.routes)));
                self.callers.update(|all| all.extend(names(&seen.callers)));
            }
            self.seen.try_set(Some(seen));
        });
    }
}

/// The screen.
#[component]
pub fn ApiUsage() -> impl IntoView {
    let app = app();
    let state = State {
        app,
        days: RwSignal::new(7),
        choices: RwSignal::new(Choices::default()),
        routes: RwSignal::new(BTreeSet::new()),
        callers: RwSignal::new(BTreeSet::new()),
        seen: RwSignal::new(None),
        latest: StoredValue::new(0),
    };
    Effect::new(move |_| {
        state.days.track();
        state.choices.track();
        state.load();
    });
    let ranges = Signal::derive(move || {
        let locale = app.locale.get();
        RANGES
            .map(|(days, text)| (days, usage_words(text, locale).to_owned()))
            .to_vec()
    });
    view! {
        <div data-testid="api-usage">
            <button class="link" on:click=move |_| app.go_to(Screen::Settings)>"‹ " {t(Text::NavSettings)}</button>
            <h1>{t(Text::ApiUsage)}</h1>
            <p class="faint">{u(T::Hint)}</p>
            <Segments label=title(T::Period) options=ranges chosen=state.days on_choose=move |days| state.days.set(days) />
            <Filter state />
            {move || match state.seen.get() {
                None => view! { <Skeleton lines=8 /> }.into_any(),
                Some(Err(T::NotAllowed)) => {
                    view! { <p class="line" role="alert" data-testid="usage-not-allowed">{u(T::NotAllowed)}</p> }.into_any()
                }
                Some(Err(text)) => {
                    let text = usage_words(text, app.locale.get()).to_owned();
                    let retry = move || {
                        state.seen.set(None);
                        state.load();
                    };
                    view! { <div data-testid="usage-failed"><Failed text retry /></div> }.into_any()
                }
                Some(Ok(seen)) => {
                    let locale = app.locale.get();
                    view! { <Shown state seen locale /> }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Filter(state: State) -> impl IntoView {
    let app = state.app;
    let with_all = move |names: Vec<(String, String)>| {
        let all = usage_words(T::All, app.locale.get()).to_owned();
        let mut options = vec![(String::new(), all)];
        options.extend(names);
        options
    };
    let same = |names: BTreeSet<String>| {
        names
            .into_iter()
            .map(|name| (name.clone(), name))
            .collect::<Vec<_>>()
    };
    let routes = Signal::derive(move || with_all(same(state.routes.get())));
    let callers = Signal::derive(move || {
        let locale = app.locale.get();
        let seen = state.seen.read();
        let names = seen
            .as_ref()
            .and_then(|seen| seen.as_ref().ok())
            .map(|seen| &seen.names);
        let named = |caller: String| (caller.clone(), fetch::caller_words(&caller, names, locale));
        with_all(state.callers.get().into_iter().map(named).collect())
    });
    let statuses = Signal::derive(move || {
        with_all(
            STATUSES
                .map(|status| (status.to_owned(), status.to_owned()))
                .to_vec(),
        )
    });
    let chosen = move |of: fn(&Choices) -> &String| {
        Signal::derive(move || of(&state.choices.read()).clone())
    };
    view! {
        <details>
            <summary data-testid="usage-filter">{u(T::Filter)}</summary>
            <div class="fields">
                <Choice
                    label=title(T::Route)
                    options=routes
                    chosen=chosen(|choices| &choices.route)
                    testid="usage-route"
                    on_choose=move |route| state.choices.update(|choices| choices.route = route)
                />
                <Choice
                    label=title(T::Caller)
                    options=callers
                    chosen=chosen(|choices| &choices.caller)
                    testid="usage-caller"
                    on_choose=move |caller| state.choices.update(|choices| choices.caller = caller)
                />
                <Choice
                    label=title(T::Status)
                    options=statuses
                    chosen=chosen(|choices| &choices.status)
                    testid="usage-status"
                    on_choose=move |status| state.choices.update(|choices| choices.status = status)
                />
            </div>
            <button class="button quiet" data-testid="usage-refresh" on:click=move |_| state.load()>{u(T::Refresh)}</button>
        </details>
    }
}

#[component]
fn Shown(state: State, seen: Seen, locale: Locale) -> impl IntoView {
    let quota = seen.times.quota;
    if seen.times.total.calls == 0 {
        return view! {
            <p class="note" role="status" data-testid="usage-empty">{u(T::Empty)}</p>
            <Quota quota />
        }
        .into_any();
    }
    let names = seen.names.clone();
    let caller = move |name: &str| fetch::caller_words(name, Some(&names), locale);
    view! {
        <Sums sum=seen.times.total />
        <Quota quota />
        <OverTime seen=seen.clone() />
        <Table locale usage=seen.routes.clone() text=T::ByRoute head=T::Route named=str::to_owned test_id="usage-routes" />
        <Table locale usage=seen.callers.clone() text=T::ByCaller head=T::Caller named=caller test_id="usage-callers" />
        <LastRequests state seen />
    }
    .into_any()
}
