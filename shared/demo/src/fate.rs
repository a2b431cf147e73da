//! What became of an order line between its order and today: cancelled, shipped, received, returned.

use kernel::Date;

use crate::anomalies::Anomaly;
use crate::holidays::add_working_days;
use crate::products::{CATEGORIES, SHOES};
use crate::random::Random;
use crate::sales::{DayContext, Line, Order};

const CANCEL_RATE: f64 = 0.034;
/// Share of lines that leave late, on ordinary days and while the warehouse moves.
const LATE_SHARE: f64 = 0.035;
const LATE_SHARE_MOVING: f64 = 0.47;
/// Working days until the hand-over that is in time, as often as they are listed.
const PREPARATION_DAYS: [i64; 5] = [0, 0, 1, 1, 2];
/// Working days within which a line must leave.
const DEADLINE_DAYS: i64 = 2;
/// How many times as much of a bad batch comes back.
const BAD_BATCH_LIFT: f64 = 3.5;

/// What became of a line until today.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate {
    pub(crate) status: &'static str,
    pub(crate) cancelled: i64,
    pub(crate) returned: i64,
    pub(crate) shipped: Option<Date>,
    pub(crate) delivered: Option<Date>,
    pub(crate) deadline: Date,
}

/// The fate of a line that was ordered on the context's day.
pub(crate) fn draw_fate(
    context: &DayContext<'_>,
    random: &mut Random,
    order: &Order,
    line: &Line,
    category: usize,
) -> Fate {
    let placed = Fate {
        status: "placed",
        cancelled: 0,
        returned: 0,
        shipped: None,
        delivered: None,
        deadline: add_working_days(context.date, DEADLINE_DAYS),
    };
    let mut fate = placed;
    if random.chance(CANCEL_RATE) {
        fate.cancelled = if random.chance(0.8) {
            line.units
        } else {
            random.between(1, line.units)
        };
        if fate.cancelled == line.units {
            return Fate {
                status: "cancelled",
                ..fate
            };
        }
    }
    let today = context.company.today;
    let is_moving = context.is_on(Anomaly::WarehouseMove);
    let is_late = random.chance(if is_moving {
        LATE_SHARE_MOVING
    } else {
        LATE_SHARE
    });
    let in_time = random.below(PREPARATION_DAYS.len() as u64) as usize;
    let late_by = random.between(1, 3);
    let preparation = if is_late {
        DEADLINE_DAYS + late_by
    } else {
        PREPARATION_DAYS[in_time]
    };
    let shipped = add_working_days(context.date, preparation);
    if shipped > today {
        return fate;
    }
    (fate.status, fate.shipped) = ("shipped", Some(shipped));
    let spread = if order.is_export() { 4 } else { 2 };
    let transit = order.place.transit_days + random.between(0, spread);
    let delivered = add_working_days(shipped, transit);
    if delivered > today {
        return fate;
    }
    (fate.status, fate.delivered) = ("delivered", Some(delivered));
    let is_bad_batch = category == SHOES && context.is_on(Anomaly::BadBatch);
    let lift = if is_bad_batch { BAD_BATCH_LIFT } else { 1.0 };
    let reached = line.units - fate.cancelled;
    let returned_on = delivered
        .add_days(random.between(3, 12) as i32)
        .unwrap_or(Date::MAX);
    if random.chance(CATEGORIES[category].return_rate * lift) && returned_on <= today {
        fate.returned = if random.chance(0.85) {
            reached
        } else {
            random.between(1, reached)
        };
    }
    if fate.returned == reached {
        fate.status = "returned";
    }
    fate
}
