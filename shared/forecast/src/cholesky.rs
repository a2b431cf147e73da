//! Symmetric positive definite systems by Cholesky's factor, as rows of a lower triangle.

use crate::sums::dot;

/// Lower factor of a positive definite matrix of which the lower triangle is given; `None` where it is not one.
pub(crate) fn cholesky(mut lower: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    for i in 0..lower.len() {
        let (above, rest) = lower.split_at_mut(i);
        let row = rest.first_mut()?;
        row.truncate(i + 1);
        for (j, other) in above.iter().enumerate() {
            row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
        }
        let square = row[i] - dot(&row[..i], &row[..i]);
        if !(square > 0.0 && square.is_finite()) {
            return None;
        }
        row[i] = square.sqrt();
    }
    Some(lower)
}

/// Solves L x = b.
pub(crate) fn forward(lower: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let mut solution: Vec<f64> = Vec::with_capacity(right.len());
    for (row, value) in lower.iter().zip(right) {
        let i = solution.len();
        solution.push((value - dot(&row[..i], &solution)) / row[i]);
    }
    solution
}

/// Solves L' x = b.
pub(crate) fn backward(lower: &[Vec<f64>], mut right: Vec<f64>) -> Vec<f64> {
    for i in (0..right.len()).rev() {
        let row = &lower[i];
        right[i] /= row[i];
        let known = right[i];
        right[..i]
            .iter_mut()
            .zip(row)
            .for_each(|(value, factor)| *value -= factor * known);
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_what_is_positive_definite_and_nothing_else() {
        let matrix = vec![vec![4.0], vec![2.0, 5.0], vec![-2.0, 1.0, 6.0]];
        let factor = cholesky(matrix).expect("positive definite");
        let solution = backward(&factor, forward(&factor, &[0.0, 15.0, 18.0]));
        let product = |row: [f64; 3]| dot(&row, &solution);
        for (found, expected) in [
            (product([4.0, 2.0, -2.0]), 0.0),
            (product([2.0, 5.0, 1.0]), 15.0),
            (product([-2.0, 1.0, 6.0]), 18.0),
        ] {
            assert!((found - expected).abs() < 1e-12, "{solution:?}");
        }
        assert_eq!(cholesky(vec![vec![1.0], vec![2.0, 1.0]]), None);
        assert_eq!(cholesky(vec![vec![f64::NAN]]), None);
    }
}
