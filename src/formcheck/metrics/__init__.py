"""Measure a clip: `measure` returns each metric with an interval, or the reason why it has no value."""

from __future__ import annotations

from dataclasses import replace

from formcheck.metrics.categories import classify
from formcheck.metrics.metric import Metric
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import Reason, certain_enough, missing, where_it_repeats, why_not
from formcheck.metrics.speed import pace
from formcheck.metrics.standing import against_stand
from formcheck.metrics.table import CATEGORIES, METRICS
from formcheck.motion.standing import Standing
from formcheck.types import Extra, Measurement, Motion, Runner, Scene, Step

__all__ = ["CATEGORIES", "METRICS", "Metric", "classify", "measure", "not_measured"]


def measure(
    motion: Motion, steps: tuple[Step, ...], scene: Scene, runner: Runner, standing: Standing | None = None
) -> dict[str, Measurement]:
    """Measure every metric in the table; each gets a value or a reason why it has none.

    Parameters
    ----------
    motion : Motion
        In real time, lengths in leg lengths.
    steps : tuple of Step
        The steps of both feet, ordered by initial contact. May be empty: rhythm and posture need no steps.
    scene : Scene
        Its view, roll and yaw decide which metrics can be measured and how uncertain they are.
    runner : Runner
        The height is needed for lengths in metres, the mass for leg stiffness.
    standing : Standing, optional
        The runner's own zero for feet, knees, trunk and head.

    Returns
    -------
    dict of Measurement
        One measurement for every id in `METRICS`, in that order.
    """
    rec = Recording(motion, steps, scene, runner, standing)
    speed = pace(rec)
    return {id: _at_speed(metric, answer_one(metric, rec), speed) for id, metric in METRICS.items()}


def not_measured(reason: str, code: str = "refused") -> dict[str, Measurement]:
    """Return every metric without a value and with the same reason, for a clip that was refused."""
    return {id: missing(metric, Reason(code, reason)) for id, metric in METRICS.items()}


def answer_one(metric: Metric, rec: Recording) -> Measurement:
    """Measure one metric: return a value with a sufficiently narrow interval, or a reason."""
    reason = why_not(metric, rec)
    if reason:
        return missing(metric, reason)
    found = where_it_repeats(against_stand(metric, metric.formula(rec, metric), rec), rec)
    return certain_enough(metric, found, rec.motion.origin)


def _at_speed(metric: Metric, found: Measurement, speed: Extra) -> Measurement:
    """Return a measurement with the running speed attached, if its range depends on speed."""
    by_speed = metric.norm is not None and metric.norm.healthy is not None
    if not by_speed or not found.measured:
        return found
    told = replace(found.extra, speed_mps=speed.speed_mps, speed_sd_mps=speed.speed_sd_mps)
    return replace(found, extra=told)
