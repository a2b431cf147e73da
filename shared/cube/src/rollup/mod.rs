//! Roll-ups: the facts of a month added up by a few dimensions, so that a question that tells no more
//! apart reads cells instead of facts. They are made when first needed, from the segments themselves, or at
//! the edge, for devices that do not have the segments yet.
//!
//! A cell holds parts only (the signed number of facts, sums, and how often a value is not known), which
//! add up in any order; so an answer from cells is the one from facts to the last bit. What does not add
//! up (distinct counts, first days) is never answered from a roll-up.
//!
//! Out of scope: which one a question takes (`scan`), and which there are (`sync`).

mod builder;
mod file;
mod table;

use model::schema::{DataSet, Dimension};
use serde::{Deserialize, Serialize};

pub use builder::RollupBuilder;
pub use file::{ROLLUP_VERSION, RollupError, RollupFile};

pub(crate) use file::KeptTable;
pub(crate) use table::{Cells, Table, narrowed};

/// What a roll-up tells apart, within one month of one data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rollup {
    /// Day and channel.
    DayChannel,
    /// Channel and category.
    MonthChannelCategory,
    /// Product.
    MonthProduct,
    /// Day, channel and category.
    DayChannelCategory,
}

/// When questions are answered from roll-ups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RollupUse {
    /// Where that reads less than the facts.
    #[default]
    WhereSmaller,
    /// Wherever one can answer: for tests.
    Always,
    /// Never: for a cube that answers one question and is dropped.
    Never,
}

impl Rollup {
    /// All of them, those with the fewest cells first as a rule.
    pub const ALL: [Rollup; 4] = [
        Rollup::DayChannel,
        Rollup::MonthChannelCategory,
        Rollup::MonthProduct,
        Rollup::DayChannelCategory,
    ];

    /// The dimensions told apart besides days, outermost first.
    pub const fn dimensions(self) -> &'static [Dimension] {
        match self {
            Rollup::DayChannel => &[Dimension::Channel],
            Rollup::MonthProduct => &[Dimension::Product],
            Rollup::MonthChannelCategory | Rollup::DayChannelCategory => {
                &[Dimension::Channel, Dimension::Category]
            }
        }
    }

    /// Whether days are told apart.
    pub const fn has_days(self) -> bool {
        matches!(self, Rollup::DayChannel | Rollup::DayChannelCategory)
    }

    /// Whether facts of a data set have all dimensions.
    pub(crate) fn is_of(self, data_set: DataSet) -> bool {
        self.dimensions()
            .iter()
            .all(|dimension| data_set.dimensions().contains(&dimension.stored()))
    }

    /// Whether facts that differ in one of these dimensions, or in their day, are told apart.
    /// Members tell their parents: a product its category.
    pub(crate) fn tells(self, dimensions: &[Dimension], days: bool) -> bool {
        let own = self.dimensions();
        let has = |it: &Dimension| own.contains(it) || own.contains(&it.stored());
        (self.has_days() || !days) && dimensions.iter().all(has)
    }

    /// Whether a dimension is told apart by a parent that dictionaries give to members of `stored`.
    pub(crate) fn derives_from(self, stored: Dimension) -> bool {
        let own = self.dimensions().iter();
        own.filter(|it| it.stored() != **it)
            .any(|it| it.stored() == stored)
    }

    pub(crate) const fn number(self) -> usize {
        self as usize
    }
}
