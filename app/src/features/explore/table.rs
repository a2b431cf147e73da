//! The pivot table's cells, names and totals, from the answers of the engine.

use std::collections::BTreeMap;

use cube::query::{Answer, Member, Row, Value};
use kernel::Date;
use leptos::prelude::*;
use locale::format;
use model::metrics::{MetricId, Unit};
use model::period::Grain;
use model::schema::Dimension;

use crate::drill::is_drillable;
use crate::features::dimension_text;
use crate::i18n::{Text, words};
use crate::state::App;
use crate::view_state::Figure;

/// A table as it is on screen.
#[derive(Clone, Default)]
pub(super) struct Table {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// By row and by column, the key of its member; empty where it cannot be looked into.
    pub(super) row_keys: Vec<String>,
    pub(super) column_keys: Vec<String>,
    pub(super) total: Vec<String>,
    /// By cell of `rows`, how near it is to the largest, in percent; empty where cells are not shaded.
    pub(super) heat: Vec<Vec<Option<u8>>>,
}

/// The periods that members stand for.
const fn grain_of(dimension: Dimension) -> Option<Grain> {
    match dimension {
        Dimension::FirstOrderMonth => Some(Grain::Month),
        other => Grain::of(other),
    }
}

/// The table of three answers: of the cells, of the rows' totals and of the columns'.
pub(super) fn build(
    app: App,
    metric: MetricId,
    (rows, columns): (Dimension, Dimension),
    figure: Figure,
    answers: &[Answer],
) -> Table {
    let [cells, by_row, by_column] = answers else {
        return Table::default();
    };
    let (locale, currency) = (app.locale.get(), app.currency());
    let unit = metric.metric().unit;
    let text = |value: Option<Value>, unit| {
        value
            .map(|value| format::value(value, unit, currency, locale))
            .unwrap_or_default()
    };
    // What was asked beside the value is what is shown; a margin that cannot have it shows the value.
    let first = |row: &Row| match row.derived.first() {
        Some(derived) => text(*derived, figure.unit(unit)),
        None => text(row.values.first().copied().flatten(), unit),
    };
    let name = |dimension: Dimension, member: &Member| member_name(app, dimension, member);
    let members = |answer: &Answer| -> Vec<Member> {
        answer
            .rows
            .iter()
            .filter_map(|row| row.members.first().cloned())
            .collect()
    };
    let across = members(by_column);
    // The largest cell is the warmest, in tables of cohorts only: elsewhere shades would say little.
    let number = |row: &Row| {
        let shown = row
            .derived
            .first()
            .or(row.values.first())
            .copied()
            .flatten();
        shown.map(Value::as_f64)
    };
    let is_shaded = rows.is_of_first_orders() || columns.is_of_first_orders();
    let largest = cells.rows.iter().filter_map(number).fold(0.0, f64::max);
    let warmth = |value: f64| match is_shaded && largest > 0.0 && value > 0.0 {
        true => Some((100.0 * value / largest).round() as u8),
        false => None,
    };
    let mut found: BTreeMap<(&str, &str), (String, Option<u8>)> = BTreeMap::new();
    for row in &cells.rows {
        if let [down, over] = row.members.as_slice() {
            let cell = (first(row), number(row).and_then(warmth));
            found.insert((&down.key, &over.key), cell);
        }
    }
    let mut header = vec![words(dimension_text(rows), locale).to_owned()];
    header.extend(across.iter().map(|member| name(columns, member)));
    header.push(words(Text::Total, locale).to_owned());
    let lines = by_row.rows.iter().filter_map(|row| {
        let down = row.members.first()?;
        let mut line = vec![name(rows, down)];
        let mut heat = vec![None];
        for over in &across {
            let cell = found.get(&(down.key.as_str(), over.key.as_str()));
            let (text, warmth) = cell.cloned().unwrap_or_default();
            line.push(text);
            heat.push(warmth);
        }
        line.push(match figure {
            Figure::ShareOfRow => {
                let own = |cell: &&Row| cell.members.first() == Some(down);
                text(whole_of(cells.rows.iter().filter(own)), Unit::Percent)
            }
            _ => first(row),
        });
        Some((line, heat))
    });
    let (lines, heat) = lines.unzip();
    let mut total = vec![words(Text::Total, locale).to_owned()];
    total.extend(by_column.rows.iter().map(first));
    total.push(match figure {
        Figure::ShareOfTotal | Figure::ShareOfRow => text(whole_of(&by_row.rows), Unit::Percent),
        Figure::Rank => String::new(),
        _ => first(&by_row.total),
    });
    let keys = |members: Vec<Member>, dimension| -> Vec<String> {
        let members = members.into_iter().filter(|_| is_drillable(dimension));
        members.map(|member| member.key).collect()
    };
    Table {
        header,
        row_keys: keys(members(by_row), rows),
        column_keys: keys(across, columns),
        rows: lines,
        total,
        heat,
    }
}

/// What rows with shares of one whole come to: all of it, or nothing that is known where no share is.
fn whole_of<'r>(rows: impl IntoIterator<Item = &'r Row>) -> Option<Value> {
    let mut shares = rows.into_iter().filter_map(|row| *row.derived.first()?);
    shares.next().map(|_| Value::Real(1.0))
}

fn member_name(app: App, dimension: Dimension, member: &Member) -> String {
    let locale = app.locale.get();
    let fiscal_year = app
        .profile
        .read()
        .as_ref()
        .map_or(kernel::FiscalYear::CALENDAR, |profile| profile.fiscal_year);
    if dimension == Dimension::Weekday {
        let number = member.key.parse::<i32>().unwrap_or(1);
        // 1 January 2024 was a Monday.
        let day = Date::from_ymd(2024, 1, 1).and_then(|monday| monday.add_days(number - 1));
        return day
            .map(|day| format::weekday(day.weekday(), locale).to_owned())
            .unwrap_or_default();
    }
    match (grain_of(dimension), member.key.parse::<Date>()) {
        (Some(grain), Ok(day)) => format::period(grain, day, fiscal_year, locale),
        _ if member.label == "-" => words(Text::Unknown, locale).to_owned(),
        _ => member.label.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_known_where_a_share_of_it_is() {
        let row = |share: Option<f64>| Row {
            members: Vec::new(),
            values: vec![share.map(Value::Real)],
            compared: Vec::new(),
            derived: vec![share.map(Value::Real)],
            partial: false,
            others: false,
        };
        let unknown = [row(None), row(None)];
        assert_eq!(whole_of(&unknown), None);
        assert_eq!(whole_of(&[]), None);
        let known = [row(None), row(Some(1.25)), row(Some(-0.25))];
        assert_eq!(whole_of(&known), Some(Value::Real(1.0)));
    }
}
