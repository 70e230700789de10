"""A kinogram: five instants of a step of each foot side by side, as sprint coaches look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.draw.figure import Figure, draw_skeleton, index_at
from formcheck.draw.keyframes import cropped_to
from formcheck.draw.style import EDGE, FAR, NEAR
from formcheck.draw.text import plate, stamp
from formcheck.gait.kinogram import INSTANTS, Instant, choose_moments
from formcheck.skeleton import SIDES
from formcheck.types import Analysis, Side

TILE = (320, 500)  # px, width and height of one picture
GAP = 6  # px between pictures
LETTERS = 18  # px, letter height
EDGE_GAP = 8  # px from the picture's edge to its words
VIEWS = ("side", "oblique")

Cell = tuple[Side, Instant]
"""The landing foot and the instant: the place of a picture on the sheet."""


@dataclass(frozen=True)
class KinogramFrame:
    """A picture of the sheet and the frame that shows it."""

    cell: Cell
    index: int  # of the frame in the track


def kinogram_frames(analysis: Analysis) -> tuple[KinogramFrame, ...]:
    """Return the frames of the sheet; none where the runner is not seen from the side or no step is whole."""
    if analysis.motion is None or analysis.scene.view not in VIEWS:
        return ()
    chosen = (
        ((moment.side, moment.instant), index_at(analysis.track.time, analysis.on_clip_clock(moment.time)))
        for moment in choose_moments(analysis.steps, analysis.motion)
    )
    return tuple(KinogramFrame(cell, index) for cell, index in chosen if index is not None)


def kinogram_tile(image: np.ndarray, figure: Figure, cell: Cell) -> np.ndarray:
    """Return one picture of the sheet, (500, 320, 3): cropped to the runner, with skeleton and instant."""
    tile, drawn = cropped_to(image, figure, TILE)
    draw_skeleton(tile, drawn)
    side, instant = cell
    colour = NEAR if side == (figure.near or "left") else FAR
    words = plate(f"{instant}\nstep onto the {side} foot", LETTERS, bold=True, bar=colour)
    below_the_feet = TILE[1] - words.size[1] - EDGE_GAP  # above the head there is no room
    stamp(tile, words, EDGE_GAP, below_the_feet)
    return tile


def kinogram_sheet(tiles: Mapping[Cell, np.ndarray]) -> np.ndarray | None:
    """Return all pictures as one, a row for each landing foot that was seen; None without a picture."""
    sides = [side for side in SIDES if any(cell[0] == side for cell in tiles)]
    if not sides:
        return None
    width, height = TILE
    rows, columns = len(sides), len(INSTANTS)
    sheet = np.empty((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3), np.uint8)
    sheet[:] = EDGE
    for row, side in enumerate(sides):
        for column, instant in enumerate(INSTANTS):
            tile = tiles.get((side, instant))
            if tile is not None:
                y, x = row * (height + GAP), column * (width + GAP)
                sheet[y : y + height, x : x + width] = tile
    return sheet
