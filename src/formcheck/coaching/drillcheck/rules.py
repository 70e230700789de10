"""Thresholds of the drill check: data in rules.toml, checked when read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from math import inf, isfinite
from pathlib import Path
from typing import Any, Literal, get_args

from formcheck.coaching.library import drills
from formcheck.files.typed import read_as

Signal = Literal["knee", "fold", "lift"]
RULES_FILE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True)
class Tell:
    """What tells drills apart, and from running and walking."""

    rhythm: float  # 0..1
    least_lift: float  # leg lengths
    spot: float  # leg lengths/s
    travel: float  # leg lengths/s
    knee_high: float  # thigh lengths over the hip
    knee_high_frontal: float
    feet_down: float  # share of a leg's cycle
    slow_rate: float  # steps/min
    march_rate: float  # steps/min
    fast_rate: float  # steps/min
    fast_lift: float  # leg lengths
    folded: float  # deg
    folded_lift: float  # leg lengths
    bound_rate: float  # steps/min
    bound_slowest: float  # steps/min
    bound_flight: float  # s


@dataclass(frozen=True)
class Counting:
    """How the repetitions of one drill are counted."""

    id: str
    signal: Signal
    enter: float  # a repetition begins above this
    leave: float  # and ends below this
    full: float  # it is full if its peak reaches this
    views: tuple[str, ...]
    readings: tuple[str, ...]  # its readings, in this order
    set_s: tuple[float, float] | None = None  # s, the article's length of a set

    def __post_init__(self) -> None:
        if self.id not in drills():
            raise ValueError(f"{self.id!r} is not in the drill library")
        if self.signal not in get_args(Signal) or self.leave >= self.enter:
            raise ValueError(f"{self.id}: unknown signal, or it never leaves")


@dataclass(frozen=True)
class Judge:
    """What is said of a reading inside, below and above its range."""

    reading: str
    drills: tuple[str, ...]
    low: float = -inf
    high: float = inf
    unsure: float = 0.0  # largest half-width of the 95 % interval that tells something; 0 = half the range
    good: str = ""
    below: str = ""
    above: str = ""

    def __post_init__(self) -> None:
        if unknown := set(self.drills) - set(drills()):
            raise ValueError(f"{self.reading}: no such drill: {unknown}")
        if not self.good or not self.low < self.high:
            raise ValueError(f"{self.reading}: nothing good to say, or no range")
        if not isfinite(self.widest):
            raise ValueError(f"{self.reading}: an open range needs to say when it is unsure")

    @property
    def widest(self) -> float:
        """Largest half-width of the 95 % interval that tells something."""
        return self.unsure or 0.5 * (self.high - self.low)


@cache
def tell_apart() -> Tell:
    """Return what tells drills apart."""
    return Tell(**_table()["tell"])


@cache
def countings() -> dict[str, Counting]:
    """Return how each drill that can be checked is counted, by id."""
    return {each.id: each for each in read_as(tuple[Counting, ...], _table()["drill"], "the drills")}


@cache
def judges() -> tuple[Judge, ...]:
    """Return what is said of readings, most important first."""
    found: tuple[Judge, ...] = read_as(tuple[Judge, ...], _table()["judge"], "the judges")
    return found


def judge_of(reading: str, drill: str) -> Judge | None:
    """Return what judges a reading in a drill, or None."""
    fitting = [each for each in judges() if each.reading == reading and drill in each.drills]
    return fitting[0] if fitting else None


def _table() -> dict[str, Any]:
    return tomllib.loads(RULES_FILE.read_text(encoding="utf-8"))
