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
    view! {
        <div class="tiles">
            {move || {
                let (locale, currency) = (app.locale.get(), app.currency());
                let show = |tiles: Vec<Figure>| {
                    tiles.into_iter().map(|tile| view! { <Tile tile currency locale on_open=open /> }).collect_view().into_any()
                };
                match &*tiles_of_board.read() {
                    None => match kept(app) {
                        Some(tiles) => show(tiles),
                        None => view! { <Skeleton lines=8 /> }.into_any(),
                    },
                    Some(Err(failure)) => {
                        let text = failure.text.clone();
                        view! { <Failed text retry=move || app.changes.update(|changes| *changes += 1) /> }.into_any()
                    }
                    Some(Ok(tiles)) => {
                        if tiles.iter().any(|tile| tile.value.is_some()) || app.data.read().rows > 0 {
                            return show(tiles.clone());
                        }
                        match kept(app) {
                            Some(tiles) => show(tiles),
                            None if app.data.read().segments_listed > 0 => view! { <Skeleton lines=8 /> }.into_any(),
                            None => view! { <Empty /> }.into_any(),
                        }
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
