//! What a browser calls itself, short enough for a list: only so that people know their devices apart.
//!
//! Nothing depends on it: a browser may say what it likes.

/// Browser and system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Device {
    /// Such as `Safari, iPhone`.
    pub(super) name: String,
    /// `ios`, `android` or `pwa`.
    pub(super) kind: &'static str,
}

/// Marks of browsers; one that contains another's comes first.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Marks of systems; one that contains another's comes first.
const SYSTEMS: [(&str, &str, &str); 7] = [
    ("iPhone", "iPhone", "ios"),
    ("iPad", "iPad", "ios"),
    ("Android", "Android", "android"),
    ("CrOS", "ChromeOS", "pwa"),
    ("Windows", "Windows", "pwa"),
    ("Macintosh", "Mac", "pwa"),
    ("Linux", "Linux", "pwa"),
];

impl Device {
    /// Reads a `User-Agent`.
    pub(super) fn of(user_agent: &str) -> Device {
        let browser = BROWSERS.iter().find(|(mark, _)| user_agent.contains(mark));
        let browser = browser.map(|(_, name)| *name);
        let system = SYSTEMS.iter().find(|(mark, ..)| user_agent.contains(mark));
        let (system, kind) = system.map_or((None, "pwa"), |(_, name, kind)| (Some(*name), *kind));
        let parts: Vec<&str> = [browser, system].into_iter().flatten().collect();
        let name = if parts.is_empty() {
            "?".to_owned()
        } else {
            parts.join(", ")
        };
        Device { name, kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart() {
        for (user_agent, name, kind) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
                "ios",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36",
                "Chrome, Android",
                "android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0",
                "Edge, Windows",
                "pwa",
            ),
            ("curl/8.9", "?", "pwa"),
            ("", "?", "pwa"),
        ] {
            assert_eq!(
                Device::of(user_agent),
                Device {
                    name: name.into(),
                    kind
                }
            );
        }
    }
}
