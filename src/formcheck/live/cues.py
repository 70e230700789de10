"""Schedule the cues: which line is shown, for how long, and when it may be repeated.

A runner who glances at the screen must still find the line there and must not get two messages at
once. So a cue must persist for a while before it is shown, stays long enough to be read twice,
is not repeated for half a minute, and is followed by praise once the number is back inside its
range by a margin (not merely across the edge, where the message would flicker).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from formcheck.metrics import METRICS
from formcheck.metrics.judgement import judge
from formcheck.types import Analysis, Cue, Measurement

FIRST_S = 8.0  # of running, before the first message
CONFIRM_S = 1.5  # time a cue must persist before it is shown
HOLD_S = 8.0  # minimum display time: twelve words read twice at a glance
MOST_S = 14.0  # maximum display time
PRAISE_S = 6.0
PAUSE_S = 3.0  # between two lines
REST_S = 30.0  # minimum time before a cue is repeated
BACK_BY = 0.5  # standard errors inside the range: counts as back in range


@dataclass(frozen=True)
class Line:
    """The line at the bottom of the screen."""

    kind: Literal["cue", "praise", "none"]
    words: str
    metric: str | None = None
    since: float = 0.0  # s

    def __bool__(self) -> bool:
        return self.kind != "none"


NOTHING = Line("none", "")


@dataclass(frozen=True)
class CueBoard:
    """Current, past and waiting messages; `after` returns the board after one reading."""

    line: Line = NOTHING
    waiting: Line = NOTHING  # a cue that has not yet persisted long enough
    owed: str | None = None  # a metric that was cued and will be praised once it is back in range
    quiet_until: float = 0.0
    resting: Mapping[str, float] = field(default_factory=dict)  # metric: s until which it is not cued
    greeted: bool = False

    def after(self, analysis: Analysis | None, now: float, running_s: float) -> CueBoard:
        """Process one reading of the last seconds.

        Parameters
        ----------
        analysis : None = nothing was measured just now
        now : s
        running_s : s of running so far
        """
        board = self._without_old_line(analysis, now)
        if analysis is None or running_s < FIRST_S:
            return replace(board, waiting=NOTHING)
        if board.line or now < board.quiet_until:
            return board._with_waiting(analysis, now)
        return board._praised(analysis, now) or board._greeted(analysis, now) or board._cued(analysis, now)

    def _without_old_line(self, analysis: Analysis | None, now: float) -> CueBoard:
        """Remove the line when it has been shown long enough and no longer applies."""
        line = self.line
        if not line:
            return self
        shown = now - line.since
        if line.kind == "praise":
            return self._cleared(now) if shown >= PRAISE_S else self
        returned = analysis is not None and is_back(analysis, line.metric)
        if shown < HOLD_S or (shown < MOST_S and not returned):
            return self
        return replace(self._cleared(now), owed=line.metric)

    def _cleared(self, now: float) -> CueBoard:
        resting = {metric: until for metric, until in self.resting.items() if until > now}
        if self.line.kind == "cue" and self.line.metric:
            resting[self.line.metric] = now + REST_S
        return replace(self, line=NOTHING, quiet_until=now + PAUSE_S, resting=resting)

    def _praised(self, analysis: Analysis, now: float) -> CueBoard | None:
        """Report that the cued number is back in its range."""
        if self.owed is None or not is_back(analysis, self.owed):
            return None
        words = f"{METRICS[self.owed].name} is back in the range. Keep it there."
        return replace(self, line=Line("praise", words, self.owed, now), owed=None, greeted=True)

    def _greeted(self, analysis: Analysis, now: float) -> CueBoard | None:
        """Start with what is good, once per run."""
        if self.greeted or not analysis.praise:
            return None
        return replace(self, line=Line("praise", analysis.praise[0], None, now), greeted=True)

    def _cued(self, analysis: Analysis, now: float) -> CueBoard:
        board = self._with_waiting(analysis, now)
        if not board.waiting or now - board.waiting.since < CONFIRM_S:
            return board
        line = replace(board.waiting, since=now)
        return replace(board, line=line, waiting=NOTHING, greeted=True)

    def _with_waiting(self, analysis: Analysis, now: float) -> CueBoard:
        """Store the first cue that may be shown, and since when it has applied."""
        cue = next((each for each in analysis.cues if now >= self.resting.get(each.metric, now)), None)
        if cue is None:
            return replace(self, waiting=NOTHING)
        since = self.waiting.since if self.waiting.metric == cue.metric else now
        return replace(self, waiting=line_of(cue, since))


def line_of(cue: Cue, since: float) -> Line:
    """Return a cue as a line."""
    return Line("cue", cue.say, cue.metric, since)


def is_back(analysis: Analysis, metric: str | None) -> bool:
    """Return whether a metric lies inside its range by half a standard error."""
    measurement = analysis.measurements.get(metric or "")
    return measurement is not None and inside_by_a_margin(measurement)


def inside_by_a_margin(measurement: Measurement) -> bool:
    """Return whether a value is inside its range by a margin, not merely across the edge."""
    norm = judge(measurement).norm
    if norm is None or not measurement.measured:
        return False
    margin = BACK_BY * measurement.se
    return norm.low + margin <= measurement.value <= norm.high - margin
