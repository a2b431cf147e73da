//! The home screen: four dashboards over the same days and filters.

mod breakdown;
mod controls;
mod products;
mod tiles;
mod trend;

use leptos::prelude::*;
use model::metrics::MetricId;

use super::later::{Later, fetch_cards};
use crate::i18n::{Text, t, words};
use crate::platform::page;
use crate::state::app;
use crate::ui::{Segments, WhenNear};
use crate::view_state::{Board, Period, Screen, ViewState};

pub use controls::Controls;
pub use trend::{ForecastWords, Trend, TrendChart, forecast_ask, grain_of, read_forecast};

const fn board_text(board: Board) -> Text {
    match board {
        Board::Overview => Text::BoardOverview,
        Board::Finance => Text::BoardFinance,
        Board::Marketing => Text::BoardMarketing,
        Board::Operations => Text::BoardOperations,
        Board::Api => Text::BoardApi,
    }
}

/// Fingers that move this far sideways change the dashboard, in CSS pixels.
const SWIPE_PIXELS: i32 = 70;

/// What swipes sideways by itself.
const OWN_SWIPES: &str = ".chart, .segments, .scroll";

/// The home screen.
#[component]
pub fn Home() -> impl IntoView {
    let app = app();
    // A company that has told all it has, which is nothing.
    let is_new = Memo::new(move |_| {
        let data = app.data.read();
        data.as_of.is_some() && data.is_empty
    });
    view! {
        <h1 class="visually-hidden">{t(Text::Dashboards)}</h1>
        {move || if is_new.get() { view! { <NewCompany /> }.into_any() } else { view! { <Boards /> }.into_any() }}
    }
}

/// The cards below the tiles.
#[component]
pub fn Cards() -> impl IntoView {
    let app = app();
    let has_products = move || app.view.read().board != Board::Api;
    view! {
        <Trend />
        <breakdown::Breakdown />
        <Show when=has_products><products::Products /></Show>
    }
}

#[component]
fn NewCompany() -> impl IntoView {
    let app = app();
    let see_demo = move |_| {
        app.go(ViewState {
            company: "demo".to_owned(),
            ..ViewState::default()
        })
    };
    view! {
        <div class="card empty" data-testid="new-company">
            <p class="big">{t(Text::NewTitle)}</p>
            <p>{t(Text::NewNext)}</p>
            <div class="controls centred">
                <button class="button" on:click=move |_| app.go_to(Screen::Import)>{t(Text::ImportAction)}</button>
                <button class="button quiet" on:click=see_demo>{t(Text::SeeDemo)}</button>
            </div>
        </div>
    }
}

#[component]
fn Boards() -> impl IntoView {
    let app = app();
    let board = Memo::new(move |_| app.view.read().board);
    let has_api = Memo::new(move |_| app.data.read().has_requests && app.sees(MetricId::ApiCalls));
    let choose = move |board: Board| {
        // Read and done with: whoever goes elsewhere writes what is read here.
        let view = app.view.with_untracked(|view| view.on_board(board));
        app.go(view);
    };
    let touch = StoredValue::new(None);
    let is_whole_year = move || {
        app.view.read().period == Period::Default
            && app.days().is_some_and(|days| days.days() > 300)
    };
    view! {
        <Segments
            label=Signal::derive(move || words(Text::Dashboards, app.locale.get()).to_owned())
            options=Signal::derive(move || {
                let named = |board: &Board| (*board, words(board_text(*board), app.locale.get()).to_owned());
                Board::shown(has_api.get()).iter().map(named).collect()
            })
            chosen=board
            on_choose=choose
        />
        <Controls />
        <Show when=is_whole_year><p class="note">{t(Text::WholeYear)}</p></Show>
        <div
            class="board"
            on:touchstart=move |event| {
                let is_one = event.touches().length() == 1 && !page::is_within(event.target(), OWN_SWIPES);
                let finger = event.touches().get(0).filter(|_| is_one);
                touch.set_value(finger.map(|finger| (finger.client_x(), finger.client_y())));
            }
            on:touchend=move |event| {
                let (Some(finger), Some((x, y))) = (event.changed_touches().get(0), touch.get_value()) else { return };
                let (across, along) = (finger.client_x() - x, finger.client_y() - y);
                if across.abs() > SWIPE_PIXELS && across.abs() > 2 * along.abs() {
                    choose(board.get_untracked().beside(if across < 0 { 1 } else { -1 }, Board::shown(has_api.get_untracked())));
                }
            }
        >
            <tiles::Tiles />
            // Below the tiles: neither their code nor the chart library is fetched for who looks at the tiles only.
            <WhenNear><Later fetch=fetch_cards /></WhenNear>
        </div>
    }
}
