//! How much to order and when: safety stock, reorder point, economic order quantity.
//!
//! Source: E. A. Silver, D. F. Pyke, R. Peterson, "Inventory Management and Production Planning and
//! Scheduling", 3rd edition, 1998. Demand is per day, lead time in days.

use super::{FinanceError, not_negative, positive};

/// Units kept against uncertain demand and lead time: z x sqrt(L x sd(d)^2 + mean(d)^2 x sd(L)^2).
///
/// `service_z` is the standard normal quantile of the service level: 1.645 for 95 %.
pub fn safety_stock(
    service_z: f64,
    lead_time_days: f64,
    lead_time_sd_days: f64,
    demand_mean: f64,
    demand_sd: f64,
) -> Result<f64, FinanceError> {
    let service_z = not_negative("service z", service_z)?;
    let lead_time_days = not_negative("lead time", lead_time_days)?;
    let lead_time_sd_days = not_negative("deviation of lead time", lead_time_sd_days)?;
    let demand_mean = not_negative("mean demand", demand_mean)?;
    let demand_sd = not_negative("deviation of demand", demand_sd)?;
    let variance = lead_time_days * demand_sd.powi(2) + (demand_mean * lead_time_sd_days).powi(2);
    Ok(service_z * variance.sqrt())
}

/// Stock at which to order again: mean(d) x L + safety stock.
pub fn reorder_point(
    demand_mean: f64,
    lead_time_days: f64,
    safety_stock_units: f64,
) -> Result<f64, FinanceError> {
    let demand_mean = not_negative("mean demand", demand_mean)?;
    let lead_time_days = not_negative("lead time", lead_time_days)?;
    Ok(demand_mean * lead_time_days + not_negative("safety stock", safety_stock_units)?)
}

/// The order size with the least cost of ordering and holding: sqrt(2 x annual demand x order cost /
/// annual holding cost of a unit) (F. W. Harris, 1913).
///
/// ```
/// use model::finance::economic_order_quantity;
/// assert_eq!(economic_order_quantity(1_000.0, 10.0, 0.5)?, 200.0);
/// # Ok::<(), model::finance::FinanceError>(())
/// ```
pub fn economic_order_quantity(
    annual_demand_units: f64,
    order_cost: f64,
    holding_cost_per_unit_year: f64,
) -> Result<f64, FinanceError> {
    let demand = not_negative("annual demand", annual_demand_units)?;
    let order_cost = not_negative("order cost", order_cost)?;
    let holding = positive("holding cost", holding_cost_per_unit_year)?;
    Ok((2.0 * demand * order_cost / holding).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// J. Heizer, B. Render, "Operations Management", chapter on inventory: 1,000 needles a year, 10
    /// an order, 0.50 a unit and year make 200 units an order. Demand of 150 a day (deviation 16) over
    /// a lead time of 5 days (deviation 1) deviates by 154; at 95 % the reorder point is 1,004.
    #[test]
    fn agrees_with_textbook_examples() {
        assert_eq!(economic_order_quantity(1_000.0, 10.0, 0.5), Ok(200.0));
        let deviation = safety_stock(1.0, 5.0, 1.0, 150.0, 16.0).unwrap();
        assert!((deviation - 154.2).abs() < 0.05, "{deviation}");
        let stock = safety_stock(1.65, 5.0, 1.0, 150.0, 16.0).unwrap();
        let point = reorder_point(150.0, 5.0, stock).unwrap();
        assert!((point - 1_004.0).abs() < 1.0, "{point}");
    }

    #[test]
    fn refuses_what_cannot_be() {
        assert!(safety_stock(-1.0, 1.0, 1.0, 1.0, 1.0).is_err());
        assert!(safety_stock(f64::NAN, 1.0, 1.0, 1.0, 1.0).is_err());
        assert!(economic_order_quantity(1.0, 1.0, 0.0).is_err());
        assert!(reorder_point(1.0, f64::INFINITY, 0.0).is_err());
    }

    proptest! {
        #[test]
        fn no_other_order_size_costs_less(demand in 1.0_f64..1e6, order in 0.1_f64..1e4, holding in 0.01_f64..1e3, factor in 0.1_f64..10.0) {
            let best = economic_order_quantity(demand, order, holding).unwrap();
            let cost = |quantity: f64| demand / quantity * order + quantity / 2.0 * holding;
            prop_assert!(cost(best) <= cost(best * factor) * (1.0 + 1e-12));
        }
    }
}
