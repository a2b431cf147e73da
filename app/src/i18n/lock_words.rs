//! Words of the lock on what a device keeps.

use locale::Locale;

/// A message about the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockText {
    LockedTitle,
    LockedHint,
    Unlock,
    NotUnlocked,
    WrongKey,
    NoWayIn,
    Forget,
    ForgetHint,
    ForgetNow,
    NotEmptied,
    StillSignedIn,
    NoWayBack,
    CardTitle,
    Off,
    Recommended,
    TurnOn,
    NoPasskey,
    NoKey,
    NotDone,
    Sealing,
    Sealed,
    UnlockedBy,
    Opening,
    AddKey,
    AddKeyNext,
    AddKeyNow,
    Added,
    TurnOff,
    SomePasskey,
}

/// The words of a message.
pub const fn lock_words(text: LockText, locale: Locale) -> &'static str {
    use LockText as T;
    let (english, turkish) = match text {
        T::LockedTitle => ("Locked", "Kilitli"),
        T::LockedHint => (
            "What this device holds is encrypted. Face ID, Touch ID, your fingerprint, Windows Hello, the device's PIN or your security key opens it, with or without a network.",
            "Bu cihazdaki veriler şifreli. Kilidi Face ID, Touch ID, parmak iziniz, Windows Hello, cihazın PIN'i veya güvenlik anahtarınız açar; ağ olsa da olmasa da.",
        ),
        T::Unlock => ("Unlock", "Kilidi aç"),
        T::NotUnlocked => (
            "Nothing was unlocked. Try again.",
            "Kilit açılmadı. Yeniden deneyin.",
        ),
        T::WrongKey => (
            "This passkey does not open what is here. Try another one.",
            "Bu geçiş anahtarı buradakini açmıyor. Başka birini deneyin.",
        ),
        T::NoWayIn => (
            "The lock on this device cannot be read any more, so nothing opens it.",
            "Bu cihazdaki kilit artık okunamıyor; hiçbir şey onu açamaz.",
        ),
        T::Forget => ("Forget what is on this device", "Bu cihazdakileri unut"),
        T::ForgetHint => (
            "You are signed out as soon as there is a network, and the figures come back when you sign in again. Files of any company that wait here to be sent are lost.",
            "Ağ olur olmaz oturumunuz kapanır; yeniden giriş yaptığınızda veriler geri gelir. Burada gönderilmeyi bekleyen dosyalar, hangi şirketin olursa olsun, kaybolur.",
        ),
        T::NotEmptied => (
            "Not everything could be removed from this device. Try again.",
            "Bu cihazdaki her şey silinemedi. Yeniden deneyin.",
        ),
        T::StillSignedIn => (
            "What was here is removed, but you are still signed in: the session could not be ended. The next start with a network ends it before anything is fetched.",
            "Buradakiler silindi, ancak oturumunuz hâlâ açık: kapatılamadı. Ağ varken yapılan ilk açılış, hiçbir şey getirmeden önce onu kapatır.",
        ),
        T::NoWayBack => (
            "What was here is removed, but you are still signed in, and the figures come back at the next start: without a passkey or recovery codes nobody could sign in again. Add one in the settings, then sign out.",
            "Buradakiler silindi, ancak oturumunuz hâlâ açık ve veriler bir sonraki açılışta geri gelir: geçiş anahtarı ya da kurtarma kodu olmadan kimse yeniden giriş yapamaz. Ayarlardan birini ekleyin, sonra oturumu kapatın.",
        ),
        T::ForgetNow => ("Forget and sign out", "Unut ve oturumu kapat"),
        T::CardTitle => ("Encryption on this device", "Bu cihazda şifreleme"),
        T::Off => (
            "Figures lie unencrypted in the browser's storage; signing out removes them.",
            "Veriler tarayıcının deposunda şifrelenmeden durur; oturumu kapatmak onları siler.",
        ),
        T::Recommended => (
            "They can be encrypted with a key that only your passkey gives. You are then asked for it at each start. Recommended for phones and laptops that leave the house.",
            "Yalnızca geçiş anahtarınızın verdiği bir anahtarla şifrelenebilirler. O zaman her açılışta sorulur. Evden çıkan telefon ve dizüstü bilgisayarlar için önerilir.",
        ),
        T::TurnOn => ("Encrypt with a passkey", "Geçiş anahtarıyla şifrele"),
        T::NoPasskey => ("Add a passkey first.", "Önce bir geçiş anahtarı ekleyin."),
        T::NoKey => (
            "This device offers no key for it: figures lie unencrypted in the browser's storage; signing out removes them. A passkey that was added long ago may give one when it is added anew.",
            "Bu cihaz bunun için anahtar vermiyor: veriler tarayıcının deposunda şifrelenmeden durur; oturumu kapatmak onları siler. Çok önce eklenmiş bir geçiş anahtarı yeniden eklendiğinde anahtar verebilir.",
        ),
        T::NotDone => (
            "Nothing was changed. Try again.",
            "Hiçbir şey değişmedi. Yeniden deneyin.",
        ),
        T::Sealing => (
            "What this device holds is being encrypted. You can go on meanwhile.",
            "Bu cihazdaki veriler şifreleniyor. Bu sırada devam edebilirsiniz.",
        ),
        T::Sealed => ("Encrypted on this device.", "Bu cihazda şifreli."),
        T::UnlockedBy => ("Unlocked by", "Kilidi açan anahtarlar"),
        T::Opening => (
            "What this device holds is being decrypted.",
            "Bu cihazdaki verilerin şifresi çözülüyor.",
        ),
        T::AddKey => (
            "Let another passkey unlock it",
            "Başka bir geçiş anahtarı da açsın",
        ),
        T::AddKeyNext => (
            "Now use the other passkey.",
            "Şimdi diğer geçiş anahtarını kullanın.",
        ),
        T::AddKeyNow => ("Use the other passkey", "Diğer geçiş anahtarını kullan"),
        T::Added => (
            "The passkey unlocks this device now.",
            "Geçiş anahtarı artık bu cihazı açıyor.",
        ),
        T::TurnOff => ("Stop encrypting", "Şifrelemeyi bırak"),
        T::SomePasskey => ("a passkey", "bir geçiş anahtarı"),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
