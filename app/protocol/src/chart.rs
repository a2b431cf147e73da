//! What is to be drawn: numbers, names and looks, from which the engine makes options for ECharts.
//!
//! Values are in the metric's unit (money in minor units of the look's currency); the engine writes
//! labels with [`locale::format`]. Out of scope: the life cycle of a chart (the app).

use kernel::{Currency, Date};
use model::metrics::Unit;
use model::period::Grain;
use serde::{Deserialize, Serialize};

use locale::Locale;

/// A chart to be drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartSpec {
    /// What it shows.
    pub drawing: Drawing,
    /// How it looks.
    pub look: Look,
}

/// What a chart shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Drawing {
    /// Values over time, with a forecast where there is one.
    Trend(Trend),
    /// Values side by side or stacked.
    Bars(Bars),
    /// Parts of a whole.
    Shares(Shares),
    /// A grid of values.
    Heatmap(Heatmap),
}

/// Where and for whom a chart is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Width of the canvas in CSS pixels, from which the number of labels follows.
    pub width_pixels: u32,
    /// Height of the canvas in CSS pixels.
    pub height_pixels: u32,
    /// Language of numbers and dates.
    pub locale: Locale,
    /// Currency of money.
    pub currency: Currency,
    /// Colours and font.
    pub theme: Theme,
    /// Whether the user asked for no motion.
    pub reduced_motion: bool,
}

/// Colours (any CSS colour that canvas takes) and font, from the design tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Theme {
    /// Text of labels.
    pub text: String,
    /// Faint text of axes.
    pub text_faint: String,
    /// Lines of the grid.
    pub grid_line: String,
    /// The surface behind the chart.
    pub surface: String,
    /// Colours of series, in order; at least one.
    pub series: Vec<String>,
    /// The forecast and its band.
    pub forecast: String,
    /// What is compared with (previous period, last year).
    pub compared: String,
    /// Good, as of values above a target.
    pub good: String,
    /// Bad.
    pub bad: String,
    /// Font family.
    pub font_family: String,
    /// Size of labels in CSS pixels.
    pub font_size_pixels: u32,
}

/// Values over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Unit of the values.
    pub unit: Unit,
    /// Length of a period, for the labels of the time axis.
    pub grain: Grain,
    /// First day of each period, ascending.
    pub periods: Vec<Date>,
    /// Series with one value per period.
    pub series: Vec<TrendSeries>,
    /// A forecast that goes on where the history ends.
    pub band: Option<Band>,
    /// Values that are to catch the eye.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marks: Option<Marks>,
    /// Whether the last period is not over: its part of the line is drawn dashed.
    pub last_is_partial: bool,
    /// Whether pinch and pan are allowed.
    pub zoom: bool,
}

/// One line of a trend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendSeries {
    /// Name, in the user's language.
    pub name: String,
    /// What it stands for, which decides its looks.
    pub role: TrendRole,
    /// One value per period; `None` where there is none.
    pub values: Vec<Option<f64>>,
}

/// What a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrendRole {
    /// What the chart is about; several of them take the series colours in order.
    Main,
    /// The same of an earlier range, placed on the periods of the main one.
    Compared,
    /// What was planned.
    Target,
}

/// A forecast in a trend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Name of the forecast, in the user's language.
    pub name: String,
    /// First day of each period, ascending; a period may also be among the trend's own (today's).
    pub periods: Vec<Date>,
    /// Expected values, one per period.
    pub mean: Vec<f64>,
    /// Lower ends of the interval.
    pub lower: Vec<f64>,
    /// Upper ends of the interval.
    pub upper: Vec<f64>,
}

/// Values that are marked in a trend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// What they are, in the user's language.
    pub name: String,
    /// First day of each period, ascending; periods that the trend does not have are left out.
    pub periods: Vec<Date>,
    /// The values, one per period.
    pub values: Vec<f64>,
}

/// Values side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// Unit of the values.
    pub unit: Unit,
    /// Bars from left to right instead of upwards: for long names.
    pub horizontal: bool,
    /// Series on top of each other.
    pub stacked: bool,
    /// Names of the bars, in order (the first at the top or left).
    pub names: Vec<String>,
    /// Series with one value per name.
    pub series: Vec<BarSeries>,
}

/// One series of bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BarSeries {
    /// Name, in the user's language.
    pub name: String,
    /// One value per name.
    pub values: Vec<Option<f64>>,
    /// Colour below and above zero from `bad` and `good` instead of the series colour: for changes.
    pub good_or_bad: bool,
}

/// Parts of a whole. Parts that are zero or below are not drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Unit of the values.
    pub unit: Unit,
    /// How they are drawn.
    pub form: ShareForm,
    /// The parts, the largest first.
    pub parts: Vec<Share>,
}

/// How parts of a whole are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShareForm {
    /// Rectangles: for many parts.
    Treemap,
    /// A ring: for a few parts.
    Ring,
}

/// A part of a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Name to show.
    pub name: String,
    /// Size.
    pub value: f64,
    /// Its share of the whole, as the cube answers it; not written where that is not known.
    pub share: Option<f64>,
    /// Parts of this part, drawn inside it in a treemap.
    pub parts: Vec<Share>,
}

/// A grid of values, such as weekday by week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heatmap {
    /// Unit of the values.
    pub unit: Unit,
    /// Names of the columns, from the left.
    pub columns: Vec<String>,
    /// Names of the rows, from the top.
    pub rows: Vec<String>,
    /// Cells that have a value.
    pub cells: Vec<Cell>,
}

/// A cell of a heatmap.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Index of its column.
    pub column: u32,
    /// Index of its row.
    pub row: u32,
    /// Its value.
    pub value: f64,
}
