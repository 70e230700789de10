"""The annotated video: every frame with its results, on the timebase of the clip."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np

from formcheck.draw.caption import laid_out
from formcheck.draw.figure import Figure, Figures, draw_skeleton, index_at
from formcheck.draw.inset import FootInset
from formcheck.draw.marks import Mark, default_metrics, draw_mark, marks_for, place_words
from formcheck.draw.moments import captions, shown_at
from formcheck.draw.style import letters_from
from formcheck.draw.text import Box, stamp
from formcheck.draw.timeline import Timeline, strip_height
from formcheck.types import Analysis, Frame

LABEL_SHARE = 0.03  # letter height
LABEL_WIDTH = 0.36  # of the image width: longer labels are broken into two lines


class Writer(Protocol):
    """Receives images with their times."""

    def write(self, image: np.ndarray, time_s: float) -> None:
        """Add one image."""


def annotated_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of the annotated video for frames of this size, including the timeline."""
    return width, height + strip_height(width, height)


def annotate(
    analysis: Analysis,
    frames: Iterable[Frame],
    writer: Writer,
    *,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write every frame with skeleton, angles, captions and timeline.

    Parameters
    ----------
    analysis : analysis of the same clip, not refused
    frames : frames of the clip, of any size with its aspect ratio
    writer : opened with `annotated_size`
    progress : called with the completed share of the clip
    """
    canvas: Canvas | None = None
    for frame in frames:
        if canvas is None:
            canvas = Canvas(analysis, frame.image.shape[1], frame.image.shape[0])
        writer.write(canvas.draw(frame), frame.time)
        if progress and analysis.clip.duration_s > 0:
            progress(min(1.0, frame.time / analysis.clip.duration_s))


class Canvas:
    """Draws the frames of one clip; plates and layout are computed once."""

    def __init__(self, analysis: Analysis, width: int, height: int):
        self._analysis = analysis
        strip = strip_height(width, height)
        self._picture = np.empty((height + strip, width, 3), np.uint8)
        self._height = height
        self._figures = Figures(analysis, height / analysis.track.size[1])
        self._timeline = Timeline(analysis, width, strip)
        self._px = max(12, round(LABEL_SHARE * letters_from(width, height)))
        self._inset = FootInset(analysis, self._figures, (width, height), self._px)
        self._captions = captions(analysis)
        scale = self._figures.scale
        self._places = [laid_out(each, analysis, scale, (width, height)) for each in self._captions]
        widest = LABEL_WIDTH * width
        self._calm = marks_for(default_metrics(analysis), analysis, self._px, widest)
        self._spoken = [
            marks_for((each.cue.metric,), analysis, self._px, widest) if each.cue else ()
            for each in self._captions
        ]

    def draw(self, frame: Frame) -> np.ndarray:
        """Return the annotated image; it is valid until the next one is drawn."""
        image, strip = self._picture[: self._height], self._picture[self._height :]
        image[:] = frame.image
        index = index_at(self._analysis.track.time, frame.time)
        figure = self._figures.of(index) if index is not None else None
        self._inset.see(frame, index)
        spoken = next(
            (k for k, each in enumerate(self._captions) if each.start <= frame.time < each.end), None
        )
        taken = [self._places[spoken][1]] if spoken is not None else []
        if figure is not None:
            self._draw_runner(image, figure, self._marks(spoken), frame.time, taken)
        if spoken is not None:
            piece, place = self._places[spoken]
            stamp(image, piece, place.x, place.y)
        self._timeline.draw(strip, frame.time)
        return self._picture

    def _draw_runner(
        self, image: np.ndarray, figure: Figure, marks: tuple[Mark, ...], time: float, taken: list[Box]
    ) -> None:
        """Draw skeleton, angles, foot inset and labels; labels must not overlap `taken`."""
        draw_skeleton(image, figure)
        inset = self._inset.draw(image, figure, time)
        taken = [*taken, inset] if inset else list(taken)
        for mark in marks:
            if shown_at(mark.metric, self._analysis, time):
                draw_mark(image, figure, mark)
            box = place_words(figure, mark, (image.shape[1], image.shape[0]), taken)
            stamp(image, mark.piece, box.x, box.y)
            taken.append(box)

    def _marks(self, spoken: int | None) -> tuple[Mark, ...]:
        """Return the marks for the current caption, or the default angles."""
        return (self._spoken[spoken] if spoken is not None else ()) or self._calm
