//! Paths of routes: what they match, and what is asked for of a service.
//!
//! A path is matched segment by segment as it was sent, without decoding. Values go from one path to another as they
//! came, so that nothing is encoded twice; a value that would mean another place than one segment is no value.

use thiserror::Error;

/// Segments of the longest path.
pub const SEGMENTS_MAX: usize = 16;

/// Why a text is no path of a route.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PathError {
    /// It does not begin with a slash, ends with one, or has two in a row.
    #[error("a path is /names/between/slashes, without one at its end")]
    Slashes,
    /// It has too many segments.
    #[error("a path has at most {SEGMENTS_MAX} segments")]
    Long,
    /// A segment is none.
    #[error(
        "{0} is no segment: letters, digits, - _ . ~, or {{name}}, {{name:digits}}, {{name:uuid}}, {{name*}}"
    )]
    Segment(String),
    /// A name comes twice.
    #[error("{{{0}}} is there twice")]
    Twice(String),
    /// `{name*}` is not at the end.
    #[error("{{{0}*}} takes all that follows, so it comes last")]
    NotLast(String),
    /// A name that the path of the route does not have.
    #[error("{{{0}}} is no name of the route's path")]
    Unknown(String),
}

/// What a segment may be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// These letters.
    Name(String),
    /// Any value of a kind.
    Value(Kind),
    /// All segments that follow, one at least.
    Rest,
}

/// What a value may be; the closer one counts where two fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// 1 to 19 digits.
    Digits,
    /// A UUID (RFC 9562), of any version.
    Uuid,
    /// One segment.
    Any,
}

impl Kind {
    /// Whether a segment is a value of it.
    pub fn holds(self, segment: &str) -> bool {
        match self {
            Kind::Digits => {
                (1..=19).contains(&segment.len()) && segment.bytes().all(|it| it.is_ascii_digit())
            }
            Kind::Uuid => {
                let is_fine = |(at, byte): (usize, u8)| match at {
                    8 | 13 | 18 | 23 => byte == b'-',
                    _ => byte.is_ascii_hexdigit(),
                };
                segment.len() == 36 && segment.bytes().enumerate().all(is_fine)
            }
            Kind::Any => is_value(segment),
        }
    }
}

/// Whether a segment stands for itself wherever it is put: not for the folder above, not for two segments, and for
/// nothing that ends a text.
pub fn is_value(segment: &str) -> bool {
    let lower = segment.to_ascii_lowercase();
    let dots = lower.replace("%2e", ".");
    let is_dots = dots == "." || dots == "..";
    let is_other = ["%2f", "%5c", "%00", "%0a", "%0d"]
        .iter()
        .any(|code| lower.contains(code));
    let is_plain =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'/' | b'?' | b'#');
    !segment.is_empty() && !is_dots && !is_other && segment.bytes().all(is_plain)
}

/// The path of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Its segments.
    pub segments: Vec<Segment>,
    /// The names of its values, in their order.
    pub names: Vec<String>,
}

impl Pattern {
    /// Reads a path.
    pub fn read(text: &str) -> Result<Pattern, PathError> {
        let mut pattern = Pattern {
            segments: Vec::new(),
            names: Vec::new(),
        };
        for piece in pieces(text)? {
            let Some(inside) = inside(piece)? else {
                pattern.segments.push(Segment::Name(piece.to_owned()));
                continue;
            };
            let bad = || PathError::Segment(piece.to_owned());
            let (name, segment) = match (inside.strip_suffix('*'), inside.split_once(':')) {
                (Some(name), _) => (name, Segment::Rest),
                (None, Some((name, "digits"))) => (name, Segment::Value(Kind::Digits)),
                (None, Some((name, "uuid"))) => (name, Segment::Value(Kind::Uuid)),
                (None, Some(_)) => return Err(bad()),
                (None, None) => (inside, Segment::Value(Kind::Any)),
            };
            if !is_name(name) {
                return Err(bad());
            }
            if name == COMPANY || pattern.names.iter().any(|known| known == name) {
                return Err(PathError::Twice(name.to_owned()));
            }
            pattern.names.push(name.to_owned());
            pattern.segments.push(segment);
        }
        let before = pattern.segments.iter().rev().skip(1);
        if before.clone().any(|segment| *segment == Segment::Rest) {
            let name = pattern.names.first().cloned().unwrap_or_default();
            return Err(PathError::NotLast(name));
        }
        Ok(pattern)
    }
}

/// What a template calls the company that is asked for.
const COMPANY: &str = "company";

/// A path with places for values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Name(String),
    Value(usize),
    Company,
}

impl Template {
    /// Reads a template over the names of a route's path, and `{company}`.
    pub fn read(text: &str, names: &[String]) -> Result<Template, PathError> {
        let read = |piece: &str| match inside(piece)? {
            None => Ok(Piece::Name(piece.to_owned())),
            Some(COMPANY) => Ok(Piece::Company),
            Some(inside) => {
                let name = inside.strip_suffix('*').unwrap_or(inside);
                let at = names.iter().position(|known| known == name);
                at.map(Piece::Value)
                    .ok_or_else(|| PathError::Unknown(inside.to_owned()))
            }
        };
        pieces(text)?
            .into_iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Template)
    }

    /// The same path that a route has.
    pub fn same(pattern: &Pattern) -> Template {
        let mut value = 0;
        let pieces = pattern.segments.iter().map(|segment| match segment {
            Segment::Name(name) => Piece::Name(name.clone()),
            Segment::Value(_) | Segment::Rest => {
                value += 1;
                Piece::Value(value - 1)
            }
        });
        Template(pieces.collect())
    }

    /// Whether it names the company.
    pub fn names_company(&self) -> bool {
        self.0.contains(&Piece::Company)
    }

    /// The path for some values, those of the route's path in their order, and a company's id.
    pub fn fill(&self, values: &[&str], company: &str) -> String {
        let mut path = String::new();
        for piece in &self.0 {
            path.push('/');
            path.push_str(match piece {
                Piece::Name(name) => name,
                Piece::Value(at) => values.get(*at).copied().unwrap_or_default(),
                Piece::Company => company,
            });
        }
        path
    }
}

fn pieces(text: &str) -> Result<Vec<&str>, PathError> {
    let pieces: Vec<&str> = text
        .strip_prefix('/')
        .ok_or(PathError::Slashes)?
        .split('/')
        .collect();
    if pieces.iter().any(|piece| piece.is_empty()) {
        return Err(PathError::Slashes);
    }
    if pieces.len() > SEGMENTS_MAX {
        return Err(PathError::Long);
    }
    Ok(pieces)
}

/// What is between the braces of a segment; `None` for a name.
fn inside(piece: &str) -> Result<Option<&str>, PathError> {
    let bad = || PathError::Segment(piece.to_owned());
    if let Some(rest) = piece.strip_prefix('{') {
        return rest.strip_suffix('}').map(Some).ok_or_else(bad);
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if !piece.bytes().all(is_plain) || piece == "." || piece == ".." {
        return Err(bad());
    }
    Ok(None)
}

fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=40).contains(&name.len()) && name.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_or_refused_with_their_reason() {
        let of = |text: &str| Pattern::read(text).map_err(|error| error.to_string());
        let path = of("/api/x/v1/{sku}/{n:digits}/{u:uuid}/{rest*}").unwrap();
        assert_eq!(path.names, ["sku", "n", "u", "rest"]);
        for (text, reason) in [
            ("", "between/slashes"),
            ("api", "between/slashes"),
            ("/api/", "between/slashes"),
            ("/a//b", "between/slashes"),
            ("/a/{b", "{b is no segment"),
            ("/a/b}", "b} is no segment"),
            ("/a/{}", "{} is no segment"),
            ("/a/{b:int}", "{b:int} is no segment"),
            ("/a/x{b}", "x{b} is no segment"),
            ("/a/..", ".. is no segment"),
            ("/a/%41", "%41 is no segment"),
            ("/{a}/{a}", "{a} is there twice"),
            ("/{company}", "{company} is there twice"),
            ("/{a*}/b", "{a*} takes all that follows"),
            (&"/a".repeat(17), "at most 16"),
        ] {
            let refused = of(text).unwrap_err();
            assert!(refused.contains(reason), "{text}: {refused}");
        }
    }

    #[test]
    fn templates_take_values_over_as_they_came() {
        let pattern = Pattern::read("/api/x/v1/items/{id}/{rest*}").unwrap();
        let template = Template::read("/v2/{company}/{rest*}/of/{id}", &pattern.names).unwrap();
        let filled = template.fill(&["a%20b", "c/d"], "acme");
        assert_eq!(filled, "/v2/acme/c/d/of/a%20b");
        let same = Template::same(&pattern).fill(&["1", "2/3"], "acme");
        assert_eq!(same, "/api/x/v1/items/1/2/3");
        let refused = Template::read("/v2/{ID}", &pattern.names);
        assert_eq!(refused, Err(PathError::Unknown("ID".into())));
    }

    #[test]
    fn no_value_means_another_place() {
        for bad in [
            "", ".", "..", "%2e", "%2E.", ".%2e", "a%2Fb", "a%5cb", "a\\b", "%00", "a b", "é",
            "a?b", "a#b",
        ] {
            assert!(!is_value(bad), "{bad}");
        }
        for good in ["a", "...", "a.b", "%41", "a%20b", "%C3%A9", "a;b", "a@b"] {
            assert!(is_value(good), "{good}");
        }
        assert!(Kind::Digits.holds("007") && !Kind::Digits.holds("7a") && !Kind::Digits.holds(""));
        let uuid = "0198f3c0-7c11-7d4e-8a10-0123456789ab";
        assert!(Kind::Uuid.holds(uuid) && !Kind::Uuid.holds(&uuid.replace('-', "_")));
    }
}
