//! Options for ECharts, built by `charming` from what is to be drawn.
//!
//! The options are JSON without functions, so that they work under a strict content security policy:
//! every label is written here, by `locale::format`. What `charming` has no name for is set on its
//! JSON afterwards ([`patch`]).
//!
//! Out of scope: the life cycle of a chart, and its numbers as a table (the app).

mod axes;
mod bars;
mod heatmap;
mod overlays;
mod patch;
mod shares;
mod trend;

use charming::Chart;
use charming::component::{Grid, Legend, LegendType};
use charming::element::{AxisPointer, AxisPointerType, LineStyle, TextStyle, Tooltip, Trigger};
use locale::format;
use model::metrics::Unit;
use protocol::{ChartSpec, Drawing, Failure, FailureKind, Look};
use serde_json::{Value, json};

/// Most values in one chart.
pub const VALUES_MAX: usize = 50_000;
/// Most series in one chart.
pub const SERIES_MAX: usize = 40;
/// Height of the line of the legend, in pixels.
const LEGEND_PIXELS: u32 = 28;

/// The options of a chart as JSON text.
pub fn options(spec: &ChartSpec) -> Result<String, Failure> {
    let look = &spec.look;
    let option = match &spec.drawing {
        Drawing::Trend(trend) => trend::option(trend, look)?,
        Drawing::Bars(bars) => bars::option(bars, look)?,
        Drawing::Shares(shares) => shares::option(shares, look)?,
        Drawing::Heatmap(heatmap) => heatmap::option(heatmap, look)?,
    };
    Ok(option.to_string())
}

/// An empty chart with what all have in common.
fn chart(look: &Look) -> Chart {
    Chart::new()
        .animation(!look.reduced_motion)
        .animation_duration(250.0)
        .animation_duration_update(250.0)
}

/// The finished JSON of a chart, with the font of the look.
fn finished(chart: &Chart, look: &Look) -> Result<Value, Failure> {
    let mut option = serde_json::to_value(chart)
        .map_err(|error| Failure::new(FailureKind::Internal, error.to_string()))?;
    option["textStyle"] = json!({
        "fontFamily": look.theme.font_family,
        "fontSize": look.theme.font_size_pixels,
        "color": look.theme.text,
    });
    // Apart from the labels of the value axis, whose lowest stands at the same corner.
    patch::merge(&mut option, "/xAxis/axisLabel", json!({"margin": 12}));
    Ok(option)
}

/// A line at the place that is touched. What stands there is shown by the app, which hears of the
/// place in the event `updateAxisPointer`.
fn pointer(look: &Look) -> Tooltip {
    let line = LineStyle::new()
        .color(look.theme.text_faint.as_str())
        .width(1);
    Tooltip::new().trigger(Trigger::Axis).axis_pointer(
        AxisPointer::new()
            .type_(AxisPointerType::Line)
            .line_style(line),
    )
}

/// Names of series, scrolled where they do not fit.
fn legend(names: Vec<String>, look: &Look) -> Legend {
    Legend::new()
        .type_(LegendType::Scroll)
        .left(0)
        .top(0)
        .item_width(14)
        .item_height(8)
        .text_style(text(&look.theme.text, look))
        .data(names)
}

fn text(color: &str, look: &Look) -> TextStyle {
    TextStyle::new()
        .color(color)
        .font_size(look.theme.font_size_pixels)
}

fn grid(left: u32, right: u32, top: u32, bottom: u32) -> Grid {
    let [left, right, top, bottom] = [left, right, top, bottom].map(f64::from);
    Grid::new().left(left).right(right).top(top).bottom(bottom)
}

/// A value as it stands on an axis or beside a bar.
fn label(value: f64, unit: Unit, look: &Look) -> String {
    format::value_compact(value, unit, look.currency, look.locale)
}

/// The colour of a series by its place.
fn color(look: &Look, at: usize) -> &str {
    let colors = &look.theme.series;
    let color = colors.get(at.checked_rem(colors.len()).unwrap_or(0));
    color.map_or(look.theme.text.as_str(), String::as_str)
}

/// About how wide a text is drawn, in pixels: letters of usual fonts are 0.58 of their size wide.
fn text_width(text: &str, look: &Look) -> u32 {
    let letters = text.chars().count() as f64;
    (letters * 0.58 * f64::from(look.theme.font_size_pixels)).ceil() as u32
}

/// Text that ECharts shall not take for a template: `{b}` would be replaced by a name.
fn literal(text: &str) -> String {
    text.replace('{', "{\u{200b}")
}

/// A number that can be drawn.
fn drawn(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

fn check(condition: bool, text: &str) -> Result<(), Failure> {
    if condition {
        Ok(())
    } else {
        Err(Failure::new(FailureKind::BadQuestion, text))
    }
}

#[cfg(test)]
mod testing {
    use super::*;
    use locale::Locale;
    use protocol::Theme;

    /// A phone in Turkish.
    pub(super) fn look() -> Look {
        Look {
            width_pixels: 390,
            height_pixels: 260,
            locale: Locale::Turkish,
            currency: kernel::Currency::TRY,
            theme: Theme {
                text: "#111".into(),
                text_faint: "#777".into(),
                grid_line: "#ddd".into(),
                surface: "#fff".into(),
                series: vec!["#a00".into(), "#0a0".into()],
                forecast: "#60c".into(),
                compared: "#999".into(),
                good: "#080".into(),
                bad: "#c00".into(),
                font_family: "Inter, sans-serif".into(),
                font_size_pixels: 12,
            },
            reduced_motion: true,
        }
    }

    /// The options of a drawing.
    pub(super) fn option(drawing: Drawing) -> Value {
        let text = options(&ChartSpec {
            drawing,
            look: look(),
        });
        serde_json::from_str(&text.unwrap()).unwrap()
    }

    /// Why a drawing is refused.
    pub(super) fn refusal(drawing: Drawing) -> String {
        options(&ChartSpec {
            drawing,
            look: look(),
        })
        .unwrap_err()
        .text
    }
}
