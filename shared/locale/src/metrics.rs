//! Names and meanings of metrics. English ones are the catalogue's own.

use model::metrics::{MetricId, english_name_and_meaning};

use crate::{Locale, turkish};

/// What a metric is called.
pub fn metric_name(metric: MetricId, locale: Locale) -> &'static str {
    of(metric, [&ENGLISH_NAMES, &TURKISH_NAMES], locale)
}

/// What a metric means, in a sentence.
pub fn metric_definition(metric: MetricId, locale: Locale) -> &'static str {
    of(metric, [&ENGLISH_MEANINGS, &TURKISH_MEANINGS], locale)
}

const COUNT: usize = MetricId::ALL.len();
/// A text for each metric, in the order of [`MetricId::ALL`].
type Table = [&'static str; COUNT];

/// One side of the pairs of names and meanings.
macro_rules! table {
    ($pair_of:path, $side:tt) => {{
        let mut table = [""; COUNT];
        let mut at = 0;
        while at < COUNT {
            table[at] = $pair_of(MetricId::ALL[at]).$side;
            at += 1;
        }
        table
    }};
}

// Names and meanings lie apart: the app's first screen carries the ones without the others.
static ENGLISH_NAMES: Table = table!(english_name_and_meaning, 0);
static TURKISH_NAMES: Table = table!(turkish::name_and_meaning, 0);
static ENGLISH_MEANINGS: Table = table!(english_name_and_meaning, 1);
static TURKISH_MEANINGS: Table = table!(turkish::name_and_meaning, 1);

fn of(metric: MetricId, [english, turkish]: [&Table; 2], locale: Locale) -> &'static str {
    let table = match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    };
    table.get(metric as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_metric_has_its_own_name_in_both_languages() {
        for locale in Locale::ALL {
            let names: BTreeSet<&str> = MetricId::ALL
                .iter()
                .map(|metric| metric_name(*metric, locale))
                .collect();
            assert_eq!(names.len(), COUNT);
            for name in names {
                assert!(!name.trim().is_empty());
                // They are put into HTML as they are.
                assert!(!name.contains(['<', '&', '"']), "{name}");
            }
        }
    }

    #[test]
    fn every_metric_is_explained_in_both_languages() {
        for metric in MetricId::ALL {
            let [turkish, english] = Locale::ALL.map(|locale| metric_definition(*metric, locale));
            for meaning in [turkish, english] {
                assert!(meaning.len() > 1 && meaning.ends_with('.'), "{metric}");
                assert!(!meaning.contains(". "), "{metric}: {meaning}");
            }
            assert_ne!(turkish, english, "{metric}");
        }
    }

    #[test]
    fn a_metric_keeps_its_own_words() {
        for metric in MetricId::ALL {
            let english = model::metrics::english(*metric);
            assert_eq!(metric_name(*metric, Locale::English), english.name);
            assert_eq!(metric_definition(*metric, Locale::English), english.meaning);
            assert_eq!(
                (
                    metric_name(*metric, Locale::Turkish),
                    metric_definition(*metric, Locale::Turkish)
                ),
                turkish::name_and_meaning(*metric)
            );
        }
    }
}
