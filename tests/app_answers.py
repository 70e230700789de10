"""An answer to show: the runner made of sine waves, measured for real, with a cue of our own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import runner_in_numbers as numbers
from formcheck.metrics import classify, measure, not_measured
from formcheck.types import Analysis, Clip, Cue, PoseTrack, Refusal, Runner, Target

CUE = Cue(
    "cadence", "Try 170 steps a minute on one easy run (you took 162).", "Shorter steps land closer under the hips.",
    "fast_feet", 3.2, "B", "Runners differ with height and speed.",
    target=Target("cadence", "steps/min", 162.0, 170.1, "170 steps a minute"), notice="Count one foot for 30 seconds.",
)  # fmt: skip


def answer(cadence: float = 162.0, name: str = "run <1>.mp4", **changes) -> Analysis:
    """Return the analysis of a runner of this cadence."""
    runner = numbers.Sines(cadence=cadence, rate=60.0)
    motion, steps, scene = numbers.motion(runner), numbers.steps(runner), numbers.scene(runner)
    pixels = motion.xy * [260, -260] + [360, 760]
    track = PoseTrack(motion.time, pixels, np.ones(pixels.shape[:2]), (720, 1280), "sines")
    clip = Clip(name, "0" * 64, len(motion.time), 10.0, 60.0, False, 720, 1280, 0, 60.0)
    measurements = measure(motion, steps, scene, Runner())
    made = Analysis(
        clip,
        Runner(),
        track,
        scene,
        motion,
        steps,
        measurements,
        (CUE,),
        ("The trunk leans slightly forward.",),
        categories=classify(measurements),
    )
    return replace(made, **changes)


def refusal() -> Analysis:
    """Return the analysis of a clip that shows nobody."""
    whole = answer()
    why = Refusal("no_person", "No person is visible for long enough.", "Film one runner from the side.")
    scene = replace(whole.scene, activity="none", view="unknown", refusal=why)
    return replace(
        whole, scene=scene, motion=None, steps=(), measurements=not_measured(why.reason), cues=(), praise=()
    )
