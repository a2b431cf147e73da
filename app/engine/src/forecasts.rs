//! Forecasts on their way: the company's facts become a series, the forecaster computes, the answer is kept.
//!
//! The same question asked twice is computed once, also while it is being computed.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, Shared};
use prediction::{Made, Work};
use protocol::{Crossing, Failure, FailureKind, ForecastAsk, Forecasted, Unusual, UnusualAsk};
use wasm_bindgen_futures::spawn_local;

use crate::company::Company;
use crate::forecaster::Forecaster;
use crate::kept::state_names;
use crate::platform::{clock, messages};
use crate::session::{Begun, OpenForecast};

type Running = Shared<LocalBoxFuture<'static, Result<Forecasted, Failure>>>;

/// The forecaster, and what is being computed.
#[derive(Default)]
pub struct Forecasts {
    forecaster: Forecaster,
    running: RefCell<Vec<(OpenForecast, Running)>>,
}

impl Forecasts {
    /// Who computes.
    pub const fn forecaster(&self) -> &Forecaster {
        &self.forecaster
    }

    /// Ends the forecaster.
    pub fn end(&self) {
        self.forecaster.end("another company was opened");
    }
}

fn other_work() -> Failure {
    Failure::new(FailureKind::Internal, "the forecaster did other work")
}

impl Company {
    /// Forecasts, and keeps what was computed.
    pub async fn forecast(self: &Rc<Self>, ask: &ForecastAsk) -> Result<Forecasted, Failure> {
        self.session.borrow_mut().set_now(clock::now());
        let begun = self.session.borrow_mut().begin_forecast(ask);
        let open = match begun {
            Ok(Begun::Told(told)) => return Ok(*told),
            Ok(Begun::Open(open)) => *open,
            Err(failure) => return Err(self.mending(failure)),
        };
        self.computed_once(open).await
    }

    /// Looks for unusual values.
    pub async fn unusual(self: &Rc<Self>, ask: &UnusualAsk) -> Result<Unusual, Failure> {
        self.session.borrow_mut().set_now(clock::now());
        let begun = self.session.borrow().begin_watch(ask);
        let prepared = begun.map_err(|failure| self.mending(failure))?;
        let work = Work::Watch(prepared.watch().clone());
        match self.forecasts.forecaster.order(work).await? {
            Made::Alarms(alarms) => Ok(prepared.finish(&alarms)),
            _ => Err(other_work()),
        }
    }

    /// The chance of having crossed a limit by each step of a forecast.
    pub async fn crossed(&self, crossing: Crossing) -> Result<Vec<f64>, Failure> {
        match self
            .forecasts
            .forecaster
            .order(Work::Crossing(crossing))
            .await?
        {
            Made::Chances(chances) => Ok(chances),
            _ => Err(other_work()),
        }
    }

    /// What could not be read because it is damaged is fetched again.
    fn mending(self: &Rc<Self>, failure: Failure) -> Failure {
        if failure.kind == FailureKind::Storage {
            spawn_local(Rc::clone(self).mend());
        }
        failure
    }

    fn computed_once(self: &Rc<Self>, open: OpenForecast) -> Running {
        let mut running = self.forecasts.running.borrow_mut();
        if let Some((_, run)) = running.iter().find(|(other, _)| *other == open) {
            return run.clone();
        }
        let (company, own) = (Rc::clone(self), open.clone());
        let run = async move {
            let told = company.compute(&own).await;
            let running = &company.forecasts.running;
            running.borrow_mut().retain(|(other, _)| *other != own);
            told
        };
        let run = run.boxed_local().shared();
        running.push((open, run.clone()));
        run
    }

    async fn compute(self: &Rc<Self>, open: &OpenForecast) -> Result<Forecasted, Failure> {
        let work = Work::Forecast(open.prepared.job().clone());
        let Made::Forecast(outcome) = self.forecasts.forecaster.order(work).await? else {
            return Err(other_work());
        };
        let (told, is_kept) = self.session.borrow_mut().end_forecast(open, *outcome)?;
        let text = is_kept
            .then(|| self.session.borrow().forecasts_as_text())
            .flatten();
        if let Some(text) = text {
            let company = Rc::clone(self);
            spawn_local(async move {
                let states = [(state_names::FORECASTS, text.as_str())];
                if let Err(error) = company.database.put_states(&states).await {
                    messages::log(&error.to_string());
                }
            });
        }
        Ok(told)
    }
}
