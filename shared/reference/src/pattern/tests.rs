//! Patterns of the document, and those that are none.

use proptest::prelude::*;

use super::*;

fn check(pattern: &str, fitting: &[&str], others: &[&str]) {
    let read = Pattern::read(pattern).unwrap_or_else(|| panic!("{pattern} is understood"));
    for text in fitting {
        assert!(read.fits(text), "{pattern} takes {text:?}");
    }
    for text in others {
        assert!(!read.fits(text), "{pattern} refuses {text:?}");
    }
    let example = read.example().expect("an example");
    assert!(
        read.fits(&example),
        "{pattern} takes its own example {example:?}"
    );
}

#[test]
fn patterns_of_the_document_are_understood() {
    check(
        "^[a-z0-9-]{1,64}$",
        &["demo", "c-1", &"a".repeat(64)],
        &["", "C-1", "a b", &"a".repeat(65)],
    );
    check(
        "^[0-9a-f]{64}$",
        &[&"0f".repeat(32)],
        &["0f", &"0g".repeat(32)],
    );
    check(
        "^[1-5]([0-9]{2}|xx)$",
        &["404", "4xx"],
        &["6xx", "40", "4x", "404 "],
    );
    check(
        r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
        &["a.b.c", "_._.-"],
        &["a.b", "a..c", "a.b.c."],
    );
    check("^[!-~]{1,128}$", &["a", "~!"], &["", "a b", "ç"]);
    check(
        r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
        &["Acme", " a "],
        &["", "  ", "a\nb", "\u{85}a"],
    );
    check(
        "^(GET|POST) /(?:a|b)?$",
        &["GET /", "POST /b"],
        &["PUT /", "GET /c"],
    );
    check("b+", &["abc"], &["ac"]);
}

#[test]
fn what_is_not_understood_is_no_pattern() {
    for text in [
        "(",
        "[a",
        "a{",
        "a{x}",
        "(?=a)",
        r"\p{L}",
        "a**",
        "a+?",
        "*",
        ")",
        &"(".repeat(30),
    ] {
        assert_eq!(Pattern::read(text), None, "{text}");
    }
}

#[test]
fn a_pattern_that_tries_everything_ends() {
    let slow = Pattern::read("^(a|a|a)*b$").expect("a pattern");
    assert!(slow.fits(&"a".repeat(60)), "the edge decides");
}

proptest! {
    #[test]
    fn a_number_of_letters_is_counted(least in 0_u32..6, more in 0_u32..6, length in 0_usize..14) {
        let pattern = Pattern::read(&format!("^x{{{least},{}}}$", least + more)).expect("a pattern");
        let expected = (least as usize..=(least + more) as usize).contains(&length);
        prop_assert_eq!(pattern.fits(&"x".repeat(length)), expected);
    }

    #[test]
    fn no_text_makes_it_panic(pattern in "[\\[\\](){}|^$.*+?a-c0-9,\\\\x-]{0,20}", text in ".{0,12}") {
        if let Some(read) = Pattern::read(&pattern) {
            read.fits(&text);
            read.example();
        }
    }
}
