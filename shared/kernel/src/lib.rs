//! Money, quantity, ratio, calendar and ids: newtypes, nothing else.
//!
//! Every value is checked when it is made and cannot be made wrong afterwards: fields are private,
//! arithmetic is checked, rounding is named. Nothing here reads a clock, a file or a locale; time is
//! always a parameter.
//!
//! In scope: integer money ([`Money`], [`Currency`], [`Rounding`]), whole units ([`Quantity`]),
//! ratios kept as two sums ([`Ratio`]), the civil calendar ([`Date`], [`Month`], [`DateRange`],
//! [`WeekStart`], [`FiscalYear`]), instants and the tenant's time zone ([`Timestamp`],
//! [`TimeZone`]), and typed ids ([`TenantId`], [`BatchId`], [`Hash256`]).
//!
//! Out of scope: formatting for people (the app's locale does that) and anything about the business
//! (`model`).

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

mod calendar;
mod currency;
mod date;
mod date_range;
mod ids;
mod inserted;
mod money;
mod month;
mod quantity;
mod ratio;
mod rounding;
mod time_zone;

pub use calendar::{CalendarError, FiscalYear, WeekStart, Weekday};
pub use currency::{Currency, CurrencyError};
pub use date::{Date, DateError};
pub use date_range::{DateRange, DateRangeError, Dates};
pub use ids::{BatchId, Hash256, IdError, TenantId};
pub use inserted::inserted;
pub use money::{Money, MoneyError, parse_scaled};
pub use month::Month;
pub use quantity::{Quantity, QuantityError};
pub use ratio::{Ratio, RatioError};
pub use rounding::{Rounding, div_round};
pub use time_zone::{TimeZone, TimeZoneError, Timestamp};
