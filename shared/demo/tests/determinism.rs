//! The same seed, day and scale make the same bytes; nothing lies in the future.

mod reading;

use demo::{Files, SEED, Scale};
use kernel::Date;
use model::columns::FileKind;
use proptest::prelude::*;

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// FNV-1a over names and contents of all files (Fowler, Noll, Vo).
fn fingerprint(files: Files) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        for byte in file.name.bytes().chain(file.csv) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

fn small(seed: u64, today: &str) -> Files {
    Files::new(seed, date(today), Scale::per_mille_of_full(10))
}

/// The fingerprint of a small company. A change of it changes what everyone sees: bump it knowingly.
const GOLDEN: u64 = 11_931_599_851_336_399_904;

#[test]
fn the_company_is_the_same_everywhere() {
    assert_eq!(fingerprint(small(SEED, "2026-11-23")), GOLDEN);
    assert_ne!(fingerprint(small(SEED + 1, "2026-11-23")), GOLDEN);
    assert_ne!(fingerprint(small(SEED, "2026-11-24")), GOLDEN);
}

/// The columns of each kind are those that an importer takes without a mapping.
#[test]
fn columns_are_canonical() {
    for file in small(SEED, "2026-11-23") {
        let text = String::from_utf8(file.csv).expect("UTF-8");
        let header: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
        let known = [file.kind.required_columns(), file.kind.optional_columns()].concat();
        assert!(
            header.iter().all(|column| known.contains(column)),
            "{header:?}"
        );
        let required = file.kind.required_columns();
        assert!(
            required.iter().all(|column| header.contains(column)),
            "{header:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever the seed and the day: every line is valid, converts, and knows nothing of tomorrow.
    #[test]
    fn any_company_hangs_together(seed in any::<u64>(), days in 19_500_i32..22_500, scale in 1_u32..12) {
        let today = Date::from_days(days).expect("a date");
        let mut is_first_of_history = true;
        let files = Files::new(seed, today, Scale::per_mille_of_full(scale));
        let mut rates = model::fx::FxTable::new(kernel::Currency::TRY);
        for file in files {
            reading::rows(&file, &mut |cells| match file.kind {
                FileKind::Fx => rates
                    .insert(date(&cells["date"]), cells["currency"].parse().expect("a currency"), reading::decimal(&cells["rate"], 9))
                    .expect("a rate"),
                FileKind::Sales => {
                    let record = reading::sales_record(cells);
                    let rate = rates.rate_on(record.currency, record.order_date).expect("a rate");
                    record.measures(&rate).expect("a valid line");
                    let shipment = record.shipment;
                    assert!(record.order_date <= today);
                    assert!(shipment.shipped_on.is_none_or(|day| (record.order_date..=today).contains(&day)));
                    assert!(shipment.delivered_on.is_none_or(|day| Some(day) >= shipment.shipped_on && day <= today));
                    if is_first_of_history {
                        is_first_of_history = false;
                        assert!(record.order_date.days_since(today.first_of_month().add_months(-demo::MONTHS).expect("a date")) < 31);
                    }
                }
                FileKind::Ads | FileKind::Stock => assert!(date(&cells["date"]) <= today),
                FileKind::Targets => {}
            });
        }
    }
}
