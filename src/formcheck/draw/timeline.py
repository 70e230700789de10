"""The timeline of ground contacts below the image, with playhead and cadence."""

from __future__ import annotations

import cv2
import numpy as np

from formcheck.course import Z95
from formcheck.draw.style import EDGE, FAR, GROUND, INK, NEAR, SOFT_INK, Colour, letters_from
from formcheck.draw.text import plate, stamp, text_width
from formcheck.types import Analysis, Step
from formcheck.wording import plus_minus_text

HEIGHT_SHARE = 0.10
LOWEST = 44  # px
WINDOW_S = 4.0  # of real time; a longer clip scrolls
LEAST_SD_S = 0.004  # minimum standard error with which the end of a bar is drawn
NO_STEPS = "Contacts are timed from the side"


def strip_height(width: int, height: int) -> int:
    """Return the timeline height in px for an image of this size; the total height is even."""
    strip = round(max(LOWEST, HEIGHT_SHARE * letters_from(width, height)))
    return strip + (height + strip) % 2


class Timeline:
    """Draws the strip for any moment; the static parts are drawn once."""

    def __init__(self, analysis: Analysis, width: int, height: int):
        self._steps = analysis.steps
        self._factor = analysis.scene.slow_motion_factor
        self._ends = self._factor * np.array([_ends(step) for step in self._steps]).reshape(-1, 4)
        self._duration = max(analysis.clip.duration_s, 1e-3)
        self._near = analysis.scene.near_side or "left"
        self._px = max(11, round(0.27 * height))
        self._row = 0.36 * height
        self._tops = {"left": round(0.12 * height), "right": round(0.54 * height)}
        cadence = analysis.measurements.get("cadence")
        words = plus_minus_text(cadence) if cadence is not None and cadence.measured else ""
        self._left = round(text_width("L", self._px, True) + 1.4 * self._px)
        self._right = width - round(text_width(words, self._px) + 1.6 * self._px if words else self._px)
        self._base = self._prepared(width, height, words)

    def _prepared(self, width: int, height: int, words: str) -> np.ndarray:
        base = np.full((height, width, 3), GROUND, np.uint8)
        for side, top in self._tops.items() if self._steps else ():
            ink = self._colour(side)
            stamp(
                base,
                plate(side[0].upper(), self._px, bold=True, ink=ink, opacity=0.0),
                0.1 * self._px,
                top - 0.15 * self._px,
            )
            middle = round(top + 0.5 * self._row)
            if self._steps:
                cv2.line(base, (self._left, middle), (self._right, middle), (58, 60, 68), 1)
        if not self._steps and text_width(NO_STEPS, self._px) < self._right - 1.5 * self._left:
            stamp(base, plate(NO_STEPS, self._px, ink=SOFT_INK, opacity=0.0), 1.2 * self._left, 0.3 * height)
        if words:
            piece = plate(words, self._px, ink=INK, opacity=0.0)
            stamp(base, piece, width - piece.size[0] - 0.2 * self._px, 0.5 * (height - piece.size[1]))
        return base

    def _colour(self, side: str) -> Colour:
        return NEAR if side == self._near else FAR

    def draw(self, strip: np.ndarray, time: float) -> None:
        """Draw the strip at `time` on the timebase of the clip."""
        strip[:] = self._base
        span = min(self._duration, WINDOW_S * self._factor)
        start = float(np.clip(time - 0.5 * span, 0, self._duration - span))
        shown = (self._ends[:, 3] > start) & (self._ends[:, 0] < start + span)  # False without toe-off
        for index in np.flatnonzero(shown):
            self._bar(strip, self._steps[index].side, self._x(self._ends[index], start, span))
        if not self._steps:
            return
        (x,) = self._x(np.array([time]), start, span)
        cv2.line(strip, (x, 0), (x, len(strip)), EDGE, 4)
        cv2.line(strip, (x, 0), (x, len(strip)), SOFT_INK, 2)

    def _bar(self, strip: np.ndarray, side: str, ends: list[int]) -> None:
        """Draw one contact: solid where contact is certain, faint within the 95 % interval of its ends."""
        top = self._tops[side]
        bottom = round(top + self._row)
        colour = self._colour(side)
        faint = tuple(round(0.45 * c + 0.55 * g) for c, g in zip(colour, GROUND))
        first, surely, still, last = ends
        cv2.rectangle(strip, (first, top), (last, bottom), faint, -1)
        if still > surely:
            cv2.rectangle(strip, (surely, top), (still, bottom), colour, -1)

    def _x(self, times: np.ndarray, start: float, span: float) -> list[int]:
        share = np.clip((times - start) / span, 0.0, 1.0)
        result: list[int] = np.rint(self._left + share * (self._right - self._left)).astype(int).tolist()
        return result


def _ends(step: Step) -> tuple[float, float, float, float]:
    """Return the 95 % limits of initial contact (earliest, latest) and toe-off (earliest, latest), s."""
    down, up = (
        Z95 * max(sd if np.isfinite(sd) else 0.0, LEAST_SD_S) for sd in (step.contact_sd, step.toe_off_sd)
    )
    return step.contact - down, step.contact + down, step.toe_off - up, step.toe_off + up
