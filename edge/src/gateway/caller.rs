//! Stage 5: who is asking: the administrator or a key by `Authorization`, a person by their cookie.

use api::ProblemKind;
use credentials::api_key;
use kernel::TenantId;
use policy::{Network, Role, Rows, Scopes, Sight, Subject};
use serde::{Deserialize, Serialize};

use crate::digest;
use crate::fault::{Context, Fault};
use crate::features::oauth as oauth_feature;
use crate::gateway::known_keys::{Grantor, KnownKey};
use crate::gateway::{access_token, cookies, issuers, proof};
use crate::http::Request;
use crate::ports::{Database, Platform, SqlValue, Tenants};
use crate::tenant::{Ask, Told};

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Caller {
    /// Nobody known: sees the demo company.
    Nobody,
    /// Whoever runs the edge.
    Admin,
    /// A browser in which a person has claimed a company or signed in.
    Session {
        /// The company.
        company: TenantId,
        /// The person.
        person: String,
        /// Digest of the session's token.
        digest: String,
        /// What the person is in the company.
        role: Role,
        /// Keys of the channels whose rows they see; all where nothing is said.
        channels: Option<Vec<String>>,
    },
    /// A program with an access token.
    Program {
        /// The company.
        company: TenantId,
        /// The client's id.
        client: String,
        /// What the token is for.
        scopes: Scopes,
        /// The person whom it acts for; none where it acts for itself.
        grantor: Option<Grantor>,
    },
    /// A program with a token of another issuer, which the company lets in.
    External {
        /// The company.
        company: TenantId,
        /// The issuer's id.
        issuer: String,
        /// Whom the token is about.
        subject: String,
        /// What they are in the company, by its rules.
        role: Role,
        /// What the token may be used for.
        scopes: Scopes,
    },
    /// A program with a key.
    Key {
        /// The company.
        company: TenantId,
        /// The key's id.
        id: String,
        /// What the key was made for.
        scopes: Scopes,
    },
}

impl Caller {
    /// The company that the caller belongs to.
    pub const fn company(&self) -> Option<&TenantId> {
        match self {
            Caller::Session { company, .. }
            | Caller::Key { company, .. }
            | Caller::Program { company, .. }
            | Caller::External { company, .. } => Some(company),
            Caller::Nobody | Caller::Admin => None,
        }
    }

    /// What the caller is in that company.
    pub const fn subject(&self) -> Option<Subject> {
        match self {
            Caller::Session {
                role,
                channels: None,
                ..
            } => Some(Subject::Person(*role)),
            Caller::Session { role, .. } => Some(Subject::Limited(*role)),
            Caller::Program {
                scopes,
                grantor: Some(grantor),
                ..
            } => Some(Subject::Delegate {
                role: grantor.role,
                is_limited: grantor.channels.is_some(),
                scopes: *scopes,
            }),
            Caller::External { role, scopes, .. } => Some(Subject::Delegate {
                role: *role,
                is_limited: false,
                scopes: *scopes,
            }),
            Caller::Key { scopes, .. } | Caller::Program { scopes, .. } => {
                Some(Subject::Service(*scopes))
            }
            Caller::Nobody | Caller::Admin => None,
        }
    }

    /// What the caller sees of the figures of a company that it may ask for.
    pub async fn sight<P: Platform>(
        &self,
        platform: &P,
        company: &TenantId,
    ) -> Result<Sight, Fault> {
        let (own, role, channels) = match self {
            Caller::Session {
                company,
                role,
                channels,
                ..
            } => (company, role, channels),
            // A program sees what whom it acts for sees.
            Caller::Program {
                company,
                grantor: Some(grantor),
                ..
            } => (company, &grantor.role, &grantor.channels),
            Caller::External { company, role, .. } => (company, role, &None),
            _ => return Ok(Sight::whole()),
        };
        // The demo company is for everybody to see.
        if own != company {
            return Ok(Sight::whole());
        }
        let sight = Sight::of(*role);
        let Some(keys) = channels else {
            return Ok(sight);
        };
        let ask = Ask::Channels { keys: keys.clone() };
        match platform.tenants().ask(company, &ask).await? {
            Told::Channels { codes } => {
                let codes = codes.into_iter().filter(|code| *code != 0);
                Ok(sight.within(Rows::Channels(kernel::inserted(codes))))
            }
            other => Err(Fault::internal("read channels", format!("{other:?}"))),
        }
    }

    /// Whether it is a program, which shows who it is by a credential of its own.
    pub const fn is_program(&self) -> bool {
        matches!(
            self,
            Caller::Key { .. } | Caller::Program { .. } | Caller::External { .. }
        )
    }

    /// Passes the administrator only.
    pub fn require_admin(&self) -> Result<(), Fault> {
        match self {
            Caller::Admin => Ok(()),
            _ => Err(Fault::refused(
                ProblemKind::Unauthorized,
                "send the administrator's token as Authorization: Bearer",
            )),
        }
    }

    /// Passes a person who is signed in: their company, their id and the digest of the session's token.
    pub fn require_person(&self) -> Result<(&TenantId, &str, &str), Fault> {
        match self {
            Caller::Session {
                company,
                person,
                digest,
                ..
            } => Ok((company, person, digest)),
            _ => Err(Fault::refused(
                ProblemKind::Unauthorized,
                "sign in to see this",
            )),
        }
    }
}

/// Between two notes of when a session or a key was last used.
const NOTE_MILLIS: i64 = 3_600_000;

/// Reads the credentials of a request. A credential that is sent and not valid is refused, whatever else the
/// request carries.
pub async fn identify<P: Platform>(platform: &P, request: &Request) -> Result<Caller, Fault> {
    if let Some(credential) = request.header("authorization") {
        let (scheme, token) = scheme_of(credential).ok_or_else(not_valid)?;
        if scheme == Scheme::Dpop {
            return by_access_token(platform, request, token, scheme).await;
        }
        if token.starts_with(api_key::PREFIX) {
            return by_key(platform, request, token).await;
        }
        let expected = &platform.settings().admin_token;
        let is_admin = digest::is_same_secret(token, expected);
        if is_admin && !expected.is_empty() {
            return Ok(Caller::Admin);
        }
        return by_access_token(platform, request, token, scheme).await;
    }
    match request.cookie(cookies::session_name(request)) {
        Some(token) => by_session(platform, token).await,
        None => Ok(Caller::Nobody),
    }
}

/// How a token is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Dpop,
}

/// The token of `Bearer TOKEN` or `DPoP TOKEN`; the scheme's letters may be of either case (RFC 9110, 11.1).
fn scheme_of(credential: &str) -> Option<(Scheme, &str)> {
    let (scheme, token) = credential.split_once(' ')?;
    let schemes = [("bearer", Scheme::Bearer), ("dpop", Scheme::Dpop)];
    let mut schemes = schemes.into_iter();
    let (_, scheme) = schemes.find(|(name, _)| scheme.eq_ignore_ascii_case(name))?;
    Some((scheme, token.trim_start()))
}

async fn by_session<P: Platform>(platform: &P, token: &str) -> Result<Caller, Fault> {
    let digest = digest::secret_digest(token);
    let now = platform.now().millis();
    let statement = "SELECT sessions.company_id, person_id, used_at, role, channels FROM sessions \
         JOIN people ON people.id = person_id WHERE token_digest = ?1 AND expires_at > ?2 \
         AND role <> 'gone'";
    let values = vec![digest.as_str().into(), now.into()];
    let found = platform.database().rows((statement, values)).await?;
    let row = found.first().map(Vec::as_slice);
    let Some([company, person, used_at, role, channels]) = row else {
        return Ok(Caller::Nobody);
    };
    if is_old(used_at, now) {
        let statement = "UPDATE sessions SET used_at = ?2 WHERE token_digest = ?1";
        let values = vec![digest.as_str().into(), now.into()];
        platform.database().rows((statement, values)).await?;
    }
    Ok(Caller::Session {
        company: company
            .text_or_empty()
            .parse()
            .context("read a session's company")?,
        person: person.text_or_empty().to_owned(),
        digest,
        role: role
            .text_or_empty()
            .parse()
            .context("read a person's role")?,
        channels: channels_of(channels)?,
    })
}

async fn by_key<P: Platform>(
    platform: &P,
    request: &Request,
    token: &str,
) -> Result<Caller, Fault> {
    // A mistyped key costs no question to the database.
    if !api_key::is_well_formed(token) {
        return Err(not_valid());
    }
    let now = platform.now().millis();
    let digest = digest::secret_digest(token);
    let known = platform.meters(|meters| meters.keys.get(&digest, now));
    let key = match known {
        Some(key) => key,
        None => look_up(platform, digest, now).await?,
    };
    if !policy::is_from(&key.networks, request.client_address()) {
        return Err(Fault::refused(
            ProblemKind::Forbidden,
            "this key may not be used from this address",
        ));
    }
    Ok(Caller::Key {
        company: key.company,
        id: key.id,
        scopes: key.scopes,
    })
}

async fn by_access_token<P: Platform>(
    platform: &P,
    request: &Request,
    token: &str,
    scheme: Scheme,
) -> Result<Caller, Fault> {
    let now = platform.now().millis();
    let issuer = oauth_feature::issuer(request);
    // The same token is another one at another origin: it is for one of them only.
    let digest = digest::secret_digest(&format!("{issuer} {token}"));
    let known = platform.meters(|meters| meters.keys.get(&digest, now));
    let key = match known {
        Some(key) => key,
        None => {
            let changes = platform.meters(|meters| meters.keys.changes());
            let found = access_token::look_up(platform, &issuer, token).await?;
            let found = match found {
                Some((key, _)) => Some(key),
                None => issuers::look_up(platform, token).await?,
            };
            let key = found.ok_or_else(not_valid)?;
            platform.meters(|meters| meters.keys.remember(digest, key.clone(), now, changes));
            key
        }
    };
    let bound = key.grant.as_ref();
    match (scheme, bound.and_then(|grant| grant.thumbprint.as_deref())) {
        (Scheme::Bearer, None) => {}
        (Scheme::Bearer, Some(_)) => {
            let detail =
                "this token is bound to a key: send it as Authorization: DPoP with a proof";
            return Err(proof::invalid_token(detail));
        }
        (Scheme::Dpop, None) => {
            let detail = "this token is bound to no key: send it as Authorization: Bearer";
            return Err(proof::invalid_token(detail));
        }
        (Scheme::Dpop, Some(thumbprint)) => {
            let sent = proof::read(platform, request, Some(token)).await;
            let sent = sent.map_err(proof::refused)?;
            if sent.thumbprint != thumbprint {
                return Err(proof::invalid_token(
                    "the proof is of another key than the token",
                ));
            }
            let taken = proof::take(platform, &key.company, &sent).await?;
            taken.map_err(proof::refused)?;
        }
    }
    if let Some(vouched) = key.vouched {
        return Ok(Caller::External {
            company: key.company,
            issuer: key.id,
            subject: vouched.subject,
            role: vouched.role,
            scopes: key.scopes,
        });
    }
    Ok(Caller::Program {
        company: key.company,
        client: key.id,
        scopes: key.scopes,
        grantor: key.grant.and_then(|grant| grant.grantor),
    })
}

async fn look_up<P: Platform>(platform: &P, digest: String, now: i64) -> Result<KnownKey, Fault> {
    let statement = "SELECT api_keys.id, company_id, scopes, networks, used_at, expires_at, ends_at \
         FROM api_key_secrets JOIN api_keys ON api_keys.id = key_id WHERE secret_digest = ?1 AND \
         revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2) AND \
         (ends_at IS NULL OR ends_at > ?2)";
    let values = vec![digest.as_str().into(), now.into()];
    let changes = platform.meters(|meters| meters.keys.changes());
    let found = platform.database().rows((statement, values)).await?;
    let row = found.first().map(Vec::as_slice);
    let Some([id, company, scopes, networks, used_at, expires_at, ends_at]) = row else {
        return Err(not_valid());
    };
    if is_old(used_at, now) {
        let statement = "UPDATE api_keys SET used_at = ?2 WHERE id = ?1";
        let values = vec![id.text_or_empty().into(), now.into()];
        platform.database().rows((statement, values)).await?;
    }
    let networks = networks
        .text_or_empty()
        .split_ascii_whitespace()
        .map(str::parse);
    let networks: Result<Vec<Network>, _> = networks.collect();
    let ends = [expires_at.integer(), ends_at.integer()];
    let key = KnownKey {
        company: company
            .text_or_empty()
            .parse()
            .context("read a key's company")?,
        id: id.text_or_empty().to_owned(),
        scopes: scopes
            .text_or_empty()
            .parse()
            .context("read a key's scopes")?,
        networks: networks.context("read a key's networks")?,
        ends_at: ends.into_iter().flatten().min(),
        grant: None,
        vouched: None,
    };
    platform.meters(|meters| {
        let keys = &mut meters.keys;
        keys.remember(digest, key.clone(), now, changes);
    });
    Ok(key)
}

/// The channels of a person: a JSON list of keys, or nothing.
pub fn channels_of(value: &SqlValue) -> Result<Option<Vec<String>>, Fault> {
    let list = value.text().map(serde_json::from_str).transpose();
    list.context("read a person's channels")
}

fn is_old(used_at: &SqlValue, now: i64) -> bool {
    used_at
        .integer()
        .is_none_or(|used| used < now - NOTE_MILLIS)
}

fn not_valid() -> Fault {
    Fault::refused(ProblemKind::Unauthorized, "this token is not valid here")
}
