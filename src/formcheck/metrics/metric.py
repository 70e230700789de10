"""What a metric is: one row that says what it is called, what it needs, how sure it can be and how it is shown.

The rows stand in the family files, each beside its formula; `table.METRICS` collects them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from formcheck.metrics.recording import Recording
    from formcheck.types import Measurement

Group = Literal["posture", "arms", "feet", "rhythm", "legs"]
Grade = Literal["A", "B", "C", "D"]
Moment = Literal["always", "contact", "stance", "toe_off"]
Formula = Callable[["Recording", "Metric"], "Measurement"]

SIDE = ("side",)
ANGLED = ("side", "oblique")
FRONTAL = ("front", "rear")
ANY = ("side", "oblique", "front", "rear", "unknown")

TYPICAL_LEG_M = 0.85  # hip to ankle; turns cm into % of leg length

KEYPOINTS = "error of BlazePose-class keypoints on synthetic runners (docs/accuracy.md)"
EVENTS = "offset of contact and toe-off that a clip's steps share"
ARTICLE = "the article's range"
USUAL = "usual values"

FASTER_FROM_MPS = 3.5
FASTER_SEEN_MPS = (2.5, 4.5)


@dataclass(frozen=True)
class Faster:
    """How the upper end of a range moves with speed: mean plus two standard deviations at that speed.

    Fitted on 18 runners, both legs, at 2.5, 3.5 and 4.5 m/s on a treadmill (Fukuchi 2017).
    """

    usual: float  # at `FASTER_FROM_MPS`
    per_mps: float
    spread: float  # standard deviation between runners of one speed

    def high(self, speed_mps: float) -> float:
        """Return the upper end at a speed; beyond the measured speeds it stays as at their ends."""
        seen = min(max(speed_mps, FASTER_SEEN_MPS[0]), FASTER_SEEN_MPS[1])
        return round(self.usual + self.per_mps * (seen - FASTER_FROM_MPS) + 2 * self.spread)


@dataclass(frozen=True)
class Norm:
    """A reference range, and for whom it holds. A value outside it is outside this range, no more."""

    low: float  # -inf = open
    high: float  # inf = open
    unit: str
    holds_for: str  # population, and how it was measured
    source: str
    grade: Grade  # of the evidence
    faster: Faster | None = None  # how the upper end moves with speed

    @property
    def band(self) -> tuple[float | None, float | None]:
        """The range with None for an open end, as files need it."""
        return (self.low if isfinite(self.low) else None, self.high if isfinite(self.high) else None)

    @property
    def text(self) -> str:
        """The range in words, without its unit."""
        if not isfinite(self.low):
            return f"up to {self.high:g}"
        return f"{self.low:g} to {self.high:g}" if isfinite(self.high) else f"at least {self.low:g}"


@dataclass(frozen=True)
class Drawn:
    """How an angle is drawn on the runner."""

    shape: str  # a drawer of draw/marks
    above_hips: float  # where its words stand, in heights of the person
    moment: Moment = "always"  # when the drawn angle is the measured one


@dataclass(frozen=True)
class Fatigue:
    """The change over a run that counts as a sign of fatigue (directions: Apte 2021, Zandbergen 2023; sizes: our own)."""

    change: float  # in the metric's unit, or in % of its start
    relative: bool = False


@dataclass(frozen=True)
class Metric:
    """One row of the table of metrics."""

    id: str
    name: str  # for runners
    unit: str
    group: Group
    views: tuple[str, ...]
    min_fps: float  # below: not measured
    min_steps: int  # fewer: not measured; of either foot unless `definition` says otherwise
    definition: str
    source: str
    sigma: float  # systematic standard error of one clip, in `unit`: keypoint bias and event offset
    sigma_from: str  # why this number
    grade: Grade  # of the evidence for judging it
    formula: Formula
    sure_fps: float = 0.0  # below: "about", and no judgement
    needs: tuple[str, ...] = ()  # what the runner must state: "height_m", "mass_kg", "speed_mps"
    smallest_change: float = 0.0  # smallest detectable difference between clips, in `unit`
    per_tilt: float = 0.0  # change with each degree of the camera's tilt, in `unit`
    widest: float = (
        inf  # half-width of the 95 % interval, in `unit`, beyond which any runner would fit into it
    )
    widest_from: str = ""  # why this number
    unseen: str = ""  # why a pose model's points cannot show it, only markers; "" = they can
    norm: Norm | None = None
    headline: bool = False  # one of the five that come first everywhere (foot strike with its angle)
    category: bool = False  # a type with probabilities; its number is another metric's
    short: str = ""  # beside a drawn angle; "" = not written there
    drawn: Drawn | None = None  # None = not drawn on the runner
    live: Mapping[str, int] = field(default_factory=dict)  # view → place among the live screen's numbers
    live_fps: float = 0.0  # below: not on the live screen
    live_widest: float = inf  # half-width beyond which the live screen does not show it, in `unit`
    fatigue: Fatigue | None = None

    def widest_in(self, unit: str) -> float:
        """Return the widest useful half of an interval, in a unit in which this metric is given."""
        return self.widest / TYPICAL_LEG_M if (self.unit, unit) == ("cm", "% leg") else self.widest
