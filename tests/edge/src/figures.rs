//! What a phone makes of what it fetches: the same cube over the same segments.

use std::collections::BTreeMap;

use cube::query::{Query, Value};
use cube::{CalendarRules, Cube, DictionaryChunk, Segment};
use kernel::{Date, DateRange};
use model::metrics::MetricId;
use model::schema::Dimension;
use sync::Manifest;

use crate::Client;

/// A company's manifest.
pub fn manifest(client: &Client, company: &str) -> Manifest {
    let answer = client.get(&format!("/api/sync/v1/manifest?company={company}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.bytes).expect("a manifest")
}

/// All of a company's facts.
pub fn cube(client: &Client, company: &str) -> Cube {
    let manifest = manifest(client, company);
    let mut cube = Cube::new(CalendarRules {
        week_start: manifest.profile.week_start,
        fiscal_first_month: manifest.profile.fiscal_year.first_month(),
        today: Date::from_ymd(2026, 11, 23).expect("a date"),
    });
    let fetch = |hash: kernel::Hash256| {
        let answer = client.get(&format!("/api/sync/v1/blobs/{hash}?company={company}"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(sync::content_hash(&answer.bytes), hash);
        answer.bytes
    };
    for chunk in &manifest.dictionaries {
        let chunk = DictionaryChunk::decode(&fetch(chunk.hash)).expect("a dictionary chunk");
        cube.extend_dictionary(&chunk).expect("chunks fit together");
    }
    for segment in &manifest.segments {
        let open = Segment::open(fetch(segment.hash)).expect("a segment");
        cube.add_segment(segment.hash, open);
    }
    cube
}

/// Net revenue in minor units, orders and kept units, by the keys of a dimension.
pub fn figures(client: &Client, company: &str, by: Dimension) -> BTreeMap<String, (i64, i64, i64)> {
    let day = |year| Date::from_ymd(year, 1, 1).expect("a date");
    let metrics = vec![MetricId::NetRevenue, MetricId::Orders, MetricId::NetUnits];
    let query = Query {
        group_by: vec![by],
        ..Query::of_all(
            metrics,
            DateRange::new(day(2009), day(2100)).expect("a range"),
        )
    };
    let answer = cube(client, company).answer(&query).expect("an answer");
    let rows = answer.rows.into_iter().map(|row| {
        let value = |at: usize| match row.values.get(at) {
            Some(Some(Value::Whole(value))) => *value,
            _ => 0,
        };
        let key = row.members.first().map(|member| member.key.clone());
        (key.unwrap_or_default(), (value(0), value(1), value(2)))
    });
    rows.filter(|(_, values)| *values != (0, 0, 0)).collect()
}
