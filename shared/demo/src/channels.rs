//! Where the demo company sells, and what each channel costs it.
//!
//! Volumes, rates and fees are made up in the size of real ones; they are no statement about the
//! marketplaces.

/// A channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Channel {
    /// Key, as in [`model::member::KNOWN_CHANNELS`].
    pub(crate) key: &'static str,
    /// Orders on an ordinary day at the start.
    pub(crate) orders: f64,
    /// Growth of orders a month.
    pub(crate) monthly_growth: f64,
    /// Added to a category's commission, in basis points; `None` where no commission is taken.
    pub(crate) commission_shift: Option<i64>,
    /// Fee of an order, in minor units of lira at the start.
    pub(crate) order_fee_minor: i64,
    /// Fee on the value of a line, in basis points.
    pub(crate) value_fee_basis_points: i64,
    /// Price against the list, in percent.
    pub(crate) price_percent: i64,
    /// Share of orders that go abroad.
    pub(crate) export_share: f64,
    /// How strongly campaigns work here: 1 as everywhere, 0 not at all.
    pub(crate) campaign_response: f64,
    /// First digits of its order numbers.
    pub(crate) order_prefix: u64,
    /// Letter of its customers.
    pub(crate) customer_prefix: char,
    /// Share of revenue spent on advertising.
    pub(crate) ad_share: f64,
    /// Its everyday advertising campaigns.
    pub(crate) campaigns: &'static [&'static str],
}

pub(crate) const TRENDYOL: usize = 0;
pub(crate) const HEPSIBURADA: usize = 1;
pub(crate) const AMAZON: usize = 3;

/// Every channel.
pub(crate) const CHANNELS: [Channel; 5] = [
    Channel {
        key: "trendyol",
        orders: 95.0,
        monthly_growth: 1.020,
        commission_shift: Some(0),
        order_fee_minor: 849,
        value_fee_basis_points: 0,
        price_percent: 100,
        export_share: 0.0,
        campaign_response: 1.0,
        order_prefix: 10_000_000_000,
        customer_prefix: 'T',
        ad_share: 0.035,
        campaigns: &["Ürün Reklamları", "Mağaza Reklamı"],
    },
    Channel {
        key: "hepsiburada",
        orders: 54.0,
        monthly_growth: 1.011,
        commission_shift: Some(-100),
        order_fee_minor: 790,
        value_fee_basis_points: 60,
        price_percent: 101,
        export_share: 0.0,
        campaign_response: 0.9,
        order_prefix: 4_200_000_000,
        customer_prefix: 'H',
        ad_share: 0.030,
        campaigns: &["Sponsorlu Ürünler"],
    },
    Channel {
        key: "n11",
        orders: 26.0,
        monthly_growth: 0.992,
        commission_shift: Some(-250),
        order_fee_minor: 650,
        value_fee_basis_points: 120,
        price_percent: 99,
        export_share: 0.0,
        campaign_response: 0.7,
        order_prefix: 205_000_000,
        customer_prefix: 'N',
        ad_share: 0.022,
        campaigns: &["Öne Çıkan Ürünler"],
    },
    Channel {
        key: "amazon",
        orders: 20.0,
        monthly_growth: 1.038,
        commission_shift: Some(-300),
        order_fee_minor: 0,
        value_fee_basis_points: 0,
        price_percent: 103,
        export_share: 0.42,
        campaign_response: 0.6,
        order_prefix: 4_040_000_000,
        customer_prefix: 'A',
        ad_share: 0.045,
        campaigns: &["Sponsored Products TR", "Sponsored Products EU"],
    },
    Channel {
        key: "own-store",
        orders: 23.0,
        monthly_growth: 1.026,
        commission_shift: None,
        order_fee_minor: 0,
        value_fee_basis_points: 289,
        price_percent: 97,
        export_share: 0.0,
        campaign_response: 0.8,
        order_prefix: 100_000,
        customer_prefix: 'M',
        ad_share: 0.070,
        campaigns: &["Google Arama", "Meta Sosyal"],
    },
];
