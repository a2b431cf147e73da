"""Trigonometric seasons at given smoothing parameters, by the matrices of statsforecast: writes trig.txt.

statsforecast 2.1.1 from PyPI, Python 3.11: its TBATS matrices w, F and g (De Livera, Hyndman and Snyder 2011), starting
states by NumPy's least squares, and from there its own recursion. What is compared is the model, not the search for its
parameters: statsforecast's ends with seasons that do not move. Series: the ten of ten.txt with one season of 12, and
two made here (NumPy's PCG64, seed 20,270) with seasons of 7 and 28. A line has, separated by tabs: season x waves pairs;
alpha, beta, gamma, phi; the values; the sum of squared errors; 12 forecasts. Run: `python trig.py`.
"""

from pathlib import Path

import numpy as np
from statsforecast.tbats import (
    calcTBATSFaster,
    makeTBATSFMatrix,
    makeTBATSGMatrix,
    makeTBATSWMatrix,
)

HERE = Path(__file__).parent


def forecast(values, seasons, waves, alpha, beta, gamma, phi):
    tau = 2 * sum(waves)
    w = makeTBATSWMatrix(phi, waves, None, None, tau)
    learnt, still = [gamma] * len(seasons), [0.0] * len(seasons)
    g, bold = makeTBATSGMatrix(waves, alpha, 1, beta, learnt, still, 0, 0, tau)
    f = makeTBATSFMatrix(phi, tau, alpha, beta, None, None, bold, seasons, waves)
    _, errors, _ = calcTBATSFaster(values, w, g, f, np.zeros(2 + tau))
    rows = [w[0]]
    for _ in values[1:]:
        rows.append(rows[-1] @ (f - g @ w))
    start = np.linalg.lstsq(np.array(rows), np.ravel(errors), rcond=None)[0]
    state, squares = start, 0.0
    for value in values:
        error = value - w[0] @ state
        squares += error**2
        state = f @ state + g[:, 0] * error
    ahead = []
    for _ in range(12):
        ahead.append(w[0] @ state)
        state = f @ state
    return squares, ahead


def main():
    text = (HERE / "ten.txt").read_text().splitlines()
    series = [np.array([float(v) for v in line[8:].split()]) for line in text if line.startswith("values: ")]
    cases = [(values, [12], [2 + index % 4]) for index, values in enumerate(series)]
    noise = np.random.default_rng(20_270)
    t = np.arange(280)
    for size in (8.0, 20.0):
        month = size * np.sin(2 * np.pi * t / 28) + 5 * np.cos(4 * np.pi * t / 28)
        week = np.tile([0, 3, 1, -2, 4, 12, 9], 40)
        cases.append((np.round(200 + 0.2 * t + month + week + np.cumsum(noise.normal(0, 1, 280)), 3), [7, 28], [3, 2]))
    lines = []
    for index, (values, seasons, waves) in enumerate(cases):
        smoothing = [(0.1, 0.01, 0.004, 0.95), (0.4, 0.02, 0.02, 0.9), (0.8, 0.05, 0.001, 0.98)][index % 3]
        squares, ahead = forecast(values, seasons, waves, *smoothing)
        numbers = lambda numbers: " ".join(f"{v:.10g}" for v in numbers)
        pairs = " ".join(f"{m}x{k}" for m, k in zip(seasons, waves))
        lines.append("\t".join([pairs, numbers(smoothing), numbers(values), f"{squares:.10g}", numbers(ahead)]))
    (HERE / "trig.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
