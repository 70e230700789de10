"""Build the result of a metric: a value with its interval, or a reason and what to film."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from formcheck.course import Z95
from formcheck.frame_rate import in_words, reaches
from formcheck.metrics.metric import Metric
from formcheck.metrics.recording import Recording
from formcheck.metrics.uncertainty import Estimate, estimate
from formcheck.types import NOTHING_ELSE, Extra, Measurement, Side, Step

Series = Callable[[Recording, Side], np.ndarray]
"""A leg's signal over the clip, (N,)."""

Read = Callable[[Recording, np.ndarray, Sequence[Step]], np.ndarray]
"""The value of that signal for each step of a leg, NaN = not visible."""

FAR_LEG = 1.5  # keypoint error of the partly hidden far leg over that of the near leg (Mo 2025: 5.1, 2.9 deg)

VIEW_TO_FILM = {"side": "side", "oblique": "side", "front": "front", "rear": "front"}
SEEN_FROM = {
    "side": "not visible from the side",
    "front": "not visible from the front",
    "rear": "not visible from behind",
    "oblique": "not measurable at this angle",
    "unknown": "the view of this clip is not clear",
}
TELL = {
    "height_m": "the runner's height (--height)",
    "mass_kg": "the runner's body mass (--mass)",
    "speed_mps": "the running speed (--speed)",
}


@dataclass(frozen=True)
class Reason:
    """Why there is no value: a code for programs and a sentence for people."""

    code: str
    sentence: str


def missing(metric: Metric, reason: Reason, unit: str | None = None) -> Measurement:
    """Return a measurement without a value, with its reason."""
    return Measurement(metric.id, unit or metric.unit, why_missing=reason.sentence, missing_code=reason.code)


def certain_enough(metric: Metric, found: Measurement, source: str = "unknown") -> Measurement:
    """Return a measurement, or a reason if its interval is too wide to be informative.

    The same limit applies to the value of each leg. `source` is where the keypoints are from:
    the reason says so if the best pose model would give a value.
    """
    limit = metric.widest_in(found.unit)
    if found.measured and _half_width(found) > limit:
        needs_best = _half_width_with_best(metric, found, source) <= limit
        return missing(metric, use_best(found) if needs_best else too_uncertain(found), found.unit)
    return replace(found, by_side=tuple(each for each in found.by_side if _half_width(each) <= limit))


def _half_width(found: Measurement) -> float:
    return 0.5 * (found.high - found.low)


def _half_width_with_best(metric: Metric, found: Measurement, source: str) -> float:
    """Return the half-width that keypoints of the best pose model would give the same clip."""
    known = metric.on_people.of(source) if metric.on_people else None
    if metric.on_people is None or known is None:
        return _half_width(found)
    own, best = known.sd, metric.on_people.best
    return float(np.sqrt(_half_width(found) ** 2 + Z95**2 * (best**2 - own**2)))


def too_uncertain(found: Measurement) -> Reason:
    """Return the reason for an interval that is too wide to be informative."""
    return Reason(
        "too_uncertain",
        f"Too uncertain in this clip: ± {_amount(found)}. Film at least 10 seconds from closer, in good light.",
    )


def use_best(found: Measurement) -> Reason:
    """Return the reason for an interval that only the best pose model makes narrow enough."""
    return Reason(
        "use_best",
        f"Too uncertain with this pose model: ± {_amount(found)}. Measure the clip with the setting Best.",
    )


def _amount(found: Measurement) -> str:
    half = _half_width(found)
    amount = f"{half:.0f}" if half >= 10 else f"{half:.1f}"
    return f"{amount}°" if found.unit == "deg" else f"{amount} {found.unit}".replace("ratio", "").strip()


def why_not(metric: Metric, rec: Recording) -> Reason | None:
    """Return why a metric cannot be measured in this clip, and what to film instead."""
    if rec.scene.view not in metric.views:
        sentence = f"{SEEN_FROM[rec.scene.view]}: film from the {VIEW_TO_FILM[metric.views[0]]}"
        return Reason("view", sentence)
    if not reaches(rec.motion.frame_rate, metric.min_fps):
        rate, least = in_words(rec.motion.frame_rate), metric.min_fps
        sentence = f"Needs {least:.0f} frames a second; this clip has {rate}. Film with {max(60, least):.0f} or more."
        return Reason("frame_rate", sentence)
    not_stated = [TELL[name] for name in metric.needs if getattr(rec.runner, name) is None]
    if not_stated:
        return Reason("not_told", f"Needs {' and '.join(not_stated)}.")
    if rec.steps_seen < metric.min_steps:
        return too_few(rec.steps_seen, metric.min_steps)
    return None


def too_few(seen: int, least: int) -> Reason:
    """Return the reason for too few steps."""
    steps = "1 step is" if seen == 1 else f"{seen} steps are"
    return Reason(
        "too_few_steps", f"Only {steps} clearly visible and {least} are needed: film at least 10 seconds."
    )


def hidden(what: str) -> Reason:
    """Return the reason for a body part that is not visible enough."""
    return Reason(
        "hidden",
        f"Too little of {what} is visible: film the whole body in good light with nothing in front of it.",
    )


FEET_CUT_OFF = Reason(
    "feet_cut_off", "The feet are cut off: film the whole body with both feet in the picture."
)


def answer(
    metric: Metric,
    value: Estimate,
    *systematic: float,
    of_clip: Sequence[float] = (),
    samples: Sequence[float] | np.ndarray = (),
    times: Sequence[float] | np.ndarray = (),
    side: Literal["left", "right", "both"] = "both",
    by_side: tuple[Measurement, ...] = (),
    unit: str | None = None,
    extra: Extra = NOTHING_ELSE,
) -> Measurement:
    """Return a measured value with its 95 % interval.

    `systematic` are standard errors that all steps of the clip share, and that other clips of the
    runner share in part (`Metric.varies`); `of_clip` are those that no other clip shares, such as
    that of the camera's tilt. The sigma of the metric is not added automatically. Missing samples are left out.
    """
    low, high = value.with_systematic(*systematic, *of_clip)
    repeats = float(np.linalg.norm(systematic)) * float(np.sqrt(1 - metric.varies**2))
    seen = [(float(t), float(v)) for t, v in zip(times, samples) if np.isfinite(v)]
    return Measurement(
        metric.id, unit or metric.unit, value.value, low, high, value.n, side,
        times=tuple(t for t, _ in seen), samples=tuple(v for _, v in seen),
        by_side=by_side, repeats_sd=repeats, extra=extra,
    )  # fmt: skip


def own_error(rec: Recording, metric: Metric) -> float:
    """Return the keypoints' standard error of a metric, larger where the runner is hard to see."""
    return metric.error_from(rec.motion.origin).sd * rec.scene.pose_error_factor


def where_it_repeats(found: Measurement, rec: Recording) -> Measurement:
    """Return a measurement that names the clips in which part of its error repeats; of one leg nothing is said."""
    legs = tuple(replace(each, repeats_sd=0.0) for each in found.by_side)
    told = f"{rec.motion.origin}, {rec.scene.view}" if found.repeats_sd else ""
    return replace(found, by_side=legs, repeats_with=told)


def about(metric: Metric, rec: Recording) -> Extra:
    """Return whether this frame rate makes the value too approximate to be judged."""
    return Extra(about=not reaches(rec.motion.frame_rate, metric.sure_fps))


def near_leg(
    rec: Recording,
    metric: Metric,
    series: Series,
    read: Read,
    what: str,
    *systematic: float,
    of_clip: Sequence[float] = (),
) -> Measurement:
    """Return a metric of one leg: the value of the near leg, with the values of both legs attached.

    `series` gives the signal of a leg and `read` the value of every step from it; `what`
    names the body part for the reason when it is not visible. The shared timing error of
    the contacts is propagated by reading every step earlier and later by that error.
    """
    legs = {
        side: one_leg(rec, metric, series, read, side, what, *systematic, of_clip=of_clip)
        for side in (rec.near, rec.far)
    }
    near = legs[rec.near]
    if not near.measured:
        return near
    sides = tuple(legs[side] for side in ("left", "right") if legs[side].measured)
    return replace(near, by_side=sides, extra=about(metric, rec))


def one_leg(
    rec: Recording,
    metric: Metric,
    series: Series,
    read: Read,
    side: Side,
    what: str,
    *systematic: float,
    of_clip: Sequence[float] = (),
) -> Measurement:
    """Return the value of one leg for a metric that is measured step by step."""
    steps, signal = rec.of(side), series(rec, side)
    values = read(rec, signal, steps) - metric.error_from(rec.motion.origin).bias
    value = estimate(values)
    least = -(-metric.min_steps // 2)
    if value.n < least:
        return missing(metric, too_few(value.n, least) if len(steps) < least else hidden(what))
    grade = 1.0 if side == rec.near else FAR_LEG
    timing = timing_part(rec, signal, read, steps)
    return answer(
        metric, value, grade * own_error(rec, metric), timing, *systematic, of_clip=of_clip,
        samples=values, times=[step.contact for step in steps], side=side,
    )  # fmt: skip


def at_contact(rec: Recording, signal: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """Return (n,) a signal at the initial contacts."""
    return np.array([rec.at(signal, step.contact) for step in steps])


def timing_part(rec: Recording, signal: np.ndarray, read: Read, steps: Sequence[Step]) -> float:
    """Return the error of a metric that is caused by the shared timing error of the contacts."""
    early, late = (
        read(rec, signal, [replace(step, contact=step.contact + sign * rec.event_sd) for step in steps])
        for sign in (-1, 1)
    )
    change = 0.5 * (late - early)
    found = change[np.isfinite(change)]
    return float(abs(np.median(found))) if len(found) else 0.0
