"""The drawn runner: feet that obey the belt, keypoints that lie on the body, files that say what happened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("numba")

from formcheck.skeleton import K
from formcheck.synthetic import Camera, gait_of, make_truth
from formcheck.synthetic.clothes import dress
from formcheck.synthetic.figure import BODIES, KINDS, Appearance, body_of
from formcheck.synthetic.landmarks import joint_centres, marked_points, visible
from formcheck.synthetic.render import Film, FixedScene
from formcheck.synthetic.sample import render_clip, truth_document, write_truth
from formcheck.synthetic.scenery import Room
from formcheck.synthetic.truth_file import read_truth
from formcheck.video import FrameReader

SMALL = Camera(width=640, height_px=360, distance=3.5, fps=30)
TINY = replace(SMALL, width=192, height_px=108)
PLAIN = Film(noise=0.0, moments=1)


def runner(body: str, motion: str = "running", camera: Camera = SMALL, **changes):
    return make_truth(gait_of(motion, body=body_of(body), **changes), camera, 1, 3.0)


def stage(look: Appearance, camera: Camera, room: Room, motion: str = "running", **film) -> FixedScene:
    return FixedScene.of(runner(look.body, motion, camera), replace(PLAIN, look=look, room=room, **film))


@pytest.mark.parametrize(
    "body, gait",
    [
        ("man", {}),
        ("woman", {"strike": -8}),
        ("lean-man", {"strike": 22, "overstride": 0.32}),
        ("heavy-woman", {"motion": "walking"}),
        ("woman", {"motion": "high_knees"}),
    ],
)
def test_no_shoe_goes_through_the_belt(body, gait):
    truth, figure = runner(body, **gait), dress(Appearance(body))
    pose = truth.pose(np.arange(0.5, 1.5, 1 / 50))
    soles = [figure.moved(pose, k)[figure.kind == KINDS.index("shoes"), 2].min() for k in range(50)]
    assert min(soles) > -0.003


def test_the_standing_shoe_moves_with_the_belt():
    truth, figure = runner("man", speed=3.2, give=0.0), dress(Appearance("man"))
    step = truth.steps[2]
    flat = step.contact + step.duration * np.linspace(0.25, 0.42, 5)
    pose = truth.pose(flat)
    rigid = (figure.kind == KINDS.index("shoes")) & (
        figure.weights[:, figure.segments.index(f"{step.side}_foot")] > 0.999
    )
    soles = np.array([figure.moved(pose, k)[rigid] for k in range(5)])
    speed = np.diff(soles[..., 0], axis=0) / np.diff(flat)[:, None]
    assert speed == pytest.approx(-3.2, abs=1e-3)
    assert np.ptp(soles[..., 1:], axis=0).max() < 1e-4


@pytest.mark.parametrize("body, view", zip(BODIES, ("side", "front", "rear", "side")))
def test_keypoints_that_show_lie_on_the_body(body, view):
    """Where a keypoint is said to show, the figure covers the picture."""
    camera = replace(SMALL, view=view)
    shot = stage(Appearance(body), camera, Room(rails="none"))
    for number in (10, 17, 24, 31):
        image, shown = shot.picture(number)
        covered = np.zeros(image.shape[:2], bool)
        covered[shown.box()] = shown.light[..., 3] > 0.5
        points = marked_points(shot.runner.figure, shot.truth.pose(shot.times[[number]]))[0]
        seen = visible(shot.runner.figure, points, shown, camera)
        column, row = np.round(camera.project(points[seen])).astype(int).T
        assert seen.sum() >= 8
        near = [covered[r - 3 : r + 4, c - 3 : c + 4].any() for r, c in zip(row, column)]
        assert all(near)


def test_what_the_body_hides_is_said():
    seen = {view: shows(replace(SMALL, view=view, facing="left")) for view in ("side", "front", "rear")}
    assert seen["side"][:, K["left_shoulder"]].all() and not seen["side"][:, K["right_shoulder"]].any()
    assert not seen["side"][:, K["right_hip"]].any()
    assert seen["side"][:, K["left_knee"]].mean() > 0.9 > seen["side"][:, K["right_elbow"]].mean()
    assert seen["front"][:, [K["nose"], K["left_eye"], K["left_shoulder"], K["right_shoulder"]]].all()
    assert not seen["rear"][:, [K["nose"], K["left_eye"], K["right_eye"]]].any()


def shows(camera: Camera, room: Room = Room(rails="none")) -> np.ndarray:  # noqa: B008
    shot = stage(Appearance("man"), camera, room)
    figure, out = shot.runner.figure, []
    for number in range(5, 35, 3):
        points = marked_points(figure, shot.truth.pose(shot.times[[number]]))[0]
        out.append(visible(figure, points, shot.picture(number)[1], camera))
    return np.array(out)


def test_a_handrail_hides_the_hand():
    """The hand at its lowest swings behind a rail as long as the treadmill."""
    camera = replace(SMALL, facing="left", height=1.05)
    free, railed = (
        hand_px(stage(Appearance("man"), camera, Room(rails=rails)), 17) for rails in ("none", "long")
    )
    assert railed < 0.75 * free


def hand_px(shot: FixedScene, number: int) -> int:
    """Return how many (oversampled) pixels of the near forearm and hand show."""
    figure, face = shot.runner.figure, shot.picture(number)[1].face
    main = np.argmax(figure.weights, axis=1)[figure.faces[face[face >= 0], 0]]
    return int(np.sum(main == figure.segments.index("left_forearm")))


def test_points_people_mark_lie_near_the_joints_but_the_hips_further_forward():
    truth, figure = runner("man", lean=8.0), dress(Appearance("man"))
    pose = truth.pose(np.arange(0.5, 1.2, 0.02))
    joints, marked = joint_centres(figure, pose), marked_points(figure, pose)
    assert np.linalg.norm(joints - marked, axis=-1).max() < 0.06
    hips = [K["left_hip"], K["right_hip"]]
    assert (marked - joints)[:, hips, 0].mean() == pytest.approx(0.029, abs=0.002)


def test_dim_light_a_passer_by_and_blur_change_the_picture():
    look = Appearance("woman")
    plain = stage(look, SMALL, Room()).picture(45)[0].astype(float)
    dim = stage(look, SMALL, Room(brightness=0.3)).picture(45)[0].astype(float)
    passed = stage(look, SMALL, Room(), passer_by=Appearance("man")).picture(45)[0].astype(float)
    blurred = stage(look, SMALL, Room(), moments=3, shutter=0.5).picture(45)[0].astype(float)
    assert dim.mean() < 0.75 * plain.mean()
    assert np.mean(np.abs(passed - plain).max(axis=2) > 20) > 0.003
    assert 0.002 < np.mean(np.abs(blurred - plain).max(axis=2) > 20) < 0.2


def test_a_rolling_shutter_leans_what_moves():
    still, rolling = (
        stage(Appearance("man"), replace(SMALL, rolling_shutter=late), Room()).picture(20)[0].astype(float)
        for late in (0.0, 0.03)
    )
    assert np.mean(np.abs(still - rolling).max(axis=2) > 20) > 0.001


def test_same_seed_same_truth_byte_by_byte(tmp_path):
    clips = [
        render_clip(gait_of("running"), TINY, PLAIN, tmp_path / f"{k}.mp4", seed=seed, duration_s=0.3)
        for k, seed in enumerate((4, 4, 5))
    ]
    files = [tmp_path / f"{k}.json.gz" for k in range(3)]
    for file, clip in zip(files, clips):
        write_truth(file, truth_document(clip, {"cadence": 170.0}))
    one, same, other = (file.read_bytes() for file in files)
    assert one == same != other
    said = read_truth(files[0])
    assert np.array(said["marked_px"]).shape == np.array(said["joint_centres_px"]).shape == (9, 21, 2)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_rotation_tag_is_read_back_upright(tmp_path, rotation):
    upright, turned = tmp_path / "a.mp4", tmp_path / "b.mp4"
    for path, tag in ((upright, 0), (turned, rotation)):
        render_clip(gait_of("running"), TINY, PLAIN, path, seed=1, duration_s=0.1, rotation=tag)
    first, second = (next(iter(FrameReader(path))).image.astype(float) for path in (upright, turned))
    assert FrameReader(turned).clip.rotation == rotation
    assert first.shape == second.shape
    assert np.abs(first - second).mean() < 6


def test_slow_motion_and_uneven_times_are_in_the_file(tmp_path):
    camera = replace(TINY, fps=120, slow_motion=4.0, jitter=0.1)
    clip = render_clip(gait_of("running"), camera, PLAIN, tmp_path / "a.mp4", seed=1, duration_s=0.2)
    times = [frame.time for frame in FrameReader(tmp_path / "a.mp4")]
    assert times == pytest.approx(clip.time - clip.time[0], abs=1e-4)
    assert np.median(np.diff(times)) == pytest.approx(4 / 120, rel=0.2)
    assert np.ptp(np.diff(times)) > 0.002
