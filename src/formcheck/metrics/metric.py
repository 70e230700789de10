"""Definition of a metric: one row with its name, requirements, uncertainty and display.

The rows are in the family files, each next to its formula; `table.METRICS` collects them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from typing import TYPE_CHECKING, Literal

from formcheck.metrics.healthy import Healthy, healthy

if TYPE_CHECKING:
    from formcheck.metrics.recording import Recording
    from formcheck.types import Measurement

Family = Literal["posture", "arms", "feet", "rhythm", "legs"]
Grade = Literal["A", "B", "C", "D"]
Moment = Literal["always", "contact", "stance", "toe_off"]
Formula = Callable[["Recording", "Metric"], "Measurement"]

SIDE = ("side",)
ANGLED = ("side", "oblique")
FRONTAL = ("front", "rear")
ANY = ("side", "oblique", "front", "rear", "unknown")

TYPICAL_LEG_M = 0.85  # hip to ankle; converts cm to % of leg length

KEYPOINTS = "error of BlazePose-class keypoints on synthetic runners (docs/accuracy.md)"
EVENTS = "offset of contact and toe-off that a clip's steps share"
LABELS = "seven clips of people labelled by eye"
JOINTS = f"errors of single joints on {LABELS}; weaker models by how much worse their knees and shanks are"
ARTICLE = "the article's range"
USUAL = "usual values"

KEYPOINTS_VARY = 0.5
"""Share of the keypoints' error that differs between clips of one runner filmed alike."""
KEYPOINTS_VARY_FROM = (
    "drawn figures filmed twice from similar positions, read by the heavy net; simulated runners filmed twice "
    "(formcheck.validation.same_runner)"
)

RUNNERS = "Fukuchi 2017"  # the source of `healthy.toml`


@dataclass(frozen=True)
class ArticleAdvice:
    """What the seed article advises: shown as its advice, never the line between inside and outside."""

    text: str
    grade: Grade


@dataclass(frozen=True)
class Norm:
    """A reference range and the population it holds for. A value outside it is not a diagnosis."""

    low: float  # -inf = open
    high: float  # inf = open
    unit: str
    holds_for: str  # population and method of measurement
    source: str
    grade: Grade  # strength of the evidence
    healthy: Healthy | None = None  # how healthy runners spread at each speed; None = the same at all speeds
    least: float = -inf  # no range by speed begins below
    most: float = inf  # nor ends above
    advice: ArticleAdvice | None = None

    @property
    def band(self) -> tuple[float | None, float | None]:
        """The range, with None for an open end, as written to files."""
        return (self.low if isfinite(self.low) else None, self.high if isfinite(self.high) else None)

    @property
    def text(self) -> str:
        """The range as text, without its unit."""
        if not isfinite(self.low):
            return f"up to {self.high:g}"
        return f"{self.low:g} to {self.high:g}" if isfinite(self.high) else f"at least {self.low:g}"

    def at(self, speed_mps: float, speed_sd_mps: float = 0.0) -> Norm:
        """Return the range of runners at this speed, or the range for all speeds where none is known."""
        if self.healthy is None or not self.healthy.holds_at(speed_mps):
            return self
        low, high = self.healthy.at(speed_mps, speed_sd_mps).ends(
            open_low=not isfinite(self.low), open_high=not isfinite(self.high)
        )
        told = f"97 of 100 healthy runners at {speed_mps:.1f} m/s (n = {self.healthy.n})"
        return replace(self, low=max(low, self.least), high=min(high, self.most), holds_for=told)


def of_runners(
    id: str,
    unit: str,
    grade: Grade,
    *,
    open_low: bool = False,
    least: float = -inf,
    most: float = inf,
    source: str = RUNNERS,
    advice: ArticleAdvice | None = None,
) -> Norm:
    """Return the range of healthy runners for a metric of `healthy.toml`; without a speed, for all speeds."""
    spread = healthy(id)
    low, high = spread.at().ends(open_low=open_low)
    first, last = spread.speeds_mps[0], spread.speeds_mps[-1]
    told = f"97 of 100 healthy runners from {first:g} to {last:g} m/s (n = {spread.n})"
    return Norm(max(low, least), min(high, most), unit, told, source, grade, spread, least, most, advice)


@dataclass(frozen=True)
class Drawn:
    """How an angle is drawn on the runner."""

    shape: str  # name of a drawing function in draw/marks
    above_hips: float  # position of its label above the hips, in heights of the person
    moment: Moment = "always"  # when the drawn angle equals the measured one


@dataclass(frozen=True)
class Fatigue:
    """The change over a run that counts as a sign of fatigue.

    The directions are from Apte 2021 and Zandbergen 2023; the sizes are our own choice.
    """

    change: float  # in the metric's unit, or in % of the value at the start
    relative: bool = False


@dataclass(frozen=True)
class OnPeople:
    """Standard errors of one clip on people, for each source of keypoints, in the metric's unit.

    Confidence does not warn of these errors: a weak net that mixes up crossing legs is as sure
    as a strong one.
    """

    best: float  # the heavy net, two evaluations
    balanced: float  # the heavy net, one evaluation
    fast: float  # the full net
    lite: float  # the lite net, live only
    mediapipe: float
    bias: float = 0.0  # measured minus true with the heavy net; it is taken out of the value
    fitted_on: str = LABELS  # what the numbers were estimated on
    lasting: float = 1.0  # as `PoseError.lasting`, for every source

    def of(self, source: str) -> PoseError | None:
        """Return the error for a source of keypoints; None = not a pose model, or a simulated one."""
        name = next((name for start, name in POSE_SOURCES if source.startswith(start)), None)
        if name is None:
            return None
        if name == "own":  # never measured: no better than the weaker models that were
            return PoseError(max(self.fast, self.mediapipe), lasting=self.lasting)
        bias = self.bias if name in ("best", "balanced") else 0.0
        return PoseError(getattr(self, name), bias, self.lasting)


LASTING_SHARE = 0.27
"""Share of the variance of an angle's error on people that is the same all through a clip.

At hip, knee and ankle that part turns the knee by 3.0 degrees, and the part that follows the stride by 4.9 (62
labelled frames of seven clips).
"""
SIMULATED = "synthetic"  # the source of tracks that `formcheck.synthetic` draws
POSE_SOURCES = (
    ("blazepose-heavy-two-looks", "best"),
    ("blazepose-heavy", "balanced"),
    ("blazepose-full", "fast"),
    ("blazepose-lite", "lite"),
    ("mediapipe", "mediapipe"),
    ("onnx", "own"),
)
"""How the source of a track begins, and which errors its keypoints have; the first that fits counts."""


@dataclass(frozen=True)
class PoseError:
    """The error that a source of keypoints causes in one metric, in the metric's unit."""

    sd: float  # shared by all steps of a clip
    bias: float = 0.0  # measured minus true
    lasting: float = 1.0  # share of the variance that is the same in a quiet stand, and not of the stride


@dataclass(frozen=True)
class Stand:
    """What people show of a metric in a quiet stand, in the metric's unit."""

    part: Literal["knee", "trunk", "head"]
    usual: float  # as the keypoints show it
    sd: float  # between people, and from one stand to the next
    sd_from: str  # why these numbers


@dataclass(frozen=True)
class Metric:
    """One row of the table of metrics."""

    id: str
    name: str  # shown to runners
    unit: str
    group: Family
    views: tuple[str, ...]
    min_fps: float  # below this: not measured
    min_steps: int  # fewer: not measured; steps of both feet unless `definition` says otherwise
    definition: str
    source: str
    sigma: float  # systematic standard error of one clip, in `unit`: keypoint bias and event bias; for
    # simulated keypoints and markers, and for every source where `on_people` is not known
    sigma_from: str  # why this number
    grade: Grade  # strength of the evidence for its range
    formula: Formula
    on_people: OnPeople | None = None  # the same on people, for each pose model
    simulated: float | None = None  # the same with simulated keypoints; None = `sigma`
    simulated_from: str = ""  # where that number is from, if not from scripts/fit_intervals
    sure_fps: float = 0.0  # below this: marked "about" and not judged
    needs: tuple[str, ...] = ()  # what the runner must state: "height_m", "mass_kg", "speed_mps"
    varies: float = KEYPOINTS_VARY  # share of its systematic error that differs between clips of one runner
    varies_from: str = KEYPOINTS_VARY_FROM  # why; "" = never measured, so `varies` is 1: nothing cancels
    smallest_change: float = 0.0  # smallest detectable difference between clips, in `unit`
    per_tilt: float = 0.0  # change per degree of camera tilt, in `unit`
    stand: Stand | None = None  # None = a quiet stand says nothing of it
    widest: float = (
        inf  # largest useful half-width of the 95 % interval, in `unit`; a wider one fits any runner
    )
    widest_from: str = ""  # why this number
    norm: Norm | None = None
    norm_in_legs: Norm | None = None  # the same in % of leg length, for a runner of unknown height
    headline: bool = False  # one of the five that are always listed first (foot strike by its angle)
    short: str = ""  # label beside a drawn angle; "" = no label
    drawn: Drawn | None = None  # None = not drawn on the runner
    live: Mapping[str, int] = field(default_factory=dict)  # view → position in the list of the live screen
    live_fps: float = 0.0  # below this: not on the live screen
    live_widest: float = inf  # largest half-width shown on the live screen, in `unit`
    fatigue: Fatigue | None = None

    def error_from(self, source: str) -> PoseError:
        """Return the error of one clip with keypoints from this source."""
        if source == SIMULATED and self.simulated is not None:
            return PoseError(self.simulated, lasting=self.on_people.lasting if self.on_people else 1.0)
        found = self.on_people.of(source) if self.on_people else None
        return found or PoseError(self.sigma)

    def widest_in(self, unit: str) -> float:
        """Return the largest useful half-width of an interval, in one of the units of this metric."""
        return self.widest / TYPICAL_LEG_M if (self.unit, unit) == ("cm", "% leg") else self.widest


@dataclass(frozen=True)
class CategoryRow:
    """One row of the table of categories: properties whose value is a class, decided by a metric."""

    id: str
    name: str  # shown to runners
    number: str  # id of the metric whose value decides the class
    definition: str
    source: str
    grade: Grade  # strength of the evidence for the classes
    probabilities: Callable[[Measurement], Mapping[str, float]]  # of every class, given the metric's value
    sure: float = 0.7  # a class is named only if it is likelier than this
