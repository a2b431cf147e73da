//! Numbers, money and dates as people read them, in Turkish and English: the same in tiles, tables and
//! charts.
//!
//! Separators and short forms follow CLDR 46, but for Turkish money, whose symbol follows the number as
//! it is written on Turkish price tags. Spaces inside a number do not break (U+00A0).
//!
//! Out of scope: sentences (the app's catalogue) and reading numbers (`ingest`).

mod dates;
mod numbers;

use serde::{Deserialize, Serialize};

pub use dates::{
    date, date_long, date_range, day_of_period, month, month_name, period, weekday, weekday_short,
};
pub use numbers::{
    bytes, change, compact, decimal, money, money_compact, percent, symbol, value, value_compact,
    whole,
};

/// A language with its way of writing numbers and dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Locale {
    /// Turkish as in Türkiye.
    #[default]
    #[serde(rename = "tr")]
    Turkish,
    /// English as in the United States, with days before months in dates as the world does.
    #[serde(rename = "en")]
    English,
}

impl Locale {
    /// Every locale.
    pub const ALL: [Locale; 2] = [Locale::Turkish, Locale::English];

    /// The language tag: `tr` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Locale::Turkish => "tr",
            Locale::English => "en",
        }
    }

    /// The locale of a language tag such as `tr-TR`, if there is one.
    pub fn from_tag(tag: &str) -> Option<Locale> {
        let language = tag.split(['-', '_']).next().unwrap_or(tag);
        Locale::ALL
            .into_iter()
            .find(|locale| language.eq_ignore_ascii_case(locale.tag()))
    }
}
