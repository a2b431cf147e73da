//! What takes the cube: figures of a company, computed where no request waits in line.
//!
//! A Worker of its own holds this code (`edge/workers/figures`): the gateway asks it by [`Ask`] and passes on what it
//! is [`Told`], having decided who may ask. What is asked says what the caller sees; nothing else is read.

mod dashboard;
mod facts;

use kernel::{Date, TenantId};
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
    }
}
