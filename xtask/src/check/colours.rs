//! Colours are named once, in the design tokens; everything else refers to a token.

use super::source::Source;

const TOKENS: &str = "style/tokens.css";
const FUNCTIONS: [&str; 8] = [
    "rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklch(",
];

/// Says each colour that stands outside of the tokens, as `path:line: what`.
pub fn broken(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let is_style = source.path.starts_with("style/") && source.path != TOKENS;
        let is_app = source.path.starts_with("app/src/") && source.path.ends_with(".rs");
        if !is_style && !is_app {
            continue;
        }
        let text = &source.without_comments;
        let mut places: Vec<usize> = FUNCTIONS
            .iter()
            .flat_map(|name| text.match_indices(name))
            .map(|(at, _)| at)
            .collect();
        places.retain(|at| !is_letter_before(text, *at));
        places.extend(
            text.match_indices('#')
                .map(|(at, _)| at)
                .filter(|at| is_hex(text, *at)),
        );
        places.sort_unstable();
        for at in places {
            let word: String = text[at..]
                .chars()
                .take(12)
                .take_while(|letter| !matches!(letter, ';' | '\n'))
                .collect();
            let line = source.line_at(at);
            found.push(format!(
                "{}:{line}: colour {word}: name it in {TOKENS}",
                source.path
            ));
        }
    }
    found
}

fn is_letter_before(text: &str, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
    before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether `#` begins a colour of 3, 4, 6 or 8 digits, and no selector: those are followed by `{` before
/// any `;` or `}`.
fn is_hex(text: &str, at: usize) -> bool {
    let rest = &text[at + 1..];
    let end =
        rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '_');
    let word = &rest[..end.unwrap_or(rest.len())];
    if !matches!(word.len(), 3 | 4 | 6 | 8)
        || !word.chars().all(|letter| letter.is_ascii_hexdigit())
    {
        return false;
    }
    let stop = rest
        .find(['{', ';', '}'])
        .and_then(|stop| rest.as_bytes().get(stop));
    stop != Some(&b'{') || text[..at].ends_with('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(path: &str, text: &str) -> usize {
        broken(&[Source::new(path, text, false)]).len()
    }

    #[test]
    fn colours_stand_in_the_tokens_only() {
        let text = "a { color: #1a2b3c; background: rgb(1 2 3); border: 1px solid #fff }";
        assert_eq!(verdict("style/tiles.css", text), 3);
        assert_eq!(verdict("style/tokens.css", text), 0);
        assert_eq!(
            verdict("style/tiles.css", "a { color: var(--ink); } /* #fff */"),
            0
        );
    }

    #[test]
    fn selectors_and_references_are_no_colours() {
        assert_eq!(
            verdict(
                "style/a.css",
                "#add { margin: 0 }\n#app .x, #fed > a { top: 0 }"
            ),
            0
        );
        assert_eq!(
            verdict(
                "style/a.css",
                "a { filter: url(#facet-1); mask: my-rgb(1) }"
            ),
            0
        );
    }

    #[test]
    fn the_app_names_no_colour_either() {
        assert_eq!(
            verdict("app/src/a.rs", "let ink = \"#0f766e\"; let id = \"#main\";"),
            1
        );
        assert_eq!(
            verdict("app/src/a.rs", "style=\"color: rgba(0,0,0,.5)\""),
            1
        );
        assert_eq!(
            verdict(
                "app/src/a.rs",
                "// as #123456 in the ticket\n#[cfg(x)] fn f() {}"
            ),
            0
        );
        assert_eq!(verdict("app/engine/src/a.rs", "\"#0f766e\""), 0);
    }
}
