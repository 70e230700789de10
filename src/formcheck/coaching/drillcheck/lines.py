"""A drill check in words, the same on the command line and in the app."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

from formcheck.coaching.drillcheck.check import DrillCheck, full_interval, state
from formcheck.coaching.drillcheck.readings import NAMES
from formcheck.coaching.drillcheck.rules import Judge, judge_of
from formcheck.coaching.library import drills
from formcheck.types import Measurement
from formcheck.wording import NOT_SEEN, SIGNS, STATES, interval_text, unit_text, value_text


class ReadingRow(NamedTuple):
    """One reading in words; what does not apply is empty."""

    name: str
    value: str
    interval: str
    n: str
    range: str
    sign: str  # where the value lies: ● inside, ▼ below, ▲ above, ◆ at the edge
    state: str  # the same in words
    reason: str = ""  # why there is no value


def count_line(check: DrillCheck) -> str:
    """Say which drill it was and how many repetitions: all, full, left and right."""
    if check.drill is None:
        return check.refusal.reason if check.refusal else ""
    name, total = drills()[check.drill].name, len(check.reps)
    partly = f"{_full(check)}, {total - check.full} partial; " if check.full < total else ""
    return f"{name}: {total} repetitions ({partly}{check.of('left')} left, {check.of('right')} right)."


def _full(check: DrillCheck) -> str:
    """Say how many repetitions were full, and how many that may be."""
    low, high = full_interval(check)
    return f"{check.full} full" if low == high else f"{check.full} full, {low} to {high} at 95 %"


def reading_rows(check: DrillCheck) -> list[ReadingRow]:
    """Return a table's rows: every reading with its interval, range and state, or why not."""
    return [_row(each, judge_of(each.metric, check.drill or "")) for each in check.readings]


def _row(reading: Measurement, judge: Judge | None) -> ReadingRow:
    name = NAMES[reading.metric][0]
    if not reading.measured:
        return ReadingRow(name, NOT_SEEN, "", "", "", "", "", reading.why_missing or "")
    least = "at least " if reading.extra.at_least else ""
    where = state(judge, reading) if judge else "unknown"
    return ReadingRow(
        name,
        f"{least}{value_text(reading)}",
        interval_text(reading),
        str(reading.n),
        _range(judge, reading.unit),
        SIGNS[where],
        STATES[where] if where != "unknown" else "",
    )


def _range(judge: Judge | None, unit: str) -> str:
    if judge is None:
        return ""
    low, high = (f"{end:g}".replace("-", "−") for end in (judge.low, judge.high))
    of = " %" if unit.startswith("%") else unit_text(unit)  # of what stands beside the value
    if not isfinite(judge.low):
        return f"up to {high}{of}"
    return (f"{low} to {high}" if isfinite(judge.high) else f"at least {low}") + of
