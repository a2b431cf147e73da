//! A company with sales whose sums can be told by hand, for tests.

use futures::executor::block_on;
use kernel::{Date, TenantId};
use serde_json::json;

use crate::fakes::World;
use crate::features::{admin, ingest};
use crate::http::{Method, Request};
use crate::ports::Platform;

/// Longer than an import takes to settle, shorter than anything is kept.
const SETTLED_MILLIS: i64 = 60_000;

pub(crate) fn acme() -> TenantId {
    "acme".parse().unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A request for something of the company.
pub(crate) fn request(query: &[(&str, &str)]) -> Request {
    Request {
        method: Method::Get,
        scheme: "http".into(),
        host: "localhost".into(),
        path: "/".into(),
        query: query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        headers: [].into(),
    }
}

/// A company without VAT and without data.
pub(crate) fn company() -> World {
    let world = World::new();
    block_on(admin::migrate(&world)).unwrap();
    let profile = json!({ "id": "acme", "name": "Acme", "vat_basis_points": 0 }).to_string();
    block_on(admin::put_company(&world, &acme(), profile.as_bytes())).unwrap();
    world
}

/// Imports order lines and waits until they are worked in.
pub(crate) fn import(world: &World, csv: &str) {
    import_of(world, "sales", csv);
}

/// The same of facts of some kind.
pub(crate) fn import_of(world: &World, kind: &str, csv: &str) {
    let asked = request(&[("kind", kind)]);
    block_on(ingest::receive(
        world,
        &acme(),
        &asked,
        csv.as_bytes().to_vec(),
    ))
    .unwrap();
    let until = world.now().millis() + SETTLED_MILLIS;
    loop {
        let tenant = world.objects.get(&acme()).unwrap();
        let due = tenant.next_alarm(world.now()).unwrap();
        let Some(due) = due.filter(|due| due.millis() < until) else {
            return;
        };
        world.now.set(world.now.get().max(due.millis()));
        block_on(tenant.work(&acme(), &world.blobs, || world.now())).unwrap();
    }
}

/// What a channel sells on a day, in minor units: a week's course that grows slowly; the second channel half.
pub(crate) fn sold(channel: &str, day: Date) -> i64 {
    let of_week = [500, 520, 510, 560, 700, 900, 850];
    let at = usize::from(day.weekday().number()) - 1;
    let whole = of_week[at] + i64::from(day.days() % 13) + i64::from(day.days() - 20_000) / 10;
    if channel == "n11" {
        100 * whole
    } else {
        50 * whole
    }
}

/// One order a day and channel, over both ends.
pub(crate) fn sales(from: &str, to: &str) -> String {
    let mut csv = String::from(
        "order_date,channel,order_id,line_id,sku,customer_id,vat_rate,quantity,unit_price,unit_cost\n",
    );
    for number in day(from).days()..=day(to).days() {
        let date = Date::from_days(number).unwrap();
        for channel in ["n11", "trendyol"] {
            let minor = sold(channel, date);
            csv.push_str(&format!(
                "{date},{channel},{channel}-{number},1,s-{},c-{},0,1,{}.{:02},1.00\n",
                number % 7,
                number % 50,
                minor / 100,
                minor % 100
            ));
        }
    }
    csv
}

/// A company with sales of both channels from `from` to the day before today, 2026-11-23.
pub(crate) fn filled(from: &str) -> World {
    let world = company();
    import(&world, &sales(from, "2026-11-22"));
    world
}
