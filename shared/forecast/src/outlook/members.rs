//! The models of the combination.
//!
//! Exponential smoothing, Theta and a damped trend always; with a season ARIMA, complex smoothing,
//! decomposition by loess, a temporal hierarchy, the last season again and, where that is short, the line through
//! the ends;
//! without a season the local and global trend, ARIMA for many values, naive and the line for few;
//! trigonometric seasons and MFLES where the clock suggests a long season that nobody named. Their mean is hard to
//! beat (M4: "Comb"; Petropoulos and Svetunkov 2020, the simple combination of univariate models),
//! because their errors differ: the plain ones earn their place although each alone is poor.

use super::history::{DOZEN, History};
use super::{Method, Path, Weight};
use crate::adjustment::Adjustment;
use crate::damped::Damped;
use crate::ets::{Average, Kept};
use crate::median::weighted_median;
use crate::{
    Arima, ArimaForm, Ces, CesForm, Fit, Lgt, Mfles, Mstl, Naive2, Predict, SeasonalNaive, Series,
    Theta, Thief, Trig, TrigForm, mstl,
};

/// Below these numbers of values without a season the line joins instead of ARIMA, and naive joins.
const FEW: usize = 60;
const A_HANDFUL: usize = 12;
/// Values with a season at which no member is preferred for the length of the history.
const PRIOR_VALUES: f64 = 100.0;

/// Trust in the average over all trends, and in what stands beside it but Theta.
const LGT_TRUST: f64 = 2.0;
const BESIDE_LGT: f64 = 0.15;
/// Smoothings of the average over all trends that the back-test looks at.
const COARSE: usize = 16;

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
    Ets(Option<Kept>),
    Theta,
    Damped,
    /// Exact at the first fit, coarser for the back-test.
    Lgt(Lgt),
    Thief,
    Ces(Option<CesForm>),
    Arima(Option<ArimaForm>),
    Mstl,
    /// With a season that was not named as well.
    MstlLong(usize),
    MflesLong(usize),
    /// With a season that was not named as well; the form is kept as with the others.
    TrigLong(usize, Option<TrigForm>),
    /// The last season again: the longest there is.
    Repeat(usize),
    /// The last value after seasonal adjustment, and the same on the line through the ends.
    Naive,
    Drift,
}

impl Member {
    /// The models that suit a history.
    pub fn for_history(history: &History) -> Vec<Self> {
        let count = history.values.len();
        let mut members = vec![Self::Ets(None)];
        match (history.season(), history.unnamed) {
            // What does not see the longer season would only repeat the error of the others.
            (Some(_), Some(long)) => members.extend([
                Self::Arima(None),
                Self::Ces(None),
                Self::MstlLong(long),
                Self::Repeat(long),
                Self::TrigLong(long, None),
                Self::MflesLong(long),
            ]),
            (Some(season), None) => {
                members.extend([
                    Self::Theta,
                    Self::Arima(None),
                    Self::Ces(None),
                    Self::Damped,
                    Self::Thief,
                    Self::Repeat(season),
                ]);
                // On months both its mean and the width of its walk made the training parts' scores worse.
                if season < DOZEN {
                    members.push(Self::Drift);
                }
                if history.path != Path::Short {
                    members.push(Self::Mstl);
                }
            }
            (None, long) => {
                members.extend([Self::Theta, Self::Damped]);
                // One trend for years of weeks is too much to ask.
                match long {
                    Some(long) => members.extend([
                        Self::MstlLong(long),
                        Self::TrigLong(long, None),
                        Self::MflesLong(long),
                    ]),
                    None => members.push(Self::Lgt(Lgt::default())),
                }
                // ARIMA's orders are a guess on few values; a line keeps the others from seeing too much.
                members.push(if count < FEW {
                    Self::Drift
                } else {
                    Self::Arima(None)
                });
                if count < A_HANDFUL {
                    members.push(Self::Naive);
                }
            }
        }
        members
    }

    fn name(&self) -> String {
        match self {
            Self::Ets(kept) => match kept.as_deref() {
                Some([(form, ..)]) => form.to_string(),
                Some([(form, ..), others @ ..]) => format!("{form} and {} more", others.len()),
                _ => "ETS".into(),
            },
            Self::Damped => "damped trend".into(),
            Self::Lgt(_) => "local and global trend".into(),
            Self::Thief => "temporal hierarchy".into(),
            Self::Theta => "DOT".into(),
            Self::Ces(Some(form)) => form.to_string(),
            Self::Ces(None) => "CES".into(),
            Self::Arima(Some(form)) => form.to_string(),
            Self::Arima(None) => "ARIMA".into(),
            Self::Mstl => "MSTL".into(),
            Self::MstlLong(season) => format!("MSTL({season})"),
            Self::TrigLong(season, _) => format!("trigonometric seasons({season})"),
            Self::MflesLong(season) => format!("MFLES({season})"),
            Self::Naive => "naive".into(),
            Self::Drift => "drift".into(),
            Self::Repeat(season) => format!("seasonal naive({season})"),
        }
    }

    /// Fits and predicts; `None` where the model cannot follow the values.
    fn predict(&mut self, series: &Series, horizon: usize) -> Option<Prediction> {
        match self {
            Self::Ets(kept) => {
                let fitted = Average { kept: kept.clone() }.fit(series).ok()?;
                if kept.is_none() {
                    *kept = Some(fitted.kept().clone());
                }
                prediction(&fitted, horizon)
            }
            Self::Damped => prediction(&Damped.fit(series).ok()?, horizon),
            Self::Lgt(lgt) => {
                let fitted = lgt.fit(series).ok()?;
                lgt.smoothings = COARSE;
                prediction(&fitted, horizon)
            }
            Self::Thief => prediction(&Thief.fit(series).ok()?, horizon),
            Self::Theta => prediction(
                &Theta::after(crate::fit::complete(series, 5).ok()?, shrunk(series)).ok()?,
                horizon,
            ),
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
            Self::MstlLong(season) => {
                prediction(&Mstl.fit(&with_season(series, *season)).ok()?, horizon)
            }
            Self::MflesLong(season) => {
                prediction(&Mfles.fit(&with_season(series, *season)).ok()?, horizon)
            }
            Self::TrigLong(season, kept) => {
                let model = Trig { kept: kept.clone() };
                let fitted = model.fit(&with_season(series, *season)).ok()?;
                if kept.is_none() {
                    *kept = Some(fitted.form().clone());
                }
                prediction(&fitted, horizon)
            }
            Self::Naive => prediction(&Naive2::after(series.values(), shrunk(series)), horizon),
            Self::Drift => {
                let mut line =
                    prediction(&Naive2::after(series.values(), shrunk(series)), horizon)?;
                let slope = slope(series)?;
                for (step, mean) in line.mean.iter_mut().enumerate() {
                    *mean += slope * (step + 1) as f64;
                }
                Some(line)
            }
            Self::Repeat(season) => {
                let series = Series::checked(series.values().to_vec(), vec![*season]);
                prediction(&SeasonalNaive.fit(&series).ok()?, horizon)
            }
        }
    }
}

/// What each member is trusted with before its errors are known. With a season: on long histories more the
/// last season again and the hierarchy, on short ones lines. On a few values without one: the average over
/// all that trends may be, which leaves open what others choose by a dozen values, with Theta for company.
pub(super) fn priors(members: &[Member], count: usize, seasonal: bool) -> Vec<f64> {
    let length = (count as f64 / PRIOR_VALUES).clamp(0.25, 2.0).sqrt();
    let averaged = members
        .iter()
        .any(|member| matches!(member, Member::Lgt(_)));
    let prior = |member: &Member| match member {
        Member::Repeat(_) | Member::Thief if seasonal => length,
        Member::Damped | Member::Drift if seasonal => 1.0 / length,
        Member::Lgt(_) => LGT_TRUST,
        Member::Theta | Member::Naive => 1.0,
        _ if averaged => BESIDE_LGT,
        _ => 1.0,
    };
    members.iter().map(prior).collect()
}

/// The series with one more season.
fn with_season(series: &Series, season: usize) -> Series {
    let mut seasons = series.seasons().to_vec();
    seasons.push(season);
    Series::checked(series.values().to_vec(), seasons)
}

/// The season of the values, as far as it is there.
fn shrunk(series: &Series) -> Adjustment {
    Adjustment::shrunk(series.values(), series.seasons().first().copied())
}

fn prediction(fitted: &impl Predict, horizon: usize) -> Option<Prediction> {
    let (mean, deviation) = fitted.outlook(horizon);
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
    // A yearly curve is a guess: some models do without, and the past says which did better.
    let long = mstl::long_seasons(values, seasons, horizon);
    let predict = |member: &mut Member| match (&long, &member) {
        (Some(long), Member::Ets(_) | Member::Arima(_) | Member::Mstl) => {
            let short = seasons.iter().copied();
            let short = short
                .filter(|&season| season <= mstl::SMOOTH_FROM)
                .collect();
            let rest = Series::checked(long.rest.clone(), short);
            let mut prediction = member.predict(&rest, horizon)?;
            let steps = prediction.mean.iter_mut().zip(&long.ahead);
            steps.for_each(|(mean, seasonal)| *mean += seasonal);
            Some(prediction)
        }
        _ => member.predict(&series, horizon),
    };
    members.iter_mut().map(predict).collect()
}

/// Steepness of the line through the means of the first and the last season.
fn slope(series: &Series) -> Option<f64> {
    let values = series.values();
    let season = series.seasons().first().copied().unwrap_or(1);
    let apart = values
        .len()
        .checked_sub(season)
        .filter(|&apart| apart > 0)?;
    let rise: f64 = values[..season]
        .iter()
        .zip(&values[apart..])
        .map(|(first, last)| last - first)
        .sum();
    Some(rise / season as f64 / apart as f64)
}

/// The members that predicted as one; `None` where none did: halfway between their weighted mean,
/// which takes out noise, and their weighted median, which leaves out the one that is far off.
/// Deviations are averaged.
pub(super) fn combine(predictions: &[Option<Prediction>], weights: &[f64]) -> Option<Prediction> {
    let pairs = predictions.iter().zip(weights);
    let there: Vec<(&Prediction, f64)> = pairs
        .filter_map(|(prediction, weight)| Some((prediction.as_ref()?, *weight)))
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    let total: f64 = there.iter().map(|(_, weight)| weight).sum();
    let steps = there.first()?.0.mean.len();
    let mut combined = Prediction {
        mean: vec![0.0; steps],
        deviation: vec![0.0; steps],
    };
    let mut ordered = Vec::with_capacity(there.len());
    for step in 0..steps {
        ordered.clear();
        for (prediction, weight) in &there {
            combined.mean[step] += weight / total * prediction.mean[step];
            combined.deviation[step] += weight / total * prediction.deviation[step];
            ordered.push((prediction.mean[step], weight / total));
        }
        let median = weighted_median(&mut ordered);
        let mean = &mut combined.mean[step];
        *mean = 0.5 * (*mean + median);
    }
    Some(combined)
}

/// Names, weights and errors of the members in use.
pub(super) fn method(members: &[Member], weights: &[f64], errors: &[Option<f64>]) -> Method {
    let weighed = members
        .iter()
        .zip(weights.iter().zip(errors))
        .filter(|(_, (weight, _))| **weight > 0.0);
    let weight = |(member, (weight, error)): (&Member, (&f64, &Option<f64>))| Weight {
        model: member.name(),
        weight: *weight,
        error: *error,
    };
    Method {
        members: weighed.map(weight).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outlook::history;

    #[test]
    fn a_line_joins_short_seasons_alone() {
        let has_line = |season: usize| {
            let values = (0..60).map(|t| 5.0 + (t * 5 % 7) as f64).collect();
            let series = Series::new(values, vec![season]).expect("valid");
            Member::for_history(&history::look(&series, false)).contains(&Member::Drift)
        };
        assert!(has_line(4) && has_line(7));
        assert!(!has_line(12));
    }
}
