//! What has changed of the API, as one list; and the list as JSON Feed 1.1 and as Atom (RFC 4287).
//!
//! The build writes both beside the OpenAPI document. Out of scope: changes of the app that no program notices.

#[cfg(feature = "openapi")]
mod feed;

#[cfg(feature = "openapi")]
pub use feed::{atom_feed, json_feed};

/// Path of the list as JSON Feed.
pub const JSON_PATH: &str = "/api/changes.json";
/// Path of the list as Atom.
pub const ATOM_PATH: &str = "/api/changes.atom";
/// The JSON Feed among the static files.
pub const JSON_FILE: &str = "/changes.feed";
/// The Atom feed among the static files.
pub const ATOM_FILE: &str = "/changes.atom";
/// The media type of JSON Feed.
pub const JSON_TYPE: &str = "application/feed+json";
/// The media type of Atom.
pub const ATOM_TYPE: &str = "application/atom+xml";

/// What a change means to those who ask the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something is new; nothing that was there is another.
    Added,
    /// Something answers in another way; the detail says what to do.
    Changed,
    /// Something goes on answering for a while; the detail says what takes its place.
    Deprecated,
    /// Something answers no more.
    Removed,
}

impl Kind {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Added => "added",
            Kind::Changed => "changed",
            Kind::Deprecated => "deprecated",
            Kind::Removed => "removed",
        }
    }
}

/// One change.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// Names it for ever: letters, digits and `-`.
    pub id: &'static str,
    /// The day, as `YYYY-MM-DD`.
    pub day: &'static str,
    /// What it means.
    pub kind: Kind,
    /// One line.
    pub title: &'static str,
    /// What to know, and what to do.
    pub detail: &'static str,
}

/// The changes, newest first. One is never taken out, and its id and day stay.
pub const CHANGES: [Change; 14] = [
    Change {
        id: "change-issuer",
        day: "2026-11-29",
        kind: Kind::Added,
        title: "An issuer that is let in can be changed",
        detail: "PUT /api/auth/v1/issuers/{id} takes what POST takes, and puts it in the place of what there was in one step.",
    },
    Change {
        id: "provider",
        day: "2026-11-29",
        kind: Kind::Added,
        title: "People sign in by an OpenID provider, too",
        detail: "Where whoever runs the edge has named one: /api/auth/v1/provider to sign in, /api/auth/v1/identities to \
                 connect an account first; /api/auth/v1/me says what it is called.",
    },
    Change {
        id: "issuers",
        day: "2026-11-29",
        kind: Kind::Added,
        title: "Tokens of other issuers are let in",
        detail: "Owners name issuers, their keys (published at jwks_url, or given as jwks) and rules at \
                 /api/auth/v1/issuers, which tells all of them again; programs send such tokens as Authorization: Bearer.",
    },
    Change {
        id: "access-lists",
        day: "2026-11-29",
        kind: Kind::Added,
        title: "A company says from where it is asked",
        detail: "GET and PUT /api/auth/v1/access-lists: origins whose pages may ask with a key or a token, and networks.",
    },
    Change {
        id: "webhooks",
        day: "2026-11-29",
        kind: Kind::Added,
        title: "A company's own servers are told what happens",
        detail: "Owners and administrators name endpoints at /api/webhooks/v1/endpoints; messages are signed after the \
                 Standard Webhooks specification and sent at least once.",
    },
    Change {
        id: "usage-quota",
        day: "2026-11-29",
        kind: Kind::Added,
        title: "Sums of requests tell what is left of the quotas",
        detail: "GET /api/gateway/v1/usage has a member quota: what keys and programs may still ask today and this month.",
    },
    Change {
        id: "predictions",
        day: "2026-11-29",
        kind: Kind::Added,
        title: "Forecasts are made, kept and compared with what came of them",
        detail: "POST /api/bi/v1/predictions has one made of the company's data, GET lists them, PUT records outcomes; \
                 the scope for making and recording is write:bi.",
    },
    Change {
        id: "change-feed",
        day: "2026-11-29",
        kind: Kind::Added,
        title: "What changes of the API is told by a feed",
        detail: "GET /api/changes.json is a JSON Feed, GET /api/changes.atom the same as Atom.",
    },
    Change {
        id: "upstream-services",
        day: "2026-11-29",
        kind: Kind::Added,
        title: "Services behind the gateway answer below /api/x/",
        detail: "Whoever runs the edge may declare services. Problems of two more kinds tell that one fails or takes \
                 too long: upstream-failed (502) and upstream-timeout (504).",
    },
    Change {
        id: "device-flow",
        day: "2026-11-28",
        kind: Kind::Added,
        title: "Devices without a browser are connected by a short code",
        detail: "POST /api/oauth/v1/device gives a code that a person types on another device (RFC 8628).",
    },
    Change {
        id: "oauth",
        day: "2026-11-28",
        kind: Kind::Added,
        title: "Programs get access tokens after OAuth 2.1",
        detail: "Client credentials, authorization code with PKCE, refresh tokens that are good once, introspection \
                 and revocation; /.well-known/oauth-authorization-server says where.",
    },
    Change {
        id: "openapi",
        day: "2026-11-23",
        kind: Kind::Added,
        title: "The API describes itself",
        detail: "GET /api/openapi.json is an OpenAPI 3.1 document, made of the types that the edge answers by.",
    },
    Change {
        id: "limits",
        day: "2026-11-23",
        kind: Kind::Added,
        title: "Rates and quotas are told, and a request sent again is done once",
        detail: "RateLimit and RateLimit-Policy say what is left to a key; Idempotency-Key makes an unsafe request \
                 safe to send again.",
    },
    Change {
        id: "keys",
        day: "2026-11-23",
        kind: Kind::Added,
        title: "Programs get keys",
        detail: "Owners make keys with scopes, an end and networks in the settings or at /api/auth/v1/keys.",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kernel::Date;

    use super::*;

    #[test]
    fn the_list_is_in_order_and_each_change_is_there_once() {
        let mut ids = BTreeSet::new();
        let mut last: Option<Date> = None;
        for change in &CHANGES {
            let day: Date = change.day.parse().unwrap();
            assert!(last.is_none_or(|last| day <= last), "{change:?}");
            last = Some(day);
            assert!(ids.insert(change.id), "{change:?}");
            assert!(
                change
                    .id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            );
            assert!(
                !change.title.ends_with('.') && change.detail.ends_with('.'),
                "{change:?}"
            );
        }
    }
}
