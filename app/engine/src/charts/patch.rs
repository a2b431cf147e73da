//! Members that `charming` has no name for, set on the JSON that it makes.

use serde_json::Value;

/// Merges `members` into the object at a pointer (RFC 6901), member by member. Does nothing where there
/// is no object: the tests of each chart hold that there is.
pub fn merge(option: &mut Value, pointer: &str, members: Value) {
    let Some(target) = option.pointer_mut(pointer) else {
        return;
    };
    merge_into(target, members);
}

fn merge_into(target: &mut Value, members: Value) {
    match (target, members) {
        (Value::Object(target), Value::Object(members)) => {
            for (name, member) in members {
                match target.get_mut(&name) {
                    Some(old) if old.is_object() && member.is_object() => merge_into(old, member),
                    _ => {
                        target.insert(name, member);
                    }
                }
            }
        }
        (target, members) => *target = members,
    }
}

/// Merges `members` into every object of the list at a pointer.
pub fn merge_each(option: &mut Value, pointer: &str, members: &Value) {
    let Some(Value::Array(targets)) = option.pointer_mut(pointer) else {
        return;
    };
    for target in targets {
        merge_into(target, members.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merges_deep_and_replaces_what_is_no_object() {
        let mut option = json!({"a": [{"b": {"c": 1, "d": 2}}, {}]});
        merge(&mut option, "/a/0", json!({"b": {"c": 3}, "e": 4}));
        merge(&mut option, "/nowhere", json!(1));
        merge_each(&mut option, "/a", &json!({"f": 5}));
        assert_eq!(
            option,
            json!({"a": [{"b": {"c": 3, "d": 2}, "e": 4, "f": 5}, {"f": 5}]})
        );
    }
}
