//! Keys of members that files name in free text: "TRENDYOL", "Trendyol " and "trendyol" are one.
//!
//! The key joins facts; the text as written is the label. Out of scope: merging members whose names
//! differ ("Hepsi Burada"), which only a person can decide.

/// The longest key, in characters.
pub const KEY_LENGTH_MAX: usize = 64;

/// The key of a member that is not known.
pub const UNKNOWN_KEY: &str = "-";

/// The channels that this product knows by name, as key and label.
pub const KNOWN_CHANNELS: [(&str, &str); 12] = [
    ("amazon", "Amazon"),
    ("ciceksepeti", "Çiçeksepeti"),
    ("ebay", "eBay"),
    ("hepsiburada", "Hepsiburada"),
    ("n11", "N11"),
    ("opencart", "OpenCart"),
    ("own-store", "Own store"),
    ("ozon", "Ozon"),
    ("pazarama", "Pazarama"),
    ("shopify", "Shopify"),
    ("trendyol", "Trendyol"),
    ("woocommerce", "WooCommerce"),
];

/// The key of a channel, category, country, city or campaign that a file names in words: lower case,
/// letters of the Latin alphabet without their marks, everything but letters and digits as `-`.
///
/// Capital I and dotted İ both become `i`, since files mix Turkish and English spelling. A text without
/// a letter or digit is [`UNKNOWN_KEY`].
///
/// ```
/// use model::member::key_from_text;
/// assert_eq!(key_from_text("  İSTANBUL "), "istanbul");
/// assert_eq!(key_from_text("Ayakkabı & Çanta"), "ayakkabi-canta");
/// assert_eq!(key_from_text("–"), "-");
/// ```
pub fn key_from_text(text: &str) -> String {
    let mut key = String::new();
    let mut length = 0;
    let mut gap = false;
    for letter in text.chars().flat_map(char::to_lowercase).map(without_mark) {
        // U+0307 is what is left of a dotted capital İ in lower case.
        if letter == '\u{307}' {
            continue;
        }
        if !letter.is_alphanumeric() {
            gap = length > 0;
            continue;
        }
        let needed = 1 + usize::from(gap);
        if length + needed > KEY_LENGTH_MAX {
            break;
        }
        if gap {
            key.push('-');
        }
        key.push(letter);
        length += needed;
        gap = false;
    }
    if key.is_empty() {
        UNKNOWN_KEY.into()
    } else {
        key
    }
}

/// The label of a channel that is known by name.
///
/// ```
/// assert_eq!(model::member::channel_label("n11"), Some("N11"));
/// ```
pub fn channel_label(key: &str) -> Option<&'static str> {
    let at = KNOWN_CHANNELS
        .binary_search_by_key(&key, |(known, _)| known)
        .ok()?;
    KNOWN_CHANNELS.get(at).map(|(_, label)| *label)
}

/// A lower-case letter of a Latin alphabet without its mark; any other as it is.
const fn without_mark(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ə' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ł' | 'ľ' | 'ĺ' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        for (texts, key) in [
            (&["TRENDYOL", "Trendyol", " trendyol\t"][..], "trendyol"),
            (
                &["DİYARBAKIR", "Diyarbakır", "Diyarbakir", "DIYARBAKIR"],
                "diyarbakir",
            ),
            (
                &["Kitap, Kırtasiye", "Kitap & Kirtasiye", "kitap-kırtasiye-"],
                "kitap-kirtasiye",
            ),
            (&["Köln", "KOLN"], "koln"),
            (&["Москва"], "москва"),
            (&["", " ", "--", "…"], "-"),
        ] {
            for text in texts {
                assert_eq!(key_from_text(text), key, "{text}");
            }
        }
    }

    #[test]
    fn known_channels_are_found_by_key() {
        assert!(KNOWN_CHANNELS.is_sorted());
        for (key, label) in KNOWN_CHANNELS {
            assert_eq!(channel_label(key), Some(label));
            assert_eq!(key_from_text(key), key);
        }
        assert_eq!(channel_label("bazaar"), None);
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in ".{0,120}") {
            let key = key_from_text(&text);
            prop_assert_eq!(key_from_text(&key), key.clone());
            prop_assert!(!key.is_empty() && key.chars().count() <= KEY_LENGTH_MAX);
        }
    }
}
