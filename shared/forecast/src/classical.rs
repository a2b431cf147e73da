//! Classical seasonal decomposition by centred moving averages.
//!
//! Used where a plain, published procedure is asked for: the seasonal adjustment of Naive2 and
//! Theta, and the starting states of exponential smoothing. For explaining a series to a reader
//! see [`crate::decompose()`]. Source: Hyndman and Athanasopoulos, "Forecasting: Principles and
//! Practice", 3rd ed., section 3.4.

/// How a season joins the rest of the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Composition {
    /// value = rest + season, seasons add up to 0.
    Additive,
    /// value = rest * season, seasons average 1.
    Multiplicative,
}

/// Seasonal figures of each position of the season, the first belonging to the first value;
/// `None` with fewer than two whole seasons or, multiplicatively, where a trend is not above 0.
pub(crate) fn seasonal_indices(
    values: &[f64],
    season: usize,
    composition: Composition,
) -> Option<Vec<f64>> {
    figures(values, season, composition).map(|(indices, _)| indices)
}

/// The same, drawn towards none as far as the figures are noise: Miller and Williams, "Shrinkage estimators
/// of time series seasonal factors and their effect on forecasting accuracy", International Journal of
/// Forecasting 19 (2003), after James and Stein.
pub(crate) fn shrunk_indices(
    values: &[f64],
    season: usize,
    composition: Composition,
) -> Option<Vec<f64>> {
    let (mut indices, noise) = figures(values, season, composition)?;
    // Three figures and fewer are not improved by shrinking.
    if season > 3 {
        let none = match composition {
            Composition::Additive => 0.0,
            Composition::Multiplicative => 1.0,
        };
        let apart: f64 = indices
            .iter()
            .map(|index| (index - none) * (index - none))
            .sum();
        let keep = 1.0 - (season as f64 - 3.0) * noise / apart.max(1e-300);
        let keep = keep.max(0.0);
        indices
            .iter_mut()
            .for_each(|index| *index = none + keep * (*index - none));
    }
    Some(indices)
}

/// Figures of each position and the variance of one of them, 0 where no position was seen twice.
fn figures(values: &[f64], season: usize, composition: Composition) -> Option<(Vec<f64>, f64)> {
    if season < 2 || values.len() < 2 * season {
        return None;
    }
    let mut sums = vec![0.0; season];
    let mut counts = vec![0_u32; season];
    let mut squares = 0.0;
    let half = season / 2;
    let mut window: f64 = 0.0;
    for t in half..values.len() - half {
        // An even season is centred by halving both ends. The sum is made anew for each window
        // of short seasons, and rolled on for long ones, where adding up would take n * m steps.
        if t == half || season <= 32 {
            window = values[t - half..=t + half].iter().sum();
        } else {
            window += values[t + half] - values[t - half - 1];
        }
        let ends = values[t - half] + values[t + half];
        let trend = if season.is_multiple_of(2) {
            (window - 0.5 * ends) / season as f64
        } else {
            window / season as f64
        };
        let figure = match composition {
            Composition::Additive => values[t] - trend,
            Composition::Multiplicative if trend > 0.0 => values[t] / trend,
            Composition::Multiplicative => return None,
        };
        sums[t % season] += figure;
        squares += figure * figure;
        counts[t % season] += 1;
    }
    let mut indices: Vec<f64> = sums
        .iter()
        .zip(&counts)
        .map(|(sum, &count)| sum / f64::from(count.max(1)))
        .collect();
    let mean = indices.iter().sum::<f64>() / season as f64;
    match composition {
        Composition::Additive => indices.iter_mut().for_each(|index| *index -= mean),
        Composition::Multiplicative if mean > 0.0 => {
            indices.iter_mut().for_each(|index| *index /= mean);
        }
        Composition::Multiplicative => return None,
    }
    // Between the values of one position.
    let kept: f64 = sums
        .iter()
        .zip(&counts)
        .map(|(sum, &count)| sum * sum / f64::from(count.max(1)))
        .sum();
    let all = f64::from(counts.iter().sum::<u32>());
    let free = all - season as f64;
    let noise = if free >= 1.0 {
        ((squares - kept) / free).max(0.0) * season as f64 / all
    } else {
        0.0
    };
    Some((indices, noise))
}

/// Whether the autocorrelation at the season's lag is above chance at 90 %, the test of the M4
/// competition (Makridakis, Spiliotis and Assimakopoulos 2020, its benchmark code):
/// |r_m| > 1.645 sqrt((1 + 2 sum of r_k^2, k < m) / n), given three whole seasons.
pub(crate) fn is_seasonal(values: &[f64], season: usize) -> bool {
    let count = values.len();
    if season < 2 || count < 3 * season {
        return false;
    }
    let mean = values.iter().sum::<f64>() / count as f64;
    let variance: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    if variance <= 0.0 {
        return false;
    }
    let autocorrelation = |lag: usize| {
        let pairs = values.iter().zip(&values[lag..]);
        pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / variance
    };
    let below: f64 = (1..season).map(autocorrelation).map(|r| r * r).sum();
    let limit = 1.645 * ((1.0 + 2.0 * below) / count as f64).sqrt();
    autocorrelation(season).abs() > limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovers_an_exact_season_on_a_line() {
        let season = [3.0, -1.0, -2.0, 0.0];
        let values: Vec<f64> = (0..24).map(|t| t as f64 + season[t % 4]).collect();
        let indices = seasonal_indices(&values, 4, Composition::Additive).expect("six seasons");
        for (found, expected) in indices.iter().zip(season) {
            assert!((found - expected).abs() < 1e-12, "{indices:?}");
        }
    }

    #[test]
    fn figures_of_noise_are_drawn_to_none_and_those_of_a_season_stay() {
        let noise = |t: usize| ((t * 7919) % 101) as f64 / 101.0 - 0.5;
        let spread = |figures: &[f64]| figures.iter().map(|figure| figure * figure).sum::<f64>();
        let of = |values: Vec<f64>| {
            let plain = seasonal_indices(&values, 12, Composition::Additive);
            let shrunk = shrunk_indices(&values, 12, Composition::Additive);
            let (plain, shrunk) = (plain.expect("ten seasons"), shrunk.expect("ten seasons"));
            spread(&shrunk) / spread(&plain)
        };
        let empty = of((0..120).map(noise).collect());
        let season = of((0..120).map(|t| 5.0 * (t % 12) as f64 + noise(t)).collect());
        assert!(
            empty < 0.5 && season > 0.99 && season < 1.0,
            "{empty} {season}"
        );
    }

    #[test]
    fn rolled_and_direct_windows_agree() {
        let values: Vec<f64> = (0..200).map(|t| ((t * 7919) % 101) as f64 + 50.0).collect();
        let long =
            seasonal_indices(&values, 40, Composition::Multiplicative).expect("five seasons");
        assert!((long.iter().sum::<f64>() / 40.0 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn noise_without_season_is_not_seasonal() {
        let values: Vec<f64> = (0..60_u64).map(|t| ((t * t * 7919) % 101) as f64).collect();
        assert!(!is_seasonal(&values, 12));
        let waves: Vec<f64> = (0..60).map(|t| [1.0, 5.0, 2.0][t % 3]).collect();
        assert!(is_seasonal(&waves, 3));
        assert!(!is_seasonal(&[4.0; 60], 3), "a constant has no season");
    }
}
