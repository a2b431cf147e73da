//! What a person, or a program, is in a company.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A role. Everybody has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Who opened the company; may do everything.
    Owner,
    /// Runs the company's account: everything but keys and owners.
    Admin,
    /// Chief executive: sees all figures.
    Ceo,
    /// Chief financial officer.
    Cfo,
    /// Chief marketing officer.
    Cmo,
    /// Chief operating officer.
    Coo,
    /// Works with the data.
    Analyst,
    /// Looks at what is not confidential.
    Viewer,
    /// A program with a key: may do what the key's scopes say.
    Service,
}

/// A name that is no role's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("there is no such role")]
pub struct RoleError;

impl Role {
    /// Every role.
    pub const ALL: [Role; 9] = [
        Role::Owner,
        Role::Admin,
        Role::Ceo,
        Role::Cfo,
        Role::Cmo,
        Role::Coo,
        Role::Analyst,
        Role::Viewer,
        Role::Service,
    ];

    /// The name on the wire and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::Ceo => "ceo",
            Role::Cfo => "cfo",
            Role::Cmo => "cmo",
            Role::Coo => "coo",
            Role::Analyst => "analyst",
            Role::Viewer => "viewer",
            Role::Service => "service",
        }
    }

    /// Whether a person can have it.
    pub const fn is_personal(self) -> bool {
        !matches!(self, Role::Service)
    }

    /// Whether a person of it may be limited to the rows of some channels: who manages people sees everything.
    pub const fn can_be_limited(self) -> bool {
        self.is_personal() && !matches!(self, Role::Owner | Role::Admin)
    }

    /// Whether somebody of this role may give another role, or take it: nobody makes more of themselves
    /// than they are, and only owners make owners and administrators.
    pub const fn may_give(self, other: Role) -> bool {
        match self {
            Role::Owner => other.is_personal(),
            Role::Admin => other.is_personal() && !matches!(other, Role::Owner | Role::Admin),
            _ => false,
        }
    }
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(name: &str) -> Result<Role, RoleError> {
        let mut all = Role::ALL.into_iter();
        all.find(|role| role.name() == name).ok_or(RoleError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_on_the_wire() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert_eq!("root".parse::<Role>(), Err(RoleError));
    }

    #[test]
    fn nobody_makes_more_of_themselves() {
        for role in Role::ALL {
            assert_eq!(role.may_give(Role::Owner), role == Role::Owner, "{role:?}");
            assert!(!role.may_give(Role::Service), "a key is made, not invited");
        }
        assert!(Role::Admin.may_give(Role::Cfo) && !Role::Admin.may_give(Role::Admin));
        assert!(!Role::Ceo.may_give(Role::Viewer));
    }
}
