//! How outcomes come to be recorded: by itself, when asked, and by whoever knows.

use api::predictions::{Outcome, OutcomeSource};
use futures::executor::block_on;
use serde_json::{Value, json};

use super::super::*;
use super::{HOUR_MILLIS, in_full_by, listed, made, recorded, refused, wish};
use crate::samples::{acme, day, filled, import, sales, sold};

/// Days of learning before the week that has come since.
const LEARNT: &str = r#"{"from":"2026-10-05","to":"2026-11-15"}"#;

/// Of the seven days from the 16th on: all are over.
fn over() -> String {
    wish(&format!(r#"{{"history":{LEARNT}}}"#))
}

/// What both channels sold on a day.
fn all_sold(period: &str) -> i64 {
    sold("n11", day(period)) + sold("trendyol", day(period))
}

#[test]
fn what_came_is_counted_from_the_data_by_itself() {
    let world = filled("2026-10-01");
    let told = made(&world, &over());
    assert_eq!(
        (&told["state"], &told["ends_on"]),
        (&json!("due"), &json!("2026-11-22"))
    );
    assert!(told.get("outcome").is_none());
    // A list leaves it for after the answer.
    listed(&world, &[]);
    let later = world.services.later.take();
    assert!(later.contains(&Later::Outcomes(acme())), "{later:?}");
    block_on(settle(&world, &acme())).unwrap();
    let settled = in_full_by(&world, &told["id"]);
    assert_eq!(settled["state"], "settled");
    let outcome: Outcome = serde_json::from_value(settled["outcome"].clone()).unwrap();
    assert_eq!(outcome.source, OutcomeSource::Facts);
    assert_eq!(outcome.values.len(), 7);
    let steps = settled["forecast"]["steps"].as_array().unwrap();
    let (mut missed, mut whole, mut within) = (0.0, 0.0, 0.0);
    for (step, actual) in steps.iter().zip(&outcome.values) {
        let period = step["period"].as_str().unwrap();
        let value = all_sold(period) as f64;
        assert_eq!((actual.period, actual.value), (day(period), Some(value)));
        let number = |name: &str| step[name].as_f64().unwrap();
        missed += (number("mean") - value).abs();
        whole += value;
        within += f64::from(u8::from(
            number("lower") <= value && value <= number("upper"),
        ));
    }
    let accuracy = settled["accuracy_score"].as_f64().unwrap();
    assert!(
        (accuracy - (1.0 - missed / whole)).abs() <= 0.00005,
        "{accuracy}"
    );
    assert!((outcome.coverage.unwrap() - within / 7.0).abs() <= 0.00005);
    // Nothing is left to do, and lists leave nothing.
    listed(&world, &[]);
    assert!(
        !world
            .services
            .later
            .take()
            .contains(&Later::Outcomes(acme()))
    );
    assert_eq!(
        recorded(&world, &json!({})).unwrap(),
        json!({ "predictions": [], "left": 0 })
    );
}

#[test]
fn data_that_is_late_is_waited_for_and_not_asked_for_all_the_time() {
    let world = filled("2026-10-01");
    let told = made(&world, &wish(r#"{"horizon":2}"#));
    let id = told["id"].clone();
    // Not over.
    assert_eq!(
        refused(recorded(&world, &json!({ "id": id }))),
        ProblemKind::Conflict
    );
    world.now.set(world.now.get() + 48 * HOUR_MILLIS);
    let state = || in_full_by(&world, &id)["state"].clone();
    assert_eq!(state(), "due");
    let has_due = || block_on(store::has_due(&world, &acme(), day("2026-11-25"))).unwrap();
    assert!(has_due());
    block_on(settle_everywhere(&world)).unwrap();
    assert_eq!((state(), has_due()), (json!("due"), false));
    // A part of it comes: what is known is told, and the rest waited for.
    import(&world, &sales("2026-11-23", "2026-11-23"));
    block_on(settle_everywhere(&world)).unwrap();
    assert!(in_full_by(&world, &id).get("outcome").is_none());
    world.now.set(world.now.get() + 7 * HOUR_MILLIS);
    assert!(has_due());
    block_on(settle_everywhere(&world)).unwrap();
    let partly = in_full_by(&world, &id);
    assert_eq!(
        (
            &partly["state"],
            partly["outcome"]["values"].as_array().unwrap().len()
        ),
        (&json!("due"), 1)
    );
    import(&world, &sales("2026-11-24", "2026-11-24"));
    // Whoever asks does not wait for the clock.
    let answer = recorded(&world, &json!({})).unwrap();
    assert_eq!(
        (&answer["left"], &answer["predictions"][0]["id"]),
        (&json!(0), &id)
    );
    let whole = in_full_by(&world, &id);
    assert_eq!(
        (
            &whole["state"],
            whole["outcome"]["values"].as_array().unwrap().len()
        ),
        (&json!("settled"), 2)
    );
    let value = json!(all_sold("2026-11-24") as f64);
    assert_eq!(whole["outcome"]["values"][1]["value"], value);
}

#[test]
fn one_request_records_some_and_says_how_many_are_left() {
    let world = filled("2026-10-01");
    for _ in 0..12 {
        made(
            &world,
            &wish(&format!(r#"{{"horizon":1,"history":{LEARNT}}}"#)),
        );
    }
    let answer = recorded(&world, &json!({})).unwrap();
    let count = |answer: &Value| answer["predictions"].as_array().unwrap().len();
    assert_eq!((count(&answer), &answer["left"]), (10, &json!(2)));
    // The rest by itself, in bounded turns.
    block_on(settle(&world, &acme())).unwrap();
    assert_eq!(listed(&world, &[("state", "settled")]).len(), 12);
    for _ in 0..7 {
        made(
            &world,
            &wish(&format!(r#"{{"horizon":1,"history":{LEARNT}}}"#)),
        );
    }
    block_on(settle(&world, &acme())).unwrap();
    assert_eq!(listed(&world, &[("state", "due")]).len(), 2);
}

#[test]
fn whoever_knows_what_came_says_so_and_is_checked() {
    let world = filled("2026-10-01");
    let told = made(&world, &over());
    let id = &told["id"];
    let give = |outcome: Value| recorded(&world, &json!({ "id": id, "outcome": outcome }));
    let value = |period: &str, value: f64| json!({ "period": period, "value": value });
    for (outcome, expected) in [
        (json!([]), ProblemKind::BadRequest),
        (json!([value("2026-11-15", 1.0)]), ProblemKind::BadRequest),
        (
            json!([value("2026-11-16", 1.0), value("2026-11-16", 1.0)]),
            ProblemKind::BadRequest,
        ),
        (json!([value("2026-11-16", 1e16)]), ProblemKind::BadRequest),
    ] {
        assert_eq!(refused(give(outcome.clone())), expected, "{outcome}");
    }
    assert_eq!(
        refused(recorded(&world, &json!({ "outcome": [] }))),
        ProblemKind::BadRequest
    );
    assert_eq!(
        refused(recorded(&world, &json!({ "id": 7 }))),
        ProblemKind::NotFound
    );
    let future = made(&world, &wish("{}"));
    let wish = json!({ "id": future["id"], "outcome": [value("2026-11-23", 1.0)] });
    assert_eq!(refused(recorded(&world, &wish)), ProblemKind::Conflict);
    // In any order; what is named settles it.
    let mean = told["forecast"]["steps"][1]["mean"].as_f64().unwrap();
    let answer = give(json!([value("2026-11-17", mean), value("2026-11-16", 0.0)])).unwrap();
    let given = &answer["predictions"][0];
    assert_eq!(
        (&given["state"], &given["outcome"]["source"]),
        (&json!("settled"), &json!("given"))
    );
    assert_eq!(given["outcome"]["values"][0], value("2026-11-16", 0.0));
    assert_eq!(given["outcome"]["coverage"], 0.5);
    let first = told["forecast"]["steps"][0]["mean"].as_f64().unwrap();
    let expected = (1.0 - first / mean).max(0.0);
    assert!((given["accuracy_score"].as_f64().unwrap() - expected).abs() < 0.0001);
    block_on(settle(&world, &acme())).unwrap();
    assert_eq!(in_full_by(&world, id)["outcome"]["source"], "given");
    // The company's data, where that is asked for.
    let answer = recorded(&world, &json!({ "id": id })).unwrap();
    assert_eq!(answer["predictions"][0]["outcome"]["source"], "facts");
}

#[test]
fn one_whose_outcome_cannot_be_found_holds_no_others_up() {
    let world = filled("2026-10-01");
    let broken = made(&world, &over())["id"].clone();
    let week = format!(r#"{{"grain":"week","horizon":1,"history":{LEARNT}}}"#);
    let weekly = made(&world, &wish(&week))["id"].clone();
    let statement =
        "UPDATE meschain_ai_predictions SET prediction_result = '{}' WHERE prediction_id = ?1";
    let values = vec![broken.as_i64().unwrap().into()];
    let broke = crate::ports::Database::rows(world.database(), (statement, values));
    block_on(broke).unwrap();
    // Weeks begin elsewhere now: of the week that was forecast there is no value, and none will come.
    let change = br#"{"week_start":"sunday"}"#;
    block_on(crate::features::auth::change_company(
        &world,
        &acme(),
        change,
    ))
    .unwrap();
    let answer = recorded(&world, &json!({})).unwrap();
    let list = answer["predictions"].as_array().unwrap();
    assert_eq!((list.len(), &list[0]["id"]), (1, &weekly));
    assert_eq!(
        (&list[0]["state"], list[0].get("accuracy_score")),
        (&json!("settled"), None)
    );
    assert_eq!(answer["left"], 1);
}
