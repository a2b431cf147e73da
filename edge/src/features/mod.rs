//! What the edge does, one file per family of endpoints. Each gets a request that the gateway has let
//! pass, and the company that it is about.

pub mod access_lists;
pub mod admin;
pub mod assets;
pub mod auth;
pub mod batches;
mod challenges;
pub mod dashboard;
mod device;
pub mod health;
pub mod ingest;
pub mod issuers;
pub mod keys;
pub mod members;
pub mod oauth;
pub mod page;
pub mod passkeys;
pub mod predictions;
pub mod provider;
mod recovery;
pub mod sessions;
pub mod sign_in;
pub mod sync;
pub mod traffic;
pub mod webhooks;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::digest;
use crate::fault::Fault;
use crate::ports::{Database, Platform, Statement};

/// A new id that nobody can guess: a letter and 128 bits.
fn new_id<P: Platform>(platform: &P, letter: &str) -> Result<String, Fault> {
    let random = platform.random()?;
    let digits = digest::hex(random.get(..16).unwrap_or_default());
    Ok(format!("{letter}-{digits}"))
}

/// Runs a statement that gives a row for what it changed; what is not there, or not any more, is not found.
async fn change<P: Platform>(platform: &P, statement: Statement<'_>) -> Result<(), Fault> {
    let changed = platform.database().rows(statement).await?;
    match changed.is_empty() {
        true => Err(Fault::not_found()),
        false => Ok(()),
    }
}

/// A name that people gave, without the space around it.
fn checked_name(name: &str, length_max: usize) -> Result<&str, Fault> {
    let name = name.trim();
    let length = name.chars().count();
    if !(1..=length_max).contains(&length) || name.chars().any(char::is_control) {
        return Err(Fault::bad_request(format!(
            "a name has 1 to {length_max} characters and no control characters"
        )));
    }
    Ok(name)
}

/// Reads a JSON body, which is an object: a list of a type's values in their order would be read too, and
/// nobody means that.
fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    let bad =
        |error: serde_json::Error| Fault::bad_request(format!("the JSON cannot be read: {error}"));
    let mut value: Value = serde_json::from_slice(body).map_err(bad)?;
    if !value.is_object() {
        return Err(Fault::bad_request("the JSON is not an object"));
    }
    make_whole(&mut value);
    serde_json::from_value(value).map_err(bad)
}

/// Writes 5.0 as 5: to JSON Schema both are whole, and some programs know no other way. The gateway has checked
/// that the value is not deep.
fn make_whole(value: &mut Value) {
    /// Beyond this, a real number does not say which whole one it is.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_f64() => {
            let real = number.as_f64().unwrap_or(f64::NAN);
            if real.fract() == 0.0 && real.abs() <= EXACT_MAX {
                *value = Value::from(real as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(make_whole),
        Value::Object(members) => members.values_mut().for_each(make_whole),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use api::keys::Rotate;

    use super::*;

    #[test]
    fn json_is_read_as_a_schema_reads_it() {
        let hours = |text: &str| from_json::<Rotate>(text.as_bytes()).ok()?.overlap_hours;
        assert_eq!(hours(r#"{"overlap_hours":5}"#), Some(5));
        assert_eq!(hours(r#"{"overlap_hours":5.0}"#), Some(5));
        assert_eq!(hours(r#"{"overlap_hours":5e1}"#), Some(50));
        for text in [
            "[5]",
            "5",
            "null",
            "",
            r#"{"overlap_hours":5.5}"#,
            r#"{"overlap_hours":1e300}"#,
            r#"{"x":1}"#,
        ] {
            let read = from_json::<Rotate>(text.as_bytes());
            assert!(read.is_err(), "{text}");
        }
    }
}
