//! Models, selection, intervals, back-tests and anomalies on series of numbers.
//!
//! # In scope
//! [`forecast()`] answers a validated [`Series`] with steps of mean, median and intervals, the
//! models and their weights, the [`Path`] that its history took, a confidence and the scores of a
//! back-test. [`decompose()`] explains a series, [`explain()`] a
//! forecast, [`anomalies()`] points out what the explanation
//! leaves over, a [`Detector`] those of a stream as it comes, [`clean()`] replaces what was missing, sold out or
//! wrong and says so, [`chances`] say how likely a threshold
//! is crossed, [`forecast_launch`] learns from other products' first
//! steps, [`forecast_with_regressors`] knows holidays
//! ([`calendar_regressors`]), campaigns and prices, [`reconcile()`] makes forecasts of a whole and its parts add up, [`score`] measures forecasts as the M competitions did. The models stand on their
//! own as [`Fit`] and [`Predict`]; what is not fitted cannot predict:
//!
//! | model | source |
//! | --- | --- |
//! | [`SeasonalNaive`], [`Naive2`] | Hyndman and Athanasopoulos, 3rd ed.; M4 (2020) |
//! | [`Ets`], 15 forms, by AICc | Hyndman, Koehler, Ord and Snyder (2008) |
//! | [`Theta`], dynamic optimised | Fiorucci et al. (2016) |
//! | [`Ces`], complex smoothing | Svetunkov, Kourentzes and Ord (2022) |
//! | [`Thief`], temporal hierarchy of Thetas | Athanasopoulos et al. (2017) |
//! | [`Lgt`], local and global trend | Smyl et al. (2025) |
//! | [`Arima`], automatic, seasonal | Hyndman and Khandakar (2008) |
//! | [`Trig`], trigonometric seasons | De Livera, Hyndman and Snyder (2011) |
//! | [`Mfles`], boosted decomposition | Blume (2023), in Nixtla's statsforecast |
//! | [`Mstl`], several seasons | Cleveland et al. (1990), Bandara et al. (2021) |
//! | [`Tsb`], rare demand | Teunter, Syntetos and Babai (2011) |
//! | [`Croston`] and its correction, [`Adida`] | Croston (1972), Syntetos and Boylan (2005), Nikolopoulos et al. (2011) |
//! | [`Growth`], curves of young products | Bass (1969), Meade and Islam (2006) |
//!
//! # Out of scope, for now
//! Streaming updates of forecasts; finding out what a campaign or a price will be.
//!
//! # What holds
//! - No I/O, clock or randomness: the same series gives the same bits, natively and in wasm. The
//!   models use no function of the platform's mathematics library, only `+ - * /` and square root.
//! - Any series that [`Series::new`] takes has an answer: finite numbers in bounded time, no panic.
//!   Models see the 3,000 most recent values at most.
//! - A unit that is a power of two away changes no bit of a forecast but its scale.
//! - What a forecast chooses or calibrates, it does on the values it was given and on nothing else.
//!
//! # Measured
//! `cargo xtask bench forecast` scores all models on files of published series; `cargo run --release -p
//! forecast --example speed` times a 90-day forecast of daily sales. Figures: `docs/forecasting.md`.

mod adjustment;
mod anomaly;
mod arima;
mod calendar;
mod ces;
mod chance;
mod cholesky;
mod classical;
mod cleaning;
mod croston;
mod damped;
mod decompose;
pub mod ets;
mod explain;
mod fit;
mod gaps;
mod growth;
mod harmonics;
mod launch;
mod lgt;
mod loess;
mod median;
mod mfles;
mod mstl;
mod naive2;
mod nelder_mead;
#[cfg(test)]
mod noise;
mod outlook;
mod portable;
mod reconcile;
mod regression;
pub mod score;
mod seasonal_naive;
mod series;
mod stl;
mod sums;
mod theta;
mod thief;
mod total;
mod trig;

pub use anomaly::{
    Alarm, AlarmKind, Anomaly, AnomalyError, AnomalyOptions, Detector, DetectorSettings, News,
    Reading, Severity, anomalies,
};
pub use arima::{Arima, ArimaForm, FittedArima};
pub use calendar::{FEAST_YEARS, Occasion, calendar_regressors};
pub use ces::{Ces, CesForm, FittedCes};
pub use chance::{ChanceError, Side, Threshold, Watched, chances};
pub use cleaning::{
    Change, Cleaned, CleaningError, Known, LevelShift, Nowcast, Reason, clean, fill_known, nowcast,
};
pub use croston::{Adida, Croston, FittedRare};
pub use decompose::{Decomposition, SeasonPart, decompose};
pub use ets::{Ets, FittedEts};
pub use explain::{Explanation, explain, explain_regressed};
pub use fit::{Fit, FitError, Predict};
pub use gaps::fill_gaps;
pub use growth::{Curve, FittedGrowth, Growth};
pub use launch::{ANALOGS_MAX, Launch, LaunchError, forecast_launch};
pub use lgt::{FittedLgt, Lgt};
pub use mfles::{FittedMfles, Mfles};
pub use mstl::{FittedMstl, Mstl};
pub use naive2::{FittedNaive2, Naive2};
pub use outlook::{
    BacktestScores, FittedTsb, Forecast, ForecastError, HORIZON_MAX, Interval, LEVELS_MAX, Method,
    Options, PastErrors, Path, Step, Tsb, Warning, Weight, forecast, forecast_with_errors,
};
pub use reconcile::{
    Base, Hierarchy, NODES_MAX, ReconcileError, Reconciled, Reconciliation, reconcile,
};
pub use regression::{
    Effect, REGRESSORS_MAX, Regressed, RegressionError, Regressor, forecast_with_regressors,
};
pub use seasonal_naive::{FittedSeasonalNaive, SeasonalNaive};
pub use series::{SEASON_LENGTH_MAX, SEASONS_MAX, Series, SeriesError, VALUES_MAX};
pub use theta::{FittedTheta, Theta};
pub use thief::{FittedThief, Thief};
pub use total::{sum_missed_as_before, sum_of};
pub use trig::{FittedTrig, Trig, TrigForm};
