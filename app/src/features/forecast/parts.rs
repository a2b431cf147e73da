//! What a step of a forecast is made of: touched on the chart, or chosen by the slider.

use leptos::prelude::*;
use locale::{Locale, format};
use model::period::Grain;
use protocol::{ForecastParts, Forecasted};

use crate::i18n::{ForecastText, forecast_words, occasion_name};
use crate::platform::page;
use crate::state::app;

/// Below a season of so many periods the values of a day follow the week.
const WEEK: usize = 7;

/// The parts of one step. `from` is the place of the first step among the periods of the chart, which moves the
/// slider where it is touched.
#[component]
pub fn StepParts(forecast: Forecasted, from: i32) -> impl IntoView {
    let app = app();
    let (locale, currency) = (app.locale.get_untracked(), app.currency());
    let unit = forecast.metric.metric().unit;
    let Some(parts) = forecast.parts else {
        return ().into_any();
    };
    let steps = StoredValue::new(forecast.steps);
    let parts = StoredValue::new(parts);
    let last = steps.with_value(Vec::len).saturating_sub(1);
    let at = RwSignal::new(0_usize);
    let day = move || {
        let step = steps.with_value(|steps| steps.get(at.get()).copied());
        step.map(|step| format::date(step.period, locale))
    };
    let value = move |value: f64| format::value_compact(value, unit, currency, locale);
    let signed = move |part: f64| match part > 0.0 {
        true => format!("+{}", value(part)),
        false => value(part),
    };
    let rows = move || {
        let at = at.get();
        let named = parts.with_value(|parts| named(parts, at, forecast.grain, locale));
        let rows = named.into_iter().enumerate().map(|(place, (name, part))| {
            let text = if place == 0 {
                value(part)
            } else {
                signed(part)
            };
            view! { <div><dt>{name}</dt><dd>{text}</dd></div> }
        });
        let step = steps.with_value(|steps| steps.get(at).copied());
        let sum = step.map(|step| {
            let range = format!(
                "{} ({} – {})",
                value(step.mean),
                value(step.lower),
                value(step.upper)
            );
            let name = forecast_words(ForecastText::PartSum, locale);
            view! { <div><dt><strong>{name}</strong></dt><dd>{range}</dd></div> }
        });
        view! { {rows.collect_view()} {sum} }
    };
    view! {
        <h3>{forecast_words(ForecastText::PartsTitle, locale)}</h3>
        <label class="field wide">
            <span>{forecast_words(ForecastText::PartsHint, locale)}</span>
            <input
                type="range"
                min="0"
                max=last
                prop:value=move || at.get().to_string()
                data-from=from
                data-testid="step"
                aria-valuetext=day
                on:input=move |event| {
                    let place = page::number(&event_target_value(&event)).max(0.0) as usize;
                    at.set(place.min(last));
                }
            />
        </label>
        <p class="note" data-testid="step-day">{day}</p>
        <dl class="lines amounts" data-testid="parts">{rows}</dl>
    }
    .into_any()
}

/// The parts of a step with their names, the level first.
fn named(
    parts: &ForecastParts,
    at: usize,
    grain: Grain,
    locale: Locale,
) -> Vec<(&'static str, f64)> {
    let of = |values: &[f64]| values.get(at).copied().unwrap_or_default();
    let name = |text| forecast_words(text, locale);
    let mut named = vec![
        (name(ForecastText::PartLevel), parts.level),
        (name(ForecastText::PartTrend), of(&parts.trend)),
    ];
    for season in &parts.seasons {
        let is_week = grain == Grain::Day && season.length == WEEK;
        let text = match is_week {
            true => ForecastText::PartWeek,
            false => ForecastText::PartYear,
        };
        named.push((name(text), of(&season.adds)));
    }
    // Most steps have no occasion.
    let effects = parts.effects.iter().map(|effect| {
        let name = occasion_name(effect.occasion, None, locale);
        (name, of(&effect.adds))
    });
    named.extend(effects.filter(|(_, adds)| *adds != 0.0));
    named.push((name(ForecastText::PartRest), of(&parts.rest)));
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{ForecastEffect, ForecastSeason, Occasion};

    #[test]
    fn every_part_of_a_step_is_named_once() {
        let season = |length, adds| ForecastSeason {
            length,
            adds: vec![0.0, adds],
        };
        let parts = ForecastParts {
            level: 100.0,
            trend: vec![0.0, 2.0],
            seasons: vec![season(7, -3.0), season(365, 4.0)],
            effects: vec![
                ForecastEffect {
                    occasion: Occasion::BlackFriday,
                    adds: vec![0.0, 6.0],
                },
                ForecastEffect {
                    occasion: Occasion::YearEnd,
                    adds: vec![7.0, 0.0],
                },
            ],
            rest: vec![0.0, 1.0],
        };
        for locale in Locale::ALL {
            let named = named(&parts, 1, Grain::Day, locale);
            let sum: f64 = named.iter().map(|(_, part)| part).sum();
            assert_eq!(sum, 110.0);
            let names: std::collections::BTreeSet<_> = named.iter().map(|(name, _)| name).collect();
            assert_eq!(names.len(), 6);
        }
        // Where there is no such step there is nothing to add.
        assert_eq!(named(&parts, 9, Grain::Day, Locale::English)[1].1, 0.0);
    }
}
