//! One table: what can be done, and who may.

use crate::role::Role;
use crate::scope::{Scope, Scopes};

/// One thing that can be done in one's own company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Right {
    /// One's own passkeys, recovery codes and sessions.
    OwnAccount,
    /// Look at figures.
    ReadFigures,
    /// Have forecasts made and kept, and record what came of them.
    MakePredictions,
    /// Look at what became of the files that were sent.
    ReadImports,
    /// Send files.
    SendData,
    /// Change the company's profile.
    ChangeCompany,
    /// See who is in the company, invite people, change their roles, send them away.
    ManageMembers,
    /// Read who did what to the company's access.
    ReadAudit,
    /// Make, replace and end keys.
    ManageKeys,
    /// Say which servers are told what happens, and which pages and networks may ask.
    ManageConnections,
}

/// Who wants to do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A person who is signed in.
    Person(Role),
    /// A person who is signed in and sees the rows of some channels only. Files and what became of them are of
    /// all channels, and so is the company; forecasts are made of what they see.
    Limited(Role),
    /// A program with a key.
    Service(Scopes),
    /// A program that a person lets act for them: as they may, and no further than its scopes.
    Delegate {
        /// What the person is.
        role: Role,
        /// Whether they see the rows of some channels only.
        is_limited: bool,
        /// What they let the program do.
        scopes: Scopes,
    },
}

impl Right {
    /// Every right.
    pub const ALL: [Right; 10] = [
        Right::OwnAccount,
        Right::ReadFigures,
        Right::MakePredictions,
        Right::ReadImports,
        Right::SendData,
        Right::ChangeCompany,
        Right::ManageMembers,
        Right::ReadAudit,
        Right::ManageKeys,
        Right::ManageConnections,
    ];

    /// The scope that lets a key do it; without one, no key may.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Right::ReadFigures => Some(Scope::ReadBi),
            Right::MakePredictions => Some(Scope::WriteBi),
            Right::ReadImports => Some(Scope::ReadIngest),
            Right::SendData => Some(Scope::WriteIngest),
            Right::ChangeCompany => Some(Scope::WriteCompany),
            Right::OwnAccount
            | Right::ManageMembers
            | Right::ReadAudit
            | Right::ManageKeys
            | Right::ManageConnections => None,
        }
    }

    /// Whether a person of a role may do it. A role that is not named may not.
    const fn is_of(self, role: Role) -> bool {
        use Role::{Admin, Analyst, Ceo, Cfo, Cmo, Coo, Owner, Viewer};
        match self {
            Right::OwnAccount | Right::ReadFigures => matches!(
                role,
                Owner | Admin | Ceo | Cfo | Cmo | Coo | Analyst | Viewer
            ),
            Right::MakePredictions | Right::ReadImports | Right::SendData => {
                matches!(role, Owner | Admin | Ceo | Cfo | Cmo | Coo | Analyst)
            }
            Right::ChangeCompany => matches!(role, Owner | Admin | Ceo),
            Right::ManageMembers | Right::ReadAudit | Right::ManageConnections => {
                matches!(role, Owner | Admin)
            }
            Right::ManageKeys => matches!(role, Owner),
        }
    }
}

impl Subject {
    /// The role.
    pub const fn role(self) -> Role {
        match self {
            Subject::Person(role) | Subject::Limited(role) | Subject::Delegate { role, .. } => role,
            Subject::Service(_) => Role::Service,
        }
    }

    /// Whether they may do it in their own company.
    pub const fn may(self, right: Right) -> bool {
        match self {
            Subject::Person(role) => right.is_of(role),
            Subject::Limited(role) => {
                let is_of_channels = matches!(
                    right,
                    Right::OwnAccount | Right::ReadFigures | Right::MakePredictions
                );
                is_of_channels && right.is_of(role)
            }
            Subject::Service(scopes) => match right.scope() {
                Some(scope) => scopes.has(scope),
                None => false,
            },
            Subject::Delegate {
                role,
                is_limited,
                scopes,
            } => {
                let person = if is_limited {
                    Subject::Limited(role)
                } else {
                    Subject::Person(role)
                };
                Subject::Service(scopes).may(right) && person.may(right)
            }
        }
    }

    /// What a program was let do; none of a person who acts alone.
    pub const fn scopes(self) -> Option<Scopes> {
        match self {
            Subject::Service(scopes) | Subject::Delegate { scopes, .. } => Some(scopes),
            Subject::Person(_) | Subject::Limited(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table once more, as people read it: one line a role, one mark a right in their order.
    const TABLE: [(&str, &str); 9] = [
        ("owner", "xxxxxxxxxx"),
        ("admin", "xxxxxxxx.x"),
        ("ceo", "xxxxxx...."),
        ("cfo", "xxxxx....."),
        ("cmo", "xxxxx....."),
        ("coo", "xxxxx....."),
        ("analyst", "xxxxx....."),
        ("viewer", "xx........"),
        ("service", ".........."),
    ];

    #[test]
    fn each_role_may_what_the_table_says() {
        assert_eq!(TABLE.len(), Role::ALL.len());
        for (name, marks) in TABLE {
            let role: Role = name.parse().unwrap();
            assert_eq!(marks.len(), Right::ALL.len());
            for (right, mark) in Right::ALL.into_iter().zip(marks.chars()) {
                let may = Subject::Person(role).may(right);
                assert_eq!(may, mark == 'x', "{name} {right:?}");
            }
        }
    }

    #[test]
    fn a_key_may_what_its_scopes_say_and_nothing_else() {
        for bits in 0..1_u32 << Scope::ALL.len() {
            let scopes = Scope::ALL
                .into_iter()
                .filter(|it| bits >> *it as u32 & 1 == 1);
            let scopes: Scopes = scopes.collect();
            for right in Right::ALL {
                let may = Subject::Service(scopes).may(right);
                let expected = scopes.iter().any(|scope| right.scope() == Some(scope));
                assert_eq!(may, expected, "{scopes} {right:?}");
            }
        }
        // Each scope is good for something.
        for scope in Scope::ALL {
            assert!(Right::ALL.iter().any(|right| right.scope() == Some(scope)));
        }
    }

    #[test]
    fn who_sees_some_channels_does_nothing_about_all_of_them() {
        for role in Role::ALL {
            for right in Right::ALL {
                let may = Subject::Limited(role).may(right);
                let is_own = matches!(
                    right,
                    Right::OwnAccount | Right::ReadFigures | Right::MakePredictions
                );
                assert_eq!(may, is_own && Subject::Person(role).may(right));
            }
        }
    }

    #[test]
    fn a_program_may_no_more_than_whom_it_acts_for() {
        for bits in 0..1_u32 << Scope::ALL.len() {
            let scopes = Scope::ALL
                .into_iter()
                .filter(|it| bits >> *it as u32 & 1 == 1);
            let scopes: Scopes = scopes.collect();
            for role in Role::ALL {
                for (is_limited, person) in [
                    (false, Subject::Person(role)),
                    (true, Subject::Limited(role)),
                ] {
                    let program = Subject::Delegate {
                        role,
                        is_limited,
                        scopes,
                    };
                    for right in Right::ALL {
                        let both = person.may(right) && Subject::Service(scopes).may(right);
                        assert_eq!(program.may(right), both, "{program:?} {right:?}");
                    }
                    assert!(!program.may(Right::OwnAccount) && program.role() == role);
                }
            }
        }
    }

    #[test]
    fn nobody_may_more_than_an_owner() {
        for role in Role::ALL {
            for right in Right::ALL {
                let may = Subject::Person(role).may(right);
                assert!(!may || Subject::Person(Role::Owner).may(right));
            }
        }
    }
}
