//! Words in the user's language. A message is a variant of [`Text`]; each language has a function that
//! matches all of them, so that a missing translation does not compile.

mod access_words;
mod developer_words;
mod english;
mod forecast_words;
mod import_words;
mod issuer_words;
mod key_words;
mod limit_words;
mod lock_words;
mod member_words;
mod occasion_words;
mod program_words;
mod provider_words;
mod sign_in_words;
mod turkish;
mod unusual_words;
mod usage_words;
mod webhook_words;

use leptos::prelude::*;
use locale::Locale;

pub use access_words::{AccessText, access_words};
pub use developer_words::{DeveloperText, developer_words, kind_words};
pub use forecast_words::{forecast_warning, model_text};
pub use import_words::{column_name, date_order_text, decimal_text, file_warning, reason_text};
pub use issuer_words::{IssuerText, issuer_words};
pub use key_words::{KeyText, key_words, scope_words};
pub use limit_words::{LimitText, limit_words};
pub use locale::{metric_definition, metric_name};
pub use lock_words::{LockText, lock_words};
pub use member_words::{MemberText, event_words, member_words, role_words};
pub use occasion_words::occasion_name;
pub use program_words::{ProgramText, program_words};
pub use provider_words::{ProviderText, provider_words};
pub use sign_in_words::{SignInText, sign_in_words};
pub use unusual_words::{ForecastText, forecast_words, unusual_kind, unusual_severity};
pub use usage_words::{UsageText, usage_words};
pub use webhook_words::{WebhookText, event_kind_words, target_words, webhook_words};

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    AppName,
    SkipToContent,
    NavHome,
    NavExplore,
    NavForecast,
    NavImport,
    NavSettings,
    Navigation,
    Demo,
    DemoLong,
    Company,
    Offline,
    OfflineNever,
    /// These days are not on this device yet.
    DaysNotHere,
    RowsShown,
    ColumnsShown,
    ScreenNotFetched,
    UpdateReady,
    UpdateNow,
    Dashboards,
    BoardOverview,
    BoardFinance,
    BoardMarketing,
    BoardOperations,
    BoardApi,
    PeriodLabel,
    Last7,
    Last30,
    Last90,
    LastDays,
    ThisMonth,
    LastMonth,
    ThisQuarter,
    ThisYear,
    LastYear,
    /// Last 12 months with data.
    LastOfData,
    AllDays,
    OwnDays,
    From,
    To,
    Close,
    Filters,
    AddFilter,
    RemoveFilter,
    SearchMembers,
    NoMembers,
    TrendQuestion,
    Actual,
    ForecastName,
    SplitQuestion,
    SplitBy,
    ByChannel,
    ByCategory,
    ByProduct,
    ByCountry,
    ByCity,
    ByEndpoint,
    ByCaller,
    ByMonth,
    ByWeek,
    ByQuarter,
    ByYear,
    ByWeekday,
    ByFirstOrder,
    ByMonthsSince,
    TopQuestion,
    FallingQuestion,
    /// The data does not reach back to a period before this one.
    NothingBefore,
    /// No product sold less than in the period before.
    NothingFalls,
    Others,
    Unknown,
    Total,
    ShowTable,
    ShowChart,
    Day,
    Value,
    Lower,
    Upper,
    /// Previous period.
    Previous,
    /// Last year.
    YearBefore,
    /// Target.
    Target,
    Share,
    Loading,
    EmptyTitle,
    EmptyNext,
    /// Your company has no data yet.
    NewTitle,
    /// Import a file of order lines: a marketplace export, a shop export or any CSV.
    NewNext,
    /// Look at the demo company.
    SeeDemo,
    ErrorTitle,
    Retry,
    ImportAction,
    Metric,
    Horizon,
    Days30,
    Days90,
    ForecastQuestion,
    ForecastSum,
    Interval,
    MethodModels,
    ConfidenceLabel,
    ConfidenceLow,
    ConfidenceMedium,
    ConfidenceHigh,
    BackTest,
    BackTestError,
    BackTestCover,
    BackTestTrials,
    BackTestNone,
    Definition,
    TooShort,
    PivotQuestion,
    PivotRows,
    PivotColumns,
    /// Up to {name}.
    LevelUp,
    LookBelow,
    ShowAs,
    AsValue,
    AsShareOfTotal,
    AsShareOfRow,
    AsShareOfFirst,
    AsRank,
    AsRunning,
    AsAverage,
    ExportCsv,
    CopyLink,
    LinkCopied,
    ImportTitle,
    ImportHint,
    ChooseFile,
    ImportDemo,
    ImportInto,
    Reading,
    PreviewTitle,
    ColumnsTitle,
    /// Choose where these are found in the file:.
    MissingColumns,
    /// More columns.
    MoreColumns,
    NotInFile,
    Needed,
    DialectTitle,
    Encoding,
    Delimiter,
    DecimalLabel,
    DateOrderLabel,
    DayFirst,
    MonthFirst,
    CurrencyLabel,
    /// Currency of your figures.
    CompanyCurrency,
    /// Fixed by the first import: other currencies are converted at the rates of their day.
    CompanyCurrencyNote,
    /// The file is in {file}, your figures are in {company}: rows without an exchange rate of their day are rejected.
    OtherCurrency,
    VatLabel,
    VatRate,
    PointMark,
    CommaMark,
    StartImport,
    Cancel,
    OtherFile,
    StageReading,
    StageSending,
    StageProcessing,
    StageSyncing,
    StageEnded,
    WaitingNetwork,
    RowsRead,
    ReportTitle,
    ReportRows,
    ReportTaken,
    ReportDuplicates,
    ReportCorrected,
    ReportReturns,
    ReportRejected,
    /// Characters that could not be read and were replaced by �.
    ReportReplaced,
    DownloadRejected,
    SeeDashboard,
    ImportFailed,
    ImportCancelled,
    Line,
    Language,
    Turkish,
    English,
    ThemeLabel,
    ThemeSystem,
    ThemeLight,
    ThemeDark,
    InstallTitle,
    InstallWhy,
    InstallAsk,
    InstallShare,
    Installed,
    StorageTitle,
    StorageData,
    StorageAll,
    StorageClear,
    StoragePersist,
    StoragePersisted,
    DaysHeld,
    RowsHeld,
    CompanyTitle,
    NameLabel,
    WeekStart,
    FiscalStart,
    Save,
    Saved,
    Developers,
    ApiReference,
    ApiUsage,
    About,
    Version,
    LinkUsed,
    /// No network. Open the link again when there is one.
    LinkLater,
    Welcome,
    WholeYear,
    Undo,
    FilterRemoved,
}

/// The words of a message in a language.
pub const fn words(text: Text, locale: Locale) -> &'static str {
    match locale {
        Locale::English => english::words(text),
        Locale::Turkish => turkish::words(text),
    }
}

/// The words of a message in the language in use, following it when it changes.
pub fn t(text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let locale = crate::state::app().locale;
    move || words(text, locale.get())
}
