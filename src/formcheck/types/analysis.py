"""The complete result: what was filmed, what was measured, and what to work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from formcheck.course import RunThrough
from formcheck.types.answers import Category, Measurement
from formcheck.types.filmed import Clip, Motion, PoseTrack, Refusal, Runner, Scene, Step, Warn


@dataclass(frozen=True)
class Target:
    """A number to try. It lies inside the range of runners at this speed."""

    metric: str
    unit: str
    now: float  # as measured
    aim: float
    words: str  # "177 steps a minute"

    def __post_init__(self) -> None:
        if not np.isfinite([self.now, self.aim]).all():
            raise ValueError(f"{self.metric}: a target needs both its numbers")


@dataclass(frozen=True)
class Cue:
    """One thing to work on."""

    metric: str
    say: str  # at most 12 words
    why: str
    drill: str  # id in the drill library
    show_at: float  # s in the clip's timebase, the moment that shows it; NaN = the whole clip shows it
    evidence: Literal["A", "B", "C", "D"]
    caveat: str
    rule: str = ""  # id of the rule in the table of cues
    target: Target | None = None  # None = no number can be given
    cost: str = ""  # what it takes
    notice: str = ""  # how the runner notices it
    again: str = ""  # when to measure again

    @property
    def has_moment(self) -> bool:
        """Whether a single moment shows it."""
        return bool(np.isfinite(self.show_at))


@dataclass(frozen=True, eq=False)
class Analysis:
    """The complete result, and what it was made with."""

    clip: Clip
    runner: Runner
    track: PoseTrack
    scene: Scene
    motion: Motion | None  # None when refused before measuring
    steps: tuple[Step, ...]
    measurements: Mapping[str, Measurement]  # every metric id, measured or not, in table order
    cues: tuple[Cue, ...]
    praise: tuple[str, ...] = ()  # what is good, shown first
    made_with: Mapping[str, Any] = field(default_factory=dict)
    categories: Mapping[str, Category] = field(default_factory=dict)  # what is a class, not a number
    run: RunThrough | None = None  # the pass in metres; None = on a treadmill, or no scale
    to_try: Cue | None = None  # where nothing needs to change: one thing to try out of curiosity

    @property
    def answers(self) -> dict[str, Measurement | Category]:
        """Numbers and categories in the order in which they are shown: a category before its number."""
        found: dict[str, Measurement | Category] = {}
        for id, measurement in self.measurements.items():
            found |= {name: each for name, each in self.categories.items() if each.number == id}
            found[id] = measurement
        return found

    @property
    def refusal(self) -> Refusal | None:
        """Why nothing was measured, or None."""
        return self.scene.refusal

    @property
    def warnings(self) -> tuple[Warn, ...]:
        """What the runner should know about the clip and the scene."""
        return (*self.clip.warnings, *self.scene.warnings)

    def on_clip_clock(self, seconds: float) -> float:
        """Convert real time to the clip's own timebase."""
        return seconds * self.scene.slow_motion_factor
