//! Which of two fits of a form forecasts a season ahead better.
//!
//! The likelihood judges the next value. Under a long season it often wants a level that follows every value, whose
//! forecasts of a season ahead are off by whatever the last value was off; a level that hardly moves is then the better
//! guess. So under a season of a day's hours and longer the likeliest smoothing stands against a slow one, both judged
//! by what they would have forecast for the season after past moments.

use super::filter::{Problem, Region};
use super::form::SeasonForm;
use super::search::{Candidate, DAY_OF_HOURS};
use super::start::starting_states;
use super::states::Workspace;

/// Past moments that are looked at, evenly over the later half.
const MOMENTS: usize = 12;
/// Rounds of least squares for the starting states of the slow fit.
const ROUNDS: usize = 2;

/// The fit itself, or that of the same form with slow smoothing.
pub(super) fn better_ahead(
    problem: &Problem<'_>,
    found: Candidate,
    workspace: &mut Workspace,
) -> Candidate {
    let Region::Cautious(season) = problem.region else {
        return found;
    };
    // On the training parts of hours errors fell by half; on those of months they grew by 3 %.
    if season < DAY_OF_HOURS || problem.values.len() < 4 * season {
        return found;
    }
    // Where the usual implementations begin, and often end.
    let point = [0.2 / season as f64, 0.05, 0.05, 0.95];
    let mut slow = Candidate::at(problem, starting_states(problem), point);
    if !slow.settle(problem, ROUNDS, workspace) {
        return found;
    }
    match (
        missed(problem, &slow, season),
        missed(problem, &found, season),
    ) {
        (Some(slowly), Some(likely)) if slowly < likely => slow,
        _ => found,
    }
}

/// Sum of squared errors of a season's forecasts from past moments; `None` where the form cannot follow.
fn missed(problem: &Problem<'_>, candidate: &Candidate, season: usize) -> Option<f64> {
    let count = problem.values.len();
    let half = count / 2;
    let mut sum = 0.0;
    for moment in 1..=MOMENTS {
        let origin = half + (count - season - half) * moment / MOMENTS;
        let known = Problem {
            values: &problem.values[..origin],
            ..*problem
        };
        let mut states = candidate.start.clone();
        known.run(candidate.smoothing, &mut states)?;
        let (mut level, mut trend) = (states.level, states.trend);
        for (step, value) in problem.values[origin..].iter().take(season).enumerate() {
            trend *= candidate.smoothing.phi;
            level += trend;
            let position = (origin + step) % problem.season;
            let forecast = match problem.form.season {
                SeasonForm::None => level,
                SeasonForm::Additive => level + states.seasonal[position],
                SeasonForm::Multiplicative => level * states.seasonal[position],
            };
            sum += (value - forecast) * (value - forecast);
        }
    }
    Some(sum).filter(|sum| sum.is_finite())
}
