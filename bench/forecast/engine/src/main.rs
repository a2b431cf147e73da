//! Scores the models on files of series and prints a JSON line per file and model: natively by itself,
//! and in the browser for the page that `cargo xtask bench forecast --browser` opens.
//!
//! Options: `--file F.tsv.gz` (several times; all of `../shared/data/series` without), `--model NAME`
//! (several times), `--every N` (each N-th series only), `--back N` (without the last N horizons, scored on the first of
//! those: what constants are chosen on), `--keep FOLDER` (writes the point forecasts),
//! `--what reliability` (whether confidence and intervals of the default mean what they say, in place of scores). A
//! line of a file is `id TAB season TAB horizon TAB training values TAB values to forecast`. Out of scope:
//! forecasting; other people's models.

mod cases;
#[cfg(not(target_arch = "wasm32"))]
mod command;
mod models;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(not(target_arch = "wasm32"))]
mod reliability;
mod scores;

fn main() -> std::process::ExitCode {
    // In the browser the page calls what it needs.
    #[cfg(not(target_arch = "wasm32"))]
    if let Err(trouble) = command::measure() {
        eprintln!("{trouble}");
        return std::process::ExitCode::FAILURE;
    }
    std::process::ExitCode::SUCCESS
}
