//! Whether confidence and intervals mean what they say: what was promised beside what came.
//!
//! Out of scope: models other than the product's default.

use crate::cases::Case;
use forecast::{Options, forecast, score};

/// Levels of the intervals that are looked at; confidence is about the widest.
const LEVELS: [f64; 5] = [0.5, 0.8, 0.9, 0.95, 0.99];

/// One series: its confidence, what came of it, and the share of values within each level.
struct Outcome {
    confidence: f64,
    realised: f64,
    covered: [f64; LEVELS.len()],
}

/// The JSON lines of a file: one per fifth of the confidences, ascending, and one per level.
///
/// What came of a confidence is (1 - sMAPE / 200) x (1 - |coverage - level|) on the values to forecast, the same
/// formula on the future that gave the confidence on the past; what few windows are drawn
/// towards has no counterpart there.
pub fn lines(file: &str, cases: &[Case]) -> Vec<String> {
    let mut outcomes: Vec<Outcome> = cases.iter().map(outcome).collect();
    outcomes.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let mean = |of: &[Outcome], value: &dyn Fn(&Outcome) -> f64| {
        of.iter().map(value).sum::<f64>() / of.len().max(1) as f64
    };
    let fifth = outcomes.len().div_ceil(5).max(1);
    let mut lines = Vec::new();
    for part in outcomes.chunks(fifth) {
        let (promised, came) = (mean(part, &|o| o.confidence), mean(part, &|o| o.realised));
        lines.push(format!(
            "{{\"file\":\"{file}\",\"n\":{},\"confidence\":{promised:.4},\"realised\":{came:.4}}}",
            part.len()
        ));
    }
    for (index, level) in LEVELS.iter().enumerate() {
        let covered = mean(&outcomes, &|o| o.covered[index]);
        lines.push(format!(
            "{{\"file\":\"{file}\",\"n\":{},\"level\":{level},\"coverage\":{covered:.3}}}",
            outcomes.len()
        ));
    }
    lines
}

fn outcome(case: &Case) -> Outcome {
    let options = |levels: Vec<f64>| Options {
        horizon: case.actual.len(),
        levels,
        ..Options::default()
    };
    // Confidence is about the widest level asked for: that of the default options.
    let usual = forecast(&case.series, &options(Options::default().levels));
    let usual = usual.expect("horizons of the files are in range");
    let wide = forecast(&case.series, &options(LEVELS.to_vec()));
    let wide = wide.expect("horizons of the files are in range");
    let covered = |steps: &[forecast::Step], level: usize| {
        let bounds = steps.iter().map(|step| {
            let interval = step.intervals.get(level);
            interval.map_or((step.mean, step.mean), |i| (i.lower, i.upper))
        });
        score::coverage(&case.actual, &bounds.collect::<Vec<_>>()).unwrap_or(0.0)
    };
    let means: Vec<f64> = usual.steps.iter().map(|step| step.mean).collect();
    let smape = score::smape(&case.actual, &means).unwrap_or(200.0);
    let missed = (covered(&usual.steps, 1) - 0.95).abs();
    Outcome {
        confidence: usual.confidence,
        realised: (1.0 - smape / 200.0) * (1.0 - missed),
        covered: std::array::from_fn(|level| covered(&wide.steps, level)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forecast::Series;

    #[test]
    fn a_series_without_surprises_is_as_good_as_promised() {
        let value = |t: usize| 100.0 + [0.0, 5.0, -5.0, 2.0][t % 4] + (t * 7 % 3) as f64;
        let case = |shift: usize| Case {
            series: Series::new((0..40).map(|t| value(t + shift)).collect(), vec![4])
                .expect("valid"),
            actual: (40..48).map(|t| value(t + shift)).collect(),
            season: 4,
        };
        let lines = lines("made up", &(0..10).map(case).collect::<Vec<_>>());
        assert_eq!(lines.len(), 10);
        assert!(
            lines[0].contains("\"n\":2,\"confidence\":0.") && lines[9].contains("\"level\":0.99")
        );
    }
}
