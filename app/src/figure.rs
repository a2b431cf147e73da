//! What a cell of the pivot table shows of its metric: the value itself, or what it is among the others.

use cube::query::Derived;
use model::metrics::{Metric, Unit};
use model::period::Grain;
use model::schema::Dimension;

use crate::i18n::Text;

/// A way to show a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Figure {
    /// The metric's value.
    #[default]
    Value,
    /// Share of the table's total.
    ShareOfTotal,
    /// Share of the row's total.
    ShareOfRow,
    /// Share of the first period of the row.
    ShareOfFirst,
    /// 1 for the largest.
    Rank,
    /// From the first period up to the cell's.
    Running,
    /// Over three periods.
    Average,
}

/// Periods of the moving average.
const PERIODS: u16 = 3;

impl Figure {
    /// Every figure, in the order in which they are offered.
    pub const ALL: [Figure; 7] = [
        Figure::Value,
        Figure::ShareOfTotal,
        Figure::ShareOfRow,
        Figure::ShareOfFirst,
        Figure::Rank,
        Figure::Running,
        Figure::Average,
    ];

    /// Name in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Figure::Value => "value",
            Figure::ShareOfTotal => "share",
            Figure::ShareOfRow => "row-share",
            Figure::ShareOfFirst => "first-share",
            Figure::Rank => "rank",
            Figure::Running => "running",
            Figure::Average => "average",
        }
    }

    /// Name on screen.
    pub const fn text(self) -> Text {
        match self {
            Figure::Value => Text::AsValue,
            Figure::ShareOfTotal => Text::AsShareOfTotal,
            Figure::ShareOfRow => Text::AsShareOfRow,
            Figure::ShareOfFirst => Text::AsShareOfFirst,
            Figure::Rank => Text::AsRank,
            Figure::Running => Text::AsRunning,
            Figure::Average => Text::AsAverage,
        }
    }

    /// Whether cells grouped so can have it: shares are of amounts, running figures need one period.
    pub fn fits(self, metric: &Metric, group_by: &[Dimension]) -> bool {
        match self {
            Figure::Value | Figure::Rank => true,
            Figure::ShareOfTotal | Figure::ShareOfRow => metric.is_amount(),
            Figure::ShareOfFirst => metric.is_amount() && runs(group_by),
            Figure::Running | Figure::Average => runs(group_by),
        }
    }

    /// What is asked of the cube for rows of one metric; nothing where the value itself is shown.
    pub fn derived(self) -> Option<Derived> {
        let metric = 0;
        match self {
            Figure::Value => None,
            Figure::ShareOfTotal => Some(Derived::ShareOfTotal { metric }),
            Figure::ShareOfRow => Some(Derived::ShareOfParent { metric }),
            Figure::ShareOfFirst => Some(Derived::ShareOfFirst { metric }),
            Figure::Rank => Some(Derived::Rank { metric }),
            Figure::Running => Some(Derived::Cumulative { metric }),
            Figure::Average => Some(Derived::MovingAverage {
                metric,
                periods: PERIODS,
            }),
        }
    }

    /// The unit it is written in.
    pub const fn unit(self, unit: Unit) -> Unit {
        match (self, unit) {
            (Figure::ShareOfTotal | Figure::ShareOfRow | Figure::ShareOfFirst, _) => Unit::Percent,
            (Figure::Rank, _) => Unit::Count,
            // A mean of counts is no count.
            (Figure::Average, Unit::Count) => Unit::Ratio,
            (_, unit) => unit,
        }
    }
}

/// Whether there is one time to run along.
fn runs(group_by: &[Dimension]) -> bool {
    let is_age = |it: Dimension| it == Dimension::MonthsSinceFirstOrder;
    let periods = group_by
        .iter()
        .filter(|it| Grain::of(**it).is_some() || is_age(**it));
    periods.count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::metrics::MetricId;

    #[test]
    fn a_figure_is_offered_where_the_cube_can_answer_it() {
        let (revenue, value) = (
            MetricId::NetRevenue.metric(),
            MetricId::AverageOrderValue.metric(),
        );
        let by = |dimension| [Dimension::Category, dimension];
        let offered = |metric, group_by: &[Dimension]| {
            let all = Figure::ALL.into_iter();
            all.filter(|it| it.fits(metric, group_by)).count()
        };
        assert_eq!(offered(revenue, &by(Dimension::Month)), 7);
        assert_eq!(offered(revenue, &by(Dimension::MonthsSinceFirstOrder)), 7);
        assert_eq!(offered(revenue, &by(Dimension::Weekday)), 4);
        assert_eq!(offered(value, &by(Dimension::Month)), 4);
        assert_eq!(offered(value, &[Dimension::Month, Dimension::Week]), 2);
    }
}
