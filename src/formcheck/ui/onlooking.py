"""What a visitor sees while a clip is measured: the frame just worked on, steps so far, time left.

Used in worker processes only.
"""

from __future__ import annotations

import json
import time
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from formcheck.skeleton import K
from formcheck.ui.leftovers import PREVIEW, PROGRESS_FILE, put

if TYPE_CHECKING:
    from formcheck.types import Frame

HIGH_PX = 480  # of the picture shown
EVERY_S = 0.4  # between two pictures or notes
COPIES_PER_S = 8.0  # of the clip: frames kept until their pose is known
COPIES = 16
SWAP = 0.04  # of the person's height: how far apart the ankles' heights must be to count as a step
FIRST_POSES = 8  # before the rate is believed
TAIL_S = 2.0  # from the last pose to the result
CHOOSING = 0.3  # of a pass: deciding who is running, where several people are in view


class PoseLike(Protocol):
    """The part of a pose that is needed here."""

    @property
    def xy(self) -> np.ndarray:
        """Keypoints in px of the whole frame, (21, 2); NaN = not seen."""

    @property
    def confidence(self) -> np.ndarray:
        """Their confidences, (21,) 0..1."""


@dataclass(frozen=True, eq=False)
class QuickPose:
    """A pose that is shown and not measured."""

    xy: np.ndarray  # (21, 2) px
    confidence: np.ndarray  # (21,) 0..1


@dataclass(frozen=True)
class Note:
    """Progress of a worker."""

    stage: str
    share: float  # 0..1 of this stage
    spent_s: float  # since the stage began
    left_s: float | None = None  # None = not known; then the share tells
    steps: int = 0
    pictures: int = 0  # counts up with each new preview


def _height(pose: PoseLike) -> float:
    """Return the height of the keypoints found, px."""
    return float(np.nanmax(pose.xy[:, 1]) - np.nanmin(pose.xy[:, 1]))


class StepCount:
    """Counts steps roughly: the lower foot changes once a step, from every side."""

    def __init__(self) -> None:
        self.steps = 0
        self._lower = 0

    def add(self, pose: PoseLike) -> None:
        """Look at one more frame."""
        apart = float(pose.xy[K["left_ankle"], 1] - pose.xy[K["right_ankle"], 1])
        if not abs(apart) > SWAP * _height(pose):  # also where one is not seen
            return
        lower = 1 if apart > 0 else -1
        self.steps += self._lower not in (0, lower)
        self._lower = lower


class Pace:
    """Time left, from the poses found so far.

    Parameters
    ----------
    frames : of the clip
    passes : 2 where several people are in view: then the clip is read once more for the runner
    then : work that follows the last pose, in frames
    """

    def __init__(self, frames: int, passes: int = 1, then: float = 0.0):
        self.frames, self.passes, self.then = max(1, frames), passes, then
        self.poses, self._pass = 0, 1
        self._began = time.monotonic()
        self._last = -np.inf

    def add(self, at: float) -> bool:
        """Count the pose of the frame at a time, s in the clip; return whether a new pass begins."""
        again = at < self._last
        if again:
            self._pass, self.poses = self._pass + 1, 0
            self.passes = max(self.passes, self._pass)
        if self.poses == 0:
            self._began = time.monotonic()
        self._last, self.poses = at, self.poses + 1
        return again

    @property
    def share(self) -> float:
        """The share of all passes that is done, 0..1."""
        return min(1.0, (self._pass - 1 + min(1.0, self.poses / self.frames)) / self.passes)

    @property
    def rate_s(self) -> float | None:
        """Time for one pose, s; None before a few are there."""
        if self.poses < FIRST_POSES:
            return None
        return (time.monotonic() - self._began) / (self.poses - 1)

    @property
    def left_s(self) -> float | None:
        """Time until the result, s; None before a few poses are there."""
        if self.rate_s is None:
            return None
        more = (1 + CHOOSING) * (self.passes - self._pass)
        return self.rate_s * (max(0, self.frames - self.poses) + more * self.frames + self.then) + TAIL_S


class Onlooker:
    """Writes what the visitor sees into a clip's folder.

    Parameters
    ----------
    folder : of the clip
    stage : what is being done, in words
    near : the leg nearer to the camera, if known
    """

    def __init__(self, folder: Path, stage: str, pace: Pace, near: str | None = None):
        self.folder, self.stage, self.pace, self.near = folder, stage, pace, near
        self.count = StepCount()
        self.pictures = 0
        self._copies: deque[tuple[float, np.ndarray, float]] = deque(maxlen=COPIES)
        self._next_copy, self._next = -np.inf, -np.inf
        self._began = time.monotonic()

    def frame(self, frame: Frame) -> None:
        """Keep a small copy of a frame now and then, until its pose is known."""
        import cv2

        if self._copies and frame.time < self._copies[-1][0]:
            self._copies.clear()
            self._next_copy = -np.inf
        if frame.time < self._next_copy:
            return
        self._next_copy = frame.time + 1 / COPIES_PER_S
        scale = min(1.0, HIGH_PX / frame.image.shape[0])
        small = cv2.resize(frame.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        self._copies.append((frame.time, small, scale))

    def opening(self, at: float, pose: PoseLike | None) -> None:
        """Show a frame before the work proper begins."""
        if time.monotonic() >= self._next:
            self._show(at, pose)

    def pose(self, at: float, pose: PoseLike | None) -> None:
        """Take over the pose of the frame at a time, s in the clip."""
        if self.pace.add(at):
            self.count = StepCount()
        if pose is not None:
            self.count.add(pose)
        if time.monotonic() >= self._next:
            self._show(at, pose)

    def _show(self, at: float, pose: PoseLike | None) -> None:
        """Write the picture, if there is one of this frame, and the note."""
        copy = next(((image, scale) for time_, image, scale in self._copies if time_ == at), None)
        if copy is None and self.pictures:
            return
        self._next = time.monotonic() + EVERY_S
        with suppress(OSError):  # a full disk is reported with the results
            if copy is not None:
                self.pictures += 1
                put(self.folder / PREVIEW, _jpeg(*copy, pose, self.near))
            spent = time.monotonic() - self._began
            note = Note(self.stage, self.pace.share, spent, self.pace.left_s, self.count.steps, self.pictures)
            put(self.folder / PROGRESS_FILE, json.dumps(asdict(note)).encode())


def _jpeg(image: np.ndarray, scale: float, pose: PoseLike | None, near: str | None) -> bytes:
    """Return a picture with the skeleton on it."""
    import cv2

    from formcheck.draw import style
    from formcheck.draw.figure import Figure, draw_skeleton

    picture = image.copy()
    if pose is not None:
        xy = np.where((pose.confidence >= style.SEEN)[:, None], pose.xy, np.nan) * scale
        up, hips = np.array([0.0, -1.0]), 0.5 * (xy[K["left_hip"]] + xy[K["right_hip"]])
        draw_skeleton(
            picture, Figure(xy, pose.confidence >= style.SURE, near, _height(pose) * scale, up, 1.0, hips)
        )
    _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
    return bytes(data)
