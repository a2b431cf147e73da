//! Targets of a month, spread over its days so that any range has one.

use kernel::{Currency, Date, Month, div_round};
use serde::{Deserialize, Serialize};

use super::{
    AMOUNT_MINOR_MAX, ROUNDING, RecordError, UNITS_MAX, check_amount, check_range, check_rate,
    check_text, convert_minor,
};
use crate::fx::FxRate;

/// What is planned for a month. `None` where nothing is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TargetRecord {
    /// The month.
    pub month: Month,
    /// Channel key; the whole company where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Currency of every amount.
    pub currency: Currency,
    /// Net revenue planned, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_revenue_minor: Option<i64>,
    /// Orders planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<i64>,
    /// Contribution margin (CM2) planned, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_minor: Option<i64>,
    /// Advertising budget, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ad_spend_minor: Option<i64>,
}

/// The share of a target that falls on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyTarget {
    /// The day.
    pub date: Date,
    /// Measures, in the column order of [`DataSet::Targets`](crate::schema::DataSet).
    pub measures: Vec<Option<i64>>,
}

impl TargetRecord {
    /// Checks every limit.
    pub fn validate(&self) -> Result<(), RecordError> {
        check_text("channel", self.channel.as_deref())?;
        let amount = self.net_revenue_minor.unwrap_or(0);
        check_range("net_revenue", amount, 0, AMOUNT_MINOR_MAX)?;
        check_range("orders", self.orders.unwrap_or(0), 0, UNITS_MAX)?;
        check_amount("margin", self.margin_minor)?;
        check_range(
            "ad_spend",
            self.ad_spend_minor.unwrap_or(0),
            0,
            AMOUNT_MINOR_MAX,
        )
    }

    /// One fact per day of the month. Each day gets the difference of two rounded running sums, so the
    /// days add up to the month exactly.
    pub fn daily(&self, rate: &FxRate) -> Result<Vec<DailyTarget>, RecordError> {
        self.validate()?;
        check_rate(self.currency, rate)?;
        let money = |field, amount: Option<i64>| {
            amount
                .map(|minor| convert_minor(field, minor, rate))
                .transpose()
        };
        let month = [
            money("net_revenue", self.net_revenue_minor)?,
            self.orders,
            money("margin", self.margin_minor)?,
            money("ad_spend", self.ad_spend_minor)?,
        ];
        let days = i128::from(self.month.day_count());
        let share = |total: i64, day: i128| {
            let until = |count: i128| div_round(i128::from(total) * count, days, ROUNDING);
            // A share of an i64 is an i64.
            (until(day + 1) - until(day)) as i64
        };
        Ok((0..days)
            .zip(self.month.range())
            .map(|(day, date)| {
                let shares = month
                    .iter()
                    .map(|total| total.map(|total| share(total, day)));
                DailyTarget {
                    date,
                    measures: std::iter::once(Some(1)).chain(shares).collect(),
                }
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::DataSet;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn days_add_up_to_the_month(
            month in 0_i32..2_000, revenue in 0..AMOUNT_MINOR_MAX, margin in any::<i32>(), orders in 0_i64..1_000
        ) {
            let record = TargetRecord {
                month: Month::from_index(month).unwrap(),
                channel: Some("n11".into()),
                currency: Currency::TRY,
                net_revenue_minor: Some(revenue),
                orders: Some(orders),
                margin_minor: Some(margin.into()),
                ad_spend_minor: None,
            };
            let days = record.daily(&FxRate::identity(Currency::TRY)).unwrap();
            prop_assert_eq!(days.len(), usize::from(record.month.day_count()));
            prop_assert_eq!(days[0].measures.len(), DataSet::Targets.measures().len());
            let sum = |at: usize| days.iter().map(|day| day.measures[at].unwrap()).sum::<i64>();
            prop_assert_eq!((sum(1), sum(2), sum(3)), (revenue, orders, margin.into()));
            let even = revenue / i64::from(record.month.day_count());
            prop_assert!(days.iter().all(|day| (day.measures[1].unwrap() - even).abs() <= 1));
            prop_assert!(days.iter().all(|day| day.measures[4].is_none()));
        }
    }
}
