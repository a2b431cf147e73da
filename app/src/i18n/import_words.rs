//! Words of imports: the columns that a file can have, what is not sure about it, and why a row is not taken.

use locale::{Locale, format};
use protocol::{DateOrder, DecimalMark, Doubt, FileWarning, ImportSpec};

use super::{Text, words};

/// What a canonical column is called.
pub fn column_name(column: &str, locale: Locale) -> &str {
    let found = COLUMNS.iter().find(|(id, ..)| *id == column);
    pick(found, locale).unwrap_or(column)
}

/// Why a row is not taken, and what to do about it.
pub fn reason_text(reason: &str, locale: Locale) -> &str {
    let found = REASONS.iter().find(|(id, ..)| *id == reason);
    pick(found, locale).unwrap_or(reason)
}

/// What was assumed about a file, and where to change it.
pub fn file_warning(warning: &FileWarning, spec: &ImportSpec, locale: Locale) -> String {
    let (english, turkish, setting) = match warning {
        FileWarning::DecimalMark(_) => (
            "Numbers such as “{example}” in “{header}” are read as “{choice}”.",
            "“{header}” sütunundaki “{example}” gibi sayılar “{choice}” olarak okunuyor.",
            Text::DecimalLabel,
        ),
        FileWarning::DateOrder(_) => (
            "Dates such as “{example}” in “{header}” are read as “{choice}”.",
            "“{header}” sütunundaki “{example}” gibi tarihler “{choice}” olarak okunuyor.",
            Text::DateOrderLabel,
        ),
        FileWarning::ReplacedCharacters { .. } => (
            "Characters at the start of the file that could not be read and are shown as �: {count}.",
            "Dosyanın başında okunamayıp � olarak gösterilen karakter sayısı: {count}.",
            Text::Encoding,
        ),
    };
    let (said, change) = match locale {
        Locale::English => (
            english,
            "If that is wrong, change “{setting}” under “{card}”.",
        ),
        Locale::Turkish => (
            turkish,
            "Yanlışsa “{card}” altında “{setting}” ayarını değiştirin.",
        ),
    };
    let change = change
        .replace("{setting}", words(setting, locale))
        .replace("{card}", words(Text::DialectTitle, locale));
    let said = match warning {
        FileWarning::DecimalMark(doubt) => {
            let choice = words(decimal_text(spec.decimal), locale);
            about(said, doubt, choice)
        }
        FileWarning::DateOrder(doubt) => {
            let choice = words(date_order_text(spec.date_order), locale);
            about(said, doubt, choice)
        }
        FileWarning::ReplacedCharacters { count } => {
            said.replace("{count}", &format::whole(*count as i64, locale))
        }
    };
    format!("{said} {change}")
}

fn about(said: &str, doubt: &Doubt, choice: &str) -> String {
    said.replace("{choice}", choice)
        .replace("{header}", &doubt.header)
        .replace("{example}", &doubt.example)
}

/// What a decimal mark is called among the choices.
pub const fn decimal_text(mark: DecimalMark) -> Text {
    match mark {
        DecimalMark::Point => Text::PointMark,
        DecimalMark::Comma => Text::CommaMark,
    }
}

/// What an order of dates is called among the choices.
pub const fn date_order_text(order: DateOrder) -> Text {
    match order {
        DateOrder::DayFirst => Text::DayFirst,
        DateOrder::MonthFirst => Text::MonthFirst,
    }
}

type Entry = (&'static str, &'static str, &'static str);

fn pick(entry: Option<&Entry>, locale: Locale) -> Option<&'static str> {
    entry.map(|(_, english, turkish)| match locale {
        Locale::English => *english,
        Locale::Turkish => *turkish,
    })
}

const COLUMNS: &[Entry] = &[
    ("order_date", "Order date", "Sipariş tarihi"),
    ("order_id", "Order number", "Sipariş numarası"),
    ("sku", "Product code (SKU)", "Ürün kodu (SKU)"),
    ("quantity", "Quantity", "Adet"),
    ("unit_price", "Unit price", "Birim fiyat"),
    ("channel", "Channel", "Kanal"),
    ("line_id", "Line number", "Satır numarası"),
    ("version", "State number", "Durum numarası"),
    ("product_name", "Product name", "Ürün adı"),
    ("category", "Category", "Kategori"),
    ("country", "Country", "Ülke"),
    ("city", "City", "Şehir"),
    ("customer_id", "Customer", "Müşteri"),
    ("currency", "Currency", "Para birimi"),
    ("vat_rate", "VAT rate", "KDV oranı"),
    ("seller_discount", "Seller's discount", "Satıcı indirimi"),
    ("channel_discount", "Channel's discount", "Kanal indirimi"),
    ("status", "Status", "Durum"),
    ("cancelled_quantity", "Units cancelled", "İptal adedi"),
    ("returned_quantity", "Units returned", "İade adedi"),
    ("unit_cost", "Unit cost", "Birim maliyet"),
    ("commission", "Commission", "Komisyon"),
    ("platform_fee", "Platform fee", "Platform ücreti"),
    ("cargo", "Cargo", "Kargo"),
    ("return_cost", "Cost of return", "İade maliyeti"),
    ("shipped_at", "Shipped at", "Kargoya veriliş"),
    ("delivered_at", "Delivered at", "Teslim"),
    ("ship_deadline", "Ship by", "Son kargo tarihi"),
    ("date", "Date", "Tarih"),
    ("campaign", "Campaign", "Kampanya"),
    ("spend", "Spend", "Harcama"),
    ("impressions", "Impressions", "Gösterim"),
    ("clicks", "Clicks", "Tıklama"),
    ("orders", "Orders", "Sipariş"),
    ("sales", "Sales", "Satış"),
    ("on_hand", "Stock on hand", "Eldeki stok"),
    ("listed", "Listed", "Satışta"),
    ("month", "Month", "Ay"),
    ("net_revenue", "Net revenue", "Net ciro"),
    ("margin", "Margin", "Marj"),
    ("ad_spend", "Ad spend", "Reklam harcaması"),
    ("rate", "Rate", "Kur"),
];

const REASONS: &[Entry] = &[
    (
        "missing",
        "a needed value is missing",
        "gerekli bir değer eksik",
    ),
    (
        "not-a-number",
        "no number where one is needed",
        "sayı olması gereken yerde sayı yok",
    ),
    (
        "not-a-date",
        "no date, or one in another order than chosen",
        "tarih değil ya da seçilen sıradan farklı",
    ),
    (
        "date-out-of-range",
        "a date before 1990 or after tomorrow",
        "1990 öncesi ya da yarından sonraki bir tarih",
    ),
    (
        "number-out-of-range",
        "a number too large or too small to be true",
        "gerçek olamayacak kadar büyük ya da küçük bir sayı",
    ),
    (
        "fractional-quantity",
        "a quantity that is not whole",
        "tam olmayan bir adet",
    ),
    (
        "negative-price",
        "a negative price: an adjustment, no sale",
        "eksi fiyat: satış değil, düzeltme",
    ),
    (
        "stock-adjustment",
        "goods written off, no sale",
        "stok düzeltmesi, satış değil",
    ),
    (
        "adjustment",
        "a booking under an invoice number, no sale",
        "fatura numarasıyla bir muhasebe kaydı, satış değil",
    ),
    (
        "unknown-currency",
        "a currency that is not known",
        "bilinmeyen bir para birimi",
    ),
    (
        "currency-mismatch",
        "an amount in another currency than its row",
        "satırından farklı para biriminde bir tutar",
    ),
    (
        "no-rate",
        "no exchange rate near that day: import rates first",
        "o güne yakın kur yok: önce kurları aktarın",
    ),
    (
        "bad-text",
        "a text too long or with control characters",
        "çok uzun ya da denetim karakterli bir metin",
    ),
    (
        "units-exceeded",
        "more units cancelled or returned than ordered",
        "siparişten çok iptal ya da iade adedi",
    ),
    (
        "cell-count",
        "more or fewer cells than the header has columns",
        "başlıktan çok ya da az hücre",
    ),
    (
        "row-too-long",
        "a row too long: perhaps a quote never closed",
        "çok uzun bir satır: kapanmamış bir tırnak olabilir",
    ),
    ("not-json", "damaged JSON", "bozuk JSON"),
];

#[cfg(test)]
mod tests {
    use model::columns::FileKind;

    use super::*;

    #[test]
    fn a_warning_says_what_was_assumed_and_where_to_change_it() {
        let spec = r#"{"kind":"sales","format":"json","date_order":"month-first","channel":"own-store",
            "prices_include_vat":true,"vat_basis_points":2000,"mapping":{}}"#;
        let spec: ImportSpec = serde_json::from_str(spec).expect("a specification");
        let doubt = Doubt {
            header: "Tarih".to_owned(),
            example: "03/04/2026".to_owned(),
        };
        let text = |locale| file_warning(&FileWarning::DateOrder(doubt.clone()), &spec, locale);
        assert_eq!(
            text(Locale::English),
            "Dates such as “03/04/2026” in “Tarih” are read as “Month first”. If that is wrong, change “Date order” under “Format”."
        );
        assert_eq!(
            text(Locale::Turkish),
            "“Tarih” sütunundaki “03/04/2026” gibi tarihler “Önce ay” olarak okunuyor. Yanlışsa “Biçim” altında “Tarih sırası” ayarını değiştirin."
        );
        let replaced = FileWarning::ReplacedCharacters { count: 1_200 };
        let text = file_warning(&replaced, &spec, Locale::English);
        assert!(
            text.contains("1,200") && text.contains("“Encoding”"),
            "{text}"
        );
    }

    #[test]
    fn every_column_has_a_name_in_both_languages() {
        for kind in FileKind::ALL {
            for column in kind
                .required_columns()
                .iter()
                .chain(kind.optional_columns())
            {
                let found = COLUMNS.iter().find(|(id, ..)| id == column);
                assert!(found.is_some(), "{column}");
            }
        }
    }
}
