//! What the app and its engine worker say to each other.
//!
//! The app posts [`ToEngine`] and the engine posts [`ToApp`], each as JSON text. A request that hands
//! over a file is posted as an object `{ message: <JSON text>, handed: <File> }`, since a file is not
//! text; one that hands over a data key has a `CryptoKey` there. Every request gets exactly one [`Reply`], unless it was cancelled; [`Event`]s come unasked.
//!
//! In scope: the messages. Out of scope: doing anything about them (`engine`), and
//! words in the user's language (the app's catalogue): texts here are for developers.

mod chart;
mod event;
mod failure;
mod import;
mod lock;
mod products;
mod storage;
mod unread;

use api::dashboard::{Dashboard, Tile};
use cube::query::{Answer, Filter, Member, Query};
use kernel::{Date, DateRange, TenantId, Timestamp};
use model::metrics::MetricId;
use model::profile::TenantProfile;
use model::schema::Dimension;
use serde::{Deserialize, Serialize};

pub use chart::{
    Band, BarSeries, Bars, Cell, ChartSpec, Drawing, Heatmap, Look, Marks, Share, ShareForm,
    Shares, Theme, Trend, TrendRole, TrendSeries,
};
pub use event::{Event, SyncProgress};
pub use failure::{Failure, FailureKind};
pub use import::{
    ColumnGuess, DateOrder, DecimalMark, Doubt, FilePreview, FileWarning, Format, ImportEnd,
    ImportProgress, ImportReport, ImportSpec, ImportStage, ImportStatus, InterruptedImport, Preset,
    RejectedExample, TextEncoding, Trial, TrialRow,
};
pub use lock::{
    LOCK_FORMAT, LOCK_INFO, LOCK_KEY_BYTES, LOCK_KEYS_MAX, LOCK_NONCE_BYTES, Lock, LockError,
    LockKey, LockPhase, lock_context,
};
pub use prediction::{
    BackTest, Cleaning, Confidence, Crossing, ForecastAsk, ForecastEffect, ForecastOccasion,
    ForecastParts, ForecastRunning, ForecastSeason, ForecastStep, ForecastWarning, Forecasted,
    Limit, LimitSide, Limited, ModelKind, ModelShare, Number, Occasion, ProductForecast,
    ProductForecasts, ProductsAsk, Replaced, ReplacedReason, Sensitivity, Severity, Unusual,
    UnusualAsk, UnusualKind, UnusualValue,
};
pub use products::ProductsStatus;
pub use storage::StorageStats;
pub use unread::Unread;

/// A message to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToEngine {
    /// A request; a reply follows.
    Request(Request),
    /// The app no longer waits for this request. A request that has not started is dropped without a
    /// reply; one that has is answered as usual.
    Cancel(u32),
}

/// A message from the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToApp {
    /// The answer to a request.
    Reply(Reply),
    /// Something that happened.
    Event(Event),
}

/// A numbered request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Chosen by the app; the reply carries it. Not used twice by the same page.
    pub id: u32,
    /// What is asked.
    pub ask: Ask,
}

/// The answer to the request of the same id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The request's id.
    pub id: u32,
    /// What the engine found, or why it could not.
    pub result: Result<Told, Failure>,
}

/// What the app may ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Open a company: answered with [`Told::Opened`] from what is stored here, before the network is
    /// asked; synchronisation follows by itself and tells of its progress in events. Opening another
    /// company closes the one before. Where what is stored is locked, the answer is [`Told::Lock`], and
    /// nothing but `Unlock`, `Lock`, `Forget` and `Open` is answered until it is unlocked.
    Open {
        /// The company.
        company: TenantId,
        /// Where the API is, such as `http://localhost:8787` (no slash at the end); empty for the
        /// origin that the engine was loaded from.
        api_base: String,
    },
    /// Answer a question: [`Told::Answer`].
    Query(Query),
    /// Answer several questions on the same state of the data: [`Told::Answers`], in order.
    Many(Vec<Query>),
    /// The tiles of metrics over a range: [`Told::Tiles`].
    Tiles {
        /// Metrics, at most 16.
        metrics: Vec<MetricId>,
        /// What facts must have.
        filters: Vec<Filter>,
        /// The days.
        range: DateRange,
    },
    /// Members of a dimension whose key or label contains a text: [`Told::Members`].
    Members {
        /// A dimension with a dictionary.
        dimension: Dimension,
        /// Text searched for, ignoring case; empty for all.
        search: String,
        /// The most members to answer, 1 to 1,000.
        limit: usize,
    },
    /// Forecast a metric: [`Told::Forecast`].
    Forecast(ForecastAsk),
    /// Look for unusual values in the history of a metric: [`Told::Unusual`].
    Unusual(Unread<UnusualAsk>),
    /// How likely a forecast crosses a limit: [`Told::Chances`].
    Crossing(Unread<Crossing>),
    /// Where the forecasts of products stand: [`Told::Products`]. The first time that this is asked of a question
    /// and of the data, they are started if `start` says so.
    Products {
        /// The question.
        ask: Unread<ProductsAsk>,
        /// Whether they are to be started.
        start: bool,
    },
    /// Stop the forecasts of products; what was computed is kept. [`Told::Done`].
    CancelProducts,
    /// Options for ECharts: [`Told::Chart`], JSON text without functions.
    Chart(Box<ChartSpec>),
    /// Look at the handed file without reading all of it: [`Told::Preview`].
    Sniff,
    /// Look at the file of the last `Sniff` again with a corrected specification: [`Told::Preview`].
    Resample(Unread<ImportSpec>),
    /// Import the handed file, or the one of the last `Sniff` where none is handed: [`Told::Done`] as
    /// soon as it has started; progress and end come as events.
    Import(Unread<ImportSpec>),
    /// Where the current or last import of this company stands: [`Told::Import`].
    ImportStatus,
    /// Stop the current import. What was acknowledged stays; [`Told::Done`].
    CancelImport,
    /// The rejected rows of the last import as CSV text (with their line and reason): [`Told::Csv`].
    ImportRejected,
    /// Compare with the edge now, and import what was interrupted: [`Told::State`] when it is over.
    /// To be asked when the page becomes visible or the network comes back.
    Sync,
    /// What is shown of the data now: [`Told::State`].
    State,
    /// The tiles of the home screen: [`Told::Home`].
    Home,
    /// What this device stores: [`Told::Storage`].
    Storage,
    /// Forget all data of the open company on this device and fetch it again: [`Told::Done`].
    /// Refused while an import has chunks that are not acknowledged yet.
    ClearStorage,
    /// The lock of the open company's data: [`Told::Lock`].
    Lock,
    /// Unlock with the data key of this lock, which is handed over: [`Told::Opened`].
    Unlock(String),
    /// Put another lock in the place of one; with the data key handed over where there was none. What the new one
    /// wants done to what is kept goes on in the background: [`Told::Lock`].
    SetLock(SetLock),
    /// Whether nothing waits here to be sent, of any company: [`Told::Done`], else refused as
    /// [`FailureKind::Busy`].
    MayForget,
    /// Forget what this device holds of every company but the demo, with what waits to be sent:
    /// [`Told::Done`]. No company is open afterwards.
    Forget,
}

/// A lock that is to take the place of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetLock {
    /// Whose data it locks; refused where another company is open by now.
    pub company: TenantId,
    /// The lock that it was made of; empty where there was none.
    pub from: String,
    /// The lock, as [`Lock::to_text`] writes it.
    pub to: String,
}

/// What the engine answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Told {
    /// The company is open.
    Opened(Opened),
    /// The answer to a query.
    Answer(Answer),
    /// The answers to several queries; each may fail by itself.
    Answers(Vec<Result<Answer, Failure>>),
    /// Tiles, in the order of the metrics asked for.
    Tiles(Vec<Tile>),
    /// Members of a dimension, by label.
    Members(Vec<Member>),
    /// A forecast.
    Forecast(Unread<Forecasted>),
    /// The unusual values of a history.
    Unusual(Unread<Unusual>),
    /// The chance of having crossed a limit by each step, 0 to 1.
    Chances(Vec<f64>),
    /// Where the forecasts of products stand.
    Products(Unread<ProductsStatus>),
    /// ECharts options as JSON text.
    Chart(String),
    /// What a file looks like.
    Preview(Unread<FilePreview>),
    /// Where the import stands; `None` where there was none.
    Import(Option<Box<ImportStatus>>),
    /// CSV text with a header; cells are safe to open in a spreadsheet.
    Csv(String),
    /// What is shown of the data.
    State(DataState),
    /// The tiles of the home screen.
    Home(Box<Dashboard>),
    /// What this device stores.
    Storage(Unread<StorageStats>),
    /// The lock, for [`Lock::read`]; empty where there is none. What cannot be read opens by no passkey.
    Lock(String),
    /// Done; there is nothing to tell.
    Done,
}

/// A company as it is stored on this device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The company's profile; `None` where this device never saw it.
    pub profile: Option<TenantProfile>,
    /// Its data.
    pub state: DataState,
    /// An import that did not end when the page was closed. The engine goes on with it where it can.
    pub interrupted: Option<InterruptedImport>,
    /// Whether what this device keeps of it is sealed: the page keeps no figures then either.
    pub is_sealed: bool,
}

/// What is known of the data on this device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DataState {
    /// Sequence number of the manifest that is shown; 0 before the first.
    pub sequence: u64,
    /// When the data last agreed with the edge; `None` before the first time.
    pub as_of: Option<Timestamp>,
    /// The company's local day of `as_of`, so that the page needs no rules of time zones.
    pub as_of_day: Option<Date>,
    /// Days that have sales, the first and the last; of any facts where there are no sales.
    pub extent: Option<DateRange>,
    /// The company's local day now.
    pub today: Option<Date>,
    /// Fact rows held, those of the company's API left out.
    pub rows: u64,
    /// Whether nothing is listed but what the company's API was asked.
    #[serde(default)]
    pub is_empty: bool,
    /// Whether there are facts of what the company's API was asked.
    #[serde(default)]
    pub has_requests: bool,
    /// Segments that answer questions, and those that the manifest lists. Fewer here than there means
    /// that older months are still on their way.
    pub segments: u32,
    /// Segments that the manifest lists.
    pub segments_listed: u32,
    /// Whether the last attempt to reach the edge failed.
    pub offline: bool,
    /// Metrics of which the person who looks may not see all columns: there is no figure of them here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<MetricId>,
}
