"""Ten series and what other programs forecast for them: writes ten.txt next to itself.

statsmodels 0.15.0 and statsforecast 2.1.1 from PyPI, Python 3.11. The series are made here (NumPy's
PCG64 with seed 20,260 + index): level, trend, season and noise of different sizes. Lines of ten.txt: a
name, a colon, numbers. Run: `python make.py`.

- `ets ERROR TREND SEASON`: statsmodels ETSModel, maximum of the likelihood, 12 steps.
- `dot`: statsforecast DynamicOptimizedTheta, 12 steps.
- `arima p d q P D Q`: statsmodels SARIMAX with simple differencing and a state known to be zero at the
  start, which is conditional least squares; 12 steps, differences undone by hand.
- `trend`, `seasonal`: statsmodels STL(period=12, seasonal=11), two inner turns, each 8th value.
"""

import warnings
from pathlib import Path

import numpy as np
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


def arima(values, p, d, q, P, D, Q):
    changed = values.copy()
    stages = []
    for lag, times in ((12, D), (1, d)):
        for _ in range(times):
            stages.append((lag, changed))
            changed = changed[lag:] - changed[:-lag]
    model = SARIMAX(changed, order=(p, 0, q), seasonal_order=(P, 0, Q, 12))
    states = model.k_states
    model.ssm.initialize_known(np.zeros(states), np.zeros((states, states)))
    fitted = model.fit(disp=False, maxiter=2_000, method="lbfgs")
    fitted = model.fit(fitted.params, disp=False, maxiter=5_000, method="nm", xtol=1e-10, ftol=1e-12)
    ahead = np.asarray(fitted.forecast(12))
    for lag, before in reversed(stages):
        whole = list(before)
        for step in ahead:
            whole.append(whole[-lag] + step)
        ahead = np.array(whole[len(before):])
    return ahead


def main():
    lines = []
    put = lambda name, numbers: lines.append(f"{name}: " + " ".join(f"{v:.6g}" for v in numbers))
    for index in range(10):
        values = series(index)
        lines.append("values: " + " ".join(f"{v:.3f}" for v in values))
        put("dot", DynamicOptimizedTheta(season_length=12, decomposition_type="multiplicative").forecast(y=values, h=12)["mean"])
        form = FORMS[index % len(FORMS)]
        put("ets " + " ".join(form), ets(values, *form))
        orders = ORDERS[index % len(ORDERS)]
        put("arima " + " ".join(map(str, orders)), arima(values, *orders))
        parts = STL(values, period=12, seasonal=11).fit(inner_iter=2, outer_iter=0)
        put("trend", parts.trend[::8])
        put("seasonal", parts.seasonal[::8])
    Path(__file__).with_name("ten.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
