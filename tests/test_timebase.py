"""Which clock a clip runs on: gravity, tags, slow motion near and far, sprinters and cut-off feet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clips import PLATES, needs_plates
from formcheck.mocap.recordings import read_recording
from formcheck.pipeline import analyze_track
from formcheck.scene.crosscheck import body_contradicts, feet_cut_off, inside_share
from formcheck.scene.features import Rhythm
from formcheck.skeleton import K
from formcheck.synthetic import Camera, Gait, SyntheticClip, gait_of, project
from formcheck.timebase import plausible_clock, settle_clock
from formcheck.timebase.gravity import Slowness, slowness_by_gravity
from formcheck.types import Analysis, Clip, PoseTrack, Runner
from formcheck.validation.population import sampled_case

OF_RHYTHM = {"cadence", "ground_contact_time", "flight_time", "speed", "leg_stiffness"}


def slowed(made: SyntheticClip, times: float) -> SyntheticClip:
    """Return a clip that plays so many times slower and says nothing of it."""
    clip = made.clip
    played = clip.fps / times
    clip = replace(clip, fps=played, capture_fps=played, duration_s=clip.duration_s * times)
    return replace(made, clip=clip, track=replace(made.track, time=made.track.time * times))


def told(clip: Clip, capture_fps: float) -> Clip:
    """Return the clip with a capture rate that the user tells."""
    return replace(clip, capture_fps=capture_fps, capture_source="user")


def tagged(clip: Clip, capture_fps: float) -> Clip:
    """Return the clip with a capture rate that the file declares."""
    return replace(clip, capture_fps=capture_fps, capture_source="tag")


def analysed(made: SyntheticClip, clip: Clip | None = None) -> Analysis:
    return analyze_track(made.track, clip or made.clip)


def codes(analysis: Analysis) -> set[str]:
    return {warning.code for warning in analysis.warnings}


def advised_fps(analysis: Analysis) -> float:
    """Return the first rate that a refusal advises."""
    return float(analysis.refusal.how_to_film.split("--capture-fps ")[1].split(")")[0])


def true_cadence(made: SyntheticClip) -> float:
    contacts = [step.contact for step in made.truth.steps]
    return 60 * (len(contacts) - 1) / (contacts[-1] - contacts[0])


def drawn(number: int, view: str, *, hips: float) -> SyntheticClip:
    """Return a drawn runner in real time, whose hips rise only by this share of the truth."""
    case = sampled_case(number, (30.0, 60.0)[number % 2], view=view)
    made = project(case.gait, replace(case.camera, slow_motion=1.0), case.noise, number, case.duration_s)
    xy = made.track.xy.copy()
    for side in ("left", "right"):
        height = xy[:, K[f"{side}_hip"], 1]
        middle = np.nanmedian(height)
        xy[:, K[f"{side}_hip"], 1] = middle + hips * (height - middle)
    return replace(made, track=replace(made.track, xy=xy))


# --- gravity -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1.0, 1.3, 2.0, 8.0])
def test_a_mass_that_bounces_under_gravity_tells_the_clock(times):
    """A half-sine force in contact: the rise is g T^2 (1/8 - (1/4 - 1/(2 pi)) d), with d the share of contact.

    People's hips rise up to a quarter more than such a mass, which is up to an eighth of the time.
    """
    for share in (0.5, 0.65, 0.8):
        step = 0.35
        rise = 9.81 * step**2 * (1 / 8 - (1 / 4 - 1 / (2 * np.pi)) * share)
        found = slowness_by_gravity(times * step, share, rise, share_sd=0.0, scale_sd=0.0, rise_sd=0.0)
        assert found.factor == pytest.approx(times, rel=0.125)


def test_an_error_of_the_scale_counts_half():
    exact, longer = (
        slowness_by_gravity(0.35, 0.7, 0.08 * scale, share_sd=0.0, scale_sd=0.07, rise_sd=0.0)
        for scale in (1, 1.1)
    )
    assert longer.log == pytest.approx(exact.log - 0.5 * np.log(1.1))
    assert exact.sd == pytest.approx(0.5 * np.hypot(0.083, 0.07))


@pytest.mark.parametrize(
    ("contact", "rise"), [(0.35, 0.08), (0.34, 0.04), (np.nan, 0.08), (0.25, np.nan), (0.25, 0.0)]
)
def test_without_flight_or_rise_gravity_tells_no_time(contact, rise):
    assert slowness_by_gravity(0.35, contact / 0.35, rise, share_sd=0.0, scale_sd=0.07, rise_sd=0.1) is None


def test_two_estimates_are_joined_by_their_certainty():
    joined = Slowness(0.3, 0.1).joined(Slowness(0.0, 0.2))
    assert joined.log == pytest.approx(0.24) and joined.sd == pytest.approx(0.1 * np.sqrt(0.8))
    assert joined.deviation == pytest.approx(0.24 / joined.sd)


@needs_plates
@pytest.mark.parametrize("times", [1.0, 1.3])
def test_runners_over_force_plates_tell_the_clock(times):
    """Hips and plate contacts of 18 runners at three speeds; 5 % of the factor is what the runners differ by."""
    found = []
    for path in sorted((PLATES / "rbds").glob("*.npz")):
        recording = read_recording(path)
        contacts = np.concatenate([recording.left, recording.right])
        step = float(np.median(np.diff(np.sort(contacts[:, 0]))))
        height = recording.legs[:, :, 0, 1].mean(axis=1)
        window = round(step * recording.rate)
        rises = [np.ptp(part) for part in np.array_split(height, len(height) // window)]
        share = float(np.median(np.diff(contacts, axis=1))) / step
        slow = slowness_by_gravity(
            times * step, share, float(np.median(rises)), share_sd=0.0, scale_sd=0.0, rise_sd=0.0
        )
        found.append(slow.log)
    assert np.mean(found) == pytest.approx(np.log(times), abs=0.03)
    assert np.std(found) < 0.055 and len(found) == 54


# --- real time is not doubted, slow motion is -------------------------------------------------------------------


def doubts(numbers: range, times: float, view: str = "side") -> np.ndarray:
    """Return for each drawn runner 0 measured, 1 measured with a warning, 2 refused for the clock."""
    found = []
    for number in numbers:
        hips = np.random.default_rng(number).uniform(0.38, 1.1)  # as pose models damp them, rendered and real
        made = slowed(drawn(number, view, hips=hips), times)
        scene = settle_clock(made.track, made.clip, Runner()).scene
        refused = scene.refusal is not None and scene.refusal.code == "slow_motion_unknown"
        found.append(2 if refused else int("clock_unsure" in {each.code for each in scene.warnings}))
    return np.array(found)


@pytest.mark.parametrize(
    ("view", "numbers"), [("side", range(2000, 2016)), ("front", range(8)), ("rear", range(8))]
)
def test_real_time_is_not_doubted(view, numbers):
    assert (doubts(numbers, 1.0, view) == 0).all()


@pytest.mark.slow
def test_fewer_than_two_in_a_hundred_real_time_clips_are_doubted():
    found = doubts(range(2000, 2150), 1.0)
    assert (found > 0).mean() < 0.02 and (found == 2).sum() == 0


@pytest.mark.parametrize(("times", "noticed", "refused"), [(1.3, 0.9, 0.5), (1.5, 1.0, 1.0)])
def test_mild_slow_motion_is_noticed(times, noticed, refused):
    found = doubts(range(2000, 2012), times)
    assert (found > 0).mean() >= noticed and (found == 2).mean() >= refused


@pytest.mark.parametrize("times", [1.4, 1.5, 1.6])
def test_the_rate_advised_for_mild_slow_motion_is_measured_and_right(times):
    made = project(Gait(cadence=176, bounce=0.085), Camera(fps=60), None, 3, 8.0)
    slow = slowed(made, times)
    refused = analysed(slow)
    assert refused.refusal.code == "slow_motion_unknown" and not refused.cues
    assert advised_fps(refused) == pytest.approx(60, abs=0.5)
    measured = analysed(slow, told(slow.clip, advised_fps(refused)))
    assert measured.measurements["cadence"].value == pytest.approx(true_cadence(made), abs=1)
    assert measured.scene.slow_motion_factor == pytest.approx(times, rel=0.01)


def test_where_both_clocks_fit_nothing_is_coached_about_rhythm():
    """Slowed by a fifth, 140 steps/min look like a slow runner's; the interval reaches to the true 168."""
    made = project(Gait(cadence=168, bounce=0.085), Camera(fps=60), None, 5, 8.0)
    plain, slow = analysed(made), analysed(slowed(made, 1.2))
    assert "clock_unsure" not in codes(plain) and "clock_unsure" in codes(slow) and slow.refusal is None
    cadence = slow.measurements["cadence"]
    assert cadence.value == pytest.approx(140, abs=1.5) and cadence.high > 168
    assert not {cue.metric for cue in slow.cues} & OF_RHYTHM
    contact, truth = slow.measurements["ground_contact_time"], plain.measurements["ground_contact_time"]
    assert contact.low < truth.value < contact.high
    for id in ("trunk_lean", "elbow_angle"):
        assert slow.measurements[id].measured and not slow.measurements[id].extra.about


def test_a_rate_the_user_tells_is_not_doubted():
    """Whoever knows better than gravity gets a measurement: here that the clip is in real time."""
    slow = slowed(project(Gait(cadence=176), Camera(fps=60), None, 3, 8.0), 1.5)
    real = analysed(slow, told(slow.clip, slow.clip.fps))
    assert real.refusal is None and "clock_unsure" not in codes(real)


def test_running_without_flight_is_not_called_slow():
    jog = Gait(speed=2.0, cadence=150.0, contact_time=0.42, bounce=0.04)
    found = analysed(project(jog, Camera(fps=60), None, 0, 8.0))
    doubts = {found.refusal.code} if found.refusal else codes(found)
    assert not doubts & {"slow_motion_unknown", "clock_unsure"}


def test_a_source_that_damps_the_rise_is_believed_less():
    made = slowed(project(Gait(cadence=168, bounce=0.085), Camera(fps=60), None, 5, 8.0), 1.2)
    assert "clock_unsure" in codes(analysed(made))
    damped = replace(made, track=replace(made.track, source="mediapipe-full"))
    assert "clock_unsure" not in codes(analysed(damped))


# --- slow motion far from real time -------------------------------------------------------------------------------


@pytest.mark.parametrize(("times", "fps"), [(2, 60), (4, 120), (8, 240), (10, 300), (16, 480)])
@pytest.mark.parametrize("follow", [False, True], ids=["still", "followed"])
def test_slow_motion_is_told_as_such_and_the_advised_rate_is_measured(times, fps, follow):
    gait = Gait(speed=3.5, cadence=172, overground=follow)
    camera = Camera(fps=fps, slow_motion=times, follow=follow, distance=6.0 if follow else 4.0)
    made = project(gait, camera, None, 1, 4.0)
    refused = analysed(made, made.clip.in_real_time())
    assert refused.refusal.code == "slow_motion_unknown" and advised_fps(refused) == fps
    measured = analysed(made, told(made.clip, fps))
    assert measured.measurements["cadence"].value == pytest.approx(true_cadence(made), abs=1.5)


@pytest.mark.parametrize(("times", "fps"), [(1.5, 60), (4, 120), (16, 480)])
@pytest.mark.parametrize("view", ["front", "rear"])
def test_slow_motion_is_told_as_such_from_the_front_and_the_rear_too(view, times, fps):
    made = project(
        Gait(speed=3.3, cadence=172),
        Camera(view=view, fps=fps, slow_motion=times, distance=5.0),
        None,
        1,
        5.0,
    )
    refused = analysed(made, made.clip.in_real_time())
    assert refused.refusal.code == "slow_motion_unknown" and advised_fps(refused) == fps
    measured = analysed(made, told(made.clip, fps))
    assert measured.measurements["cadence"].value == pytest.approx(true_cadence(made), abs=1.5)


@pytest.mark.parametrize("view", ["front", "rear"])
@pytest.mark.parametrize("speed", [1.0, 1.3, 1.6])
def test_a_walker_from_the_front_is_no_runner_in_slow_motion(view, speed):
    walk = gait_of("walking", speed=speed, cadence=90 + 22 * speed, bounce=0.015 + 0.02 * speed)
    found = analysed(project(walk, Camera(view=view, distance=5.0, fps=30), None, 4, 8.0))
    assert found.refusal.code == "not_running"


@pytest.mark.parametrize("rate", [10, 60, 240])
def test_a_rate_told_that_makes_no_runner_of_a_clip_that_shows_one_is_the_reason(rate):
    made = project(Gait(), Camera(fps=30), None, 1, 6.0)
    refused = analysed(made, told(made.clip, rate)).refusal
    assert refused.code in ("slow_motion_unknown", "frame_rate")
    assert str(rate) in refused.reason


def test_a_clip_that_is_sped_up_is_refused():
    made = slowed(project(Gait(cadence=172), Camera(fps=60), None, 1, 8.0), 1 / 1.6)
    assert analysed(made).refusal.code == "slow_motion_unknown"


@pytest.mark.parametrize("motion", ["walking", "standing", "high_knees", "butt_kicks", "marching"])
def test_no_slower_clock_makes_a_runner_of_somebody_else(motion):
    assert analysed(project(motion=motion)).refusal.code == "not_running"


# --- tags -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("playback", "tag"), [(24, 30), (30, 60), (30, 240), (25, 30)])
def test_a_capture_rate_that_the_movement_contradicts_is_not_believed(playback, tag):
    """Phones drop frames in the dark, and programs copy tags to clips that they bring back to real time."""
    made = project(Gait(cadence=168, bounce=0.08), Camera(fps=playback), None, 2, 8.0)
    found = analysed(made, tagged(made.clip, tag))
    assert found.refusal is None and "capture_rate_ignored" in codes(found)
    assert found.clip.capture_fps == playback and found.scene.slow_motion_factor == 1
    assert found.measurements["cadence"].value == pytest.approx(true_cadence(made), abs=1)


@pytest.mark.parametrize(("playback", "tag"), [(30, 60), (30, 120), (30, 240), (24, 240), (30, 48)])
def test_a_capture_rate_that_fits_the_movement_is_believed(playback, tag):
    made = project(Gait(cadence=168, bounce=0.08), Camera(fps=tag, slow_motion=tag / playback), None, 2, 8.0)
    found = analysed(made, tagged(made.clip, tag))
    assert found.refusal is None and "capture_rate_ignored" not in codes(found)
    assert found.measurements["cadence"].value == pytest.approx(true_cadence(made), abs=1)


def test_a_tag_on_a_clip_that_shows_no_runner_stays_where_phones_film_so():
    made = project(motion="walking", camera=Camera(fps=240, slow_motion=8))
    assert analysed(made, tagged(made.clip, 240)).scene.slow_motion_factor == 8
    assert analysed(project(motion="walking", camera=Camera(fps=24)), None).scene.slow_motion_factor == 1


def test_for_a_drill_a_tag_counts_from_twice_the_playback_rate_on():
    clip = project(motion="high_knees", camera=Camera(fps=24)).clip
    assert plausible_clock(tagged(clip, 30)).slow_motion_factor == 1
    assert plausible_clock(tagged(clip, 240)).slow_motion_factor == 10
    assert plausible_clock(told(clip, 30)).slow_motion_factor == 1.25


# --- sprinters -----------------------------------------------------------------------------------------------------

SPRINTS = {240: (7.0, 0.12, 0.055), 260: (8.0, 0.11, 0.05), 280: (9.0, 0.10, 0.045), 300: (9.5, 0.09, 0.04)}


@pytest.mark.parametrize("fps", [30, 60, 240])
@pytest.mark.parametrize("cadence", SPRINTS)
def test_a_sprint_is_measured(cadence, fps):
    speed, contact, bounce = SPRINTS[cadence]
    gait = Gait(
        speed=speed, cadence=cadence, contact_time=contact, bounce=bounce, knee_swing=125, thigh_forward=60, overstride=0.3
    )  # fmt: skip
    made = project(gait, Camera(fps=fps), None, 2, 5.0)
    found = analysed(made)
    assert found.refusal is None and "clock_unsure" not in codes(found)
    assert found.measurements["cadence"].value == pytest.approx(true_cadence(made), abs=1.5)
    assert len(found.steps) >= len(made.truth.steps) - 2
    time = found.measurements["ground_contact_time"]
    assert time.low < 1000 * contact < time.high and time.value < 150


@pytest.mark.parametrize("seed", range(3))
def test_no_slow_runner_is_counted_twice(seed):
    gait = Gait(speed=2.4, cadence=140 + 6 * seed, contact_time=0.31, bounce=0.11)
    made = project(gait, Camera(fps=30), None, seed, 8.0)
    assert analysed(made).measurements["cadence"].value == pytest.approx(true_cadence(made), abs=1)


# --- feet outside the picture -------------------------------------------------------------------------------------


def cut_at(made: SyntheticClip, row: float) -> PoseTrack:
    """Return the track of a picture that ends at `row`: what is below is drawn at the edge, as pose models do."""
    xy = made.track.xy.copy()
    hidden = xy[..., 1] > row
    xy[..., 1] = np.where(hidden, row * 0.995, xy[..., 1])
    return replace(made.track, xy=xy, size=(made.track.size[0], round(row)))


@pytest.mark.parametrize("share", [60, 99])
def test_feet_that_the_edge_cuts_off_are_the_reason_and_not_the_clock(share):
    made = project(Gait(cadence=168), Camera(fps=60), None, 1, 8.0)
    row = float(np.nanpercentile(made.track.xy[:, K["left_knee"], 1], share)) + 5
    track = cut_at(made, row)
    found = analyze_track(track, replace(made.clip, height=track.size[1]))
    assert found.refusal.code == "feet_hidden"


def test_feet_near_an_edge_count_as_outside():
    made = project(Gait(), Camera(fps=60), None, 1, 2.0)
    xy, size = made.track.xy, made.track.size
    assert inside_share(xy, size, "toe") == 1 and not feet_cut_off(xy, size)
    low = (size[0], round(float(np.nanmin(xy[:, K["left_toe"], 1]))))
    assert inside_share(xy, low, "toe") < 0.3 and feet_cut_off(xy, low)


def test_knees_and_arms_say_whether_the_feet_keep_their_rhythm():
    made = project(Gait(cadence=168), Camera(fps=60), None, 1, 6.0)
    for believed, contradicted in ((60 / 168, False), (60 / 84, True)):
        feet = Rhythm(believed, 0.9, 0.7)
        assert body_contradicts(made.track.xy, made.track.time, 200.0, feet) == contradicted
