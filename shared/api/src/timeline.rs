//! Sums of requests along time: every hour or day of a range, those without requests too.

use kernel::Date;

use crate::traffic::{ApiUsage, UsageBy, UsageSum};

/// The most days of a range that is shown by hour.
const HOURLY_DAYS_MAX: i32 = 7;

/// A range of days (UTC), both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

/// One hour or day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Its day.
    pub day: Date,
    /// Its hour, where it is one.
    pub hour: Option<u8>,
    /// What was asked in it.
    pub sum: UsageSum,
}

impl Span {
    /// The last days up to one; as many as there are where the calendar begins.
    pub fn last(days: i32, to: Date) -> Span {
        let from = Date::from_days(to.days() - (days - 1).max(0)).unwrap_or(to);
        Span { from, to }
    }

    /// How sums are told apart: by hour where the range is a week at the most.
    pub fn grain(self) -> UsageBy {
        match self.to.days() - self.from.days() < HOURLY_DAYS_MAX {
            true => UsageBy::Hour,
            false => UsageBy::Day,
        }
    }

    /// Every hour or day of the range with its sums. Of the last day only the hours up to `hour`: the others have not
    /// come yet.
    pub fn moments(self, usage: &ApiUsage, hour: u8) -> Vec<Moment> {
        let sum = |name: String| {
            let row = usage.rows.iter().find(|row| row.name == name);
            row.map(|row| row.sum).unwrap_or_default()
        };
        let days = self.from.days()..=self.to.days();
        let days = days.filter_map(|day| Date::from_days(day).ok());
        match usage.by {
            UsageBy::Hour => days
                .flat_map(|day| {
                    let last = if day == self.to { hour.min(23) } else { 23 };
                    (0..=last).map(move |hour| (day, hour))
                })
                .map(|(day, hour)| Moment {
                    day,
                    hour: Some(hour),
                    sum: sum(format!("{day}T{hour:02}")),
                })
                .collect(),
            _ => days
                .map(|day| Moment {
                    day,
                    hour: None,
                    sum: sum(day.to_string()),
                })
                .collect(),
        }
    }
}

impl UsageSum {
    /// Calls that were neither refused nor failed.
    pub const fn answered(&self) -> u64 {
        self.calls.saturating_sub(self.errors)
    }

    /// The share of errors in all calls; nothing where there were none.
    pub fn error_share(&self) -> Option<f64> {
        (self.calls > 0).then(|| self.errors as f64 / self.calls as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traffic::{QuotaLeft, QuotasLeft, UsageRow};

    fn usage(by: UsageBy, rows: &[(&str, u64, u64)]) -> ApiUsage {
        let left = QuotaLeft {
            allowed: 1,
            left: 1,
            ends_at: 0,
        };
        let row = |(name, calls, errors): &(&str, u64, u64)| UsageRow {
            name: (*name).to_owned(),
            sum: UsageSum {
                calls: *calls,
                errors: *errors,
                ..UsageSum::default()
            },
        };
        ApiUsage {
            by,
            rows: rows.iter().map(row).collect(),
            total: UsageSum::default(),
            is_cut: false,
            quota: QuotasLeft {
                day: left,
                month: left,
            },
        }
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn hours_without_requests_are_there_and_those_to_come_are_not() {
        let span = Span::last(2, day("2026-11-29"));
        assert_eq!(
            (span.from, span.grain()),
            (day("2026-11-28"), UsageBy::Hour)
        );
        let usage = usage(
            UsageBy::Hour,
            &[("2026-11-28T23", 4, 1), ("2026-11-29T09", 5, 0)],
        );
        let moments = span.moments(&usage, 9);
        assert_eq!(moments.len(), 24 + 10);
        let calls: u64 = moments.iter().map(|moment| moment.sum.calls).sum();
        assert_eq!(calls, 9);
        assert_eq!(moments[23].sum.calls, 4);
        assert_eq!(
            moments.last().map(|moment| (moment.hour, moment.sum.calls)),
            Some((Some(9), 5))
        );
    }

    #[test]
    fn longer_ranges_are_shown_by_day() {
        let span = Span::last(30, day("2026-11-29"));
        assert_eq!((span.from, span.grain()), (day("2026-10-31"), UsageBy::Day));
        assert_eq!(Span::last(7, span.to).grain(), UsageBy::Hour);
        let moments = span.moments(&usage(UsageBy::Day, &[("2026-11-01", 3, 3)]), 0);
        assert_eq!(moments.len(), 30);
        assert_eq!(moments[1].sum.calls, 3);
        assert_eq!(Span::last(0, span.to).from, span.to);
    }

    #[test]
    fn a_share_comes_of_its_sums() {
        let sum = UsageSum {
            calls: 8,
            errors: 2,
            ..UsageSum::default()
        };
        assert_eq!((sum.error_share(), sum.answered()), (Some(0.25), 6));
        assert_eq!(UsageSum::default().error_share(), None);
    }
}
