//! Adds the demo company up: by day, channel and category, as a dashboard would.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Currency, Date};
use model::columns::FileKind;
use model::fx::{FxRate, FxTable};
use model::record::{LineKey, SalesRecord};
use model::schema::{DataSet, Measure};

use crate::reading::{decimal, rows, sales_record};

/// What a day, channel and category add up to.
pub type Key = (Date, String, String);

/// Sums over the whole company.
#[derive(Default)]
pub struct Totals {
    /// Measures of sales by day, channel and category.
    pub sales: BTreeMap<Key, BTreeMap<Measure, i64>>,
    /// Margin (CM1) by day and SKU, for the days asked for.
    pub margin_by_sku: BTreeMap<(Date, String), i64>,
    /// Spend and attributed sales by day and channel, in minor units.
    pub ads: BTreeMap<(Date, String), (i64, i64)>,
    /// On hand by day and SKU.
    pub stock: BTreeMap<(Date, String), i64>,
    /// Net revenue and margin planned by month, in minor units.
    pub targets: BTreeMap<String, (i64, i64)>,
    /// Rows by kind.
    pub rows: BTreeMap<FileKind, usize>,
    /// Bytes of all files.
    pub bytes: usize,
    /// Lines seen, to find repeated ones.
    pub keys: BTreeSet<LineKey>,
    /// Customers seen.
    pub customers: BTreeSet<String>,
    /// SKUs sold.
    pub skus: BTreeSet<String>,
}

impl Totals {
    /// Reads every file.
    pub fn read(files: demo::Files) -> Totals {
        let mut totals = Totals::default();
        let mut rates = FxTable::new(Currency::TRY);
        for file in files {
            assert!(file.rows <= demo::ROWS_MAX, "{} is too long", file.name);
            *totals.rows.entry(file.kind).or_default() += file.rows;
            totals.bytes += file.csv.len();
            rows(&file, &mut |cells| match file.kind {
                FileKind::Fx => rates
                    .insert(
                        cells["date"].parse().expect("a date"),
                        cells["currency"].parse().expect("a currency"),
                        decimal(&cells["rate"], 9),
                    )
                    .expect("a rate"),
                FileKind::Sales => totals.add_sales(&sales_record(cells), &rates),
                FileKind::Ads => {
                    let key = (
                        cells["date"].parse().expect("a date"),
                        cells["channel"].into(),
                    );
                    let sums = totals.ads.entry(key).or_default();
                    sums.0 += decimal(&cells["spend"], 2);
                    sums.1 += decimal(&cells["sales"], 2);
                }
                FileKind::Stock => {
                    let key = (cells["date"].parse().expect("a date"), cells["sku"].into());
                    let before = totals.stock.insert(key, decimal(&cells["on_hand"], 0));
                    assert_eq!(before, None, "one row a day and product");
                }
                FileKind::Targets => {
                    let sums = totals.targets.entry(cells["month"].into()).or_default();
                    sums.0 += decimal(&cells["net_revenue"], 2);
                    sums.1 += decimal(&cells["margin"], 2);
                }
            });
        }
        totals
    }

    fn add_sales(&mut self, record: &SalesRecord, rates: &FxTable) {
        let rate: FxRate = rates
            .rate_on(record.currency, record.order_date)
            .expect("a rate for every order");
        let measures = record.measures(&rate).expect("every line is valid");
        let category = record.product.category.clone().unwrap_or_default();
        let key = (record.order_date, record.key.channel.clone(), category);
        let sums = self.sales.entry(key).or_default();
        for (measure, value) in DataSet::Sales.measures().iter().zip(&measures) {
            *sums.entry(*measure).or_default() += value.expect("the demo knows everything");
        }
        let value = |wanted: Measure| {
            let at = DataSet::Sales.measures().iter().position(|m| *m == wanted);
            at.and_then(|at| measures[at]).unwrap_or(0)
        };
        let margin = value(Measure::NetRevenueMinor) - value(Measure::CostOfGoodsMinor);
        let product = (record.order_date, record.product.sku.clone());
        *self.margin_by_sku.entry(product).or_default() += margin;
        assert!(
            self.keys.insert(record.key.clone()),
            "{:?} comes twice",
            record.key
        );
        self.customers.extend(record.customer.clone());
        self.skus.insert(record.product.sku.clone());
    }

    /// The sum of a measure over the keys that `take` accepts.
    pub fn sum(&self, measure: Measure, take: impl Fn(&Key) -> bool) -> i64 {
        let taken = self.sales.iter().filter(|(key, _)| take(key));
        taken
            .map(|(_, sums)| sums.get(&measure).copied().unwrap_or(0))
            .sum()
    }
}
