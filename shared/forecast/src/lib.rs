//! Models, selection, intervals, back-tests and anomalies on series of numbers.

mod classical;
pub mod ets;
mod fit;
mod nelder_mead;
mod portable;
mod seasonal_naive;
mod series;

pub use ets::{Ets, FittedEts};
pub use fit::{Fit, FitError, Predict};
pub use seasonal_naive::{FittedSeasonalNaive, SeasonalNaive};
pub use series::{SEASON_LENGTH_MAX, SEASONS_MAX, Series, SeriesError, VALUES_MAX};
