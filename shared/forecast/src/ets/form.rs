//! The forms of exponential smoothing: error, trend and season.
//!
//! Unstable combinations (a multiplicative season under an additive error) and multiplicative
//! trends are deliberately absent, as in the automatic choice of Hyndman and Khandakar (2008).

use std::fmt;

/// How the error enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorForm {
    /// value = forecast + error
    Additive,
    /// value = forecast * (1 + error); values above 0 only
    Multiplicative,
}

/// How the level moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrendForm {
    /// No trend.
    None,
    /// A straight line.
    Additive,
    /// A line that flattens by the factor phi (0.8 to 0.98) each step.
    Damped,
}

/// How the season joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeasonForm {
    /// No season.
    None,
    /// Added to the level.
    Additive,
    /// Multiplied with the level; values above 0 only.
    Multiplicative,
}

/// One of the 15 forms; prints as ETS(A,Ad,N) and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    pub(super) error: ErrorForm,
    pub(super) trend: TrendForm,
    pub(super) season: SeasonForm,
}

impl Form {
    /// The form, or `None` for a multiplicative season under an additive error, whose variance
    /// is unbounded.
    pub fn new(error: ErrorForm, trend: TrendForm, season: SeasonForm) -> Option<Self> {
        let stable = error == ErrorForm::Multiplicative || season != SeasonForm::Multiplicative;
        stable.then_some(Self {
            error,
            trend,
            season,
        })
    }

    /// All forms that `seasonal` and `positive` data allow, simplest first.
    pub(super) fn candidates(seasonal: bool, positive: bool) -> impl Iterator<Item = Self> {
        let errors = [ErrorForm::Additive, ErrorForm::Multiplicative];
        let seasons = [
            SeasonForm::None,
            SeasonForm::Additive,
            SeasonForm::Multiplicative,
        ];
        let trends = [TrendForm::None, TrendForm::Additive, TrendForm::Damped];
        let all = seasons.into_iter().flat_map(move |season| {
            trends.into_iter().flat_map(move |trend| {
                errors
                    .into_iter()
                    .filter_map(move |error| Self::new(error, trend, season))
            })
        });
        all.filter(move |form| {
            (seasonal || form.season == SeasonForm::None) && (positive || !form.needs_positive())
        })
    }

    /// True where a value of zero or below has no meaning in the form.
    pub(super) fn needs_positive(self) -> bool {
        self.error == ErrorForm::Multiplicative || self.season == SeasonForm::Multiplicative
    }

    pub(super) fn has_trend(self) -> bool {
        self.trend != TrendForm::None
    }

    pub(super) fn has_season(self) -> bool {
        self.season != SeasonForm::None
    }

    /// Smoothing parameters to estimate: alpha, then beta, gamma and phi where they exist.
    pub(super) fn smoothing_count(self) -> usize {
        1 + usize::from(self.has_trend())
            + usize::from(self.has_season())
            + usize::from(self.trend == TrendForm::Damped)
    }

    /// Starting states to estimate: the last seasonal state follows from the others.
    pub(super) fn free_states(self, season: usize) -> usize {
        1 + usize::from(self.has_trend()) + if self.has_season() { season - 1 } else { 0 }
    }

    /// Everything that was estimated, the variance included: the k of AICc.
    pub(super) fn parameters(self, season: usize) -> usize {
        self.smoothing_count() + self.free_states(season) + 1
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = if self.error == ErrorForm::Additive {
            "A"
        } else {
            "M"
        };
        let trend = match self.trend {
            TrendForm::None => "N",
            TrendForm::Additive => "A",
            TrendForm::Damped => "Ad",
        };
        let season = match self.season {
            SeasonForm::None => "N",
            SeasonForm::Additive => "A",
            SeasonForm::Multiplicative => "M",
        };
        write!(f, "ETS({error},{trend},{season})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_forms_six_of_them_for_any_sign() {
        assert_eq!(Form::candidates(true, true).count(), 15);
        assert_eq!(Form::candidates(true, false).count(), 6);
        assert_eq!(Form::candidates(false, true).count(), 6);
        assert_eq!(Form::candidates(false, false).count(), 3);
    }

    #[test]
    fn prints_the_usual_name() {
        let form = Form::new(ErrorForm::Additive, TrendForm::Damped, SeasonForm::None);
        assert_eq!(form.expect("stable").to_string(), "ETS(A,Ad,N)");
        let unstable = Form::new(
            ErrorForm::Additive,
            TrendForm::None,
            SeasonForm::Multiplicative,
        );
        assert_eq!(unstable, None);
    }
}
