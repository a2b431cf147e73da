//! What stands around every screen: the bar with the company, the navigation, and the lines that say
//! what is the matter.

use leptos::prelude::*;
use locale::format;
use model::profile::TenantProfile;

use crate::features::home::Home;
use crate::features::later::{
    Later, fetch_api_usage, fetch_developers, fetch_explore, fetch_forecast, fetch_import,
    fetch_lock_screen, fetch_meaning, fetch_settings,
};
use crate::i18n::{Text, t, words};
use crate::platform::service_worker;
use crate::state::{App as Shared, app};
use crate::ui::DetailSheet;
use crate::view_state::{Screen, ViewState};

/// The app.
#[component]
pub fn App() -> impl IntoView {
    let shared = Shared::new();
    provide_context(shared);
    shared.start();
    // Nothing of a company is drawn while it is locked.
    let screen = Memo::new(move |_| {
        let is_open = shared.lock.read().is_none();
        is_open.then(|| shared.view.read().screen)
    });
    view! {
        <a class="skip" href="#content">{t(Text::SkipToContent)}</a>
        <header class="app-bar"><CompanyChoice /></header>
        <Navigation />
        <main
            id="content"
            tabindex="-1"
            data-rows=move || shared.data.read().rows
            data-complete=move || shared.is_settled().to_string()
        >
            <OfflineLine />
            <UpdateLine />
            {move || match screen.get() {
                None => view! { <Later fetch=fetch_lock_screen lines=3 /> }.into_any(),
                Some(Screen::Home) => view! { <Home /> }.into_any(),
                Some(Screen::Explore) => view! { <Later fetch=fetch_explore /> }.into_any(),
                Some(Screen::Forecast) => view! { <Later fetch=fetch_forecast /> }.into_any(),
                Some(Screen::Import) => view! { <Later fetch=fetch_import /> }.into_any(),
                Some(Screen::Settings) => view! { <Later fetch=fetch_settings /> }.into_any(),
                Some(Screen::Developers) => view! { <Later fetch=fetch_developers /> }.into_any(),
                Some(Screen::ApiUsage) => view! { <Later fetch=fetch_api_usage /> }.into_any(),
            }}
        </main>
        <DetailSheet meaning=|| view! { <Later fetch=fetch_meaning lines=2 /> }.into_any() />
        <ToastLine />
    }
}

#[component]
fn CompanyChoice() -> impl IntoView {
    let app = app();
    let options = move || {
        let companies = app.companies.get().unwrap_or_default();
        let locked = app.lock.read().is_some().then(|| app.company());
        let name = |company: TenantProfile| match Some(company.id.as_str()) == locked.as_deref() {
            true => words(Text::AppName, app.locale.get()).to_owned(),
            false => company.name,
        };
        companies
            .into_iter()
            .map(|company| (company.profile.id.to_string(), name(company.profile)))
            .collect::<Vec<_>>()
    };
    let is_demo = move || {
        app.profile
            .read()
            .as_ref()
            .is_some_and(|profile| profile.demo)
            || app.company() == "demo"
    };
    let choose = move |company: String| {
        let view = ViewState {
            company,
            filters: Vec::new(),
            ..app.view.get_untracked()
        };
        app.go(view);
    };
    view! {
        <div class="company">
            <span class="logo" aria-hidden="true"></span>
            {move || {
                let options = options();
                match options.len() {
                    0 | 1 => {
                        let name = options.into_iter().next().map(|(_, name)| name);
                        let known = app.profile.read().as_ref().map(|profile| profile.name.clone());
                        view! {
                            <p class="company-name" data-testid="company">
                                {name.or(known).unwrap_or_else(|| words(Text::AppName, app.locale.get()).to_owned())}
                            </p>
                        }
                            .into_any()
                    }
                    _ => view! {
                        <select
                            class="company-name"
                            data-testid="company"
                            aria-label=t(Text::Company)
                            on:change=move |event| choose(event_target_value(&event))
                        >
                            {options
                                .into_iter()
                                .map(|(id, name)| {
                                    let mine = id.clone();
                                    view! { <option value=id selected=move || app.company() == mine>{name}</option> }
                                })
                                .collect_view()}
                        </select>
                    }
                        .into_any(),
                }
            }}
            <Show when=is_demo>
                <span class="badge" data-testid="demo-badge" title=t(Text::DemoLong)>{t(Text::Demo)}</span>
            </Show>
        </div>
    }
}

const fn name_of(screen: Screen) -> (Text, &'static str, &'static str) {
    match screen {
        Screen::Home => (Text::NavHome, "nav-home", "M3 11 12 4l9 7v9h-6v-6H9v6H3z"),
        Screen::Explore => (
            Text::NavExplore,
            "nav-explore",
            "M3 4h18v4H3zM3 10h5v10H3zM10 10h11v4H10zM10 16h11v4H10z",
        ),
        Screen::Forecast => (
            Text::NavForecast,
            "nav-forecast",
            "M3 18l5-6 4 3 5-8 4 4v3l-4-4-5 8-4-3-3 4z",
        ),
        Screen::Import => (
            Text::NavImport,
            "nav-import",
            "M11 3h2v9l3-3 1.5 1.5L12 16l-5.500-5.500L8 9l3 3zM4 18h16v2.500H4z",
        ),
        Screen::Settings | Screen::Developers | Screen::ApiUsage => (
            Text::NavSettings,
            "nav-settings",
            "M4 6h9v2.500H4zM17 6h3v2.500h-3zM13.500 4.500h3v5.500h-3zM4 15.500h3V18H4zM11 15.500h9V18h-9zM7.500 14h3v5.500h-3z",
        ),
    }
}

#[component]
fn Navigation() -> impl IntoView {
    let app = app();
    let links = Screen::TABS.map(|screen| {
        let (text, testid, icon) = name_of(screen);
        let is_here = move || app.view.read().screen.tab() == screen;
        view! {
            <a
                href=screen.path()
                data-testid=testid
                aria-current=move || is_here().then_some("page")
                on:click=move |event| {
                    event.prevent_default();
                    app.go_to(screen);
                }
            >
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d=icon></path></svg>
                <span>{t(text)}</span>
            </a>
        }
    });
    view! { <nav class="nav" aria-label=t(Text::Navigation)>{links.into_iter().collect_view()}</nav> }
}

#[component]
fn OfflineLine() -> impl IntoView {
    let app = app();
    let text = move || {
        let locale = app.locale.get();
        let home_day = || app.home.read().as_ref().map(|home| home.today);
        match app.data.read().as_of_day.or_else(home_day) {
            Some(day) => format!(
                "{} {}",
                words(Text::Offline, locale),
                format::date(day, locale)
            ),
            None => words(Text::OfflineNever, locale).to_owned(),
        }
    };
    view! {
        <div role="status">
            <Show when=move || app.offline.get()>
                <p class="line" data-testid="offline">{text}</p>
            </Show>
        </div>
    }
}

#[component]
fn UpdateLine() -> impl IntoView {
    let app = app();
    view! {
        <Show when=move || app.update.get()>
            <div class="line" role="status" data-testid="update">
                <span>{t(Text::UpdateReady)}</span>
                <button class="button" on:click=move |_| leptos::task::spawn_local(service_worker::update())>
                    {t(Text::UpdateNow)}
                </button>
            </div>
        </Show>
    }
}

#[component]
fn ToastLine() -> impl IntoView {
    let app = app();
    Effect::new(move |_| {
        if app.toast.get().is_some() {
            set_timeout(
                move || app.toast.set(None),
                std::time::Duration::from_secs(6),
            );
        }
    });
    view! {
        <div class="toast" role="status">
            {move || {
                app.toast
                    .get()
                    .map(|toast| {
                        view! {
                            <p>
                                {toast.text}
                                {toast
                                    .undo
                                    .map(|view| {
                                        view! {
                                            <button class="link" on:click=move |_| app.go(view.clone())>{t(Text::Undo)}</button>
                                        }
                                    })}
                            </p>
                        }
                    })
            }}
        </div>
    }
}
