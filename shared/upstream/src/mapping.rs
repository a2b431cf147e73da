//! What is made of JSON on its way: members that go elsewhere, go, are set, and an envelope around all or off.
//!
//! Places are JSON pointers (RFC 6901). In them `*` is every element of a list and every member of an object. A
//! place that is not there is passed over: services leave out what they do not have.

use serde_json::{Map, Value};
use thiserror::Error;

/// Steps of the longest place.
const STEPS_MAX: usize = 16;

/// Why a text is no place, or two do not go together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// It does not begin with a slash, or is too deep.
    #[error("a place is /members/between/slashes, at most {STEPS_MAX}")]
    Malformed,
    /// What is renamed does not stay beside what it was.
    #[error("both places are the same up to the last *")]
    Apart,
}

/// A place in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(Vec<String>);

impl Place {
    /// Reads a JSON pointer to a member.
    pub fn read(text: &str) -> Result<Place, PlaceError> {
        let rest = text.strip_prefix('/').ok_or(PlaceError::Malformed)?;
        let unescaped = |step: &str| step.replace("~1", "/").replace("~0", "~");
        let steps: Vec<String> = rest.split('/').map(unescaped).collect();
        if steps.len() > STEPS_MAX {
            return Err(PlaceError::Malformed);
        }
        Ok(Place(steps))
    }

    fn stars(&self) -> usize {
        let last = self.0.iter().rposition(|step| step == "*");
        last.map_or(0, |at| at + 1)
    }
}

/// What is made of JSON, in this order.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// Only what is at this place remains.
    pub unwrap: Option<Place>,
    /// What goes elsewhere: from, to.
    pub rename: Vec<(Place, Place)>,
    /// What goes.
    pub remove: Vec<Place>,
    /// What is set.
    pub set: Vec<(Place, Value)>,
    /// All of it becomes this member of a new object.
    pub wrap: Option<String>,
}

impl Mapping {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.unwrap.is_none()
            && self.wrap.is_none()
            && self.rename.is_empty()
            && self.remove.is_empty()
            && self.set.is_empty()
    }

    /// Makes it of a value.
    pub fn apply(&self, mut value: Value) -> Value {
        if let Some(place) = &self.unwrap {
            value = take(&mut value, &place.0).unwrap_or(Value::Null);
        }
        for (from, to) in &self.rename {
            let shared = from.stars();
            each(
                &mut value,
                from.0.get(..shared).unwrap_or_default(),
                &mut |parent| {
                    if let Some(moved) = take(parent, from.0.get(shared..).unwrap_or_default()) {
                        put(parent, to.0.get(shared..).unwrap_or_default(), moved);
                    }
                },
            );
        }
        for place in &self.remove {
            at_parents(&mut value, place, &mut |parent, rest| {
                take(parent, rest);
            });
        }
        for (place, set) in &self.set {
            at_parents(&mut value, place, &mut |parent, rest| {
                put(parent, rest, set.clone());
            });
        }
        match &self.wrap {
            Some(name) => {
                let mut whole = Map::new();
                whole.insert(name.clone(), value);
                Value::Object(whole)
            }
            None => value,
        }
    }
}

/// Whether something can be renamed from one place to another: elements of a list stay in theirs.
pub fn go_together(from: &Place, to: &Place) -> Result<(), PlaceError> {
    let shared = from.stars();
    let is_same = from.0.get(..shared) == to.0.get(..shared);
    let is_rest = from.0.len() > shared && to.0.len() > shared;
    if is_same && is_rest && to.stars() == shared {
        return Ok(());
    }
    Err(PlaceError::Apart)
}

/// Works where a place's last `*` leads to, with the steps after it.
fn at_parents(value: &mut Value, place: &Place, work: &mut dyn FnMut(&mut Value, &[String])) {
    // A place that ends with a star is about all elements: about the member of each parent then.
    let shared = place.stars();
    let is_at_end = shared == place.0.len() && shared > 0;
    let shared = if is_at_end { shared - 1 } else { shared };
    let rest = place.0.get(shared..).unwrap_or_default();
    each(
        value,
        place.0.get(..shared).unwrap_or_default(),
        &mut |parent| work(parent, rest),
    );
}

fn each(value: &mut Value, steps: &[String], work: &mut dyn FnMut(&mut Value)) {
    let Some((first, rest)) = steps.split_first() else {
        return work(value);
    };
    match value {
        Value::Array(items) if first == "*" => {
            for item in items {
                each(item, rest, work);
            }
        }
        Value::Object(members) if first == "*" => {
            for (_, member) in members {
                each(member, rest, work);
            }
        }
        _ => {
            if let Some(child) = child(value, first) {
                each(child, rest, work);
            }
        }
    }
}

fn child<'v>(value: &'v mut Value, step: &str) -> Option<&'v mut Value> {
    match value {
        Value::Object(members) => members.get_mut(step),
        Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Takes out what is at a place; elements that follow in a list move up.
fn take(value: &mut Value, steps: &[String]) -> Option<Value> {
    let Some((last, before)) = steps.split_last() else {
        return Some(value.take());
    };
    let mut parent = value;
    for step in before {
        parent = child(parent, step)?;
    }
    match parent {
        Value::Object(members) if last == "*" => {
            members.clear();
            None
        }
        Value::Array(items) if last == "*" => {
            items.clear();
            None
        }
        Value::Object(members) => members.remove(last),
        Value::Array(items) => {
            let at = last.parse::<usize>().ok().filter(|at| *at < items.len())?;
            Some(items.remove(at))
        }
        _ => None,
    }
}

/// Puts something at a place, making the objects on the way; what is no object gives way to none.
fn put(value: &mut Value, steps: &[String], what: Value) {
    let Some((first, rest)) = steps.split_first() else {
        *value = what;
        return;
    };
    match value {
        Value::Object(members) => {
            let next = members.entry(first.clone()).or_insert(Value::Null);
            if next.is_null() && !rest.is_empty() {
                *next = Value::Object(Map::new());
            }
            put(next, rest, what);
        }
        Value::Array(items) if first == "*" => {
            for item in items {
                put(item, rest, what.clone());
            }
        }
        Value::Array(items) => {
            if let Some(item) = first.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                put(item, rest, what);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn place(text: &str) -> Place {
        Place::read(text).unwrap()
    }

    #[test]
    fn members_go_elsewhere_go_and_are_set() {
        let mapping = Mapping {
            unwrap: Some(place("/result")),
            rename: vec![
                (place("/items/*/cost"), place("/items/*/price/minor")),
                (place("/n"), place("/total")),
                (place("/not/there"), place("/x")),
            ],
            remove: vec![place("/items/*/secret"), place("/gone"), place("/all/*")],
            set: vec![
                (place("/items/*/price/currency"), json!("TRY")),
                (place("/meta/source"), json!("prices")),
            ],
            wrap: Some("data".into()),
        };
        let sent = json!({ "result": {
            "items": [{ "cost": 5, "secret": 1 }, { "cost": 6 }, "odd"],
            "n": 2, "gone": {}, "all": { "a": 1 },
        }, "else": 1 });
        let expected = json!({ "data": {
            "items": [
                { "price": { "minor": 5, "currency": "TRY" } },
                { "price": { "minor": 6, "currency": "TRY" } },
                "odd",
            ],
            "total": 2, "all": {}, "meta": { "source": "prices" },
        } });
        assert_eq!(mapping.apply(sent), expected);
        assert_eq!(mapping.apply(json!(5)), json!({ "data": null }));
    }

    #[test]
    fn places_are_json_pointers() {
        assert_eq!(
            place("/a~1b/m~0n/0"),
            Place(vec!["a/b".into(), "m~n".into(), "0".into()])
        );
        assert_eq!(Place::read("a"), Err(PlaceError::Malformed));
        assert_eq!(Place::read(&"/a".repeat(17)), Err(PlaceError::Malformed));
        let together = |from, to| go_together(&place(from), &place(to)).is_ok();
        assert!(together("/a", "/b/c") && together("/a/*/x", "/a/*/y/z"));
        assert!(
            !together("/a/*/x", "/b/*/x") && !together("/a", "/b/*") && !together("/a/*", "/a/*")
        );
    }

    #[test]
    fn lists_are_walked_by_number() {
        let mut value = json!([[1, 2], [3]]);
        let steps = |text: &str| place(text).0;
        assert_eq!(take(&mut value, &steps("/0/1")), Some(json!(2)));
        assert_eq!(take(&mut value, &steps("/7/1")), None);
        put(&mut value, &steps("/1/0"), json!(9));
        put(&mut value, &steps("/1/5"), json!(9));
        assert_eq!(value, json!([[1], [9]]));
    }
}
