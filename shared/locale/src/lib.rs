//! What people read, in Turkish and English: numbers, money and dates ([`format`]), and what metrics are
//! called and mean. The same on the phone, in the page that the edge sends, and in what is exported.
//!
//! Out of scope: the sentences of an interface, which are its own.

pub mod format;
mod metrics;
mod turkish;

use serde::{Deserialize, Serialize};

pub use metrics::{metric_definition, metric_name};

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
