//! The stream of files: day by day, a file whenever one is full or its month is over.

use std::collections::VecDeque;

use kernel::{Date, Month};
use model::columns::FileKind;

use crate::company::Company;
use crate::csv::Sheet;
use crate::sales::{Counters, LINES_MEAN, UNITS_MEAN, expected_orders};
use crate::stock::Warehouse;
use crate::{File, Scale, ads, channels, line, products, sales, targets};

/// Days up to today for which stock is written: a phone carries all of them.
pub const STOCK_DAYS: i32 = 120;

const FX_COLUMNS: &[&str] = &["date", "currency", "rate"];
const STOCK_COLUMNS: &[&str] = &[
    "date",
    "sku",
    "product_name",
    "category",
    "on_hand",
    "unit_cost",
    "listed",
];

/// The files of a company, made as they are asked for.
#[derive(Debug)]
pub struct Files {
    company: Company,
    warehouse: Warehouse,
    counters: Counters,
    /// The next day to live through; `None` when all are written.
    day: Option<Date>,
    sales: Sheet,
    stock: Sheet,
    ads: Sheet,
    ready: VecDeque<File>,
    /// Files of the month and kind so far, for their names.
    sales_parts: (Month, u32),
    stock_parts: u32,
}

impl Files {
    /// The company of `seed` as of `today` (the tenant's local day).
    pub fn new(seed: u64, today: Date, scale: Scale) -> Files {
        let company = Company::new(seed, today, scale);
        let daily_orders: f64 = channels::CHANNELS
            .iter()
            .map(|channel| expected_orders(&company, channel, company.first_day))
            .sum();
        let daily_units = daily_orders * LINES_MEAN * UNITS_MEAN;
        let mut files = Files {
            warehouse: Warehouse::new(seed, &company.assortment, daily_units),
            counters: Counters::default(),
            day: Some(company.first_day),
            sales: Sheet::new(FileKind::Sales, line::COLUMNS),
            stock: Sheet::new(FileKind::Stock, STOCK_COLUMNS),
            ads: Sheet::new(FileKind::Ads, ads::COLUMNS),
            ready: VecDeque::new(),
            sales_parts: (company.first_day.month(), 0),
            stock_parts: 0,
            company,
        };
        files.write_rates();
        files.write_targets();
        files
    }

    fn write_rates(&mut self) {
        let mut sheet = Sheet::new(FileKind::Fx, FX_COLUMNS);
        for (date, currency, ten_thousandths) in self.company.rates.published() {
            let (whole, rest) = (ten_thousandths / 10_000, ten_thousandths % 10_000);
            sheet
                .row()
                .cell(date)
                .cell(currency)
                .cell(format_args!("{whole}.{rest:04}"));
        }
        self.ready.extend(sheet.take("fx.csv".into()));
    }

    fn write_targets(&mut self) {
        let mut sheet = Sheet::new(FileKind::Targets, targets::COLUMNS);
        targets::write(&self.company, &mut sheet);
        self.ready.extend(sheet.take("targets.csv".into()));
    }

    fn live_through(&mut self, date: Date) {
        if date.month() != self.sales_parts.0 {
            self.end_sales_file();
            self.sales_parts = (date.month(), 0);
        }
        self.warehouse
            .open(&self.company.assortment, date, self.company.today);
        let (parts, ready) = (&mut self.sales_parts, &mut self.ready);
        let totals = sales::write_day(
            &self.company,
            &mut self.warehouse,
            &mut self.counters,
            date,
            &mut self.sales,
            &mut |sheet| {
                parts.1 += 1;
                ready.extend(sheet.take(format!("sales-{}-{}.csv", parts.0, parts.1)));
            },
        );
        self.warehouse.close(&self.company.assortment, date);
        if self.company.today.days_since(date) < STOCK_DAYS {
            self.write_stock(date);
        }
        ads::write_day(&self.company, date, &totals, &mut self.ads);
        if self.ads.rows() + 64 > crate::ROWS_MAX {
            self.end_ads_file(date);
        }
    }

    fn write_stock(&mut self, date: Date) {
        let assortment = &self.company.assortment;
        for (index, product) in assortment.products.iter().enumerate() {
            if product.launch > date {
                continue;
            }
            // The first row of a product names it; repeating the name would double the file.
            let is_first = self.warehouse.name_once(index);
            let mut row = self.stock.row();
            row.cell(date).cell(&product.sku);
            if is_first {
                row.cell(&product.name)
                    .cell(products::CATEGORIES[product.category].name);
            } else {
                row.none().none();
            }
            row.cell(self.warehouse.on_hand(index))
                .minor(assortment.cost_minor(product, date))
                .cell(1);
            drop(row);
            if self.stock.is_full() {
                self.stock_parts += 1;
                self.ready
                    .extend(self.stock.take(format!("stock-{}.csv", self.stock_parts)));
            }
        }
    }

    fn end_sales_file(&mut self) {
        let (month, part) = self.sales_parts;
        self.ready
            .extend(self.sales.take(format!("sales-{month}-{}.csv", part + 1)));
    }

    fn end_ads_file(&mut self, date: Date) {
        self.ready.extend(self.ads.take(format!("ads-{date}.csv")));
    }

    fn end(&mut self) {
        self.end_sales_file();
        self.ready.extend(
            self.stock
                .take(format!("stock-{}.csv", self.stock_parts + 1)),
        );
        self.end_ads_file(self.company.today);
    }
}

impl Iterator for Files {
    type Item = File;

    fn next(&mut self) -> Option<File> {
        loop {
            if let Some(file) = self.ready.pop_front() {
                return Some(file);
            }
            let date = self.day?;
            self.live_through(date);
            self.day = date
                .add_days(1)
                .ok()
                .filter(|next| *next <= self.company.today);
            if self.day.is_none() {
                self.end();
            }
        }
    }
}
