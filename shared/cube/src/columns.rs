//! The numbers by which stored files name data sets, dimensions and measures. They never change and
//! are never given twice; `docs/data-format.md` lists them.

use model::schema::{DataSet, Dimension, Measure};

pub(crate) const fn data_set_id(data_set: DataSet) -> u8 {
    match data_set {
        DataSet::Sales => 1,
        DataSet::Ads => 2,
        DataSet::Stock => 3,
        DataSet::Targets => 4,
        DataSet::Requests => 5,
    }
}

pub(crate) fn data_set_from_id(id: u8) -> Option<DataSet> {
    DataSet::ALL
        .into_iter()
        .find(|&data_set| data_set_id(data_set) == id)
}

/// Derived dimensions have numbers too: dictionary chunks name them.
pub(crate) const fn dimension_id(dimension: Dimension) -> u8 {
    use Dimension::*;
    match dimension {
        Day => 1,
        Channel => 2,
        Product => 3,
        City => 4,
        Customer => 5,
        Order => 6,
        Campaign => 7,
        Category => 8,
        Country => 9,
        Week => 10,
        Month => 11,
        Quarter => 12,
        Year => 13,
        Weekday => 14,
        FirstOrderMonth => 15,
        MonthsSinceFirstOrder => 16,
        Endpoint => 17,
        Caller => 18,
    }
}

pub(crate) fn dimension_from_id(id: u8) -> Option<Dimension> {
    use Dimension::*;
    const ALL: [Dimension; 16] = [
        Day, Channel, Product, City, Customer, Order, Campaign, Category, Country, Week, Month,
        Quarter, Year, Weekday, Endpoint, Caller,
    ];
    ALL.into_iter()
        .find(|&dimension| dimension_id(dimension) == id)
}

/// Measures count from 64, so that one number names a column.
pub(crate) const fn measure_id(measure: Measure) -> u8 {
    use Measure::*;
    match measure {
        Rows => 64,
        PlacedUnits => 65,
        CancelledUnits => 66,
        ReturnedUnits => 67,
        DeliveredUnits => 68,
        GrossMinor => 69,
        SellerDiscountMinor => 70,
        ChannelDiscountMinor => 71,
        CancelledMinor => 72,
        ReturnedMinor => 73,
        NetRevenueMinor => 74,
        VatMinor => 75,
        CostOfGoodsMinor => 76,
        CommissionMinor => 77,
        PlatformFeeMinor => 78,
        CargoMinor => 79,
        ReturnCostMinor => 80,
        ShippedLines => 81,
        LateLines => 82,
        DeliveredLines => 83,
        DeliveryDays => 84,
        AdSpendMinor => 85,
        AdSalesMinor => 86,
        Impressions => 87,
        Clicks => 88,
        AdOrders => 89,
        OnHandUnits => 90,
        InventoryCostMinor => 91,
        ListedDays => 92,
        StockOutDays => 93,
        NetRevenueTargetMinor => 94,
        OrdersTarget => 95,
        MarginTargetMinor => 96,
        AdSpendTargetMinor => 97,
        ApiCalls => 98,
        ApiRefusals => 99,
        ApiFaults => 100,
        ApiMillis => 101,
        ApiBytes => 102,
    }
}

/// The numbers of a data set's columns, in the order in which a segment holds them.
pub(crate) fn column_ids(data_set: DataSet) -> impl Iterator<Item = u8> {
    let dimensions = data_set.dimensions().iter().map(|&it| dimension_id(it));
    dimensions.chain(data_set.measures().iter().map(|&it| measure_id(it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_given_twice() {
        for data_set in DataSet::ALL {
            assert_eq!(data_set_from_id(data_set_id(data_set)), Some(data_set));
            let ids: Vec<u8> = column_ids(data_set).collect();
            let unique: std::collections::BTreeSet<u8> = ids.iter().copied().collect();
            assert_eq!(unique.len(), ids.len());
            for &dimension in data_set.dimensions() {
                assert_eq!(dimension_from_id(dimension_id(dimension)), Some(dimension));
            }
        }
        assert_eq!(dimension_from_id(64), None);
        assert_eq!(data_set_from_id(0), None);
    }
}
