//! The tiles of a dashboard.

use api::dashboard::Tile as Figure;
use leptos::prelude::*;
use model::metrics::MetricId;
use protocol::{Ask, Told};

use crate::dashboards::tiles;
use crate::features::{asked, filters};
use crate::state::{App, app};
use crate::ui::{Empty, Failed, Skeleton, Tile};
use crate::view_state::{Board, Period, Screen, ViewState};

/// What is in the place of the tiles.
#[derive(Clone, PartialEq)]
enum Shown {
    Waiting,
    Nothing,
    Failed(String),
    Tiles(Vec<Figure>),
}

/// The tiles of the dashboard that is shown.
#[component]
pub fn Tiles() -> impl IntoView {
    let app = app();
    let board = Memo::new(move |_| app.view.read().board);
    let tiles_of_board = asked(
        app,
        move || {
            app.changes.track();
            Some(Ask::Tiles {
                metrics: tiles(board.get()).to_vec(),
                filters: filters(app),
                range: app.days()?,
            })
        },
        |told| match told {
            Told::Tiles(tiles) => Some(tiles),
            _ => None,
        },
    );
    let open = move |metric: MetricId| {
        app.go(ViewState {
            screen: Screen::Forecast,
            metric,
            ..app.view.get_untracked()
        });
    };
    let shown = Memo::new(move |_| match &*tiles_of_board.read() {
        None => kept(app).map_or(Shown::Waiting, Shown::Tiles),
        Some(Err(failure)) => Shown::Failed(failure.text.clone()),
        Some(Ok(tiles)) => {
            let data = app.data.read();
            if tiles.iter().any(|tile| tile.value.is_some()) || data.rows > 0 {
                return Shown::Tiles(tiles.clone());
            }
            match kept(app) {
                Some(tiles) => Shown::Tiles(tiles),
                None if data.segments_listed > 0 => Shown::Waiting,
                None => Shown::Nothing,
            }
        }
    });
    let currency = Memo::new(move |_| app.currency());
    view! {
        <div class="tiles">
            {move || {
                let (locale, currency) = (app.locale.get(), currency.get());
                match shown.get() {
                    Shown::Waiting => view! { <Skeleton lines=8 /> }.into_any(),
                    Shown::Nothing => view! { <Empty /> }.into_any(),
                    Shown::Failed(text) => {
                        view! { <Failed text retry=move || app.changes.update(|changes| *changes += 1) /> }.into_any()
                    }
                    Shown::Tiles(tiles) => {
                        tiles.into_iter().map(|tile| view! { <Tile tile currency locale on_open=open /> }).collect_view().into_any()
                    }
                }
            }}
        </div>
    }
}

/// The figures of last time, where they are of what is shown.
fn kept(app: App) -> Option<Vec<Figure>> {
    let view = app.view.read();
    let is_plain =
        view.board == Board::Overview && view.filters.is_empty() && view.period == Period::Default;
    let home = app.home.read();
    home.as_ref()
        .filter(|_| is_plain)
        .map(|home| home.tiles.clone())
}
