"""Placement of captions: not on the runner if there is space elsewhere."""

from __future__ import annotations

import numpy as np

from formcheck.draw.moments import Caption
from formcheck.draw.style import INSIDE, STATE, UNKNOWN, Colour, letters_from
from formcheck.draw.text import Box, Plate, plate, wrapped
from formcheck.types import Analysis
from formcheck.wording import state

LETTERS_SHARE = 0.048
SMALLEST = 14  # px
WIDEST = 0.9  # of the picture's width
GAP_SHARE = 0.02  # of the image width: distance to the edges and to the runner
HEAD_SHARE = 0.12  # of the body: height of the head above the eyes
SHOE_SHARE = 0.04  # of the body: thickness of the sole below the toe
SIDE_LETTERS = 9  # minimum width of a column beside the runner, in letters
TALLEST = 0.5  # of the image height: maximum height of such a column
SMALLER = (1.0, 0.85, 0.7)  # scales of the text that are tried before the caption covers the runner
ACROSS = 0.80  # of the image height: position where the runner leaves no space


def laid_out(caption: Caption, analysis: Analysis, scale: float, size: tuple[int, int]) -> tuple[Plate, Box]:
    """Return the plate of a caption and its place in an image of `size`.

    The caption is placed below the feet, or else above the head, or else in a column beside
    the runner, preferably behind. Smaller text is tried before the runner is covered. The
    caption crosses the shanks only if the runner fills the image.
    """
    body = runner_box(analysis, scale, caption.start, caption.end)
    whole = LETTERS_SHARE * letters_from(*size)
    for share in SMALLER:
        px = max(SMALLEST, round(share * whole))
        found = _above_or_below(caption, analysis, px, body, size) or _beside(
            caption, analysis, px, body, size
        )
        if found:
            return found
    width, height = size
    piece = _plate(caption, analysis, max(SMALLEST, round(whole)), round(WIDEST * width))
    top = min(ACROSS * height, height - piece.size[1] - 0.5 * GAP_SHARE * width)
    return piece, Box(0.5 * (width - piece.size[0]), top, *piece.size)


def _above_or_below(
    caption: Caption, analysis: Analysis, px: int, body: Box, size: tuple[int, int]
) -> tuple[Plate, Box] | None:
    width, height = size
    gap = round(GAP_SHARE * width)
    piece = _plate(caption, analysis, px, round(WIDEST * width))
    for top in (body.y + body.height + gap, body.y - gap - piece.size[1]):
        if top >= 0 and top + piece.size[1] + 0.5 * gap <= height:
            return piece, Box(0.5 * (width - piece.size[0]), top, *piece.size)
    return None


def _beside(
    caption: Caption, analysis: Analysis, px: int, body: Box, size: tuple[int, int]
) -> tuple[Plate, Box] | None:
    width, height = size
    gap = round(GAP_SHARE * width)
    for start, end in _sides(body, width, gap, analysis):
        if end - start < SIDE_LETTERS * px:
            continue
        piece = _plate(caption, analysis, px, round(end - start))
        if piece.size[0] <= end - start and piece.size[1] <= TALLEST * height:
            left = 0.5 * (start + end - piece.size[0])
            return piece, Box(left, height - piece.size[1] - gap, *piece.size)
    return None


def _sides(body: Box, width: int, gap: int, analysis: Analysis) -> tuple[tuple[float, float], ...]:
    """Return the columns to the left and right of the runner; the one behind the runner comes first."""
    columns = ((float(gap), body.x - gap), (body.x + body.width + gap, float(width - gap)))
    return columns[::-1] if analysis.scene.facing == "left" else columns


def runner_box(analysis: Analysis, scale: float, start: float, end: float) -> Box:
    """Return the part of the image that the runner occupies from `start` to `end` (clip timebase)."""
    track = analysis.track
    during = (track.time >= start) & (track.time <= end)
    points = track.xy[during].reshape(-1, 2) * scale
    known = points[np.isfinite(points).all(axis=1)]
    if not len(known):
        return Box(0, 0, 0, 0)
    (left, top), (right, bottom) = np.percentile(known, (1, 99), axis=0)
    body = float(bottom - top)
    top, bottom = top - HEAD_SHARE * body, bottom + SHOE_SHARE * body
    return Box(float(left), float(top), float(right - left), float(bottom - top))


def _plate(caption: Caption, analysis: Analysis, px: int, width: int) -> Plate:
    words = wrapped(caption.words, px, width - 2 * px, bold=True)
    return plate(words, px, bold=True, bar=_colour(caption, analysis))


def _colour(caption: Caption, analysis: Analysis) -> Colour:
    """Return the colour of the status of the cue's metric; praise has the colour of "inside"."""
    if caption.cue is None:
        return INSIDE
    measurement = analysis.measurements.get(caption.cue.metric)
    return STATE[state(measurement)] if measurement is not None else UNKNOWN
