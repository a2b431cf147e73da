//! Names of the occasions that move sales.

use kernel::Date;
use locale::Locale;
use protocol::Occasion;

/// The name of an occasion; of a public holiday, that of the day where it is given.
pub const fn occasion_name(occasion: Occasion, day: Option<Date>, locale: Locale) -> &'static str {
    let (english, turkish) = match occasion {
        Occasion::PublicHoliday => public_holiday(day),
        Occasion::Ramazan => ("Ramadan", "Ramazan"),
        Occasion::BeforeRamazanFeast => (
            "Days before the Ramadan feast",
            "Ramazan Bayramı öncesi günler",
        ),
        Occasion::RamazanFeast => ("Ramadan feast", "Ramazan Bayramı"),
        Occasion::BeforeKurbanFeast => (
            "Days before the feast of sacrifice",
            "Kurban Bayramı öncesi günler",
        ),
        Occasion::KurbanFeast => ("Feast of sacrifice", "Kurban Bayramı"),
        Occasion::ValentinesDay => ("Week up to Valentine's Day", "Sevgililer Günü haftası"),
        Occasion::MothersDay => ("Week up to Mother's Day", "Anneler Günü haftası"),
        Occasion::FathersDay => ("Week up to Father's Day", "Babalar Günü haftası"),
        Occasion::SinglesDay => ("11 November sales", "11.11 indirimleri"),
        Occasion::BlackFriday => ("Black Friday", "Efsane Cuma"),
        Occasion::BlackWeek => ("Week of Black Friday", "Efsane Cuma haftası"),
        Occasion::YearEnd => ("End of the year", "Yıl sonu"),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}

const fn public_holiday(day: Option<Date>) -> (&'static str, &'static str) {
    let (_, month, day) = match day {
        Some(day) => day.ymd(),
        None => (0, 0, 0),
    };
    match (month, day) {
        (1, 1) => ("New Year's Day", "Yılbaşı"),
        (4, 23) => (
            "National Sovereignty and Children's Day",
            "Ulusal Egemenlik ve Çocuk Bayramı",
        ),
        (5, 1) => ("Labour and Solidarity Day", "Emek ve Dayanışma Günü"),
        (5, 19) => (
            "Commemoration of Atatürk, Youth and Sports Day",
            "Atatürk'ü Anma, Gençlik ve Spor Bayramı",
        ),
        (7, 15) => (
            "Democracy and National Unity Day",
            "Demokrasi ve Milli Birlik Günü",
        ),
        (8, 30) => ("Victory Day", "Zafer Bayramı"),
        (10, 29) => ("Republic Day", "Cumhuriyet Bayramı"),
        _ => ("Public holiday", "Resmî tatil"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_occasion_has_a_name_of_its_own_in_both_languages() {
        for locale in Locale::ALL {
            let names = Occasion::ALL.map(|occasion| occasion_name(occasion, None, locale));
            let distinct: std::collections::BTreeSet<_> = names.iter().collect();
            assert_eq!(distinct.len(), Occasion::ALL.len());
        }
        let day = "2026-10-29".parse().ok();
        let name = occasion_name(Occasion::PublicHoliday, day, Locale::English);
        assert_eq!(name, "Republic Day");
        let name = occasion_name(Occasion::PublicHoliday, None, Locale::Turkish);
        assert_eq!(name, "Resmî tatil");
    }
}
