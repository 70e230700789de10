"""Enlarged view of the foot at initial contact, in a corner: angle of sole and ground."""

from __future__ import annotations

import cv2
import numpy as np

from formcheck.course import Z95
from formcheck.draw.figure import Figure, Figures, index_at
from formcheck.draw.style import EDGE, INK, NEAR, UNKNOWN, Colour
from formcheck.draw.text import Box, plate, stamp, text_width
from formcheck.metrics import METRICS
from formcheck.types import Analysis, Frame, Measurement, Step
from formcheck.wording import number

SIZE_SHARE = 0.34  # of the shorter side of the image
FOOT_SHARE = 0.20  # of the person's height: size of the enlarged area
FLAT_SHARE = 0.4  # share of contact at which the foot is flat
HELD_S = 0.3  # duration for which an initial contact is highlighted
GAP_SHARE = 0.02  # of the image width: distance to the edges
ABOVE_HIPS, BESIDE_HIPS = 0.62, 0.3  # heights of the person: area of head and arms


class FootInset:
    """Captures the near foot at each initial contact and shows it until the next one.

    The border is amber for 0.3 s after the contact and grey afterwards. The number is that of the
    contact shown, as is the drawn line.
    """

    def __init__(self, analysis: Analysis, figures: Figures, size: tuple[int, int], px: int):
        self._analysis, self._figures = analysis, figures
        self._edge = round(SIZE_SHARE * min(size))
        strike = analysis.measurements.get("foot_strike_angle")
        self._own: dict[float, str] = {} if strike is None else _own_words(strike, analysis)
        longest = max((text_width(words, px) for words in self._own.values()), default=1.0)
        self._px = max(10, min(px, int(px * 0.9 * self._edge / longest)))
        self._moments = self._by_frame()
        self._shown: np.ndarray | None = None
        self._since = -np.inf

    def _by_frame(self) -> dict[int, Step]:
        """Return the contacts of the near foot by frame index."""
        found = {}
        for step in self._analysis.steps:
            index = index_at(self._figures.track.time, self._analysis.on_clip_clock(step.contact))
            if step.near and step.contact in self._own and index is not None:
                found[index] = step
        return found

    def see(self, frame: Frame, index: int | None) -> None:
        """Copy the foot from an image without drawings, if initial contact is in this frame."""
        step = self._moments.get(index) if index is not None else None
        figure = self._figures.of(index) if step is not None and index is not None else None
        if step is not None and figure is not None:
            self._shown = self._picture(frame.image, figure, step)
            self._since = frame.time

    def draw(self, image: np.ndarray, figure: Figure, time: float) -> Box | None:
        """Draw the last initial contact in the upper corner that the runner leaves free; return its box."""
        if self._shown is None:
            return None
        edge = self._edge
        gap = round(GAP_SHARE * image.shape[1])
        x, y = figure.anchor
        left = image.shape[1] - edge - gap if x < 0.5 * image.shape[1] else gap
        beside = BESIDE_HIPS * figure.height
        if left - beside < x < left + edge + beside and y - ABOVE_HIPS * figure.height < edge + gap:
            return None
        place = image[gap : gap + edge, left : left + edge]
        place[:] = self._shown
        new = time - self._since <= HELD_S * self._analysis.scene.slow_motion_factor
        cv2.rectangle(place, (0, 0), (edge - 1, edge - 1), NEAR if new else UNKNOWN, 6 if new else 3)
        return Box(left, gap, edge, edge)

    def _picture(self, image: np.ndarray, figure: Figure, step: Step) -> np.ndarray | None:
        heel, toe = figure.of("heel", step.side), figure.of("toe", step.side)
        if not np.isfinite([heel, toe]).all():
            return self._shown
        half = max(8, round(0.5 * FOOT_SHARE * figure.height))
        centre = np.round(0.5 * (heel + toe)).astype(int)
        padded = cv2.copyMakeBorder(
            _around(image, centre, half), *_missing(image, centre, half), cv2.BORDER_CONSTANT, value=EDGE
        )
        enlarged = cv2.resize(padded, (self._edge, self._edge), interpolation=cv2.INTER_CUBIC)
        scale = self._edge / (2 * half)
        self._lines(enlarged, figure, step, (heel - centre + half) * scale, (toe - centre + half) * scale)
        return enlarged

    def _lines(
        self, image: np.ndarray, figure: Figure, step: Step, heel: np.ndarray, toe: np.ndarray
    ) -> None:
        """Draw sole, ground and the angle between them; the flat foot gives the ground direction."""
        ground = self._flat_direction(figure, step)
        low = heel if float(np.dot(heel - toe, -figure.up)) > 0 else toe
        _long_line(image, low, ground, self._edge, INK)
        ends = np.round([heel, toe]).astype(np.int32)
        cv2.polylines(image, [ends], False, EDGE, 6, cv2.LINE_AA)
        cv2.polylines(image, [ends], False, NEAR, 3, cv2.LINE_AA)
        piece = plate(f"{step.side.capitalize()} foot landing\n{self._own[step.contact]}", self._px)
        stamp(image, piece, 0.03 * self._edge, self._edge - piece.size[1] - 0.03 * self._edge)

    def _flat_direction(self, figure: Figure, step: Step) -> np.ndarray:
        """Return the direction of the same foot when it is flat on the ground, as a unit vector."""
        moment = step.contact + FLAT_SHARE * step.duration
        index = index_at(self._figures.track.time, self._analysis.on_clip_clock(moment))
        flat = self._figures.of(index) if index is not None and np.isfinite(moment) else None
        level = np.array([-figure.up[1], figure.up[0]])
        if flat is None:
            return level
        sole = flat.of("toe", step.side) - flat.of("heel", step.side)
        length = float(np.linalg.norm(sole))
        return sole / length if np.isfinite(length) and length > 0 else level


def _around(image: np.ndarray, centre: np.ndarray, half: int) -> np.ndarray:
    x, y = centre
    return image[max(0, y - half) : max(0, y + half), max(0, x - half) : max(0, x + half)]


def _missing(image: np.ndarray, centre: np.ndarray, half: int) -> tuple[int, int, int, int]:
    """Return how far the square extends beyond the image: above, below, left, right."""
    (x, y), (height, width) = centre, image.shape[:2]
    top, left = max(0, half - y), max(0, half - x)
    inside_y = len(range(max(0, y - half), min(height, y + half)))
    inside_x = len(range(max(0, x - half), min(width, x + half)))
    return top, 2 * half - top - inside_y, left, 2 * half - left - inside_x


def _long_line(
    image: np.ndarray, through: np.ndarray, way: np.ndarray, length: float, colour: Colour
) -> None:
    ends = np.round([through - length * way, through + length * way]).astype(np.int32)
    cv2.polylines(image, [ends], False, EDGE, 3, cv2.LINE_AA)
    cv2.polylines(image, [ends], False, colour, 1, cv2.LINE_AA)


def _own_words(strike: Measurement, analysis: Analysis) -> dict[float, str]:
    """Return the angle of each landing in words, by the time of its contact; empty if none is measured."""
    if not strike.measured or analysis.motion is None:
        return {}
    sd = METRICS[strike.metric].error_from(analysis.motion.origin).sd * analysis.scene.pose_error_factor
    return {
        time: f"this one {number(value, 0)} ± {number(Z95 * sd, 0)}°"
        for time, value in zip(strike.times, strike.samples)
        if np.isfinite(value)
    }
