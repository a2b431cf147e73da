//! What each product, category and channel is expected to bring: computed in the background, with progress, and stopped on demand.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::{Locale, format};
use model::metrics::{MetricId, Unit};
use model::schema::Dimension;
use protocol::{
    Ask, Failure, FailureKind, ProductForecast, ProductForecasts, ProductsAsk, ProductsStatus,
    Told, Unread,
};

use crate::features::filters;
use crate::i18n::{ForecastText, Text, forecast_words, metric_name, words};
use crate::state::{App, app};
use crate::ui::{Card, Failed, Segments, Skeleton};

/// Between two looks at how far it is.
const LOOK_EVERY: Duration = Duration::from_millis(400);
/// Products that are listed before all are asked for.
const LISTED: usize = 50;
/// What may be forecast of products: both add up.
const METRICS: [MetricId; 2] = [MetricId::NetRevenue, MetricId::Units];

/// What the whole is told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Product,
    Category,
    Channel,
}

impl Level {
    const ALL: [(Level, Text); 3] = [
        (Level::Product, Text::ByProduct),
        (Level::Category, Text::ByCategory),
        (Level::Channel, Text::ByChannel),
    ];

    const fn dimension(self) -> Dimension {
        match self {
            Level::Product => Dimension::Product,
            Level::Category => Dimension::Category,
            Level::Channel => Dimension::Channel,
        }
    }
}

type Status = Option<Result<ProductsStatus, Failure>>;

/// The section.
#[component]
pub fn ProductsCard() -> impl IntoView {
    let app = app();
    let say = move |text| forecast_words(text, app.locale.get());
    let metric = RwSignal::new(MetricId::NetRevenue);
    let status = RwSignal::new(None::<Result<ProductsStatus, Failure>>);
    let level = RwSignal::new(Level::Product);
    let is_wanted = RwSignal::new(true);
    let looks = RwSignal::new(0_u32);
    let look = move || {
        looks.try_update(|looks| *looks = looks.wrapping_add(1));
    };
    Effect::new(move |before: Option<ProductsAsk>| {
        looks.track();
        app.changes.track();
        let ask = ProductsAsk {
            metric: metric.get(),
            filters: filters(app),
        };
        if before.is_some_and(|before| before != ask) {
            status.set(None);
        }
        let question = Ask::Products {
            ask: Unread::of(&ask),
            start: is_wanted.get_untracked(),
        };
        let mine = ask.clone();
        spawn_local(async move {
            let told = app.ask(question).await;
            if metric.try_get_untracked() != Some(mine.metric) {
                return;
            }
            let told = match told {
                Ok(Told::Products(told)) => told.read().map_err(unreadable),
                Ok(_) => return,
                // It is on its way and will be asked again.
                Err(failure) if failure.kind == FailureKind::NotHere => return,
                Err(failure) => Err(failure),
            };
            let is_running = told.as_ref().is_ok_and(|told| told.is_running);
            if status.try_get_untracked() != Some(Some(told.clone())) {
                status.try_set(Some(told));
            }
            if is_running {
                set_timeout(look, LOOK_EVERY);
            }
        });
        ask
    });
    let stop = move |_| {
        is_wanted.set(false);
        spawn_local(async move {
            drop(app.ask(Ask::CancelProducts).await);
            look();
        });
    };
    let start = move || {
        is_wanted.set(true);
        look();
    };
    view! {
        <Card title=Signal::derive(move || say(ForecastText::ProductsTitle).to_owned())>
            <p class="note">{move || say(ForecastText::ProductsHint)}</p>
            <Segments
                label=Signal::derive(move || words(Text::Metric, app.locale.get()).to_owned())
                options=Signal::derive(move || {
                    let locale = app.locale.get();
                    METRICS.map(|metric| (metric, metric_name(metric, locale).to_owned())).to_vec()
                })
                chosen=metric
                on_choose=move |chosen| metric.set(chosen)
            />
            {move || match state_of(&status.read()) {
                State::Unknown => view! { <Skeleton lines=5 /> }.into_any(),
                State::Failed(text) => view! { <Failed text retry=start /> }.into_any(),
                State::Stopped => {
                    view! {
                        <button class="button" data-testid="products-start" on:click=move |_| start()>
                            {move || say(ForecastText::ProductsStart)}
                        </button>
                    }
                        .into_any()
                }
                State::Running { done, of } => {
                    let locale = app.locale.get();
                    let text = say(ForecastText::ProductsProgress)
                        .replace("{done}", &format::whole(i64::from(done), locale))
                        .replace("{of}", &format::whole(i64::from(of), locale));
                    view! {
                        <p class="note" role="status">{text.clone()}</p>
                        <progress max=of value=done aria-label=text data-testid="products-progress"></progress>
                        <button class="button quiet" data-testid="products-stop" on:click=stop>
                            {move || say(ForecastText::ProductsStop)}
                        </button>
                    }
                        .into_any()
                }
                State::Told(told) => view! { <List told=*told level /> }.into_any(),
            }}
        </Card>
    }
}

/// What the section shows.
#[derive(Clone, Debug, PartialEq)]
enum State {
    Unknown,
    Failed(String),
    Stopped,
    Running { done: u32, of: u32 },
    Told(Box<ProductForecasts>),
}

fn state_of(status: &Status) -> State {
    match status {
        None => State::Unknown,
        Some(Err(failure)) => State::Failed(failure.text.clone()),
        Some(Ok(status)) => match (&status.told, &status.failure) {
            (Some(told), _) => State::Told(Box::new(told.clone())),
            (None, Some(failure)) => State::Failed(failure.text.clone()),
            (None, None) if status.is_running => State::Running {
                done: status.done,
                of: status.of,
            },
            (None, None) => State::Stopped,
        },
    }
}

fn unreadable(error: serde_json::Error) -> Failure {
    Failure::new(FailureKind::Internal, error.to_string())
}

#[component]
fn List(told: ProductForecasts, level: RwSignal<Level>) -> impl IntoView {
    let app = app();
    let locale = app.locale.get_untracked();
    let unit = told.metric.metric().unit;
    let is_all = RwSignal::new(told.products.len() <= LISTED);
    let all = forecast_words(ForecastText::ProductsAll, locale).replace(
        "{count}",
        &format::whole(told.products.len() as i64, locale),
    );
    let told = StoredValue::new(told);
    let rows = move || {
        let level = level.get();
        let count = if level == Level::Product && !is_all.get() {
            LISTED
        } else {
            usize::MAX
        };
        told.with_value(|told| rows(app, told, level, count, unit, locale))
    };
    view! {
        <Segments
            label=Signal::derive(move || forecast_words(ForecastText::ProductsBy, app.locale.get()).to_owned())
            options=Signal::derive(move || {
                Level::ALL.map(|(level, text)| (level, words(text, app.locale.get()).to_owned())).to_vec()
            })
            chosen=level
            on_choose=move |chosen| level.set(chosen)
        />
        <ul class="bars long" data-testid="product-forecasts">{rows}</ul>
        <Show when=move || level.get() == Level::Product && !is_all.get()>
            <button class="button quiet" data-testid="products-all" on:click=move |_| is_all.set(true)>{all.clone()}</button>
        </Show>
    }
}

/// The whole, at most `count` of its parts, and what is not told by itself.
fn rows(
    app: App,
    told: &ProductForecasts,
    level: Level,
    count: usize,
    unit: Unit,
    locale: Locale,
) -> Vec<AnyView> {
    let words = |text| forecast_words(text, locale).to_owned();
    let draw = |it: &ProductForecast, name, below: AnyView| {
        row(app, it, name, level.dimension(), unit, locale, below)
    };
    let nothing = || ().into_any();
    let mut rows = vec![draw(
        &told.whole,
        words(ForecastText::ProductsWhole),
        nothing(),
    )];
    let parts = match level {
        Level::Product => &told.products,
        Level::Category => &told.categories,
        Level::Channel => &told.channels,
    };
    for part in parts.iter().take(count) {
        let below = match level {
            Level::Category => own_products(app, told, &part.key, unit, locale),
            _ => nothing(),
        };
        let name = match part.key.is_empty() {
            true => words(ForecastText::ChannelsOthers),
            false => part.label.clone(),
        };
        rows.push(draw(part, name, below));
    }
    let others = told.others.as_ref().filter(|_| level != Level::Channel);
    rows.extend(others.map(|it| draw(it, words(ForecastText::ProductsOthers), nothing())));
    rows
}

/// The products of a category, drawn once they are asked for.
fn own_products(
    app: App,
    told: &ProductForecasts,
    category: &str,
    unit: Unit,
    locale: Locale,
) -> AnyView {
    let own = told.products.iter().filter(|it| it.category == category);
    let own: Vec<ProductForecast> = own.cloned().collect();
    let title = forecast_words(ForecastText::ProductsOfCategory, locale)
        .replace("{count}", &format::whole(own.len() as i64, locale));
    let is_open = RwSignal::new(false);
    let own = StoredValue::new(own);
    let rows = move || {
        is_open.get().then(|| {
            own.with_value(|own| {
                own.iter()
                    .map(|it| {
                        let (name, nothing) = (it.label.clone(), ().into_any());
                        row(app, it, name, Dimension::Product, unit, locale, nothing)
                    })
                    .collect_view()
            })
        })
    };
    view! {
        <details on:toggle=move |_| is_open.set(true)>
            <summary>{title}</summary>
            <ul class="bars">{rows}</ul>
        </details>
    }
    .into_any()
}

/// A part, which leads to its own forecast; the whole and the others lead nowhere.
fn row(
    app: App,
    part: &ProductForecast,
    name: String,
    dimension: Dimension,
    unit: Unit,
    locale: Locale,
    below: AnyView,
) -> AnyView {
    let currency = app.currency();
    let text = |value: i64| format::value_compact(value as f64, unit, currency, locale);
    let mut range = forecast_words(ForecastText::ProductsRange, locale)
        .replace("{lower}", &text(part.lower))
        .replace("{upper}", &text(part.upper))
        .replace("{last}", &text(part.last));
    if part.is_young {
        range.push_str(forecast_words(ForecastText::ProductYoung, locale));
    }
    if part.sold_out > 0 {
        let count = format::whole(part.sold_out as i64, locale);
        let words = forecast_words(ForecastText::ProductSoldOut, locale);
        range.push_str(&words.replace("{count}", &count));
    }
    let change = part.change.map(|change| {
        let class = if change < 0.0 {
            "change bad"
        } else {
            "change good"
        };
        view! { <span class=class>{format::change(change, locale)}</span> }
    });
    let (key, exact) = (part.key.clone(), part.mean);
    let is_alone = key.is_empty();
    let lead = move |_| app.go(app.view.get_untracked().drilled(dimension, &key));
    view! {
        <li data-mean=exact>
            <button class="bar" disabled=is_alone on:click=lead>
                <span class="bar-name">{name}</span>
                <span class="bar-value">{text(part.mean)}</span>
                <span class="note">{range}</span>
                {change}
            </button>
            {below}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_shows_one_thing_at_a_time() {
        assert_eq!(state_of(&None), State::Unknown);
        let status = |is_running, failure: Option<&str>| {
            Some(Ok(ProductsStatus {
                is_running,
                done: 3,
                of: 9,
                failure: failure.map(|text| Failure::new(FailureKind::Internal, text)),
                ..ProductsStatus::default()
            }))
        };
        assert_eq!(
            state_of(&status(true, None)),
            State::Running { done: 3, of: 9 }
        );
        assert_eq!(state_of(&status(false, None)), State::Stopped);
        assert_eq!(
            state_of(&status(false, Some("why"))),
            State::Failed("why".into())
        );
    }
}
