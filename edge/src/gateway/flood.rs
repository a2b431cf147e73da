//! A bucket of tokens per client: a short burst passes, a flood does not.
//!
//! Each isolate counts for itself, so this is a brake, not an account; what a company may store is
//! limited where it is stored. Out of scope: the clock.

use std::collections::BTreeMap;

use kernel::Timestamp;

/// Requests that a client may make at once.
const BURST: f64 = 240.0;
/// Requests that a client may make a second in the long run.
const PER_SECOND: f64 = 40.0;
/// Clients that are remembered.
const CLIENTS_MAX: usize = 10_000;

/// What is left to each client.
#[derive(Debug, Default)]
pub struct Flood {
    clients: BTreeMap<String, (f64, i64)>,
}

impl Flood {
    /// Whether a client may go on now.
    pub fn admits(&mut self, client: &str, now: Timestamp) -> bool {
        if self.clients.len() >= CLIENTS_MAX && !self.clients.contains_key(client) {
            self.forget_rested(now.millis());
        }
        let fresh = (BURST, now.millis());
        let (tokens, seen) = self.clients.entry(client.to_owned()).or_insert(fresh);
        let passed = (now.millis() - *seen).max(0) as f64 / 1_000.0;
        *tokens = (*tokens + passed * PER_SECOND).min(BURST);
        *seen = now.millis();
        let is_admitted = *tokens >= 1.0;
        if is_admitted {
            *tokens -= 1.0;
        }
        is_admitted
    }

    /// Forgets clients whose bucket is full again by now; all, where none is.
    fn forget_rested(&mut self, now: i64) {
        let rest_millis = (BURST / PER_SECOND * 1_000.0) as i64;
        self.clients
            .retain(|_, (_, seen)| now - *seen < rest_millis);
        if self.clients.len() >= CLIENTS_MAX {
            self.clients.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_does_not() {
        let mut flood = Flood::default();
        let at = Timestamp::from_millis;
        let admitted = (0..1_000).filter(|_| flood.admits("a", at(0))).count();
        assert_eq!(admitted, BURST as usize);
        assert!(flood.admits("b", at(0)));
        assert!(!flood.admits("a", at(10)));
        let admitted = (0..1_000).filter(|_| flood.admits("a", at(1_010))).count();
        assert_eq!(admitted, PER_SECOND as usize);
    }

    #[test]
    fn memory_is_bounded() {
        let mut flood = Flood::default();
        for client in 0..2 * CLIENTS_MAX {
            flood.admits(&client.to_string(), Timestamp::from_millis(0));
            assert!(flood.clients.len() <= CLIENTS_MAX);
        }
    }
}
