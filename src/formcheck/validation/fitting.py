"""Fits each metric's own error to simulated runners: `scripts/fit_intervals`.

The clips have numbers below `JUDGED_FROM`; docs/accuracy.md judges on higher ones. The own
error is what remains of the mean squared error after the parts of the interval that every clip
states by itself: scatter of the steps, tilt, timing and scale.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.course import Z95
from formcheck.metrics import METRICS
from formcheck.metrics.metric import SIMULATED
from formcheck.validation.criteria import answers
from formcheck.validation.population import JUDGED_FROM, sampled_case
from formcheck.validation.trials import Answer, Trial, run

FIT_RATES = (30.0, 120.0)
CLIPS = 48  # at each frame rate; three of five are filmed from the side
OTHERWISE = ("ground_contact_time", "flight_time", "duty_factor", "speed", "step_length")
"""Metrics whose interval rests on contact timing or the scale alone, not on an own error."""
FEWEST = 12  # answers: fewer give no estimate
AGREE = 1.25  # a stated error that differs by more than this factor has to be set again


@dataclass(frozen=True)
class Fitted:
    """The stated and the fitted own error of one metric, in its unit."""

    metric: str
    stated: float
    fitted: float
    answers: int

    @property
    def agrees(self) -> bool:
        """Whether the stated error is the fitted one, within the uncertainty of so few clips."""
        low, high = sorted((self.stated, self.fitted))
        return high <= AGREE * low


def fitted_error(found: Iterable[Answer], stated: float) -> float:
    """Return the own error that explains what the other parts of the intervals leave unexplained."""
    rest = [
        each.error**2 - (((each.high - each.low) / (2 * Z95)) ** 2 - stated**2)
        for each in found
        if each.measured and np.isfinite(each.truth)
    ]
    return max(0.0, float(np.mean(rest))) ** 0.5 if rest else np.nan


def fit(trials: Sequence[Trial]) -> list[Fitted]:
    """Return the fitted own error of every metric that has one."""
    out = []
    for id, metric in METRICS.items():
        found = [each for each in answers(trials, id) if each.measured and np.isfinite(each.truth)]
        stated = metric.error_from(SIMULATED).sd
        if metric.sigma and id not in OTHERWISE and len(found) >= FEWEST:
            out.append(Fitted(id, stated, fitted_error(found, stated), len(found)))
    return out


def main() -> int:
    """Simulate the runners and print stated and fitted errors; 1 if any has to be set again."""
    asked = argparse.ArgumentParser(prog="scripts/fit_intervals", description=__doc__)
    asked.add_argument("--clips", type=int, default=CLIPS, help="simulated clips at each frame rate")
    clips = asked.parse_args().clips
    if not 1 <= clips <= JUDGED_FROM:
        asked.error(f"--clips must be 1 to {JUDGED_FROM}: higher numbers are for judging")
    rows = fit([run(sampled_case(number, fps)) for fps in FIT_RATES for number in range(clips)])
    print(f"{'metric':24} {'stated':>8} {'fitted':>8} {'n':>5}")
    for row in rows:
        mark = "" if row.agrees else "  set again"
        print(f"{row.metric:24} {row.stated:8.3g} {row.fitted:8.3g} {row.answers:5d}{mark}")
    return int(not all(row.agrees for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
