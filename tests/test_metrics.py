"""Every metric answers, in every view and at every frame rate, with truth or a reason."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from formcheck.metrics import METRICS, classify, measure, not_measured
from formcheck.metrics.recording import Recording
from formcheck.skeleton import MIRRORED, K, other
from formcheck.types import Runner
from runner_in_numbers import ANYBODY, Sines, motion, scene, steps

FIRST = ["trunk_lean", "foot_strike_angle", "elbow_angle", "arm_crossover", "cadence"]
RATES = (24, 29.97, 60, 120, 240)
SEGMENTS = ("trunk_lean", "shank_angle", "thigh_extension", "body_lean", "head_pitch")
JOINTS = ("knee_flexion_contact", "knee_flexion_stance", "knee_flexion_swing", "elbow_angle", "arm_swing")


@cache
def answers(p: Sines, runner: Runner = ANYBODY, **changes):
    return measure(motion(p), steps(p), scene(p, **changes), runner)


def test_the_design_cards_five_come_first():
    assert list(answers(Sines()))[:5] == FIRST


TOO_SHORT = {  # what four seconds are too short for, though view and frame rate would do
    ("side", 24): {"head_pitch", "shoulder_shrug", "contact_time_asymmetry", "step_time_asymmetry"},
    ("side", 29.97): {"contact_time_asymmetry", "step_time_asymmetry"},
    ("side", 60): {"contact_time_asymmetry", "step_time_asymmetry"},
    ("side", 120): {"contact_time_asymmetry", "step_time_asymmetry", "stride_variability", "leg_stiffness"},
    ("side", 240): {"contact_time_asymmetry", "step_time_asymmetry", "stride_variability", "leg_stiffness"},
    ("oblique", 120): {"stride_variability"},
    ("oblique", 240): {"stride_variability"},
    # a runner drawn from the side shows no hands, knees or hips apart
    **{
        (view, 24): {"shoulder_shrug", "arm_crossover", "step_width", "knee_window"}
        for view in ("front", "rear")
    },
    **{
        (view, rate): {"arm_crossover", "step_width", "knee_window"}
        for view in ("front", "rear")
        for rate in (29.97, 60, 120, 240)
    },
}


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("view", ["side", "oblique", "front", "rear", "unknown"])
def test_a_metric_has_a_value_or_a_reason_and_keeps_its_limits(view, rate):
    found = answers(Sines(rate=rate, seconds=4), view=view)
    shown = {id for id, metric in METRICS.items() if view in metric.views and rate >= 0.97 * metric.min_fps}
    there = {id: each for id, each in found.items() if each.measured}
    assert set(there) == shown - TOO_SHORT.get((view, rate), set())
    for id, each in found.items():
        assert each.metric == id
        assert each.measured == (each.why_missing is None)
    for each in there.values():
        assert each.low <= each.value <= each.high and each.n > 0


@pytest.mark.parametrize(
    "id", [id for id, metric in METRICS.items() if "side" in metric.views and not metric.needs]
)
def test_a_good_side_view_answers_everything_it_shows(id):
    assert answers(Sines())[id].measured


def test_hands_cannot_cross_in_a_side_view():
    assert answers(Sines())["arm_crossover"].why_missing == "not visible from the side: film from the front"


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    "id, truth, within",
    [
        ("cadence", 170.0, 0.2),
        ("trunk_lean", 6.0, 0.1),
        ("elbow_angle", 90.0, 0.5),
        ("ground_contact_time", 240.0, 0.1),
        ("flight_time", 60000 / 170 - 240, 0.5),
        ("duty_factor", 34.0, 0.1),
        ("foot_strike_angle", 15.0, 3.0),
        ("head_pitch", 3.7, 0.1),
        ("arm_swing", 50.0, 1.0),
    ],
)
def test_known_answers_at_every_frame_rate(id, truth, within, rate):
    assert answers(Sines(rate=rate))[id].value == pytest.approx(truth, abs=within)


@pytest.mark.parametrize("rate", RATES)
def test_the_bounce_is_what_the_hips_do(rate):
    found = answers(Sines(rate=rate, bounce=0.1), Runner())["vertical_oscillation"]
    assert found.unit == "% leg"
    assert found.value == pytest.approx(10.0, abs=0.1)


def test_height_turns_the_bounce_into_centimetres():
    assert answers(Sines(), Runner(height_m=1.75))["vertical_oscillation"].unit == "cm"


@pytest.mark.parametrize("strike, kind", [(25.0, "rearfoot"), (3.2, "midfoot"), (-12.0, "forefoot")])
def test_a_plain_landing_is_named(strike, kind):
    found = classify(answers(Sines(strike=strike)))["foot_strike"]
    assert found.likeliest == kind
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.value in (kind, "unclear")


def test_a_landing_between_two_types_is_unclear():
    assert classify(answers(Sines(strike=8.0)))["foot_strike"].value == "unclear"


def test_a_mirrored_runner_has_the_same_form():
    p = Sines()
    seen = motion(p)
    swapped = replace(seen, xy=seen.xy[:, MIRRORED], raw=seen.raw[:, MIRRORED], near_side="right")
    feet = tuple(replace(step, side=other(step.side)) for step in steps(p))
    found = measure(swapped, feet, scene(replace(p, near="right")), ANYBODY)
    for id, here in answers(p).items():
        sign = -1 if "asymmetry" in id else 1
        assert found[id].value == pytest.approx(sign * here.value, abs=1e-9, nan_ok=True), id


@pytest.mark.parametrize("roll", [-4.0, 4.0])
def test_camera_roll_tilts_segments_and_leaves_joints_alone(roll):
    straight, tilted = answers(Sines()), answers(Sines(roll=roll))
    for id in SEGMENTS:
        turn = -roll if id in ("trunk_lean", "body_lean", "thigh_extension") else roll
        assert tilted[id].value - straight[id].value == pytest.approx(turn, abs=0.5), id
    for id in JOINTS:
        assert tilted[id].value == pytest.approx(straight[id].value, abs=0.1), id


KNEE = {"knee_flexion_contact", "knee_flexion_stance", "knee_flexion_swing"}
LANDING_TYPE = {"foot_strike_angle"}
SHOULDERS = {"trunk_lean", "body_lean", "waist_bend", "shoulder_shrug", "arm_leg_phase", "arm_swing"}
HIPS = {
    "trunk_lean",
    "vertical_oscillation",
    "vertical_ratio",
    "overstride",
    "waist_bend",
    "shoulder_shrug",
    "arm_swing",
}
SILENCED = {  # by the loss of one point for the whole clip; the left side is nearer to the camera
    "nose": set(),
    "left_eye": {"head_pitch"},
    "right_eye": set(),
    "left_ear": {"head_pitch", "shoulder_shrug"},
    "right_ear": set(),
    "left_shoulder": SHOULDERS | {"elbow_angle"},
    "right_shoulder": SHOULDERS,
    "left_elbow": {"elbow_angle", "arm_swing", "arm_leg_phase"},
    "right_elbow": set(),
    "left_wrist": {"elbow_angle"},
    "right_wrist": set(),
    "left_hip": HIPS | KNEE | {"thigh_extension"},
    "right_hip": HIPS,
    "left_knee": KNEE | {"shank_angle", "thigh_extension"},
    "right_knee": set(),
    "left_ankle": KNEE | {"overstride", "shank_angle", "arm_leg_phase"},
    "right_ankle": {"arm_leg_phase"},
    "left_heel": LANDING_TYPE | {"body_lean", "waist_bend"},
    "right_heel": {"body_lean", "waist_bend"},
    "left_toe": LANDING_TYPE | {"body_lean", "waist_bend"},
    "right_toe": {"body_lean", "waist_bend"},
}
FAR_SILENCED = {  # what is no longer told beside the near side's value
    "right_shoulder": {"elbow_angle"},
    "right_elbow": {"elbow_angle", "arm_swing"},
    "right_wrist": {"elbow_angle"},
    "right_hip": KNEE | {"thigh_extension"},
    "right_knee": KNEE | {"shank_angle", "thigh_extension"},
    "right_ankle": KNEE | {"overstride", "shank_angle"},
    "right_heel": LANDING_TYPE,
    "right_toe": LANDING_TYPE,
}
NO_SCALE = {"left_shoulder", "right_shoulder", "left_knee", "left_ankle"}  # points that centimetres need


@pytest.mark.parametrize("lost", SILENCED)
def test_a_lost_keypoint_silences_its_metrics_and_no_others(lost):
    p = Sines()
    seen = motion(p)
    seen.xy[:, K[lost]] = np.nan
    seen.raw[:, K[lost]] = np.nan
    whole = {id: each for id, each in answers(p).items() if each.measured}
    found = measure(seen, steps(p), scene(p), ANYBODY)
    silenced = {id for id in whole if not found[id].measured}
    assert silenced == SILENCED[lost]
    assert all(found[id].why_missing for id in silenced)
    alone = {id for id in set(whole) - silenced if len(found[id].by_side) < len(whole[id].by_side)}
    assert alone == FAR_SILENCED.get(lost, set())
    other_unit = {"vertical_oscillation", "vertical_ratio"} if lost in NO_SCALE else set()
    assert {id for id in set(whole) - silenced if found[id].unit != whole[id].unit} == other_unit - {
        "vertical_ratio"
    }
    for id in set(whole) - silenced - other_unit:
        assert found[id].value == pytest.approx(whole[id].value, rel=1e-4, abs=1e-2), id


@pytest.mark.parametrize("cut", [(0.0, 4.0), (3.3, 0.0), (2.1, 2.2)])
def test_seconds_cut_off_either_end_change_little(cut):
    p = Sines()
    start, stop = round(cut[0] * p.rate), round((p.seconds - cut[1]) * p.rate)
    seen = motion(p)
    part = replace(seen, xy=seen.xy[start:stop], raw=seen.raw[start:stop], observed=seen.observed[start:stop])
    feet = tuple(
        replace(step, contact=step.contact - cut[0], toe_off=step.toe_off - cut[0])
        for step in steps(p)
        if step.contact > cut[0] and step.toe_off < p.seconds - cut[1]
    )
    whole = {id: each for id, each in answers(p).items() if each.measured}
    found = measure(part, feet, scene(p), ANYBODY)
    too_short = {id for id in whole if not found[id].measured}
    assert too_short == {"contact_time_asymmetry", "step_time_asymmetry", "stride_variability"}
    for id in set(whole) - too_short:
        close = max(0.5, 0.03 * abs(whole[id].value))
        assert found[id].value == pytest.approx(whole[id].value, abs=close), id


def test_a_rhythm_needs_no_contacts():
    p = Sines()
    found = measure(motion(p), (), scene(p), Runner())
    assert found["cadence"].value == pytest.approx(170, abs=0.2)
    assert found["trunk_lean"].measured
    assert not found["ground_contact_time"].measured


def test_contacts_that_disagree_with_the_rhythm_widen_the_interval():
    p = Sines()
    late = tuple(replace(s, contact=s.contact * 1.08, toe_off=s.toe_off * 1.08) for s in steps(p))
    found = measure(motion(p), late, scene(p), ANYBODY)["cadence"]
    assert found.extra.contacts == pytest.approx(170 / 1.08, abs=0.5)
    assert found.high - found.low > 10


def test_thirty_frames_a_second_are_judged_like_more():
    """On force plates the error of contact time is the same at 24, 30 and 120 frames a second."""
    slow, fast = (answers(Sines(rate=rate))["ground_contact_time"] for rate in (30, 120))
    assert not slow.extra.about
    assert slow.value == pytest.approx(fast.value, abs=1.0)


@pytest.mark.parametrize("id", ["knee_flexion_contact", "knee_flexion_stance", "knee_flexion_swing"])
def test_blur_widens_the_knee_below_fifty_frames_a_second(id):
    slow, fast = (answers(Sines(rate=rate, seconds=10))[id] for rate in (30, 60))
    extra = ((slow.high - slow.low) ** 2 - (fast.high - fast.low) ** 2) ** 0.5 / (2 * 1.96)
    assert extra == pytest.approx(2.0, abs=0.3)


def test_a_refused_clip_gives_its_reason_for_every_metric():
    found = not_measured("Nobody runs here.")
    assert list(found) == list(METRICS)
    assert {each.why_missing for each in found.values()} == {"Nobody runs here."}


def test_the_same_clip_gives_the_same_numbers():
    a, b = answers(Sines()), answers(Sines())
    assert [(m.value, m.low) for m in a.values()].__repr__() == [
        (m.value, m.low) for m in b.values()
    ].__repr__()


def short_pass(contacts: int):
    """Return the cadence of a runner who is seen for so many contacts only."""
    p = Sines(cadence=180.0, rate=60.0)
    feet = tuple(replace(step, contact_sd=0.008) for step in steps(p)[:contacts])
    seen = motion(p)
    stop = round(60 * (feet[-1].contact + 0.1))
    part = replace(seen, xy=seen.xy[:stop], raw=seen.raw[:stop], observed=seen.observed[:stop])
    return measure(part, feet, scene(p), Runner())["cadence"]


def test_three_contacts_tell_a_cadence_roughly_and_nobody_is_judged_by_it():
    found = short_pass(3)
    assert found.low < 180 < found.high
    assert 4 < found.high - found.value < 15
    assert found.extra.about and found.n == 3


def test_two_contacts_tell_no_cadence():
    assert "film at least 10 seconds" in short_pass(2).why_missing


@pytest.mark.parametrize("id", ["knee_flexion_stance", "knee_flexion_swing", "thigh_extension"])
def test_no_joint_bends_further_because_the_picture_is_noisy(id):
    p, rng = Sines(rate=60), np.random.default_rng(4)
    clear = motion(p)
    noisy = [clear.xy + 0.012 * rng.normal(size=clear.xy.shape) for _ in range(8)]
    found = [measure(replace(clear, xy=xy), steps(p), scene(p), ANYBODY)[id].value for xy in noisy]
    assert np.mean(found) == pytest.approx(answers(p)[id].value, abs=0.6)


@pytest.mark.parametrize("moment", [-1.0, 99.0])
def test_a_moment_far_outside_the_clip_has_no_value(moment):
    """A landing in the first frames, told later or earlier by its error, may lie before the clip."""
    rec = Recording(motion(Sines()), steps(Sines()), scene(Sines()), ANYBODY)
    assert np.isnan(rec.at(rec.motion.raw[:, K["left_ankle"], 0], moment))


@pytest.mark.parametrize("speed", [2.5, 3.5, 4.5])
def test_a_told_speed_says_what_a_reach_is_compared_with(speed):
    found = answers(Sines(), Runner(height_m=1.75, speed_mps=speed))
    for id in ("overstride", "shank_angle"):
        assert found[id].extra.speed_mps == speed
