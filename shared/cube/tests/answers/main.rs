//! Answers of the cube against two judges: a plain walk over the rows, and SQLite.

mod by_hand;
mod law;
mod naive;
mod operations;
mod questions;
mod rollups;
mod sqlite;
mod sqlite_more;
mod stand_ins;
mod views;
mod world;
