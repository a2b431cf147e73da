//! Forecasts of products, in the background: series are made in small batches between questions, the forecaster
//! computes them, what did not change since last time is not computed again.
//!
//! One run at a time. A run that is cancelled, or whose data was replaced, keeps what it has computed.

use std::cell::RefCell;
use std::rc::Rc;

use prediction::{
    Job, Made, Number, ProductPlan, Reconciled, SERIES_MAX, Sheet, Sum, SumNode, ToldPart, Work,
    last_days,
};
use protocol::{Failure, FailureKind, ProductsAsk, ProductsStatus};
use wasm_bindgen_futures::spawn_local;

use crate::company::Company;
use crate::forecaster::Forecaster;
use crate::kept::state_names;
use crate::platform::{clock, messages};
use crate::session::{Computed, Moment, Open, Session};

/// Series of one order: a fraction of a second, so that a forecast that somebody waits for is not held up.
const ORDER_SERIES: usize = 8;
/// Whose run it is: another question, or other data, is another run.
#[derive(Clone, PartialEq)]
struct RunKey {
    ask: ProductsAsk,
    moment: Moment,
}

struct Run {
    key: RunKey,
    number: u32,
    status: ProductsStatus,
}

/// The run of a company.
#[derive(Default)]
pub struct Products {
    run: RefCell<Option<Run>>,
}

impl Products {
    /// Ends the run, if one is going on.
    pub fn cancel(&self) {
        if let Some(run) = self.run.borrow_mut().as_mut() {
            run.number = run.number.wrapping_add(1);
            run.status.is_running = false;
        }
    }

    /// Notes progress; `false` where the run is no longer wanted.
    fn note(&self, number: u32, change: impl FnOnce(&mut ProductsStatus)) -> bool {
        match self.run.borrow_mut().as_mut() {
            Some(run) if run.number == number => {
                change(&mut run.status);
                true
            }
            _ => false,
        }
    }
}

/// A run that is no longer wanted.
struct Unwanted;

/// Why a run ends early.
enum End {
    Unwanted,
    Failed(Failure),
}

impl From<Unwanted> for End {
    fn from(_: Unwanted) -> End {
        End::Unwanted
    }
}

impl From<Failure> for End {
    fn from(failure: Failure) -> End {
        End::Failed(failure)
    }
}

impl Company {
    /// Where the forecasts of products stand; starts them where that is wanted and they are not of this question
    /// and this data.
    pub fn products(
        self: &Rc<Self>,
        ask: ProductsAsk,
        is_wanted: bool,
    ) -> Result<ProductsStatus, Failure> {
        self.session.borrow_mut().set_now(clock::now());
        let session = self.session.borrow();
        let moment = session.moment();
        let key = RunKey { ask, moment };
        let mut held = self.products.run.borrow_mut();
        let number = match &*held {
            Some(run) if run.key == key && (run.status.is_running || run.status.told.is_some()) => {
                return Ok(run.status.clone());
            }
            Some(run) if run.key == key && !is_wanted => return Ok(run.status.clone()),
            Some(run) => run.number.wrapping_add(1),
            None => 0,
        };
        if !is_wanted {
            return Ok(ProductsStatus::default());
        }
        let plan = session.product_plan(&key.ask)?;
        let status = ProductsStatus {
            is_running: true,
            of: plan.series_count() as u32,
            ..ProductsStatus::default()
        };
        *held = Some(Run {
            key,
            number,
            status: status.clone(),
        });
        let company = Rc::clone(self);
        spawn_local(async move { company.run_products(plan, moment, number).await });
        Ok(status)
    }

    async fn run_products(self: Rc<Self>, plan: ProductPlan, moment: Moment, number: u32) {
        let text = self.database.state(state_names::PRODUCTS).await;
        let mut before = Computed::from_text(&text.ok().flatten().unwrap_or_default());
        let ended = self.product_sums(&plan, moment, number, &mut before).await;
        if let Err(End::Failed(failure)) = ended {
            self.products.note(number, |status| {
                status.is_running = false;
                status.failure = Some(failure);
            });
        }
    }

    async fn keep_computed(&self, sums: &Computed) {
        let Ok(text) = serde_json::to_string(sums) else {
            return;
        };
        let states = [(state_names::PRODUCTS, text.as_str())];
        if let Err(error) = self.database.put_states(&states).await {
            messages::log(&error.to_string());
        }
    }

    async fn product_sums(
        &self,
        plan: &ProductPlan,
        moment: Moment,
        number: u32,
        before: &mut Computed,
    ) -> Result<(), End> {
        let (mut now, mut open) = (Computed::new(), Open::default());
        let mut sheet = Sheet::of(plan);
        let whole = open.add(plan.job(plan.whole()), before, &mut now);
        let mut products = Vec::new();
        for from in (0..plan.products().len()).step_by(SERIES_MAX) {
            let series = self.of_moment(moment, |session| session.product_series(plan, from))?;
            for one in series {
                let job = sheet.take(plan, one);
                let name = job.map(|job| open.add(job, before, &mut now));
                // A young product waits for the others.
                products.push(name.unwrap_or_default());
            }
            self.work_off(number, open.take(), &mut now, before).await?;
        }
        let channels = self.of_moment(moment, |session| session.channel_series(plan))?;
        let end = sheet.end(plan);
        let mut add = |job| open.add(job, before, &mut now);
        for (place, job) in end.young {
            if let Some(name) = products.get_mut(place) {
                *name = add(job);
            }
        }
        let mut names = vec![whole.clone()];
        names.extend(end.categories.into_iter().map(&mut add));
        names.extend(products);
        names.extend(end.others.map(&mut add));
        let channel_jobs = channels.iter().map(|values| plan.job(values));
        let channel_names: Vec<String> = channel_jobs.map(add).collect();
        self.work_off(number, open.take(), &mut now, before).await?;
        self.keep_computed(&now).await;
        let sums = sums_of(&now, &names)?;
        let told = self.add_up(plan.nodes(sums.clone())).await?;
        let parts = told_parts(&told, &end.last, &sums);
        let (Some(sum), Some(own)) = (told.first(), now.get(&whole)) else {
            return Err(End::Failed(lost()));
        };
        let sums = sums_of(&now, &channel_names)?;
        let nodes = ProductPlan::channel_nodes(*sum, own, sums.clone());
        let told = self.add_up(nodes).await?;
        let last: Vec<i64> = channels.iter().map(|values| last_days(values)).collect();
        let channels = told_parts(told.get(1..).unwrap_or_default(), &last, &sums);
        let told = plan.finish(&parts, &channels);
        self.note_progress(number, |status| {
            status.done = status.of;
            status.is_running = false;
            status.told = told;
        })?;
        Ok(())
    }

    /// Something of the data that the run is of; other data is another run's.
    fn of_moment<T>(
        &self,
        moment: Moment,
        read: impl FnOnce(&Session) -> Result<T, Failure>,
    ) -> Result<T, End> {
        let session = self.session.borrow();
        match session.moment() == moment {
            true => Ok(read(&session)?),
            false => Err(End::Unwanted),
        }
    }

    /// Has everything that is open computed, and keeps what was, also where that ends early.
    async fn work_off(
        &self,
        number: u32,
        jobs: Vec<(String, Job)>,
        now: &mut Computed,
        before: &mut Computed,
    ) -> Result<(), End> {
        let outcome = self.compute_sums(number, &jobs, now).await;
        if !jobs.is_empty() {
            before.extend_from(now);
            self.keep_computed(before).await;
        }
        clock::wait(0).await;
        outcome
    }

    async fn compute_sums(
        &self,
        number: u32,
        jobs: &[(String, Job)],
        now: &mut Computed,
    ) -> Result<(), End> {
        for batch in jobs.chunks(ORDER_SERIES) {
            // Whoever cancels, opens another company or gets other data in does not wait for the rest.
            self.note_progress(number, |status| status.done = now.len() as u32)?;
            let work = Work::Sums(batch.iter().map(|(_, job)| job.clone()).collect());
            let Made::Sums(sums) = self.forecaster().order(work).await? else {
                return Err(End::Failed(other_work()));
            };
            let names = batch.iter().map(|(name, _)| name.clone());
            now.extend(names.zip(sums));
        }
        self.note_progress(number, |status| status.done = now.len() as u32)?;
        Ok(())
    }

    fn note_progress(
        &self,
        number: u32,
        change: impl FnOnce(&mut ProductsStatus),
    ) -> Result<(), Unwanted> {
        match self.products.note(number, change) && !self.is_closed() {
            true => Ok(()),
            false => Err(Unwanted),
        }
    }

    async fn add_up(&self, nodes: Vec<SumNode>) -> Result<Vec<Reconciled>, End> {
        let work = Work::Reconcile(nodes, Number(prediction::COVERAGE));
        match self.forecaster().order(work).await? {
            Made::Reconciled(told) => Ok(told),
            _ => Err(End::Failed(other_work())),
        }
    }

    fn forecaster(&self) -> &Forecaster {
        self.forecasts.forecaster()
    }
}

fn told_parts(told: &[Reconciled], last: &[i64], sums: &[Sum]) -> Vec<ToldPart> {
    let parts = told.iter().zip(last).zip(sums);
    parts
        .map(|((told, last), sum)| ToldPart::of(*told, *last, sum))
        .collect()
}

fn sums_of(sums: &Computed, names: &[String]) -> Result<Vec<Sum>, End> {
    let sums = names.iter().map(|name| sums.get(name).cloned());
    let sums: Option<Vec<Sum>> = sums.collect();
    sums.ok_or_else(|| End::Failed(lost()))
}

fn lost() -> Failure {
    Failure::new(FailureKind::Internal, "a sum was lost")
}

fn other_work() -> Failure {
    Failure::new(FailureKind::Internal, "the forecaster did other work")
}
