"""Numbers with intervals, or why there is none: `measure` and the table of metrics."""

from __future__ import annotations

from formcheck.metrics.metric import Metric
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import Reason, certain_enough, missing, why_not
from formcheck.metrics.table import METRICS
from formcheck.types import Measurement, Motion, Runner, Scene, Step

__all__ = ["METRICS", "Metric", "measure", "not_measured"]


def measure(motion: Motion, steps: tuple[Step, ...], scene: Scene, runner: Runner) -> dict[str, Measurement]:
    """Answer every metric of the table, with a value or with a reason.

    Parameters
    ----------
    motion : Motion
        In real time and leg lengths.
    steps : tuple of Step
        Both feet's, ordered by contact; may be empty: rhythm and posture do without.
    scene : Scene
        View, roll and yaw decide what can be measured and how surely.
    runner : Runner
        Height unlocks lengths, mass stiffness.

    Returns
    -------
    dict of Measurement
        Every id of `METRICS`, in that order.
    """
    rec = Recording(motion, steps, scene, runner)
    return {id: answer_one(metric, rec) for id, metric in METRICS.items()}


def not_measured(reason: str, code: str = "refused") -> dict[str, Measurement]:
    """Answer every metric with the same reason, for a clip that was refused."""
    return {id: missing(metric, Reason(code, reason)) for id, metric in METRICS.items()}


def answer_one(metric: Metric, rec: Recording) -> Measurement:
    """Answer one metric, with a value that is certain enough or with a reason."""
    reason = why_not(metric, rec)
    return missing(metric, reason) if reason else certain_enough(metric, metric.formula(rec, metric))
