//! What was asked of the API: the last requests one by one, and sums of each hour.
//!
//! A sum is kept for each hour, route, status, caller and bucket of durations (`limits::histogram`), so that any of
//! these can be added up later. Both tables are bounded by numbers of rows, and forget the oldest.

use std::collections::BTreeMap;

use api::traffic::{
    ApiUsage, CacheUse, DAYS_MAX, KEPT_MAX, ROWS_MAX, RequestRecord, Requests, StageTime, UsageBy,
    UsageRow, UsageSum,
};
use limits::histogram::{self, Histogram};
use serde::{Deserialize, Serialize};

use super::{Tenant, Told};
use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlValue};

const HOUR_MILLIS: i64 = 3_600_000;
/// Sums that are kept at most; a company with ten programs has some hundred an hour.
const SUMS_MAX: i64 = 200_000;

/// A request to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// When it came, in milliseconds since 1970.
    pub at: i64,
    /// Method and path of its endpoint.
    pub route: String,
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
    /// Writes requests down: one statement for the ring, one for the sums.
    pub(super) fn record(&self, records: &[Record]) -> Result<Told, Fault> {
        let text = serde_json::to_string(records).context("write records")?;
        let sums = serde_json::to_string(&sums(records)).context("write sums")?;
        self.sql.transaction(|| {
            let statement = "INSERT INTO requests (at, route, caller, status, record) \
                 SELECT value ->> 'at', value ->> 'route', value ->> 'caller', value ->> 'status', value \
                 FROM json_each(?1)";
            self.sql.rows(statement, vec![text.into()])?;
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
            let newest = records.iter().map(|record| hour(record.at)).max().unwrap_or(0);
            let oldest = newest - i64::from(DAYS_MAX) * 24;
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
        let has_more = rows.len() > limit as usize;
        let requests = rows.iter().take(limit as usize).map(|row| request(row));
        let requests: Option<Vec<RequestRecord>> = requests.collect();
        let requests =
            requests.ok_or_else(|| Fault::internal("read requests", "a record is damaged"))?;
        let before = requests.last().filter(|_| has_more).map(|it| it.number);
        Ok(Told::Requests {
            requests: Requests { requests, before },
        })
    }

    /// Sums of the requests from one hour to another, both included, in hours since 1970.
    pub(super) fn usage(
        &self,
        choice: &Choice,
        by: UsageBy,
        hours: (i64, i64),
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
        };
        Ok(Told::Usage { usage })
    }
}

const fn hour(millis: i64) -> i64 {
    millis.div_euclid(HOUR_MILLIS)
}

/// One sum as a row: hour, route, status, caller, bucket, calls, bytes in and out.
type SumRow<'r> = (i64, &'r str, u16, &'r str, u8, u64, u64, u64);

fn sums(records: &[Record]) -> Vec<SumRow<'_>> {
    let mut sums: BTreeMap<(i64, &str, u16, &str, u8), (u64, u64, u64)> = BTreeMap::new();
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

fn request(row: &[SqlValue]) -> Option<RequestRecord> {
    let record: Record = serde_json::from_str(row.get(1)?.text()?).ok()?;
    Some(RequestRecord {
        number: row.first()?.integer()?.unsigned_abs(),
        id: record.id,
        at: record.at,
        route: record.route,
        caller: record.caller,
        status: record.status,
        millis: record.millis,
        stages: record.stages,
        bytes_in: record.bytes_in,
        bytes_out: record.bytes_out,
        cache: record.cache,
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
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::fakes::{Fuse, Sqlite};

    const NOON: i64 = 1_795_424_400_000;

    fn record(at: i64, route: &str, status: u16, caller: &str, millis: i64) -> Record {
        Record {
            id: format!("{at}"),
            at,
            route: route.to_owned(),
            caller: caller.to_owned(),
            status,
            millis,
            stages: vec![StageTime {
                stage: "caller".to_owned(),
                millis,
            }],
            bytes_in: 10,
            bytes_out: 100,
            cache: CacheUse::Made,
        }
    }

    fn tenant() -> Tenant<Sqlite> {
        Tenant::open(Sqlite::new(Rc::new(Fuse::default()))).unwrap()
    }

    fn all() -> Choice {
        Choice {
            status: (0, u16::MAX),
            ..Choice::default()
        }
    }

    fn listed(
        tenant: &Tenant<Sqlite>,
        choice: &Choice,
        before: Option<u64>,
        limit: u32,
    ) -> Requests {
        match tenant.requests(choice, before, limit).unwrap() {
            Told::Requests { requests } => requests,
            other => panic!("{other:?}"),
        }
    }

    fn summed(tenant: &Tenant<Sqlite>, choice: &Choice, by: UsageBy) -> ApiUsage {
        let hours = (0, i64::from(u32::MAX));
        match tenant.usage(choice, by, hours).unwrap() {
            Told::Usage { usage } => usage,
            other => panic!("{other:?}"),
        }
    }

    /// Three hours of requests of two callers, handed over in parts of seven.
    fn filled() -> (Tenant<Sqlite>, Vec<Record>) {
        let tenant = tenant();
        let records: Vec<Record> = (0..300_i64)
            .map(|at| {
                let route = ["GET /a", "POST /b"][at as usize % 2];
                let status = [200, 200, 304, 404, 500][at as usize % 5];
                let caller = ["key k-1", "person p-1", "key k-2"][at as usize % 3];
                record(NOON + at * 36_000, route, status, caller, (at * 37) % 900)
            })
            .collect();
        for part in records.chunks(7) {
            tenant.record(part).unwrap();
        }
        (tenant, records)
    }

    #[test]
    fn requests_are_listed_newest_first_and_page_by_page() {
        let (tenant, records) = filled();
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page = listed(&tenant, &all(), before, 70);
            assert!(page.requests.len() <= 70);
            seen.extend(page.requests);
            before = page.before;
            if before.is_none() {
                break;
            }
        }
        let ids = |ids: Vec<&str>| ids.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let expected = ids(records.iter().rev().map(|it| it.id.as_str()).collect());
        assert_eq!(
            ids(seen.iter().map(|it| it.id.as_str()).collect()),
            expected
        );
        assert_eq!(seen[0].stages, records[299].stages);

        let choice = Choice {
            route: "POST /b".to_owned(),
            status: (400, 499),
            caller: "key k-1".to_owned(),
        };
        let found = listed(&tenant, &choice, None, 500).requests;
        let is_chosen =
            |it: &&Record| it.route == "POST /b" && it.status == 404 && it.caller == "key k-1";
        assert_eq!(found.len(), records.iter().filter(is_chosen).count());
        assert!(
            found
                .iter()
                .all(|it| it.status == 404 && it.caller == "key k-1")
        );
    }

    #[test]
    fn sums_are_those_of_a_plain_walk_over_the_requests() {
        let (tenant, records) = filled();
        for by in UsageBy::ALL {
            let usage = summed(&tenant, &all(), by);
            let name = |it: &Record| match by {
                UsageBy::Hour => format!("2026-11-23T{:02}", 9 + (it.at - NOON) / HOUR_MILLIS),
                UsageBy::Day => "2026-11-23".to_owned(),
                UsageBy::Route => it.route.clone(),
                UsageBy::Status => it.status.to_string(),
                UsageBy::Caller => it.caller.clone(),
            };
            let mut groups: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
            for record in &records {
                groups.entry(name(record)).or_default().push(record);
            }
            assert_eq!(usage.rows.len(), groups.len(), "{by:?}");
            for (row, (name, members)) in usage.rows.iter().zip(&groups) {
                assert_eq!(&row.name, name);
                assert_eq!(row.sum.calls, members.len() as u64, "{name}");
                let errors = members.iter().filter(|it| it.status >= 400).count();
                assert_eq!(row.sum.errors, errors as u64, "{name}");
                assert_eq!(row.sum.bytes_out, 100 * members.len() as u64);
                let mut millis: Vec<i64> = members.iter().map(|it| it.millis).collect();
                millis.sort_unstable();
                for (share, told) in [(0.5, row.sum.p50_millis), (0.95, row.sum.p95_millis)] {
                    let exact = millis[(share * millis.len() as f64).ceil() as usize - 1] as f64;
                    assert!(
                        (told.unwrap() - exact).abs() <= exact / 16.0,
                        "{told:?} for {exact}"
                    );
                }
            }
            assert_eq!((usage.total.calls, usage.is_cut), (300, false));
        }
        let choice = Choice {
            caller: "nobody".to_owned(),
            ..all()
        };
        let none = summed(&tenant, &choice, UsageBy::Route);
        assert_eq!((none.rows.len(), none.total), (0, UsageSum::default()));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let tenant = tenant();
        let many: Vec<Record> = (0..i64::from(KEPT_MAX) + 50)
            .map(|at| record(NOON + at, "GET /a", 200, "key k-1", 1))
            .collect();
        for part in many.chunks(2_000) {
            tenant.record(part).unwrap();
        }
        let rows = tenant
            .sql
            .rows("SELECT COUNT(*), MIN(at) FROM requests", Vec::new())
            .unwrap();
        let expected = [
            SqlValue::Integer(KEPT_MAX.into()),
            SqlValue::Integer(NOON + 50),
        ];
        assert_eq!(rows[0], expected);
        // An hour that is too old goes when a new one comes.
        let later = NOON + (i64::from(DAYS_MAX) * 24 + 2) * HOUR_MILLIS;
        tenant
            .record(&[record(later, "GET /a", 200, "key k-1", 1)])
            .unwrap();
        assert_eq!(summed(&tenant, &all(), UsageBy::Day).total.calls, 1);
    }
}
