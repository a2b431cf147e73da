//! Words of people, their roles and channels, and of the audit log.

use locale::Locale;
use policy::Role;

/// A message about people or the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberText {
    Title,
    Hint,
    You,
    Unnamed,
    Since,
    RoleLabel,
    AllChannels,
    Channels,
    ChannelsHint,
    SaveChannels,
    Remove,
    Removed,
    Changed,
    NotAllowed,
    LastOwner,
    Invite,
    Name,
    NotInvited,
    LinkOnce,
    Share,
    Copy,
    Copied,
    ShareTitle,
    AuditTitle,
    AuditHint,
    AuditShow,
    AuditNone,
    AuditCheck,
    AuditIntact,
    AuditChanged,
    AuditOther,
    AuditPerson,
    AuditKey,
    AuditProgram,
    AuditIssuer,
    AuditItself,
    AuditOperator,
    AuditRefused,
}

/// The words of a message.
pub const fn member_words(text: MemberText, locale: Locale) -> &'static str {
    use MemberText as T;
    let (english, turkish) = match text {
        T::Title => ("People", "Kişiler"),
        T::Hint => (
            "Who is in this company, what they may do and which channels they see.",
            "Bu şirkette kimler var, neler yapabilirler ve hangi kanalları görürler.",
        ),
        T::You => ("you", "siz"),
        T::Unnamed => ("Without a name", "Adsız"),
        T::Since => ("since", "başlangıç"),
        T::RoleLabel => ("Role", "Rol"),
        T::AllChannels => ("all channels", "tüm kanallar"),
        T::Channels => ("Channels", "Kanallar"),
        T::ChannelsHint => (
            "With none chosen, all channels are seen. Whoever sees some sends no files.",
            "Hiçbiri seçilmezse tüm kanallar görünür. Yalnızca bazılarını gören dosya gönderemez.",
        ),
        T::SaveChannels => ("Save channels", "Kanalları kaydet"),
        T::Remove => ("Send away", "Çıkar"),
        T::Removed => (
            "They are out. For ten minutes this can be taken back.",
            "Kişi çıkarıldı. On dakika içinde geri alınabilir.",
        ),
        T::Changed => ("Saved.", "Kaydedildi."),
        T::NotAllowed => (
            "Your role does not allow this.",
            "Rolünüz buna izin vermiyor.",
        ),
        T::LastOwner => (
            "A company keeps at least one owner.",
            "Bir şirkette en az bir sahip kalır.",
        ),
        T::Invite => ("Invite somebody", "Birini davet et"),
        T::Name => ("Name", "Ad"),
        T::NotInvited => (
            "There is no invitation. Check the name; 50 may be open at a time.",
            "Davet oluşturulamadı. Adı kontrol edin; aynı anda en çok 50 davet açık olabilir.",
        ),
        T::LinkOnce => (
            "This link works once, for 7 days. It is shown only now.",
            "Bu bağlantı bir kez ve 7 gün boyunca çalışır. Yalnızca şimdi gösterilir.",
        ),
        T::Share => ("Share the link", "Bağlantıyı paylaş"),
        T::Copy => ("Copy the link", "Bağlantıyı kopyala"),
        T::Copied => ("Copied.", "Kopyalandı."),
        T::ShareTitle => ("Your invitation to MesChain BI", "MesChain BI davetiniz"),
        T::AuditTitle => ("Audit log", "Denetim kaydı"),
        T::AuditHint => (
            "Who signed in and who changed access. Each entry carries the hash of the one before, so nothing can be changed unseen.",
            "Kimin giriş yaptığı ve erişimi kimin değiştirdiği. Her kayıt bir öncekinin özetini taşır; fark edilmeden değiştirilemez.",
        ),
        T::AuditShow => ("Show the last entries", "Son kayıtları göster"),
        T::AuditNone => ("No entries yet.", "Henüz kayıt yok."),
        T::AuditCheck => ("Check and export", "Doğrula ve dışa aktar"),
        T::AuditIntact => (
            "Every entry is as it was written; entries:",
            "Her kayıt yazıldığı gibi; kayıt sayısı:",
        ),
        T::AuditChanged => (
            "An entry is not what was written, the first is number",
            "Bir kayıt yazıldığı gibi değil; ilki, numara",
        ),
        T::AuditOther => (
            "The log does not go on from what this browser checked last, at number",
            "Kayıt, bu tarayıcının son doğruladığı yerden devam etmiyor; numara",
        ),
        T::AuditPerson => ("somebody who left", "ayrılmış biri"),
        T::AuditKey => ("API key", "API anahtarı"),
        T::AuditProgram => ("program", "program"),
        T::AuditIssuer => ("token of another issuer", "başka bir sağlayıcının anahtarı"),
        T::AuditItself => ("MesChain", "MesChain"),
        T::AuditOperator => ("operator", "işletmeci"),
        T::AuditRefused => ("came to nothing", "sonuçsuz kaldı"),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}

/// What a role is called.
pub const fn role_words(role: Role, locale: Locale) -> &'static str {
    let (english, turkish) = match role {
        Role::Owner => ("Owner", "Sahip"),
        Role::Admin => ("Administrator", "Yönetici"),
        Role::Ceo => ("CEO", "CEO"),
        Role::Cfo => ("CFO", "CFO"),
        Role::Cmo => ("CMO", "CMO"),
        Role::Coo => ("COO", "COO"),
        Role::Analyst => ("Analyst", "Veri uzmanı"),
        Role::Viewer => ("Viewer (no margins)", "İzleyici (marjlar hariç)"),
        Role::Service => ("Program", "Program"),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}

/// What happened, by the name of an event; nothing for one that is not known here.
pub fn event_words(event: &str, locale: Locale) -> Option<&'static str> {
    let (english, turkish) = match event {
        "join" => ("joined", "katıldı"),
        "claim" => ("opened the company", "şirketi açtı"),
        "sign-in" | "sign-in-by-passkey" => ("signed in by passkey", "geçiş anahtarıyla girdi"),
        "sign-in-by-code" => ("signed in by recovery code", "kurtarma koduyla girdi"),
        "sign-in-by-provider" => ("signed in by the provider", "kimlik sağlayıcıyla girdi"),
        "add-identity" => ("connected an account", "bir hesap bağladı"),
        "remove-identity" => (
            "disconnected an account",
            "bir hesabın bağlantısını kaldırdı",
        ),
        "add-passkey" => ("added a passkey", "geçiş anahtarı ekledi"),
        "remove-passkey" => ("removed a passkey", "geçiş anahtarını kaldırdı"),
        "restore-passkey" => ("took a passkey back", "geçiş anahtarını geri aldı"),
        "recovery-codes" => ("made recovery codes", "kurtarma kodları oluşturdu"),
        "end-session" => ("ended a session", "bir oturumu kapattı"),
        "end-other-sessions" => ("ended other sessions", "diğer oturumları kapattı"),
        "make-key" => ("made a key", "anahtar oluşturdu"),
        "rotate-key" => ("replaced a key", "anahtarı yeniledi"),
        "revoke-key" => ("ended a key", "anahtarı sonlandırdı"),
        "restore-key" => ("took a key back", "anahtarı geri aldı"),
        "make-client" => ("registered a program", "program kaydetti"),
        "rotate-client" => ("replaced a program's secret", "program parolasını yeniledi"),
        "revoke-client" => ("ended a program", "programı sonlandırdı"),
        "restore-client" => ("took a program back", "programı geri aldı"),
        "decide" => ("answered a program", "bir programı yanıtladı"),
        "revoke-grant" => (
            "ended a program's permission",
            "bir programın iznini kaldırdı",
        ),
        "restore-grant" => ("gave a permission back", "bir izni geri verdi"),
        "invite-member" => ("invited somebody", "birini davet etti"),
        "change-member" => ("changed somebody's access", "birinin erişimini değiştirdi"),
        "remove-member" => ("sent somebody away", "birini çıkardı"),
        "restore-member" => ("took somebody back", "birini geri aldı"),
        "patch-company" => (
            "changed the company's profile",
            "şirket profilini değiştirdi",
        ),
        "make-webhook" => ("made a webhook", "webhook oluşturdu"),
        "change-webhook" => ("changed a webhook", "webhooku değiştirdi"),
        "remove-webhook" => ("ended a webhook", "webhooku sonlandırdı"),
        "rotate-webhook" => ("replaced a webhook's secret", "webhook parolasını yeniledi"),
        "test-webhook" => ("tried a webhook out", "webhooku denedi"),
        "resend-delivery" => ("had a message sent again", "bir iletiyi yeniden gönderdi"),
        "stop-webhook" => ("stopped a webhook", "webhooku durdurdu"),
        "put-access-lists" => (
            "changed from where the company is asked",
            "şirkete nereden erişileceğini değiştirdi",
        ),
        "make-issuer" => (
            "let another issuer in",
            "başka bir kimlik sağlayıcıya izin verdi",
        ),
        "change-issuer" => ("changed an issuer", "bir kimlik sağlayıcıyı değiştirdi"),
        "remove-issuer" => (
            "let an issuer in no more",
            "bir kimlik sağlayıcının iznini kaldırdı",
        ),
        "put-quota" => ("set the quota", "kotayı belirledi"),
        _ => return None,
    };
    Some(match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    })
}
