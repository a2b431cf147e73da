//! What takes the cube: figures and forecasts of a company, computed where no request waits in line.
//!
//! A Worker of its own holds this code (`edge/workers/figures`): the gateway asks it by [`Ask`] and passes on what it
//! is [`Told`], having decided who may ask. What is asked says what the caller sees; nothing else is read.

mod dashboard;
mod facts;
mod forecast;
mod outcome;

use api::predictions::{GivenValue, NewPrediction};
use kernel::{Date, TenantId, Timestamp};
use model::profile::TenantProfile;
use policy::Sight;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::ports::Platform;

/// A question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// The home screen's figures.
    Dashboard {
        /// The company.
        tenant: TenantId,
        /// What the caller sees of it.
        sight: Sight,
        /// The company's day.
        today: Date,
    },
    /// A forecast.
    Forecast {
        /// The company.
        tenant: TenantId,
        /// What the caller sees of it.
        sight: Sight,
        /// The moment.
        now: Timestamp,
        /// What is asked.
        question: NewPrediction,
    },
    /// What came of a forecast.
    Outcome {
        /// The company.
        tenant: TenantId,
        /// What whoever had it made sees of it.
        sight: Sight,
        /// The moment.
        now: Timestamp,
        /// What was asked.
        question: NewPrediction,
        /// The forecast: an `api::predictions::Forecast` as JSON.
        forecast: String,
        /// What came of its periods, where it is not to be found in the data.
        given: Option<Given>,
    },
}

/// What somebody says came of a forecast.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Given {
    /// The periods' values.
    pub values: Vec<GivenValue>,
    /// The company's profile, whose calendar says when a period is over.
    pub profile: TenantProfile,
}

/// An answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Told {
    /// The home screen's figures.
    Dashboard {
        /// The sequence of the data.
        sequence: u64,
        /// An `api::dashboard::Dashboard` as JSON.
        json: String,
    },
    /// A forecast.
    Forecast {
        /// An `api::predictions::Forecast` as JSON.
        json: String,
        /// How far it may be trusted, in ten-thousandths.
        confidence: u32,
        /// The last day of its last period.
        ends_on: Date,
    },
    /// What came of a forecast.
    Outcome {
        /// An `api::predictions::Outcome` as JSON; nothing where no period is known yet.
        json: Option<String>,
        /// How near the forecast came, in ten-thousandths.
        accuracy: Option<u32>,
        /// Whether no more is to come.
        is_settled: bool,
    },
}

/// Answers a question.
pub async fn answer<P: Platform>(platform: &P, ask: &Ask) -> Result<Told, Fault> {
    match ask {
        Ask::Dashboard {
            tenant,
            sight,
            today,
        } => {
            let (sequence, json) = dashboard::compute(platform, tenant, sight, *today).await?;
            Ok(Told::Dashboard { sequence, json })
        }
        Ask::Forecast {
            tenant,
            sight,
            now,
            question,
        } => forecast::compute(platform, tenant, sight, *now, question).await,
        Ask::Outcome {
            tenant,
            sight,
            now,
            question,
            forecast,
            given,
        } => {
            let made = outcome::Made { question, forecast };
            match given {
                Some(given) => outcome::given(*now, &made, given),
                None => outcome::found(platform, tenant, sight, *now, &made).await,
            }
        }
    }
}

/// A share as ten-thousandths.
fn ten_thousandths(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 10_000.0).round() as u32
}

#[cfg(test)]
mod tests;
