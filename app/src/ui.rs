//! Parts that screens are built of. They take values and callbacks and know nothing of the app.

mod bars;
mod card;
mod chart;
mod choice;
mod sparkline;
mod tile;

pub use bars::{Bar, BarList};
pub use card::{Card, Empty, Failed, Skeleton};
pub use chart::{ChartTable, ChartView};
pub use choice::{Choice, Segments};
pub use sparkline::Sparkline;
pub use tile::Tile;
