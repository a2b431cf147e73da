//! Power cuts: the process is killed at arbitrary moments of an import, again and again.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use edge_tests::{Edge, eventually, figures, manifest};
use model::schema::Dimension;

use crate::imports::{csv, line};

const FILES: u32 = 16;
const LINES: u32 = 600;
const KILLS: u32 = 24;

/// A sequence of arbitrary numbers (xorshift, Marsaglia 2003), the same in every run.
struct Arbitrary(u64);

impl Arbitrary {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Files of new lines and of corrections of the lines of the file before, with what they come to.
fn files() -> (Vec<String>, BTreeMap<String, (i64, i64)>) {
    let mut newest: BTreeMap<u32, (String, i64, i64, i64)> = BTreeMap::new();
    let mut files = Vec::new();
    for file in 0..FILES {
        let mut lines = Vec::new();
        for at in 0..LINES {
            let is_correction = file > 0 && at % 5 == 0;
            let order = if is_correction {
                (file - 1) * LINES + at + 1
            } else {
                file * LINES + at
            };
            let day = format!("2026-{:02}-{:02}", 8 + order % 3, 1 + order % 28);
            let (units, price) = (i64::from(2 + order % 3), i64::from(3 + order % 50));
            let returned = i64::from(is_correction);
            lines.push(line(
                &day,
                "n11",
                order,
                1,
                u32::from(is_correction),
                units,
                price,
                returned,
            ));
            newest.insert(order, (day, units, price, returned));
        }
        files.push(csv(&lines));
    }
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for (day, units, price, returned) in newest.into_values() {
        let sum = sums.entry(day).or_default();
        *sum = (
            sum.0 + (units - returned) * price * 100,
            sum.1 + units - returned,
        );
    }
    (files, sums)
}

/// Waits for an arbitrary while; nothing is ever sent.
fn wait(milliseconds: u64) {
    let (_keep, silence) = mpsc::channel::<()>();
    let _ = silence.recv_timeout(Duration::from_millis(milliseconds));
}

#[test]
fn whatever_was_acknowledged_counts_once() {
    let mut edge = Edge::start();
    let (client, company) = edge.company("Acme");
    let (files, expected) = files();
    let mut arbitrary = Arbitrary(0x9e37_79b9_7f4a_7c15);
    let mut kills = 0;
    let mut acknowledged: Vec<Option<String>> = vec![None; files.len()];
    while let Some(next) = acknowledged.iter().position(Option::is_none) {
        let key = format!("file-{next}");
        let (send, answers) = mpsc::channel();
        std::thread::scope(|scope| {
            let sender = client.clone();
            let (company, file) = (&company, &files[next]);
            scope.spawn(move || {
                let path = format!("/api/ingest/v1/batches?company={company}&kind=sales");
                let headers = [
                    ("content-type", "text/csv"),
                    ("idempotency-key", key.as_str()),
                ];
                let answer = sender.try_send("POST", &path, &headers, file.as_bytes());
                // The receiver lives until the scope ends.
                let _ = send.send(answer);
            });
            // Cut while it is being sent, or a while after it was acknowledged.
            let early = answers.recv_timeout(Duration::from_millis(arbitrary.below(25)));
            let answer = match early {
                Ok(answer) => Some(answer),
                Err(_) if kills < KILLS && arbitrary.below(2) == 0 => {
                    edge.kill_and_restart();
                    kills += 1;
                    None
                }
                Err(_) => None,
            };
            let answer = answer.or_else(|| answers.recv().ok());
            if let Some(Ok(answer)) = answer {
                assert!(matches!(answer.status, 200 | 202), "{}", answer.text());
                let id = answer.json()["batch"].as_str().map(str::to_owned);
                acknowledged[next] = Some(id.expect("a batch has an id"));
            }
        });
        if acknowledged[next].is_some() && kills < KILLS {
            wait(arbitrary.below(60));
            edge.kill_and_restart();
            kills += 1;
        }
    }
    assert!(kills >= FILES, "{kills} kills");

    for id in acknowledged.iter().flatten() {
        let batch = client.settled(&company, id);
        assert_eq!(batch["status"], "done", "{batch}");
    }
    let sums = || -> BTreeMap<String, (i64, i64)> {
        let figures = figures(&client, &company, Dimension::Day).into_iter();
        figures
            .map(|(day, (net, _, units))| (day, (net, units)))
            .collect()
    };
    assert_eq!(sums(), expected);

    // The same files under the same keys are the same batches; under others they bring nothing.
    let sequence = manifest(&client, &company).sequence;
    for (number, file) in files.iter().enumerate() {
        let again = client.import(&company, "sales", file, Some(&format!("file-{number}")));
        assert_eq!(
            again.json()["batch"].as_str(),
            acknowledged[number].as_deref()
        );
        let again = client
            .import(&company, "sales", file, Some(&format!("again-{number}")))
            .json();
        let again = client.settled(&company, again["batch"].as_str().unwrap_or_default());
        assert_eq!(again["report"]["taken"], 0, "{again}");
    }
    assert!(manifest(&client, &company).sequence >= sequence);
    assert_eq!(sums(), expected);

    // Killed while months are rebuilt, too; in the end there is one segment for each.
    for _ in 0..4 {
        wait(arbitrary.below(1_500));
        edge.kill_and_restart();
    }
    eventually("months are rebuilt", || {
        let manifest = manifest(&client, &company);
        (manifest.segments.len() == 3).then_some(())
    });
    assert_eq!(sums(), expected);
}
