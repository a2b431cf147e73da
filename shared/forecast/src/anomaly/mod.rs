//! What is unusual: in a whole series looked back on ([`anomalies()`]), and in a stream, value by value
//! ([`Detector`]).
//!
//! The stream knows four kinds ([`AlarmKind`]): a point, a level shift, a break of the trend and a
//! break of the season. One knob, the false-alarm rate, sets how easily any of them is told.
//!
//! Out of scope: what caused it.

mod batch;
mod detector;
mod expected;
mod tail;

pub use batch::{Anomaly, AnomalyOptions, anomalies};
pub use detector::{Alarm, AlarmKind, Detector, DetectorSettings, News, Reading, Severity};

/// Why options or a value are refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AnomalyError {
    /// A rate outside 1e-9..=0.5.
    #[error("a false-alarm rate of {rate}: give a share from 0.000000001 to 0.5, as 0.001")]
    FalseAlarmRate {
        /// The rate given.
        rate: f64,
    },
    /// A season that a stream cannot remember.
    #[error("a season of {length} steps: a stream remembers seasons of 2 to {most} steps")]
    SeasonLength {
        /// The length given.
        length: usize,
        /// The longest season.
        most: usize,
    },
    /// More seasons than a stream follows.
    #[error("{count} seasons are more than {most}: name the ones that matter")]
    TooManySeasons {
        /// Number of seasons given.
        count: usize,
        /// The most there may be.
        most: usize,
    },
    /// An infinite value; a missing value is NaN.
    #[error("the value is {value}: leave it missing (NaN) or correct it")]
    Infinite {
        /// The value.
        value: f64,
    },
}

/// A rate that both kinds of detection take.
fn checked_rate(rate: f64) -> Result<f64, AnomalyError> {
    if (1e-9..=0.5).contains(&rate) {
        Ok(rate)
    } else {
        Err(AnomalyError::FalseAlarmRate { rate })
    }
}
