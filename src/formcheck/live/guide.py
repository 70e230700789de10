"""Live feedback on one thing, for the share of the time that a practice session has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.coaching.practise import CourseRun, PracticeCourse, course_rules, focuses, standing
from formcheck.live.cues import NOTHING, CueBoard, Line
from formcheck.types import Analysis

CLOSE = 0.25  # of the way from the baseline to the target that still counts as there


@dataclass(frozen=True)
class Guide:
    """What a practice session shows of one metric, and when."""

    metric: str
    start: float  # the baseline's value
    target: float
    feedback: float  # 0..1, share of each cycle with feedback
    cycle_s: float
    up: str  # what is said below the target
    down: str
    there: str

    def shows(self, running_s: float) -> bool:
        """Return whether there is feedback at this moment of a run."""
        return running_s % self.cycle_s < self.feedback * self.cycle_s

    def board(self, analysis: Analysis | None, now: float, running_s: float, before: Line) -> CueBoard:
        """Return the board with what is said now; the same words keep the time at which they began."""
        words = self.words(analysis) if self.shows(running_s) else ""
        if not words:
            return CueBoard(NOTHING)
        if words == before.words:
            return CueBoard(before)
        return CueBoard(Line("praise" if words == self.there else "cue", words, self.metric, now))

    def words(self, analysis: Analysis | None) -> str:
        """Return what is said of the last seconds; "" where the metric was not measured."""
        found = analysis.measurements.get(self.metric) if analysis and not analysis.refusal else None
        if found is None or not found.measured:
            return ""
        short = self.target - found.value
        if abs(short) <= CLOSE * abs(self.target - self.start):
            return self.there
        return self.up if short > 0 else self.down


def next_guide(course: PracticeCourse, runs: Sequence[CourseRun]) -> Guide:
    """Return the feedback of the next session of a course; its share is 0 if no session is left."""
    number, focus, rules = standing(course, runs).number, focuses()[course.focus], course_rules()
    share = rules.feedback[number - 1] if number and number <= len(course.days) else 0.0
    return Guide(
        focus.metric, course.baseline.value, course.target, share, rules.cycle_s, focus.up, focus.down, focus.there
    )  # fmt: skip
