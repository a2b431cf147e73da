//! Words of programs that get tokens, and of letting one act for oneself.

use locale::Locale;

/// A message about programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramText {
    Title,
    Hint,
    None,
    Register,
    Kind,
    Service,
    Web,
    Native,
    Redirects,
    RedirectsHint,
    NotRegistered,
    Id,
    Secret,
    Once,
    CopySecret,
    Copied,
    Ended,
    ConsentTitle,
    ConsentAsks,
    ConsentLimit,
    Allow,
    Refuse,
    ConsentSignIn,
    ConsentWrong,
    Leaving,
    DeviceTitle,
    DeviceHint,
    DeviceCode,
    Continue,
    DeviceAllowed,
    DeviceRefused,
    CodeWrong,
    GrantsTitle,
    GrantsHint,
    GrantEnded,
    Rotated,
}

/// The words of a message.
pub const fn program_words(text: ProgramText, locale: Locale) -> &'static str {
    use ProgramText as T;
    let (english, turkish) = match text {
        T::Title => (
            "Programs with access tokens",
            "Erişim belirteci alan programlar",
        ),
        T::Hint => (
            "A registered program gets tokens that last ten minutes (OAuth 2.1), for itself or for people who allow it.",
            "Kayıtlı bir program, kendisi için veya izin veren kişiler adına on dakikalık erişim belirteçleri (OAuth 2.1) alır.",
        ),
        T::None => ("No programs yet.", "Henüz program yok."),
        T::Register => ("Register a program", "Program kaydet"),
        T::Kind => ("It runs", "Çalıştığı yer"),
        T::Service => ("on a server, for itself", "sunucuda, kendisi için"),
        T::Web => ("on a server, for people", "sunucuda, kişiler adına"),
        T::Native => ("on people's devices", "kişilerin cihazlarında"),
        T::Redirects => ("Addresses for its answers", "Yanıt adresleri"),
        T::RedirectsHint => (
            "such as https://app.example/done; several between spaces",
            "örneğin https://app.example/done; birden çok adres boşlukla ayrılır",
        ),
        T::NotRegistered => (
            "The program was not registered. Check name, permissions and addresses.",
            "Program kaydedilemedi. Adı, izinleri ve adresleri kontrol edin.",
        ),
        T::Id => ("Client id", "İstemci kimliği"),
        T::Secret => ("Client secret", "İstemci parolası"),
        T::Once => (
            "Copy the secret now: it is shown only this once.",
            "Parolayı şimdi kopyalayın: yalnızca bu kez gösterilir.",
        ),
        T::CopySecret => ("Copy the secret", "Parolayı kopyala"),
        T::Copied => ("Copied.", "Kopyalandı."),
        T::Ended => (
            "The program and its tokens have ended.",
            "Program ve belirteçleri sonlandırıldı.",
        ),
        T::ConsentTitle => ("Allow a program?", "Programa izin verilsin mi?"),
        T::ConsentAsks => (
            "asks to do this for you:",
            "sizin adınıza şunları yapmak istiyor:",
        ),
        T::ConsentLimit => (
            "It can do no more than you can. Allow it only if you have just started this yourself.",
            "Sizin yapabildiğinizden fazlasını yapamaz. Bu işlemi az önce siz başlattıysanız izin verin.",
        ),
        T::Allow => ("Allow", "İzin ver"),
        T::Refuse => ("Refuse", "Reddet"),
        T::ConsentSignIn => (
            "A program asks for permission. Sign in below to answer.",
            "Bir program izin istiyor. Yanıtlamak için aşağıdan oturum açın.",
        ),
        T::ConsentWrong => (
            "This request is not valid here. Close this page and start again in the program.",
            "Bu istek burada geçerli değil. Bu sayfayı kapatıp programda yeniden başlayın.",
        ),
        T::Leaving => ("Going back to the program…", "Programa dönülüyor…"),
        T::DeviceTitle => ("Connect a device", "Cihaz bağla"),
        T::DeviceHint => (
            "A program on a device without a browser shows a code. Type it here.",
            "Tarayıcısı olmayan bir cihazdaki program bir kod gösterir. Kodu buraya yazın.",
        ),
        T::DeviceCode => ("Code", "Kod"),
        T::Continue => ("Continue", "Devam"),
        T::DeviceAllowed => (
            "Allowed. Go back to the device: it goes on by itself.",
            "İzin verildi. Cihaza dönün; kendiliğinden devam eder.",
        ),
        T::DeviceRefused => (
            "Refused. The device hears of it.",
            "Reddedildi. Cihaza bildirilir.",
        ),
        T::CodeWrong => (
            "This code is not good here, or not any more.",
            "Bu kod burada geçerli değil ya da artık geçersiz.",
        ),
        T::GrantsTitle => (
            "Programs that act for you",
            "Sizin adınıza çalışan programlar",
        ),
        T::GrantsHint => (
            "You have allowed these. Ending one ends its access at once.",
            "Bunlara izin verdiniz. Sonlandırdığınızda erişimi hemen biter.",
        ),
        T::GrantEnded => (
            "The program no longer acts for you. ",
            "Program artık sizin adınıza çalışmıyor. ",
        ),
        T::Rotated => (
            "The secret is replaced. The old one stays good for 24 hours.",
            "Parola yenilendi. Eskisi 24 saat daha geçerli.",
        ),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
