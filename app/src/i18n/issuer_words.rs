//! Words of tokens that other issuers sign.

use locale::Locale;

/// A message about other issuers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuerText {
    Title,
    Hint,
    Audience,
    AudienceHint,
    CopyAudience,
    Copied,
    None,
    Add,
    Name,
    NameHint,
    Issuer,
    IssuerHint,
    IssuerWrong,
    KeysFrom,
    Published,
    Given,
    Address,
    AddressHint,
    Keys,
    KeysHint,
    KeysFound,
    KeysUnreadable,
    KeysNone,
    KeysNames,
    KeysPrivate,
    KeysLong,
    Rules,
    RulesHint,
    Rule,
    Claim,
    Value,
    RuleWrong,
    Role,
    AddRule,
    RemoveRule,
    NoNamedKey,
    Make,
    NotTaken,
    Full,
    KeysAt,
    KeysHere,
    Since,
    Change,
    SaveChange,
    Changed,
    Remove,
    Removed,
    Restored,
    NotChanged,
}

/// The words of a message; `{}` stands for what it is about.
pub const fn issuer_words(text: IssuerText, locale: Locale) -> &'static str {
    use IssuerText as T;
    let (english, turkish) = match text {
        T::Title => (
            "Tokens of other issuers",
            "Diğer kimlik sağlayıcıların belirteçleri",
        ),
        T::Hint => (
            "Programs get in with tokens that your own identity provider, or what runs your builds, signs. Rules say whose tokens and what they may do.",
            "Programlar, kendi kimlik sağlayıcınızın ya da derleme sisteminizin imzaladığı belirteçlerle girer. Kimin belirteçlerinin neler yapabileceğini kurallar söyler.",
        ),
        T::Audience => ("Audience", "Hedef kitle (aud)"),
        T::AudienceHint => (
            "Their tokens must name this in aud.",
            "Belirteçlerin aud alanında bu yazmalı.",
        ),
        T::CopyAudience => ("Copy the audience", "Hedef kitleyi kopyala"),
        T::Copied => ("Copied.", "Kopyalandı."),
        T::None => (
            "No other issuer is let in.",
            "Başka bir kimlik sağlayıcıya izin verilmedi.",
        ),
        T::Add => ("Let an issuer in", "Kimlik sağlayıcıya izin ver"),
        T::Name => ("Name", "Ad"),
        T::NameHint => ("such as Company login", "örneğin Şirket girişi"),
        T::Issuer => ("Issuer (iss)", "Sağlayıcı (iss)"),
        T::IssuerHint => (
            "letter by letter as its tokens say it, such as https://login.example.com",
            "belirteçlerdeki gibi harfi harfine, örneğin https://login.example.com",
        ),
        T::IssuerWrong => (
            "The issuer has 1 to 300 characters; a letter beyond ASCII counts as several.",
            "Sağlayıcı 1–300 karakter olmalı; ASCII dışındaki bir harf birden çok sayılır.",
        ),
        T::KeysFrom => ("Its keys are", "Anahtarlarının yeri"),
        T::Published => ("published at an address", "bir adreste yayımlanıyor"),
        T::Given => ("given here", "burada veriliyor"),
        T::Address => ("Address of the keys (JWKS)", "Anahtarların adresi (JWKS)"),
        T::AddressHint => (
            "such as https://login.example.com/keys",
            "örneğin https://login.example.com/keys",
        ),
        T::Keys => ("Keys (JWKS)", "Anahtarlar (JWKS)"),
        T::KeysHint => (
            "the public keys as JSON; each has one algorithm, and no token chooses another",
            "açık anahtarlar, JSON olarak; her birinin tek algoritması vardır ve hiçbir belirteç başkasını seçemez",
        ),
        T::KeysFound => ("Read: {}", "Okunan: {}"),
        T::KeysUnreadable => (
            "This is no set of keys: JSON with a list keys.",
            "Bu bir anahtar kümesi değil: keys listesi olan JSON yazın.",
        ),
        T::KeysNone => (
            "There is no key for signatures in it, or more than 64.",
            "İçinde imza anahtarı yok ya da 64'ten fazla var.",
        ),
        T::KeysNames => (
            "Of several keys each needs a name of its own (kid).",
            "Birden çok anahtarın her birinin kendi adı (kid) olmalı.",
        ),
        T::KeysPrivate => (
            "It holds a private key or a secret. Give the public keys alone, and replace that one.",
            "İçinde özel anahtar ya da parola var. Yalnızca açık anahtarları verin ve o anahtarı yenileyin.",
        ),
        T::KeysLong => ("At most 32 KB are taken.", "En çok 32 KB kabul edilir."),
        T::Rules => ("Rules", "Kurallar"),
        T::RulesHint => (
            "The first that a token meets counts; a token that meets none opens nothing.",
            "Belirtecin uyduğu ilk kural geçerlidir; hiçbirine uymayan belirteç hiçbir şey açmaz.",
        ),
        T::Rule => ("Rule {}", "Kural {}"),
        T::Claim => ("Claim, such as groups", "Alan, örneğin groups"),
        T::Value => ("is, or holds", "değeri ya da içerdiği"),
        T::RuleWrong => (
            "A rule needs a claim and a value, each of 1 to 300 characters, and at least one permission.",
            "Bir kuralda 1–300 karakterlik alan ve değer ile en az bir izin olmalı.",
        ),
        T::Role => ("It sees what this role sees", "Bu rolün gördüğünü görür"),
        T::AddRule => ("Add a rule", "Kural ekle"),
        T::RemoveRule => ("Remove the rule", "Kuralı kaldır"),
        T::NoNamedKey => ("without a name", "adsız"),
        T::Make => ("Let it in", "İzin ver"),
        T::NotTaken => (
            "It was not let in. Check what is written.",
            "İzin verilmedi. Yazılanları kontrol edin.",
        ),
        T::Full => (
            "This issuer is let in already, or ten others are.",
            "Bu sağlayıcıya zaten izin verilmiş ya da başka on sağlayıcı var.",
        ),
        T::KeysAt => ("keys at {}", "anahtarlar: {}"),
        T::KeysHere => ("keys given here", "anahtarlar burada verildi"),
        T::Since => ("let in", "izin tarihi"),
        T::Change => ("Change", "Değiştir"),
        T::SaveChange => ("Save", "Kaydet"),
        T::Changed => ("Changed.", "Değiştirildi."),
        T::Remove => ("Remove", "Kaldır"),
        T::Removed => (
            "Its tokens are not let in any more.",
            "Belirteçleri artık kabul edilmiyor.",
        ),
        T::Restored => ("It is as it was.", "Eski hâline getirildi."),
        T::NotChanged => (
            "It was not changed. Check what is written.",
            "Değiştirilmedi. Yazılanları kontrol edin.",
        ),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
