//! Several seasons: taken out one after the other, the rest forecast without a season.
//!
//! Bandara, Hyndman and Bergmeir, "MSTL: a seasonal-trend decomposition algorithm for time series
//! with multiple seasonal patterns" (2021): STL per season, shortest first, in two rounds. Two
//! departures: a season above [`SMOOTH_FROM`] steps is a smooth curve ([`crate::harmonics`]), and
//! it is drawn first, because the trend of a short season would swallow it. The adjusted series is
//! forecast by exponential smoothing; seasons of STL repeat their last round.

use crate::ets::{Average, FittedAverage};
use crate::fit::complete;
use crate::harmonics::Harmonics;
use crate::stl::{Parts, Stl};
use crate::{Fit, FitError, Predict, Series};

/// Seasons longer than this many steps are drawn as smooth curves.
pub const SMOOTH_FROM: usize = 180;
/// Rounds over all seasons.
const ROUNDS: usize = 2;

/// One season of a decomposition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seasonal {
    pub period: usize,
    pub values: Vec<f64>,
    curve: Option<Harmonics>,
}

impl Seasonal {
    /// The season `step` positions after the last value (0 = the next).
    pub fn ahead(&self, step: usize) -> f64 {
        let count = self.values.len();
        match &self.curve {
            Some(curve) => curve.at(count + step),
            None => self.values[count - self.period + step % self.period],
        }
    }
}

/// Trend and seasons; the remainder is what is left of the values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seasons {
    pub trend: Vec<f64>,
    pub seasonal: Vec<Seasonal>,
}

/// Takes all usable seasons out of gapless values: STL wants two whole seasons, a smooth curve one
/// and a half. Without a usable season the trend is the values' smooth course alone.
pub(crate) fn seasons_of(values: &[f64], periods: &[usize], robust: bool) -> Seasons {
    let count = values.len();
    let usable = |period: &usize| {
        *period >= 2
            && if *period > SMOOTH_FROM {
                count >= period + period / 2
            } else {
                count >= 2 * period
            }
    };
    let mut seasonal: Vec<Seasonal> = periods
        .iter()
        .copied()
        .filter(usable)
        .map(|period| Seasonal {
            period,
            values: vec![0.0; count],
            curve: None,
        })
        .collect();
    let mut rest = values.to_vec();
    let mut trend = Vec::new();
    for _ in 0..ROUNDS {
        for (index, season) in seasonal.iter_mut().enumerate().rev() {
            if season.period <= SMOOTH_FROM {
                continue;
            }
            add(&mut rest, &season.values, 1.0);
            season.curve = Harmonics::fit(&rest, season.period);
            let curve = season.curve.as_ref();
            let at = |t: usize| curve.map_or(0.0, |curve| curve.at(t));
            season
                .values
                .iter_mut()
                .enumerate()
                .for_each(|(t, value)| *value = at(t));
            add(&mut rest, &season.values, -1.0);
            debug_assert!(index < periods.len());
        }
        for (index, season) in seasonal.iter_mut().enumerate() {
            if season.period > SMOOTH_FROM {
                continue;
            }
            add(&mut rest, &season.values, 1.0);
            // 11, 15, 19, ...: a longer season changes more slowly.
            let parts = Stl::new(season.period, 11 + 4 * index, robust).decompose(&rest);
            season.values = parts.seasonal;
            trend = parts.trend;
            add(&mut rest, &season.values, -1.0);
        }
    }
    seasonal.retain(|season| season.period <= SMOOTH_FROM || season.curve.is_some());
    if trend.is_empty() {
        trend = smooth_course(&rest, robust);
    }
    Seasons { trend, seasonal }
}

/// The trend without a season: loess over about a fifth of the values.
fn smooth_course(values: &[f64], robust: bool) -> Vec<f64> {
    let window = (values.len() / 5).max(7) | 1;
    let loess = crate::loess::Loess::new(window);
    let mut parts = Parts {
        trend: vec![0.0; values.len()],
        seasonal: vec![0.0; values.len()],
        robustness: Vec::new(),
    };
    let mut scratch = vec![0.0; values.len()];
    let passes = if robust && values.len() > 2 { 4 } else { 1 };
    for pass in 0..passes {
        loess.smooth(values, &parts.robustness, &mut parts.trend);
        if pass + 1 < passes {
            crate::stl::weigh(values, &mut parts, &mut scratch);
        }
    }
    parts.trend
}

fn add(values: &mut [f64], other: &[f64], factor: f64) {
    values
        .iter_mut()
        .zip(other)
        .for_each(|(value, term)| *value += factor * term);
}

/// The long seasons of a series apart from the rest of it.
pub(crate) struct LongSeasons {
    /// The values without them.
    pub rest: Vec<f64>,
    /// What they add to the next steps.
    pub ahead: Vec<f64>,
}

/// Takes out the seasons that are drawn as smooth curves; `None` where there is none. The short seasons
/// stay: over whole years they are next to orthogonal to a few slow waves.
pub(crate) fn long_seasons(
    values: &[f64],
    periods: &[usize],
    horizon: usize,
) -> Option<LongSeasons> {
    let count = values.len();
    let mut rest = values.to_vec();
    let mut ahead = vec![0.0; horizon];
    let mut found = false;
    for &period in periods.iter().rev().filter(|&&period| period > SMOOTH_FROM) {
        if let Some(curve) = Harmonics::fit(&rest, period) {
            let values = rest.iter_mut().enumerate();
            values.for_each(|(t, value)| *value -= curve.at(t));
            let steps = ahead.iter_mut().enumerate();
            steps.for_each(|(step, value)| *value += curve.at(count + step));
            found = true;
        }
    }
    found.then_some(LongSeasons { rest, ahead })
}

/// Seasons by decomposition, the rest by exponential smoothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mstl;

/// A fitted [`Mstl`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMstl {
    seasonal: Vec<Seasonal>,
    rest: FittedAverage,
    fitted: Vec<f64>,
}

impl Fit for Mstl {
    type Fitted = FittedMstl;

    fn fit(&self, series: &Series) -> Result<FittedMstl, FitError> {
        let values = complete(series, 4)?;
        let Seasons { seasonal, .. } = seasons_of(values, series.seasons(), false);
        let mut adjusted = values.to_vec();
        seasonal
            .iter()
            .for_each(|season| add(&mut adjusted, &season.values, -1.0));
        let adjusted = Series::checked(adjusted, Vec::new());
        let rest = Average::default().fit(&adjusted)?;
        let mut fitted = rest.fitted().to_vec();
        seasonal
            .iter()
            .for_each(|season| add(&mut fitted, &season.values, 1.0));
        Ok(FittedMstl {
            seasonal,
            rest,
            fitted,
        })
    }
}

impl FittedMstl {
    /// Lengths of the seasons that were found.
    pub fn periods(&self) -> Vec<usize> {
        self.seasonal.iter().map(|season| season.period).collect()
    }
}

impl Predict for FittedMstl {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        let mut forecast = self.rest.predict(horizon);
        for (step, value) in forecast.iter_mut().enumerate() {
            *value += self
                .seasonal
                .iter()
                .map(|season| season.ahead(step))
                .sum::<f64>();
        }
        forecast
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        self.rest.deviations(horizon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable::circle;

    #[test]
    fn separates_week_and_year() {
        let week = [-5.0, -5.0, -5.0, -5.0, 0.0, 10.0, 10.0];
        let year = |t: usize| 20.0 * circle(t, 365).1;
        let value = |t: usize| 100.0 + week[t % 7] + year(t) + ((t * 37) % 11) as f64 * 0.1;
        let series = Series::new((0..800).map(value).collect(), vec![7, 365]).expect("valid");
        let fitted = Mstl.fit(&series).expect("long enough");
        assert_eq!(fitted.periods(), [7, 365]);
        for (h, forecast) in fitted.predict(90).iter().enumerate() {
            let expected = value(800 + h);
            assert!(
                (forecast - expected).abs() < 3.0,
                "{h}: {forecast} for {expected}"
            );
        }
    }

    #[test]
    fn does_without_a_season() {
        let values = (0..20).map(|t| f64::from((t * 13) % 7)).collect();
        let fitted = Mstl
            .fit(&Series::new(values, vec![12, 365]).expect("valid"))
            .expect("fits");
        assert!(fitted.periods().is_empty());
        assert!(fitted.predict(3).iter().all(|f| f.is_finite()));
    }
}
