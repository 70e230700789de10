"""Files for other software hold the stick runner's own numbers: signs, sides and units by hand."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from formcheck.export.opensim import joint_angles, leg_length_m, mot_text, trc_text
from formcheck.metrics.joint_curves import curves
from formcheck.skeleton import KEYPOINTS, K
from formcheck.types import Analysis, Clip, Motion, PoseTrack, Runner, Scene
from stick_runner import (
    LEFT_ARM,
    LEFT_LEG,
    RIGHT_ARM,
    RIGHT_LEG,
    Stick,
    first_contact,
    motion_of,
    scene_of,
    with_points,
)

HEIGHT = Runner(height_m=1.80)
LEG_M = (0.246 + 0.245) * 1.80  # shank and thigh of Drillis & Contini
AT = {"l": first_contact("left"), "r": first_contact("right")}  # frames of landing
BY_HAND = {
    # at each side's own landing: coordinate, left, right
    "hip_flexion": (30.0, 26.0),
    "knee_angle": (12.0, 20.0),
    # foot against shin: pitch 3 + 14 and -2 - 6 less the shin's 18 and 6, which reaches forward
    "ankle_angle": (17.0 - 18.0, -8.0 - 6.0),
    # upper arm against the trunk: middle less half the swing, behind at landing
    "arm_flex": (-15.0 - 25.0, -25.0 - 18.0),
    # 180 less the included angle, which is widest at landing
    "elbow_flex": (180.0 - 90.0, 180.0 - 125.0),
}


@pytest.mark.parametrize("coordinate", BY_HAND)
@pytest.mark.parametrize("side", ["l", "r"])
def test_opensims_coordinates_at_landing(coordinate, side):
    angles = joint_angles(motion_of(Stick(lean=7.0)))
    expected = BY_HAND[coordinate][side == "r"]
    assert angles[f"{coordinate}_{side}"][AT[side]] == pytest.approx(expected, abs=1e-6)


def test_a_trunk_that_leans_forward_is_bent_not_extended():
    assert np.allclose(joint_angles(motion_of(Stick(lean=7.0)))["lumbar_extension"], -7.0)
    assert np.allclose(joint_angles(motion_of(Stick(lean=-4.0)))["lumbar_extension"], 4.0)


@pytest.mark.parametrize("lean", [-10.0, 0.0, 20.0])
def test_the_arm_is_told_against_the_trunk_whatever_that_does(lean):
    arm = joint_angles(motion_of(Stick(lean=lean)))["arm_flex_l"]
    assert (arm.min(), arm.max()) == pytest.approx((-40.0, 10.0), abs=0.1)


@pytest.mark.parametrize("told, metres", [(HEIGHT, LEG_M), (Runner(), 0.491 * 1.75)])
def test_a_leg_in_metres(told, metres):
    assert leg_length_m(told) == pytest.approx(metres)


def rows_of(text):
    return [line.split("\t") for line in text.splitlines()]


def test_markers_are_in_millimetres_x_forward_y_up():
    motion = motion_of(Stick())
    rows = rows_of(trc_text(motion, HEIGHT, "run.trc"))
    assert rows[2][:5] == ["120", "120", str(len(motion.xy)), "21", "mm"]
    frame = 40
    cells = rows[6 + frame]
    assert (cells[0], float(cells[1])) == ("41", pytest.approx(frame / 120))
    markers = np.array(cells[2:], float).reshape(-1, 3)
    assert markers[:, :2] == pytest.approx(1000 * LEG_M * motion.xy[frame], abs=6e-4)
    assert not markers[:, 2].any()
    ahead = markers[K["left_toe"]] - markers[K["left_heel"]]
    assert ahead[0] > 0 and markers[K["left_ear"], 1] > markers[K["left_hip"], 1]
    assert [cell for cell in rows[3][2:] if cell] == list(KEYPOINTS)


def test_the_pelvis_is_in_metres_and_its_tilt_is_none():
    motion = motion_of(Stick())
    head, body = mot_text(motion, HEIGHT, "run").split("endheader\n")
    assert "inDegrees=yes" in head
    names, *lines = rows_of(body)
    table = dict(zip(names, np.array(lines, float).T))
    assert table["time"] == pytest.approx(motion.time, abs=1e-6)
    assert not table["pelvis_tilt"].any()
    hip = motion.middle("hip") * LEG_M
    assert table["pelvis_tx"] == pytest.approx(hip[:, 0], abs=1e-6)
    assert table["pelvis_ty"] == pytest.approx(hip[:, 1], abs=1e-6)
    assert table["knee_angle_r"][AT["r"]] == pytest.approx(20.0, abs=1e-5)


def test_a_gap_is_bridged_by_a_straight_line_and_what_was_never_seen_is_left_out():
    motion = motion_of(Stick())
    gone = {"left_knee": np.full((len(motion.xy), 2), np.nan)}
    hidden = with_points(motion, **gone)
    hidden.xy[31:34, K["right_ankle"]] = np.nan
    names, *lines = rows_of(mot_text(hidden, HEIGHT, "run").split("endheader\n")[1])
    assert not {"knee_angle_l", "hip_flexion_l", "ankle_angle_l"} & set(names)
    knee = np.array(lines, float)[:, names.index("knee_angle_r")]
    assert knee[30:35] == pytest.approx(np.linspace(knee[30], knee[34], 5), abs=2e-6)


# --- curves beside the video -----------------------------------------------------------------------------------------


def analysis(motion: Motion, scene: Scene, frames: np.ndarray, slower: float = 1.0) -> Analysis:
    """Return an analysis whose frames show these samples of the motion."""
    time = slower * motion.time[frames]
    track = PoseTrack(time, motion.xy[frames], np.ones((len(frames), len(K))), (1280, 720), "stick")
    clip = Clip("run.mp4", "0" * 64, len(frames), float(time[-1]), 30.0, False, 1280, 720, 0, 30.0)
    return Analysis(clip, Runner(), track, scene, motion, (), {}, ())


@pytest.mark.parametrize("near, far", [("left", "right"), ("right", "left")])
def test_curves_from_the_side_are_the_near_sides_angles_at_each_frame(near, far):
    legs, arms = {"left": LEFT_LEG, "right": RIGHT_LEG}, {"left": LEFT_ARM, "right": RIGHT_ARM}
    stick = Stick(near=near)
    frames = np.arange(AT[near[0]], AT[near[0]] + 400, 4)
    made = analysis(motion_of(stick), scene_of(stick), frames)
    moved = np.concatenate([[0], frames[1:] - frames[0]])
    made = analysis(shifted(motion_of(stick), int(frames[0])), scene_of(stick), moved)
    lean, knee, other, thigh, elbow = curves(made)
    assert [each.name for each in (knee, other, thigh, elbow)] == [
        f"Knee bend, {near} leg", f"Knee bend, {far} leg", f"Thigh, {near} leg (ahead +)", f"Elbow, {near} arm",
    ]  # fmt: skip
    assert [each.near for each in (knee, other, thigh, elbow)] == [True, False, True, True]
    assert lean.values == pytest.approx(7.0) and len(lean.values) == 100
    assert knee.values[0] == pytest.approx(legs[near].knee_at_landing)
    assert thigh.values[0] == pytest.approx(legs[near].thigh_at_landing)
    assert elbow.values[0] == pytest.approx(arms[near].elbow + arms[near].elbow_swing)
    assert knee.values[21] == pytest.approx(knee.values[0])  # a stride of 84 samples later
    assert np.nanmax(other.values) == pytest.approx(legs[far].knee_in_swing, abs=1.0)


def shifted(motion: Motion, start: int) -> Motion:
    """Return the motion from a frame on."""
    return Motion(
        motion.rate,
        motion.xy[start:],
        motion.raw[start:],
        motion.observed[start:],
        300.0,
        motion.rate,
        motion.near_side,
    )


def test_in_slow_motion_a_curve_keeps_to_the_pictures():
    stick = Stick()
    motion = shifted(motion_of(stick), AT["l"])
    slow = scene_of(stick, slow_motion_factor=4.0)
    at_once, later = (
        curves(analysis(motion, scene, np.arange(0, 300, 4), slower))
        for scene, slower in ((scene_of(stick), 1.0), (slow, 4.0))
    )
    for one, two in zip(at_once, later):
        assert one.values == pytest.approx(two.values)


@pytest.mark.parametrize("side, out", [("left", 0.10), ("right", -0.04)])
def test_a_hand_on_its_own_side_is_positive_for_either_hand(side, out):
    """0.04 and -0.016 leg lengths beside the trunk's middle; shoulders are 0.4 leg lengths wide."""
    xy = np.zeros((40, len(K), 2))
    for name, sign in (("left", 1), ("right", -1)):
        xy[:, K[f"{name}_hip"]] = [0.1 * sign, 1.0]
        xy[:, K[f"{name}_shoulder"]] = [0.2 * sign, 1.6]
        xy[:, K[f"{name}_wrist"]] = [0.5 * sign, 1.2]
    xy[:, K[f"{side}_wrist"], 0] = out * 0.4 * (1 if side == "left" else -1)
    motion = Motion(120.0, xy, xy, np.ones(xy.shape[:2], bool), 300.0, 120.0)
    scene = Scene("running", "front", None, "treadmill", 1, None)
    found = {each.name: each for each in curves(analysis(motion, scene, np.arange(40)))}
    hand = found[f"{side.capitalize()} hand, on its own side +"]
    assert hand.values == pytest.approx(out)
    assert hand.near == (side == "left")


@pytest.mark.parametrize("view, count", [("front", 4), ("rear", 2)])
def test_the_own_left_shoulder_up_is_positive(view, count):
    xy = np.zeros((40, len(K), 2))
    xy[:, K["left_shoulder"]], xy[:, K["right_shoulder"]] = (
        [0.2, 1.6 + 0.2 * np.tan(np.radians(3))],
        [-0.2, 1.6 - 0.2 * np.tan(np.radians(3))],
    )
    xy[:, K["left_hip"]], xy[:, K["right_hip"]] = [0.1, 1.0], [-0.1, 1.0]
    motion = Motion(120.0, xy, xy, np.ones(xy.shape[:2], bool), 300.0, 120.0)
    found = curves(analysis(motion, Scene("running", view, None, "treadmill", 1, None), np.arange(40)))
    assert len(found) == count
    assert found[0].values == pytest.approx(3.0)
    assert found[1].values == pytest.approx(0.0)


def test_keypoints_are_told_in_pixels_y_down():
    from formcheck.export.tables import keypoints_text

    xy = np.zeros((2, len(K), 2))
    xy[:, K["left_toe"]] = [300.0, 700.0]
    track = PoseTrack(np.array([0.0, 0.04]), xy, np.full((2, len(K)), 0.9), (1280, 720), "stick")
    second = list(csv.DictReader(io.StringIO(keypoints_text(track))))[1]
    assert (float(second["time_s"]), float(second["left_toe_x"]), float(second["left_toe_y"])) == (
        0.04,
        300.0,
        700.0,
    )
    assert float(second["left_toe_confidence"]) == 0.9
