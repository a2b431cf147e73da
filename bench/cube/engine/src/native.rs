//! The same lines and questions natively, for the figures of `docs/data-format.md` and to try changes out:
//! `cargo run --release -p bench-cube -- [lines ...]` prints a JSON line for each.

use std::time::Instant;

use crate::Engine;
use crate::lines::{DAYS, Writer};

const CHANNELS: u32 = 7;
const PRODUCTS: u32 = 5_000;
const RUNS: usize = 31;
const DELTAS: u32 = 25;
const LINES_OF_A_DELTA: u32 = 100;

/// The lines of `page/rows.js`, number by number.
struct Lines {
    days: Vec<u16>,
    channels: Vec<u8>,
    products: Vec<u16>,
    units: Vec<u8>,
    revenue_minor: Vec<i32>,
    cost_minor: Vec<i32>,
}

/// Mulberry32.
struct Dice(u32);

impl Dice {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let mut mixed = (self.0 ^ (self.0 >> 15)).wrapping_mul(1 | self.0);
        mixed = mixed.wrapping_add((mixed ^ (mixed >> 7)).wrapping_mul(61 | mixed)) ^ mixed;
        let mixed = u64::from(mixed ^ (mixed >> 14));
        ((mixed * u64::from(end)) >> 32) as u32
    }

    fn skewed(&mut self, end: u32) -> u32 {
        (self.below(end) + 1) * (self.below(end) + 1) / (end + 1)
    }
}

impl Lines {
    fn new(count: u32, seed: u32) -> Lines {
        let mut dice = Dice(seed);
        let size = count as usize;
        let mut lines = Lines {
            days: Vec::with_capacity(size),
            channels: Vec::with_capacity(size),
            products: Vec::with_capacity(size),
            units: Vec::with_capacity(size),
            revenue_minor: Vec::with_capacity(size),
            cost_minor: Vec::with_capacity(size),
        };
        for line in 0..count {
            let product = dice.skewed(PRODUCTS);
            let units = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4][dice.below(10) as usize];
            let price = (50 + (product * 7_919) % 1_950) * 100 + 90;
            let discount = match dice.below(4) {
                0 => 5 + dice.below(4) * 5,
                _ => 0,
            };
            lines
                .days
                .push((u64::from(line) * u64::from(DAYS) / u64::from(count)) as u16);
            lines.channels.push(dice.skewed(CHANNELS) as u8);
            lines.products.push(product as u16);
            lines.units.push(units as u8);
            let revenue = (price * units * (100 - discount) * 2 + 120) / 240;
            lines.revenue_minor.push(revenue as i32);
            let cost = price * (40 + dice.below(11)) / 100 * units;
            lines.cost_minor.push(cost as i32);
        }
        lines
    }

    /// All segments of the lines, month by month.
    fn segments(&self, mut writer: Writer) -> Vec<Vec<u8>> {
        let mut segments = Vec::new();
        let mut begin = 0;
        for end in 1..=self.days.len() {
            let month = |line: usize| Writer::month(self.days[line].into());
            if end < self.days.len() && month(end) == month(begin) {
                continue;
            }
            let own = begin..end;
            writer.push(
                &self.days[own.clone()],
                &self.channels[own.clone()],
                &self.products[own.clone()],
                &self.units[own.clone()],
                &self.revenue_minor[own.clone()],
                &self.cost_minor[own],
            );
            let taken = std::iter::repeat_with(|| writer.take());
            segments.extend(taken.take_while(|bytes| !bytes.is_empty()));
            begin = end;
        }
        segments
    }
}

/// Middle and least of some times, in milliseconds, as JSON.
fn spread(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let at = |place: usize| times.get(place).copied().unwrap_or(0.0);
    let (middle, least) = (at(times.len() / 2), at(0));
    format!("\"p50_ms\":{middle:.3},\"min_ms\":{least:.3}")
}

fn timed(mut work: impl FnMut()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64() * 1_000.0
}

pub(crate) fn measure() {
    let asked = std::env::args().skip(1).filter_map(|it| it.parse().ok());
    let mut sizes: Vec<u32> = asked.collect();
    if sizes.is_empty() {
        sizes = vec![100_000, 1_000_000];
    }
    for count in sizes {
        measure_lines(count);
    }
}

fn measure_lines(count: u32) {
    let lines = Lines::new(count, 42);
    let bytes = |segments: &[Vec<u8>]| segments.iter().map(Vec::len).sum::<usize>();
    let per_line = |bytes: usize| bytes as f64 / f64::from(count);
    let plain = per_line(bytes(&lines.segments(Writer::without_buyers())));
    let segments = lines.segments(Writer::new(0));
    println!(
        "{{\"bench\":\"cube-native\",\"lines\":{count},\"bytes_per_line\":{:.2},\
         \"bytes_per_line_without_orders_and_customers\":{plain:.2}}}",
        per_line(bytes(&segments)),
    );
    let mut engine = Engine::new(true);
    engine.name_members();
    let opening = timed(|| segments.iter().for_each(|bytes| engine.open(bytes)));
    println!(
        "{{\"bench\":\"cube-native\",\"lines\":{count},\"what\":\"open\",\"ms\":{opening:.3}}}"
    );
    for question in 0..engine.questions.len() {
        let name = format!("q{}", question + 1);
        report(count, &name, || {
            engine.ask(question);
        });
    }
    let asked = timed(|| {
        engine.ask_views();
    });
    println!(
        "{{\"bench\":\"cube-native\",\"lines\":{count},\"what\":\"views\",\"first_ms\":{asked:.3}}}"
    );
    let mut day = 0;
    report(count, "brush", || {
        day += 1;
        engine.brush(day);
    });
    let deltas = (0..DELTAS).map(|seed| {
        let mut new = Lines::new(LINES_OF_A_DELTA, 7 + seed);
        new.days.fill(DAYS as u16 - 1);
        new.channels.fill(1);
        let before = count + seed * LINES_OF_A_DELTA;
        new.segments(Writer::new(before)).remove(0)
    });
    let deltas: Vec<Vec<u8>> = deltas.collect();
    let times = deltas.iter().map(|delta| {
        timed(|| {
            engine.open(delta);
            engine.ask_views();
        })
    });
    let times = spread(times.collect());
    println!("{{\"bench\":\"cube-native\",\"lines\":{count},\"what\":\"delta\",{times}}}");
}

fn report(count: u32, what: &str, mut ask: impl FnMut()) {
    let first = timed(&mut ask);
    let times = spread((0..RUNS).map(|_| timed(&mut ask)).collect());
    println!(
        "{{\"bench\":\"cube-native\",\"lines\":{count},\"what\":\"{what}\",\"first_ms\":{first:.3},\
         {times}}}"
    );
}
