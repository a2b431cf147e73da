//! The series of a plan as they come, and what is to be computed of each.

use crate::products::take_off;
use crate::young::{Courses, is_young};
use crate::{Job, PartSeries, ProductPlan, last_days};

/// What products brought, while their series come in.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// What is not among the products that came.
    others: Vec<f64>,
    /// By category, what its products bring together.
    categories: Vec<Vec<f64>>,
    /// By product, what the last days brought.
    last: Vec<i64>,
    /// How products began.
    courses: Courses,
    /// Young products by their places.
    young: Vec<(usize, PartSeries)>,
}

/// What is to be computed once all products came.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetEnd {
    /// Jobs of the products that waited for the beginnings of the others, with their places among the products.
    pub young: Vec<(usize, Job)>,
    /// A job per category of the plan.
    pub categories: Vec<Job>,
    /// What all other products bring; none where that is nothing.
    pub others: Option<Job>,
    /// What the last days brought, in the order of [`ProductPlan::nodes`].
    pub last: Vec<i64>,
}

impl Sheet {
    /// Before the first product.
    pub fn of(plan: &ProductPlan) -> Sheet {
        let whole = plan.whole();
        Sheet {
            others: whole.to_vec(),
            categories: vec![vec![0.0; whole.len()]; plan.categories.len()],
            last: Vec::new(),
            courses: Courses::default(),
            young: Vec::new(),
        }
    }

    /// Takes the series of the next product of the plan, and says what is to be computed of it; `None` of a young one,
    /// which waits for the others.
    pub fn take(&mut self, plan: &ProductPlan, series: PartSeries) -> Option<Job> {
        let values = &series.values;
        take_off(&mut self.others, values);
        let category = plan.category_of.get(self.last.len());
        if let Some(sum) = category.and_then(|place| self.categories.get_mut(*place)) {
            let pairs = sum.iter_mut().zip(values);
            pairs.for_each(|(sum, value)| *sum += value);
        }
        self.courses.take(values);
        let is_young = is_young(values);
        self.last.push(last_days(values));
        if is_young {
            self.young.push((self.last.len() - 1, series));
            return None;
        }
        Some(job_of(plan, &series))
    }

    /// What is left to compute after the last product.
    pub fn end(self, plan: &ProductPlan) -> SheetEnd {
        let are_others = self.others.iter().any(|value| *value != 0.0);
        let categories = self.categories.iter();
        let mut last = vec![last_days(plan.whole())];
        last.extend(categories.clone().map(|values| last_days(values)));
        last.extend(&self.last);
        last.extend(are_others.then(|| last_days(&self.others)));
        let young = self.young.iter().map(|(place, series)| {
            let own = job_of(plan, series);
            let job = self.courses.job(&series.values, &own);
            (*place, job.unwrap_or(own))
        });
        SheetEnd {
            young: young.collect(),
            categories: categories.map(|values| plan.job(values)).collect(),
            others: are_others.then(|| plan.job(&self.others)),
            last,
        }
    }
}

/// What is to be computed of a product from its own days.
fn job_of(plan: &ProductPlan, series: &PartSeries) -> Job {
    Job {
        sold_out: series.sold_out.clone(),
        ..plan.job(&series.values)
    }
}
