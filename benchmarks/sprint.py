"""How well a run past a camera is measured: speed, step length and contact on projected sprinters.

    python benchmarks/sprint.py [RUNS] [WAY ...]

Each run has its own runner (5 to 9.8 m/s), camera (9.5 to 12 m away, aimed within 4°, tilted within 2°, 0.8
to 1.6 m high), pose errors, cones taped within 1 cm and pointed at within 1 px, and keeps within 7 cm of
their line. A camera that pans is turned by a hand that shakes, and is followed in drawn pictures. RUNS is how many
runs of each pace; without a WAY, all are filmed. Prints the tables of docs/sprint.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from formcheck.course import Z95, Amount, Marks, SpeedCurve, SprintProfile
from formcheck.overground.profile import force_line_of
from formcheck.pipeline import analyze_track
from formcheck.pose.panning import follow_camera
from formcheck.skeleton import K
from formcheck.synthetic import (
    Camera,
    Gait,
    SyntheticClip,
    Truth,
    cones,
    cones_in_pan,
    project,
    sprint_camera,
    sprint_gait,
)
from formcheck.synthetic.backdrop import panned_frames
from formcheck.types import Analysis, Runner

PACES = (
    (5.0, 190.0, 0.170),
    (6.0, 210.0, 0.150),
    (7.0, 230.0, 0.130),
    (8.0, 250.0, 0.115),
    (9.0, 265.0, 0.102),
    (9.8, 280.0, 0.090),
)
RATES = (60, 120, 240)
ALONG_PAN = (-10, -5, 0, 5, 10)


@dataclass(frozen=True)
class Way:
    """How runs are filmed."""

    along: tuple[float, ...]  # m of the cones
    across: tuple[float, ...] = (0.0,)
    pans: bool = False
    metres: float = 14.0  # of the run that the clip lasts
    tau: float = 0.0  # s, as in `Gait`
    since: float = 0.0  # s
    rates: tuple[int, ...] = RATES
    zoom: float = 1.0  # and so many times as far away


WAYS = {
    "2 cones": Way((-5, 5)),
    "3 cones": Way((-5, 0, 5)),
    "4 in two rows": Way((-5, 5), (-0.6, 0.6)),
    "5 cones": Way((-5, -2.5, 0, 2.5, 5)),
    "3 cones, 2x zoom": Way((-5, 0, 5), zoom=2.0),
    "panned": Way(ALONG_PAN, pans=True, metres=24.0, rates=(60, 120)),
    "3 cones, accelerating": Way((-5, 0, 5), tau=1.2, since=0.9),
    "panned, accelerating": Way(ALONG_PAN, pans=True, metres=24.0, tau=1.2, since=0.9, rates=(60,)),
    "panned, from standing": Way(ALONG_PAN, pans=True, metres=24.0, tau=1.1, since=-0.4, rates=(60,)),
}
TAPED_M, POINTED_PX = 0.01, 1.0
UNEVEN = 0.03  # share of step time: standard deviation of left against right; 2.9 cm of a step of 1.9 m
HEIGHT_M, MASS_KG = 1.75, 75.0
CURVE_EVERY = 6  # points of a speed curve: nearer ones err alike
FLAT = 0.4  # share of contact at which the true place of a foot is read


@dataclass(frozen=True)
class Miss:
    """By how much one number of one run is off, and the standard error it claims."""

    what: str
    off: float
    said: float


def filmed(pace: tuple[float, float, float], fps: int, way: Way, seed: int) -> tuple[Truth, Analysis]:
    """Return one run with its truth."""
    rng = np.random.default_rng([seed, int(10 * pace[0]), fps])
    speed, cadence, contact = (value * rng.uniform(0.97, 1.03) for value in pace)
    gait = sprint_gait(
        speed, cadence, contact, strike=rng.uniform(-10, 4), tau=way.tau, since=way.since,
        step_asymmetry=UNEVEN * rng.normal(),
    )  # fmt: skip
    camera = sprint_camera(
        fps, yaw=4 * rng.normal(), pitch=2 * rng.normal(), roll=rng.normal(), height=rng.uniform(0.8, 1.6),
        distance=way.zoom * rng.uniform(9.5, 12), fov=_fov(way.zoom), facing=str(rng.choice(["left", "right"])), pan=(seed + 1) * way.pans,
    )  # fmt: skip
    aside = 0.07 * rng.normal()
    clip = project(gait, camera, seed=seed, duration_s=_lasts(gait, way.metres))
    marks = _marks(clip, camera, way, aside, seed)
    runner = Runner(height_m=HEIGHT_M, mass_kg=MASS_KG) if way.since < 0 else None
    path = (
        follow_camera(panned_frames(clip, width=480, seed=seed), clip.track, (0.0, 99.0))
        if way.pans
        else None
    )
    return clip.truth, analyze_track(clip.track, clip.clip, runner, marks=marks, path=path)


def _fov(zoom: float) -> float:
    """Return the vertical angle of a phone's picture, degrees."""
    return float(np.degrees(2 * np.arctan(np.tan(np.radians(37.3 / 2)) / zoom)))


def _lasts(gait: Gait, metres: float) -> float:
    """Return the seconds in which the runner comes so far."""
    time = np.linspace(0, 10, 5001)
    way = gait.way(time)
    return float(np.interp(way[0] + metres, way, time))


def _marks(clip: SyntheticClip, camera: Camera, way: Way, aside: float, seed: int) -> Marks:
    errors = (TAPED_M, POINTED_PX)
    if way.pans:
        return cones_in_pan(clip, way.along, way.across, aside=aside, errors=errors, seed=seed)
    return cones(camera, way.along, way.across, aside=aside, errors=errors, seed=seed)


def misses(truth: Truth, analysis: Analysis) -> Iterator[Miss]:
    """Yield how far off each number of a run is."""
    run = analysis.run
    if run is None:
        yield Miss("not measured", 1.0, 1.0)
        return
    ten = [split for split in run.splits if split.stop - split.start in (10, 20)]
    for split in ten:
        length = abs(split.stop - split.start)
        yield _miss(
            f"speed over {length:g} m (m/s)", split.speed, length / _seconds(truth, split.start, split.stop)
        )
    yield from _curve_misses(truth, run.curve)
    yield from _profile_misses(truth.gait, run.profile)
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


def _curve_misses(truth: Truth, curve: SpeedCurve) -> Iterator[Miss]:
    for k in range(0, len(curve.time), CURVE_EVERY):
        found = Amount(float(curve.speed[k]), float(curve.sd[k]))
        yield _miss("speed at one moment (m/s)", found, float(truth.gait.speed_at(curve.time[k : k + 1])[0]))


def _profile_misses(gait: Gait, profile: SprintProfile | None) -> Iterator[Miss]:
    if gait.since >= 0:
        return
    if profile is None:
        yield Miss("no profile", 1.0, 1.0)
        return
    force, velocity, power = force_line_of(gait.speed, gait.tau, MASS_KG, HEIGHT_M)
    yield _miss("F0 (N/kg)", profile.force, force)
    yield _miss("V0 (m/s)", profile.velocity, velocity)
    yield _miss("Pmax (W/kg)", profile.power, power)


def _miss(what: str, amount: Amount, true: float, scale: float = 1.0) -> Miss:
    return Miss(what, scale * (amount.value - true), scale * amount.sd)


def _seconds(truth: Truth, start: float, stop: float) -> float:
    moments = np.linspace(0, truth.duration, 4001)
    way = truth.pose(moments).points[:, [K["left_hip"], K["right_hip"]], 0].mean(axis=1)
    return float(abs(np.diff(np.interp([start, stop], way, moments))[0]))


def _place(truth: Truth, step: object) -> float:
    moment = np.array([step.contact + FLAT * truth.gait.contact_time])  # type: ignore[attr-defined]
    return float(truth.pose(moment).points[0, K[f"{step.side}_toe"], 0])  # type: ignore[attr-defined]


def main(runs: int, ways: list[str]) -> None:
    """Print a line for each way of filming, frame rate and number."""
    print("| cones | frames/s | number | n | mean error | 95 % within | interval holds |")
    print("|---|---|---|---|---|---|---|")
    for name in ways or WAYS:
        for fps in WAYS[name].rates:
            found = [
                miss
                for pace in PACES
                for seed in range(runs)
                for miss in misses(*filmed(pace, fps, WAYS[name], seed))
            ]
            for what in sorted({miss.what for miss in found}):
                known = [(m.off, m.said) for m in found if m.what == what and np.isfinite(m.off)]
                off, said = np.array(known).T
                held = 100 * np.mean(np.abs(off) <= Z95 * said)
                within = np.percentile(np.abs(off), 95)
                print(
                    f"| {name} | {fps} | {what} | {len(off)} | {off.mean():.2f} | {within:.2f} | {held:.0f} % |",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6, sys.argv[2:])
