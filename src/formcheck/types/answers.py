"""What was measured: numbers with their intervals, and classes with their probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np

from formcheck.course import Z95


@dataclass(frozen=True)
class Extra:
    """What is known of a value besides its interval. None or False = does not apply to this metric."""

    about: bool = False  # too approximate to be judged
    speed_mps: float | None = None  # m/s, running speed at which a value that grows with speed was measured
    by_marks: bool = False  # measured between marks on the ground
    sprint: bool = False  # measured faster than the ranges of distance runners hold for
    stated: bool | None = None  # whether the runner's stated speed was used
    contacts: float | None = None  # steps/min from the contacts, where rhythm and contacts disagree
    smallest: float | None = None  # in the metric's unit, median over strides of the smallest value
    largest: float | None = None  # the same of the largest value
    range_in_stride: float | None = None  # in the metric's unit, median range within a stride
    coherence: float | None = None  # 0..1, how regularly arms and legs move together
    share_head_down: float | None = None  # 0..1, of the frames
    change_over_clip: float | None = None  # last third over first third, minus one
    share_of_strides_crossing: float | None = None  # 0..1
    clip: str | None = None  # in a merged analysis: the other clip, which this value is from
    own_zero: bool = False  # a quiet stand of the runner took a part of the error out
    at_least: bool = False  # cut off by the clip: the true value is this or larger
    interval_80: tuple[float, float] | None = None  # where it is not a fixed share of the 95 % interval
    speed_sd_mps: float | None = None  # m/s, standard error of `speed_mps`

    @property
    def known(self) -> dict[str, Any]:
        """The entries that apply, by name, as files store them."""
        usual = {each.name: each.default for each in fields(self)}
        return {name: value for name, value in vars(self).items() if value != usual[name]}


NOTHING_ELSE = Extra()


@dataclass(frozen=True)
class Measurement:
    """One metric: a value with its 95 % interval, or the reason why there is none."""

    metric: str
    unit: str
    value: float = np.nan  # NaN = not measured
    low: float = np.nan
    high: float = np.nan
    n: int = 0  # number of steps behind the value (or frames, where the table says so)
    side: Literal["left", "right", "both"] = "both"
    why_missing: str | None = None
    missing_code: str | None = None  # the reason as a short code for programs; the sentence is for people
    times: tuple[float, ...] = ()  # s of real time, one for each of `samples`
    samples: tuple[float, ...] = ()  # the per-step values behind `value`
    by_side: tuple[Measurement, ...] = ()  # the same for each leg, where it applies
    repeats_sd: float = 0.0  # part of the standard error that repeats in every clip of a runner filmed alike
    repeats_with: str = ""  # where it repeats: pose model and view; "" = nothing is known to repeat
    extra: Extra = NOTHING_ELSE

    def __post_init__(self) -> None:
        if np.isnan(self.value) and not self.why_missing:
            raise ValueError(f"{self.metric}: a missing value needs a reason")
        if np.isfinite(self.value) and not self.low <= self.value <= self.high:
            raise ValueError(f"{self.metric}: {self.value} is outside its interval {self.low}..{self.high}")
        if len(self.times) != len(self.samples):
            raise ValueError(f"{self.metric}: {len(self.times)} times for {len(self.samples)} samples")

    @property
    def measured(self) -> bool:
        """Whether there is a value."""
        return bool(np.isfinite(self.value))

    @property
    def se(self) -> float:
        """Total standard error, in the metric's unit."""
        return (self.high - self.low) / (2 * Z95)

    @property
    def se_within(self) -> float:
        """Standard error that differs between clips of one runner filmed alike, in the metric's unit."""
        return float(np.sqrt(max(0.0, self.se**2 - self.repeats_sd**2)))


UNCLEAR = "unclear"  # the class of a measurement to which no class fits well enough


@dataclass(frozen=True)
class Category:
    """One property whose value is a class, such as the foot strike: the class, or the reason why it has no value."""

    metric: str
    number: str  # the metric whose value decides the class
    value: str | None = None  # the class; "unclear" = no class is likely enough; None = not measured
    probabilities: Mapping[str, float] = field(default_factory=dict)  # of every class, 0..1
    n: int = 0  # number of steps behind the value
    side: Literal["left", "right", "both"] = "both"
    why_missing: str | None = None
    missing_code: str | None = None
    by_side: tuple[Category, ...] = ()  # the same for each leg

    def __post_init__(self) -> None:
        if self.value is None and not self.why_missing:
            raise ValueError(f"{self.metric}: a missing value needs a reason")
        if self.value not in (None, UNCLEAR, *self.probabilities):
            raise ValueError(f"{self.metric}: {self.value} has no probability")
        if not all(0 <= chance <= 1 for chance in self.probabilities.values()):
            raise ValueError(f"{self.metric}: a probability is outside 0..1")

    @property
    def measured(self) -> bool:
        """Whether there is a value, which may be "unclear"."""
        return self.value is not None

    @property
    def likeliest(self) -> str:
        """The class with the largest probability."""
        return max(self.probabilities, key=lambda name: self.probabilities[name])
