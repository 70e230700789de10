"""Force-plate runners at their own speed: who lies outside a range, and who gets a cue."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.coaching.targets import LEG_SHARE
from formcheck.errors import UnreadableInput
from formcheck.gait.steps import detect_steps
from formcheck.metrics import METRICS, measure
from formcheck.metrics.norms import NORMS
from formcheck.mocap.recordings import LabRecording, SimulatedView, film, find_recordings, read_recording
from formcheck.motion.preprocess import low_pass
from formcheck.synthetic import PEOPLE
from formcheck.synthetic.errors import seen_with
from formcheck.types import Motion, Runner, Scene, Step
from formcheck.validation.cue_trials import Heard, told_to_change
from formcheck.validation.plates import IDS, course_of
from formcheck.validation.trials import as_on_people
from formcheck.validation.truth import FORMULAS, Course

FPS, SECONDS = 30.0, 10.0
LOST = 0.5  # confidence below which a point is not seen
JUDGED = tuple(id for id in IDS if METRICS[id].norm)


@dataclass(frozen=True)
class PlateCues:
    """One runner at one speed."""

    runner: str
    speed_mps: float
    cues: tuple[str, ...]  # ids of the rules that spoke
    outside: tuple[str, ...]  # metrics whose true value lies outside its range at this speed
    judged: tuple[str, ...] = JUDGED


def plate_cues(folder: Path) -> Iterator[PlateCues]:
    """Yield every runner below a folder whose speed is known and who runs for long enough."""
    for path in find_recordings(folder):
        try:
            recording = read_recording(path)
        except UnreadableInput:  # `run_plates` names it
            continue
        if np.isfinite(recording.speed_mps) and recording.duration >= SECONDS:
            yield film_and_coach(recording)


def film_and_coach(recording: LabRecording) -> PlateCues:
    """Film a runner with errors like those of a pose model on people, and coach; the speed is stated."""
    rng = np.random.default_rng(zlib.crc32(recording.name.encode()))
    camera = SimulatedView(FPS, start=0.0, seconds=SECONDS)
    course, told = course_of(recording, camera), Runner(speed_mps=recording.speed_mps)
    motion = as_seen(film(recording, camera, rng), course.steps, rng)
    scene = Scene(
        "running", "side", "right", "treadmill", 1, motion.near_side, roll_deg=0.0, yaw_deg=0.0,
        detected_share=1.0, person_height_px=700.0,
    )  # fmt: skip
    steps = as_on_people(detect_steps(motion), course.steps, rng)
    heard = Heard(measure(motion, steps, scene, told), scene, steps, told)
    return PlateCues(recording.runner, recording.speed_mps, told_to_change(heard), outside(course, told))


def outside(course: Course, told: Runner) -> tuple[str, ...]:
    """Return the metrics whose true value lies outside its range at the speed of the run."""
    return tuple(id for id in JUDGED if not inside(id, FORMULAS[id](course, told), course))


def inside(id: str, value: float, course: Course) -> bool:
    """Return whether a true value lies inside its range; a bounce, of a runner of unknown stature, in leg lengths."""
    in_legs = METRICS[id].norm_in_legs
    norm = (in_legs or NORMS[id]).at(course.speed)
    leg_m = course.body.thigh + course.body.shank
    return norm.low <= (value / leg_m if in_legs else value) <= norm.high


def as_seen(motion: Motion, steps: tuple[Step, ...], rng: np.random.Generator) -> Motion:
    """Return markers with errors like those of a pose model on people, in leg lengths."""
    near = motion.near_side or "left"
    stride_s = float(np.mean(np.diff([step.contact for step in steps if step.side == near])))
    seen = seen_with(PEOPLE, motion.raw, motion.time, 1 / LEG_SHARE, near, rng, stride_s)
    raw = np.where(seen.confidence[..., None] >= LOST, seen.xy, motion.raw)
    return replace(motion, raw=raw, xy=low_pass(raw, motion.rate))
