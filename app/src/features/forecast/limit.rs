//! How likely the forecast crosses a limit: the reader moves it, the chance follows.

use leptos::prelude::*;
use locale::{Locale, format};
use protocol::{
    Ask, Crossing, ForecastStep, Forecasted, Limit, LimitSide, Limited, Number, Told, Unread,
};

use crate::features::{Asked, asked};
use crate::i18n::{LimitText, limit_words};
use crate::platform::page;
use crate::state::app;
use crate::ui::{Card, Segments, Skeleton};

/// Steps of the slider that there are at least; each place is a round value.
const PLACES_MIN: f64 = 50.0;

/// The card; nothing until there is a forecast.
#[component]
pub fn LimitCard(forecast: RwSignal<Asked<Forecasted>>) -> impl IntoView {
    let app = app();
    let say = move |text| limit_words(text, app.locale.get());
    let side = RwSignal::new(LimitSide::default());
    let of = RwSignal::new(Limited::default());
    // Where the reader has put it; a forecast of something else starts anew.
    let place = RwSignal::new(None::<f64>);
    let scale = Memo::new(move |before: Option<&Option<Scale>>| {
        let read = forecast.read();
        let scale = match &*read {
            Some(Ok(forecast)) => Scale::of(forecast, of.get()),
            _ => None,
        };
        if before.is_some_and(|before| *before != scale) {
            place.set(None);
        }
        scale
    });
    let value = Memo::new(move |_| {
        let scale = scale.get()?;
        Some(place.get().map_or(scale.start, |place| scale.value(place)))
    });
    let chances = asked(
        app,
        move || crossing(forecast, value.get()?, side.get(), of.get()),
        read_chances,
    );
    let text = move |value: f64| match &*forecast.read() {
        Some(Ok(forecast)) => {
            let unit = forecast.metric.metric().unit;
            format::value_compact(value, unit, app.currency(), app.locale.get())
        }
        _ => String::new(),
    };
    let adds_up =
        move || matches!(&*forecast.read(), Some(Ok(forecast)) if forecast.total.is_some());
    view! {
        <Show when=move || scale.read().is_some()>
            <Card title=Signal::derive(move || say(LimitText::Title).to_owned())>
                <Segments
                    label=Signal::derive(move || say(LimitText::Side).to_owned())
                    options=Signal::derive(move || {
                        vec![
                            (LimitSide::Above, say(LimitText::Above).to_owned()),
                            (LimitSide::Below, say(LimitText::Below).to_owned()),
                        ]
                    })
                    chosen=side
                    on_choose=move |chosen| side.set(chosen)
                />
                <Show when=adds_up>
                    <Segments
                        label=Signal::derive(move || say(LimitText::Of).to_owned())
                        options=Signal::derive(move || {
                            vec![
                                (Limited::AnyStep, say(LimitText::AnyStep).to_owned()),
                                (Limited::Sum, say(LimitText::Sum).to_owned()),
                            ]
                        })
                        chosen=of
                        on_choose=move |chosen| of.set(chosen)
                    />
                </Show>
                <label class="field wide">
                    <span>{move || say(LimitText::Limit)} ": " <strong>{move || value.get().map(text)}</strong></span>
                    <input
                        type="range"
                        min="0"
                        max=move || scale.get().map(|scale| scale.places.to_string())
                        prop:value=move || {
                            let scale = scale.get()?;
                            Some(scale.place(value.get()?).to_string())
                        }
                        aria-valuetext=move || value.get().map(text)
                        data-testid="limit"
                        on:input=move |event| place.set(Some(page::number(&event_target_value(&event))))
                    />
                </label>
                <p aria-live="polite" data-testid="limit-chance">
                    {move || match (&*chances.read(), &*forecast.read()) {
                        (Some(Ok(chances)), Some(Ok(forecast))) => {
                            let limit = value.get().map(text).unwrap_or_default();
                            let told = told(chances, &forecast.steps, &limit, (side.get(), of.get()), app.locale.get());
                            told.map(|(chance, turn)| view! { <strong>{chance}</strong> " " {turn} }).into_any()
                        }
                        (Some(Err(failure)), _) => failure.text.clone().into_any(),
                        _ => view! { <Skeleton lines=1 /> }.into_any(),
                    }}
                </p>
            </Card>
        </Show>
    }
}

/// The round values that a limit may have.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    least: f64,
    step: f64,
    /// How many steps there are above the least.
    places: u32,
    /// Where the limit is at first.
    start: f64,
}

impl Scale {
    /// From below the lowest end of the intervals to above the highest, in steps of 1, 2 or 5 of some power of ten.
    fn of(forecast: &Forecasted, of: Limited) -> Option<Scale> {
        let steps = &forecast.steps;
        let ends = |end: fn(&ForecastStep) -> f64| steps.iter().map(end);
        let (lower, middle, upper): (f64, f64, f64) = match of {
            Limited::AnyStep => (
                ends(|step| step.lower).fold(f64::INFINITY, f64::min),
                ends(|step| step.mean).fold(f64::NEG_INFINITY, f64::max),
                ends(|step| step.upper).fold(f64::NEG_INFINITY, f64::max),
            ),
            Limited::Sum => (
                ends(|step| step.lower).sum(),
                ends(|step| step.mean).sum(),
                ends(|step| step.upper).sum(),
            ),
        };
        let apart = upper - lower;
        if !(apart.is_finite() && apart > 0.0) {
            return None;
        }
        // Half as far again on both sides: what is unlikely can be asked for too.
        let (lowest, highest) = (lower - 0.5 * apart, upper + 0.5 * apart);
        let lowest = if lower >= 0.0 {
            lowest.max(0.0)
        } else {
            lowest
        };
        let step = round_step((highest - lowest) / PLACES_MIN);
        let least = (lowest / step).floor() * step;
        let places = ((highest - least) / step).ceil();
        let scale = Scale {
            least,
            step,
            places: places as u32,
            start: 0.0,
        };
        let start = scale.value(((middle - least) / step).round());
        Some(Scale { start, ..scale })
    }

    fn value(&self, place: f64) -> f64 {
        self.least + place.clamp(0.0, f64::from(self.places)) * self.step
    }

    fn place(&self, value: f64) -> f64 {
        ((value - self.least) / self.step).round()
    }
}

/// The largest of 1, 2 and 5 times a power of ten that is no longer than this.
fn round_step(longest: f64) -> f64 {
    // Powers by multiplying: the same ones everywhere.
    let mut power = 1.0;
    while power > longest {
        power /= 10.0;
    }
    while power * 10.0 <= longest {
        power *= 10.0;
    }
    let fits = [5.0, 2.0]
        .into_iter()
        .find(|times| times * power <= longest);
    fits.unwrap_or(1.0) * power
}

fn crossing(
    forecast: RwSignal<Asked<Forecasted>>,
    value: f64,
    side: LimitSide,
    of: Limited,
) -> Option<Ask> {
    let read = forecast.read();
    let Some(Ok(forecast)) = &*read else {
        return None;
    };
    let steps = forecast.steps.iter();
    Some(Ask::Crossing(Unread::of(&Crossing {
        steps: steps
            .map(|step| [step.lower, step.median, step.upper].map(Number))
            .collect(),
        coverage: Number(forecast.coverage),
        limit: Limit {
            value: Number(value),
            side,
            of,
        },
    })))
}

fn read_chances(told: Told) -> Option<Vec<f64>> {
    match told {
        Told::Chances(chances) => Some(chances),
        _ => None,
    }
}

/// How likely the limit is crossed by the last step, and from when on it is as likely as not.
fn told(
    chances: &[f64],
    steps: &[ForecastStep],
    limit: &str,
    (side, of): (LimitSide, Limited),
    locale: Locale,
) -> Option<(String, String)> {
    let (last, end) = (chances.last()?, steps.last()?);
    let text = match (of, side) {
        (Limited::AnyStep, LimitSide::Above) => LimitText::StepAbove,
        (Limited::AnyStep, LimitSide::Below) => LimitText::StepBelow,
        (Limited::Sum, LimitSide::Above) => LimitText::SumAbove,
        (Limited::Sum, LimitSide::Below) => LimitText::SumBelow,
    };
    let chance = limit_words(text, locale)
        .replace("{chance}", &format::percent(*last, 0, locale))
        .replace("{limit}", limit)
        .replace("{period}", &format::date(end.period, locale));
    // A sum that stays below is likely at first and less so later: there is no day from which on it is.
    let is_rising = (of, side) != (Limited::Sum, LimitSide::Below);
    let turn = chances.iter().position(|chance| *chance >= 0.5);
    let turn = turn.filter(|_| is_rising).and_then(|at| steps.get(at));
    let turn = turn.map(|step| {
        let day = format::date(step.period, locale);
        limit_words(LimitText::Turn, locale).replace("{period}", &day)
    });
    Some((chance, turn.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Date;

    fn steps(count: i32) -> Vec<ForecastStep> {
        let first: Date = "2026-12-01".parse().expect("a date");
        let step = |day| ForecastStep {
            period: first.add_days(day).expect("a date"),
            mean: 100.0,
            median: 100.0,
            lower: 80.0,
            upper: 130.0,
        };
        (0..count).map(step).collect()
    }

    #[test]
    fn steps_of_the_slider_are_round_and_many_enough() {
        for (longest, round) in [
            (1.0, 1.0),
            (1.99, 1.0),
            (2.0, 2.0),
            (7.0, 5.0),
            (4_999.0, 2_000.0),
            (0.0301, 0.02),
        ] {
            let step = round_step(longest);
            assert!((step / round - 1.0).abs() < 1e-12, "{longest}: {step}");
        }
    }

    #[test]
    fn every_crossing_is_told_in_both_languages() {
        let chances = [0.2, 0.5, 0.81];
        for locale in Locale::ALL {
            let mut seen = std::collections::BTreeSet::new();
            for side in [LimitSide::Above, LimitSide::Below] {
                for of in [Limited::AnyStep, Limited::Sum] {
                    let (chance, turn) =
                        told(&chances, &steps(3), "₺50", (side, of), locale).expect("steps");
                    assert!(chance.contains("81") && chance.contains("₺50"), "{chance}");
                    assert!(!chance.contains(['{', '}']) && !turn.contains(['{', '}']));
                    let has_turn = (of, side) != (Limited::Sum, LimitSide::Below);
                    assert_eq!(!turn.is_empty(), has_turn, "{turn}");
                    assert!(seen.insert(chance));
                }
            }
            let unlikely = [0.1, 0.2, 0.3];
            let at = (LimitSide::Above, Limited::AnyStep);
            let (_, turn) = told(&unlikely, &steps(3), "₺50", at, locale).expect("steps");
            assert_eq!(turn, "");
            assert_eq!(told(&[], &[], "₺50", at, locale), None);
        }
    }
}
