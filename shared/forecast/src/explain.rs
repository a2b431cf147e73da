//! What a forecast is made of: level, trend, each season, what regressors add, and what is left.
//!
//! A combination of models has no parts of its own, so its path is read as the history is: the seasons that robust
//! STL finds there go on, each as large as it is in the path (least squares, drawn towards the size that it had),
//! the level is where the history's trend ended, the trend is the straight line through the rest of the path. What
//! line and seasons do not say stays apart as `rest`. Parts add up to the mean of every step.
//!
//! Out of scope: the parts of a history ([`crate::decompose()`]).

use serde::{Deserialize, Serialize};

use crate::cholesky::{backward, cholesky, forward};
use crate::gaps::fill_gaps;
use crate::mstl::seasons_of;
use crate::portable::binary_scale;
use crate::{Effect, Forecast, Regressed, SeasonPart, Series};

/// Most recent values that are looked at, as forecasts do.
const USED_MAX: usize = 3_000;
/// How strongly a season is held to the size it had, in steps.
const HELD: f64 = 2.0;

/// Parts of a forecast, per step and in units of the series: mean = level + trend + sum of seasons + sum of effects
/// + rest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Where the trend of the history ended; the same for all steps.
    pub level: f64,
    /// What the straight line through the forecast adds to that.
    pub trend: Vec<f64>,
    /// What each season adds, shortest first.
    pub seasons: Vec<SeasonPart>,
    /// What each regressor adds; none without regressors.
    pub effects: Vec<Effect>,
    /// What is left: turns that neither line nor seasons show, and what was cut off at 0.
    pub rest: Vec<f64>,
}

impl Explanation {
    /// All parts of a step together; `None` beyond the end.
    pub fn sum(&self, step: usize) -> Option<f64> {
        let seasons = self.seasons.iter().map(|season| &season.values);
        let effects = self.effects.iter().map(|effect| &effect.adds);
        let parts = seasons.chain(effects).chain([&self.trend, &self.rest]);
        parts
            .map(|part| part.get(step).copied())
            .try_fold(self.level, |sum, part| Some(sum + part?))
    }
}

/// Explains a forecast of a series.
///
/// ```
/// use forecast::{Options, Series, explain, forecast};
///
/// let week = [0.0, 0.0, 0.0, 0.0, 3.0, 8.0, -11.0];
/// let sales = (0..84).map(|day| 100.0 + 0.5 * day as f64 + week[day % 7]);
/// let series = Series::new(sales.collect(), vec![7])?;
/// let answer = forecast(&series, &Options { horizon: 14, ..Options::default() })?;
/// let parts = explain(&series, &answer);
/// assert!((parts.seasons[0].values[5] - 8.0).abs() < 1.0);
/// assert!((parts.sum(3).unwrap() - answer.steps[3].mean).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(series: &Series, answer: &Forecast) -> Explanation {
    let means: Vec<f64> = answer.steps.iter().map(|step| step.mean).collect();
    parts_of(series, &means)
}

/// Explains a forecast with regressors.
pub fn explain_regressed(answer: &Regressed) -> Explanation {
    Explanation {
        effects: answer.effects.clone(),
        ..parts_of(&answer.history, &answer.base)
    }
}

fn parts_of(series: &Series, means: &[f64]) -> Explanation {
    let recent = &series.values()[series.len().saturating_sub(USED_MAX)..];
    let scale = binary_scale(recent).max(binary_scale(means));
    let scaled: Vec<f64> = recent.iter().map(|value| value / scale).collect();
    let short = series.seasons().first().copied();
    let short = short.filter(|&season| scaled.len() >= 2 * season);
    let filled = fill_gaps(&scaled, short);
    if filled.is_empty() || means.is_empty() {
        return Explanation::default();
    }
    let history = seasons_of(&filled, series.seasons(), true);
    let level = history.trend.last().copied().unwrap_or(0.0);
    let path: Vec<f64> = means.iter().map(|mean| mean / scale).collect();
    let ahead: Vec<Vec<f64>> = history
        .seasonal
        .iter()
        .map(|season| (0..path.len()).map(|step| season.ahead(step)).collect())
        .collect();
    let line = line_and_seasons(&path, &ahead);
    let finish = |value: f64| (value * scale).clamp(-f64::MAX, f64::MAX);
    let level = finish(level);
    let trend = |step: usize| finish(line[0] + line[1] * step as f64 / path.len() as f64) - level;
    let sized = ahead.iter().zip(&line[2..]);
    let seasons = sized
        .zip(&history.seasonal)
        .map(|((ahead, size), season)| SeasonPart {
            length: season.period,
            values: ahead.iter().map(|value| finish(size * value)).collect(),
        });
    let mut parts = Explanation {
        level,
        trend: (0..path.len()).map(trend).collect(),
        seasons: seasons.collect(),
        effects: Vec::new(),
        rest: vec![0.0; path.len()],
    };
    let left = |(step, mean): (usize, &f64)| mean - parts.sum(step).unwrap_or(0.0);
    let rest = means.iter().enumerate().map(left);
    parts.rest = rest.map(|rest| rest.clamp(-f64::MAX, f64::MAX)).collect();
    parts
}

/// Start and rise of the straight line and the size of each season that are nearest to a path.
fn line_and_seasons(path: &[f64], seasons: &[Vec<f64>]) -> Vec<f64> {
    let width = 2 + seasons.len();
    let mut system = vec![vec![0.0; width]; width];
    let mut right = vec![0.0; width];
    for (step, value) in path.iter().enumerate() {
        let mut row = vec![1.0, step as f64 / path.len() as f64];
        row.extend(seasons.iter().map(|season| season[step]));
        for (i, line) in system.iter_mut().enumerate() {
            right[i] += row[i] * value;
            let products = line.iter_mut().zip(&row).take(i + 1);
            products.for_each(|(sum, x)| *sum += row[i] * x);
        }
    }
    // One step says nothing of a rise.
    system[1][1] += 1e-6;
    for (index, season) in seasons.iter().enumerate() {
        let square: f64 = season.iter().map(|value| value * value).sum();
        let held = HELD * square / path.len() as f64 + 1e-12;
        system[2 + index][2 + index] += held;
        right[2 + index] += held;
    }
    let found = cholesky(system).map(|factor| backward(&factor, forward(&factor, &right)));
    found.unwrap_or_else(|| {
        let mut plain = vec![1.0; width];
        plain[0] = path.iter().sum::<f64>() / path.len().max(1) as f64;
        plain[1] = 0.0;
        plain
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, Regressor, forecast, forecast_with_regressors};

    fn options(horizon: usize) -> Options {
        Options {
            horizon,
            non_negative: true,
            ..Options::default()
        }
    }

    #[test]
    fn level_trend_and_both_seasons_are_told_apart() {
        let week = [0.0, -4.0, -4.0, 0.0, 2.0, 12.0, -6.0];
        let year = |t: usize| 30.0 * crate::portable::circle(t % 365, 365).0;
        let value = |t: usize| 200.0 + 0.05 * t as f64 + week[t % 7] + year(t);
        let values: Vec<f64> = (0..1_100).map(value).collect();
        let series = Series::new(values, vec![7, 365]).expect("valid");
        let answer = forecast(&series, &options(60)).expect("sound");
        let parts = explain(&series, &answer);
        assert!((parts.level - 255.0).abs() < 5.0, "{}", parts.level);
        assert_eq!(parts.seasons.len(), 2);
        for step in 0..60 {
            let mean = answer.steps[step].mean;
            assert!((parts.sum(step).expect("within") - mean).abs() < 1e-9);
            let week = week[(1_100 + step) % 7];
            assert!((parts.seasons[0].values[step] - week).abs() < 2.0, "{step}");
            assert!(
                (parts.seasons[1].values[step] - year(1_100 + step)).abs() < 8.0,
                "{step}"
            );
            assert!(parts.rest[step].abs() < 5.0, "{step}: {}", parts.rest[step]);
        }
    }

    #[test]
    fn regressors_are_parts_as_well() {
        let ads: Vec<f64> = (0..220).map(|t| f64::from(u8::from(t % 9 == 4))).collect();
        let sales = |t: usize| (80.0 + ((t * 31) % 13) as f64) * (1.0 + 0.6 * ads[t]);
        let series = Series::new((0..200).map(sales).collect(), vec![7]).expect("valid");
        let regressor = Regressor {
            name: "ads".into(),
            values: ads.clone(),
        };
        let answer = forecast_with_regressors(&series, &[regressor], &options(20)).expect("sound");
        let parts = explain_regressed(&answer);
        assert_eq!(parts.effects.len(), 1);
        for (step, expected) in answer.forecast.steps.iter().enumerate() {
            let sum = parts.sum(step).expect("within");
            assert!(
                (sum - expected.mean).abs() < 1e-9,
                "{step}: {sum} {expected:?}"
            );
            let adds = parts.effects[0].adds[step];
            assert_eq!(adds > 20.0, ads[200 + step] > 0.0, "{step}: {adds}");
        }
    }

    #[test]
    fn any_forecast_has_parts() {
        for values in [
            vec![],
            vec![3.0],
            vec![5.0; 40],
            vec![
                1e308,
                -1e308,
                1e308,
                3.0,
                f64::NAN,
                1e308,
                0.0,
                1e308,
                2.0,
                1e308,
            ],
            (0..50).map(|t| f64::from(u8::from(t % 5 == 0))).collect(),
        ] {
            let series = Series::new(values, vec![2, 7]).expect("valid");
            let answer = forecast(&series, &options(1)).expect("sound");
            let parts = explain(&series, &answer);
            for (step, expected) in answer.steps.iter().enumerate() {
                let sum = parts.sum(step).expect("within");
                let size = expected.mean.abs().max(parts.level.abs()).max(1.0);
                assert!(
                    (sum / size - expected.mean / size).abs() < 1e-9,
                    "{sum} {expected:?}"
                );
            }
            assert_eq!(parts.sum(answer.steps.len()), None);
        }
    }
}
