//! The models by name, each as a function from a series to an outcome.

use forecast::{
    Arima, Ces, Ets, Fit, Known, Lgt, Mfles, Mstl, Naive2, Options, Predict, SeasonalNaive, Series,
    Theta, Thief, Trig, clean, forecast,
};

/// Point forecasts and the bounds at 80 and 95 %.
#[derive(Debug)]
pub struct Outcome {
    /// Mean of each step.
    pub mean: Vec<f64>,
    /// Lower and upper bound of each step, per level.
    pub bounds: [Vec<(f64, f64)>; 2],
}

/// From a series and a horizon to an outcome.
pub type Model = fn(&Series, usize) -> Outcome;

/// All models, the product's default first.
pub const MODELS: [(&str, Model); 13] = [
    ("auto", automatic),
    ("cleaned", |s, h| automatic(&cleaned(s), h)),
    ("naive2", naive2),
    ("seasonal naive", |s, h| point(&SeasonalNaive, s, h)),
    ("ets", |s, h| point(&Ets::default(), s, h)),
    ("dot", |s, h| point(&Theta, s, h)),
    ("thief", |s, h| point(&Thief, s, h)),
    ("ces", |s, h| point(&Ces::default(), s, h)),
    ("arima", |s, h| point(&Arima::default(), s, h)),
    ("lgt", |s, h| point(&Lgt::default(), s, h)),
    ("mstl", |s, h| point(&Mstl, s, h)),
    ("mfles", |s, h| point(&Mfles, &with_week(s), h)),
    ("trig", |s, h| point(&Trig::default(), &with_week(s), h)),
];

/// The model of a name, or which names there are.
pub fn named(name: &str) -> Result<Model, String> {
    let found = MODELS.iter().find(|(known, _)| *known == name);
    found.map(|(_, model)| *model).ok_or_else(|| {
        let names = MODELS.map(|(name, _)| name).join(", ");
        format!("no model is called {name}; there are: {names}")
    })
}

/// What scores are relative to.
pub fn naive2(series: &Series, horizon: usize) -> Outcome {
    point(&Naive2, series, horizon)
}

/// A model with the intervals that it believes in; seasonal naive where it cannot be fitted.
fn point<M: Fit>(model: &M, series: &Series, horizon: usize) -> Outcome {
    let (mean, deviations) = match model.fit(series) {
        Ok(fitted) => (fitted.predict(horizon), fitted.deviations(horizon)),
        Err(_) => {
            let fallback = SeasonalNaive.fit(series);
            let fallback = fallback.expect("series of the files have values and no gaps");
            (fallback.predict(horizon), fallback.deviations(horizon))
        }
    };
    let bounds = [1.2816, 1.96].map(|width| {
        let steps = mean.iter().zip(&deviations);
        steps.map(|(m, d)| (m - width * d, m + width * d)).collect()
    });
    Outcome { mean, bounds }
}

/// With the week of hours beside a day of 24, as the default has it.
fn with_week(series: &Series) -> Series {
    let mut seasons = series.seasons().to_vec();
    if seasons == [24] {
        seasons.push(168);
    }
    Series::new(series.values().to_vec(), seasons).expect("a valid series with one more season")
}

/// The history without outliers and jumps of the level.
fn cleaned(series: &Series) -> Series {
    let cleaned = clean(series, &Known::default());
    cleaned.expect("nothing is flagged").series
}

/// What the product answers.
fn automatic(series: &Series, horizon: usize) -> Outcome {
    let options = Options {
        horizon,
        ..Options::default()
    };
    let answer = forecast(series, &options).expect("horizons of the files are in range");
    let bounds = [0, 1].map(|level| {
        let intervals = answer.steps.iter().map(|step| step.intervals.get(level));
        let bounds = intervals.zip(&answer.steps).map(|(interval, step)| {
            interval.map_or((step.mean, step.mean), |i| (i.lower, i.upper))
        });
        bounds.collect()
    });
    Outcome {
        mean: answer.steps.iter().map(|step| step.mean).collect(),
        bounds,
    }
}
