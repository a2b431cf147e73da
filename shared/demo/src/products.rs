//! What the demo company sells: 1,500 products in 12 categories.
//!
//! Names are made of a kind and a variant from [`crate::names`]. Within a category a few products make
//! most of the sales (weights of 1 / (rank + 4)), as on every marketplace.

use kernel::Date;

use crate::names;
use crate::random::{Purpose, Random, running_sums};
use crate::season::{growth, interpolate};

/// Growth of prices and of costs a month: made-up inflation, costs a little ahead.
const PRICE_GROWTH: f64 = 1.017;
const COST_GROWTH: f64 = 1.0175;

/// A category.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Category {
    /// Name as in the files.
    pub(crate) name: &'static str,
    /// First letters of its SKUs.
    pub(crate) prefix: &'static str,
    /// Share of order lines.
    weight: f64,
    /// Least and highest price at the start, in lira.
    prices: (f64, f64),
    /// Landed cost as a share of the price without VAT.
    cost_share: f64,
    /// VAT in basis points.
    pub(crate) vat_basis_points: u32,
    /// Commission in basis points.
    pub(crate) commission: i64,
    /// Probability that a delivered line comes back.
    pub(crate) return_rate: f64,
    /// Size of a parcel against a small one.
    pub(crate) parcel_size: f64,
    /// Lines of a month against the mean of the year.
    months: [f64; 12],
}

const FLAT: [f64; 12] = [1.0; 12];
const SUMMER: [f64; 12] = [0.6, 0.6, 0.8, 1.1, 1.4, 1.6, 1.5, 1.2, 0.9, 0.8, 0.7, 0.7];
const WINTER: [f64; 12] = [1.3, 1.2, 1.0, 0.9, 0.8, 0.7, 0.7, 0.8, 1.1, 1.2, 1.2, 1.2];
const SCHOOL: [f64; 12] = [0.9, 1.1, 0.8, 0.8, 0.7, 0.7, 0.7, 1.6, 2.0, 1.0, 0.8, 0.9];
const GIFTS: [f64; 12] = [0.9, 0.8, 0.8, 1.1, 0.9, 0.9, 0.8, 0.8, 0.9, 0.9, 1.2, 1.9];

#[rustfmt::skip]
pub(crate) const CATEGORIES: [Category; 12] = [
    Category { name: "Elektronik", prefix: "ELK", weight: 13.0, prices: (180.0, 2_400.0), cost_share: 0.72, vat_basis_points: 2_000, commission: 1_000, return_rate: 0.055, parcel_size: 1.0, months: FLAT },
    Category { name: "Ev ve Yaşam", prefix: "EVY", weight: 14.0, prices: (90.0, 1_100.0), cost_share: 0.52, vat_basis_points: 2_000, commission: 1_750, return_rate: 0.045, parcel_size: 1.5, months: FLAT },
    Category { name: "Kadın Giyim", prefix: "KGY", weight: 15.0, prices: (150.0, 950.0), cost_share: 0.44, vat_basis_points: 1_000, commission: 2_050, return_rate: 0.175, parcel_size: 0.9, months: WINTER },
    Category { name: "Erkek Giyim", prefix: "EGY", weight: 9.0, prices: (150.0, 900.0), cost_share: 0.46, vat_basis_points: 1_000, commission: 2_050, return_rate: 0.135, parcel_size: 0.9, months: WINTER },
    Category { name: "Ayakkabı ve Çanta", prefix: "AYK", weight: 8.0, prices: (250.0, 1_500.0), cost_share: 0.50, vat_basis_points: 1_000, commission: 1_950, return_rate: 0.150, parcel_size: 1.2, months: SCHOOL },
    Category { name: "Kozmetik ve Bakım", prefix: "KOZ", weight: 12.0, prices: (60.0, 650.0), cost_share: 0.45, vat_basis_points: 2_000, commission: 1_600, return_rate: 0.020, parcel_size: 0.7, months: FLAT },
    Category { name: "Anne ve Bebek", prefix: "BBK", weight: 7.0, prices: (80.0, 850.0), cost_share: 0.58, vat_basis_points: 1_000, commission: 1_350, return_rate: 0.040, parcel_size: 1.2, months: FLAT },
    Category { name: "Oyuncak", prefix: "OYN", weight: 5.0, prices: (70.0, 900.0), cost_share: 0.50, vat_basis_points: 2_000, commission: 1_500, return_rate: 0.035, parcel_size: 1.1, months: GIFTS },
    Category { name: "Spor ve Outdoor", prefix: "SPR", weight: 6.0, prices: (120.0, 1_600.0), cost_share: 0.54, vat_basis_points: 2_000, commission: 1_550, return_rate: 0.060, parcel_size: 1.4, months: SUMMER },
    Category { name: "Kitap ve Kırtasiye", prefix: "KTP", weight: 5.0, prices: (40.0, 380.0), cost_share: 0.60, vat_basis_points: 0, commission: 1_300, return_rate: 0.015, parcel_size: 0.7, months: SCHOOL },
    Category { name: "Bahçe ve Yapı Market", prefix: "BHC", weight: 3.0, prices: (110.0, 1_800.0), cost_share: 0.56, vat_basis_points: 2_000, commission: 1_450, return_rate: 0.045, parcel_size: 1.8, months: SUMMER },
    Category { name: "Evcil Hayvan", prefix: "PET", weight: 3.0, prices: (70.0, 780.0), cost_share: 0.60, vat_basis_points: 2_000, commission: 1_400, return_rate: 0.015, parcel_size: 1.6, months: FLAT },
];

/// A product.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) category: usize,
    /// First day on which it is offered.
    pub(crate) launch: Date,
    /// Share of its category's lines.
    pub(crate) popularity: f64,
    base_price_minor: f64,
    base_cost_minor: f64,
}

/// All products, and how they are drawn.
#[derive(Clone, Debug)]
pub(crate) struct Assortment {
    first_day: Date,
    pub(crate) products: Vec<Product>,
    /// Index of the first product of each category, and one past the last.
    starts: Vec<usize>,
    /// Running sums of popularity, by category.
    popularity_sums: Vec<Vec<f64>>,
}

impl Assortment {
    pub(crate) fn new(seed: u64, first_day: Date, today: Date, per_category: usize) -> Assortment {
        let mut random = Random::new(seed, Purpose::Products, 0);
        let mut products = Vec::with_capacity(CATEGORIES.len() * per_category);
        let mut starts = vec![0];
        let mut popularity_sums = Vec::new();
        let span = today.days_since(first_day).max(1).unsigned_abs();
        for (category, about) in CATEGORIES.iter().enumerate() {
            let total: f64 = (0..per_category)
                .map(|rank| 1.0 / (rank as f64 + 4.0))
                .sum();
            let sums =
                running_sums((0..per_category).map(|rank| 1.0 / (rank as f64 + 4.0) / total));
            for rank in 0..per_category {
                let (low, high) = about.prices;
                // Squared, so that cheap products are more common than dear ones.
                let price = low + (high - low) * random.unit() * random.unit();
                let net = price / (1.0 + f64::from(about.vat_basis_points) / 10_000.0);
                let cost = net * about.cost_share * random.uniform(0.88, 1.12);
                // One in five, never a bestseller, came later.
                let is_new = rank >= 8 && random.chance(0.2);
                let age = if is_new {
                    random.below(u64::from(span) * 9 / 10) as i32
                } else {
                    0
                };
                products.push(Product {
                    sku: format!("{}-{:04}", about.prefix, rank + 1),
                    name: names::product(category, rank),
                    category,
                    launch: first_day.add_days(age).unwrap_or(first_day),
                    popularity: 1.0 / (rank as f64 + 4.0) / total,
                    base_price_minor: price * 100.0,
                    base_cost_minor: cost * 100.0,
                });
            }
            starts.push(products.len());
            popularity_sums.push(sums);
        }
        Assortment {
            first_day,
            products,
            starts,
            popularity_sums,
        }
    }

    /// Running sums of the shares of categories on a day; `favoured` ones count twice.
    pub(crate) fn category_sums(date: Date, favoured: &[usize], toy_lift: f64) -> Vec<f64> {
        running_sums(CATEGORIES.iter().enumerate().map(|(index, category)| {
            let favour = if favoured.contains(&index) { 2.0 } else { 1.0 };
            let lift = if index == TOYS { toy_lift } else { 1.0 };
            category.weight * interpolate(&category.months, date) * favour * lift
        }))
    }

    /// Draws a product that is offered on `date`; `None` where three draws were not.
    pub(crate) fn draw(&self, random: &mut Random, sums: &[f64], date: Date) -> Option<usize> {
        (0..3).find_map(|_| {
            let category = random.index(sums);
            let index = self.starts[category] + random.index(&self.popularity_sums[category]);
            (self.products[index].launch <= date).then_some(index)
        })
    }

    /// The best-selling products of a category, the best first.
    pub(crate) fn bestsellers(&self, category: usize, count: usize) -> std::ops::Range<usize> {
        let start = self.starts[category];
        start..(start + count).min(self.starts[category + 1])
    }

    /// Price with VAT on a day, in minor units, ending in .90.
    pub(crate) fn price_minor(&self, product: &Product, date: Date) -> i64 {
        let price =
            product.base_price_minor * growth(self.first_day, date.first_of_month(), PRICE_GROWTH);
        (price / 100.0).round().max(9.0) as i64 * 100 - 10
    }

    /// Landed unit cost without VAT on a day, in minor units.
    pub(crate) fn cost_minor(&self, product: &Product, date: Date) -> i64 {
        let cost =
            product.base_cost_minor * growth(self.first_day, date.first_of_month(), COST_GROWTH);
        cost.round() as i64
    }

    /// Expected price without VAT of a line's unit on a day, in minor units, over the whole assortment.
    pub(crate) fn mean_net_price_minor(&self, date: Date) -> f64 {
        let sums = Self::category_sums(date, &[], 1.0);
        let total = sums.last().copied().unwrap_or(1.0);
        let share = |category: usize| {
            let before = if category == 0 {
                0.0
            } else {
                sums[category - 1]
            };
            (sums[category] - before) / total
        };
        self.products
            .iter()
            .map(|product| {
                let vat = f64::from(CATEGORIES[product.category].vat_basis_points) / 10_000.0;
                let net = self.price_minor(product, date) as f64 / (1.0 + vat);
                share(product.category) * product.popularity * net
            })
            .sum()
    }

    /// Share of a product in all lines, over the year.
    pub(crate) fn share(&self, product: &Product) -> f64 {
        let total: f64 = CATEGORIES.iter().map(|category| category.weight).sum();
        CATEGORIES[product.category].weight / total * product.popularity
    }
}

pub(crate) const ELECTRONICS: usize = 0;
pub(crate) const HOME: usize = 1;
pub(crate) const SHOES: usize = 4;
pub(crate) const TOYS: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn assortment() -> Assortment {
        let date = |text: &str| text.parse().unwrap();
        Assortment::new(
            1,
            date("2024-11-01"),
            date("2026-11-23"),
            crate::names::PER_CATEGORY,
        )
    }

    #[test]
    fn skus_and_names_are_unique_and_safe_in_a_cell() {
        let assortment = assortment();
        assert_eq!(assortment.products.len(), 1_500);
        let skus: BTreeSet<_> = assortment.products.iter().map(|p| &p.sku).collect();
        let names: BTreeSet<_> = assortment.products.iter().map(|p| &p.name).collect();
        assert_eq!((skus.len(), names.len()), (1_500, 1_500));
        let texts = names.into_iter().chain(skus).map(String::as_str);
        for text in texts.chain(CATEGORIES.iter().map(|category| category.name)) {
            assert!(
                !text.contains([',', '"', '\n']) && text.len() <= 48,
                "{text}"
            );
        }
    }

    #[test]
    fn a_product_earns_more_than_it_costs() {
        let assortment = assortment();
        let date = "2026-06-15".parse().unwrap();
        for product in &assortment.products {
            let vat = i64::from(CATEGORIES[product.category].vat_basis_points);
            let net = assortment.price_minor(product, date) * 10_000 / (10_000 + vat);
            assert!(assortment.cost_minor(product, date) < net, "{product:?}");
            assert_eq!(assortment.price_minor(product, date) % 100, 90);
        }
        let shares: f64 = assortment
            .products
            .iter()
            .map(|p| assortment.share(p))
            .sum();
        assert!((shares - 1.0).abs() < 1e-9);
    }
}
