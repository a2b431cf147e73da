//! `Cache-Control` (RFC 9111, 5.2; RFC 5861).

/// What it says. Seconds that cannot be read count as 0: what is not understood is not kept for long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the standard")]
pub struct Directives {
    pub no_store: bool,
    pub no_cache: bool,
    pub is_private: bool,
    pub must_revalidate: bool,
    pub proxy_revalidate: bool,
    pub only_if_cached: bool,
    pub max_age: Option<i64>,
    pub s_maxage: Option<i64>,
    pub stale_while_revalidate: Option<i64>,
    pub stale_if_error: Option<i64>,
}

/// The longest time that is believed, in seconds: 2^31, as the standard has it.
const SECONDS_MAX: i64 = 1 << 31;

impl Directives {
    /// Reads the field.
    pub fn read(text: &str) -> Directives {
        let mut read = Directives::default();
        for part in parts(text) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let seconds = Some(seconds(value));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" => read.no_store = true,
                // With the names of fields too: to leave only these out would be finer, and never safer.
                "no-cache" => read.no_cache = true,
                "private" => read.is_private = true,
                "must-revalidate" => read.must_revalidate = true,
                "proxy-revalidate" => read.proxy_revalidate = true,
                "only-if-cached" => read.only_if_cached = true,
                "max-age" => read.max_age = least(read.max_age, seconds),
                "s-maxage" => read.s_maxage = least(read.s_maxage, seconds),
                "stale-while-revalidate" => {
                    read.stale_while_revalidate = least(read.stale_while_revalidate, seconds);
                }
                "stale-if-error" => read.stale_if_error = least(read.stale_if_error, seconds),
                _ => {}
            }
        }
        read
    }
}

/// The shorter of two: of a directive that comes twice, that one counts.
fn least(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    one.into_iter().chain(other).min()
}

fn seconds(text: &str) -> i64 {
    let text = text.trim().trim_matches('"');
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(seconds) if is_number => seconds.min(SECONDS_MAX),
        // Digits beyond any number.
        Err(_) if is_number => SECONDS_MAX,
        _ => 0,
    }
}

/// The parts of a list; commas in quotes part nothing.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    text.split(move |letter| {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        letter == ',' && !is_quoted
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn directives_are_read_as_they_are_written() {
        let read = Directives::read(
            "Max-Age=60, s-maxage=\"30\" ,private=\"a, no-store\", must-revalidate",
        );
        let expected = Directives {
            max_age: Some(60),
            s_maxage: Some(30),
            is_private: true,
            must_revalidate: true,
            ..Directives::default()
        };
        assert_eq!(read, expected);
        let max_age = |text| Directives::read(text).max_age;
        assert_eq!(max_age("max-age=99999999999999999999"), Some(SECONDS_MAX));
        assert_eq!(max_age("max-age=-1"), Some(0));
        assert_eq!(max_age("max-age=+5"), Some(0));
        assert_eq!(max_age("max-age"), Some(0));
        assert_eq!(max_age("max-age=60, max-age=5"), Some(5));
        assert!(Directives::read("NO-STORE").no_store && Directives::read("no-cache=x").no_cache);
        let stale = Directives::read("stale-while-revalidate=7, stale-if-error=9");
        assert_eq!(
            (stale.stale_while_revalidate, stale.stale_if_error),
            (Some(7), Some(9))
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,80}") {
            let read = Directives::read(&text);
            prop_assert!(read.max_age.is_none_or(|seconds| (0..=SECONDS_MAX).contains(&seconds)));
        }
    }
}
