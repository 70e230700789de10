"""Practice that fades: one thing, eight sessions with less and less feedback, then a run without any.

The course is a pure value: its days, its target and its verdict follow from a baseline clip and from what
was measured since. Whether something changed is judged by the error between clips of one runner.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from formcheck.coaching.library import drills
from formcheck.coaching.plan_rules import check_sources, without_sources
from formcheck.coaching.plan_types import Day, Part
from formcheck.errors import UsageError
from formcheck.files.typed import read_as
from formcheck.metrics import METRICS
from formcheck.metrics.compare import Difference, difference
from formcheck.metrics.judgement import judge
from formcheck.types import Measurement

PRACTISE_FILE = Path(__file__).with_name("practise.toml")
Verdict = Literal["open", "after", "stayed", "went_back", "none"]


@dataclass(frozen=True)
class PracticeFocus:
    """One thing that can be practised."""

    id: str
    metric: str
    drills: tuple[str, ...]
    step: float  # share of the runner's own value; 0 = to the nearer end of the range
    most: float  # share of the runner's own value that is never exceeded; 0 = no limit
    up: str
    down: str
    there: str


@dataclass(frozen=True)
class CourseRules:
    """How every course runs; see practise.toml for the sources."""

    minutes: tuple[float, ...]
    feedback: tuple[float, ...]  # share of each session with feedback
    cycle_s: float
    fewest_weeks: int
    most_weeks: int
    settled_days: int
    retention_days: int


@dataclass(frozen=True)
class PracticeCourse:
    """A course of one runner."""

    when: datetime  # it began
    focus: str
    target: float  # in the baseline's unit
    baseline: Measurement
    clip: str  # name of the clip with the baseline
    days: tuple[str, ...]  # ISO days of the eight sessions

    def __post_init__(self) -> None:
        if self.focus not in focuses() or self.baseline.metric != focuses()[self.focus].metric:
            raise ValueError(f"a course of {self.focus[:40]!r} from {self.baseline.metric[:40]!r}")
        if len(self.days) != len(course_rules().minutes) or not self.baseline.measured:
            raise ValueError(f"a course of {len(self.days)} sessions, or from nothing")
        for day in self.days:
            date.fromisoformat(day)

    @property
    def key(self) -> str:
        """One course of a focus begins on a day."""
        return f"{self.focus} {self.days[0]}"

    @property
    def retention_day(self) -> date:
        """The day on which the run without feedback is planned."""
        return date.fromisoformat(self.days[-1]) + timedelta(course_rules().retention_days)


@dataclass(frozen=True)
class CourseRun:
    """One session of a course that was run; number 9 is the run without feedback."""

    when: datetime
    course: str  # key of the course
    number: int
    measured: Measurement | None = None  # of the focus, where it was filmed

    def __post_init__(self) -> None:
        if not 1 <= self.number <= len(course_rules().minutes) + 1:
            raise ValueError(f"a session number {self.number}")

    @property
    def key(self) -> str:
        """Each session of a course is kept once."""
        return f"{self.course} {self.number}"


@dataclass(frozen=True)
class CourseStanding:
    """How far a course is, and what changed."""

    number: int | None  # of the next session, 9 = the run without feedback; None = all are done
    verdict: Verdict
    after: Difference | None  # baseline and the last session measured
    kept: Difference | None  # baseline and the run without feedback


@dataclass(frozen=True)
class CourseDays:
    """The days of a course, for the calendar."""

    days: tuple[Day, ...]


@cache
def _data() -> dict[str, Any]:
    data = tomllib.loads(PRACTISE_FILE.read_text(encoding="utf-8"))
    for entry in (data["course"], *data["focus"], data["words"]["verdicts"]):
        check_sources("practise.toml", entry)
    return data


@cache
def course_rules() -> CourseRules:
    """Return how every course runs."""
    found: CourseRules = read_as(CourseRules, without_sources(_data()["course"]), "the course")
    return found


@cache
def focuses() -> dict[str, PracticeFocus]:
    """Return what can be practised, by id."""
    rows = [without_sources(row) for row in _data()["focus"]]
    return {each.id: each for each in read_as(tuple[PracticeFocus, ...], rows, "the focuses")}


def words() -> dict[str, str]:
    """Return the sentences of a course."""
    return {name: text for name, text in _data()["words"].items() if isinstance(text, str)}


def verdict_sentences() -> dict[str, str]:
    """Return the sentence of each verdict."""
    return without_sources(_data()["words"]["verdicts"])


def begin(
    focus: str, baseline: Measurement, clip: str, start: date, weeks: int, now: datetime
) -> PracticeCourse:
    """Return a course that begins on `start`.

    Raises
    ------
    UsageError
        If there is no such focus, nothing to change, or a number of weeks that no course has.
    """
    if focus not in focuses():
        raise UsageError(f"There is no focus {focus!r}. Choose one of: {', '.join(focuses())}.")
    if not course_rules().fewest_weeks <= weeks <= course_rules().most_weeks:
        raise UsageError(
            f"A course lasts {course_rules().fewest_weeks} to {course_rules().most_weeks} weeks."
        )
    count = len(course_rules().minutes)
    days = tuple((start + timedelta(7 * weeks * k // count)).isoformat() for k in range(count))
    return PracticeCourse(now, focus, course_target(focuses()[focus], baseline), baseline, clip, days)


def course_target(focus: PracticeFocus, baseline: Measurement) -> float:
    """Return a target that is at least the smallest change that two clips of one runner can tell.

    Raises
    ------
    UsageError
        If the clip does not show the focus, or shows nothing to change.
    """
    name = METRICS[focus.metric].name
    if not baseline.measured:
        raise UsageError(f"{name} was not measured in this clip, so it cannot be practised from it.")
    least = needed(baseline)
    if focus.step:
        change = max(focus.step * baseline.value, least)
        if change > focus.most * baseline.value:
            raise UsageError(f"{name} is too uncertain in this clip for a target. Film at least 10 seconds.")
        return baseline.value + change
    norm = judge(baseline).norm
    if norm is None or norm.low <= baseline.value <= norm.high:
        raise UsageError(f"{name} gives no reason to change it. Choose another focus, or none.")
    if baseline.value < norm.low:
        return max(norm.low, baseline.value + least)
    return min(norm.high, baseline.value - least)


def needed(baseline: Measurement) -> float:
    """Return the smallest change that counts as real between clips like this one."""
    found = difference(baseline, baseline)
    assert found is not None
    return found.needed


def standing(course: PracticeCourse, runs: Sequence[CourseRun]) -> CourseStanding:
    """Return how far a course is, and what changed."""
    mine = {run.number: run for run in runs if run.course == course.key}
    last = len(course.days)
    number = next((k for k in range(1, last + 2) if k not in mine), None)
    after = next((found for k in range(last, last // 2, -1) if (found := _change(course, mine.get(k)))), None)
    kept = _change(course, mine.get(last + 1))
    return CourseStanding(number, _verdict(course, after, kept, done=last in mine), after, kept)


def _change(course: PracticeCourse, run: CourseRun | None) -> Difference | None:
    return difference(course.baseline, run.measured) if run and run.measured else None


def _verdict(
    course: PracticeCourse, after: Difference | None, kept: Difference | None, *, done: bool
) -> Verdict:
    if kept is not None:
        if _towards(course, kept):
            return "stayed"
        return "went_back" if after and _towards(course, after) else "none"
    return "after" if done and after else "open"


def _towards(course: PracticeCourse, change: Difference) -> bool:
    """Return whether a change is real and in the direction of the target."""
    return change.real and (change.change > 0) == (course.target > course.baseline.value)


def settled_from(course: PracticeCourse) -> date:
    """Return the first day on which a run without feedback shows what stayed."""
    return date.fromisoformat(course.days[-1]) + timedelta(course_rules().settled_days)


def days_of(course: PracticeCourse, target: str) -> CourseDays:
    """Return the days of a course for the calendar; `target` is its target in words."""
    focus = focuses()[course.focus]
    dates = [date.fromisoformat(day) for day in course.days]
    found = [_session(focus, k, day, target) for k, day in enumerate(dates)]
    found += [
        _drill_day(focus, before + (after - before) // 2)
        for before, after in zip(dates, dates[1:])
        if (after - before).days > 1
    ]
    found.append(_retention(course))
    return CourseDays(tuple(sorted(found, key=lambda day: day.date)))


def session_words(number: int, target: str) -> str:
    """Return what a session holds, numbered from 1; the one after the last is the run without feedback."""
    if number > len(course_rules().minutes):
        return words()["retention"]
    minutes, share = course_rules().minutes[number - 1], course_rules().feedback[number - 1]
    feedback = words()["full"] if share == 1 else words()["part"].format(share=100 * share)
    return words()["session"].format(minutes=minutes, feedback=feedback, target=target)


def _session(focus: PracticeFocus, k: int, day: date, target: str) -> Day:
    minutes = course_rules().minutes[k]
    parts = (
        Part(words()["drills"].format(drills=_names(focus)), minutes=8.0, drill=focus.drills[0]),
        Part(session_words(k + 1, target), minutes=minutes),
    )
    title = f"Practise {focus.id}, {k + 1} of {len(course_rules().minutes)}"
    return Day(day, "practise", title, False, parts, why=words()["why"])


def _drill_day(focus: PracticeFocus, day: date) -> Day:
    part = Part(words()["between"].format(drills=_names(focus)), minutes=8.0, drill=focus.drills[0])
    return Day(day, "drills", f"Drills for {focus.id}", False, (part,), why=words()["why"])


def _retention(course: PracticeCourse) -> Day:
    parts = (Part(words()["retention"], minutes=15.0),)
    title = f"Has it stayed? Film your {focuses()[course.focus].id}"
    return Day(course.retention_day, "retention", title, False, parts, why=words()["why_retention"])


def _names(focus: PracticeFocus) -> str:
    return " and ".join(drills()[id].name.lower() for id in focus.drills)
