"""The figure as one small SVG, which moves without a script (SMIL)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.draw.drills.moves import Move, Prop

PX_PER_M = 100.0
LEFT, RIGHT, TOP, BOTTOM = -1.15, 1.15, 2.12, -0.18  # m, what the picture shows
SLOW_FROM_S = 1.0  # a quicker cycle is shown at half speed, to be followed by eye
MARKS_M = 0.9  # between the marks on ground that moves
WEIGHT_RADIUS, BELL_RADIUS, HEAD_RADIUS = 0.2, 0.08, 0.1  # m


def figure_svg(move: Move, name: str) -> str:
    """Return the picture of one drill, with its animation; `name` is said by screen readers."""
    frames = move.frames
    slow = 2.0 if frames.seconds < SLOW_FROM_S else 1.0
    seconds = slow * frames.seconds
    lines = [
        ("far", frames.arms[:, 1]), ("far", frames.legs[:, 1]), ("trunk", frames.trunk),
        ("near", frames.legs[:, 0]), ("near", frames.arms[:, 0]),
    ]  # fmt: skip
    drawn = "".join(_line(kind, points, move.still, seconds) for kind, points in lines)
    things = "".join(_prop(each, frames.arms[:, 0, 2], move.still, seconds) for each in move.props)
    head = _disc("head", frames.head, HEAD_RADIUS, move.still, seconds)
    width, height = round(PX_PER_M * (RIGHT - LEFT)), round(PX_PER_M * (TOP - BOTTOM))
    middle = _pair(np.zeros(2))
    return (
        f'<svg class="figure" viewBox="0 0 {width} {height}" role="img" aria-label="A drawn figure: {name}" '
        f'data-still="{seconds * move.still / (len(frames.trunk) - 1):.2f}">'
        f'<g transform="rotate({-move.slope_deg:g} {middle})">{_ground(frames.speed_mps / slow)}{things}{drawn}{head}</g></svg>'
    )


def _pair(point: np.ndarray) -> str:
    return f"{PX_PER_M * (point[0] - LEFT):.0f} {PX_PER_M * (TOP - point[1]):.0f}"


def _points(points: np.ndarray) -> str:
    return " ".join(_pair(each).replace(" ", ",") for each in points)


def _animate(attribute: str, values: Sequence[str], seconds: float) -> str:
    """Return an endless animation; one that changes nothing is left out."""
    if len(set(values)) == 1:
        return ""
    return f'<animate attributeName="{attribute}" dur="{seconds:.2f}s" repeatCount="indefinite" values="{";".join(values)}"/>'


def _line(kind: str, points: np.ndarray, still: int, seconds: float) -> str:
    values = [_points(each) for each in points]
    return (
        f'<polyline class="{kind}" points="{values[still]}">{_animate("points", values, seconds)}</polyline>'
    )


def _disc(kind: str, centres: np.ndarray, radius: float, still: int, seconds: float) -> str:
    x, y = zip(*(_pair(each).split() for each in centres))
    moving = _animate("cx", x, seconds) + _animate("cy", y, seconds)
    return f'<circle class="{kind}" cx="{x[still]}" cy="{y[still]}" r="{PX_PER_M * radius:.0f}">{moving}</circle>'


def _ground(speed_mps: float) -> str:
    """Return the ground, whose marks move back under a figure that runs on."""
    y = f"{PX_PER_M * TOP:.0f}"
    right = f"{PX_PER_M * (RIGHT - LEFT):.0f}"
    line = f'<path class="ground" d="M-40 {y}H{PX_PER_M * (RIGHT - LEFT) + 40:.0f}"/>'
    if not speed_mps:
        return line
    gap = PX_PER_M * MARKS_M
    moving = _animate("stroke-dashoffset", ("0", f"{gap:.0f}"), MARKS_M / speed_mps)
    below = f"{PX_PER_M * TOP + 8:.0f}"
    return f'{line}<path class="marks" stroke-dasharray="30 {gap - 30:.0f}" d="M0 {below}H{right}">{moving}</path>'


def _prop(prop: Prop, hands: np.ndarray, still: int, seconds: float) -> str:
    if prop.kind == "box":
        left, bottom, width, height = prop.place
        x, y = _pair(np.array([left, bottom + height])).split()
        return f'<rect class="box" x="{x}" y="{y}" width="{PX_PER_M * width:.0f}" height="{PX_PER_M * height:.0f}" rx="4"/>'
    if prop.kind == "rope":
        return _rope(hands, still, seconds)
    radius = WEIGHT_RADIUS if prop.kind == "weight" else BELL_RADIUS
    return _disc("held", hands, radius, still, seconds)


def _rope(hands: np.ndarray, still: int, seconds: float) -> str:
    """Return a rope that turns once a jump: over the head at the landing, under the feet in the air."""
    turn = 2 * np.pi * np.arange(len(hands)) / (len(hands) - 1)
    reach = np.stack([0.55 * np.sin(turn), 0.95 * np.cos(turn)], axis=-1)
    loops = [
        f"M{_pair(hand)}Q{_pair(hand + 1.15 * way)} {_pair(hand + way)}" for hand, way in zip(hands, reach)
    ]
    return f'<path class="rope" d="{loops[still]}">{_animate("d", loops, seconds)}</path>'
