//! Seasonal-trend decomposition by loess, one season.
//!
//! Cleveland, Cleveland, McRae and Terpenning, "STL: A seasonal-trend decomposition procedure
//! based on loess", Journal of Official Statistics 6 (1990). Local lines throughout (degree 1).

use crate::loess::Loess;

/// Windows and passes; the defaults of the paper and of statsmodels come from [`Stl::new`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stl {
    period: usize,
    seasonal: Loess,
    trend: Loess,
    low_pass: Loess,
    inner: usize,
    outer: usize,
}

/// A series taken apart: trend + seasonal + remainder = values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parts {
    pub trend: Vec<f64>,
    pub seasonal: Vec<f64>,
    /// Weights of the last robust pass; empty without one.
    pub robustness: Vec<f64>,
}

impl Stl {
    /// `seasonal_window` (odd, 7 or more) is the number of seasons over which the season may
    /// change. `robust` weighs outliers down in five outer passes.
    pub fn new(period: usize, seasonal_window: usize, robust: bool) -> Self {
        let window = 1.5 * period as f64 / (1.0 - 1.5 / seasonal_window as f64);
        Self {
            period,
            seasonal: Loess {
                window: seasonal_window,
                jump: 1,
            },
            trend: Loess::new(odd_above(window.ceil() as usize)),
            low_pass: Loess::new(odd_above(period + 1)),
            inner: if robust { 1 } else { 2 },
            outer: if robust { 5 } else { 0 },
        }
    }

    /// Takes `values` apart; they must cover two periods at least.
    pub fn decompose(&self, values: &[f64]) -> Parts {
        let count = values.len();
        debug_assert!(self.period >= 2 && count >= 2 * self.period);
        let mut parts = Parts {
            trend: vec![0.0; count],
            seasonal: vec![0.0; count],
            robustness: Vec::new(),
        };
        let mut work = Work::new(count, self.period);
        for pass in 0..=self.outer {
            for _ in 0..self.inner {
                self.turn(values, &mut parts, &mut work);
            }
            if pass < self.outer {
                weigh(values, &mut parts, &mut work.adjusted);
            }
        }
        parts
    }

    /// One inner turn: season from the detrended values, trend from the deseasonalised ones.
    fn turn(&self, values: &[f64], parts: &mut Parts, work: &mut Work) {
        let (count, period) = (values.len(), self.period);
        for (detrended, (value, trend)) in work
            .adjusted
            .iter_mut()
            .zip(values.iter().zip(&parts.trend))
        {
            *detrended = value - trend;
        }
        self.smooth_cycles(&parts.robustness, work);
        // The low-pass of the cycles takes the level out of the season: three moving averages of
        // period, period and 3, then loess.
        moving_average(&work.cycles, period, &mut work.first);
        moving_average(&work.first, period, &mut work.second);
        moving_average(&work.second, 3, &mut work.first);
        work.second.resize(count, 0.0);
        self.low_pass.smooth(&work.first, &[], &mut work.second);
        let cycles = work.cycles[period..].iter().zip(&work.second);
        for (seasonal, (cycle, level)) in parts.seasonal.iter_mut().zip(cycles) {
            *seasonal = cycle - level;
        }
        let rest = values
            .iter()
            .zip(&parts.seasonal)
            .map(|(value, seasonal)| value - seasonal);
        work.adjusted.clear();
        work.adjusted.extend(rest);
        self.trend
            .smooth(&work.adjusted, &parts.robustness, &mut parts.trend);
    }

    /// Smooths the values of each position of the season over the seasons, one season longer at
    /// both ends.
    fn smooth_cycles(&self, robustness: &[f64], work: &mut Work) {
        for position in 0..self.period {
            work.cycle.clear();
            work.cycle
                .extend(work.adjusted.iter().skip(position).step_by(self.period));
            work.weights.clear();
            work.weights
                .extend(robustness.iter().skip(position).step_by(self.period));
            let length = work.cycle.len();
            work.smooth.resize(length, 0.0);
            self.seasonal
                .smooth(&work.cycle, &work.weights, &mut work.smooth);
            let ends =
                [-1.0, length as f64].map(|x| self.seasonal.at(&work.cycle, &work.weights, x));
            work.cycles[position] = ends[0].unwrap_or(work.smooth[0]);
            for (i, value) in work.smooth.iter().enumerate() {
                work.cycles[position + (i + 1) * self.period] = *value;
            }
            let after = position + (length + 1) * self.period;
            work.cycles[after] = ends[1].unwrap_or(work.smooth[length - 1]);
        }
    }
}

/// Buffers of one decomposition.
struct Work {
    adjusted: Vec<f64>,
    cycles: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
    cycle: Vec<f64>,
    weights: Vec<f64>,
    smooth: Vec<f64>,
}

impl Work {
    fn new(count: usize, period: usize) -> Self {
        Self {
            adjusted: vec![0.0; count],
            cycles: vec![0.0; count + 2 * period],
            first: Vec::new(),
            second: Vec::new(),
            cycle: Vec::new(),
            weights: Vec::new(),
            smooth: Vec::new(),
        }
    }
}

/// Bisquare weights of the remainders, 6 median absolute remainders wide.
pub(crate) fn weigh(values: &[f64], parts: &mut Parts, scratch: &mut [f64]) {
    let Parts {
        trend,
        seasonal,
        robustness,
    } = parts;
    robustness.clear();
    let fit = trend.iter().zip(seasonal.iter());
    robustness.extend(
        values
            .iter()
            .zip(fit)
            .map(|(value, (t, s))| (value - t - s).abs()),
    );
    scratch.copy_from_slice(robustness);
    scratch.sort_unstable_by(f64::total_cmp);
    let count = scratch.len();
    let median = 0.5 * (scratch[count / 2] + scratch[(count - 1) / 2]);
    let (near, far) = (0.001 * 6.0 * median, 0.999 * 6.0 * median);
    for weight in robustness.iter_mut() {
        let size = *weight;
        *weight = if size <= near {
            1.0
        } else if size <= far {
            let share = size / (6.0 * median);
            (1.0 - share * share) * (1.0 - share * share)
        } else {
            0.0
        };
    }
}

fn moving_average(values: &[f64], length: usize, averages: &mut Vec<f64>) {
    averages.clear();
    let mut sum: f64 = values[..length].iter().sum();
    averages.push(sum / length as f64);
    for t in length..values.len() {
        sum += values[t] - values[t - length];
        averages.push(sum / length as f64);
    }
}

fn odd_above(at_least: usize) -> usize {
    at_least | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_an_exact_season_off_a_line() {
        let season = [4.0, -1.0, -3.0];
        let values: Vec<f64> = (0..60).map(|t| 0.5 * t as f64 + season[t % 3]).collect();
        for robust in [false, true] {
            let parts = Stl::new(3, 11, robust).decompose(&values);
            for t in 0..60 {
                assert!((parts.seasonal[t] - season[t % 3]).abs() < 1e-6, "{t}");
                assert!((parts.trend[t] - 0.5 * t as f64).abs() < 1e-6, "{t}");
            }
        }
    }

    #[test]
    fn a_robust_pass_leaves_the_outlier_to_the_remainder() {
        let mut values: Vec<f64> = (0..84)
            .map(|t| 20.0 + [5.0, 0.0, -5.0, 0.0, 3.0, -3.0, 0.0][t % 7])
            .collect();
        values[40] += 50.0;
        let parts = Stl::new(7, 11, true).decompose(&values);
        let remainder = values[40] - parts.trend[40] - parts.seasonal[40];
        assert!((remainder - 50.0).abs() < 0.5, "{remainder}");
    }

    /// statsmodels 0.15.0: `STL(air, period=12, seasonal=11)` with `fit(inner_iter=2, outer_iter=0)`
    /// and, robust, `fit(inner_iter=1, outer_iter=5)`; relative tolerance 1e-6.
    #[test]
    fn agrees_with_statsmodels_on_air_passengers() {
        let text = include_str!("../tests/golden/air_passengers.txt");
        let values: Vec<f64> = text
            .lines()
            .map(|line| line.parse().expect("a number"))
            .collect();
        let positions = [0, 1, 5, 50, 71, 100, 130, 142, 143];
        let plain = (
            [
                -8.86381921,
                1.16180873,
                5.26540932,
                6.56867933,
                -28.57630371,
                -5.08850748,
                -89.81317102,
                -97.02749892,
                -60.16121873,
            ],
            [
                121.2708124,
                122.21684203,
                125.68843713,
                219.92116353,
                258.4940132,
                363.10688782,
                447.3788829,
                491.05660294,
                494.37261215,
            ],
        );
        let robust = (
            [
                -9.44398194,
                -0.44016581,
                5.93188783,
                4.49552073,
                -28.33191885,
                -4.37844675,
                -92.3358622,
                -100.12373863,
                -60.72194027,
            ],
            [
                122.23319378,
                123.03719061,
                126.0842097,
                216.51148992,
                258.65551297,
                361.62047095,
                450.32321028,
                493.44814649,
                496.64513917,
            ],
        );
        for (is_robust, (seasonal, trend)) in [(false, plain), (true, robust)] {
            let parts = Stl::new(12, 11, is_robust).decompose(&values);
            for (index, &t) in positions.iter().enumerate() {
                let error = (parts.seasonal[t] / seasonal[index] - 1.0).abs();
                assert!(error < 1e-6, "season at {t}: {}", parts.seasonal[t]);
                let error = (parts.trend[t] / trend[index] - 1.0).abs();
                assert!(error < 1e-6, "trend at {t}: {}", parts.trend[t]);
            }
        }
    }

    #[test]
    fn agrees_with_statsmodels_on_ten_series() {
        let text = include_str!("../tests/golden/ten.txt");
        let numbers = |name: &str| -> Vec<Vec<f64>> {
            let lines = text.lines().filter_map(|line| line.strip_prefix(name));
            let parsed = |line: &str| {
                line.split_whitespace()
                    .map(|n| n.parse().expect("a number"))
                    .collect()
            };
            lines.map(parsed).collect()
        };
        let (values, trends, seasons) =
            (numbers("values:"), numbers("trend:"), numbers("seasonal:"));
        assert_eq!((values.len(), trends.len(), seasons.len()), (10, 10, 10));
        for ((values, trend), seasonal) in values.iter().zip(&trends).zip(&seasons) {
            let parts = Stl::new(12, 11, false).decompose(values);
            for (found, expected) in parts.trend.iter().step_by(8).zip(trend) {
                assert!(
                    (found / expected - 1.0).abs() < 1e-3,
                    "{found} for {expected}"
                );
            }
            for (found, expected) in parts.seasonal.iter().step_by(8).zip(seasonal) {
                // A season crosses zero: relative to the values.
                assert!(
                    (found - expected).abs() < 1e-3 * values[0],
                    "{found} for {expected}"
                );
            }
        }
    }
}
