//! Advertising of a day, channel and campaign.

use kernel::{Currency, Date};
use serde::{Deserialize, Serialize};

use super::{
    AMOUNT_MINOR_MAX, RecordError, UNITS_MAX, check_key, check_range, check_rate, convert_minor,
};
use crate::fx::FxRate;

/// What a campaign cost and brought on a day. Counts are `None` where the source does not know them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AdRecord {
    /// The tenant's local day.
    pub date: Date,
    /// Channel key, such as `trendyol`.
    pub channel: String,
    /// Campaign name, as the source writes it.
    pub campaign: String,
    /// Currency of spend and sales.
    pub currency: Currency,
    /// Spend, net of VAT, in minor units.
    pub spend_minor: i64,
    /// Times shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impressions: Option<i64>,
    /// Times clicked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clicks: Option<i64>,
    /// Orders attributed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<i64>,
    /// Sales attributed, VAT included, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sales_minor: Option<i64>,
}

impl AdRecord {
    /// Checks every limit.
    pub fn validate(&self) -> Result<(), RecordError> {
        check_key("channel", &self.channel)?;
        check_key("campaign", &self.campaign)?;
        check_range("spend", self.spend_minor, 0, AMOUNT_MINOR_MAX)?;
        check_range("sales", self.sales_minor.unwrap_or(0), 0, AMOUNT_MINOR_MAX)?;
        check_range("impressions", self.impressions.unwrap_or(0), 0, UNITS_MAX)?;
        check_range("clicks", self.clicks.unwrap_or(0), 0, UNITS_MAX)?;
        check_range("orders", self.orders.unwrap_or(0), 0, UNITS_MAX)
    }

    /// The measures of the fact, in the column order of [`DataSet::Ads`](crate::schema::DataSet).
    pub fn measures(&self, rate: &FxRate) -> Result<Vec<Option<i64>>, RecordError> {
        self.validate()?;
        check_rate(self.currency, rate)?;
        let sales = self
            .sales_minor
            .map(|minor| convert_minor("sales", minor, rate))
            .transpose()?;
        Ok(vec![
            Some(1),
            Some(convert_minor("spend", self.spend_minor, rate)?),
            sales,
            self.impressions,
            self.clicks,
            self.orders,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::DataSet;

    #[test]
    fn converts_money_and_keeps_counts() {
        let record = AdRecord {
            date: Date::from_ymd(2026, 11, 11).unwrap(),
            channel: "amazon".into(),
            campaign: "brand".into(),
            currency: Currency::EUR,
            spend_minor: 1_000,
            impressions: Some(12_000),
            clicks: Some(90),
            orders: None,
            sales_minor: Some(7_333),
        };
        let rate = FxRate::new(Currency::EUR, Currency::TRY, 48_500_000_000).unwrap();
        let row = record.measures(&rate).unwrap();
        assert_eq!(
            row,
            [
                Some(1),
                Some(48_500),
                Some(355_651),
                Some(12_000),
                Some(90),
                None
            ]
        );
        assert_eq!(row.len(), DataSet::Ads.measures().len());
        let negative = AdRecord {
            spend_minor: -1,
            ..record
        };
        assert!(negative.measures(&rate).is_err());
    }
}
