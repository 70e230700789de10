"""Find changes in a runner's history that exceed the normal difference between two clips. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import numpy as np

from formcheck.coaching.plan import Focus
from formcheck.history.records import Practice, Session, WatchRun
from formcheck.metrics import METRICS
from formcheck.metrics.compare import Difference, difference
from formcheck.types import Measurement
from formcheck.wording import decimals, number, unit_text

RECENT_DAYS = 30
USUAL_WEEKS = 4


@dataclass(frozen=True)
class Worked:
    """A cue that was given, whether it was practised, and how its metric changed."""

    metric: str
    say: str
    drill: str
    first_given: datetime
    times_given: int
    practised: int  # number of practice entries by the runner
    still: bool  # also given in the last session
    change: Difference | None  # since it was first given; None = not measured again


@dataclass(frozen=True)
class Beside:
    """One metric measured by both video and watch."""

    metric: str
    unit: str
    video: Measurement
    watch: float
    watch_low: float  # lower end of the middle 80 % of the run
    watch_high: float

    @property
    def meet(self) -> bool:
        """Whether video and watch differ by no more than two clips of one runner may."""
        slack = METRICS[self.metric].smallest_change
        return self.video.low - slack <= self.watch_high and self.video.high + slack >= self.watch_low


@dataclass(frozen=True)
class Recent:
    """Recent training distance from the watch's records; None = unknown."""

    weekly_km: float | None
    longest_km: float | None


def changes(sessions: Sequence[Session]) -> tuple[Difference, ...]:
    """Return each metric's difference between the first and the last session that measured it."""
    found = (change_of(metric, sessions) for metric in METRICS)
    return tuple(each for each in found if each is not None)


def change_of(metric: str, sessions: Sequence[Session]) -> Difference | None:
    """Return one metric's difference between first and last, None unless measured twice in one unit."""
    values = [session.measurements[metric] for session in sessions if metric in session.measurements]
    values = [each for each in values if each.unit == values[-1].unit]
    return difference(values[0], values[-1]) if len(values) > 1 else None


def change_text(change: Difference) -> str:
    """Return a change with its sign and unit, with no more digits than needed to show it."""
    sign = "+" if change.change > 0 else ""
    return sign + number(change.change, decimals(change.needed)) + unit_text(change.unit)


def times(count: int) -> str:
    """Return "once" or "3 times"."""
    return "once" if count == 1 else f"{count} times"


@dataclass(frozen=True)
class DifferenceText:
    """A difference as text, with numbers that are consistent with each other and with the verdict."""

    before: str
    after: str
    change: str  # with its sign
    needed: str


def difference_text(each: Difference) -> DifferenceText:
    """Return before, after, change and needed change, with no more digits than needed to show the change.

    Rounded separately, 4.4 to 6.7 becomes "4 to 7, +2": in such cases one more decimal is shown, and the
    change is the difference of the displayed numbers.
    """
    fewest = decimals(each.needed)
    digits = fewest if _agree(each, fewest) else fewest + 1
    change = round(round(each.after, digits) - round(each.before, digits), digits)
    sign = "+" if change > 0 else ""
    before, after, needed = (number(value, digits) for value in (each.before, each.after, each.needed))
    return DifferenceText(before, after, sign + number(change, digits), needed)


def _agree(each: Difference, digits: int) -> bool:
    """Return whether this many decimals show the change, and on the correct side of the needed one."""
    change = round(each.change, digits)
    shown = round(round(each.after, digits) - round(each.before, digits), digits)
    return shown == change and (abs(change) > round(each.needed, digits)) == each.real


def worked_on(sessions: Sequence[Session], practised: Sequence[Practice]) -> tuple[Worked, ...]:
    """Return every cue that was given, in the order in which they were first given."""
    found: dict[str, Worked] = {}
    for k, session in enumerate(sessions):
        for cue in session.cues:
            if cue.metric not in found:
                found[cue.metric] = _worked(cue.metric, sessions[k:], practised)
    return tuple(found.values())


def _worked(metric: str, since: Sequence[Session], practised: Sequence[Practice]) -> Worked:
    given = [cue for session in since for cue in session.cues if cue.metric == metric]
    entries = sum(each.metric == metric for each in practised)
    still = any(cue.metric == metric for cue in since[-1].cues)
    change = change_of(metric, since)
    last = given[-1]
    return Worked(metric, last.say, last.drill, since[0].when, len(given), entries, still, change)


def beside_watch(session: Session, run: WatchRun) -> tuple[Beside, ...]:
    """Return the metrics that both the video and the watch measured, in the same unit."""
    return tuple(
        Beside(metric, value.unit, session.measurements[metric], value.value, value.low, value.high)
        for metric, value in run.values.items()
        if metric in session.measurements and session.measurements[metric].unit == value.unit
    )


def nearest_run(session: Session, runs: Sequence[WatchRun]) -> WatchRun | None:
    """Return the run nearest in time to a session."""
    return min(runs, key=lambda run: abs(run.when - session.when), default=None)


def recent(runs: Sequence[WatchRun], now: datetime) -> Recent:
    """Return the mean weekly distance of the last four weeks and the longest run of the last 30 days.

    A history that began less than four weeks ago is averaged over the weeks since then.
    """

    def since(days: int) -> list[float]:
        begin = now - timedelta(days)
        return [run.distance_km for run in runs if begin <= run.when <= now and np.isfinite(run.distance_km)]

    month, weeks = since(RECENT_DAYS), since(7 * USUAL_WEEKS)
    known = [now - run.when for run in runs if run.when <= now and np.isfinite(run.distance_km)]
    covered = ceil(max(known, default=timedelta(0)) / timedelta(7))
    count = min(USUAL_WEEKS, max(1, covered))
    return Recent(sum(weeks) / count if weeks else None, max(month, default=None))


def focus_of(sessions: Sequence[Session]) -> tuple[Focus, ...]:
    """Return what to work on according to the last session's cues."""
    if not sessions:
        return ()
    last = sessions[-1]
    return tuple(
        Focus(cue.metric, cue.say, cue.drill, _value(last.measurements.get(cue.metric))) for cue in last.cues
    )


def _value(measurement: Measurement | None) -> float | None:
    return measurement.value if measurement else None
