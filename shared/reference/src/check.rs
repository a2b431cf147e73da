//! Whether a value is of a shape, and where it is not, before it is sent. The edge has the last word: what is checked
//! here is what a person mistypes.

use serde_json::Value;

use crate::pattern::Pattern;
use crate::schema::{Kind, Schemas};

/// The most that is told at once.
const TOLD_MAX: usize = 10;
/// How deep values are looked into.
const DEPTH_MAX: usize = 16;

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It has to be there.
    Missing,
    /// It is of another kind than this.
    NotOf(Kind),
    /// It is none of these.
    NoneOf(Vec<String>),
    /// It is below this.
    Below(i64),
    /// It is above this.
    Above(i64),
    /// It has fewer characters or entries than this.
    Shorter(i64),
    /// It has more characters or entries than this.
    Longer(i64),
    /// It does not look like this example.
    Unlike(String),
    /// It is no day.
    NoDay,
    /// Nothing of this name is taken.
    Unknown,
}

/// Where something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The place: names and numbers of entries between slashes (RFC 6901); empty for the whole.
    pub at: String,
    /// What is wrong.
    pub trouble: Trouble,
}

impl Schemas {
    /// What is wrong with a value, the first ten places.
    pub fn check(&self, schema: &Value, value: &Value) -> Vec<Found> {
        let mut found = Vec::new();
        self.look(schema, value, "", 0, &mut found);
        found.truncate(TOLD_MAX);
        found
    }

    fn look(&self, schema: &Value, value: &Value, at: &str, depth: usize, found: &mut Vec<Found>) {
        if depth > DEPTH_MAX
            || found.len() >= TOLD_MAX
            || (value.is_null() && self.takes_null(schema))
        {
            return;
        }
        let mut tell = |trouble| {
            found.push(Found {
                at: at.to_owned(),
                trouble,
            })
        };
        if let Some(choices) = self.choices(schema) {
            if !choices.contains(&value) {
                tell(Trouble::NoneOf(choices.into_iter().map(plain).collect()));
            }
            return;
        }
        let kind = self.kind(schema);
        let is_of = match kind {
            Kind::Text => value.is_string(),
            Kind::Whole => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            Kind::Number => value.is_number(),
            Kind::Truth => value.is_boolean(),
            Kind::List => value.is_array(),
            Kind::Object => value.is_object(),
            Kind::Any => true,
        };
        if !is_of {
            return tell(Trouble::NotOf(kind));
        }
        match value {
            Value::String(text) => {
                if let Some(trouble) = self.check_text(schema, text) {
                    tell(trouble);
                }
            }
            Value::Number(_) => {
                if let Some(trouble) = self.check_number(schema, value.as_f64().unwrap_or_default())
                {
                    tell(trouble);
                }
            }
            Value::Array(entries) => {
                if let Some(trouble) =
                    self.check_length(schema, entries.len(), ["minItems", "maxItems"])
                {
                    tell(trouble);
                }
                if let Some(items) = self.items(schema) {
                    for (number, entry) in entries.iter().enumerate() {
                        self.look(items, entry, &format!("{at}/{number}"), depth + 1, found);
                    }
                }
            }
            Value::Object(members) => {
                let known = self.members(schema);
                let is_closed =
                    self.shape(schema).get("additionalProperties") == Some(&Value::Bool(false));
                for (name, member, is_required) in &known {
                    let at = format!("{at}/{name}");
                    match members.get(*name) {
                        Some(value) => self.look(member, value, &at, depth + 1, found),
                        None if *is_required => found.push(Found {
                            at,
                            trouble: Trouble::Missing,
                        }),
                        None => {}
                    }
                }
                for name in members.keys().filter(|_| is_closed) {
                    if !known.iter().any(|(other, _, _)| other == name) {
                        found.push(Found {
                            at: format!("{at}/{name}"),
                            trouble: Trouble::Unknown,
                        });
                    }
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// What is wrong with a text.
    pub(crate) fn check_text(&self, schema: &Value, text: &str) -> Option<Trouble> {
        let length = text.chars().count();
        if let Some(trouble) = self.check_length(schema, length, ["minLength", "maxLength"]) {
            return Some(trouble);
        }
        if self.said(schema, "format") == Some("date") && !is_day(text) {
            return Some(Trouble::NoDay);
        }
        let pattern = Pattern::read(self.said(schema, "pattern")?)?;
        match pattern.fits(text) {
            true => None,
            false => Some(Trouble::Unlike(pattern.example().unwrap_or_default())),
        }
    }

    /// What is wrong with a number.
    pub(crate) fn check_number(&self, schema: &Value, number: f64) -> Option<Trouble> {
        let least = self.bound(schema, "minimum");
        let most = self.bound(schema, "maximum");
        let below = least
            .filter(|least| number < *least as f64)
            .map(Trouble::Below);
        below.or_else(|| {
            most.filter(|most| number > *most as f64)
                .map(Trouble::Above)
        })
    }

    fn check_length(
        &self,
        schema: &Value,
        length: usize,
        [least, most]: [&str; 2],
    ) -> Option<Trouble> {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let least = self.bound(schema, least).filter(|least| length < *least);
        let most = self.bound(schema, most).filter(|most| length > *most);
        least.map(Trouble::Shorter).or(most.map(Trouble::Longer))
    }
}

/// A value as a person types it: a text without quotes.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether a text is a day as `2026-11-29`. Which days a month has, the edge knows.
pub(crate) fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, length: usize| {
        let is_number = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<u32>().ok()).flatten()
    };
    match parts.as_slice() {
        [year, month, day] => {
            let is_month = number(month, 2).is_some_and(|month| (1..=12).contains(&month));
            let is_day = number(day, 2).is_some_and(|day| (1..=31).contains(&day));
            number(year, 4).is_some() && is_month && is_day
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(value: Value) -> Vec<(String, Trouble)> {
        let schema = json!({
            "type": "object", "required": ["name"], "additionalProperties": false,
            "properties": {
                "name": { "type": "string", "maxLength": 5, "pattern": "^[a-z]*$" },
                "role": { "enum": ["owner", "cfo"] },
                "days": { "type": ["integer", "null"], "minimum": 1, "maximum": 30 },
                "from": { "type": "string", "format": "date" },
                "networks": { "type": "array", "minItems": 1, "items": { "type": "string" } },
            },
        });
        let found = Schemas::default().check(&schema, &value);
        found.into_iter().map(|it| (it.at, it.trouble)).collect()
    }

    fn one(at: &str, trouble: Trouble) -> Vec<(String, Trouble)> {
        vec![(at.to_owned(), trouble)]
    }

    #[test]
    fn each_mistake_is_told_with_its_place() {
        assert_eq!(
            told(json!({ "name": "ab", "days": null, "from": "2026-11-29", "networks": ["::1"] })),
            []
        );
        assert_eq!(told(json!({ "name": "ab", "days": 5.0 })), []);
        assert_eq!(told(json!([])), one("", Trouble::NotOf(Kind::Object)));
        assert_eq!(told(json!({})), one("/name", Trouble::Missing));
        let with = |name: &str, value: Value| {
            let mut whole = json!({ "name": "ab" });
            whole[name] = value;
            told(whole)
        };
        assert_eq!(
            with("name", json!("abcdef")),
            one("/name", Trouble::Longer(5))
        );
        assert_eq!(
            with("name", json!("AB")),
            one("/name", Trouble::Unlike(String::new()))
        );
        let choices = vec!["owner".to_owned(), "cfo".to_owned()];
        assert_eq!(
            with("role", json!("king")),
            one("/role", Trouble::NoneOf(choices))
        );
        assert_eq!(with("days", json!(0)), one("/days", Trouble::Below(1)));
        assert_eq!(with("days", json!(31)), one("/days", Trouble::Above(30)));
        assert_eq!(
            with("days", json!(1.5)),
            one("/days", Trouble::NotOf(Kind::Whole))
        );
        assert_eq!(
            with("from", json!("29.11.2026")),
            one("/from", Trouble::NoDay)
        );
        assert_eq!(
            with("networks", json!([])),
            one("/networks", Trouble::Shorter(1))
        );
        assert_eq!(
            with("networks", json!(["::1", 2])),
            one("/networks/1", Trouble::NotOf(Kind::Text))
        );
        assert_eq!(with("label", json!(1)), one("/label", Trouble::Unknown));
    }

    #[test]
    fn no_more_is_told_than_can_be_read() {
        let schema = json!({ "type": "array", "items": { "type": "string" } });
        let many = Value::Array(vec![json!(1); 500]);
        assert_eq!(Schemas::default().check(&schema, &many).len(), TOLD_MAX);
    }
}
