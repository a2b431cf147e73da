//! Young products: those that began to sell less than a horizon ago are forecast from how others began. The side that
//! holds the facts.
//!
//! All courses are cut at the same days since the first sale: blocks of [`BLOCK_STEPS`] days, the first one longer, up to
//! the age of the young product, and then the whole horizon, of which only the sum is told.
//! Out of scope: which products are alike (`forecast::forecast_launch` weighs them by their courses so far).

use crate::products::PRODUCT_DAYS;
use crate::sums::BLOCK_STEPS;
use crate::{Job, Number};

/// Days at the beginning of the history in which nothing may be sold of a product whose beginning is known.
const BEFORE_DAYS: usize = 28;
/// Courses of other products that are kept, and the fewest that a young product is forecast from.
const COURSES_MAX: usize = 50;
const COURSES_MIN: usize = 3;

/// How products began: what each brought by day from its first sale on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Courses(Vec<Vec<f64>>);

/// Days since the first sale, that day included; `None` where a product may be older than the history.
fn age(values: &[f64]) -> Option<usize> {
    let first = values.iter().position(|value| *value != 0.0)?;
    (first >= BEFORE_DAYS).then(|| values.len() - first)
}

/// Whether less of a product is known than is to be forecast.
pub(crate) fn is_young(values: &[f64]) -> bool {
    age(values).is_some_and(|age| age < PRODUCT_DAYS)
}

impl Courses {
    /// Takes the beginning of a product, where it is known and reaches a whole horizon and more.
    pub(crate) fn take(&mut self, values: &[f64]) {
        let known = age(values).filter(|age| *age > PRODUCT_DAYS);
        let first = known.and_then(|age| values.get(values.len() - age..));
        if let Some(course) = first.filter(|_| self.0.len() < COURSES_MAX) {
            let most = course.len().min(2 * PRODUCT_DAYS);
            self.0.push(course.iter().take(most).copied().collect());
        }
    }

    /// What is to be computed of a young product; `None` where too few others are known for long enough, or where
    /// one of its blocks brought less than nothing.
    pub(crate) fn job(&self, values: &[f64], like: &Job) -> Option<Job> {
        let age = age(values)?;
        let own = blocks(values.get(values.len() - age..)?, age, false)?;
        let others = self.0.iter().filter_map(|course| blocks(course, age, true));
        let analogs: Vec<Vec<Number>> = others.collect();
        (analogs.len() >= COURSES_MIN).then(|| Job {
            values: own,
            seasons: Vec::new(),
            horizon: 1,
            coverage: like.coverage,
            non_negative: true,
            analogs,
            ..Job::default()
        })
    }
}

/// Sums of the blocks up to an age and, where it is asked for, of the horizon after it. `None` where the course is
/// shorter, where something is below 0, and where all up to the age is nothing.
fn blocks(course: &[f64], age: usize, with_horizon: bool) -> Option<Vec<Number>> {
    let first = match age < BLOCK_STEPS {
        true => age,
        false => BLOCK_STEPS + age % BLOCK_STEPS,
    };
    let (begun, after) = course.split_at_checked(age)?;
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let mut sums = vec![sum(begun.get(..first)?)];
    sums.extend(begun.get(first..)?.chunks(BLOCK_STEPS).map(sum));
    let is_sound = sums.iter().all(|sum| *sum >= 0.0) && sums.iter().any(|sum| *sum > 0.0);
    if with_horizon {
        sums.push(sum(after.get(..PRODUCT_DAYS)?));
    }
    let is_sound = is_sound && sums.iter().all(|sum| *sum >= 0.0);
    is_sound.then(|| sums.into_iter().map(Number).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn courses_are_cut_at_the_same_days_of_their_age() {
        for age in [1, 14, 15, 29, 30, 44, 89] {
            let course: Vec<f64> = (0..180).map(f64::from).map(|day| day + 1.0).collect();
            let own = blocks(&course[..age], age, false).unwrap();
            let other = blocks(&course, age, true).unwrap();
            assert_eq!(own[..], other[..own.len()], "{age}");
            assert_eq!(other.len(), own.len() + 1);
            assert!(own.len() <= 5, "{age}: {own:?}");
            let total: f64 = own.iter().map(|block| block.0).sum();
            assert_eq!(total, course[..age].iter().sum::<f64>());
            let after: f64 = course[age..age + PRODUCT_DAYS].iter().sum();
            assert_eq!(other.last().map(|it| it.0), Some(after));
        }
        assert_eq!(blocks(&[1.0; 99], 10, true), None, "too short");
        assert_eq!(blocks(&[0.0; 200], 10, true), None, "nothing by then");
        assert_eq!(blocks(&[-1.0; 200], 10, true), None);
    }

    #[test]
    fn what_sold_from_the_beginning_may_be_old() {
        let from = |first: usize| -> Vec<f64> {
            (0..400)
                .map(|day| f64::from(u8::from(day >= first)))
                .collect()
        };
        assert!(!is_young(&from(0)) && !is_young(&from(310)) && is_young(&from(311)));
        assert!(!is_young(&from(400)) && !is_young(&from(20)[..60]));
    }
}
