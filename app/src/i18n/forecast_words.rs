//! Words of forecasts: what the models do, and what the reader should know.

use locale::{Locale, format};
use protocol::{ForecastWarning, ModelKind};

/// What a model does, in a sentence.
pub const fn model_text(kind: ModelKind, locale: Locale) -> &'static str {
    let (english, turkish) = match kind {
        ModelKind::Ets => (
            "Exponential smoothing: what is recent counts most, for the level, the trend and the season.",
            "Üstel düzleştirme: düzeyde, eğilimde ve mevsimde en çok yakın geçmiş sayılır.",
        ),
        ModelKind::Theta => (
            "Theta: the long trend and the recent level, combined.",
            "Theta: uzun dönem eğilimi ile yakın geçmişin düzeyi birleştirilir.",
        ),
        ModelKind::Ces => (
            "Complex smoothing: level and direction as one, without a choice of a form of trend.",
            "Karmaşık düzleştirme: düzey ile yön, bir eğilim biçimi seçilmeden birlikte izlenir.",
        ),
        ModelKind::Arima => (
            "ARIMA: how each value followed from the ones before it and from their surprises.",
            "ARIMA: her değerin kendinden öncekilerden ve onların şaşırtmalarından nasıl doğduğu.",
        ),
        ModelKind::DampedTrend => (
            "Damped trend: the latest direction, weaker with every step.",
            "Sönümlü eğilim: son yön, her adımda zayıflayarak sürer.",
        ),
        ModelKind::TemporalHierarchy => (
            "Short and long view: steps, and sums of several steps, forecast apart and made to agree.",
            "Kısa ve uzun bakış: adımlar ve toplamları ayrı öngörülür, sonra uzlaştırılır.",
        ),
        ModelKind::Mstl => (
            "Decomposition: trend and each season are taken apart, continued and put together again.",
            "Ayrıştırma: eğilim ve her mevsim ayrılır, sürdürülür ve yeniden birleştirilir.",
        ),
        ModelKind::LocalGlobalTrend => (
            "Local and global trend: growth that bends with the level, over all likely courses.",
            "Yerel ve genel eğilim: düzeyle eğilip bükülen büyüme, olası tüm gidişler üzerinden.",
        ),
        ModelKind::TrigonometricSeasons => (
            "Seasons as waves of several lengths, each with a size that follows the newest values.",
            "Farklı uzunlukta dalgalar olarak mevsimler; her birinin boyu en yeni değerleri izler.",
        ),
        ModelKind::Mfles => (
            "Trend, seasons and level, found one after the other from what the others leave over.",
            "Eğilim, mevsimler ve düzey; her biri ötekilerin açıkta bıraktığından sırayla bulunur.",
        ),
        ModelKind::RareDemand => (
            "For rare sales: how often something sells and how much then, each smoothed by itself.",
            "Seyrek satışlar için: satışın ne sıklıkta ve ne kadar olduğu ayrı ayrı düzleştirilir.",
        ),
        ModelKind::Mean => (
            "The mean of the few values that there are.",
            "Eldeki az sayıda değerin ortalaması.",
        ),
        ModelKind::LastValue => ("The last value, carried on.", "Son değer sürdürülür."),
        ModelKind::Drift => (
            "The mean change so far, carried on.",
            "Bugüne kadarki ortalama değişim sürdürülür.",
        ),
        ModelKind::LastSeason => ("The last season, repeated.", "Son mevsim aynen yinelenir."),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}

/// What the reader of a forecast should know, in a sentence.
pub fn forecast_warning(warning: ForecastWarning, locale: Locale) -> String {
    let (english, turkish) = warning_words(warning);
    let words = match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    };
    numbers(warning)
        .into_iter()
        .fold(words.to_owned(), |words, (place, number)| {
            words.replace(place, &format::whole(number as i64, locale))
        })
}

const fn warning_words(warning: ForecastWarning) -> (&'static str, &'static str) {
    match warning {
        ForecastWarning::TooFewValues { .. } => (
            "Periods with a value: {count}. A forecast with a band takes at least {needed}.",
            "Değeri olan dönem sayısı: {count}. Bantlı bir tahmin için en az {needed} gerekir.",
        ),
        ForecastWarning::GapsFilled { .. } => (
            "Periods without a value that were filled in: {count}.",
            "Değeri olmayan ve doldurulan dönem sayısı: {count}.",
        ),
        ForecastWarning::LateStart { .. } => (
            "Empty periods at the start that were left out: {count}.",
            "Baştaki boş dönemlerden dışarıda bırakılan: {count}.",
        ),
        ForecastWarning::OnlyRecent { .. } => (
            "Only the last {count} periods were learnt from.",
            "Yalnızca son {count} dönemden öğrenildi.",
        ),
        ForecastWarning::SeasonUnused { .. } => (
            "The history is too short to see a season of {count} periods.",
            "Geçmiş, {count} dönemlik bir mevsimi görmek için çok kısa.",
        ),
        ForecastWarning::NegativeHistory => (
            "The history has values below zero; the forecast was kept at zero or above.",
            "Geçmişte sıfırın altında değerler var; tahmin sıfırın altına indirilmedi.",
        ),
        ForecastWarning::NotBackTested => (
            "The band comes from the model alone; it could not be checked against the past.",
            "Bant yalnızca modelden geliyor; geçmişle sınanamadı.",
        ),
        ForecastWarning::TestedUpTo { .. } => (
            "Tried on the past up to {count} periods ahead only; what lies further is less certain.",
            "Geçmişte yalnızca {count} dönem ilerisine kadar sınandı; ötesi daha belirsiz.",
        ),
        ForecastWarning::ModelsFailed => (
            "No model could follow the values; their mean is shown.",
            "Hiçbir model değerleri izleyemedi; ortalamaları gösteriliyor.",
        ),
    }
}

/// The numbers of a warning, by their places in its words.
fn numbers(warning: ForecastWarning) -> Vec<(&'static str, usize)> {
    match warning {
        ForecastWarning::TooFewValues { observed, needed } => {
            vec![("{count}", observed), ("{needed}", needed)]
        }
        ForecastWarning::GapsFilled { count }
        | ForecastWarning::LateStart { count }
        | ForecastWarning::OnlyRecent { used: count }
        | ForecastWarning::SeasonUnused { length: count }
        | ForecastWarning::TestedUpTo { steps: count } => vec![("{count}", count)],
        ForecastWarning::NegativeHistory
        | ForecastWarning::NotBackTested
        | ForecastWarning::ModelsFailed => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_place_in_both_languages() {
        let warnings = [
            ForecastWarning::TooFewValues {
                observed: 3,
                needed: 5,
            },
            ForecastWarning::GapsFilled { count: 3 },
            ForecastWarning::LateStart { count: 3 },
            ForecastWarning::OnlyRecent { used: 3 },
            ForecastWarning::SeasonUnused { length: 3 },
            ForecastWarning::NegativeHistory,
            ForecastWarning::NotBackTested,
            ForecastWarning::TestedUpTo { steps: 3 },
            ForecastWarning::ModelsFailed,
        ];
        for warning in warnings {
            for locale in Locale::ALL {
                let text = forecast_warning(warning, locale);
                assert!(!text.contains(['{', '}']) && text.ends_with('.'), "{text}");
                for (_, number) in numbers(warning) {
                    assert!(text.contains(&number.to_string()), "{text}");
                }
            }
        }
    }
}
