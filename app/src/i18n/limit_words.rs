//! Words of the limit that a forecast may cross.

use locale::Locale;

/// A message of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitText {
    Title,
    Limit,
    Side,
    Above,
    Below,
    Of,
    AnyStep,
    Sum,
    StepAbove,
    StepBelow,
    SumAbove,
    SumBelow,
    Turn,
}

/// The words of a message in a language.
pub const fn limit_words(text: LimitText, locale: Locale) -> &'static str {
    use LimitText as T;
    let (english, turkish) = match text {
        T::Title => (
            "How likely is a limit crossed?",
            "Bir sınırın aşılma olasılığı ne kadar?",
        ),
        T::Limit => ("Limit", "Sınır"),
        T::Side => ("On which side", "Hangi yönde"),
        T::Above => ("Up to it or above", "Ona veya üstüne"),
        T::Below => ("Down to it or below", "Ona veya altına"),
        T::Of => ("What is held against it", "Neyle karşılaştırılır"),
        T::AnyStep => ("Any one period", "Herhangi bir dönem"),
        T::Sum => ("All together", "Hepsi birlikte"),
        T::StepAbove => (
            "{chance} likely that a period by {period} is at {limit} or above.",
            "{period} dönemine kadar bir dönemin {limit} veya üstünde olma olasılığı {chance}.",
        ),
        T::StepBelow => (
            "{chance} likely that a period by {period} is at {limit} or below.",
            "{period} dönemine kadar bir dönemin {limit} veya altında olma olasılığı {chance}.",
        ),
        T::SumAbove => (
            "{chance} likely that the periods by {period} come to {limit} or more together.",
            "{period} dönemine kadar dönemler toplamının {limit} veya üstünde olma olasılığı {chance}.",
        ),
        T::SumBelow => (
            "{chance} likely that the periods by {period} come to {limit} or less together.",
            "{period} dönemine kadar dönemler toplamının {limit} veya altında olma olasılığı {chance}.",
        ),
        T::Turn => (
            "As likely as not from {period} on.",
            "{period} döneminden itibaren olasılık yarıyı aşar.",
        ),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
