//! Reads the demo company's files back: cells by column name, order lines as records.

use std::ops::Index;

use kernel::{Rounding, parse_scaled};
use model::record::{LineKey, LineStatus, Place, ProductRef, SalesRecord, Shipment, UnitCounts};

/// The cells of a row, by column name. The files hold no quotes, which is asserted.
pub struct Cells<'a> {
    header: &'a [&'a str],
    cells: Vec<&'a str>,
}

impl Index<&str> for Cells<'_> {
    type Output = str;

    fn index(&self, column: &str) -> &str {
        let at = self
            .header
            .iter()
            .position(|name| *name == column)
            .expect("a known column");
        self.cells[at]
    }
}

/// Calls `visit` for every row of a file.
pub fn rows(file: &demo::File, visit: &mut dyn FnMut(&Cells<'_>)) {
    let text = std::str::from_utf8(&file.csv).expect("files are UTF-8");
    assert!(!text.contains('"'), "{} needs no quotes", file.name);
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let mut count = 0;
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), header.len(), "{}: {line}", file.name);
        visit(&Cells {
            header: &header,
            cells,
        });
        count += 1;
    }
    assert_eq!(count, file.rows, "{}", file.name);
}

/// A decimal with this many digits, 0 where the cell is empty.
pub fn decimal(text: &str, digits: u32) -> i64 {
    if text.is_empty() {
        return 0;
    }
    parse_scaled(text, digits, Rounding::HalfEven).expect("a decimal")
}

/// An order line as an importer would read it.
pub fn sales_record(cells: &Cells<'_>) -> SalesRecord {
    let optional_date = |name: &str| {
        Some(&cells[name])
            .filter(|text| !text.is_empty())
            .map(|text| text.parse().expect("a date"))
    };
    let status = match &cells["status"] {
        "placed" => LineStatus::Placed,
        "shipped" => LineStatus::Shipped,
        "delivered" => LineStatus::Delivered,
        "cancelled" => LineStatus::Cancelled,
        "returned" => LineStatus::Returned,
        other => panic!("unknown status {other}"),
    };
    SalesRecord {
        key: LineKey {
            channel: cells["channel"].into(),
            order: cells["order_id"].into(),
            line: cells["line_id"].into(),
        },
        version: 0,
        order_date: cells["order_date"].parse().expect("a date"),
        product: ProductRef {
            sku: cells["sku"].into(),
            name: Some(cells["product_name"].into()),
            category: Some(cells["category"].into()),
        },
        place: Place {
            country: Some(cells["country"].into()),
            city: Some(cells["city"].into()),
        },
        customer: Some(cells["customer_id"].into()),
        currency: cells["currency"].parse().expect("a currency"),
        units: UnitCounts {
            placed: decimal(&cells["quantity"], 0),
            cancelled: decimal(&cells["cancelled_quantity"], 0),
            returned: decimal(&cells["returned_quantity"], 0),
        },
        unit_price_micros: decimal(&cells["unit_price"], 6),
        prices_include_vat: true,
        vat_basis_points: u32::try_from(decimal(&cells["vat_rate"], 2)).expect("a rate"),
        seller_discount_minor: decimal(&cells["seller_discount"], 2),
        channel_discount_minor: decimal(&cells["channel_discount"], 2),
        status: Some(status),
        unit_cost_micros: Some(decimal(&cells["unit_cost"], 6)),
        commission_minor: Some(decimal(&cells["commission"], 2)),
        platform_fee_minor: Some(decimal(&cells["platform_fee"], 2)),
        cargo_minor: Some(decimal(&cells["cargo"], 2)),
        return_cost_minor: Some(decimal(&cells["return_cost"], 2)),
        shipment: Shipment {
            shipped_on: optional_date("shipped_at"),
            delivered_on: optional_date("delivered_at"),
            ship_deadline_on: optional_date("ship_deadline"),
        },
    }
}
