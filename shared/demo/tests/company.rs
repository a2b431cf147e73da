//! The demo company at full size: how much there is, that it hangs together, and that every planted
//! anomaly shows in the totals that a dashboard draws.

mod reading;
mod totals;

use std::sync::LazyLock;

use demo::Anomaly;
use kernel::{Date, DateRange, Month};
use model::columns::FileKind;
use model::schema::Measure;
use totals::{Key, Totals};

static COMPANY: LazyLock<Totals> = LazyLock::new(|| Totals::read(demo::files(today())));

fn today() -> Date {
    "2026-11-23".parse().expect("a date")
}

fn range(anomaly: Anomaly) -> DateRange {
    anomaly
        .range(today())
        .expect("a range within the supported years")
}

/// The range moved by some days, to where nothing was planted.
fn moved(range: DateRange, days: i32) -> DateRange {
    let shift = |date: Date| date.add_days(days).expect("a date");
    DateRange::new(shift(range.from()), shift(range.to())).expect("a range")
}

fn per_day(measure: Measure, range: DateRange, take: impl Fn(&Key) -> bool) -> f64 {
    COMPANY.sum(measure, |key| range.contains(key.0) && take(key)) as f64 / f64::from(range.days())
}

fn all(_: &Key) -> bool {
    true
}

fn rate(above: Measure, below: Measure, range: DateRange, take: impl Fn(&Key) -> bool) -> f64 {
    per_day(above, range, &take) / per_day(below, range, &take)
}

#[test]
fn is_as_large_as_promised() {
    let lines = COMPANY.rows[&FileKind::Sales];
    assert!((290_000..=320_000).contains(&lines), "{lines} order lines");
    assert_eq!(COMPANY.skus.len(), 1_500, "every product has been sold");
    assert!(COMPANY.rows[&FileKind::Stock] <= 180_000);
    assert!(COMPANY.rows[&FileKind::Stock] > 175_000);
    assert!(COMPANY.bytes < 64_000_000, "{} bytes", COMPANY.bytes);
    let channels: std::collections::BTreeSet<_> =
        COMPANY.sales.keys().map(|key| key.1.as_str()).collect();
    let expected = ["amazon", "hepsiburada", "n11", "own-store", "trendyol"];
    assert!(channels.iter().eq(expected.iter()), "{channels:?}");
    let categories = COMPANY.sales.keys().map(|key| key.2.as_str());
    assert_eq!(
        categories.collect::<std::collections::BTreeSet<_>>().len(),
        12
    );
    let days: std::collections::BTreeSet<_> = COMPANY.sales.keys().map(|key| key.0).collect();
    assert_eq!(days.first(), Some(&"2024-11-01".parse().expect("a date")));
    assert_eq!(days.last(), Some(&today()));
    assert_eq!(days.len(), 753, "something is sold every day");
    let customers = COMPANY.customers.len();
    assert!(
        (100_000..200_000).contains(&customers),
        "{customers} customers, some come back"
    );
}

#[test]
fn earns_money_with_plausible_margins() {
    let whole = DateRange::new("2024-11-01".parse().expect("a date"), today()).expect("a range");
    let share = |measure| rate(measure, Measure::NetRevenueMinor, whole, all);
    for (measure, least, most) in [
        (Measure::CostOfGoodsMinor, 0.50, 0.60),
        (Measure::CommissionMinor, 0.13, 0.20),
        (Measure::PlatformFeeMinor, 0.01, 0.04),
        (Measure::CargoMinor, 0.08, 0.15),
        (Measure::ReturnCostMinor, 0.005, 0.03),
    ] {
        assert!(
            (least..most).contains(&share(measure)),
            "{measure:?}: {}",
            share(measure)
        );
    }
    let returns = rate(Measure::ReturnedUnits, Measure::DeliveredUnits, whole, all);
    assert!((0.06..0.10).contains(&returns), "{returns}");
    let spend: i64 = COMPANY.ads.values().map(|(spend, _)| spend).sum();
    let sales: i64 = COMPANY.ads.values().map(|(_, sales)| sales).sum();
    assert!(
        (4..9).contains(&(sales / spend)),
        "a lira of advertising brings {}",
        sales / spend
    );
}

/// October 2026 in kuruş, from the same files by a Python program of its own (`csv` and exact
/// `fractions.Fraction`, each amount rounded half away from zero after conversion).
#[test]
fn agrees_with_an_independent_computation_to_the_last_kurus() {
    let month = "2026-10".parse::<Month>().expect("a month").range();
    for (measure, expected) in [
        (Measure::NetRevenueMinor, 827_885_304),
        (Measure::VatMinor, 117_092_235),
        (Measure::CostOfGoodsMinor, 448_157_330),
        (Measure::CommissionMinor, 123_073_962),
    ] {
        let sum = COMPANY.sum(measure, |key| month.contains(key.0));
        assert_eq!(sum, expected, "{measure:?}");
    }
}

#[test]
fn plans_are_near_what_happens() {
    let mut month: Month = "2024-11".parse().expect("a month");
    while month < today().month() {
        let (revenue, margin) = COMPANY.targets[&month.to_string()];
        let days = month.range();
        let actual = COMPANY.sum(Measure::NetRevenueMinor, |key| days.contains(key.0));
        let attainment = actual as f64 / revenue as f64;
        assert!((0.85..1.2).contains(&attainment), "{month}: {attainment}");
        assert!(margin > 0 && margin < revenue / 4);
        month = month.add(1).expect("a month");
    }
    assert!(
        COMPANY.targets.contains_key("2026-12"),
        "the year is planned to its end"
    );
}

#[test]
fn seasons_show() {
    let day = |text: &str| DateRange::day(text.parse().expect("a date"));
    let lines = |range| per_day(Measure::Rows, range, all);
    // 11.11 against the same weekday two weeks before; Black Friday too.
    for campaign in ["2025-11-11", "2026-11-11", "2025-11-28"] {
        assert!(
            lines(day(campaign)) > 2.0 * lines(moved(day(campaign), -14)),
            "{campaign}"
        );
    }
    // The Ramadan feast of 2026 against the week before it.
    let feast = DateRange::new(
        "2026-03-20".parse().expect("a date"),
        "2026-03-22".parse().expect("a date"),
    );
    let feast = feast.expect("a range");
    assert!(lines(feast) < 0.7 * lines(moved(feast, -7)));
    let shipped = COMPANY.sum(Measure::ShippedLines, |key| feast.contains(key.0));
    assert!(shipped > 0, "orders of the feast leave after it");
}

#[test]
fn a_viral_toy_shows() {
    let days = range(Anomaly::ViralToy);
    let toys = |range| per_day(Measure::PlacedUnits, range, |key| key.2 == "Oyuncak");
    let (during, before) = (toys(days), toys(moved(days, -14)));
    assert!(during > 2.5 * before, "{during} after {before}");
}

#[test]
fn the_ad_overspend_shows() {
    let days = range(Anomaly::AdOverspend);
    let sums = |range: DateRange| {
        COMPANY
            .ads
            .iter()
            .filter(|((date, channel), _)| range.contains(*date) && channel == "amazon")
            .fold((0, 0), |sum, (_, (spend, sales))| {
                (sum.0 + spend, sum.1 + sales)
            })
    };
    let (during, after) = (sums(days), sums(moved(days, 14)));
    assert!(
        during.0 > 3 * after.0,
        "{} spent after {}",
        during.0,
        after.0
    );
    assert!(
        (during.1 as f64) < 1.6 * after.1 as f64,
        "and sold nothing more"
    );
}

#[test]
fn the_bad_batch_shows() {
    let days = range(Anomaly::BadBatch);
    let shoes = |range| {
        let is_shoes = |key: &Key| key.2 == "Ayakkabı ve Çanta";
        rate(
            Measure::ReturnedUnits,
            Measure::DeliveredUnits,
            range,
            is_shoes,
        )
    };
    assert!(shoes(days) > 0.4, "{}", shoes(days));
    assert!(
        shoes(moved(days, -28)) < 0.22,
        "{}",
        shoes(moved(days, -28))
    );
}

#[test]
fn the_warehouse_move_shows() {
    let days = range(Anomaly::WarehouseMove);
    let late = |range| rate(Measure::LateLines, Measure::ShippedLines, range, all);
    assert!(
        late(days) > 0.4 && late(moved(days, -14)) < 0.06,
        "{}",
        late(days)
    );
}

#[test]
fn the_channel_outage_shows() {
    let days = range(Anomaly::ChannelOutage);
    let lines = |range, channel: &str| per_day(Measure::Rows, range, |key| key.1 == channel);
    assert!(lines(days, "hepsiburada") < 0.2 * lines(moved(days, -7), "hepsiburada"));
    assert!(lines(days, "trendyol") > 0.7 * lines(moved(days, -7), "trendyol"));
}

#[test]
fn the_price_slip_shows() {
    let day = range(Anomaly::PriceSlip).from();
    let margin = |date: Date| {
        COMPANY
            .margin_by_sku
            .get(&(date, "ELK-0001".into()))
            .copied()
    };
    assert!(
        margin(day).is_some_and(|margin| margin < 0),
        "{:?}",
        margin(day)
    );
    let usual = margin(day.add_days(7).expect("a date"));
    assert!(usual.is_none_or(|margin| margin >= 0), "{usual:?}");
    // The worst margin of any product on any day.
    let worst = COMPANY
        .margin_by_sku
        .iter()
        .min_by_key(|(_, margin)| **margin);
    assert_eq!(
        worst.map(|(key, _)| key),
        Some(&(day, "ELK-0001".to_string()))
    );
}

#[test]
fn the_bestsellers_stock_out_shows() {
    let days = range(Anomaly::BestsellerStockOut);
    for rank in 1..=5 {
        let sku = format!("EVY-{rank:04}");
        let on_hand = |date: Date| COMPANY.stock[&(date, sku.clone())];
        assert!(
            days.iter().all(|day| on_hand(day) == 0),
            "{sku} is out of stock"
        );
        assert!(
            !days
                .iter()
                .any(|day| COMPANY.margin_by_sku.contains_key(&(day, sku.clone())))
        );
        assert!(
            on_hand(days.to().add_days(1).expect("a date")) > 0,
            "{sku} is back"
        );
    }
    let out = COMPANY.stock.values().filter(|units| **units == 0).count();
    let share = out as f64 / COMPANY.stock.len() as f64;
    assert!(
        (0.003..0.05).contains(&share),
        "{share} of product-days are without stock"
    );
}
