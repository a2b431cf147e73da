//! The company's exchange rates. They are read with each batch; rows that came before a rate are not
//! converted again.

use std::collections::BTreeMap;

use ingest::Report;
use kernel::{Currency, Date};
use model::fx::FxTable;
use model::record::FxRecord;

use super::Tenant;
use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlValue};

impl<S: Sql> Tenant<S> {
    pub(super) fn rates(&self, base: Currency) -> Result<FxTable, Fault> {
        let mut table = FxTable::new(base);
        let statement = "SELECT currency, day, billionths FROM rates";
        for row in self.sql.rows(statement, Vec::new())? {
            let currency = row.first().and_then(SqlValue::text).unwrap_or_default();
            let number = |at: usize| row.get(at).and_then(SqlValue::integer).unwrap_or_default();
            let day = Date::from_days(number(1) as i32).context("read a rate")?;
            let currency = currency.parse().context("read a rate")?;
            table
                .insert(day, currency, number(2))
                .context("read a rate")?;
        }
        Ok(table)
    }

    /// Writes rates, and notes of each whether it is new.
    pub(super) fn write_rates(
        &self,
        table: &FxTable,
        records: &[FxRecord],
        report: &mut Report,
    ) -> Result<(), Fault> {
        let rates = table
            .iter()
            .map(|(day, rate)| ((rate.from(), day), rate.billionths()));
        let mut held: BTreeMap<(Currency, Date), i64> = BTreeMap::new();
        held.extend(rates);
        for record in records {
            let key = (record.currency, record.date);
            let before = held.insert(key, record.rate_billionths);
            if before == Some(record.rate_billionths) {
                report.duplicate();
                continue;
            }
            report.take(record.date, before.is_some(), false);
            let statement = "INSERT INTO rates (currency, day, billionths) VALUES (?1, ?2, ?3) \
                             ON CONFLICT DO UPDATE SET billionths = excluded.billionths";
            let values = vec![
                record.currency.code().into(),
                record.date.days().into(),
                record.rate_billionths.into(),
            ];
            self.sql.rows(statement, values)?;
        }
        Ok(())
    }
}
