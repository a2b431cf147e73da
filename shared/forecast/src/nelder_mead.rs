//! Downhill simplex for a handful of parameters, without allocation.
//!
//! Nelder and Mead, "A simplex method for function minimization", Computer Journal 7 (1965),
//! with the standard coefficients (reflect 1, expand 2, contract 1/2, shrink 1/2). Bounds are the
//! caller's: clamp inside the objective and add a penalty for the distance.

/// Most parameters.
pub(crate) const DIMENSIONS_MAX: usize = 4;

/// A point in parameter space; entries past the dimension in use stay as they started.
pub(crate) type Point = [f64; DIMENSIONS_MAX];

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Evaluations of the objective.
    pub evaluations: usize,
    /// Spread of objective values in the simplex below which it has converged.
    pub tolerance: f64,
}

/// Minimises `objective` over the first `steps.len()` coordinates, starting from a simplex of
/// `start` and `start + step` along each axis. Returns the best point and its value.
///
/// NaN counts as worse than everything. One search serves all objectives: it is called by address, so that each model
/// does not bring a copy of its own.
pub(crate) fn minimise(
    start: Point,
    steps: &[f64],
    budget: Budget,
    objective: &mut dyn FnMut(&Point) -> f64,
) -> (Point, f64) {
    let dimensions = steps.len().min(DIMENSIONS_MAX);
    let mut value_of = |point: &Point| {
        let value = objective(point);
        if value.is_nan() { f64::INFINITY } else { value }
    };
    let mut simplex = [(start, f64::INFINITY); DIMENSIONS_MAX + 1];
    simplex[0].1 = value_of(&start);
    if dimensions == 0 {
        return simplex[0];
    }
    for axis in 0..dimensions {
        simplex[axis + 1].0[axis] += steps[axis];
        simplex[axis + 1].1 = value_of(&simplex[axis + 1].0);
    }
    let mut evaluations = dimensions + 1;
    let simplex = &mut simplex[..=dimensions];
    loop {
        order(simplex);
        let spread = simplex[dimensions].1 - simplex[0].1;
        // Infinity minus infinity is NaN: a simplex that is nowhere feasible ends here as well.
        if evaluations >= budget.evaluations || spread.is_nan() || spread <= budget.tolerance {
            return simplex[0];
        }
        let mut centre = start;
        for (axis, coordinate) in centre.iter_mut().enumerate().take(dimensions) {
            let sum: f64 = simplex[..dimensions]
                .iter()
                .map(|vertex| vertex.0[axis])
                .sum();
            *coordinate = sum / dimensions as f64;
        }
        let worst = simplex[dimensions];
        let towards = |distance: f64| {
            let mut point = centre;
            for axis in 0..dimensions {
                point[axis] += distance * (centre[axis] - worst.0[axis]);
            }
            point
        };
        let reflected = towards(1.0);
        let reflected_value = value_of(&reflected);
        evaluations += 1;
        if reflected_value < simplex[0].1 {
            let expanded = towards(2.0);
            let expanded_value = value_of(&expanded);
            evaluations += 1;
            simplex[dimensions] = if expanded_value < reflected_value {
                (expanded, expanded_value)
            } else {
                (reflected, reflected_value)
            };
            continue;
        }
        if reflected_value < simplex[dimensions - 1].1 {
            simplex[dimensions] = (reflected, reflected_value);
            continue;
        }
        let outside = reflected_value < worst.1;
        let contracted = towards(if outside { 0.5 } else { -0.5 });
        let contracted_value = value_of(&contracted);
        evaluations += 1;
        if contracted_value < reflected_value.min(worst.1) {
            simplex[dimensions] = (contracted, contracted_value);
            continue;
        }
        let best = simplex[0].0;
        for vertex in &mut simplex[1..] {
            for (coordinate, target) in vertex.0.iter_mut().zip(&best).take(dimensions) {
                *coordinate = target + 0.5 * (*coordinate - target);
            }
            vertex.1 = value_of(&vertex.0);
        }
        evaluations += dimensions;
    }
}

/// Sorts a few vertices by value, equal ones as they stand: by insertion, since but one or two have moved.
fn order(simplex: &mut [(Point, f64)]) {
    for next in 1..simplex.len() {
        let mut at = next;
        while at > 0 && simplex[at - 1].1.total_cmp(&simplex[at].1).is_gt() {
            simplex.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget {
        evaluations: 2_000,
        tolerance: 1e-14,
    };

    #[test]
    fn finds_the_valley_of_rosenbrock() {
        let rosenbrock =
            |p: &Point| (1.0 - p[0]) * (1.0 - p[0]) + 100.0 * (p[1] - p[0] * p[0]).powi(2);
        let (point, value) = minimise([-1.2, 1.0, 0.0, 0.0], &[0.5, 0.5], BUDGET, &mut {
            rosenbrock
        });
        assert!(value < 1e-10, "{value}");
        assert!(
            (point[0] - 1.0).abs() < 1e-4 && (point[1] - 1.0).abs() < 1e-4,
            "{point:?}"
        );
        assert_eq!(point[2..], [0.0, 0.0], "unused coordinates stay");
    }

    #[test]
    fn ends_where_nothing_is_feasible() {
        let (_, value) = minimise([0.0; 4], &[1.0; 4], BUDGET, &mut |_| f64::NAN);
        assert_eq!(value, f64::INFINITY);
    }

    #[test]
    fn keeps_to_its_budget() {
        let mut calls = 0;
        let budget = Budget {
            evaluations: 50,
            tolerance: 0.0,
        };
        minimise([9.0; 4], &[1.0; 4], budget, &mut |p| {
            calls += 1;
            p.iter().map(|x| x * x).sum()
        });
        assert!(calls <= 50 + DIMENSIONS_MAX + 2, "{calls}");
    }
}
