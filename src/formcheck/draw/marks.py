"""Drawings of the current one or two angles, at the joints of the runner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from formcheck.draw.figure import Figure
from formcheck.draw.style import EDGE, INK, INSIDE, SOFT_INK, STATE, UNKNOWN, Colour
from formcheck.draw.text import Box, Plate, plate, text_width
from formcheck.metrics import METRICS
from formcheck.metrics.judgement import judge
from formcheck.metrics.metric import Drawn
from formcheck.types import Analysis, Measurement
from formcheck.wording import number, plus_minus_text, state

DEFAULTS = {
    "side": ("trunk_lean", "elbow_angle"),
    "front": ("arm_crossover",),
    "rear": ("arm_crossover",),
}
NAMED_ROLL_DEG = 0.5
CLEAR = 0.24  # of the person's height: distance of labels from the hips
ROOM = 0.5  # share of that distance that may be given up at the edge of the image
OVER_HEAD = 0.66  # of the person's height above the hips: position above the head
OVER_HEAD_COST = 0.25  # of CLEAR: labels move this far towards the runner before they go above the head
MARGIN = 0.02  # of the image width: distance of labels from the edge
ROUND = np.linspace(0, 1, 24)  # sampling points of an arc
TICK = 0.02  # of the person's height: half the length of a range tick


@dataclass(frozen=True, eq=False)
class Mark:
    """A metric to draw: its measurement, letter height `px` and maximum line width `widest` px."""

    measurement: Measurement
    px: int
    widest: float = np.inf
    roll_deg: float = np.nan

    @property
    def metric(self) -> str:
        """Id of the metric."""
        return self.measurement.metric

    @cached_property
    def drawn(self) -> Drawn:
        """How the metric is drawn, from its row."""
        drawn = METRICS[self.metric].drawn
        if drawn is None:
            raise ValueError(f"{self.metric} is not drawn on the runner")
        return drawn

    @cached_property
    def words(self) -> str:
        """Name, value and interval; for angles from the vertical also the corrected camera tilt."""
        name, value = METRICS[self.metric].name, plus_minus_text(self.measurement)
        told = f"{name}, mean {value}"  # of the clip, while the line beside it is the frame's
        if text_width(told, self.px) > self.widest:
            told = f"{name}\nmean {value}"
        if self.drawn.shape == "lean" and abs(self.roll_deg) >= NAMED_ROLL_DEG:
            told += f"\ncamera tilt {number(self.roll_deg, 1)}° taken out"
        return told

    @cached_property
    def piece(self) -> Plate:
        """The label on its plate."""
        return plate(self.words, self.px, bar=STATE[state(self.measurement)])

    @cached_property
    def colour(self) -> Colour:
        """Colour of the lines: that of the status, white without a status."""
        found = STATE[state(self.measurement)]
        return INK if found == UNKNOWN else found

    @cached_property
    def band(self) -> tuple[float, ...]:
        """The finite ends of the range that applies."""
        norm = judge(self.measurement).norm
        return tuple(end for end in norm.band if end is not None) if norm else ()


def marks_for(
    metrics: tuple[str, ...], analysis: Analysis, px: int, widest: float = np.inf
) -> tuple[Mark, ...]:
    """Return the marks of those of these metrics that were measured and can be drawn."""
    found = (analysis.measurements.get(metric) for metric in metrics if METRICS[metric].drawn)
    roll = analysis.scene.roll_deg
    return tuple(Mark(each, px, widest, roll) for each in found if each is not None and each.measured)


def default_metrics(analysis: Analysis) -> tuple[str, ...]:
    """Return the metrics that are shown while there is no cue."""
    return DEFAULTS.get(analysis.scene.view, ())


def draw_mark(image: np.ndarray, figure: Figure, mark: Mark, side: str | None = None) -> bool:
    """Draw the angle of one metric at its joint, on the near side or on `side`.

    Returns
    -------
    Whether the joint is visible; if not, nothing is drawn.
    """
    told = mark.measurement.side
    return SHAPES[mark.drawn.shape](image, figure, mark, side or (told if told != "both" else None))


def place_words(figure: Figure, mark: Mark, within: tuple[int, int], taken: list[Box]) -> Box:
    """Return the place of a label: beside the runner, preferably in front, without overlap.

    If neither side has space, the label goes above the head.
    """
    width, height = mark.piece.size
    x, y = figure.anchor + figure.up * mark.drawn.above_hips * figure.height
    margin, clear = MARGIN * within[0], CLEAR * figure.height
    last = max(margin, within[0] - width - margin)
    columns = [x + clear, x - clear - width]
    if figure.forward < 0:
        columns.reverse()
    rows = (y - 0.5 * height, *(box.y + box.height + margin for box in taken))
    head = figure.anchor[1] - OVER_HEAD * figure.height - height
    tries = [(_beyond(column, margin, last, ROOM * clear), column, row) for row in rows for column in columns]
    tries += [
        (OVER_HEAD_COST * clear, x - 0.5 * width, row) for row in (head, head - height - margin) if row > 0
    ]
    boxes = [
        Box(min(max(column, margin), last), row, width, height) for _, column, row in sorted(tries, key=_cost)
    ]
    return next((box for box in boxes if not any(box.meets(each) for each in taken)), boxes[0])


def _beyond(column: float, first: float, last: float, room: float) -> float:
    """Return by how much more than `room` a label at a column must move to be inside the image."""
    return max(0.0, first - column - room, column - last - room)


def _cost(candidate: tuple[float, float, float]) -> float:
    return candidate[0]


def _line(image: np.ndarray, a: np.ndarray, b: np.ndarray, colour: Colour, width: int = 1) -> None:
    ends = np.round([a, b]).astype(np.int32)
    cv2.polylines(image, [ends], False, EDGE, width + 2, cv2.LINE_AA)
    cv2.polylines(image, [ends], False, colour, width, cv2.LINE_AA)


def _hairline(image: np.ndarray, figure: Figure, a: np.ndarray, b: np.ndarray) -> None:
    """Draw a true vertical or horizontal as a thin dashed line."""
    count = max(3, round(float(np.linalg.norm(b - a)) / max(8.0, 0.03 * figure.height)))
    ends = a + (b - a) * np.linspace(0, 1, 2 * count + 1)[:, None]
    dashes = list(np.round(ends[: 2 * count].reshape(count, 2, 2)).astype(np.int32))
    cv2.polylines(image, dashes, False, EDGE, 4, cv2.LINE_AA)
    cv2.polylines(image, dashes, False, SOFT_INK, 2, cv2.LINE_AA)


def _angle_of(vector: np.ndarray) -> float:
    return float(np.degrees(np.arctan2(vector[1], vector[0])))


def _arc(
    image: np.ndarray, centre: np.ndarray, radius: float, start: float, end: float, colour: Colour
) -> None:
    """Draw the shorter arc between two directions, degrees clockwise from the right of the image."""
    turn = (end - start + 180) % 360 - 180
    ticks = np.radians(start + turn * ROUND)
    points = centre + radius * np.stack([np.cos(ticks), np.sin(ticks)], axis=1)
    line = np.round(points).astype(np.int32)
    cv2.polylines(image, [line], False, EDGE, 4, cv2.LINE_AA)
    cv2.polylines(image, [line], False, colour, 2, cv2.LINE_AA)


def _ticks(image: np.ndarray, figure: Figure, mark: Mark, centre: np.ndarray, radius: float, at: float,
           way: float) -> None:  # fmt: skip
    """Draw the ends of the range as ticks on an arc that starts at direction `at` with sense `way`."""
    half = max(5.0, TICK * figure.height)
    for end in mark.band:
        angle = np.radians(at + way * end)
        out = np.array([np.cos(angle), np.sin(angle)])
        _line(image, centre + (radius - half) * out, centre + (radius + half) * out, INSIDE, 2)


def _lean(image: np.ndarray, figure: Figure, mark: Mark, side: str | None) -> bool:
    """Draw the trunk relative to a true vertical through the hips."""
    hips, shoulders = figure.middle("hip"), figure.middle("shoulder")
    if not np.isfinite([hips, shoulders]).all():
        return False
    trunk = shoulders - hips
    length = float(np.linalg.norm(trunk))
    _hairline(image, figure, hips, hips + 1.3 * length * figure.up)
    _line(image, hips, hips + 1.1 * trunk, INK, 2)
    up, radius = _angle_of(figure.up), 1.05 * length
    _arc(image, hips, radius, up, _angle_of(trunk), mark.colour)
    _ticks(image, figure, mark, hips, radius, up, figure.forward)
    return True


def _joint(before: str, joint: str, after: str) -> Drawer:
    """Return the function that draws the included angle of a joint."""

    def draw(image: np.ndarray, figure: Figure, mark: Mark, side: str | None) -> bool:
        a, b, c = (figure.of(part, side) for part in (before, joint, after))
        if not np.isfinite([a, b, c]).all():
            return False
        radius = 0.45 * float(min(np.linalg.norm(a - b), np.linalg.norm(c - b)))
        start, end = _angle_of(a - b), _angle_of(c - b)
        _arc(image, b, radius, start, end, mark.colour)
        _ticks(image, figure, mark, b, radius, start, 1.0 if (end - start) % 360 < 180 else -1.0)
        return True

    return draw


def _bend(image: np.ndarray, figure: Figure, mark: Mark, side: str | None) -> bool:
    """Draw knee flexion: the shank relative to the extended line of the thigh."""
    hip, knee, ankle = (figure.of(part, side) for part in ("hip", "knee", "ankle"))
    if not np.isfinite([hip, knee, ankle]).all():
        return False
    thigh, shin = knee - hip, ankle - knee
    radius = 0.4 * float(np.linalg.norm(shin))
    straight = thigh / max(1e-6, float(np.linalg.norm(thigh)))
    _hairline(image, figure, knee, knee + 1.2 * radius * straight)
    _arc(image, knee, radius, _angle_of(straight), _angle_of(shin), mark.colour)
    _ticks(image, figure, mark, knee, radius, _angle_of(straight), figure.forward)
    return True


@dataclass(frozen=True)
class Lines:
    """How the angle of a limb from the vertical is drawn, in lengths of the limb."""

    up: int  # direction of the hairline: 1 = up, -1 = down
    hairline: float
    arc: float  # radius of the arc


def _from_vertical(fixed: str, free: str, lines: Lines) -> Drawer:
    """Return the function that draws the angle of a limb from the vertical through its fixed end."""

    def draw(image: np.ndarray, figure: Figure, mark: Mark, side: str | None) -> bool:
        a, b = figure.of(fixed, side), figure.of(free, side)
        if not np.isfinite([a, b]).all():
            return False
        length = float(np.linalg.norm(b - a))
        vertical, radius = lines.up * figure.up, lines.arc * length
        zero = _angle_of(vertical)
        _hairline(image, figure, a, a + lines.hairline * length * vertical)
        _arc(image, a, radius, zero, _angle_of(b - a), mark.colour)
        _ticks(image, figure, mark, a, radius, zero, -lines.up * figure.forward)
        return True

    return draw


def _reach(image: np.ndarray, figure: Figure, mark: Mark, side: str | None) -> bool:
    """Draw how far the ankle is ahead of a vertical line through the hips."""
    hips, ankle = figure.middle("hip"), figure.of("ankle", side)
    if not np.isfinite([hips, ankle]).all():
        return False
    below = hips - figure.up * float(np.dot(ankle - hips, -figure.up))
    _hairline(image, figure, hips, below - 0.05 * figure.height * figure.up)
    _line(image, below, ankle, mark.colour, 2)
    return True


def _midline(image: np.ndarray, figure: Figure, mark: Mark, side: str | None) -> bool:
    """Draw the midline of the trunk, which the hands may cross."""
    hips, shoulders = figure.middle("hip"), figure.middle("shoulder")
    if not np.isfinite([hips, shoulders]).all():
        return False
    _line(image, hips, shoulders, mark.colour, 2)
    return True


Drawer = Callable[[np.ndarray, Figure, Mark, str | None], bool]
SHAPES: dict[str, Drawer] = {
    "lean": _lean,
    "elbow": _joint("shoulder", "elbow", "wrist"),
    "knee": _bend,
    "thigh": _from_vertical("hip", "knee", Lines(up=-1, hairline=1.1, arc=0.6)),
    "shin": _from_vertical("ankle", "knee", Lines(up=1, hairline=0.5, arc=0.4)),
    "reach": _reach,
    "midline": _midline,
}
"""The functions that draw a metric on the runner; the row of a metric names one."""
