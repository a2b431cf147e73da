//! Numbers, money and dates as people read them, in Turkish and English: the same in tiles, tables and
//! charts.
//!
//! Separators and short forms follow CLDR 46, but for Turkish money, whose symbol follows the number as
//! it is written on Turkish price tags. Spaces inside a number do not break (U+00A0).
//!
//! Out of scope: sentences (each interface's own catalogue) and reading numbers (`ingest`).

mod dates;
mod numbers;

pub use dates::{
    date, date_long, date_range, day_of_period, month, month_name, period, weekday, weekday_short,
};
pub use numbers::{
    bytes, change, compact, decimal, money, money_compact, percent, symbol, value, value_compact,
    whole,
};
