"""The last seconds of what the camera saw, and the same for a whole run on disk."""

from __future__ import annotations

import tempfile
import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

from formcheck.pose.roi import Roi
from formcheck.pose.sides import repair_sides
from formcheck.pose.surroundings import Background
from formcheck.skeleton import N_KEYPOINTS
from formcheck.types import Clip, Frame, PoseTrack, Surroundings

LONGEST_GAP_S = 1.0  # a camera that was away longer begins a new window
KEPT_LOOKS = 240  # looks at the background that are kept; half of them are dropped at once
BLANK = np.full((N_KEYPOINTS, 2), np.nan)
NOBODY = np.zeros(N_KEYPOINTS)
ROW = np.dtype([("time", "f8"), ("xy", "f4", (N_KEYPOINTS, 2)), ("confidence", "f4", (N_KEYPOINTS,))])


@dataclass(frozen=True, eq=False)
class Points:
    """What the pose model saw in some pictures in a row."""

    time: np.ndarray  # (T,) s, monotonic clock
    xy: np.ndarray  # (T, 21, 2) px
    confidence: np.ndarray  # (T, 21)

    def since(self, start: float) -> Points:
        """Return the part from `start` on."""
        keep = self.time >= start
        return Points(self.time[keep], self.xy[keep], self.confidence[keep])

    def after_gap(self) -> Points:
        """Return the part after the last gap in which the camera was away."""
        gaps = np.flatnonzero(np.diff(self.time) > LONGEST_GAP_S)
        return self if not len(gaps) else self.since(self.time[gaps[-1] + 1])

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return float(self.time[-1] - self.time[0]) if len(self.time) > 1 else 0.0


class Window:
    """The points of the last seconds; one thread adds, another one looks."""

    def __init__(self, length_s: float):
        self.length_s = length_s
        self._rows: deque[tuple[float, np.ndarray, np.ndarray]] = deque()
        self._lock = threading.Lock()

    def add(self, time: float, seen: tuple[np.ndarray, np.ndarray] | None) -> None:
        """Add one picture's points; None = nobody was seen."""
        xy, confidence = (BLANK, NOBODY) if seen is None else seen
        with self._lock:
            self._rows.append((time, xy, confidence))
            while self._rows[0][0] < time - self.length_s:
                self._rows.popleft()

    def points(self) -> Points:
        """Return everything that is held."""
        with self._lock:
            rows = tuple(self._rows)
        return Points(
            np.array([row[0] for row in rows]),
            np.array([row[1] for row in rows]).reshape(-1, N_KEYPOINTS, 2),
            np.array([row[2] for row in rows]).reshape(-1, N_KEYPOINTS),
        )


class Backdrop:
    """Looks around the runner now and then: how many people, does the camera stand, how is it rolled."""

    def __init__(self) -> None:
        self._background = Background()
        self._people: deque[tuple[float, int]] = deque(maxlen=KEPT_LOOKS)

    def look(self, frame: Frame, roi: Roi | None, people: int) -> None:
        """Take in one picture and the number of people in it."""
        self._background.look(frame.image, frame.time, roi)
        self._people.append((frame.time, people))
        if len(self._background.time) >= KEPT_LOOKS:
            del self._background.time[: KEPT_LOOKS // 2]
            del self._background.shift[: KEPT_LOOKS // 2]
            del self._background.rolls[: -KEPT_LOOKS // 30]

    def around(self, time: np.ndarray) -> Surroundings:
        """Return what is known at these times; people count where they were counted."""
        people = np.full(len(time), np.nan)
        for at, count in self._people:
            if len(time) and time[0] <= at <= time[-1]:
                people[np.searchsorted(time, at)] = count
        return Surroundings(people, self._background.shift_at(time), self._background.roll_deg)


class Spool:
    """A run's points on disk, so that a long run takes no memory; gone with the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="formcheck-run-")  # noqa: SIM115  lives as long as the run
        self.first = np.nan  # s, the oldest picture that is kept
        self.last = -np.inf  # s, the newest picture that is kept

    def add(self, points: Points) -> None:
        """Append the pictures that are newer than the last one kept."""
        fresh = points.since(np.nextafter(self.last, np.inf))
        if not len(fresh.time):
            return
        rows = np.empty(len(fresh.time), ROW)
        rows["time"], rows["xy"], rows["confidence"] = fresh.time, fresh.xy, fresh.confidence
        self._file.write(rows.tobytes())
        self.first = float(fresh.time[0]) if np.isnan(self.first) else self.first
        self.last = float(fresh.time[-1])

    def points(self, until: float) -> Points:
        """Return the run up to a time."""
        self._file.seek(0)
        rows = np.frombuffer(self._file.read(), ROW)
        rows = rows[rows["time"] <= until]
        return Points(rows["time"].copy(), rows["xy"].astype(float), rows["confidence"].astype(float))

    def close(self) -> None:
        """Forget the run."""
        self._file.close()


def track_of(points: Points, size: tuple[int, int], source: str, around: Surroundings) -> PoseTrack:
    """Return points as a track whose clock begins with its first picture."""
    xy, exchanged = repair_sides(points.xy, points.time)
    return PoseTrack(
        points.time - points.time[0], xy, points.confidence, size, source, around, int(exchanged.sum())
    )  # fmt: skip


def clip_of(points: Points, size: tuple[int, int], name: str, digest: str = "") -> Clip:
    """Describe points as a clip; its frame rate is the measured mean, so pictures left out count against it."""
    intervals = np.diff(points.time)
    interval = float(np.mean(intervals))
    uneven = float(np.mean(np.abs(intervals - interval) > 0.1 * interval)) > 0.02
    return Clip(
        name, digest, len(points.time), points.length_s + interval, 1 / interval, uneven, *size, 0, 1 / interval
    )  # fmt: skip
