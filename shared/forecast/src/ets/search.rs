//! The search for the best parameters of a form, and for the best form.
//!
//! Smoothing parameters by downhill simplex (at most four), starting states by least squares, in
//! turns until the likelihood stands, with a weak prior against trends that turn with every value. All forms are fitted coarsely first and the most promising
//! ones to the end: the likelihoods of forms differ by more than a coarse fit misses.

use super::ahead::better_ahead;
use super::filter::{Problem, Region, Smoothing, States};
use super::form::{Form, TrendForm};
use super::start::starting_states;
use super::states::{Workspace, improve};
use crate::nelder_mead::{Budget, Point, minimise};
use crate::portable::ln;

/// A fitted form.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub form: Form,
    pub season: usize,
    pub smoothing: Smoothing,
    pub start: States,
    pub aicc: f64,
    pub point: Point,
    objective: f64,
}

impl Candidate {
    /// A form at a point, not fitted yet.
    pub fn at(problem: &Problem<'_>, start: States, point: Point) -> Self {
        Self {
            form: problem.form,
            season: problem.season,
            smoothing: smoothing_at(problem, &point).0,
            start,
            aicc: f64::INFINITY,
            point,
            objective: f64::INFINITY,
        }
    }

    /// Finds the starting states for the smoothing as it is; false where the form cannot follow the values.
    pub fn settle(
        &mut self,
        problem: &Problem<'_>,
        rounds: usize,
        workspace: &mut Workspace,
    ) -> bool {
        let mut scratch = self.start.clone();
        let sums = problem.run(self.smoothing, &mut scratch);
        let Some(sums) = sums else { return false };
        self.objective = problem.objective(sums);
        for _ in 0..rounds {
            self.objective = improve(
                problem,
                self.smoothing,
                &mut self.start,
                &mut scratch,
                self.objective,
                workspace,
            );
        }
        self.judge(problem);
        self.objective.is_finite()
    }

    /// The criterion from the objective.
    fn judge(&mut self, problem: &Problem<'_>) {
        let parameters = problem.form.parameters(problem.season) as f64;
        let spare = (problem.values.len() as f64 - parameters - 1.0).max(1e-3);
        self.aicc = self.objective + 2.0 * parameters * (1.0 + (parameters + 1.0) / spare);
    }
}

/// Forms that are fitted to the end.
const FINALISTS: usize = 3;
const COARSE: Effort = Effort {
    rounds: 2,
    evaluations: 30,
    tolerance: 0.1,
};
/// For a form whose parameters are known from much the same values.
const AGAIN: Effort = Effort {
    rounds: 2,
    evaluations: 20,
    tolerance: 0.1,
};
/// Forms that are averaged, and how far their AICc may be above the lowest: 6 is a twentieth as likely.
const FORMS_MAX: usize = 5;
const UNLIKELY: f64 = 6.0;
const FINE: Effort = Effort {
    rounds: 4,
    evaluations: 60,
    tolerance: 0.01,
};
/// For the form that won: its forecast then no longer depends on where the search began.
const FINAL: Effort = Effort {
    rounds: 12,
    evaluations: 120,
    tolerance: 1e-4,
};

#[derive(Debug, Clone, Copy)]
struct Effort {
    rounds: usize,
    evaluations: usize,
    tolerance: f64,
}

/// Fits one form to the end.
pub(super) fn fit_form(problem: &Problem<'_>) -> Option<Candidate> {
    let mut workspace = Workspace::default();
    let coarse = first_fit(problem, &mut workspace)?;
    optimise(problem, coarse, FINAL, &mut workspace)
}

/// The form with the lowest AICc among those the values allow.
pub(super) fn choose(values: &[f64], season: Option<usize>, positive: bool) -> Option<Candidate> {
    let mut workspace = Workspace::default();
    let problem_of = |form: Form| Problem {
        values,
        form,
        season: season.filter(|_| form.has_season()).unwrap_or(1),
        region: Region::Cautious(season.unwrap_or(1)),
    };
    let coarse: Vec<Candidate> = Form::candidates(season.is_some(), positive)
        .map(problem_of)
        .filter(|problem| problem.values.len() > problem.form.parameters(problem.season) + 1)
        .filter_map(|problem| first_fit(&problem, &mut workspace))
        .collect();
    let fine = best(coarse, FINALISTS).into_iter().filter_map(|candidate| {
        optimise(&problem_of(candidate.form), candidate, FINE, &mut workspace)
    });
    let best = fine.min_by(|a, b| a.aicc.total_cmp(&b.aicc));
    let best = best.and_then(|c| optimise(&problem_of(c.form), c, FINAL, &mut workspace));
    let best = best.map(|c| better_ahead(&problem_of(c.form), c, &mut workspace));
    // With four or five values no form has an AICc: the plainest one then.
    best.or_else(|| fit_form(&problem_of(Form::candidates(false, false).next()?)))
}

/// The forms that the values speak for, the likeliest first, after a coarse fit: those within
/// [`UNLIKELY`] of the lowest AICc, [`FORMS_MAX`] at most.
pub(super) fn likely(values: &[f64], season: Option<usize>, positive: bool) -> Vec<Candidate> {
    let mut workspace = Workspace::default();
    let problems = Form::candidates(season.is_some(), positive).map(|form| Problem {
        values,
        form,
        season: season.filter(|_| form.has_season()).unwrap_or(1),
        region: Region::Cautious(season.unwrap_or(1)),
    });
    let coarse = problems
        .filter(|problem| problem.values.len() > problem.form.parameters(problem.season) + 1)
        .filter_map(|problem| first_fit(&problem, &mut workspace));
    shortlist(coarse.collect())
}

/// The same among forms that were likely before, from where their search ended.
pub(super) fn again(
    values: &[f64],
    season: Option<usize>,
    before: &[(Form, usize, Point)],
) -> Vec<Candidate> {
    let whole = season.unwrap_or(1);
    let mut workspace = Workspace::default();
    let fits = before.iter().filter_map(|&(form, season, point)| {
        let problem = Problem {
            values,
            form,
            season,
            region: Region::Cautious(whole),
        };
        if values.len() <= form.parameters(season) + 1 || values.len() < 2 * season {
            return None;
        }
        let candidate = Candidate::at(&problem, starting_states(&problem), point);
        optimise(&problem, candidate, AGAIN, &mut workspace)
    });
    shortlist(fits.collect())
}

/// The best candidates, the best first.
fn best(mut candidates: Vec<Candidate>, most: usize) -> Vec<Candidate> {
    candidates.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
    candidates.truncate(most);
    candidates
}

fn shortlist(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut candidates = best(candidates, FORMS_MAX);
    let least = candidates.first().map_or(0.0, |best| best.aicc);
    candidates.retain(|candidate| candidate.aicc - least <= UNLIKELY);
    candidates
}

/// A coarse fit from the best of a few starting points: a season that stays and one that moves
/// fast are often two valleys.
fn first_fit(problem: &Problem<'_>, workspace: &mut Workspace) -> Option<Candidate> {
    let start = starting_states(problem);
    let mut scratch = start.clone();
    let mut value_at = |point: &Point| {
        let (smoothing, _) = smoothing_at(problem, point);
        scratch.copy_from(&start);
        let sums = problem.run(smoothing, &mut scratch);
        sums.map_or(f64::INFINITY, |sums| problem.objective(sums))
    };
    let gammas: &[f64] = if problem.form.has_season() {
        &[0.05, 0.3, 0.7]
    } else {
        &[0.05]
    };
    let points = [0.1, 0.3, 0.7]
        .into_iter()
        .flat_map(|alpha| gammas.iter().map(move |&gamma| [alpha, 0.1, gamma, 0.95]));
    let tried = points.map(|point| (value_at(&point), point));
    let (_, point) = tried.min_by(|a, b| a.0.total_cmp(&b.0))?;
    optimise(
        problem,
        Candidate::at(problem, start, point),
        COARSE,
        workspace,
    )
}

/// Turns of simplex and least squares from where the candidate stands; `None` where the form
/// cannot follow the values.
fn optimise(
    problem: &Problem<'_>,
    mut candidate: Candidate,
    effort: Effort,
    workspace: &mut Workspace,
) -> Option<Candidate> {
    let form = problem.form;
    let axes = axes_of(form);
    let count = problem.values.len() as f64;
    let mut scratch = candidate.start.clone();
    for round in 0..effort.rounds {
        let before = candidate.objective;
        let mut free: Point = [0.0; 4];
        let mut steps: Point = [0.0; 4];
        let shrink = if round == 0 { 1.0 } else { 0.3 };
        for (slot, &axis) in axes.iter().enumerate() {
            free[slot] = candidate.point[axis];
            let step = STEPS[axis] * shrink;
            // Away from the nearer bound, or the whole simplex lies in the penalty.
            let middle = 0.5 * (BOUNDS[axis].0 + BOUNDS[axis].1);
            steps[slot] = if free[slot] > middle { -step } else { step };
        }
        let whole = |free: &Point| {
            let mut point = candidate.point;
            axes.iter()
                .enumerate()
                .for_each(|(slot, &axis)| point[axis] = free[slot]);
            point
        };
        let budget = Budget {
            evaluations: effort.evaluations,
            tolerance: 0.1 * effort.tolerance,
        };
        let (best, _) = minimise(free, &steps[..axes.len()], budget, &mut |free| {
            let point = whole(free);
            let (smoothing, outside) = smoothing_at(problem, &point);
            let price = count * outside + trend_prior(form, &point);
            scratch.copy_from(&candidate.start);
            let sums = problem.run(smoothing, &mut scratch);
            sums.map_or(f64::INFINITY, |s| problem.objective(s) + price)
        });
        let mut point = whole(&best);
        for (value, (low, high)) in point.iter_mut().zip(BOUNDS) {
            *value = value.clamp(low, high);
        }
        let (smoothing, _) = smoothing_at(problem, &point);
        scratch.copy_from(&candidate.start);
        let sums = problem.run(smoothing, &mut scratch);
        let price = trend_prior(form, &point);
        let value = sums.map_or(f64::INFINITY, |sums| problem.objective(sums) + price);
        if value < candidate.objective {
            candidate.point = point;
            candidate.smoothing = smoothing;
            candidate.objective = value;
        }
        if candidate.objective.is_infinite() {
            return None;
        }
        let price = trend_prior(form, &candidate.point);
        candidate.objective = price
            + improve(
                problem,
                candidate.smoothing,
                &mut candidate.start,
                &mut scratch,
                candidate.objective - price,
                workspace,
            );
        if before - candidate.objective < effort.tolerance {
            break;
        }
    }
    candidate.judge(problem);
    Some(candidate)
}

/// Coordinates: alpha; beta / alpha; gamma / (1 - alpha), or gamma in the cautious region; phi. Each then has bounds
/// of its own.
const BOUNDS: [(f64, f64); 4] = [(1e-4, 0.9999), (1e-4, 0.9999), (1e-4, 0.9999), (0.8, 0.98)];
const STEPS: Point = [0.2, 0.1, 0.1, 0.05];

/// A season of so many steps is long: see [`smoothing_at`].
const LONG_SEASON: usize = 12;
/// The same for forms without a season: on months it made no difference.
pub(super) const DAY_OF_HOURS: usize = 24;
/// Largest beta under a long season, in seasons.
const TURN_MAX: f64 = 0.2;

/// Smoothing parameters at a point, moved into bounds, and how far outside it was.
///
/// In the cautious region two bounds differ under a long season. Beta is at most 0.2 / season, as in the usual
/// implementations, whose search begins there: a trend that turns within a season is the season's. Gamma is anything
/// below 1, which is admissible with any alpha (Hyndman et al. 2008, chapter 10), where a season that moves beside a
/// level that follows every value would have no room below 1 - alpha.
fn smoothing_at(problem: &Problem<'_>, point: &Point) -> (Smoothing, f64) {
    let form = problem.form;
    let mut inside = *point;
    let mut outside = 0.0;
    for (value, (low, high)) in inside.iter_mut().zip(BOUNDS) {
        let kept = value.clamp(low, high);
        outside += (*value - kept).abs();
        *value = kept;
    }
    let [alpha, turn, share, damping] = inside;
    // A form without the season has its trend where the others have both.
    let least = if form.has_season() {
        LONG_SEASON
    } else {
        DAY_OF_HOURS
    };
    let (turn_max, season_max) = match problem.region {
        Region::Cautious(season) if season >= least => (TURN_MAX / season as f64, 1.0),
        _ => (1.0, 1.0 - alpha),
    };
    let smoothing = Smoothing {
        alpha,
        beta: if form.has_trend() {
            (alpha * turn).min(turn_max)
        } else {
            0.0
        },
        gamma: if form.has_season() {
            season_max * share
        } else {
            0.0
        },
        phi: if form.trend == TrendForm::Damped {
            damping
        } else {
            1.0
        },
    };
    (smoothing, outside)
}

/// Price of a trend that follows the last step, on the scale of the objective: a Beta(1, 9) prior
/// on beta / alpha, as if eight values had spoken for a slow trend.
///
/// On 15 to 40 values the likelihood often peaks at beta = alpha, which forecasts the last
/// difference for ever. The usual implementations escape because their search stops early; here it
/// does not, so the preference is stated.
fn trend_prior(form: Form, point: &Point) -> f64 {
    if !form.has_trend() {
        return 0.0;
    }
    let (low, high) = BOUNDS[1];
    -2.0 * 8.0 * ln(1.0 - point[1].clamp(low, high))
}

fn axes_of(form: Form) -> &'static [usize] {
    match (form.trend, form.has_season()) {
        (TrendForm::None, false) => &[0],
        (TrendForm::None, true) => &[0, 2],
        (TrendForm::Additive, false) => &[0, 1],
        (TrendForm::Additive, true) => &[0, 1, 2],
        (TrendForm::Damped, false) => &[0, 1, 3],
        (TrendForm::Damped, true) => &[0, 1, 2, 3],
    }
}
