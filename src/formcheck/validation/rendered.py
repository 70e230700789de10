"""Rendered clips with known truth: tests the whole pipeline from frames to metrics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.errors import FormCheckError
from formcheck.frame_rate import reaches
from formcheck.metrics import METRICS
from formcheck.pipeline import analyze
from formcheck.synthetic.truth_file import read_truth
from formcheck.types import ModelOption, Runner
from formcheck.validation.trials import Answer, answer_of

TRUTH = ".truth.json.gz"
RUNNING = "running"
LIMITS = {"cadence": 0.5, "trunk_lean": 2.5, "elbow_angle": 8.0, "ground_contact_time": 15.0}
"""Acceptance criteria for rendered clips: the largest allowed error, in the metric's unit."""
LIMIT_FROM_FPS = {"ground_contact_time": 60.0, "foot_strike_angle": 120.0}


@dataclass(frozen=True)
class RenderedClip:
    """One rendered clip, measured."""

    name: str
    fps: float
    view: str
    motion: str
    refusal: str | None  # its code, or why the clip could not be read
    answers: tuple[Answer, ...]

    @property
    def fine(self) -> bool:
        """Whether a running clip was measured, or any other clip refused."""
        return (self.refusal is None) == (self.motion == RUNNING)

    def answer(self, id: str) -> Answer | None:
        """Return a metric's answer if it was measured and has a criterion at this frame rate."""
        if not reaches(self.fps, LIMIT_FROM_FPS.get(id, 0.0)):
            return None
        return next((a for a in self.answers if a.metric == id and a.measured and np.isfinite(a.truth)), None)

    def missed(self) -> tuple[str, ...]:
        """Return the metrics that miss their criterion.

        Arm crossover must be detected where it is true, and only there.
        """
        told = {id: self.answer(id) for id in LIMITS}
        far = [id for id, a in told.items() if a is not None and abs(a.error) > LIMITS[id]]
        strike, arms = self.answer("foot_strike_angle"), self.answer("arm_crossover")
        if strike and strike.kind not in ("unclear", strike.true_kind):
            far.append("foot_strike_angle")
        if arms and np.sign(arms.value) != np.sign(arms.truth):
            far.append("arm_crossover")
        return tuple(far)


def run_rendered(folder: Path, model: ModelOption = "best") -> tuple[RenderedClip, ...]:
    """Measure every clip below a folder that has a truth file beside it."""
    paths = sorted(folder.rglob(f"*{TRUTH}"))
    return tuple(run_one(path, model) for path in paths if video_of(path).is_file())


def video_of(truth: Path) -> Path:
    """Return the clip that belongs to a truth file."""
    return truth.with_name(truth.name.removesuffix(TRUTH) + ".mp4")


def run_one(path: Path, model: ModelOption) -> RenderedClip:
    """Measure one clip and compare it with the points that people would mark."""
    truth = read_truth(path)
    camera, gait = truth["camera"], truth["gait"]
    true = truth["answers"].get("marked", {})  # walkers and drills have none
    name, fps = video_of(path).name, float(camera["fps"])
    told = Runner(height_m=float(gait["body"]["height"]))
    try:
        analysis = analyze(video_of(path), told, model=model)
    except FormCheckError as error:
        return RenderedClip(name, fps, camera["view"], gait["motion"], str(error), ())
    answers = tuple(
        answer_of(found, np.nan if true[id] is None else float(true[id]), fps)
        for id, found in analysis.measurements.items()
        if camera["view"] in METRICS[id].views and id in true
    )
    refusal = analysis.refusal.code if analysis.refusal else None
    return RenderedClip(name, fps, camera["view"], gait["motion"], refusal, answers)
