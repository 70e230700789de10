"""Six key frames that coaches use: initial contact, mid-stance and toe-off of each leg."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.biomechanics import knee_flexion_deg, lean_deg, shank_deg, thigh_deg
from formcheck.course import Z95
from formcheck.draw.figure import Figure, draw_skeleton, index_at, moved
from formcheck.draw.marks import Mark, draw_mark, marks_for
from formcheck.draw.style import EDGE, FAR, NEAR
from formcheck.draw.text import plate, stamp
from formcheck.metrics import METRICS
from formcheck.metrics.frontal import mid_stances
from formcheck.metrics.recording import Recording
from formcheck.skeleton import SIDES
from formcheck.types import Analysis, Cue, Motion, Side, Step
from formcheck.wording import number

SHAPE = (0.8, 1.25)  # width and height of the picture in heights of the person
OUT = (512, 800)  # px
EVENTS = ("contact", "mid-stance", "toe-off")
TOLD = {
    "contact": ("knee_flexion_contact", "shank_angle"),
    "mid-stance": ("knee_flexion_stance", "trunk_lean"),
    "toe-off": ("thigh_extension", "trunk_lean"),
}
FRONTAL = ("front", "rear")
ACROSS = ("arm_crossover",)  # metrics drawn in frontal views
LETTERS = 24  # px, letter height
EDGE_GAP = 12  # px, distance of text from the edge
ROOM = OUT[0] - 3 * EDGE_GAP  # px, width available for text side by side
SETTLED_S = 0.5  # the first steps of a clip may be affected by filter edges
AMONG = 4  # candidate steps per foot, early ones, so that the clip need not be read to its end


@dataclass(frozen=True)
class KeyMoment:
    """One moment of one step, in s of real time, and the frame that shows it."""

    event: str
    side: Side
    time: float
    index: int

    @property
    def name(self) -> str:
        """File name of the picture, numbered in viewing order: "1-left-contact"."""
        order = 1 + EVENTS.index(self.event) + (3 if self.side == "right" else 0)
        return f"{order}-{self.side}-{self.event}"


@dataclass(frozen=True, eq=False)
class KeyPicture:
    """A key frame with its drawings."""

    name: str
    title: str
    image: np.ndarray  # (800, 512, 3) uint8 RGB


def key_moments(analysis: Analysis) -> tuple[KeyMoment, ...]:
    """Return the key moments of one clearly visible step of each leg, early in the clip.

    There are six moments in side views. In frontal views, where contacts are not timed, there
    is the mid-stance of each leg.
    """
    found = _frontal_moments(analysis) if analysis.scene.view in FRONTAL else _moments_of_steps(analysis)
    indexed = [
        (event, side, time, index_at(analysis.track.time, analysis.on_clip_clock(time)))
        for event, side, time in found
    ]
    return tuple(
        KeyMoment(event, side, time, index) for event, side, time, index in indexed if index is not None
    )


def _moments_of_steps(analysis: Analysis) -> Iterator[tuple[str, Side, float]]:
    for side in SIDES:
        step = _chosen(analysis, side)
        if step is not None:
            middle = 0.5 * (step.contact + step.toe_off)
            for event, time in zip(EVENTS, (step.contact, middle, step.toe_off)):
                yield event, side, time


def _frontal_moments(analysis: Analysis) -> Iterator[tuple[str, Side, float]]:
    """Yield the first mid-stance of each leg after `SETTLED_S`."""
    if analysis.motion is None:
        return
    found = mid_stances(Recording(analysis.motion, analysis.steps, analysis.scene, analysis.runner))
    for side in SIDES:
        times = [time for time, standing in found if standing == side and time > SETTLED_S]
        if times:
            yield "mid-stance", side, times[0]


def _chosen(analysis: Analysis, side: Side) -> Step | None:
    whole = [
        step
        for step in analysis.steps
        if step.side == side and np.isfinite(step.toe_off) and step.contact > SETTLED_S
    ]
    return max(whole[:AMONG], key=lambda step: step.confidence, default=None)


def key_picture(analysis: Analysis, image: np.ndarray, figure: Figure, moment: KeyMoment) -> KeyPicture:
    """Return a key frame, cropped to the runner, with skeleton and two angles with their values."""
    cropped, drawn = cropped_to(image, figure, OUT)
    draw_skeleton(cropped, drawn)
    for metric in _told(analysis, moment):
        measurement = analysis.measurements.get(metric)
        if measurement is not None:
            draw_mark(cropped, drawn, Mark(measurement, LETTERS), moment.side)
    title = f"{moment.side.capitalize()} foot, {moment.event}"
    colour = NEAR if moment.side == (figure.near or "left") else FAR
    numbers: list[str] = []
    if analysis.motion is not None and analysis.scene.view not in FRONTAL:
        told = tuple(name for name in TOLD[moment.event] if _measured(analysis, name))
        numbers = numbers_at(analysis.motion, moment, analysis.scene.pose_error_factor, told)
        _write_below(cropped, numbers)
    words = f"{title}\nnumbers of this frame" if numbers else title
    stamp(cropped, plate(words, LETTERS, bold=True, bar=colour), EDGE_GAP, EDGE_GAP)
    return KeyPicture(moment.name, title, cropped)


def _told(analysis: Analysis, moment: KeyMoment) -> tuple[str, ...]:
    """Return the angles to draw: only of metrics that were measured."""
    wanted = ACROSS if analysis.scene.view in FRONTAL else TOLD[moment.event]
    return tuple(each for each in wanted if _measured(analysis, each))


def _measured(analysis: Analysis, metric: str) -> bool:
    found = analysis.measurements.get(metric)
    return found is not None and found.measured


def cue_picture(analysis: Analysis, image: np.ndarray, figure: Figure, cue: Cue) -> np.ndarray:
    """Return the picture of a cue, (800, 512, 3), at its moment and with its angle if it has one."""
    cropped, drawn = cropped_to(image, figure, OUT)
    draw_skeleton(cropped, drawn)
    for mark in marks_for((cue.metric,), analysis, LETTERS, ROOM):
        draw_mark(cropped, drawn, mark)
        piece = mark.piece
        stamp(cropped, piece, EDGE_GAP, OUT[1] - piece.size[1] - EDGE_GAP)
    return cropped


def cropped_to(image: np.ndarray, figure: Figure, size: tuple[int, int]) -> tuple[np.ndarray, Figure]:
    """Return the image cropped to the runner, of this (width, height), and the figure in it, at one scale per clip."""
    scale = size[1] / (SHAPE[1] * figure.height)
    known = figure.xy[np.isfinite(figure.xy).all(1)]
    shift = np.array(size) / 2 - scale * 0.5 * (known.min(0) + known.max(0))
    warp = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    cropped = cv2.warpAffine(image, warp, size, flags=cv2.INTER_LINEAR, borderValue=EDGE)
    return cropped, moved(figure, scale, shift)


def _write_below(image: np.ndarray, words: list[str]) -> None:
    """Write the values side by side below the feet, in a text size that leaves a gap between them."""
    px = next(px for px in range(LETTERS, 0, -1) if sum(plate(each, px).size[0] for each in words) <= ROOM)
    for place, piece in enumerate(plate(each, px) for each in words):
        width, height = piece.size
        x = OUT[0] - width - EDGE_GAP if place else EDGE_GAP
        stamp(image, piece, x, OUT[1] - height - EDGE_GAP)


def numbers_at(
    motion: Motion, moment: KeyMoment, error_factor: float = 1.0, metrics: tuple[str, ...] | None = None
) -> list[str]:
    """Return the values of a frame with their 95 % uncertainty; what is not seen is left out.

    `error_factor` is the ratio of the errors of the pose model to the usual ones. `metrics` are those to
    write, by default the two of the moment.
    """
    index = min(round(moment.time * motion.rate), len(motion.xy) - 1)
    hip, knee, ankle = (motion.point(f"{moment.side}_{part}")[index] for part in ("hip", "knee", "ankle"))
    trunk = float(lean_deg(motion.middle("hip")[index], motion.middle("shoulder")[index]))
    bend = float(knee_flexion_deg(hip, knee, ankle))
    angles = {
        "knee_flexion_contact": bend, "knee_flexion_stance": bend, "shank_angle": float(shank_deg(knee, ankle)),
        "thigh_extension": -float(thigh_deg(hip, knee)), "trunk_lean": trunk,
    }  # fmt: skip
    return [
        f"{METRICS[name].short} {number(angles[name], 0)} ± {number(Z95 * error_factor * METRICS[name].error_from(motion.origin).sd, 0)}°"
        for name in (TOLD[moment.event] if metrics is None else metrics)
        if np.isfinite(angles[name])
    ]
