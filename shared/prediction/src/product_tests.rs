//! Tests of products, from a cube to an answer.

use cube::Cube;
use model::metrics::MetricId;
use model::period::Calendar;

use crate::sample::{self, day};
use crate::tests::over_the_wire;
use crate::{
    Job, Made, Number, PredictionError, ProductForecasts, ProductPlan, ProductsAsk, Reconciled,
    Sum, Work, last_days,
};

fn made(work: &Work) -> Made {
    over_the_wire(&over_the_wire::<Work>(work).made().unwrap())
}

fn sums(jobs: Vec<Job>) -> Vec<Sum> {
    match made(&Work::Sums(jobs)) {
        Made::Sums(sums) => sums,
        other => panic!("sums were ordered, not {other:?}"),
    }
}

fn reconciled(mut sums: Vec<Sum>) -> Vec<Reconciled> {
    let nodes = ProductPlan::nodes(sums.remove(0), sums);
    match made(&Work::Reconcile(nodes, Number(0.8))) {
        Made::Reconciled(told) => told,
        other => panic!("sums that add up were ordered, not {other:?}"),
    }
}

fn ask(metric: MetricId) -> ProductsAsk {
    ProductsAsk {
        metric,
        filters: vec![],
    }
}

fn products_of(cube: &Cube, metric: MetricId) -> Result<ProductForecasts, PredictionError> {
    let plan = ProductPlan::of(cube, Calendar::default(), &ask(metric))?;
    let series = plan.series(cube, 0)?;
    let all = std::iter::once(plan.whole()).chain(series.iter().map(Vec::as_slice));
    let jobs = all.clone().map(|values| plan.job(values)).collect();
    let last: Vec<i64> = all.map(last_days).collect();
    Ok(plan.finish(&reconciled(sums(jobs)), &last).unwrap())
}

#[test]
fn products_add_up_to_the_whole_and_each_goes_on_as_it_did() {
    let products = [("a", 1), ("b", 7), ("c", 3)];
    let cube = sample::product_cube(day("2025-06-01"), day("2026-11-23"), &products);
    let told = products_of(&cube, MetricId::NetRevenue).unwrap();
    assert_eq!(told.learnt_from.to(), day("2026-11-22"));
    let keys: Vec<&str> = told.products.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["b", "c", "a"], "the largest first");
    assert_eq!(told.products[0].label, "B");
    let sum: i64 = told.products.iter().map(|it| it.mean).sum();
    assert_eq!((sum, told.others), (told.whole.mean, None));
    let days = |from: &str| {
        let dates = std::iter::successors(Some(day(from)), |date| date.add_days(1).ok());
        dates.take(90).map(sample::weekly_value).sum::<i64>()
    };
    let (last, next) = (days("2026-08-25"), days("2026-11-23"));
    for (row, times) in told.products.iter().zip([7, 3, 1]) {
        assert_eq!(row.last, times * last);
        let expected = (times * next) as f64;
        assert!(
            (row.mean as f64 - expected).abs() < 0.05 * expected,
            "{row:?}"
        );
        assert!(row.lower <= row.mean && row.mean <= row.upper);
        let change = (row.mean - row.last) as f64 / row.last as f64;
        assert_eq!(row.change, Some(change));
    }
    let metric = MetricId::AverageOrderValue;
    let refused = products_of(&cube, metric).unwrap_err();
    assert_eq!(refused, PredictionError::NotAdded { metric });
}

#[test]
fn what_the_others_bring_is_a_part_of_its_own() {
    let cube = sample::product_cube(day("2026-06-01"), day("2026-11-23"), &[("a", 1)]);
    let plan = ProductPlan::of(&cube, Calendar::default(), &ask(MetricId::Units)).unwrap();
    assert_eq!(plan.series(&cube, 1).unwrap().len(), 0);
    let row = |mean| Reconciled {
        mean,
        lower: mean - 1,
        upper: mean + 1,
    };
    let told = plan
        .finish(&[row(90), row(70), row(20)], &[80, 0, 10])
        .unwrap();
    assert_eq!(told.products.len(), 1);
    assert_eq!(told.products[0].change, None);
    let others = told.others.unwrap();
    assert_eq!(
        (others.mean, others.last, others.change),
        (20, 10, Some(1.0))
    );
    assert_eq!(plan.finish(&[], &[]), None);
}

#[test]
fn a_product_too_young_for_an_interval_still_adds_up() {
    let job = |values: Vec<f64>| Job {
        values: values.into_iter().map(Number).collect(),
        seasons: vec![7],
        horizon: 90,
        coverage: Number(0.8),
        non_negative: true,
        ..Job::default()
    };
    let old: Vec<f64> = (0..200).map(|day| f64::from(20 + day % 7)).collect();
    let young: Vec<f64> = (0..200).map(|day| f64::from(u8::from(day > 197))).collect();
    let whole = old.iter().zip(&young).map(|(a, b)| a + b).collect();
    let told = reconciled(sums([whole, old, young, vec![0.0; 200]].map(job).to_vec()));
    assert_eq!(
        told[0].mean,
        told[1..].iter().map(|it| it.mean).sum::<i64>()
    );
    let is_between = |it: &Reconciled| 0 <= it.lower && it.lower <= it.mean && it.mean <= it.upper;
    assert!(told.iter().all(is_between), "{told:?}");
    assert!(told[1].mean > 1_900 && told[1].mean < 2_250, "{told:?}");
    assert_eq!(told[3].mean, 0, "{told:?}");
}
