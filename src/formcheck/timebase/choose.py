"""Which clock to measure on, and what to say where that is not certain.

A capture rate that the user tells is used. One that the file declares must make sense
together with the movement. A clip that declares nothing is in real time until gravity
says otherwise; a setting is only advised after it was tried and led to a measurement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from formcheck.scene.refusals import FILM_SIDE, turned_down
from formcheck.timebase.gravity import Slowness
from formcheck.timebase.reading import Reading, read_on_clock
from formcheck.types import Clip, Filming, PoseTrack, Refusal, Runner, Warn

DECLARED_FROM = 1.8  # times slower: phones film slow motion at twice the playback rate or more
TAG_PRIOR = 4.0  # squared deviations a tag is given ahead, or behind where it declares less than that
EXCLUDED, DOUBTED = 3.0, 2.33  # standard errors from real time: one clip in 1000 and in 100 by chance
FITS = 2.5  # standard errors by which gravity or cadence may miss on an advised clock
SPRINT_STEPS_PER_MIN = 240.0  # more is sprinting, or a clip that is sped up
CAMERA_RATES = (24, 25, 30, 48, 50, 60, 90, 96, 100, 120, 180, 200, 240, 300, 400, 480, 600, 960, 1000)
LEAST_SLOWER, MOST_SLOWER = 1.15, 40.0  # times
OF_THE_CLOCK = ("slow_motion_unknown", "camera_moves", "not_running", "too_short")
"""Refusals that a clip in slow motion can get although its runner is well filmed."""
WALKERS_RISE = (
    0.09  # leg lengths of the trunk in a step; walkers 0.06 at 1.6 m/s (Orendurff 2004), runners 0.07 to 0.14
)
WALKS_OR_SLOW = "This looks like walking, or like running in slow motion."
NOTHING_STATED = Filming()
CLOCK_UNSURE = "clock_unsure"
REAL_TIME = "Send the original clip, not one that plays slower or faster than it was filmed."


def settle_clock(track: PoseTrack, clip: Clip, runner: Runner, filming: Filming = NOTHING_STATED) -> Reading:
    """Return the reading of a track on the clock that fits it.

    Parameters
    ----------
    track : PoseTrack
    clip : Clip
        `capture_fps` with its source: stated by the user, tagged in the file, or neither.
    runner : Runner
        A known height makes gravity a sharper clock.
    filming : Filming
        Passed on to `look_at_run`.

    Returns
    -------
    Reading
        Its clip has the clock that is used. The scene is refused where real time is excluded
        and nobody told the capture rate, and has the warning `clock_unsure` where both real
        time and a slower clock fit.

    Notes
    -----
    Undeclared slow motion below about 1.2 times is not noticed: the standard error of the
    factor is 7 % (8.5 % by gravity alone), from the front and the rear 8 %.
    """
    reading = read_on_clock(track, clip, runner, filming)
    if clip.capture_source == "tag":
        reading = _tag_or_file(reading, read_on_clock(track, clip.in_real_time(), runner, filming))
    if clip.capture_source == "user":
        return _as_told(reading, track, runner, filming)
    if not reading.measured:
        return _explained(reading, track, runner, filming)
    return _checked(reading, track, runner, filming)


def plausible_clock(clip: Clip) -> Clip:
    """Return the clip in real time where its tag alone is no reason to call it slow motion.

    For what is not running, where gravity and cadence cannot be asked: phones film slow motion
    at twice the playback rate or more, while a tag a little above it comes from dropped frames.
    """
    dropped_frames = clip.capture_source == "tag" and clip.slow_motion_factor < DECLARED_FROM
    return clip.in_real_time() if dropped_frames else clip


def clock_unsure(reading: Reading) -> bool:
    """Return whether a slower clock fits as well as the one that is used."""
    return any(warning.code == CLOCK_UNSURE for warning in reading.scene.warnings)


def _tag_or_file(tagged: Reading, plain: Reading) -> Reading:
    """Return the reading on the tag's clock, or on the file's own where that fits better."""
    declared = tagged.clip.slow_motion_factor >= DECLARED_FROM
    if not tagged.measured and not plain.measured:
        return tagged if declared else plain
    if tagged.misfit < plain.misfit + (TAG_PRIOR if declared else -TAG_PRIOR):
        return tagged
    message = (
        f"The file says that it was filmed at {tagged.clip.capture_fps:.4g} frames a second, but the movement "
        f"fits the {plain.clip.fps:.4g} it plays at; these were used."
    )
    clip = replace(plain.clip, warnings=(*plain.clip.warnings, Warn("capture_rate_ignored", message)))
    return replace(plain, clip=clip)


def _as_told(reading: Reading, track: PoseTrack, runner: Runner, filming: Filming) -> Reading:
    """Return the reading on the frame rate the user stated; where only that clock is in the way, say so."""
    refusal, clip = reading.scene.refusal, reading.clip
    if refusal is None or refusal.code not in OF_THE_CLOCK or clip.slow_motion_factor == 1:
        return reading
    if not read_on_clock(track, clip.in_real_time(), runner, filming).measured:
        return reading
    reason = (
        f"Filmed at {clip.capture_fps:.4g} frames a second, as stated, this clip would show no running; "
        f"in real time, at {clip.fps:.4g}, it does."
    )
    return _refused(
        reading, Refusal("slow_motion_unknown", reason, "Leave --capture-fps out, or correct it.")
    )


def _checked(reading: Reading, track: PoseTrack, runner: Runner, filming: Filming) -> Reading:
    """Return a measured reading, refused or with a warning where its clock is in doubt."""
    if reading.steps_per_min > SPRINT_STEPS_PER_MIN and _sped_up(reading.gravity):
        return _refused(reading, _too_fast(reading))
    slowness = reading.slowness
    if slowness is None or slowness.deviation <= DOUBTED:
        return reading
    if slowness.deviation > EXCLUDED:
        if reading.scene.view in ("front", "rear") and not _rises_as_running(reading):
            return _refused(
                reading, Refusal("not_running", WALKS_OR_SLOW, f"Film yourself running. {FILM_SIDE}")
            )
        slower = _best(track, reading.clip, runner, filming, _rates_near(reading.clip, slowness))
        if slower is not None:
            return _refused(reading, _slow(reading, slower, slowness))
    warnings = (*reading.scene.warnings, _unsure(slowness))
    return replace(reading, scene=replace(reading.scene, warnings=warnings))


def _sped_up(gravity: Slowness | None) -> bool:
    return gravity is not None and gravity.deviation < -EXCLUDED


def _explained(reading: Reading, track: PoseTrack, runner: Runner, filming: Filming) -> Reading:
    """Return a refused reading; where a slower clock would be measured, that is the reason."""
    refusal = reading.scene.refusal
    if refusal is None or refusal.code not in OF_THE_CLOCK:
        return reading
    rates = [rate for rate in CAMERA_RATES if rate > LEAST_SLOWER * reading.clip.capture_fps]
    slower = _best(track, reading.clip, runner, filming, rates)
    if slower is None or (reading.scene.activity == "walking" and not _rises_as_running(slower)):
        return reading
    return _refused(reading, _slow(reading, slower, None))


def _rises_as_running(reading: Reading) -> bool:
    """Return whether the trunk rises further than in any walk, which shows on every clock.

    Asked from the front and the rear, where walking is recognised by how fast the hips fall, and that
    depends on the clock. From the side the phase of their rise tells it on every clock.
    """
    return reading.rise > WALKERS_RISE


def _rates_near(clip: Clip, slowness: Slowness) -> list[float]:
    """Return the rates at which cameras film within an estimate's interval, or else the estimate."""
    near = [
        rate
        for rate in CAMERA_RATES
        if abs(np.log(rate / clip.capture_fps) - slowness.log) < FITS * slowness.sd
        and rate > LEAST_SLOWER * clip.capture_fps
    ]
    return [float(rate) for rate in near] or [round(clip.capture_fps * slowness.factor)]


def _best(
    track: PoseTrack, clip: Clip, runner: Runner, filming: Filming, rates: Iterable[float]
) -> Reading | None:
    """Return the best of the readings on slower clocks that are measured and fit, or None."""
    clocks = [replace(clip, capture_fps=float(rate), capture_source="user") for rate in rates]
    found = [
        read_on_clock(track, clock, runner, filming)
        for clock in clocks
        if clock.slow_motion_factor <= MOST_SLOWER
    ]
    fitting = [reading for reading in found if _fits(reading)]
    return min(fitting, key=lambda reading: reading.misfit, default=None)


def _fits(reading: Reading) -> bool:
    signs = (reading.gravity, reading.cadence)
    return reading.measured and all(each is not None and abs(each.deviation) < FITS for each in signs)


def _refused(reading: Reading, refusal: Refusal) -> Reading:
    return Reading(reading.clip, turned_down(reading.scene, refusal))


def _slow(reading: Reading, slower: Reading, slowness: Slowness | None) -> Refusal:
    """Return the refusal of a clip that is measured on a slower clock."""
    rate = slower.clip.capture_fps
    times = rate / reading.clip.capture_fps
    if slowness is None:
        reason = f"This looks like slow motion: about {times:.2g} times faster it shows {slower.steps_per_min:.0f} steps a minute."
    else:
        reason = (
            "The body rises and falls too slowly in each step for a clip in real time: it seems slowed down "
            f"about {slowness.factor:.2g} times."
        )
    hint = (
        f"If it was filmed at {rate:.4g} frames a second, say so (--capture-fps {rate:.4g}): that was tried and can be "
        "measured."
    )
    real_time = (
        f" If it is in real time, say --capture-fps {reading.clip.fps:.4g}." if reading.measured else ""
    )
    return Refusal("slow_motion_unknown", reason, hint + real_time)


def _too_fast(reading: Reading) -> Refusal:
    reason = f"The steps come at {reading.steps_per_min:.0f} a minute, and the body falls faster than gravity allows."
    return Refusal("slow_motion_unknown", reason, REAL_TIME)


def _unsure(slowness: Slowness) -> Warn:
    message = (
        f"Real time and slow motion of about {slowness.factor:.2g} times both fit this clip. It was measured as it "
        "plays; if it was slowed down, say how fast it was filmed (--capture-fps). Rhythm and times are not judged."
    )
    return Warn(CLOCK_UNSURE, message)
