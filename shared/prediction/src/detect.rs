//! From a watched series to its alarms: the side that computes.

use forecast::{AlarmKind, Detector, DetectorSettings, News};

use crate::unusual::{Alarm, Severity, UNUSUAL_MAX, UnusualKind, Watch};
use crate::{ComputeError, Number};

/// Most values that are looked at: the newest.
const LOOKED_AT_MAX: usize = 3_000;

/// The unusual values of a series, oldest first, as they would have been told one after the other; an alarm whose
/// kind became clearer later has the clearer kind.
///
/// ```
/// use prediction::{Number, Sensitivity, Watch, detect};
///
/// let usual = |day: usize| 100.0 + 20.0 * (day % 7) as f64 + (day * day % 13) as f64;
/// let mut values: Vec<Number> = (0..200).map(|day| Number(usual(day))).collect();
/// values[150].0 += 90.0;
/// let watch = Watch { values, seasons: vec![7], sensitivity: Sensitivity::Medium };
/// let alarms = detect(&watch)?;
/// assert_eq!((alarms.len(), alarms[0].index), (1, 150));
/// # Ok::<(), prediction::ComputeError>(())
/// ```
pub fn detect(watch: &Watch) -> Result<Vec<Alarm>, ComputeError> {
    let mut detector = Detector::new(DetectorSettings {
        seasons: watch.seasons.clone(),
        false_alarm_rate: watch.sensitivity.false_alarm_rate(),
    })?;
    let skipped = watch.values.len().saturating_sub(LOOKED_AT_MAX);
    let mut alarms: Vec<Alarm> = Vec::new();
    for value in watch.values.iter().skip(skipped) {
        let Some(news) = detector.update(value.0)?.news else {
            continue;
        };
        let (News::Raised(alarm) | News::Clearer(alarm)) = news;
        let alarm = told(&alarm, skipped);
        match alarms.last_mut().filter(|last| last.index == alarm.index) {
            Some(last) => *last = alarm,
            None => alarms.push(alarm),
        }
    }
    let old = alarms.len().saturating_sub(UNUSUAL_MAX);
    alarms.drain(..old);
    Ok(alarms)
}

fn told(alarm: &forecast::Alarm, skipped: usize) -> Alarm {
    Alarm {
        index: skipped + alarm.index as usize,
        kind: match alarm.kind {
            AlarmKind::Point => UnusualKind::Point,
            AlarmKind::SeasonBreak => UnusualKind::SeasonBreak,
            AlarmKind::LevelShift => UnusualKind::LevelShift,
            AlarmKind::TrendBreak => UnusualKind::TrendBreak,
        },
        severity: match alarm.severity {
            forecast::Severity::Notice => Severity::Notice,
            forecast::Severity::Warning => Severity::Warning,
            forecast::Severity::Critical => Severity::Critical,
        },
        score: alarm.score,
        expected: Number(alarm.expected),
        lower: Number(alarm.lower),
        upper: Number(alarm.upper),
    }
}
