//! The home screen: four dashboards over the same days and filters.

mod breakdown;
mod controls;
mod products;
mod tiles;
mod trend;

use leptos::prelude::*;

use crate::i18n::{Text, t, words};
use crate::state::app;
use crate::ui::Segments;
use crate::view_state::{Board, Period, ViewState};

pub use controls::Controls;
pub use trend::{ForecastWords, Trend, TrendChart, forecast_ask, read_forecast};

const fn board_text(board: Board) -> Text {
    match board {
        Board::Overview => Text::BoardOverview,
        Board::Finance => Text::BoardFinance,
        Board::Marketing => Text::BoardMarketing,
        Board::Operations => Text::BoardOperations,
    }
}

/// Fingers that move this far sideways change the dashboard, in CSS pixels.
const SWIPE_PIXELS: i32 = 70;

/// The home screen.
#[component]
pub fn Home() -> impl IntoView {
    let app = app();
    let board = Memo::new(move |_| app.view.read().board);
    let choose = move |board: Board| {
        app.go(ViewState {
            board,
            ..app.view.get_untracked()
        })
    };
    let touch = StoredValue::new((0, 0));
    let is_whole_year = move || {
        app.view.read().period == Period::Default
            && app.days().is_some_and(|days| days.days() > 300)
    };
    view! {
        <h1 class="visually-hidden">{t(Text::Dashboards)}</h1>
        <Segments
            label=Signal::derive(move || words(Text::Dashboards, app.locale.get()).to_owned())
            options=Signal::derive(move || {
                Board::ALL.map(|board| (board, words(board_text(board), app.locale.get()).to_owned())).to_vec()
            })
            chosen=board
            on_choose=choose
        />
        <Controls />
        <Show when=is_whole_year><p class="note">{t(Text::WholeYear)}</p></Show>
        <div
            class="board"
            on:touchstart=move |event| {
                if let Some(finger) = event.touches().get(0) {
                    touch.set_value((finger.client_x(), finger.client_y()));
                }
            }
            on:touchend=move |event| {
                let Some(finger) = event.changed_touches().get(0) else { return };
                let (x, y) = touch.get_value();
                let (across, along) = (finger.client_x() - x, finger.client_y() - y);
                if across.abs() > SWIPE_PIXELS && across.abs() > 2 * along.abs() {
                    choose(board.get_untracked().beside(if across < 0 { 1 } else { -1 }));
                }
            }
        >
            <tiles::Tiles />
            <Trend />
            <breakdown::Breakdown />
            <products::Products />
        </div>
    }
}
