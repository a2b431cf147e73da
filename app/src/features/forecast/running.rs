//! What the period comes to that is not over, and how likely its target is reached.

use kernel::Currency;
use leptos::prelude::*;
use locale::{Locale, format};
use model::metrics::MetricId;
use protocol::{ForecastRunning, Forecasted};

use crate::i18n::{ForecastText, forecast_words};

/// The lines; nothing where today is not among the steps.
pub fn running_lines(
    forecast: &Forecasted,
    currency: Currency,
    locale: Locale,
) -> impl IntoView + use<> {
    forecast.running.map(|running| {
        let (so_far, chance) = told(&running, forecast.metric, currency, locale);
        view! {
            <p data-testid="running">{so_far}</p>
            {chance.map(|chance| view! { <p data-testid="chance"><strong>{chance}</strong></p> })}
        }
    })
}

/// What there is and is expected, and the chance of the target where there is one.
fn told(
    running: &ForecastRunning,
    metric: MetricId,
    currency: Currency,
    locale: Locale,
) -> (String, Option<String>) {
    let unit = metric.metric().unit;
    let value = |value: f64| format::value_compact(value, unit, currency, locale);
    let words = |text| forecast_words(text, locale);
    let period = format::date_range(running.period, locale);
    let so_far = words(ForecastText::RunningSoFar)
        .replace("{period}", &period)
        .replace("{so_far}", &value(running.so_far))
        .replace("{mean}", &value(running.mean))
        .replace("{lower}", &value(running.lower))
        .replace("{upper}", &value(running.upper));
    let chance = running.target.zip(running.chance).map(|(target, chance)| {
        let text = match metric {
            MetricId::AdSpend => ForecastText::RunningBudget,
            _ => ForecastText::RunningTarget,
        };
        words(text)
            .replace("{chance}", &format::percent(chance, 0, locale))
            .replace("{target}", &value(target))
            .replace("{period}", &period)
    });
    (so_far, chance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::DateRange;

    #[test]
    fn what_is_there_is_expected_and_planned_are_told_in_both_languages() {
        let day = |text: &str| text.parse().expect("a date");
        let november = DateRange::new(day("2026-11-01"), day("2026-11-30")).expect("in order");
        let running = ForecastRunning {
            period: november,
            known: None,
            so_far: 12_300.0,
            mean: 45_600.0,
            lower: 41_100.0,
            upper: 52_200.0,
            target: Some(50_000.0),
            chance: Some(0.62),
        };
        for locale in Locale::ALL {
            let of = |running, metric| told(&running, metric, Currency::TRY, locale);
            let (so_far, chance) = of(running, MetricId::NetRevenue);
            for part in ["2026", "123", "456", "411", "522"] {
                assert!(so_far.contains(part), "{so_far} lacks {part}");
            }
            let chance = chance.expect("there is a target");
            assert!(chance.contains("62") && chance.contains("500"), "{chance}");
            assert!(!so_far.contains(['{', '}']) && !chance.contains(['{', '}']));
            let (_, budget) = of(running, MetricId::AdSpend);
            assert_ne!(budget.expect("a budget"), chance);
            let open = ForecastRunning {
                target: None,
                ..running
            };
            assert_eq!(of(open, MetricId::NetRevenue).1, None);
        }
    }
}
