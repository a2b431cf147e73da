"""Ten series and what other programs forecast for them: writes ten.txt next to itself.

statsmodels 0.15.0 and statsforecast 2.1.1 from PyPI, Python 3.11. The series are made here (NumPy's
PCG64 with seed 20,260 + index): level, trend, season and noise of different sizes. Lines of ten.txt: a
name, a colon, numbers. Run: `python make.py`.

- `ets ERROR TREND SEASON`: statsmodels ETSModel, maximum of the likelihood, 12 steps.
- `dot`: statsforecast DynamicOptimizedTheta, 12 steps.
- `drawn`: statsforecast's recursion of the same on its own seasonal adjustment, with alpha of the least squares and
  1 - 1/theta drawn towards 1/2 by a normal prior of spread 1/2, as `src/theta.rs` says; SciPy's search, 12 steps.
- `arima p d q P D Q`: statsmodels SARIMAX on differenced values with a state known to be zero at the
  start, which is conditional least squares; 12 steps, differences undone by hand. Such a state says that
  the first value is 0, so a 0 stands before the values. The best likelihood of three starts.
- `near p d q P D Q`: the same from coefficients of 0.1, near where ours begins: another maximum where there
  are several.
- `trend`, `seasonal`: statsmodels STL(period=12, seasonal=11), two inner turns, each 8th value.
"""

import warnings
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from statsforecast import theta
from statsforecast.models import DynamicOptimizedTheta
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.seasonal import STL
from statsmodels.tsa.statespace.sarimax import SARIMAX

warnings.filterwarnings("ignore")
FORMS = [("A", "N", "N"), ("A", "N", "A"), ("M", "N", "M"), ("A", "A", "A"), ("M", "A", "M")]
ORDERS = [(0, 1, 1, 0, 1, 1), (1, 0, 0, 0, 1, 1), (2, 1, 0, 0, 0, 0), (1, 1, 1, 0, 0, 0), (0, 1, 2, 0, 1, 1)]


def series(index):
    noise = np.random.default_rng(20_260 + index)
    t = np.arange(240 + 12 * index)
    level = 400 + (20 + 10 * index) * np.sin(t / 40.0) + 0.8 * (index % 4) * t
    wave = 0.06 * (1 + index % 3) * np.cos(2 * np.pi * np.arange(12) / 12 + index)
    turns = np.cumsum(noise.normal(0, 0.012, (len(t) // 12, 12)), axis=0)
    season = 1 + (wave + turns).reshape(-1)
    walk = np.cumsum(noise.normal(0, 2.0, len(t)))
    return np.round((level + walk) * season + noise.normal(0, 4.0, len(t)), 3)


def ets(values, error, trend, season):
    kinds = {"A": "add", "M": "mul", "N": None}
    model = ETSModel(
        values, error=kinds[error], trend=kinds[trend], seasonal=kinds[season],
        seasonal_periods=12 if season != "N" else None,
    )
    # More digits than the default stop gives, within the default bounds; the likelihood has several
    # maxima, so the best of several starts.
    fits = []
    for level in (0.02, 0.1, 0.3, 0.6, 0.9):
        start = np.array(model.start_params, dtype=float)
        start[0] = level
        if season != "N":
            start[model.param_names.index("smoothing_seasonal")] = min(0.1, (1 - level) / 2)
        if trend != "N":
            start[model.param_names.index("smoothing_trend")] = level / 10
        fits.append(model.fit(start_params=start, maxiter=20_000, maxfun=400_000, ftol=1e-14, gtol=1e-9, disp=False))
    return max(fits, key=lambda fit: fit.llf).forecast(12)


def arima(values, starts, p, d, q, P, D, Q):
    changed = values.copy()
    stages = []
    for lag, times in ((12, D), (1, d)):
        for _ in range(times):
            stages.append((lag, changed))
            changed = changed[lag:] - changed[:-lag]
    model = SARIMAX(np.concatenate([[0.0], changed]), order=(p, 0, q), seasonal_order=(P, 0, Q, 12))
    states = model.k_states
    model.ssm.initialize_known(np.zeros(states), np.zeros((states, states)))
    fits = []
    for first in starts:
        start = None if first is None else [first] * (p + q + P + Q) + [np.var(changed)]
        fitted = model.fit(start, disp=False, maxiter=2_000, method="lbfgs")
        fits.append(model.fit(fitted.params, disp=False, maxiter=5_000, method="nm", xtol=1e-10, ftol=1e-12))
    fitted = max(fits, key=lambda fit: fit.llf)
    ahead = np.asarray(fitted.forecast(12))
    for lag, before in reversed(stages):
        whole = list(before)
        for step in ahead:
            whole.append(whole[-lag] + step)
        ahead = np.array(whole[len(before):])
    return ahead


def drawn(values):
    kind = theta.switch_theta("DOTM")
    seasonal = theta.seasonal_decompose(values, model="multiplicative", period=12).seasonal
    adjusted = values / seasonal
    counted = len(values) - 3

    def run(alpha, weight, level):
        return theta._theta.pegels_resid(adjusted, kind, level, alpha, 1 / (1 - weight), 3)

    def squares(alpha, weight, level):
        return run(alpha, weight, level)[3] * counted

    def best(alpha):
        # The squares are a parabola in the level.
        def at(weight):
            low, middle, high = (squares(alpha, weight, adjusted[0] + step) for step in (-1e3, 0, 1e3))
            level = adjusted[0] + 1e3 * (low - high) / (2 * (low - 2 * middle + high))
            return squares(alpha, weight, level), level

        # And, at the best level, one in the weight, whose top may lie outside of 0 to 1.
        grid = np.array([0.0, 0.2, 0.4, 0.6, 0.8])
        bend, slope, whole = np.polyfit(grid, [at(weight)[0] for weight in grid], 2)
        noise = (whole - slope**2 / (4 * bend)) / (counted - 3)
        pull = noise / 0.5**2
        weight = np.clip((pull * 0.5 - slope / 2) / (bend + pull), 0, 1 - 1e-9)
        return at(weight)[0], weight, at(weight)[1]

    coarse = np.linspace(0.1, 0.99, 30)
    start = coarse[np.argmin([best(alpha)[0] for alpha in coarse])]
    bounds = (max(0.1, start - 0.05), min(0.99, start + 0.05))
    alpha = minimize_scalar(lambda alpha: best(alpha)[0], bounds=bounds, method="bounded", options={"xatol": 1e-9}).x
    _, weight, level = best(alpha)
    ahead = np.empty(12)
    theta._theta.forecast(run(alpha, weight, level)[2], len(values), kind, ahead, alpha, 1 / (1 - weight))
    return ahead * seasonal[np.arange(len(values) - 12, len(values))]


def main():
    lines = []
    put = lambda name, numbers: lines.append(f"{name}: " + " ".join(f"{v:.6g}" for v in numbers))
    for index in range(10):
        values = series(index)
        lines.append("values: " + " ".join(f"{v:.3f}" for v in values))
        put("dot", DynamicOptimizedTheta(season_length=12, decomposition_type="multiplicative").forecast(y=values, h=12)["mean"])
        put("drawn", drawn(values))
        form = FORMS[index % len(FORMS)]
        put("ets " + " ".join(form), ets(values, *form))
        orders = ORDERS[index % len(ORDERS)]
        put("arima " + " ".join(map(str, orders)), arima(values, (None, 0.3, -0.3), *orders))
        put("near " + " ".join(map(str, orders)), arima(values, (0.1,), *orders))
        parts = STL(values, period=12, seasonal=11).fit(inner_iter=2, outer_iter=0)
        put("trend", parts.trend[::8])
        put("seasonal", parts.seasonal[::8])
    Path(__file__).with_name("ten.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
