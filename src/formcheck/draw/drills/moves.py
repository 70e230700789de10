"""How the figure moves in each drill: as the synthetic runner does, or from posture to posture."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.draw.drills.body import FigureFrames, Posture, figure_of
from formcheck.skeleton import K
from formcheck.synthetic import Camera, gait_of, make_truth

MOVES_FILE = Path(__file__).with_name("moves.toml")
FRAMES = 16  # of one stride
BETWEEN = 6  # frames from one posture to the next
SETTLED_S = 3.0  # the synthetic runner's first steps are left out
LEG, ARM = ("hip", "knee", "ankle", "heel", "toe"), ("shoulder", "elbow", "wrist")


@dataclass(frozen=True)
class Prop:
    """A thing of the gym: a box on the ground, or a weight or rope in the hands."""

    kind: str  # "box", "weight", "bell", "rope"
    # m, of a box: left, bottom, width, height
    place: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Move:
    """One drill's figure, and what is drawn around it."""

    frames: FigureFrames
    still: int  # the frame that says most, shown where nothing moves
    props: tuple[Prop, ...] = ()
    slope_deg: float = 0.0  # of the ground, uphill positive


@cache
def moves() -> dict[str, Move]:
    """Return the figure's moves by the drill's id."""
    table = tomllib.loads(MOVES_FILE.read_text(encoding="utf-8"))
    return {id: _move(row) for id, row in table.items()}


def _move(row: dict[str, Any]) -> Move:
    frames = _stride(**row["gait"]) if "gait" in row else _postures(row["postures"], row["seconds"])
    props = tuple(
        Prop(each["kind"], tuple(each.get("place", (0.0, 0.0, 0.0, 0.0)))) for each in row.get("props", ())
    )
    return Move(frames, row.get("still", 0), props, row.get("slope", 0.0))


def _postures(rows: list[dict[str, Any]], seconds: float) -> FigureFrames:
    """Pass smoothly from each posture to the next, and from the last to the first."""
    known = np.array([Posture(**row).numbers for row in rows])
    share = np.arange(BETWEEN) / BETWEEN
    eased = (share * share * (3 - 2 * share))[:, None]
    between = [a + eased * (b - a) for a, b in zip(known, np.roll(known, -1, axis=0))]
    return figure_of(np.concatenate([*between, known[:1]]), seconds)


def _stride(motion: str, **changes: Any) -> FigureFrames:
    """Return one stride of the synthetic runner, seen from his right side."""
    gait = gait_of(motion, variation=0.0, overground=False, **changes)
    truth = make_truth(gait, Camera(), 0, SETTLED_S + 4.0)
    start = next(step.contact for step in truth.steps if step.side == "right" and step.contact > SETTLED_S)
    seconds = 2 * gait.step_time
    points = truth.mover.pose(start + seconds * np.arange(FRAMES + 1) / FRAMES).points[:, :, [0, 2]]

    def lines(names: tuple[str, ...]) -> np.ndarray:
        return np.stack([points[:, [K[f"{side}_{name}"] for name in names]] for side in ("right", "left")], 1)

    trunk = np.stack([_middle(points, "hip"), _middle(points, "shoulder")], axis=1)
    return FigureFrames(seconds, trunk, _middle(points, "ear"), lines(LEG), lines(ARM), gait.speed)


def _middle(points: np.ndarray, name: str) -> np.ndarray:
    return np.asarray(0.5 * (points[:, K[f"left_{name}"]] + points[:, K[f"right_{name}"]]))
