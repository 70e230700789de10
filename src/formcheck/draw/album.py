"""Collect the pictures for a report while the frames are read for another purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np

from formcheck.draw.figure import Figure, Figures, index_at
from formcheck.draw.keyframes import KeyMoment, KeyPicture, cue_picture, key_moments, key_picture
from formcheck.draw.kinogram import Cell, kinogram_frames, kinogram_sheet, kinogram_tile
from formcheck.types import Analysis, Cue, Frame

GLANCE = 1 / 3  # share of the clip: position of the preview of a refused clip

Take = Callable[[np.ndarray, Figure], None]


class Album:
    """Keeps the key frames, a picture of each cue, a kinogram, and a preview from a stream of frames.

    Only these pictures are held in memory, however long the clip is.
    """

    def __init__(self, analysis: Analysis):
        self.keys: list[KeyPicture] = []
        self.cues: dict[str, np.ndarray] = {}  # by metric
        self.tiles: dict[Cell, np.ndarray] = {}  # of the kinogram
        self.glance: np.ndarray | None = None  # preview of a refused clip
        self._analysis = analysis
        self._figures: Figures | None = None
        self._wanted: dict[int, list[Take]] = {}
        if not analysis.refusal:
            for moment in key_moments(analysis):
                self._wanted.setdefault(moment.index, []).append(partial(self._take_key, moment))
            for frame in kinogram_frames(analysis):
                self._wanted.setdefault(frame.index, []).append(partial(self._take_tile, frame.cell))
            for cue in analysis.cues:
                index = index_at(analysis.track.time, cue.show_at)
                if index is not None:
                    self._wanted.setdefault(index, []).append(partial(self._take_cue, cue))

    @property
    def complete(self) -> bool:
        """Whether all pictures are taken."""
        return not self._wanted and (not self._analysis.refusal or self.glance is not None)

    @property
    def kinogram(self) -> np.ndarray | None:
        """The kinogram of what was taken so far, None without a picture."""
        return kinogram_sheet(self.tiles)

    @property
    def times(self) -> list[float]:
        """Times of the frames that are still needed, in s on the timebase of the clip."""
        if self._analysis.refusal:
            return [] if self.complete else [GLANCE * self._analysis.clip.duration_s]
        return [float(self._analysis.track.time[index]) for index in sorted(self._wanted)]

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Yield all frames unchanged and keep pictures of the needed ones."""
        for frame in frames:
            self._see(frame)
            yield frame
        self.keys.sort(key=lambda picture: picture.name)

    def _see(self, frame: Frame) -> None:
        if self._analysis.refusal:
            if self.glance is None and frame.time >= GLANCE * self._analysis.clip.duration_s:
                self.glance = frame.image.copy()
            return
        index = index_at(self._analysis.track.time, frame.time)
        takes = self._wanted.pop(index, []) if index is not None else []
        if not takes or index is None:
            return
        if self._figures is None:
            self._figures = Figures(self._analysis, frame.image.shape[0] / self._analysis.track.size[1])
        figure = self._figures.of(index)
        if figure is not None:
            for take in takes:
                take(frame.image, figure)

    def _take_key(self, moment: KeyMoment, image: np.ndarray, figure: Figure) -> None:
        self.keys.append(key_picture(self._analysis, image, figure, moment))

    def _take_tile(self, cell: Cell, image: np.ndarray, figure: Figure) -> None:
        self.tiles[cell] = kinogram_tile(image, figure, cell)

    def _take_cue(self, cue: Cue, image: np.ndarray, figure: Figure) -> None:
        self.cues[cue.metric] = cue_picture(self._analysis, image, figure, cue)


def take_pictures(analysis: Analysis, frames: Iterable[Frame]) -> Album:
    """Return the album of a clip, reading its frames only as far as needed."""
    album = Album(analysis)
    if not album.complete:
        for _ in album.watch(frames):
            if album.complete:
                break
    album.keys.sort(key=lambda picture: picture.name)
    return album
