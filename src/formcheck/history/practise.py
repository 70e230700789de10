"""A course of practice in words, with the records it is made of. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from formcheck.coaching.calendar import calendar_text
from formcheck.coaching.practise import (
    CourseRun,
    PracticeCourse,
    course_rules,
    days_of,
    focuses,
    needed,
    session_words,
    settled_from,
    standing,
    verdict_sentences,
)
from formcheck.errors import UsageError
from formcheck.history.records import Session
from formcheck.metrics import METRICS
from formcheck.types import Analysis, Measurement
from formcheck.wording import decimals, number, unit_text


def next_run(
    course: PracticeCourse, runs: Sequence[CourseRun], when: datetime, analysis: Analysis | None = None
) -> CourseRun:
    """Return the next session of a course as run, measured where there is a clip of it.

    Raises
    ------
    UsageError
        If all are done, the clip does not show the focus, or the run without feedback comes too
        early or has no clip.
    """
    return _next_run(course, runs, when, analysis.clip.name if analysis else None, _seen(course, analysis))


def run_of_session(
    course: PracticeCourse, runs: Sequence[CourseRun], when: datetime, session: Session | None = None
) -> CourseRun:
    """Return the next session of a course as run, measured from a stored clip; fails as `next_run`."""
    return _next_run(course, runs, when, session.clip if session else None, _seen(course, session))


def _seen(course: PracticeCourse, clip: Analysis | Session | None) -> Measurement | None:
    return clip.measurements.get(focuses()[course.focus].metric) if clip else None


def _next_run(
    course: PracticeCourse,
    runs: Sequence[CourseRun],
    when: datetime,
    clip: str | None,
    seen: Measurement | None,
) -> CourseRun:
    found = standing(course, runs).number
    if found is None:
        raise UsageError("All sessions of this course are kept. Begin another with formcheck practise start.")
    if found > len(course.days):
        _check_retention(course, runs, when, clip)
    if clip is not None and not (seen and seen.measured):
        name = METRICS[focuses()[course.focus].metric].name
        raise UsageError(f"{name} was not measured in {clip}; nothing was kept.")
    return CourseRun(when, course.key, found, _bare(seen) if seen else None)


def _check_retention(
    course: PracticeCourse, runs: Sequence[CourseRun], when: datetime, clip: str | None
) -> None:
    if clip is None:
        raise UsageError("Only a clip shows what stayed: give one of a run without feedback.")
    earliest = max(run.when for run in runs if run.course == course.key) + timedelta(
        course_rules().settled_days
    )
    if when.date() < earliest.date():
        raise UsageError(f"What stayed shows from {_day(earliest.date())} on; film yourself then.")


def _bare(found: Measurement) -> Measurement:
    return replace(found, times=(), samples=(), by_side=())


def target_words(course: PracticeCourse) -> str:
    """Return the target with its unit: "168 steps/min"."""
    return _told(course, course.target)


def overview(course: PracticeCourse, runs: Sequence[CourseRun]) -> list[str]:
    """Return a line for the course and one for each session."""
    name = METRICS[focuses()[course.focus].metric].name
    done = {run.number: run for run in runs if run.course == course.key}
    lines = [
        f"{name}: {_told(course, course.baseline.value)} in {course.clip}, target {target_words(course)}. "
        f"A change of {_told(course, needed(course.baseline))} is real."
    ]
    for k, day in enumerate(course.days, 1):
        minutes, share = course_rules().minutes[k - 1], 100 * course_rules().feedback[k - 1]
        told = _of_run(course, done.get(k))
        lines.append(f"{k}  {_day(date.fromisoformat(day))}  {minutes:.0f} min, feedback {share:.0f} %{told}")
    last = len(course.days) + 1
    lines.append(f"{last}  {_day(course.retention_day)}  without feedback{_of_run(course, done.get(last))}")
    return lines


def _of_run(course: PracticeCourse, run: CourseRun | None) -> str:
    if run is None:
        return ""
    return f"  ● {_told(course, run.measured.value)}" if run.measured else "  ● done"


def next_words(course: PracticeCourse, runs: Sequence[CourseRun]) -> str:
    """Return what the next session holds, and when."""
    found = standing(course, runs).number
    if found is None:
        return "All sessions are done."
    day = course.retention_day if found > len(course.days) else date.fromisoformat(course.days[found - 1])
    return f"Next, {_day(day)}: {session_words(found, target_words(course))}"


def verdict_words(course: PracticeCourse, runs: Sequence[CourseRun]) -> str:
    """Return whether something changed and stayed, in a sentence."""
    found = standing(course, runs)
    after = found.after.after if found.after else course.baseline.value
    kept = found.kept.after if found.kept else course.baseline.value
    real = ", a real change" if found.after and found.after.real else ", within the noise"
    return verdict_sentences()[found.verdict].format(
        name=METRICS[focuses()[course.focus].metric].name, before=_told(course, course.baseline.value),
        after=_told(course, after), kept=_told(course, kept), verdict=real, day=_day(settled_from(course)),
        needed=_told(course, found.kept.needed if found.kept else needed(course.baseline)),
    )  # fmt: skip


def course_calendar(course: PracticeCourse, name: str, made: datetime, at: time | None = None) -> str:
    """Return the days of a course as calendar text."""
    return calendar_text(days_of(course, target_words(course)), made, at, name, kind="practise")


def _told(course: PracticeCourse, value: float) -> str:
    digits = decimals(needed(course.baseline))
    return number(value, digits) + unit_text(course.baseline.unit)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
