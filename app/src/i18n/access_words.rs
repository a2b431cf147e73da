//! Words of from where a company is asked.

use locale::Locale;

/// A message about origins and networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessText {
    Title,
    Origins,
    OriginsHint,
    OriginsNone,
    OriginLabel,
    OriginWrong,
    Networks,
    NetworksHint,
    NetworksNone,
    NetworkLabel,
    NetworkWrong,
    NetworkBits,
    Twice,
    Full,
    Add,
    AddOwn,
    AddOwnBlock,
    Remove,
    OwnAddress,
    NoAddress,
    ShutOut,
    ShutOutUnknown,
    NotSaved,
    Save,
    Discard,
    Discarded,
    NoEntry,
    Saved,
    Restored,
    NotTaken,
    Refused,
}

/// The words of a message; `{}` stands for an address.
pub const fn access_words(text: AccessText, locale: Locale) -> &'static str {
    use AccessText as T;
    let (english, turkish) = match text {
        T::Title => (
            "From where the company is asked",
            "Şirkete nereden erişilir",
        ),
        T::Origins => ("Web pages (CORS)", "Web sayfaları (CORS)"),
        T::OriginsHint => (
            "Pages of these origins may ask the API with a key or a token, and read the answer. Nobody is signed in there by this.",
            "Bu kaynakların sayfaları API'ye anahtar ya da belirteçle istek gönderip yanıtı okuyabilir. Bununla kimse oturum açmış olmaz.",
        ),
        T::OriginsNone => (
            "No other page may read anything.",
            "Başka hiçbir sayfa bir şey okuyamaz.",
        ),
        T::OriginLabel => (
            "Origin, such as https://shop.example",
            "Kaynak, örneğin https://shop.example",
        ),
        T::OriginWrong => (
            "Write https://host or https://host:port, without a path; http is for localhost alone.",
            "Yolu olmadan https://sunucu ya da https://sunucu:port yazın; http yalnızca localhost içindir.",
        ),
        T::Networks => ("Networks", "Ağlar"),
        T::NetworksHint => (
            "With some in the list, people and programs of the company are let in from these alone, on every device.",
            "Listede ağ varsa şirketin kişileri ve programları her cihazda yalnızca bunlardan kabul edilir.",
        ),
        T::NetworksNone => (
            "From everywhere, as long as the list is empty.",
            "Liste boş olduğu sürece her yerden.",
        ),
        T::NetworkLabel => (
            "Address or block, such as 192.0.2.0/24 or 2001:db8::/32",
            "Adres ya da blok, örneğin 192.0.2.0/24 veya 2001:db8::/32",
        ),
        T::NetworkWrong => (
            "Write an IPv4 or IPv6 address, or one with /bits after it.",
            "Bir IPv4 ya da IPv6 adresi ya da 192.0.2.0/24 gibi bir blok yazın.",
        ),
        T::NetworkBits => (
            "It is not clear which block is meant: write its first address before the slash, such as 192.0.2.0/24.",
            "Hangi blok olduğu belli değil: eğik çizgiden önce bloğun ilk adresini yazın, örneğin 192.0.2.0/24.",
        ),
        T::Twice => ("It is in the list already.", "Zaten listede."),
        T::Full => (
            "The list is full. Remove an entry before you add another.",
            "Liste dolu. Yenisini eklemeden önce birini kaldırın.",
        ),
        T::Add => ("Add", "Ekle"),
        T::AddOwn => ("Add my address", "Adresimi ekle"),
        T::AddOwnBlock => ("Add my network, {}", "Ağımı ekle: {}"),
        T::Remove => ("Remove", "Kaldır"),
        T::OwnAddress => ("You ask from {}.", "Sizin adresiniz: {}."),
        T::NoAddress => (
            "This server is not told from which address you ask, so that networks would shut everybody out. Whoever runs it has to put a proxy in front that says it.",
            "Sunucuya hangi adresten geldiğiniz bildirilmiyor; ağ listesi herkesi dışarıda bırakırdı. Sistemi işletenin, adresi bildiren bir vekil sunucu koyması gerekir.",
        ),
        T::ShutOut => (
            "These networks leave your own address out, {}: you would lock yourself out. Add it first.",
            "Bu ağlar sizin adresinizi ({}) içermiyor: kendinizi dışarıda bırakırsınız. Önce onu ekleyin.",
        ),
        T::ShutOutUnknown => (
            "These networks would shut everybody out, you too.",
            "Bu ağlar sizinle birlikte herkesi dışarıda bırakırdı.",
        ),
        T::NotSaved => ("Not saved yet.", "Henüz kaydedilmedi."),
        T::Save => ("Save the lists", "Listeleri kaydet"),
        T::Discard => ("Discard", "Vazgeç"),
        T::Discarded => (
            "What was not saved is discarded.",
            "Kaydedilmemiş değişiklikler bırakıldı.",
        ),
        T::NoEntry => (
            "Nothing was saved: what is written in a field is no entry. Correct or clear it.",
            "Hiçbir şey kaydedilmedi: bir alanda yazılan geçerli değil. Düzeltin ya da silin.",
        ),
        T::Saved => (
            "Saved. It holds everywhere within two seconds.",
            "Kaydedildi. İki saniye içinde her yerde geçerli olur.",
        ),
        T::Restored => (
            "The lists are as they were.",
            "Listeler eski hâline getirildi.",
        ),
        T::NotTaken => (
            "Nothing was saved. Check what is in the lists.",
            "Hiçbir şey kaydedilmedi. Listeleri kontrol edin.",
        ),
        T::Refused => (
            "Nothing was saved: you would lock yourself out.",
            "Hiçbir şey kaydedilmedi: kendinizi dışarıda bırakırdınız.",
        ),
    };
    match locale {
        Locale::English => english,
        Locale::Turkish => turkish,
    }
}
