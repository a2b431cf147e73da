//! A company from batches to figures, over real SQLite: totals against a plain walk over the rows, and
//! a kill at every single step.

mod cuts;
mod hooks;
mod kills;
mod requests;
mod rollups;

use std::collections::BTreeMap;

use api::ingest::{Batch, BatchStatus};
use cube::query::{Query, Value};
use cube::{CalendarRules, Cube, DictionaryChunk, Segment};
use futures::executor::block_on;
use ingest::sniff;
use kernel::{BatchId, Date, DateRange, TenantId};
use model::columns::FileKind;
use model::metrics::MetricId;
use model::profile::TenantProfile;
use model::schema::Dimension;
use proptest::prelude::*;
use sync::Manifest;

use super::*;
use crate::digest;
use crate::fakes::World;
use crate::ports::Platform;

fn acme() -> TenantId {
    "acme".parse().unwrap()
}

fn company() -> World {
    let world = World::new();
    let profile = TenantProfile {
        vat_basis_points: 0,
        ..TenantProfile::new(acme(), "Acme")
    };
    let tenant = world.objects.get(&acme()).unwrap();
    tenant.answer(Ask::SetProfile { profile }).unwrap();
    world
}

/// Stores and registers a batch, as the feature does.
fn send(world: &World, kind: FileKind, csv: &str, key: &str) -> Result<BatchId, Fault> {
    let profile = TenantProfile {
        vat_basis_points: 0,
        ..TenantProfile::new(acme(), "Acme")
    };
    let mut spec = sniff(csv.as_bytes(), &profile).unwrap().spec;
    assert_eq!(spec.kind, kind, "{csv}");
    spec.vat_basis_points = 0;
    let digest = digest::sha256(&[csv.as_bytes()]).to_string();
    let raw = [(raw_name(&digest), csv.as_bytes().to_vec())];
    block_on(world.blobs.put(&acme(), &raw))?;
    let id = digest::sha256(&[key.as_bytes()]).to_string();
    let batch = NewBatch {
        id: BatchId::new(&id[..32]).unwrap(),
        key: key.to_owned(),
        digest,
        kind,
        file: String::new(),
        spec,
        received_at: world.now().millis(),
    };
    match world
        .objects
        .get(&acme())?
        .answer(Ask::Register { batch })?
    {
        Told::Registered { known } => Ok(known.batch.batch.parse().unwrap()),
        other => panic!("{other:?}"),
    }
}

fn work(world: &World) -> Result<(), Fault> {
    let tenant = world.objects.get(&acme())?;
    block_on(tenant.work(&acme(), &world.blobs, || world.now()))
}

/// Works until nothing is due, letting time pass.
fn settle(world: &World) {
    work(world).unwrap();
    world.now.set(world.now.get() + SETTLE_MILLIS + 1);
    work(world).unwrap();
}

fn batch(world: &World, id: &BatchId) -> Batch {
    let tenant = world.objects.get(&acme()).unwrap();
    match tenant.answer(Ask::Batch { id: id.clone() }).unwrap() {
        Told::Batch { batch } => batch,
        other => panic!("{other:?}"),
    }
}

fn manifest(world: &World) -> Manifest {
    let tenant = world.objects.get(&acme()).unwrap();
    match tenant.manifest(None, None, false).unwrap() {
        Manifested::Changed { bytes, .. } => serde_json::from_slice(&bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// What a phone makes of the manifest.
fn cube(world: &World) -> Cube {
    let manifest = manifest(world);
    let mut cube = Cube::new(CalendarRules {
        week_start: manifest.profile.week_start,
        fiscal_first_month: 1,
        today: Date::from_ymd(2026, 11, 23).unwrap(),
    });
    let fetch = |hash| {
        let found = block_on(world.blobs.get(&acme(), &blob_name(hash))).unwrap();
        let bytes = found.unwrap_or_else(|| panic!("{hash} is missing"));
        assert_eq!(sync::content_hash(&bytes), hash);
        bytes
    };
    for chunk in &manifest.dictionaries {
        let chunk = DictionaryChunk::decode(&fetch(chunk.hash)).unwrap();
        cube.extend_dictionary(&chunk).unwrap();
    }
    for segment in &manifest.segments {
        let open = Segment::open(fetch(segment.hash)).unwrap();
        assert_eq!(
            (open.rows(), open.month(), open.channel(), open.data_set()),
            (
                segment.rows,
                segment.month,
                segment.channel,
                segment.data_set
            )
        );
        cube.add_segment(segment.hash, open);
    }
    cube
}

fn query(metrics: &[MetricId], group_by: &[Dimension]) -> Query {
    let day = |year| Date::from_ymd(year, 1, 1).unwrap();
    let range = DateRange::new(day(2024), day(2027)).unwrap();
    Query {
        group_by: group_by.to_vec(),
        ..Query::of_all(metrics.to_vec(), range)
    }
}

fn whole(value: Option<Value>) -> i64 {
    match value {
        Some(Value::Whole(value)) => value,
        None => 0,
        other => panic!("{other:?}"),
    }
}

/// Net revenue, orders and units by a dimension's keys.
fn figures(world: &World, by: Dimension) -> BTreeMap<String, (i64, i64, i64)> {
    let metrics = [MetricId::NetRevenue, MetricId::Orders, MetricId::NetUnits];
    let answer = cube(world).answer(&query(&metrics, &[by])).unwrap();
    let rows = answer.rows.into_iter().map(|row| {
        let value = |at: usize| whole(row.values[at]);
        (row.members[0].key.clone(), (value(0), value(1), value(2)))
    });
    rows.filter(|(_, values)| *values != (0, 0, 0)).collect()
}

const HEADER: &str = "order_date,channel,order_id,line_id,version,sku,product_name,category,country,\
                      city,customer_id,currency,quantity,unit_price,status,cancelled_quantity,returned_quantity";

/// Day, channel, order, line, version, units, price, returned.
type Line<'a> = (&'a str, &'a str, &'a str, u32, u32, i64, i64, i64);

/// Order lines as CSV.
fn sales(lines: &[Line<'_>]) -> String {
    let mut csv = String::from(HEADER);
    for (day, channel, order, line, version, units, price, returned) in lines {
        csv.push_str(&format!(
            "\n{day},{channel},{order},{line},{version},sku-{line},Mug {line},Kitchen,TR,İzmir,c-{order},TRY,\
             {units},{price}.00,delivered,0,{returned}"
        ));
    }
    csv + "\n"
}

#[test]
fn an_import_becomes_figures_and_sending_again_changes_nothing() {
    let world = company();
    let csv = sales(&[
        ("2026-10-30", "n11", "1", 1, 0, 2, 10, 0),
        ("2026-10-30", "n11", "1", 2, 0, 1, 5, 0),
        ("2026-11-02", "trendyol", "1", 1, 0, 3, 7, 1),
        ("2026-11-02", "trendyol", "2", 1, 0, 1, 100, 0),
    ]);
    let first = send(&world, FileKind::Sales, &csv, "a").unwrap();
    assert_eq!(batch(&world, &first).status, BatchStatus::Stored);
    work(&world).unwrap();
    let report = batch(&world, &first).report.unwrap();
    assert_eq!((report.rows, report.taken, report.returns), (4, 4, 1));
    let expected = BTreeMap::from([
        ("n11".to_owned(), (2_500, 1, 3)),
        ("trendyol".to_owned(), (11_400, 2, 3)),
    ]);
    assert_eq!(figures(&world, Dimension::Channel), expected);
    let sequence = manifest(&world).sequence;

    assert_eq!(send(&world, FileKind::Sales, &csv, "a").unwrap(), first);
    let again = send(&world, FileKind::Sales, &csv, "b").unwrap();
    work(&world).unwrap();
    let report = batch(&world, &again).report.unwrap();
    assert_eq!((report.rows, report.taken, report.duplicates), (4, 0, 4));
    assert_eq!(manifest(&world).sequence, sequence);

    settle(&world);
    assert!(
        manifest(&world)
            .segments
            .iter()
            .all(|segment| !segment.delta)
    );
    assert_eq!(figures(&world, Dimension::Channel), expected);
    let labels = cube(&world).members(Dimension::Product, "mug 2", 10);
    assert_eq!(
        (labels[0].key.as_str(), labels[0].label.as_str()),
        ("sku-2", "Mug 2")
    );
    assert_eq!(
        cube(&world).members(Dimension::City, "", 10)[0].key,
        "TR.izmir"
    );
}

#[test]
fn a_correction_replaces_and_an_older_state_does_not() {
    let world = company();
    let line = |day, version, units, returned| {
        sales(&[(day, "n11", "1", 1, version, units, 10, returned)])
    };
    for (number, (day, version, units, returned, expected)) in [
        ("2026-11-02", 1, 3, 0, ("2026-11-02", 3_000, 3)),
        ("2026-11-02", 2, 3, 1, ("2026-11-02", 2_000, 2)),
        // Older: ignored.
        ("2026-11-02", 1, 3, 3, ("2026-11-02", 2_000, 2)),
        // The same version with other content: the later arrival wins.
        ("2026-11-02", 2, 3, 0, ("2026-11-02", 3_000, 3)),
        ("2026-11-02", 2, 3, 1, ("2026-11-02", 2_000, 2)),
        ("2026-11-02", 2, 3, 0, ("2026-11-02", 3_000, 3)),
        // To another month, and back.
        ("2026-10-02", 3, 3, 0, ("2026-10-02", 3_000, 3)),
        ("2026-11-02", 4, 3, 0, ("2026-11-02", 3_000, 3)),
        ("2026-10-02", 5, 3, 0, ("2026-10-02", 3_000, 3)),
    ]
    .into_iter()
    .enumerate()
    {
        send(
            &world,
            FileKind::Sales,
            &line(day, version, units, returned),
            &number.to_string(),
        )
        .unwrap();
        work(&world).unwrap();
        let (day, net, kept) = expected;
        let expected = BTreeMap::from([(day.to_owned(), (net, 1, kept))]);
        assert_eq!(figures(&world, Dimension::Day), expected, "after {number}");
    }
    settle(&world);
    assert_eq!(
        figures(&world, Dimension::Day),
        BTreeMap::from([("2026-10-02".to_owned(), (3_000, 1, 3))])
    );
}

#[test]
fn several_states_in_one_file_count_once() {
    let world = company();
    let csv = sales(&[
        ("2026-11-02", "n11", "1", 1, 1, 3, 10, 0),
        ("2026-11-02", "n11", "1", 1, 2, 3, 10, 1),
        ("2026-11-02", "n11", "1", 1, 2, 3, 10, 1),
        ("2026-11-02", "n11", "1", 1, 1, 3, 10, 0),
    ]);
    let id = send(&world, FileKind::Sales, &csv, "a").unwrap();
    work(&world).unwrap();
    let report = batch(&world, &id).report.unwrap();
    assert_eq!(
        (
            report.rows,
            report.taken,
            report.corrected,
            report.duplicates
        ),
        (4, 2, 1, 2)
    );
    assert_eq!(
        figures(&world, Dimension::Channel),
        BTreeMap::from([("n11".to_owned(), (2_000, 1, 2))])
    );
}

#[test]
fn money_is_converted_at_the_rate_of_the_day_or_not_at_all() {
    let world = company();
    let rates = "date,currency,rate\n2026-11-02,EUR,48.5\n2026-11-03,EUR,50\n";
    let id = send(&world, FileKind::Fx, rates, "fx").unwrap();
    let csv = sales(&[
        ("2026-11-02", "amazon", "1", 1, 0, 2, 10, 0),
        ("2026-11-03", "amazon", "2", 1, 0, 1, 10, 0),
        ("2026-10-01", "amazon", "3", 1, 0, 1, 10, 0),
    ])
    .replace(",TRY,", ",EUR,");
    let sales = send(&world, FileKind::Sales, &csv, "sales").unwrap();
    work(&world).unwrap();
    assert_eq!(batch(&world, &id).report.unwrap().taken, 2);
    let report = batch(&world, &sales).report.unwrap();
    assert_eq!((report.taken, report.rejected), (2, 1));
    assert_eq!(
        report.reasons,
        BTreeMap::from([(ingest::Reason::NoRate, 1)])
    );
    assert_eq!(
        (report.examples[0].line, report.examples[0].value.as_str()),
        (4, "EUR")
    );
    let expected = BTreeMap::from([
        ("2026-11-02".to_owned(), (97_000, 1, 2)),
        ("2026-11-03".to_owned(), (50_000, 1, 1)),
    ]);
    assert_eq!(figures(&world, Dimension::Day), expected);
    // The same rates again, one of them changed.
    let rates = "date,currency,rate\n2026-11-02,EUR,48.5\n2026-11-03,EUR,51\n";
    let id = send(&world, FileKind::Fx, rates, "fx 2").unwrap();
    work(&world).unwrap();
    let report = batch(&world, &id).report.unwrap();
    assert_eq!((report.duplicates, report.corrected), (1, 1));
}

#[test]
fn advertising_stock_and_targets_are_facts_too() {
    let world = company();
    let ads = "date,channel,campaign,spend,impressions,clicks\n2026-11-02,n11,Brand,12.5,100,7\n";
    let stock = "date,sku,on_hand,unit_cost,listed\n2026-11-02,sku-1,7,3.5,true\n";
    let targets = "month,channel,net_revenue,orders\n2026-11,n11,300,30\n";
    for (kind, csv) in [
        (FileKind::Ads, ads),
        (FileKind::Stock, stock),
        (FileKind::Targets, targets),
    ] {
        send(&world, kind, csv, kind.name()).unwrap();
        send(&world, kind, csv, &format!("{} again", kind.name())).unwrap();
    }
    settle(&world);
    let metrics = [
        MetricId::AdSpend,
        MetricId::Clicks,
        MetricId::NetRevenueTarget,
        MetricId::OrdersTarget,
    ];
    let answer = cube(&world).answer(&query(&metrics, &[])).unwrap();
    let values: Vec<i64> = answer.total.values.into_iter().map(whole).collect();
    assert_eq!(values, [1_250, 7, 30_000, 30]);
    let rows: u32 = manifest(&world).segments.iter().map(|it| it.rows).sum();
    assert_eq!(rows, 1 + 1 + 30);
}

#[test]
fn what_cannot_be_read_fails_and_the_rest_goes_on() {
    let world = company();
    let good = sales(&[("2026-11-02", "n11", "1", 1, 0, 1, 10, 0)]);
    let first = send(&world, FileKind::Sales, &good, "good").unwrap();
    // Recognised by its first lines as a table, and damaged further on.
    let cut = sales(&[("2026-11-02", "n11", "2", 1, 0, 1, 10, 0)]);
    let bad = send(&world, FileKind::Sales, &cut, "bad").unwrap();
    let raw = raw_name(&digest::sha256(&[cut.as_bytes()]).to_string());
    let damaged = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], cut.as_bytes()].concat();
    block_on(world.blobs.put(&acme(), &[(raw, damaged)])).unwrap();
    let last = sales(&[("2026-11-02", "n11", "3", 1, 0, 1, 10, 0)]);
    let last = send(&world, FileKind::Sales, &last, "last").unwrap();
    work(&world).unwrap();
    assert_eq!(batch(&world, &first).status, BatchStatus::Done);
    let failed = batch(&world, &bad);
    assert_eq!(failed.status, BatchStatus::Failed);
    assert!(failed.error.is_some_and(|error| error.contains("damaged")));
    assert_eq!(batch(&world, &last).status, BatchStatus::Done);
    assert_eq!(
        figures(&world, Dimension::Channel),
        BTreeMap::from([("n11".to_owned(), (2_000, 2, 2))])
    );
}
