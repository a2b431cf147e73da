//! Services that are slow, fail, flap and hang, simulated: the same seed gives the same run, to the last request.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot build its input should fail there"
)]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use upstream::canary::mixed;
use upstream::exchange::{End, Exchange, Outcome, Step};
use upstream::pool::Pool;
use upstream::table::Table;

/// What a host does with a call that reaches it at a moment: after how many milliseconds it says what.
type Behaviour = dyn Fn(usize, i64, u64) -> (i64, Outcome);

const fn status(status: u16) -> Outcome {
    Outcome::Answered {
        status,
        retry_after_millis: 0,
    }
}

struct World<'b> {
    table: Table,
    pool: Pool,
    behaviour: &'b Behaviour,
    /// Calls by host.
    calls: Vec<u64>,
    random: u64,
    /// Requests on their way: each with what its calls will say, and when.
    open: Vec<Open>,
    /// When each request ended, how long it took, and how.
    ended: Vec<(i64, i64, End)>,
    /// Calls at each moment.
    sent_at: Vec<i64>,
    may_repeat: bool,
}

struct Open {
    exchange: Exchange,
    began: i64,
    due: BTreeMap<u32, (i64, Outcome)>,
}

impl<'b> World<'b> {
    fn new(service: &Value, route: &Value, behaviour: &'b Behaviour) -> World<'b> {
        let mut declared = route.clone();
        declared["path"] = json!("/api/x/v1/a");
        declared["upstream"] = json!("a");
        let rules = json!({ "upstreams": { "a": service }, "routes": [declared] });
        let table = upstream::read(&rules.to_string()).unwrap();
        let pool = Pool::new(&table.upstreams[0]);
        let hosts = table.upstreams[0].hosts.len();
        World {
            table,
            pool,
            behaviour,
            calls: vec![0; hosts],
            random: 7,
            open: Vec::new(),
            ended: Vec::new(),
            sent_at: Vec::new(),
            may_repeat: true,
        }
    }

    fn draw(&mut self) -> u64 {
        self.random += 1;
        mixed(self.random)
    }

    /// Requests at an even pace from one moment to another, and what is on its way until it is over.
    fn run(&mut self, from: i64, to: i64, every: i64) {
        let mut next = from;
        let mut now = from;
        while next < to || !self.open.is_empty() {
            if next <= now && next < to {
                let random = self.draw();
                let exchange = Exchange::begin(&self.table.routes[0], self.may_repeat, random, now);
                self.open.push(Open {
                    exchange,
                    began: now,
                    due: BTreeMap::new(),
                });
                next += every;
            }
            let mut earliest = if next < to { next } else { i64::MAX };
            let mut at = 0;
            while at < self.open.len() {
                let mut open = self.open.swap_remove(at);
                match self.advance(&mut open, now) {
                    Ok(until) => {
                        earliest = earliest.min(until);
                        self.open.push(open);
                        let last = self.open.len() - 1;
                        self.open.swap(at, last);
                        at += 1;
                    }
                    Err(end) => self.ended.push((now, now - open.began, end)),
                }
            }
            assert!(earliest > now, "time goes on");
            now = earliest.min(now + 1_000_000);
        }
    }

    /// Does what is to be done now, and gives when there is more, or how it ended.
    fn advance(&mut self, open: &mut Open, now: i64) -> Result<i64, End> {
        let (route, rules) = (&self.table.routes[0], &self.table.upstreams[0]);
        loop {
            let come: Vec<(u32, Outcome)> = open
                .due
                .iter()
                .filter(|(_, (at, _))| *at <= now)
                .map(|(id, (_, it))| (*id, *it))
                .collect();
            for (attempt, outcome) in come {
                open.due.remove(&attempt);
                open.exchange
                    .ended(route, rules, &mut self.pool, attempt, outcome, now);
            }
            match open.exchange.step(route, rules, &mut self.pool, now) {
                Step::Send {
                    attempt,
                    host,
                    until,
                } => {
                    assert!(until > now);
                    self.calls[host] += 1;
                    self.sent_at.push(now);
                    self.random += 1;
                    let (after, outcome) = (self.behaviour)(host, now, mixed(self.random));
                    open.due.insert(attempt, (now + after, outcome));
                }
                Step::Drop { attempt } => {
                    open.due.remove(&attempt);
                }
                Step::Wait { until } => {
                    let next = open
                        .due
                        .values()
                        .map(|(at, _)| *at)
                        .min()
                        .unwrap_or(i64::MAX);
                    return Ok(until.min(next));
                }
                Step::Done(end) => return Err(end),
            }
        }
    }

    fn answered(&self) -> usize {
        self.ended
            .iter()
            .filter(|(_, _, end)| matches!(end, End::Answer { .. }))
            .count()
    }

    fn quantile(&self, share: f64) -> i64 {
        let mut times: Vec<i64> = self.ended.iter().map(|(_, took, _)| *took).collect();
        times.sort_unstable();
        times[((times.len() - 1) as f64 * share) as usize]
    }
}

fn hosts(weights: &[u32]) -> Value {
    let hosts = weights.iter().enumerate();
    let hosts = hosts.map(
        |(at, weight)| json!({ "origin": format!("https://h{at}.example"), "weight": weight }),
    );
    hosts.collect()
}

fn calm(_: usize, _: i64, random: u64) -> (i64, Outcome) {
    (5 + (random % 10) as i64, status(200))
}

#[test]
fn turns_are_taken_exactly_by_weight() {
    let mut world = World::new(&json!({ "hosts": hosts(&[5, 1, 0, 2]) }), &json!({}), &calm);
    world.run(0, 8_000, 10);
    assert_eq!(world.calls, [500, 100, 0, 200]);
    assert_eq!(world.answered(), 800);
}

#[test]
fn the_slow_host_gets_little_and_what_it_is_worth_again_later() {
    let behaviour = |host: usize, now: i64, random: u64| {
        let is_slow = host == 0 && now < 60_000;
        (
            if is_slow { 400 } else { 10 } + (random % 5) as i64,
            status(200),
        )
    };
    let service = json!({ "hosts": hosts(&[1, 1, 1]), "balance": "least-latency" });
    let mut world = World::new(&service, &json!({}), &behaviour);
    world.run(0, 60_000, 20);
    let slow = world.calls[0] as f64 / 3_000.0;
    assert!(slow < 0.02, "{slow} went to the slow host");
    let before = world.calls.clone();
    world.run(60_000, 240_000, 20);
    let later: Vec<f64> = world
        .calls
        .iter()
        .zip(before)
        .map(|(now, then)| (now - then) as f64 / 9_000.0)
        .collect();
    assert!(later[0] > 0.2, "{later:?}");
}

#[test]
fn a_host_that_fails_is_left_out_and_comes_back() {
    let behaviour = |host: usize, now: i64, _: u64| {
        let is_down = host == 1 && now < 100_000;
        (
            5,
            if is_down {
                Outcome::Broken
            } else {
                status(200)
            },
        )
    };
    let mut world = World::new(
        &json!({ "hosts": hosts(&[1, 1, 1]) }),
        &json!({}),
        &behaviour,
    );
    world.run(0, 100_000, 50);
    // All are answered, because what failed is sent again to another host.
    assert_eq!(world.answered(), 2_000);
    assert!(world.calls[1] < 40, "{:?}", world.calls);
    world.run(100_000, 400_000, 50);
    assert!(world.calls[1] > 500, "{:?}", world.calls);
}

#[test]
fn no_more_hosts_are_left_out_than_may_be() {
    let behaviour = |_: usize, _: i64, _: u64| (5, status(200));
    let service = json!({
        "hosts": hosts(&[1; 10]), "ejection": { "max_percent": 30, "failures": 1, "seconds": 3_600 },
    });
    let world = World::new(&service, &json!({}), &behaviour);
    let mut pool = world.pool;
    for host in 0..10 {
        pool.ended(&world.table.upstreams[0], host, 5, false, 1_000);
    }
    assert_eq!(pool.left_out(1_000), 3);
}

#[test]
fn a_service_that_is_down_gets_its_share_more_and_no_more() {
    let down = |_: usize, _: i64, _: u64| (5, status(503));
    let service = json!({
        "hosts": hosts(&[1, 1]),
        "breaker": { "failures_percent": 100, "requests_min": 10_000 },
        "retry_budget": { "percent": 20, "burst": 10 },
    });
    let mut world = World::new(&service, &json!({ "retry": { "attempts": 5 } }), &down);
    world.run(0, 100_000, 20);
    let calls: u64 = world.calls.iter().sum();
    assert_eq!(world.ended.len(), 5_000);
    assert!(calls <= 5_000 + 1_000 + 10, "{calls}");
    assert!(calls >= 5_900, "{calls}: the budget is used");
    assert_eq!(world.answered(), 0);
}

#[test]
fn a_service_that_is_down_is_left_alone_and_found_well_again() {
    let behaviour = |_: usize, now: i64, _: u64| (5, status(if now < 60_000 { 500 } else { 200 }));
    let mut world = World::new(&json!({ "hosts": hosts(&[1, 1]) }), &json!({}), &behaviour);
    world.run(0, 60_000, 10);
    // 20 calls open it; then 3 trials at 5, 15, 35 s, as each failure doubles the time.
    let calls: u64 = world.calls.iter().sum();
    assert!((20..=35).contains(&calls), "{calls}");
    assert!(
        world
            .ended
            .iter()
            .any(|(_, _, end)| matches!(end, End::Shut(_)))
    );
    let before = world.ended.len();
    world.run(60_000, 200_000, 10);
    let well = world.ended[before..]
        .iter()
        .filter(|(at, _, _)| *at >= 120_000);
    assert!(well.clone().count() > 7_000);
    assert!(
        well.clone()
            .all(|(_, _, end)| matches!(end, End::Answer { .. }))
    );
}

#[test]
fn a_service_that_flaps_is_asked_no_more_than_it_answers() {
    let behaviour = |_: usize, now: i64, _: u64| {
        let is_up = now / 7_000 % 2 == 0;
        (5, if is_up { status(200) } else { Outcome::Broken })
    };
    let run = |breaker: Value| {
        let service = json!({ "hosts": hosts(&[1, 1]), "breaker": breaker });
        let mut world = World::new(&service, &json!({}), &behaviour);
        world.run(0, 700_000, 20);
        let failing = world
            .sent_at
            .iter()
            .filter(|at| **at / 7_000 % 2 == 1)
            .count();
        (failing, world.answered())
    };
    let (failing, answered) = run(json!({ "window_seconds": 2, "open_seconds": 1 }));
    let (without, _) = run(json!({ "requests_min": 10_000 }));
    assert!(
        without >= 17_500,
        "{without} calls would meet it while it is down"
    );
    assert!(
        failing * 4 < without,
        "{failing} calls of {without} met it while it was down"
    );
    assert!(
        answered > 10_000,
        "{answered} of 17,500 that it could answer"
    );
}

#[test]
fn a_second_read_beside_a_slow_one_shortens_the_wait() {
    // One call in fifty takes a second.
    let behaviour = |_: usize, _: i64, random: u64| {
        (
            if random.is_multiple_of(50) { 1_000 } else { 10 },
            status(200),
        )
    };
    let service = json!({ "hosts": hosts(&[1, 1, 1]) });
    let mut alone = World::new(&service, &json!({}), &behaviour);
    alone.run(0, 100_000, 20);
    let mut hedged = World::new(&service, &json!({ "hedge_after_millis": 40 }), &behaviour);
    hedged.run(0, 100_000, 20);
    assert_eq!(alone.quantile(0.99), 1_000);
    assert!(hedged.quantile(0.99) <= 60, "{}", hedged.quantile(0.99));
    let more: u64 = hedged.calls.iter().sum();
    assert!(more < 5_000 + 5_000 / 20, "{more} calls for 5,000 requests");
    assert_eq!(hedged.answered(), 5_000);
}

#[test]
fn what_may_not_be_repeated_is_sent_once() {
    let behaviour = |_: usize, _: i64, random: u64| {
        (5, status(if random.is_multiple_of(2) { 503 } else { 200 }))
    };
    let service = json!({ "hosts": hosts(&[1]), "breaker": { "failures_percent": 100 } });
    let mut world = World::new(
        &service,
        &json!({ "retry": { "attempts": 5 }, "methods": ["POST"] }),
        &behaviour,
    );
    world.may_repeat = false;
    world.run(0, 20_000, 20);
    assert_eq!(world.calls, [1_000]);
}

#[test]
fn a_service_that_hangs_costs_no_more_than_the_time_of_the_route() {
    let hangs = |_: usize, _: i64, _: u64| (i64::MAX / 4, status(200));
    let route = json!({ "timeout_millis": 1_000, "attempt_timeout_millis": 400, "retry": { "attempts": 5 } });
    let service = json!({ "hosts": hosts(&[1]), "concurrent_max": 5 });
    let mut world = World::new(&service, &route, &hangs);
    world.run(0, 10_000, 10);
    assert!(world.ended.iter().all(|(_, took, _)| *took <= 1_000));
    assert!(
        world
            .ended
            .iter()
            .any(|(_, _, end)| *end == End::Failed(Outcome::Late))
    );
    assert!(
        world
            .ended
            .iter()
            .any(|(_, _, end)| *end == End::Shut(upstream::pool::Shut::Busy))
    );
}

#[test]
fn retry_after_is_waited_for_where_there_is_time() {
    let behaviour = |_: usize, now: i64, _: u64| {
        let busy = Outcome::Answered {
            status: 503,
            retry_after_millis: 700,
        };
        (5, if now < 700 { busy } else { status(200) })
    };
    let mut world = World::new(
        &json!({ "hosts": hosts(&[1]) }),
        &json!({ "timeout_millis": 2_000 }),
        &behaviour,
    );
    world.run(0, 1, 10);
    assert_eq!(world.ended, [(710, 710, End::Answer { attempt: 2 })]);
    let mut world = World::new(
        &json!({ "hosts": hosts(&[1]) }),
        &json!({ "timeout_millis": 500 }),
        &behaviour,
    );
    world.run(0, 1, 10);
    assert_eq!(world.ended[0].1, 5);
}
