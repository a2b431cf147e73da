//! What a metric is computed from: an expression over parts that add up.
//!
//! A part is a sum (or a distinct count) over facts, and is what a query aggregates; the expression is
//! applied to the aggregated parts, once, at the end. So a ratio is always the ratio of two sums, never
//! an average of ratios.

use std::fmt;

use super::MetricId;
use crate::schema::{DataSet, Dimension, Measure};

/// What is aggregated over the facts that a row of an answer stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The sum of a measure. 0 where the data set has facts and none is in the row; unknown where every
    /// fact in the row leaves the measure open.
    Sum(DataSet, Measure),
    /// The sum of a measure over the facts of the newest day in the row that has any: for what is a
    /// level, such as units on hand, and must not be added over days.
    Closing(DataSet, Measure),
    /// The number of distinct members. Does not add up across rows.
    Distinct(DataSet, Dimension),
    /// Days in the queried range that the row covers.
    Days,
    /// The result of an algorithm over the row's facts that is no expression over sums.
    Computed(Computed),
    /// A total of data that cannot be imported yet.
    External(External),
}

/// Algorithms whose results are used as parts. An engine that lacks one answers that it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Computed {
    /// Net revenue of the comparison's range.
    NetRevenueCompared,
    /// Sum of squared shares of net revenue over channels; see [`super::concentration`].
    NetRevenueConcentration,
    /// Customers whose first known order falls in the range.
    NewCustomers,
    /// Customers with two orders or more in the range.
    RepeatCustomers,
    /// Median of the net revenue of an order; see [`super::quantile_of_whole`].
    OrderValueMedianMinor,
    /// 90th percentile of the net revenue of an order.
    OrderValueP90Minor,
    /// Customers active at the start of the range.
    CustomersAtStart,
    /// Those of them without an order for the category's number of days.
    CustomersLost,
    /// Contribution margin expected of a customer (BG/NBD x Gamma-Gamma), in minor units.
    PredictedLifetimeValueMinor,
    /// Mean recency, frequency and monetary quintile, 1 to 5.
    RfmQuintileMean,
    /// Median of delivered - ordered over orders; of an order, the mean of its delivered lines.
    OrderCycleMedianDays,
    /// 90th percentile of the same.
    OrderCycleP90Days,
    /// Median of shipped - ordered.
    ShipLeadMedianDays,
    /// 90th percentile of shipped - ordered.
    ShipLeadP90Days,
    /// [`crate::finance::npv`] of the cash flows of a plan, in minor units.
    NetPresentValueMinor,
    /// [`crate::finance::irr`] of the cash flows of a plan.
    InternalRateOfReturn,
    /// [`crate::finance::payback_periods`] of the cash flows of a plan.
    PaybackPeriods,
    /// [`crate::finance::safety_stock`] of a product.
    SafetyStockUnits,
    /// Mean daily demand x mean lead time of a product.
    LeadTimeDemandUnits,
    /// [`crate::finance::economic_order_quantity`] of a product.
    EconomicOrderQuantityUnits,
}

/// Data that the catalogue needs and no file brings yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say what is missing")]
pub enum External {
    InputVatMinor,
    ReceivableMinor,
    SettlementExpectedMinor,
    SettlementPaidMinor,
    PayableMinor,
    NetCashFlowPerMonthMinor,
    CashMinor,
    InvestmentGainMinor,
    InvestmentCostMinor,
    FixedCostMinor,
    CategorySalesMinor,
    PositiveReviews,
    NegativeReviews,
    Reviews,
    SellerCancelledUnits,
    BuyerCancelledUnits,
    DefectiveOrders,
    DueLines,
    OnTimeInFullLines,
    BuyBoxObservations,
    BuyBoxWon,
}

/// An expression over parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Formula {
    /// An aggregated part.
    Part(Part),
    /// Another metric of the catalogue, before its rounding.
    Metric(MetricId),
    /// A whole number.
    Constant(i64),
    /// Left + right.
    Add(&'static Formula, &'static Formula),
    /// Left - right.
    Sub(&'static Formula, &'static Formula),
    /// Left x right.
    Mul(&'static Formula, &'static Formula),
    /// Left / right; undefined where right is 0.
    Div(&'static Formula, &'static Formula),
    /// Left / right; without bound, and so undefined, where right is 0 or below.
    PerPositive(&'static Formula, &'static Formula),
    /// The absolute value.
    Abs(&'static Formula),
    /// The value, or 0 where it is negative.
    AtLeastZero(&'static Formula),
}

/// Sum of a measure of sales.
pub(super) const fn sales(measure: Measure) -> Formula {
    Formula::Part(Part::Sum(DataSet::Sales, measure))
}

/// Sum of a measure of advertising.
pub(super) const fn ads(measure: Measure) -> Formula {
    Formula::Part(Part::Sum(DataSet::Ads, measure))
}

/// Sum of a measure of stock.
pub(super) const fn stock(measure: Measure) -> Formula {
    Formula::Part(Part::Sum(DataSet::Stock, measure))
}

/// Sum of a measure of targets.
pub(super) const fn targets(measure: Measure) -> Formula {
    Formula::Part(Part::Sum(DataSet::Targets, measure))
}

/// Sum of a measure of the API's requests.
pub(super) const fn requests(measure: Measure) -> Formula {
    Formula::Part(Part::Sum(DataSet::Requests, measure))
}

/// Data not imported yet.
pub(super) const fn external(name: External) -> Formula {
    Formula::Part(Part::External(name))
}

/// The result of an algorithm.
pub(super) const fn computed(name: Computed) -> Formula {
    Formula::Part(Part::Computed(name))
}

/// Another metric.
pub(super) const fn metric(id: MetricId) -> Formula {
    Formula::Metric(id)
}

impl Formula {
    /// Calls `visit` for every part, those of other metrics included.
    pub fn for_each_part(&self, visit: &mut dyn FnMut(Part)) {
        match self {
            Formula::Part(part) => visit(*part),
            Formula::Metric(id) => id.metric().formula.for_each_part(visit),
            Formula::Constant(_) => {}
            Formula::Add(left, right)
            | Formula::Sub(left, right)
            | Formula::Mul(left, right)
            | Formula::Div(left, right)
            | Formula::PerPositive(left, right) => {
                left.for_each_part(visit);
                right.for_each_part(visit);
            }
            Formula::Abs(inner) | Formula::AtLeastZero(inner) => inner.for_each_part(visit),
        }
    }

    /// Whether something is divided anywhere.
    pub fn is_quotient(&self) -> bool {
        match self {
            Formula::Part(_) | Formula::Constant(_) => false,
            Formula::Metric(id) => id.metric().formula.is_quotient(),
            Formula::Div(..) | Formula::PerPositive(..) => true,
            Formula::Add(left, right) | Formula::Sub(left, right) | Formula::Mul(left, right) => {
                left.is_quotient() || right.is_quotient()
            }
            Formula::Abs(inner) | Formula::AtLeastZero(inner) => inner.is_quotient(),
        }
    }

    /// Whether the value of a whole is the sum of the values of its slices: sums and differences of
    /// sums only.
    pub fn adds_up(&self) -> bool {
        match self {
            Formula::Part(part) => matches!(part, Part::Sum(..)),
            Formula::Metric(id) => id.metric().formula.adds_up(),
            Formula::Add(left, right) | Formula::Sub(left, right) => {
                left.adds_up() && right.adds_up()
            }
            _ => false,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Sum(set, measure) => write!(f, "sum({}.{})", set.name(), Kebab(measure)),
            Part::Closing(set, measure) => write!(f, "closing({}.{})", set.name(), Kebab(measure)),
            Part::Distinct(set, dimension) => {
                write!(f, "distinct({}.{})", set.name(), Kebab(dimension))
            }
            Part::Days => f.write_str("days"),
            Part::Computed(name) => write!(f, "computed({})", Kebab(name)),
            Part::External(name) => write!(f, "external({})", Kebab(name)),
        }
    }
}

impl fmt::Display for Formula {
    /// As on the page of the catalogue: `(net-revenue - cost-of-goods) / net-revenue`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut infix = |left: &Formula, sign: &str, right: &Formula| {
            write!(f, "{} {sign} {}", Operand(left), Operand(right))
        };
        match self {
            Formula::Part(part) => part.fmt(f),
            Formula::Metric(id) => id.fmt(f),
            Formula::Constant(value) => value.fmt(f),
            Formula::Add(left, right) => infix(left, "+", right),
            Formula::Sub(left, right) => infix(left, "-", right),
            Formula::Mul(left, right) => infix(left, "*", right),
            Formula::Div(left, right) | Formula::PerPositive(left, right) => {
                infix(left, "/", right)
            }
            Formula::Abs(inner) => write!(f, "abs({inner})"),
            Formula::AtLeastZero(inner) => write!(f, "max(0, {inner})"),
        }
    }
}

/// A formula inside another: in brackets where it has an operator.
struct Operand<'a>(&'a Formula);

impl fmt::Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Formula::Add(..)
            | Formula::Sub(..)
            | Formula::Mul(..)
            | Formula::Div(..)
            | Formula::PerPositive(..) => write!(f, "({})", self.0),
            simple => simple.fmt(f),
        }
    }
}

/// The name of an enum variant in kebab-case.
struct Kebab<T>(T);

impl<T: fmt::Debug> fmt::Display for Kebab<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for (at, letter) in format!("{:?}", self.0).char_indices() {
            if letter.is_ascii_uppercase() && at > 0 {
                f.write_char('-')?;
            }
            f.write_char(letter.to_ascii_lowercase())?;
        }
        Ok(())
    }
}
