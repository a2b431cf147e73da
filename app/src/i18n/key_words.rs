//! Words of keys for programs.

use locale::Locale;
use policy::Scope;

/// A message about keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyText {
    Title,
    Hint,
    None,
    Name,
    NameHint,
    MayDo,
    GoodFor,
    Days90,
    OneYear,
    ForEver,
    Networks,
    NetworksHint,
    Make,
    NotMade,
    Once,
    Copy,
    Copied,
    Rotate,
    Rotated,
    End,
    Ended,
    NotUsed,
    LastUsed,
    EndsOn,
    OldUntil,
}

/// The words of a message.
pub const fn key_words(text: KeyText, locale: Locale) -> &'static str {
    use KeyText as T;
    let (english, turkish) = match text {
        T::Title => ("API keys", "API anahtarları"),
        T::Hint => (
            "A key lets a program send or read data of this company. Give each program its own.",
            "Anahtar, bir programın bu şirketin verilerini göndermesini veya okumasını sağlar. Her programa ayrı anahtar verin.",
        ),
        T::None => ("No keys yet.", "Henüz anahtar yok."),
        T::Name => ("Name", "Ad"),
        T::NameHint => ("such as ERP export", "örneğin ERP aktarımı"),
        T::MayDo => ("It may", "İzinler"),
        T::GoodFor => ("Good for", "Geçerlilik"),
        T::Days90 => ("90 days", "90 gün"),
        T::OneYear => ("1 year", "1 yıl"),
        T::ForEver => ("No end", "Süresiz"),
        T::Networks => ("Only from these addresses", "Yalnızca bu adreslerden"),
        T::NetworksHint => (
            "Empty: from everywhere. Several between spaces, such as 192.0.2.0/24 2001:db8::/32",
            "Boşsa her yerden. Birden çok adres boşlukla ayrılır: 192.0.2.0/24 2001:db8::/32",
        ),
        T::Make => ("Make a key", "Anahtar oluştur"),
        T::NotMade => (
            "The key was not made. Check name, permissions and addresses.",
            "Anahtar oluşturulamadı. Adı, izinleri ve adresleri kontrol edin.",
        ),
        T::Once => (
            "Copy the key now: it is shown only this once.",
            "Anahtarı şimdi kopyalayın: yalnızca bu kez gösterilir.",
        ),
        T::Copy => ("Copy the key", "Anahtarı kopyala"),
        T::Copied => ("Copied.", "Kopyalandı."),
        T::Rotate => ("Replace", "Yenile"),
        T::Rotated => (
            "There is a new key; the old one works for 24 more hours.",
            "Yeni anahtar hazır; eskisi 24 saat daha çalışır.",
        ),
        T::End => ("End", "Sonlandır"),
        T::Ended => ("The key has ended.", "Anahtar sonlandırıldı."),
        T::NotUsed => ("not used yet", "henüz kullanılmadı"),
        T::LastUsed => ("last used", "son kullanım"),
        T::EndsOn => ("ends", "bitiş"),
        T::OldUntil => ("old key works until", "eski anahtarın bitişi"),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}

/// What a scope lets a program do.
pub const fn scope_words(scope: Scope, locale: Locale) -> &'static str {
    let (english, turkish) = match scope {
        Scope::ReadBi => ("read figures", "göstergeleri okuma"),
        Scope::WriteBi => (
            "make forecasts and record what came of them",
            "tahmin oluşturma ve sonuçlarını kaydetme",
        ),
        Scope::ReadIngest => ("see what became of files", "dosya sonuçlarını görme"),
        Scope::WriteIngest => ("send files", "dosya gönderme"),
        Scope::WriteCompany => (
            "change the company's profile",
            "şirket profilini değiştirme",
        ),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
