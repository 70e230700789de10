"""Force-plate recordings of real runners with known contacts, viewed by a simulated camera from the side."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.errors import UnreadableInput
from formcheck.gait.steps import detect_steps
from formcheck.metrics import measure
from formcheck.mocap.recordings import (
    LabRecording,
    SimulatedView,
    at_times,
    film,
    find_recordings,
    read_recording,
)
from formcheck.skeleton import LEG, N_KEYPOINTS, SIDES, K
from formcheck.synthetic import Body
from formcheck.types import Runner, Scene, Step
from formcheck.validation.trials import Answer, Events, answer_of, events_of
from formcheck.validation.truth import FORMULAS, Course

RATES = (30.0, 60.0, 120.0)  # frames per second; the markers were recorded at 100 to 150 Hz
NOISE_M = 0.010
SECONDS = 10.0
SHORTEST_S = 1.5  # length of recording; shorter ones contain too few steps
IDS = (
    "cadence", "ground_contact_time", "flight_time", "duty_factor", "vertical_oscillation", "foot_strike_angle",
    "overstride", "shank_angle", "knee_flexion_contact", "knee_flexion_stance", "knee_flexion_swing", "thigh_extension",
)  # fmt: skip
"""The metrics that need only hips, knees, ankles and feet."""


@dataclass(frozen=True, eq=False)
class PlateTrial:
    """One recording at one frame rate."""

    name: str
    runner: str
    speed_mps: float
    fps: float
    answers: tuple[Answer, ...]
    events: Events


def run_plates(folder: Path) -> tuple[tuple[PlateTrial, ...], tuple[str, ...]]:
    """Measure every recording below a folder; also return the unusable ones, with the reason."""
    trials: list[PlateTrial] = []
    unused: list[str] = []
    for path in find_recordings(folder):
        try:
            recording = read_recording(path)
        except UnreadableInput as error:
            unused.append(str(error))
            continue
        if recording.duration < SHORTEST_S:
            unused.append(f"{recording.name}: only {recording.duration:.1f} s long.")
            continue
        trials += [run_plate(recording, fps) for fps in RATES]
    return tuple(trials), tuple(unused)


def run_plate(recording: LabRecording, fps: float) -> PlateTrial:
    """Simulate a camera view of ten seconds of a recording, add noise, and measure it."""
    rng = np.random.default_rng([zlib.crc32(recording.name.encode()), int(fps)])
    latest = max(0.0, recording.duration - SECONDS)
    camera = SimulatedView(fps, NOISE_M, start=float(rng.uniform(0, latest)), seconds=SECONDS)
    motion = film(recording, camera, rng)
    scene = Scene(
        "running", "side", "right", "treadmill", 1, motion.near_side, roll_deg=0.0, yaw_deg=0.0,
        detected_share=1.0, person_height_px=700.0,
    )  # fmt: skip
    steps = detect_steps(motion)
    found = measure(motion, steps, scene, Runner())
    course = course_of(recording, camera)
    true = {id: FORMULAS[id](course, Runner()) for id in IDS}
    true["vertical_oscillation"] /= course.body.thigh + course.body.shank  # stature unknown: % of leg
    answers = tuple(answer_of(found[id], true[id], fps) for id in IDS)
    events = events_of(steps, course.steps, fps, float(course.time[-1]))
    return PlateTrial(recording.name, recording.runner, recording.speed_mps, fps, answers, events)


def course_of(recording: LabRecording, camera: SimulatedView) -> Course:
    """Return the motion and contacts in the simulated view, from markers and force plate."""
    end = min(recording.duration, camera.start + camera.seconds)
    time = np.arange(camera.start, end, 1 / recording.rate)
    legs = at_times(recording.legs, recording.rate, time)
    legs[:, :, 4] = legs[:, :, 3] + recording.toe_beyond * (legs[:, :, 4] - legs[:, :, 3])
    points = np.full((len(time), N_KEYPOINTS, 3), np.nan)
    for index, side in enumerate(SIDES):
        for number, part in enumerate(LEG):
            points[:, K[f"{side}_{part}"]] = np.insert(legs[:, index, number], 1, 0.0, axis=1)
    thigh, shank = np.percentile(np.linalg.norm(np.diff(legs[:, 0, :3], axis=1), axis=-1), 90, axis=0)
    body = replace(Body(), thigh=float(thigh), shank=float(shank))
    steps = steps_of(recording, camera.start, end)
    return Course(time - camera.start, points, steps, "left", body, recording.speed_mps)


def steps_of(recording: LabRecording, start: float, end: float) -> tuple[Step, ...]:
    """Return the force plate's contacts within a period, in s after its start."""
    found = [
        Step(side, float(on - start), float(off - start) if off < end else np.nan, 0.0, 0.0, side == "left")
        for side in SIDES
        for on, off in recording.contacts(side)
        if start <= on < end
    ]
    return tuple(sorted(found, key=lambda step: step.contact))
