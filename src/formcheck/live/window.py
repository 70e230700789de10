"""The keypoints of the last seconds, and those of a whole run on disk."""

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

LONGEST_GAP_S = 1.0  # a longer camera failure begins a new window
KEPT_LOOKS = 240  # background samples that are kept; when full, half of them are dropped
BLANK = np.full((N_KEYPOINTS, 2), np.nan)
NOBODY = np.zeros(N_KEYPOINTS)
ROW = np.dtype([("time", "f8"), ("xy", "f4", (N_KEYPOINTS, 2)), ("confidence", "f4", (N_KEYPOINTS,))])


@dataclass(frozen=True, eq=False)
class WindowPoints:
    """The pose model's output for consecutive frames."""

    time: np.ndarray  # (T,) s, monotonic clock
    xy: np.ndarray  # (T, 21, 2) px
    confidence: np.ndarray  # (T, 21)

    def since(self, start: float) -> WindowPoints:
        """Return the part from `start` onwards."""
        keep = self.time >= start
        return WindowPoints(self.time[keep], self.xy[keep], self.confidence[keep])

    def after_gap(self) -> WindowPoints:
        """Return the part after the last gap in the camera's frames."""
        gaps = np.flatnonzero(np.diff(self.time) > LONGEST_GAP_S)
        return self if not len(gaps) else self.since(self.time[gaps[-1] + 1])

    @property
    def length_s(self) -> float:
        """Duration in s."""
        return float(self.time[-1] - self.time[0]) if len(self.time) > 1 else 0.0


class Window:
    """The points of the last seconds; one thread adds them, another reads them."""

    def __init__(self, length_s: float):
        self.length_s = length_s
        self._rows: deque[tuple[float, np.ndarray, np.ndarray]] = deque()
        self._lock = threading.Lock()

    def add(self, time: float, seen: tuple[np.ndarray, np.ndarray] | None) -> None:
        """Add one frame's points; None = nobody was seen."""
        xy, confidence = (BLANK, NOBODY) if seen is None else seen
        with self._lock:
            self._rows.append((time, xy, confidence))
            while self._rows[0][0] < time - self.length_s:
                self._rows.popleft()

    def points(self) -> WindowPoints:
        """Return all stored points."""
        with self._lock:
            rows = tuple(self._rows)
        return WindowPoints(
            np.array([row[0] for row in rows]),
            np.array([row[1] for row in rows]).reshape(-1, N_KEYPOINTS, 2),
            np.array([row[2] for row in rows]).reshape(-1, N_KEYPOINTS),
        )


class BackgroundSampler:
    """Samples the background: number of people, camera movement and camera roll."""

    def __init__(self) -> None:
        self._background = Background()
        self._people: deque[tuple[float, int]] = deque(maxlen=KEPT_LOOKS)

    def look(self, frame: Frame, roi: Roi | None, people: int) -> None:
        """Process one frame and the number of people in it."""
        self._background.look(frame.image, frame.time, roi)
        self._people.append((frame.time, people))
        if len(self._background.time) >= KEPT_LOOKS:
            del self._background.time[: KEPT_LOOKS // 2]
            del self._background.shift[: KEPT_LOOKS // 2]
            del self._background.views[: -KEPT_LOOKS // 30]

    def around(self, time: np.ndarray) -> Surroundings:
        """Return what is known at these times; people are given only where they were counted."""
        people = np.full(len(time), np.nan)
        for at, count in self._people:
            if len(time) and time[0] <= at <= time[-1]:
                people[np.searchsorted(time, at)] = count
        return Surroundings(people, self._background.shift_at(time), self._background.roll_deg)


class Spool:
    """A run's points on disk, so that long runs need no memory; deleted when the process ends."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="formcheck-run-")  # noqa: SIM115  lives as long as the run
        self.first = np.nan  # s, the oldest stored frame
        self.last = -np.inf  # s, the newest stored frame

    def add(self, points: WindowPoints) -> None:
        """Append the frames that are newer than the last one stored."""
        fresh = points.since(np.nextafter(self.last, np.inf))
        if not len(fresh.time):
            return
        rows = np.empty(len(fresh.time), ROW)
        rows["time"], rows["xy"], rows["confidence"] = fresh.time, fresh.xy, fresh.confidence
        self._file.write(rows.tobytes())
        self.first = float(fresh.time[0]) if np.isnan(self.first) else self.first
        self.last = float(fresh.time[-1])

    def points(self, until: float) -> WindowPoints:
        """Return the run up to a time."""
        self._file.seek(0)
        rows = np.frombuffer(self._file.read(), ROW)
        rows = rows[rows["time"] <= until]
        return WindowPoints(rows["time"].copy(), rows["xy"].astype(float), rows["confidence"].astype(float))

    def close(self) -> None:
        """Delete the run."""
        self._file.close()


def track_of(points: WindowPoints, size: tuple[int, int], source: str, around: Surroundings) -> PoseTrack:
    """Return points as a track whose time starts at its first frame."""
    xy, swapped = repair_sides(points.xy, points.time)
    return PoseTrack(
        points.time - points.time[0], xy, points.confidence, size, source, around, int(swapped.sum())
    )  # fmt: skip


def clip_of(points: WindowPoints, size: tuple[int, int], name: str, digest: str = "") -> Clip:
    """Describe points as a clip; its frame rate is the measured mean, which skipped frames reduce."""
    intervals = np.diff(points.time)
    interval = float(np.mean(intervals))
    uneven = float(np.mean(np.abs(intervals - interval) > 0.1 * interval)) > 0.02
    return Clip(
        name, digest, len(points.time), points.length_s + interval, 1 / interval, uneven, *size, 0, 1 / interval
    )  # fmt: skip
