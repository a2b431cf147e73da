//! The people of a company; for owners and administrators:
//!
//! - `GET /api/auth/v1/members` lists them.
//! - `PATCH /api/auth/v1/members/{id}` changes what somebody is.
//! - `DELETE /api/auth/v1/members/{id}` sends somebody away: sessions, passkeys and codes are good for nothing.
//! - `POST /api/auth/v1/members/{id}/restore` takes that back, for [`RESTORE_MILLIS`].
//! - `POST /api/auth/v1/invitations` makes a one-time link, which `claim` turns into a member and a session.
//!
//! Only owners make owners and administrators, and the last owner stays. Whoever is neither can be limited to
//! the rows of some channels.

use policy::Role;
use serde::{Deserialize, Deserializer, Serialize};

/// Path of members.
pub const MEMBERS_PATH: &str = "/api/auth/v1/members";
/// Path of one member.
pub const MEMBER_PATH: &str = "/api/auth/v1/members/{id}";
/// Path of taking back that somebody was sent away.
pub const MEMBER_RESTORE_PATH: &str = "/api/auth/v1/members/{id}/restore";
/// Path of invitations.
pub const INVITATIONS_PATH: &str = "/api/auth/v1/invitations";

/// People that a company may have.
pub const MEMBERS_MAX: usize = 200;
/// Invitations of a company that may be open.
pub const INVITATIONS_MAX: usize = 50;
/// For how long sending somebody away can be taken back, in milliseconds.
pub const RESTORE_MILLIS: i64 = 10 * 60_000;
/// Channels that somebody can be limited to.
pub const CHANNELS_MAX: usize = 100;
/// The longest key of a channel, in characters.
pub const CHANNEL_LENGTH_MAX: usize = 100;
/// The longest name of a person, in characters.
pub const NAME_LENGTH_MAX: usize = 80;

/// Body of inviting somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// Who it is, for the list of members; up to [`NAME_LENGTH_MAX`] characters.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::person_name")
    )]
    pub name: String,
    /// What they will be; not `service`.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::personal_role")
    )]
    pub role: Role,
    /// Keys of the channels whose rows they will see; all where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::channels")
    )]
    pub channels: Option<Vec<String>>,
}

/// Body of changing what somebody is; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MemberChange {
    /// What they are from now on. Owners and administrators see all channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::personal_role")
    )]
    pub role: Option<Role>,
    /// Keys of the channels whose rows they see from now on; `null` for all.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::channels")
    )]
    pub channels: Option<Option<Vec<String>>>,
}

/// Tells `null` from what is absent.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Whether these can be keys of channels: each there once, short, without control characters.
pub fn are_channels(keys: &[String]) -> bool {
    let is_key = |key: &String| {
        let length = key.chars().count();
        (1..=CHANNEL_LENGTH_MAX).contains(&length) && !key.chars().any(char::is_control)
    };
    let is_first = |at: usize| {
        keys.iter()
            .take(at)
            .all(|before| Some(before) != keys.get(at))
    };
    keys.len() <= CHANNELS_MAX && keys.iter().all(is_key) && (0..keys.len()).all(is_first)
}

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Member {
    /// Id.
    pub id: String,
    /// Name; empty for who opened the company.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Keys of the channels whose rows they see; all where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<String>>,
    /// Since when, in milliseconds since 1970.
    pub created_at: i64,
    /// Whether it is who asks.
    pub is_this: bool,
}

/// The people of a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Members {
    /// People, the first one first.
    pub members: Vec<Member>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_channels_are_told_from_no_change() {
        let read = |text: &str| serde_json::from_str::<MemberChange>(text).map(|it| it.channels);
        assert_eq!(read("{}").unwrap(), None);
        assert_eq!(read(r#"{"channels":null}"#).unwrap(), Some(None));
        let one = Some(Some(vec!["n11".to_owned()]));
        assert_eq!(read(r#"{"channels":["n11"]}"#).unwrap(), one);
        assert!(read(r#"{"channels":[1]}"#).is_err());
        let change = MemberChange {
            channels: Some(None),
            ..MemberChange::default()
        };
        assert_eq!(
            serde_json::to_string(&change).unwrap(),
            r#"{"channels":null}"#
        );
    }

    #[test]
    fn keys_of_channels_are_checked() {
        let are =
            |keys: &[&str]| are_channels(&keys.iter().map(|&it| it.into()).collect::<Vec<_>>());
        assert!(are(&[]) && are(&["n11", "trendyol"]));
        assert!(!are(&[""]) && !are(&["a\u{7}"]) && !are(&["a", "b", "a"]));
        assert!(!are(&["ü".repeat(CHANNEL_LENGTH_MAX + 1).as_str()]));
        assert!(!are_channels(
            &(0..=CHANNELS_MAX)
                .map(|it| it.to_string())
                .collect::<Vec<_>>()
        ));
    }
}
