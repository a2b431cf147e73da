//! The ledger of the company's quota: what was given out is written down before anybody uses it.

use api::traffic::{QuotaLeft, QuotasLeft};
use kernel::Timestamp;
use limits::lease::{Ledger, Quota};

use super::{Tenant, Told};
use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlValue};

impl<S: Sql> Tenant<S> {
    /// The quota, the company's own or the one where none was set, and what was given out of it.
    fn ledger(&self, quota: Quota) -> Result<(Quota, Ledger), Fault> {
        let rows = self
            .sql
            .rows("SELECT quota, ledger FROM quota", Vec::new())?;
        let text = |at: usize| {
            rows.first()
                .and_then(|row| row.get(at))
                .and_then(SqlValue::text)
        };
        let own = text(0).map(serde_json::from_str::<Quota>);
        let quota = own.transpose().context("read the quota")?.unwrap_or(quota);
        let ledger = text(1).map(serde_json::from_str::<Ledger>);
        let ledger = ledger.transpose().context("read the ledger")?;
        Ok((quota, ledger.unwrap_or_default()))
    }

    /// What is left to be given out.
    pub(super) fn left(&self, quota: Quota, now: Timestamp) -> Result<QuotasLeft, Fault> {
        let (quota, ledger) = self.ledger(quota)?;
        let left = ledger.left(quota, now.millis());
        Ok(QuotasLeft {
            day: QuotaLeft {
                allowed: quota.day,
                left: left.day_left,
                ends_at: left.day_ends,
            },
            month: QuotaLeft {
                allowed: quota.month,
                left: left.month_left,
                ends_at: left.month_ends,
            },
        })
    }

    pub(super) fn lease(&self, asked: u32, quota: Quota, now: Timestamp) -> Result<Told, Fault> {
        let (quota, mut ledger) = self.ledger(quota)?;
        let grant = ledger.give(quota, asked, now.millis());
        if grant.count > 0 {
            let text = serde_json::to_string(&ledger).context("write the ledger")?;
            let statement = "INSERT INTO quota (id, ledger) VALUES (0, ?1) \
                 ON CONFLICT (id) DO UPDATE SET ledger = ?1";
            self.sql.rows(statement, vec![text.into()])?;
        }
        Ok(Told::Lease { grant })
    }

    pub(super) fn set_quota(&self, quota: Quota) -> Result<Told, Fault> {
        self.profile()?;
        let text = serde_json::to_string(&quota).context("write the quota")?;
        let statement = "INSERT INTO quota (id, quota) VALUES (0, ?1) \
             ON CONFLICT (id) DO UPDATE SET quota = ?1";
        self.sql.rows(statement, vec![text.into()])?;
        Ok(Told::Done)
    }
}
