"""A picture to share: the stride in pictures, one sentence, and five values. It names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.draw.style import GROUND, INK, SOFT_INK, Colour
from formcheck.draw.text import plate, stamp, text_width, wrapped

SIZE = (1080, 1350)  # px, the upright format of picture sites
EDGE, GAP = 28, 12  # px
TITLE_PX, TITLE_LINES = 46, 3
PICTURES_TOP, PICTURES_HEIGHT = 210, 850  # px
COLUMNS = 3
VALUES_TOP = 1082  # px
NAME_PX, VALUE_PX, SMALL_PX = 24, 46, 22
SMALLEST_PX = 18
MARK = "FormCheck"


@dataclass(frozen=True)
class SharedValue:
    """One of the five values in words."""

    name: str
    value: str  # "5°", or a dash
    sure: str  # "± 5"; empty without a value
    state: str
    colour: Colour  # of the state


def share_picture(
    headline: str, values: Sequence[SharedValue], pictures: Sequence[tuple[str, np.ndarray]]
) -> np.ndarray:
    """Return the picture, (1350, 1080, 3) uint8 RGB.

    Parameters
    ----------
    headline : the result in one sentence
    values : five, from left to right
    pictures : up to six, each with its words, (H, W, 3) uint8 of one size
    """
    image = np.full((SIZE[1], SIZE[0], 3), GROUND, np.uint8)
    _write_headline(image, headline)
    _lay_pictures(image, pictures)
    width = (SIZE[0] - 2 * EDGE) / max(1, len(values))
    for place, each in enumerate(values):
        _write_value(image, each, EDGE + place * width, width - GAP)
    piece = plate(MARK, SMALL_PX, bold=True, ink=SOFT_INK, opacity=0.0)
    stamp(image, piece, SIZE[0] - piece.size[0] - EDGE, SIZE[1] - piece.size[1] - GAP)
    return image


def _write_headline(image: np.ndarray, headline: str) -> None:
    room = SIZE[0] - 2 * EDGE - TITLE_PX
    px = TITLE_PX
    while px > SMALLEST_PX and wrapped(headline, px, room, bold=True).count("\n") >= TITLE_LINES:
        px -= 2
    piece = plate(wrapped(headline, px, room, bold=True), px, bold=True, opacity=0.0)
    stamp(image, piece, EDGE - 0.45 * px, 0.5 * (PICTURES_TOP - piece.size[1]))


def _lay_pictures(image: np.ndarray, pictures: Sequence[tuple[str, np.ndarray]]) -> None:
    """Lay the pictures in rows of equal size, as large as there is room, in the middle."""
    if not pictures:
        return
    columns = min(COLUMNS, len(pictures))
    rows = -(-len(pictures) // columns)
    height, width = pictures[0][1].shape[:2]
    across = (SIZE[0] - 2 * EDGE - (columns - 1) * GAP) / columns
    down = (PICTURES_HEIGHT - (rows - 1) * GAP) / rows
    scale = min(across / width, down / height)
    size = round(scale * width), round(scale * height)
    left = 0.5 * (SIZE[0] - columns * size[0] - (columns - 1) * GAP)
    for place, (words, picture) in enumerate(pictures):
        x = round(left + place % columns * (size[0] + GAP))
        y = PICTURES_TOP + place // columns * (size[1] + GAP)
        image[y : y + size[1], x : x + size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        piece = plate(words, NAME_PX, bold=True)
        stamp(image, piece, x + GAP, y + GAP)


def _write_value(image: np.ndarray, told: SharedValue, x: float, width: float) -> None:
    cv2.rectangle(image, (round(x), VALUES_TOP), (round(x + width), VALUES_TOP + 5), told.colour, -1)
    lines = (
        (told.name, NAME_PX, False, SOFT_INK, 16), (told.value, VALUE_PX, True, INK, 54),
        (told.sure, SMALL_PX, False, SOFT_INK, 118),
    )  # fmt: skip
    for words, px, bold, ink, below in lines:
        fitting = next(each for each in range(px, 0, -1) if text_width(words, each, bold) <= width)
        if words:
            piece = plate(words, fitting, bold=bold, ink=ink, opacity=0.0)
            stamp(image, piece, x - 0.45 * fitting, VALUES_TOP + below)
    state = wrapped(told.state, SMALL_PX, round(width), bold=True)
    piece = plate(state, SMALL_PX, bold=True, ink=INK, opacity=0.0)
    stamp(image, piece, x - 0.45 * SMALL_PX, VALUES_TOP + 154)
