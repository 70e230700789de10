"""Choose the moments of a kinogram: five pictures of a step of each foot, as sprint coaches use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from formcheck.biomechanics import thigh_deg
from formcheck.gait.steps import LONGEST_STEP_S
from formcheck.skeleton import SIDES
from formcheck.types import Motion, Side, Step

Instant = Literal["toe-off", "highest point", "strike", "touchdown", "full support"]
INSTANTS: tuple[Instant, ...] = get_args(Instant)
EDGE_S = 0.10  # moments this close to an end of the clip may be affected by filter edges
GRID = 41  # moments of a flight that are searched for an instant
TOP_OF_FLIGHT = (0.2, 0.8)  # share of a flight; at its ends the hips rise or fall, whatever noise says


@dataclass(frozen=True)
class KinogramMoment:
    """One of the five instants of a step. `side` is the foot that lands in this step."""

    instant: Instant
    side: Side
    time: float  # s of real time since the first frame


def choose_moments(steps: Sequence[Step], motion: Motion) -> tuple[KinogramMoment, ...]:
    """Return the five moments of one step of each foot, from the middle of what was seen.

    Toe-off is the last contact of the other foot; at the highest point the hips are highest in flight;
    at strike the landing leg comes down while the trailing thigh passes the vertical; touchdown is the
    first contact; in full support the hips are above the foot (after McMillan & Pfaff 2018, ALTIS).

    Parameters
    ----------
    steps : sequence of Step
        Ordered by contact.
    motion : Motion
        A side view.

    Returns
    -------
    tuple of KinogramMoment
        Ten, ordered left before right and then by time; five where only one foot has a whole step,
        and none where neither has.
    """
    return tuple(
        moment
        for side in SIDES
        for before, step in _middle_pair(steps, motion, side)
        for moment in _moments(before, step, motion)
    )


def _middle_pair(steps: Sequence[Step], motion: Motion, side: Side) -> list[tuple[Step, Step]]:
    """Return the pair (step of the other foot, step of this foot) nearest to the middle, or nothing."""
    pairs = [
        (before, step)
        for before, step in zip(steps, steps[1:])
        if step.side == side != before.side and _whole(before, step, motion)
    ]
    middle = 0.5 * (steps[0].contact + steps[-1].contact) if steps else 0.0
    return sorted(pairs, key=lambda pair: abs(pair[1].contact - middle))[:1]


def _whole(before: Step, step: Step, motion: Motion) -> bool:
    """Return whether a step is complete and clear of the clip's ends."""
    inside = before.contact > EDGE_S and step.toe_off < motion.time[-1] - EDGE_S
    return bool(inside and step.contact - before.contact < LONGEST_STEP_S and before.toe_off < step.toe_off)


def _moments(before: Step, step: Step, motion: Motion) -> list[KinogramMoment]:
    leaves, lands = min(before.toe_off, step.contact), step.contact
    highest = _highest(motion, leaves, lands)
    times = (
        leaves,
        highest,
        _strike(motion, before.side, highest, lands),
        lands,
        _over_foot(motion, step),
    )
    return [KinogramMoment(instant, step.side, float(time)) for instant, time in zip(INSTANTS, times)]


def _at(motion: Motion, signal: np.ndarray, moments: np.ndarray) -> np.ndarray:
    return np.asarray(np.interp(moments, motion.time, signal))  # NaN next to a gap stays NaN


def _highest(motion: Motion, start: float, stop: float) -> float:
    """Return when the hips are highest in a flight; its middle where they are not seen."""
    moments = start + np.linspace(*TOP_OF_FLIGHT, GRID) * (stop - start)
    height = _at(motion, motion.middle("hip")[:, 1], moments)
    return float(moments[np.nanargmax(height)]) if np.isfinite(height).any() else 0.5 * (start + stop)


def _strike(motion: Motion, side: Side, start: float, stop: float) -> float:
    """Return when the thigh of the trailing leg passes the vertical while the other leg comes down.

    In distance running it often passes only after touchdown; then the middle of the way down is shown.
    """
    moments = np.linspace(start, stop, GRID)
    angle = _at(motion, thigh_deg(motion.point(f"{side}_hip"), motion.point(f"{side}_knee")), moments)
    passes = np.flatnonzero((angle[:-1] < 0) & (angle[1:] >= 0))
    return float(moments[passes[0]]) if len(passes) else 0.5 * (start + stop)


def _over_foot(motion: Motion, step: Step) -> float:
    """Return when the hips are above the middle of the standing foot; mid-contact where it is not seen."""
    moments = np.linspace(step.contact, step.toe_off, GRID)
    foot = 0.5 * (motion.point(f"{step.side}_heel") + motion.point(f"{step.side}_toe"))[:, 0]
    apart = np.abs(_at(motion, motion.middle("hip")[:, 0] - foot, moments))
    found = np.isfinite(apart).any()
    return float(moments[np.nanargmin(apart)]) if found else 0.5 * (step.contact + step.toe_off)
