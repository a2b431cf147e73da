//! An issuer while it is written, and what is wrong with it.

use ::webhooks::target::{self, TargetError};
use api::issuers::{
    Issuer, IssuerRule, JWKS_BYTES_MAX, NAME_LENGTH_MAX, NewIssuer, RULES_MAX, is_text,
};
use credentials::jwk::{JwkError, JwkSet};
use policy::{Role, Scope, Scopes};

use crate::i18n::IssuerText as T;

/// A rule with a number of its own, so that it is found again while others come and go.
pub type Numbered = (u32, IssuerRule);

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it is called here.
    pub name: String,
    /// What its tokens say in `iss`.
    pub issuer: String,
    /// Whether its keys are published, rather than given.
    pub is_published: bool,
    /// Where they are published.
    pub url: String,
    /// The keys themselves.
    pub keys: String,
    /// Its rules.
    pub rules: Vec<Numbered>,
    next: u32,
}

/// A rule to begin with: it lets nobody in yet.
fn begun() -> IssuerRule {
    IssuerRule {
        claim: String::new(),
        value: String::new(),
        role: Role::Viewer,
        scopes: Scopes::from_iter([Scope::ReadBi]),
    }
}

impl Default for Draft {
    fn default() -> Draft {
        Draft {
            name: String::new(),
            issuer: String::new(),
            is_published: true,
            url: String::new(),
            keys: String::new(),
            rules: vec![(0, begun())],
            next: 1,
        }
    }
}

impl Draft {
    /// An issuer that is there, to be changed.
    pub fn of(issuer: &Issuer) -> Draft {
        let rules: Vec<Numbered> = (0..).zip(issuer.rules.iter().cloned()).collect();
        Draft {
            name: issuer.name.clone(),
            issuer: issuer.issuer.clone(),
            is_published: issuer.jwks.is_none(),
            url: issuer.jwks_url.clone().unwrap_or_default(),
            keys: issuer.jwks.clone().unwrap_or_default(),
            next: u32::try_from(rules.len()).unwrap_or(u32::MAX),
            rules,
        }
    }

    /// One rule more, where there is room.
    pub fn add_rule(&mut self) {
        if self.has_room() {
            self.rules.push((self.next, begun()));
            self.next = self.next.saturating_add(1);
        }
    }

    /// Whether another rule may be added.
    pub fn has_room(&self) -> bool {
        self.rules.len() < RULES_MAX
    }

    /// Takes a rule out; the last one stays.
    pub fn remove_rule(&mut self, number: u32) {
        if self.rules.len() > 1 {
            self.rules.retain(|(other, _)| *other != number);
        }
    }

    /// The rule of a number.
    pub fn rule(&self, number: u32) -> Option<&IssuerRule> {
        let mut rules = self.rules.iter();
        rules
            .find(|(other, _)| *other == number)
            .map(|(_, rule)| rule)
    }

    /// The same, to be written.
    pub fn rule_mut(&mut self, number: u32) -> Option<&mut IssuerRule> {
        let mut rules = self.rules.iter_mut();
        rules
            .find(|(other, _)| *other == number)
            .map(|(_, rule)| rule)
    }

    /// What is wrong with the address of the keys. Whether it may lead to a network of one's own is the edge's to say.
    pub fn url_trouble(&self) -> Option<TargetError> {
        let is_asked = self.is_published && !self.url.trim().is_empty();
        is_asked
            .then(|| target::check(self.url.trim(), true).err())
            .flatten()
    }

    /// Why the edge has refused the address, as far as its own rules tell.
    pub fn url_refusal(&self) -> Option<TargetError> {
        self.is_published
            .then(|| target::check(self.url.trim(), false).err())
            .flatten()
    }

    /// What is asked of the edge, else what is wrong first.
    pub fn wish(&self) -> Result<NewIssuer, T> {
        let (name, issuer) = (self.name.trim(), self.issuer.trim());
        let is_name = (1..=NAME_LENGTH_MAX).contains(&name.chars().count());
        if !is_name {
            return Err(T::NotTaken);
        }
        if !is_text(issuer) {
            return Err(T::IssuerWrong);
        }
        let (mut jwks_url, mut jwks) = (None, None);
        if self.is_published {
            if target::check(self.url.trim(), true).is_err() {
                return Err(T::NotTaken);
            }
            jwks_url = Some(self.url.trim().to_owned());
        } else {
            keys(&self.keys)?;
            jwks = Some(self.keys.clone());
        }
        let trimmed = |(_, rule): &Numbered| IssuerRule {
            claim: rule.claim.trim().to_owned(),
            value: rule.value.trim().to_owned(),
            ..rule.clone()
        };
        let rules: Vec<IssuerRule> = self.rules.iter().map(trimmed).collect();
        if rules.is_empty() || !rules.iter().all(IssuerRule::is_whole) {
            return Err(T::RuleWrong);
        }
        Ok(NewIssuer {
            name: name.to_owned(),
            issuer: issuer.to_owned(),
            jwks_url,
            jwks,
            rules,
        })
    }
}

/// The keys of a set by their names and algorithms, read as the edge reads them, else what is wrong with the set.
pub fn keys(text: &str) -> Result<Vec<(Option<String>, &'static str)>, T> {
    if text.len() > JWKS_BYTES_MAX {
        return Err(T::KeysLong);
    }
    let set = JwkSet::published(text.as_bytes()).map_err(|error| match error {
        JwkError::Private | JwkError::Mixed => T::KeysPrivate,
        JwkError::Names => T::KeysNames,
        JwkError::Count => T::KeysNone,
        JwkError::Unreadable | JwkError::Use | JwkError::Type | JwkError::Key(_) => {
            T::KeysUnreadable
        }
    })?;
    let named = set.keys().iter();
    let named = named.map(|jwk| (jwk.kid.clone(), jwk.key.algorithm().jose()));
    Ok(named.collect())
}

/// What lets an issuer in again, as it is.
pub fn again(issuer: &Issuer) -> NewIssuer {
    NewIssuer {
        name: issuer.name.clone(),
        issuer: issuer.issuer.clone(),
        jwks_url: issuer.jwks_url.clone(),
        jwks: issuer.jwks.clone(),
        rules: issuer.rules.clone(),
    }
}

#[cfg(test)]
mod tests {
    use api::issuers::{ISSUERS_MAX, TEXT_BYTES_MAX};

    use super::*;

    const POINT: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;

    fn issuer() -> Issuer {
        Issuer {
            id: "i-1".to_owned(),
            name: "Login".to_owned(),
            issuer: "https://login.example".to_owned(),
            jwks_url: Some("https://login.example/keys".to_owned()),
            jwks: None,
            rules: vec![IssuerRule {
                claim: "groups".to_owned(),
                value: "finance".to_owned(),
                role: Role::Cfo,
                scopes: Scopes::from_iter([Scope::ReadBi, Scope::ReadIngest]),
            }],
            created_at: 0,
        }
    }

    #[test]
    fn an_issuer_reads_back_as_it_is() {
        let issuer = issuer();
        let draft = Draft::of(&issuer);
        assert_eq!(draft.wish(), Ok(again(&issuer)));
        let mut spaced = draft.clone();
        let rule = spaced.rule_mut(0).expect("there is one");
        (rule.claim, rule.value) = (" groups".to_owned(), "finance ".to_owned());
        assert_eq!(spaced.wish(), Ok(again(&issuer)), "no token says a space");
        let given = Issuer {
            jwks_url: None,
            jwks: Some(format!(r#"{{"keys":[{{{POINT}}}]}}"#)),
            ..issuer
        };
        assert_eq!(Draft::of(&given).wish(), Ok(again(&given)));
    }

    #[test]
    fn what_is_wrong_is_known_before_it_is_sent() {
        let good = Draft::of(&issuer());
        let wrong = |change: &dyn Fn(&mut Draft)| {
            let mut draft = good.clone();
            change(&mut draft);
            draft.wish().err()
        };
        assert_eq!(Draft::default().wish(), Err(T::NotTaken));
        assert_eq!(
            wrong(&|draft| draft.name = " ".to_owned()),
            Some(T::NotTaken)
        );
        assert_eq!(
            wrong(&|draft| draft.name = "x".repeat(61)),
            Some(T::NotTaken)
        );
        assert_eq!(wrong(&|draft| draft.issuer.clear()), Some(T::IssuerWrong));
        let long = "x".repeat(TEXT_BYTES_MAX + 1);
        assert_eq!(
            wrong(&|draft| draft.issuer = long.clone()),
            Some(T::IssuerWrong)
        );
        assert_eq!(wrong(&|draft| draft.url.clear()), Some(T::NotTaken));
        assert_eq!(
            wrong(&|draft| draft.is_published = false),
            Some(T::KeysUnreadable)
        );
        let rule = |change: fn(&mut IssuerRule)| {
            wrong(&|draft| change(draft.rule_mut(0).expect("there is one")))
        };
        assert_eq!(rule(|rule| rule.claim.clear()), Some(T::RuleWrong));
        assert_eq!(rule(|rule| rule.value = " ".to_owned()), Some(T::RuleWrong));
        // The limit is of bytes, of which one letter may have several.
        let letters = "ş".repeat(TEXT_BYTES_MAX / 2 + 1);
        assert_eq!(
            wrong(&|draft| draft.issuer = letters.clone()),
            Some(T::IssuerWrong)
        );
        assert_eq!(rule(|rule| rule.value.clear()), Some(T::RuleWrong));
        assert_eq!(rule(|rule| rule.scopes = Scopes::NONE), Some(T::RuleWrong));
        assert_eq!(rule(|rule| rule.role = Role::Service), Some(T::RuleWrong));
        let mut http = good.clone();
        http.url = "login.example/keys".to_owned();
        assert_eq!(http.url_trouble(), Some(TargetError::Scheme));
        http.url = "https://printer.local".to_owned();
        assert_eq!(
            (http.url_trouble(), http.url_refusal()),
            (None, Some(TargetError::Inside))
        );
        http.is_published = false;
        assert_eq!(http.url_refusal(), None);
    }

    #[test]
    fn keys_are_told_by_name_and_algorithm() {
        let one = format!(r#"{{"keys":[{{{POINT},"kid":"a"}}]}}"#);
        assert_eq!(keys(&one), Ok(vec![(Some("a".to_owned()), "ES256")]));
        let unnamed = format!(r#"{{"keys":[{{{POINT}}}]}}"#);
        assert_eq!(keys(&unnamed), Ok(vec![(None, "ES256")]));
        for (text, trouble) in [
            ("", T::KeysUnreadable),
            (r#"{"keys":[]}"#, T::KeysNone),
            (
                &format!(r#"{{"keys":[{{{POINT},"d":"AA"}}]}}"#),
                T::KeysPrivate,
            ),
            (
                &format!(r#"{{"keys":[{{{POINT}}},{{{POINT}}}]}}"#),
                T::KeysNames,
            ),
            (&" ".repeat(JWKS_BYTES_MAX + 1), T::KeysLong),
        ] {
            assert_eq!(keys(text), Err(trouble));
        }
    }

    #[test]
    fn rules_come_and_go_and_one_stays() {
        let mut draft = Draft::default();
        draft.remove_rule(0);
        assert_eq!(draft.rules.len(), 1);
        for _ in 0..RULES_MAX {
            draft.add_rule();
        }
        assert_eq!(draft.rules.len(), RULES_MAX);
        draft.remove_rule(0);
        assert!(draft.rule(0).is_none() && draft.rule(1).is_some() && draft.has_room());
        draft.add_rule();
        let mut numbers: Vec<u32> = draft.rules.iter().map(|(number, _)| *number).collect();
        numbers.dedup();
        assert_eq!(numbers.len(), RULES_MAX, "no number is given twice");
    }

    #[test]
    fn the_words_name_the_limits_that_hold() {
        assert_eq!(
            (ISSUERS_MAX, TEXT_BYTES_MAX, JWKS_BYTES_MAX),
            (10, 300, 32 << 10)
        );
        assert_eq!(credentials::jwk::KEYS_MAX, 64);
    }
}
