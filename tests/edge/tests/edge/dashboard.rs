//! The first paint of a device that holds nothing: small, and the figures that the device computes later.

use edge_tests::{Answer, Client, Edge, figures};
use kernel::Date;
use model::schema::Dimension;
use serde_json::Value;

use crate::imports::{csv, line};

#[test]
fn a_dashboard_is_small_and_tells_what_a_phone_computes() {
    let edge = Edge::start();
    let (client, company) = edge.company("Acme");
    let path = format!("/api/mobile/v1/dashboard?company={company}");
    let empty = client.get(&path).json();
    assert_eq!(empty["range"], Value::Null);
    assert_eq!(empty["tiles"], serde_json::json!([]));

    // Sales up to today, whatever today is and should it end meanwhile, and targets of their months.
    let today: Date = text(&empty["today"]).parse().expect("a date");
    let day = |ago: i32| today.add_days(-ago).expect("a date");
    let lines: Vec<String> = (0..=90_u16)
        .map(|ago| {
            let (order, units) = (u32::from(ago), i64::from(ago % 7) + 1);
            let day = day(i32::from(ago)).to_string();
            line(&day, "n11", order, 1, 0, units, 20, i64::from(ago % 5 == 0))
        })
        .collect();
    client.import_and_wait(&company, "sales", &csv(&lines));
    let mut targets = String::from("month,channel,net_revenue\n");
    for month in std::collections::BTreeSet::from([1, 30].map(|ago| day(ago).month())) {
        targets.push_str(&format!("{month},n11,3000\n"));
    }
    client.import_and_wait(&company, "targets", &targets);

    let answer = client.get(&path);
    assert!(answer.bytes.len() < 4_096, "{} bytes", answer.bytes.len());
    assert_eq!(client.get(&path).bytes, answer.bytes);
    // A page that does not know its company yet gets the same figures.
    let unnamed = client.get("/api/mobile/v1/dashboard");
    assert_eq!(unnamed.bytes, answer.bytes);
    the_page_has_them(&edge, &client, &answer);
    let dashboard = answer.json();
    let mut tiles = dashboard["tiles"].as_array().expect("tiles").iter();
    let revenue = tiles
        .find(|tile| tile["metric"] == "net-revenue")
        .expect("a tile of revenue");
    let range = &dashboard["range"];
    let by_day = figures(&client, &company, Dimension::Day);
    let days = by_day.range(text(&range["from"])..=text(&range["to"]));
    let values: Vec<i64> = days.map(|(_, (net, _, _))| *net).collect();
    assert_eq!(values.len(), 30);
    assert_eq!(revenue["value"], values.iter().sum::<i64>());
    assert_eq!(revenue["sparkline"].as_array().map(Vec::len), Some(30));
    assert!(revenue["target"].as_i64().is_some_and(|target| target > 0));
}

/// The page of whoever may see the figures has them; everybody else's has not.
fn the_page_has_them(edge: &Edge, client: &Client, figures: &Answer) {
    let page = client.get("/");
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let html = page.text();
    assert!(
        html.contains(&format!("id=\"figures\">{}</script>", figures.text())),
        "{html}"
    );
    assert!(
        html.contains("data-metric=\"net-revenue\"") && !html.contains("waiting"),
        "{html}"
    );
    let others = edge.nobody().get("/").text();
    let bare = client.get("/index.html").text();
    for html in [
        others,
        bare,
        client.get("/explore").text(),
        client.get("/?board=finance").text(),
    ] {
        assert!(
            html.contains("waiting") && !html.contains("net-revenue"),
            "{html}"
        );
    }
}

fn text(value: &Value) -> String {
    value.as_str().map(str::to_owned).unwrap_or_default()
}
