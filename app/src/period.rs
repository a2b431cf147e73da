//! The days that are looked at: presets, a number of last days, or a free range.

use kernel::{Date, DateRange, FiscalYear};

/// Which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// What suits the data: its last 30 complete days, or its last year where it ended long ago.
    Default,
    /// So many complete days.
    Last(u16),
    /// This month so far.
    ThisMonth,
    /// The month before.
    LastMonth,
    /// This quarter of the fiscal year so far.
    ThisQuarter,
    /// This fiscal year so far.
    ThisYear,
    /// The fiscal year before.
    LastYear,
    /// All days with data.
    All,
    /// These days.
    Days(DateRange),
}

impl Period {
    /// What can be chosen without naming days.
    pub const PRESETS: [Period; 9] = [
        Period::Last(7),
        Period::Last(30),
        Period::Last(90),
        Period::ThisMonth,
        Period::LastMonth,
        Period::ThisQuarter,
        Period::ThisYear,
        Period::LastYear,
        Period::All,
    ];

    /// Name in the address.
    pub fn name(self) -> String {
        match self {
            Period::Default => String::new(),
            Period::Last(days) => format!("last-{days}"),
            Period::ThisMonth => "this-month".to_owned(),
            Period::LastMonth => "last-month".to_owned(),
            Period::ThisQuarter => "this-quarter".to_owned(),
            Period::ThisYear => "this-year".to_owned(),
            Period::LastYear => "last-year".to_owned(),
            Period::All => "all".to_owned(),
            Period::Days(range) => format!("{}..{}", range.from(), range.to()),
        }
    }

    /// The period of a name; the default for one that is not known.
    pub fn from_name(name: &str) -> Period {
        if let Some(found) = Period::PRESETS
            .into_iter()
            .find(|period| period.name() == name)
        {
            return found;
        }
        if let Some(days) = name
            .strip_prefix("last-")
            .and_then(|days| days.parse().ok())
        {
            return if (1..=3_650).contains(&days) {
                Period::Last(days)
            } else {
                Period::Default
            };
        }
        let days = name
            .split_once("..")
            .and_then(|(from, to)| DateRange::new(from.parse().ok()?, to.parse().ok()?).ok());
        days.map_or(Period::Default, Period::Days)
    }

    /// The days meant: complete ones only, up to yesterday.
    pub fn days(
        self,
        today: Date,
        fiscal_year: FiscalYear,
        extent: Option<DateRange>,
    ) -> Option<DateRange> {
        let yesterday = today.add_days(-1).ok()?;
        let last = |to: Date, days: i32| DateRange::new(to.add_days(1 - days).ok()?, to).ok();
        let up_to_now = |from: Date| DateRange::new(from, yesterday.max(from)).ok();
        match self {
            Period::Default => dashboard::default_range(extent, today),
            Period::Last(days) => last(yesterday, i32::from(days)),
            Period::ThisMonth => up_to_now(today.first_of_month()),
            Period::LastMonth => {
                let end = today.first_of_month().add_days(-1).ok()?;
                DateRange::new(end.first_of_month(), end).ok()
            }
            Period::ThisQuarter => up_to_now(fiscal_year.quarter_start_date(today)),
            Period::ThisYear => up_to_now(fiscal_year.year_start_date(today)),
            Period::LastYear => {
                let end = fiscal_year.year_start_date(today).add_days(-1).ok()?;
                DateRange::new(fiscal_year.year_start_date(end), end).ok()
            }
            Period::All => extent,
            Period::Days(range) => Some(range),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn range(from: &str, to: &str) -> DateRange {
        DateRange::new(date(from), date(to)).expect("a range")
    }

    #[test]
    fn periods_are_complete_days() {
        let today = date("2026-11-23");
        let data = Some(range("2024-11-24", "2026-11-23"));
        for (period, days) in [
            (Period::Default, range("2026-10-24", "2026-11-22")),
            (Period::Last(7), range("2026-11-16", "2026-11-22")),
            (Period::ThisMonth, range("2026-11-01", "2026-11-22")),
            (Period::LastMonth, range("2026-10-01", "2026-10-31")),
            (Period::ThisQuarter, range("2026-10-01", "2026-11-22")),
            (Period::LastYear, range("2025-01-01", "2025-12-31")),
        ] {
            let told = period.days(today, FiscalYear::CALENDAR, data);
            assert_eq!(told, Some(days), "{period:?}");
        }
    }

    #[test]
    fn quarters_and_years_are_those_of_the_fiscal_year() {
        let today = date("2026-11-23");
        for (first_month, period, days) in [
            (2, Period::ThisQuarter, range("2026-11-01", "2026-11-22")),
            (2, Period::ThisYear, range("2026-02-01", "2026-11-22")),
            (2, Period::LastYear, range("2025-02-01", "2026-01-31")),
            (4, Period::ThisQuarter, range("2026-10-01", "2026-11-22")),
            (4, Period::LastYear, range("2025-04-01", "2026-03-31")),
            (12, Period::ThisYear, range("2025-12-01", "2026-11-22")),
        ] {
            let fiscal_year = FiscalYear::new(first_month).expect("a month");
            let told = period.days(today, fiscal_year, None);
            assert_eq!(told, Some(days), "{first_month} {period:?}");
        }
    }

    #[test]
    fn data_that_ended_long_ago_is_looked_at_as_a_year() {
        let extent = range("2010-12-01", "2011-12-09");
        let days = Period::Default.days(date("2026-11-23"), FiscalYear::CALENDAR, Some(extent));
        assert_eq!(days, Some(range("2010-12-10", "2011-12-09")));
    }
}
