"""Whole analyses and tiny real videos of a runner whose every number is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

import runner_in_numbers as numbers
from formcheck.metrics import classify, measure, not_measured
from formcheck.types import Analysis, Clip, Cue, Frame, PoseTrack, Refusal, Runner, Target, Warn
from formcheck.video import VideoWriter

CUES = (
    Cue("cadence", "Take quicker, shorter steps.", "Shorter steps land closer under the hips.",
        "fast_feet", 1.0, "B", "Runners differ with height and speed.",
        target=Target("cadence", "steps/min", 162.0, 170.1, "170 steps a minute")),
    Cue("trunk_lean", "Run a little taller.", "A slight lean is enough.",
        "tall_posture", 4.0, "C", "Lean changes with speed."),
)  # fmt: skip
LEG_PX = 0.2  # of the picture's height
HOSTILE = "run <b>&\"'.mp4"


def analysis(size=(360, 640), fps=30.0, runner=None, name="run.mp4", **sines) -> Analysis:
    """Return the analysis of a runner of sine waves, filmed from the side, facing right."""
    p = numbers.Sines(**{"cadence": 162.0, "rate": fps, "seconds": 6.0, **sines})
    motion, steps, scene = numbers.motion(p), numbers.steps(p), numbers.scene(p)
    leg = LEG_PX * size[1]
    pixels = motion.xy * [leg, -leg] + [size[0] / 2, 0.85 * size[1]]
    track = PoseTrack(motion.time, pixels, np.ones(pixels.shape[:2]), size, "sines")
    clip = Clip(name, "0" * 64, len(motion.time), p.seconds, fps, False, *size, 0, fps)
    scene = replace(scene, person_height_px=2.0 * leg)
    motion = replace(motion, leg_px=leg)
    runner = runner or Runner(height_m=1.75)
    measured = measure(motion, steps, scene, runner)
    made_with = {
        "formcheck": "0.1.0",
        "backend": "sines",
        "model_sha256": None,
        "arguments": {"view": "auto"},
    }
    return Analysis(
        clip, runner, track, scene, motion, steps, measured, CUES, ("The trunk leans slightly forward.",), made_with,
        classify(measured),
    )  # fmt: skip


def front_analysis() -> Analysis:
    """Return the analysis of a runner coming towards the camera."""
    p = numbers.Frontal()
    motion = numbers.frontal_motion(p)
    whole = analysis()
    scene = replace(whole.scene, view="front", facing=None, near_side=None)
    pixels = motion.xy * [120, -120] + [180, 540]
    track = PoseTrack(motion.time, pixels, np.ones(pixels.shape[:2]), (360, 640), "sines")
    clip = replace(whole.clip, frames=len(motion.time), duration_s=p.seconds, fps=p.rate, capture_fps=p.rate)
    measured = measure(motion, (), scene, Runner(height_m=1.75))
    return replace(
        whole, clip=clip, track=track, scene=scene, motion=motion, steps=(), cues=(),
        measurements=measured, categories=classify(measured),
    )  # fmt: skip


def refused() -> Analysis:
    """Return the analysis of a clip that shows nobody."""
    whole = analysis()
    why = Refusal("no_person", "No person is visible for long enough.", "Film one runner from the side.")
    scene = replace(
        whole.scene, activity="none", view="unknown", facing=None, near_side=None, people=0,
        refusal=why, warnings=(Warn("dark", "The picture is dark."),),
    )  # fmt: skip
    track = replace(whole.track, xy=np.full_like(whole.track.xy, np.nan))
    measured = not_measured(why.reason)
    return replace(
        whole, scene=scene, track=track, motion=None, steps=(), measurements=measured, cues=(), praise=(),
        categories=classify(measured),
    )  # fmt: skip


def frames(made: Analysis) -> list[Frame]:
    """Return plain grey pictures at the times of the track."""
    width, height = made.track.size
    ramp = np.linspace(70, 170, height).astype(np.uint8)[:, None, None]
    picture = np.ascontiguousarray(np.broadcast_to(ramp, (height, width, 3)))
    return [Frame(picture.copy(), float(time)) for time in made.track.time]


def video(made: Analysis, path: Path) -> Path:
    """Write those pictures as a real video file."""
    with VideoWriter(path, made.track.size, fps=made.clip.fps) as writer:
        for frame in frames(made):
            writer.write(frame.image, frame.time)
    return path
