//! Words of what was asked of the API.

use locale::Locale;

/// A message about what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageText {
    Hint,
    Period,
    Today,
    Days7,
    Days30,
    Refresh,
    Filter,
    Route,
    Caller,
    Status,
    All,
    NotAllowed,
    NeedsNetwork,
    Trouble,
    Empty,
    Sums,
    Requests,
    Errors,
    ErrorShare,
    Half,
    MostOf,
    BytesIn,
    BytesOut,
    Quota,
    QuotaHint,
    ThisDay,
    ThisMonth,
    LeftOf,
    Until,
    OverTime,
    Answered,
    ByRoute,
    ByCaller,
    Moment,
    Last,
    Length,
    Older,
    Cut,
    KeyOf,
    ProgramOf,
    PersonOf,
}

/// The words of a message; `{}` stands for what it is about.
pub const fn usage_words(text: UsageText, locale: Locale) -> &'static str {
    use UsageText as T;
    let (english, turkish) = match text {
        T::Hint => (
            "What your company's people and programs asked of the API. Hours and days are those of UTC; a request is here about two seconds after its answer.",
            "Şirketinizin kişileri ve programları API'ye ne sordu. Saatler ve günler UTC'ye göredir; bir istek, yanıtından yaklaşık iki saniye sonra burada görünür.",
        ),
        T::Period => ("Days", "Günler"),
        T::Today => ("Today", "Bugün"),
        T::Days7 => ("7 days", "7 gün"),
        T::Days30 => ("30 days", "30 gün"),
        T::Refresh => ("Refresh", "Yenile"),
        T::Filter => ("Filter", "Süz"),
        T::Route => ("Operation", "İşlem"),
        T::Caller => ("Who asked", "Kim sordu"),
        T::Status => ("Status", "Durum"),
        T::All => ("All", "Hepsi"),
        T::NotAllowed => (
            "Owners and administrators see this. Sign in as one in the settings.",
            "Burayı sahipler ve yöneticiler görür. Ayarlardan böyle bir hesapla oturum açın.",
        ),
        T::NeedsNetwork => (
            "These numbers are at the edge, not on this device: they need a network.",
            "Bu sayılar bu cihazda değil, sunucuda: ağ bağlantısı gerekir.",
        ),
        T::Trouble => (
            "The numbers could not be fetched. Try again in a moment.",
            "Sayılar alınamadı. Birazdan yeniden deneyin.",
        ),
        T::Empty => (
            "Nothing was asked in these days, or nothing that the filter lets through.",
            "Bu günlerde hiçbir şey sorulmadı ya da süzgeçten geçen bir istek yok.",
        ),
        T::Sums => ("How much, and how well?", "Ne kadar, ne kadar iyi?"),
        T::Requests => ("Requests", "İstekler"),
        T::Errors => ("Refused or failed", "Reddedilen ya da başarısız"),
        T::ErrorShare => ("Share of errors", "Hata payı"),
        T::Half => ("Half within", "Yarısı en çok"),
        T::MostOf => ("95 % within", "%95'i en çok"),
        T::BytesIn => ("Sent", "Gönderilen"),
        T::BytesOut => ("Answered", "Yanıtlanan"),
        T::Quota => ("What is left to programs?", "Programlara ne kaldı?"),
        T::QuotaHint => (
            "Requests of keys and programs count, those of people do not. What is on its way to be spent counts as spent.",
            "Anahtarların ve programların istekleri sayılır, kişilerinki sayılmaz. Harcanmak üzere ayrılanlar harcanmış sayılır.",
        ),
        T::ThisDay => ("Today", "Bugün"),
        T::ThisMonth => ("This month", "Bu ay"),
        T::LeftOf => ("{} of {} left", "{} / {} kaldı"),
        T::Until => ("until {}, 00:00 UTC", "{}, 00:00 UTC'ye kadar"),
        T::OverTime => ("When was it asked?", "Ne zaman soruldu?"),
        T::Answered => ("Answered well", "Başarıyla yanıtlanan"),
        T::ByRoute => ("What was asked for?", "Neler soruldu?"),
        T::ByCaller => ("Who asked?", "Kim sordu?"),
        T::Moment => ("Time", "Zaman"),
        T::Last => ("Last requests", "Son istekler"),
        T::Length => ("Took", "Sürdü"),
        T::Older => ("Older ones", "Daha eskiler"),
        T::Cut => (
            "There are more than are shown; the sums are of all.",
            "Gösterilenden fazlası var; toplamlar hepsinindir.",
        ),
        T::KeyOf => ("Key {}", "Anahtar {}"),
        T::ProgramOf => ("Program {}", "Program {}"),
        T::PersonOf => ("Person {}", "Kişi {}"),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
