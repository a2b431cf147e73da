//! Times a 90-day forecast of two years of daily sales: `cargo run --release --example speed`.
//!
//! Prints a JSON line per history: milliseconds a series, mean and longest of a few repetitions.

use std::time::Instant;

use forecast::{Options, Series, decompose, forecast};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (days, seasons) in [
        (730, vec![7, 365]),
        (1_000, vec![7, 365]),
        (365, vec![7]),
        (90, vec![7]),
    ] {
        let series = Series::new((0..days).map(sales).collect(), seasons.clone())?;
        let options = Options {
            horizon: 90,
            non_negative: true,
            ..Options::default()
        };
        let (mut total, mut longest) = (0.0, 0.0_f64);
        let repetitions = 20;
        let mut answer = forecast(&series, &options)?;
        for _ in 0..repetitions {
            let begin = Instant::now();
            answer = forecast(&series, &options)?;
            let millis = begin.elapsed().as_secs_f64() * 1e3;
            total += millis;
            longest = longest.max(millis);
        }
        let begin = Instant::now();
        let parts = decompose(&series);
        let decompose_millis = begin.elapsed().as_secs_f64() * 1e3;
        println!(
            "{{\"days\":{days},\"seasons\":{seasons:?},\"horizon\":90,\"ms\":{:.2},\"ms_longest\":{longest:.2},\
             \"decompose_ms\":{decompose_millis:.2},\"found_seasons\":{},\"method\":\"{}\",\"confidence\":{}}}",
            total / f64::from(repetitions),
            parts.seasons.len(),
            answer.method,
            answer.confidence,
        );
    }
    Ok(())
}

/// A week, a year, growth and noise (SplitMix64 of the day).
fn sales(day: usize) -> f64 {
    let week = [0.9, 0.85, 0.9, 0.95, 1.1, 1.25, 1.05][day % 7];
    let year = 1.0 + 0.25 * (std::f64::consts::TAU * day as f64 / 365.0).sin();
    let mut bits = (day as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let noise = (bits >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
    10_000.0 * week * year * (1.0 + day as f64 / 2_000.0) * (1.0 + 0.2 * noise)
}
