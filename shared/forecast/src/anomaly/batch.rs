//! Values that trend and season do not explain.
//!
//! The remainder of the robust decomposition is compared with its own spread: the median absolute
//! deviation, which the anomalies themselves do not move. A value is an anomaly where it lies
//! further out than a normal remainder would with the false-alarm rate. Neighbouring alarms of one
//! direction are one: repeated alarms are what makes people switch alarms off. Iglewicz and
//! Hoaglin, "How to Detect and Handle Outliers" (1993), for the robust score.
//!
//! Out of scope: level shifts and breaks of trend or season, which [`super::Detector`] tells.

use serde::{Deserialize, Serialize};

use super::{AnomalyError, checked_rate};
use crate::Series;
use crate::decompose::decompose;
use crate::outlook::normal_quantile;

/// Values needed before anything is called unusual.
const OBSERVED_MIN: usize = 12;

/// How easily an alarm is raised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnomalyOptions {
    /// Share of usual values that may be reported by mistake, 1e-9 to 0.5; 0.001 by default. On
    /// real data, whose remainders have longer tails than normal ones, expect some more.
    pub false_alarm_rate: f64,
    /// Anomalies in one direction at most this many steps apart are one, the strongest; 3 by
    /// default, 0 reports each.
    pub quiet_steps: usize,
}

impl Default for AnomalyOptions {
    fn default() -> Self {
        Self {
            false_alarm_rate: 0.001,
            quiet_steps: 3,
        }
    }
}

/// An unusual value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Anomaly {
    /// Position in the series.
    pub index: usize,
    /// The value.
    pub value: f64,
    /// Trend and seasons at the position.
    pub expected: f64,
    /// Lower end of what would have been usual.
    pub lower: f64,
    /// Upper end of what would have been usual.
    pub upper: f64,
    /// Distance from the expected value in robust standard deviations, above 0.
    pub score: f64,
}

/// The anomalies of a series, in order of time; none in fewer than 12 values.
///
/// ```
/// use forecast::{AnomalyOptions, Series, anomalies};
///
/// let mut sales: Vec<f64> = (0..84).map(|day| 50.0 + (day * 5 % 7) as f64).collect();
/// sales[60] = 5.0;
/// let found = anomalies(&Series::new(sales, vec![7])?, &AnomalyOptions::default())?;
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].index, 60);
/// assert!(found[0].lower > 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn anomalies(series: &Series, options: &AnomalyOptions) -> Result<Vec<Anomaly>, AnomalyError> {
    let rate = checked_rate(options.false_alarm_rate)?;
    if series.len() - series.missing() < OBSERVED_MIN {
        return Ok(Vec::new());
    }
    let parts = decompose(series);
    let spread = spread(&parts.remainder, series.values());
    let threshold = normal_quantile(1.0 - rate / 2.0);
    let reach = threshold * spread;
    let found = parts
        .remainder
        .iter()
        .enumerate()
        .filter_map(|(index, remainder)| {
            let score = (*remainder)?.abs() / spread;
            let expected = parts.expected(index)?;
            (score > threshold).then(|| Anomaly {
                index,
                value: series.values()[index],
                expected,
                lower: (expected - reach).max(-f64::MAX),
                upper: (expected + reach).min(f64::MAX),
                score: score.min(f64::MAX),
            })
        });
    Ok(strongest(found, options.quiet_steps))
}

/// Robust standard deviation of the remainders, above 0.
fn spread(remainders: &[Option<f64>], values: &[f64]) -> f64 {
    let mut sizes: Vec<f64> = remainders
        .iter()
        .flatten()
        .map(|value| value.abs())
        .collect();
    sizes.sort_unstable_by(f64::total_cmp);
    let count = sizes.len();
    let median = sizes.get(count / 2).copied().unwrap_or(0.0);
    // Where values repeat exactly most remainders are next to 0; a third of their mean size (0.8 of
    // a standard deviation if normal) keeps the few others from all being unusual.
    let mean: f64 = sizes.iter().map(|size| size / count as f64).sum();
    let robust = (1.4826 * median).max(mean / 3.0);
    let largest = values
        .iter()
        .filter(|v| !v.is_nan())
        .fold(0.0_f64, |m, v| m.max(v.abs()));
    robust.clamp((1e-9 * largest).max(f64::MIN_POSITIVE), f64::MAX)
}

/// The strongest of neighbours in one direction.
fn strongest(found: impl Iterator<Item = Anomaly>, quiet_steps: usize) -> Vec<Anomaly> {
    let mut kept: Vec<Anomaly> = Vec::new();
    let mut latest = 0;
    for anomaly in found {
        let above = anomaly.value > anomaly.expected;
        let repeats = |last: &Anomaly| {
            anomaly.index - latest <= quiet_steps && (last.value > last.expected) == above
        };
        let repeated = kept.last().is_some_and(repeats);
        latest = anomaly.index;
        match kept.last_mut() {
            Some(last) if repeated => {
                if anomaly.score > last.score {
                    *last = anomaly;
                }
            }
            _ => kept.push(anomaly),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: Vec<f64>, quiet_steps: usize) -> Vec<usize> {
        let options = AnomalyOptions {
            quiet_steps,
            ..AnomalyOptions::default()
        };
        let series = Series::new(values, vec![7]).expect("valid");
        let anomalies = anomalies(&series, &options).expect("valid options");
        anomalies.iter().map(|anomaly| anomaly.index).collect()
    }

    fn usual(t: usize) -> f64 {
        100.0 + 10.0 * (t % 7) as f64 + ((t * t * 31) % 17) as f64 * 0.2
    }

    #[test]
    fn a_run_of_alarms_is_one() {
        let mut values: Vec<f64> = (0..200).map(usual).collect();
        values[150] += 60.0;
        values[151] += 90.0;
        values[153] += 60.0;
        assert_eq!(found(values.clone(), 3), [151]);
        assert_eq!(found(values, 0), [150, 151, 153]);
    }

    #[test]
    fn a_season_is_no_anomaly_but_its_absence_is() {
        let mut values: Vec<f64> = (0..200).map(usual).collect();
        assert!(found(values.clone(), 3).is_empty());
        values[104] = 100.0;
        assert_eq!(values[104 - 7].round(), usual(97).round());
        assert_eq!(found(values, 3), [104], "a Saturday as weak as a Monday");
    }

    #[test]
    fn a_constant_with_a_spike() {
        let mut values = vec![5.0; 60];
        assert!(found(values.clone(), 3).is_empty());
        values[20] = 6.0;
        assert_eq!(found(values, 3), [20]);
    }

    #[test]
    fn refuses_a_rate_out_of_range() {
        let series = Series::new(vec![1.0; 20], vec![]).expect("valid");
        let options = AnomalyOptions {
            false_alarm_rate: 0.0,
            quiet_steps: 3,
        };
        assert_eq!(
            anomalies(&series, &options),
            Err(AnomalyError::FalseAlarmRate { rate: 0.0 })
        );
    }
}
