"""Detect when running starts and stops, so that nobody has to press a button."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

RECENT_S = 2.5  # window in which running is detected: six steps
STARTS_AFTER, STOPS_AFTER = 2, 3  # consecutive detections
BEGUN_BEFORE_S = 2.0  # of the window that first looked like running, the part that is certain
FIRST_NUMBERS_S = 4.0  # of running, before the first numbers are shown
SHORTEST_RUN_S = 10.0  # shorter runs are not kept


@dataclass(frozen=True)
class Run:
    """One period of running."""

    number: int
    start: float  # s, monotonic clock
    end: float | None = None  # None = still running

    def lasts(self, now: float) -> float:
        """Return its duration so far, or in total, in s."""
        return (self.end if self.end is not None else now) - self.start


@dataclass(frozen=True)
class Runs:
    """The runs detected so far; `after` returns the state after one more check."""

    current: Run | None = None
    finished: Run | None = None  # set in the check at which a run ends
    count: int = 0
    streak: int = 0  # consecutive checks that indicate a change
    changed: float = 0.0  # s, the first check of the streak

    def after(self, running: bool | None, now: float) -> Runs:
        """Process one more check.

        Parameters
        ----------
        running : whether the last seconds look like running; None = too little was seen to decide
        now : s, time of the newest frame
        """
        if running is None:
            return replace(self, finished=None)
        if running == (self.current is not None):
            return replace(self, streak=0, finished=None)
        changed = self.changed if self.streak else now
        streak = self.streak + 1
        if streak < (STARTS_AFTER if running else STOPS_AFTER):
            return replace(self, streak=streak, changed=changed, finished=None)
        return self._started(changed) if self.current is None else self._stopped(self.current, changed)

    def _started(self, noticed: float) -> Runs:
        return Runs(Run(self.count + 1, noticed - BEGUN_BEFORE_S), count=self.count + 1)

    def _stopped(self, run: Run, noticed: float) -> Runs:
        """End the run within the last window that was still mostly running."""
        end = max(run.start, noticed - 0.5 * RECENT_S)
        return Runs(None, replace(run, end=end), self.count)

    def ended(self, now: float) -> Runs:
        """Return the runs after the last frame."""
        if self.current is None:
            return replace(self, finished=None)
        return Runs(None, replace(self.current, end=now), self.count)

    def countdown(self, now: float) -> int | None:
        """Return the seconds until the first numbers; None if nobody runs or they are already shown."""
        if self.current is None:
            return None
        left = FIRST_NUMBERS_S - self.current.lasts(now)
        return ceil(left) if left > 0 else None
