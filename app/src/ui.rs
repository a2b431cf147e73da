//! Parts that screens are built of. They take values and callbacks.

mod bars;
mod card;
mod chart;
mod choice;
mod detail;
mod tile;

pub use bars::{Bar, BarList};
pub use card::{Card, Empty, Failed, Skeleton, WhenNear};
pub use chart::{ChartTable, ChartView};
pub use choice::{Choice, Segments};
pub use detail::{Detail, DetailSheet, LongPress};
pub use tile::Tile;
