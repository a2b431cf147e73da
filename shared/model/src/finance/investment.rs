//! Net present value, internal rates of return, payback.
//!
//! Cash flows come one a period, the first at once (period 0). A rate is per period: 0.1 is 10 %.

use super::{FinanceError, check};

/// The most cash flows of a plan: thirty years of months.
pub const PERIODS_MAX: usize = 360;

/// Rates searched by [`irr`]: from -99.99 % to 100,000 % a period.
const RATE_MIN: f64 = -0.9999;
const RATE_MAX: f64 = 1_000.0;
/// Steps of the search, even in ln(1 + rate): neighbouring roots closer than 0.4 % of (1 + rate) may
/// be taken for none.
const STEPS: u32 = 4_096;

/// The sum of cash flows, each discounted: sum of flow_t / (1 + rate)^t.
///
/// ```
/// use model::finance::npv;
/// let value = npv(0.1, &[-1_000.0, 600.0, 600.0])?;
/// assert!((value - 41.322_314_049_586_8).abs() < 1e-9);
/// # Ok::<(), model::finance::FinanceError>(())
/// ```
pub fn npv(rate: f64, cash_flows: &[f64]) -> Result<f64, FinanceError> {
    check_flows(cash_flows)?;
    check("rate", rate, rate > -1.0, "not above -100 %")?;
    Ok(discounted(rate, cash_flows))
}

/// Every rate at which the net present value is zero, in ascending order: none, one, or several where
/// the flows change their sign more than once.
///
/// By Descartes' rule there are at most as many as changes of sign. Found by scanning -99.99 % to
/// 100,000 % and halving each interval in which the value changes its sign.
pub fn irr(cash_flows: &[f64]) -> Result<Vec<f64>, FinanceError> {
    check_flows(cash_flows)?;
    if sign_changes(cash_flows) == 0 {
        return Ok(Vec::new());
    }
    let (low, high) = ((1.0 + RATE_MIN).ln(), (1.0 + RATE_MAX).ln());
    let rate_at = |step: u32| (low + (high - low) * f64::from(step) / f64::from(STEPS)).exp() - 1.0;
    let mut roots: Vec<f64> = Vec::new();
    let (mut left, mut left_value) = (rate_at(0), discounted(rate_at(0), cash_flows));
    for step in 1..=STEPS {
        let right = rate_at(step);
        let right_value = discounted(right, cash_flows);
        if left_value == 0.0 {
            roots.push(left);
        } else if left_value * right_value < 0.0 {
            roots.push(bisect(left, right, left_value > 0.0, cash_flows));
        }
        (left, left_value) = (right, right_value);
    }
    Ok(roots)
}

/// The first time, in periods, at which the cumulative cash flow is not negative, interpolated within
/// the period in which it turns; `None` where it never does.
///
/// ```
/// use model::finance::payback_periods;
/// assert_eq!(payback_periods(&[-100.0, 40.0, 40.0, 40.0])?, Some(2.5));
/// # Ok::<(), model::finance::FinanceError>(())
/// ```
pub fn payback_periods(cash_flows: &[f64]) -> Result<Option<f64>, FinanceError> {
    check_flows(cash_flows)?;
    let mut cumulative = 0.0;
    for (period, flow) in cash_flows.iter().enumerate() {
        let before = cumulative;
        cumulative += flow;
        if cumulative >= 0.0 {
            // At period 0 nothing was owed before.
            let is_first = period == 0;
            let since = if is_first {
                0.0
            } else {
                period as f64 - 1.0 - before / flow
            };
            return Ok(Some(since));
        }
    }
    Ok(None)
}

fn check_flows(cash_flows: &[f64]) -> Result<(), FinanceError> {
    let count = cash_flows.len();
    if !(2..=PERIODS_MAX).contains(&count) {
        return Err(FinanceError::Periods {
            count,
            max: PERIODS_MAX,
        });
    }
    for flow in cash_flows {
        check(
            "cash flow",
            *flow,
            flow.abs() < 1e18,
            "not a number or beyond 10^18",
        )?;
    }
    Ok(())
}

/// Horner's scheme in 1 / (1 + rate).
fn discounted(rate: f64, cash_flows: &[f64]) -> f64 {
    let factor = 1.0 / (1.0 + rate);
    cash_flows
        .iter()
        .rev()
        .fold(0.0, |sum, flow| sum * factor + flow)
}

fn sign_changes(cash_flows: &[f64]) -> usize {
    let signs: Vec<bool> = cash_flows
        .iter()
        .filter(|f| **f != 0.0)
        .map(|f| *f > 0.0)
        .collect();
    signs
        .windows(2)
        .filter(|pair| pair.first() != pair.last())
        .count()
}

fn bisect(mut left: f64, mut right: f64, left_is_positive: bool, cash_flows: &[f64]) -> f64 {
    for _ in 0..200 {
        let middle = left + (right - left) / 2.0;
        if middle <= left || middle >= right {
            break;
        }
        if (discounted(middle, cash_flows) > 0.0) == left_is_positive {
            left = middle;
        } else {
            right = middle;
        }
    }
    left + (right - left) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() <= 1e-9 * right.abs().max(1.0)
    }

    /// Microsoft's documentation of NPV and IRR: Example data -70,000; 12,000; 15,000; 18,000; 21,000;
    /// 26,000 gives 8.7 % after five years and -2.1 % after four. Its NPV example discounts the first
    /// flow too: 10 %, -10,000; 3,000; 4,200; 6,800 gives 1,188.44.
    #[test]
    fn agrees_with_published_spreadsheet_examples() {
        let flows = [-70_000.0, 12_000.0, 15_000.0, 18_000.0, 21_000.0, 26_000.0];
        let five = irr(&flows).unwrap();
        assert_eq!(five.len(), 1);
        assert!((five[0] - 0.086_630_948).abs() < 1e-8, "{five:?}");
        let four = irr(&flows[..5]).unwrap();
        assert!((four[0] + 0.021_244_848).abs() < 1e-8, "{four:?}");
        let value = npv(0.1, &[-10_000.0, 3_000.0, 4_200.0, 6_800.0]).unwrap() / 1.1;
        assert!((value - 1_188.443_412_3).abs() < 1e-6, "{value}");
    }

    /// The classic project with two rates (Lorie and Savage 1955, oil pump): -1,600; 10,000; -10,000
    /// has 25 % and 400 %.
    #[test]
    fn reports_several_rates_or_none() {
        let pump = irr(&[-1_600.0, 10_000.0, -10_000.0]).unwrap();
        assert_eq!(pump.len(), 2);
        assert!(close(pump[0], 0.25) && close(pump[1], 4.0), "{pump:?}");
        // 1,000 - 3,000 x + 2,500 x^2 has no real root.
        assert_eq!(irr(&[1_000.0, -3_000.0, 2_500.0]), Ok(vec![]));
        assert_eq!(irr(&[100.0, 100.0]), Ok(vec![]));
        assert_eq!(irr(&[0.0, 0.0]), Ok(vec![]));
    }

    #[test]
    fn payback_is_interpolated() {
        assert_eq!(payback_periods(&[-100.0, 50.0, 50.0]), Ok(Some(2.0)));
        assert_eq!(payback_periods(&[-100.0, 10.0]), Ok(None));
        assert_eq!(payback_periods(&[0.0, 10.0]), Ok(Some(0.0)));
        assert_eq!(payback_periods(&[-100.0, 200.0, -500.0]), Ok(Some(0.5)));
    }

    #[test]
    fn refuses_what_is_no_plan() {
        assert!(npv(-1.0, &[1.0, 2.0]).is_err());
        assert!(npv(f64::NAN, &[1.0, 2.0]).is_err());
        assert!(irr(&[1.0]).is_err());
        assert!(irr(&[1.0, f64::INFINITY]).is_err());
        assert!(payback_periods(&vec![1.0; PERIODS_MAX + 1]).is_err());
    }

    proptest! {
        #[test]
        fn an_investment_has_one_rate_that_zeroes_its_value(cost in 1.0_f64..1e6, gains in prop::collection::vec(1.0_f64..1e6, 1..20)) {
            let flows: Vec<f64> = std::iter::once(-cost).chain(gains).collect();
            let rates = irr(&flows).unwrap();
            // One change of sign: at most one root; none only outside the range searched.
            prop_assert!(rates.len() <= 1);
            for rate in rates {
                let scale: f64 = flows.iter().enumerate().map(|(t, f)| f.abs() / (1.0 + rate).powi(t as i32)).sum();
                prop_assert!(npv(rate, &flows).unwrap().abs() <= 1e-9 * scale);
            }
        }
    }
}
