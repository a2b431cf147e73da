//! Companies, and who is asking:
//!
//! - `POST /api/auth/v1/claim` turns a one-time link into a company and a session.
//! - `GET /api/auth/v1/me` lists the companies that this session sees.
//! - `PATCH /api/auth/v1/companies/{id}` changes a company's profile.

use kernel::{Currency, FiscalYear, TimeZone, WeekStart};
use model::profile::TenantProfile;
use policy::{Role, Scopes};
use serde::{Deserialize, Serialize};

/// Path of claims.
pub const CLAIM_PATH: &str = "/api/auth/v1/claim";
/// Path of the caller.
pub const ME_PATH: &str = "/api/auth/v1/me";
/// Path of companies; the id follows.
pub const COMPANIES_PATH: &str = "/api/auth/v1/companies/";
/// Path of one company.
pub const COMPANY_PATH: &str = "/api/auth/v1/companies/{id}";
/// Name of the session's cookie.
pub const SESSION_COOKIE: &str = "meschain_session";
/// How long a session lasts, in days.
pub const SESSION_DAYS: i64 = 90;

/// Body of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Claim {
    /// Token of the link.
    pub token: String,
    /// What the new company chooses about itself.
    #[serde(default, flatten)]
    pub profile: ProfileChange,
}

/// What a company changes about itself; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ProfileChange {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::company_name")
    )]
    pub name: Option<String>,
    /// Base currency; only while there is no data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::currency")
    )]
    pub currency: Option<Currency>,
    /// Time zone; only while there is no data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::time_zone")
    )]
    pub time_zone: Option<TimeZone>,
    /// First day of the week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::week_start")
    )]
    pub week_start: Option<WeekStart>,
    /// First month of the fiscal year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::month_of_year")
    )]
    pub fiscal_first_month: Option<FiscalYear>,
}

impl ProfileChange {
    /// Applies the change.
    pub fn apply(&self, profile: &mut TenantProfile) {
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut profile.name);
        }
        if let Some(currency) = self.currency {
            profile.currency = currency;
        }
        if let Some(time_zone) = self.time_zone {
            profile.time_zone = time_zone;
        }
        if let Some(week_start) = self.week_start {
            profile.week_start = week_start;
        }
        if let Some(fiscal_year) = self.fiscal_first_month {
            profile.fiscal_year = fiscal_year;
        }
    }

    /// Whether figures that are there already would mean something else.
    pub fn changes_meaning(&self, profile: &TenantProfile) -> bool {
        self.currency
            .is_some_and(|currency| currency != profile.currency)
            || self
                .time_zone
                .is_some_and(|time_zone| time_zone != profile.time_zone)
    }
}

/// One company that the caller sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Company {
    /// Its profile.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::profile")
    )]
    pub profile: TenantProfile,
    /// Whether the caller may change it.
    pub writable: bool,
}

/// The caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Me {
    /// Whether there is a session.
    pub session: bool,
    /// What the caller is in its own company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What the key was made for, where one was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Scopes>,
    /// What the OpenID provider is called that people may sign in by ([`crate::provider`]); nothing where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Companies, the caller's own first, the demo last.
    pub companies: Vec<Company>,
}
