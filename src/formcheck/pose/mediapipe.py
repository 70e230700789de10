"""MediaPipe Tasks as the second back-end: the same weights in Google's own pipeline.

A cross-check of our own pipeline. MediaPipe tracks the first person it finds, and its video
mode always smooths points over past frames, so fast points lag slightly. Only versions that
send no usage metrics are installed (pyproject.toml).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from formcheck import weights
from formcheck.errors import BrokenModel, MissingLibrary
from formcheck.pose.blazepose import BlazePose, DetectedPose, PersonDetector
from formcheck.pose.landmark_net import BLAZEPOSE_INDEX, trusted
from formcheck.pose.roi import GROWN, Roi
from formcheck.pose.tracking import LOOKS_PER_S, Followed, Lookout, Poses, Watch
from formcheck.skeleton import KEYPOINTS, K
from formcheck.types import Frame

SIZES = {"fast": "lite", "balanced": "full", "best": "heavy"}
ROWS = tuple(BLAZEPOSE_INDEX[name] for name in KEYPOINTS)


def follow(frames: Iterable[Frame], model: str, watch: Watch | None = None) -> Followed:
    """Track one person through a clip.

    Raises
    ------
    BrokenModel
        If the bundle of this size does not exist.
    MissingLibrary
        If MediaPipe cannot be loaded.
    """
    lookout = Lookout(PersonDetector(), BlazePose(SIZES[model]))
    size, next_look = (0, 0), -np.inf
    times: list[float] = []
    poses = Poses()
    with _Tracker(model) as tracker:
        for frame in frames:
            size = frame.image.shape[1], frame.image.shape[0]
            pose = tracker.find(frame)
            times.append(frame.time)
            if watch:
                watch(frame.time, pose)
            poses.add(pose)
            lookout.glance(frame, pose.roi if pose else None)
            if frame.time >= next_look - 1e-6:
                lookout.look(frame, pose.roi if pose else None)
                next_look = frame.time + 1 / LOOKS_PER_S - 0.004
    return poses.gathered(np.array(times), np.ones(len(times), bool), size, lookout)


class MediaPipe:
    """MediaPipe's own pose landmarker as a back-end."""

    def __init__(self, model: str):
        self._model = model
        self.source = f"mediapipe-{SIZES[model]}"

    def follow(
        self, counted: Iterable[Frame], _: Iterable[Frame], threads: int | None, watch: Watch | None
    ) -> Followed:
        """Track one person through a clip; MediaPipe decides about threads itself."""
        return follow(counted, self._model, watch)

    def describe(self) -> dict[str, Any]:
        """Return the bundle in use: name and checksum."""
        return {"backend": self.source, "model_sha256": _bundle(self._model).sha256}


def _bundle(model: str) -> weights.InstalledModel:
    size = SIZES[model]
    name = f"pose_landmarker_{size}.task"
    if not weights.is_there(name):
        raise BrokenModel(
            f"MediaPipe's {size} model does not come with FormCheck: make it in the repository with "
            f"scripts/build_models --mediapipe {size}, or choose --model balanced."
        )
    return weights.installed_model(name)


class _Tracker:
    """MediaPipe's own detector, tracker and filter."""

    def __init__(self, model: str):
        bundle = _bundle(model)
        try:
            with _silence():
                from mediapipe import Image, ImageFormat
                from mediapipe.tasks.python import BaseOptions, vision
        except (ImportError, OSError) as error:
            raise MissingLibrary.because("MediaPipe", error) from error

        def picture(image: np.ndarray) -> Any:
            return Image(ImageFormat.SRGB, np.ascontiguousarray(image))

        self._picture = picture
        self._options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(bundle.path)),
            running_mode=vision.RunningMode.VIDEO,
        )
        self._open = vision.PoseLandmarker.create_from_options
        self._last_ms = -1

    def __enter__(self) -> _Tracker:
        with _silence():
            self._landmarker = self._open(self._options)
        return self

    def __exit__(self, *_: object) -> None:
        self._landmarker.close()

    def find(self, frame: Frame) -> DetectedPose | None:
        """Return the person's pose in the next frame, or None if nobody is detected."""
        first, self._last_ms = self._last_ms < 0, max(self._last_ms + 1, round(1000 * frame.time))
        with _silence() if first else nullcontext():
            found = self._landmarker.detect_for_video(self._picture(frame.image), self._last_ms)
        if not found.pose_landmarks:
            return None
        points = [found.pose_landmarks[0][row] for row in ROWS]
        height, width = frame.image.shape[:2]
        xy = np.array([(point.x * width, point.y * height) for point in points])
        visibility = np.array([point.visibility for point in points])
        presence = np.array([point.presence for point in points])
        return DetectedPose(xy, trusted(visibility, presence), _around(xy))


def _around(xy: np.ndarray) -> Roi:
    """Return approximately the square BlazePose would use: mid-hip in the centre, the whole body inside."""
    middle = 0.5 * (xy[K["left_hip"]] + xy[K["right_hip"]])
    radius = float(np.linalg.norm(xy - middle, axis=-1).max())
    return Roi(float(middle[0]), float(middle[1]), 2 * GROWN * radius, 0.0)


@contextmanager
def _silence() -> Iterator[None]:
    """Hide what native code writes to stderr while it starts."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
