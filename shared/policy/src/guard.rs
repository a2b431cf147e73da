//! Countries and programs that whoever runs the edge keeps out, whoever asks.
//!
//! What is written is compared as it is: a misspelt country is no country, so that a list of those who may pass never
//! grows by a typing error. Where somebody is, the platform in front says; where it does not, they are nowhere.

/// Who is kept out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    only: Vec<String>,
    not: Vec<String>,
    agents: Vec<String>,
    is_nameless_refused: bool,
}

impl Guard {
    /// `countries` are codes (ISO 3166-1 alpha-2) between spaces: with some, only these may pass; with `!` in front,
    /// these may not. `agents` are parts of `User-Agent` between `|`, of either case; `-` is one that is not sent.
    pub fn new(countries: &str, agents: &str) -> Guard {
        let mut guard = Guard::default();
        for code in countries.split_ascii_whitespace() {
            match code.strip_prefix('!') {
                Some(code) => guard.not.push(code.to_ascii_uppercase()),
                None => guard.only.push(code.to_ascii_uppercase()),
            }
        }
        for agent in agents.split('|').map(str::trim) {
            match agent {
                "" => {}
                "-" => guard.is_nameless_refused = true,
                agent => guard.agents.push(agent.to_ascii_lowercase()),
            }
        }
        guard
    }

    /// Whether somebody may pass, by the country that the platform names and the program that they name.
    pub fn admits(&self, country: Option<&str>, agent: Option<&str>) -> bool {
        let country = country.unwrap_or_default().trim().to_ascii_uppercase();
        let is_here = self.only.is_empty() || self.only.contains(&country);
        let agent = agent.unwrap_or_default().trim().to_ascii_lowercase();
        let is_known = self.agents.iter().any(|part| agent.contains(part));
        let is_nameless = self.is_nameless_refused && agent.is_empty();
        is_here && !self.not.contains(&country) && !is_known && !is_nameless
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_let_in_or_kept_out() {
        let admits = |countries: &str, country| Guard::new(countries, "").admits(country, None);
        for (countries, country, expected) in [
            ("", None, true),
            ("", Some("TR"), true),
            ("TR DE", Some("tr"), true),
            ("tr", Some("TR"), true),
            ("TR DE", Some("US"), false),
            ("TR", None, false),
            ("TR", Some(""), false),
            ("!KP", Some("KP"), false),
            ("!KP", Some("TR"), true),
            ("!KP", None, true),
            ("TR !TR", Some("TR"), false),
            // Nobody is let in by a typing error.
            ("TRR", Some("TR"), false),
        ] {
            assert_eq!(
                admits(countries, country),
                expected,
                "{countries:?} {country:?}"
            );
        }
    }

    #[test]
    fn programs_are_kept_out_by_what_they_call_themselves() {
        let admits = |agents: &str, agent| Guard::new("", agents).admits(None, agent);
        for (agents, agent, expected) in [
            ("", None, true),
            (
                "GPTBot | ccbot",
                Some("Mozilla/5.0 (compatible; gptbot/1.2)"),
                false,
            ),
            ("GPTBot|CCBot", Some("CCBot/2.0"), false),
            ("GPTBot|CCBot", Some("curl/8"), true),
            ("GPTBot", None, true),
            ("-", None, false),
            ("-", Some(" "), false),
            ("-", Some("curl/8"), true),
            ("||", Some("curl/8"), true),
        ] {
            assert_eq!(admits(agents, agent), expected, "{agents:?} {agent:?}");
        }
    }
}
