//! Names of metrics. English ones are the catalogue's own.

use crate::Locale;
use model::metrics::{MetricId, english};

/// What a metric is called.
pub fn metric_name(metric: MetricId, locale: Locale) -> &'static str {
    match locale {
        Locale::English => english(metric).name,
        Locale::Turkish => turkish(metric).unwrap_or_else(|| english(metric).name),
    }
}

/// What a metric means, in a sentence.
pub fn metric_definition(metric: MetricId, _locale: Locale) -> &'static str {
    english(metric).meaning
}

const fn turkish(metric: MetricId) -> Option<&'static str> {
    use MetricId::*;
    Some(match metric {
        NetRevenue => "Net ciro",
        Gmv => "Brüt satış (GMV)",
        Orders => "Sipariş",
        Units => "Adet",
        AverageOrderValue => "Ortalama sepet",
        UnitsPerOrder => "Sipariş başına adet",
        Customers => "Müşteri",
        NewCustomers => "Yeni müşteri",
        RepeatRate => "Tekrar oranı",
        Cm1 => "Katkı 1 (CM1)",
        Cm2 => "Katkı 2 (CM2)",
        Cm3 => "Katkı 3 (CM3)",
        Cm2Percent => "CM2 oranı",
        GrossMarginPercent => "Brüt marj",
        CostOfGoods => "Satılan malın maliyeti",
        TakeRate => "Pazaryeri payı",
        Commission => "Komisyon",
        PlatformFees => "Platform ücretleri",
        Cargo => "Kargo",
        ReturnCost => "İade maliyeti",
        Discounts => "İndirimler",
        AdSpend => "Reklam harcaması",
        AdSales => "Reklam satışı",
        Roas => "ROAS",
        Acos => "ACOS",
        Tacos => "TACOS",
        Clicks => "Tıklama",
        ClickThroughRate => "Tıklama oranı",
        ConversionRate => "Dönüşüm oranı",
        CostPerClick => "Tıklama maliyeti",
        ReturnRate => "İade oranı",
        CancellationRate => "İptal oranı",
        LateShipmentRate => "Geç kargo oranı",
        OrderCycleMean => "Teslim süresi",
        StockOutRate => "Stoksuz gün oranı",
        StockCover => "Stok yeterliliği",
        OnHand => "Eldeki stok",
        ChannelConcentration => "Kanal yoğunluğu",
        _ => return None,
    })
}
