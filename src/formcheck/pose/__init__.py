"""Frames → `PoseTrack`: the runner's joints in every frame, with left and right leg told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from formcheck.errors import UsageError
from formcheck.pose.blazepose import SETTINGS, BlazePose, PersonDetector, Pose, PoseModel
from formcheck.pose.choosing import choose_runner
from formcheck.pose.edges import drop_at_edge
from formcheck.pose.roi import Roi
from formcheck.pose.sides import repair_sides
from formcheck.pose.surroundings import surroundings
from formcheck.pose.tracking import Followed, Follower, TwoPass
from formcheck.scene.segment import one_stretch
from formcheck.types import Frame, LiveModelOption, ModelOption, PoseTrack
from formcheck.weights import installed_model

__all__ = ["BACKENDS", "OWN_MODEL", "LiveTracker", "describe_backend", "track_runner"]

PRECISION = "float32"  # input and arithmetic precision of every ONNX net here
OWN_MODEL = "onnx:"  # followed by the path of a user-supplied model
BACKENDS = ("blazepose", "mediapipe", f"{OWN_MODEL}PATH")

Counter = Callable[[int], None]
LIGHT = "lite"  # the net that locates the runner


def track_runner(
    frames: Iterable[Frame],
    *,
    model: ModelOption = "best",
    backend: str = "blazepose",
    progress: Counter | None = None,
    threads: int | None = None,
) -> PoseTrack:
    """Track the runner through a clip.

    Parameters
    ----------
    frames : the clip. If it can be iterated again (a `FrameReader`, a list) and shows several
        people, an extra pass decides who is running. Otherwise the largest person is tracked.
    model : {"best", "balanced", "fast"}
    backend : {"blazepose", "mediapipe", "onnx:PATH"}
    progress : called with the number of frames processed so far
    threads : number of threads, without effect on the result; None = one per core

    Raises
    ------
    BrokenModel, MissingLibrary, UsageError
    """
    counted = frames if progress is None else _counted(frames, progress)
    if backend == "mediapipe":
        from formcheck.pose.mediapipe import follow, source_of

        return _track(follow(counted, model), source_of(model))
    light, net, detector = BlazePose(LIGHT), _net(model, backend), PersonDetector()
    comparing = net if isinstance(net, BlazePose) else BlazePose(SETTINGS["fast"].net)
    followed = TwoPass(light, net, detector, comparing, threads=threads).run(counted)
    if followed.others and iter(frames) is not frames:
        path = choose_runner(frames, light, detector)
        if path is not None:
            followed = TwoPass(light, net, detector, comparing, path, threads=threads).run(frames)
    return _track(followed, net.name)


def _counted(frames: Iterable[Frame], progress: Counter) -> Iterator[Frame]:
    for count, frame in enumerate(frames, 1):
        progress(count)
        yield frame


def _net(model: str, backend: str) -> PoseModel:
    if backend == "blazepose":
        return BlazePose.of_setting(model)
    if backend.startswith(OWN_MODEL):
        from formcheck.pose.onnx_generic import OwnModel

        return OwnModel.load(backend.removeprefix(OWN_MODEL))
    raise UsageError(
        f"There is no back-end {backend!r}. Choose blazepose, mediapipe, or onnx:PATH for a model of your own."
    )


def _track(followed: Followed, source: str) -> PoseTrack:
    time = followed.time
    keep = np.concatenate([[True], np.diff(time) > 0]) if len(time) else np.zeros(0, bool)
    xy, confidence = drop_at_edge(followed.xy[keep], followed.confidence[keep], followed.size)
    xy, exchanged = repair_sides(xy, time[keep])
    track = PoseTrack(
        time=time[keep],
        xy=xy,
        confidence=confidence,
        size=followed.size,
        source=source,
        surroundings=surroundings(time[keep], followed.people[keep], followed.background, followed.ground),
        swaps_repaired=int(exchanged.sum()),
        clarity=followed.clarity,
    )
    return one_stretch(track, followed.cuts)


def describe_backend(*, model: ModelOption = "best", backend: str = "blazepose") -> dict[str, Any]:
    """Return the net in use, for the record: name, checksum and arithmetic precision."""
    if backend == "mediapipe":
        from formcheck.pose.mediapipe import describe

        return describe(model)
    net = _net(model, backend)
    if not isinstance(net, BlazePose):
        return {"backend": net.name, "model_sha256": getattr(net, "sha256", None), "precision": PRECISION}
    sha256 = installed_model(net.file).sha256
    return {"backend": net.name, "looks": net.looks, "model_sha256": sha256, "precision": PRECISION}


class LiveTracker:
    """Track one person in live video, with one net in one pass.

    Each frame is evaluated once: a second, mirrored evaluation would halve the frame rate.

    Parameters
    ----------
    model : {"fast", "lite", "balanced"}
        "lite" is for machines that cannot keep up with "fast".
    """

    def __init__(self, model: LiveModelOption = "fast"):
        self._detector = PersonDetector()
        net = BlazePose(LIGHT if model == "lite" else SETTINGS[model].net)
        self._follower = Follower(net, self._detector)
        self.source = net.name

    def step(self, frame: Frame) -> tuple[np.ndarray, np.ndarray] | None:
        """Return ((21, 2) px, (21,) confidence) of the person, or None if nobody is detected."""
        pose: Pose | None = self._follower.look(frame.image)
        return None if pose is None else (pose.xy, pose.confidence)

    @property
    def roi(self) -> Roi | None:
        """The square in which the person is searched for in the next frame."""
        return self._follower.roi

    def count_people(self, frame: Frame) -> int:
        """Return how many people are in the frame (costs about as much as one step)."""
        return len(self._detector.find(frame.image))
