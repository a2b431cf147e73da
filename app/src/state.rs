//! What the whole app shares: where the person is, who they are, and what the engine last said.

mod companies;
mod first_paint;

use std::collections::BTreeMap;

use api::auth::Company;
use api::dashboard::Dashboard;
use cube::query::Compare;
use kernel::{Currency, DateRange};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;
use model::metrics::MetricId;
use model::profile::TenantProfile;
use model::schema::Dimension;
use protocol::{
    Ask, DataState, Event, Failure, FailureKind, ImportEnd, ImportProgress, Told, Unread,
};
use send_wrapper::SendWrapper;

use crate::i18n::{self, Text};
use crate::platform::engine::{Engine, Handed};
use crate::platform::{history, page, service_worker, storage};
use crate::ui::Detail;
use crate::view_state::{Screen, ViewState};

/// Between two drawings while data comes in, in milliseconds.
const SETTLE_MILLIS: f64 = 1_500.0;

/// A line that appears for a moment, with a way back where there is one.
#[derive(Clone)]
pub struct Toast {
    /// What happened.
    pub text: String,
    /// The state before it.
    pub undo: Option<ViewState>,
}

/// What the whole app shares.
#[derive(Clone, Copy)]
pub struct App {
    /// Where the person is.
    pub view: RwSignal<ViewState>,
    /// Language.
    pub locale: RwSignal<Locale>,
    /// Companies that this browser sees; `None` until it is known.
    pub companies: RwSignal<Option<Vec<Company>>>,
    /// The open company's profile.
    pub profile: RwSignal<Option<TenantProfile>>,
    /// The lock that the open company waits behind, as the engine told it; empty until it has.
    pub lock: RwSignal<Option<String>>,
    /// What is known of the data.
    pub data: RwSignal<DataState>,
    /// The days that are shown.
    days: Memo<Option<DateRange>>,
    /// The days with sales.
    extent: Memo<Option<DateRange>>,
    /// Metrics that the person may not see.
    hidden: Memo<Vec<MetricId>>,
    /// Grows when figures may have changed.
    pub changes: RwSignal<u32>,
    /// The home screen's figures of last time.
    pub home: RwSignal<Option<Dashboard>>,
    /// Whether the edge cannot be reached.
    pub offline: RwSignal<bool>,
    /// Whether a new version of the app waits.
    pub update: RwSignal<bool>,
    /// How far the current import is.
    pub import: RwSignal<Option<ImportProgress>>,
    /// How the last import ended.
    pub import_end: RwSignal<Option<Unread<ImportEnd>>>,
    /// What members that were met are called.
    pub labels: RwSignal<BTreeMap<(Dimension, String), String>>,
    /// The numbers that a long press asked for.
    pub detail: RwSignal<Option<Detail>>,
    /// The line that is shown for a moment.
    pub toast: RwSignal<Option<Toast>>,
    last_change: StoredValue<f64>,
    is_change_waiting: RwSignal<bool>,
    /// Questions of the screens that wait for their answers.
    pub questions: RwSignal<u32>,
    is_filled: StoredValue<bool>,
    engine: StoredValue<SendWrapper<Option<Engine>>>,
}

/// The shared state; it is there from the first component on.
pub fn app() -> App {
    expect_context::<App>()
}

impl App {
    /// The shared state at start: what the address and the browser's memory say.
    pub fn new() -> App {
        let view = RwSignal::new(history::read());
        let data = RwSignal::new(DataState::default());
        let home = RwSignal::new(None::<Dashboard>);
        // What is told of the data changes with each part that arrives; the days hardly ever do.
        let extent = Memo::new(move |_| data.read().extent);
        let today = Memo::new(move |_| {
            let kept = || home.read().as_ref().map(|home| home.today);
            data.read().today.or_else(kept)
        });
        let profile = RwSignal::new(None::<TenantProfile>);
        let days = Memo::new(move |_| {
            let profile = profile.read();
            let fiscal_year = profile.as_ref().map(|profile| profile.fiscal_year);
            let (period, today) = (view.read().period, today.get()?);
            period.days(today, fiscal_year.unwrap_or_default(), extent.get())
        });
        App {
            view,
            days,
            extent,
            hidden: Memo::new(move |_| data.read().hidden.clone()),
            locale: RwSignal::new(page::locale()),
            companies: RwSignal::new(None),
            profile,
            lock: RwSignal::new(None),
            data,
            changes: RwSignal::new(0),
            home,
            offline: RwSignal::new(false),
            update: RwSignal::new(false),
            import: RwSignal::new(None),
            import_end: RwSignal::new(None),
            labels: RwSignal::new(BTreeMap::new()),
            detail: RwSignal::new(None),
            toast: RwSignal::new(None),
            last_change: StoredValue::new(0.0),
            is_change_waiting: RwSignal::new(false),
            questions: RwSignal::new(0),
            is_filled: StoredValue::new(false),
            engine: StoredValue::new(SendWrapper::new(None)),
        }
    }

    /// Starts everything that goes on beside the screens.
    pub fn start(self) {
        page::set_locale(self.locale.get_untracked());
        let engine = Engine::start(
            move |event| self.heard(event),
            move || self.open(self.company()),
        );
        self.engine.set_value(SendWrapper::new(Some(engine)));
        // Who signs out in one tab has signed out in all.
        storage::on_forgotten_elsewhere(storage::LEAVING, page::start_again);
        if storage::get(storage::LEAVING).is_some() {
            // The lock's screen signs out before anything is fetched.
            return self.lock.set(Some(String::new()));
        }
        self.home.set(first_paint::sent_figures());
        Effect::new(move |_| first_paint::keep_tiles(self.home.read().as_ref(), self.locale.get()));
        Effect::new(move |_| {
            if self.lock.read().is_some() {
                self.detail.set(None);
                self.toast.set(None);
            }
        });
        history::listen(move |view| self.view.set(view));
        page::on_return(move || spawn_local(async move { drop(self.ask(Ask::Sync).await) }));
        spawn_local(service_worker::register(move || self.update.set(true)));
        let is_joining = history::parameter("join").is_some();
        spawn_local(async move {
            self.claim().await;
            self.learn_companies().await;
        });
        if self.home.read_untracked().is_none() && !is_joining {
            spawn_local(self.first_figures());
        }
        Effect::new(move |before: Option<String>| {
            let company = self.company();
            if before.as_ref() != Some(&company) && !company.is_empty() {
                self.open(company.clone());
            }
            company
        });
    }

    /// The company that is shown: the address's, else the one shown last, else the demo.
    pub fn company(self) -> String {
        let named = self.view.read().company.clone();
        if !named.is_empty() {
            return named;
        }
        match &*self.companies.read() {
            Some(companies) => {
                let last = storage::get("company").unwrap_or_default();
                let kept = companies
                    .iter()
                    .find(|company| company.profile.id.as_str() == last);
                kept.or(companies.last())
                    .map(|company| company.profile.id.to_string())
                    .unwrap_or_default()
            }
            // Until the edge has answered: what was shown last, else what came with the page.
            None => storage::get("company").unwrap_or_else(|| {
                let home = self.home.read();
                home.as_ref()
                    .map_or_else(|| "demo".to_owned(), |home| home.company.to_string())
            }),
        }
    }

    /// Opens a company.
    pub fn open(self, company: String) {
        storage::set("company", &company);
        let kept = first_paint::kept_figures(&company);
        let is_newer = self.home.read_untracked().as_ref().is_some_and(|home| {
            let kept = kept.as_ref().map_or(0, |kept| kept.sequence);
            home.company.as_str() == company && home.sequence >= kept
        });
        if !is_newer {
            self.home.set(kept);
        }
        self.profile.set(None);
        // Until the engine tells how, all that is known is that it is locked.
        self.lock
            .set(first_paint::is_locked(&company).then(String::new));
        self.data.set(DataState::default());
        self.labels.update(BTreeMap::clear);
        spawn_local(async move {
            let Ok(id) = kernel::TenantId::new(&company) else {
                return;
            };
            let ask = Ask::Open {
                company: id,
                api_base: String::new(),
            };
            let opened = self.ask(ask).await;
            self.opened(&company, opened);
        });
    }

    /// Shows what the engine has opened, or the lock before it.
    pub fn opened(self, company: &str, told: Result<Told, Failure>) {
        match told {
            Ok(Told::Opened(opened)) => {
                self.note_lock(company, opened.is_sealed);
                self.profile.set(opened.profile);
                self.name_company();
                self.lock.set(None);
                self.data.set(opened.state);
                self.changes.update(|changes| *changes += 1);
            }
            Ok(Told::Lock(lock)) => {
                self.note_lock(company, true);
                self.home.set(None);
                return self.lock.set(Some(lock));
            }
            _ => self.lock.set(None),
        }
        spawn_local(async move {
            if let Ok(Told::Import(Some(status))) = self.ask(Ask::ImportStatus).await {
                self.import.set(Some(status.progress));
                self.import_end.set(status.end);
            }
        });
    }

    fn heard(self, event: Event) {
        match event {
            Event::Changed(state) => self.changed(state),
            Event::Synced(state) => {
                self.changed(state);
                if !self.is_filled.get_value() {
                    self.is_filled.set_value(true);
                    spawn_local(service_worker::fill());
                }
            }
            Event::Profile(profile) => self.profile.set(Some(*profile)),
            Event::Offline { .. } => {
                // Who waits for days that are on their way is told that they are not.
                let is_news = !self.offline.get_untracked();
                self.offline.set(true);
                if is_news {
                    self.changes.update(|changes| *changes += 1);
                }
            }
            Event::Online => self.offline.set(false),
            Event::Home(home) => {
                first_paint::keep_figures(&home);
                self.home.set(Some(*home));
            }
            // Another tab has locked or unlocked what this one has open.
            Event::Refused(failure) if failure.kind == FailureKind::Locked => {
                self.open(self.company());
            }
            Event::ImportProgress(progress) => self.import.set(Some(*progress)),
            Event::ImportEnded(end) => self.import_end.set(Some(end)),
            Event::Ready | Event::SyncProgress(_) | Event::Refused(_) => {}
        }
    }

    fn changed(self, state: DataState) {
        self.offline.set(state.offline);
        let is_whole = state.segments == state.segments_listed;
        self.data.set(state);
        self.figures_changed(is_whole);
    }

    /// Has every screen ask again: at once where the data is whole or the last time is long ago, else
    /// in a moment, so that a phone that fetches two years does not draw each month of them.
    fn figures_changed(self, is_whole: bool) {
        let now = page::now_millis();
        let since = now - self.last_change.get_value();
        if is_whole || since >= SETTLE_MILLIS {
            self.last_change.set_value(now);
            self.changes.update(|changes| *changes += 1);
        } else if !self.is_change_waiting.get_untracked() {
            self.is_change_waiting.set(true);
            let wait = std::time::Duration::from_millis(
                (SETTLE_MILLIS - since).clamp(0.0, SETTLE_MILLIS) as u64,
            );
            set_timeout(
                move || {
                    self.is_change_waiting.set(false);
                    self.last_change.set_value(page::now_millis());
                    self.changes.update(|changes| *changes += 1);
                },
                wait,
            );
        }
    }

    /// Whether the device holds all segments, and what is on screen is of them.
    pub fn is_settled(self) -> bool {
        let data = self.data.read();
        let is_whole = data.segments_listed > 0 && data.segments == data.segments_listed;
        is_whole && !self.is_change_waiting.get() && self.questions.get() == 0
    }

    /// Asks the engine.
    pub async fn ask(self, ask: Ask) -> Result<Told, Failure> {
        self.ask_with(ask, None).await
    }

    /// Asks the engine, handing over what is no text.
    pub async fn ask_with(self, ask: Ask, handed: Option<Handed>) -> Result<Told, Failure> {
        let engine = self.engine.with_value(|engine| (**engine).clone());
        match engine {
            Some(engine) => engine.ask_with(ask, handed).await,
            None => Err(Failure::new(
                FailureKind::Internal,
                "the engine has not started",
            )),
        }
    }

    /// Goes to another state; Back returns.
    pub fn go(self, view: ViewState) {
        if self.view.get_untracked() != view {
            history::write(&view, true);
            self.view.set(view);
        }
    }

    /// Goes to another screen with the same period and filters.
    pub fn go_to(self, screen: Screen) {
        self.go(ViewState {
            screen,
            operation: String::new(),
            ..self.view.get_untracked()
        });
    }

    /// Shows a line for a moment.
    pub fn say(self, text: Text) {
        let text = i18n::words(text, self.locale.get_untracked()).to_owned();
        self.toast.set(Some(Toast { text, undo: None }));
    }

    /// The days that are shown.
    pub fn days(self) -> Option<DateRange> {
        self.days.get()
    }

    /// Whether the person may see a metric.
    pub fn sees(self, metric: MetricId) -> bool {
        !self.hidden.read().contains(&metric)
    }

    /// A metric, or net revenue where the person may not see it: a link may come from somebody who does.
    pub fn seen(self, metric: MetricId) -> MetricId {
        match self.sees(metric) {
            true => metric,
            false => MetricId::NetRevenue,
        }
    }

    /// Whether the data reaches back to all that a range is compared with.
    pub fn covers(self, compare: Compare, range: DateRange) -> bool {
        dashboard::covers(self.extent.get(), compare, range)
    }

    /// The company's currency.
    pub fn currency(self) -> Currency {
        self.profile
            .read()
            .as_ref()
            .map(|profile| profile.currency)
            .or_else(|| self.home.read().as_ref().map(|home| home.currency))
            .unwrap_or(Currency::TRY)
    }
}
