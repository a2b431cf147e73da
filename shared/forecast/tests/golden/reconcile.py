"""Reconciled forecasts by other implementations: hierarchicalforecast 1.5.3 (PyPI, Nixtla), numpy 2.4; those that
are not negative by scipy's non-negative least squares (Lawson and Hanson) on that package's covariance, since its own
solver stops within some 1e-4 of the answer.

Run: python3 reconcile.py > reconcile.txt. A line per case: parents, base means, errors (rows by ';') and the answers
of each method. Errors have no mean, because that package takes it out and the crate does not; it is given one of 1e-5,
because it refuses none at all.
"""

import numpy as np
from hierarchicalforecast.methods import BottomUp, MinTrace
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls


def leaves_first(parents):
    nodes = len(parents)
    leaves = [n for n in range(nodes) if n not in parents]
    inner = [n for n in range(nodes) if n in parents]
    return inner + leaves, inner, leaves


def summing(parents, order, leaves):
    matrix = np.zeros((len(parents), len(leaves)))
    for column, leaf in enumerate(leaves):
        node = leaf
        while node is not None:
            matrix[order.index(node), column] = 1.0
            node = parents[node]
    return matrix


def case(parents, seed, lift):
    numbers = np.random.default_rng(seed)
    order, inner, leaves = leaves_first(parents)
    matrix = summing(parents, order, leaves)
    truth = matrix @ np.abs(numbers.normal(5.0, 5.0, len(leaves)))
    base = np.maximum(truth + lift * numbers.normal(0.0, 3.0, len(parents)), 0.0)
    shared = numbers.normal(0.0, 1.0, 24)
    errors = np.array([s * (0.7 * shared + numbers.normal(0.0, 1.0, 24)) for s in numbers.uniform(0.5, 4.0, len(parents))])
    errors -= errors.mean(axis=1, keepdims=True)
    inverse = np.argsort(order)
    parts = [
        ",".join("-" if p is None else str(p) for p in parents),
        ",".join(repr(float(v)) for v in base[inverse]),
        ";".join(",".join(repr(float(v)) for v in row) for row in errors[inverse]),
    ]
    given = dict(S=matrix, y_hat=base[:, None], y_insample=errors + 1e-5, y_hat_insample=np.zeros_like(errors))
    for kind, method in [("ordinary", "ols"), ("structural", "wls_struct"), ("variances", "wls_var"), ("min_trace", "mint_shrink")]:
        for non_negative in [False, True]:
            fitted = MinTrace(method=method)
            answer = fitted.fit_predict(**given)["mean"][:, 0]
            if non_negative:
                lower = cholesky(fitted.W, lower=True)
                left = solve_triangular(lower, matrix, lower=True)
                right = solve_triangular(lower, base, lower=True)
                answer = matrix @ nnls(left, right)[0]
            name = kind + (" non-negative" if non_negative else "")
            parts.append(name + "=" + ",".join(repr(float(v)) for v in answer[inverse]))
    answer = BottomUp().fit_predict(S=matrix, y_hat=base[:, None])["mean"][:, 0]
    parts.append("bottom_up=" + ",".join(repr(float(v)) for v in answer[inverse]))
    print("\t".join(parts))


case([None, 0, 0, 1, 1, 2, 2], 1, 1.0)
case([None, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 4, 4, 5, 5, 6], 2, 1.0)
case([None, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6, 7, 8, 9, 9], 3, 3.0)
case([None, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], 4, 3.0)
