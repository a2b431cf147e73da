//! What of the history was replaced before the forecast learnt from it, and the switch for it.

use leptos::prelude::*;
use locale::{Locale, format};
use protocol::{Cleaning, Forecasted, Replaced, ReplacedReason};

use crate::features::Asked;
use crate::i18n::{ForecastText, forecast_words};
use crate::state::app;
use crate::ui::Segments;

/// The switch and, once there is a forecast, one line of what was replaced.
#[component]
pub fn CleaningSwitch(
    forecast: RwSignal<Asked<Forecasted>>,
    cleaning: RwSignal<Cleaning>,
) -> impl IntoView {
    let app = app();
    let say = move |text| forecast_words(text, app.locale.get());
    view! {
        <Segments
            label=Signal::derive(move || say(ForecastText::CleaningTitle).to_owned())
            options=Signal::derive(move || {
                let texts = [
                    ForecastText::CleaningAsItWas,
                    ForecastText::CleaningKnown,
                    ForecastText::CleaningSuspected,
                ];
                let texts = texts.map(|text| say(text).to_owned());
                Cleaning::ALL.into_iter().zip(texts).collect()
            })
            chosen=cleaning
            on_choose=move |chosen| cleaning.set(chosen)
        />
        {move || match &*forecast.read() {
            Some(Ok(forecast)) => {
                let text = replaced_text(&forecast.replaced, app.locale.get());
                view! { <p class="note" data-testid="replaced">{text}</p> }.into_any()
            }
            _ => ().into_any(),
        }}
    }
}

/// What was replaced, in a sentence.
fn replaced_text(replaced: &[Replaced], locale: Locale) -> String {
    let words = |text| forecast_words(text, locale);
    let parts = replaced.iter().map(|it| {
        let text = match it.reason {
            ReplacedReason::Missing => ForecastText::ReplacedMissing,
            ReplacedReason::StockOut => ForecastText::ReplacedStockOut,
            ReplacedReason::Outlier => ForecastText::ReplacedOutlier,
            ReplacedReason::LevelShift => ForecastText::ReplacedLevelShift,
        };
        words(text).replace("{count}", &format::whole(it.count as i64, locale))
    });
    let parts: Vec<String> = parts.collect();
    match parts.is_empty() {
        true => words(ForecastText::ReplacedNothing).to_owned(),
        false => words(ForecastText::ReplacedLine).replace("{what}", &parts.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_told_with_its_count() {
        let reasons = [
            ReplacedReason::Missing,
            ReplacedReason::StockOut,
            ReplacedReason::Outlier,
            ReplacedReason::LevelShift,
        ];
        for locale in Locale::ALL {
            let nothing = replaced_text(&[], locale);
            assert!(nothing.ends_with('.') && !nothing.contains('{'));
            let replaced = reasons.map(|reason| Replaced {
                reason,
                count: 41 + reason as usize,
            });
            let text = replaced_text(&replaced, locale);
            assert!(!text.contains(['{', '}']) && text.ends_with('.'), "{text}");
            for it in replaced {
                assert!(text.contains(&it.count.to_string()), "{text}");
            }
        }
    }
}
