"""Track one runner through a clip.

For files, two passes run at once. In the first, a light net locates the runner about fifteen
times per second, half as often during calm motion. Its path, smoothed to both sides of a frame,
gives the square for the chosen net. The second pass has no memory between frames, so the frames
are distributed to as many threads as there are cores (or as are allowed), and the result does
not depend on which thread finishes first. How much is computed for a frame depends on its time
and its own image alone (`effort`); the rest is filled in at the end (`filling`). Only a third
of a second of frames is held in memory.
"""

from __future__ import annotations

import os
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from formcheck.pose.blazepose import BlazePose, DetectedPose, PersonDetector, PoseModel
from formcheck.pose.clarity import ClarityCheck, Comparing
from formcheck.pose.crowd import next_count, people_in, two_people
from formcheck.pose.effort import Effort, Schedule, worth_looking
from formcheck.pose.filling import confidence_between, corrections_between
from formcheck.pose.ground import Ground
from formcheck.pose.loops import Loops
from formcheck.pose.person_path import PersonPath
from formcheck.pose.roi import Roi
from formcheck.pose.shots import Shots
from formcheck.pose.surroundings import Background
from formcheck.skeleton import N_KEYPOINTS
from formcheck.types import Clarity, Frame

LOOKS_PER_S = 15.0  # evaluations in the first pass
CALM_S, CALM_SPEED = 0.133, 0.5  # s between evaluations; squares per s, below which motion is calm
REACH_S, MOST_HELD = 0.36, 44  # s of path smoothed to either side; frames held in memory
SMALL_PICTURE_PX = 1_000_000  # a frame this small is held whole: that costs less than cropping
LARGEST_PX = 1600  # larger crops are halved before they are held
Watch = Callable[[float, DetectedPose | None], None]
NOBODY = np.full((N_KEYPOINTS, 5), np.nan)  # x, y, confidence, and what a second look added in x and y


class Follower:
    """Tracks one person from frame to frame.

    Parameters
    ----------
    model : the net that is evaluated
    detector : finds people when there is nobody to track
    start : where to begin; None = the largest person
    """

    def __init__(self, model: PoseModel, detector: PersonDetector, start: Roi | None = None):
        self.model, self.detector, self.roi = model, detector, start
        self._last: Roi | None = start

    def look(self, image: np.ndarray) -> DetectedPose | None:
        """Return the person's pose in the next frame, or None if lost."""
        if self.roi is None:
            self.roi = self._nearest(self.detector.find(image) or people_in(image, self.detector))
        if self.roi is None:
            return None
        pose = self.model.find(image, self.roi)
        self.roi = pose.roi if pose else None
        self._last = self.roi or self._last
        return pose

    def _nearest(self, found: list[Roi]) -> Roi | None:
        """Return the person tracked before, judged by place and size; else the largest."""
        if not found or self._last is None:
            return found[0] if found else None
        last = self._last
        return min(
            found,
            key=lambda roi: (
                np.hypot(roi.x - last.x, roi.y - last.y) / last.size + abs(np.log(roi.size / last.size))
            ),
        )


@dataclass(frozen=True, eq=False)
class Followed:
    """One person's poses, and the other people in view."""

    time: np.ndarray  # (T,) s
    xy: np.ndarray  # (T, 21, 2) px
    confidence: np.ndarray  # (T, 21)
    people: np.ndarray  # (T,) NaN where people were not counted
    size: tuple[int, int]
    background: Background
    ground: Ground
    looked: np.ndarray  # (T,) bool, frames that were looked at; no keypoints in the others
    others: bool  # another person of comparable size was detected more than once
    cuts: np.ndarray  # (C,) s, start of each further shot
    clarity: Clarity


@dataclass(frozen=True, eq=False)
class _Held:
    """A frame that waits for its square: only the part around the person."""

    time: float
    image: np.ndarray
    corner: tuple[int, int]  # px
    scale: float

    @classmethod
    def around(cls, frame: Frame, roi: Roi | None) -> _Held:
        if roi is None:
            return cls(frame.time, frame.image[:0], (0, 0), 1.0)
        height, width = frame.image.shape[:2]
        if height * width <= SMALL_PICTURE_PX:
            return cls(frame.time, frame.image, (0, 0), 1.0)
        half = 0.75 * roi.size
        x0, x1 = (int(np.clip(v, 0, width)) for v in (roi.x - half, roi.x + half))
        y0, y1 = (int(np.clip(v, 0, height)) for v in (roi.y - half, roi.y + half))
        cut = frame.image[y0:y1, x0:x1]
        if max(cut.shape[:2]) > LARGEST_PX and min(cut.shape[:2]) > 1:
            small = cv2.resize(cut, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            return cls(frame.time, small, (x0, y0), 0.5)
        return cls(frame.time, cut.copy(), (x0, y0), 1.0)

    def find(self, model: PoseModel, roi: Roi | None, effort: Effort) -> DetectedPose | None:
        """Return the pose, in px of the whole frame; None if nobody was detected or searched for."""
        if roi is None or not self.image.size:
            return None
        pose = model.find(self.image, roi.moved(*self.corner, self.scale), effort)
        if pose is None:
            return None
        added, apart = (None if each is None else each / self.scale for each in (pose.added, pose.apart))
        return DetectedPose(pose.xy / self.scale + np.array(self.corner), pose.confidence, None, added, apart)


class AtOnce(Executor):
    """Executor that does the work in the calling thread, for use with one thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Return a future that is already done."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Lookout:
    """Observes the runner's surroundings: background, cuts, other people and image clarity."""

    def __init__(self, detector: PersonDetector, comparing: Comparing, compared_elsewhere: bool = False):
        self.background = Background()
        self.ground = Ground()
        self.shots = Shots()
        self.loops = Loops()
        self.clarity = ClarityCheck(comparing, compared_elsewhere)
        self._detector = detector
        self._counts: list[tuple[float, int, bool]] = []  # s, people, another person of comparable size
        self._next_count = -np.inf
        self._began: float | None = None

    def glance(self, frame: Frame, runner: Roi | None) -> None:
        """Process every frame: detect movement and changes from one to the next."""
        self.shots.look(frame.image, frame.time)
        self.loops.look(frame.image, frame.time)
        self.ground.look(frame.image, frame.time, runner)

    def look(self, frame: Frame, runner: Roi | None) -> None:
        """Process one sampled frame; people are counted about once per second."""
        self.background.look(frame.image, frame.time, runner)
        self.clarity.look(frame.image, frame.time, runner)
        if frame.time >= self._next_count:
            self._count(frame, runner)
            self._began = frame.time if self._began is None else self._began
            self._next_count = next_count(frame.time, self._began)

    def _count(self, frame: Frame, runner: Roi | None) -> None:
        found = people_in(frame.image, self._detector)
        if runner is None:
            self._counts.append((frame.time, len(found), False))
            return
        others = [roi for roi in found if two_people(roi, runner)]
        comparable = any(roi.size > 0.5 * runner.size for roi in others)
        self._counts.append((frame.time, 1 + len(others) if found else 0, comparable))

    def people_at(self, time: np.ndarray) -> np.ndarray:
        """Return (T,) the number of people counted at these times, NaN where they were not counted."""
        people = np.full(len(time), np.nan)
        for at, count, _ in self._counts:
            people[np.searchsorted(time, at).clip(0, len(time) - 1)] = count
        return people

    def cuts(self) -> np.ndarray:
        """Return the times (s) at which another shot, or another pass of a loop, begins."""
        return np.union1d(self.shots.cuts(), self.loops.seams())

    @property
    def others(self) -> bool:
        """Whether another person of comparable size was detected more than once."""
        return sum(comparable for _, _, comparable in self._counts) >= 2


class Poses:
    """The poses of all frames in one block of memory.

    One small array per frame, allocated between large frames that come and go, would fragment the
    memory: a clip of five minutes took 100 MB more.
    """

    def __init__(self) -> None:
        self._rows = array("f")  # 21 x `NOBODY` per frame that was looked at

    def add(self, pose: DetectedPose | None) -> None:
        """Add the next frame's pose, None if nobody is detected."""
        row = NOBODY.copy()
        if pose is not None:
            row[:, :2], row[:, 2] = pose.xy, pose.confidence
            row[:, 3:] = np.nan if pose.added is None else pose.added
        self._rows.frombytes(row.astype(np.float32).tobytes())

    def gathered(
        self, time: np.ndarray, looked: np.ndarray, size: tuple[int, int], lookout: Lookout
    ) -> Followed:
        """Combine the poses of the frames looked at, of all at (T,) s, with the observations around them."""
        rows = np.array(self._rows, float).reshape(-1, N_KEYPOINTS, 5)
        at, points = time[looked], rows[..., :2]
        xy, confidence = np.full((len(time), N_KEYPOINTS, 2), np.nan), np.zeros((len(time), N_KEYPOINTS))
        xy[looked] = points + corrections_between(at, rows[..., 3:], points)
        confidence[looked] = confidence_between(at, rows[..., 2], np.isfinite(points).any(axis=(1, 2)))
        return Followed(
            time, xy, confidence, lookout.people_at(time), size, lookout.background, lookout.ground, looked,
            lookout.others, lookout.cuts(), lookout.clarity.result(),
        )  # fmt: skip


class TwoPass:
    """The two passes over one clip; `run` is called once.

    Parameters
    ----------
    light, model : the nets of the first and the second pass
    detector : counts people, and finds the runner
    comparing : the net that evaluates a sample of the frames twice
    given : where the runner is, if known; then the first pass does not search
    threads : threads of the second pass; None = one per core
    watch : called with each frame's time and its pose, in order, as they are found
    """

    def __init__(
        self,
        light: PoseModel,
        model: PoseModel,
        detector: PersonDetector,
        comparing: Comparing,
        given: PersonPath | None = None,
        *,
        threads: int | None = None,
        watch: Watch | None = None,
    ):
        self.model = model
        self._watch = watch
        self.path = PersonPath() if given is None else given
        self._given = given is not None
        self._threads = max(1, min(8, threads or os.cpu_count() or 1))
        self._follower = Follower(light, detector)
        self._lookout = Lookout(detector, comparing, isinstance(model, BlazePose))
        self._waiting: deque[_Held] = deque()
        self._asked: deque[tuple[float, Roi | None, Future[DetectedPose | None]]] = deque()
        self._schedule = Schedule()
        self._poses = Poses()
        self._next_look = -np.inf
        self._roi: Roi | None = None
        self._reach = REACH_S

    def run(self, frames: Iterable[Frame]) -> Followed:
        """Return the runner's poses in every frame that is worth looking at."""
        size, times, looked = (0, 0), array("d"), array("b")
        with AtOnce() if self._threads == 1 else ThreadPoolExecutor(self._threads) as pool:
            for frame, worth in worth_looking(frames):
                times.append(frame.time)
                looked.append(worth)
                if worth:
                    size = frame.image.shape[1], frame.image.shape[0]
                    self._take(frame)
                    self._submit(pool, until=frame.time - self._reach)
                    self._collect(left=3 * self._threads)
            self._submit(pool, until=np.inf)
            self._collect(left=0)
        return self._poses.gathered(np.array(times), np.array(looked, bool), size, self._lookout)

    def _take(self, frame: Frame) -> None:
        if frame.time >= self._next_look - 1e-6:
            self._look(frame)
            self._next_look = frame.time + self._pause() - 0.004
        self._lookout.glance(frame, self._roi)
        self._waiting.append(_Held.around(frame, self._roi))
        if len(self._waiting) > 2:
            interval = (self._waiting[-1].time - self._waiting[0].time) / (len(self._waiting) - 1)
            self._reach = min(REACH_S, max(MOST_HELD * interval, 2 / LOOKS_PER_S))

    def _look(self, frame: Frame) -> None:
        if self._given:
            self._roi = self.path.at(frame.time, REACH_S)
        else:
            pose = self._follower.look(frame.image)
            self._roi = pose.roi if pose else None
            self.path.add(frame.time, self._roi)
        self._lookout.look(frame, self._roi)

    def _pause(self) -> float:
        """Return the time until the next evaluation: longer while runner and camera keep still."""
        usual = 1 / LOOKS_PER_S
        if self._given or self._roi is None or len(self.path.time) < 2:
            return usual
        before, now = self.path.rows[-2:]
        speed = float(np.abs(now - before)[:3].max()) / (self.path.time[-1] - self.path.time[-2])
        calm = max(speed, self._lookout.background.speed) < CALM_SPEED * self._roi.size
        return max(usual, min(CALM_S, 0.5 * self._reach)) if calm else usual

    def _submit(self, pool: Executor, until: float) -> None:
        """Send every waiting frame up to a time to the second pass."""
        while self._waiting and self._waiting[0].time <= until:
            held = self._waiting.popleft()
            roi = self.path.at(held.time, self._reach)
            effort = self._schedule.effort(held.time, roi)
            self._asked.append((held.time, roi, pool.submit(held.find, self.model, roi, effort)))
            if not self._given:
                self.path.forget_before(held.time - self._reach)

    def _collect(self, left: int) -> None:
        """Wait until at most `left` frames are in the second pass; keep the poses, not the frames."""
        while len(self._asked) > left:
            time, roi, future = self._asked.popleft()
            pose = future.result()
            if self._watch:
                self._watch(time, pose)
            self._poses.add(pose)
            if pose and roi and pose.apart is not None:
                self._lookout.clarity.add(pose.apart, roi)


def sparse(frames: Iterable[Frame], per_s: float) -> Iterator[Frame]:
    """Yield about this many frames per second."""
    due = -np.inf
    for frame in frames:
        if frame.time >= due - 1e-6:
            due = frame.time + 1 / per_s - 0.004
            yield frame
