use proptest::prelude::*;

use super::*;

fn rows(text: &str, columns: &[&str], step: usize) -> Result<Vec<(u64, Vec<String>)>, IngestError> {
    let mut found = Vec::new();
    let mut source = JsonRows::new(columns.iter().map(|column| (*column).to_owned()).collect());
    let mut sink = |event: RowEvent<'_>| {
        match event {
            RowEvent::Header(_) => {}
            RowEvent::Row { line, cells } => {
                found.push((line, cells.iter().map(str::to_owned).collect()));
            }
            RowEvent::Bad { line, .. } => found.push((line, vec!["BAD".to_owned()])),
        }
        Ok(())
    };
    for part in text.as_bytes().chunks(step) {
        source.push(part, &mut sink)?;
    }
    source.finish(&mut sink)?;
    Ok(found)
}

#[test]
fn lists_and_lines_read_alike() {
    let list = "[{\"a\":1,\"b\":{\"c\":\"x}\\\"\"}},\n {\"a\":2}]";
    let lines = "{\"a\":1,\"b\":{\"c\":\"x}\\\"\"}}\n{\"a\":2}\n";
    let expected = vec![
        (1, vec!["1".to_owned(), "x}\"".to_owned()]),
        (2, vec!["2".to_owned(), String::new()]),
    ];
    for step in [1, 5, 1000] {
        assert_eq!(rows(list, &["a", "b.c"], step).unwrap(), expected);
        assert_eq!(rows(lines, &["a", "b.c"], step).unwrap(), expected);
    }
}

/// The line and first cell of each row.
fn firsts(text: &str) -> Vec<(u64, String)> {
    let whole = rows(text, &["a"], 10_000).unwrap();
    for step in [1, 2, 7] {
        assert_eq!(rows(text, &["a"], step).unwrap(), whole, "step {step}");
    }
    whole
        .into_iter()
        .map(|(line, cells)| (line, cells.concat()))
        .collect()
}

fn found(rows: &[(u64, &str)]) -> Vec<(u64, String)> {
    rows.iter()
        .map(|(line, cell)| (*line, (*cell).to_owned()))
        .collect()
}

#[test]
fn a_damaged_line_is_rejected_by_itself() {
    for damage in [
        "{\"a\":\"x",
        "{\"a\":1}}",
        "{\"a\":[1,2}",
        "oops",
        "{\"a\":,",
        "12",
        "{\"a\":{",
    ] {
        let text = format!("{{\"a\":1}}\n{damage}\n\n{{\"a\":2}}\n{{\"a\":3}}");
        let expected = found(&[(1, "1"), (2, "BAD"), (4, "2"), (5, "3")]);
        assert_eq!(firsts(&text), expected, "{damage}");
    }
    let first = "{\"a\":\"x\n{\"a\":2}\n{\"a\":3}\n";
    assert_eq!(firsts(first), found(&[(1, "BAD"), (2, "2"), (3, "3")]));
}

#[test]
fn several_objects_on_a_line_and_one_over_several_lines_are_read() {
    assert_eq!(
        firsts("{\"a\":1}{\"a\":2}\n{\"a\":3},\n"),
        found(&[(1, "1"), (1, "2"), (2, "3")])
    );
    assert_eq!(
        firsts("{\n \"a\":\n1}\n{\n\"a\":2}"),
        found(&[(1, "1"), (4, "2")])
    );
    assert_eq!(firsts("\n{\"a\":1}"), found(&[(2, "1")]));
}

#[test]
fn a_list_goes_on_after_a_text_that_was_never_closed() {
    let text = "[\n  {\"a\":1,\n   \"b\":{\"c\":\"x}},\n  {\"a\":2,\n    \"b\":{}}\n]";
    assert_eq!(firsts(text), found(&[(2, "BAD"), (4, "2")]));
}

#[test]
fn a_page_of_an_interface_is_read_as_its_list() {
    let page = "{\"page\":0,\"content\":[{\"a\":1},{\"a\":2}],\"next\":{\"x]\":[1]}}";
    assert_eq!(firsts(page), found(&[(1, "1"), (1, "2")]));
    let pages = format!("{page}\n{page}\n");
    assert_eq!(
        firsts(&pages),
        found(&[(1, "1"), (1, "2"), (2, "1"), (2, "2")])
    );
    assert_eq!(
        firsts("{\n\"orders\" : [\n{\"a\":1}\n]\n}\n"),
        found(&[(3, "1")])
    );
    // An order's own list of that name is none.
    assert_eq!(
        firsts("[{\"a\":1,\"data\":[{\"a\":2}]}]"),
        found(&[(1, "1")])
    );
}

#[test]
fn what_is_no_object_is_refused_and_a_cut_one_is_bad() {
    assert_eq!(
        rows("\n12", &["a"], 1),
        Err(IngestError::NotObjects { line: 2 })
    );
    assert_eq!(
        rows("{\"a\":1}\n{\"a\":", &["a"], 3).unwrap()[1],
        (2, vec!["BAD".to_owned()])
    );
}

proptest! {
    #[test]
    fn it_does_not_matter_how_text_arrives(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("{\"a\":1}"), Just("{\"a\":"), Just("\"content\":["), Just("{"), Just("}"), Just("["),
                Just("]"), Just("\n"), Just("\""), Just(","), Just(" "), Just("\\"), Just("x"),
            ],
            0..30,
        ),
        step in 1_usize..9,
    ) {
        let text = pieces.concat();
        prop_assert_eq!(rows(&text, &["a"], step), rows(&text, &["a"], 10_000));
    }
}
