//! The company's state and profile.

use api::ProblemKind;
use api::auth::ProfileChange;
use model::profile::TenantProfile;

use super::{Tenant, Told};
use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlValue};

/// The counters of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Sequence of the manifest.
    pub(super) sequence: u64,
    /// Next code of an order.
    pub(super) order_next: u32,
    /// Next code of a customer.
    pub(super) customer_next: u32,
    /// When the last import counts as settled.
    pub(super) settle_at: Option<i64>,
}

impl<S: Sql> Tenant<S> {
    pub(super) fn state(&self) -> Result<State, Fault> {
        let statement = "SELECT sequence, order_next, customer_next, settle_at FROM state";
        let rows = self.sql.rows(statement, Vec::new())?;
        let value = |at: usize| rows.first().and_then(|row| row.get(at)?.integer());
        let code = |at| value(at).and_then(|code| u32::try_from(code).ok());
        Ok(State {
            sequence: value(0).unwrap_or_default().unsigned_abs(),
            order_next: code(1).ok_or_else(|| Fault::internal("read the state", "no code left"))?,
            customer_next: code(2)
                .ok_or_else(|| Fault::internal("read the state", "no code left"))?,
            settle_at: value(3),
        })
    }

    /// The profile; "not found" where the company does not exist.
    pub(super) fn profile(&self) -> Result<TenantProfile, Fault> {
        let rows = self.sql.rows("SELECT profile FROM state", Vec::new())?;
        let text = rows.first().and_then(|row| row.first()?.text());
        let text = text.ok_or_else(Fault::not_found)?;
        serde_json::from_str(text).context("read the profile")
    }

    pub(super) fn set_profile(&self, profile: TenantProfile) -> Result<Told, Fault> {
        let held = match self.profile() {
            Ok(held) => Some(held),
            Err(Fault::Refused { .. }) => None,
            Err(fault) => return Err(fault),
        };
        if held.as_ref() != Some(&profile) {
            if let Some(held) = &held {
                let changes = ProfileChange {
                    currency: Some(profile.currency),
                    time_zone: Some(profile.time_zone),
                    ..ProfileChange::default()
                };
                self.check_meaning(&changes, held)?;
            }
            self.store_profile(&profile)?;
        }
        Ok(Told::Set {
            is_new: held.is_none(),
        })
    }

    pub(super) fn change_profile(&self, change: &ProfileChange) -> Result<Told, Fault> {
        let mut profile = self.profile()?;
        self.check_meaning(change, &profile)?;
        change.apply(&mut profile);
        self.store_profile(&profile)?;
        Ok(Told::Profile { profile })
    }

    /// Refuses a change after which figures that are there would mean something else.
    fn check_meaning(&self, change: &ProfileChange, held: &TenantProfile) -> Result<(), Fault> {
        if !change.changes_meaning(held) {
            return Ok(());
        }
        let statement = "SELECT 1 FROM batches WHERE status <> 'failed' LIMIT 1";
        if self.sql.rows(statement, Vec::new())?.is_empty() {
            return Ok(());
        }
        Err(Fault::refused(
            ProblemKind::Conflict,
            "currency and time zone can change only while the company has no data",
        ))
    }

    fn store_profile(&self, profile: &TenantProfile) -> Result<(), Fault> {
        let text = serde_json::to_string(profile).context("write the profile")?;
        self.sql.transaction(|| {
            let statement = "UPDATE state SET profile = ?1, sequence = sequence + 1";
            self.sql.rows(statement, vec![SqlValue::Text(text)])?;
            self.renew_manifest(profile)
        })
    }
}
