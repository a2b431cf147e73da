//! The products of a company, their categories and channels: which, and their series. The side that holds the facts.
//!
//! Products are those that sold most; what the others sell is one more part, so that the parts add up to the whole. A
//! category is what its products of the plan sell together.
//! Out of scope: what is told of them (`product_answer`), keeping what was computed, and the order of work.

use std::collections::BTreeMap;

use cube::Cube;
use cube::query::{Filter, Member, Query, Row, Sort, SortBy, Top};
use kernel::DateRange;
use model::metrics::MetricId;
use model::period::Grain;
use model::schema::Dimension;
use serde::{Deserialize, Serialize};

use crate::past::{Past, days_of, seasons};
use crate::prepare::{COVERAGE, is_moved_by_holidays, is_of_sales};
use crate::stock::{place_of, stock_outs};
use crate::{Job, Number, PredictionError, Setting};

/// Most products that are forecast.
pub const PRODUCTS_MAX: usize = 1_000;
/// Days that are forecast and compared with as many before.
pub const PRODUCT_DAYS: usize = 90;
/// Days learnt from: two years.
const HISTORY_DAYS: i32 = 730;
/// Most products of which series are made at once.
pub const SERIES_MAX: usize = 100;
/// Most channels that are forecast; what others sell is one more part.
pub const CHANNELS_MAX: usize = 50;

/// Forecast the products that sell most over the next 90 days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductsAsk {
    /// A metric whose values add up, such as net revenue or units.
    pub metric: MetricId,
    /// Conditions that a fact must meet, as in a query.
    pub filters: Vec<Filter>,
}

/// The days of a product.
#[derive(Clone, Debug, PartialEq)]
pub struct PartSeries {
    /// What each brought.
    pub values: Vec<f64>,
    /// Places of the days on which it was sold out.
    pub sold_out: Vec<usize>,
}

/// The products, categories and channels of a question, before anything is computed.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductPlan {
    pub(crate) ask: ProductsAsk,
    pub(crate) days: DateRange,
    pub(crate) products: Vec<Member>,
    /// By product, the place of its category.
    pub(crate) category_of: Vec<usize>,
    pub(crate) categories: Vec<Member>,
    pub(crate) channels: Vec<Member>,
    whole: Vec<f64>,
    /// Whether the calendar of Türkiye may tell of the days.
    is_moved_by_holidays: bool,
}

impl ProductPlan {
    /// Chooses the products by net revenue, and reads the series of the whole.
    pub fn of(
        cube: &Cube,
        setting: Setting,
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
        let Past { days, values } = Past::of(
            cube,
            setting.calendar,
            ask.metric,
            &ask.filters,
            recent,
            Grain::Day,
        )?;
        let ranked = |group_by: Vec<Dimension>, rows: usize| {
            let query = Query {
                group_by,
                filters: ask.filters.clone(),
                sort: Some(Sort {
                    by: SortBy::Metric(0),
                    descending: true,
                }),
                top: Some(Top {
                    rows,
                    others: false,
                }),
                ..Query::of(MetricId::NetRevenue, days)
            };
            Ok::<Vec<Row>, PredictionError>(cube.answer(&query)?.rows)
        };
        let rows = ranked(vec![Dimension::Category, Dimension::Product], PRODUCTS_MAX)?;
        let (mut products, mut category_of) = (Vec::new(), Vec::new());
        let mut categories: Vec<Member> = Vec::new();
        for row in rows {
            let Ok([category, product]) = <[Member; 2]>::try_from(row.members) else {
                continue;
            };
            let place = categories.iter().position(|it| it.key == category.key);
            category_of.push(place.unwrap_or(categories.len()));
            if place.is_none() {
                categories.push(category);
            }
            products.push(product);
        }
        let channels = ranked(vec![Dimension::Channel], CHANNELS_MAX)?.into_iter();
        Ok(ProductPlan {
            ask: ask.clone(),
            days,
            products,
            category_of,
            categories,
            channels: channels
                .filter_map(|row| row.members.into_iter().next())
                .collect(),
            whole: values,
            is_moved_by_holidays: is_moved_by_holidays(setting, metric),
        })
    }

    /// The products, those that sold most first.
    pub fn products(&self) -> &[Member] {
        &self.products
    }

    /// Series that are to be computed: the whole, each product and what the others sell, categories and channels.
    pub fn series_count(&self) -> usize {
        2 + self.products.len() + self.categories.len() + self.channels.len()
    }

    /// Values by day of some of the products, at most [`SERIES_MAX`] from the position `from` on.
    pub fn series(&self, cube: &Cube, from: usize) -> Result<Vec<PartSeries>, PredictionError> {
        let chosen = self.products.get(from..).unwrap_or_default();
        let chosen = chosen.get(..SERIES_MAX).unwrap_or(chosen);
        let series = self.split(cube, Dimension::Product, chosen)?.into_iter();
        let mut series: Vec<PartSeries> = series
            .map(|values| PartSeries {
                values,
                sold_out: Vec::new(),
            })
            .collect();
        if series.is_empty() || !is_of_sales(self.ask.metric.metric()) {
            return Ok(series);
        }
        let group_by = vec![Dimension::Product, Dimension::Day];
        let chosen_keys = members_of(Dimension::Product, chosen);
        let places = places_of(chosen);
        for row in &stock_outs(cube, chosen_keys, group_by, self.days)? {
            let place = self.place(row, &places);
            if let Some((series, day)) =
                place.and_then(|(at, day)| Some((series.get_mut(at)?, day)))
            {
                series.sold_out.push(day);
            }
        }
        series.iter_mut().for_each(|it| it.sold_out.sort_unstable());
        Ok(series)
    }

    /// Values by day of each channel and, where there are more, of all others together.
    pub fn channel_series(&self, cube: &Cube) -> Result<Vec<Vec<f64>>, PredictionError> {
        let mut series = self.split(cube, Dimension::Channel, &self.channels)?;
        let mut others = self.whole.clone();
        series
            .iter()
            .for_each(|values| take_off(&mut others, values));
        if others.iter().any(|value| *value != 0.0) {
            series.push(others);
        }
        Ok(series)
    }

    /// Values by day of some members of a dimension.
    fn split(
        &self,
        cube: &Cube,
        dimension: Dimension,
        members: &[Member],
    ) -> Result<Vec<Vec<f64>>, PredictionError> {
        let mut series = vec![vec![0.0; self.whole.len()]; members.len()];
        if members.is_empty() {
            return Ok(series);
        }
        let mut filters = self.ask.filters.clone();
        filters.push(members_of(dimension, members));
        let query = Query {
            group_by: vec![dimension, Dimension::Day],
            filters,
            ..Query::of(self.ask.metric, self.days)
        };
        let places = places_of(members);
        for row in &cube.answer(&query)?.rows {
            let place = self.place(row, &places);
            let Some(target) = place.and_then(|(at, day)| series.get_mut(at)?.get_mut(day)) else {
                continue;
            };
            let value = row.values.first().copied().flatten();
            *target = value.map_or(0.0, |value| value.as_f64());
        }
        Ok(series)
    }

    fn place(&self, row: &Row, places: &BTreeMap<&str, usize>) -> Option<(usize, usize)> {
        let [member, day] = row.members.as_slice() else {
            return None;
        };
        let day = place_of(day.key.as_str(), self.days)?;
        Some((*places.get(member.key.as_str())?, day))
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
            first_day: self.is_moved_by_holidays.then(|| self.days.from()),
            ..Job::default()
        }
    }
}

/// The condition of being one of some members.
fn members_of(dimension: Dimension, members: &[Member]) -> Filter {
    Filter::In {
        dimension,
        members: members.iter().map(|member| member.key.clone()).collect(),
    }
}

fn places_of(members: &[Member]) -> BTreeMap<&str, usize> {
    let keys = members.iter().map(|member| member.key.as_str());
    keys.zip(0..).collect()
}

/// Takes values off others.
pub(crate) fn take_off(from: &mut [f64], values: &[f64]) {
    let pairs = from.iter_mut().zip(values);
    pairs.for_each(|(rest, value)| *rest -= value);
}

/// What the last 90 days of a series brought.
pub fn last_days(values: &[f64]) -> i64 {
    let from = values.len().saturating_sub(PRODUCT_DAYS);
    values.iter().skip(from).sum::<f64>() as i64
}
