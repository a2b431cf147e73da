//! What whoever answers for a company's programs reads: how the API is used.

use super::formula::{Formula, metric, requests};
use super::{Direction, Metric, MetricId, Role, Unit};
use crate::schema::Measure;

use Direction::{LowerIsBetter, Neutral};

const CALLS: Formula = requests(Measure::ApiCalls);

const fn define(id: MetricId, unit: Unit, direction: Direction, formula: Formula) -> Metric {
    Metric {
        id,
        unit,
        direction,
        formula,
        roles: &[Role::Coo],
    }
}

pub(super) const METRICS: &[Metric] = &[
    define(MetricId::ApiCalls, Unit::Count, Neutral, CALLS),
    define(
        MetricId::ApiErrors,
        Unit::Count,
        LowerIsBetter,
        Formula::Add(
            &requests(Measure::ApiRefusals),
            &requests(Measure::ApiFaults),
        ),
    ),
    define(
        MetricId::ApiErrorRate,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(&metric(MetricId::ApiErrors), &CALLS),
    ),
    define(
        MetricId::ApiFaultRate,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(&requests(Measure::ApiFaults), &CALLS),
    ),
    define(
        MetricId::ApiAnswerTime,
        Unit::Ratio,
        LowerIsBetter,
        Formula::Div(&requests(Measure::ApiMillis), &CALLS),
    ),
    define(
        MetricId::ApiBytes,
        Unit::Count,
        Neutral,
        requests(Measure::ApiBytes),
    ),
];
