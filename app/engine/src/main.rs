//! The engine worker: holds the segments and answers every question.
fn main() {}
