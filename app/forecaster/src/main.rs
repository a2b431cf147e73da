//! Takes orders of the engine, computes each, delivers: the models are a module of their own, fetched when a
//! forecast is first asked for, and a forecast of seconds never holds up a figure.
//!
//! It holds no facts and keeps nothing. Out of scope: what is computed (`prediction`), and what of it is kept and
//! shown (`engine`).

#[cfg(target_arch = "wasm32")]
mod platform;

#[cfg(any(target_arch = "wasm32", test))]
use prediction::{Delivery, Order};

fn main() {
    #[cfg(target_arch = "wasm32")]
    platform::serve(delivered);
}

/// Does what an order says; `None` where it is none: it comes from an engine of another version, which the service
/// worker will replace.
#[cfg(any(target_arch = "wasm32", test))]
fn delivered(text: &str) -> Option<String> {
    let order: Order = serde_json::from_str(text).ok()?;
    let made = order.work.made().map_err(|error| error.to_string());
    serde_json::to_string(&Delivery { id: order.id, made }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use prediction::{Job, Made, Number, Work};

    #[test]
    fn an_order_is_delivered_under_its_number_and_what_is_none_is_left_out() {
        let order = |horizon| {
            let job = Job {
                values: (0..60).map(|day| Number(f64::from(day % 7))).collect(),
                seasons: vec![7],
                horizon,
                coverage: Number(0.8),
                non_negative: true,
                ..Job::default()
            };
            let order = Order {
                id: 7,
                work: Work::Forecast(job),
            };
            let text = serde_json::to_string(&order).expect("plain data");
            let text = delivered(&text).expect("an order");
            serde_json::from_str(&text).expect("a delivery")
        };
        let Delivery {
            id: 7,
            made: Ok(Made::Forecast(outcome)),
        } = order(5)
        else {
            panic!("no forecast was delivered");
        };
        assert_eq!(outcome.steps.len(), 5);
        let Delivery { id: 7, made } = order(0) else {
            panic!("nothing was delivered");
        };
        assert!(made.is_err_and(|why| why.contains("horizon")));
        assert_eq!(delivered("{}"), None);
    }
}
