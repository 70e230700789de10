"""One thing at a time: which line is shown, how long, and when it may come again.

A runner who glances at a screen must find the line still there and must not be told two
things at once. So a cue has to hold for a while before it is shown, stays long enough to
be read twice, rests for half a minute, and is answered by praise once the number is back
inside its range by a margin (not merely across the edge, where it would flicker).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from formcheck.metrics import METRICS
from formcheck.metrics.norms import norm_of
from formcheck.types import Analysis, Cue, Measurement

FIRST_S = 8.0  # of running, before anything is said
CONFIRM_S = 1.5  # a cue holds so long before it is shown
HOLD_S = 8.0  # shown at least so long: twelve words read twice at a glance
MOST_S = 14.0  # and at most so long
PRAISE_S = 6.0
PAUSE_S = 3.0  # between two lines
REST_S = 30.0  # a cue is not repeated sooner
BACK_BY = 0.5  # standard errors inside the range: back in band


@dataclass(frozen=True)
class Line:
    """What stands at the bottom of the screen."""

    kind: Literal["cue", "praise", "none"]
    words: str
    metric: str | None = None
    since: float = 0.0  # s

    def __bool__(self) -> bool:
        return self.kind != "none"


NOTHING = Line("none", "")


@dataclass(frozen=True)
class CueBoard:
    """What is said, was said and waits to be said; `after` returns the board after one reading."""

    line: Line = NOTHING
    waiting: Line = NOTHING  # a cue that has to hold a while yet
    owed: str | None = None  # a metric that was cued and is to be praised once it is back
    quiet_until: float = 0.0
    resting: Mapping[str, float] = field(default_factory=dict)  # metric: s until which it is not cued
    greeted: bool = False

    def after(self, analysis: Analysis | None, now: float, running_s: float) -> CueBoard:
        """Take in one reading of the last seconds.

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
        """Take the line away when it has been up long enough and no longer holds."""
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
        """Say that the number that was cued is back in its range."""
        if self.owed is None or not is_back(analysis, self.owed):
            return None
        words = f"{METRICS[self.owed].name} is back in the range. Keep it there."
        return replace(self, line=Line("praise", words, self.owed, now), owed=None, greeted=True)

    def _greeted(self, analysis: Analysis, now: float) -> CueBoard | None:
        """Say first what is good, once a run."""
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
        """Note the first cue that does not rest, and since when it has held."""
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
    """Return whether a value is inside its range and not merely across the edge."""
    norm = norm_of(measurement)
    if norm is None or not measurement.measured:
        return False
    margin = BACK_BY * measurement.se
    return norm.low + margin <= measurement.value <= norm.high - margin
