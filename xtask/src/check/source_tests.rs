//! What the rules see of a file, on small ones.

use super::*;

fn code(text: &str) -> String {
    Source::new("shared/x/src/a.rs", text, false).code
}

#[test]
fn comments_and_strings_are_not_code() {
    let text = "let a = \"x.unwrap()\"; // b.unwrap()\n/* c.unwrap() /* d */ e.unwrap() */ f();\n";
    let code = code(text);
    assert!(!code.contains("unwrap"), "{code}");
    assert!(code.contains("f();"));
    assert_eq!(code.lines().count(), text.lines().count());
}

#[test]
fn raw_strings_escapes_and_characters_end_where_they_end() {
    assert_eq!(
        code("r#\"a \" b\"# ; ok();").trim_end(),
        "r#\"     \"# ; ok();"
    );
    assert!(code(r#"let q = '"'; g(); let s = "\" h()"; i();"#).contains("g();"));
    assert!(!code(r#"let s = "\" h()"; i();"#).contains("h()"));
    assert!(code(r#"let s = "\" h()"; i();"#).contains("i();"));
    assert!(code("fn f<'a>(x: &'a str) -> &'a str { y.unwrap() }").contains("unwrap"));
    assert!(code(r"let c = '\''; z.unwrap()").contains("unwrap"));
    assert!(code(r"let c = '\\'; z.unwrap()").contains("unwrap"));
    assert!(code("for_r\"text\"; k()").contains("k()"));
    assert!(!code("br\"k()\"").contains("k()"));
}

#[test]
fn tests_are_not_code_and_what_follows_them_is() {
    let text =
        "fn a() { x() }\n#[cfg(test)]\nmod tests {\n fn b() { y.unwrap() }\n}\nfn c() { z() }\n";
    let code = code(text);
    assert!(code.contains("x()") && code.contains("z()") && !code.contains("unwrap"));
}

#[test]
fn attributes_between_are_passed() {
    let text = "#[cfg(test)]\n#[expect(clippy::x, reason = \"[\")]\nmod tests { y.unwrap() }\nw();";
    let code = code(text);
    assert!(!code.contains("unwrap") && code.contains("w();"), "{code}");
}

#[test]
fn items_for_tests_without_a_body_end_at_their_semicolon() {
    let code = code(
        "#[cfg(test)]\nuse a::{b, c};\nfn d() { e() }\n#[cfg(all(test, target_arch = \"wasm32\"))]\nmod g;\nh();",
    );
    assert!(
        code.contains("e()") && code.contains("h();") && !code.contains("use a"),
        "{code}"
    );
}

#[test]
fn modules_that_are_declared_for_tests_are_tests() {
    let files = [
        (
            "shared/x/src/lib.rs",
            "mod a;\n#[cfg(test)]\nmod fakes;\nfn f() {}",
        ),
        ("shared/x/src/a.rs", "#[cfg(test)]\nmod tests;\nfn g() {}"),
        ("shared/x/src/fakes.rs", "fn h() { i.unwrap() }"),
        ("shared/x/src/a/tests.rs", "fn j() { k.unwrap() }"),
        (
            "shared/x/src/b.rs",
            "#[cfg(test)]\n#[path = \"b_tests.rs\"]\nmod tests;\nfn n() {}",
        ),
        ("shared/x/src/b_tests.rs", "fn o() { p.unwrap() }"),
        ("shared/x/src/tests.rs", "fn l() { m.unwrap() }"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()));
    let seen: Vec<(String, bool)> = together(&files)
        .into_iter()
        .map(|one| (one.path, one.code.is_empty()))
        .collect();
    let is_test = [false, false, true, true, false, true, false];
    for ((path, is_empty), expected) in seen.iter().zip(is_test) {
        assert_eq!(*is_empty, expected, "{path}");
    }
}

#[test]
fn lines_are_counted_from_one() {
    let source = Source::new("style/a.css", "a\nb /* c */\nd", false);
    assert_eq!(source.line_at(0), 1);
    assert_eq!(source.line_at(2), 2);
    assert_eq!(source.without_comments, "a\nb        \nd");
}
