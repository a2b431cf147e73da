//! Stock of a product at the end of a day.

use kernel::{Currency, Date};
use serde::{Deserialize, Serialize};

use super::{
    ProductRef, RecordError, UNIT_PRICE_MICROS_MAX, UNITS_MAX, check_product, check_range,
    check_rate, value_minor,
};
use crate::fx::FxRate;

/// What lies in the warehouse at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StockRecord {
    /// The tenant's local day.
    pub date: Date,
    /// The product.
    pub product: ProductRef,
    /// Units on hand.
    pub on_hand_units: i64,
    /// Landed cost of a unit, net of VAT, in millionths of a major unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost_micros: Option<i64>,
    /// Currency of the cost.
    pub currency: Currency,
    /// Whether the product is offered on any channel on that day.
    pub listed: bool,
}

impl StockRecord {
    /// Checks every limit.
    pub fn validate(&self) -> Result<(), RecordError> {
        check_product(&self.product)?;
        check_range("on_hand", self.on_hand_units, 0, UNITS_MAX)?;
        check_range(
            "unit_cost",
            self.unit_cost_micros.unwrap_or(0),
            0,
            UNIT_PRICE_MICROS_MAX,
        )
    }

    /// The measures of the fact, in the column order of [`DataSet::Stock`](crate::schema::DataSet).
    pub fn measures(&self, rate: &FxRate) -> Result<Vec<Option<i64>>, RecordError> {
        self.validate()?;
        check_rate(self.currency, rate)?;
        let cost = self
            .unit_cost_micros
            .map(|micros| value_minor("unit_cost", self.on_hand_units, micros, rate))
            .transpose()?;
        let is_out = self.listed && self.on_hand_units == 0;
        Ok(vec![
            Some(1),
            Some(self.on_hand_units),
            cost,
            Some(i64::from(self.listed)),
            Some(i64::from(is_out)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::DataSet;

    #[test]
    fn counts_a_stock_out_only_while_listed() {
        let record = |on_hand_units, listed| StockRecord {
            date: Date::from_ymd(2026, 11, 11).unwrap(),
            product: ProductRef {
                sku: "SKU-1".into(),
                ..ProductRef::default()
            },
            on_hand_units,
            unit_cost_micros: Some(12_345_678),
            currency: Currency::TRY,
            listed,
        };
        let row = |on_hand, listed| {
            record(on_hand, listed)
                .measures(&FxRate::identity(Currency::TRY))
                .unwrap()
        };
        assert_eq!(
            row(3, true),
            [Some(1), Some(3), Some(3_704), Some(1), Some(0)]
        );
        assert_eq!(row(0, true), [Some(1), Some(0), Some(0), Some(1), Some(1)]);
        assert_eq!(row(0, false), [Some(1), Some(0), Some(0), Some(0), Some(0)]);
        assert_eq!(row(0, false).len(), DataSet::Stock.measures().len());
        assert!(record(-1, true).validate().is_err());
    }
}
