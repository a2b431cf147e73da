//! Words of signing in and of devices.

use locale::Locale;

/// A message about signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInText {
    SignIn,
    SignInHint,
    NotSupported,
    UseCode,
    Code,
    NotSignedIn,
    DevicesTitle,
    Passkeys,
    PasskeysNone,
    PasskeysHint,
    AddPasskey,
    PasskeyAdded,
    NotAdded,
    Remove,
    Removed,
    OnSeveral,
    LastUsed,
    NeverUsed,
    Codes,
    CodesLeft,
    CodesHint,
    CodesOnce,
    MakeCodes,
    CopyCodes,
    Copied,
    Sessions,
    ThisDevice,
    SignOut,
    SignOutOthers,
    SignOutFirst,
    ImportFirst,
    OutAnyway,
    NotEmptied,
    SignedOut,
}

/// The words of a message.
pub const fn sign_in_words(text: SignInText, locale: Locale) -> &'static str {
    use SignInText as T;
    let (english, turkish) = match text {
        T::SignIn => ("Sign in with a passkey", "Geçiş anahtarıyla giriş yap"),
        T::SignInHint => (
            "You have a company already? Face ID, Touch ID or your fingerprint opens it here.",
            "Şirketiniz zaten var mı? Face ID, Touch ID veya parmak iziniz onu burada açar.",
        ),
        T::NotSupported => (
            "This browser has no passkeys. Update it, or use another one.",
            "Bu tarayıcıda geçiş anahtarı yok. Güncelleyin ya da başka bir tarayıcı kullanın.",
        ),
        T::UseCode => ("Use a recovery code", "Kurtarma kodu kullan"),
        T::Code => ("Recovery code", "Kurtarma kodu"),
        T::NotSignedIn => (
            "That did not sign you in. Try again.",
            "Giriş yapılamadı. Yeniden deneyin.",
        ),
        T::DevicesTitle => ("Sign-in and devices", "Giriş ve cihazlar"),
        T::Passkeys => ("Passkeys", "Geçiş anahtarları"),
        T::PasskeysNone => (
            "None yet: if this browser forgets you, nobody can open this company again.",
            "Henüz yok: bu tarayıcı sizi unutursa bu şirketi kimse yeniden açamaz.",
        ),
        T::PasskeysHint => (
            "Face ID, Touch ID or a fingerprint signs you in on every device that has the passkey.",
            "Face ID, Touch ID veya parmak izi, geçiş anahtarı olan her cihazda giriş yapar.",
        ),
        T::AddPasskey => ("Add a passkey", "Geçiş anahtarı ekle"),
        T::PasskeyAdded => ("The passkey is added.", "Geçiş anahtarı eklendi."),
        T::NotAdded => (
            "No passkey was added. Try again.",
            "Geçiş anahtarı eklenmedi. Yeniden deneyin.",
        ),
        T::Remove => ("Remove", "Kaldır"),
        T::Removed => ("The passkey is removed.", "Geçiş anahtarı kaldırıldı."),
        T::OnSeveral => ("on several devices", "birden çok cihazda"),
        T::LastUsed => ("last used", "son kullanım"),
        T::NeverUsed => ("not used yet", "henüz kullanılmadı"),
        T::Codes => ("Recovery codes", "Kurtarma kodları"),
        T::CodesLeft => ("Unused codes:", "Kullanılmamış kod:"),
        T::CodesHint => (
            "Each signs you in once, when every device with a passkey is lost.",
            "Geçiş anahtarlı bütün cihazlar kaybolduğunda her biri bir kez giriş yapar.",
        ),
        T::CodesOnce => (
            "Keep them where no one else looks. They are shown only now; older codes no longer work.",
            "Kimsenin bakmadığı bir yerde saklayın. Yalnızca şimdi gösterilir; eski kodlar artık geçersizdir.",
        ),
        T::MakeCodes => ("Make new codes", "Yeni kod üret"),
        T::CopyCodes => ("Copy", "Kopyala"),
        T::Copied => ("Copied.", "Kopyalandı."),
        T::Sessions => ("Signed in on", "Oturum açık cihazlar"),
        T::ThisDevice => ("this device", "bu cihaz"),
        T::SignOut => ("Sign out", "Oturumu kapat"),
        T::SignOutOthers => ("Sign out everywhere else", "Diğer tüm oturumları kapat"),
        T::SignOutFirst => (
            "Add a passkey or make recovery codes first: without one nobody could sign in again.",
            "Önce geçiş anahtarı ekleyin ya da kurtarma kodu üretin: yoksa kimse yeniden giriş yapamaz.",
        ),
        T::ImportFirst => (
            "A file on this device is not sent yet, of this company or another one. Let the import end, or cancel it, then sign out.",
            "Bu cihazda, bu şirketin veya başka bir şirketin bir dosyası henüz gönderilmedi. İçe aktarma bitsin ya da iptal edin, sonra oturumu kapatın.",
        ),
        T::OutAnyway => (
            "Lose the file and sign out",
            "Dosyadan vazgeç ve oturumu kapat",
        ),
        T::NotEmptied => (
            "You are signed out, but not everything could be removed from this device.",
            "Oturum kapandı, ancak bu cihazdaki her şey silinemedi.",
        ),
        T::SignedOut => ("Signed out there.", "Oradaki oturum kapatıldı."),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
