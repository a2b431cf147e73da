//! The Leptos app: shell, screens and components.
//!
//! The page holds no figures of its own: it asks the engine worker ([`platform::engine`]) and draws
//! what it is told. What is shown is a [`view_state::ViewState`], which is the address in the URL, so
//! every state can be shared and the browser's Back undoes every step.
//!
//! In scope: words, looks and gestures. Out of scope: computing anything (`engine`) and touching the
//! browser outside [`platform`].

mod dashboards;
mod drill;
mod features;
mod figure;
mod i18n;
mod period;
mod pivot_csv;
mod platform;
mod shell;
mod state;
mod ui;
mod view_state;

fn main() {
    platform::start(|| leptos::mount::mount_to(platform::mount_point(), shell::App).forget());
}
