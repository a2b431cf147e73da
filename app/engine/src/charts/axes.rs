//! Axes of values: round steps, and labels as words.
//!
//! ECharts can write the numbers of an axis only in its own way or by a function. So the axis itself is
//! mute, and each of its lines is a mark line that carries its label as fixed text.

use charming::component::Axis;
use charming::element::{
    AxisLabel, AxisLine, AxisTick, AxisType, Label, LabelPosition, LineStyle, LineStyleType,
    MarkLine, MarkLineData, MarkLineVariant, SplitLine, Symbol,
};
use model::metrics::Unit;
use protocol::Look;

use super::{label, literal, text_width};

/// The most steps of an axis.
const STEPS_MAX: usize = 200;

/// An axis of values: its round steps in ascending order, at least two.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Where lines are drawn, in the unit of the values.
    pub ticks: Vec<f64>,
    step: f64,
}

/// Which way values grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// Upwards.
    Top,
    /// To the right.
    Right,
}

impl Scale {
    /// The scale of values in about `steps` steps. Zero is on it, unless the values are far from zero
    /// and `may_float`.
    pub fn of(
        values: impl Iterator<Item = f64>,
        unit: Unit,
        look: &Look,
        steps: usize,
        may_float: bool,
    ) -> Scale {
        let finite = values.filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return Scale::between(0.0, per_shown(unit, look), 1, unit, look);
        }
        let floats = may_float && low > 0.0 && low > 0.6 * high;
        let (low, high) = if floats {
            (low, high)
        } else {
            (low.min(0.0), high.max(0.0))
        };
        Scale::between(low, high, steps, unit, look)
    }

    fn between(low: f64, high: f64, steps: usize, unit: Unit, look: &Look) -> Scale {
        let shown = per_shown(unit, look);
        let span = if high > low {
            (high - low) / shown
        } else {
            (high.abs() / shown).max(1.0)
        };
        let step = round_step(span / steps.max(1) as f64, unit);
        let first = (low / shown / step + 1e-9).floor();
        let last = (high / shown / step - 1e-9).ceil().max(first + 1.0);
        let count = ((last - first) as usize).min(STEPS_MAX);
        let ticks = (0..=count).map(|at| (first + at as f64) * step * shown);
        Scale {
            ticks: ticks.collect(),
            step: step * shown,
        }
    }

    /// The mute axis.
    pub fn axis(&self) -> Axis {
        let (first, last) = (self.ticks.first().copied(), self.ticks.last().copied());
        Axis::new()
            .type_(AxisType::Value)
            .min(first.unwrap_or(0.0))
            .max(last.unwrap_or(1.0))
            .interval(self.step)
            .axis_label(AxisLabel::new().show(false))
            .axis_line(AxisLine::new().show(false))
            .axis_tick(AxisTick::new().show(false))
            .split_line(SplitLine::new().show(false))
    }

    /// The lines with their labels, to be put on the first series.
    pub fn lines(&self, towards: Towards, unit: Unit, look: &Look) -> MarkLine {
        let line = |tick: &f64| {
            let text = literal(&label(*tick, unit, look));
            let label = Label::new()
                .show(true)
                .position(LabelPosition::Start)
                .formatter(text.as_str())
                .color(look.theme.text_faint.as_str())
                .font_size(look.theme.font_size_pixels);
            let data = MarkLineData::new().label(label);
            MarkLineVariant::Simple(match towards {
                Towards::Top => data.y_axis(*tick),
                Towards::Right => data.x_axis(*tick),
            })
        };
        let style = LineStyle::new()
            .color(look.theme.grid_line.as_str())
            .width(1)
            .type_(LineStyleType::Solid);
        MarkLine::new()
            .silent(true)
            .symbol(vec![Symbol::None, Symbol::None])
            // Behind what is drawn.
            .z(0)
            .precision(15)
            .line_style(style)
            .data(self.ticks.iter().map(line).collect::<Vec<_>>())
    }

    /// The room that labels need beside an axis that grows upwards, in pixels.
    pub fn label_width(&self, unit: Unit, look: &Look) -> u32 {
        let width = |tick: &f64| text_width(&label(*tick, unit, look), look);
        self.ticks.iter().map(width).max().unwrap_or(0) + 10
    }
}

/// How much of the value's unit makes 1 of what is written: 100 minor units, 0.01 for percent.
fn per_shown(unit: Unit, look: &Look) -> f64 {
    match unit {
        Unit::Money => look.currency.minor_per_major() as f64,
        Unit::Percent => 0.01,
        _ => 1.0,
    }
}

/// The next round step: 1, 2, 2.5 or 5 times a power of ten; whole for counts.
fn round_step(least: f64, unit: Unit) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power);
    let step = step
        .into_iter()
        .find(|step| *step >= least * 0.999_999)
        .unwrap_or(10.0 * power);
    match unit {
        Unit::Count if step < 1.0 => 1.0,
        // 2.5 pieces are no step.
        Unit::Count if step < 10.0 => step.ceil(),
        _ => step,
    }
}

/// An axis of names.
pub fn names_axis(names: Vec<String>, look: &Look) -> Axis {
    let label = AxisLabel::new()
        .color(look.theme.text_faint.as_str())
        .font_size(look.theme.font_size_pixels);
    Axis::new()
        .type_(AxisType::Category)
        .data(names)
        .axis_label(label)
        .axis_tick(AxisTick::new().show(false))
        .axis_line(AxisLine::new().show(false))
}

#[cfg(test)]
mod tests {
    use super::super::testing::look;
    use super::*;

    fn ticks(values: &[f64], unit: Unit, may_float: bool) -> Vec<f64> {
        Scale::of(values.iter().copied(), unit, &look(), 4, may_float).ticks
    }

    fn labels(values: &[f64], unit: Unit) -> Vec<String> {
        let look = look();
        let text = |tick: &f64| label(*tick, unit, &look).replace('\u{a0}', " ");
        ticks(values, unit, false).iter().map(text).collect()
    }

    #[test]
    fn steps_are_round_in_what_is_written() {
        assert_eq!(
            labels(&[123_456_789.0], Unit::Money),
            ["₺0", "₺500 B", "₺1 Mn", "₺1,5 Mn"]
        );
        assert_eq!(
            labels(&[0.083], Unit::Percent),
            ["%0", "%2,5", "%5", "%7,5", "%10"]
        );
        assert_eq!(ticks(&[3.0], Unit::Count, false), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(
            ticks(&[-40.0, 70.0], Unit::Count, false),
            [-50.0, 0.0, 50.0, 100.0]
        );
    }

    #[test]
    fn zero_is_left_out_only_where_allowed_and_far() {
        assert_eq!(
            ticks(&[80.0, 100.0], Unit::Ratio, false).first(),
            Some(&0.0)
        );
        assert_eq!(
            ticks(&[80.0, 100.0], Unit::Ratio, true).first(),
            Some(&80.0)
        );
        assert_eq!(ticks(&[10.0, 100.0], Unit::Ratio, true).first(), Some(&0.0));
    }

    #[test]
    fn odd_values_have_a_scale_too() {
        for values in [
            &[][..],
            &[0.0],
            &[f64::NAN],
            &[1e300],
            &[-1e-9],
            &[5.0, 5.0],
            &[f64::INFINITY, 3.0],
        ] {
            for unit in [Unit::Money, Unit::Count, Unit::Percent, Unit::Ratio] {
                for may_float in [false, true] {
                    let ticks = ticks(values, unit, may_float);
                    assert!(
                        (2..=STEPS_MAX + 1).contains(&ticks.len()),
                        "{values:?} {unit:?} {ticks:?}"
                    );
                    assert!(
                        ticks.is_sorted() && ticks.iter().all(|tick| tick.is_finite()),
                        "{ticks:?}"
                    );
                    for value in values.iter().filter(|value| value.is_finite()) {
                        let slack = value.abs() * 1e-6 + 1e-6;
                        assert!(ticks[0] - slack <= *value, "{values:?} {ticks:?}");
                        assert!(
                            ticks[ticks.len() - 1] + slack >= *value,
                            "{values:?} {ticks:?}"
                        );
                    }
                }
            }
        }
    }
}
