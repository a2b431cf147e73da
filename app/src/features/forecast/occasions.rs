//! Holidays and other occasions that lie ahead, with what they usually do to sales.

use kernel::DateRange;
use leptos::prelude::*;
use locale::{Locale, format};
use protocol::ForecastOccasion;

use crate::i18n::{ForecastText, forecast_words, occasion_name};

/// Most occasions that are listed: the nearest.
const LISTED_MAX: usize = 12;

/// The list; nothing where nothing lies ahead.
pub fn occasion_list(occasions: &[ForecastOccasion], locale: Locale) -> impl IntoView + use<> {
    let rows = occasions.iter().take(LISTED_MAX).map(|it| {
        let (name, effect) = told(it, locale);
        view! { <div><dt>{name}</dt><dd>{effect}</dd></div> }
    });
    let rows = rows.collect_view();
    (!occasions.is_empty()).then(|| {
        view! {
            <h3>{forecast_words(ForecastText::OccasionsTitle, locale)}</h3>
            <dl class="lines" data-testid="occasions">{rows}</dl>
        }
    })
}

/// When and what, and what it usually does.
fn told(it: &ForecastOccasion, locale: Locale) -> (String, String) {
    let days = match DateRange::new(it.from, it.to) {
        Ok(days) if days.days() > 1 => format::date_range(days, locale),
        _ => format::date(it.from, locale),
    };
    let name = occasion_name(it.occasion, Some(it.from), locale);
    let effect = match it.share {
        Some(share) => forecast_words(ForecastText::OccasionUsually, locale)
            .replace("{change}", &format::change(share, locale)),
        None => forecast_words(ForecastText::OccasionNone, locale).to_owned(),
    };
    (format!("{days}: {name}"), effect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Occasion;

    #[test]
    fn a_holiday_is_told_with_its_day_its_name_and_what_it_does() {
        let day = |text: &str| text.parse().expect("a date");
        let republic = ForecastOccasion {
            occasion: Occasion::PublicHoliday,
            from: day("2026-10-29"),
            to: day("2026-10-29"),
            share: Some(-0.12),
        };
        let (name, effect) = told(&republic, Locale::English);
        assert!(
            name.ends_with(": Republic Day") && name.contains("29"),
            "{name}"
        );
        assert!(effect.contains("12"), "{effect}");
        let ramazan = ForecastOccasion {
            occasion: Occasion::Ramazan,
            to: day("2026-11-05"),
            share: None,
            ..republic
        };
        for locale in Locale::ALL {
            let (name, effect) = told(&ramazan, locale);
            assert!(name.contains("29") && name.contains('5'), "{name}");
            assert!(!effect.contains('{') && !effect.is_empty());
        }
    }
}
