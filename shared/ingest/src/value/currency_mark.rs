//! The currency that an amount names itself: a sign, a code or a word before or after its digits.

use kernel::Currency;

/// What an amount says of its currency. A sign such as `$` stands for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrencyMark {
    /// One currency.
    One(Currency),
    /// A sign of the table below.
    Shared(&'static [&'static str]),
}

/// Signs and words, in lower case, with the currencies they stand for, the likeliest first. ISO 4217
/// codes and `TL` need no line here.
const MARKS: [(&str, &[&str]); 26] = [
    ("₺", &["TRY"]),
    ("lira", &["TRY"]),
    ("€", &["EUR"]),
    ("euro", &["EUR"]),
    (
        "$",
        &[
            "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BBD",
            "BMD", "BND", "BSD", "BZD", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD",
            "TTD", "UYU", "XCD",
        ],
    ),
    ("us$", &["USD"]),
    ("ca$", &["CAD"]),
    ("c$", &["CAD"]),
    ("a$", &["AUD"]),
    ("au$", &["AUD"]),
    ("r$", &["BRL"]),
    ("£", &["GBP", "EGP", "LBP", "SYP", "GIP", "FKP", "SHP"]),
    ("¥", &["JPY", "CNY"]),
    ("₽", &["RUB"]),
    ("₼", &["AZN"]),
    ("₾", &["GEL"]),
    ("₴", &["UAH"]),
    ("₸", &["KZT"]),
    ("₪", &["ILS"]),
    ("₹", &["INR"]),
    ("₩", &["KRW", "KPW"]),
    ("₫", &["VND"]),
    ("zł", &["PLN"]),
    ("kč", &["CZK"]),
    ("lei", &["RON", "MDL"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
];

impl CurrencyMark {
    /// Reads a mark; `None` where the text is none.
    pub fn parse(text: &str) -> Option<CurrencyMark> {
        if text.is_ascii()
            && let Ok(currency) = text.parse()
        {
            return Some(CurrencyMark::One(currency));
        }
        let lower = text.to_lowercase();
        let (_, codes) = MARKS.iter().find(|(mark, _)| *mark == lower)?;
        Some(CurrencyMark::Shared(codes))
    }

    /// Whether an amount with this mark can be in a currency.
    pub fn allows(self, currency: Currency) -> bool {
        match self {
            CurrencyMark::One(one) => one == currency,
            CurrencyMark::Shared(codes) => codes.contains(&currency.code()),
        }
    }

    /// The currency meant where nothing else is stated: the company's own if the mark can stand for
    /// it, else the likeliest.
    pub fn currency(self, own: Currency) -> Option<Currency> {
        match self {
            CurrencyMark::One(one) => Some(one),
            CurrencyMark::Shared(_) if self.allows(own) => Some(own),
            CurrencyMark::Shared(codes) => codes.first()?.parse().ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_for_currencies_that_exist() {
        for (mark, codes) in MARKS {
            assert!(!codes.is_empty());
            assert_eq!(mark, mark.to_lowercase());
            for code in codes {
                let currency: Currency = code.parse().unwrap();
                assert!(
                    CurrencyMark::parse(mark).unwrap().allows(currency),
                    "{mark}"
                );
            }
        }
    }

    #[test]
    fn a_shared_sign_means_the_own_currency_of_a_company_where_it_can() {
        let dollar = CurrencyMark::parse("$").unwrap();
        assert_eq!(
            dollar.currency("CAD".parse().unwrap()).unwrap().code(),
            "CAD"
        );
        assert_eq!(dollar.currency(Currency::TRY), Some(Currency::USD));
        assert!(!dollar.allows(Currency::EUR));
        let lira = CurrencyMark::parse("TL").unwrap();
        assert_eq!(lira, CurrencyMark::One(Currency::TRY));
        assert_eq!(
            CurrencyMark::parse("KR")
                .unwrap()
                .currency(Currency::TRY)
                .unwrap()
                .code(),
            "SEK"
        );
        assert_eq!(CurrencyMark::parse("adet"), None);
    }
}
