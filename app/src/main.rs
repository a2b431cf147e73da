//! The Leptos app: shell, screens and components.
fn main() {}
