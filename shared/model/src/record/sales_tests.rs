//! Tests of the order line's arithmetic.

use proptest::prelude::*;

use super::*;
use crate::schema::{DataSet, Measure};

fn line(placed: i64, unit_price_micros: i64) -> SalesRecord {
    SalesRecord {
        key: LineKey {
            channel: "trendyol".into(),
            order: "1001".into(),
            line: "1".into(),
        },
        version: 0,
        order_date: Date::from_ymd(2026, 11, 11).unwrap(),
        product: ProductRef {
            sku: "SKU-1".into(),
            ..ProductRef::default()
        },
        place: Place::default(),
        customer: None,
        currency: Currency::TRY,
        units: UnitCounts {
            placed,
            cancelled: 0,
            returned: 0,
        },
        unit_price_micros,
        prices_include_vat: true,
        vat_basis_points: 2_000,
        seller_discount_minor: 0,
        channel_discount_minor: 0,
        status: None,
        unit_cost_micros: None,
        commission_minor: None,
        platform_fee_minor: None,
        cargo_minor: None,
        return_cost_minor: None,
        shipment: Shipment::default(),
    }
}

fn lira() -> FxRate {
    FxRate::identity(Currency::TRY)
}

fn measure(record: &SalesRecord, rate: &FxRate, measure: Measure) -> Option<i64> {
    let at = DataSet::Sales
        .measures()
        .iter()
        .position(|m| *m == measure)
        .unwrap();
    record.measures(rate).unwrap()[at]
}

#[test]
fn has_a_value_for_every_measure_of_the_schema() {
    let row = line(1, 1_000_000).measures(&lira()).unwrap();
    assert_eq!(row.len(), DataSet::Sales.measures().len());
    assert_eq!(row.first(), Some(&Some(1)));
}

/// By hand: 3 x 119.90 = 359.70; - 20.00 = 339.70 for three; one cancelled 113.23 (113.2333), one
/// returned 113.24 (226.4667 - 113.23); kept 113.23; / 1.20 = 94.3583 -> 94.36; VAT 18.87.
#[test]
fn nets_discount_cancellation_return_and_vat() {
    let record = SalesRecord {
        units: UnitCounts {
            placed: 3,
            cancelled: 1,
            returned: 1,
        },
        seller_discount_minor: 2_000,
        channel_discount_minor: 500,
        unit_cost_micros: Some(41_255_000),
        status: Some(LineStatus::Delivered),
        ..line(3, 119_900_000)
    };
    for (name, expected) in [
        (Measure::GrossMinor, 35_970),
        (Measure::SellerDiscountMinor, 2_000),
        (Measure::ChannelDiscountMinor, 500),
        (Measure::CancelledMinor, 11_323),
        (Measure::ReturnedMinor, 11_324),
        (Measure::NetRevenueMinor, 9_436),
        (Measure::VatMinor, 1_887),
        (Measure::CostOfGoodsMinor, 4_126),
        (Measure::DeliveredUnits, 2),
    ] {
        assert_eq!(measure(&record, &lira(), name), Some(expected), "{name:?}");
    }
}

#[test]
fn adds_vat_to_prices_that_leave_it_out() {
    let record = SalesRecord {
        prices_include_vat: false,
        ..line(2, 100_000_000)
    };
    assert_eq!(measure(&record, &lira(), Measure::GrossMinor), Some(24_000));
    assert_eq!(
        measure(&record, &lira(), Measure::NetRevenueMinor),
        Some(20_000)
    );
    assert_eq!(measure(&record, &lira(), Measure::VatMinor), Some(4_000));
}

#[test]
fn converts_at_the_rate_given() {
    let rate = FxRate::new(Currency::EUR, Currency::TRY, 48_123_456_789).unwrap();
    let record = SalesRecord {
        currency: Currency::EUR,
        vat_basis_points: 0,
        commission_minor: Some(285),
        ..line(2, 9_990_000)
    };
    // 19.98 x 48.123456789 = 961.506666...; 2.85 x 48.123456789 = 137.151851...
    assert_eq!(measure(&record, &rate, Measure::GrossMinor), Some(96_151));
    assert_eq!(
        measure(&record, &rate, Measure::CommissionMinor),
        Some(13_715)
    );
    assert_eq!(
        record.measures(&lira()),
        Err(RecordError::WrongRate {
            expected: Currency::EUR,
            found: Currency::TRY
        })
    );
}

#[test]
fn a_credit_note_takes_back_what_it_is_worth() {
    let record = SalesRecord {
        units: UnitCounts {
            placed: 0,
            cancelled: 0,
            returned: 12,
        },
        vat_basis_points: 0,
        unit_cost_micros: Some(1_000_000),
        ..line(0, 4_650_000)
    };
    assert_eq!(record.counted_order(), None);
    assert_eq!(measure(&record, &lira(), Measure::GrossMinor), Some(0));
    assert_eq!(
        measure(&record, &lira(), Measure::ReturnedMinor),
        Some(5_580)
    );
    assert_eq!(
        measure(&record, &lira(), Measure::NetRevenueMinor),
        Some(-5_580)
    );
    assert_eq!(
        measure(&record, &lira(), Measure::CostOfGoodsMinor),
        Some(-1_200)
    );
}

#[test]
fn knows_late_from_unknown() {
    let on = |days: i32| {
        Some(
            Date::from_ymd(2026, 11, 11)
                .unwrap()
                .add_days(days)
                .unwrap(),
        )
    };
    let with = |shipped_on, delivered_on, ship_deadline_on| SalesRecord {
        shipment: Shipment {
            shipped_on,
            delivered_on,
            ship_deadline_on,
        },
        ..line(1, 1_000_000)
    };
    let late = |record: &SalesRecord| measure(record, &lira(), Measure::LateLines);
    assert_eq!(late(&with(on(3), None, on(2))), Some(1));
    assert_eq!(late(&with(on(2), None, on(2))), Some(0));
    assert_eq!(late(&with(on(2), None, None)), None);
    assert_eq!(late(&with(None, None, on(2))), Some(0));
    let delivered = with(on(1), on(4), on(2));
    assert_eq!(measure(&delivered, &lira(), Measure::DeliveryDays), Some(4));
    assert_eq!(
        measure(&delivered, &lira(), Measure::DeliveredUnits),
        Some(1)
    );
    assert_eq!(measure(&line(1, 1), &lira(), Measure::DeliveredUnits), None);
}

#[test]
fn refuses_what_cannot_be() {
    let units = |placed, cancelled, returned| SalesRecord {
        units: UnitCounts {
            placed,
            cancelled,
            returned,
        },
        ..line(1, 1_000_000)
    };
    for record in [
        units(0, 0, 0),
        units(0, 1, 1),
        units(1, 1, 1),
        units(-1, 0, 0),
        units(i64::MAX, 0, 0),
        line(1, -1),
        line(UNITS_MAX, UNIT_PRICE_MICROS_MAX),
        SalesRecord {
            vat_basis_points: 10_001,
            ..line(1, 1)
        },
        SalesRecord {
            seller_discount_minor: -1,
            ..line(1, 1)
        },
        SalesRecord {
            commission_minor: Some(i64::MIN),
            ..line(1, 1)
        },
        SalesRecord {
            customer: Some("a\u{0}b".into()),
            ..line(1, 1)
        },
        SalesRecord {
            product: ProductRef::default(),
            ..line(1, 1)
        },
    ] {
        assert!(record.measures(&lira()).is_err(), "{record:?}");
    }
}

proptest! {
    #[test]
    fn the_parts_of_a_line_add_up(
        placed in 1_i64..10_000,
        cuts in (0.0_f64..1.0, 0.0_f64..1.0),
        price in 0_i64..5_000_000_000,
        discount in 0_i64..100_000,
        vat in prop::sample::select(vec![0_u32, 100, 1_000, 2_000]),
        includes in any::<bool>(),
        rate in 1_i64..100_000_000_000,
    ) {
        let cancelled = (placed as f64 * cuts.0) as i64;
        let returned = ((placed - cancelled) as f64 * cuts.1) as i64;
        let record = SalesRecord {
            currency: Currency::USD,
            units: UnitCounts { placed, cancelled, returned },
            seller_discount_minor: discount,
            vat_basis_points: vat,
            prices_include_vat: includes,
            ..line(placed, price)
        };
        let rate = FxRate::new(Currency::USD, Currency::TRY, rate).unwrap();
        let get = |m| measure(&record, &rate, m).unwrap();
        let kept = get(Measure::GrossMinor) - get(Measure::SellerDiscountMinor)
            - get(Measure::CancelledMinor) - get(Measure::ReturnedMinor);
        prop_assert_eq!(kept, get(Measure::NetRevenueMinor) + get(Measure::VatMinor));
        // Nothing is kept of a line that is wholly cancelled or returned.
        let nothing_kept = SalesRecord {
            units: UnitCounts { placed, cancelled, returned: placed - cancelled },
            ..record.clone()
        };
        prop_assert_eq!(measure(&nothing_kept, &rate, Measure::NetRevenueMinor), Some(0));
        prop_assert_eq!(measure(&nothing_kept, &rate, Measure::VatMinor), Some(0));
    }
}
