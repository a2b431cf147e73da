//! Requests written down, read back, and added up beside a plain walk over them.

use std::rc::Rc;

use api::traffic::Requests;
use kernel::Timestamp;
use limits::lease::Quota;

use super::*;
use crate::fakes::{Fuse, Sqlite};

const NOON: i64 = 1_795_424_400_000;
const QUOTA: Quota = Quota {
    day: 1_000,
    month: 3_000,
};

fn record(at: i64, route: &str, status: u16, caller: &str, millis: i64) -> Record {
    Record {
        id: format!("{at}"),
        at,
        route: route.to_owned(),
        upstream: (status == 502).then(|| "prices".to_owned()),
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

fn write(tenant: &Tenant<Sqlite>, records: &[Record]) {
    assert_eq!(
        tenant
            .answer(ask(records, &BTreeMap::new()).unwrap())
            .unwrap(),
        Told::Done
    );
}

fn listed(tenant: &Tenant<Sqlite>, choice: &Choice, before: Option<u64>, limit: u32) -> Requests {
    match tenant.requests(choice, before, limit).unwrap() {
        Told::Json { json } => serde_json::from_str(&json).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn summed(tenant: &Tenant<Sqlite>, choice: &Choice, by: UsageBy) -> ApiUsage {
    let hours = (0, i64::from(u32::MAX));
    let ask = Ask::Usage {
        choice: choice.clone(),
        by,
        hours,
        quota: QUOTA,
        now: Timestamp::from_millis(NOON),
    };
    match tenant.answer(ask).unwrap() {
        Told::Json { json } => serde_json::from_str(&json).unwrap(),
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
        write(&tenant, part);
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
        write(&tenant, part);
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
    write(&tenant, &[record(later, "GET /a", 200, "key k-1", 1)]);
    assert_eq!(summed(&tenant, &all(), UsageBy::Day).total.calls, 1);
}

#[test]
fn what_is_left_of_the_quota_comes_with_the_sums() {
    let (tenant, _) = filled();
    let before = summed(&tenant, &all(), UsageBy::Day).quota;
    assert_eq!((before.day.allowed, before.day.left), (1_000, 1_000));
    let now = Timestamp::from_millis(NOON);
    let lease = |asked| Ask::Lease {
        asked,
        quota: QUOTA,
        now,
    };
    tenant.answer(lease(20)).unwrap();
    let after = summed(&tenant, &all(), UsageBy::Day).quota;
    assert_eq!((after.day.left, after.month.left), (980, 2_980));
    assert!(NOON < after.day.ends_at && after.day.ends_at < after.month.ends_at);
    // Looking gives nothing away.
    assert_eq!(summed(&tenant, &all(), UsageBy::Hour).quota, after);
}
