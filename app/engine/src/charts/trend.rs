//! Lines over time, with a forecast and its band.

use std::collections::BTreeMap;

use charming::component::{DataZoom, DataZoomType, FilterMode};
use charming::element::smoothness::Smoothness;
use charming::element::{
    AreaStyle, BoundaryGap, ItemStyle, LineStyle, LineStyleType, Sampling, Symbol,
};
use charming::series::Line;
use kernel::Date;
use locale::format;
use model::period::Grain;
use protocol::{Failure, Look, Trend, TrendRole, TrendSeries};
use serde_json::{Value, json};

use super::axes::{Scale, Towards, names_axis};
use super::overlays::{band_lines, mark_line};
use super::{
    LEGEND_PIXELS, SERIES_MAX, VALUES_MAX, chart, check, color, drawn, finished, grid, legend,
    patch, pointer, text_width,
};

/// Points from which a line is thinned to what the screen can show.
const SAMPLING_FROM: usize = 400;
/// The fewest periods that a zoom leaves.
const ZOOM_PERIODS_MIN: i32 = 6;

/// The options of a trend.
pub fn option(trend: &Trend, look: &Look) -> Result<Value, Failure> {
    validate(trend)?;
    let periods = periods(trend);
    let place: BTreeMap<Date, usize> = periods.iter().copied().zip(0..).collect();
    let band = trend.band.as_ref();
    let scale = Scale::of(values(trend), trend.unit, look, steps(look), true);
    let names = legend_names(trend);
    let has_legend = names.len() > 1;
    let top = if has_legend { LEGEND_PIXELS + 8 } else { 10 };
    let labels: Vec<String> = periods
        .iter()
        .map(|date| period_label(trend.grain, *date, look))
        .collect();
    // Half of the last label stands right of the last period.
    let right = labels
        .last()
        .map_or(0, |label| text_width(label, look) / 2 + 4)
        .max(14);
    let mut drawing = chart(look)
        .tooltip(pointer(look))
        .grid(grid(scale.label_width(trend.unit, look), right, top, 28))
        .x_axis(names_axis(labels, look).boundary_gap(BoundaryGap::CategoryAxis(false)))
        .y_axis(scale.axis());
    if has_legend {
        drawing = drawing.legend(legend(names, look));
    }
    if trend.zoom {
        let zoom = DataZoom::new()
            .type_(DataZoomType::Inside)
            .filter_mode(FilterMode::None)
            .min_value_span(ZOOM_PERIODS_MIN)
            .throttle(50);
        drawing = drawing.data_zoom(zoom);
    }
    let mut lines = Vec::new();
    let mut main = 0;
    for series in &trend.series {
        let hue = match series.role {
            TrendRole::Main => color(look, main),
            TrendRole::Compared => look.theme.compared.as_str(),
            TrendRole::Target => look.theme.text_faint.as_str(),
        };
        main += usize::from(series.role == TrendRole::Main);
        lines.extend(series_lines(trend, series, &place, hue));
    }
    if let Some(band) = band {
        lines.extend(band_lines(trend, band, &place, look));
    }
    lines.extend(
        trend
            .marks
            .iter()
            .map(|marks| mark_line(marks, &place, look)),
    );
    let mut first_lines = Some(scale.lines(Towards::Top, trend.unit, look));
    for line in lines {
        drawing = drawing.series(match first_lines.take() {
            Some(marks) => line.mark_line(marks),
            None => line,
        });
    }
    let mut option = finished(&drawing, look)?;
    patch::merge(&mut option, "/tooltip", json!({"showContent": false}));
    // The wheel scrolls the page; with Ctrl, or two fingers, it zooms.
    let gestures = json!({"zoomOnMouseWheel": "ctrl", "moveOnMouseWheel": false, "preventDefaultMouseMove": false});
    patch::merge_each(&mut option, "/dataZoom", &gestures);
    patch::merge(
        &mut option,
        "/series/0/markLine",
        json!({"animation": false}),
    );
    stack_all(&mut option);
    Ok(option)
}

fn validate(trend: &Trend) -> Result<(), Failure> {
    let count = trend.periods.len();
    let even = trend
        .series
        .iter()
        .all(|series| series.values.len() == count);
    check(even, "each series of a trend has one value per period")?;
    check(trend.periods.is_sorted(), "the periods of a trend ascend")?;
    check(
        (1..=SERIES_MAX).contains(&trend.series.len()),
        "a trend has 1 to 40 series",
    )?;
    check(
        count * trend.series.len() <= VALUES_MAX,
        "a chart has at most 50,000 values",
    )?;
    if let Some(band) = &trend.band {
        let length = band.periods.len();
        let even = [&band.mean, &band.lower, &band.upper]
            .iter()
            .all(|ends| ends.len() == length);
        check(
            even && length <= VALUES_MAX,
            "a band has a mean and two ends per period",
        )?;
        check(band.periods.is_sorted(), "the periods of a band ascend")?;
    }
    let even = trend
        .marks
        .as_ref()
        .is_none_or(|marks| marks.periods.len() == marks.values.len());
    check(even, "marks have one value per period")?;
    Ok(())
}

fn periods(trend: &Trend) -> Vec<Date> {
    let mut periods = trend.periods.clone();
    periods.extend(
        trend
            .band
            .iter()
            .flat_map(|band| band.periods.iter().copied()),
    );
    periods.sort_unstable();
    periods.dedup();
    periods
}

fn values(trend: &Trend) -> impl Iterator<Item = f64> {
    let lines = trend
        .series
        .iter()
        .flat_map(|series| series.values.iter().copied().flatten());
    let ends = trend
        .band
        .iter()
        .flat_map(|band| band.lower.iter().chain(&band.upper).copied());
    lines.chain(ends)
}

fn steps(look: &Look) -> usize {
    (look.height_pixels / 60).clamp(2, 6) as usize
}

fn legend_names(trend: &Trend) -> Vec<String> {
    let mut names: Vec<String> = trend
        .series
        .iter()
        .map(|series| series.name.clone())
        .collect();
    names.extend(trend.band.iter().map(|band| band.name.clone()));
    names.extend(trend.marks.iter().map(|marks| marks.name.clone()));
    names
}

fn period_label(grain: Grain, date: Date, look: &Look) -> String {
    match grain {
        Grain::Day | Grain::Week => format::day_of_period(date, look.locale),
        Grain::Month | Grain::Quarter => format::month(date.month(), look.locale),
        Grain::Year => date.year().to_string(),
    }
}

pub(super) fn line(name: &str, hue: &str, values: Vec<Option<f64>>) -> Line {
    let is_long = values.len() >= SAMPLING_FROM;
    let is_single = values.iter().flatten().count() == 1;
    let line = Line::new()
        .name(name)
        .symbol(Symbol::Circle)
        .symbol_size(6)
        .show_symbol(is_single)
        .smooth(Smoothness::Boolean(false))
        .item_style(ItemStyle::new().color(hue))
        .data(values);
    if is_long {
        line.sampling(Sampling::Lttb)
    } else {
        line
    }
}

pub(super) fn style(hue: &str, width: f64, type_: LineStyleType) -> LineStyle {
    LineStyle::new().color(hue).width(width).type_(type_)
}

/// A series as one line, or as two where its last period is not over: the step to it is dashed.
fn series_lines(
    trend: &Trend,
    series: &TrendSeries,
    place: &BTreeMap<Date, usize>,
    hue: &str,
) -> Vec<Line> {
    let is_main = series.role == TrendRole::Main;
    let is_split = is_main && trend.last_is_partial && trend.periods.len() > 1;
    let whole_until = trend.periods.len() - usize::from(is_split);
    let mut solid = vec![None; place.len()];
    let mut dashed = vec![None; place.len()];
    for (at, (period, value)) in trend.periods.iter().zip(&series.values).enumerate() {
        let Some(slot) = place.get(period) else {
            continue;
        };
        let parts = [
            (&mut solid, at < whole_until),
            (&mut dashed, is_split && at + 2 > whole_until),
        ];
        for (values, is_in) in parts {
            if let Some(target) = values.get_mut(*slot).filter(|_| is_in) {
                *target = drawn(*value);
            }
        }
    }
    let (width, type_) = match series.role {
        TrendRole::Main => (2.0, LineStyleType::Solid),
        TrendRole::Compared => (1.5, LineStyleType::Dashed),
        TrendRole::Target => (1.5, LineStyleType::Dotted),
    };
    let mut whole = line(&series.name, hue, solid)
        .line_style(style(hue, width, type_))
        .z(3);
    let is_alone = trend
        .series
        .iter()
        .filter(|it| it.role == TrendRole::Main)
        .count()
        == 1;
    if is_main && is_alone {
        whole = whole.area_style(AreaStyle::new().color(hue).opacity(0.08));
    }
    let mut lines = vec![whole];
    if is_split {
        let partial = line(&series.name, hue, dashed);
        lines.push(
            partial
                .line_style(style(hue, width, LineStyleType::Dotted))
                .z(3),
        );
    }
    lines
}

/// By default ECharts stacks values of one sign only; a band may cross zero.
fn stack_all(option: &mut Value) {
    let Some(Value::Array(series)) = option.pointer_mut("/series") else {
        return;
    };
    for line in series.iter_mut().filter(|line| line.get("stack").is_some()) {
        line["stackStrategy"] = json!("all");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{option, refusal};
    use super::*;
    use crate::sample::day;
    use model::metrics::Unit;
    use protocol::{Band, Drawing, Marks};

    fn days(from: &str, count: i32) -> Vec<Date> {
        (0..count)
            .map(|at| day(from).add_days(at).unwrap())
            .collect()
    }

    fn trend() -> Trend {
        Trend {
            unit: Unit::Money,
            grain: Grain::Day,
            periods: days("2026-11-20", 4),
            series: vec![TrendSeries {
                name: "Net ciro".into(),
                role: TrendRole::Main,
                values: vec![Some(100_000.0), None, Some(120_000.0), Some(30_000.0)],
            }],
            band: Some(Band {
                name: "Tahmin".into(),
                periods: days("2026-11-23", 2),
                mean: vec![110_000.0, 112_000.0],
                lower: vec![-5_000.0, 90_000.0],
                upper: vec![130_000.0, 140_000.0],
            }),
            marks: None,
            last_is_partial: true,
            zoom: true,
        }
    }

    #[test]
    fn marks_stand_at_their_periods_and_only_there() {
        let marked = Trend {
            marks: Some(Marks {
                name: "Olağan dışı".into(),
                periods: days("2026-11-22", 1)
                    .into_iter()
                    .chain(days("2027-01-01", 1))
                    .collect(),
                values: vec![120_000.0, 7.0],
            }),
            ..trend()
        };
        let option = option(Drawing::Trend(marked.clone()));
        let line = option["series"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(line["data"], json!([null, null, 120_000.0, null, null]));
        assert_eq!(
            (&line["symbol"], &line["lineStyle"]["opacity"]),
            (&json!("diamond"), &json!(0.0))
        );
        assert_eq!(option["legend"]["data"][2]["name"], "Olağan dışı");
        let uneven = Marks {
            values: vec![],
            ..marked.marks.clone().unwrap()
        };
        let uneven = Trend {
            marks: Some(uneven),
            ..marked
        };
        assert!(refusal(Drawing::Trend(uneven)).contains("one value per period"));
    }

    #[test]
    fn a_forecast_goes_on_where_the_whole_days_end() {
        let option = option(Drawing::Trend(trend()));
        assert_eq!(
            option["xAxis"]["data"],
            json!(["20 Kas", "21 Kas", "22 Kas", "23 Kas", "24 Kas"])
        );
        let series = option["series"].as_array().unwrap();
        let data: Vec<&Value> = series.iter().map(|line| &line["data"]).collect();
        assert_eq!(*data[0], json!([100_000.0, null, 120_000.0, null, null]));
        assert_eq!(*data[1], json!([null, null, 120_000.0, 30_000.0, null]));
        assert_eq!(series[1]["lineStyle"]["type"], "dotted");
        assert_eq!(*data[2], json!([null, null, 120_000.0, -5_000.0, 90_000.0]));
        assert_eq!(*data[3], json!([null, null, 0.0, 135_000.0, 50_000.0]));
        assert_eq!(
            *data[4],
            json!([null, null, 120_000.0, 110_000.0, 112_000.0])
        );
        assert_eq!(
            (&series[2]["stackStrategy"], &series[3]["stackStrategy"]),
            (&json!("all"), &json!("all"))
        );
        assert_eq!(series[3]["areaStyle"]["color"], "#60c");
        assert_eq!(
            option["legend"]["data"],
            json!([{"name": "Net ciro"}, {"name": "Tahmin"}])
        );
        assert_eq!(option["dataZoom"][0]["zoomOnMouseWheel"], "ctrl");
        assert_eq!(option["tooltip"]["showContent"], false);
        assert_eq!(option["animation"], false);
    }

    #[test]
    fn the_axis_is_written_in_the_users_language() {
        let option = option(Drawing::Trend(trend()));
        let lines = option["series"][0]["markLine"]["data"].as_array().unwrap();
        let labels: Vec<String> = lines
            .iter()
            .map(|line| {
                line["label"]["formatter"]
                    .as_str()
                    .unwrap()
                    .replace('\u{a0}', " ")
            })
            .collect();
        assert_eq!(labels, ["-₺500", "₺0", "₺500", "₺1 B", "₺1,5 B"]);
        assert_eq!(option["yAxis"]["axisLabel"]["show"], false);
        assert_eq!(option["yAxis"]["min"], -50_000.0);
        // Nothing in the options needs to be evaluated.
        assert!(!option.to_string().contains("function"));
    }

    #[test]
    fn one_line_has_no_legend_and_a_long_one_is_thinned() {
        let mut single = trend();
        single.band = None;
        single.last_is_partial = false;
        single.periods = days("2025-01-01", 500);
        single.series[0].values = vec![Some(1.0); 500];
        let option = option(Drawing::Trend(single));
        assert_eq!(option.get("legend"), None);
        assert_eq!(option["series"][0]["sampling"], "lttb");
        assert_eq!(option["series"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn uneven_series_are_refused() {
        let mut uneven = trend();
        uneven.series[0].values.pop();
        assert!(refusal(Drawing::Trend(uneven)).contains("one value per period"));
        let mut band = trend();
        band.band.as_mut().unwrap().upper.pop();
        assert!(refusal(Drawing::Trend(band)).contains("two ends"));
    }
}
