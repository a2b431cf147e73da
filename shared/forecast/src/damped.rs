//! A damped line on the values without their season.
//!
//! Gardner and McKenzie, "Forecasting trends in time series", Management Science 31 (1985): trends
//! seldom go on as they are. The season is taken out as far as it is more than noise, the rest follows
//! ETS(A,Ad,N).

use crate::adjustment::Adjustment;
use crate::ets::{Average, ErrorForm, FittedAverage, Form, SeasonForm, TrendForm};
use crate::fit::complete;
use crate::{Fit, FitError, Predict, Series};

/// Damped trend on the shortest season of the series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Damped;

/// A fitted [`Damped`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FittedDamped {
    adjustment: Adjustment,
    rest: FittedAverage,
    fitted: Vec<f64>,
}

impl Fit for Damped {
    type Fitted = FittedDamped;

    fn fit(&self, series: &Series) -> Result<FittedDamped, FitError> {
        let values = complete(series, 5)?;
        let adjustment = Adjustment::shrunk(values, series.seasons().first().copied());
        let adjusted = Series::checked(adjustment.remove(values), Vec::new());
        let form = Form::new(ErrorForm::Additive, TrendForm::Damped, SeasonForm::None);
        let form = form.ok_or(FitError::NotFinite)?;
        let kept = Some(vec![(form, 1, START)]);
        let rest = Average { kept }.fit(&adjusted)?;
        let mut fitted = rest.fitted().to_vec();
        adjustment.restore(0, &mut fitted);
        Ok(FittedDamped {
            adjustment,
            rest,
            fitted,
        })
    }
}

/// Where the search begins: alpha, beta / alpha, unused, phi.
const START: [f64; 4] = [0.3, 0.1, 0.0, 0.95];

impl Predict for FittedDamped {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        let mut forecast = self.rest.predict(horizon);
        self.adjustment.restore(self.fitted.len(), &mut forecast);
        forecast
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let mut deviations = self.rest.deviations(horizon);
        self.adjustment
            .restore_deviations(self.fitted.len(), &mut deviations);
        deviations
    }
}
