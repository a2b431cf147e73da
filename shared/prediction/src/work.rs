//! What one side asks of the other, where they are two processes: numbered orders, and what is delivered.

use serde::{Deserialize, Serialize};

use crate::{Alarm, Crossing, Job, Number, Outcome, Reconciled, Sum, SumNode, Watch};

/// A numbered order to the side that computes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Chosen by whoever orders; the delivery carries it.
    pub id: u32,
    /// What is to be computed.
    pub work: Work,
}

/// What can be computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Work {
    /// The forecast of a series: [`Made::Forecast`].
    Forecast(Job),
    /// What is unusual in a series: [`Made::Alarms`].
    Watch(Watch),
    /// The sums of several series over their horizons: [`Made::Sums`].
    Sums(Vec<Job>),
    /// Sums that are to add up, and the share of outcomes within their intervals: [`Made::Reconciled`].
    Reconcile(Vec<SumNode>, Number),
    /// How likely a forecast crosses a limit: [`Made::Chances`].
    Crossing(Crossing),
}

/// What was computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Made {
    /// Of [`Work::Forecast`].
    Forecast(Box<Outcome>),
    /// Of [`Work::Watch`]: the unusual values, oldest first.
    Alarms(Vec<Alarm>),
    /// Of [`Work::Sums`], in order.
    Sums(Vec<Sum>),
    /// Of [`Work::Reconcile`], in order.
    Reconciled(Vec<Reconciled>),
    /// Of [`Work::Crossing`]: by each step, 0 to 1.
    Chances(Vec<f64>),
}

/// A message from the side that computes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// The order's number.
    pub id: u32,
    /// What came of it, or why it is refused.
    pub made: Result<Made, String>,
}

impl Work {
    /// Does the work.
    #[cfg(feature = "compute")]
    pub fn made(&self) -> Result<Made, crate::ComputeError> {
        match self {
            Work::Forecast(job) => {
                crate::compute(job).map(|outcome| Made::Forecast(Box::new(outcome)))
            }
            Work::Watch(watch) => crate::detect(watch).map(Made::Alarms),
            Work::Sums(jobs) => {
                let sums: Result<Vec<Sum>, _> = jobs.iter().map(crate::sum).collect();
                sums.map(Made::Sums)
            }
            Work::Reconcile(nodes, coverage) => {
                crate::reconcile_sums(nodes, *coverage).map(Made::Reconciled)
            }
            Work::Crossing(crossing) => crate::crossed(crossing).map(Made::Chances),
        }
    }
}
