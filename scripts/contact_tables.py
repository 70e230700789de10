"""The tables of docs/contact.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from contact_evaluation import (
    Clips,
    Errors,
    Finder,
    as_seen,
    by_net,
    clips_of,
    compare,
    regression_to_the_mean,
    slow_less_fast_sd,
    summary,
)

from formcheck.gait.net import open_net
from formcheck.gait.profile import shipped_readers
from formcheck.mocap.recordings import LabRecording, SimulatedView, at_times, find_recordings, read_recording

FPS = (24.0, 30.0, 60.0, 120.0)
LABORATORY_FPS = (30.0, 60.0)
NOISE_M = 0.010
HEAD = (
    "| | contacts | missed % | false | contact ms | toe-off ms | MAE per contact | MAE per clip | clip bias ± sd |"
    " intervals hold % | clips hold % |"
)


def print_tables(recordings: Sequence[LabRecording], find: Finder) -> None:
    """Print every table of what a finder makes of runners it has not learnt from."""
    at = {fps: compare(recordings, find, SimulatedView(fps, NOISE_M)) for fps in FPS}
    _table("By frame rate, 10 mm noise", {f"{fps:.0f} fps": errors for fps, errors in at.items()})
    everyone = at[60.0]
    speeds = {f"{v:.1f} m/s": everyone.where(everyone.speed == v) for v in np.unique(everyone.speed)}
    _table("By speed, 60 fps", speeds)
    _table("By strike, 60 fps", _by_strike(everyone, recordings))
    noisy = {
        f"{1000 * size:.0f} mm": compare(recordings, find, SimulatedView(60.0, size))
        for size in (0.0, 0.005, 0.020)
    }
    _table("By noise, 60 fps", noisy)
    short = {
        f"{s:.0f} s": compare(recordings, find, SimulatedView(60.0, NOISE_M), clip_s=s) for s in (3.0, 5.0)
    }
    _table("By length, 60 fps", short)
    people = as_seen(recordings)
    seen = {fps: compare(people, find, SimulatedView(fps)) for fps in FPS}
    _table("With a pose model's errors", {f"{fps:.0f} fps": errors for fps, errors in seen.items()})
    within = {f"{fps:.0f} fps": clips_of(errors) for fps, errors in at.items()}
    within |= {f"{fps:.0f} fps, a pose model's errors": clips_of(errors) for fps, errors in seen.items()}
    _print_constancy(within)


def print_methods(recordings: Sequence[LabRecording], methods: Mapping[str, Finder]) -> None:
    """Print how several finders do on the same clips."""
    lines = {
        f"{name}, {fps:.0f} fps": compare(recordings, find, SimulatedView(fps, NOISE_M))
        for name, find in methods.items()
        for fps in FPS
    }
    _table("Net, strides and both", lines)
    _print_constancy({name: clips_of(errors) for name, errors in lines.items()})


def print_laboratories(folder: Path, training: Sequence[LabRecording]) -> None:
    """Print how the shipped net and readers do on recordings of other laboratories below a folder."""
    known = {recording.name for recording in training}
    found = [read_recording(path) for path in find_recordings(folder)]
    others = [recording for recording in found if recording.name not in known]
    find = by_net({r.runner: open_net() for r in others}, {r.runner: shipped_readers() for r in others})
    lines = {
        f"{recording.name}, {fps:.0f} fps": compare([recording], find, SimulatedView(fps, 0.5 * NOISE_M))
        for recording in others
        for fps in LABORATORY_FPS
    }
    _table("Other laboratories, 5 mm noise", lines)


def _table(title: str, lines: Mapping[str, Errors]) -> None:
    print(f"\n**{title}**\n\n{HEAD}\n|{'---|' * 11}")
    for name, errors in lines.items():
        s = summary(errors)
        print(
            f"| {name} | {s.contacts} | {s.missed:.2f} | {s.false} | {s.contact_bias:+.1f} ± {s.contact_sd:.1f} |"
            f" {s.toe_off_bias:+.1f} ± {s.toe_off_sd:.1f} | {s.per_contact:.1f} | {s.per_clip:.1f} |"
            f" {s.clip_bias:+.1f} ± {s.clip_sd:.1f} | {s.covered:.1f} | {s.clips_held:.0f} |",
            flush=True,
        )


def _print_constancy(clips: Mapping[str, Clips]) -> None:
    print(
        "\n**Within a runner**\n\n| | slope of error | slow less fast, sd ms | left less right, sd ms |\n|---|---|---|---|"
    )
    for name, one in clips.items():
        print(
            f"| {name} | {regression_to_the_mean(one):+.2f} | {slow_less_fast_sd(one):.1f} |"
            f" {np.std(one.left_less_right):.1f} |"
        )


def _by_strike(errors: Errors, recordings: Sequence[LabRecording]) -> dict[str, Errors]:
    angle = np.array([strike_angle_deg(recording) for recording in recordings])[errors.clip]
    kinds = {
        "rearfoot, over 8°": angle > 8,
        "midfoot": (angle <= 8) & (angle >= -1.6),
        "forefoot, below -1.6°": angle < -1.6,
    }
    return {name: errors.where(rows) for name, rows in kinds.items() if rows.any()}


def strike_angle_deg(recording: LabRecording) -> float:
    """Return the foot's pitch at contact less its pitch on the ground, median over both feet."""
    angles = []
    for side, contacts in enumerate((recording.left, recording.right)):
        foot = recording.legs[:, side, 4] - recording.legs[:, side, 3]
        pitch = np.degrees(np.arctan2(foot[:, 1], foot[:, 0]))
        length = contacts[:, 1] - contacts[:, 0]
        landing = at_times(pitch, recording.rate, contacts[:, 0])
        flat = [
            at_times(pitch, recording.rate, contacts[:, 0] + share * length) for share in (0.25, 0.35, 0.45)
        ]
        angles.append(np.median(landing - np.median(flat, axis=0)))
    return float(np.mean(angles))
