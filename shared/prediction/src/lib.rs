//! From a question about facts to a series of numbers, and from what is forecast of it back to an answer with
//! dates, a total and words' kinds: the same on the phone and at the edge.
//!
//! Two sides, which may be two processes:
//!
//! | side | does | feature | needs not |
//! | --- | --- | --- | --- |
//! | who holds the facts | [`prepare()`] a [`Job`]; [`Prepared::finish`] with its [`Outcome`] | `prepare` | `forecast` |
//! | who computes | [`compute()`] an [`Outcome`] from a [`Job`] | `compute` | `cube` |
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
mod job;
mod number;
#[cfg(feature = "prepare")]
mod question;
mod work;

#[cfg(feature = "compute")]
mod compute;
#[cfg(feature = "prepare")]
mod prepare;

#[cfg(all(test, feature = "prepare", feature = "compute"))]
mod sample;
#[cfg(all(test, feature = "prepare", feature = "compute"))]
mod tests;

pub use answer::{
    BackTest, Confidence, ForecastStep, ForecastWarning, Forecasted, ModelKind, ModelShare,
};
#[cfg(feature = "compute")]
pub use compute::{ComputeError, compute};
pub use job::{Job, Outcome, OutcomeStep};
pub use number::Number;
#[cfg(feature = "prepare")]
pub use prepare::{COVERAGE, HORIZON_MAX, PredictionError, Prepared, prepare};
#[cfg(feature = "prepare")]
pub use question::ForecastAsk;
pub use work::{Delivery, Made, Order, Work};
