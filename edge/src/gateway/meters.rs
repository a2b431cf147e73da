//! What an isolate remembers of who asked and how much, in bounded memory.
//!
//! Rates are counted by each isolate for itself: a brake, not an account. Quotas are exact, because what an
//! isolate holds of one was given to it by the company's object.

use std::collections::BTreeMap;

use kernel::TenantId;
use limits::gcra::{Buckets, Rate};
use limits::lease::{Purse, Quota};

use crate::features::provider::KnownProvider;
use crate::gateway::issuers::KnownIssuers;
use crate::gateway::known_keys::KnownKeys;
use crate::gateway::lists::KnownLists;
use crate::gateway::names::KnownNames;
use crate::gateway::record::Held;
use crate::gateway::trace::Tally;
use crate::gateway::upstream::routing::Routing;

/// How often one caller may ask.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// From one address, whoever it is.
    pub address: Rate,
    /// In one session.
    pub session: Rate,
    /// With one key.
    pub key: Rate,
}

impl Default for Rates {
    fn default() -> Rates {
        Rates {
            address: Rate::new(40, 1, 240),
            // A device that fetches a company for the first time asks for hundreds of segments.
            session: Rate::new(40, 1, 400),
            key: Rate::new(50, 1, 200),
        }
    }
}

/// The quota of a company for which none is set.
pub const QUOTA_DEFAULT: Quota = Quota {
    day: 100_000,
    month: 2_000_000,
};

/// Companies whose purses are held at once.
const PURSES_MAX: usize = 2_000;

/// The memory.
#[derive(Debug, Default)]
pub struct Meters {
    /// By address.
    pub addresses: Buckets,
    /// By session or key.
    pub callers: Buckets,
    purses: BTreeMap<TenantId, Purse>,
    /// Keys that were looked up a moment ago.
    pub keys: KnownKeys,
    /// Keys that other issuers publish.
    pub issuers: KnownIssuers,
    /// The provider that people sign in by.
    pub provider: KnownProvider,
    /// Lists of companies that were looked up a moment ago.
    pub lists: KnownLists,
    /// What was asked, to be written down in a moment.
    pub records: Held,
    /// What programs are called.
    pub names: KnownNames,
    /// What was answered.
    pub tally: Tally,
    /// Services behind the gateway.
    pub routing: Routing,
}

impl Meters {
    /// What this isolate holds of a company's quota. Where too many are held, all are let go: what was in
    /// them is lost to the companies, and never spent twice.
    pub fn purse(&mut self, company: &TenantId) -> &mut Purse {
        if self.purses.len() >= PURSES_MAX && !self.purses.contains_key(company) {
            self.purses.clear();
        }
        self.purses.entry(company.clone()).or_default()
    }
}
