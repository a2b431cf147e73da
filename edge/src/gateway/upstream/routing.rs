//! What an isolate knows of the services behind the gateway: the routes, read once, how its calls went, and answers
//! that it keeps.

use std::rc::Rc;

use upstream::cache::store::Store;
use upstream::exchange::{Exchange, Outcome, Step};
use upstream::pool::Pool;
use upstream::rules::Route;
use upstream::table::Table;

use crate::fault::Fault;
use crate::ports::Platform;

/// Services behind the gateway.
#[derive(Debug, Default)]
pub struct Routing {
    table: Option<Result<Rc<Table>, Fault>>,
    pools: Vec<Pool>,
    /// Answers that are kept.
    pub store: Store,
}

/// The routes. A declaration that is refused is told to the log in full, and to callers as a fault.
pub fn table<P: Platform>(platform: &P) -> Result<Rc<Table>, Fault> {
    if let Some(read) = platform.meters(|meters| meters.routing.table.clone()) {
        return read;
    }
    let read = upstream::read(&platform.routes());
    let table = read.map(Rc::new).map_err(|refused| {
        let reasons: Vec<String> = refused.iter().map(ToString::to_string).collect();
        Fault::internal("read the routes", reasons.join("; "))
    });
    platform.meters(|meters| {
        let routing = &mut meters.routing;
        if let Ok(table) = &table {
            routing.pools = table.upstreams.iter().map(Pool::new).collect();
        }
        routing.table = Some(table.clone());
    });
    table
}

impl Routing {
    /// What to do next of an exchange with a service.
    pub fn step(
        &mut self,
        exchange: &mut Exchange,
        table: &Table,
        (route, upstream): (&Route, usize),
        now: i64,
    ) -> Option<Step> {
        let rules = table.upstreams.get(upstream)?;
        let pool = self.pools.get_mut(upstream)?;
        Some(exchange.step(route, rules, pool, now))
    }

    /// Notes what became of an attempt.
    pub fn ended(
        &mut self,
        exchange: &mut Exchange,
        table: &Table,
        (route, upstream): (&Route, usize),
        (attempt, outcome): (u32, Outcome),
        now: i64,
    ) {
        if let (Some(rules), Some(pool)) =
            (table.upstreams.get(upstream), self.pools.get_mut(upstream))
        {
            exchange.ended(route, rules, pool, attempt, outcome, now);
        }
    }

    /// The hosts of a service that should be looked after now.
    pub fn looks_due(&mut self, table: &Table, upstream: usize, now: i64) -> Vec<usize> {
        let rules = table.upstreams.get(upstream);
        let due = rules.zip(self.pools.get_mut(upstream));
        due.map_or_else(Vec::new, |(rules, pool)| pool.looks_due(rules, now))
    }

    /// Notes what a look at a host found.
    pub fn looked(&mut self, table: &Table, upstream: usize, host: usize, is_good: bool) {
        if let (Some(rules), Some(pool)) =
            (table.upstreams.get(upstream), self.pools.get_mut(upstream))
        {
            pool.looked(rules, host, is_good);
        }
    }
}
