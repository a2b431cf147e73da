//! Words of signing in by an OpenID provider.

use locale::Locale;

/// A message about the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderText {
    SignIn,
    SigningIn,
    Title,
    Hint,
    None,
    Connect,
    Connecting,
    Connected,
    Since,
    Disconnect,
    DisconnectSure,
    DisconnectYes,
    DisconnectNo,
    Disconnected,
    NotConnected,
    TookTooLong,
    NotAdded,
    TurnedBack,
    Unreachable,
    NoNetwork,
    Trouble,
}

/// The words of a message; `{}` stands for what the provider is called.
pub const fn provider_words(text: ProviderText, locale: Locale) -> &'static str {
    use ProviderText as T;
    let (english, turkish) = match text {
        T::SignIn => ("Sign in with {}", "{} ile giriş yap"),
        T::SigningIn => ("Signing you in…", "Giriş yapılıyor…"),
        T::Title => ("Sign-in with {}", "{} ile giriş"),
        T::Hint => (
            "A connected account signs you in here, beside your passkeys.",
            "Bağlı bir hesap, geçiş anahtarlarınızın yanında burada giriş yapmanızı sağlar.",
        ),
        T::None => ("No account is connected.", "Bağlı hesap yok."),
        T::Connect => ("Connect an account", "Hesap bağla"),
        T::Connecting => ("Connecting the account…", "Hesap bağlanıyor…"),
        T::Connected => (
            "The account is connected. It signs you in from now on.",
            "Hesap bağlandı. Artık onunla giriş yapabilirsiniz.",
        ),
        T::Since => ("connected on: {}", "bağlandığı gün: {}"),
        T::Disconnect => ("Disconnect", "Bağlantıyı kes"),
        T::DisconnectSure => (
            "It signs you in no more until you connect it again there. Keep a passkey or recovery codes.",
            "Yeniden bağlayana kadar bu hesapla giriş yapamazsınız. Geçiş anahtarınız ya da kurtarma kodlarınız olsun.",
        ),
        T::DisconnectYes => ("Disconnect it", "Bağlantıyı kes"),
        T::DisconnectNo => ("Keep it", "Kalsın"),
        T::Disconnected => (
            "The account is not connected any more.",
            "Hesabın bağlantısı kesildi.",
        ),
        T::NotConnected => (
            "This account opens nothing here yet. Sign in another way, then connect it in the settings.",
            "Bu hesapla burada henüz giriş yapılamaz. Başka bir yolla giriş yapıp ayarlardan bağlayın.",
        ),
        T::TookTooLong => (
            "That took too long, or was begun in another browser. Try again.",
            "Çok uzun sürdü ya da başka bir tarayıcıda başlatıldı. Yeniden deneyin.",
        ),
        T::NotAdded => (
            "The account was not connected: it is connected already, five are, or it took too long.",
            "Hesap bağlanmadı: zaten bağlı, beş hesap bağlı ya da çok uzun sürdü.",
        ),
        T::TurnedBack => (
            "Nothing was agreed to there. You can try again.",
            "Orada onay verilmedi. Yeniden deneyebilirsiniz.",
        ),
        T::Unreachable => (
            "The provider cannot be reached just now. Try again, or use a passkey.",
            "Sağlayıcıya şu anda ulaşılamıyor. Yeniden deneyin ya da geçiş anahtarı kullanın.",
        ),
        T::NoNetwork => (
            "No network. Try again when there is one.",
            "Ağ yok. Bağlantı gelince yeniden deneyin.",
        ),
        T::Trouble => ("That did not work. Try again.", "Olmadı. Yeniden deneyin."),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
