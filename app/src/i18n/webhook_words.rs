//! Words of webhooks.

use locale::Locale;
use webhooks::EventKind;
use webhooks::target::TargetError;

/// A message about webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookText {
    Title,
    Hint,
    None,
    Add,
    Name,
    NameHint,
    Address,
    AddressHint,
    Events,
    Make,
    NoEvent,
    NotTaken,
    TooMany,
    Once,
    Copy,
    Copied,
    SecretDone,
    Active,
    StoppedByHand,
    StoppedFailing,
    StoppedGone,
    StoppedTooMany,
    Since,
    ToldOf,
    LastArrived,
    NeverArrived,
    Waiting,
    OldSecretUntil,
    Test,
    TestSent,
    Pause,
    PauseSure,
    PauseYes,
    Paused,
    Resume,
    Resumed,
    Rotate,
    RotateSure,
    RotateYes,
    Rotated,
    Leave,
    Change,
    Changed,
    ChangeUndone,
    SaveChange,
    Remove,
    RemoveSure,
    RemoveYes,
    RemoveNo,
    Removed,
    Deliveries,
    DeliveriesHint,
    DeliveriesNone,
    Refresh,
    Older,
    Resend,
    Resent,
    IsStopped,
    OnItsWay,
    Delivered,
    Failed,
    Attempt,
    Answered,
    Late,
    Large,
    Broken,
    Refused,
    Next,
}

/// The words of a message; `{}` stands for what it is about.
pub const fn webhook_words(text: WebhookText, locale: Locale) -> &'static str {
    use WebhookText as T;
    let (english, turkish) = match text {
        T::Title => ("Webhooks", "Webhook'lar"),
        T::Hint => (
            "Your own server is told what happens here, by signed messages that hold ids and no figures.",
            "Burada olanlar, yalnızca kimlikler içeren, gösterge içermeyen imzalı iletilerle kendi sunucunuza bildirilir.",
        ),
        T::None => (
            "No server is told anything yet.",
            "Henüz hiçbir sunucuya bildirim gönderilmiyor.",
        ),
        T::Add => ("Add a server", "Sunucu ekle"),
        T::Name => ("Name", "Ad"),
        T::NameHint => ("such as ERP", "örneğin ERP"),
        T::Address => ("Address", "Adres"),
        T::AddressHint => (
            "where messages go, such as https://hooks.example.com/bi",
            "iletilerin gideceği yer, örneğin https://hooks.example.com/bi",
        ),
        T::Events => ("It is told", "Bildirilecek olaylar"),
        T::Make => ("Add", "Ekle"),
        T::NoEvent => ("Choose at least one event.", "En az bir olay seçin."),
        T::NotTaken => (
            "Nothing was changed. Check name and address.",
            "Hiçbir şey değişmedi. Adı ve adresi kontrol edin.",
        ),
        T::TooMany => (
            "There are ten already. Remove one first.",
            "Zaten on sunucu var. Önce birini kaldırın.",
        ),
        T::Once => (
            "Copy the secret now: it is shown only this once. Your server checks signatures with it.",
            "Parolayı şimdi kopyalayın: yalnızca bu kez gösterilir. Sunucunuz imzaları bununla doğrular.",
        ),
        T::Copy => ("Copy the secret", "Parolayı kopyala"),
        T::Copied => ("Copied.", "Kopyalandı."),
        T::SecretDone => ("Done", "Tamam"),
        T::Active => ("active", "etkin"),
        T::StoppedByHand => ("paused by somebody here", "şirketten biri duraklattı"),
        T::StoppedFailing => (
            "paused: all ten attempts at a message failed, and nothing else arrived",
            "duraklatıldı: bir ileti için on deneme de başarısız oldu ve başka hiçbir ileti ulaşmadı",
        ),
        T::StoppedGone => (
            "paused: the server answered that it wants no more (410)",
            "duraklatıldı: sunucu artık ileti istemediğini bildirdi (410)",
        ),
        T::StoppedTooMany => (
            "paused: too many messages were waiting",
            "duraklatıldı: çok fazla ileti bekliyordu",
        ),
        T::Since => ("since {}", "{} tarihinden beri"),
        T::ToldOf => ("told of {}", "bildirilenler: {}"),
        T::LastArrived => ("a message last arrived {}", "son ulaşan ileti: {}"),
        T::NeverArrived => ("nothing has arrived yet", "henüz hiçbir ileti ulaşmadı"),
        T::Waiting => ("waiting: {}", "bekleyen: {}"),
        T::OldSecretUntil => (
            "signed by the old secret too until {}",
            "{} tarihine kadar eski parolayla da imzalanır",
        ),
        T::Test => ("Send a test", "Deneme gönder"),
        T::TestSent => ("A test is on its way.", "Deneme iletisi yolda."),
        T::Pause => ("Pause", "Duraklat"),
        T::PauseSure => (
            "Messages are waiting: {}. Once it is paused they are not sent any more.",
            "Bekleyen ileti: {}. Duraklatılınca bunlar artık gönderilmez.",
        ),
        T::PauseYes => ("Pause it anyway", "Yine de duraklat"),
        T::Paused => (
            "Paused. What was waiting is not sent any more.",
            "Duraklatıldı. Bekleyenler artık gönderilmez.",
        ),
        T::Resume => ("Resume", "Sürdür"),
        T::Resumed => (
            "It is told again, of what happens from now on.",
            "Bundan sonra olanlar yeniden bildirilir.",
        ),
        T::Rotate => ("Replace the secret", "Parolayı yenile"),
        T::RotateSure => (
            "The secret was replaced a short time ago, and the old one still signs. With another secret the old one ends at once; the present one signs for 24 hours more.",
            "Parola kısa süre önce yenilendi ve eskisi hâlâ geçerli. Yeniden yenilerseniz eskisi hemen geçersiz olur; şimdiki 24 saat daha geçerli kalır.",
        ),
        T::RotateYes => ("Replace it now", "Şimdi yenile"),
        T::Leave => ("Leave it as it is", "Olduğu gibi kalsın"),
        T::Rotated => (
            "There is a new secret. For 24 hours messages carry a signature by each.",
            "Yeni parola hazır. İletiler 24 saat boyunca her ikisiyle de imzalanır.",
        ),
        T::Change => ("Change", "Değiştir"),
        T::Changed => ("Changed.", "Değiştirildi."),
        T::ChangeUndone => ("It is as it was.", "Eski hâline getirildi."),
        T::SaveChange => ("Save", "Kaydet"),
        T::Remove => ("Remove", "Kaldır"),
        T::RemoveSure => (
            "Its secret and the list of what was sent go with it, and nothing here brings them back. To stop it for a while, pause it.",
            "Parolası ve gönderilenlerin listesi de silinir ve geri getirilemez. Bir süre durdurmak için duraklatın.",
        ),
        T::RemoveYes => ("Remove for good", "Kalıcı olarak kaldır"),
        T::RemoveNo => ("Keep it", "Kalsın"),
        T::Removed => ("Removed.", "Kaldırıldı."),
        T::Deliveries => ("What was sent", "Gönderilenler"),
        T::DeliveriesHint => (
            "Newest first. The last 2,000 are kept.",
            "En yeniler önce. Son 2.000 ileti saklanır.",
        ),
        T::DeliveriesNone => ("Nothing was sent yet.", "Henüz hiçbir şey gönderilmedi."),
        T::Refresh => ("Look again", "Yenile"),
        T::Older => ("Older", "Daha eskiler"),
        T::Resend => ("Send again", "Yeniden gönder"),
        T::Resent => ("It is on its way again.", "Yeniden yola çıktı."),
        T::IsStopped => (
            "It is paused. Resume it first.",
            "Duraklatılmış. Önce sürdürün.",
        ),
        T::OnItsWay => ("on its way", "yolda"),
        T::Delivered => ("arrived", "ulaştı"),
        T::Failed => ("failed", "başarısız"),
        T::Attempt => ("attempt {} of {}", "{}. deneme, en çok {}"),
        T::Answered => ("answered {}", "yanıt: {}"),
        T::Late => ("no answer in time", "zamanında yanıt gelmedi"),
        T::Large => ("the answer was too large", "yanıt çok büyüktü"),
        T::Broken => ("no connection", "bağlantı kurulamadı"),
        T::Refused => (
            "the address may not be told any more",
            "bu adrese artık gönderilemez",
        ),
        T::Next => ("next attempt {}", "sonraki deneme: {}"),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}

/// What an event tells.
pub const fn event_kind_words(kind: EventKind, locale: Locale) -> &'static str {
    let (english, turkish) = match kind {
        EventKind::BatchApplied => ("A file was imported.", "Bir dosya içe aktarıldı."),
        EventKind::BatchFailed => (
            "A file could not be imported.",
            "Bir dosya içe aktarılamadı.",
        ),
        EventKind::KeyCreated => ("An API key was made.", "Bir API anahtarı oluşturuldu."),
        EventKind::KeyRotated => ("An API key was replaced.", "Bir API anahtarı yenilendi."),
        EventKind::KeyRevoked => ("An API key was ended.", "Bir API anahtarı sonlandırıldı."),
        EventKind::KeyRestored => (
            "The end of an API key was taken back.",
            "Bir API anahtarının sonlandırılması geri alındı.",
        ),
        EventKind::MemberChanged => (
            "Somebody joined, got another role, was sent away or came back.",
            "Bir kişi katıldı, rolü değişti, çıkarıldı ya da geri alındı.",
        ),
        EventKind::ApiChanged => (
            "The API has changed; told within a day.",
            "API değişti; bir gün içinde bildirilir.",
        ),
        EventKind::ManifestChanged => (
            "The company's data has changed.",
            "Şirketin verileri değişti.",
        ),
        EventKind::Test => ("A test.", "Deneme."),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}

/// What is wrong with an address on the internet, and what to write.
pub const fn target_words(error: TargetError, locale: Locale) -> &'static str {
    let (english, turkish) = match error {
        TargetError::Scheme => (
            "The address has to begin with https://.",
            "Adres https:// ile başlamalı.",
        ),
        TargetError::Form => (
            "An address has at most 1,000 plain characters, without spaces, \\ and #.",
            "Adres en çok 1.000 ASCII karakterden oluşur; boşluk, \\ ve # içermez.",
        ),
        TargetError::User => (
            "The address must hold no user and no password.",
            "Adres kullanıcı adı ya da parola içermemeli.",
        ),
        TargetError::Port => (
            "The port has to be 443, or 1024 to 65535.",
            "Bağlantı noktası 443 ya da 1024–65535 olmalı.",
        ),
        TargetError::Host => (
            "Write the whole name of the server, such as hooks.example.com, or a public IP address.",
            "Sunucunun tam adını (örneğin hooks.example.com) ya da genel bir IP adresini yazın.",
        ),
        TargetError::Inside => (
            "This server is not on the public internet.",
            "Bu sunucu herkese açık internette değil.",
        ),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
