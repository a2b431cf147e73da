//! Where customers live: provinces of Türkiye by size, and countries served from Amazon's warehouses.

use kernel::Currency;

/// A destination.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// ISO 3166-1 alpha-2.
    pub(crate) country: &'static str,
    /// City or province; empty where it is not known.
    pub(crate) city: &'static str,
    /// Relative number of customers.
    pub(crate) weight: f64,
    /// Fewest days that a parcel takes.
    pub(crate) transit_days: i64,
    /// Currency that is paid in.
    pub(crate) currency: Currency,
}

const fn province(city: &'static str, weight: f64, transit_days: i64) -> Place {
    Place {
        country: "TR",
        city,
        weight,
        transit_days,
        currency: Currency::TRY,
    }
}

const fn abroad(
    country: &'static str,
    city: &'static str,
    weight: f64,
    currency: Currency,
) -> Place {
    Place {
        country,
        city,
        weight,
        transit_days: 4,
        currency,
    }
}

/// Weights are population in millions, the west a little more: it buys more online.
pub(crate) const PROVINCES: [Place; 28] = [
    province("İstanbul", 21.0, 1),
    province("Ankara", 6.6, 1),
    province("İzmir", 5.4, 1),
    province("Bursa", 3.6, 1),
    province("Antalya", 3.1, 2),
    province("Kocaeli", 2.4, 1),
    province("Konya", 2.2, 2),
    province("Adana", 2.1, 2),
    province("Gaziantep", 1.9, 2),
    province("Mersin", 1.9, 2),
    province("Şanlıurfa", 1.6, 3),
    province("Diyarbakır", 1.5, 3),
    province("Kayseri", 1.5, 2),
    province("Muğla", 1.3, 2),
    province("Manisa", 1.4, 2),
    province("Balıkesir", 1.3, 2),
    province("Tekirdağ", 1.3, 1),
    province("Sakarya", 1.2, 1),
    province("Samsun", 1.3, 2),
    province("Hatay", 1.2, 2),
    province("Denizli", 1.1, 2),
    province("Aydın", 1.1, 2),
    province("Eskişehir", 1.0, 1),
    province("Trabzon", 0.8, 2),
    province("Malatya", 0.7, 3),
    province("Erzurum", 0.6, 3),
    province("Van", 0.8, 3),
    province("Çanakkale", 0.6, 2),
];

pub(crate) const ABROAD: [Place; 12] = [
    abroad("DE", "Berlin", 2.4, Currency::EUR),
    abroad("DE", "Köln", 1.8, Currency::EUR),
    abroad("DE", "München", 1.6, Currency::EUR),
    abroad("GB", "London", 2.6, Currency::GBP),
    abroad("GB", "Manchester", 0.9, Currency::GBP),
    abroad("US", "New York", 1.7, Currency::USD),
    abroad("US", "Los Angeles", 1.1, Currency::USD),
    abroad("US", "Houston", 0.7, Currency::USD),
    abroad("FR", "Paris", 1.2, Currency::EUR),
    abroad("NL", "Amsterdam", 0.9, Currency::EUR),
    abroad("IT", "Milano", 0.7, Currency::EUR),
    abroad("ES", "Madrid", 0.6, Currency::EUR),
];
