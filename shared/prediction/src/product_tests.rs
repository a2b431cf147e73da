//! Tests of products, from a cube to an answer.

use cube::Cube;
use model::metrics::MetricId;

use crate::sample::{self, day};
use crate::tests::over_the_wire;
use crate::{
    Job, Made, Number, PredictionError, ProductForecast, ProductForecasts, ProductPlan,
    ProductsAsk, Reconciled, Setting, Sheet, Sum, SumNode, ToldPart, Work, last_days,
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

fn reconciled(nodes: Vec<SumNode>) -> Vec<Reconciled> {
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

fn told(sums: &[Reconciled], last: &[i64], own: &[Sum]) -> Vec<ToldPart> {
    assert_eq!((sums.len(), sums.len()), (last.len(), own.len()));
    let parts = sums.iter().zip(last).zip(own);
    parts
        .map(|((sum, last), own)| ToldPart::of(*sum, *last, own))
        .collect()
}

/// What the engine does of a question.
fn products_of(cube: &Cube, metric: MetricId) -> Result<ProductForecasts, PredictionError> {
    products_in(cube, Setting::default(), metric)
}

fn products_in(
    cube: &Cube,
    setting: Setting,
    metric: MetricId,
) -> Result<ProductForecasts, PredictionError> {
    let plan = ProductPlan::of(cube, setting, &ask(metric))?;
    let mut sheet = Sheet::of(&plan);
    let series = plan.series(cube, 0)?;
    let taken = series.into_iter().map(|it| sheet.take(&plan, it));
    let mut products: Vec<Option<Job>> = taken.collect();
    let end = sheet.end(&plan);
    for (place, job) in end.young {
        assert!(products[place].replace(job).is_none());
    }
    let mut jobs = vec![plan.job(plan.whole())];
    jobs.extend(end.categories);
    jobs.extend(products.into_iter().flatten());
    jobs.extend(end.others);
    let all = sums(jobs);
    let own = all[0].clone();
    let parts = reconciled(plan.nodes(all.clone()));
    let channels = plan.channel_series(cube)?;
    let jobs = channels.iter().map(|values| plan.job(values)).collect();
    let of_channels = sums(jobs);
    let nodes = ProductPlan::channel_nodes(parts[0], &own, of_channels.clone());
    let by_channel = reconciled(nodes);
    assert_eq!(by_channel[0].mean, parts[0].mean, "the whole is certain");
    let last: Vec<i64> = channels.iter().map(|values| last_days(values)).collect();
    let channels = told(&by_channel[1..], &last, &of_channels);
    let parts = told(&parts, &end.last, &all);
    Ok(plan.finish(&parts, &channels).unwrap())
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
fn products_know_what_is_to_come_of_the_calendar() {
    let black_friday = forecast::Occasion::BlackFriday;
    let value = |date: kernel::Date, code: u32, usual: i64| {
        // Days are not all alike, or nothing would be noise.
        let usual = usual + i64::from((date.days() * 37 + code as i32) % 11 - 5) * usual / 100;
        match black_friday.falls_on(date) && code == 1 {
            true => 8 * usual,
            false => usual,
        }
    };
    let products = [("a", 4), ("b", 3)];
    let (from, today) = (day("2024-10-01"), day("2026-10-12"));
    let cube = sample::changed_product_cube(from, today, &products, value);
    let in_turkiye = Setting {
        is_in_turkiye: true,
        ..Setting::default()
    };
    let plain = products_of(&cube, MetricId::NetRevenue).unwrap();
    let told = products_in(&cube, in_turkiye, MetricId::NetRevenue).unwrap();
    let expected: f64 = std::iter::successors(Some(today), |date| date.add_days(1).ok())
        .take(90)
        .map(|date| value(date, 1, 4 * sample::weekly_value(date)) as f64)
        .sum();
    let of = |told: &ProductForecasts, key: &str| {
        let row = told.products.iter().find(|it| it.key == key).unwrap();
        row.mean as f64
    };
    let off = |told| (of(told, "a") - expected).abs() / expected;
    assert!(off(&told) < 0.02, "{} {expected}", of(&told, "a"));
    assert!(off(&told) < off(&plain) / 2.0, "{}", of(&plain, "a"));
    // What did not move before is not expected to.
    let moved = of(&told, "b") / of(&plain, "b");
    assert!((moved - 1.0).abs() < 0.02, "{moved}");
    let sum: i64 = told.products.iter().map(|it| it.mean).sum();
    assert_eq!(sum, told.whole.mean);
}

#[test]
fn what_the_others_bring_is_a_part_of_its_own() {
    let cube = sample::product_cube(day("2026-06-01"), day("2026-11-23"), &[("a", 1)]);
    let plan = ProductPlan::of(&cube, Setting::default(), &ask(MetricId::Units)).unwrap();
    assert_eq!(plan.series(&cube, 1).unwrap().len(), 0);
    let row = |mean| Reconciled {
        mean,
        lower: mean - 1,
        upper: mean + 1,
    };
    let part = |mean, last| ToldPart {
        sum: row(mean),
        last,
        replaced: 0,
        is_young: false,
    };
    let parts = [part(90, 80), part(70, 0), part(70, 0), part(20, 10)];
    let told = plan.finish(&parts, &parts[..1]).unwrap();
    assert_eq!((told.channels.len(), told.channels[0].mean), (1, 90));
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
    let all = sums([whole, old, young, vec![0.0; 200]].map(job).to_vec());
    let placed = all.into_iter().enumerate();
    let nodes = placed.map(|(at, sum)| SumNode {
        parent: (at > 0).then_some(0),
        sum,
    });
    let told = reconciled(nodes.collect());
    assert_eq!(
        told[0].mean,
        told[1..].iter().map(|it| it.mean).sum::<i64>()
    );
    let is_between = |it: &Reconciled| 0 <= it.lower && it.lower <= it.mean && it.mean <= it.upper;
    assert!(told.iter().all(is_between), "{told:?}");
    assert!(told[1].mean > 1_900 && told[1].mean < 2_250, "{told:?}");
    assert_eq!(told[3].mean, 0, "{told:?}");
}

#[test]
fn every_level_adds_up_to_the_same_whole() {
    let products = [("a", 1), ("b", 7), ("c", 3), ("d", 2)];
    let cube = sample::shop_cube(day("2025-06-01"), day("2026-11-23"), &products);
    let told = products_of(&cube, MetricId::NetRevenue).unwrap();
    let sum = |rows: &[ProductForecast]| rows.iter().map(|it| it.mean).sum::<i64>();
    let keys = |rows: &[ProductForecast]| -> Vec<String> {
        rows.iter().map(|it| it.key.clone()).collect()
    };
    // Products a and c are of the first category, and sold on the first channel.
    assert_eq!(keys(&told.categories), ["even", "odd"]);
    assert_eq!(keys(&told.channels), ["n11", "trendyol"]);
    for rows in [&told.products, &told.categories, &told.channels] {
        assert_eq!(sum(rows), told.whole.mean, "{rows:?}");
        let last: i64 = rows.iter().map(|it| it.last).sum();
        assert_eq!(last, told.whole.last);
        assert!(
            rows.iter()
                .all(|it| it.lower <= it.mean && it.mean <= it.upper)
        );
    }
    for category in &told.categories {
        let of = |it: &&ProductForecast| it.category == category.key;
        let own: Vec<ProductForecast> = told.products.iter().filter(of).cloned().collect();
        assert_eq!((sum(&own), own.len()), (category.mean, 2));
    }
    let share = told.channels[0].mean as f64 / told.whole.mean as f64;
    assert!((share - 9.0 / 13.0).abs() < 0.02, "{share}");
}

#[test]
fn channels_beyond_the_most_are_one_more_part() {
    let products = [("a", 1), ("b", 2)];
    let cube = sample::shop_cube(day("2026-06-01"), day("2026-11-23"), &products);
    let mut plan = ProductPlan::of(&cube, Setting::default(), &ask(MetricId::Units)).unwrap();
    plan.channels.truncate(1);
    let series = plan.channel_series(&cube).unwrap();
    assert_eq!(series.len(), 2);
    for (day, whole) in plan.whole().iter().enumerate() {
        assert_eq!(series[0][day] + series[1][day], *whole);
    }
}

#[test]
fn a_young_product_goes_on_as_others_did_and_is_said_to() {
    // Five products of any size began at some time, sold more and more for sixty days, and then a third of that.
    let products = [
        ("a", 1),
        ("b", 7),
        ("c", 3),
        ("d", 2),
        ("e", 5),
        ("old", 9),
        ("young", 4),
    ];
    let begins = [120, 200, 260, 330, 150, 0, 540 - 50];
    let (from, today) = (day("2025-06-01"), day("2026-11-23"));
    let cube = sample::changed_product_cube(from, today, &products, |date, code, usual| {
        let begun = begins[code as usize - 1];
        match date.days_since(from) - begun {
            _ if begun == 0 => usual,
            age if age < 0 => 0,
            age if age < 60 => usual * i64::from(age + 10) / 35,
            _ => usual * 2 / 3,
        }
    });
    let told = products_of(&cube, MetricId::NetRevenue).unwrap();
    let of = |key: &str| told.products.iter().find(|it| it.key == key).unwrap();
    let young = of("young");
    assert!(young.is_young);
    assert!(
        told.products
            .iter()
            .all(|it| it.is_young == (it.key == "young"))
    );
    // Ten more days of rising sales, then eighty of two thirds.
    let expected: f64 = (0..90)
        .map(|ahead| {
            let usual = 4 * sample::weekly_value(today.add_days(ahead).unwrap());
            let age = 50 + ahead;
            let value = if age < 60 {
                usual * i64::from(age + 10) / 35
            } else {
                usual * 2 / 3
            };
            value as f64
        })
        .sum();
    let off = (young.mean as f64 - expected).abs() / expected;
    assert!(off < 0.25, "{young:?} {expected}");
    assert!(young.lower <= young.mean && young.mean <= young.upper);
    let sum: i64 = told.products.iter().map(|it| it.mean).sum();
    assert_eq!(sum, told.whole.mean);
    // From its own days alone it would go on rising.
    let plan = ProductPlan::of(&cube, Setting::default(), &ask(MetricId::NetRevenue)).unwrap();
    let series = plan.series(&cube, 0).unwrap();
    let place = plan
        .products()
        .iter()
        .position(|it| it.key == "young")
        .unwrap();
    let alone = crate::sum(&plan.job(&series[place].values)).unwrap().mean.0;
    assert!(
        (alone - expected).abs() / expected > 2.0 * off,
        "{alone} {expected}"
    );
}
