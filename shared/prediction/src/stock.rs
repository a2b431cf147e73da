//! Days on which products were sold out, from the facts of the stock: sales of such a day are less than demand.

use std::collections::BTreeSet;

use cube::Cube;
use cube::query::{Filter, Query, Row};
use kernel::{Date, DateRange};
use model::metrics::MetricId;
use model::period::Grain;
use model::schema::{DataSet, Dimension};

use crate::prepare::is_of_sales;
use crate::{Cleaning, ForecastAsk, PredictionError};

/// The data sets that the answer to a question depends on: those of its metric and, where it is of the days of one
/// product, the stock.
pub fn data_sets(ask: &ForecastAsk) -> BTreeSet<DataSet> {
    let mut sets = ask.metric.metric().data_sets();
    sets.extend(one_product(ask).map(|_| DataSet::Stock));
    sets
}

/// The condition that names one product, where a question is of its daily sales and takes stock-outs into account.
/// That one of many products was sold out says nothing of their sum.
fn one_product(ask: &ForecastAsk) -> Option<&Filter> {
    let is_asked = ask.cleaning != Cleaning::AsItWas && ask.grain == Grain::Day;
    let mut filters = ask.filters.iter();
    filters
        .find(|filter| {
            matches!(filter, Filter::In { dimension: Dimension::Product, members } if members.len() == 1)
        })
        .filter(|_| is_asked && is_of_sales(ask.metric.metric()))
}

/// Places of the days on which the one product of a question was sold out.
pub(crate) fn sold_out(
    cube: &Cube,
    ask: &ForecastAsk,
    days: DateRange,
) -> Result<Vec<usize>, PredictionError> {
    let Some(product) = one_product(ask) else {
        return Ok(Vec::new());
    };
    let rows = stock_outs(cube, product.clone(), vec![Dimension::Day], days)?;
    let place = |row: &Row| place_of(row.members.first()?.key.as_str(), days);
    Ok(rows.iter().filter_map(place).collect())
}

/// Rows of days on which products were sold out; none where nothing is known of the stock.
pub(crate) fn stock_outs(
    cube: &Cube,
    products: Filter,
    group_by: Vec<Dimension>,
    days: DateRange,
) -> Result<Vec<Row>, PredictionError> {
    let known = cube.extent_of(DataSet::Stock);
    let Some(days) = known.and_then(|known| known.intersect(days)) else {
        return Ok(Vec::new());
    };
    let query = Query {
        group_by,
        filters: vec![products],
        ..Query::of(MetricId::StockOutDays, days)
    };
    let mut rows = cube.answer(&query)?.rows;
    rows.retain(|row| {
        let value = row.values.first().copied().flatten();
        value.is_some_and(|value| value.as_f64() >= 1.0)
    });
    Ok(rows)
}

/// The place of a day among days.
pub(crate) fn place_of(day: &str, days: DateRange) -> Option<usize> {
    let day: Date = day.parse().ok()?;
    usize::try_from(day.days_since(days.from())).ok()
}
