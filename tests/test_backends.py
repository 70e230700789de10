"""Other pose models than ours: somebody's own ONNX file, and MediaPipe's pipeline."""

import json
from dataclasses import replace
from functools import cache
from itertools import islice

import numpy as np
import pytest

from clips import side_runner
from formcheck import weights
from formcheck.errors import BrokenModel, UsageError
from formcheck.gait.steps import detect_steps
from formcheck.metrics import measure
from formcheck.motion.preprocess import to_motion
from formcheck.pose import blazepose, describe_backend, track_runner
from formcheck.pose.heatmap import PeakReader
from formcheck.pose.onnx_generic import COCO17, HALPE26, OwnModel
from formcheck.pose.roi import Roi
from formcheck.scene.classify import look_at
from formcheck.skeleton import KEYPOINTS, LEG, SIDES, K
from formcheck.synthetic import project
from formcheck.types import Runner
from formcheck.video import FrameReader
from own_models import HEIGHT, dot_finder, dotted, footless

PRESETS = {"coco17": COCO17, "halpe26": HALPE26}
UNSCALED = HEIGHT / (1.25 * 0.75)  # px: a square whose cut is not resized


@pytest.fixture
def places():
    """Twenty-six dots at least a dot apart, in a picture of 300 x 320."""
    y, x = np.mgrid[60:250:30, 90:210:25]
    return np.stack([x, y], axis=-1).reshape(-1, 2)[:26].astype(float)


@pytest.mark.parametrize("decoder, within", [("simcc", 0.6), ("heatmap", 1.6), ("coords", 0.6)])
@pytest.mark.parametrize("preset", PRESETS)
def test_each_decoder_finds_every_joint_where_it_is(tmp_path, places, decoder, within, preset):
    names = PRESETS[preset]
    places = places[: len(names)]
    model = OwnModel.load(dot_finder(tmp_path / "dots.onnx", decoder, preset, len(names)))
    pose = model.find(dotted(places, (300, 320)), Roi(150, 160, UNSCALED, 0.0))
    known = [name for name in KEYPOINTS if name in names]
    assert len(known) >= 17  # COCO's points; feet are known to some models only
    for name in known:
        assert np.abs(pose.xy[K[name]] - places[names.index(name)]).max() < within, name
        assert pose.confidence[K[name]] > 0.9
    for name in set(KEYPOINTS) - set(known):
        assert np.isnan(pose.xy[K[name]]).all() and pose.confidence[K[name]] == 0, name


def test_a_runner_half_out_of_the_picture_is_still_placed_right(tmp_path, places):
    model = OwnModel.load(dot_finder(tmp_path / "dots.onnx", "simcc", "coco17", 17))
    pose = model.find(dotted(places[:17], (300, 320))[:, 80:], Roi(70, 160, UNSCALED, 0.0))
    assert np.abs(pose.xy[K["nose"]] - places[0] + (80, 0)).max() < 0.6


@pytest.mark.parametrize(
    "change, words",
    [
        ({"decoder": "magic"}, "decoder must be one of"),
        ({"size": [192, 99999]}, "width and height"),
        ({"keypoints": ["nose"]}, "hips, knees and ankles"),
        ({"keypoints": "coco99"}, "coco99"),
        ({"keypoints": "halpe26"}, "gives 17 points"),
        ({"std": [0, 1, 1]}, "std above 0"),
        ({"channels": "cmyk"}, "rgb or bgr"),
        ({"version": 99}, "version"),
    ],
)
def test_a_description_that_cannot_be_is_refused_in_words(tmp_path, change, words):
    path = dot_finder(tmp_path / "dots.onnx", "simcc", "coco17", 17)
    sidecar = tmp_path / "dots.onnx.json"
    sidecar.write_text(json.dumps(json.loads(sidecar.read_text()) | change))
    with pytest.raises(UsageError, match=words):
        OwnModel.load(path)


def test_a_missing_model_or_description_is_refused_with_its_name(tmp_path):
    with pytest.raises(UsageError, match="no model"):
        track_runner([], backend=f"onnx:{tmp_path / 'none.onnx'}")
    path = dot_finder(tmp_path / "dots.onnx", "simcc", "coco17", 17)
    (tmp_path / "dots.onnx.json").unlink()
    with pytest.raises(UsageError, match="dots.onnx.json"):
        OwnModel.load(path)
    path.write_bytes(b"not a model")
    dot_finder(tmp_path / "other.onnx", "simcc", "coco17", 17)
    (tmp_path / "other.onnx.json").rename(tmp_path / "dots.onnx.json")
    with pytest.raises(BrokenModel, match="dots.onnx"):
        OwnModel.load(path)


def test_an_unknown_back_end_is_refused_with_the_choices():
    with pytest.raises(UsageError, match="blazepose, mediapipe, or onnx:PATH"):
        track_runner([], backend="openpose")


def without_feet(made):
    """Return the track of a runner whose heels and toes were never seen."""
    feet = [K[f"{side}_{part}"] for side in SIDES for part in ("heel", "toe")]
    xy, confidence = made.track.xy.copy(), made.track.confidence.copy()
    xy[:, feet], confidence[:, feet] = np.nan, 0
    return replace(made.track, xy=xy, confidence=confidence)


def test_cadence_needs_no_feet_and_what_needs_them_says_so():
    made = project(seed=3)
    track = without_feet(made)
    scene = look_at(track, made.clip)
    assert scene.refusal is None
    motion = to_motion(track, scene)
    measured = measure(motion, detect_steps(motion), scene, Runner())
    assert abs(measured["cadence"].value - made.truth.gait.cadence) < 1.0
    assert measured["trunk_lean"].measured
    assert not measured["foot_strike_angle"].measured and measured["foot_strike_angle"].why_missing


def test_a_whole_clip_goes_through_a_model_without_feet(tmp_path):
    clip = side_runner()
    path = footless(tmp_path / "footless.onnx")
    frames = list(islice(FrameReader(clip), 45))
    ours = track_runner(frames, model="fast")
    theirs = track_runner(frames, backend=f"onnx:{path}")
    assert theirs.source == "onnx-footless" and not theirs.has_feet
    assert describe_backend(backend=f"onnx:{path}")["model_sha256"]
    body = [K[name] for name in COCO17 if name.split("_")[-1] in (*LEG, "shoulder")]
    height = np.ptp(ours.xy[..., 1])
    apart = np.linalg.norm(ours.xy[:, body] - theirs.xy[:, body], axis=-1)
    assert np.nanmedian(apart) < 0.02 * height


@cache
def seen_by_mediapipe():
    frames = list(islice(FrameReader(side_runner()), 45))
    return frames, track_runner(frames, model="balanced", backend="mediapipe")


def median_distance(ours, theirs):
    """Return the median distance of two tracks' points, of the body's height."""
    apart = np.linalg.norm(ours.xy - theirs.xy, axis=-1)
    return np.nanmedian(apart) / np.ptp(ours.xy[..., 1])


def test_read_in_mediapipes_way_the_full_net_gives_mediapipes_points(monkeypatch):
    """MediaPipe smooths its points over past frames as well; what remains is that lag."""
    monkeypatch.setattr(blazepose, "READER", PeakReader(window=7, moves=1, power=1.0))
    monkeypatch.setattr(blazepose, "PEAK_FROM", 0.5)
    frames, theirs = seen_by_mediapipe()
    assert theirs.source == "mediapipe-full"
    assert median_distance(track_runner(frames, model="fast"), theirs) < 0.013


def test_mediapipe_sees_the_same_runner():
    frames, theirs = seen_by_mediapipe()
    ours = track_runner(frames, model="fast")
    assert median_distance(ours, theirs) < 0.02
    assert np.nanmax(theirs.surroundings.people) == np.nanmax(ours.surroundings.people)


def test_a_mediapipe_model_that_is_not_there_is_named_with_two_ways_out():
    if weights.is_there("pose_landmarker_heavy.task"):
        pytest.skip("somebody made the heavy bundle here")
    with pytest.raises(BrokenModel, match="scripts/build_models --mediapipe heavy, or choose"):
        track_runner([], model="best", backend="mediapipe")


def test_every_pose_can_be_watched_as_it_is_found():
    frames, seen = list(islice(FrameReader(side_runner()), 45)), []
    track = track_runner(frames, model="fast", watch=lambda time, pose: seen.append((time, pose)))
    assert [time for time, _ in seen] == [frame.time for frame in frames]
    found = np.array([np.nan if pose is None else pose.xy[0, 0] for _, pose in seen])
    assert np.allclose(found, track.xy[:, 0, 0], equal_nan=True)
