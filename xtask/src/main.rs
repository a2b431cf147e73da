//! How everything is run: start, test, check, build, bench, size.
fn main() {}
