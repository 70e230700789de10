"""Published measurements of sprinters, and what to practise: `sprinters.toml`.

None of the ranges of distance runners holds above `SPRINT_MPS`. Studies of sprinters place a fast run instead:
they tell who was as fast, never what is healthy or right.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Literal

from formcheck.course import Amount, RunThrough
from formcheck.files.typed import read_as

SprintPhase = Literal["acceleration", "top speed"]
FILE = Path(__file__).with_name("sprinters.toml")
SPRINT_MPS = 6.0  # m/s: the ranges of distance runners do not describe faster running
STEADY_MPS2 = 1.0  # m/s²: a run that surely gains more is an acceleration, as over the first 20 m or so


@dataclass(frozen=True)
class Study:
    """What one study measured on one group of sprinters."""

    phase: SprintPhase
    amount: str  # field of RunThrough or of its SprintProfile
    unit: str
    who: str
    mean: float
    sd: float  # between runners
    evidence: Literal["A", "B", "C", "D"]
    source: str
    doi: str

    def place(self, value: Amount) -> str:
        """Return where a value lies: two standard deviations of the runners count as alike."""
        if value.high < self.mean - 2 * self.sd:
            return "lower"
        return "higher" if value.low > self.mean + 2 * self.sd else "alike"


@dataclass(frozen=True)
class SprintAdvice:
    """One thing to practise in one phase of a sprint."""

    phase: SprintPhase
    say: str
    drill: str


def sprint_phase(run: RunThrough) -> SprintPhase | None:
    """Return the phase of a sprint that a run shows; None where it is no sprint, or its metres are not from marks."""
    if run.scale != "marks":
        return None
    if run.gain.low > STEADY_MPS2:
        return "acceleration"
    return "top speed" if run.top_speed.value > SPRINT_MPS else None


def beside_sprinters(run: RunThrough) -> tuple[tuple[Study, Amount], ...]:
    """Return the published groups of a sprint's phase, each with what was measured here; none without a value."""
    phase = sprint_phase(run)
    found = ((each, _amount(run, each.amount)) for each in _read()[0] if each.phase == phase)
    return tuple((study, value) for study, value in found if value is not None)


def _amount(run: RunThrough, name: str) -> Amount | None:
    value = getattr(run, name, None) or getattr(run.profile, name, None)
    return value if isinstance(value, Amount) and isfinite(value.value) else None


def advice_of(phase: SprintPhase | None) -> tuple[SprintAdvice, ...]:
    """Return what to practise in one phase."""
    return tuple(each for each in _read()[1] if each.phase == phase)


@cache
def _read() -> tuple[tuple[Study, ...], tuple[SprintAdvice, ...]]:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return (
        read_as(tuple[Study, ...], table["study"], "the studies"),
        read_as(tuple[SprintAdvice, ...], table["advice"], "the advice"),
    )
