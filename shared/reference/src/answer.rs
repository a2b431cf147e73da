//! What an answer says of itself: the time of its stages, what is left to the caller, and its body to be read.

use serde::de::IgnoredAny;

/// The longest text that is laid out, in bytes.
pub const PRETTY_BYTES_MAX: usize = 1 << 20;
/// The most stages and policies that are read.
const PARTS_MAX: usize = 40;

/// A stage of `Server-Timing` (W3C).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Microseconds.
    pub micros: i64,
}

/// Reads `Server-Timing`; what is not understood is left out.
pub fn stages(field: &str) -> Vec<Stage> {
    let parts = field.split(',').take(PARTS_MAX);
    let stage = |part: &str| {
        let mut words = part.split(';').map(str::trim);
        let name = words.next().filter(|name| !name.is_empty())?;
        let length = words.find_map(|word| word.strip_prefix("dur="))?;
        Some(Stage {
            name: name.to_owned(),
            micros: micros(length)?,
        })
    };
    parts.filter_map(stage).collect()
}

/// Milliseconds with up to three places, as microseconds.
fn micros(text: &str) -> Option<i64> {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let mut micros = whole.parse::<i64>().ok()?.checked_mul(1_000)?;
    let mut unit = 100;
    for digit in places.chars().take(3) {
        micros += i64::from(digit.to_digit(10)?) * unit;
        unit /= 10;
    }
    Some(micros)
}

/// What is left of a policy (draft-ietf-httpapi-ratelimit-headers-10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its name.
    pub name: String,
    /// Requests that it allows, where the answer says it.
    pub quota: Option<i64>,
    /// Requests that are left.
    pub left: i64,
    /// Seconds until there is more.
    pub reset_seconds: i64,
}

/// Reads `RateLimit-Policy` and `RateLimit`.
pub fn left(policy: &str, limit: &str) -> Vec<Left> {
    let quotas: Vec<(String, i64)> = items(policy)
        .filter_map(|(name, numbers)| Some((name, number(&numbers, "q")?)))
        .collect();
    let read = |(name, numbers): (String, Vec<(String, i64)>)| {
        let quota = quotas.iter().find(|(other, _)| *other == name);
        Some(Left {
            left: number(&numbers, "r")?,
            reset_seconds: number(&numbers, "t").unwrap_or(0),
            quota: quota.map(|(_, quota)| *quota),
            name,
        })
    };
    items(limit).filter_map(read).collect()
}

type Item = (String, Vec<(String, i64)>);

/// Items of a structured list whose parameters are whole numbers (RFC 9651).
fn items(field: &str) -> impl Iterator<Item = Item> {
    field.split(',').take(PARTS_MAX).filter_map(|part| {
        let mut words = part.split(';').map(str::trim);
        let name = words.next()?.trim_matches('"').to_owned();
        let numbers = words.filter_map(|word| {
            let (name, value) = word.split_once('=')?;
            Some((name.to_owned(), value.parse().ok()?))
        });
        (!name.is_empty()).then(|| (name, numbers.collect()))
    })
}

fn number(numbers: &[(String, i64)], name: &str) -> Option<i64> {
    let found = numbers.iter().find(|(other, _)| other == name);
    found.map(|(_, number)| *number)
}

/// JSON laid out in lines: the same text but for white space, so that no number is read and written anew. Nothing
/// where the text is no JSON or too long.
pub fn pretty(text: &str) -> Option<String> {
    if text.len() > PRETTY_BYTES_MAX || serde_json::from_str::<IgnoredAny>(text).is_err() {
        return None;
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let mut is_text = false;
    let mut is_escaped = false;
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str("  "));
    };
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if is_text {
            out.push(letter);
            is_text = is_escaped || letter != '"';
            is_escaped = !is_escaped && letter == '\\';
            continue;
        }
        match letter {
            '{' | '[' => {
                while letters.next_if(char::is_ascii_whitespace).is_some() {}
                out.push(letter);
                // What is empty stays on its line.
                if let Some(end) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            letter if letter.is_ascii_whitespace() => {}
            letter => {
                is_text = letter == '"';
                out.push(letter);
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn stages_are_read_to_the_microsecond() {
        let read =
            stages("caller;dur=12, dispatch;desc=\"x\";dur=0.5, odd, ;dur=1, total;dur=13.25");
        let read: Vec<(&str, i64)> = read
            .iter()
            .map(|stage| (stage.name.as_str(), stage.micros))
            .collect();
        assert_eq!(
            read,
            [("caller", 12_000), ("dispatch", 500), ("total", 13_250)]
        );
        assert_eq!(stages(""), []);
    }

    #[test]
    fn what_is_left_is_read_with_its_policy() {
        let policy = "\"burst\";q=200;w=4, \"day\";q=100000;w=86400";
        let read = left(
            policy,
            "\"burst\";r=199;t=1, \"day\";r=0;t=41200, \"other\";r=3, \"odd\"",
        );
        let of = |name: &str, quota, left, reset_seconds| Left {
            name: name.to_owned(),
            quota,
            left,
            reset_seconds,
        };
        assert_eq!(
            read,
            [
                of("burst", Some(200), 199, 1),
                of("day", Some(100_000), 0, 41_200),
                of("other", None, 3, 0)
            ]
        );
        assert_eq!(left("", ""), []);
    }

    #[test]
    fn json_is_laid_out_and_stays_what_it_is() {
        let value =
            json!({ "a": [1, { "b": "x, {y}: \"[z]\\" }], "empty": [], "none": {}, "last": null });
        let text = value.to_string();
        let laid_out = pretty(&text).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Value>(&laid_out).expect("still JSON"),
            value
        );
        assert_eq!(
            pretty(&laid_out).as_deref(),
            Some(laid_out.as_str()),
            "twice is once"
        );
        assert_eq!(
            laid_out,
            serde_json::to_string_pretty(&value).expect("JSON")
        );
        // Numbers are not read: what was written is shown.
        assert_eq!(
            pretty("[1.50,1e400,9007199254740993]").as_deref(),
            None.or(Some("[\n  1.50,\n  1e400,\n  9007199254740993\n]"))
        );
        assert_eq!(pretty("{\"a\" 1}"), None);
        assert_eq!(pretty(""), None);
    }
}
