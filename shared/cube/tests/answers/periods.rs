//! Periods as a person finds them: by walking back to their first day.

use cube::CalendarRules;
use kernel::Date;
use model::schema::Dimension;

/// The key of the period that holds a day, found by walking back to its first day.
pub fn period(dimension: Dimension, day: Date, rules: &CalendarRules) -> String {
    let starts_fiscal =
        |month: u8, length: u8| (month + 12 - rules.fiscal_first_month).is_multiple_of(length);
    let is_start = |day: Date| match dimension {
        Dimension::Week => day.weekday() == rules.week_start.weekday(),
        Dimension::Month => day.day_of_month() == 1,
        Dimension::Quarter => day.day_of_month() == 1 && starts_fiscal(day.month_of_year(), 3),
        Dimension::Year => day.day_of_month() == 1 && starts_fiscal(day.month_of_year(), 12),
        _ => true,
    };
    if dimension == Dimension::Weekday {
        return day.weekday().number().to_string();
    }
    let mut start = day;
    while !is_start(start) {
        start = start.add_days(-1).expect("in range");
    }
    start.to_string()
}

/// Whether running figures run along a dimension.
pub fn is_run_along(dimension: Dimension) -> bool {
    let is_age = dimension == Dimension::MonthsSinceFirstOrder;
    is_age || dimension.is_time() && dimension != Dimension::Weekday
}
