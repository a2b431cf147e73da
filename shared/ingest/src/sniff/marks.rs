//! Which decimal mark and which order of dates the values of a file show.

use crate::{DateOrder, DecimalMark, Format, Preset};

/// What values show of how they are to be read.
pub(super) struct Shown<'v, T> {
    /// The likeliest.
    pub(super) likeliest: T,
    /// Header and text of a value that can be read in another way, where nothing decides.
    pub(super) doubtful: Option<(&'v str, &'v str)>,
}

/// The decimal mark that the numbers show; without evidence, what goes with the delimiter.
pub(super) fn decimal_of<'v>(
    values: impl Iterator<Item = (&'v str, &'v str)>,
    format: Format,
) -> Shown<'v, DecimalMark> {
    let (mut points, mut commas) = (0_u32, 0_u32);
    let mut doubtful = None;
    for (header, value) in values {
        let digits_after = |mark: char| {
            value
                .rsplit_once(mark)
                .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).count())
        };
        match (value.rfind('.'), value.rfind(',')) {
            (Some(point), Some(comma)) if point > comma => points += 3,
            (Some(_), Some(_)) => commas += 3,
            // One mark before exactly three digits may be grouping: no evidence.
            (Some(_), None) if value.matches('.').count() > 1 => commas += 1,
            (None, Some(_)) if value.matches(',').count() > 1 => points += 1,
            (Some(_), None) if digits_after('.') != Some(3) => points += 1,
            (None, Some(_)) if digits_after(',') != Some(3) => commas += 1,
            (None, None) => {}
            _ => doubtful = doubtful.or(Some((header, value))),
        }
    }
    let is_decided = (points == 0) != (commas == 0);
    // Numbers of JSON have a point; texts that hold numbers show what they have.
    let doubtful = doubtful.filter(|_| !is_decided && format != Format::Json);
    let likeliest = match points.cmp(&commas) {
        std::cmp::Ordering::Greater => DecimalMark::Point,
        std::cmp::Ordering::Less => DecimalMark::Comma,
        std::cmp::Ordering::Equal if format == (Format::Delimited { delimiter: b';' }) => {
            DecimalMark::Comma
        }
        std::cmp::Ordering::Equal => DecimalMark::Point,
    };
    Shown {
        likeliest,
        doubtful,
    }
}

/// The order of dates that the values show: a number above 12 is a day.
pub(super) fn date_order_of<'v>(
    values: impl Iterator<Item = (&'v str, &'v str)>,
    preset: Option<Preset>,
) -> Shown<'v, DateOrder> {
    let (mut day_first, mut month_first) = (0_u32, 0_u32);
    let mut doubtful = None;
    for (header, value) in values {
        let mut parts = value.split(['/', '.', '-', ' ']);
        let mut number = || {
            parts
                .next()
                .filter(|part| part.len() <= 2)?
                .parse::<u8>()
                .ok()
        };
        if let (Some(first), Some(second)) = (number(), number()) {
            day_first += u32::from(first > 12 && second <= 12);
            month_first += u32::from(second > 12 && first <= 12);
            let is_doubtful = (1..=12).contains(&first) && (1..=12).contains(&second);
            doubtful = doubtful.or(is_doubtful.then_some((header, value)));
        }
    }
    let is_american = preset == Some(Preset::UciOnlineRetail);
    let is_decided = is_american || (day_first == 0) != (month_first == 0);
    let likeliest = match day_first.cmp(&month_first) {
        std::cmp::Ordering::Greater => DateOrder::DayFirst,
        std::cmp::Ordering::Less => DateOrder::MonthFirst,
        std::cmp::Ordering::Equal if is_american => DateOrder::MonthFirst,
        std::cmp::Ordering::Equal => DateOrder::DayFirst,
    };
    Shown {
        likeliest,
        doubtful: doubtful.filter(|_| !is_decided),
    }
}
