//! What is told of products, categories and channels, and how they are made to add up.
//!
//! Two trees have the same whole: whole > categories > products (with the other products below the whole), and whole
//! > channels. The first says what the whole comes to; in the second that is certain.

use kernel::DateRange;
use model::metrics::MetricId;
use serde::{Deserialize, Serialize};

use crate::prepare::COVERAGE;
use crate::sums::{Reconciled, Sum, SumNode};
use crate::{Number, ProductPlan};

/// What is expected of products.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductForecasts {
    /// The metric.
    pub metric: MetricId,
    /// The days learnt from.
    pub learnt_from: DateRange,
    /// The share of outcomes expected within each interval.
    pub coverage: f64,
    /// All products together.
    pub whole: ProductForecast,
    /// Those that are not told by themselves, where there are any.
    pub others: Option<ProductForecast>,
    /// The products, the largest expectation first; with the others they add up to the whole.
    pub products: Vec<ProductForecast>,
    /// Their categories, the largest first: each the sum of its products. With the others they add up to the whole.
    pub categories: Vec<ProductForecast>,
    /// The channels, the largest first; they add up to the whole. One without a key is all that are not told.
    pub channels: Vec<ProductForecast>,
}

/// What is expected of a product, a category or a channel over the next 90 days, in the metric's unit (money in minor
/// units).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProductForecast {
    /// Its key; empty for the whole and for the others.
    pub key: String,
    /// Its name.
    pub label: String,
    /// The key of a product's category; empty for all else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// What the last 90 complete days brought.
    pub last: i64,
    /// What is expected on average.
    pub mean: i64,
    /// Lower end of the interval.
    pub lower: i64,
    /// Upper end of the interval.
    pub upper: i64,
    /// How much more is expected than the last days brought, as a ratio; unknown where that was not above 0.
    pub change: Option<f64>,
    /// Days of the history on which a product was sold out: demand was taken to be more than what was sold then.
    #[serde(default, skip_serializing_if = "is_none")]
    pub sold_out: usize,
    /// Whether it is of a product too young to be forecast from its own days: it is expected to go on as others did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_young: bool,
}

const fn is_none(count: &usize) -> bool {
    *count == 0
}

/// A part that adds up with the others, with what is told beside its sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToldPart {
    /// What is expected.
    pub sum: Reconciled,
    /// What the last days brought.
    pub last: i64,
    /// Values that were replaced.
    pub replaced: usize,
    /// Whether it was forecast from how other products began.
    pub is_young: bool,
}

impl ToldPart {
    /// A part by what it adds up to, what the last days brought, and what was forecast of it alone.
    pub const fn of(sum: Reconciled, last: i64, own: &Sum) -> ToldPart {
        ToldPart {
            sum,
            last,
            replaced: own.replaced,
            is_young: own.is_young,
        }
    }

    fn row(&self) -> ProductForecast {
        let (sum, last) = (self.sum, self.last);
        ProductForecast {
            last,
            mean: sum.mean,
            lower: sum.lower,
            upper: sum.upper,
            sold_out: self.replaced,
            is_young: self.is_young,
            change: (last > 0).then(|| (sum.mean - last) as f64 / last as f64),
            ..ProductForecast::default()
        }
    }
}

impl ProductPlan {
    /// What is to add up, in this order: the whole, each category, each product and, where there are any, the others.
    pub fn nodes(&self, sums: Vec<Sum>) -> Vec<SumNode> {
        let products = self.category_of.iter().map(|category| Some(1 + category));
        let parents = std::iter::once(None)
            .chain(self.categories.iter().map(|_| Some(0)))
            .chain(products)
            .chain([Some(0)]);
        let nodes = parents.zip(sums);
        nodes.map(|(parent, sum)| SumNode { parent, sum }).collect()
    }

    /// The whole as it came to be told, then each channel: they are to add up to it.
    pub fn channel_nodes(whole: Reconciled, own: &Sum, channels: Vec<Sum>) -> Vec<SumNode> {
        // What never erred is certain, so that the channels alone give way.
        let mut missed: Vec<(usize, Vec<Number>)> = own
            .missed
            .iter()
            .map(|(left, errors)| (*left, vec![Number(0.0); errors.len()]))
            .collect();
        if missed.iter().map(|(_, errors)| errors.len()).sum::<usize>() < 2 {
            missed = vec![(0, vec![Number(0.0); 2])];
        }
        let root = SumNode {
            parent: None,
            sum: Sum {
                mean: Number(whole.mean as f64),
                ends: Some((Number(whole.lower as f64), Number(whole.upper as f64))),
                confidence: own.confidence,
                missed,
                replaced: 0,
                is_young: false,
            },
        };
        let part = |sum| SumNode {
            parent: Some(0),
            sum,
        };
        let parts = channels.into_iter().map(part);
        std::iter::once(root).chain(parts).collect()
    }

    /// The answer: parts in the order of [`ProductPlan::nodes`], and the channels of [`ProductPlan::channel_nodes`]
    /// without their whole.
    pub fn finish(&self, told: &[ToldPart], channels: &[ToldPart]) -> Option<ProductForecasts> {
        let mut rows = told.iter().map(ToldPart::row);
        let whole = rows.next()?;
        let named = |row: ProductForecast, member: &cube::query::Member| ProductForecast {
            key: member.key.clone(),
            label: member.label.clone(),
            ..row
        };
        let mut categories = Vec::new();
        for member in &self.categories {
            categories.push(named(rows.next()?, member));
        }
        let mut products = Vec::new();
        for (member, category) in self.products.iter().zip(&self.category_of) {
            let row = named(rows.next()?, member);
            let category = self.categories.get(*category);
            products.push(ProductForecast {
                category: category.map(|it| it.key.clone()).unwrap_or_default(),
                ..row
            });
        }
        let others = rows.next();
        let mut parts = channels.iter().map(ToldPart::row);
        let known = self.channels.iter().zip(parts.by_ref());
        let mut channels: Vec<_> = known.map(|(member, row)| named(row, member)).collect();
        channels.extend(parts.next());
        for rows in [&mut categories, &mut products, &mut channels] {
            rows.sort_by(|a, b| b.mean.cmp(&a.mean).then_with(|| a.key.cmp(&b.key)));
        }
        // To the last unit, also where rounding left one.
        let missing = whole.mean - channels.iter().map(|it| it.mean).sum::<i64>();
        if let Some(largest) = channels.first_mut() {
            largest.mean += missing;
        }
        Some(ProductForecasts {
            metric: self.ask.metric,
            learnt_from: self.days,
            coverage: COVERAGE,
            whole,
            others,
            products,
            categories,
            channels,
        })
    }
}
