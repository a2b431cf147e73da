//! No second way to compute a metric: what shows figures does no arithmetic on them.
//!
//! Held as far as a scanner can: where figures are shown or passed on, a value that an answer holds is not an
//! operand, neither where it stands nor under a name of its own (a number that is written out may scale it),
//! nothing is divided by a total, a target or what is compared with, and no figures are added up. Lengths
//! of bars and shades of cells, which are drawn and not read, divide by the largest.

use std::collections::BTreeSet;

use super::source::Source;

/// Where figures are shown or passed on.
const PLACES: [&str; 5] = [
    "app/src/",
    "app/engine/src/",
    "edge/src/features/",
    "edge/src/figures/",
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
        places.extend(named_operands(&source.code));
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

/// Operations with another value on what `let name = value.as_f64();` named, up to the end of its block.
fn named_operands(code: &str) -> Vec<usize> {
    const END: &str = ".as_f64();";
    let mut found = Vec::new();
    for (at, _) in code.match_indices(END) {
        let begin = code[..at].rfind([';', '{', '}']).map_or(0, |it| it + 1);
        let Some((name, _)) = code[begin..at]
            .trim_start()
            .strip_prefix("let ")
            .and_then(|rest| rest.split_once('='))
        else {
            continue;
        };
        let name = name.split(':').next().unwrap_or_default().trim();
        let from = at + END.len();
        let scope = &code[from..from + block_length(&code[from..])];
        let uses = scope.match_indices(name).filter(|(place, _)| {
            let (before, after) = (&scope[..*place], &scope[place + name.len()..]);
            let is_word = !before.ends_with(is_of_path) && !after.starts_with(is_of_path);
            is_word && (is_followed_by_operand(after) || is_preceded_by_operand(before))
        });
        found.extend(uses.map(|(place, _)| from + place));
    }
    found
}

/// How far the block goes on that code begins in.
fn block_length(code: &str) -> usize {
    let mut depth = 0_i32;
    let end = code.find(|letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        depth < 0
    });
    end.unwrap_or(code.len())
}

const SIGNS: [char; 4] = ['+', '-', '*', '/'];

fn is_followed_by_operand(after: &str) -> bool {
    let after = after.trim_start();
    let operand = after
        .trim_start_matches(SIGNS)
        .trim_start_matches([' ', '\n', '=', '(', '&']);
    after.starts_with(SIGNS) && !after.starts_with("->") && operand.starts_with(char::is_alphabetic)
}

fn is_preceded_by_operand(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\n', '(', '&']);
    let operand = before.trim_end_matches(SIGNS).trim_end();
    let word = operand.trim_end_matches(is_of_path).len();
    let starts_with_letter = operand[word..].starts_with(char::is_alphabetic);
    before.ends_with(SIGNS) && (starts_with_letter || operand.ends_with([')', ']']))
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
            "fn a() { let v = x.as_f64(); v / w }",
            "fn a() { let now = row.now.as_f64(); let gone = before - now; }",
            "fn a() { let v: f64 = x.as_f64(); if b { c((d(w) - e) * v) } }",
        ] {
            for path in [
                "app/src/features/home.rs",
                "app/engine/src/session.rs",
                "edge/src/figures/dashboard.rs",
            ] {
                assert_eq!(lines(path, code), 1, "{path}: {code}");
            }
            assert_eq!(lines("shared/cube/src/derived.rs", code), 0, "{code}");
        }
    }

    #[test]
    fn drawing_and_counting_are_not() {
        for code in [
            "fn a() { let length = value / most; }",
            "fn a() { let bytes = sizes.iter().sum::<usize>(); }",
            "fn a() -> f64 { value.as_f64() }",
            "fn a() { let share = x.as_f64(); let wide = share * 100.0; b(-share, &share) }",
            "fn a() { { let v = x.as_f64(); b(v); } let w = v / u; let vv = c / d; }",
            "fn a() { values.map(|value| value.as_f64()).fold(0.0, f64::max) }",
            "fn a() { b(\"value / total\") } // value / total",
            "#[cfg(test)]\nmod tests { fn a() { let share = value / total; } }",
        ] {
            assert_eq!(lines("app/src/features/home.rs", code), 0, "{code}");
        }
    }
}
