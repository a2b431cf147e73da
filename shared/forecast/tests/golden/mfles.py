"""MFLES of statsforecast on the series of trig.txt: writes mfles.txt, 12 forecasts a line.

statsforecast 2.1.1 from PyPI, Python 3.11; its parameters smoother=True (an average of exponential smoothings),
changepoints=False (a straight line) and robust=False. Run after trig.py: `python mfles.py`.
"""

from pathlib import Path

import numpy as np
from statsforecast.mfles import MFLES

HERE = Path(__file__).parent


def main():
    lines = []
    for line in (HERE / "trig.txt").read_text().splitlines():
        pairs, _, values, *_ = line.split("\t")
        seasons = [int(pair.split("x")[0]) for pair in pairs.split(" ")]
        model = MFLES(verbose=0, robust=False)
        model.fit(np.array([float(v) for v in values.split(" ")]), seasonal_period=seasons, smoother=True, changepoints=False)
        lines.append(" ".join(f"{v:.8g}" for v in model.predict(12)))
    (HERE / "mfles.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
