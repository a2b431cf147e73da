//! What is drawn over the lines of a trend: a forecast with its band, and marks.

use std::collections::BTreeMap;

use charming::element::{AreaStyle, ItemStyle, LineStyle, LineStyleType, Symbol};
use charming::series::Line;
use kernel::Date;
use protocol::{Band, Look, Marks, Trend, TrendRole};

use super::drawn;
use super::trend::{line, style};

/// The stack that lifts the band to its lower end.
const BAND_STACK: &str = "band";

/// The band as an invisible line at its lower end with its width stacked on top, and its mean. It starts
/// at the last value of the history, so that no gap is left between them.
pub(super) fn band_lines(
    trend: &Trend,
    band: &Band,
    place: &BTreeMap<Date, usize>,
    look: &Look,
) -> Vec<Line> {
    let hue = look.theme.forecast.as_str();
    let mut lower = vec![None; place.len()];
    let mut width = vec![None; place.len()];
    let mut mean = vec![None; place.len()];
    let mut put = |period: &Date, at_mean: f64, at_lower: f64, at_upper: f64| {
        let Some(slot) = place.get(period) else {
            return;
        };
        for (values, value) in [
            (&mut mean, at_mean),
            (&mut lower, at_lower),
            (&mut width, at_upper - at_lower),
        ] {
            if let Some(target) = values.get_mut(*slot) {
                *target = drawn(Some(value));
            }
        }
    };
    if let Some((period, value)) = last_before(trend, band) {
        put(&period, value, value, value);
    }
    for (at, period) in band.periods.iter().enumerate() {
        if let (Some(mean), Some(lower), Some(upper)) =
            (band.mean.get(at), band.lower.get(at), band.upper.get(at))
        {
            put(period, *mean, *lower, *upper);
        }
    }
    let invisible = LineStyle::new().opacity(0).width(0);
    let edge = |values| {
        line(&band.name, hue, values)
            .stack(BAND_STACK)
            .line_style(invisible.clone())
            .symbol(Symbol::None)
            .silent(true)
            .z(1)
    };
    vec![
        edge(lower),
        edge(width).area_style(AreaStyle::new().color(hue).opacity(0.18)),
        line(&band.name, hue, mean)
            .line_style(style(hue, 2.0, LineStyleType::Dashed))
            .z(2),
    ]
}

/// Marks as a line of points without the line.
pub(super) fn mark_line(marks: &Marks, place: &BTreeMap<Date, usize>, look: &Look) -> Line {
    let mut values = vec![None; place.len()];
    for (period, value) in marks.periods.iter().zip(&marks.values) {
        let slot = place.get(period).and_then(|slot| values.get_mut(*slot));
        if let Some(target) = slot {
            *target = drawn(Some(*value));
        }
    }
    let hue = look.theme.bad.as_str();
    Line::new()
        .name(marks.name.as_str())
        .symbol(Symbol::Diamond)
        .symbol_size(11)
        .show_symbol(true)
        .line_style(LineStyle::new().opacity(0).width(0))
        .item_style(ItemStyle::new().color(hue))
        .data(values)
        .z(4)
}

/// The last whole period of the main series before the band, with its value.
fn last_before(trend: &Trend, band: &Band) -> Option<(Date, f64)> {
    let first = *band.periods.first()?;
    let main = trend
        .series
        .iter()
        .find(|series| series.role == TrendRole::Main)?;
    let mut pairs = trend.periods.iter().zip(&main.values).rev();
    let (period, value) = pairs.find(|(period, _)| **period < first)?;
    Some((*period, drawn(*value)?))
}
