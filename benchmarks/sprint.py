"""How well a run past a still camera is measured: speed, step length and contact on projected sprinters.

    python benchmarks/sprint.py [RUNS]

Each run has its own runner (5 to 9.8 m/s), camera (9.5 to 12 m away, aimed within 4°, tilted within 2°, 0.8
to 1.6 m high), pose errors, cones taped within 1 cm and pointed at within 1 px, and keeps within 7 cm of
their line. Prints the table of docs/sprint.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from formcheck.course import Z95, Amount
from formcheck.pipeline import analyze_track
from formcheck.skeleton import K
from formcheck.synthetic import Truth, cones, project, sprint_camera, sprint_gait
from formcheck.types import Analysis

PACES = (
    (5.0, 190.0, 0.170),
    (6.0, 210.0, 0.150),
    (7.0, 230.0, 0.130),
    (8.0, 250.0, 0.115),
    (9.0, 265.0, 0.102),
    (9.8, 280.0, 0.090),
)
RATES = (60, 120, 240)
CONES = {
    "2 cones": ((-5, 5), (0.0,)),
    "3 cones": ((-5, 0, 5), (0.0,)),
    "4 in two rows": ((-5, 5), (-0.6, 0.6)),
    "5 cones": ((-5, -2.5, 0, 2.5, 5), (0.0,)),
}
TAPED_M, POINTED_PX = 0.01, 1.0
FLAT = 0.4  # share of contact at which the true place of a foot is read


@dataclass(frozen=True)
class Miss:
    """By how much one number of one run is off, and the standard error it claims."""

    what: str
    off: float
    said: float


def filmed(pace: tuple[float, float, float], fps: int, where: str, seed: int) -> tuple[Truth, Analysis]:
    """Return one run with its truth."""
    rng = np.random.default_rng([seed, int(10 * pace[0]), fps])
    speed, cadence, contact = (value * rng.uniform(0.97, 1.03) for value in pace)
    gait = sprint_gait(speed, cadence, contact, strike=rng.uniform(-10, 4))
    camera = sprint_camera(
        fps, yaw=4 * rng.normal(), pitch=2 * rng.normal(), roll=rng.normal(), height=rng.uniform(0.8, 1.6),
        distance=rng.uniform(9.5, 12), facing=str(rng.choice(["left", "right"])),
    )  # fmt: skip
    along, across = CONES[where]
    marks = cones(camera, along, across, aside=0.07 * rng.normal(), errors=(TAPED_M, POINTED_PX), seed=seed)
    clip = project(gait, camera, seed=seed, duration_s=14 / speed)
    return clip.truth, analyze_track(clip.track, clip.clip, marks=marks)


def misses(truth: Truth, analysis: Analysis) -> Iterator[Miss]:
    """Yield how far off each number of a run is."""
    run = analysis.run
    if run is None:
        yield Miss("not measured", 1.0, 1.0)
        return
    whole = run.splits[-1]
    yield _miss("speed over 10 m (m/s)", whole.speed, 10 / _seconds(truth, whole.start, whole.stop))
    true = [truth.steps[k + 1] for k in range(len(truth.steps) - 1)]
    lengths = [_place(truth, b) - _place(truth, a) for a, b in zip(truth.steps, true)]
    found = []
    for step in run.steps:
        k = min(range(len(lengths)), key=lambda k: abs(truth.steps[k].contact - step.start))
        if np.isfinite(step.length.value) and truth.steps[k].side == step.side:
            found.append(lengths[k])
            yield _miss("each step (cm)", step.length, lengths[k], 100)
    yield _miss("mean step (cm)", run.step_length, float(np.mean(found)), 100)
    contact = np.nanmean([step.duration for step in truth.steps])
    yield _miss("contact (ms)", run.contact, float(contact), 1000)


def _miss(what: str, amount: Amount, true: float, scale: float = 1.0) -> Miss:
    return Miss(what, scale * (amount.value - true), scale * amount.sd)


def _seconds(truth: Truth, start: float, stop: float) -> float:
    moments = np.linspace(0, truth.duration, 4001)
    way = truth.pose(moments).points[:, [K["left_hip"], K["right_hip"]], 0].mean(axis=1)
    return float(abs(np.diff(np.interp([start, stop], way, moments))[0]))


def _place(truth: Truth, step: object) -> float:
    moment = np.array([step.contact + FLAT * truth.gait.contact_time])  # type: ignore[attr-defined]
    return float(truth.pose(moment).points[0, K[f"{step.side}_toe"], 0])  # type: ignore[attr-defined]


def main(runs: int) -> None:
    """Print a line for each set of cones, frame rate and number."""
    print("| cones | frames/s | number | n | mean error | 95 % within | interval holds |")
    print("|---|---|---|---|---|---|---|")
    for where in CONES:
        for fps in RATES:
            found = [
                miss
                for pace in PACES
                for seed in range(runs)
                for miss in misses(*filmed(pace, fps, where, seed))
            ]
            for what in sorted({miss.what for miss in found}):
                off, said = np.array(
                    [(m.off, m.said) for m in found if m.what == what and np.isfinite(m.off)]
                ).T
                held = 100 * np.mean(np.abs(off) <= Z95 * said)
                within = np.percentile(np.abs(off), 95)
                print(
                    f"| {where} | {fps} | {what} | {len(off)} | {off.mean():.2f} | {within:.2f} | {held:.0f} % |",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
