//! Trigonometric seasons of several lengths around a damped trend, by exponential smoothing.
//!
//! De Livera, Hyndman and Snyder, "Forecasting time series with complex seasonal patterns using exponential
//! smoothing", Journal of the American Statistical Association 106 (2011), their TBATS: every season is a sum of
//! turning pairs of states, so that a season of 168 steps takes a dozen states and not 168. Departures: the Box-Cox
//! transformation is the logarithm or none, whichever is likelier (their lambda is searched for); all seasons share
//! one smoothing parameter, and what is learnt moves the wave but not its phase (their second one is 0); the trend is
//! always damped; starting states are the likeliest ones for the smoothing in use, not for a guess of it.
//!
//! Out of scope: ARMA errors; seasons that are not whole numbers of steps.

mod waves;

use crate::cholesky::{backward, cholesky, forward};
use crate::fit::complete;
use crate::nelder_mead::{Budget, Point, minimise};
use crate::portable::{binary_scale, exp, ln};
use crate::{Fit, FitError, Predict, Series};
use waves::{Waves, harmonics};

/// Trigonometric seasons on all seasons of the series that were seen twice.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trig {
    /// What an earlier fit chose: its waves and smoothing with new starting states; chosen by default.
    pub kept: Option<TrigForm>,
}

/// Waves, transformation and smoothing of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct TrigForm {
    /// Length of each season and its number of waves.
    seasons: Vec<(usize, usize)>,
    logarithm: bool,
    point: Point,
}

/// A fitted [`Trig`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTrig {
    form: TrigForm,
    /// Power of two that the values were divided by.
    scale: f64,
    smoothing: Smoothing,
    last: States,
    waves: Waves,
    fitted: Vec<f64>,
    sigma: f64,
}

/// How fast level, trend and waves follow, and how fast the trend fades.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Smoothing {
    alpha: f64,
    beta: f64,
    gamma: f64,
    phi: f64,
}

/// Level, trend, and each wave with the one a quarter turn away.
#[derive(Debug, Clone, PartialEq)]
struct States {
    level: f64,
    trend: f64,
    wave: Vec<f64>,
    quarter: Vec<f64>,
}

/// Coordinates: alpha; beta / alpha; gamma; phi.
const BOUNDS: [(f64, f64); 4] = [(1e-4, 0.9999), (1e-4, 0.9999), (1e-4, 0.5), (0.8, 0.98)];
const STEPS: Point = [0.2, 0.1, 0.02, 0.05];
/// Where the search begins.
const START: Point = [0.1, 0.1, 0.003, 0.95];
/// Evaluations of the search; a form that is known keeps its smoothing.
const EVALUATIONS: usize = 40;
/// A Beta prior on beta / alpha as exponential smoothing has it: see `ets::search`.
const TREND_PRIOR: f64 = 8.0;

impl Fit for Trig {
    type Fitted = FittedTrig;

    fn fit(&self, series: &Series) -> Result<FittedTrig, FitError> {
        let values = complete(series, 6)?;
        let count = values.len();
        // Squares of any values that there are stay finite.
        let scale = binary_scale(values);
        let values: Vec<f64> = values.iter().map(|value| value / scale).collect();
        let known = self.kept.clone();
        let known = known.filter(|form| form.seasons.iter().all(|&(m, _)| count >= 2 * m));
        let is_known = known.is_some();
        let mut form = known.unwrap_or_else(|| TrigForm::chosen(&values, series.seasons()));
        if form.logarithm && values.iter().any(|&value| value <= 0.0) {
            form.logarithm = false;
        }
        let taken = transformed(&values, form.logarithm);
        let waves = Waves::new(&form.seasons);
        let problem = Problem::new(&taken, &waves);
        let mut last = problem.start(smoothing_at(&form.point));
        if !is_known {
            let seen = last.ok_or(FitError::NotFinite)?;
            form.point = problem.search(form.point, &seen);
            last = problem.start(smoothing_at(&form.point));
        }
        let mut last = last.ok_or(FitError::NotFinite)?;
        let smoothing = smoothing_at(&form.point);
        let mut fitted = Vec::with_capacity(count);
        let squares = problem.run(smoothing, &mut last, |forecast| fitted.push(forecast));
        let freedom = count.saturating_sub(6 + 2 * waves.len()).max(1);
        let sigma = (squares / freedom as f64).sqrt();
        if !sigma.is_finite() {
            return Err(FitError::NotFinite);
        }
        restore(&mut fitted, form.logarithm, scale);
        Ok(FittedTrig {
            form,
            scale,
            smoothing,
            last,
            waves,
            fitted,
            sigma,
        })
    }
}

impl TrigForm {
    /// Waves by AIC, and the logarithm where it is likelier.
    fn chosen(values: &[f64], seasons: &[usize]) -> Self {
        let plain = |logarithm: bool| {
            let taken = transformed(values, logarithm);
            let seasons = harmonics(&taken, seasons);
            let waves = Waves::new(&seasons);
            let problem = Problem::new(&taken, &waves);
            let smoothing = smoothing_at(&START);
            let start = problem.start(smoothing);
            let squares = start.map(|mut start| problem.run(smoothing, &mut start, |_| ()));
            let mut objective = squares.map_or(f64::INFINITY, |s| problem.objective(s));
            objective += 4.0 * waves.len() as f64;
            if logarithm {
                // The density of the values themselves.
                objective += 2.0 * taken.iter().sum::<f64>();
            }
            let form = Self {
                seasons,
                logarithm,
                point: START,
            };
            (form, objective)
        };
        let (form, objective) = plain(false);
        let largest = values
            .iter()
            .fold(0.0_f64, |most, value| most.max(value.abs()));
        if values.iter().any(|&value| value <= 1e-6 * largest) {
            return form;
        }
        let (other, likelier) = plain(true);
        if likelier < objective { other } else { form }
    }
}

fn transformed(values: &[f64], logarithm: bool) -> Vec<f64> {
    let take = |&value: &f64| if logarithm { ln(value) } else { value };
    values.iter().map(take).collect()
}

/// Back into the units of the series.
fn restore(values: &mut [f64], logarithm: bool, scale: f64) {
    for value in values {
        *value = scale * if logarithm { exp(*value) } else { *value };
    }
}

fn smoothing_at(point: &Point) -> Smoothing {
    let inside: Vec<f64> = point
        .iter()
        .zip(BOUNDS)
        .map(|(value, (low, high))| value.clamp(low, high))
        .collect();
    Smoothing {
        alpha: inside[0],
        beta: inside[0] * inside[1],
        gamma: inside[2],
        phi: inside[3],
    }
}

impl States {
    fn copy_from(&mut self, other: &Self) {
        self.level = other.level;
        self.trend = other.trend;
        self.wave.copy_from_slice(&other.wave);
        self.quarter.copy_from_slice(&other.quarter);
    }

    /// The forecast of the next value; the states turn on to it.
    #[inline(always)]
    fn turn(&mut self, phi: f64, waves: &Waves) -> f64 {
        let mut sum = 0.0;
        let states = self.wave.iter_mut().zip(self.quarter.iter_mut());
        for ((wave, quarter), &(cosine, sine)) in states.zip(&waves.turns) {
            sum += *wave;
            let turned = cosine * *wave + sine * *quarter;
            *quarter = cosine * *quarter - sine * *wave;
            *wave = turned;
        }
        self.trend *= phi;
        self.level += self.trend;
        self.level + sum
    }

    /// What an error teaches the states that were turned.
    #[inline(always)]
    fn learn(&mut self, smoothing: Smoothing, error: f64) {
        self.level += smoothing.alpha * error;
        self.trend += smoothing.beta * error;
        let added = smoothing.gamma * error;
        self.wave.iter_mut().for_each(|wave| *wave += added);
    }
}

struct Problem<'a> {
    values: &'a [f64],
    waves: &'a Waves,
    /// The least sum of squares that counts.
    least: f64,
}

impl<'a> Problem<'a> {
    fn new(values: &'a [f64], waves: &'a Waves) -> Self {
        let whole: f64 = values.iter().map(|value| value * value).sum();
        Self {
            values,
            waves,
            least: (1e-26 * whole).max(f64::MIN_POSITIVE),
        }
    }

    /// Sum of squared errors from starting states, which become the last ones; `seen` gets each forecast.
    fn run(&self, smoothing: Smoothing, states: &mut States, mut seen: impl FnMut(f64)) -> f64 {
        let mut squares = 0.0;
        for &value in self.values {
            let forecast = states.turn(smoothing.phi, self.waves);
            let error = value - forecast;
            seen(forecast);
            squares += error * error;
            states.learn(smoothing, error);
        }
        squares
    }

    /// The likeliest smoothing from some starting states, by downhill simplex.
    fn search(&self, start: Point, states: &States) -> Point {
        let mut steps = STEPS;
        for (axis, step) in steps.iter_mut().enumerate() {
            // Away from the nearer bound, or the whole simplex lies outside.
            if start[axis] > 0.5 * (BOUNDS[axis].0 + BOUNDS[axis].1) {
                *step = -*step;
            }
        }
        let budget = Budget {
            evaluations: EVALUATIONS,
            tolerance: 1e-3,
        };
        let mut scratch = states.clone();
        let (mut point, _) = minimise(start, &steps, budget, &mut |point| {
            let sides = point.iter().zip(BOUNDS);
            let outside: f64 = sides
                .map(|(value, (low, high))| (value - value.clamp(low, high)).abs())
                .sum();
            scratch.copy_from(states);
            let squares = self.run(smoothing_at(point), &mut scratch, |_| ());
            let price = -2.0 * TREND_PRIOR * ln(1.0 - point[1].clamp(BOUNDS[1].0, BOUNDS[1].1));
            self.objective(squares) + price + self.values.len() as f64 * outside
        });
        for (value, (low, high)) in point.iter_mut().zip(BOUNDS) {
            *value = value.clamp(low, high);
        }
        point
    }

    /// Twice the negative log-likelihood up to a constant.
    fn objective(&self, squares: f64) -> f64 {
        if !squares.is_finite() {
            return f64::INFINITY;
        }
        self.values.len() as f64 * ln(squares.max(self.least))
    }

    /// The likeliest starting states: errors are linear in them, so least squares with a slight pull towards
    /// none finds them. Row t says how the forecast of value t moves with each state; the next one follows from it,
    /// a few steps per state.
    fn start(&self, smoothing: Smoothing) -> Option<States> {
        let waves = self.waves.len();
        let width = 2 + 2 * waves;
        let Smoothing {
            alpha,
            beta,
            gamma,
            phi,
        } = smoothing;
        let mut states = States {
            level: self.values[0],
            trend: 0.0,
            wave: vec![0.0; waves],
            quarter: vec![0.0; waves],
        };
        let base = states.clone();
        let mut first = vec![1.0, phi];
        first.extend((0..waves).flat_map(|_| [1.0, 0.0]));
        let mut row = first.clone();
        let mut normal = vec![0.0; width * width];
        let mut right = vec![0.0; width];
        for &value in self.values {
            let error = value - states.turn(phi, self.waves);
            states.learn(smoothing, error);
            for i in 0..width {
                right[i] += row[i] * error;
                let entries = &mut normal[i * width..i * width + i + 1];
                let factor = row[i];
                let terms = entries.iter_mut().zip(&row);
                terms.for_each(|(entry, other)| *entry += factor * other);
            }
            // row (F - g w'): what the filter has not forgotten.
            let told =
                alpha * row[0] + beta * row[1] + gamma * row[2..].iter().step_by(2).sum::<f64>();
            let (level, trend) = (row[0], row[1]);
            row[1] = phi * (level + trend);
            for (pair, &(cosine, sine)) in row[2..].chunks_exact_mut(2).zip(&self.waves.turns) {
                let (wave, quarter) = (pair[0], pair[1]);
                pair[0] = cosine * wave - sine * quarter;
                pair[1] = sine * wave + cosine * quarter;
            }
            let terms = row.iter_mut().zip(&first);
            terms.for_each(|(entry, first)| *entry -= told * first);
        }
        let largest = (0..width)
            .map(|i| normal[i * width + i])
            .fold(0.0, f64::max);
        let lower = (0..width).map(|i| {
            let mut row = normal[i * width..i * width + i + 1].to_vec();
            row[i] += 1e-9 * largest + 1e-6 * row[i];
            row
        });
        let factor = cholesky(lower.collect())?;
        let moved = backward(&factor, forward(&factor, &right));
        let mut start = base;
        start.level += moved[0];
        start.trend += moved[1];
        for (index, pair) in moved[2..].chunks_exact(2).enumerate() {
            start.wave[index] = pair[0];
            start.quarter[index] = pair[1];
        }
        moved.iter().all(|value| value.is_finite()).then_some(start)
    }
}

impl FittedTrig {
    /// What to keep for later fits.
    pub fn form(&self) -> &TrigForm {
        &self.form
    }
}

impl Predict for FittedTrig {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        let mut states = self.last.clone();
        let ahead = (0..horizon).map(|_| states.turn(self.smoothing.phi, &self.waves));
        let mut ahead: Vec<f64> = ahead.collect();
        restore(&mut ahead, self.form.logarithm, self.scale);
        ahead
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    /// sigma sqrt(1 + sum of c_j^2), c_j what an error adds j steps later: level, faded trend, and the waves where
    /// they have turned to; times the forecast under the logarithm.
    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let Smoothing {
            alpha,
            beta,
            gamma,
            phi,
        } = self.smoothing;
        let count = self.waves.len();
        let mut pulse = States {
            level: alpha,
            trend: beta,
            wave: vec![gamma; count],
            quarter: vec![0.0; count],
        };
        let mut variance = 1.0_f64;
        let mut deviations = Vec::with_capacity(horizon);
        for _ in 0..horizon {
            deviations.push(self.sigma * variance.sqrt());
            let effect = pulse.turn(phi, &self.waves);
            variance += effect * effect;
        }
        if self.form.logarithm {
            let forecast = self.predict(horizon);
            let steps = deviations.iter_mut().zip(forecast);
            steps.for_each(|(deviation, forecast)| *deviation *= forecast);
        } else {
            restore(&mut deviations, false, self.scale);
        }
        deviations
    }
}

#[cfg(test)]
mod tests;
