//! Bars side by side, stacked, or for changes that are good or bad.

use charming::element::{ItemStyle, LabelPosition};
use charming::series::Bar;
use protocol::{BarSeries, Bars, Failure, Look};
use serde_json::{Value, json};

use super::axes::{Scale, Towards, names_axis};
use super::{
    LEGEND_PIXELS, SERIES_MAX, VALUES_MAX, chart, check, color, drawn, finished, grid, label,
    legend, literal, patch, pointer, text_width,
};

/// The share of the width that names beside bars may take.
const NAMES_SHARE: f64 = 0.38;
/// The widest bar, in pixels.
const BAR_PIXELS_MAX: u32 = 28;

/// The options of bars.
pub fn option(bars: &Bars, look: &Look) -> Result<Value, Failure> {
    let count = bars.names.len();
    let even = bars
        .series
        .iter()
        .all(|series| series.values.len() == count);
    check(even, "each series of bars has one value per name")?;
    check(
        (1..=SERIES_MAX).contains(&bars.series.len()),
        "bars have 1 to 40 series",
    )?;
    check(
        count * bars.series.len() <= VALUES_MAX,
        "a chart has at most 50,000 values",
    )?;
    // A single row of bars says its values itself and needs no lines behind it.
    let is_labelled = bars.horizontal && bars.series.len() == 1;
    let scale = Scale::of(lengths(bars).into_iter(), bars.unit, look, 4, false);
    let has_legend = bars.series.len() > 1;
    let top = if has_legend { LEGEND_PIXELS + 8 } else { 8 };
    let names = names_axis(bars.names.clone(), look);
    let mut drawing = chart(look).tooltip(pointer(look));
    if has_legend {
        let names = bars
            .series
            .iter()
            .map(|series| series.name.clone())
            .collect();
        drawing = drawing.legend(legend(names, look));
    }
    drawing = if bars.horizontal {
        let (left, right) = (names_width(bars, look), labels_width(bars, look));
        let bottom = if is_labelled { 8 } else { 26 };
        drawing
            .grid(grid(
                left + 10,
                if is_labelled { right } else { 16 },
                top,
                bottom,
            ))
            .x_axis(scale.axis())
            .y_axis(names.inverse(true))
    } else {
        drawing
            .grid(grid(scale.label_width(bars.unit, look), 10, top, 26))
            .x_axis(names)
            .y_axis(scale.axis())
    };
    for (at, series) in bars.series.iter().enumerate() {
        let mut bar = Bar::new()
            .name(series.name.as_str())
            .item_style(ItemStyle::new().color(color(look, at)).border_radius(3))
            .data(
                series
                    .values
                    .iter()
                    .map(|value| drawn(*value))
                    .collect::<Vec<_>>(),
            );
        if bars.stacked {
            bar = bar.stack("whole");
        }
        if at == 0 && !is_labelled {
            let towards = if bars.horizontal {
                Towards::Right
            } else {
                Towards::Top
            };
            bar = bar.mark_line(scale.lines(towards, bars.unit, look));
        }
        drawing = drawing.series(bar);
    }
    let mut option = finished(&drawing, look)?;
    patch::merge(
        &mut option,
        "/tooltip",
        json!({"showContent": false, "axisPointer": {"type": "shadow"}}),
    );
    patch::merge(
        &mut option,
        "/series/0/markLine",
        json!({"animation": false}),
    );
    if bars.horizontal {
        let fit = json!({"width": names_width(bars, look), "overflow": "truncate"});
        patch::merge(&mut option, "/yAxis/axisLabel", fit);
    }
    for (at, series) in bars.series.iter().enumerate() {
        let width = json!({"barMaxWidth": BAR_PIXELS_MAX});
        patch::merge(&mut option, &format!("/series/{at}"), width);
        if is_labelled || series.good_or_bad {
            let data = items(series, bars, look, is_labelled);
            patch::merge(&mut option, &format!("/series/{at}"), json!({"data": data}));
        }
    }
    Ok(option)
}

/// Where bars end: of stacked ones, the sums of what is above and below zero.
fn lengths(bars: &Bars) -> Vec<f64> {
    let values = |at: usize| {
        bars.series
            .iter()
            .filter_map(move |series| drawn(*series.values.get(at)?))
    };
    let stack = |at: usize| {
        let sum = |is: fn(&f64) -> bool| values(at).filter(is).sum::<f64>();
        [sum(|value| *value > 0.0), sum(|value| *value < 0.0)]
    };
    let places = 0..bars.names.len();
    if bars.stacked {
        places.flat_map(stack).collect()
    } else {
        places.flat_map(values).collect()
    }
}

fn names_width(bars: &Bars, look: &Look) -> u32 {
    let longest = bars
        .names
        .iter()
        .map(|name| text_width(name, look))
        .max()
        .unwrap_or(0);
    longest.min((f64::from(look.width_pixels) * NAMES_SHARE) as u32)
}

fn labels_width(bars: &Bars, look: &Look) -> u32 {
    let values = bars
        .series
        .iter()
        .flat_map(|series| series.values.iter().copied().flatten());
    let width = |value: f64| text_width(&label(value, bars.unit, look), look);
    values.map(width).max().unwrap_or(0) + 12
}

/// Bars with a label and a colour of their own.
fn items(series: &BarSeries, bars: &Bars, look: &Look, is_labelled: bool) -> Vec<Value> {
    let item = |value: &Option<f64>| {
        let Some(value) = drawn(*value) else {
            return json!({"value": null});
        };
        let mut item = json!({"value": value});
        if series.good_or_bad {
            let hue = if value < 0.0 {
                &look.theme.bad
            } else {
                &look.theme.good
            };
            item["itemStyle"] = json!({"color": hue});
        }
        if is_labelled {
            // Beside the end of the bar, or beside its root where it points to the left.
            item["label"] = json!({
                "show": true,
                "position": LabelPosition::Right,
                "formatter": literal(&label(value, bars.unit, look)),
                "color": look.theme.text,
                "fontSize": look.theme.font_size_pixels,
            });
        }
        item
    };
    series.values.iter().map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{option, refusal};
    use super::*;
    use model::metrics::Unit;
    use protocol::Drawing;

    fn series(name: &str, values: &[f64]) -> BarSeries {
        BarSeries {
            name: name.into(),
            values: values.iter().copied().map(Some).collect(),
            good_or_bad: false,
        }
    }

    fn bars(horizontal: bool, stacked: bool, series: Vec<BarSeries>) -> Bars {
        Bars {
            unit: Unit::Money,
            horizontal,
            stacked,
            names: vec!["Trendyol".into(), "Ayakkabı & Çanta {b}".into()],
            series,
        }
    }

    #[test]
    fn lying_bars_say_their_values() {
        let mut falling = series("Değişim", &[50_000.0, -20_000.0]);
        falling.good_or_bad = true;
        let option = option(Drawing::Bars(bars(true, false, vec![falling])));
        let data = &option["series"][0]["data"];
        assert_eq!(data[0]["itemStyle"]["color"], "#080");
        assert_eq!(data[1]["itemStyle"]["color"], "#c00");
        assert_eq!(data[1]["label"]["formatter"], "-₺200");
        assert_eq!(option["series"][0].get("markLine"), None);
        assert_eq!(option["yAxis"]["inverse"], true);
        assert_eq!(option["yAxis"]["axisLabel"]["overflow"], "truncate");
    }

    #[test]
    fn stacked_bars_reach_their_sum() {
        let both = vec![
            series("A", &[60_000.0, 10_000.0]),
            series("B", &[70_000.0, -30_000.0]),
        ];
        let stacked = option(Drawing::Bars(bars(false, true, both.clone())));
        assert_eq!(stacked["yAxis"]["max"], 150_000.0);
        assert_eq!(stacked["yAxis"]["min"], -50_000.0);
        assert_eq!(stacked["series"][1]["stack"], "whole");
        assert_eq!(
            stacked["legend"]["data"],
            json!([{"name": "A"}, {"name": "B"}])
        );
        let beside = option(Drawing::Bars(bars(false, false, both)));
        assert_eq!(beside["yAxis"]["max"], 75_000.0);
    }

    #[test]
    fn a_missing_or_endless_value_is_a_gap() {
        let mut odd = series("A", &[f64::NAN, 1.0]);
        odd.values[1] = None;
        let option = option(Drawing::Bars(bars(false, false, vec![odd])));
        assert_eq!(option["series"][0]["data"], json!([null, null]));
        assert!(refusal(Drawing::Bars(bars(false, false, vec![]))).contains("1 to 40"));
    }
}
