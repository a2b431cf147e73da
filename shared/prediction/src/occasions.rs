//! Forecasts of days that know the calendar: the side that computes.

use forecast::{
    Options, Regressed, Regressor, Series, calendar_regressors, forecast_with_regressors,
};
use kernel::{Date, DateRange};

use crate::{Number, Occasion, OutcomeOccasion};

/// A forecast with the columns that were known beforehand.
pub(crate) struct Dated {
    pub regressed: Regressed,
    columns: Vec<Regressor>,
    /// Values of the history.
    known: usize,
}

/// Forecasts days, of which the first is known. `None` where it is not, where nothing happens on any of them, and where
/// options are refused: whoever forecasts without the calendar then says why.
pub(crate) fn dated(series: &Series, first: Option<Date>, options: &Options) -> Option<Dated> {
    let (first, known) = (first?, series.len());
    let days = (0..known + options.horizon).filter_map(|ahead| {
        let date = first.add_days(i32::try_from(ahead).ok()?);
        date.ok().map(DateRange::day)
    });
    let columns = calendar_regressors(&days.collect::<Vec<_>>());
    if columns.is_empty() {
        return None;
    }
    let regressed = forecast_with_regressors(series, &columns, options).ok()?;
    Some(Dated {
        regressed,
        columns,
        known,
    })
}

impl Dated {
    /// What each occasion in use adds to each step.
    pub fn effects(&self) -> Vec<(Occasion, Vec<Number>)> {
        let effects = self.regressed.effects.iter();
        let numbers = |adds: &[f64]| adds.iter().copied().map(Number).collect();
        effects
            .filter_map(|effect| Some((named(&effect.name)?, numbers(&effect.adds))))
            .collect()
    }

    /// Occasions among the steps, the first one first.
    pub fn to_come(&self) -> Vec<OutcomeOccasion> {
        let mut found = Vec::new();
        for column in &self.columns {
            let Some(occasion) = named(&column.name) else {
                continue;
            };
            let ahead = column.values.get(self.known..).unwrap_or_default();
            let mut first = None;
            // One step beyond the end closes what lasts to the end.
            for (step, value) in ahead.iter().chain([&0.0]).enumerate() {
                match (first, *value > 0.0) {
                    (None, true) => first = Some(step),
                    (Some(from), false) => {
                        first = None;
                        found.push(OutcomeOccasion {
                            occasion,
                            first: from,
                            last: step - 1,
                            share: self.share(&column.name, from, step).map(Number),
                        });
                    }
                    _ => {}
                }
            }
        }
        found.sort_by_key(|it| it.first);
        found
    }

    /// What an occasion adds to some steps, as a share of what they would be without any.
    fn share(&self, name: &str, from: usize, to: usize) -> Option<f64> {
        let effects = &self.regressed.effects;
        let effect = effects.iter().find(|effect| effect.name == name)?;
        let sum = |values: &[f64]| values.get(from..to).map(|some| some.iter().sum::<f64>());
        let share = sum(&effect.adds)? / sum(&self.regressed.base)?;
        share.is_finite().then_some(share)
    }
}

/// An occasion by the name of its column.
fn named(name: &str) -> Option<Occasion> {
    let place = forecast::Occasion::ALL
        .iter()
        .position(|it| it.key() == name);
    Occasion::ALL.get(place?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occasions_have_the_names_of_their_columns() {
        for occasion in Occasion::ALL {
            let name = serde_json::to_value(occasion).unwrap();
            let key = name.as_str().unwrap().replace('-', "_");
            assert_eq!(named(&key), Some(occasion));
        }
        assert_eq!(named("weekend"), None);
    }
}
