//! What programs ask of the API, as facts: beside a plain walk over the requests, and killed at any step.

use api::traffic::CacheUse;

use super::*;

const HOUR_MILLIS: i64 = 3_600_000;
/// How long after an hour its requests are facts.
const DUE_MILLIS: i64 = 61_000;

fn requests(from: i64) -> Vec<Record> {
    let record = |at: i64| Record {
        id: at.to_string(),
        at: from + at * 40_000,
        route: ["GET /a", "POST /b", "GET /c"][at as usize % 3].to_owned(),
        upstream: None,
        caller: ["key k-1", "person p-1", "program c-1", "issuer i-1"][at as usize % 4].to_owned(),
        status: [200, 201, 304, 404, 429, 500][at as usize % 6],
        millis: (at * 37) % 900,
        stages: Vec::new(),
        bytes_in: 3,
        bytes_out: (100 + at).unsigned_abs(),
        cache: CacheUse::Made,
    };
    (0..100).map(record).collect()
}

fn write(world: &World, records: &[Record]) -> Result<(), Fault> {
    let tenant = world.objects.get(&acme())?;
    for part in records.chunks(9) {
        let names = BTreeMap::from([("key k-1".to_owned(), "Shop".to_owned())]);
        let ask = ask_to_record(part, &names)?;
        assert!(ask.may_bring_work() || part.iter().all(|it| it.caller.starts_with("person")));
        tenant.answer(ask)?;
    }
    Ok(())
}

/// Lets time pass until nothing of them is due.
fn pass(world: &World) -> Result<(), Fault> {
    let hour = (world.now.get() / HOUR_MILLIS + 1) * HOUR_MILLIS;
    world.now.set(hour + DUE_MILLIS);
    work(world)
}

const METRICS: [MetricId; 4] = [
    MetricId::ApiCalls,
    MetricId::ApiErrors,
    MetricId::ApiErrorRate,
    MetricId::ApiAnswerTime,
];

/// Calls, errors and milliseconds of a group, as the cube tells them.
type Sums = (i64, i64, i64);

fn told(world: &World, by: Dimension) -> BTreeMap<String, Sums> {
    let answer = cube(world).answer(&query(&METRICS, &[by])).unwrap();
    let rows = answer.rows.into_iter().map(|row| {
        let (calls, errors) = (whole(row.values[0]), whole(row.values[1]));
        let real = |at: usize| row.values[at].map_or(0.0, |value| value.as_f64());
        assert!((real(2) * calls as f64 - errors as f64).abs() < 1e-9);
        let millis = (real(3) * calls as f64).round() as i64;
        (row.members[0].key.clone(), (calls, errors, millis))
    });
    rows.collect()
}

fn walked(records: &[Record], name: impl Fn(&Record) -> String) -> BTreeMap<String, Sums> {
    let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
    for record in records {
        if !record.caller.starts_with("person") {
            let sum = sums.entry(name(record)).or_default();
            sum.0 += 1;
            sum.1 += i64::from(record.status >= 400);
            sum.2 += record.millis;
        }
    }
    sums
}

fn day(record: &Record) -> String {
    let days = record.at.div_euclid(24 * HOUR_MILLIS);
    Date::from_days(days as i32).unwrap().to_string()
}

#[test]
fn what_programs_ask_is_a_fact_once_its_hour_is_over() {
    let world = company();
    let began = world.now.get();
    let mut all = requests(began);
    write(&world, &all).unwrap();
    work(&world).unwrap();
    assert!(
        told(&world, Dimension::Endpoint).is_empty(),
        "the hour runs"
    );
    let tenant = world.objects.get(&acme()).unwrap();
    let due = tenant.next_alarm(world.now()).unwrap().unwrap();
    assert!((began..=began + HOUR_MILLIS + DUE_MILLIS).contains(&due.millis()));

    pass(&world).unwrap();
    let check = |all: &[Record]| {
        assert_eq!(
            told(&world, Dimension::Endpoint),
            walked(all, |it| it.route.clone())
        );
        assert_eq!(
            told(&world, Dimension::Caller),
            walked(all, |it| it.caller.clone())
        );
        assert_eq!(told(&world, Dimension::Day), walked(all, day));
    };
    check(&all);
    // More of the same day takes the place of what was there; the next day stands beside it.
    for later in [1, 20, 26] {
        let more = requests(began + later * HOUR_MILLIS);
        world.now.set(more[99].at);
        write(&world, &more).unwrap();
        all.extend(more);
        pass(&world).unwrap();
        check(&all);
    }
    world.now.set(world.now.get() + SETTLE_MILLIS + 1);
    work(&world).unwrap();
    check(&all);
    let callers = cube(&world).members(Dimension::Caller, "", 10);
    let labels: BTreeMap<&str, &str> = callers
        .iter()
        .map(|it| (it.key.as_str(), it.label.as_str()))
        .collect();
    assert_eq!(
        (labels["key k-1"], labels["program c-1"]),
        ("Shop", "program c-1")
    );
    let segments = manifest(&world).segments;
    assert!(
        segments
            .iter()
            .all(|it| it.data_set == model::schema::DataSet::Requests)
    );
    assert_eq!(tenant.requests_due().unwrap(), None);
    // People's requests alone bring nothing.
    let people: Vec<Record> = requests(began)
        .into_iter()
        .filter(|it| it.caller.starts_with("person"))
        .collect();
    write(&world, &people).unwrap();
    assert_eq!(tenant.requests_due().unwrap(), None);
}

#[test]
fn a_kill_at_any_step_of_a_roll_up_counts_nothing_twice() {
    let mut kills = 0;
    for steps in 0.. {
        let world = company();
        let all = requests(world.now.get());
        write(&world, &all[..60]).unwrap();
        pass(&world).unwrap();
        write(&world, &all[60..]).unwrap();
        world.fuse.set(Some(steps));
        let _ = pass(&world);
        let was_killed = !world.fuse.is_intact();
        world.restart();
        settle(&world);
        settle(&world);
        assert_eq!(
            told(&world, Dimension::Endpoint),
            walked(&all, |it| it.route.clone()),
            "killed at {steps}"
        );
        if !was_killed {
            break;
        }
        kills += 1;
    }
    assert!(kills > 20, "{kills} kills");
}
