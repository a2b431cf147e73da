//! Tests of what is replaced before it is learnt from, from a cube to an answer.

use cube::Cube;
use cube::query::Filter;
use kernel::{Date, DateRange};
use model::metrics::MetricId;
use model::period::Grain;
use model::schema::{DataSet, Dimension};

use crate::sample::{self, day};
use crate::tests::{ask, forecast_in};
use crate::{
    Cleaning, ForecastAsk, Forecasted, ProductPlan, ProductsAsk, Replaced, ReplacedReason, Setting,
    data_sets, prepare,
};

const FROM: &str = "2026-03-01";
const TODAY: &str = "2026-11-23";

/// Three weeks, of which the last one ends a week before today.
fn is_gap(date: Date) -> bool {
    (day("2026-10-26")..=day("2026-11-15")).contains(&date)
}

/// Product `a` sells nothing while it is sold out; `b` sells on.
fn gappy_cube() -> Cube {
    let products = [("a", 1), ("b", 5)];
    let mut cube = sample::product_cube_with(day(FROM), day(TODAY), &products, |date, code| {
        !(code == 1 && is_gap(date))
    });
    let days = DateRange::new(day("2026-08-01"), day(TODAY)).unwrap();
    sample::add_stock(&mut cube, days, &[1, 2], |date, code| {
        code == 1 && is_gap(date)
    });
    cube
}

fn of_products(keys: &[&str], cleaning: Cleaning) -> ForecastAsk {
    ForecastAsk {
        filters: vec![Filter::In {
            dimension: Dimension::Product,
            members: keys.iter().map(|key| (*key).to_owned()).collect(),
        }],
        cleaning,
        ..ask(Grain::Day, 14)
    }
}

/// What the days from today on bring where nothing is sold out.
fn usual(days: i32) -> f64 {
    let dates = (0..days).map(|ahead| day(TODAY).add_days(ahead).unwrap());
    dates.map(sample::weekly_value).sum::<i64>() as f64
}

fn told(cube: &Cube, ask: &ForecastAsk) -> Forecasted {
    forecast_in(cube, Setting::default(), ask).unwrap()
}

#[test]
fn days_without_stock_do_not_lower_the_forecast_and_are_told() {
    let cube = gappy_cube();
    let usual = usual(14);
    let cleaned = told(&cube, &of_products(&["a"], Cleaning::Known));
    let off = (cleaned.total.unwrap() - usual).abs() / usual;
    assert!(off < 0.06, "{:?} {usual}", cleaned.total);
    let count = 21;
    let reason = ReplacedReason::StockOut;
    assert_eq!(cleaned.replaced, [Replaced { reason, count }]);
    let as_it_was = told(&cube, &of_products(&["a"], Cleaning::AsItWas));
    assert!(as_it_was.replaced.is_empty());
    let lower = (as_it_was.total.unwrap() - usual).abs() / usual;
    assert!(lower > 2.0 * off && lower > 0.03, "{lower} {off}");
}

#[test]
fn of_many_products_one_that_is_sold_out_says_nothing() {
    let cube = gappy_cube();
    let sold_out = |ask: &ForecastAsk| {
        let prepared = prepare(&cube, Setting::default(), ask).unwrap();
        prepared.job().sold_out.len()
    };
    let known = Cleaning::Known;
    assert_eq!(sold_out(&of_products(&["a"], known)), 21);
    assert_eq!(sold_out(&of_products(&["a", "b"], known)), 0);
    assert_eq!(sold_out(&of_products(&["b"], known)), 0);
    assert_eq!(sold_out(&ask(Grain::Day, 14)), 0);
    let weeks = ForecastAsk {
        grain: Grain::Week,
        ..of_products(&["a"], known)
    };
    assert_eq!(sold_out(&weeks), 0);
    let of = |ask: &ForecastAsk| data_sets(ask).into_iter().collect::<Vec<_>>();
    let both = [DataSet::Sales, DataSet::Stock];
    assert_eq!(of(&of_products(&["a"], known)), both);
    assert_eq!(of(&of_products(&["a"], Cleaning::AsItWas)), both[..1]);
    assert_eq!(of(&ask(Grain::Day, 14)), both[..1]);
}

#[test]
fn each_product_of_a_plan_has_its_own_days_without_stock() {
    let cube = gappy_cube();
    let ask = ProductsAsk {
        metric: MetricId::NetRevenue,
        filters: vec![],
    };
    let plan = ProductPlan::of(&cube, Setting::default(), &ask).unwrap();
    let keys: Vec<&str> = plan.products().iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["b", "a"]);
    let series = plan.series(&cube, 0).unwrap();
    let days: Vec<usize> = series.iter().map(|it| it.sold_out.len()).collect();
    assert_eq!(days, [0, 21]);
    let gap = &series[1];
    assert!(gap.sold_out.is_sorted());
    assert!(gap.sold_out.iter().all(|place| gap.values[*place] == 0.0));
    let job = crate::Job {
        sold_out: gap.sold_out.clone(),
        ..plan.job(&gap.values)
    };
    let (known, blind) = (
        crate::sum(&job).unwrap(),
        crate::sum(&plan.job(&gap.values)).unwrap(),
    );
    assert_eq!((known.replaced, blind.replaced), (21, 0));
    let usual = usual(90);
    let off = |sum: &crate::Sum| (sum.mean.0 - usual).abs() / usual;
    assert!(
        off(&known) < 0.06 && off(&known) < off(&blind) / 2.0,
        "{known:?} {blind:?}"
    );
}

#[test]
fn what_only_looks_wrong_is_replaced_where_that_is_asked_for() {
    let cube = sample::weekly_cube_with(day(FROM), day(TODAY), |date, value| {
        let value = value + i64::from(date.days() * 37 % 11 - 5) * 40;
        match date {
            _ if date == day("2026-10-14") => 4 * value,
            _ if date < day("2026-07-01") => value / 2,
            _ => value,
        }
    });
    let of = |cleaning| ForecastAsk {
        cleaning,
        ..ask(Grain::Day, 14)
    };
    assert!(told(&cube, &of(Cleaning::Known)).replaced.is_empty());
    let replaced = told(&cube, &of(Cleaning::Suspected)).replaced;
    let count = |reason| {
        replaced
            .iter()
            .find(|it| it.reason == reason)
            .map(|it| it.count)
    };
    let outliers = count(ReplacedReason::Outlier);
    assert_eq!(outliers, Some(1), "{replaced:?}");
    assert_eq!(count(ReplacedReason::LevelShift), Some(122), "{replaced:?}");
    // What is known to be an occasion is no mistake.
    let cube = sample::weekly_cube_with(day(FROM), day(TODAY), |date, value| {
        let value = value + i64::from(date.days() * 37 % 11 - 5) * 40;
        match date == day("2026-10-29") {
            true => 4 * value,
            false => value,
        }
    });
    let outliers = |is_in_turkiye| {
        let setting = Setting {
            is_in_turkiye,
            ..Setting::default()
        };
        let told = forecast_in(&cube, setting, &of(Cleaning::Suspected)).unwrap();
        let counts = told.replaced.iter().map(|it| it.count);
        counts.sum::<usize>()
    };
    let (elsewhere, here) = (outliers(false), outliers(true));
    assert!(elsewhere > 0);
    assert_eq!(here, elsewhere - 1);
}
