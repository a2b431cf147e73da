//! The same for questions: JSON of any content, as it may come from an address, a page or a program.

use cube::{Answer, Cube, Query, QueryError, Segment};
use kernel::Hash256;

use super::{rules, written};

/// Reads bytes as a question and asks it; answers and errors are both fine.
pub fn run(input: &[u8]) {
    let Ok(query) = serde_json::from_slice::<Query>(input) else {
        return;
    };
    let seeds: Vec<u8> = (0..=60).collect();
    let mut segments = Vec::new();
    for choice in 120..124 {
        let (writer, _) = written(choice, &seeds);
        segments.push(Segment::open(writer.finish()).expect("just written"));
    }
    let days = segments[0].days();
    let mut cube = Cube::new(rules(days.to()));
    for (number, segment) in (0..).zip(segments) {
        cube.add_segment(Hash256::from_bytes([number; 32]), segment);
    }
    let answer: Result<Answer, QueryError> = cube.answer(&query);
    if let Ok(answer) = answer {
        assert!(answer.rows.len() <= Query::ROWS_MAX + 1);
        let text = serde_json::to_string(&query).expect("a question as text");
        let again: Query = serde_json::from_str(&text).expect("the same question");
        assert_eq!(again, query);
    }
}
