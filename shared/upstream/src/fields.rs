//! Reading a declaration member by member, with every reason why it is refused rather than the first.
//!
//! Over a parsed value and without code made for each type: that would be several times as large in the Worker.

use std::cell::RefCell;
use std::fmt;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

/// Something in a declaration that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where, such as `routes[3].cache.seconds`.
    pub at: String,
    /// Why, and what would do.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.reason)
    }
}

/// Refusals at the most: who made more mistakes mends these first.
const REFUSALS_MAX: usize = 50;

/// Why a declaration is refused.
#[derive(Debug, Default)]
pub struct Refusals(RefCell<Vec<Refusal>>);

impl Refusals {
    /// Notes one.
    pub fn add(&self, at: &str, reason: impl Into<String>) {
        let mut all = self.0.borrow_mut();
        if all.len() < REFUSALS_MAX {
            all.push(Refusal {
                at: at.to_owned(),
                reason: reason.into(),
            });
        }
    }

    /// All of them.
    pub fn take(self) -> Vec<Refusal> {
        self.0.into_inner()
    }
}

/// The members of an object, of which those that nobody asked for are refused.
pub struct Fields<'v> {
    /// Where the object is.
    pub at: String,
    members: Option<&'v Map<String, Value>>,
    known: Vec<&'static str>,
    /// Where what is wrong is noted.
    pub refusals: &'v Refusals,
}

impl<'v> Fields<'v> {
    /// The members of a value.
    pub fn of(at: String, value: &'v Value, refusals: &'v Refusals) -> Fields<'v> {
        if !value.is_object() {
            refusals.add(&at, "an object is expected");
        }
        Fields {
            at,
            members: value.as_object(),
            known: Vec::new(),
            refusals,
        }
    }

    /// Members that are left out.
    fn none(at: String, refusals: &'v Refusals) -> Fields<'v> {
        Fields {
            at,
            members: None,
            known: Vec::new(),
            refusals,
        }
    }

    /// Notes why a member is refused.
    pub fn refuse(&self, name: &str, reason: impl Into<String>) {
        self.refusals.add(&self.place(name), reason);
    }

    /// Where a member is.
    pub fn place(&self, name: &str) -> String {
        match (self.at.is_empty(), name.is_empty()) {
            (true, _) => name.to_owned(),
            (_, true) => self.at.clone(),
            _ => format!("{}.{name}", self.at),
        }
    }

    /// A member; `null` is a value.
    pub fn value(&mut self, name: &'static str) -> Option<&'v Value> {
        self.known.push(name);
        self.members.and_then(|members| members.get(name))
    }

    /// A whole number of a range.
    pub fn number(&mut self, name: &'static str, range: RangeInclusive<u32>, default: u32) -> u32 {
        let Some(value) = self.value(name) else {
            return default;
        };
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        match number.filter(|number| range.contains(number)) {
            Some(number) => number,
            None => {
                let (from, to) = (range.start(), range.end());
                self.refuse(
                    name,
                    format!("a whole number from {from} to {to} is expected"),
                );
                default
            }
        }
    }

    /// A text.
    pub fn text(&mut self, name: &'static str) -> Option<&'v str> {
        let value = self.value(name)?;
        if !value.is_string() {
            self.refuse(name, "a text is expected");
        }
        value.as_str()
    }

    /// A text that has to be there; empty where it is not.
    pub fn needed(&mut self, name: &'static str) -> &'v str {
        let is_there = self
            .members
            .is_some_and(|members| members.contains_key(name));
        if !is_there && self.members.is_some() {
            self.refuse(name, "it is missing");
        }
        self.text(name).unwrap_or_default()
    }

    /// A list of texts; empty where it is left out.
    pub fn texts(&mut self, name: &'static str) -> Vec<&'v str> {
        let items = self.list(name);
        let texts: Vec<&str> = items.iter().filter_map(|(_, item)| item.as_str()).collect();
        if texts.len() != items.len() {
            self.refuse(name, "a list of texts is expected");
        }
        texts
    }

    /// The items of a list, each with its place; none where it is left out.
    pub fn list(&mut self, name: &'static str) -> Vec<(String, &'v Value)> {
        let Some(value) = self.value(name) else {
            return Vec::new();
        };
        let Some(items) = value.as_array() else {
            self.refuse(name, "a list is expected");
            return Vec::new();
        };
        let place = self.place(name);
        let items = items.iter().enumerate();
        items
            .map(|(at, item)| (format!("{place}[{at}]"), item))
            .collect()
    }

    /// The members of a member, each with its name; none where it is left out.
    pub fn each(&mut self, name: &'static str) -> Vec<(&'v str, &'v Value)> {
        let Some(value) = self.value(name) else {
            return Vec::new();
        };
        let Some(members) = value.as_object() else {
            self.refuse(name, "an object is expected");
            return Vec::new();
        };
        let members = members.iter();
        members
            .map(|(name, value)| (name.as_str(), value))
            .collect()
    }

    /// Members that are all texts.
    pub fn pairs(&mut self, name: &'static str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for (key, value) in self.each(name) {
            match value.as_str() {
                Some(text) => pairs.push((key.to_owned(), text.to_owned())),
                None => self.refuse(name, format!("{key} is expected to be a text")),
            }
        }
        pairs
    }

    /// A member that is an object; nothing is in it where it is left out.
    pub fn object(&mut self, name: &'static str) -> Fields<'v> {
        match self.value(name) {
            Some(value) => Fields::of(self.place(name), value, self.refusals),
            None => Fields::none(self.place(name), self.refusals),
        }
    }

    /// A member that is an object, where it is there.
    pub fn maybe(&mut self, name: &'static str) -> Option<Fields<'v>> {
        let value = self.value(name)?;
        Some(Fields::of(self.place(name), value, self.refusals))
    }

    /// Refuses the members that nobody asked for.
    pub fn end(self) {
        for name in self.members.into_iter().flat_map(Map::keys) {
            if !self.known.contains(&name.as_str()) {
                let known = self.known.join(", ");
                self.refuse(name, format!("there is no such member; there are {known}"));
            }
        }
    }
}
