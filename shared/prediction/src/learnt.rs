//! The series that is learnt from: that of a job, with what is to be replaced: the side that computes.

use forecast::{Change, Known, Reason, Series, clean, fill_known};
use kernel::Date;

use crate::{ComputeError, Job, Replaced, ReplacedReason};

/// The series of a job, cleaned as far as it asks for that, and what was replaced, by reason.
pub(crate) fn learnt(job: &Job) -> Result<(Series, Vec<Replaced>), ComputeError> {
    let values: Vec<f64> = job.values.iter().map(|value| value.0).collect();
    let series = Series::new(values, job.seasons.clone())?;
    if job.sold_out.is_empty() && !job.is_suspecting {
        return Ok((series, Vec::new()));
    }
    let known = Known {
        stock_outs: job.sold_out.clone(),
        campaigns: Vec::new(),
    };
    let cleaned = match job.is_suspecting {
        true => clean(&series, &known),
        false => fill_known(&series, &known),
    }?;
    let mut values = series.values().to_vec();
    let mut replaced: Vec<Replaced> = Vec::new();
    for change in &cleaned.changes {
        let Some(reason) = reason_of(change, job.first_day) else {
            continue;
        };
        if let Some(value) = values.get_mut(change.position) {
            *value = change.now;
        }
        match replaced.iter_mut().find(|it| it.reason == reason) {
            Some(it) => it.count += 1,
            None => replaced.push(Replaced { reason, count: 1 }),
        }
    }
    replaced.sort_by_key(|it| it.reason);
    Ok((Series::new(values, job.seasons.clone())?, replaced))
}

/// Why a value is replaced; none where it is to stay.
fn reason_of(change: &Change, first_day: Option<Date>) -> Option<ReplacedReason> {
    Some(match change.reason {
        Reason::Missing => ReplacedReason::Missing,
        Reason::StockOut => ReplacedReason::StockOut,
        Reason::LevelShift => ReplacedReason::LevelShift,
        // Black Friday is far from all others, and no mistake: what it does is learnt by its name.
        Reason::Outlier if is_occasion(change.position, first_day) => return None,
        Reason::Outlier => ReplacedReason::Outlier,
        // No job flags campaigns.
        Reason::Campaign => return None,
    })
}

fn is_occasion(position: usize, first_day: Option<Date>) -> bool {
    let ahead = i32::try_from(position).ok();
    let date = first_day
        .zip(ahead)
        .and_then(|(first, ahead)| first.add_days(ahead).ok());
    let occasions = forecast::Occasion::ALL.iter().zip(crate::Occasion::ALL);
    date.is_some_and(|date| occasions.into_iter().any(|(it, _)| it.falls_on(date)))
}
