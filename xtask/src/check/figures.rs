//! No second way to compute a metric: what shows figures does no arithmetic on them.
//!
//! Held as far as a scanner can: where figures are shown, a value that an answer holds is not an operand,
//! nothing is divided by a total, a target or what is compared with, and no figures are added up. Lengths
//! of bars and shades of cells, which are drawn and not read, divide by the largest.

use std::collections::BTreeSet;

use super::source::Source;

/// Where figures are shown.
const PLACES: [&str; 4] = [
    "app/src/",
    CHARTS,
    "edge/src/features/",
    "shared/dashboard/src/",
];
/// Numbers come here to be drawn.
const CHARTS: &str = "app/engine/src/charts/";
/// What a share would be taken of.
const WHOLES: [&str; 9] = [
    "total",
    "totals",
    "whole",
    "target",
    "planned",
    "previous",
    "last_year",
    "reference",
    "compared",
];
/// A sum of whole numbers of things, as bytes, is none of figures; nor are the ends of stacked bars.
const SUMS: [&str; 3] = ["sum::<f64>()", "sum::<i64>()", "sum::<Value>()"];

/// Says each place that computes a figure by itself.
pub fn broken(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        if !PLACES.iter().any(|place| source.path.starts_with(place)) {
            continue;
        }
        let mut places: Vec<usize> = operands(&source.code);
        places.extend(divisions(&source.code));
        let sums = match source.path.starts_with(CHARTS) {
            true => [].as_slice(),
            false => &SUMS,
        };
        for sum in sums {
            places.extend(source.code.match_indices(sum).map(|(at, _)| at));
        }
        let lines: BTreeSet<usize> = places.into_iter().map(|at| source.line_at(at)).collect();
        found.extend(lines.into_iter().map(|line| {
            let path = &source.path;
            format!(
                "{path}:{line}: computes a figure: ask the cube for it (Query::derived, compare)"
            )
        }));
    }
    found
}

/// Values of an answer that are operands.
fn operands(code: &str) -> Vec<usize> {
    const VALUE: &str = ".as_f64()";
    let calls = code.match_indices(VALUE).map(|(at, _)| at);
    let is_operand = |at: &usize| {
        let after = code[at + VALUE.len()..].trim_start();
        let is_arrow = after.starts_with("->");
        let has_after = after.starts_with(['+', '-', '*', '/']) && !is_arrow;
        let path = code[..*at].trim_end_matches(is_of_path).trim_end();
        let is_reference = path.ends_with("(*") || path.ends_with("|*");
        has_after || path.ends_with(['+', '-', '*', '/']) && !is_reference
    };
    calls.filter(is_operand).collect()
}

fn is_of_path(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.')
}

/// Divisions by a whole.
fn divisions(code: &str) -> Vec<usize> {
    let signs = code.match_indices('/').map(|(at, _)| at);
    let is_by_whole = |at: &usize| {
        let divisor = code[at + 1..].trim_start_matches(['=', ' ', '\n', '(', '*', '&']);
        let end = divisor.find(|letter| !is_of_path(letter));
        let divisor = &divisor[..end.unwrap_or(divisor.len())];
        divisor.split('.').any(|name| WHOLES.contains(&name))
    };
    signs.filter(is_by_whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, code: &str) -> usize {
        broken(&[Source::new(path, code, false)]).len()
    }

    #[test]
    fn arithmetic_on_figures_is_found_where_they_are_shown() {
        for code in [
            "fn a() { let share = value / total; }",
            "fn a() { let share = value.as_f64() / other; }",
            "fn a() { let share = 1.0 - row.value.as_f64(); }",
            "fn a() { let share = value / tile.target.as_f64(); }",
            "fn a() { let sum = steps.iter().map(mean).sum::<f64>(); }",
            "fn a() { share /= whole; }",
        ] {
            assert_eq!(lines("app/src/features/home.rs", code), 1, "{code}");
            assert_eq!(lines("shared/cube/src/derived.rs", code), 0, "{code}");
        }
    }

    #[test]
    fn drawing_and_counting_are_not() {
        for code in [
            "fn a() { let length = value / most; }",
            "fn a() { let bytes = sizes.iter().sum::<usize>(); }",
            "fn a() -> f64 { value.as_f64() }",
            "fn a() { values.map(|value| value.as_f64()).fold(0.0, f64::max) }",
            "fn a() { b(\"value / total\") } // value / total",
            "#[cfg(test)]\nmod tests { fn a() { let share = value / total; } }",
        ] {
            assert_eq!(lines("app/src/features/home.rs", code), 0, "{code}");
        }
    }
}
