//! Forecasts that the edge makes: the phone's to the last bit, kept for those who may see them, and compared with what
//! came.

use edge_tests::{Answer, Client, Edge, cube, eventually, manifest};
use kernel::Date;
use model::metrics::MetricId;
use model::period::Grain;
use prediction::{ForecastAsk, Setting};
use serde_json::{Value, json};

use crate::imports::{csv, line};

fn path(company: &str) -> String {
    format!("/api/bi/v1/predictions?company={company}")
}

fn today(client: &Client, company: &str) -> Date {
    let dashboard = format!("/api/mobile/v1/dashboard?company={company}");
    let told = client.get(&dashboard).json()["today"].clone();
    told.as_str().unwrap_or_default().parse().expect("a date")
}

/// A company with sales of two channels on each of the last days before today.
fn filled(edge: &Edge, days: i32) -> (Client, String, Date) {
    let (owner, company) = edge.company("Acme");
    let today = today(&owner, &company);
    let mut lines = Vec::new();
    for ago in 1..=days {
        let day = today.add_days(-ago).expect("a date");
        let (date, number) = (day.to_string(), ago.unsigned_abs());
        let units = i64::from(day.weekday().number()) + i64::from(number * 7 % 5);
        lines.push(line(&date, "n11", number, 1, 0, units, 20, 0));
        lines.push(line(
            &date,
            "trendyol",
            10_000 + number,
            1,
            0,
            2 * units,
            20,
            0,
        ));
    }
    owner.import_and_wait(&company, "sales", &csv(&lines));
    (owner, company, today)
}

fn wish(metric: &str, grain: &str, horizon: u32) -> Value {
    json!({ "metric": metric, "grain": grain, "horizon": horizon })
}

fn put(client: &Client, company: &str, wish: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    client.send("PUT", &path(company), &headers, wish.to_string().as_bytes())
}

fn made(client: &Client, company: &str, wish: &Value) -> Value {
    let answer = client.post_json(&path(company), &wish.to_string());
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn ids(client: &Client, company: &str) -> Vec<Value> {
    let list = client.get(&path(company)).json();
    let list = list["predictions"].as_array().expect("a list").clone();
    list.iter().map(|it| it["id"].clone()).collect()
}

/// The steps that a device computes, as JSON.
fn on_a_device(client: &Client, company: &str, ask: &ForecastAsk) -> String {
    let mut cube = cube(client, company);
    let rules = cube::CalendarRules {
        today: today(client, company),
        ..*cube.rules()
    };
    cube.set_rules(rules);
    let setting = Setting::of(&manifest(client, company).profile);
    let prepared = prediction::prepare(&cube, setting, ask).expect("a series");
    let outcome = prediction::compute(prepared.job()).expect("a forecast");
    let told = prepared.finish(outcome).expect("steps");
    serde_json::to_string(&told.steps).expect("JSON")
}

#[test]
fn the_edge_forecasts_what_a_phone_does_to_the_last_bit() {
    let edge = Edge::start();
    let (owner, company, _) = filled(&edge, 120);
    let limited = edge.limited(&owner, "analyst", &["n11"]);
    for (client, metric, grain, horizon) in [
        (&owner, MetricId::NetRevenue, Grain::Day, 14),
        (&owner, MetricId::AverageOrderValue, Grain::Week, 5),
        (&limited, MetricId::NetUnits, Grain::Day, 30),
    ] {
        let name = serde_json::to_value(grain).expect("a name");
        let wish = wish(metric.name(), name.as_str().unwrap_or_default(), horizon);
        let ask = ForecastAsk {
            metric,
            filters: Vec::new(),
            history: None,
            grain,
            horizon: horizon as usize,
            explain: false,
            cleaning: Default::default(),
        };
        // Should a day end between the two, they are of different days.
        let is_same = || {
            let answer = client.post_json(&path(&company), &wish.to_string());
            assert_eq!(answer.status, 201, "{}", answer.text());
            let steps = on_a_device(client, &company, &ask);
            // The shortest decimal fraction that is a number tells its bits.
            let text = answer.text();
            let is_same = text.contains(&format!("\"steps\":{steps},"));
            let again = format!("{}&id={}", path(&company), answer.json()["id"]);
            assert!(!is_same || client.get(&again).text().contains(&steps));
            is_same
        };
        assert!(is_same() || is_same(), "{wish}");
    }
}

#[test]
fn what_came_of_a_forecast_is_recorded_by_itself_and_when_asked() {
    let edge = Edge::start();
    let (owner, company, today) = filled(&edge, 90);
    let ago = |days: i32| today.add_days(-days).expect("a date").to_string();
    let mut past = wish("net-revenue", "day", 7);
    past["history"] = json!({ "from": ago(90), "to": ago(15) });
    let told = made(&owner, &company, &past);
    assert_eq!(
        (&told["state"], told.get("accuracy_score")),
        (&json!("due"), None)
    );
    let one = format!("{}&id={}", path(&company), told["id"]);
    // Lists look for it after their answer.
    let settled = eventually("an outcome is recorded", || {
        owner.get(&path(&company));
        let one = owner.get(&one).json()["predictions"][0].clone();
        (one["state"] == "settled").then_some(one)
    });
    assert_eq!(settled["forecast"], told["forecast"]);
    let outcome = &settled["outcome"];
    assert_eq!(
        (&outcome["source"], &outcome["values"][0]["period"]),
        (&json!("facts"), &json!(ago(14)))
    );
    let sum = |name: &str, of: &Value| -> f64 {
        let list = of.as_array().expect("a list").iter();
        list.filter_map(|it| it[name].as_f64()).sum()
    };
    assert_eq!(outcome["values"].as_array().map(Vec::len), Some(7));
    let by_day = edge_tests::figures(&owner, &company, model::schema::Dimension::Day);
    let days = by_day.range(ago(14)..=ago(8));
    let whole: i64 = days.map(|(_, (net, _, _))| net).sum();
    assert_eq!(sum("value", &outcome["values"]), whole as f64);
    let accuracy = settled["accuracy_score"].as_f64().expect("an accuracy");
    assert!((0.5..=1.0).contains(&accuracy), "{accuracy}");
    // When asked: one whose periods are over, none that are to come, and what somebody says.
    let second = made(&owner, &company, &past);
    let all = put(&owner, &company, &json!({})).json();
    assert_eq!(
        (&all["predictions"][0]["id"], &all["left"]),
        (&second["id"], &json!(0))
    );
    let to_come = made(&owner, &company, &wish("orders", "week", 4));
    let asked = json!({ "id": to_come["id"] });
    assert_eq!(put(&owner, &company, &asked).problem(), "conflict");
    let given = json!({ "id": told["id"], "outcome": [{ "period": ago(14), "value": 0 }] });
    let given = put(&owner, &company, &given).json()["predictions"][0].clone();
    assert_eq!(
        (&given["accuracy_score"], &given["outcome"]["source"]),
        (&Value::Null, &json!("given"))
    );
}

#[test]
fn predictions_are_for_those_who_see_what_they_are_made_of() {
    let edge = Edge::start();
    let (owner, company, _) = filled(&edge, 30);
    let (stranger, other) = edge.company("Other");
    let viewer = edge.member(&owner, "viewer");
    let limited = edge.limited(&owner, "cmo", &["n11"]);
    let reader = edge.key(&owner, &["read:bi"]);
    let writer = edge.key(&owner, &["write:bi"]);
    let revenue = wish("net-revenue", "day", 3);
    for client in [&viewer, &reader] {
        let refused = client.post_json(&path(&company), &revenue.to_string());
        assert_eq!(refused.problem(), "forbidden");
    }
    assert_eq!(writer.get(&path(&company)).problem(), "forbidden");
    let whole = made(&writer, &company, &revenue)["id"].clone();
    let margin = made(&owner, &company, &wish("cm2", "day", 3))["id"].clone();
    let part = made(&limited, &company, &revenue);
    let total = |one: &Value| one["forecast"]["total"].as_f64().expect("a total");
    let of_whole = owner.get(&format!("{}&id={whole}", path(&company))).json();
    // The one channel sells a third.
    let share = total(&part) / total(&of_whole["predictions"][0]);
    assert!((share - 1.0 / 3.0).abs() < 0.05, "{share}");
    let part = part["id"].clone();
    assert_eq!(
        ids(&owner, &company),
        [part.clone(), margin.clone(), whole.clone()]
    );
    assert_eq!(ids(&reader, &company).len(), 3);
    assert_eq!(ids(&viewer, &company), [part.clone(), whole.clone()]);
    assert_eq!(ids(&limited, &company), std::slice::from_ref(&part));
    let without_id = |answer: &Answer| {
        let mut problem = answer.json();
        problem["request_id"] = Value::Null;
        problem
    };
    for (client, company, id) in [
        (&viewer, &company, &margin),
        (&limited, &company, &whole),
        (&stranger, &other, &whole),
    ] {
        let hidden = client.get(&format!("{}&id={id}", path(company)));
        let missing = client.get(&format!("{}&id=1", path(company)));
        assert_eq!(
            (hidden.status, without_id(&hidden)),
            (404, without_id(&missing))
        );
    }
    for (client, company) in [(&limited, &company), (&stranger, &other)] {
        let wish = json!({ "id": whole, "outcome": [{ "period": "2026-11-02", "value": 1 }] });
        assert_eq!(put(client, company, &wish).problem(), "not-found");
    }
    assert!(ids(&stranger, &other).is_empty());
    // Sent again under its key, it is made once.
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "once"),
    ];
    let again = || owner.post(&path(&company), &headers, revenue.to_string().as_bytes());
    let (first, second) = (again(), again());
    assert_eq!(
        (first.json(), second.header("idempotency-replayed")),
        (second.json(), Some("true"))
    );
    assert_eq!(ids(&owner, &company).len(), 4);
}
