//! The anomalies planted in the demo company, for alerts, explanations and forecasts to find.
//!
//! Days are counted back from `today`; `docs/demo-company.md` lists them for readers, and a test in
//! `tests/anomalies.rs` finds each in the totals.

use kernel::{Date, DateRange};

/// Something out of the ordinary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Anomaly {
    /// A toy goes viral: toys sell at 4 times their rate.
    ViralToy,
    /// Advertising on Amazon spends 4 times its budget and sells nothing more.
    AdOverspend,
    /// A bad batch of shoes and bags: 3.5 times as many come back.
    BadBatch,
    /// The warehouse moves: nearly half of the lines leave late.
    WarehouseMove,
    /// Hepsiburada's integration is down: 95 % of its orders are missing.
    ChannelOutage,
    /// The best-selling earphones are offered on Trendyol at a tenth of their price for a day.
    PriceSlip,
    /// The five bestsellers of home and living are out of stock for two weeks: over the 11.11 campaign
    /// where today lies in the second half of November.
    BestsellerStockOut,
}

impl Anomaly {
    /// Every anomaly, the oldest first.
    pub const ALL: [Anomaly; 7] = [
        Anomaly::ViralToy,
        Anomaly::AdOverspend,
        Anomaly::BadBatch,
        Anomaly::WarehouseMove,
        Anomaly::ChannelOutage,
        Anomaly::PriceSlip,
        Anomaly::BestsellerStockOut,
    ];

    /// First and last day, in days before today.
    pub const fn days_ago(self) -> (i32, i32) {
        match self {
            Anomaly::ViralToy => (110, 108),
            Anomaly::AdOverspend => (82, 74),
            Anomaly::BadBatch => (70, 58),
            Anomaly::WarehouseMove => (55, 50),
            Anomaly::ChannelOutage => (46, 44),
            Anomaly::PriceSlip => (33, 33),
            Anomaly::BestsellerStockOut => (26, 12),
        }
    }

    /// The days on which it happens; `None` at the very start of the supported years.
    pub fn range(self, today: Date) -> Option<DateRange> {
        let (from, to) = self.days_ago();
        DateRange::new(today.add_days(-from).ok()?, today.add_days(-to).ok()?).ok()
    }

    /// Whether it happens on `date`.
    pub(crate) fn is_on(self, date: Date, today: Date) -> bool {
        let (from, to) = self.days_ago();
        (to..=from).contains(&today.days_since(date))
    }
}
