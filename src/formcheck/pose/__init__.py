"""Frames → `PoseTrack`: the runner's joints in every frame, with left and right leg told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import numpy as np

from formcheck.errors import UsageError
from formcheck.pose.blazepose import SETTINGS, BlazePose, DetectedPose, PersonDetector, PoseModel
from formcheck.pose.choosing import choose_runner
from formcheck.pose.edges import drop_at_edge
from formcheck.pose.filling import points_between
from formcheck.pose.roi import Roi
from formcheck.pose.runtimes import IN_RECORDS, Precision, precision_of
from formcheck.pose.sides import repair_sides
from formcheck.pose.surroundings import surroundings
from formcheck.pose.tracking import Followed, Follower, TwoPass, Watch
from formcheck.scene.segment import select_segment
from formcheck.types import Frame, LiveModelOption, ModelOption, PoseTrack, PrecisionOption
from formcheck.weights import installed_model

__all__ = ["BACKENDS", "OWN_MODEL", "LiveTracker", "Watch", "describe_backend", "track_runner"]

OWN_MODEL = "onnx:"  # followed by the path of a user-supplied model
BACKENDS = ("blazepose", "mediapipe", f"{OWN_MODEL}PATH")

Counter = Callable[[int], None]
LIGHT = "lite"  # the net that locates the runner


class Backend(Protocol):
    """What turns frames into keypoints: one entry of `TABLE`."""

    @property
    def source(self) -> str:
        """The name stored with its tracks; it decides which errors their measurements are given."""

    def follow(
        self, counted: Iterable[Frame], frames: Iterable[Frame], threads: int | None, watch: Watch | None
    ) -> Followed:
        """Track one runner. `counted` is read once and reports progress; `frames` may be read again."""

    def describe(self) -> dict[str, Any]:
        """Return name, checksum and arithmetic precision, for the record."""


class OnnxBackend:
    """A net in our own pipeline: detector, region of interest, landmarks, two passes."""

    def __init__(self, net: PoseModel, precision: Precision):
        self._net, self._precision = net, precision
        self.source = net.name

    def follow(
        self, counted: Iterable[Frame], frames: Iterable[Frame], threads: int | None, watch: Watch | None
    ) -> Followed:
        """Track the largest person, or with several people in view the one who runs."""
        net, detector = self._net, PersonDetector()
        light = BlazePose(LIGHT, precision=self._precision)
        comparing = net if isinstance(net, BlazePose) else BlazePose(SETTINGS["fast"].net)
        followed = TwoPass(light, net, detector, comparing, threads=threads, watch=watch).run(counted)
        if followed.others and iter(frames) is not frames:
            path = choose_runner(frames, light, detector)
            if path is not None:
                again = TwoPass(light, net, detector, comparing, path, threads=threads, watch=watch)
                return again.run(frames)
        return followed

    def describe(self) -> dict[str, Any]:
        """Return name, checksum and precision, of our own nets also how often they look."""
        net, precision = self._net, IN_RECORDS[self._precision]
        if not isinstance(net, BlazePose):
            return {"backend": net.name, "model_sha256": getattr(net, "sha256", None), "precision": precision}
        sha256 = installed_model(net.file).sha256
        return {"backend": net.name, "looks": net.looks, "model_sha256": sha256, "precision": precision}


def _blazepose(model: ModelOption, precision: PrecisionOption, _: str) -> Backend:
    chosen = precision_of(precision)
    return OnnxBackend(BlazePose.of_setting(model, chosen), chosen)


def _own_model(_: ModelOption, precision: PrecisionOption, path: str) -> Backend:
    from formcheck.pose.onnx_generic import OwnModel

    _refuse_bfloat16(precision)
    return OnnxBackend(OwnModel.load(path), "fp32")


def _mediapipe(model: ModelOption, precision: PrecisionOption, _: str) -> Backend:
    from formcheck.pose.mediapipe import MediaPipe

    _refuse_bfloat16(precision)
    return MediaPipe(model)


def _refuse_bfloat16(precision: PrecisionOption) -> None:
    if precision == "bf16":
        raise UsageError("Only the back-end blazepose computes in bfloat16. Leave out --precision bf16.")


TABLE: dict[str, Callable[[ModelOption, PrecisionOption, str], Backend]] = {
    "blazepose": _blazepose,
    "mediapipe": _mediapipe,
    "onnx": _own_model,
}
"""Every back-end by name: what makes it from the setting, the precision and, after "onnx:", a path."""


def track_runner(
    frames: Iterable[Frame],
    *,
    model: ModelOption = "best",
    backend: str = "blazepose",
    precision: PrecisionOption = "fp32",
    progress: Counter | None = None,
    threads: int | None = None,
    watch: Watch | None = None,
) -> PoseTrack:
    """Track the runner through a clip.

    Parameters
    ----------
    frames : the clip. If it can be iterated again (a `FrameReader`, a list) and shows several
        people, an extra pass decides who is running. Otherwise the largest person is tracked.
    model : {"best", "balanced", "fast"}
    backend : {"blazepose", "mediapipe", "onnx:PATH"}
    precision : {"fp32", "bf16", "auto"}
        What the nets compute in; "auto" = bfloat16 with the extra `openvino` on a processor that has it.
    progress : called with the number of frames processed so far
    threads : number of threads, without effect on the result; None = one per core
    watch : called with each frame's time (s) and its pose (None = nobody) as they are found; of a clip
        that is read twice, again from the first frame on

    Raises
    ------
    BrokenModel, MissingLibrary, UsageError
    """
    counted = frames if progress is None else _counted(frames, progress)
    chosen = _backend(model, backend, precision)
    return _track(chosen.follow(counted, frames, threads, watch), chosen.source)


def _counted(frames: Iterable[Frame], progress: Counter) -> Iterator[Frame]:
    for count, frame in enumerate(frames, 1):
        progress(count)
        yield frame


def _backend(model: ModelOption, name: str, precision: PrecisionOption) -> Backend:
    """Return a back-end by its name, "onnx:PATH" with the path of the user's model."""
    kind, _, path = name.partition(":")
    if kind not in TABLE or (kind == "onnx") != bool(path):
        raise UsageError(
            f"There is no back-end {name!r}. Choose blazepose, mediapipe, or onnx:PATH for a model of your own."
        )
    return TABLE[kind](model, precision, path)


def _track(followed: Followed, source: str) -> PoseTrack:
    time = followed.time
    keep = np.concatenate([[True], np.diff(time) > 0]) if len(time) else np.zeros(0, bool)
    here = keep & followed.looked
    xy, confidence = drop_at_edge(followed.xy[here], followed.confidence[here], followed.size)
    xy, swapped = repair_sides(xy, time[here])
    xy, confidence = points_between(time[keep], followed.looked[keep], xy, confidence)
    track = PoseTrack(
        time=time[keep],
        xy=xy,
        confidence=confidence,
        size=followed.size,
        source=source,
        surroundings=surroundings(time[keep], followed.people[keep], followed.background, followed.ground),
        swaps_repaired=int(swapped.sum()),
        clarity=followed.clarity,
    )
    return select_segment(track, followed.cuts)


def describe_backend(
    *, model: ModelOption = "best", backend: str = "blazepose", precision: PrecisionOption = "fp32"
) -> dict[str, Any]:
    """Return the net in use, for the record: name, checksum and arithmetic precision."""
    return _backend(model, backend, precision).describe()


class LiveTracker:
    """Track one person in live video, with one net in one pass.

    Each frame is evaluated once: a second, mirrored evaluation would halve the frame rate.

    Parameters
    ----------
    model : {"fast", "lite", "balanced"}
        "lite" is for machines that cannot keep up with "fast".
    precision : {"auto", "fp32", "bf16"}
    """

    def __init__(self, model: LiveModelOption = "fast", precision: PrecisionOption = "fp32"):
        self._detector = PersonDetector()
        net = BlazePose(LIGHT if model == "lite" else SETTINGS[model].net, precision=precision_of(precision))
        self._follower = Follower(net, self._detector)
        self.source, self.precision = net.name, IN_RECORDS[net.precision]

    def step(self, frame: Frame) -> tuple[np.ndarray, np.ndarray] | None:
        """Return ((21, 2) px, (21,) confidence) of the person, or None if nobody is detected."""
        pose: DetectedPose | None = self._follower.look(frame.image)
        return None if pose is None else (pose.xy, pose.confidence)

    @property
    def roi(self) -> Roi | None:
        """The square in which the person is searched for in the next frame."""
        return self._follower.roi

    def count_people(self, frame: Frame) -> int:
        """Return how many people are in the frame (costs about as much as one step)."""
        return len(self._detector.find(frame.image))
