//! Names of products, in Turkish: a kind and a variant of the category.

/// Products of a category at full size.
pub(crate) const PER_CATEGORY: usize = 125;

const KINDS: usize = 12;
const VARIANTS: usize = 11;

/// Kinds and variants, by category in the order of [`crate::products::CATEGORIES`], divided by bars.
const WORDS: [(&str, &str); 12] = [
    (
        "Bluetooth Kulaklık|Powerbank|Akıllı Saat|Telefon Kılıfı|Şarj Aleti|Kablosuz Mouse|\
         Mekanik Klavye|USB Bellek|Hoparlör|Webcam|Tablet Kılıfı|HDMI Kablo",
        "Siyah|Beyaz|Mavi|Pro|Mini|Plus|Kompakt|Gri|Kırmızı|Ultra|Lacivert",
    ),
    (
        "Nevresim Takımı|Havlu Seti|Saklama Kabı|Tava|Çay Takımı|Masa Lambası|Halı|Yastık|\
         Perde|Mum Seti|Baharatlık|Çamaşır Sepeti",
        "Pamuklu|Bej|Antrasit|Çift Kişilik|Tek Kişilik|Granit|Bambu|Desenli|Yeşil|Krem|\
         Büyük Boy",
    ),
    (
        "Elbise|Bluz|Triko Kazak|Kot Pantolon|Etek|Trençkot|Hırka|Tayt|Gömlek|Eşofman Takımı|\
         Şal|Pijama Takımı",
        "Çiçekli|Siyah|Ekru|Haki|Pudra|Oversize|Yüksek Bel|Çizgili|Bordo|Midi|Lacivert",
    ),
    (
        "Tişört|Polo Yaka Tişört|Oduncu Gömlek|Kanvas Pantolon|Sweatshirt|Mont|\
         Balıkçı Yaka Kazak|Şort|Eşofman Altı|Çorap Seti|Kemer|Yelek",
        "Siyah|Beyaz|Lacivert|Antrasit|Slim Fit|Regular Fit|Haki|Bordo|Kareli|Basic|Kapüşonlu",
    ),
    (
        "Spor Ayakkabı|Bot|Sandalet|Terlik|Sırt Çantası|Omuz Çantası|Cüzdan|Loafer|\
         Topuklu Ayakkabı|Okul Çantası|Bel Çantası|Babet",
        "Siyah|Beyaz|Taba|Kahverengi|Deri|Süet|Lacivert|Su Geçirmez|Bej|Gri|Renkli",
    ),
    (
        "Şampuan|Yüz Kremi|Güneş Kremi|Parfüm|Ruj|Maskara|El Kremi|Saç Maskesi|Yüz Serumu|\
         Duş Jeli|Diş Macunu|Tıraş Köpüğü",
        "Argan Yağlı|Hassas Ciltler|50 ml|200 ml|Vanilya|Lavanta|C Vitamini|Nemlendirici|Mat|\
         Doğal|İkili Set",
    ),
    (
        "Bebek Bezi|Islak Mendil|Biberon|Emzik|Bebek Battaniyesi|Zıbın Seti|Mama Önlüğü|\
         Bebek Şampuanı|Oyun Halısı|Alt Açma Örtüsü|Diş Kaşıyıcı|Bebek Tulumu",
        "Yenidoğan|3-6 Ay|6-12 Ay|Pembe|Mavi|Organik|Antikolik|Ekonomik|Beyaz|Pamuklu|Sarı",
    ),
    (
        "Yapboz|Blok Seti|Oyuncak Araba|Peluş Ayı|Kutu Oyunu|Oyun Hamuru|Bebek|Tren Seti|\
         Boyama Seti|Uzaktan Kumandalı Araba|Zeka Küpü|Su Tabancası",
        "100 Parça|500 Parça|Ahşap|Renkli|Büyük|Mini|Eğitici|Sesli|Işıklı|Manyetik|Klasik",
    ),
    (
        "Yoga Matı|Dambıl Seti|Kamp Sandalyesi|Termos|Uyku Tulumu|Koşu Bandajı|Çadır|\
         Bisiklet Kaskı|Direnç Bandı|Matara|Yüzücü Gözlüğü|Kafa Lambası",
        "Siyah|Turuncu|Yeşil|Katlanır|2 Kişilik|4 Kişilik|Hafif|Çelik|Kaymaz|Gri|Profesyonel",
    ),
    (
        "Defter|Kalem Seti|Ajanda|Roman|Çocuk Kitabı|Test Kitabı|Boya Kalemi|Dosya|\
         Kalem Kutusu|Masa Takvimi|Sözlük|Not Kağıdı",
        "A4|A5|Çizgili|Kareli|12 Renk|24 Renk|Ciltli|Karton Kapak|1. Sınıf|8. Sınıf|Pastel",
    ),
    (
        "Bahçe Hortumu|Saksı|Matkap Ucu Seti|Çim Tohumu|Solar Lamba|Budama Makası|\
         Şarjlı Vidalama|Bahçe Sandalyesi|Toprak|Boya Rulosu|Sulama Seti|Merdiven",
        "10 m|20 m|Büyük|Küçük|Metal|Plastik|Katlanır|12 Parça|5 kg|Yeşil|Profesyonel",
    ),
    (
        "Kedi Maması|Köpek Maması|Kedi Kumu|Tasma|Mama Kabı|Kedi Tırmalama|Köpek Yatağı|\
         Kuş Yemi|Ödül Maması|Taşıma Çantası|Tüy Tarağı|Akvaryum Filtresi",
        "Tavuklu|Somonlu|Kuzulu|2 kg|10 kg|Yavru|Yetişkin|Kısırlaştırılmış|Küçük Irk|\
         Parfümsüz|Gri",
    ),
];

/// The name of the product at `rank` (0 to 131) of a category. Neighbours differ in kind.
pub(crate) fn product(category: usize, rank: usize) -> String {
    let (kinds, variants) = WORDS[category % WORDS.len()];
    let word = |words: &'static str, at: usize| words.split('|').nth(at).unwrap_or_default();
    let kind = word(kinds, rank % KINDS);
    let variant = word(variants, (rank / KINDS + rank) % VARIANTS);
    format!("{kind} {variant}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_its_words() {
        for (kinds, variants) in WORDS {
            assert_eq!(
                (kinds.split('|').count(), variants.split('|').count()),
                (KINDS, VARIANTS)
            );
        }
        assert_eq!(product(0, 0), "Bluetooth Kulaklık Siyah");
    }
}
