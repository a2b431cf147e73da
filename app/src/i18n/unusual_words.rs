//! Words of what the forecast screen tells beside the forecast: parts of a step, and unusual values.

use locale::Locale;
use protocol::{Severity, UnusualKind};

/// A message of the forecast screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForecastText {
    PartsTitle,
    PartsHint,
    PartLevel,
    PartTrend,
    PartWeek,
    PartYear,
    PartRest,
    PartSum,
    RunningSoFar,
    RunningTarget,
    RunningBudget,
    CleaningTitle,
    CleaningAsItWas,
    CleaningKnown,
    CleaningSuspected,
    ReplacedNothing,
    ReplacedLine,
    ReplacedMissing,
    ReplacedStockOut,
    ReplacedOutlier,
    ReplacedLevelShift,
    OccasionsTitle,
    OccasionUsually,
    OccasionNone,
    UnusualTitle,
    UnusualMark,
    UnusualNone,
    UnusualTooShort,
    UnusualExpected,
    Sensitivity,
    Fewest,
    Usual,
    Most,
    ProductsTitle,
    ProductsHint,
    ProductsStart,
    ProductsStop,
    ProductsProgress,
    ProductsWhole,
    ProductsOthers,
    ChannelsOthers,
    ProductsBy,
    ProductsOfCategory,
    ProductsRange,
    ProductsAll,
    ProductSoldOut,
    ProductYoung,
}

/// The words of a message in a language.
pub const fn forecast_words(text: ForecastText, locale: Locale) -> &'static str {
    let (english, turkish) = match text {
        ForecastText::PartsTitle => ("What a step is made of", "Bir adım nelerden oluşuyor"),
        ForecastText::PartsHint => (
            "Touch the forecast in the chart, or move the slider.",
            "Grafikte tahmine dokunun ya da kaydırıcıyı oynatın.",
        ),
        ForecastText::PartLevel => (
            "Level at the end of the history",
            "Geçmişin sonundaki düzey",
        ),
        ForecastText::PartTrend => ("Trend since then", "O zamandan beri eğilim"),
        ForecastText::PartWeek => ("Day of the week", "Haftanın günü"),
        ForecastText::PartYear => ("Time of the year", "Yılın zamanı"),
        ForecastText::PartRest => (
            "Turns that these do not show",
            "Bunların göstermediği değişimler",
        ),
        ForecastText::PartSum => ("Expected (8 of 10 within)", "Beklenen (10'da 8'i arasında)"),
        ForecastText::RunningSoFar => (
            "{period}: so far {so_far}, expected {mean} ({lower} – {upper}).",
            "{period}: şimdiye kadar {so_far}, beklenen {mean} ({lower} – {upper}).",
        ),
        ForecastText::RunningTarget => (
            "{chance} likely to reach the target of {target} ({period}).",
            "{target} hedefine ulaşma olasılığı {chance} ({period}).",
        ),
        ForecastText::RunningBudget => (
            "{chance} likely to use up the budget of {target} ({period}).",
            "{target} bütçeyi tüketme olasılığı {chance} ({period}).",
        ),
        ForecastText::CleaningTitle => ("Learn from the history", "Öğrenilecek geçmiş"),
        ForecastText::CleaningAsItWas => ("As it was", "Olduğu gibi"),
        ForecastText::CleaningKnown => ("Cleaned", "Temizlenmiş"),
        ForecastText::CleaningSuspected => ("Also of what looks wrong", "Hatalı görünenlerden de"),
        ForecastText::ReplacedNothing => ("No value was replaced.", "Hiçbir değer değiştirilmedi."),
        ForecastText::ReplacedLine => (
            "Replaced before learning: {what}.",
            "Öğrenmeden önce değiştirilen: {what}.",
        ),
        ForecastText::ReplacedMissing => ("missing, {count}", "eksik, {count}"),
        ForecastText::ReplacedStockOut => (
            "days sold out, {count} (demand is taken to be more than what was sold)",
            "stoksuz gün, {count} (talep, satılandan fazla sayılır)",
        ),
        ForecastText::ReplacedOutlier => (
            "far from all others, {count}",
            "diğerlerinden çok uzak, {count}",
        ),
        ForecastText::ReplacedLevelShift => (
            "of a level that ended, {count}",
            "sona eren düzeyden, {count}",
        ),
        ForecastText::OccasionsTitle => ("Occasions ahead", "Yaklaşan özel günler"),
        ForecastText::OccasionUsually => ("usually {change}", "genellikle {change}"),
        ForecastText::OccasionNone => ("no effect found", "etkisi görülmedi"),
        ForecastText::UnusualTitle => ("What was unusual?", "Olağan dışı ne oldu?"),
        ForecastText::UnusualMark => ("Unusual", "Olağan dışı"),
        ForecastText::UnusualNone => (
            "Nothing in these days was unusual at this setting.",
            "Bu günlerde bu ayara göre olağan dışı bir şey yok.",
        ),
        ForecastText::UnusualTooShort => (
            "The history is too short to tell what is usual.",
            "Neyin olağan olduğunu söylemek için geçmiş çok kısa.",
        ),
        ForecastText::UnusualExpected => (
            "{value}; usual: {lower} to {upper}",
            "{value}; olağan: {lower} ile {upper} arası",
        ),
        ForecastText::Sensitivity => ("What is told", "Neler bildirilsin"),
        ForecastText::Fewest => ("Only the clearest", "Yalnızca en belirginler"),
        ForecastText::Usual => ("Usual", "Olağan ölçü"),
        ForecastText::Most => ("More", "Daha fazlası"),
        ForecastText::ProductsTitle => ("What will each product bring?", "Her ürün ne getirecek?"),
        ForecastText::ProductsHint => (
            "The next 90 days against the last 90, computed on this device. The parts add up to the whole.",
            "Sonraki 90 gün, son 90 günle karşılaştırmalı; bu cihazda hesaplanır. Parçalar bütüne eşittir.",
        ),
        ForecastText::ProductsStart => ("Forecast the products", "Ürünleri öngör"),
        ForecastText::ProductsStop => ("Stop", "Durdur"),
        ForecastText::ProductsProgress => ("{done} of {of} series", "{of} serinin {done} tanesi"),
        ForecastText::ProductsWhole => ("All products", "Tüm ürünler"),
        ForecastText::ProductsOthers => ("Other products", "Diğer ürünler"),
        ForecastText::ChannelsOthers => ("Other channels", "Diğer kanallar"),
        ForecastText::ProductsBy => ("By", "Kırılım"),
        ForecastText::ProductsOfCategory => ("Products: {count}", "Ürün sayısı: {count}"),
        ForecastText::ProductsRange => (
            "{lower} to {upper}; last 90 days {last}",
            "{lower} ile {upper} arası; son 90 gün {last}",
        ),
        ForecastText::ProductYoung => (
            "; young, expected from the first months of other products",
            "; yeni, diğer ürünlerin ilk aylarına göre beklenen",
        ),
        ForecastText::ProductSoldOut => ("; days sold out {count}", "; stoksuz gün {count}"),
        ForecastText::ProductsAll => ("Show all {count}", "Tümünü göster ({count})"),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}

/// What is unusual about a value.
pub const fn unusual_kind(kind: UnusualKind, locale: Locale) -> &'static str {
    let (english, turkish) = match kind {
        UnusualKind::Point => ("a single value", "tek bir değer"),
        UnusualKind::SeasonBreak => ("the week's pattern broke", "haftanın düzeni bozuldu"),
        UnusualKind::LevelShift => ("the level shifted", "düzey kaydı"),
        UnusualKind::TrendBreak => ("the trend broke", "eğilim kırıldı"),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}

/// How far an unusual value is from what is usual.
pub const fn unusual_severity(severity: Severity, locale: Locale) -> &'static str {
    let (english, turkish) = match severity {
        Severity::Notice => ("notable", "dikkate değer"),
        Severity::Warning => ("clear", "belirgin"),
        Severity::Critical => ("extreme", "aşırı"),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
