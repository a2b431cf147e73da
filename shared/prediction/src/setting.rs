//! What the forecasts of a company depend on beside its facts.

use kernel::TimeZone;
use model::period::Calendar;
use model::profile::TenantProfile;

/// Where weeks and fiscal years start, and whose holidays are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// Where weeks and fiscal years start.
    pub calendar: Calendar,
    /// Whether holidays and feasts of Türkiye may move sales.
    pub is_in_turkiye: bool,
}

impl Setting {
    /// That of a company. Its days are those of Istanbul where it is in Türkiye: a profile holds no country.
    ///
    /// ```
    /// use kernel::{TenantId, TimeZone};
    /// use model::profile::TenantProfile;
    /// use prediction::Setting;
    ///
    /// let mut profile = TenantProfile::new(TenantId::new("acme")?, "Acme");
    /// assert!(Setting::of(&profile).is_in_turkiye);
    /// profile.time_zone = TimeZone::from_name("Europe/Berlin")?;
    /// assert!(!Setting::of(&profile).is_in_turkiye);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(profile: &TenantProfile) -> Setting {
        Setting {
            calendar: profile.calendar(),
            is_in_turkiye: profile.time_zone == TimeZone::istanbul(),
        }
    }
}
