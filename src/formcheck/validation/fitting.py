"""Fits each metric's own error to simulated runners: `scripts/fit_intervals`.

The clips have numbers below `JUDGED_FROM`; docs/accuracy.md judges on higher ones. The own
error is what remains of the mean squared error after the parts of the interval that every clip
states by itself: scatter of the steps, tilt, timing and scale. What is fitted here is the error
with simulated keypoints; errors on people are estimated on people (`OnPeople.fitted_on`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.special import chdtri

from formcheck.course import Z95
from formcheck.metrics import METRICS
from formcheck.metrics.metric import KEYPOINTS, SIMULATED
from formcheck.validation.criteria import answers
from formcheck.validation.population import JUDGED_FROM, sampled_case
from formcheck.validation.trials import Answer, Trial, run

FIT_RATES = (30.0, 120.0)
CLIPS = 48  # at each frame rate; three of five are filmed from the side
FEWEST = 12  # answers: fewer give no estimate
CHANCE = 0.01  # of a fit whose interval leaves out the true error: 1 in 100, as about 25 metrics are fitted
RECORD = Path(__file__).with_name("fitted.json")


@dataclass(frozen=True)
class Fitted:
    """The fitted own error of one metric with its interval, in the metric's unit."""

    metric: str
    fitted: float
    low: float
    high: float
    answers: int

    @property
    def stated(self) -> float:
        """The error that the metric's row states for simulated keypoints."""
        return METRICS[self.metric].error_from(SIMULATED).sd

    @property
    def stated_from(self) -> str:
        """The source of the stated error, if the row names another than simulated keypoints."""
        row = METRICS[self.metric]
        usual = row.simulated is not None or row.sigma_from.startswith(KEYPOINTS)
        return row.simulated_from or ("" if usual else row.sigma_from)

    @property
    def agrees(self) -> bool:
        """Whether the stated error is one that these answers may come from."""
        return self.low <= self.stated <= self.high


def fitted_error(found: Iterable[Answer], stated: float) -> float:
    """Return the own error that explains what the other parts of the intervals leave unexplained."""
    squared, rest = _parts(found, stated)
    return max(0.0, float(np.mean(squared) - np.mean(rest))) ** 0.5 if len(squared) else np.nan


def fitted_limits(found: Iterable[Answer], stated: float) -> tuple[float, float]:
    """Return the interval of the fitted error: the mean of n squared normal errors follows a chi-squared law."""
    squared, rest = _parts(found, stated)
    n, total = len(squared), float(np.sum(squared))
    ends = (total / chdtri(n, chance) - float(np.mean(rest)) for chance in (CHANCE / 2, 1 - CHANCE / 2))
    low, high = (max(0.0, float(end)) ** 0.5 for end in ends)
    return low, high


def _parts(found: Iterable[Answer], stated: float) -> tuple[np.ndarray, np.ndarray]:
    """Return each answer's squared error, and the part of its interval's variance that is not the own error."""
    known = [each for each in found if each.measured and np.isfinite(each.truth)]
    rest = [((each.high - each.low) / (2 * Z95)) ** 2 - stated**2 for each in known]
    return np.array([each.error**2 for each in known]), np.array(rest)


def fit(trials: Sequence[Trial]) -> list[Fitted]:
    """Return the fitted own error of every metric with enough answers."""
    out = []
    for id, metric in METRICS.items():
        found = [each for each in answers(trials, id) if each.measured and np.isfinite(each.truth)]
        stated = metric.error_from(SIMULATED).sd
        if len(found) >= FEWEST:
            limits = fitted_limits(found, stated)
            out.append(Fitted(id, fitted_error(found, stated), *limits, len(found)))
    return out


def recorded(file: Path = RECORD) -> list[Fitted]:
    """Return the latest fit, as `--write` stored it."""
    return [Fitted(**each) for each in json.loads(file.read_text(encoding="utf-8"))]


def table(rows: Iterable[Fitted]) -> str:
    """Return fitted and stated errors side by side, with the source of those that are not from this fit."""
    lines = [f"{'metric':24} {'fitted here':>11} {'99 % interval':>17} {'n':>4} {'stated':>8}  from"]
    for row in rows:
        limits = f"{row.low:.3g} to {row.high:.3g}"
        source = row.stated_from or (
            "within this fit" if row.agrees else "nowhere: set it again, or name its source"
        )
        lines.append(
            f"{row.metric:24} {row.fitted:11.3g} {limits:>17} {row.answers:4d} {row.stated:8.3g}  {source}"
        )
    return "\n".join(lines)


def main() -> int:
    """Simulate the runners and print fitted and stated errors; 1 if one differs and names no source."""
    asked = argparse.ArgumentParser(prog="scripts/fit_intervals", description=__doc__)
    asked.add_argument("--clips", type=int, default=CLIPS, help="simulated clips at each frame rate")
    asked.add_argument("--write", action="store_true", help=f"store the fit in {RECORD.name}, for the tests")
    given = asked.parse_args()
    if not 1 <= given.clips <= JUDGED_FROM:
        asked.error(f"--clips must be 1 to {JUDGED_FROM}: higher numbers are for judging")
    rows = fit([run(sampled_case(number, fps)) for fps in FIT_RATES for number in range(given.clips)])
    print(table(rows))
    if given.write:
        write(rows)
    return int(not all(row.agrees or row.stated_from for row in rows))


def write(rows: Iterable[Fitted], file: Path = RECORD) -> None:
    """Store a fit, one metric a line."""
    lines = [json.dumps({**asdict(row), **_rounded(row)}) for row in rows]
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def _rounded(row: Fitted) -> dict[str, float]:
    return {name: float(f"{getattr(row, name):.4g}") for name in ("fitted", "low", "high")}


if __name__ == "__main__":
    raise SystemExit(main())
