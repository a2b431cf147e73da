//! Times the forecasts of 1,000 products from two years of days: `cargo run --release -p prediction --example products`.
//!
//! Made-up products of every kind: bestsellers with a week and a year, slow sellers that sell now and then, young ones.
//! Prints one JSON line: seconds for all sums, for making them add up, and milliseconds of the slowest series.

use std::time::Instant;

use prediction::{Job, Number, Sum, SumNode, reconcile_sums, sum};

const DAYS: usize = 730;
const PRODUCTS: usize = 1_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let series: Vec<Vec<f64>> = (0..PRODUCTS).map(product).collect();
    let whole = (0..DAYS).map(|day| series.iter().map(|values| values[day]).sum());
    let whole: Vec<f64> = whole.collect();
    let mut slowest = 0.0_f64;
    let began = Instant::now();
    let sums: Result<Vec<Sum>, _> = std::iter::once(&whole)
        .chain(&series)
        .map(|values| {
            let began = Instant::now();
            let sum = sum(&job(values));
            slowest = slowest.max(began.elapsed().as_secs_f64());
            sum
        })
        .collect();
    let sums = sums?;
    let sums_seconds = began.elapsed().as_secs_f64();
    let placed = sums.into_iter().enumerate();
    let nodes: Vec<SumNode> = placed
        .map(|(at, sum)| SumNode {
            parent: (at > 0).then_some(0),
            sum,
        })
        .collect();
    let began = Instant::now();
    let told = reconcile_sums(&nodes, Number(0.8))?;
    println!(
        "{{\"series\":{},\"days\":{DAYS},\"sums_s\":{sums_seconds:.2},\"reconcile_s\":{:.3},\"slowest_ms\":{:.1},\"adds_up\":{}}}",
        told.len(),
        began.elapsed().as_secs_f64(),
        1e3 * slowest,
        told.iter().skip(1).map(|it| it.mean).sum::<i64>() == told[0].mean,
    );
    Ok(())
}

fn job(values: &[f64]) -> Job {
    Job {
        values: values.iter().copied().map(Number).collect(),
        seasons: vec![7, 365],
        horizon: 90,
        coverage: Number(0.8),
        non_negative: true,
        ..Job::default()
    }
}

/// Units of a product by day: few bestsellers, many that sell less than one a day, every tenth young.
fn product(at: usize) -> Vec<f64> {
    let rate = 40.0 / (1.0 + at as f64 / 20.0);
    let begins = if at % 10 == 9 { DAYS - 120 } else { 0 };
    let units = |day: usize| {
        if day < begins {
            return 0.0;
        }
        let week = [0.9, 0.85, 0.9, 0.95, 1.1, 1.25, 1.05][day % 7];
        let year = 1.0 + 0.3 * (std::f64::consts::TAU * (day + 37 * at) as f64 / 365.0).sin();
        let noise = noise((day * 1_009 + at) as u64);
        (rate * week * year * (0.4 + 1.2 * noise) + noise).floor()
    };
    (0..DAYS).map(units).collect()
}

/// A number from 0 to 1 (SplitMix64).
fn noise(seed: u64) -> f64 {
    let mut bits = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
