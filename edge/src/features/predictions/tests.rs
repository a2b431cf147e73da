//! Predictions over real SQLite: who sees which, what is kept, and how outcomes come to be recorded.

mod outcomes;

use api::predictions::KEPT_MAX;
use futures::executor::block_on;
use policy::{Role, Rows};
use serde_json::{Value, json};

use super::store::Found;
use super::*;
use crate::fakes::World;
use crate::http::Body;
use crate::samples::{acme, filled, request};

const HOUR_MILLIS: i64 = 3_600_000;

fn body(response: Result<Response, Fault>) -> Value {
    match response.unwrap().body {
        Body::Bytes(bytes) => serde_json::from_slice(&bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn wish(more: &str) -> String {
    let mut wish = json!({ "metric": "net-revenue", "grain": "day", "horizon": 7 });
    let more: Value = serde_json::from_str(more).unwrap();
    for (name, value) in more.as_object().unwrap() {
        wish[name] = value.clone();
    }
    wish.to_string()
}

fn make_as(world: &World, sight: &Sight, wish: &str) -> Result<Value, Fault> {
    let made = block_on(make(world, &acme(), sight, wish.as_bytes()))?;
    assert_eq!(made.status, 201);
    let value = body(Ok(made.clone()));
    let place = format!("{PATH}?company=acme&id={}", value["id"]);
    assert_eq!(made.header("location"), Some(place.as_str()));
    Ok(value)
}

fn made(world: &World, wish: &str) -> Value {
    make_as(world, &Sight::whole(), wish).unwrap()
}

fn listed_as(world: &World, sight: &Sight, query: &[(&str, &str)]) -> Vec<Value> {
    let list = body(block_on(list(world, &acme(), sight, &request(query))));
    list["predictions"].as_array().unwrap().clone()
}

fn listed(world: &World, query: &[(&str, &str)]) -> Vec<Value> {
    listed_as(world, &Sight::whole(), query)
}

fn in_full_by(world: &World, id: &Value) -> Value {
    listed(world, &[("id", &id.to_string())]).remove(0)
}

fn recorded(world: &World, wish: &Value) -> Result<Value, Fault> {
    let wish = wish.to_string();
    let answer = block_on(record(world, &acme(), &Sight::whole(), wish.as_bytes()));
    answer.map(|answer| body(Ok(answer)))
}

fn refused(answer: Result<Value, Fault>) -> ProblemKind {
    answer.unwrap_err().kind()
}

fn of_channels(codes: &[u32]) -> Sight {
    Sight::whole().within(Rows::Channels(codes.iter().copied().collect()))
}

#[test]
fn one_that_is_made_is_given_again_letter_by_letter() {
    let world = filled("2026-09-01");
    let told = made(&world, &wish("{}"));
    assert_eq!(told["state"], "open");
    assert_eq!(told["model_type"], "auto");
    assert_eq!(told["ends_on"], "2026-11-29");
    let forecast = &told["forecast"];
    let learnt = json!({ "from": "2026-09-01", "to": "2026-11-22" });
    assert_eq!(forecast["learnt_from"]["days"], learnt);
    assert_eq!(forecast["learnt_from"]["periods"], 83);
    assert!(forecast["learnt_from"]["sequence"].as_u64().unwrap() > 0);
    assert_eq!(forecast["steps"].as_array().unwrap().len(), 7);
    assert_eq!(forecast["steps"][0]["period"], "2026-11-23");
    assert_eq!(forecast["interval_coverage"], 0.8);
    let score = told["confidence_score"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&score) && (score * 1e4 - (score * 1e4).round()).abs() < 1e-9);
    // What is written is what was kept, not what a reader of JSON made of it.
    let text = |request: Request| {
        let answer = block_on(list(&world, &acme(), &Sight::whole(), &request)).unwrap();
        let Body::Bytes(bytes) = answer.body else {
            panic!("no body");
        };
        String::from_utf8(bytes).unwrap()
    };
    let id = told["id"].to_string();
    let again = text(request(&[("id", &id)]));
    let answer = block_on(store::one(&world, &acme(), id.parse().unwrap()));
    let kept = answer.unwrap().unwrap().forecast.unwrap();
    assert!(again.contains(&format!("\"forecast\":{kept}")));
    assert_eq!(in_full_by(&world, &told["id"]), told);
    let short = listed(&world, &[]).remove(0);
    assert_eq!(short["id"], told["id"]);
    assert!(short.get("forecast").is_none() && short.get("outcome").is_none());
}

#[test]
fn lists_go_on_where_the_last_ended_and_tell_apart() {
    let world = filled("2026-11-01");
    let mut ids = Vec::new();
    for number in 0..5 {
        // Some in the same moment.
        world.now.set(world.now.get() + number % 2);
        let metric = ["net-revenue", "orders"][number as usize % 2];
        ids.insert(
            0,
            made(
                &world,
                &wish(&format!(r#"{{"metric":"{metric}","horizon":2}}"#)),
            )["id"]
                .clone(),
        );
    }
    let all: Vec<Value> = listed(&world, &[])
        .iter()
        .map(|it| it["id"].clone())
        .collect();
    let sorted = |mut ids: Vec<Value>| {
        ids.sort_by_key(|id| id.as_i64());
        ids
    };
    assert_eq!(sorted(all.clone()), sorted(ids));
    let mut seen = Vec::new();
    let mut before: Option<i64> = None;
    loop {
        let before_text = before.unwrap_or_default().to_string();
        let mut query = vec![("limit", "2")];
        query.extend(before.map(|_| ("before", before_text.as_str())));
        let page = body(block_on(list(
            &world,
            &acme(),
            &Sight::whole(),
            &request(&query),
        )));
        let page_ids = page["predictions"].as_array().unwrap().iter();
        seen.extend(page_ids.map(|it| it["id"].clone()));
        before = page["before"].as_i64();
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, all);
    assert_eq!(listed(&world, &[("metric", "orders")]).len(), 2);
    assert_eq!(listed(&world, &[("metric", "cm2")]).len(), 0);
    let states = |state| listed(&world, &[("state", state)]).len();
    assert_eq!(
        (states("open"), states("due"), states("settled")),
        (5, 0, 0)
    );
    world.now.set(world.now.get() + 48 * HOUR_MILLIS);
    assert_eq!(
        (states("open"), states("due"), states("settled")),
        (0, 5, 0)
    );
    for query in [
        [("state", "x")],
        [("metric", "x")],
        [("limit", "51")],
        [("limit", "0")],
        [("id", "-1")],
        [("before", "9007199254740992")],
    ] {
        let fault = block_on(list(&world, &acme(), &Sight::whole(), &request(&query)));
        assert_eq!(
            fault.unwrap_err().kind(),
            ProblemKind::BadRequest,
            "{query:?}"
        );
    }
    let missing = block_on(list(
        &world,
        &acme(),
        &Sight::whole(),
        &request(&[("id", "5")]),
    ));
    assert_eq!(missing.unwrap_err().kind(), ProblemKind::NotFound);
}

#[test]
fn nobody_learns_of_rows_or_columns_that_they_do_not_see() {
    let world = filled("2026-11-01");
    let whole = made(&world, &wish("{}"))["id"].clone();
    let margin = made(&world, &wish(r#"{"metric":"cm2"}"#))["id"].clone();
    let by =
        |codes: &[u32]| make_as(&world, &of_channels(codes), &wish("{}")).unwrap()["id"].clone();
    let (first, second, both) = (by(&[1]), by(&[2]), by(&[1, 2]));
    let viewer = Sight::of(Role::Viewer);
    let sees = |sight: &Sight| {
        let list = listed_as(&world, sight, &[]);
        let mut ids: Vec<i64> = list.iter().map(|it| it["id"].as_i64().unwrap()).collect();
        ids.sort_unstable();
        ids
    };
    let expected = |ids: &[&Value]| {
        let mut ids: Vec<i64> = ids.iter().map(|id| id.as_i64().unwrap()).collect();
        ids.sort_unstable();
        ids
    };
    let everything = [&whole, &margin, &first, &second, &both];
    assert_eq!(sees(&Sight::whole()), expected(&everything));
    assert_eq!(sees(&viewer), expected(&[&whole, &first, &second, &both]));
    assert_eq!(sees(&of_channels(&[1])), expected(&[&first]));
    assert_eq!(
        sees(&of_channels(&[1, 2, 3])),
        expected(&[&first, &second, &both])
    );
    assert_eq!(sees(&of_channels(&[])), expected(&[]));
    // Nor by their ids, to read or to record.
    for (sight, id) in [
        (&viewer, &margin),
        (&of_channels(&[1]), &second),
        (&of_channels(&[1]), &whole),
    ] {
        let asked = request(&[("id", &id.to_string())]);
        let read = block_on(list(&world, &acme(), sight, &asked)).unwrap_err();
        let wish = json!({ "id": id }).to_string();
        let written = block_on(record(&world, &acme(), sight, wish.as_bytes())).unwrap_err();
        assert_eq!(
            (read.kind(), written.kind()),
            (ProblemKind::NotFound, ProblemKind::NotFound)
        );
    }
    let hidden = make_as(&world, &viewer, &wish(r#"{"metric":"cm2"}"#));
    assert_eq!(refused(hidden), ProblemKind::Forbidden);
    // Each was made of its own rows: the first channel sells twice what the second does.
    let total = |id: &Value| {
        in_full_by(&world, id)["forecast"]["total"]
            .as_f64()
            .unwrap()
    };
    assert!((total(&first) / total(&second) - 2.0).abs() < 0.2);
    // Conditions on campaigns name what only some may know.
    let campaign =
        r#"{"metric":"orders","filters":[{"op":"not-in","dimension":"campaign","members":["x"]}]}"#;
    if let Ok(told) = make_as(&world, &Sight::whole(), &wish(campaign)) {
        assert!(!sees(&viewer).contains(&told["id"].as_i64().unwrap()));
    }
}

#[test]
fn where_there_are_too_many_the_oldest_with_an_outcome_go_first() {
    let world = filled("2026-11-01");
    let told = made(&world, &wish(r#"{"horizon":1}"#));
    let id = told["id"].as_i64().unwrap();
    let again = |id: i64, number: i64| {
        let kept = block_on(store::one(&world, &acme(), told["id"].as_i64().unwrap()));
        let mut kept = kept.unwrap().unwrap();
        (kept.id, kept.created_at) = (id, kept.created_at + number);
        block_on(store::keep(&world, &acme(), &kept)).unwrap();
    };
    let count = KEPT_MAX as i64;
    (1..count).for_each(|number| again(number, number));
    let found = Found {
        outcome: "{}".into(),
        accuracy: Some(5_000),
        is_settled: true,
    };
    for settled in [300, 200] {
        block_on(store::record(&world, &acme(), settled, &found)).unwrap();
    }
    let is_there = |id: i64| block_on(store::one(&world, &acme(), id)).unwrap().is_some();
    for (new, gone) in [(1_001, 200), (1_002, 300)] {
        assert!(is_there(gone));
        again(new, new);
        assert!(!is_there(gone) && is_there(new));
    }
    assert!(is_there(id) && is_there(1));
    // Without one that is settled, the oldest.
    again(1_003, 1_003);
    assert!(!is_there(id) && is_there(1));
    let statement = ("SELECT COUNT(*) FROM meschain_ai_predictions", Vec::new());
    let rows = block_on(crate::ports::Database::rows(world.database(), statement)).unwrap();
    assert_eq!(rows[0][0].integer(), Some(count));
}

#[test]
fn a_company_has_so_many_made_in_a_minute() {
    let world = filled("2026-11-16");
    let quick = wish(r#"{"horizon":1}"#);
    for _ in 0..MADE_MAX {
        made(&world, &quick);
    }
    let fault = make_as(&world, &Sight::whole(), &quick).unwrap_err();
    assert!(
        matches!(
            fault,
            Fault::TooMany {
                after_seconds: 60,
                ..
            }
        ),
        "{fault:?}"
    );
    world.now.set(world.now.get() + MADE_MILLIS);
    made(&world, &quick);
    let long = "x".repeat(FILTERS_BYTES_MAX);
    let filters =
        format!(r#"{{"filters":[{{"op":"in","dimension":"product","members":["{long}"]}}]}}"#);
    let fault = make_as(&world, &Sight::whole(), &wish(&filters)).unwrap_err();
    assert_eq!(fault.kind(), ProblemKind::BadRequest);
}
