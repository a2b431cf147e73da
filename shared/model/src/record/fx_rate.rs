//! The exchange rate of a day and currency.

use kernel::{Currency, Date};
use serde::{Deserialize, Serialize};

use super::{RecordError, check_range};
use crate::fx::FxRate;

/// How many major units of the tenant's base currency one major unit of `currency` costs on a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FxRecord {
    /// The day.
    pub date: Date,
    /// The currency priced.
    pub currency: Currency,
    /// Its price in billionths of a major unit of the base currency.
    pub rate_billionths: i64,
}

impl FxRecord {
    /// Checks every limit.
    pub fn validate(&self) -> Result<(), RecordError> {
        check_range("rate", self.rate_billionths, 1, FxRate::BILLIONTHS_MAX)
    }
}
