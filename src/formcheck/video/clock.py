"""The time of each decoded frame, by whatever the file has to tell it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal

from formcheck.video.container import decoded

ClockKind = Literal["presentation", "decoding", "counting"]
"""What tells the time of a picture: its own stamp; the stamps of decoding, in the order in which pictures are shown
(AVI has no others); or how many pictures came before, where few of them have a stamp."""


def timed(container: Any, stream: Any, kind: ClockKind, interval_s: float) -> Iterator[tuple[Any, float]]:
    """Yield decoded frames with their times since the first, s; a frame that goes back in time is left out.

    Parameters
    ----------
    container, stream : of PyAV, at the place from which to read
    kind : what tells the time
    interval_s : usual time between frames, for those without a stamp
    """
    clock, last = _Clock(kind, stream.time_base, interval_s), -1.0
    for raw in decoded(container, stream):
        time = clock.time_of(raw)
        if time > last:
            last = time
            yield raw, time


class _Clock:
    def __init__(self, kind: ClockKind, tick: Fraction, interval_s: float):
        self._kind = kind
        self._tick = tick  # s; the last frames out of a decoder do not carry it
        self._interval = interval_s
        self._first: float | None = None
        self._next = 0.0  # s, of a frame that has no stamp

    def time_of(self, raw: Any) -> float:
        stamp = self._stamp(raw)
        seconds = self._next if stamp is None else float(stamp * self._tick)
        self._first = seconds if self._first is None else self._first
        self._next = seconds + self._interval
        return seconds - self._first

    def _stamp(self, raw: Any) -> int | None:
        if self._kind == "counting":
            return None
        stamp: int | None = raw.dts if self._kind == "decoding" else raw.pts
        return stamp
