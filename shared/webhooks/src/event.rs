//! What is told: the kinds of events, and a message of each.
//!
//! A message holds ids and numbers, never figures, names or secrets: whoever gets it asks the API for more, with a
//! key of their own.

use std::fmt;

use kernel::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

/// The largest message, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 4 << 10;

const DAY_MILLIS: i64 = 86_400_000;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum EventKind {
    /// A file was worked in: `batch`.
    #[serde(rename = "batch.applied")]
    BatchApplied,
    /// A file was given up: `batch`.
    #[serde(rename = "batch.failed")]
    BatchFailed,
    /// A key was made: `key`, `audit`.
    #[serde(rename = "key.created")]
    KeyCreated,
    /// A key got a new secret: `key`, `audit`.
    #[serde(rename = "key.rotated")]
    KeyRotated,
    /// A key was ended: `key`, `audit`.
    #[serde(rename = "key.revoked")]
    KeyRevoked,
    /// The end of a key was taken back: `key`, `audit`.
    #[serde(rename = "key.restored")]
    KeyRestored,
    /// Somebody joined, became something else, was sent away or came back: `member`, `audit`.
    #[serde(rename = "member.changed")]
    MemberChanged,
    /// The API has changed: `change`, an id of the feed of changes.
    #[serde(rename = "api.changed")]
    ApiChanged,
    /// The company's data is another: `sequence` of its manifest.
    #[serde(rename = "manifest.changed")]
    ManifestChanged,
    /// Somebody asked for a message to try an endpoint out: `endpoint`.
    #[serde(rename = "webhook.test")]
    Test,
}

impl EventKind {
    /// Every kind that can be chosen. A test goes to the endpoint that it is for, whatever was chosen.
    pub const CHOICES: [EventKind; 9] = [
        EventKind::BatchApplied,
        EventKind::BatchFailed,
        EventKind::KeyCreated,
        EventKind::KeyRotated,
        EventKind::KeyRevoked,
        EventKind::KeyRestored,
        EventKind::MemberChanged,
        EventKind::ApiChanged,
        EventKind::ManifestChanged,
    ];

    /// The name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            EventKind::BatchApplied => "batch.applied",
            EventKind::BatchFailed => "batch.failed",
            EventKind::KeyCreated => "key.created",
            EventKind::KeyRotated => "key.rotated",
            EventKind::KeyRevoked => "key.revoked",
            EventKind::KeyRestored => "key.restored",
            EventKind::MemberChanged => "member.changed",
            EventKind::ApiChanged => "api.changed",
            EventKind::ManifestChanged => "manifest.changed",
            EventKind::Test => "webhook.test",
        }
    }

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<EventKind> {
        let mut kinds = EventKind::CHOICES.into_iter().chain([EventKind::Test]);
        kinds.find(|kind| kind.name() == name)
    }

    /// What its subject is called in the message.
    pub const fn subject(self) -> &'static str {
        match self {
            EventKind::BatchApplied | EventKind::BatchFailed => "batch",
            EventKind::KeyCreated
            | EventKind::KeyRotated
            | EventKind::KeyRevoked
            | EventKind::KeyRestored => "key",
            EventKind::MemberChanged => "member",
            EventKind::ApiChanged => "change",
            EventKind::ManifestChanged => "sequence",
            EventKind::Test => "endpoint",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why there is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MessageError {
    /// A moment that no calendar of ours has.
    #[error("the moment {millis} is outside of the calendar")]
    Moment {
        /// The moment, in milliseconds since 1970.
        millis: i64,
    },
    /// Larger than a message may be.
    #[error("a message has {bytes} bytes; {MESSAGE_BYTES_MAX} is the most")]
    Large {
        /// Its size.
        bytes: usize,
    },
}

/// The message of an event: `type`, `timestamp` (when it happened) and `data`.
pub fn message(
    kind: EventKind,
    at: Timestamp,
    data: Map<String, Value>,
) -> Result<String, MessageError> {
    let mut whole = Map::new();
    whole.insert("type".to_owned(), kind.name().into());
    whole.insert("timestamp".to_owned(), moment(at)?.into());
    whole.insert("data".to_owned(), data.into());
    let text = Value::Object(whole).to_string();
    if text.len() > MESSAGE_BYTES_MAX {
        return Err(MessageError::Large { bytes: text.len() });
    }
    Ok(text)
}

/// A moment as RFC 3339 writes it, in UTC with milliseconds.
fn moment(at: Timestamp) -> Result<String, MessageError> {
    let millis = at.millis();
    let outside = MessageError::Moment { millis };
    let days = i32::try_from(millis.div_euclid(DAY_MILLIS)).map_err(|_| outside)?;
    let day = Date::from_days(days).map_err(|_| outside)?;
    let rest = millis.rem_euclid(DAY_MILLIS);
    let (seconds, millis) = (rest / 1_000, rest % 1_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    Ok(format!(
        "{day}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_when_and_about_what() {
        let mut data = Map::new();
        data.insert("batch".to_owned(), "b-1".into());
        let at = Timestamp::from_millis(1_667_507_170_344);
        let text = message(EventKind::BatchApplied, at, data).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["type"], "batch.applied");
        // The moment of the specification's own example.
        assert_eq!(value["timestamp"], "2022-11-03T20:26:10.344Z");
        assert_eq!(value["data"]["batch"], "b-1");
    }

    #[test]
    fn what_is_too_large_or_out_of_time_is_no_message() {
        let mut data = Map::new();
        data.insert("batch".to_owned(), "b".repeat(MESSAGE_BYTES_MAX).into());
        let now = Timestamp::from_millis(0);
        let large = message(EventKind::BatchFailed, now, data);
        assert!(matches!(large, Err(MessageError::Large { bytes }) if bytes > MESSAGE_BYTES_MAX));
        let never = Timestamp::from_millis(i64::MAX);
        let never = message(EventKind::BatchFailed, never, Map::new());
        assert!(matches!(never, Err(MessageError::Moment { .. })));
    }

    #[test]
    fn names_are_those_of_the_wire_and_of_the_specification() {
        for kind in EventKind::CHOICES.into_iter().chain([EventKind::Test]) {
            assert_eq!(EventKind::from_name(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
            assert!(kind.name().bytes().all(is_letter), "{kind}");
        }
        assert_eq!(EventKind::from_name("batch"), None);
    }
}
