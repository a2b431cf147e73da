//! Services behind the gateway that say what a test has them say.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::ports::{Call, Later, NoReply, Reply};

/// What a service says to a call at a moment, and after how many milliseconds.
pub(crate) type Behaviour = dyn Fn(&Call, i64) -> (i64, Result<Reply, NoReply>);

/// Services behind the gateway, and the time that passes while they are waited for.
pub(crate) struct Services {
    pub(crate) routes: RefCell<String>,
    pub(crate) behaviour: RefCell<Box<Behaviour>>,
    pub(crate) calls: RefCell<Vec<Call>>,
    pub(crate) later: RefCell<Vec<Later>>,
    /// Moments that somebody waits for.
    pub(super) timers: RefCell<BTreeSet<i64>>,
}

impl Default for Services {
    fn default() -> Services {
        Services {
            routes: RefCell::default(),
            behaviour: RefCell::new(Box::new(|_, _| {
                (0, Err(NoReply::Broken("there is none".into())))
            })),
            calls: RefCell::default(),
            later: RefCell::default(),
            timers: RefCell::default(),
        }
    }
}
