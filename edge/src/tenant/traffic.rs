//! What was asked of the API: the last requests one by one, and sums of each hour.
//!
//! A sum is kept for each hour, route, status, caller and bucket of durations (`limits::histogram`), so that any of
//! these can be added up later. Both tables are bounded by numbers of rows, and forget the oldest.

mod facts;

use std::collections::BTreeMap;

use api::traffic::{
    ApiUsage, CacheUse, DAYS_MAX, KEPT_MAX, QuotasLeft, ROWS_MAX, StageTime, UsageBy, UsageRow,
    UsageSum,
};
use limits::histogram::{self, Histogram};
use serde::{Deserialize, Serialize};

use super::{Ask, Tenant, Told};
use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlValue};

const HOUR_MILLIS: i64 = 3_600_000;
/// Sums that are kept at most; a company with ten programs has some hundred an hour.
const SUMS_MAX: i64 = 200_000;

/// A request to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// When it came, in milliseconds since 1970.
    pub at: i64,
    /// Method and path of its endpoint.
    pub route: String,
    /// Services that its route leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<String>,
    /// Who asked.
    pub caller: String,
    /// Status of the answer.
    pub status: u16,
    /// How long it waited.
    pub millis: i64,
    /// The same by stage.
    pub stages: Vec<StageTime>,
    /// Bytes of its body.
    pub bytes_in: u64,
    /// Bytes of the answer's.
    pub bytes_out: u64,
    /// Whether the answer had to be made.
    pub cache: CacheUse,
}

/// Which requests are asked for; empty texts stand for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Method and path of the endpoint.
    pub route: String,
    /// The least and the greatest status.
    pub status: (u16, u16),
    /// Who asked.
    pub caller: String,
}

impl<S: Sql> Tenant<S> {
    /// Writes requests down: one statement for the ring, one for the sums. Both come as JSON, made by [`ask`], and
    /// go to SQL as they are.
    pub(super) fn record(
        &self,
        records: String,
        sums: String,
        days: Option<String>,
        hour: i64,
    ) -> Result<Told, Fault> {
        self.sql.transaction(|| {
            if let Some(days) = days {
                self.record_days(days)?;
            }
            let statement = "INSERT INTO requests (at, route, caller, status, record) \
                 SELECT value ->> 'at', value ->> 'route', value ->> 'caller', value ->> 'status', value \
                 FROM json_each(?1)";
            self.sql.rows(statement, vec![records.into()])?;
            let statement = "DELETE FROM requests WHERE number <= (SELECT MAX(number) FROM requests) - ?1";
            self.sql.rows(statement, vec![KEPT_MAX.into()])?;
            let statement = "INSERT INTO request_sums \
                 (hour, route, status, caller, bucket, calls, bytes_in, bytes_out) \
                 SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, \
                 value ->> 6, value ->> 7 FROM json_each(?1) WHERE TRUE \
                 ON CONFLICT (hour, route, status, caller, bucket) DO UPDATE SET \
                 calls = calls + excluded.calls, bytes_in = bytes_in + excluded.bytes_in, \
                 bytes_out = bytes_out + excluded.bytes_out";
            self.sql.rows(statement, vec![sums.into()])?;
            let oldest = hour - i64::from(DAYS_MAX) * 24;
            let statement = "DELETE FROM request_sums WHERE hour < ?1 OR \
                 number <= (SELECT MAX(number) FROM request_sums) - ?2";
            self.sql.rows(statement, vec![oldest.into(), SUMS_MAX.into()])?;
            Ok(Told::Done)
        })
    }

    /// The requests before one, newest first.
    pub(super) fn requests(
        &self,
        choice: &Choice,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Told, Fault> {
        let before = before.and_then(|number| i64::try_from(number).ok());
        let statement = "SELECT number, record FROM requests WHERE (?1 IS NULL OR number < ?1) \
             AND (?2 = '' OR route = ?2) AND status BETWEEN ?3 AND ?4 AND (?5 = '' OR caller = ?5) \
             ORDER BY number DESC LIMIT ?6";
        let values = vec![
            before.map_or(SqlValue::Null, SqlValue::Integer),
            choice.route.as_str().into(),
            u32::from(choice.status.0).into(),
            u32::from(choice.status.1).into(),
            choice.caller.as_str().into(),
            // One more tells whether there are older ones.
            (limit + 1).into(),
        ];
        let rows = self.sql.rows(statement, values)?;
        let mut json = String::from("{\"requests\":[");
        let mut last = None;
        for (at, row) in rows.iter().take(limit as usize).enumerate() {
            let damaged = || Fault::internal("read requests", "a record is damaged");
            let [number, record] = row.as_slice() else {
                return Err(damaged());
            };
            let number = number.integer().ok_or_else(damaged)?;
            // What was written is an object with members: its number goes before them.
            let members = record.text().and_then(|text| text.strip_prefix('{'));
            let members = members.ok_or_else(damaged)?;
            let comma = if at == 0 { "" } else { "," };
            json.push_str(&format!("{comma}{{\"number\":{number},{members}"));
            last = Some(number);
        }
        json.push(']');
        if let Some(number) = last.filter(|_| rows.len() > limit as usize) {
            json.push_str(&format!(",\"before\":{number}"));
        }
        json.push('}');
        Ok(Told::Json { json })
    }

    /// Sums of the requests from one hour to another, both included, in hours since 1970.
    pub(super) fn usage(
        &self,
        choice: &Choice,
        by: UsageBy,
        hours: (i64, i64),
        quota: QuotasLeft,
    ) -> Result<Told, Fault> {
        let name = match by {
            UsageBy::Hour => "hour",
            UsageBy::Day => "hour / 24",
            UsageBy::Route => "route",
            UsageBy::Status => "status",
            UsageBy::Caller => "caller",
        };
        let statement = format!(
            "SELECT {name}, bucket, SUM(calls), SUM(CASE WHEN status >= 400 THEN calls ELSE 0 END), \
             SUM(bytes_in), SUM(bytes_out) FROM request_sums WHERE hour BETWEEN ?1 AND ?2 \
             AND (?3 = '' OR route = ?3) AND status BETWEEN ?4 AND ?5 AND (?6 = '' OR caller = ?6) \
             GROUP BY 1, 2 ORDER BY 1"
        );
        let values = vec![
            hours.0.into(),
            hours.1.into(),
            choice.route.as_str().into(),
            u32::from(choice.status.0).into(),
            u32::from(choice.status.1).into(),
            choice.caller.as_str().into(),
        ];
        let mut groups: BTreeMap<String, Sums> = BTreeMap::new();
        let mut total = Sums::default();
        for row in self.sql.rows(&statement, values)? {
            let [name, numbers @ ..] = row.as_slice() else {
                continue;
            };
            let numbers: Option<Vec<i64>> = numbers.iter().map(SqlValue::integer).collect();
            let numbers =
                numbers.ok_or_else(|| Fault::internal("read sums", "a sum is damaged"))?;
            groups.entry(named(by, name)?).or_default().add(&numbers);
            total.add(&numbers);
        }
        let is_cut = groups.len() > ROWS_MAX as usize;
        let rows = groups.into_iter().take(ROWS_MAX as usize);
        let rows = rows.map(|(name, sums)| UsageRow {
            name,
            sum: sums.told(),
        });
        let usage = ApiUsage {
            by,
            rows: rows.collect(),
            total: total.told(),
            is_cut,
            quota,
        };
        let json = serde_json::to_string(&usage).context("write sums")?;
        Ok(Told::Json { json })
    }
}

const fn hour(millis: i64) -> i64 {
    millis.div_euclid(HOUR_MILLIS)
}

/// One sum as a row: hour, route, status, caller, bucket, calls, bytes in and out.
type SumRow<'r> = (i64, &'r str, u16, &'r str, u8, u64, u64, u64);

/// What a sum is of: hour, route, status, caller and bucket.
type SumKey<'r> = (i64, &'r str, u16, &'r str, u8);

fn sums(records: &[Record]) -> Vec<SumRow<'_>> {
    let mut sums: BTreeMap<SumKey<'_>, (u64, u64, u64)> = BTreeMap::new();
    for record in records {
        let bucket = histogram::bucket(record.millis);
        let key = (
            hour(record.at),
            record.route.as_str(),
            record.status,
            record.caller.as_str(),
            bucket,
        );
        let sum = sums.entry(key).or_default();
        *sum = (
            sum.0.saturating_add(1),
            sum.1.saturating_add(record.bytes_in),
            sum.2.saturating_add(record.bytes_out),
        );
    }
    let rows = sums.into_iter();
    rows.map(
        |((hour, route, status, caller, bucket), (calls, bytes_in, bytes_out))| {
            (
                hour, route, status, caller, bucket, calls, bytes_in, bytes_out,
            )
        },
    )
    .collect()
}

/// What writes requests down. Everything is made here, in the isolate that answered, so that the object has nothing
/// to read; it serves others meanwhile.
pub fn ask(records: &[Record], names: &BTreeMap<String, String>) -> Result<Ask, Fault> {
    let days = facts::days(records, names);
    let days = (!days.is_empty()).then(|| serde_json::to_string(&days));
    Ok(Ask::Record {
        days: days.transpose().context("write sums of days")?,
        records: serde_json::to_string(records).context("write records")?,
        sums: serde_json::to_string(&sums(records)).context("write sums")?,
        hour: records
            .iter()
            .map(|record| hour(record.at))
            .max()
            .unwrap_or(0),
    })
}

/// What a row is called.
fn named(by: UsageBy, value: &SqlValue) -> Result<String, Fault> {
    let number = || value.integer().unwrap_or(0);
    let day = |days: i64| {
        let days = i32::try_from(days).unwrap_or(0);
        kernel::Date::from_days(days).context("name a day")
    };
    Ok(match by {
        UsageBy::Hour => {
            let hour = number();
            format!("{}T{:02}", day(hour.div_euclid(24))?, hour.rem_euclid(24))
        }
        UsageBy::Day => day(number())?.to_string(),
        UsageBy::Status => number().to_string(),
        UsageBy::Route | UsageBy::Caller => value.text_or_empty().to_owned(),
    })
}

/// Sums while they are added up.
#[derive(Default)]
struct Sums {
    durations: Histogram,
    errors: u64,
    bytes_in: u64,
    bytes_out: u64,
}

impl Sums {
    /// Adds bucket, calls, errors, bytes in and bytes out.
    fn add(&mut self, numbers: &[i64]) {
        let [bucket, calls, errors, bytes_in, bytes_out] = *numbers else {
            return;
        };
        let bucket = u8::try_from(bucket).unwrap_or(histogram::LONGEST);
        self.durations.add(bucket, calls.unsigned_abs());
        self.errors = self.errors.saturating_add(errors.unsigned_abs());
        self.bytes_in = self.bytes_in.saturating_add(bytes_in.unsigned_abs());
        self.bytes_out = self.bytes_out.saturating_add(bytes_out.unsigned_abs());
    }

    fn told(&self) -> UsageSum {
        UsageSum {
            calls: self.durations.count(),
            errors: self.errors,
            p50_millis: self.durations.quantile(0.5),
            p95_millis: self.durations.quantile(0.95),
            bytes_in: self.bytes_in,
            bytes_out: self.bytes_out,
        }
    }
}

#[cfg(test)]
mod tests;
