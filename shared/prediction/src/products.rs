//! The products of a company and what is expected of each: which, their series, and the answer. The side that holds
//! the facts.
//!
//! Products are those that sold most; what the others sell is one more part, so that the parts add up to the whole.
//! Out of scope: levels between the whole and its products, keeping what was computed, and the order of work.

use cube::Cube;
use cube::query::{Filter, Member, Query, Row, Sort, SortBy, Top};
use kernel::DateRange;
use model::metrics::MetricId;
use model::period::{Calendar, Grain};
use model::schema::Dimension;
use serde::{Deserialize, Serialize};

use crate::past::{Past, days_of, seasons};
use crate::prepare::COVERAGE;
use crate::sums::{Reconciled, Sum, SumNode};
use crate::{Job, Number, PredictionError};

/// Most products that are forecast.
pub const PRODUCTS_MAX: usize = 1_000;
/// Days that are forecast and compared with as many before.
pub const PRODUCT_DAYS: usize = 90;
/// Days learnt from: two years.
const HISTORY_DAYS: i32 = 730;
/// Most products of which series are made at once.
pub const SERIES_MAX: usize = 100;

/// Forecast the products that sell most over the next 90 days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductsAsk {
    /// A metric whose values add up, such as net revenue or units.
    pub metric: MetricId,
    /// Conditions that a fact must meet, as in a query.
    pub filters: Vec<Filter>,
}

/// The products of a question, before anything is computed.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductPlan {
    ask: ProductsAsk,
    days: DateRange,
    products: Vec<Member>,
    whole: Vec<f64>,
}

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
}

/// What is expected of a product over the next 90 days, in the metric's unit (money in minor units).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductForecast {
    /// Its key; empty for the whole and for the others.
    pub key: String,
    /// Its name.
    pub label: String,
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
}

impl ProductPlan {
    /// Chooses the products by net revenue, and reads the series of the whole.
    pub fn of(
        cube: &Cube,
        calendar: Calendar,
        ask: &ProductsAsk,
    ) -> Result<ProductPlan, PredictionError> {
        let metric = ask.metric.metric();
        if !metric.adds_up() {
            return Err(PredictionError::NotAdded { metric: ask.metric });
        }
        let known = days_of(cube, metric, None).ok_or(PredictionError::NoPeriod)?;
        let first = known.to().add_days(1 - HISTORY_DAYS);
        let recent = first
            .ok()
            .and_then(|first| DateRange::new(first, known.to()).ok());
        let Past { days, values } =
            Past::of(cube, calendar, ask.metric, &ask.filters, recent, Grain::Day)?;
        let query = Query {
            group_by: vec![Dimension::Product],
            filters: ask.filters.clone(),
            sort: Some(Sort {
                by: SortBy::Metric(0),
                descending: true,
            }),
            top: Some(Top {
                rows: PRODUCTS_MAX,
                others: false,
            }),
            ..Query::of(MetricId::NetRevenue, days)
        };
        let products = cube.answer(&query)?.rows.into_iter();
        Ok(ProductPlan {
            ask: ask.clone(),
            days,
            products: products
                .filter_map(|row| row.members.into_iter().next())
                .collect(),
            whole: values,
        })
    }

    /// The products, those that sold most first.
    pub fn products(&self) -> &[Member] {
        &self.products
    }

    /// Values by day of some of the products, at most [`SERIES_MAX`] from the position `from` on.
    pub fn series(&self, cube: &Cube, from: usize) -> Result<Vec<Vec<f64>>, PredictionError> {
        let chosen = self.products.get(from..).unwrap_or_default();
        let chosen = chosen.get(..SERIES_MAX).unwrap_or(chosen);
        let mut series = vec![vec![0.0; self.whole.len()]; chosen.len()];
        if chosen.is_empty() {
            return Ok(series);
        }
        let mut filters = self.ask.filters.clone();
        filters.push(Filter::In {
            dimension: Dimension::Product,
            members: chosen.iter().map(|member| member.key.clone()).collect(),
        });
        let query = Query {
            group_by: vec![Dimension::Product, Dimension::Day],
            filters,
            ..Query::of(self.ask.metric, self.days)
        };
        let places: std::collections::BTreeMap<&str, usize> = chosen
            .iter()
            .enumerate()
            .map(|(at, member)| (member.key.as_str(), at))
            .collect();
        for row in &cube.answer(&query)?.rows {
            let place = self.place(row, &places);
            let Some(target) = place.and_then(|(at, day)| series.get_mut(at)?.get_mut(day)) else {
                continue;
            };
            *target = row
                .values
                .first()
                .copied()
                .flatten()
                .map_or(0.0, |value| value.as_f64());
        }
        Ok(series)
    }

    fn place(
        &self,
        row: &Row,
        places: &std::collections::BTreeMap<&str, usize>,
    ) -> Option<(usize, usize)> {
        let [product, day] = row.members.as_slice() else {
            return None;
        };
        let day: kernel::Date = day.key.parse().ok()?;
        let day = usize::try_from(day.days_since(self.days.from())).ok()?;
        Some((*places.get(product.key.as_str())?, day))
    }

    /// The values by day of all products together.
    pub fn whole(&self) -> &[f64] {
        &self.whole
    }

    /// What is to be computed of a series of the plan.
    pub fn job(&self, values: &[f64]) -> Job {
        Job {
            seasons: seasons(Grain::Day, values.len()),
            horizon: PRODUCT_DAYS,
            coverage: Number(COVERAGE),
            non_negative: values.iter().all(|value| *value >= 0.0),
            values: values.iter().copied().map(Number).collect(),
            ..Job::default()
        }
    }

    /// What is to add up: the whole, then each product and, where there are any, the others.
    pub fn nodes(whole: Sum, parts: Vec<Sum>) -> Vec<SumNode> {
        let root = SumNode {
            parent: None,
            sum: whole,
        };
        let part = |sum| SumNode {
            parent: Some(0),
            sum,
        };
        std::iter::once(root)
            .chain(parts.into_iter().map(part))
            .collect()
    }

    /// The answer: sums in the order of [`ProductPlan::nodes`], with what each brought in the last days.
    pub fn finish(&self, told: &[Reconciled], last: &[i64]) -> Option<ProductForecasts> {
        let mut rows = told.iter().zip(last).map(|(told, last)| ProductForecast {
            key: String::new(),
            label: String::new(),
            last: *last,
            mean: told.mean,
            lower: told.lower,
            upper: told.upper,
            change: (*last > 0).then(|| (told.mean - last) as f64 / *last as f64),
        });
        let whole = rows.next()?;
        let mut parts: Vec<ProductForecast> = rows.collect();
        let others = parts.get(self.products.len()..).unwrap_or_default();
        let others = others.first().cloned();
        parts.truncate(self.products.len());
        for (row, member) in parts.iter_mut().zip(&self.products) {
            row.key.clone_from(&member.key);
            row.label.clone_from(&member.label);
        }
        parts.sort_by(|a, b| b.mean.cmp(&a.mean).then_with(|| a.key.cmp(&b.key)));
        Some(ProductForecasts {
            metric: self.ask.metric,
            learnt_from: self.days,
            coverage: COVERAGE,
            whole,
            others,
            products: parts,
        })
    }
}

/// What the last 90 days of a series brought.
pub fn last_days(values: &[f64]) -> i64 {
    let from = values.len().saturating_sub(PRODUCT_DAYS);
    values.iter().skip(from).sum::<f64>() as i64
}
