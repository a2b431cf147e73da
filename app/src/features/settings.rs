//! Language, appearance, the company's profile and what this device stores.

use api::auth::{COMPANIES_PATH, Company, ProfileChange};
use kernel::{FiscalYear, WeekStart};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::{Locale, format};
use model::profile::TenantProfile;
use protocol::{Ask, Told};

use super::asked;
use super::later::{Later, fetch_sign_in};
use crate::i18n::{Text, t, words};
use crate::platform::install::{self, Way};
use crate::platform::{history, http, page};
use crate::state::app;
use crate::ui::{Card, Choice, Failed, Segments, Skeleton};
use crate::view_state::Screen;

/// The screen.
#[component]
pub fn Settings() -> impl IntoView {
    let app = app();
    if !history::asked().is_empty() {
        // Who is asked something sees that and nothing else.
        return view! {
            <h1>{t(Text::NavSettings)}</h1>
            <Later fetch=fetch_sign_in lines=4 />
        }
        .into_any();
    }
    let theme = RwSignal::new(page::theme());
    let title = move |text: Text| Signal::derive(move || words(text, app.locale.get()).to_owned());
    view! {
        <h1>{t(Text::NavSettings)}</h1>
        <Card title=title(Text::Language)>
            <Segments
                label=title(Text::Language)
                options=Signal::derive(move || {
                    let locale = app.locale.get();
                    vec![
                        (Locale::Turkish, words(Text::Turkish, locale).to_owned()),
                        (Locale::English, words(Text::English, locale).to_owned()),
                    ]
                })
                chosen=app.locale
                on_choose=move |locale| {
                    page::set_locale(locale);
                    app.locale.set(locale);
                }
            />
        </Card>
        <Card title=title(Text::ThemeLabel)>
            <Segments
                label=title(Text::ThemeLabel)
                options=Signal::derive(move || {
                    let locale = app.locale.get();
                    [("", Text::ThemeSystem), ("light", Text::ThemeLight), ("dark", Text::ThemeDark)]
                        .map(|(name, text)| (name.to_owned(), words(text, locale).to_owned()))
                        .to_vec()
                })
                chosen=theme
                on_choose=move |name: String| {
                    page::set_theme(&name);
                    theme.set(name);
                }
            />
        </Card>
        {move || app.own_company().map(|profile| view! { <CompanyCard profile /> })}
        <Later fetch=fetch_sign_in lines=4 />
        <Api />
        <Install />
        <Card title=title(Text::StorageTitle)><Stored /></Card>
        <Card title=title(Text::About)>
            <p>{t(Text::AppName)} " · " {t(Text::Version)} " " {page::assets().version}</p>
            <p class="faint">{t(Text::DemoLong)}</p>
        </Card>
    }
        .into_any()
}

/// The ways to what is told of the API.
#[component]
fn Api() -> impl IntoView {
    let app = app();
    let way = move |screen: Screen, text: Text, test_id: &'static str| {
        let go = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            app.go_to(screen);
        };
        view! { <a class="button quiet" href=screen.path() data-testid=test_id on:click=go>{t(text)}</a> }
    };
    view! {
        <Card title=Signal::derive(move || words(Text::Developers, app.locale.get()).to_owned())>
            <div class="controls">
                {way(Screen::Developers, Text::ApiReference, "to-developers")}
                <Show when=move || app.own_company().is_some()>
                    {way(Screen::ApiUsage, Text::ApiUsage, "to-api-usage")}
                </Show>
            </div>
        </Card>
    }
}

/// The days that weeks can start on.
const WEEK_STARTS: [WeekStart; 3] = [WeekStart::Monday, WeekStart::Sunday, WeekStart::Saturday];

/// A day in the list, by its number.
fn week_start_key(start: WeekStart) -> String {
    start.weekday().number().to_string()
}

#[component]
fn CompanyCard(profile: TenantProfile) -> impl IntoView {
    let app = app();
    let name = RwSignal::new(profile.name.clone());
    let week_start = RwSignal::new(profile.week_start);
    let fiscal_year = RwSignal::new(profile.fiscal_year);
    let id = StoredValue::new(profile.id.to_string());
    let save = move |_| {
        let change = ProfileChange {
            name: Some(name.get_untracked()),
            week_start: Some(week_start.get_untracked()),
            fiscal_first_month: Some(fiscal_year.get_untracked()),
            ..ProfileChange::default()
        };
        spawn_local(async move {
            let path = format!("{COMPANIES_PATH}{}", id.get_value());
            let saved: Result<Company, _> = http::send_json("PATCH", &path, &change).await;
            match saved {
                Ok(_) => {
                    app.learn_companies().await;
                    app.say(Text::Saved);
                }
                Err(_) => app.say(Text::ErrorTitle),
            }
        });
    };
    view! {
        <Card title=Signal::derive(move || words(Text::CompanyTitle, app.locale.get()).to_owned())>
            <label class="field wide">
                <span>{t(Text::NameLabel)}</span>
                <input maxlength="80" prop:value=name on:input=move |event| name.set(event_target_value(&event)) />
            </label>
            <div class="controls">
                <Choice
                    label=Signal::derive(move || words(Text::WeekStart, app.locale.get()).to_owned())
                    options=Signal::derive(move || {
                        let locale = app.locale.get();
                        let named = |start: WeekStart| format::weekday(start.weekday(), locale).to_owned();
                        WEEK_STARTS.map(|start| (week_start_key(start), named(start))).to_vec()
                    })
                    chosen=Signal::derive(move || week_start_key(week_start.get()))
                    testid="week-start"
                    on_choose=move |key| {
                        if let Some(chosen) = WEEK_STARTS.into_iter().find(|start| week_start_key(*start) == key) {
                            week_start.set(chosen);
                        }
                    }
                />
                <Choice
                    label=Signal::derive(move || words(Text::FiscalStart, app.locale.get()).to_owned())
                    options=Signal::derive(move || {
                        let locale = app.locale.get();
                        (1..=12).map(|month| (month.to_string(), format::month_name(month, locale).to_owned())).collect::<Vec<_>>()
                    })
                    chosen=Signal::derive(move || fiscal_year.get().first_month().to_string())
                    testid="fiscal-start"
                    on_choose=move |key: String| {
                        if let Some(Ok(chosen)) = key.parse::<u8>().ok().map(FiscalYear::new) {
                            fiscal_year.set(chosen);
                        }
                    }
                />
            </div>
            <p class="faint">{profile.currency.code().to_owned()} " · " {profile.time_zone.name()}</p>
            <button class="button" on:click=save>{t(Text::Save)}</button>
        </Card>
    }
}

/// The way to the home screen; nothing where there is none or the app is there already.
#[component]
fn Install() -> impl IntoView {
    let app = app();
    let way = RwSignal::new(install::way());
    install::on_change(move || {
        way.try_set(install::way());
    });
    let ask = move |_| {
        spawn_local(async move {
            if install::ask().await {
                app.say(Text::Installed);
            }
            way.try_set(install::way());
        });
    };
    let title = Signal::derive(move || words(Text::InstallTitle, app.locale.get()).to_owned());
    move || {
        let step = match way.get()? {
            Way::Asked => view! {
                <button class="button" data-testid="install" on:click=ask>{t(Text::InstallAsk)}</button>
            }
            .into_any(),
            Way::ShareMenu => view! { <p data-testid="install-share">{t(Text::InstallShare)}</p> }.into_any(),
        };
        Some(view! { <Card title><p class="faint">{t(Text::InstallWhy)}</p>{step}</Card> })
    }
}

#[component]
fn Stored() -> impl IntoView {
    let app = app();
    let stats = asked(
        app,
        move || {
            app.changes.track();
            Some(Ask::Storage)
        },
        |told| match told {
            Told::Storage(stats) => stats.read().ok(),
            _ => None,
        },
    );
    let clear = move |_| {
        spawn_local(async move {
            drop(app.ask(Ask::ClearStorage).await);
            app.forget_figures();
            app.changes.update(|changes| *changes += 1);
        });
    };
    let persist = move |_| {
        spawn_local(async move {
            if page::persist().await {
                app.say(Text::StoragePersisted);
            }
            app.changes.update(|changes| *changes += 1);
        });
    };
    move || {
        let locale = app.locale.get();
        match &*stats.read() {
            Some(Ok(stats)) => {
                let is_persisted = stats.persisted == Some(true);
                view! {
                    <dl class="facts" data-testid="storage">
                        <div><dt>{t(Text::StorageData)}</dt><dd>{format::bytes(stats.blob_bytes, locale)}</dd></div>
                        {stats
                            .origin_usage_bytes
                            .map(|bytes| view! { <div><dt>{t(Text::StorageAll)}</dt><dd>{format::bytes(bytes, locale)}</dd></div> })}
                        <div><dt>{t(Text::RowsHeld)}</dt><dd>{format::whole(app.data.read().rows as i64, locale)}</dd></div>
                        {stats
                            .extent
                            .map(|days| view! { <div><dt>{t(Text::DaysHeld)}</dt><dd>{format::date_range(days, locale)}</dd></div> })}
                    </dl>
                    <div class="controls">
                        <button class="button quiet" data-testid="storage-clear" on:click=clear>{t(Text::StorageClear)}</button>
                        {if is_persisted {
                            view! { <p class="faint">{t(Text::StoragePersisted)}</p> }.into_any()
                        } else {
                            view! { <button class="button quiet" on:click=persist>{t(Text::StoragePersist)}</button> }.into_any()
                        }}
                    </div>
                }
                    .into_any()
            }
            Some(Err(failure)) => {
                let text = failure.text.clone();
                view! { <Failed text retry=move || app.changes.update(|changes| *changes += 1) /> }
                    .into_any()
            }
            None => view! { <Skeleton lines=3 /> }.into_any(),
        }
    }
}
