//! Turkish names and explanations of the metrics, in the words of the country's marketplaces and accounts.

use model::metrics::MetricId;

/// What a metric is called and what it means, in a sentence.
pub(crate) const fn name_and_meaning(metric: MetricId) -> (&'static str, &'static str) {
    use MetricId::*;
    match metric {
        Gmv => (
            "Brüt satış (GMV)",
            "Tüm siparişlerin KDV dâhil liste fiyatı; indirim, iptal ve iadeler düşülmeden önce.",
        ),
        NetRevenue => (
            "Net ciro",
            "Satıcı indirimleri, iptal ve iadelerden sonra müşteride kalan, KDV hariç tutar.",
        ),
        NetRevenueGrowth => (
            "Net ciro büyümesi",
            "Net cironun karşılaştırılan döneme göre değişimi; o dönem sıfırsa tanımsızdır.",
        ),
        Orders => (
            "Sipariş",
            "Verilen farklı siparişlerin sayısı; iptal edilenler dâhildir.",
        ),
        Customers => (
            "Müşteri",
            "Sipariş veren farklı müşterilerin sayısı; kimliği bilinmeyenler sayılmaz.",
        ),
        Units => (
            "Adet",
            "Sipariş edilen adet; iptal ve iade edilenler dâhildir.",
        ),
        NetUnits => (
            "Net adet",
            "Sipariş edilen adetten iptal ve iade edilenler düşülünce kalan adet.",
        ),
        AverageOrderValue => ("Ortalama sepet", "Sipariş başına net ciro."),
        MedianOrderValue => (
            "Medyan sepet",
            "Siparişlerin yarısının altında kaldığı net ciro.",
        ),
        OrderValueP90 => (
            "Sepet, 90. yüzdelik",
            "Her on siparişten dokuzunun altında kaldığı net ciro.",
        ),
        UnitsPerOrder => ("Sipariş başına adet", "Bir siparişte sipariş edilen adet."),
        AverageUnitPrice => (
            "Ortalama birim fiyat",
            "Müşteride kalan adet başına net ciro.",
        ),
        Cm1 => (
            "Katkı 1 (CM1)",
            "Net cirodan satılan malın maliyeti düşülünce kalan tutar.",
        ),
        Cm2 => (
            "Katkı 2 (CM2)",
            "Katkı 1'den komisyon, platform ücretleri, kargo ve iade maliyeti düşülünce kalan tutar.",
        ),
        Cm3 => (
            "Katkı 3 (CM3)",
            "Katkı 2'den reklam harcaması düşülünce kalan tutar.",
        ),
        Cm2Percent => ("CM2 oranı", "Katkı 2'nin net ciroya oranı."),
        Cm3Percent => ("CM3 oranı", "Katkı 3'ün net ciroya oranı."),
        ChannelConcentration => (
            "Kanal yoğunlaşması",
            "Kanalların net cirodaki paylarının kareleri toplamı; tamamı tek kanaldaysa 1'dir.",
        ),
        NetRevenueTarget => (
            "Net ciro hedefi",
            "Planlanan net ciro; her ayın günlerine eşit dağıtılır.",
        ),
        NetRevenueAttainment => ("Hedef gerçekleşme oranı", "Net cironun hedefine oranı."),
        OrdersTarget => ("Sipariş hedefi", "Planlanan sipariş sayısı."),
        MarginTarget => ("CM2 hedefi", "Planlanan katkı 2."),
        AdSpendTarget => ("Reklam bütçesi", "Planlanan reklam harcaması."),
        CostOfGoods => (
            "Satılan malın maliyeti",
            "Müşteride kalan ürünlerin nakliye ve gümrük dâhil alış maliyeti.",
        ),
        GrossMarginPercent => (
            "Brüt marj",
            "Net cirodan satılan malın maliyeti düşülünce kalan tutarın net ciroya oranı.",
        ),
        TakeRate => (
            "Pazaryeri kesinti oranı",
            "Komisyon, ücret ve kargo kesintilerinin net ciroya oranı.",
        ),
        Commission => ("Komisyon", "Pazaryerlerinin kestiği komisyon."),
        CommissionRate => ("Komisyon oranı", "Komisyonun net ciroya oranı."),
        PlatformFees => ("Platform ücretleri", "Platform, hizmet ve ödeme ücretleri."),
        Cargo => ("Kargo", "Satıcıya yansıtılan gönderi kargosu."),
        CargoPerOrder => (
            "Sipariş başına kargo",
            "Sipariş başına satıcıya yansıtılan gönderi kargosu.",
        ),
        ReturnCost => (
            "İade maliyeti",
            "İade kargosu ile kayıttan düşülen ürünlerin maliyeti.",
        ),
        SellerRevenue => (
            "Satıcı hakedişi",
            "Net cirodan komisyon düşülünce kalan tutar.",
        ),
        Discounts => (
            "Satıcı indirimleri",
            "Satıcının karşıladığı indirimler, KDV dâhil.",
        ),
        DiscountRate => (
            "İndirim oranı",
            "Satıcı indirimlerinin brüt satışa (GMV) oranı.",
        ),
        ChannelDiscounts => (
            "Pazaryeri indirimleri",
            "Pazaryerlerinin karşıladığı indirimler, KDV dâhil; cirodan düşülmez.",
        ),
        CancelledValue => (
            "İptal tutarı",
            "İptal edilen ürünlerin satıcı indirimi düşülmüş, KDV dâhil tutarı.",
        ),
        ReturnedValue => (
            "İade tutarı",
            "İade edilen ürünlerin satıcı indirimi düşülmüş, KDV dâhil tutarı.",
        ),
        OutputVat => (
            "Hesaplanan KDV",
            "Müşteride kalan ürünlerin tutarındaki KDV.",
        ),
        VatPayable => (
            "Ödenecek KDV",
            "Hesaplanan KDV'den indirilecek KDV düşülünce kalan tutar.",
        ),
        Receivable => (
            "Pazaryeri alacakları",
            "Pazaryerlerinin henüz ödemediği satıcı hakedişi.",
        ),
        SettlementGap => (
            "Mutabakat farkı",
            "Beklenen hakediş ödemelerinden alınan ödemeler düşülünce kalan fark.",
        ),
        InventoryCost => (
            "Ortalama stok",
            "Stokun nakliye ve gümrük dâhil alış maliyeti; stoku bilinen günlerin ortalaması.",
        ),
        DaysInventory => (
            "Stokta kalma süresi (DIO)",
            "Ortalama stokun, satılan malın maliyetini karşıladığı gün sayısı.",
        ),
        DaysSales => (
            "Alacak tahsil süresi (DSO)",
            "Henüz tahsil edilmemiş cironun gün karşılığı.",
        ),
        DaysPayable => (
            "Borç ödeme süresi (DPO)",
            "Satılan malın maliyetinden tedarikçilere borçlu olunan kısmın gün karşılığı.",
        ),
        CashConversionCycle => (
            "Nakit dönüşüm süresi",
            "Malın bedelinin ödenmesinden satış bedelinin tahsiline kadar geçen gün sayısı.",
        ),
        Burn => ("Nakit tüketimi", "Bir aydaki net nakit çıkışı."),
        RunwayMonths => (
            "Nakit ömrü",
            "Nakit bitene kadar geçecek ay sayısı; nakit tüketilmiyorsa sınırsızdır.",
        ),
        BudgetVariance => (
            "Net ciro sapması",
            "Net cirodan hedefi düşülünce kalan fark.",
        ),
        BudgetVariancePercent => ("Net ciro sapma oranı", "Net ciro sapmasının hedefe oranı."),
        MarginVariance => ("CM2 sapması", "Katkı 2'den hedefi düşülünce kalan fark."),
        MarginVariancePercent => ("CM2 sapma oranı", "Katkı 2 sapmasının hedefe oranı."),
        AdSpendVariance => (
            "Reklam bütçesi sapması",
            "Reklam harcamasından bütçesi düşülünce kalan fark; sıfırın altı olumludur.",
        ),
        AdSpendVariancePercent => (
            "Reklam bütçesi sapma oranı",
            "Reklam sapmasının bütçeye oranı; sıfırın altı olumludur.",
        ),
        OrdersVariance => (
            "Sipariş sapması",
            "Sipariş sayısından hedefi düşülünce kalan fark.",
        ),
        ReturnOnInvestment => (
            "Yatırım getirisi (ROI)",
            "Bir yatırımın kazancından maliyeti düşülünce kalanın maliyetine oranı.",
        ),
        NetPresentValue => (
            "Net bugünkü değer",
            "Bir planın bugüne indirgenmiş nakit akışlarının toplamı.",
        ),
        InternalRateOfReturn => (
            "İç verim oranı",
            "Bir planın net bugünkü değerini sıfır yapan iskonto oranı.",
        ),
        PaybackPeriods => (
            "Geri ödeme süresi",
            "Bir planın birikimli nakit akışı artıya geçene kadar geçen dönem sayısı.",
        ),
        BreakEvenUnits => (
            "Başabaş adedi",
            "Katkı 2'nin sabit gideri karşıladığı adet.",
        ),
        MarginOfSafety => (
            "Güvenlik marjı",
            "Net adedin başabaş adedine inene kadar ne oranda düşebileceği.",
        ),
        AdSpend => ("Reklam harcaması", "Reklama harcanan tutar, KDV hariç."),
        AdSales => (
            "Reklam satışı",
            "Kanalların reklama atfettiği satışlar, KDV dâhil.",
        ),
        AdOrders => (
            "Reklam siparişi",
            "Kanalların reklama atfettiği siparişler.",
        ),
        Impressions => ("Gösterim", "Reklamların gösterilme sayısı."),
        Clicks => ("Tıklama", "Reklamların tıklanma sayısı."),
        Roas => ("ROAS", "Reklam satışının reklam harcamasına bölümü."),
        Acos => ("ACOS", "Reklam harcamasının reklam satışına oranı."),
        Tacos => ("TACOS", "Reklam harcamasının net ciroya oranı."),
        MarketingEfficiency => (
            "Pazarlama verimliliği (MER)",
            "Net cironun reklam harcamasına bölümü.",
        ),
        AcquisitionCost => (
            "Müşteri kazanma maliyeti (CAC)",
            "Yeni müşteri başına reklam harcaması.",
        ),
        AcquisitionPaybackMonths => (
            "CAC geri ödeme süresi",
            "Bir müşteriyi kazanma maliyetini, müşterinin katkı 2'sinin karşıladığı ay sayısı.",
        ),
        LifetimeValueHistoric => (
            "Bugüne kadarki müşteri değeri",
            "Seçilen dönemde müşteri başına katkı 2.",
        ),
        LifetimeValuePredicted => (
            "Öngörülen müşteri değeri (CLV)",
            "Bir müşteriden beklenen katkının bugüne indirgenmiş değeri.",
        ),
        RepeatRate => (
            "Tekrar oranı",
            "En az iki sipariş veren müşterilerin tüm müşterilere oranı.",
        ),
        NewCustomers => (
            "Yeni müşteri",
            "Bilinen ilk siparişi seçilen döneme düşen müşteriler.",
        ),
        ReturningCustomers => (
            "Geri dönen müşteri",
            "Seçilen dönemden önce de sipariş vermiş müşteriler.",
        ),
        Churn => (
            "Müşteri kaybı",
            "Dönem başındaki etkin müşterilerden bir daha sipariş vermeyenlerin oranı.",
        ),
        ClickThroughRate => ("Tıklama oranı", "Tıklamaların gösterimlere oranı."),
        ConversionRate => ("Dönüşüm oranı", "Reklam siparişlerinin tıklamalara oranı."),
        CostPerClick => ("Tıklama maliyeti", "Tıklama başına reklam harcaması."),
        CostPerOrder => (
            "Reklam siparişi maliyeti",
            "Reklam siparişi başına reklam harcaması.",
        ),
        RfmScore => (
            "RFM puanı",
            "Yenilik, sıklık ve parasal değerde beşte birlik dilimlerin ortalaması, 1 ile 5 arası.",
        ),
        Sentiment => (
            "Müşteri duygusu",
            "Olumlu yorumların payından olumsuz yorumların payı düşülünce kalan fark.",
        ),
        MarketShare => (
            "Pazar payı",
            "Net cironun, ait olduğu kategorilerin toplam satışına oranı.",
        ),
        ReturnRate => (
            "İade oranı",
            "İade edilen adedin teslim edilen adede oranı, sipariş tarihine göre.",
        ),
        CancellationRate => (
            "İptal oranı",
            "İptal edilen adedin sipariş edilen adede oranı.",
        ),
        SellerCancellationRate => (
            "Satıcı iptal oranı",
            "Satıcının iptal ettiği adedin sipariş edilen adede oranı.",
        ),
        BuyerCancellationRate => (
            "Müşteri iptal oranı",
            "Müşterilerin iptal ettiği adedin sipariş edilen adede oranı.",
        ),
        LateShipmentRate => (
            "Geç kargo oranı",
            "Son kargo tarihinden sonra kargoya verilen satırların kargoya verilenlere oranı.",
        ),
        OrderDefectRate => (
            "Kusurlu sipariş oranı",
            "Olumsuz geri bildirim, hak talebi ya da ters ibraz alan siparişlerin siparişlere oranı.",
        ),
        OnTimeInFull => (
            "Zamanında ve eksiksiz teslim",
            "Zamanında ve eksiksiz teslim edilen satırların, teslim edilmesi gerekenlere oranı.",
        ),
        OrderCycleMean => (
            "Teslim süresi",
            "Siparişten teslime geçen gün sayısı, satırların ortalaması.",
        ),
        OrderCycleMedian => (
            "Teslim süresi, medyan",
            "Siparişlerin yarısının, verildiği günden başlayarak içinde teslim edildiği gün sayısı.",
        ),
        OrderCycleP90 => (
            "Teslim süresi, 90. yüzdelik",
            "Her on siparişten dokuzunun, verildiği günden başlayarak içinde teslim edildiği gün sayısı.",
        ),
        ShipLeadMedian => (
            "Kargoya veriş süresi, medyan",
            "Satırların yarısının, siparişten başlayarak içinde kargoya verildiği gün sayısı.",
        ),
        ShipLeadP90 => (
            "Kargoya veriş süresi, 90. yüzdelik",
            "Her on satırdan dokuzunun, siparişten başlayarak içinde kargoya verildiği gün sayısı.",
        ),
        OnHand => ("Eldeki stok", "Bilinen son günün sonunda stokta olan adet."),
        StockCover => (
            "Stok yeterliliği",
            "Stokun, stokta olunan günlerin satış hızıyla yeteceği gün sayısı.",
        ),
        StockOutRate => (
            "Stoksuz gün oranı",
            "Stoksuz geçen ürün günlerinin, ürünün satışta olduğu günlere oranı.",
        ),
        StockOutDays => (
            "Stoksuz gün",
            "Ürünün satışta olup stokunun olmadığı ürün günleri.",
        ),
        LostSales => ("Kayıp satış", "Stoksuz günlerde satılabilecek olan adet."),
        SellThrough => (
            "Stok eritme oranı",
            "Müşteride kalan adedin, bu adet ile dönem sonu stokunun toplamına oranı.",
        ),
        Gmroi => ("GMROI", "Katkı 1'in ortalama stok maliyetine bölümü."),
        InventoryTurns => (
            "Stok devir hızı",
            "Seçilen dönemde satılan malın maliyetinin ortalama stok maliyetine bölümü.",
        ),
        SafetyStock => (
            "Emniyet stoku",
            "Talep ve tedarik süresindeki belirsizliğe karşı tutulan adet.",
        ),
        ReorderPoint => (
            "Yeniden sipariş noktası",
            "Yeniden sipariş verilecek stok düzeyi.",
        ),
        EconomicOrderQuantity => (
            "Ekonomik sipariş miktarı",
            "Sipariş verme ve stok tutma maliyetini en aza indiren sipariş miktarı.",
        ),
        BuyBoxShare => (
            "Buybox oranı",
            "Teklifin buybox'ta olduğu gözlemlerin tüm gözlemlere oranı.",
        ),
        ApiCalls => ("API istekleri", "Şirketin API'sine gelen istekler."),
        ApiErrors => (
            "API hataları",
            "API'nin reddettiği ya da yanıtlayamadığı istekler.",
        ),
        ApiErrorRate => (
            "API hata oranı",
            "API'nin reddettiği ya da yanıtlayamadığı isteklerin tüm isteklere oranı.",
        ),
        ApiFaultRate => (
            "API arıza oranı",
            "İsteyenin kusuru olmadan yanıtlanamayan isteklerin tüm isteklere oranı.",
        ),
        ApiAnswerTime => (
            "API yanıt süresi, ms",
            "Bir isteğin yanıt için ortalama bekleme süresi, milisaniye.",
        ),
        ApiBytes => ("API'nin gönderdiği bayt", "API yanıtlarının bayt sayısı."),
    }
}
