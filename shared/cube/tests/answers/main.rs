//! Answers of the cube against two judges: a plain walk over the rows, and SQLite.

mod by_hand;
mod law;
mod naive;
mod operations;
mod periods;
mod questions;
mod reading;
mod refusals;
mod rollups;
mod sqlite;
mod sqlite_more;
mod sqlite_sets;
mod stand_ins;
mod views;
mod world;
