use super::*;

/// A week of sales with a seeded disturbance.
fn usual(day: usize) -> f64 {
    let mut bits = (day as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let noise = ((bits >> 33) % 1_000) as f64 / 1_000.0 - 0.5;
    200.0 + [0.0, 5.0, 10.0, 20.0, 60.0, 90.0, 40.0][day % 7] + 12.0 * noise
}

fn watched(values: impl Iterator<Item = f64>) -> Vec<News> {
    let settings = DetectorSettings {
        seasons: vec![7],
        false_alarm_rate: 1e-4,
    };
    let mut detector = Detector::new(settings).expect("valid settings");
    values
        .filter_map(|value| detector.update(value).expect("finite").news)
        .collect()
}

/// Index of the one alarm and what it turned out to be.
fn the_alarm(values: impl Iterator<Item = f64>) -> (u64, AlarmKind) {
    let news = watched(values);
    let raised = |news: &&News| matches!(news, News::Raised(_));
    assert_eq!(news.iter().filter(raised).count(), 1, "{news:?}");
    let (News::Raised(alarm) | News::Clearer(alarm)) = news.last().expect("one at least");
    (alarm.index, alarm.kind)
}

#[test]
fn usual_weeks_are_quiet() {
    assert_eq!(watched((0..700).map(usual)), []);
}

#[test]
fn a_day_alone_is_a_point() {
    let values = (0..300).map(|day| usual(day) + f64::from(u8::from(day == 220)) * 150.0);
    assert_eq!(the_alarm(values), (220, AlarmKind::Point));
}

#[test]
fn the_second_of_two_equal_peaks_is_told_as_well() {
    for peak in [100.0, 150.0, 1_000.0] {
        let value = |day: usize| usual(day) + if matches!(day, 120 | 220) { peak } else { 0.0 };
        let news = watched((0..300).map(value));
        let raised: Vec<u64> = news
            .iter()
            .filter_map(|news| match news {
                News::Raised(alarm) => Some(alarm.index),
                News::Clearer(_) => None,
            })
            .collect();
        assert_eq!(raised, [120, 220], "{peak}: {news:?}");
    }
}

#[test]
fn what_becomes_livelier_is_told_and_then_known() {
    // Sixty days without any movement, then ones that never stand still.
    for still in [0.0, 100.0] {
        let value = |day: usize| match day {
            ..60 => still,
            _ => still + usual(day) - 200.0,
        };
        let news = watched((0..460).map(value));
        let late = |news: &&News| {
            let (News::Raised(alarm) | News::Clearer(alarm)) = news;
            alarm.index >= 160
        };
        assert!(!news.is_empty());
        assert_eq!(news.iter().filter(late).count(), 0, "{still}: {news:?}");
    }
}

#[test]
fn a_level_that_stays_is_one_alarm() {
    let values = (0..260).map(|day| usual(day) - if day >= 220 { 100.0 } else { 0.0 });
    assert_eq!(the_alarm(values), (220, AlarmKind::LevelShift));
}

#[test]
fn a_week_that_is_not_kept_is_a_season_break() {
    // All days sell the mean of the week from here on.
    let mean = 200.0 + 225.0 / 7.0;
    let values = (0..226).map(|day| match day {
        ..217 => usual(day),
        _ => mean + (usual(day) - usual(day - 7)) * 0.3,
    });
    let (index, kind) = the_alarm(values);
    assert!((217..224).contains(&index), "{index}");
    assert_eq!(kind, AlarmKind::SeasonBreak);
}

#[test]
fn growth_that_sets_in_is_a_trend_break() {
    let values = (0..300).map(|day| usual(day) + 3.0 * day.saturating_sub(220) as f64);
    let news = watched(values);
    let (News::Raised(first) | News::Clearer(first)) = news.first().expect("told");
    assert!((222..250).contains(&first.index), "{first:?}");
    let broken = |news: &News| matches!(news, News::Clearer(alarm) | News::Raised(alarm) if alarm.kind == AlarmKind::TrendBreak);
    assert!(news.iter().any(broken), "{news:?}");
}

#[test]
fn one_knob_makes_alarms_rarer() {
    // Long-tailed: one value in twenty is far out.
    let values = |day: usize| {
        let far = ((day * 7_919) % 20 == 3) as usize * ((day * 104_729) % 50);
        usual(day) + far as f64
    };
    let alarms = |rate: f64| {
        let settings = DetectorSettings {
            seasons: vec![7],
            false_alarm_rate: rate,
        };
        let mut detector = Detector::new(settings).expect("valid settings");
        let read = (0..1_500).map(|day| detector.update(values(day)).expect("finite"));
        read.filter(|reading| matches!(reading.news, Some(News::Raised(_))))
            .count()
    };
    let counts = [0.02, 1e-3, 1e-6].map(alarms);
    assert!(
        counts[0] > counts[1] && counts[1] >= counts[2],
        "{counts:?}"
    );
    assert_eq!(counts[2], 0);
    assert!(counts[1] <= 10, "{counts:?}");
}

#[test]
fn written_down_and_read_back_it_goes_on_as_before() {
    let settings = DetectorSettings {
        seasons: vec![7, 30],
        ..DetectorSettings::default()
    };
    let mut whole = Detector::new(settings).expect("valid settings");
    let value = |day: usize| match day % 11 {
        4 => f64::NAN,
        _ => usual(day) + if day == 150 { 200.0 } else { 0.0 },
    };
    let mut broken = whole.clone();
    for day in 0..200 {
        let text = serde_json::to_string(&broken).expect("a detector is data");
        broken = serde_json::from_str(&text).expect("what was written can be read");
        let (a, b) = (whole.update(value(day)), broken.update(value(day)));
        let (a, b) = (a.expect("finite"), b.expect("finite"));
        // JSON may round the last digit.
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs();
        assert!(near(a.score, b.score), "{a:?} {b:?}");
        assert_eq!(a.expected.is_some(), b.expected.is_some());
        assert_eq!(a.news.is_some(), b.news.is_some(), "{a:?} {b:?}");
    }
    assert!(broken.of_season.points.is_ready());
}

#[test]
fn units_do_not_matter() {
    let scaled = |scale: f64| {
        let values = (0..300).map(move |day| scale * (usual(day) + f64::from(day == 200) * 99.0));
        watched(values)
    };
    let (one, other) = (scaled(1.0), scaled(2_f64.powi(300)));
    assert_eq!(one.len(), other.len());
    for (a, b) in one.iter().zip(&other) {
        let (News::Raised(a) | News::Clearer(a), News::Raised(b) | News::Clearer(b)) = (a, b);
        assert_eq!((a.index, a.kind, a.score), (b.index, b.kind, b.score));
    }
}

#[test]
fn bad_input_has_an_answer() {
    let settings = |seasons: Vec<usize>| DetectorSettings {
        seasons,
        ..DetectorSettings::default()
    };
    assert!(matches!(
        Detector::new(settings(vec![1])),
        Err(AnomalyError::SeasonLength { length: 1, .. })
    ));
    assert!(matches!(
        Detector::new(settings(vec![2, 3, 4])),
        Err(AnomalyError::TooManySeasons { count: 3, .. })
    ));
    let mut detector = Detector::new(settings(vec![7])).expect("valid settings");
    assert!(detector.update(f64::INFINITY).is_err());
    for day in 0..400 {
        let value = [f64::MAX, -f64::MAX, 0.0, f64::MIN_POSITIVE, f64::NAN, 1.0][day * day % 6];
        let reading = detector.update(value).expect("no value is infinite");
        assert!(reading.score.is_finite() && reading.expected.is_none_or(f64::is_finite));
        assert!(reading.range.is_none_or(|(lower, upper)| lower <= upper));
    }
}
