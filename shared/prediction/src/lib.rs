//! From a question about facts to a series of numbers, and from what is forecast of it back to an answer with
//! dates, a total and words' kinds: the same on the phone and at the edge.
//!
//! Two sides, which may be two processes:
//!
//! | side | does | feature | needs not |
//! | --- | --- | --- | --- |
//! | who holds the facts | [`prepare()`] a [`Job`], [`prepare_watch()`] a [`Watch`]; [`Prepared::finish`] with what came of it | `prepare` | `forecast` |
//! | who computes | [`compute()`] an [`Outcome`], [`detect()`] [`Alarm`]s: [`Work::made`] | `compute` | `cube` |
//!
//! What came of a forecast is found by [`truth()`] (`prepare`) and weighed by [`score()`].
//!
//! Jobs and outcomes are plain data that travel as JSON without the loss of a bit ([`Number`]), so that the answer
//! does not depend on where it was computed.
//!
//! Out of scope: the models (`forecast`), how facts are counted (`cube`), words in a language, storage and workers.

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

mod answer;
mod cleaning;
mod job;
mod limit;
mod number;
mod occasion;
#[cfg(feature = "prepare")]
mod question;
mod score;
mod sums;
#[cfg(feature = "prepare")]
mod truth;
mod unusual;
mod work;

#[cfg(feature = "compute")]
mod compute;
#[cfg(feature = "compute")]
mod detect;
#[cfg(feature = "compute")]
mod learnt;
#[cfg(feature = "compute")]
mod occasions;
#[cfg(feature = "prepare")]
mod past;
#[cfg(feature = "prepare")]
mod prepare;
#[cfg(feature = "prepare")]
mod product_answer;
#[cfg(feature = "prepare")]
mod products;
#[cfg(feature = "compute")]
mod reconcile;
#[cfg(feature = "prepare")]
mod running;
#[cfg(feature = "prepare")]
mod setting;
#[cfg(feature = "prepare")]
mod sheet;
#[cfg(feature = "prepare")]
mod stock;
#[cfg(feature = "prepare")]
mod watch;
#[cfg(feature = "compute")]
mod whole;
#[cfg(feature = "prepare")]
mod young;

#[cfg(all(test, feature = "prepare", feature = "compute"))]
mod cleaning_tests;
#[cfg(all(test, feature = "prepare", feature = "compute"))]
mod occasion_tests;
#[cfg(all(test, feature = "prepare", feature = "compute"))]
mod product_tests;
#[cfg(all(test, feature = "prepare", feature = "compute"))]
mod running_tests;
#[cfg(all(test, feature = "prepare", feature = "compute"))]
mod sample;
#[cfg(all(test, feature = "prepare", feature = "compute"))]
mod tests;

pub use answer::{
    BackTest, Confidence, ForecastParts, ForecastRunning, ForecastSeason, ForecastStep,
    ForecastWarning, Forecasted, ModelKind, ModelShare,
};
pub use cleaning::{Cleaning, Replaced, ReplacedReason};
#[cfg(feature = "compute")]
pub use compute::{ComputeError, compute};
#[cfg(feature = "compute")]
pub use detect::detect;
pub use job::{Job, Outcome, OutcomeOccasion, OutcomeParts, OutcomeRunning, OutcomeStep, Running};
#[cfg(feature = "compute")]
pub use limit::crossed;
pub use limit::{Crossing, Limit, LimitSide, Limited};
pub use number::Number;
pub use occasion::{ForecastEffect, ForecastOccasion, Occasion};
#[cfg(feature = "prepare")]
pub use prepare::{COVERAGE, HORIZON_MAX, PredictionError, Prepared, prepare};
#[cfg(feature = "prepare")]
pub use product_answer::{ProductForecast, ProductForecasts, ToldPart};
#[cfg(feature = "prepare")]
pub use products::{
    CHANNELS_MAX, PRODUCT_DAYS, PRODUCTS_MAX, PartSeries, ProductPlan, ProductsAsk, SERIES_MAX,
    last_days,
};
#[cfg(feature = "prepare")]
pub use question::{ForecastAsk, UnusualAsk};
#[cfg(feature = "compute")]
pub use reconcile::{reconcile_sums, sum};
pub use score::{Actual, Score, score};
#[cfg(feature = "prepare")]
pub use setting::Setting;
#[cfg(feature = "prepare")]
pub use sheet::{Sheet, SheetEnd};
#[cfg(feature = "prepare")]
pub use stock::data_sets;
pub use sums::{BLOCK_STEPS, Reconciled, Sum, SumNode};
#[cfg(feature = "prepare")]
pub use truth::truth;
pub use unusual::{
    Alarm, Sensitivity, Severity, UNUSUAL_MAX, Unusual, UnusualKind, UnusualValue, Watch,
};
#[cfg(feature = "prepare")]
pub use watch::{PreparedWatch, prepare_watch};
pub use work::{Delivery, Made, Order, Work};
