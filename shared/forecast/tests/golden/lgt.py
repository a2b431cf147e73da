"""Local and global trend by brute force, for `lgt.txt`: medians and spreads of the average over all
parameters, each drawn from its prior and weighed by the likelihood of the values.

Written from the paper alone and unlike the model in every step: random numbers instead of fixed points, no
least squares, powers that are no quarters. Series: sums of the years of AirPassengers (Box and Jenkins 1976),
and of statsmodels' data sets the Nile (Cobb 1978) and the yearly means of the real product of the USA.

    pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 && python lgt.py > lgt.txt

A line is the values, a tab and the medians of six steps, a tab and the half-widths of their middle 68 %.
"""

from pathlib import Path

import numpy as np
from scipy.special import gammaln
from statsmodels.datasets import macrodata, nile

DRAWS, ROUNDS, STEPS = 200_000, 20, 6


def draw(random, values):
    scale = 1 / 300
    alpha, beta, tau = random.random((3, DRAWS))
    rho = random.uniform(-0.5, 1, DRAWS)
    freedom = random.uniform(2, 20, DRAWS)
    local = random.uniform(-1, 1, DRAWS)
    trend = scale * np.tan(np.pi * (random.random(DRAWS) - 0.5))
    level, slope = np.full(DRAWS, values[0]), np.zeros(DRAWS)
    errors, sizes = [], []
    for value in values[1:]:
        size = np.maximum(np.abs(level), 1e-9)
        errors.append(value - level - trend * size**rho - local * slope)
        sizes.append(tau * np.log(size))
        step = alpha * (value - level)
        level, slope = level + step, slope + beta * (step - slope)
    errors, sizes = np.array(errors), np.array(sizes)
    # The size of the errors is drawn near what is left, and weighed for that.
    left = np.log(np.sqrt(np.mean((errors * np.exp(-sizes)) ** 2, axis=0)) + 1e-12) - 0.15
    width = 2 / np.sqrt(2 * len(values))
    normal = random.standard_normal(DRAWS)
    sigma = left + width * normal
    square = (errors * np.exp(-sizes - sigma)) ** 2
    density = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - 0.5 * np.log(freedom)
    likelihood = (density - sigma - sizes - (freedom + 1) / 2 * np.log1p(square / freedom)).sum(axis=0)
    weight = likelihood - np.log1p(np.exp(2 * sigma) / scale**2) + 0.5 * normal**2 + sigma
    ahead = []
    for _ in range(STEPS):
        expected = level + trend * np.maximum(np.abs(level), 1e-9) ** rho + local * slope
        step = alpha * (expected - level)
        level, slope = level + step, slope + beta * (step - slope)
        ahead.append(expected)
    best = np.argsort(weight)[-20_000:]
    return weight[best], np.array(ahead)[:, best]


def forecast(values):
    random = np.random.default_rng(7)
    unit = values.max()
    drawn = [draw(random, values / unit) for _ in range(ROUNDS)]
    weight = np.concatenate([weight for weight, _ in drawn])
    ahead = np.concatenate([ahead for _, ahead in drawn], axis=1)
    share = np.exp(weight - weight.max())
    share /= share.sum()
    medians, spreads = [], []
    for step in ahead:
        order = np.argsort(step)
        sums = np.cumsum(share[order])
        low, middle, high = (step[order][np.searchsorted(sums, p)] * unit for p in (0.1587, 0.5, 0.8413))
        medians.append(middle)
        spreads.append((high - low) / 2)
    return medians, spreads


months = np.loadtxt(Path(__file__).parent / "air_passengers.txt")
product = macrodata.load_pandas().data
series = [
    months.reshape(12, 12).sum(axis=1),
    nile.load_pandas().data["volume"].to_numpy(),
    product.groupby("year")["realgdp"].mean().to_numpy()[:50].round(1),
]
for values in series:
    print("\t".join(",".join(f"{number:.8g}" for number in np.round(part, 3)) for part in (values, *forecast(values))))
