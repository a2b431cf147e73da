//! Occasions that move sales: as they are named in answers.
//!
//! Out of scope: on which days they fall (`forecast::calendar_regressors`), and their names in a language.

use kernel::Date;
use serde::{Deserialize, Serialize};

/// Why a day may sell more or less than others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// A public holiday on a fixed date.
    PublicHoliday,
    /// The month of fasting.
    Ramazan,
    /// The ten days before the feast that ends it.
    BeforeRamazanFeast,
    /// That feast with its eve.
    RamazanFeast,
    /// The ten days before the feast of sacrifice.
    BeforeKurbanFeast,
    /// The feast of sacrifice with its eve.
    KurbanFeast,
    /// The week up to 14 February.
    ValentinesDay,
    /// The week up to Mother's Day.
    MothersDay,
    /// The week up to Father's Day.
    FathersDay,
    /// 10 and 11 November.
    SinglesDay,
    /// Black Friday itself.
    BlackFriday,
    /// The other days of its week.
    BlackWeek,
    /// The last two weeks of the year.
    YearEnd,
}

impl Occasion {
    /// Every occasion, in the order of `forecast::Occasion`.
    pub const ALL: [Occasion; 13] = [
        Occasion::PublicHoliday,
        Occasion::Ramazan,
        Occasion::BeforeRamazanFeast,
        Occasion::RamazanFeast,
        Occasion::BeforeKurbanFeast,
        Occasion::KurbanFeast,
        Occasion::ValentinesDay,
        Occasion::MothersDay,
        Occasion::FathersDay,
        Occasion::SinglesDay,
        Occasion::BlackFriday,
        Occasion::BlackWeek,
        Occasion::YearEnd,
    ];
}

/// An occasion among the steps of a forecast.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastOccasion {
    /// What it is.
    pub occasion: Occasion,
    /// Its first day among the steps.
    pub from: Date,
    /// Its last day among the steps.
    pub to: Date,
    /// What it adds, as a share of what would be expected without: -0.12 is 12 % less. `None` where the history
    /// shows no effect of it, or where forecasts that knew of such days were no better.
    pub share: Option<f64>,
}

/// What an occasion adds to each step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastEffect {
    /// What it is.
    pub occasion: Occasion,
    /// What it adds to each step, in the metric's unit.
    pub adds: Vec<f64>,
}
