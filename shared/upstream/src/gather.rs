//! Several answers as one object, each a member.

use serde_json::{Map, Value};

use crate::rules::Part;

/// The member that names what could not be had; there only where something could not.
pub const MISSING: &str = "_missing";

/// Makes one object of the parts' answers, in the parts' order; `None` for a part that could not be had. Where
/// nothing stands in for it, the whole fails with its name.
pub fn gather(parts: &[Part], answers: Vec<Option<Value>>) -> Result<Value, &str> {
    let mut members = Map::new();
    let mut missing = Vec::new();
    let answers = answers.into_iter().chain(std::iter::repeat_with(|| None));
    for (part, answer) in parts.iter().zip(answers) {
        let value = match (answer, &part.otherwise) {
            (Some(answer), _) => part.json.apply(answer),
            (None, Some(otherwise)) => {
                missing.push(Value::from(part.name.as_str()));
                otherwise.clone()
            }
            (None, None) => return Err(&part.name),
        };
        members.insert(part.name.clone(), value);
    }
    if !missing.is_empty() {
        members.insert(MISSING.to_owned(), Value::Array(missing));
    }
    Ok(Value::Object(members))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mapping::Mapping;
    use crate::path::Template;

    fn part(name: &str, otherwise: Option<Value>) -> Part {
        Part {
            name: name.to_owned(),
            upstream: 0,
            to: Template::read("/x", &[]).unwrap(),
            otherwise,
            json: Mapping::default(),
        }
    }

    #[test]
    fn what_is_missing_is_named_or_ends_it() {
        let parts = [part("a", None), part("b", Some(Value::Null))];
        let both = gather(&parts, vec![Some(json!(1)), Some(json!(2))]);
        assert_eq!(both, Ok(json!({ "a": 1, "b": 2 })));
        let one = gather(&parts, vec![Some(json!(1)), None]);
        assert_eq!(one, Ok(json!({ "a": 1, "b": null, "_missing": ["b"] })));
        assert_eq!(gather(&parts, vec![None, Some(json!(2))]), Err("a"));
        assert_eq!(gather(&parts, vec![]), Err("a"));
    }
}
