//! The days and the filters that all cards follow.

use kernel::{Date, DateRange, FiscalYear};
use leptos::prelude::*;
use locale::format;
use model::schema::Dimension;
use protocol::{Ask, Told};

use crate::features::{asked, dimension_text};
use crate::i18n::{Text, t, words};
use crate::state::{App, Toast, app};
use crate::ui::{Choice, Segments};
use crate::view_state::{Period, ViewState};

const fn period_text(period: Period) -> Text {
    match period {
        Period::Default => Text::Last30,
        Period::Last(7) => Text::Last7,
        Period::Last(30) => Text::Last30,
        Period::Last(90) => Text::Last90,
        Period::Last(_) => Text::LastDays,
        Period::ThisMonth => Text::ThisMonth,
        Period::LastMonth => Text::LastMonth,
        Period::ThisQuarter => Text::ThisQuarter,
        Period::ThisYear => Text::ThisYear,
        Period::LastYear => Text::LastYear,
        Period::All => Text::AllDays,
        Period::Days(_) => Text::OwnDays,
    }
}

/// The days and the filters.
#[component]
pub fn Controls() -> impl IntoView {
    let app = app();
    let is_filtering = RwSignal::new(false);
    learn_labels(app);
    let is_long_ago = Memo::new(move |_| {
        app.days().is_some_and(|days| {
            Period::Default
                .days(
                    app.data.read().today.unwrap_or(days.to()),
                    FiscalYear::CALENDAR,
                    app.data.read().extent,
                )
                .is_some_and(|days| days.days() > 31)
        })
    });
    let options = move || {
        let locale = app.locale.get();
        let is_long_ago = is_long_ago.get();
        let default = if is_long_ago {
            Text::LastOfData
        } else {
            Text::Last30
        };
        let mut options = vec![(String::new(), words(default, locale).to_owned())];
        options.extend(
            Period::PRESETS
                .into_iter()
                .filter(|period| {
                    is_long_ago || *period != Period::Last(30) || app.view.read().period == *period
                })
                .map(|period| (period.name(), words(period_text(period), locale).to_owned())),
        );
        options.push(("own".to_owned(), words(Text::OwnDays, locale).to_owned()));
        options
    };
    let chosen = move || match app.view.read().period {
        Period::Days(_) => "own".to_owned(),
        period => period.name(),
    };
    let choose = move |name: String| {
        let period = match (name.as_str(), app.days()) {
            ("own", Some(days)) => Period::Days(days),
            _ => Period::from_name(&name),
        };
        app.go(ViewState {
            period,
            ..app.view.get_untracked()
        });
    };
    let days = move || {
        app.days()
            .map(|days| format::date_range(days, app.locale.get()))
    };
    let is_own = move || matches!(app.view.read().period, Period::Days(_));
    view! {
        <div class="controls">
            <Choice
                is_quiet=true
                label=Signal::derive(move || words(Text::PeriodLabel, app.locale.get()).to_owned())
                options=Signal::derive(options)
                chosen=Signal::derive(chosen)
                testid="range"
                on_choose=choose
            />
            <button
                class="chip"
                data-testid="filter"
                aria-expanded=move || if is_filtering.get() { "true" } else { "false" }
                on:click=move |_| is_filtering.update(|open| *open = !*open)
            >
                {t(Text::AddFilter)}
            </button>
            {move || chips().into_iter().collect_view()}
            <p class="days">{days}</p>
        </div>
        <Show when=is_own><OwnDays /></Show>
        <Show when=move || is_filtering.get()><FilterPanel on_done=move || is_filtering.set(false) /></Show>
    }
}

/// One chip a filter; a tap removes it, and can be undone.
fn chips() -> Vec<impl IntoView> {
    let app = app();
    let filters = app.view.read().filters.clone();
    filters
        .into_iter()
        .map(|(dimension, key)| {
            let remove = move |_| {
                let before = app.view.get_untracked();
                app.go(before.without(dimension));
                let text = words(Text::FilterRemoved, app.locale.get_untracked()).to_owned();
                app.toast.set(Some(Toast {
                    text,
                    undo: Some(before),
                }));
            };
            let name = Memo::new({
                let key = key.clone();
                move |_| member_label(app, dimension, &key)
            });
            let label = move || {
                format!(
                    "{}: {} {}",
                    words(Text::RemoveFilter, app.locale.get()),
                    words(dimension_text(dimension), app.locale.get()),
                    name.get()
                )
            };
            view! {
                <button class="chip on" data-testid="filter-chip" aria-label=label on:click=remove>
                    <span class="faint">{move || words(dimension_text(dimension), app.locale.get())}</span> {name} <span aria-hidden="true">"✕"</span>
                </button>
            }
        })
        .collect()
}

/// What a member is called; its key until the engine has said.
fn member_label(app: App, dimension: Dimension, key: &str) -> String {
    if key == "-" || key.is_empty() {
        return words(Text::Unknown, app.locale.get()).to_owned();
    }
    let known = app.labels.read().get(&(dimension, key.to_owned())).cloned();
    known.unwrap_or_else(|| key.to_owned())
}

/// Asks what the members of the filters on screen are called.
fn learn_labels(app: App) {
    let missing = move || {
        let labels = app.labels.read_untracked();
        let view = app.view.read();
        let filters = view.filters.iter();
        filters
            .filter(|filter| !labels.contains_key(*filter))
            .cloned()
            .collect::<Vec<_>>()
    };
    Effect::new(move |_| {
        app.changes.track();
        for (dimension, key) in missing() {
            leptos::task::spawn_local(async move {
                let ask = Ask::Members {
                    dimension,
                    search: key.clone(),
                    limit: MEMBERS_SHOWN,
                };
                if let Ok(Told::Members(members)) = app.ask(ask).await {
                    let found = members.into_iter().find(|member| member.key == key);
                    if let Some(member) = found {
                        app.labels
                            .update(|labels| drop(labels.insert((dimension, key), member.label)));
                    }
                }
            });
        }
    });
}

#[component]
fn OwnDays() -> impl IntoView {
    let app = app();
    let set = move |from: Option<Date>, to: Option<Date>| {
        let Some(days) = app.days() else { return };
        let from = from.unwrap_or(days.from());
        let to = to.unwrap_or(days.to());
        if let Ok(range) = DateRange::new(from.min(to), to.max(from)) {
            app.go(ViewState {
                period: Period::Days(range),
                ..app.view.get_untracked()
            });
        }
    };
    view! {
        <div class="controls">
            <label class="field">
                <span>{t(Text::From)}</span>
                <input
                    type="date"
                    prop:value=move || app.days().map(|days| days.from().to_string())
                    on:change=move |event| set(event_target_value(&event).parse().ok(), None)
                />
            </label>
            <label class="field">
                <span>{t(Text::To)}</span>
                <input
                    type="date"
                    prop:value=move || app.days().map(|days| days.to().to_string())
                    on:change=move |event| set(None, event_target_value(&event).parse().ok())
                />
            </label>
        </div>
    }
}

const MEMBERS_SHOWN: usize = 40;

#[component]
fn FilterPanel(on_done: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let app = app();
    let filtered = app.view.read_untracked().board.splits();
    let dimension = RwSignal::new(filtered.first().copied().unwrap_or(Dimension::Channel));
    let search = RwSignal::new(String::new());
    let members = asked(
        app,
        move || {
            app.changes.track();
            Some(Ask::Members {
                dimension: dimension.get(),
                search: search.get(),
                limit: MEMBERS_SHOWN,
            })
        },
        |told| match told {
            Told::Members(members) => Some(members),
            _ => None,
        },
    );
    let choose = move |key: String| {
        app.go(app
            .view
            .get_untracked()
            .diced(dimension.get_untracked(), &key));
        on_done();
    };
    view! {
        <section class="card" aria-label=t(Text::Filters) on:keydown=move |event| if event.key() == "Escape" { on_done() }>
            <Segments
                label=Signal::derive(move || words(Text::Filters, app.locale.get()).to_owned())
                options=Signal::derive(move || {
                    let named = |one: &Dimension| (*one, words(dimension_text(*one), app.locale.get()).to_owned());
                    filtered.iter().map(named).collect()
                })
                chosen=dimension
                on_choose=move |one| dimension.set(one)
            />
            <label class="field wide">
                <span>{t(Text::SearchMembers)}</span>
                <input type="search" on:input=move |event| search.set(event_target_value(&event)) />
            </label>
            <div class="members">
                {move || match &*members.read() {
                    Some(Ok(members)) if members.is_empty() => view! { <p>{t(Text::NoMembers)}</p> }.into_any(),
                    Some(Ok(members)) => {
                        members
                            .iter()
                            .map(|member| {
                                let (key, label) = (member.key.clone(), member.label.clone());
                                view! {
                                    <button class="chip" data-testid="member" on:click=move |_| choose(key.clone())>
                                        {if label == "-" { words(Text::Unknown, app.locale.get()).to_owned() } else { label }}
                                    </button>
                                }
                            })
                            .collect_view()
                            .into_any()
                    }
                    _ => ().into_any(),
                }}
            </div>
            <button class="link" on:click=move |_| on_done()>{t(Text::Close)}</button>
        </section>
    }
}
