//! The models of the combination.
//!
//! Exponential smoothing and dynamic Theta always, decomposition by loess where there is a season;
//! smoothing sees the values without a yearly curve, Theta with it.
//! Their mean is hard to beat (M4: "Comb"; Petropoulos and Svetunkov 2020, the simple combination
//! of univariate models), because their errors differ.

use super::history::History;
use super::{Method, Path, Weight};
use crate::ets::{Choice, Form};
use crate::{Arima, ArimaForm, Ces, CesForm, Ets, Fit, Mstl, Predict, Series, Theta, mstl};

/// Means and standard deviations of the coming steps.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prediction {
    pub mean: Vec<f64>,
    pub deviation: Vec<f64>,
}

/// A model of the combination.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Member {
    /// The form is chosen at the first fit and kept for later, shorter ones.
    Ets(Option<Form>),
    Theta,
    Ces(Option<CesForm>),
    Arima(Option<ArimaForm>),
    Mstl,
}

impl Member {
    /// The models that suit a history.
    pub fn for_history(history: &History) -> Vec<Self> {
        let mut members = vec![
            Self::Ets(None),
            Self::Theta,
            Self::Ces(None),
            Self::Arima(None),
        ];
        if !history.seasons.is_empty() && history.path != Path::Short {
            members.push(Self::Mstl);
        }
        members
    }

    fn name(&self) -> String {
        match self {
            Self::Ets(Some(form)) => form.to_string(),
            Self::Ets(None) => "ETS".into(),
            Self::Theta => "DOT".into(),
            Self::Ces(Some(form)) => form.to_string(),
            Self::Ces(None) => "CES".into(),
            Self::Arima(Some(form)) => form.to_string(),
            Self::Arima(None) => "ARIMA".into(),
            Self::Mstl => "MSTL".into(),
        }
    }

    /// Fits and predicts; `None` where the model cannot follow the values.
    fn predict(&mut self, series: &Series, horizon: usize) -> Option<Prediction> {
        match self {
            Self::Ets(kept) => {
                let choice = kept.map_or(Choice::Auto, Choice::Only);
                let fitted = Ets { choice }
                    .fit(series)
                    .or_else(|_| Ets::default().fit(series));
                let fitted = fitted.ok()?;
                *kept = Some(kept.unwrap_or_else(|| fitted.form()));
                prediction(&fitted, horizon)
            }
            Self::Theta => prediction(&Theta.fit(series).ok()?, horizon),
            Self::Ces(kept) => {
                let fitted = Ces { kept: *kept }.fit(series).ok()?;
                *kept = Some(kept.unwrap_or_else(|| fitted.form()));
                prediction(&fitted, horizon)
            }
            Self::Arima(kept) => {
                let fitted = Arima { kept: kept.clone() }.fit(series).ok()?;
                if kept.is_none() {
                    *kept = Some(fitted.form().clone());
                }
                prediction(&fitted, horizon)
            }
            Self::Mstl => prediction(&Mstl.fit(series).ok()?, horizon),
        }
    }
}

fn prediction(fitted: &impl Predict, horizon: usize) -> Option<Prediction> {
    let (mean, deviation) = (fitted.predict(horizon), fitted.deviations(horizon));
    let finite = mean.iter().chain(&deviation).all(|value| value.is_finite());
    finite.then_some(Prediction { mean, deviation })
}

/// What each member predicts after `values`.
pub(super) fn predictions(
    members: &mut [Member],
    values: &[f64],
    seasons: &[usize],
    horizon: usize,
) -> Vec<Option<Prediction>> {
    let series = Series::checked(values.to_vec(), seasons.to_vec());
    // A yearly curve is a guess: one model does without, and the past says which did better.
    let long = mstl::long_seasons(values, seasons, horizon);
    let predict = |member: &mut Member| match (&long, &member) {
        (Some(long), Member::Ets(_)) => {
            let rest = Series::checked(long.rest.clone(), seasons.to_vec());
            let mut prediction = member.predict(&rest, horizon)?;
            let steps = prediction.mean.iter_mut().zip(&long.ahead);
            steps.for_each(|(mean, seasonal)| *mean += seasonal);
            Some(prediction)
        }
        _ => member.predict(&series, horizon),
    };
    members.iter_mut().map(predict).collect()
}

/// The weighted mean of the members that predicted; `None` where none did.
pub(super) fn combine(predictions: &[Option<Prediction>], weights: &[f64]) -> Option<Prediction> {
    let there = || {
        let pairs = predictions.iter().zip(weights);
        pairs.filter_map(|(prediction, weight)| Some((prediction.as_ref()?, *weight)))
    };
    let total: f64 = there().map(|(_, weight)| weight).sum();
    let steps = there().next()?.0.mean.len();
    if total <= 0.0 {
        return None;
    }
    let mut combined = Prediction {
        mean: vec![0.0; steps],
        deviation: vec![0.0; steps],
    };
    for (prediction, weight) in there() {
        for step in 0..steps {
            combined.mean[step] += weight / total * prediction.mean[step];
            combined.deviation[step] += weight / total * prediction.deviation[step];
        }
    }
    Some(combined)
}

/// Names and weights of the members in use.
pub(super) fn method(members: &[Member], weights: &[f64]) -> Method {
    let weighed = members
        .iter()
        .zip(weights)
        .filter(|(_, weight)| **weight > 0.0);
    let weight = |(member, weight): (&Member, &f64)| Weight {
        model: member.name(),
        weight: *weight,
    };
    Method {
        members: weighed.map(weight).collect(),
    }
}
