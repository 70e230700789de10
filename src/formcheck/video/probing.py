"""What a clip is: its times from the packets, its size and turn from the first pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.errors import UnreadableInput
from formcheck.files.atomic import printable
from formcheck.files.ownership import sha256_of
from formcheck.frame_rate import in_words
from formcheck.types import Clip, Warn
from formcheck.video.clock import ClockKind
from formcheck.video.container import (
    LONGEST_S,
    MOST_FRAMES,
    check_size,
    decoded,
    opened,
    packets,
    too_many_frames,
)
from formcheck.video.distinct import Distinct, find_distinct
from formcheck.video.picture import orientation_of, plausible_aspect, shown_size
from formcheck.video.source import NOT_A_VIDEO, existing

NOMINAL_FPS = 30.0  # of a stream that has no times at all
JITTER = 0.10  # of a frame interval: more is called variable
UNEVEN_SHARE = 0.02  # of the intervals: fewer uneven ones make no variable frame rate
CAPTURE_TAGS = ("com.android.capture.fps", "com.apple.quicktime.capture-fps")
MISSING_SHARE = 0.02  # of the frames: fewer missing ones need no word
SPARSE_SHARE = 0.5  # of the packets: with more of them untimed, pictures are counted
FIRST_PICTURES = 24  # looked at: B-frames are out of order among fewer

REPEATED = "repeated_frames"
CUT_SHORT = Warn("truncated", "The file is cut short: its beginning could be read, the rest is missing.")


def describe(path: str | Path, *, capture_fps: float | None = None) -> Clip:
    """Describe a video file from its packets and its first pictures.

    Raises
    ------
    UnreadableInput
        If it is not a video, is damaged beyond its first frame, too large or too long.
    """
    return probe(path, capture_fps=capture_fps).clip


@dataclass(frozen=True, eq=False)
class Probe:
    """What is known of a file before it is read through."""

    clip: Clip
    aspect: float  # how many times as wide as high a stored pixel is shown
    stored_size: tuple[int, int]  # px, of the first picture
    told_by: ClockKind
    distinct: Distinct | None = None  # None = no picture is shown repeatedly


def probe(path: str | Path, *, capture_fps: float | None = None, known: Clip | None = None) -> Probe:
    """Look at a file as `describe` does, and return also what reading needs to know.

    If the file was described before, as `known`, repeated pictures are searched for only if there were any.
    """
    path = existing(path)
    with opened(path) as (container, stream):
        stamps = _stamps(container, stream, path.name)
        tag = _capture_tag(container, stream)
    with opened(path) as (container, stream):
        aspect = plausible_aspect(stream.sample_aspect_ratio)
        first, shown = _first(islice(decoded(container, stream), FIRST_PICTURES))
    if first is None:
        raise UnreadableInput(f"{path.name} holds no picture that can be read. {NOT_A_VIDEO}")
    check_size(path.name, first.width, first.height)
    orientation = orientation_of(first, path.name)
    told_by = _clock(stamps, shown)
    times = stamps.by(told_by)
    distinct = find_distinct(path, told_by, times) if known is None or shows_repeats(known) else None
    clip = _clip(
        path,
        times if distinct is None else distinct.times,
        _usual(times) if distinct is None else distinct.interval_s,
        shown_size(first, aspect, orientation),
        orientation.rotation,
        tag,
        capture_fps,
    )
    warnings = [CUT_SHORT] if stamps.cut_short else []
    if distinct is not None:
        warnings.append(_repeated(times, clip))
    stored = first.width, first.height
    return Probe(replace(clip, warnings=tuple(warnings)), aspect, stored, told_by, distinct)


def _first(frames: Iterator[Any]) -> tuple[Any, list[int | None]]:
    """Return the first decoded frame, None if there is none, and the time stamps of all; no other is kept in memory."""
    first, shown = None, []
    for frame in frames:
        first = frame if first is None else first
        shown.append(frame.pts)
    return first, shown


def shows_repeats(clip: Clip) -> bool:
    """Return whether pictures of a clip are shown repeatedly."""
    return any(warning.code == REPEATED for warning in clip.warnings)


def _repeated(times: np.ndarray, clip: Clip) -> Warn:
    shown, different = in_words(1 / _usual(times)), in_words(clip.fps)
    words = f"Of {shown} frames a second only {different} are distinct; repeated frames were left out."
    return Warn(REPEATED, words)


@dataclass(frozen=True, eq=False)
class Stamps:
    """The times that a track's packets carry."""

    presented: np.ndarray  # (N,) s, in the order of the file; NaN = none
    decoded: np.ndarray  # (N,) s
    promised_s: float  # what the container says it holds
    missing: bool  # clearly fewer packets are there than the container promises

    @property
    def as_decoded(self) -> bool:
        """Whether presentation times are missing, or never differ in order from those of decoding."""
        return bool(np.isnan(self.presented).any() or np.all(np.diff(self.presented) > 0))

    @property
    def sparse(self) -> bool:
        """Whether most packets have no time at all."""
        return bool(np.isnan(self.decoded).mean() > SPARSE_SHARE) if len(self.decoded) else False

    @property
    def cut_short(self) -> bool:
        """Whether the container promises clearly more than is there."""
        times = self.by("presentation")
        return bool(self.missing and len(times) and self.promised_s > (1 + MISSING_SHARE) * times[-1] + 0.1)

    def by(self, clock: ClockKind) -> np.ndarray:
        """Return (T,) s from the first picture, increasing; empty where the file has no times."""
        if clock == "counting":
            return self._counted()
        stamps = self.presented if clock == "presentation" else self.decoded
        times = np.unique(stamps[np.isfinite(stamps)])
        return times - times[0] if len(times) else times

    def _counted(self) -> np.ndarray:
        known = np.flatnonzero(np.isfinite(self.decoded))
        if len(known) < 2:
            return np.empty(0)
        span, count = np.ptp(self.decoded[known]), known[-1] - known[0]
        return np.asarray(np.arange(len(self.decoded)) * (span / count))


def _stamps(container: Any, stream: Any, name: str) -> Stamps:
    """Read a track's times without decoding it; what a phone's trim has cut off stays out.

    Raises
    ------
    UnreadableInput
        If there are too many pictures, or they last too long.
    """
    found, count = [], 0
    for packet in packets(container, stream):
        count += 1
        if count > MOST_FRAMES:
            raise too_many_frames(name)
        if not packet.is_discard:
            found.append((packet.pts, packet.dts))
    ticks = np.array(found, float).reshape(-1, 2)  # None becomes NaN
    presented, decoding = (ticks * float(stream.time_base)).T
    for seconds in (presented, decoding):
        if np.isfinite(seconds).any() and np.nanmax(seconds) - np.nanmin(seconds) > LONGEST_S:
            raise UnreadableInput("The clip is longer than an hour. Cut out the part to measure.")
    promised = float((stream.duration or 0) * stream.time_base)
    missing = stream.frames - count > max(2, MISSING_SHARE * stream.frames)
    return Stamps(presented, decoding, promised, missing)


def _clock(stamps: Stamps, shown: list[int | None]) -> ClockKind:
    """Return what tells the time of a file's pictures, from its packets and the stamps of its first decoded frames.

    Decoders give frames in the order in which they are shown. Stamps that go back from one to the next are not those
    of presentation then, unless some packets were given out of order, as B-frames are.
    """
    if stamps.sparse:
        return "counting"
    known = [stamp for stamp in shown if stamp is not None]
    lacking = len(known) < len(shown)
    back = lacking or any(after <= before for before, after in zip(known, known[1:]))
    return "decoding" if back and stamps.as_decoded else "presentation"


def _capture_tag(container: Any, stream: Any) -> float:
    """Return the frames per second of real life that a phone has noted, NaN where none has."""
    for tags in (container.metadata, stream.metadata):
        for key in CAPTURE_TAGS:
            try:
                rate = float(tags.get(key, "nan"))
            except ValueError:
                continue
            if 5 <= rate <= 2000:
                return rate
    return np.nan


def _usual(times: np.ndarray) -> float:
    """Return the usual time between pictures, s."""
    return float(np.median(np.diff(times))) if len(times) > 1 else 1 / NOMINAL_FPS


def _clip(
    path: Path,
    times: np.ndarray,
    interval: float,
    size: tuple[int, int],
    rotation: int,
    tag: float,
    capture_fps: float | None,
) -> Clip:
    intervals = np.diff(times)
    fps = 1 / interval
    tagged = tag > 1.2 * fps
    uneven = np.abs(intervals - interval) > JITTER * interval
    return Clip(
        name=printable(path.name),
        sha256=sha256_of(path),
        frames=len(times),
        duration_s=float(times[-1] + interval) if len(times) else 0.0,
        fps=fps,
        variable_frame_rate=bool(len(intervals) and uneven.mean() > UNEVEN_SHARE),
        width=size[0],
        height=size[1],
        rotation=rotation,
        capture_fps=float(capture_fps or (tag if tagged else fps)),
        capture_source="user" if capture_fps else "tag" if tagged else "file",
    )
