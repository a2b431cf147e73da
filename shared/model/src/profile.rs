//! What a tenant chooses about itself: name, money, calendar.

use kernel::{Currency, Date, FiscalYear, TenantId, TimeZone, TimeZoneError, Timestamp, WeekStart};
use serde::{Deserialize, Serialize};

/// A company as its members see it. Everything that shows or computes a figure takes its currency and
/// its calendar from here.
///
/// ```
/// use kernel::{TenantId, Timestamp};
/// use model::profile::TenantProfile;
/// let profile = TenantProfile::new(TenantId::new("acme")?, "Acme");
/// // Half past one at night in Istanbul, still the day before in UTC.
/// let today = profile.today(Timestamp::from_millis(1_795_386_600_000))?;
/// assert_eq!(today.to_string(), "2026-11-23");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantProfile {
    /// Id.
    pub id: TenantId,
    /// Name to show; 1 to [`TenantProfile::NAME_LENGTH_MAX`] characters.
    pub name: String,
    /// Base currency of every figure.
    #[serde(default = "default_currency")]
    pub currency: Currency,
    /// Time zone of the tenant's days.
    #[serde(default = "TimeZone::istanbul")]
    pub time_zone: TimeZone,
    /// First day of the week.
    #[serde(default)]
    pub week_start: WeekStart,
    /// The fiscal year, by its first month.
    #[serde(default, rename = "fiscal_first_month")]
    pub fiscal_year: FiscalYear,
    /// Whether prices of imported files include VAT unless they say otherwise.
    #[serde(default = "yes")]
    pub vat_included: bool,
    /// VAT rate of imported lines that name none, in basis points.
    #[serde(default = "default_vat")]
    pub vat_basis_points: u32,
    /// Whether this is the made-up demo company, to be labelled so wherever it shows.
    #[serde(default)]
    pub demo: bool,
}

const fn default_currency() -> Currency {
    Currency::TRY
}

const fn default_vat() -> u32 {
    2_000
}

const fn yes() -> bool {
    true
}

impl TenantProfile {
    /// The longest name, in characters.
    pub const NAME_LENGTH_MAX: usize = 80;

    /// A company with the defaults of Türkiye: lira, Istanbul, weeks from Monday, the calendar year,
    /// prices with 20 % VAT.
    pub fn new(id: TenantId, name: &str) -> TenantProfile {
        TenantProfile {
            id,
            name: name.into(),
            currency: default_currency(),
            time_zone: TimeZone::istanbul(),
            week_start: WeekStart::Monday,
            fiscal_year: FiscalYear::CALENDAR,
            vat_included: yes(),
            vat_basis_points: default_vat(),
            demo: false,
        }
    }

    /// Whether the name may be shown: not empty, not too long, no control characters.
    pub fn has_valid_name(&self) -> bool {
        let length = self.name.trim().chars().count();
        (1..=Self::NAME_LENGTH_MAX).contains(&length) && !self.name.chars().any(char::is_control)
    }

    /// The tenant's local day of an instant.
    pub fn today(&self, now: Timestamp) -> Result<Date, TimeZoneError> {
        self.time_zone.local_date(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_profile_that_leaves_out_the_defaults() {
        let profile: TenantProfile =
            serde_json::from_str(r#"{"id":"acme","name":"Acme","fiscal_first_month":4}"#).unwrap();
        let expected = TenantProfile {
            fiscal_year: FiscalYear::new(4).unwrap(),
            ..TenantProfile::new(TenantId::new("acme").unwrap(), "Acme")
        };
        assert_eq!(profile, expected);
        let json = serde_json::to_string(&profile).unwrap();
        assert_eq!(
            serde_json::from_str::<TenantProfile>(&json).unwrap(),
            profile
        );
        assert!(serde_json::from_str::<TenantProfile>(r#"{"id":"A/B","name":"x"}"#).is_err());
    }

    #[test]
    fn a_name_is_checked() {
        let named = |name: &str| TenantProfile::new(TenantId::new("acme").unwrap(), name);
        assert!(named("Örnek Ev & Yaşam").has_valid_name());
        for name in ["", "  ", "a\nb", &"x".repeat(81)] {
            assert!(!named(name).has_valid_name(), "{name}");
        }
    }
}
