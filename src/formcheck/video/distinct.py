"""Distinct pictures: a clip of 60 frames a second may contain only 30, each shown twice.

Programs fill a higher frame rate by showing pictures again (30 in 60, 24 in 60, 25 in 30). The repeats carry no motion
and must not count where a measurement needs so many frames a second.

Notes
-----
A camera's consecutive pictures differ wherever something moves. Of 16 clips of people, half of them real, at 24 to 120
frames a second, and of re-encodings as coarse as crf 45, no picture in motion changed by less than 0.2 of the largest
change within ten frames on both sides; where people hold still for a moment, up to 3 % of a clip's pictures do. A
picture that is shown again changes by coding noise alone: by 0.08 of it at crf 40, 0.02 at usual quality, 0 in MJPEG.
So a repeat is a picture that changes by less than `REPEATED` of what its neighbours on both sides do, and a clip is
one with repeats if more than `FEW` of its pictures are. Where nothing moves (a runner stands and waits) no picture can
be distinguished from a repeat, so none is called a repeat.

Fails where new pictures were made up by blending or motion interpolation: those differ.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import av.error
import numpy as np

from formcheck.video.clock import ClockKind, timed
from formcheck.video.container import opened

SIDE = 64  # px: each picture is compared this small, so that noise averages out and a leg still counts
MOVING = 8  # of its pixels: those that change most, where something moves
REPEATED = 0.15  # of the change around it: less is a repeat
ALSO_REPEATED = 0.3  # the same, in a clip that is known to have repeats: coarse coding makes some change more
AROUND = 10  # frames to either side: each picture may be shown up to ten times
LEAST_CHANGE = 12.0  # of 255: less around is no motion to tell a repeat by; a running person makes 30 to 130
FEW = 0.05  # of the frames: so few repeats (a camera's hiccup) are left as they are
LOOKS, LOOK_FRAMES = (
    3,
    36,
)  # places in the clip where repeats are looked for, and for how many frames of motion
LONGEST_LOOK = 900  # frames to wait for motion in each
PAUSE = 2.5  # usual times between pictures: more is a pause
SMOOTHED = 5  # pictures to either side over which the times of a clip with repeats are evened out


@dataclass(frozen=True, eq=False)
class Distinct:
    """The pictures of a clip that are not shown before."""

    stamps: np.ndarray  # (T,) s since the first frame, as the file has them
    times: np.ndarray  # (T,) s, evened out: repeats put each picture on the file's own grid

    @property
    def interval_s(self) -> float:
        """The mean time between pictures, s; pauses are left out, and the ends, where a repeat may be left."""
        apart = np.diff(self.times)
        apart = apart[1:-1] if len(apart) > 4 else apart
        return float(apart[apart < PAUSE * np.median(apart)].mean())

    def time_of(self, stamp: float) -> float | None:
        """Return the time of the picture that the file has at `stamp`, None for a repeat."""
        index = int(np.searchsorted(self.stamps, stamp))
        known = index < len(self.stamps) and self.stamps[index] == stamp
        return float(self.times[index]) if known else None


def find_distinct(path: Path, kind: ClockKind, times: np.ndarray) -> Distinct | None:
    """Return the distinct pictures of a clip that shows many of them repeatedly, None for any other clip.

    A few pictures in three places of the clip show whether the whole clip must be examined.

    Parameters
    ----------
    path : of the video
    kind : what tells its time
    times : (T,) s, what its packets say
    """
    if len(times) < 3:
        return None
    interval = float(np.median(np.diff(times)))
    with opened(path) as (container, stream):
        looks = _looks(container, stream, float(times[-1]))
        if not any(repeats(look).mean() > FEW for look in looks):
            return None
    with opened(path) as (container, stream):
        change, stamps = _changes(timed(container, stream, kind, interval))
    if repeats(change).mean() <= FEW:
        return None
    repeated = repeats(change, ALSO_REPEATED)
    kept = stamps[_kept(stamps, repeated, _around(change) < LEAST_CHANGE)]
    return Distinct(kept, evened(kept, interval))


def repeats(change: np.ndarray, share: float = REPEATED) -> np.ndarray:
    """Return (T,) bool: which pictures are shown again, as they change by less than a share of the change around.

    Parameters
    ----------
    change : (T,) of 255, how much each picture differs from the one before it
    """
    around = _around(change)
    return (change < share * around) & (around >= LEAST_CHANGE)


def _around(change: np.ndarray) -> np.ndarray:
    """Return (T,) the largest change close before or close after each picture, whichever is smaller."""
    nothing = np.zeros(AROUND)
    padded = np.concatenate([nothing, change, nothing])
    windows: np.ndarray = np.lib.stride_tricks.sliding_window_view(padded, AROUND).max(axis=1)
    smaller: np.ndarray = np.minimum(windows[: len(change)], windows[AROUND + 1 :])
    return smaller


def _kept(stamps: np.ndarray, repeated: np.ndarray, still: np.ndarray) -> np.ndarray:
    """Return (T,) bool: the pictures to keep; where all is still, as many a second as where something moves."""
    usual = float(np.median(np.diff(stamps[~repeated & ~still]))) if (~repeated & ~still).sum() > 2 else 0.0
    kept, last = ~repeated, -np.inf
    for index in np.flatnonzero(kept):
        kept[index] = not still[index] or stamps[index] - last > 0.75 * usual
        last = stamps[index] if kept[index] else last
    return kept


def evened(stamps: np.ndarray, slot: float) -> np.ndarray:
    """Return times (T,) evened out over their neighbours, none moved by more than half a slot.

    A picture due at 1/24 s is shown from the nearest slot of 1/60 s on: the file's times are rounded, by up to half a
    slot. The mean over as many pictures before as after undoes the rounding; it moves no times that are even, and
    reaches across no pause.
    """
    apart = np.diff(stamps)
    if len(apart) == 0 or np.ptp(apart) < 0.1 * slot:
        return stamps
    pauses = np.flatnonzero(apart > PAUSE * np.median(apart)) + 1
    return np.concatenate([_local_mean(part, slot) for part in np.split(stamps, pauses)])


def _local_mean(stamps: np.ndarray, slot: float) -> np.ndarray:
    count, index = len(stamps), np.arange(len(stamps))
    total = np.concatenate([[0.0], np.cumsum(stamps)])
    reach = np.minimum(SMOOTHED, np.minimum(index, count - 1 - index))
    mean = (total[index + reach + 1] - total[index - reach]) / (2 * reach + 1)
    near: np.ndarray = np.clip(mean, stamps - 0.5 * slot, stamps + 0.5 * slot)
    return near


def _looks(container: Any, stream: Any, length_s: float) -> Iterator[np.ndarray]:
    """Yield how much pictures change in a few places of the clip, each from a whole picture on."""
    begun: set[int | None] = set()
    for number in range(LOOKS):
        try:
            if number:
                start = (stream.start_time or 0) + round(number / LOOKS * length_s / stream.time_base)
                container.seek(start, stream=stream)
            frames = timed(container, stream, "counting", 1.0)
            first = next(frames, None)
        except (av.error.FFmpegError, OverflowError):  # not every file can be entered in the middle
            return
        if first is not None and first[0].pts not in begun:
            begun.add(first[0].pts)
            yield _look(chain([first], frames))


def _look(frames: Iterator[tuple[Any, float]]) -> np.ndarray:
    """Return how much pictures change from where something begins to move."""
    change, moving = array("d"), 0
    for each, _ in islice(_steps(frames), LONGEST_LOOK):
        change.append(each)
        moving += moving > 0 or each >= LEAST_CHANGE
        if moving >= LOOK_FRAMES:
            break
    return np.array(change)[-LOOK_FRAMES:]


def _changes(frames: Iterator[tuple[Any, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Return (T,) how much each picture differs from the one before it, of 255, and (T,) its time, s."""
    rows = np.array(list(_steps(frames))).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def _steps(frames: Iterator[tuple[Any, float]]) -> Iterator[tuple[float, float]]:
    last: np.ndarray | None = None
    for raw, time in frames:
        small = _small(raw)
        yield (0.0 if last is None else _difference(small, last)), time
        last = small


def _small(raw: Any) -> np.ndarray:
    grey = raw.reformat(width=SIDE, height=SIDE, format="gray", interpolation="AREA", threads=1)
    small: np.ndarray = grey.to_ndarray().astype(np.int16)
    return small


def _difference(one: np.ndarray, other: np.ndarray) -> float:
    apart = np.abs(one - other).ravel()
    return float(np.partition(apart, -MOVING)[-MOVING:].mean())
