//! A small line without axes: how a value moved. It is a picture beside a number, hidden from screen
//! readers, which read the number.

use leptos::prelude::*;

const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 28.0;

/// The path of some values in a box of 100 x 28; gaps break the line.
pub fn path(values: &[Option<f64>]) -> String {
    let known = || {
        values
            .iter()
            .flatten()
            .copied()
            .filter(|value| value.is_finite())
    };
    let (low, high) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low > high || values.len() < 2 {
        return String::new();
    }
    let span = if high > low { high - low } else { 1.0 };
    let mut path = String::new();
    let mut is_open = false;
    for (at, value) in values.iter().enumerate() {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            is_open = false;
            continue;
        };
        let x = at as f64 / (values.len() - 1) as f64 * WIDTH;
        let y = HEIGHT - 2.0 - (value - low) / span * (HEIGHT - 4.0);
        let command = if is_open { 'L' } else { 'M' };
        path.push_str(&format!("{command}{x:.1} {y:.1}"));
        is_open = true;
    }
    path
}

/// A small line.
#[component]
pub fn Sparkline(values: Vec<Option<f64>>) -> impl IntoView {
    view! {
        <svg class="sparkline" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">
            <path d=path(&values)></path>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_path_spans_the_box_and_breaks_at_gaps() {
        assert_eq!(path(&[Some(1.0), Some(3.0)]), "M0.0 26.0L100.0 2.0");
        assert_eq!(path(&[Some(1.0), None, Some(3.0)]), "M0.0 26.0M100.0 2.0");
        assert_eq!(path(&[None, None]), "");
        assert_eq!(path(&[Some(5.0), Some(5.0)]), "M0.0 26.0L100.0 26.0");
    }
}
