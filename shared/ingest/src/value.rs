//! Reading one cell: numbers, money and dates as people and programs write them.

mod currency_mark;
mod day;
mod number;

pub use currency_mark::CurrencyMark;
pub use day::{DateRules, clock_seconds, date};
pub use number::{Number, vat_basis_points, whole};
