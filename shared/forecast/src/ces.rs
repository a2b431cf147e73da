//! Complex exponential smoothing.
//!
//! Svetunkov, Kourentzes and Ord, "Complex exponential smoothing", Naval Research Logistics 69
//! (2022): level and an unseen "information potential" form a complex number, smoothed by a complex
//! parameter, so that level and trend need not be told apart. Without a season, with a simple one
//! (states a season ago), a partial one (added indices) or a full one (complex indices), by AICc.
//! Starting states by running through the values forwards and back.
//!
//! Out of scope: seasons above [`SEASON_LENGTH_MAX`] steps and more than one season.

use crate::fit::complete;
use crate::nelder_mead::{Budget, Point, minimise};
use crate::portable::ln;
use crate::{Fit, FitError, Predict, Series};

/// Longest season that is modelled, in steps.
const SEASON_LENGTH_MAX: usize = 24;

/// How the season joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Season {
    None,
    Simple,
    Partial,
    Full,
}

/// A form with its parameters, to be estimated anew on other values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CesForm {
    season: Season,
    length: usize,
    point: Point,
}

impl std::fmt::Display for CesForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self.season {
            Season::None => "N",
            Season::Simple => "S",
            Season::Partial => "P",
            Season::Full => "F",
        };
        write!(f, "CES({name})")
    }
}

/// Complex exponential smoothing on the shortest season of the series.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ces {
    /// What an earlier fit chose; chosen by default.
    pub kept: Option<CesForm>,
}

/// A fitted [`Ces`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedCes {
    form: CesForm,
    states: States,
    fitted: Vec<f64>,
    sigma: f64,
}

/// Level and potential by season (one of each without), seasonal indices, real and imaginary.
#[derive(Debug, Clone, PartialEq)]
struct States {
    levels: Vec<[f64; 2]>,
    indices: Vec<[f64; 2]>,
}

impl CesForm {
    /// Starting simplex of the usual implementations: a complex parameter near 1.3 + i.
    fn new(season: Season, length: usize) -> Self {
        let point = match season {
            Season::Full => [1.3, 1.0, 1.3, 1.0],
            _ => [1.3, 1.0, 0.1, 0.0],
        };
        Self {
            season,
            length,
            point,
        }
    }

    fn smoothing_count(&self) -> usize {
        match self.season {
            Season::None | Season::Simple => 2,
            Season::Partial => 3,
            Season::Full => 4,
        }
    }

    /// Estimated quantities, the variance included.
    fn parameters(&self) -> usize {
        let states = match self.season {
            Season::None => 2,
            Season::Simple => 2 * self.length,
            Season::Partial => 2 + self.length,
            Season::Full => 2 + 2 * self.length,
        };
        self.smoothing_count() + states + 1
    }

    fn first_states(&self, values: &[f64]) -> States {
        let whole = &values[..values.len().min(self.length.max(10))];
        let mean = whole.iter().sum::<f64>() / whole.len() as f64;
        let first = |value: f64| [value, value / 1.1];
        let levels = match self.season {
            Season::Simple => values[..self.length].iter().map(|&v| first(v)).collect(),
            _ => vec![first(mean)],
        };
        let season_mean = values[..self.length].iter().sum::<f64>() / self.length as f64;
        let indices = match self.season {
            Season::Partial | Season::Full => {
                let season = values[..self.length].iter();
                season.map(|&v| first(v - season_mean)).collect()
            }
            _ => Vec::new(),
        };
        States { levels, indices }
    }

    /// The forecast of the value at a position, then the states with that value known.
    #[inline(always)]
    fn step(&self, states: &mut States, position: usize, value: Option<f64>) -> f64 {
        let turn = |point: [f64; 2], state: &mut [f64; 2], error: f64| {
            let [level, potential] = *state;
            state[0] = level - (1.0 - point[1]) * potential + (point[0] - point[1]) * error;
            state[1] = level + (1.0 - point[0]) * potential + (point[0] + point[1]) * error;
        };
        let place = position % self.length;
        let at = if states.levels.len() > 1 { place } else { 0 };
        let index = states.indices.get(place).map_or(0.0, |index| index[0]);
        let forecast = states.levels[at][0] + index;
        let error = value.map_or(0.0, |value| value - forecast);
        turn(
            [self.point[0], self.point[1]],
            &mut states.levels[at],
            error,
        );
        if let Some(index) = states.indices.get_mut(place) {
            match self.season {
                Season::Full => turn([self.point[2], self.point[3]], index, error),
                _ => index[0] += self.point[2] * error,
            }
        }
        forecast
    }

    /// Starting states after a run forwards and one back.
    fn start(&self, values: &[f64]) -> States {
        let mut states = self.first_states(values);
        for (t, &value) in values.iter().enumerate() {
            self.step(&mut states, t, Some(value));
        }
        for (t, &value) in values.iter().enumerate().rev() {
            self.step(&mut states, t, Some(value));
        }
        states
    }

    fn squares(&self, values: &[f64]) -> f64 {
        let mut states = self.start(values);
        let mut sum = 0.0;
        for (t, &value) in values.iter().enumerate() {
            let error = value - self.step(&mut states, t, Some(value));
            sum += error * error;
        }
        sum
    }

    /// Estimates the parameters within the bounds of the reference implementation.
    fn estimated(mut self, values: &[f64], evaluations: usize) -> (Self, f64) {
        let bounds = match self.season {
            Season::Partial => [(0.01, 1.8), (0.01, 1.9), (0.01, 0.99), (0.0, 0.0)],
            _ => [(0.01, 1.8), (0.01, 1.9), (0.01, 1.8), (0.01, 1.9)],
        };
        let inside = |point: &Point| {
            let mut kept = *point;
            let mut outside = 0.0;
            for (value, (low, high)) in kept.iter_mut().zip(bounds) {
                let free = *value;
                *value = free.clamp(low, high);
                outside += (free - *value).abs();
            }
            (kept, outside)
        };
        let steps = [-0.3, 0.1, 0.1, 0.1];
        let budget = Budget {
            evaluations,
            tolerance: 1e-6,
        };
        let used = self.smoothing_count();
        let (point, value) = minimise(self.point, &steps[..used], budget, &mut |point| {
            let (kept, outside) = inside(point);
            let squares = Self {
                point: kept,
                ..self
            }
            .squares(values);
            // Smoothings that let errors grow without end are as bad as can be.
            let squares = if squares.is_nan() { 1e300 } else { squares };
            ln(squares.clamp(1e-300, 1e300)) + outside
        });
        self.point = inside(&point).0;
        (self, value)
    }
}

impl Fit for Ces {
    type Fitted = FittedCes;

    fn fit(&self, series: &Series) -> Result<FittedCes, FitError> {
        let values = complete(series, 6)?;
        let usable = |m: &usize| *m <= SEASON_LENGTH_MAX && values.len() >= 2 * m + 2;
        let season = series.seasons().first().copied().filter(usable);
        let count = values.len() as f64;
        let form = match self.kept {
            Some(form) if form.length <= values.len() / 2 => form.estimated(values, 24).0,
            _ => {
                let forms = match season {
                    Some(_) => &[Season::None, Season::Simple, Season::Partial, Season::Full][..],
                    None => &[Season::None][..],
                };
                let estimated = forms.iter().map(|&kind| {
                    let form =
                        CesForm::new(kind, season.filter(|_| kind != Season::None).unwrap_or(1));
                    let (form, value) = form.estimated(values, 80);
                    let parameters = form.parameters() as f64;
                    let spare = (count - parameters - 1.0).max(1e-3);
                    let aicc =
                        count * value + 2.0 * parameters * (1.0 + (parameters + 1.0) / spare);
                    (form, aicc)
                });
                let best = estimated.min_by(|a, b| a.1.total_cmp(&b.1));
                best.ok_or(FitError::NotFinite)?.0
            }
        };
        let mut states = form.start(values);
        let fitted: Vec<f64> = values
            .iter()
            .enumerate()
            .map(|(t, &value)| form.step(&mut states, t, Some(value)))
            .collect();
        let squares: f64 = values
            .iter()
            .zip(&fitted)
            .map(|(v, f)| (v - f) * (v - f))
            .sum();
        let freedom = values.len().saturating_sub(form.smoothing_count()).max(1);
        let sigma = (squares / freedom as f64).sqrt();
        if !sigma.is_finite() {
            return Err(FitError::NotFinite);
        }
        Ok(FittedCes {
            form,
            states,
            fitted,
            sigma,
        })
    }
}

impl FittedCes {
    /// The form in use, for [`Ces::kept`].
    pub fn form(&self) -> CesForm {
        self.form
    }

    fn run(&self, mut states: States, first: usize, horizon: usize) -> Vec<f64> {
        let steps = first..first + horizon;
        steps
            .map(|t| self.form.step(&mut states, t, None))
            .collect()
    }
}

impl Predict for FittedCes {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        self.run(self.states.clone(), self.fitted.len(), horizon)
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    /// sigma sqrt(sum of squared weights), the weights by following one error through the states.
    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let mut states = self.states.clone();
        states.levels.fill([0.0; 2]);
        states.indices.fill([0.0; 2]);
        self.form.step(&mut states, 0, Some(1.0));
        let weights = self.run(states, 1, horizon);
        let mut variance = 1.0;
        let deviation = |weight: f64| {
            let now = self.sigma * f64::sqrt(variance);
            variance += weight * weight;
            now
        };
        weights.into_iter().map(deviation).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_a_pure_season() {
        let value =
            |t: usize| 20.0 + [0.0, 6.0, -4.0, 2.0][t % 4] + ((t * t * 7) % 5) as f64 * 0.05;
        let series = Series::new((0..48).map(value).collect(), vec![4]).expect("valid");
        let fitted = Ces::default().fit(&series).expect("long enough");
        for (h, forecast) in fitted.predict(8).iter().enumerate() {
            assert!((forecast - value(48 + h)).abs() < 1.0, "{h}: {forecast}");
        }
        let deviations = fitted.deviations(8);
        assert!(deviations.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn a_kept_form_is_estimated_anew() {
        let values = (0..40).map(|t| f64::from((t * 13) % 7 + t)).collect();
        let series = Series::new(values, vec![]).expect("valid");
        let first = Ces::default().fit(&series).expect("fits");
        let again = Ces {
            kept: Some(first.form()),
        }
        .fit(&series)
        .expect("fits");
        assert!(
            again.sigma <= first.sigma * 1.01,
            "{} {}",
            again.sigma,
            first.sigma
        );
    }
}
