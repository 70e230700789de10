"""The synthetic runner does what its numbers say, and its feet obey the belt."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.pose.sides import repair_sides
from formcheck.scene.classify import look_at
from formcheck.skeleton import BONES, K
from formcheck.synthetic import CLEAN, MOTIONS, RAW, REALISTIC, Camera, Gait, gait_of, make_truth, project
from formcheck.synthetic.clothes import dress
from formcheck.synthetic.figure import BODIES, Appearance, body_of
from formcheck.validation.population import sampled_case

MOVING = [name for name in MOTIONS if name != "standing"]
FINE = np.arange(0, 4, 1 / 480)


def side_angle(a, b):
    """Return the angle of the line from `a` up to `b` from the vertical, deg, + forward."""
    return np.degrees(np.arctan2(b[:, 0] - a[:, 0], b[:, 2] - a[:, 2]))


def middle(points, part):
    return 0.5 * (points[:, K[f"left_{part}"]] + points[:, K[f"right_{part}"]])


@pytest.mark.parametrize("motion", MOVING)
def test_no_shoe_is_ever_below_the_belt(motion):
    pose = project(motion=motion, duration_s=4).truth.pose(FINE)
    assert pose.lowest.min() > -1e-6


@pytest.mark.parametrize("changes", [dict(strike=-10), dict(overstride=0.34), dict(strike=22, push_off=65)])
def test_nor_with_unusual_landings(changes):
    pose = project(gait_of("running", **changes), duration_s=4).truth.pose(FINE)
    assert pose.lowest.min() > -1e-6
    in_the_air = pose.lowest[~pose.stance]
    assert np.mean(in_the_air > 0.01) > 0.65  # all but the beginning and end of swing


def test_the_standing_foot_moves_with_the_belt():
    clip = project(Gait(speed=3.3, give=0.0), Camera(), CLEAN, 4)
    step = clip.truth.steps[2]
    flat = np.linspace(step.contact + 0.25 * step.duration, step.contact + 0.42 * step.duration, 9)
    ankle = clip.truth.pose(flat).points[:, K[f"{step.side}_ankle"]]
    assert np.polyfit(flat, ankle[:, 0], 1)[0] == pytest.approx(-3.3, abs=1e-6)
    assert np.ptp(ankle[:, 2]) < 1e-9


def test_stance_is_exactly_between_contact_and_toe_off():
    truth = project(seed=3).truth
    step = next(s for s in truth.steps if s.contact > 1)
    side = 0 if step.side == "left" else 1
    around = step.contact + np.array([-1e-4, 1e-4])
    assert truth.pose(around).stance[:, side].tolist() == [False, True]
    around = step.toe_off + np.array([-1e-4, 1e-4])
    assert truth.pose(around).stance[:, side].tolist() == [True, False]


FLANK_M = 0.02  # an arm may brush the shirt's side


def trunk_front(shirt, place):
    """Return how far forward the dressed trunk reaches at a place's side and height, m; NaN beside it."""
    level = shirt[np.abs(shirt[:, 2] - place[2]) < 0.02]
    if not len(level) or not level[:, 1].min() + FLANK_M < place[1] < level[:, 1].max() - FLANK_M:
        return np.nan
    return level[np.abs(level[:, 1] - place[1]) < 0.02, 0].max(initial=-1.0)


CROSSING = dict(arms_inward=70, arm_out=4, elbow=80, elbow_range=16, arm_mean=14, arm_swing=28)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    "arms, least", [(CROSSING, 10), (dict(arms_inward=75, arm_out=4, elbow=85, arm_mean=-10), 10), ({}, 0)]
)
def test_arms_pass_before_the_trunk_and_never_through_it(body, arms, least):
    figure = dress(Appearance(body))
    trunk = np.isin(np.array(figure.segments)[figure.weights.argmax(axis=1)], ["pelvis", "thorax"])
    pose = project(gait_of("running", body=body_of(body), **arms), duration_s=4).truth.pose(FINE[:360:24])
    ahead = []
    for at, points in enumerate(pose.points):
        shirt = figure.moved(pose, at)[trunk]
        for side in ("left", "right"):
            elbow, wrist = points[K[f"{side}_elbow"]], points[K[f"{side}_wrist"]]
            ahead += [place[0] - trunk_front(shirt, place) for place in (0.5 * (elbow + wrist), wrist)]
    ahead = np.array(ahead)
    assert not np.any(ahead <= 0)  # NaN: beside the trunk
    assert np.isfinite(ahead).sum() >= least


def test_arms_that_stay_beside_the_trunk_are_left_as_asked():
    gait = Gait(variation=0.0, arms_inward=0.0, lean_sway=0.0, thorax_turn=0.0)
    points = project(gait, seed=1).truth.pose(FINE).points
    upper = side_angle(points[:, K["left_elbow"]], points[:, K["left_shoulder"]])
    trunk = side_angle(middle(points, "hip"), middle(points, "shoulder"))
    assert (trunk - upper).mean() == pytest.approx(gait.arm_mean, abs=1.0)
    assert np.ptp(trunk - upper) == pytest.approx(gait.arm_swing, abs=1.0)


@pytest.mark.parametrize("motion", MOVING)
def test_bones_keep_their_length(motion):
    points = project(motion=motion).truth.pose(FINE).points
    rigid = {("hip", "knee"), ("knee", "ankle"), ("elbow", "wrist")}
    bones = [(a, b) for a, b in BONES if (a.split("_")[1], b.split("_")[1]) in rigid]
    assert len(bones) == 6
    for a, b in bones:
        assert np.ptp(np.linalg.norm(points[:, K[a]] - points[:, K[b]], axis=1)) < 1e-9


def test_nothing_jumps():
    points = project(gait_of("running", variation=0.03)).truth.pose(FINE).points
    assert np.abs(np.diff(points, axis=0)).max() * 480 < 15  # m/s; a fast swinging foot does 9


def test_lean_cadence_and_elbow_are_as_asked():
    gait = Gait(lean=8.0, cadence=176.0, elbow=88.0, variation=0.0)
    truth = project(gait, seed=1).truth
    points = truth.pose(FINE).points
    stride = 2 * 2 * gait.step_time > FINE
    assert side_angle(middle(points, "hip"), middle(points, "shoulder"))[stride].mean() == pytest.approx(
        8.0, abs=0.2
    )
    contacts = [step.contact for step in truth.steps]
    assert 60 / np.diff(contacts).mean() == pytest.approx(176.0, abs=1e-6)
    upper = points[:, K["left_shoulder"]] - points[:, K["left_elbow"]]
    lower = points[:, K["left_wrist"]] - points[:, K["left_elbow"]]
    cosine = np.sum(upper * lower, 1) / np.linalg.norm(upper, axis=1) / np.linalg.norm(lower, axis=1)
    assert np.degrees(np.arccos(cosine))[stride].mean() == pytest.approx(88.0, abs=1.0)


def test_fatigue_quickens_or_slows_over_minutes():
    slower = project(Gait(drift=-0.1, variation=0.0), noise=CLEAN, duration_s=60).truth.steps
    early, late = (
        np.diff([s.contact for s in slower[:20]]).mean(),
        np.diff([s.contact for s in slower[-20:]]).mean(),
    )
    assert late / early == pytest.approx(1.1, abs=0.02)


def test_limbs_can_differ():
    steps = project(Gait(asymmetry=0.1, variation=0.0)).truth.steps
    left, right = (np.mean([s.duration for s in steps[:-2] if s.side == side]) for side in ("left", "right"))
    assert left / right == pytest.approx(1.05 / 0.95, abs=0.01)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("noise", [CLEAN, REALISTIC])
def test_a_runner_is_seen_as_a_runner(facing, noise):
    clip = project(camera=Camera(facing=facing), noise=noise)
    scene = look_at(clip.track, clip.clip)
    assert (scene.activity, scene.view, scene.facing, scene.setting) == (
        "running",
        "side",
        facing,
        "treadmill",
    )
    assert scene.refusal is None


@pytest.mark.parametrize("view", ["front", "rear"])
def test_front_and_rear_are_told_apart(view):
    clip = project(camera=Camera(view=view))
    assert look_at(clip.track, clip.clip).view == view


@pytest.mark.parametrize("motion", ["walking", "standing", "high_knees", "fast_feet", "marching"])
def test_what_is_not_running_is_refused(motion):
    clip = project(motion=motion)
    assert look_at(clip.track, clip.clip).refusal.code == "not_running"


def test_rolling_the_camera_turns_the_picture():
    level, rolled = (project(camera=Camera(roll=roll), noise=CLEAN).track for roll in (0.0, 5.0))
    hips = level.point("left_shoulder") - level.point("left_hip")
    turned = rolled.point("left_shoulder") - rolled.point("left_hip")
    angle = np.degrees(np.arctan2(-turned[:, 1], turned[:, 0]) - np.arctan2(-hips[:, 1], hips[:, 0]))
    assert angle.mean() == pytest.approx(5.0, abs=0.2)


def test_slow_motion_stretches_the_clock():
    clip = project(camera=Camera(fps=240, slow_motion=8), duration_s=2)
    assert clip.clip.fps == 30
    assert clip.clip.slow_motion_factor == pytest.approx(8)
    assert clip.track.time[-1] == pytest.approx(16, abs=0.1)


def test_following_overground_moves_the_background_not_the_runner():
    clip = project(Gait(overground=True), Camera(follow=True), CLEAN)
    assert np.ptp(clip.track.point("nose")[:, 0]) < 60
    assert np.ptp(clip.track.surroundings.background[:, 0]) > 1000


def test_same_seed_same_track():
    a, b, c = (project(seed=seed).track for seed in (5, 5, 6))
    assert np.array_equal(a.xy, b.xy, equal_nan=True)
    assert not np.array_equal(a.xy, c.xy, equal_nan=True)


def test_exchanged_legs_are_put_right():
    """3 % of frames exchanged; less than 0.3 % may be left over."""
    wrong = total = 0
    for seed in range(4):
        clean = project(noise=CLEAN, seed=seed).track
        raw = project(noise=RAW, seed=seed).track
        legs = [K["left_ankle"], K["right_ankle"]]
        repaired, _ = repair_sides(raw.xy, raw.time)
        own = np.linalg.norm(repaired[:, legs] - clean.xy[:, legs], axis=-1).sum(axis=1)
        cross = np.linalg.norm(repaired[:, legs] - clean.xy[:, legs[::-1]], axis=-1).sum(axis=1)
        apart = np.linalg.norm(clean.xy[:, legs[0]] - clean.xy[:, legs[1]], axis=-1)
        wrong += int(np.sum((cross < own) & (apart > 30)))
        total += len(own)
    assert wrong / total < 0.01


def knee_bend(points, side):
    """Return how far a knee is bent, deg, in the plane of running."""
    lines = (f"{side}_hip", f"{side}_knee"), (f"{side}_knee", f"{side}_ankle")
    thigh, shank = (points[:, K[below]] - points[:, K[above]] for above, below in lines)
    return np.degrees(np.arctan2(thigh[:, 0], -thigh[:, 2]) - np.arctan2(shank[:, 0], -shank[:, 2]))


def test_drawn_runners_bend_their_knees_as_people_do():
    """People: 12 to 14 degrees at landing, 44 on the ground, 10 to 15 at toe-off (Fukuchi 2017)."""
    bends = []
    for number in range(30):
        truth = make_truth(sampled_case(number, 120.0).gait, Camera(), number, 3.0)
        step = next(step for step in truth.steps if step.contact > 1)
        times = np.linspace(step.contact, step.toe_off - 1e-4, 21)
        bends.append(knee_bend(truth.pose(times).points, step.side))
    landing, stance, leaving = (
        np.median(found) for found in (np.array(bends)[:, 0], np.max(bends, 1), np.array(bends)[:, -1])
    )
    assert 8 < landing < 25 and 40 < stance < 56 and 8 < leaving < 25


def test_a_foot_rolls_over_its_toes_before_it_leaves():
    truth = project(seed=3).truth
    step = next(s for s in truth.steps if s.contact > 1)
    balls = truth.pose(step.toe_off - np.array([0.4 * step.duration, 1e-4])).balls
    low, high = balls[:, 0 if step.side == "left" else 1, 2]
    assert low == pytest.approx(0, abs=1e-9) and 0.02 < high < 0.05
