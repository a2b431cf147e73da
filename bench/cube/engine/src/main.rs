//! The cube as `cargo xtask bench cube` asks it in the browser: order lines become segments as the edge
//! makes them, one per month and channel; they are stored and opened as the product does it, and questions
//! answered.
//!
//! Out of scope: the clock. The page takes the time around each call; natively `native` does.

mod lines;
mod names;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod questions;
#[cfg(target_arch = "wasm32")]
mod shelf;

use std::hint::black_box;

use cube::{Answer, Cube, Query, Segment, View};
use kernel::{Hash256, WeekStart};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::lines::{DAYS, day_of};

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    native::measure();
}

/// A cube with the questions that are asked of it over and over.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    cube: Cube,
    questions: Vec<Query>,
    views: Vec<View>,
    brush: View,
    segments: u64,
}

#[wasm_bindgen]
impl Engine {
    /// A cube without facts, whose open views count orders and customers or do not.
    #[wasm_bindgen(constructor)]
    pub fn new(counts_buyers: bool) -> Engine {
        let cube = Cube::new(cube::CalendarRules {
            week_start: WeekStart::Monday,
            fiscal_first_month: 1,
            today: day_of(DAYS),
        });
        Engine {
            cube,
            questions: questions::all(),
            views: questions::views(counts_buyers)
                .into_iter()
                .map(View::new)
                .collect(),
            brush: View::new(questions::brush(0)),
            segments: 0,
        }
    }

    /// Makes the members known, which segments name by their codes.
    pub fn name_members(&mut self) {
        for chunk in names::dictionaries() {
            self.cube
                .extend_dictionary(&chunk)
                .expect("the members of the bench");
        }
    }

    /// Opens a segment from its bytes, which are copied.
    pub fn open(&mut self, bytes: &[u8]) {
        self.segments += 1;
        let mut id = [0; 32];
        id[..8].copy_from_slice(&self.segments.to_be_bytes());
        let segment = Segment::open(bytes).expect("a segment of the bench");
        self.cube.add_segment(Hash256::from_bytes(id), segment);
    }

    /// Answers a question; gives the number of rows. The answer is made and dropped, not serialised.
    pub fn ask(&self, question: usize) -> usize {
        self.questions
            .get(question)
            .map_or(0, |query| rows_of(&self.cube, query))
    }

    /// Answers "revenue by category" over the 90 days from a day.
    pub fn brush(&mut self, first_day: u32) -> usize {
        self.brush.move_to(questions::brush(first_day).range);
        viewed(&mut self.brush, &self.cube)
    }

    /// Answers every open view.
    pub fn ask_views(&mut self) -> usize {
        let views = self.views.iter_mut();
        views.map(|view| viewed(view, &self.cube)).sum()
    }

    /// The answer as the app gets it: JSON.
    pub fn json(&self, question: usize) -> String {
        let answer = self
            .questions
            .get(question)
            .map(|query| answered(&self.cube, query));
        serde_json::to_string(&answer).unwrap_or_default()
    }

    /// The answer of a brush as JSON.
    pub fn brush_json(&self, first_day: u32) -> String {
        let answer = answered(&self.cube, &questions::brush(first_day));
        serde_json::to_string(&answer).unwrap_or_default()
    }

    /// Bytes that the cube itself counts as held.
    pub fn memory_bytes(&self) -> usize {
        self.cube.memory_bytes()
    }
}

fn answered(cube: &Cube, query: &Query) -> Answer {
    cube.answer(query).expect("a question of the bench")
}

fn viewed(view: &mut View, cube: &Cube) -> usize {
    let answer = view.answer(cube).expect("a question of the bench");
    black_box(answer).rows.len()
}

fn rows_of(cube: &Cube, query: &Query) -> usize {
    black_box(answered(cube, query)).rows.len()
}
