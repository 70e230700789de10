"""Numbers about a set of a drill, each with its 95 % interval or the reason why it has no value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from formcheck.coaching.drillcheck.moves import DOWN_TOO_LONG_S, Moves, bridged
from formcheck.coaching.drillcheck.reps import Rep
from formcheck.coaching.drillcheck.rules import Counting
from formcheck.course import Z95
from formcheck.frame_rate import reaches
from formcheck.metrics.uncertainty import Estimate, estimate, roll_sd_deg
from formcheck.motion.preprocess import smooth
from formcheck.skeleton import SIDES
from formcheck.types import NOTHING_ELSE, Extra, Measurement, Scene

THIGH_SD_DEG = 4.0  # keypoint bias of hip and knee; 2.7 on the near side, more on the far one
FOLD_SD_DEG = 10.0  # the same for the knee: 4.7 in running; a heel at the seat reads up to 14 too open
STANDING_SD_DEG = 7.0  # a nearly straight knee
TRUNK_SD_DEG = 1.7  # as for running (metrics: trunk_lean)
LIFT_SD = 2.0  # % of leg length, ankles
DOWN_SD = 4.0  # % of the cycle, after the known bias is taken out
FLIGHT_SD_S = 0.025  # s, the same
CLOCK_SD = 0.3  # reps/min
STRIKE_SD_DEG = 5.0  # foot's pitch at landing
LANDING_FPS = 50.0  # frames/s below which a landing falls between frames
SMALL_SWING = 0.08  # leg lengths: hands that move less do not swing
FEWEST_REPS = 4
FEWEST_FOR_CHANGE = 12  # repetitions before thirds are compared
RHYTHM_KEPT = 1.5  # strides per stride time: what is quicker is smoothed away
CUT_OFF = 1.5  # intervals: a set this near to the clip's ends may go on beyond them

NAMES: dict[str, tuple[str, str]] = {
    "rate": ("Repetitions a minute", "/min"),
    "share_full": ("Full repetitions", "%"),
    "thigh": ("Thigh lift (90 = level)", "deg"),
    "fold": ("Knee bend at its deepest", "deg"),
    "foot_lift": ("Foot lift", "% leg"),
    "trunk_lean": ("Trunk lean, + forward", "deg"),
    "arms": ("Arms (1 = opposite the legs)", "ratio"),
    "landing_angle": ("Foot at landing, + toes up", "deg"),
    "feet_down": ("Foot down, of its cycle", "%"),
    "standing_knee": ("Bend of the standing knee", "deg"),
    "flight_time": ("Time in the air", "ms"),
    "unevenness": ("Unevenness of the rhythm", "%"),
    "set_time": ("Length of the set", "s"),
    "rate_change": ("Rate, end against start", "%"),
    "height_change": ("Height, end against start", "deg"),
    "left_right": ("Left leg higher than right", "deg"),
}


@dataclass(frozen=True, eq=False)
class Set:
    """One set: what a reading is made from."""

    moves: Moves
    scene: Scene
    rule: Counting
    reps: tuple[Rep, ...]
    frame_rate: float  # Hz

    def of(self, side: str) -> list[Rep]:
        """Return one leg's repetitions."""
        return [rep for rep in self.reps if rep.side == side]

    @property
    def heights(self) -> np.ndarray:
        """(n,) of each repetition: deg, or per cent of leg length."""
        return in_readable_unit(np.array([rep.height for rep in self.reps]), self)

    @property
    def height_sd(self) -> float:
        """Return the error all heights of the clip share, in their unit."""
        return {"knee": THIGH_SD_DEG, "fold": FOLD_SD_DEG, "lift": LIFT_SD}[self.rule.signal]

    @property
    def strides(self) -> np.ndarray:
        """(n,) s between repetitions of the same leg, in order of time."""
        gaps = [(b.peak, b.peak - a.peak) for s in SIDES for a, b in zip(self.of(s)[:-1], self.of(s)[1:])]
        return np.array([gap for _, gap in sorted(gaps)])


ReadingFormula = Callable[[Set], Measurement]


def in_readable_unit(height: np.ndarray, a_set: Set) -> np.ndarray:
    """Return heights of a drill's signal in the unit that people read."""
    if a_set.rule.signal == "knee":
        return np.asarray(np.degrees(np.arccos(np.clip(-height, -1, 1))))
    return height if a_set.rule.signal == "fold" else 100 * height * a_set.moves.lift_peak


def reading_of(id: str, value: Estimate, *systematic: float, extra: Extra = NOTHING_ELSE) -> Measurement:
    """Return a reading with its interval."""
    low, high = value.with_systematic(*systematic)
    return Measurement(id, NAMES[id][1], value.value, low, high, value.n, extra=extra)


def missing_reading(id: str, reason: str) -> Measurement:
    """Return a reading without a value, with its reason."""
    return Measurement(id, NAMES[id][1], why_missing=reason)


def rate(a_set: Set) -> Measurement:
    """Return repetitions a minute, both legs together."""
    return reading_of("rate", estimate(120 / a_set.strides), CLOCK_SD)


def share_full(a_set: Set) -> Measurement:
    """Return the share of full repetitions among such repetitions, of which the set is a sample.

    Two errors make its intervals: a set is a sample (Jeffreys' beta distribution), and all heights of the
    clip share an error. The shares that both allow are mixed by how likely each shared error is.
    """
    full = float(in_readable_unit(np.array([a_set.rule.full]), a_set)[0])
    errors = np.linspace(-3, 3, 61)  # in standard errors
    counts = np.array([np.sum(a_set.heights + error * a_set.height_sd >= full) for error in errors])
    weights = np.exp(-0.5 * errors**2)
    now, n = float(np.sum(a_set.heights >= full)), len(a_set.reps)

    def end(chance: float) -> float:
        return 100 * mixed_share(chance, counts, n, weights / weights.sum())

    share = 100 * now / n
    low, high = min(share, end(0.025)), max(share, end(0.975))
    sure = Extra(interval_80=(max(low, min(share, end(0.10))), min(high, max(share, end(0.90)))))
    return Measurement("share_full", "%", share, low, high, n, extra=sure)


def mixed_share(chance: float, counts: np.ndarray, n: int, weights: np.ndarray) -> float:
    """Return the share below which the true one lies with this chance.

    Parameters
    ----------
    chance : 0..1
    counts : (E,) how many of n would be full with each of E shared errors
    weights : (E,) how likely each shared error is, 1 in all
    """
    from scipy.optimize import brentq  # slow to load, and only drills need it
    from scipy.special import betainc

    a, b = counts + 0.5, n - counts + 0.5  # Jeffreys' prior
    return float(brentq(lambda share: float(weights @ betainc(a, b, share)) - chance, 0.0, 1.0))


def height(id: str) -> ReadingFormula:
    """Return the reading of how high the repetitions come."""
    return lambda a_set: reading_of(id, estimate(a_set.heights), a_set.height_sd)


def left_right(a_set: Set) -> Measurement:
    """Return how much higher the left leg comes than the right one."""
    sides = np.array([rep.side for rep in a_set.reps])
    left, right = (estimate(a_set.heights[sides == side]) for side in SIDES)
    if min(left.n, right.n) < 2:
        return missing_reading("left_right", "Only one leg's repetitions are visible.")
    both = Estimate(left.value - right.value, float(np.hypot(left.random, right.random)), left.n + right.n)
    return reading_of("left_right", both, np.sqrt(2) * a_set.height_sd)


def trunk_lean(a_set: Set) -> Measurement:
    """Return the trunk's mean lean from repetition to repetition."""
    if a_set.scene.view != "side":
        return missing_reading("trunk_lean", "Film from the side to see how the trunk leans.")
    means = np.array([mean_between(a_set.moves, a_set.moves.lean, *span) for span in between(a_set)])
    value = estimate(means)
    if value.n < 2:
        return missing_reading("trunk_lean", "Too little of shoulders and hips is visible.")
    return reading_of("trunk_lean", value, TRUNK_SD_DEG, roll_sd_deg(a_set.scene.roll_deg))


def between(a_set: Set) -> list[tuple[float, float]]:
    """Return (start, stop) in s from each peak to the next but one: both legs once."""
    return [(a.peak, b.peak) for a, b in zip(a_set.reps[:-2], a_set.reps[2:])]


def mean_between(moves: Moves, signal: np.ndarray, start: float, stop: float) -> float:
    """Return a signal's mean over a stretch of time, NaN where little of it is seen."""
    part = signal[(moves.time >= start) & (moves.time < stop)]
    seen = np.isfinite(part)
    return float(part[seen].mean()) if len(part) and seen.mean() > 0.6 else np.nan


def arms(a_set: Set) -> Measurement:
    """Return how well the opposite arm swings with each knee: the cosine of their phase, 1 = together.

    Both signals are smoothed to the rhythm of a stride first: a knee's rise is a short
    pulse, an arm's swing is not, and only their timing is asked.
    """
    moves = a_set.moves
    hands, knees = in_rhythm(a_set, moves.arms), in_rhythm(a_set, moves.knee[:, 1] - moves.knee[:, 0])
    both = np.isfinite(hands) & np.isfinite(knees)
    if both.mean() < 0.5:
        return missing_reading("arms", "Too little of the hands is visible.")
    if np.percentile(np.abs(hands[both] - np.median(hands[both])), 90) < SMALL_SWING:
        return missing_reading("arms", "The hands hardly move.")
    r = float(np.corrcoef(hands[both], knees[both])[0, 1])
    z, off = np.arctanh(np.clip(r, -0.999, 0.999)), Z95 / np.sqrt(max(len(a_set.reps) - 3, 1))
    low, high = float(np.tanh(z - off)), float(np.tanh(z + off))
    return Measurement("arms", "ratio", r, min(r, low), max(r, high), len(a_set.reps))


def in_rhythm(a_set: Set, signal: np.ndarray) -> np.ndarray:
    """Return a signal within the set, smoothed to the rhythm of a stride."""
    moves = a_set.moves
    slow = smooth(bridged(signal, moves.rate), moves.rate, RHYTHM_KEPT / float(np.median(a_set.strides)))
    inside = (moves.time >= a_set.reps[0].peak) & (moves.time <= a_set.reps[-1].peak)
    return slow[inside]


def landing_angle(a_set: Set) -> Measurement:
    """Return the near foot's angle as it lands, less its angle when flat: + toes up."""
    scene = a_set.scene
    if scene.view != "side" or scene.near_side is None:
        return missing_reading("landing_angle", "Film from the side to see how the foot lands.")
    if not reaches(a_set.frame_rate, LANDING_FPS):
        return missing_reading(
            "landing_angle", "Film with 60 frames a second or more to see how the foot lands."
        )
    value = estimate(landings(a_set.moves, SIDES.index(scene.near_side)))
    if value.n < FEWEST_REPS:
        return missing_reading("landing_angle", "Too little of heel and toe is visible.")
    return reading_of("landing_angle", value, STRIKE_SD_DEG)


def landings(moves: Moves, leg: int) -> np.ndarray:
    """Return the foot's pitch at each landing, less its pitch when flat, deg."""
    down, pitch = moves.down[:, leg], moves.pitch[:, leg]
    first = np.flatnonzero(down[1:] & ~down[:-1]) + 1
    touch = moves.time[first[moves.moving[first]]] + 0.5 * DOWN_TOO_LONG_S
    flat = np.nanmedian(pitch[down]) if np.isfinite(pitch[down]).any() else np.nan
    return np.asarray(np.interp(touch, moves.time, pitch) - flat)


def feet_down(a_set: Set) -> Measurement:
    """Return the share of its cycle that a foot is on the ground."""
    share = Estimate(100 * a_set.moves.feet_down, 0.0, len(a_set.reps))
    return reading_of("feet_down", share, DOWN_SD)


def standing_knee(a_set: Set) -> Measurement:
    """Return the near knee's bend while the other leg is at its highest."""
    scene, moves = a_set.scene, a_set.moves
    if scene.view != "side" or scene.near_side is None:
        return missing_reading("standing_knee", "Film from the side to see the standing leg.")
    leg = SIDES.index(scene.near_side)
    tops = [rep.peak for rep in a_set.reps if rep.side != scene.near_side]
    value = estimate(np.array([np.interp(top, moves.time, moves.fold[:, leg]) for top in tops]))
    if value.n < 2:
        return missing_reading("standing_knee", "Too little of the standing leg is visible.")
    return reading_of("standing_knee", value, STANDING_SD_DEG)


def flight_time(a_set: Set) -> Measurement:
    """Return the time in the air between steps."""
    return reading_of(
        "flight_time", Estimate(1000 * a_set.moves.flight_s, 0.0, len(a_set.reps)), 1000 * FLIGHT_SD_S
    )


def unevenness(a_set: Set) -> Measurement:
    """Return the spread of the time between steps of a leg, from the median absolute deviation."""
    strides = a_set.strides
    middle = float(np.median(strides))
    spread = 100 * 1.4826 * float(np.median(np.abs(strides - middle))) / middle
    half = Z95 * spread / np.sqrt(len(strides)) + 100 / (a_set.frame_rate * middle * np.sqrt(12))
    return Measurement("unevenness", "%", spread, max(0.0, spread - half), spread + half, len(strides))


def set_time(a_set: Set) -> Measurement:
    """Return how long the set lasts; at least so long where the clip's ends cut it off."""
    interval = 0.5 * float(np.median(a_set.strides))
    lasts = a_set.reps[-1].peak - a_set.reps[0].peak + interval
    cut = (
        a_set.reps[0].peak < CUT_OFF * interval
        or a_set.moves.time[-1] - a_set.reps[-1].peak < CUT_OFF * interval
    )
    extra = Extra(at_least=bool(cut))
    return reading_of("set_time", Estimate(lasts, 0.0, len(a_set.reps)), 0.25 * interval, extra=extra)


def rate_change(a_set: Set) -> Measurement:
    """Return how the rate of the last third differs from the first, %."""
    return change("rate_change", a_set, 120 / a_set.strides, relative=True)


def height_change(a_set: Set) -> Measurement:
    """Return how the height of the last third differs from the first."""
    return change("height_change", a_set, a_set.heights, relative=False)


def change(id: str, a_set: Set, values: np.ndarray, *, relative: bool) -> Measurement:
    """Return the mean of the last third less that of the first; what a clip's samples share cancels."""
    if len(a_set.reps) < FEWEST_FOR_CHANGE:
        return missing_reading(
            id, f"The set is too short to compare its ends: {FEWEST_FOR_CHANGE} repetitions or more."
        )
    third = len(values) // 3
    first, last = estimate(values[:third]), estimate(values[-third:])
    unit = 100 / first.value if relative else 1.0
    off = Estimate(
        unit * (last.value - first.value), unit * float(np.hypot(first.random, last.random)), first.n + last.n
    )
    return reading_of(id, off)


READINGS: dict[str, ReadingFormula] = {
    "rate": rate, "share_full": share_full, "thigh": height("thigh"), "fold": height("fold"),
    "foot_lift": height("foot_lift"), "trunk_lean": trunk_lean, "arms": arms, "landing_angle": landing_angle,
    "feet_down": feet_down, "standing_knee": standing_knee, "flight_time": flight_time, "unevenness": unevenness,
    "set_time": set_time, "rate_change": rate_change, "height_change": height_change, "left_right": left_right,
}  # fmt: skip


def readings(a_set: Set) -> tuple[Measurement, ...]:
    """Return all readings of a set, in the drill's own order."""
    return tuple(READINGS[id](a_set) for id in a_set.rule.readings)
