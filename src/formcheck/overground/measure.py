"""A run past the camera in metres: scale, way of the hips, steps, speed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.course import UNKNOWN, Amount, Marks, RunThrough, WorldStep
from formcheck.gait.steps import contact_time_clip_sd
from formcheck.overground.profile import sprint_profile
from formcheck.overground.scale import CameraPrior, GroundScale, fit_scale, prior_of_still_camera
from formcheck.overground.sighting import Sighting, sighting_of
from formcheck.overground.speed import Way, curve_of, splits_of
from formcheck.overground.steps import Places, places_of_feet, world_steps
from formcheck.types import Motion, PoseTrack, Runner, Scene, Step

HIPS_SD_M, FOOT_SD_M = 0.014, 0.010  # m, pose errors of one moment that change within a step
FEWEST_STEPS = 3
STRIDE = 2  # steps
STRAIGHT, BENT = np.array([1.0]), np.array([1.0, 2.0, 3.0])  # powers of the count of steps
FITS_PX = 6.0  # px by which marks may miss the places they are said to have, in a picture 1080 px high


def measure_run(
    track: PoseTrack,
    scene: Scene,
    motion: Motion,
    steps: Sequence[Step],
    runner: Runner,
    marks: Marks | None,
    aim: CameraPrior | None = None,
) -> RunThrough | None:
    """Return the run past a camera in metres; None where no scale is known or too little is seen.

    Parameters
    ----------
    track : PoseTrack
        In pixels of a still picture.
    scene, motion, steps : of the same clip; a side view overground
    runner : Runner
        Without marks, the height gives the scale.
    marks : Marks or None
    aim : of a camera that pans, where track and marks lie in one picture already; None = it stands still
    """
    if len(steps) < FEWEST_STEPS or (marks is None and runner.height_m is None):
        return None
    sighting = sighting_of(track, scene, motion, steps)
    aim = aim or prior_of_still_camera(marks, track.size)
    scale = fit_scale(marks, sighting.seen(steps), aim, track.size, runner.height_m, scene.roll_deg)
    shaken = aim.path_px * scale.best.metres_per_px
    way, places = _way(sighting, scale, scene, shaken), _places(sighting, steps, scale, scene, shaken)
    found = world_steps(steps, way, places, motion, contact_time_clip_sd(motion))
    gain = _gain(found)
    step_s = float(np.median(np.diff([step.contact for step in steps])))
    return RunThrough(
        "marks" if scale.by_marks else "height",
        found,
        curve_of(way, step_s),
        splits_of(way, marks.gates, step_s) if marks else (),
        _mean_speed(steps, way),
        _top_speed(steps, way),
        gain,
        _mean_length(found, places, way.forward, gain),
        _mean_contact(found, motion),
        _note(scale, marks, track.size),
        sprint_profile(way, runner.mass_kg, runner.height_m) if marks else None,
    )


def _way(sighting: Sighting, scale: GroundScale, scene: Scene, shaken: float) -> Way:
    own = float(np.hypot(HIPS_SD_M * scene.pose_error_factor, shaken))
    return Way(sighting.time, scale.along(sighting.hips), scale.spread(sighting.hips), own)


def _places(
    sighting: Sighting, steps: Sequence[Step], scale: GroundScale, scene: Scene, shaken: float
) -> Places:
    sides = np.array([step.side for step in steps])
    metres, drawn = (
        places_of_feet(reads(sighting.feet, sighting.aside[:, None]), sides)
        for reads in (scale.along, scale.spread)
    )
    return Places(metres, drawn, float(np.hypot(FOOT_SD_M * scene.pose_error_factor, shaken)))


def _mean_speed(steps: Sequence[Step], way: Way) -> Amount:
    """Return the hips' speed from the first contact to the last, whole strides where there are enough."""
    contacts = np.array([step.contact for step in steps])
    seen = contacts[np.isfinite(way.at(contacts)[0])]
    if len(seen) < FEWEST_STEPS:
        return UNKNOWN
    odd = len(seen) > STRIDE + 1 and len(seen) % STRIDE == 0
    return way.between(float(seen[0]), float(seen[-2 if odd else -1]))


def _top_speed(steps: Sequence[Step], way: Way) -> Amount:
    """Return the speed of the fastest stride."""
    strides = [way.between(a.contact, b.contact) for a, b in zip(steps, steps[STRIDE:])]
    known = [each for each in strides if np.isfinite(each.value)]
    return max(known, key=lambda each: each.value, default=UNKNOWN)


def _gain(steps: Sequence[WorldStep]) -> Amount:
    """Return the change of speed over the pass, m/s²: the slope of the steps' speeds."""
    known = [step for step in steps if np.isfinite(step.speed.value)]
    if len(known) < FEWEST_STEPS:
        return UNKNOWN
    time = np.array([step.start + 0.5 / step.rate.value for step in known])
    speed, sd = (np.array([getattr(step.speed, part) for step in known]) for part in ("value", "sd"))
    away = time - time.mean()
    return Amount(float(away @ speed / (away @ away)), float(np.sqrt(np.mean(sd**2) / (away @ away))))


def _mean_length(steps: Sequence[WorldStep], places: Places, forward: float, gain: Amount) -> Amount:
    """Return the mean step length: the slope of the feet's places over their count, left and right apart.

    A foot whose places all err alike then moves no length. Steps that surely grow or shrink bend the line: a straight
    one would weigh the middle steps most, so a cubic from the first place to the last takes its place.
    """
    known = np.isfinite(places.metres)
    if sum(np.isfinite(step.length.value) for step in steps) == 0:
        return UNKNOWN
    start = np.array([step.start for step in steps])
    count = np.rint((start - start[0]) / np.median(np.diff(start)))  # a contact that was missed counts too
    side = np.array([1.0 if step.side == "left" else -1.0 for step in steps])
    bends = (gain.low > 0 or gain.high < 0) and known.sum() > len(BENT) + STRIDE
    powers = BENT if bends else STRAIGHT
    ends = count[known][[0, -1]]
    between = np.diff(ends[:, None] ** powers, axis=0)[0] / np.ptp(ends)
    design = np.concatenate([side[:, None], np.ones((len(steps), 1)), count[:, None] ** powers], axis=1)[
        known
    ]
    slope = between @ np.linalg.pinv(design)[2:]
    shared = float(np.std(places.drawn[:, known] @ slope))
    own = places.random_sd * float(np.linalg.norm(slope))
    return Amount(forward * float(slope @ places.metres[known]), float(np.hypot(shared, own)))


def _mean_contact(steps: Sequence[WorldStep], motion: Motion) -> Amount:
    values = np.array([step.contact.value for step in steps])
    known = values[np.isfinite(values)]
    if len(known) < 2:
        return UNKNOWN
    own = np.std(known, ddof=1) / np.sqrt(len(known))
    return Amount(float(known.mean()), float(np.hypot(own, contact_time_clip_sd(motion))))


def _note(scale: GroundScale, marks: Marks | None, size: tuple[int, int]) -> str:
    """Return how the distances were found."""
    if marks is None:
        return "Distances are about right: they come from the runner's height. Marks on the ground make them exact."
    if scale.off_px > FITS_PX * max(1.0, min(size) / 1080):
        return (
            f"The marks miss their places by {scale.off_px:.0f} pixels: check the distances, and that each "
            "mark is pointed at where it meets the ground."
        )
    count = len(marks.marks)
    more = " A third mark between them makes each step surer." if count == 2 else ""
    return f"Distances come from {count} marks over {marks.length:g} m.{more}"
