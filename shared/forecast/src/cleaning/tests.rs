//! Histories of which the truth is known.

use super::*;
use crate::noise::noise;
use proptest::prelude::*;

fn demand(seed: usize, t: usize) -> f64 {
    let week = [0.9, 0.9, 0.9, 1.0, 1.1, 1.3, 0.9][t % 7];
    (200.0 + 0.2 * t as f64) * week + 30.0 * noise(10_000 * seed + t)
}

fn cleaned(values: Vec<f64>, known: &Known) -> Cleaned {
    clean(&Series::new(values, vec![7]).expect("valid"), known).expect("positions within")
}

#[test]
fn a_clean_history_stays_as_it_is() {
    let mut changed = 0;
    for seed in 0..40 {
        let values: Vec<f64> = (0..240).map(|t| demand(seed, t)).collect();
        let answer = cleaned(values.clone(), &Known::default());
        changed += answer.changes.len();
        assert_eq!(answer.series.len(), 240);
    }
    assert_eq!(changed, 0, "of 9,600 values");
}

#[test]
fn lost_demand_is_found_again() {
    for seed in 0..10 {
        let truth: Vec<f64> = (0..200).map(|t| demand(seed, t)).collect();
        let (mut values, mut stock) = (truth.clone(), vec![50.0; 200]);
        for t in (60..72).chain(130..136) {
            // Sold out during the first of the days, empty on the others.
            values[t] = if t == 60 { 0.5 * truth[t] } else { 0.0 };
            stock[t] = 0.0;
        }
        let answer = cleaned(values, &Known::from_closing_stock(&stock));
        assert_eq!(answer.changes.len(), 18);
        assert!(
            answer
                .changes
                .iter()
                .all(|c| c.reason == Reason::StockOut && c.was.is_some())
        );
        let error = |t: usize| (answer.series.values()[t] / truth[t] - 1.0).abs();
        let mean: f64 = answer
            .changes
            .iter()
            .map(|c| error(c.position))
            .sum::<f64>()
            / 18.0;
        assert!(mean < 0.08, "{seed}: {mean}");
    }
}

#[test]
fn what_is_only_suspected_stays_where_that_is_asked_for() {
    let mut values: Vec<f64> = (0..140).map(|t| demand(3, t)).collect();
    (values[50], values[90]) = (4_000.0, f64::NAN);
    values[100..].iter_mut().for_each(|value| *value *= 2.0);
    let series = Series::new(values, vec![7]).expect("valid");
    let known = Known {
        stock_outs: vec![20],
        campaigns: vec![],
    };
    let reasons = |cleaned: Cleaned| -> Vec<Reason> {
        cleaned.changes.iter().map(|change| change.reason).collect()
    };
    let filled = fill_known(&series, &known).expect("within");
    assert!(filled.shifts.is_empty());
    assert_eq!(reasons(filled), [Reason::StockOut, Reason::Missing]);
    let cleaned = clean(&series, &known).expect("within");
    assert!(!cleaned.shifts.is_empty());
    assert!(reasons(cleaned).contains(&Reason::Outlier));
}

#[test]
fn a_wrong_figure_is_brought_back_and_a_missing_one_filled() {
    let mut values: Vec<f64> = (0..140).map(|t| demand(3, t)).collect();
    (values[50], values[90], values[100]) = (4_000.0, f64::NAN, 0.0);
    let answer = cleaned(values, &Known::default());
    let found: Vec<(usize, Reason)> = answer
        .changes
        .iter()
        .map(|c| (c.position, c.reason))
        .collect();
    assert_eq!(
        found,
        [
            (50, Reason::Outlier),
            (90, Reason::Missing),
            (100, Reason::Outlier)
        ]
    );
    for change in &answer.changes {
        let truth = demand(3, change.position);
        assert!(
            (change.now / truth - 1.0).abs() < 0.12,
            "{change:?} {truth}"
        );
    }
}

#[test]
fn an_event_of_every_year_is_no_wrong_figure() {
    let mut values: Vec<f64> = (0..800).map(|t| demand(5, t)).collect();
    values[200] *= 4.0;
    values[565] *= 4.0;
    let series = Series::new(values, vec![7, 365]).expect("valid");
    let answer = clean(&series, &Known::default()).expect("no positions");
    assert!(answer.changes.is_empty(), "{:?}", answer.changes.first());
}

#[test]
fn campaigns_become_ordinary_days_and_their_uplift_is_told() {
    let truth: Vec<f64> = (0..200).map(|t| demand(7, t)).collect();
    let campaigns: Vec<usize> = (90..95).chain(150..153).collect();
    let mut values = truth.clone();
    campaigns.iter().for_each(|&t| values[t] *= 2.5);
    let known = Known {
        campaigns: campaigns.clone(),
        ..Known::default()
    };
    let answer = cleaned(values, &known);
    assert_eq!(answer.changes.len(), 8);
    let uplift = answer.campaign_uplift.expect("there were campaigns");
    assert!((uplift - 2.5).abs() < 0.15, "{uplift}");
    let error = |t: &usize| (answer.series.values()[*t] / truth[*t] - 1.0).abs();
    assert!(campaigns.iter().map(error).sum::<f64>() / 8.0 < 0.08);
}

#[test]
fn an_earlier_level_is_brought_to_the_last_one() {
    for (seed, factor) in [(1, 1.6), (2, 0.6), (3, 2.2)] {
        let at = 110;
        let value = |t: usize| demand(seed, t) * if t >= at { factor } else { 1.0 };
        let answer = cleaned((0..200).map(value).collect(), &Known::default());
        assert_eq!(answer.shifts.len(), 1, "{:?}", answer.shifts);
        let shift = answer.shifts[0];
        assert!(shift.position.abs_diff(at) <= 2, "{shift:?}");
        assert!(
            (shift.after / shift.before / factor - 1.0).abs() < 0.1,
            "{shift:?}"
        );
        let moved = |c: &&Change| c.reason == Reason::LevelShift;
        assert_eq!(answer.changes.iter().filter(moved).count(), shift.position);
        let error = |t: usize| (answer.series.values()[t] / (demand(seed, t) * factor) - 1.0).abs();
        assert!((0..at - 3).map(error).sum::<f64>() / 107.0 < 0.1);
    }
}

#[test]
fn rare_demand_is_only_filled() {
    let mut values: Vec<f64> = (0..80)
        .map(|t| f64::from(u8::from(t % 4 == 1)) * 3.0)
        .collect();
    values[9] = 40.0;
    values[20] = f64::NAN;
    let known = Known {
        stock_outs: vec![30],
        ..Known::default()
    };
    let answer = cleaned(values, &known);
    let found: Vec<(usize, Reason)> = answer
        .changes
        .iter()
        .map(|c| (c.position, c.reason))
        .collect();
    assert_eq!(found, [(20, Reason::Missing), (30, Reason::StockOut)]);
    assert!(answer.changes.iter().all(|c| c.now > 0.5 && c.now < 2.0));
}

#[test]
fn positions_beyond_the_end_are_refused_and_few_values_left_alone() {
    let series = Series::new(vec![1.0; 9], vec![]).expect("valid");
    let known = Known {
        stock_outs: vec![9],
        ..Known::default()
    };
    let refused = CleaningError::NoSuchPosition {
        position: 9,
        length: 9,
    };
    assert_eq!(clean(&series, &known), Err(refused));
    let few = Known {
        stock_outs: vec![0, 1],
        ..Known::default()
    };
    let answer = clean(&series, &few).expect("within");
    assert!(answer.changes.is_empty() && answer.series == series);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_change_is_told(
        values in prop::collection::vec(
            prop_oneof![6 => -1e3..1e4_f64, 2 => Just(f64::NAN), 2 => Just(0.0), 1 => Just(1e308), 1 => Just(-1e308), 1 => Just(5e-324)],
            0..120,
        ),
        flags in prop::collection::vec(0..120_usize, 0..12),
        seasons in prop::sample::select(vec![vec![], vec![7], vec![2, 40]]),
    ) {
        let series = Series::new(values.clone(), seasons).expect("valid");
        let within: Vec<usize> = flags.into_iter().filter(|&t| t < values.len()).collect();
        let known = Known { stock_outs: within.clone(), campaigns: within };
        let answer = clean(&series, &known).expect("within");
        prop_assert_eq!(answer.series.len(), values.len());
        for (t, (was, now)) in values.iter().zip(answer.series.values()).enumerate() {
            let told = answer.changes.iter().find(|change| change.position == t);
            match told {
                Some(change) => prop_assert!(change.now == *now && now.is_finite()),
                None => prop_assert!(was.to_bits() == now.to_bits(), "{}: {} {}", t, was, now),
            }
        }
    }
}
