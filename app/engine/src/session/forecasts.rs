//! Forecasts of the open company: what is to be computed elsewhere, and what was, kept for as long as it holds.
//!
//! Out of scope: who computes (`forecaster`), and where it is kept (`company`).

use kernel::Date;
use model::period::Calendar;
use prediction::{Outcome, PartSeries, Prepared, PreparedWatch, ProductPlan, Setting};
use protocol::{Failure, ForecastAsk, Forecasted, ProductsAsk, UnusualAsk};
use serde::{Deserialize, Serialize};

use super::Session;
use super::coverage::unpredicted;

/// Most forecasts kept.
const FORECASTS_MAX: usize = 48;

/// A forecast that was computed, with what it depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptForecast {
    ask: ForecastAsk,
    sequence: u64,
    today: Date,
    told: Forecasted,
}

/// What there is of a forecast before anything is computed.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// It was computed before.
    Told(Box<Forecasted>),
    /// It is to be computed.
    Open(Box<OpenForecast>),
}

/// A forecast that is to be computed. Two that are equal come to the same.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenForecast {
    /// What is to be computed, and what makes an answer of it.
    pub prepared: Prepared,
    ask: ForecastAsk,
    sequence: u64,
    today: Date,
    /// While segments are still arriving, the same sequence gives different answers.
    is_whole: bool,
}

impl Session {
    /// Prepares a forecast, or finds it where the same was asked of the same data.
    pub fn begin_forecast(&mut self, ask: &ForecastAsk) -> Result<Begun, Failure> {
        self.require_days(self.extent().as_slice())?;
        let (sequence, today) = (self.sequence(), self.cube.rules().today);
        let is_whole = self.is_whole();
        self.forecasts
            .retain(|kept| kept.sequence == sequence && kept.today == today);
        if let Some(kept) = self.forecasts.iter().find(|kept| kept.ask == *ask)
            && is_whole
        {
            return Ok(Begun::Told(Box::new(kept.told.clone())));
        }
        let prepared = prediction::prepare(&self.cube, self.setting(), ask).map_err(unpredicted)?;
        Ok(Begun::Open(Box::new(OpenForecast {
            prepared,
            ask: ask.clone(),
            sequence,
            today,
            is_whole,
        })))
    }

    /// Prepares a look for unusual values.
    pub fn begin_watch(&self, ask: &UnusualAsk) -> Result<PreparedWatch, Failure> {
        self.require_days(self.extent().as_slice())?;
        prediction::prepare_watch(&self.cube, self.calendar(), ask).map_err(unpredicted)
    }

    /// Prepares the forecasts of products.
    pub fn product_plan(&self, ask: &ProductsAsk) -> Result<ProductPlan, Failure> {
        self.require_days(self.extent().as_slice())?;
        ProductPlan::of(&self.cube, self.setting(), ask).map_err(unpredicted)
    }

    /// The series of some products of a plan.
    pub fn product_series(
        &self,
        plan: &ProductPlan,
        from: usize,
    ) -> Result<Vec<PartSeries>, Failure> {
        plan.series(&self.cube, from).map_err(unpredicted)
    }

    /// The series of the channels of a plan.
    pub fn channel_series(&self, plan: &ProductPlan) -> Result<Vec<Vec<f64>>, Failure> {
        plan.channel_series(&self.cube).map_err(unpredicted)
    }

    fn calendar(&self) -> Calendar {
        self.setting().calendar
    }

    fn setting(&self) -> Setting {
        self.profile().map(Setting::of).unwrap_or_default()
    }

    /// Makes the answer of what was computed. The second value says whether it is kept.
    pub fn end_forecast(
        &mut self,
        open: &OpenForecast,
        outcome: Outcome,
    ) -> Result<(Forecasted, bool), Failure> {
        let told = open.prepared.finish(outcome).map_err(unpredicted)?;
        // Other data may have come meanwhile.
        let is_kept = open.is_whole && open.sequence == self.sequence();
        if is_kept {
            if self.forecasts.len() >= FORECASTS_MAX {
                self.forecasts.remove(0);
            }
            self.forecasts.push(KeptForecast {
                ask: open.ask.clone(),
                sequence: open.sequence,
                today: open.today,
                told: told.clone(),
            });
        }
        Ok((told, is_kept))
    }

    /// The forecasts kept, as text for storage.
    pub fn forecasts_as_text(&self) -> Option<String> {
        serde_json::to_string(&self.forecasts).ok()
    }

    /// Brings back forecasts from storage; ones of an older version are dropped.
    pub fn restore_forecasts(&mut self, text: &str) {
        self.forecasts = serde_json::from_str(text).unwrap_or_default();
    }
}
