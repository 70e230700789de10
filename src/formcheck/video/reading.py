"""Frames of a video, upright, each with its real time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.errors import UnreadableInput
from formcheck.types import Clip, Frame, Warn
from formcheck.video.clock import timed
from formcheck.video.container import opened
from formcheck.video.picture import plausible_aspect, upright
from formcheck.video.probing import MISSING_SHARE, NOMINAL_FPS, probe
from formcheck.video.source import NOT_A_VIDEO, existing

SAME_S = 1e-6  # times closer than this are one


class FrameReader:
    """Frames of a video, upright RGB, each with its real time; `clip` is final at the end.

    Times are presentation stamps less the first one and increase strictly: frames that go
    back in time are dropped. Where the file only knows the order of decoding (AVI), pictures
    take the times in the order in which they are shown. Pictures that a clip shows repeatedly to fill a
    higher frame rate come once. What cannot be decoded is passed over,
    with a warning. Where the picture changes its size midway, all pictures come in the first size.

    Parameters
    ----------
    path : path of the video
    capture_fps : frames per second of real life, overriding the file's tag
    max_height : scale taller pictures down to so many px while decoding
    known : what an earlier reading said of the same file; if no picture was shown repeatedly, none is searched for
    """

    def __init__(
        self,
        path: str | Path,
        *,
        capture_fps: float | None = None,
        max_height: int | None = None,
        known: Clip | None = None,
    ):
        self.path = existing(path)
        self._probe = probe(self.path, capture_fps=capture_fps, known=known)
        self.clip = self._probe.clip
        self._size = _within(self.clip, max_height)
        self._resized = False

    def __iter__(self) -> Iterator[Frame]:
        last, count = 0.0, 0
        for raw, last, picture_of in self._raw():
            count += 1
            yield Frame(picture_of(raw), last)
        if count == 0:
            raise UnreadableInput(f"{self.path.name} holds no picture that can be read. {NOT_A_VIDEO}")
        self._conclude(count, last)

    def at(self, times: Sequence[float]) -> Iterator[Frame]:
        """Yield only the first frame at or after each of these times, s, increasing; read no further.

        Frames in between are decoded but not turned into pictures, which is most of the work.
        """
        wanted = list(times)
        for raw, time, picture_of in self._raw() if wanted else ():
            if time >= wanted[0] - SAME_S:
                yield Frame(picture_of(raw), time)
                wanted = [each for each in wanted if each > time + SAME_S]
                if not wanted:
                    return

    def _raw(self) -> Iterator[tuple[Any, float, Callable[[Any], np.ndarray]]]:
        """Yield decoded frames as FFmpeg has them, their times since the first, and what makes pictures of them."""
        interval = 1 / self.clip.fps if self.clip.frames else 1 / NOMINAL_FPS
        distinct = self._probe.distinct
        with opened(self.path) as (container, stream):
            for raw, stamp in timed(container, stream, self._probe.told_by, interval):
                time = stamp if distinct is None else distinct.time_of(stamp)
                if time is not None:
                    yield raw, time, lambda raw: self._picture(raw, stream)

    def _picture(self, raw: Any, stream: Any) -> np.ndarray:
        aspect = self._probe.aspect
        if (raw.width, raw.height) != self._probe.stored_size:
            self._resized = True
            aspect = plausible_aspect(stream.codec_context.sample_aspect_ratio)
        return upright(raw, self.path.name, aspect, self._size)

    def _conclude(self, count: int, last: float) -> None:
        """Say how much could be read, when it is less than the file promises, and what was made of it."""
        clip = self.clip
        warnings = [*clip.warnings]
        if clip.frames - count > max(2, MISSING_SHARE * clip.frames):
            words = f"The file is damaged: {count} of {clip.frames} frames could be read."
            warnings.append(Warn("truncated", words))
        if not clip.frames:
            words = f"The file has no time stamps; {NOMINAL_FPS:.0f} frames a second were assumed."
            warnings.append(Warn("no_times", words))
        if self._resized:
            words = "The picture changes size midway; all frames were scaled to the first size."
            warnings.append(Warn("size_changes", words))
        interval = 1 / clip.fps if clip.frames else 1 / NOMINAL_FPS
        self.clip = replace(clip, frames=count, duration_s=last + interval, warnings=tuple(warnings))


def _within(clip: Clip, max_height: int | None) -> tuple[int, int]:
    """Return the size of a clip's pictures, px, no taller than asked for."""
    if not max_height or clip.height <= max_height:
        return clip.width, clip.height
    scale = max_height / clip.height
    return _even(clip.width * scale), _even(clip.height * scale)


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))


def read_frames(path: str | Path, *, max_height: int | None = None) -> Iterator[Frame]:
    """Yield a video's frames; see `FrameReader`."""
    yield from FrameReader(path, max_height=max_height)
