//! The lists while they are edited. Entries are read by the code that the edge reads them by.

use core::net::{IpAddr, Ipv6Addr};

use api::access_lists::{Lists, NETWORKS_MAX, NewAccessLists, ORIGINS_MAX};
use policy::{Network, NetworkError, WebOrigin, is_from};

use crate::i18n::AccessText as T;

/// One of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Origins whose pages may ask.
    Origins,
    /// Networks that requests may come from.
    Networks,
}

/// Both lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    origins: Vec<WebOrigin>,
    networks: Vec<Network>,
}

impl Draft {
    /// What the edge has.
    pub fn of(lists: &Lists) -> Draft {
        Draft {
            origins: lists.origins.clone(),
            networks: lists.networks.clone(),
        }
    }

    /// What the edge is asked to have.
    pub fn wish(&self) -> NewAccessLists {
        NewAccessLists {
            origins: self.origins.clone(),
            networks: self.networks.clone(),
        }
    }

    /// The entries of a list, as they are written.
    pub fn entries(&self, kind: Kind) -> Vec<String> {
        match kind {
            Kind::Origins => self.origins.iter().map(WebOrigin::to_string).collect(),
            Kind::Networks => self.networks.iter().map(Network::to_string).collect(),
        }
    }

    /// The lists with one entry more, else what is wrong with it.
    pub fn with(&self, kind: Kind, text: &str) -> Result<Draft, T> {
        let mut draft = self.clone();
        match kind {
            Kind::Origins => put(&mut draft.origins, origin(text)?, ORIGINS_MAX)?,
            Kind::Networks => put(&mut draft.networks, network(text)?, NETWORKS_MAX)?,
        }
        Ok(draft)
    }

    /// The lists without the entry at a place.
    #[must_use]
    pub fn without(&self, kind: Kind, at: usize) -> Draft {
        let mut draft = self.clone();
        match kind {
            Kind::Origins => cut(&mut draft.origins, at),
            Kind::Networks => cut(&mut draft.networks, at),
        }
        draft
    }

    /// Whether a list has no room for another entry.
    pub fn is_full(&self, kind: Kind) -> bool {
        match kind {
            Kind::Origins => self.origins.len() >= ORIGINS_MAX,
            Kind::Networks => self.networks.len() >= NETWORKS_MAX,
        }
    }

    /// Whether somebody at an address would be let in.
    pub fn admits(&self, address: Option<&str>) -> bool {
        let address = address.and_then(|text| text.parse::<IpAddr>().ok());
        is_from(&self.networks, address)
    }

    /// Whether one of the networks holds an address.
    pub fn names(&self, address: &str) -> bool {
        !self.networks.is_empty() && self.admits(Some(address))
    }
}

/// The block of an IPv6 address in which its device is, whatever address it takes next.
pub fn block_of(address: &str) -> Option<String> {
    let address: Ipv6Addr = address.parse().ok()?;
    if address.to_ipv4_mapped().is_some() {
        return None;
    }
    let first = Ipv6Addr::from(u128::from(address) & (u128::MAX << 64));
    Some(format!("{first}/64"))
}

fn put<I: PartialEq>(list: &mut Vec<I>, entry: I, most: usize) -> Result<(), T> {
    if list.contains(&entry) {
        return Err(T::Twice);
    }
    if list.len() >= most {
        return Err(T::Full);
    }
    list.push(entry);
    Ok(())
}

fn cut<I>(list: &mut Vec<I>, at: usize) {
    if at < list.len() {
        list.remove(at);
    }
}

/// An origin as browsers write it; that is in small letters and without a slash at its end.
fn origin(text: &str) -> Result<WebOrigin, T> {
    let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
    text.parse().map_err(|_| T::OriginWrong)
}

fn network(text: &str) -> Result<Network, T> {
    text.trim().parse().map_err(|error| match error {
        NetworkError::Malformed => T::NetworkWrong,
        NetworkError::BitsAfterPrefix => T::NetworkBits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(kind: Kind, entries: &[&str]) -> Draft {
        let add = |draft: Draft, entry: &&str| draft.with(kind, entry).expect(entry);
        entries.iter().fold(Draft::default(), add)
    }

    #[test]
    fn entries_are_read_as_the_edge_reads_them() {
        let origins = ["https://Shop.example/", " https://shop.example:8443 "];
        let draft = with(Kind::Origins, &origins);
        let written = ["https://shop.example", "https://shop.example:8443"];
        assert_eq!(draft.entries(Kind::Origins), written);
        for wrong in [
            "",
            "shop.example",
            "https://shop.example/x",
            "https://*.example",
        ] {
            assert_eq!(
                draft.with(Kind::Origins, wrong),
                Err(T::OriginWrong),
                "{wrong}"
            );
        }
        let draft = with(
            Kind::Networks,
            &["192.0.2.0/24", "2001:db8::/32", "203.0.113.5"],
        );
        let written = ["192.0.2.0/24", "2001:db8::/32", "203.0.113.5/32"];
        assert_eq!(draft.entries(Kind::Networks), written);
        for (wrong, trouble) in [
            ("office", T::NetworkWrong),
            ("192.0.2.0/33", T::NetworkWrong),
            ("192.0.2.7/24", T::NetworkBits),
            ("192.0.2.0/24", T::Twice),
            // The other form of what is there.
            ("::ffff:203.0.113.5", T::Twice),
        ] {
            assert_eq!(draft.with(Kind::Networks, wrong), Err(trouble), "{wrong}");
        }
    }

    #[test]
    fn lists_are_no_longer_than_the_edge_takes() {
        let many: Vec<String> = (0..NETWORKS_MAX)
            .map(|at| format!("192.0.2.{at}"))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let draft = with(Kind::Networks, &many);
        assert_eq!(draft.with(Kind::Networks, "198.51.100.1"), Err(T::Full));
        assert!(draft.is_full(Kind::Networks) && !draft.is_full(Kind::Origins));
        let draft = draft.without(Kind::Networks, 0);
        assert!(!draft.is_full(Kind::Networks));
        assert_eq!(draft.entries(Kind::Networks).len(), NETWORKS_MAX - 1);
        assert!(draft.with(Kind::Networks, "198.51.100.1").is_ok());
        let many: Vec<String> = (0..ORIGINS_MAX)
            .map(|at| format!("https://s{at}.example"))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let draft = with(Kind::Origins, &many);
        assert_eq!(draft.with(Kind::Origins, "https://x.example"), Err(T::Full));
        let last = draft.without(Kind::Origins, ORIGINS_MAX - 1);
        assert_eq!(last.entries(Kind::Origins), many[..ORIGINS_MAX - 1]);
        assert_eq!(draft.without(Kind::Origins, 99), draft, "there is none");
    }

    #[test]
    fn who_would_be_shut_out_is_known_before() {
        let here = Some("203.0.113.5");
        assert!(Draft::default().admits(here) && Draft::default().admits(None));
        assert!(!Draft::default().names("203.0.113.5"));
        let office = with(Kind::Networks, &["198.51.100.0/24"]);
        assert!(!office.admits(here) && !office.admits(None));
        let both = office
            .with(Kind::Networks, "203.0.113.0/24")
            .expect("a block");
        assert!(both.admits(here) && both.names("203.0.113.5"));
        assert!(
            !both.admits(None),
            "an address that is not known is in none"
        );
    }

    #[test]
    fn a_device_of_ipv6_is_in_a_block() {
        let here = "2001:db8:1:2:a:b:c:d";
        let block = block_of(here).expect("IPv6");
        assert_eq!(block, "2001:db8:1:2::/64");
        assert!(with(Kind::Networks, &[&block]).names(here));
        for other in ["192.0.2.5", "::ffff:192.0.2.5", "office"] {
            assert_eq!(block_of(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_sent_is_what_is_shown() {
        let lists = Lists {
            origins: vec!["https://shop.example".parse().expect("an origin")],
            networks: vec!["192.0.2.0/24".parse().expect("a network")],
            address: None,
        };
        let wish = Draft::of(&lists).wish();
        assert_eq!(
            (wish.origins, wish.networks),
            (lists.origins, lists.networks)
        );
    }
}
