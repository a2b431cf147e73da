//! Periods of the tenant's calendar, which of them are complete, and what a range is compared with.
//!
//! The current period is partial until its last day is over: it is left out of comparisons and of
//! forecasts, and marked where it is shown. Out of scope: grouping facts by period (`cube`).

use kernel::{Date, DateRange, FiscalYear, WeekStart};
use serde::{Deserialize, Serialize};

use crate::profile::TenantProfile;
use crate::schema::Dimension;

/// The length of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grain {
    /// The tenant's local day.
    Day,
    /// Seven days from the tenant's week start.
    Week,
    /// Calendar month.
    Month,
    /// Quarter of the tenant's fiscal year.
    Quarter,
    /// The tenant's fiscal year.
    Year,
}

impl Grain {
    /// Every grain, the finest first.
    pub const ALL: [Grain; 5] = [
        Grain::Day,
        Grain::Week,
        Grain::Month,
        Grain::Quarter,
        Grain::Year,
    ];

    /// The grain of a time dimension; `None` for any other and for `Weekday`, which is no period.
    pub const fn of(dimension: Dimension) -> Option<Grain> {
        match dimension {
            Dimension::Day => Some(Grain::Day),
            Dimension::Week => Some(Grain::Week),
            Dimension::Month => Some(Grain::Month),
            Dimension::Quarter => Some(Grain::Quarter),
            Dimension::Year => Some(Grain::Year),
            _ => None,
        }
    }
}

/// The tenant's calendar: where weeks and fiscal years start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// First day of the week.
    pub week_start: WeekStart,
    /// The fiscal year.
    pub fiscal_year: FiscalYear,
}

impl TenantProfile {
    /// The calendar that every figure of this tenant follows.
    pub const fn calendar(&self) -> Calendar {
        Calendar {
            week_start: self.week_start,
            fiscal_year: self.fiscal_year,
        }
    }
}

impl Calendar {
    /// The first day of the period that holds `date`.
    pub fn period_start(self, grain: Grain, date: Date) -> Date {
        match grain {
            Grain::Day => date,
            Grain::Week => date.week_start_date(self.week_start),
            Grain::Month => date.first_of_month(),
            Grain::Quarter => self.fiscal_year.quarter_start_date(date),
            Grain::Year => self.fiscal_year.year_start_date(date),
        }
    }

    /// All days of the period that holds `date`. At the ends of the supported years it is cut off.
    pub fn period(self, grain: Grain, date: Date) -> DateRange {
        let start = self.period_start(grain, date);
        let next = match grain {
            Grain::Day => return DateRange::day(date),
            Grain::Week => start.add_days(7),
            Grain::Month => start.add_months(1),
            Grain::Quarter => start.add_months(3),
            Grain::Year => start.add_months(12),
        };
        let last = next.and_then(|next| next.add_days(-1)).unwrap_or(Date::MAX);
        DateRange::new(start, last).unwrap_or(DateRange::day(date))
    }

    /// The last day of the newest period that is over: yesterday for days, last Sunday for weeks that
    /// start on Monday. `today` itself is never over.
    ///
    /// ```
    /// use kernel::Date;
    /// use model::period::{Calendar, Grain};
    /// let today: Date = "2026-11-23".parse()?; // a Monday
    /// let through = |grain| Calendar::default().complete_through(grain, today).to_string();
    /// assert_eq!(through(Grain::Day), "2026-11-22");
    /// assert_eq!(through(Grain::Week), "2026-11-22");
    /// assert_eq!(through(Grain::Month), "2026-10-31");
    /// # Ok::<(), kernel::DateError>(())
    /// ```
    pub fn complete_through(self, grain: Grain, today: Date) -> Date {
        self.period_start(grain, today)
            .add_days(-1)
            .unwrap_or(Date::MIN)
    }

    /// Whether the period that holds `date` is not over on `today`.
    pub fn is_partial(self, grain: Grain, date: Date, today: Date) -> bool {
        self.period(grain, date).to() >= today
    }

    /// The complete periods that lie within `range` as a whole: what a forecast may learn from.
    /// `None` where there is not one.
    pub fn complete_periods(
        self,
        grain: Grain,
        range: DateRange,
        today: Date,
    ) -> Option<DateRange> {
        let first = self.period(grain, range.from());
        let from = if first.from() == range.from() {
            range.from()
        } else {
            first.to().add_days(1).ok()?
        };
        let last = self.period(grain, range.to());
        let to = if last.to() == range.to() {
            range.to()
        } else {
            last.from().add_days(-1).ok()?
        };
        DateRange::new(from, to.min(self.complete_through(grain, today))).ok()
    }
}

/// A range of complete days and the ranges that it is fairly compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The days of the range that are over.
    pub current: DateRange,
    /// As many days just before the range asked for.
    pub previous: Option<DateRange>,
    /// The same calendar dates a year earlier.
    pub last_year: Option<DateRange>,
}

impl Comparison {
    /// What to compare when `range` is asked for on `today`; `None` where no day of it is over.
    ///
    /// Today is left out on both sides. A range that has just begun is compared with the same number
    /// of days of what came before it: on the 23rd, 22 days of this month with the 22 days before it.
    pub fn new(range: DateRange, today: Date) -> Option<Comparison> {
        let yesterday = today.add_days(-1).ok()?;
        let current = DateRange::new(range.from(), range.to().min(yesterday)).ok()?;
        Some(Comparison {
            current,
            previous: current.previous(),
            last_year: current.last_year(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn range(from: &str, to: &str) -> DateRange {
        DateRange::new(date(from), date(to)).unwrap()
    }

    #[test]
    fn rule_3_today_is_left_out_of_comparisons() {
        let november = range("2026-11-01", "2026-11-30");
        let comparison = Comparison::new(november, date("2026-11-23")).unwrap();
        assert_eq!(comparison.current, range("2026-11-01", "2026-11-22"));
        assert_eq!(comparison.previous, Some(range("2026-10-10", "2026-10-31")));
        assert_eq!(
            comparison.last_year,
            Some(range("2025-11-01", "2025-11-22"))
        );
        assert_eq!(Comparison::new(november, date("2026-11-01")), None);
        let past = range("2026-09-01", "2026-09-30");
        assert_eq!(
            Comparison::new(past, date("2026-11-23")).unwrap().current,
            past
        );
    }

    #[test]
    fn rule_4_week_and_fiscal_year_belong_to_the_tenant() {
        let sunday = Calendar {
            week_start: WeekStart::Sunday,
            ..Calendar::default()
        };
        assert_eq!(
            sunday.period(Grain::Week, date("2026-11-23")),
            range("2026-11-22", "2026-11-28")
        );
        let july = Calendar {
            fiscal_year: FiscalYear::new(7).unwrap(),
            ..Calendar::default()
        };
        assert_eq!(
            july.period(Grain::Year, date("2026-11-23")),
            range("2026-07-01", "2027-06-30")
        );
        assert_eq!(
            july.period(Grain::Quarter, date("2027-02-01")),
            range("2027-01-01", "2027-03-31")
        );
        let mut profile = TenantProfile::new(kernel::TenantId::new("acme").unwrap(), "Acme");
        profile.week_start = WeekStart::Saturday;
        assert_eq!(profile.calendar().week_start, WeekStart::Saturday);
        // The same instant is another day for a tenant elsewhere.
        let instant = kernel::Timestamp::from_millis(1_795_386_600_000);
        assert_eq!(profile.today(instant), Ok(date("2026-11-23")));
        profile.time_zone = kernel::TimeZone::from_name("America/New_York").unwrap();
        assert_eq!(profile.today(instant), Ok(date("2026-11-22")));
    }

    #[test]
    fn a_forecast_learns_from_whole_periods_only() {
        let calendar = Calendar::default();
        let asked = range("2026-01-15", "2026-11-30");
        assert_eq!(
            calendar.complete_periods(Grain::Month, asked, date("2026-11-23")),
            Some(range("2026-02-01", "2026-10-31"))
        );
        assert_eq!(
            calendar.complete_periods(Grain::Day, asked, date("2026-11-23")),
            Some(range("2026-01-15", "2026-11-22"))
        );
        assert_eq!(
            calendar.complete_periods(Grain::Year, asked, date("2026-11-23")),
            None
        );
    }

    proptest! {
        #[test]
        fn periods_tile_the_calendar(days in -20_000_i32..80_000, first_month in 1_u8..=12) {
            let day = Date::from_days(days).unwrap();
            for week_start in [WeekStart::Monday, WeekStart::Sunday, WeekStart::Saturday] {
                let calendar = Calendar { week_start, fiscal_year: FiscalYear::new(first_month).unwrap() };
                for grain in Grain::ALL {
                    let period = calendar.period(grain, day);
                    prop_assert!(period.contains(day));
                    prop_assert_eq!(calendar.period(grain, period.from()), period);
                    prop_assert_eq!(calendar.period(grain, period.to()), period);
                    let next = calendar.period(grain, period.to().add_days(1).unwrap());
                    prop_assert_eq!(next.from(), period.to().add_days(1).unwrap());
                    // Today's own period is partial, the one before it is not.
                    prop_assert!(calendar.is_partial(grain, day, day));
                    let complete = calendar.complete_through(grain, day);
                    prop_assert!(complete < day && !calendar.is_partial(grain, complete, day));
                }
            }
        }
    }
}
