//! Exact quotas without asking for each request: leases.
//!
//! One [`Ledger`] per company knows how much of the day's and the month's quota was given out. Each isolate
//! holds a [`Purse`]: it spends what it was given and asks for more when that is gone, about as much as it has
//! spent in the last second. What is given out is written down before it is used, so however isolates come, go
//! or crash, no more is spent than the quota. What an isolate holds when it ends is lost; the less is left, the
//! less is given at once, so that little is.
//!
//! Days and months are those of UTC, by the ledger's clock. Out of scope: keeping the ledger.

use kernel::Date;
use serde::{Deserialize, Serialize};

/// The most that is given at once.
pub const GRANT_MAX: u32 = 1_000;
/// What is left is never given to fewer than this.
const SHARES: u64 = 32;
const DAY_MILLIS: i64 = 86_400_000;

/// How many requests a company may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// In a day.
    #[cfg_attr(feature = "openapi", schemars(range(max = 4_294_967_295_u32)))]
    pub day: u32,
    /// In a calendar month.
    #[cfg_attr(feature = "openapi", schemars(range(max = 4_294_967_295_u32)))]
    pub month: u32,
}

/// What was given out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The day, in days since 1970.
    pub day: i32,
    /// Given out on that day.
    pub day_given: u32,
    /// The month, in months since year 0.
    pub month: i32,
    /// Given out in that month.
    pub month_given: u32,
}

/// What an isolate gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Requests.
    pub count: u32,
    /// The quota that it is of.
    pub quota: Quota,
    /// Left of the day after it.
    pub day_left: u32,
    /// Left of the month after it.
    pub month_left: u32,
    /// When the day ends, and the grant with it, in milliseconds since 1970.
    pub day_ends: i64,
    /// When the month ends.
    pub month_ends: i64,
}

impl Grant {
    /// When there will be more, where there is nothing left.
    pub const fn more_at(&self) -> i64 {
        if self.month_left == 0 {
            self.month_ends
        } else {
            self.day_ends
        }
    }
}

impl Ledger {
    /// Gives out up to `asked`, at least one where there is any left. A clock that goes back opens no window
    /// again.
    pub fn give(&mut self, quota: Quota, asked: u32, now_millis: i64) -> Grant {
        self.turn(now_millis);
        let left = self.told(quota, 0);
        let available = left.day_left.min(left.month_left);
        let share = u32::try_from(u64::from(available).div_ceil(SHARES)).unwrap_or(GRANT_MAX);
        let count = asked.clamp(1, GRANT_MAX).min(share);
        self.day_given += count;
        self.month_given += count;
        self.told(quota, count)
    }

    /// What is left to be given: a grant of nothing, which changes nothing.
    pub fn left(mut self, quota: Quota, now_millis: i64) -> Grant {
        self.turn(now_millis);
        self.told(quota, 0)
    }

    /// Opens a new day and a new month where they have begun.
    fn turn(&mut self, now_millis: i64) {
        let today = i32::try_from(now_millis.div_euclid(DAY_MILLIS)).unwrap_or(i32::MAX);
        if today > self.day {
            self.day = today;
            self.day_given = 0;
        }
        let month = month_of(self.day);
        if month > self.month {
            self.month = month;
            self.month_given = 0;
        }
    }

    fn told(&self, quota: Quota, count: u32) -> Grant {
        Grant {
            count,
            quota,
            day_left: quota.day.saturating_sub(self.day_given),
            month_left: quota.month.saturating_sub(self.month_given),
            day_ends: i64::from(self.day).saturating_add(1) * DAY_MILLIS,
            month_ends: end_of_month(self.day),
        }
    }
}

fn month_of(day: i32) -> i32 {
    Date::from_days(day).map_or(0, |date| {
        date.year() * 12 + i32::from(date.month_of_year()) - 1
    })
}

fn end_of_month(day: i32) -> i64 {
    let last = Date::from_days(day).map_or(day, |date| date.last_of_month().days());
    (i64::from(last) + 1) * DAY_MILLIS
}

/// What an isolate holds for a company.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purse {
    left: u32,
    /// The last grant.
    last: Option<Grant>,
    /// When it came, in milliseconds since 1970.
    came_at: i64,
    /// Spent since.
    spent: u32,
    /// Requests that wait for a grant.
    waiting: u32,
}

/// How long an isolate believes that nothing is left, in milliseconds: the quota may have been raised.
const REFUSAL_MILLIS: i64 = 1_000;
/// Over how long an isolate foresees what it will need, in milliseconds.
const FORESIGHT_MILLIS: i64 = 1_000;

/// What to do about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spend {
    /// It passes.
    Passes(Grant),
    /// Ask the ledger for so many, give them to [`Purse::put`], and try again.
    Ask(u32),
    /// Nothing is left.
    Refused(Grant),
}

impl Purse {
    /// Spends one.
    pub fn spend(&mut self, now_millis: i64) -> Spend {
        let Some(last) = self.last else {
            return self.ask(1);
        };
        if now_millis >= last.day_ends {
            // A grant is good on its own day.
            *self = Purse {
                waiting: self.waiting,
                ..Purse::default()
            };
            return self.ask(1);
        }
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            self.spent = self.spent.saturating_add(1);
            return Spend::Passes(last);
        }
        let since = now_millis.saturating_sub(self.came_at).max(0);
        if last.count == 0 && since < REFUSAL_MILLIS {
            return Spend::Refused(last);
        }
        let per_second = i64::from(self.spent) * FORESIGHT_MILLIS / since.max(1);
        self.ask(u32::try_from(per_second).unwrap_or(GRANT_MAX))
    }

    /// One request asks for all; those that come meanwhile ask for themselves only.
    fn ask(&mut self, foreseen: u32) -> Spend {
        let asked = if self.waiting == 0 { foreseen } else { 1 };
        self.waiting = self.waiting.saturating_add(1);
        Spend::Ask(asked.clamp(1, GRANT_MAX))
    }

    /// Takes what the ledger gave; added to what is held, for another grant may have come meanwhile. Nothing
    /// where asking failed.
    pub fn put(&mut self, grant: Option<Grant>, now_millis: i64) {
        self.waiting = self.waiting.saturating_sub(1);
        let Some(grant) = grant else {
            return;
        };
        if self.last.is_some_and(|last| last.day_ends > grant.day_ends) {
            return;
        }
        if self.last.is_none_or(|last| last.day_ends < grant.day_ends) {
            self.left = 0;
        }
        self.left = self.left.saturating_add(grant.count);
        self.last = Some(grant);
        self.came_at = now_millis;
        self.spent = 0;
    }

    /// What is held and not spent.
    pub const fn left(&self) -> u32 {
        self.left
    }
}

#[cfg(test)]
mod tests;
