//! Who sees some columns or some channels gets these and no byte of others, and still right figures.

use std::collections::{BTreeMap, BTreeSet};

use edge_tests::{Client, Edge};
use model::schema::{DataSet, Dimension, Measure};
use policy::Cut;
use serde_json::{Value, json};

/// Two companies differ by what lines cost and what the marketplace takes.
fn sales(costs: [u32; 4]) -> String {
    let mut csv = String::from(
        "order_date,channel,order_id,line_id,sku,quantity,unit_price,unit_cost,commission\n",
    );
    for (at, cost) in costs.into_iter().enumerate() {
        let channel = ["n11", "trendyol"][at % 2];
        csv.push_str(&format!(
            "2026-11-0{},{channel},o-{at},1,s-{at},2,100.00,{cost}.00,{}.25\n",
            2 + at,
            cost / 3
        ));
    }
    csv
}

const ADS: &str = "date,channel,campaign,spend,ad_sales,impressions,clicks,ad_orders\n2026-11-02,n11,Gizli,10.00,50.00,900,8,1\n";

fn filled(edge: &Edge, costs: [u32; 4]) -> (Client, String) {
    let (owner, id) = edge.company("Acme");
    owner.import_and_wait(&id, "sales", &sales(costs));
    owner.import_and_wait(&id, "ads", ADS);
    edge_tests::eventually("the import has settled", || {
        let manifest = edge_tests::manifest(&owner, &id);
        manifest.segments.iter().all(|it| !it.delta).then_some(())
    });
    (owner, id)
}

/// The bytes of everything that a client's manifest names.
fn blobs(client: &Client, company: &str) -> Vec<Vec<u8>> {
    let manifest = edge_tests::manifest(client, company);
    let hashes = manifest.hashes().into_iter();
    hashes
        .map(|hash| {
            let answer = client.get(&format!("/api/sync/v1/blobs/{hash}?company={company}"));
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.bytes
        })
        .collect()
}

fn metrics(client: &Client, company: &str) -> BTreeMap<String, Value> {
    let path = format!("/api/mobile/v1/dashboard?company={company}");
    let dashboard = client.get(&path).json();
    let tiles = dashboard["tiles"].as_array().expect("tiles").clone();
    let named = tiles.into_iter().map(|tile| {
        let name = tile["metric"].as_str().map(str::to_owned);
        (name.expect("a metric"), tile["value"].clone())
    });
    named.collect()
}

#[test]
fn a_viewer_gets_no_byte_of_margins_and_all_of_sales() {
    let edge = Edge::start();
    let (owner, id) = filled(&edge, [40, 50, 60, 41]);
    let viewer = edge.member(&owner, "viewer");
    let analyst = edge.member(&owner, "analyst");
    let manifest = |client: &Client| edge_tests::manifest(client, &id);
    assert_eq!(manifest(&analyst), manifest(&owner));
    let (whole, part) = (manifest(&owner), manifest(&viewer));
    assert_eq!((whole.cut, part.cut), (None, Some(Cut::Open)));
    assert!(part.segments.iter().all(|it| it.data_set == DataSet::Sales));
    // What a viewer computes of sales is what the owner does.
    let figures = |client: &Client| edge_tests::figures(client, &id, Dimension::Channel);
    assert_eq!(figures(&viewer), figures(&owner));
    assert_eq!(figures(&viewer).len(), 2);
    for bytes in blobs(&viewer, &id) {
        let Ok(segment) = cube::Segment::open(bytes.clone()) else {
            assert!(!String::from_utf8_lossy(&bytes).contains("Gizli"));
            continue;
        };
        for row in segment.read_rows().expect("rows") {
            for (measure, value) in DataSet::Sales.measures().iter().zip(row.measures) {
                let is_hidden = Cut::Open.hidden(DataSet::Sales).any(|it| it == *measure);
                assert!(!is_hidden || value.is_none(), "{measure:?}");
                assert!(*measure != Measure::NetRevenueMinor || value.is_some());
            }
        }
    }
    // A company that differs by costs alone gives its viewers the very same bytes.
    let (other_owner, other) = filled(&edge, [90, 20, 15, 71]);
    let other_viewer = edge.member(&other_owner, "viewer");
    assert_eq!(blobs(&viewer, &id), blobs(&other_viewer, &other));
    assert_ne!(blobs(&owner, &id), blobs(&other_owner, &other));
    // Blobs of one sight are not there for another.
    let status = |client: &Client, hash| {
        let path = format!("/api/sync/v1/blobs/{hash}?company={id}");
        client.get(&path).status
    };
    for (one, other) in whole.segments.iter().zip(&part.segments) {
        assert_eq!(
            (status(&analyst, one.hash), status(&viewer, one.hash)),
            (200, 404)
        );
        assert_eq!(status(&viewer, other.hash), 200);
    }
    tags_differ(&id, &viewer, &analyst);
    assert!(metrics(&analyst, &id).contains_key("cm2"));
    let seen = metrics(&viewer, &id);
    assert!(seen.contains_key("net-revenue") && !seen.contains_key("cm2"));
    // Nor does the page bring them.
    edge_tests::eventually("the page has figures", || {
        let page = viewer.get("/").text();
        page.contains("net-revenue")
            .then(|| assert!(!page.contains("cm2"), "{page}"))
    });
}

/// The tag of one sight's manifest does not stand for that of another.
fn tags_differ(company: &str, one: &Client, other: &Client) {
    let path = format!("/api/sync/v1/manifest?company={company}");
    let tag = |client: &Client| {
        let answer = client.get(&path);
        answer.header("etag").map(str::to_owned).expect("a tag")
    };
    for (client, other) in [(one, other), (other, one)] {
        let again = |tag: &str| {
            let headers = [("if-none-match", tag)];
            client.send("GET", &path, &headers, b"").status
        };
        assert_eq!((again(&tag(client)), again(&tag(other))), (304, 200));
    }
}

#[test]
fn who_is_limited_to_channels_gets_their_rows_and_no_others() {
    let edge = Edge::start();
    let (owner, id) = filled(&edge, [40, 50, 60, 41]);
    let whole = edge_tests::figures(&owner, &id, Dimension::Channel);
    let all = edge.member(&owner, "cmo");
    let some = edge.limited(&owner, "cmo", &["trendyol"]);
    let none = edge.limited(&owner, "coo", &["ebay"]);
    let both = edge.limited(&owner, "viewer", &["trendyol"]);
    assert_eq!(edge_tests::figures(&all, &id, Dimension::Channel), whole);
    let expected = BTreeMap::from([("trendyol".to_owned(), whole["trendyol"])]);
    for client in [&some, &both] {
        assert_eq!(
            edge_tests::figures(client, &id, Dimension::Channel),
            expected
        );
        let revenue = metrics(client, &id)["net-revenue"].clone();
        assert_eq!(revenue, json!(whole["trendyol"].0));
        tags_differ(&id, client, &all);
    }
    tags_differ(&id, &some, &both);
    assert!(metrics(&some, &id).contains_key("cm2"));
    assert!(!metrics(&both, &id).contains_key("cm2"));
    assert!(edge_tests::manifest(&none, &id).segments.is_empty());
    // Blobs of other channels are not there, whoever has heard their name.
    let named = |client: &Client| -> BTreeSet<_> { edge_tests::manifest(client, &id).hashes() };
    for hash in named(&owner).union(&named(&edge.member(&owner, "viewer"))) {
        for client in [&some, &none, &both] {
            let path = format!("/api/sync/v1/blobs/{hash}?company={id}");
            let is_named = named(client).contains(hash);
            let expected = if is_named { 200 } else { 404 };
            assert_eq!(client.get(&path).status, expected, "{hash}");
        }
    }
    // The page's first figures are the whole company's, so it comes without.
    assert_eq!(
        metrics(&owner, &id)["net-revenue"],
        json!(whole.values().map(|it| it.0).sum::<i64>())
    );
    assert!(!some.get("/").text().contains("net-revenue"));
    // The demo company is for everybody, as a whole.
    let imports = format!("/api/ingest/v1/batches?company={id}");
    assert_eq!(
        (all.get(&imports).status, some.get(&imports).problem()),
        (200, "forbidden".into())
    );
}

#[test]
fn channels_are_given_taken_and_not_for_those_who_manage_people() {
    let edge = Edge::start();
    let (owner, id) = filled(&edge, [40, 50, 60, 41]);
    let member = edge.limited(&owner, "analyst", &["n11"]);
    let members = owner.get("/api/auth/v1/members").json();
    assert_eq!(members["members"][0].get("channels"), None);
    let own = members["members"][1].clone();
    assert_eq!(own["channels"], json!(["n11"]));
    let own = own["id"].as_str().expect("an id").to_owned();
    let patch = |id: &str, change: Value| {
        let path = format!("/api/auth/v1/members/{id}");
        let headers = [("content-type", "application/json")];
        owner.send("PATCH", &path, &headers, change.to_string().as_bytes())
    };
    let seen = || {
        let figures = edge_tests::figures(&member, &id, Dimension::Channel);
        figures.into_keys().collect::<Vec<String>>()
    };
    assert_eq!(seen(), ["n11"]);
    // A new role leaves the channels, and new channels the role.
    assert_eq!(patch(&own, json!({ "role": "viewer" })).status, 200);
    assert_eq!(seen(), ["n11"]);
    assert_eq!(
        patch(&own, json!({ "channels": ["trendyol", "n11"] })).status,
        200
    );
    assert_eq!(seen(), ["n11", "trendyol"]);
    assert_eq!(member.get("/api/auth/v1/me").json()["role"], "viewer");
    assert_eq!(patch(&own, json!({ "channels": [] })).status, 200);
    assert!(seen().is_empty());
    assert_eq!(patch(&own, json!({ "channels": null })).status, 200);
    assert_eq!(seen(), ["n11", "trendyol"]);
    for (change, expected) in [
        (json!({ "role": "admin", "channels": ["n11"] }), "conflict"),
        (json!({ "channels": ["n11", "n11"] }), "bad-request"),
        (json!({ "channels": [""] }), "bad-request"),
        (json!({ "channels": "n11" }), "bad-request"),
    ] {
        assert_eq!(patch(&own, change.clone()).problem(), expected, "{change}");
    }
    // Who comes to manage people sees everything.
    assert_eq!(patch(&own, json!({ "channels": ["n11"] })).status, 200);
    let admin = patch(&own, json!({ "role": "admin" })).json();
    assert_eq!(admin["members"][1].get("channels"), None);
    assert_eq!(seen(), ["n11", "trendyol"]);
    assert_eq!(
        patch(&own, json!({ "channels": ["n11"] })).problem(),
        "conflict"
    );
    let wish = json!({ "name": "x", "role": "owner", "channels": ["n11"] }).to_string();
    let refused = owner.post_json("/api/auth/v1/invitations", &wish);
    assert_eq!(refused.problem(), "conflict");
}
