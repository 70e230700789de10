"""The nouns of a run past a camera: marks on the ground, steps and speed in metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

ScaleFrom = Literal["marks", "height"]
Z95 = 1.96  # half-width of a 95 % interval in standard errors
SHORTEST_M, LONGEST_M = 0.5, 120.0  # m between the first and the last mark: one step; longer than any picture
FEWEST, MOST = 2, 40


@dataclass(frozen=True)
class CourseMark:
    """A point on the ground that is known in the picture and in metres."""

    x: float  # px, right
    y: float  # px, DOWN
    along: float  # m along the run
    across: float = 0.0  # m beside the line of the first mark
    at: float | None = (
        None  # s of the clip: the picture in which x and y hold; None = a still camera, all of them
    )


@dataclass(frozen=True)
class Marks:
    """The marks of one clip, checked: on the ground, apart from each other, as far as a picture can show."""

    marks: tuple[CourseMark, ...]

    def __post_init__(self) -> None:
        if not FEWEST <= len(self.marks) <= MOST:
            raise ValueError(f"{FEWEST} to {MOST} marks are needed, not {len(self.marks)}")
        values = np.array([[mark.x, mark.y, mark.along, mark.across, mark.at or 0.0] for mark in self.marks])
        if not np.isfinite(values).all():
            raise ValueError("every mark needs a place in the picture and in metres")
        if not SHORTEST_M <= self.length <= LONGEST_M:
            raise ValueError(
                f"the marks are {self.length:g} m apart along the run; {SHORTEST_M:g} to {LONGEST_M:g} m are possible"
            )
        if len({mark.at is None for mark in self.marks}) > 1:
            raise ValueError("either every mark or none names the moment at which it was pointed at")
        if len({(mark.x, mark.y, mark.at) for mark in self.marks}) < len(self.marks):
            raise ValueError("two marks are at one place of the picture")
        if len({(mark.along, mark.across) for mark in self.marks}) < len(self.marks):
            raise ValueError("two marks are at one place of the ground")

    @property
    def length(self) -> float:
        """Distance from the first to the last mark along the run, m."""
        along = [mark.along for mark in self.marks]
        return max(along) - min(along)

    @property
    def timed(self) -> bool:
        """Whether each mark was pointed at in a picture of its own, as a camera that pans needs."""
        return self.marks[0].at is not None

    @property
    def moments(self) -> np.ndarray:
        """(n,) s of the clip at which each mark was pointed at; NaN = it holds at all times."""
        return np.array([np.nan if mark.at is None else mark.at for mark in self.marks])

    @property
    def pixels(self) -> np.ndarray:
        """(n, 2) px."""
        return np.array([[mark.x, mark.y] for mark in self.marks])

    @property
    def ground(self) -> np.ndarray:
        """(n, 2) m, along and across."""
        return np.array([[mark.along, mark.across] for mark in self.marks])

    @property
    def gates(self) -> tuple[float, ...]:
        """The different distances along the run, m, in order."""
        return tuple(sorted({mark.along for mark in self.marks}))


@dataclass(frozen=True)
class Amount:
    """A value with its standard error; NaN = not measured."""

    value: float
    sd: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.value - Z95 * self.sd

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.value + Z95 * self.sd


UNKNOWN = Amount(np.nan, np.nan)


@dataclass(frozen=True)
class WorldStep:
    """One step over the ground: from this contact to the next one of the other foot."""

    side: Literal["left", "right"]
    start: float  # s of real time since the first frame, initial contact
    place: Amount  # m along the run, the foot on the ground
    contact: Amount  # s on the ground
    flight: Amount  # s until the next contact; NaN for the last step
    length: Amount  # m to the next foot on the ground
    rate: Amount  # steps per second
    speed: Amount  # m/s of the hips from this contact to the next
    ahead: Amount  # m of the foot in front of the hips at landing
    thigh_landing: Amount  # deg, + in front of the vertical
    knee_landing: Amount  # deg of flexion
    thigh_leaving: Amount  # deg, negative behind the vertical
    knee_leaving: Amount  # deg of flexion


@dataclass(frozen=True)
class Split:
    """The time from one mark to another, hips above the marks."""

    start: float  # m
    stop: float  # m
    seconds: Amount
    speed: Amount  # m/s


@dataclass(frozen=True, eq=False)
class SpeedCurve:
    """Speed over distance and time at M moments."""

    time: np.ndarray  # (M,) s of real time since the first frame
    distance: np.ndarray  # (M,) m along the run
    speed: np.ndarray  # (M,) m/s
    sd: np.ndarray  # (M,) m/s, standard error


@dataclass(frozen=True)
class SprintProfile:
    """What force the legs give at which speed, from a start from standing."""

    force: Amount  # N/kg along the run at speed 0 (F0)
    velocity: Amount  # m/s at which no force is left (V0)
    power: Amount  # W/kg, the greatest
    top_speed: Amount  # m/s towards which the run tends
    tau: Amount  # s, how quickly


@dataclass(frozen=True, eq=False)
class RunThrough:
    """One run past the camera in metres and seconds."""

    scale: ScaleFrom
    steps: tuple[WorldStep, ...]
    curve: SpeedCurve
    splits: tuple[Split, ...]
    speed: Amount  # m/s, mean over the whole pass
    top_speed: Amount  # m/s, the fastest stride
    gain: Amount  # m/s², change of speed over the pass
    step_length: Amount  # m, mean
    contact: Amount  # s, mean
    note: str  # how the distances were found and how sure they are
    profile: SprintProfile | None = None  # None: no start from standing, or mass and height unknown
