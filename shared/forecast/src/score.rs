//! Scores of forecasts against what came: the measures of the M competitions.
//!
//! Hyndman and Koehler, "Another look at measures of forecast accuracy" (2006) for MASE;
//! Makridakis, Spiliotis and Assimakopoulos (2020) for sMAPE, OWA and MSIS as M4 used them.
//! Every function pairs values by position, over the shorter of its inputs, and skips positions
//! where a side is missing (NaN). `None` where nothing is left or the measure is undefined.

/// The unit of MASE and MSIS: the mean absolute difference of training values one season apart
/// (1 without a season). `None` for a constant or too short a series.
pub fn naive_scale(training: &[f64], season: usize) -> Option<f64> {
    let pairs = training.iter().zip(training.get(season..)?);
    mean(pairs.map(|(before, after)| (after - before).abs())).filter(|&scale| scale > 0.0)
}

/// Mean absolute error in units of `scale` (see [`naive_scale`]); 0 is perfect, 1 as good as
/// seasonal naive one step ahead.
pub fn mase(actual: &[f64], forecast: &[f64], scale: f64) -> Option<f64> {
    let errors = actual.iter().zip(forecast).map(|(a, f)| (a - f).abs());
    (scale > 0.0)
        .then(|| mean(errors))?
        .map(|error| error / scale)
}

/// Symmetric mean absolute percentage error, 0 to 200; a step where both sides are 0 counts 0.
pub fn smape(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    let shares = actual.iter().zip(forecast).map(|(a, f)| {
        let size = a.abs() + f.abs();
        if size == 0.0 {
            0.0
        } else {
            200.0 * (a - f).abs() / size
        }
    });
    mean(shares)
}

/// Overall weighted average: the mean of both scores relative to those of Naive2, each averaged
/// over all series first. Below 1 beats Naive2.
///
/// ```
/// assert_eq!(forecast::score::owa((5.0, 1.0), (10.0, 2.0)), Some(0.5));
/// ```
pub fn owa(smape_and_mase: (f64, f64), naive2: (f64, f64)) -> Option<f64> {
    let ratio = (smape_and_mase.0 / naive2.0 + smape_and_mase.1 / naive2.1) / 2.0;
    ratio.is_finite().then_some(ratio)
}

/// Share of the values that lie within their bounds, 0 to 1, bounds included.
pub fn coverage(actual: &[f64], bounds: &[(f64, f64)]) -> Option<f64> {
    let inside = actual.iter().zip(bounds).map(|(value, (lower, upper))| {
        if value.is_nan() {
            f64::NAN
        } else {
            f64::from(lower <= value && value <= upper)
        }
    });
    mean(inside)
}

/// Mean scaled interval score for intervals of `level` (0.95, say): the width, plus 2 / (1 - level)
/// times the distance of a value outside, in units of `scale`.
pub fn msis(actual: &[f64], bounds: &[(f64, f64)], level: f64, scale: f64) -> Option<f64> {
    let penalty = 2.0 / (1.0 - level);
    let scores = actual.iter().zip(bounds).map(|(value, (lower, upper))| {
        // A missing value would pass both maxima unseen.
        let outside = (lower - value).max(value - upper).max(0.0) + 0.0 * value;
        (upper - lower) + penalty * outside
    });
    (scale > 0.0)
        .then(|| mean(scores))?
        .map(|score| score / scale)
}

/// Mean signed error (forecast minus value) in units of `scale`: above 0 forecasts too much.
pub fn bias(actual: &[f64], forecast: &[f64], scale: f64) -> Option<f64> {
    let errors = actual.iter().zip(forecast).map(|(a, f)| f - a);
    (scale > 0.0)
        .then(|| mean(errors))?
        .map(|error| error / scale)
}

/// Mean of what is not NaN.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u32);
    for value in values.filter(|value| !value.is_nan()) {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_by_hand() {
        let training = [1.0, 3.0, 2.0, 5.0];
        assert_eq!(naive_scale(&training, 1), Some(2.0));
        assert_eq!(naive_scale(&training, 2), Some(1.5));
        assert_eq!(naive_scale(&training, 9), None);
        assert_eq!(naive_scale(&[4.0, 4.0], 1), None, "a constant has no scale");
        let (actual, forecast) = ([10.0, f64::NAN, 0.0], [8.0, 3.0, 0.0]);
        assert_eq!(mase(&actual, &forecast, 2.0), Some(0.5));
        assert_eq!(smape(&actual, &forecast), Some(200.0 * 2.0 / 18.0 / 2.0));
        assert_eq!(bias(&actual, &forecast, 2.0), Some(-0.5));
        let bounds = [(9.0, 11.0), (0.0, 1.0), (1.0, 2.0)];
        assert_eq!(coverage(&actual, &bounds), Some(0.5));
        // Widths 2 and 1, one value 1 below: 2 / 0.05 = 40.
        let expected = (2.0 + 1.0 + 40.0) / 2.0;
        let found = msis(&actual, &bounds, 0.95, 1.0).expect("defined");
        assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
        assert_eq!(mase(&[], &[], 1.0), None);
    }
}
