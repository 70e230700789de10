"""The tables of docs/contact.md."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from contact_evaluation import Errors, by_crossing, by_net, compare, summary
from contact_synthetic import synthetic_recordings
from scipy.optimize import minimize

from formcheck.gait.net import Net
from formcheck.gait.steps import CLIP_SD, DOUBT_GAIN, RUNNER_SD_S
from formcheck.mocap.recordings import Camera, Recording, at_times
from formcheck.validation.population import JUDGED_FROM

FPS = (30.0, 60.0, 120.0)
NOISE_M = 0.010
JUDGED = range(JUDGED_FROM, JUDGED_FROM + 18)  # synthetic runners no net has learnt from
HEAD = (
    "| | contacts | missed % | false | contact ms | toe-off ms | MAE per contact | MAE per clip | clip bias ± sd |"
    " intervals hold % | clips hold % |"
)


def print_tables(recordings: Sequence[Recording], nets: dict[str, Net]) -> None:
    """Print every table for runners left out."""
    at = {fps: compare(recordings, by_net(nets), Camera(fps, NOISE_M)) for fps in FPS}
    _table("By frame rate, 10 mm noise", {f"{fps:.0f} fps": errors for fps, errors in at.items()})
    everyone = at[60.0]
    speeds = {f"{v:.1f} m/s": everyone.where(everyone.speed == v) for v in np.unique(everyone.speed)}
    _table("By speed, 60 fps", speeds)
    _table("By strike, 60 fps", _by_strike(everyone, recordings))
    noisy = {
        f"{1000 * size:.0f} mm": compare(recordings, by_net(nets), Camera(60.0, size))
        for size in (0.0, 0.005, 0.010, 0.020)
    }
    _table("By noise, 60 fps", noisy)
    short = {f"{s} s": compare(recordings, by_net(nets), Camera(60.0, NOISE_M), clip_s=s) for s in (3.0, 5.0)}
    _table("By length, 60 fps", short)
    _print_fit(at)


def print_ideas(name: str, recordings: Sequence[Recording], nets: dict[str, Net]) -> None:
    """Print an idea's lines: people left out, and synthetic runners."""
    at = {
        f"{name}, {fps:.0f} fps": compare(recordings, by_net(nets), Camera(fps, NOISE_M)) for fps in FPS[:2]
    }
    crossed = {
        f"{name}, read at one half, {fps:.0f} fps": compare(
            recordings, by_crossing(nets), Camera(fps, NOISE_M)
        )
        for fps in FPS[:2]
    }
    made = synthetic_recordings(JUDGED)
    any_net = dict.fromkeys((r.runner for r in made), next(iter(nets.values())))
    strange = {
        f"{name}, synthetic runners, {fps:.0f} fps": compare(made, by_net(any_net), Camera(fps, NOISE_M))
        for fps in FPS[:2]
    }
    _table(name, at | crossed | strange)


def _table(title: str, lines: dict[str, Errors]) -> None:
    print(f"\n**{title}**\n\n{HEAD}\n|{'---|' * 11}")
    for name, errors in lines.items():
        s = summary(with_gait_sd(errors))
        held = clips_held(errors)
        print(
            f"| {name} | {s.contacts} | {s.missed:.2f} | {s.false} | {s.contact_bias:+.1f} ± {s.contact_sd:.1f} |"
            f" {s.toe_off_bias:+.1f} ± {s.toe_off_sd:.1f} | {s.per_contact:.1f} | {s.per_clip:.1f} |"
            f" {s.clip_bias:+.1f} ± {s.clip_sd:.1f} | {s.covered:.1f} | {held:.0f} |",
            flush=True,
        )


def with_gait_sd(errors: Errors) -> Errors:
    """Return the errors with the standard errors users see."""
    from dataclasses import replace

    return replace(errors, doubt=np.hypot(errors.doubt * DOUBT_GAIN, RUNNER_SD_S))


def clips_held(errors: Errors) -> float:
    """Return the share (%) of clips whose median contact time is within 1.96 standard errors."""
    held = []
    for clip in np.unique(errors.clip):
        rows = errors.clip == clip
        mine = errors.found[rows, 1] - errors.found[rows, 0]
        off = np.nanmedian(mine) - np.median(errors.truth[rows, 1] - errors.truth[rows, 0])
        step = np.nanstd(mine) / np.sqrt(max(1, np.isfinite(mine).sum()))
        held.append(abs(off) <= 1.96 * np.hypot(CLIP_SD, step))
    return 100 * float(np.mean(held))


def _by_strike(errors: Errors, recordings: Sequence[Recording]) -> dict[str, Errors]:
    angle = np.array([strike_angle_deg(recording) for recording in recordings])[errors.clip]
    kinds = {
        "rearfoot, over 8°": angle > 8,
        "midfoot": (angle <= 8) & (angle >= -1.6),
        "forefoot, below -1.6°": angle < -1.6,
    }
    return {name: errors.where(rows) for name, rows in kinds.items() if rows.any()}


def strike_angle_deg(recording: Recording) -> float:
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


def _print_fit(at: dict[float, Errors]) -> None:
    """Print the constants of gait.py as this evaluation would have them."""
    for event, name in enumerate(("contact", "toe-off")):
        off = np.concatenate([e.off_ms[:, event] for e in at.values()]) / 1000
        doubt = np.concatenate([e.doubt[:, event] for e in at.values()])
        there = np.isfinite(off)
        off, doubt = off[there], doubt[there]

        def unlikely(x: np.ndarray, off: np.ndarray = off, doubt: np.ndarray = doubt) -> float:
            sd = np.hypot(np.exp(x[0]) * doubt, np.exp(x[1]))
            return float(np.mean(0.5 * (off / sd) ** 2 + np.log(sd)))

        gain, runner = np.exp(minimize(unlikely, [0.0, np.log(0.005)], method="Nelder-Mead").x)
        print(f"{name}: DOUBT_GAIN {gain:.2f}, RUNNER_SD_S {runner:.4f}")
    clips = [summary(errors) for errors in at.values()]
    rms = [float(np.hypot(s.clip_bias, s.clip_sd)) for s in clips]
    print(f"CLIP_SD {np.mean(rms) / 1000:.4f}")
