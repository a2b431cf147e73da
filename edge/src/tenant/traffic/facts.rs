//! Hourly roll-ups of what programs ask, as facts like any other: segments in the manifest, of the data set `requests`.
//!
//! What is written down adds up by day, endpoint and program in a table of its own. Once an hour is over, the days that
//! changed are brought to the facts: each is a line in its newest state, so that an hour's roll-up takes the old sums back
//! and adds the new ones. What people ask is not among them: who works when is nobody's business here.

use std::collections::BTreeMap;

use kernel::{Date, TenantId, Timestamp};
use model::schema::{DataSet, Dimension};

use super::{HOUR_MILLIS, Record};
use crate::digest::{Key128, content_of};
use crate::fault::{Context, Fault};
use crate::ports::{BlobStore, Sql, SqlValue};
use crate::tenant::Tenant;
use crate::tenant::reading::{Read, Row};

/// How long after an hour its last requests may be written down.
const LATE_MILLIS: i64 = 60_000;
/// Hours of a day.
const HOURS: i64 = 24;
/// Rows that one roll-up takes.
const ROWS_MAX: u32 = 5_000;
/// Rows that are kept at most; a company with a hundred programs has some hundred a day.
const KEPT_MAX: i64 = 50_000;

/// A day's requests of a program to an endpoint: day since 1970, route, caller, hour, calls, refusals, faults,
/// milliseconds, bytes, and what the caller is called.
pub(super) type DayRow<'r> = (i64, &'r str, &'r str, i64, u64, u64, u64, u64, u64, &'r str);

/// Adds up what programs ask.
pub(super) fn days<'r>(
    records: &'r [Record],
    names: &'r BTreeMap<String, String>,
) -> Vec<DayRow<'r>> {
    let mut sums: BTreeMap<(i64, &str, &str), DayRow<'_>> = BTreeMap::new();
    for record in records {
        if record.caller.starts_with("person ") {
            continue;
        }
        let hour = super::hour(record.at);
        let day = hour.div_euclid(HOURS);
        let (route, caller) = (record.route.as_str(), record.caller.as_str());
        let key = (day, route, caller);
        let row = sums.entry(key).or_insert_with(|| {
            let name = names.get(caller).map_or("", String::as_str);
            (day, route, caller, hour, 0, 0, 0, 0, 0, name)
        });
        row.3 = row.3.min(hour);
        row.4 += 1;
        row.5 += u64::from((400..500).contains(&record.status));
        row.6 += u64::from(record.status >= 500);
        row.7 = row.7.saturating_add(record.millis.max(0).unsigned_abs());
        row.8 = row.8.saturating_add(record.bytes_out);
    }
    sums.into_values().collect()
}

impl<S: Sql> Tenant<S> {
    /// Writes sums of days down, as JSON rows of [`DayRow`].
    pub(super) fn record_days(&self, days: String) -> Result<(), Fault> {
        let statement = "INSERT INTO request_days \
             (day, route, caller, changed, calls, refusals, faults, millis, bytes, name) \
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, \
             value ->> 7, value ->> 8, value ->> 9 FROM json_each(?1) WHERE TRUE \
             ON CONFLICT (day, route, caller) DO UPDATE SET \
             changed = COALESCE(changed, excluded.changed), calls = calls + excluded.calls, \
             refusals = refusals + excluded.refusals, faults = faults + excluded.faults, \
             millis = millis + excluded.millis, bytes = bytes + excluded.bytes, \
             name = CASE WHEN excluded.name = '' THEN name ELSE excluded.name END";
        self.sql.rows(statement, vec![days.into()])?;
        // A day that is not over is never forgotten: its sums would begin anew.
        let statement = "DELETE FROM request_days WHERE changed IS NULL AND \
             day < (SELECT MAX(day) FROM request_days) - 1 AND number <= (SELECT MAX(number) FROM request_days) - ?1";
        self.sql.rows(statement, vec![KEPT_MAX.into()])?;
        Ok(())
    }

    /// When the next roll-up is due, if any is.
    pub(in crate::tenant) fn requests_due(&self) -> Result<Option<i64>, Fault> {
        let rows = self
            .sql
            .rows("SELECT MIN(changed) FROM request_days", Vec::new())?;
        let first = rows.first().and_then(|row| row.first()?.integer());
        Ok(first.map(|hour| (hour + 1) * HOUR_MILLIS + LATE_MILLIS))
    }

    /// Brings the days that changed to the facts, where an hour is over.
    pub(in crate::tenant) async fn roll_requests_up(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
        clock: &impl Fn() -> Timestamp,
    ) -> Result<(), Fault> {
        while self
            .requests_due()?
            .is_some_and(|due| due <= clock().millis())
        {
            let profile = self.profile()?;
            let mut members = self.members()?;
            let statement = "SELECT number, day, route, caller, name, calls, refusals, faults, millis, bytes \
                 FROM request_days WHERE changed IS NOT NULL ORDER BY number LIMIT ?1";
            let rows = self.sql.rows(statement, vec![ROWS_MAX.into()])?;
            let mut read = Read::default();
            let mut taken = Vec::new();
            for row in &rows {
                let (number, calls, fact) = fact_of(row, &mut members)?;
                taken.push((number, calls));
                read.rows.push(fact);
            }
            let mut draft = self.draft(read, &members)?;
            blobs.put(tenant, &draft.news()).await?;
            let now = clock().millis();
            self.sql.transaction(|| {
                self.commit(&profile, &mut draft, now)?;
                for (number, calls) in taken {
                    // What was written down meanwhile waits for the next hour's end.
                    let statement = "UPDATE request_days SET changed = CASE WHEN calls = ?2 THEN NULL ELSE ?3 END \
                         WHERE number = ?1";
                    let values = vec![number.into(), calls.into(), super::hour(now).into()];
                    self.sql.rows(statement, values)?;
                }
                Ok(())
            })?;
            members.mark_stored();
            self.remember(Some(members));
        }
        Ok(())
    }
}

/// A row of the table as a line: its number, how many calls it has, and the fact to be.
fn fact_of(
    row: &[SqlValue],
    members: &mut crate::tenant::members::Members,
) -> Result<(i64, i64, Row), Fault> {
    let damaged = || Fault::internal("read requests by day", "a row is damaged");
    let [number, day, route, caller, name, sums @ ..] = row else {
        return Err(damaged());
    };
    let sums: Option<Vec<i64>> = sums.iter().map(SqlValue::integer).collect();
    let sums = sums.ok_or_else(damaged)?;
    let calls = *sums.first().ok_or_else(damaged)?;
    let (number, days) = number.integer().zip(day.integer()).ok_or_else(damaged)?;
    let days = i32::try_from(days).context("read requests by day")?;
    let code = u32::try_from(days).context("read requests by day")?;
    let (route, caller) = (route.text_or_empty(), caller.text_or_empty());
    let endpoint = members.code(Dimension::Endpoint, route, Some(route), 0, i32::MIN);
    // The newest day's name stands, as with products.
    let name = name.text().filter(|name| !name.is_empty());
    let program = members.code(Dimension::Caller, caller, name, 0, days);
    let measures = std::iter::once(1).chain(sums.iter().copied()).map(Some);
    let fact = Row {
        key: Key128::of(&[DataSet::Requests.name(), &days.to_string(), route, caller]),
        content: content_of(&sums),
        version: 0,
        data_set: DataSet::Requests,
        day: Date::from_days(days).context("read requests by day")?,
        codes: vec![code, endpoint, program],
        order: None,
        customer: None,
        measures: measures.collect(),
        is_return: false,
        counts: false,
    };
    Ok((number, calls, fact))
}
