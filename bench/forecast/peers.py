"""statsforecast on the series that the bench scores, one thread: a JSON line per file and model.

Run by `cargo xtask bench forecast --peers`, which installs statsforecast from PyPI under `target/`.
Options: `--file F.tsv.gz` (several times), `--every N`, `--model NAME` (several times), `--keep DIR`
(writes the point forecasts of each model there, a line per series, for the parity check). The
scores are those of `score.rs`, written a second time here: the two check each other.
"""

import argparse
import gzip
import json
import os
import time
import warnings
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import numpy as np
from statsforecast.models import (
    MSTL,
    AutoARIMA,
    AutoCES,
    AutoETS,
    DynamicOptimizedTheta,
    SeasonalNaive,
)

warnings.filterwarnings("ignore")
LEVELS = [80, 95]


def models(season):
    """The models by name; a slow search is left out where it takes minutes a series."""
    found = {
        "seasonal naive": lambda: SeasonalNaive(season_length=season),
        "ets": lambda: AutoETS(season_length=season),
        "dot": lambda: DynamicOptimizedTheta(season_length=season),
        "ces": lambda: AutoCES(season_length=season),
    }
    if season < 24:
        found["arima"] = lambda: AutoARIMA(season_length=season)
    if season == 24:
        found["mstl"] = lambda: MSTL(season_length=[24, 168])
    return found


def cases(path, every):
    with gzip.open(path, "rt") as lines:
        for index, line in enumerate(lines):
            if index % every == 0:
                name, season, _, training, actual = line.rstrip("\n").split("\t")
                numbers = lambda text: np.array([float(v) for v in text.split(",")])
                yield name, int(season), numbers(training), numbers(actual)


def naive2(values, season, horizon):
    """The last value after seasonal adjustment, as the M4 organisers' code has it."""
    figures = np.ones(season)
    if season > 1 and len(values) >= 3 * season:
        centred = values - values.mean()
        whole = (centred**2).sum()
        r = np.array([(centred[k:] * centred[:-k]).sum() / whole for k in range(1, season + 1)])
        limit = 1.645 * np.sqrt((1 + 2 * (r[: season - 1] ** 2).sum()) / len(values))
        if abs(r[season - 1]) > limit:
            half, ends = season // 2, season % 2 == 0
            weights = np.ones(season + 1 if ends else season)
            if ends:
                weights[[0, -1]] = 0.5
            trend = np.convolve(values, weights / season, "valid")
            ratio = values[half : half + len(trend)] / trend
            place = np.arange(half, half + len(trend)) % season
            figures = np.array([ratio[place == k].mean() for k in range(season)])
            figures *= season / figures.sum()
    ahead = np.arange(len(values), len(values) + horizon) % season
    return np.full(horizon, values[-1] / figures[(len(values) - 1) % season]) * figures[ahead]


def scores(actual, mean, bounds, training, season):
    scale = np.abs(training[season:] - training[:-season]).mean() if len(training) > season else 0
    scale = scale if scale > 0 else 1.0
    size = np.abs(actual) + np.abs(mean)
    smape = np.mean(200 * np.abs(actual - mean) / np.where(size > 0, size, 1))
    row = [smape, np.abs(actual - mean).mean() / scale]
    for level in LEVELS:
        low, high = bounds[level]
        row.append(np.mean((low <= actual) & (actual <= high)))
    low, high = bounds[95]
    outside = np.maximum(np.maximum(low - actual, actual - high), 0)
    return row + [np.mean(high - low + 40 * outside) / scale]


def measure(path, every, wanted, keep):
    rows, spent, kept = {}, {}, {}
    base = []
    for name, season, training, actual in cases(path, every):
        horizon = len(actual)
        plain = naive2(training, season, horizon)
        nothing = {level: (plain, plain) for level in LEVELS}
        base.append(scores(actual, plain, nothing, training, season))
        middle = []
        for model, make in models(season).items():
            if wanted and model not in wanted:
                continue
            begin = time.process_time()
            try:
                answer = make().forecast(y=training, h=horizon, level=LEVELS)
            except Exception:
                answer = SeasonalNaive(season_length=season).forecast(y=training, h=horizon, level=LEVELS)
            elapsed = (time.process_time() - begin) * 1e3
            mean = answer["mean"]
            bounds = {level: (answer[f"lo-{level}"], answer[f"hi-{level}"]) for level in LEVELS}
            rows.setdefault(model, []).append(scores(actual, mean, bounds, training, season))
            spent.setdefault(model, []).append(elapsed)
            kept.setdefault(model, []).append(f"{name}\t" + ",".join(repr(float(v)) for v in mean))
            if model in ("ets", "dot", "ces", "arima"):
                middle.append((mean, bounds, elapsed))
        if len(middle) > 2:
            # SCUM: the median of the models, bounds included (Petropoulos and Svetunkov 2020).
            median = lambda arrays: np.median(np.stack(arrays), axis=0)
            mean = median([m for m, _, _ in middle])
            bounds = {
                level: tuple(median([b[level][side] for _, b, _ in middle]) for side in (0, 1))
                for level in LEVELS
            }
            rows.setdefault("scum", []).append(scores(actual, mean, bounds, training, season))
            spent.setdefault("scum", []).append(sum(m for _, _, m in middle))
    plain = np.mean(base, axis=0)
    for model, found in rows.items():
        smape, mase, c80, c95, msis = np.mean(found, axis=0)
        owa = (smape / plain[0] + mase / plain[1]) / 2
        line = {
            "file": path.name, "model": f"statsforecast {model}", "n": len(found),
            "smape": round(smape, 3), "mase": round(mase, 4), "owa": round(owa, 4),
            "coverage80": round(c80, 3), "coverage95": round(c95, 3), "msis95": round(msis, 2),
            "ms_per_series": round(float(np.mean(spent[model])), 3),
        }
        print(json.dumps(line, separators=(",", ":")), flush=True)
        if keep and model in kept:
            keep.mkdir(parents=True, exist_ok=True)
            stem = path.name.removesuffix(".tsv.gz")
            (keep / f"{stem}.{model}.tsv").write_text("\n".join(kept[model]) + "\n")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--file", type=Path, action="append", required=True)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--model", action="append")
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args()
    # Compiled parts are loaded before the clock runs.
    warm = np.sin(np.arange(40.0)) + 10
    for make in models(4).values():
        make().forecast(y=warm, h=4, level=LEVELS)
    for path in chosen.file:
        measure(path, chosen.every, chosen.model, chosen.keep)


if __name__ == "__main__":
    main()
