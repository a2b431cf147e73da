//! Figures before the engine has any: those that came with the page, those of last time, else the edge's.

use api::dashboard::Dashboard;
use leptos::prelude::*;
use locale::Locale;
use serde::Serialize;

use super::App;
use crate::platform::{http, page, storage};

/// What the browser remembers for the next start: a company's figures, by its id.
const SNAPSHOT: &str = "snapshot.";
/// And the tiles drawn of them, which `app/start/tiles.js` reads.
const KEPT_TILES: &str = "first";

impl App {
    /// Figures of the edge for a device that holds nothing yet; the engine's replace them.
    pub(super) async fn first_figures(self) {
        let named = self.view.get_untracked().company;
        let kept = storage::get("company").unwrap_or_default();
        let company = if named.is_empty() { kept } else { named };
        let path = match company.as_str() {
            // As index.html preloads it.
            "" => api::dashboard::PATH.to_owned(),
            company => format!("{}?company={company}", api::dashboard::PATH),
        };
        let figures: Result<Dashboard, _> = http::get(&path).await;
        if let Ok(figures) = figures {
            self.home.update(|home| {
                let is_shown = self.data.read_untracked().rows > 0
                    || self.company() != figures.company.as_str();
                if home.is_none() && !is_shown {
                    *home = Some(figures);
                }
            });
        }
    }

    /// Forgets the figures kept for the next start, of every company.
    pub fn forget_figures(self) {
        storage::remove(|name| name == KEPT_TILES || name.starts_with(SNAPSHOT));
    }
}

/// The figures that were shown last of a company.
pub(super) fn kept_figures(company: &str) -> Option<Dashboard> {
    let kept = storage::get(&format!("{SNAPSHOT}{company}"))?;
    serde_json::from_str(&kept).ok()
}

/// Keeps figures for the next start.
pub(super) fn keep_figures(home: &Dashboard) {
    if let Ok(text) = serde_json::to_string(home) {
        storage::set(&format!("{SNAPSHOT}{}", home.company), &text);
    }
}

/// The figures that came with the page, where they are of the company that was shown last.
pub(super) fn sent_figures() -> Option<Dashboard> {
    let sent: Dashboard = serde_json::from_str(&page::sent_figures()?).ok()?;
    let last = storage::get("company");
    let is_it = last.is_none_or(|last| last == sent.company.as_str());
    is_it.then_some(sent)
}

/// The tiles as the next start shows them before the app runs (`app/start/tiles.js`).
#[derive(Serialize)]
struct KeptTiles<'a> {
    company: &'a str,
    language: &'a str,
    html: String,
}

pub(super) fn keep_tiles(home: Option<&Dashboard>, locale: Locale) {
    let Some(home) = home else { return };
    let kept = KeptTiles {
        company: home.company.as_str(),
        language: locale.tag(),
        html: dashboard::html::first(home, locale),
    };
    if let Ok(text) = serde_json::to_string(&kept) {
        storage::set(KEPT_TILES, &text);
    }
}
