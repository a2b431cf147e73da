//! Figures before the engine has any: those that came with the page, those of last time, else the edge's. Of a
//! company whose data is locked on this device there are none, and the page keeps neither figures nor its name.

use api::auth::Company;
use api::dashboard::Dashboard;
use leptos::prelude::*;
use locale::Locale;
use model::profile::TenantProfile;
use serde::Serialize;

use super::App;
use crate::platform::{http, page, storage};

/// What the browser remembers for the next start: a company's figures, by its id.
const SNAPSHOT: &str = "snapshot.";
/// And the tiles drawn of them, which `app/start/tiles.js` reads.
const KEPT_TILES: &str = "first";
/// That what the device keeps of a company is sealed, by its id; `app/start/tiles.js` reads it too.
const LOCKED: &str = "locked.";

impl App {
    /// Figures of the edge for a device that holds nothing yet; the engine's replace them.
    pub(super) async fn first_figures(self) {
        let named = self.view.get_untracked().company;
        let kept = storage::get("company").unwrap_or_default();
        let company = if named.is_empty() { kept } else { named };
        if is_locked(&company) {
            return;
        }
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

    /// Notes whether what the device keeps of a company is sealed. If it is, nothing of it stays outside.
    pub fn note_lock(self, company: &str, is_sealed: bool) {
        let name = format!("{LOCKED}{company}");
        if is_locked(company) == is_sealed {
            return;
        }
        if !is_sealed {
            return storage::remove(|kept| kept == name);
        }
        storage::set(&name, "1");
        let figures = format!("{SNAPSHOT}{company}");
        storage::remove(|kept| kept == KEPT_TILES || kept == figures);
        self.keep_companies();
    }

    /// Keeps which companies there are for a start without a network; of those that are locked by their ids alone.
    pub(super) fn keep_companies(self) {
        let Some(mut companies) = self.companies.get_untracked() else {
            return;
        };
        for company in &mut companies {
            let id = company.profile.id.as_str();
            if is_locked(id) {
                company.profile.name = id.to_owned();
            }
        }
        if let Ok(text) = serde_json::to_string(&companies) {
            storage::set("companies", &text);
        }
    }

    /// Gives the open company the profile that was sealed, where it was kept by its id alone.
    pub(super) fn name_company(self) {
        let Some(profile) = self.profile.get_untracked() else {
            return;
        };
        let is_unnamed =
            |known: &TenantProfile| known.id == profile.id && known.name == known.id.as_str();
        let has_unnamed = |all: &Vec<Company>| all.iter().any(|it| is_unnamed(&it.profile));
        if self
            .companies
            .read_untracked()
            .as_ref()
            .is_some_and(has_unnamed)
        {
            self.companies.update(|all| {
                let unnamed = all.iter_mut().flatten();
                unnamed
                    .filter(|company| is_unnamed(&company.profile))
                    .for_each(|company| company.profile = profile.clone());
            });
        }
    }

    /// Forgets the figures kept for the next start, of every company.
    pub fn forget_figures(self) {
        storage::remove(|name| name == KEPT_TILES || name.starts_with(SNAPSHOT));
    }
}

/// Whether what the device keeps of a company is sealed.
pub(super) fn is_locked(company: &str) -> bool {
    storage::get(&format!("{LOCKED}{company}")).is_some()
}

/// The figures that were shown last of a company.
pub(super) fn kept_figures(company: &str) -> Option<Dashboard> {
    let kept = storage::get(&format!("{SNAPSHOT}{company}"))?;
    serde_json::from_str(&kept).ok()
}

/// Keeps figures for the next start.
pub(super) fn keep_figures(home: &Dashboard) {
    if !is_locked(home.company.as_str())
        && let Ok(text) = serde_json::to_string(home)
    {
        storage::set(&format!("{SNAPSHOT}{}", home.company), &text);
    }
}

/// The figures that came with the page, where they are of the company that was shown last.
pub(super) fn sent_figures() -> Option<Dashboard> {
    let sent: Dashboard = serde_json::from_str(&page::sent_figures()?).ok()?;
    let last = storage::get("company");
    let is_it = last.is_none_or(|last| last == sent.company.as_str());
    (is_it && !is_locked(sent.company.as_str())).then_some(sent)
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
    if is_locked(home.company.as_str()) {
        return;
    }
    let kept = KeptTiles {
        company: home.company.as_str(),
        language: locale.tag(),
        html: dashboard::html::first(home, locale),
    };
    if let Ok(text) = serde_json::to_string(&kept) {
        storage::set(KEPT_TILES, &text);
    }
}
