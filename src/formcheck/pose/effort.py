"""How closely each frame is looked at: a net's work goes where it changes the result.

Seen from the side, a joint's confidence changes slowly, the difference that a second look makes changes slowly except
where the legs hide each other, and above 60 frames per second even a foot moves smoothly from frame
to frame. What a frame is spared is filled in from its neighbours (`filling`); docs/pose.md has what
each saving costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from formcheck.pose.pictures import next_look
from formcheck.pose.roi import Roi
from formcheck.types import Frame

LOOKED_HZ = 60.0  # frames per second that are looked at, of clips with more
SCORED_HZ = 5.0  # frames per second of which confidence is computed, from the side
FRONTAL_SCORED_HZ = 60.0  # from the front and rear, where the body hides a hand for a moment in each step
FRONTAL_FROM = 0.11  # fraction of the square's side from shoulder to shoulder; 0.03 to 0.05 from the side, 0.15 from ahead
TWICE_HZ = 20.0  # frames per second that are looked at twice even if everything is clear
EARLY_S, SELDOM_S = 0.2, 4.0  # s between comparisons: about 18 in ten seconds
SLACK_S = 0.004  # s, by which a frame may come early: time stamps are rounded


@dataclass(frozen=True)
class Effort:
    """What to compute for one frame."""

    scored: bool  # confidence, and whether anybody is there
    twice: bool  # the mirrored crop as well, by a net that looks twice; else only where a leg is unclear
    compared: bool = False  # how far the joints are from those of the mirrored crop, by any net


WHOLE = Effort(scored=True, twice=True)


class Schedule:
    """Decides on the effort for frame after frame, by their times and by the view."""

    def __init__(self) -> None:
        self._next_scored = self._next_twice = self._next_compared = float("-inf")
        self._first: float | None = None

    def effort(self, time: float, roi: Roi | None) -> Effort:
        """Return the effort for the next frame, in which the person is in this square."""
        scored, twice = time >= self._next_scored, time >= self._next_twice
        if scored:
            frontal = roi is not None and roi.shoulders >= FRONTAL_FROM
            self._next_scored = time + 1 / (FRONTAL_SCORED_HZ if frontal else SCORED_HZ) - SLACK_S
        if twice:
            self._next_twice = time + 1 / TWICE_HZ - SLACK_S
        return Effort(scored, twice, self._compared(time))

    def _compared(self, time: float) -> bool:
        self._first = time if self._first is None else self._first
        if time < self._next_compared:
            return False
        self._next_compared = next_look(time, self._first, EARLY_S, SELDOM_S)
        return True


def worth_looking(frames: Iterable[Frame]) -> Iterator[tuple[Frame, bool]]:
    """Yield each frame, and whether to look at it: as few as leave no gap longer than 1/60 s."""
    held: Frame | None = None
    last = float("-inf")
    for frame in frames:
        if held is not None:
            look = frame.time - last > 1 / LOOKED_HZ + 0.25 * SLACK_S
            last = held.time if look else last
            yield held, look
        held = frame
    if held is not None:
        yield held, True
