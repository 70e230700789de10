"""FormCheck's acceptance criteria, each with the measured figure that meets or misses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from formcheck.course import Z95
from formcheck.metrics import METRICS
from formcheck.metrics.feet import REARFOOT_DEG
from formcheck.validation.plates import PlateTrial
from formcheck.validation.summary import Contacts, Errors, contact_summary, errors_of
from formcheck.validation.trials import Answer, Trial

SCALE_SHARE = 0.04  # fraction of a length: the uncertainty from the runner's unknown proportions
HELD = (0.92, 0.98)
FEWEST_FOR_COVERAGE = 20
BY_CONSTRUCTION = ("ground_contact_time", "flight_time", "duty_factor")
"""Metrics whose simulated contacts err exactly as their intervals assume: coverage there shows nothing."""
FLOOR_SHARE = 1.25
FLOOR_DEG = {"knee_flexion_contact": 4.2, "knee_flexion_stance": 3.5, "knee_flexion_swing": 3.3}
"""Mean absolute error with shifted keypoints and no other error, contacts exact (24 clips)."""
KNEES = ("knee_flexion_contact", "knee_flexion_stance", "knee_flexion_swing")


@dataclass(frozen=True)
class Criterion:
    """One acceptance criterion and the measured figure."""

    name: str
    where: str  # the runners on which it was tested
    figure: float  # NaN = not tested
    limit: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the criterion was met; None = not tested."""
        if not np.isfinite(self.figure):
            return None
        return self.figure >= self.limit if self.at_least else self.figure < self.limit


@dataclass(frozen=True, eq=False)
class Results:
    """All measured results."""

    shifted: tuple[Trial, ...]  # keypoints with a bias that lasts for the whole clip
    steady: tuple[Trial, ...]  # keypoints without such a bias
    plates: tuple[PlateTrial, ...]

    def rates(self) -> tuple[float, ...]:
        """Return the frame rates of the synthetic clips."""
        return tuple(sorted({trial.fps for trial in self.shifted}))


SYNTHETIC, NOISY, PLATES = "synthetic, shifted keypoints", "synthetic, noise", "force plates"


def answers(trials: Iterable[Trial | PlateTrial], id: str, fps: float | None = None) -> list[Answer]:
    """Return the answers of one metric, at one frame rate or at all."""
    return [a for t in trials for a in t.answers if a.metric == id and fps in (None, t.fps)]


def table(trials: Iterable[Trial | PlateTrial]) -> list[Errors]:
    """Return the errors of every metric at every frame rate at which it was measured."""
    every = tuple(trials)
    rates = sorted({trial.fps for trial in every})
    rows = [errors_of(id, fps, answers(every, id, fps)) for id in METRICS for fps in rates]
    return [row for row in rows if row.answered]


def pooled(trials: Iterable[Trial | PlateTrial]) -> list[Errors]:
    """Return the errors of every metric with all frame rates pooled (`fps` NaN)."""
    every = tuple(trials)
    rows = [errors_of(id, np.nan, answers(every, id)) for id in METRICS]
    return [row for row in rows if row.answered]


def contact_table(trials: Iterable[Trial | PlateTrial]) -> list[Contacts]:
    """Return the accuracy of contact detection at each frame rate."""
    every = [t for t in trials if t.events is not None]
    return [
        contact_summary(fps, [t.events for t in every if t.fps == fps and t.events])
        for fps in sorted({t.fps for t in every})
    ]


def criteria(found: Results) -> list[Criterion]:
    """Return every acceptance criterion."""
    groups: tuple[Callable[[Results], list[Criterion]], ...] = (
        _rhythm, _contacts, _contact_time, _angles, _strike, _arms_and_bounce, _scene, _honesty,
    )  # fmt: skip
    return [bar for group in groups for bar in group(found)]


def _worst(trials: Iterable[Trial | PlateTrial], id: str, least_fps: float = 0.0) -> float:
    """Return the mean absolute error at the frame rate where it is largest."""
    rows = [row.mae for row in table(trials) if row.metric == id and row.fps >= least_fps]
    return max(rows, default=np.nan)


def _rhythm(r: Results) -> list[Criterion]:
    told = [a for a in answers(r.shifted, "cadence") if a.measured and np.isfinite(a.truth)]
    off = np.array([abs(a.error) for a in told])
    octaves = [not 0.75 < a.value / a.truth < 1.33 for a in told]
    return [
        Criterion("Cadence, mean error", SYNTHETIC, _worst(r.shifted, "cadence"), 0.3, "steps/min"),
        Criterion("Cadence, mean error", PLATES, _worst(r.plates, "cadence"), 0.5, "steps/min"),
        Criterion("Cadence within 1 step/min", SYNTHETIC, _share(off < 1), 100.0, "%", at_least=True),
        Criterion("Cadence halved or doubled", SYNTHETIC, _share(octaves), 0.1, "%"),
    ]


def _share(flags: Iterable[bool] | np.ndarray) -> float:
    found = list(flags)
    return 100 * float(np.mean(found)) if found else np.nan


EVENT_LIMITS = ((120.0, 8.0, 10.0), (60.0, 12.0, 14.0), (30.0, 20.0, 24.0))
"""(lowest frame rate, largest SD of initial contact, largest SD of toe-off), SDs in ms."""


def _contacts(r: Results) -> list[Criterion]:
    out: list[Criterion] = []
    for where, trials in ((SYNTHETIC, r.shifted), (PLATES, r.plates)):
        for row in contact_table(trials):
            fps, landing, leaving = next(limit for limit in EVENT_LIMITS if row.fps >= limit[0] - 0.1)
            at = f"{row.fps:.0f} fps"
            if fps >= 120:
                out.append(Criterion(f"Contact, bias, {at}", where, abs(row.contact_bias), 5.0, "ms"))
                out.append(Criterion(f"Toe-off, bias, {at}", where, abs(row.toe_off_bias), 6.0, "ms"))
            out.append(Criterion(f"Contact, spread, {at}", where, row.contact_sd, landing, "ms"))
            out.append(Criterion(f"Toe-off, spread, {at}", where, row.toe_off_sd, leaving, "ms"))
            out.append(Criterion(f"Contacts found, {at}", where, 100 * row.recall, 99.0, "%", at_least=True))
            out.append(
                Criterion(
                    f"Contacts that are real, {at}", where, 100 * row.precision, 99.0, "%", at_least=True
                )
            )
    return out


def _contact_time(r: Results) -> list[Criterion]:
    out: list[Criterion] = []
    for where, trials in ((SYNTHETIC, _as_found(r.shifted)), (PLATES, r.plates)):
        for row in table(trials):
            if row.metric == "ground_contact_time":
                limit = 8.0 if row.fps > 100 else 12.0 if row.fps > 50 else 20.0
                out.append(Criterion(f"Time on the ground, {row.fps:.0f} fps", where, row.mae, limit, "ms"))
            if row.metric == "duty_factor" and row.fps > 100:
                out.append(Criterion(f"Duty factor, {row.fps:.0f} fps", where, row.mae, 1.5, "points"))
    return out


def _as_found(trials: Iterable[Trial]) -> list[Trial]:
    """Return the trials with the answers computed from the contact net's own contacts."""
    return [replace(t, answers=t.chain) for t in trials]


def _angles(r: Results) -> list[Criterion]:
    landing = METRICS["knee_flexion_contact"].name
    found = [
        Criterion(f"{landing}, contact as found", where, _worst(_as_found(trials), "knee_flexion_contact"), 3.0, "deg")
        for where, trials in ((NOISY, r.steady), (SYNTHETIC, r.shifted))
    ]  # fmt: skip
    knees = [
        Criterion(METRICS[id].name, where, _worst(trials, id), limit, "deg")
        for id in KNEES
        for where, trials, limit in (
            (NOISY, r.steady, 3.0),
            (SYNTHETIC, r.shifted, FLOOR_SHARE * FLOOR_DEG[id]),
            (PLATES, r.plates, 3.0),
        )
    ]
    return [
        Criterion("Forward lean", NOISY, _worst(r.steady, "trunk_lean"), 1.0, "deg"),
        Criterion("Forward lean", SYNTHETIC, _worst(r.shifted, "trunk_lean"), 3.0, "deg"),
        *knees,
        *found,
        Criterion("Elbow bend", NOISY, _worst(r.steady, "elbow_angle"), 5.0, "deg"),
        Criterion("Elbow bend", SYNTHETIC, _worst(r.shifted, "elbow_angle"), 5.0, "deg"),
    ]


def _strike(r: Results) -> list[Criterion]:
    named = [
        a
        for a in answers(r.shifted, "foot_strike_angle")
        if a.fps > 100 and a.measured and a.kind != "unclear"
    ]
    rear = [(a.kind == "rearfoot") == (a.truth > REARFOOT_DEG) for a in named]
    three = [a.kind == a.true_kind for a in named]
    return [
        Criterion("Foot angle at landing, 120 fps and more", NOISY, _worst(r.steady, "foot_strike_angle", 119), 3.0, "deg"),
        Criterion("Foot angle at landing, 120 fps and more", SYNTHETIC, _worst(r.shifted, "foot_strike_angle", 119), 3.0, "deg"),
        Criterion("Rearfoot or not, of the clips named", SYNTHETIC, _share(rear), 95.0, "%", at_least=True),
        Criterion("Rearfoot, midfoot, forefoot, of the clips named", SYNTHETIC, _share(three), 80.0, "%", at_least=True),
    ]  # fmt: skip


def _arms_and_bounce(r: Results) -> list[Criterion]:
    bounce = [a for a in answers(r.shifted, "vertical_oscillation") if a.measured and np.isfinite(a.truth)]
    beyond = [max(0.0, abs(a.error) - SCALE_SHARE * a.truth) for a in bounce]
    crossing = [a for a in answers(r.shifted, "arm_crossover") if a.measured]
    clear = [np.sign(a.value) == np.sign(a.truth) for a in crossing]
    return [
        Criterion("Bounce, beyond the scale's 4 %", SYNTHETIC, float(np.mean(beyond)) if beyond else np.nan, 0.3, "cm"),
        Criterion("Hands across the middle or not", SYNTHETIC, _share(clear), 95.0, "%", at_least=True),
        Criterion("How far across", SYNTHETIC, _worst(r.shifted, "arm_crossover"), 0.05, "shoulder widths"),
    ]  # fmt: skip


def _scene(r: Results) -> list[Criterion]:
    right = [t.refusal is None and t.seen_as.view == t.view for t in r.shifted]
    left = [100 * t.swapped_left for t in r.shifted if t.view == "side"]
    return [
        Criterion("View, and that somebody runs", SYNTHETIC, _share(right), 99.0, "%", at_least=True),
        Criterion(
            "Legs swapped after repair",
            SYNTHETIC,
            float(np.mean(left)) if left else np.nan,
            0.3,
            "% of frames",
        ),
    ]


def within_band(row: Errors) -> bool:
    """Return whether 92 to 98 % of intervals contain the truth, without allowance for sampling error."""
    return HELD[0] <= row.coverage <= HELD[1]


def coverage_misses(r: Results) -> list[Errors]:
    """Return every metric and frame rate whose intervals contain the truth too rarely or too often."""
    return [row for row in _judged(r) if not may_hold(row)]


def may_hold(row: Errors) -> bool:
    """Return whether the observed coverage is compatible with a true coverage of 92 to 98 %.

    It is where the 95 % interval of the observed share (Wilson 1927) overlaps that band: 20 of
    20 is weak evidence, 200 of 200 shows that the intervals are too wide.
    """
    n, z = row.answered, Z95
    middle = (row.coverage + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(row.coverage * (1 - row.coverage) / n + (z / (2 * n)) ** 2)
    return bool(middle + half >= HELD[0] and middle - half <= HELD[1])


def _judged(r: Results) -> list[Errors]:
    return [
        row
        for row in table(r.shifted)
        if row.answered >= FEWEST_FOR_COVERAGE and row.metric not in BY_CONSTRUCTION
    ]


def _honesty(r: Results) -> list[Criterion]:
    together = [row for row in pooled(r.shifted) if row.metric not in BY_CONSTRUCTION]
    held = [may_hold(row) for row in together]
    strict = [within_band(row) for row in together]
    wrong = [bool(t.wrong_view) for t in r.shifted]
    cues = [bool(t.false_cues) for t in r.shifted]
    return [
        Criterion("Metrics whose intervals hold 92 to 98 % of truths, all frame rates together, as counted", SYNTHETIC, _share(strict), 100.0, "%", at_least=True),
        Criterion("The same, allowing for sampling error", SYNTHETIC, _share(held), 100.0, "%", at_least=True),
        Criterion("All intervals together", SYNTHETIC, 100 * float(np.mean([a.held for t in r.shifted for a in t.answers if a.measured and np.isfinite(a.truth)])) if r.shifted else np.nan, 92.0, "%", at_least=True),
        Criterion("Clips with a cue for something within its range", SYNTHETIC, _share(cues), 5.0, "%"),
        Criterion("Clips with a metric its view does not show", SYNTHETIC, _share(wrong), 0.001, "%"),
    ]  # fmt: skip
