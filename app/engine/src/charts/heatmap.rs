//! A grid of values, coloured from little to much.

use charming::component::{VisualMap, VisualMapChannel, VisualMapType};
use charming::datatype::DataPoint;
use charming::element::ItemStyle;
use charming::series::Heatmap as HeatmapSeries;
use protocol::{Failure, Heatmap, Look};
use serde_json::{Value, json};

use super::axes::names_axis;
use super::{VALUES_MAX, chart, check, color, finished, grid, patch, text_width};

/// The options of a heatmap.
pub fn option(heatmap: &Heatmap, look: &Look) -> Result<Value, Failure> {
    let (columns, rows) = (heatmap.columns.len(), heatmap.rows.len());
    let fits = |at: u32, count: usize| (at as usize) < count;
    let inside = heatmap
        .cells
        .iter()
        .all(|cell| fits(cell.column, columns) && fits(cell.row, rows));
    check(
        inside,
        "each cell of a heatmap lies in one of its rows and columns",
    )?;
    check(
        heatmap.cells.len() <= VALUES_MAX,
        "a chart has at most 50,000 values",
    )?;
    let cells = heatmap.cells.iter().filter(|cell| cell.value.is_finite());
    let (low, high) = cells.clone().fold((0.0_f64, 0.0_f64), |(low, high), cell| {
        (low.min(cell.value), high.max(cell.value))
    });
    let colors = vec![look.theme.grid_line.as_str(), color(look, 0)];
    let scale = VisualMap::new()
        .type_(VisualMapType::Continuous)
        .show(false)
        .min(low)
        .max(if high > low { high } else { low + 1.0 })
        .in_range(VisualMapChannel::new().color(colors));
    let left = heatmap
        .rows
        .iter()
        .map(|name| text_width(name, look))
        .max()
        .unwrap_or(0)
        + 10;
    let series = HeatmapSeries::new()
        .item_style(
            ItemStyle::new()
                .border_color(look.theme.surface.as_str())
                .border_width(1)
                .border_radius(2),
        )
        .data(
            cells
                .map(|cell| [f64::from(cell.column), f64::from(cell.row), cell.value])
                .map(|cell| cell.map(DataPoint::from).to_vec())
                .collect::<Vec<_>>(),
        );
    let drawing = chart(look)
        .grid(grid(left, 8, 8, 26))
        .x_axis(names_axis(heatmap.columns.clone(), look))
        .y_axis(names_axis(heatmap.rows.clone(), look).inverse(true))
        .visual_map(scale)
        .series(series);
    let mut option = finished(&drawing, look)?;
    patch::merge(
        &mut option,
        "",
        json!({"tooltip": {"trigger": "item", "showContent": false}}),
    );
    Ok(option)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{option, refusal};
    use super::*;
    use model::metrics::Unit;
    use protocol::{Cell, Drawing};

    fn heatmap(cells: &[(u32, u32, f64)]) -> Drawing {
        Drawing::Heatmap(Heatmap {
            unit: Unit::Money,
            columns: vec!["H1".into(), "H2".into()],
            rows: vec!["Pzt".into(), "Sal".into()],
            cells: cells
                .iter()
                .map(|(column, row, value)| Cell {
                    column: *column,
                    row: *row,
                    value: *value,
                })
                .collect(),
        })
    }

    #[test]
    fn cells_are_coloured_between_least_and_most() {
        let option = option(heatmap(&[(0, 0, 10.0), (1, 1, -4.0), (1, 0, f64::NAN)]));
        assert_eq!(
            option["series"][0]["data"],
            json!([[0.0, 0.0, 10.0], [1.0, 1.0, -4.0]])
        );
        assert_eq!(
            (
                &option["visualMap"][0]["min"],
                &option["visualMap"][0]["max"]
            ),
            (&json!(-4.0), &json!(10.0))
        );
        assert_eq!(option["yAxis"]["data"], json!(["Pzt", "Sal"]));
    }

    #[test]
    fn a_cell_outside_is_refused() {
        assert!(refusal(heatmap(&[(2, 0, 1.0)])).contains("rows and columns"));
    }
}
