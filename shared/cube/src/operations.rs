//! From one question to the next: roll-up, drill-down, slice and dice give a new question and leave the old
//! one as it is.
//!
//! What no longer fits the new dimensions is left out, so that a question that can be answered stays one.
//! Out of scope: which of them a screen offers.

use kernel::DateRange;
use model::schema::Dimension;

use crate::query::{Derived, Filter, Query};

impl Query {
    /// One level up: groups by the parent of a grouped dimension instead (products by their category, days by
    /// their week); where it has none, or the parent is grouped by already, no longer by it at all.
    ///
    /// ```
    /// use cube::Query;
    /// use kernel::{Date, DateRange};
    /// use model::{metrics::MetricId, schema::Dimension};
    /// let day = Date::from_ymd(2026, 11, 23)?;
    /// let by_product = Query {
    ///     group_by: vec![Dimension::Product],
    ///     ..Query::of(MetricId::NetRevenue, DateRange::day(day))
    /// };
    /// let by_category = by_product.rolled_up(Dimension::Product);
    /// assert_eq!(by_category.group_by, [Dimension::Category]);
    /// assert_eq!(by_category.drilled_down(Dimension::Category, "toys").group_by, [Dimension::Product]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn rolled_up(&self, dimension: Dimension) -> Query {
        self.regrouped(dimension, dimension.parent())
    }

    /// One level down into a member: its facts only, grouped by what comes below its dimension (the products
    /// of a category, the weeks of a month); where nothing does, its facts by the other dimensions.
    #[must_use]
    pub fn drilled_down(&self, dimension: Dimension, member: &str) -> Query {
        let inside = self.diced(dimension, vec![member.to_owned()]);
        inside.regrouped(dimension, dimension.child())
    }

    /// Out of the members of a dimension again: the facts of all of them, grouped by it where what comes below
    /// it is grouped by. Takes back [`Query::drilled_down`], and [`Query::diced`].
    #[must_use]
    pub fn drilled_up(&self, dimension: Dimension) -> Query {
        let query = self.undiced(dimension);
        match dimension.child() {
            Some(child) if !query.group_by.contains(&dimension) => {
                query.regrouped(child, Some(dimension))
            }
            _ => query,
        }
    }

    /// One level down into a period: its days, as far as they were asked about, grouped by what comes below its
    /// dimension (the weeks of a month). Unlike [`Query::drilled_down`] it moves the range, which comparisons
    /// and forecasts then follow.
    #[must_use]
    pub fn zoomed_in(&self, dimension: Dimension, days: DateRange) -> Query {
        let mut query = self.regrouped(dimension, dimension.child());
        query.range = self.range.intersect(days).unwrap_or(days);
        query
    }

    /// The facts of one member, which is then no longer grouped by.
    #[must_use]
    pub fn sliced(&self, dimension: Dimension, member: &str) -> Query {
        let inside = self.diced(dimension, vec![member.to_owned()]);
        inside.regrouped(dimension, None)
    }

    /// The facts of some members, in place of those of the dimension that were chosen before.
    #[must_use]
    pub fn diced(&self, dimension: Dimension, members: Vec<String>) -> Query {
        let mut query = self.undiced(dimension);
        query.filters.push(Filter::In { dimension, members });
        query
    }

    fn undiced(&self, dimension: Dimension) -> Query {
        let mut query = self.clone();
        let is_choice =
            |it: &Filter| matches!(it, Filter::In { .. }) && it.dimension() == dimension;
        query.filters.retain(|it| !is_choice(it));
        query
    }

    fn regrouped(&self, from: Dimension, to: Option<Dimension>) -> Query {
        let mut query = self.clone();
        let to = to.filter(|to| !query.group_by.contains(to));
        match (query.group_by.iter().position(|it| *it == from), to) {
            (Some(at), Some(to)) => {
                if let Some(place) = query.group_by.get_mut(at) {
                    *place = to;
                }
            }
            (Some(at), None) => drop(query.group_by.remove(at)),
            (None, _) => {}
        }
        query.fill_gaps &= query.group_by.iter().any(|it| it.is_time());
        let runs = query.runs_along().is_some();
        query
            .derived
            .retain(|derived| runs || !derived.is_running());
        query
    }

    /// The place among `group_by` of the one dimension that running figures run along.
    pub(crate) fn runs_along(&self) -> Option<usize> {
        let is_period = |&(_, &it): &(usize, &Dimension)| match it {
            Dimension::Weekday => false,
            Dimension::MonthsSinceFirstOrder => true,
            other => other.is_time(),
        };
        let mut places = self.group_by.iter().enumerate().filter(is_period);
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Some(place),
            _ => None,
        }
    }
}

impl Derived {
    /// Whether it needs a time to run along.
    const fn is_running(&self) -> bool {
        matches!(
            self,
            Derived::Cumulative { .. }
                | Derived::MovingAverage { .. }
                | Derived::ShareOfFirst { .. }
        )
    }
}
