//! Codes of orders and customers: opaque numbers that tell one from another and name nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Tenant;
use super::lines::list_of;
use crate::digest::{Key128, push_hex};
use crate::fault::{Context, Fault};
use crate::ports::Sql;

const SLICE_ROWS: usize = 5_000;

/// What has codes of this sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opaque {
    Order,
    Customer,
}

/// Codes for some orders or customers.
pub(super) struct Codes {
    by_key: BTreeMap<Key128, u32>,
    /// Those given now.
    given: Vec<(Key128, u32)>,
    /// The next to give.
    pub(super) next: u32,
}

impl Codes {
    /// The code; 0 where there is none to know.
    pub(super) fn code(&self, key: Option<Key128>) -> u32 {
        key.and_then(|key| self.by_key.get(&key).copied())
            .unwrap_or(0)
    }
}

impl<S: Sql> Tenant<S> {
    /// Finds the codes of keys and gives new ones, from `next` on, to those that have none.
    pub(super) fn codes(
        &self,
        what: Opaque,
        keys: impl Iterator<Item = Key128>,
        next: u32,
    ) -> Result<Codes, Fault> {
        let statement = match what {
            Opaque::Order => {
                "SELECT json_group_array(json_array(j.key, c.code)) FROM json_each(?1) AS j \
                 CROSS JOIN orders AS c ON c.key = unhex(j.value)"
            }
            Opaque::Customer => {
                "SELECT json_group_array(json_array(j.key, c.code)) FROM json_each(?1) AS j \
                 CROSS JOIN customers AS c ON c.key = unhex(j.value)"
            }
        };
        // In the order of their first appearance, so that codes grow with time.
        let mut seen = BTreeSet::new();
        let keys: Vec<Key128> = keys.filter(|key| seen.insert(*key)).collect();
        let mut codes = Codes {
            by_key: BTreeMap::new(),
            given: Vec::new(),
            next,
        };
        for slice in keys.chunks(SLICE_ROWS) {
            let list = list_of(slice, |text, key| push_hex(text, &key.0));
            let answer = self.sql.rows(statement, vec![list.into()])?;
            let text = answer.first().and_then(|row| row.first()?.text());
            let found: Vec<(usize, u32)> =
                serde_json::from_str(text.unwrap_or("[]")).context("read codes")?;
            let found = found.into_iter();
            codes
                .by_key
                .extend(found.filter_map(|(at, code)| Some((*slice.get(at)?, code))));
        }
        for key in keys {
            if !codes.by_key.contains_key(&key) {
                let code = codes.next;
                codes.next = code
                    .checked_add(1)
                    .ok_or_else(|| Fault::internal("give a code", "all codes are given"))?;
                codes.by_key.insert(key, code);
                codes.given.push((key, code));
            }
        }
        Ok(codes)
    }

    /// Stores the codes given now.
    pub(super) fn write_codes(&self, what: Opaque, codes: &mut Codes) -> Result<(), Fault> {
        let statement = match what {
            Opaque::Order => {
                "INSERT INTO orders (key, code) SELECT unhex(substr(value, 1, 32)), \
                 CAST(substr(value, 33) AS INTEGER) FROM json_each(?1)"
            }
            Opaque::Customer => {
                "INSERT INTO customers (key, code) SELECT unhex(substr(value, 1, 32)), \
                 CAST(substr(value, 33) AS INTEGER) FROM json_each(?1)"
            }
        };
        codes.given.sort_unstable();
        for slice in codes.given.chunks(SLICE_ROWS) {
            let list = list_of(slice, |text, (key, code)| {
                push_hex(text, &key.0);
                let _ = write!(text, "{code}");
            });
            self.sql.rows(statement, vec![list.into()])?;
        }
        Ok(())
    }
}
