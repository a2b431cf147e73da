//! Measures the cube on made-up order lines: bytes a row, time to open, and the best time of several
//! runs per query, first touch apart. One JSON line per number of rows.
//!
//! `cargo run --release -p cube --example million -- 300000 1000000`

use std::collections::BTreeMap;
use std::time::Instant;

use cube::{
    CalendarRules, Compare, Cube, DictionaryChunk, Entry, FactRow, Filter, Query, Segment,
    SegmentWriter, Sort, SortBy, Top,
};
use kernel::{Date, DateRange, Hash256, WeekStart};
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension};

const DAYS: u64 = 730;
const CHANNELS: u64 = 7;
const CATEGORIES: u64 = 40;
const PRODUCTS: u64 = 5_000;
const CITIES: u64 = 81;
const RUNS: usize = 15;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// Small numbers often, large ones seldom.
    fn skewed(&mut self, end: u64) -> u64 {
        let (a, b) = (self.below(end) + 1, self.below(end) + 1);
        a * b / (end + 1)
    }
}

fn first_day() -> Date {
    Date::from_ymd(2024, 11, 24).expect("a day of the calendar")
}

/// Order lines as the edge would make them: lines of an order share day, channel, city and customer;
/// prices end in 90, and amounts follow from one another with realistic rates.
fn lines(rows: u64) -> impl Iterator<Item = FactRow> {
    let mut dice = Dice(42);
    let mut order = 0_u64;
    let mut rest = 0;
    let mut shared = (0, 0, 0, 0);
    (0..rows).map(move |row| {
        if rest == 0 {
            order += 1;
            rest = [1, 1, 1, 2, 2, 3][dice.below(6) as usize];
            let day = first_day().days() as u64 + row * DAYS / rows;
            let customer = 1 + dice.skewed(rows / 4 + 1);
            shared = (
                day,
                1 + dice.skewed(CHANNELS),
                1 + dice.skewed(CITIES),
                customer,
            );
        }
        rest -= 1;
        let (day, channel, city, customer) = shared;
        let product = 1 + dice.skewed(PRODUCTS);
        let units = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4][dice.below(10) as usize] as i64;
        let list = (50 + product * 7_919 % 1_950) as i64 * 100 + 90;
        let gross = list * units;
        let discount = if dice.below(4) == 0 {
            gross * (5 + dice.below(4) as i64 * 5) / 100
        } else {
            0
        };
        let channel_discount = if dice.below(10) == 0 { gross / 20 } else { 0 };
        let (cancelled, returned) = match dice.below(100) {
            0..3 => (units, 0),
            3..11 => (0, units),
            _ => (0, 0),
        };
        let paid = gross - discount;
        let kept_units = units - cancelled - returned;
        let kept = paid * kept_units / units;
        let rate = if product.is_multiple_of(5) { 10 } else { 20 };
        let net = (kept * 100 + (100 + rate) / 2) / (100 + rate);
        let cost = list * 45 / 100 * kept_units;
        let commission = kept * (12 + (channel + product % 40) as i64 % 9) / 100;
        let cargo = if rest == 0 {
            [3_490, 4_490, 5_990][dice.below(3) as usize]
        } else {
            0
        };
        let delivered = cancelled == 0;
        let measures = [
            1,
            units,
            cancelled,
            returned,
            if delivered { units } else { 0 },
            gross,
            discount,
            channel_discount,
            paid * cancelled / units,
            paid * returned / units,
            net,
            kept - net,
            cost,
            commission,
            if rest == 0 { 849 } else { 0 },
            cargo,
            if returned > 0 { 6_990 } else { 0 },
            i64::from(delivered),
            i64::from(delivered && dice.below(12) == 0),
            i64::from(delivered),
            if delivered {
                1 + dice.below(6) as i64
            } else {
                0
            },
        ];
        FactRow {
            codes: [day, channel, product, city, customer, order]
                .map(|code| code as u32)
                .to_vec(),
            measures: measures.map(Some).to_vec(),
        }
    })
}

fn segments(rows: u64) -> Vec<Vec<u8>> {
    let mut writers: BTreeMap<(Date, u32), SegmentWriter> = BTreeMap::new();
    for line in lines(rows) {
        let month = Date::from_days(line.codes[0] as i32)
            .expect("in range")
            .first_of_month();
        let channel = line.codes[1];
        writers
            .entry((month, channel))
            .or_insert_with(|| SegmentWriter::new(DataSet::Sales, month, channel))
            .push(&line)
            .expect("a line of this month and channel");
    }
    writers.into_values().map(SegmentWriter::finish).collect()
}

fn open(files: &[Vec<u8>]) -> Cube {
    let today = first_day().add_days(DAYS as i32).expect("in range");
    let rules = CalendarRules {
        week_start: WeekStart::Monday,
        fiscal_first_month: 1,
        today,
    };
    let mut cube = Cube::new(rules);
    let mut name = |dimension, count: u64, parents: u64| {
        let entry = |code| Entry {
            key: format!("{code}"),
            label: format!("Member {code}"),
            parent: if parents == 0 {
                0
            } else {
                1 + code as u32 % parents as u32
            },
        };
        let chunk = DictionaryChunk {
            dimension,
            first_code: 1,
            entries: (1..=count).map(entry).collect(),
        };
        cube.extend_dictionary(&chunk).expect("the first chunk");
    };
    name(Dimension::Channel, CHANNELS, 0);
    name(Dimension::Category, CATEGORIES, 0);
    name(Dimension::Product, PRODUCTS, CATEGORIES);
    name(Dimension::City, CITIES, 0);
    for (number, file) in (0_u64..).zip(files) {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&number.to_be_bytes());
        let segment = Segment::open(file.as_slice()).expect("just written");
        cube.add_segment(Hash256::from_bytes(id), segment);
    }
    cube
}

fn queries() -> Vec<(&'static str, Query)> {
    use MetricId::*;
    let last = first_day().add_days(DAYS as i32 - 1).expect("in range");
    let days = |count: i32| {
        DateRange::new(last.add_days(1 - count).expect("in range"), last).expect("in order")
    };
    let base = |metrics: &[MetricId], group_by: &[Dimension]| Query {
        metrics: metrics.to_vec(),
        range: days(DAYS as i32),
        group_by: group_by.to_vec(),
        filters: Vec::new(),
        compare: None,
        sort: None,
        top: None,
        subtotals: false,
        fill_gaps: false,
    };
    let by_first = Some(Sort {
        by: SortBy::Metric(0),
        descending: true,
    });
    let tiles = [
        NetRevenue,
        Gmv,
        Orders,
        Customers,
        Units,
        AverageOrderValue,
        Cm1,
        Cm2,
        GrossMarginPercent,
        TakeRate,
        ReturnRate,
        CancellationRate,
    ];
    vec![
        ("q1", base(&[NetRevenue], &[Dimension::Channel])),
        ("q2", base(&[NetRevenue, Units], &[Dimension::Day])),
        (
            "q3",
            base(
                &[NetRevenue, CostOfGoods],
                &[Dimension::Channel, Dimension::Category],
            ),
        ),
        (
            "q4",
            Query {
                sort: by_first,
                top: Some(Top {
                    rows: 10,
                    others: false,
                }),
                ..base(&[NetRevenue], &[Dimension::Product])
            },
        ),
        (
            "q5",
            Query {
                range: days(90),
                filters: vec![Filter::In {
                    dimension: Dimension::Channel,
                    members: vec!["1".into(), "2".into()],
                }],
                ..base(&[NetRevenue], &[Dimension::Category])
            },
        ),
        (
            "tiles_30_days_compared",
            Query {
                range: days(30),
                compare: Some(Compare::PreviousPeriod),
                ..base(&tiles, &[])
            },
        ),
        ("tiles_all_days", base(&tiles, &[])),
        ("orders_by_day", base(&[Orders], &[Dimension::Day])),
        (
            "products_compared",
            Query {
                range: days(30),
                compare: Some(Compare::LastYear),
                sort: by_first,
                top: Some(Top {
                    rows: 50,
                    others: true,
                }),
                ..base(
                    &[NetRevenue, Units, Orders, ReturnRate],
                    &[Dimension::Product],
                )
            },
        ),
        (
            "city_filtered_by_month",
            Query {
                filters: vec![Filter::In {
                    dimension: Dimension::City,
                    members: vec!["6".into()],
                }],
                ..base(&[NetRevenue, Cm2], &[Dimension::Month])
            },
        ),
        (
            "new_customers_by_month",
            base(&[NewCustomers], &[Dimension::Month]),
        ),
        (
            "repeat_rate_by_month",
            base(&[RepeatRate], &[Dimension::Month]),
        ),
        ("repeat_rate", base(&[RepeatRate], &[])),
    ]
}

fn millis(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0
}

fn main() {
    let given: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|it| it.parse().ok())
        .collect();
    let sizes = if given.is_empty() {
        vec![300_000, 1_000_000]
    } else {
        given
    };
    for rows in sizes {
        let started = Instant::now();
        let files = segments(rows);
        let written_ms = millis(started);
        let bytes: usize = files.iter().map(Vec::len).sum();
        let started = Instant::now();
        let cube = open(&files);
        let open_ms = millis(started);
        let mut timings = serde_json::Map::new();
        for (name, query) in queries() {
            let run = || {
                let started = Instant::now();
                let answer = cube.answer(&query).expect("a valid question");
                (millis(started), answer.rows.len())
            };
            let first = run();
            let best = (0..RUNS).map(|_| run().0).fold(f64::INFINITY, f64::min);
            let timing = serde_json::json!({"best_ms": best, "first_ms": first.0, "rows": first.1});
            timings.insert(name.into(), timing);
        }
        let columns = column_bytes(&files, rows);
        let report = serde_json::json!({
            "rows": rows, "segments": files.len(), "bytes": bytes,
            "bytes_per_row": (bytes as f64 / rows as f64 * 100.0).round() / 100.0,
            "written_ms": written_ms, "open_ms": open_ms,
            "memory_mb": cube.memory_bytes() / 1_000_000,
            "queries": timings, "bytes_per_row_by_column": columns,
        });
        println!("{report}");
    }
}

fn column_bytes(files: &[Vec<u8>], rows: u64) -> BTreeMap<String, f64> {
    let mut totals: BTreeMap<String, f64> = BTreeMap::new();
    for file in files {
        let segment = Segment::open(file.as_slice()).expect("just written");
        let dimensions = DataSet::Sales
            .dimensions()
            .iter()
            .map(|it| format!("{it:?}"));
        let names = dimensions.chain(DataSet::Sales.measures().iter().map(|it| format!("{it:?}")));
        let lengths = segment.column_lengths();
        let head = file.len() - lengths.iter().sum::<usize>();
        *totals.entry("head".into()).or_default() += head as f64;
        for (name, length) in names.zip(lengths) {
            *totals.entry(name).or_default() += length as f64;
        }
    }
    for total in totals.values_mut() {
        *total = (*total / rows as f64 * 1_000.0).round() / 1_000.0;
    }
    totals
}
