//! Models, selection, intervals, back-tests and anomalies on series of numbers.

mod adjustment;
mod anomaly;
mod classical;
mod decompose;
pub mod ets;
mod fit;
mod gaps;
mod harmonics;
mod loess;
mod mstl;
mod naive2;
mod nelder_mead;
mod outlook;
mod portable;
pub mod score;
mod seasonal_naive;
mod series;
mod stl;
mod theta;

pub use anomaly::{Anomaly, AnomalyError, AnomalyOptions, anomalies};
pub use decompose::{Decomposition, SeasonPart, decompose};
pub use ets::{Ets, FittedEts};
pub use fit::{Fit, FitError, Predict};
pub use gaps::fill_gaps;
pub use mstl::{FittedMstl, Mstl};
pub use naive2::{FittedNaive2, Naive2};
pub use outlook::{
    BacktestScores, FittedTsb, Forecast, ForecastError, HORIZON_MAX, Interval, LEVELS_MAX, Method,
    Options, Path, Step, Tsb, Warning, Weight, forecast,
};
pub use seasonal_naive::{FittedSeasonalNaive, SeasonalNaive};
pub use series::{SEASON_LENGTH_MAX, SEASONS_MAX, Series, SeriesError, VALUES_MAX};
pub use theta::{FittedTheta, Theta};
