//! The questions, in the order in which the page numbers them.

use cube::{Filter, Query, Sort, SortBy, Top};
use kernel::DateRange;
use model::metrics::MetricId::{self, CostOfGoods, Customers, NetRevenue, Orders, Units};
use model::schema::Dimension::{self, Category, Channel, Day, Month, Product, Week};

use crate::lines::{DAYS, day_of};

fn days(first: u32, count: u32) -> DateRange {
    DateRange::new(day_of(first), day_of(first + count - 1)).expect("in order")
}

fn over(range: DateRange, metrics: &[MetricId], group_by: &[Dimension]) -> Query {
    Query {
        metrics: metrics.to_vec(),
        group_by: group_by.to_vec(),
        ..Query::of(NetRevenue, range)
    }
}

fn first(rows: usize, query: Query) -> Query {
    Query {
        sort: Some(Sort {
            by: SortBy::Metric(0),
            descending: true,
        }),
        top: Some(Top {
            rows,
            others: false,
        }),
        ..query
    }
}

fn of_two_channels(query: Query) -> Query {
    Query {
        filters: vec![Filter::In {
            dimension: Channel,
            members: vec!["0".into(), "1".into()],
        }],
        ..query
    }
}

/// q1 to q5.
pub(crate) fn all() -> Vec<Query> {
    let whole = days(0, DAYS);
    vec![
        over(whole, &[NetRevenue], &[Channel]),
        over(whole, &[NetRevenue, Units], &[Day]),
        over(whole, &[NetRevenue, CostOfGoods], &[Channel, Category]),
        first(10, over(whole, &[NetRevenue], &[Product])),
        of_two_channels(over(days(DAYS - 90, 90), &[NetRevenue], &[Category])),
    ]
}

/// Revenue by category over the 90 days from a day.
pub(crate) fn brush(first_day: u32) -> Query {
    over(days(first_day, 90), &[NetRevenue], &[Category])
}

/// Twenty views as a few dashboards have them open. Four of them count orders and customers, or tell the cost of goods
/// where lines name neither.
pub(crate) fn views(counts_buyers: bool) -> Vec<Query> {
    let totals: &[MetricId] = match counts_buyers {
        true => &[NetRevenue, Units, Orders, Customers],
        false => &[NetRevenue, Units, CostOfGoods],
    };
    let mut views = Vec::new();
    for range in [
        days(DAYS - 30, 30),
        days(DAYS - 90, 90),
        days(DAYS - 365, 365),
        days(0, DAYS),
    ] {
        views.push(over(range, totals, &[]));
        views.push(over(range, &[NetRevenue], &[Channel]));
        views.push(over(range, &[NetRevenue, Units], &[Week]));
        views.push(over(range, &[NetRevenue], &[Month, Category]));
        views.push(first(10, over(range, &[NetRevenue], &[Product])));
    }
    views
}
