//! The benchmark's score, after Lavin and Ahmad, "Evaluating Real-time Anomaly Detection Algorithms" (ICMLA
//! 2015), with the weights of its standard profile.
//!
//! A window counts by its earliest alarm, the earlier the more; a window without one costs a whole point; an
//! alarm outside costs 0.11, less where it comes shortly after a window. The first 15 % of a file (750 values at
//! most) do not count. 0 is what silence gets, 100 what an alarm at the start of each window does.

use crate::streams::Stream;

const FALSE_ALARM_COST: f64 = 0.11;
const MISSED_COST: f64 = 1.0;
const PROBATION_SHARE: f64 = 0.15;
const PROBATION_MAX: f64 = 750.0;

/// Worth of an alarm by its place: -1 at the start of a window, 0 at its end, above 0 behind it.
fn worth(place: f64) -> f64 {
    if place >= 3.0 {
        -1.0
    } else {
        2.0 / (1.0 + (5.0 * place).exp()) - 1.0
    }
}

/// Scores of a stream's values with what an alarm at each would be worth.
#[derive(Debug)]
pub struct Judged {
    /// Score, worth, and the window it lies in.
    points: Vec<(f64, f64, Option<usize>)>,
    windows: usize,
}

impl Judged {
    pub fn new(stream: &Stream, scores: &[f64]) -> Self {
        let count = scores.len();
        let skipped = (PROBATION_SHARE * count as f64).floor().min(PROBATION_MAX) as usize;
        let worth_at = |at: usize| {
            let inside = stream
                .windows
                .iter()
                .position(|&(from, to)| from <= at && at <= to);
            if let Some((window, &(from, to))) =
                inside.and_then(|window| Some((window, stream.windows.get(window)?)))
            {
                let place = -((to - at + 1) as f64) / (to - from + 1) as f64;
                return (worth(place) / worth(-1.0), Some(window));
            }
            let before = stream.windows.iter().rev().find(|(_, to)| *to < at);
            let place = before.map_or(3.0, |&(from, to)| (at - to) as f64 / (to - from) as f64);
            (FALSE_ALARM_COST * worth(place), None)
        };
        let points = scores.iter().enumerate().skip(skipped).map(|(at, &score)| {
            let (worth, window) = worth_at(at);
            (score, worth, window)
        });
        Self {
            points: points.collect(),
            windows: stream.windows.len(),
        }
    }
}

/// What a detector reaches on several streams.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    pub raw: f64,
    pub windows: usize,
    pub found: usize,
    pub false_alarms: usize,
}

impl Outcome {
    /// 0 as silence, 100 as an alarm at the start of each window.
    pub fn normalised(self) -> f64 {
        let windows = self.windows as f64;
        let silence = -MISSED_COST * windows;
        if windows > 0.0 {
            100.0 * (self.raw - silence) / (windows - silence)
        } else {
            0.0
        }
    }
}

/// The outcome where scores of `threshold` or more are alarms.
pub fn at(judged: &[Judged], threshold: f64) -> Outcome {
    let mut outcome = Outcome {
        raw: 0.0,
        windows: 0,
        found: 0,
        false_alarms: 0,
    };
    for stream in judged {
        let mut best = vec![None; stream.windows];
        for &(score, worth, window) in &stream.points {
            match window {
                _ if score < threshold => {}
                Some(window) => {
                    let earlier: f64 = best[window].unwrap_or(worth);
                    best[window] = Some(earlier.max(worth));
                }
                None => {
                    outcome.raw += worth;
                    outcome.false_alarms += 1;
                }
            }
        }
        outcome.windows += best.len();
        outcome.found += best.iter().flatten().count();
        outcome.raw += best
            .iter()
            .map(|best| best.unwrap_or(-MISSED_COST))
            .sum::<f64>();
    }
    outcome
}

/// The threshold with the best outcome over all streams, as the benchmark chooses it, and that outcome.
pub fn best_threshold(judged: &[Judged]) -> (f64, Outcome) {
    let of_stream = |(at, stream): (usize, &Judged)| -> Vec<_> {
        let of_all = |&(score, worth, window): &(f64, f64, Option<usize>)| {
            (score, worth, window.map(|window| (at, window)))
        };
        stream.points.iter().map(of_all).collect()
    };
    let mut points: Vec<_> = judged.iter().enumerate().flat_map(of_stream).collect();
    points.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    // From the highest score down: what the points so far add to silence.
    let mut best_of: Vec<Vec<f64>> = judged
        .iter()
        .map(|stream| vec![-MISSED_COST; stream.windows])
        .collect();
    let (mut gained, mut most, mut threshold) = (0.0, 0.0, f64::INFINITY);
    for (rank, &(score, worth, window)) in points.iter().enumerate() {
        match window {
            Some((stream, window)) => {
                let best = &mut best_of[stream][window];
                gained += worth.max(*best) - *best;
                *best = worth.max(*best);
            }
            None => gained += worth,
        }
        let is_last = points.get(rank + 1).is_none_or(|next| next.0 < score);
        if is_last && gained > most {
            (most, threshold) = (gained, score);
        }
    }
    (threshold, at(judged, threshold))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors;

    fn stream(length: usize, windows: &[(usize, usize)]) -> Stream {
        Stream {
            name: "made up".to_owned(),
            values: vec![0.0; length],
            windows: windows.to_vec(),
            seasons: vec![],
        }
    }

    fn of_alarms(stream: &Stream, alarms: &[usize]) -> f64 {
        let mut scores = vec![0.0; stream.values.len()];
        alarms.iter().for_each(|&at| scores[at] = 1.0);
        at(&[Judged::new(stream, &scores)], 1.0).raw
    }

    #[test]
    fn silence_is_0_and_perfection_100() {
        let streams = [stream(1_000, &[(200, 260), (700, 799)]), stream(500, &[])];
        let judged = |detect: fn(&Stream) -> Vec<f64>| -> Vec<Judged> {
            streams
                .iter()
                .map(|stream| Judged::new(stream, &detect(stream)))
                .collect()
        };
        assert_eq!(best_threshold(&judged(detectors::null)).1.normalised(), 0.0);
        let perfect = best_threshold(&judged(detectors::perfect)).1;
        assert!((perfect.normalised() - 100.0).abs() < 1e-9);
        assert_eq!((perfect.found, perfect.false_alarms), (2, 0));
    }

    /// The figures of the definition: S(-1) = 0.98661 and S(-0.5) = 0.84828, at -1 normalised to 1.
    #[test]
    fn an_alarm_is_worth_its_place() {
        let stream = stream(1_000, &[(300, 399)]);
        assert!((of_alarms(&stream, &[300]) - 1.0).abs() < 1e-9);
        let half = 0.848_28 / 0.986_61;
        assert!((of_alarms(&stream, &[350]) - half).abs() < 1e-4);
        assert_eq!(
            of_alarms(&stream, &[320, 350, 390]),
            of_alarms(&stream, &[320])
        );
        // Before any window, and long after one: the whole cost; one width behind nearly.
        assert!((of_alarms(&stream, &[200]) + 1.11).abs() < 1e-9);
        assert!((of_alarms(&stream, &[900]) + 1.11).abs() < 1e-9);
        let behind = -1.0 - 0.11 * 0.986_61;
        assert!((of_alarms(&stream, &[399 + 99]) - behind).abs() < 1e-4);
        // The first 15 % do not count.
        assert_eq!(of_alarms(&stream, &[149]), -1.0);
        assert!(of_alarms(&stream, &[150]) < -1.0);
    }
}
