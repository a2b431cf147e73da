//! A history as it would have been: what is missing, sold out, distorted or of another level is replaced, and
//! each replacement is told.
//!
//! In this order: what the caller flags (stock-outs, campaigns) and what is missing is left out; trend and
//! season of the rest say what was to be expected there; the level before a lasting jump is brought to the
//! level after it; single values far outside are brought back. Rare demand has no expected day, so it is only
//! filled. Nothing is done that is not in [`Cleaned::changes`].
//!
//! Out of scope: deciding whether a value was wrong (it is kept in [`Change::was`]); campaigns to come.

mod demand;
mod nowcast;
mod shifts;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::decompose::Decomposition;
use crate::portable::binary_scale;
use crate::{Series, decompose};
pub use nowcast::{Nowcast, nowcast};

/// Values that must be left to learn from.
const LEARNT_MIN: usize = 8;
/// A value is brought back beyond so many robust deviations.
const FAR: f64 = 6.0;
/// Values between a jump of the level and the next one, or the end.
const LEVEL_MIN: usize = 14;
/// A jump to less than this share, or to more than its inverse, is a launch or an end.
const RATIO_MIN: f64 = 0.2;
/// Mean interval between demands from which demand is rare, as in the choice of models.
const DEMAND_INTERVAL: f64 = 1.32;

/// What the caller knows about a history.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Positions at which the product could not be bought all the time: what was sold is a lower bound.
    pub stock_outs: Vec<usize>,
    /// Positions of campaigns, which are not to be taken for everyday demand.
    pub campaigns: Vec<usize>,
}

impl Known {
    /// Stock-outs from the stock at the end of each step (NaN where not known): nothing is left.
    pub fn from_closing_stock(stock: &[f64]) -> Self {
        let empty = |(position, left): (usize, &f64)| (*left <= 0.0).then_some(position);
        Self {
            stock_outs: stock.iter().enumerate().filter_map(empty).collect(),
            campaigns: Vec::new(),
        }
    }
}

/// Why a value was replaced; the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There was none.
    Missing,
    /// The product was sold out: the demand that is likely, given that it was no less than what was sold.
    StockOut,
    /// Of a campaign: what an ordinary day would have brought.
    Campaign,
    /// A single value far from what trend and season explain.
    Outlier,
    /// Before the level jumped: brought to the level after it.
    LevelShift,
}

/// One replaced value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Position in the series.
    pub position: usize,
    /// What was there; none where it was missing.
    pub was: Option<f64>,
    /// What stands there now.
    pub now: f64,
    /// Why.
    pub reason: Reason,
}

/// A lasting jump of the level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LevelShift {
    /// First position of the new level.
    pub position: usize,
    /// Level just before.
    pub before: f64,
    /// Level just after.
    pub after: f64,
}

/// A cleaned history.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleaned {
    /// The series to learn from, as long as before.
    pub series: Series,
    /// What was replaced, by position, once each.
    pub changes: Vec<Change>,
    /// The jumps for which earlier values were moved, in order of time.
    pub shifts: Vec<LevelShift>,
    /// Sales of all campaigns over what ordinary days would have brought; none without campaigns.
    pub campaign_uplift: Option<f64>,
}

/// Why a history cannot be cleaned.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CleaningError {
    /// A position beyond the end.
    #[error("position {position} is beyond the {length} values: count from 0 at the first value")]
    NoSuchPosition {
        /// The position given.
        position: usize,
        /// Values of the series.
        length: usize,
    },
}

/// Cleans a history by what is known about it. With fewer than eight values left to learn from nothing is
/// changed.
///
/// ```
/// use forecast::{Known, Reason, Series, clean};
///
/// let week = [20.0, 20.0, 20.0, 20.0, 30.0, 50.0, 40.0];
/// let mut sales: Vec<f64> = (0..70).map(|day| week[day % 7]).collect();
/// sales[40] = 0.0;
/// let known = Known { stock_outs: vec![40], campaigns: vec![] };
/// let cleaned = clean(&Series::new(sales, vec![7])?, &known)?;
/// assert_eq!(cleaned.changes.len(), 1);
/// assert_eq!(cleaned.changes[0].reason, Reason::StockOut);
/// assert!((cleaned.series.values()[40] - 50.0).abs() < 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn clean(series: &Series, known: &Known) -> Result<Cleaned, CleaningError> {
    cleaned(series, known, true)
}

/// Replaces what is missing or flagged, and nothing that is only suspected: no outlier, no level shift.
pub fn fill_known(series: &Series, known: &Known) -> Result<Cleaned, CleaningError> {
    cleaned(series, known, false)
}

fn cleaned(series: &Series, known: &Known, is_suspecting: bool) -> Result<Cleaned, CleaningError> {
    let length = series.len();
    let mut reasons: Vec<Option<Reason>> = series
        .values()
        .iter()
        .map(|value| value.is_nan().then_some(Reason::Missing))
        .collect();
    for (positions, reason) in [
        (&known.stock_outs, Reason::StockOut),
        (&known.campaigns, Reason::Campaign),
    ] {
        for &position in positions {
            let kept = reasons
                .get_mut(position)
                .ok_or(CleaningError::NoSuchPosition { position, length })?;
            *kept = kept.or(Some(reason));
        }
    }
    // What comes before the first value is no part of the history.
    let first = series.values().iter().position(|value| !value.is_nan());
    let scale = binary_scale(series.values());
    let mut work = Work {
        was: series.values().iter().map(|value| value / scale).collect(),
        now: Vec::new(),
        reasons,
        seasons: series.seasons().to_vec(),
    };
    let learnt = work
        .reasons
        .iter()
        .filter(|reason| reason.is_none())
        .count();
    let mut shifts = Vec::new();
    work.now.clone_from(&work.was);
    if learnt >= LEARNT_MIN && first.is_some() {
        if work.is_rare() {
            work.fill_rare();
        } else {
            work.fill_expected();
            if is_suspecting {
                shifts = work.level();
                work.bring_back();
            }
        }
    }
    Ok(work.finish(series, scale, first.unwrap_or(length), shifts))
}

/// A history on its way, divided by a power of two.
struct Work {
    was: Vec<f64>,
    now: Vec<f64>,
    reasons: Vec<Option<Reason>>,
    seasons: Vec<usize>,
}

impl Work {
    /// Trend and season of what is not flagged.
    fn parts(&self) -> Decomposition {
        let learnt = |(value, reason): (&f64, &Option<Reason>)| match reason {
            None => *value,
            Some(_) => f64::NAN,
        };
        let values = self.now.iter().zip(&self.reasons).map(learnt).collect();
        decompose(&Series::checked(values, self.seasons.clone()))
    }

    fn is_rare(&self) -> bool {
        let learnt = self.was.iter().zip(&self.reasons);
        let learnt = learnt.filter(|(_, reason)| reason.is_none());
        let (mut count, mut sold) = (0.0, 0.0);
        for (value, _) in learnt {
            count += 1.0;
            sold += f64::from(u8::from(*value != 0.0));
        }
        count >= DEMAND_INTERVAL * sold
    }

    /// Rare demand: the mean of the other days.
    fn fill_rare(&mut self) {
        let learnt = self.was.iter().zip(&self.reasons);
        let learnt = learnt.filter(|(_, reason)| reason.is_none());
        let (sum, count) = learnt.fold((0.0, 0.0), |(s, c), (value, _)| (s + value, c + 1.0));
        for (t, reason) in self.reasons.iter().enumerate() {
            self.now[t] = match reason {
                None => self.was[t],
                Some(Reason::StockOut) => self.was[t].max(sum / count),
                Some(_) => sum / count,
            };
        }
    }

    /// What was flagged is what was to be expected.
    fn fill_expected(&mut self) {
        let parts = self.parts();
        let deviation = deviation(&parts);
        let positive = self.was.iter().all(|value| value.is_nan() || *value >= 0.0);
        for (t, reason) in self.reasons.iter().enumerate() {
            let Some((reason, expected)) = reason.zip(parts.expected(t)) else {
                continue;
            };
            let expected = if positive {
                expected.max(0.0)
            } else {
                expected
            };
            self.now[t] = match reason {
                Reason::StockOut => demand::demand_at_least(self.was[t], expected, deviation),
                _ => expected,
            };
        }
    }

    /// Brings earlier levels to the last one.
    fn level(&mut self) -> Vec<LevelShift> {
        let parts = decompose(&Series::checked(self.now.clone(), self.seasons.clone()));
        let seasonal = |t: usize| parts.seasons.iter().map(|s| s.values[t]).sum::<f64>();
        let first = self
            .was
            .iter()
            .position(|value| !value.is_nan())
            .unwrap_or(0);
        let plain: Vec<f64> = (first..self.now.len())
            .map(|t| self.now[t] - seasonal(t))
            .collect();
        if plain.iter().any(|value| !value.is_finite()) {
            return Vec::new();
        }
        let season = self.seasons.first().copied().unwrap_or(1);
        let positive = self.now.iter().all(|value| value.is_nan() || *value >= 0.0);
        let mut kept = Vec::new();
        for step in shifts::steps_of(&plain, LEVEL_MIN.max(2 * season)) {
            let at = first + step.at;
            let ratio = step.after / step.before;
            if positive {
                // A product that took off or ended is no product of another level.
                if !(step.before > 0.0 && (RATIO_MIN..=1.0 / RATIO_MIN).contains(&ratio)) {
                    continue;
                }
                self.now[..at].iter_mut().for_each(|value| *value *= ratio);
            } else {
                let size = step.after - step.before;
                self.now[..at].iter_mut().for_each(|value| *value += size);
            }
            kept.push(LevelShift {
                position: at,
                before: step.before,
                after: step.after,
            });
            let moved = self.reasons[..at].iter_mut();
            moved.for_each(|reason| *reason = reason.or(Some(Reason::LevelShift)));
        }
        kept
    }

    /// Single values far outside; one that is as far a year (the longest season) away is a custom.
    fn bring_back(&mut self) {
        let parts = decompose(&Series::checked(self.now.clone(), self.seasons.clone()));
        let deviation = deviation(&parts);
        let rest = |t: usize| parts.remainder.get(t).copied().flatten().unwrap_or(0.0);
        let is_far = |t: usize| rest(t).abs() > FAR * deviation;
        let alike = |t: usize, other: usize| is_far(other) && rest(t) * rest(other) > 0.0;
        let long = self.seasons.last().copied().unwrap_or(0);
        let custom = |t: usize| {
            let nearby =
                |from: usize| (from.saturating_sub(2)..=from + 2).any(|other| alike(t, other));
            long > 2 && (nearby(t + long) || t.checked_sub(long).is_some_and(nearby))
        };
        let single = |t: usize| {
            let before = t.checked_sub(1).is_some_and(|before| alike(t, before));
            !before && !alike(t, t + 1)
        };
        // The last value may be the first of something new.
        for t in 0..self.now.len().saturating_sub(1) {
            let touched = !matches!(self.reasons[t], None | Some(Reason::LevelShift));
            if touched || !is_far(t) || !single(t) || custom(t) {
                continue;
            }
            if let Some(expected) = parts.expected(t) {
                let positive = self.was.iter().all(|value| value.is_nan() || *value >= 0.0);
                self.now[t] = if positive {
                    expected.max(0.0)
                } else {
                    expected
                };
                self.reasons[t] = Some(Reason::Outlier);
            }
        }
    }

    /// Back into the units of the series, with the account of what was done.
    fn finish(self, series: &Series, scale: f64, first: usize, shifts: Vec<LevelShift>) -> Cleaned {
        let unscaled = |value: f64| (value * scale).clamp(-f64::MAX, f64::MAX);
        let (mut values, mut changes) = (series.values().to_vec(), Vec::new());
        let mut campaigns = (0.0, 0.0);
        for (position, reason) in self.reasons.iter().enumerate().skip(first) {
            let (was, now) = (values[position], unscaled(self.now[position]));
            let Some(reason) = reason.filter(|_| now.is_finite() && now != was) else {
                continue;
            };
            if reason == Reason::Campaign {
                campaigns = (
                    campaigns.0 + self.was[position],
                    campaigns.1 + self.now[position],
                );
            }
            values[position] = now;
            changes.push(Change {
                position,
                was: (!was.is_nan()).then_some(was),
                now,
                reason,
            });
        }
        let unit = |shift: LevelShift| LevelShift {
            before: unscaled(shift.before),
            after: unscaled(shift.after),
            ..shift
        };
        Cleaned {
            series: Series::checked(values, self.seasons),
            changes,
            shifts: shifts.into_iter().map(unit).collect(),
            campaign_uplift: (campaigns.1 > 0.0).then(|| campaigns.0 / campaigns.1),
        }
    }
}

/// Robust standard deviation of what is left, above 0.
fn deviation(parts: &Decomposition) -> f64 {
    let mut sizes: Vec<f64> = parts.remainder.iter().flatten().map(|v| v.abs()).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    let median = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
    let mean = sizes.iter().sum::<f64>() / sizes.len().max(1) as f64;
    // Where values repeat exactly, a third of the mean size keeps the few others from all being far.
    (1.4826 * median).max(mean / 3.0).max(1e-9)
}
