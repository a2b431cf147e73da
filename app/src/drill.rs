//! Moving through the figures on screen by the operations of the cube's questions: roll-up, drill-down, slice
//! and dice. Pure.
//!
//! What is on screen is put as a question, the operation gives another, and that is put on screen. Where
//! nothing is left to group by, the next thing to look at takes its place.

use cube::query::{Filter, Query};
use kernel::{Date, DateRange};
use model::period::{Calendar, Grain};
use model::schema::Dimension;

use crate::view_state::{Board, DIMENSIONS, Period, ViewState};

/// What can be looked at where a member was chosen that nothing is below.
const NEXT: [Dimension; 3] = [Dimension::Category, Dimension::Channel, Dimension::Country];

/// A side of the pivot table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Down.
    Rows,
    /// Across.
    Columns,
}

/// Whether two dimensions are steps of one thing. What month somebody first ordered in and how long ago that
/// was are not, though both are told by the customer.
pub fn say_the_same(one: Dimension, other: Dimension) -> bool {
    let are_cohorts = one.is_of_first_orders() && one != other;
    one.stored() == other.stored() && !are_cohorts
}

/// Whether members of a dimension can be looked into from the pivot table: members with names, and periods
/// that shorter ones are offered of.
pub fn is_drillable(dimension: Dimension) -> bool {
    match Grain::of(dimension) {
        Some(_) => dimension.child().is_some_and(is_offered),
        None => dimension.has_dictionary() && is_offered(dimension),
    }
}

fn is_offered(dimension: Dimension) -> bool {
    DIMENSIONS.iter().any(|(own, _)| *own == dimension)
}

impl ViewState {
    /// The filters on screen.
    pub fn conditions(&self) -> Vec<Filter> {
        let condition = |(dimension, key): &(Dimension, String)| Filter::In {
            dimension: *dimension,
            members: vec![key.clone()],
        };
        self.filters.iter().map(condition).collect()
    }

    /// One level down in the breakdown: facts with this member only, split by what comes below it.
    #[must_use]
    pub fn drilled(&self, dimension: Dimension, key: &str) -> ViewState {
        let query = self.asked(&[self.split], ANY_DAYS);
        let query = query.drilled_down(dimension, key);
        let mut state = self.with_conditions_of(&query);
        state.split = match query.group_by.first() {
            Some(split) => *split,
            None => state.next_beside(None).unwrap_or(self.split),
        };
        state
    }

    /// Facts with this member only, in place of the one chosen before.
    #[must_use]
    pub fn diced(&self, dimension: Dimension, key: &str) -> ViewState {
        let query = self.asked(&[self.split], ANY_DAYS);
        self.with_conditions_of(&query.diced(dimension, vec![key.to_owned()]))
    }

    /// Without one of the filters; the breakdown goes up with it.
    #[must_use]
    pub fn without(&self, dimension: Dimension) -> ViewState {
        let query = self.asked(&[self.split], ANY_DAYS).drilled_up(dimension);
        let mut state = self.with_conditions_of(&query);
        state.split = query.group_by.first().copied().unwrap_or(self.split);
        state
    }

    /// One level down into a member of a side of the pivot table. Into a period by its days, which the whole
    /// screen then follows. `None` where there is no such member.
    pub fn pivot_drilled(
        &self,
        side: Side,
        key: &str,
        days: DateRange,
        calendar: Calendar,
    ) -> Option<ViewState> {
        let (mine, other) = self.sides(side);
        let query = self.asked(&[mine, other], days);
        let query = match Grain::of(mine) {
            Some(grain) => {
                let period = calendar.period(grain, key.parse::<Date>().ok()?);
                query.zoomed_in(mine, period)
            }
            None => query.drilled_down(mine, key),
        };
        let mut state = self.with_conditions_of(&query);
        if query.range != days {
            state.period = Period::Days(query.range);
        }
        let below = query.group_by.iter().find(|it| **it != other);
        let next = below.copied().or_else(|| state.next_beside(Some(other)));
        state.set_side(side, next.unwrap_or(mine));
        Some(state)
    }

    /// One level up on a side of the pivot table, out of the member that it is inside of. `None` at the top.
    pub fn pivot_rolled_up(&self, side: Side) -> Option<ViewState> {
        let (mine, other) = self.sides(side);
        let parent = mine.parent().filter(|parent| is_offered(*parent))?;
        let query = self.asked(&[mine, other], ANY_DAYS);
        let is_inside = self.filters.iter().any(|(filtered, _)| *filtered == parent);
        let query = match is_inside {
            true => query.drilled_up(parent),
            false => query.rolled_up(mine),
        };
        let mut state = self.with_conditions_of(&query);
        state.set_side(side, query.group_by.first().copied()?);
        Some(state)
    }

    /// The dimension of a side, and that of the other.
    const fn sides(&self, side: Side) -> (Dimension, Dimension) {
        match side {
            Side::Rows => (self.rows, self.columns),
            Side::Columns => (self.columns, self.rows),
        }
    }

    const fn set_side(&mut self, side: Side, dimension: Dimension) {
        match side {
            Side::Rows => self.rows = dimension,
            Side::Columns => self.columns = dimension,
        }
    }

    fn asked(&self, group_by: &[Dimension], days: DateRange) -> Query {
        Query {
            group_by: group_by.to_vec(),
            filters: self.conditions(),
            ..Query::of(self.metric, days)
        }
    }

    fn with_conditions_of(&self, query: &Query) -> ViewState {
        let named = |filter: &Filter| match filter {
            Filter::In { dimension, members } => Some((*dimension, members.first()?.clone())),
            _ => None,
        };
        ViewState {
            filters: query.filters.iter().filter_map(named).collect(),
            ..self.clone()
        }
    }

    /// What is not chosen yet and not said by the other side.
    fn next_beside(&self, other: Option<Dimension>) -> Option<Dimension> {
        let is_said = |next: Dimension| {
            let mut filtered = self.filters.iter().map(|(filtered, _)| *filtered);
            let is_chosen = filtered.any(|it| say_the_same(it, next));
            is_chosen || other.is_some_and(|other| say_the_same(other, next))
        };
        let next: &[Dimension] = match self.board {
            Board::Api => Board::Api.splits(),
            _ => &NEXT,
        };
        next.iter().copied().find(|next| !is_said(*next))
    }
}

/// Days of a question whose days play no part.
const ANY_DAYS: DateRange = DateRange::day(Date::MAX);

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn days(from: &str, to: &str) -> DateRange {
        DateRange::new(day(from), day(to)).expect("in order")
    }

    #[test]
    fn drilling_down_and_up_again() {
        let state = ViewState {
            split: Dimension::Category,
            ..ViewState::default()
        };
        let down = state.drilled(Dimension::Category, "toys");
        assert_eq!((down.filters.len(), down.split), (1, Dimension::Product));
        assert_eq!(down.without(Dimension::Category), state);
        // Nothing is below a channel: what is sold there comes next, and where, in the end.
        let channel = ViewState::default().drilled(Dimension::Channel, "trendyol");
        assert_eq!(channel.split, Dimension::Category);
        let product = channel
            .drilled(Dimension::Category, "toys")
            .drilled(Dimension::Product, "ball");
        assert_eq!(product.split, Dimension::Country);
        assert_eq!(product.filters.len(), 3);
    }

    #[test]
    fn a_filter_takes_the_place_of_the_one_before_and_leaves_the_split() {
        let state = ViewState::default().diced(Dimension::Category, "toys");
        let other = state.diced(Dimension::Category, "bags");
        assert_eq!(other.filters, [(Dimension::Category, "bags".to_owned())]);
        assert_eq!(other.split, Dimension::Channel);
    }

    #[test]
    fn the_pivot_table_goes_into_members_and_periods_and_out_again() {
        let all = days("2026-01-15", "2026-11-22");
        let state = ViewState::default();
        assert_eq!(
            (state.rows, state.columns),
            (Dimension::Category, Dimension::Month)
        );
        let into = |state: &ViewState, side, key| {
            let state = state.pivot_drilled(side, key, all, Calendar::default());
            state.expect("a member")
        };
        let products = into(&state, Side::Rows, "toys");
        assert_eq!(products.rows, Dimension::Product);
        assert_eq!(products.period, state.period);
        assert_eq!(products.pivot_rolled_up(Side::Rows), Some(state.clone()));
        let channels = into(&products, Side::Rows, "ball");
        assert_eq!(channels.rows, Dimension::Channel);
        // The first month begins before the days asked about.
        let weeks = into(&state, Side::Columns, "2026-01-01");
        assert_eq!(weeks.columns, Dimension::Week);
        assert_eq!(weeks.period, Period::Days(days("2026-01-15", "2026-01-31")));
        assert!(weeks.filters.is_empty());
        let up = weeks.pivot_rolled_up(Side::Columns).expect("months");
        assert_eq!(up.columns, Dimension::Month);
        let year = ViewState {
            columns: Dimension::Year,
            ..state.clone()
        };
        assert_eq!(year.pivot_rolled_up(Side::Columns), None);
        let broken = state.pivot_drilled(Side::Columns, "?", all, Calendar::default());
        assert_eq!(broken, None);
    }

    #[test]
    fn what_is_offered_to_look_into_can_be_put_on_screen() {
        for (dimension, _) in DIMENSIONS {
            let is_named = dimension.has_dictionary();
            let is_long = matches!(
                dimension,
                Dimension::Month | Dimension::Quarter | Dimension::Year
            );
            assert_eq!(
                is_drillable(dimension),
                is_named || is_long,
                "{dimension:?}"
            );
        }
    }
}
