//! JSON inside of a message that only its last reader takes apart.
//!
//! The page hands most messages on without a look, and the code that reads a type is large: with this,
//! only the screen that shows something carries the code for it. On the wire nothing differs.
//!
//! Out of scope: formats other than JSON.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A value that is still JSON text. Equal where the text is.
#[derive(Debug)]
pub struct Unread<T> {
    json: Box<RawValue>,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize> Unread<T> {
    /// Writes a value down.
    ///
    /// Panics where `T` is no plain data: a map whose keys are no text, or a serialiser that fails.
    pub fn of(value: &T) -> Unread<T> {
        Unread {
            json: serde_json::value::to_raw_value(value).expect("messages are plain data"),
            of: PhantomData,
        }
    }
}

impl<T: DeserializeOwned> Unread<T> {
    /// Reads it; fails where the sender meant another type.
    pub fn read(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.json.get())
    }
}

impl<T> Clone for Unread<T> {
    fn clone(&self) -> Unread<T> {
        Unread {
            json: self.json.clone(),
            of: PhantomData,
        }
    }
}

impl<T> PartialEq for Unread<T> {
    fn eq(&self, other: &Unread<T>) -> bool {
        self.json.get() == other.json.get()
    }
}

impl<T> Serialize for Unread<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Unread<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unread<T>, D::Error> {
        Ok(Unread {
            json: Box::<RawValue>::deserialize(deserializer)?,
            of: PhantomData,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImportEnd, ImportReport, Reply, StorageStats, ToApp, Told};

    #[test]
    fn on_the_wire_nothing_differs() {
        let report = ImportReport {
            file: "orders \"1\".csv".to_owned(),
            rows: 3,
            ..ImportReport::default()
        };
        let end = ImportEnd::Done(report);
        let plain = serde_json::to_string(&end).expect("plain data");
        let held = Unread::of(&end);
        assert_eq!(serde_json::to_string(&held).expect("plain data"), plain);
        let back: Unread<ImportEnd> = serde_json::from_str(&plain).expect("the same text");
        assert_eq!(back, held);
        assert_eq!(back.read().expect("an end"), end);
    }

    #[test]
    fn a_reply_keeps_what_is_in_it() {
        let stats = StorageStats {
            blob_bytes: 7,
            ..StorageStats::default()
        };
        let reply = ToApp::Reply(Reply {
            id: 1,
            result: Ok(Told::Storage(Unread::of(&stats))),
        });
        let text = serde_json::to_string(&reply).expect("plain data");
        let back: ToApp = serde_json::from_str(&text).expect("a reply");
        assert_eq!(back, reply);
        let ToApp::Reply(Reply {
            result: Ok(Told::Storage(held)),
            ..
        }) = back
        else {
            panic!("another message came back");
        };
        assert_eq!(held.read().expect("the figures"), stats);
    }

    #[test]
    fn another_type_is_refused_when_it_is_read() {
        let text: Unread<String> = serde_json::from_str("[1, 2]").expect("any JSON");
        assert!(text.read().is_err());
    }
}
