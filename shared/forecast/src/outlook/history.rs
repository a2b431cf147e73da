//! What kind of history is this, and what do the models get to see of it?

use super::intervals::Shape;
use super::{Path, Warning};
use crate::gaps::fill_gaps;
use crate::portable::binary_scale;
use crate::{Series, mstl};

/// Values needed for models and intervals.
const OBSERVED_MIN: usize = 5;
/// Most recent values that the models see: eight years of days.
const USED_MAX: usize = 3_000;
/// Below this many values no season is looked for.
const SHORT: usize = 12;
/// Steps of a season from which errors grow as [`Shape::FLATTER`] says and no line joins.
pub(super) const DOZEN: usize = 12;
/// Share of missing values from which the history is called gappy.
const GAPPY_SHARE: f64 = 0.25;
/// Mean interval between demands from which demand is called intermittent: Syntetos, Boylan and
/// Croston, "On the categorization of demand patterns", JORS 56 (2005).
const DEMAND_INTERVAL: f64 = 1.32;

/// A history made ready for the models.
#[derive(Debug, Clone)]
pub(super) struct History {
    /// Gapless, trimmed, divided by `scale`.
    pub values: Vec<f64>,
    /// The same with NaN where a value was missing: what forecasts are judged on.
    pub observed: Vec<f64>,
    /// Power of two.
    pub scale: f64,
    /// Seasons that the history is long enough for, ascending.
    pub seasons: Vec<usize>,
    /// A longer season than those named, which some models try: see [`unnamed_season`].
    pub unnamed: Option<usize>,
    pub path: Path,
    pub warnings: Vec<Warning>,
}

/// A season that nobody named but that the clock suggests: the week of hours (168) above a day of
/// 24, the year of weeks (52) for a long series without a season. Back-tests say what it is worth.
fn unnamed_season(named: &[usize], count: usize) -> Option<usize> {
    let season = match *named {
        [] => 52,
        [24] => 168,
        _ => return None,
    };
    (count >= 3 * season).then_some(season)
}

impl History {
    /// The shortest usable season.
    pub fn season(&self) -> Option<usize> {
        self.seasons.first().copied()
    }

    /// How the errors of its forecasts grow with the step.
    pub fn shape(&self) -> Shape {
        match (self.season(), self.unnamed) {
            (Some(season), None) if season >= DOZEN => Shape::FLATTER,
            _ => Shape::EXPECTED,
        }
    }
}

/// Trims, scales, fills and classifies.
pub(super) fn look(series: &Series, non_negative: bool) -> History {
    let mut warnings = Vec::new();
    let observed = trim(series, &mut warnings);
    let scale = binary_scale(&observed);
    let observed: Vec<f64> = observed.iter().map(|value| value / scale).collect();
    let count = observed.len();
    let present: Vec<f64> = observed
        .iter()
        .copied()
        .filter(|value| !value.is_nan())
        .collect();
    if present.is_empty() {
        warnings.push(Warning::NoValues);
    } else if present.len() < OBSERVED_MIN {
        let observed = present.len();
        warnings.push(Warning::TooFewValues {
            observed,
            needed: OBSERVED_MIN,
        });
    }
    if present.len() < OBSERVED_MIN {
        let (values, observed) = (present.clone(), present);
        return History {
            values,
            observed,
            scale,
            seasons: vec![],
            unnamed: None,
            path: Path::TooShort,
            warnings,
        };
    }
    let missing = count - present.len();
    if missing > 0 {
        warnings.push(Warning::GapsFilled { count: missing });
    }
    let negative = present.iter().any(|&value| value < 0.0);
    if negative && non_negative {
        warnings.push(Warning::NegativeHistory);
    }
    let mut seasons = Vec::new();
    for &length in series.seasons() {
        let needed = if length > mstl::SMOOTH_FROM {
            length + length / 2
        } else {
            2 * length
        };
        if count >= needed.max(SHORT) {
            seasons.push(length);
        } else {
            warnings.push(Warning::SeasonUnused { length });
        }
    }
    let (least, most) = present
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), &v| {
            (l.min(v), m.max(v))
        });
    let without_season = seasons.is_empty() && !series.seasons().is_empty();
    let path = if most - least <= 1e-12 * most.abs().max(least.abs()) {
        Path::Constant
    } else if !negative && is_intermittent(&observed, seasons.first().copied()) {
        Path::Intermittent
    } else if missing as f64 > GAPPY_SHARE * count as f64 {
        Path::Gappy
    } else if count < SHORT || without_season {
        Path::Short
    } else if negative {
        Path::Negative
    } else {
        Path::Regular
    };
    let values = fill_gaps(&observed, seasons.first().copied());
    History {
        values,
        observed,
        scale,
        unnamed: unnamed_season(series.seasons(), count),
        seasons,
        path,
        warnings,
    }
}

/// The values from the first one on, without a run of zeros before the first sale, at most
/// [`USED_MAX`].
fn trim(series: &Series, warnings: &mut Vec<Warning>) -> Vec<f64> {
    let values = series.values();
    let Some(first) = values.iter().position(|value| !value.is_nan()) else {
        return Vec::new();
    };
    let mut values = &values[first..];
    let start = values
        .iter()
        .position(|&value| !(value == 0.0 || value.is_nan()))
        .unwrap_or(0);
    // A fortnight, or two seasons, of nothing is not a slow start but none.
    let season = series.seasons().first().copied().unwrap_or(1);
    if start >= 14.max(2 * season) && values.iter().all(|&value| value >= 0.0 || value.is_nan()) {
        warnings.push(Warning::LateStart { count: start });
        values = &values[start..];
    }
    if values.len() > USED_MAX {
        warnings.push(Warning::OnlyRecent { used: USED_MAX });
        values = &values[values.len() - USED_MAX..];
    }
    values.to_vec()
}

/// Zeros between sales that the season does not explain: a shop closed every Sunday is regular.
fn is_intermittent(observed: &[f64], season: Option<usize>) -> bool {
    let length = season.unwrap_or(1);
    let (mut steps, mut zeros) = (vec![0_u32; length], vec![0_u32; length]);
    for (t, &value) in observed
        .iter()
        .enumerate()
        .filter(|(_, value)| !value.is_nan())
    {
        steps[t % length] += 1;
        zeros[t % length] += u32::from(value == 0.0);
    }
    let open = |&(count, none): &(u32, u32)| length == 1 || 10 * none < 9 * count;
    let (count, none) = steps
        .into_iter()
        .zip(zeros)
        .filter(open)
        .fold((0, 0), |(count, none), (c, n)| (count + c, none + n));
    let demands = count - none;
    // All positions nearly always empty: what little there is comes rarely.
    demands == 0 || f64::from(count) / f64::from(demands) >= DEMAND_INTERVAL
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(values: Vec<f64>) -> Path {
        look(&Series::new(values, vec![7]).expect("valid"), false).path
    }

    #[test]
    fn every_kind_has_its_path() {
        let wave = |t: usize| 5.0 + ((t * 5) % 7) as f64;
        assert_eq!(path(vec![]), Path::TooShort);
        assert_eq!(path(vec![1.0, f64::NAN, 2.0, 3.0, 4.0]), Path::TooShort);
        assert_eq!(path(vec![4.0; 30]), Path::Constant);
        assert_eq!(path(vec![0.0; 30]), Path::Constant);
        assert_eq!(
            path((0..40).map(|t| f64::from(u8::from(t % 3 == 0))).collect()),
            Path::Intermittent
        );
        let gappy = (0..60).map(|t| if t % 3 == 1 { f64::NAN } else { wave(t) });
        assert_eq!(path(gappy.collect()), Path::Gappy);
        assert_eq!(path((0..11).map(wave).collect()), Path::Short);
        assert_eq!(
            path((0..60).map(|t| wave(t) - 8.0).collect()),
            Path::Negative
        );
        assert_eq!(path((0..60).map(wave).collect()), Path::Regular);
    }

    #[test]
    fn closed_weekends_are_not_rare_demand() {
        let values = (0..70)
            .map(|t| if t % 7 < 5 { 3.0 + (t % 4) as f64 } else { 0.0 })
            .collect();
        assert_eq!(path(values), Path::Regular);
    }

    #[test]
    fn zeros_before_the_first_sale_are_left_out() {
        let values = (0..90)
            .map(|t| if t < 30 { 0.0 } else { 4.0 + (t % 5) as f64 })
            .collect();
        let history = look(&Series::new(values, vec![7]).expect("valid"), true);
        assert_eq!(history.values.len(), 60);
        assert!(history.warnings.contains(&Warning::LateStart { count: 30 }));
    }
}
