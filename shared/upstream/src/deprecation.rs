//! Telling callers to go elsewhere: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and the links that go with them.

use crate::http_date;
use crate::rules::Deprecated;

/// The header fields of a route that callers should leave.
pub fn fields(deprecated: &Deprecated) -> Vec<(&'static str, String)> {
    let mut links = format!(
        "<{}>; rel=\"deprecation\"; type=\"text/html\"",
        deprecated.note
    );
    if let Some(successor) = &deprecated.successor {
        links.push_str(&format!(", <{successor}>; rel=\"successor-version\""));
    }
    let since = format!("@{}", http_date::seconds(deprecated.since));
    let mut fields = vec![("deprecation", since)];
    if let Some(sunset) = deprecated.sunset {
        fields.push(("sunset", http_date::of_day(sunset)));
    }
    fields.push(("link", links));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_the_standards_say() {
        // RFC 9745's own example: 30 June 2023, 23:59:59 is @1688169599; the day after begins a second later.
        let deprecated = Deprecated {
            since: "2023-07-01".parse().unwrap(),
            sunset: Some("2024-06-30".parse().unwrap()),
            note: "https://bi.example/docs/v2".into(),
            successor: Some("/api/x/v2/prices".into()),
        };
        let link = "<https://bi.example/docs/v2>; rel=\"deprecation\"; type=\"text/html\", \
             </api/x/v2/prices>; rel=\"successor-version\"";
        let expected = vec![
            ("deprecation", "@1688169600".to_owned()),
            ("sunset", "Sun, 30 Jun 2024 00:00:00 GMT".to_owned()),
            ("link", link.to_owned()),
        ];
        assert_eq!(fields(&deprecated), expected);
    }
}
