"""Superposed strides: what the foot says of its own contact and toe-off."""

from dataclasses import replace

import numpy as np
import pytest

from clips import PLATES, needs_plates
from formcheck.gait.accuracy import BY_ORIGIN, accuracy_of, profile_share
from formcheck.gait.decode import Contact
from formcheck.gait.net import leg_points
from formcheck.gait.profile import (
    FEATURES,
    FEWEST_STRIDES,
    FURTHEST_S,
    LAGS_S,
    READ_LAGS_S,
    SPEED_UNIT,
    FootProfile,
    ProfileReader,
    foot_profiles,
    moved,
    profile_shifts,
    shipped_readers,
)
from formcheck.gait.steps import detect_steps
from formcheck.mocap.recordings import SimulatedView, film, find_recordings, read_recording
from formcheck.motion.preprocess import to_motion
from formcheck.pose.blazepose import SETTINGS, BlazePose
from formcheck.scene.classify import look_at
from formcheck.skeleton import K
from formcheck.synthetic import CLEAN, project
from formcheck.weights import installed_model
from test_gait import STEP_S, runner

SHARE = 0.35  # of the stride that a foot of `runner` is on the ground
BELT = 0.7 / (SHARE * 2 * STEP_S)  # leg lengths/s
ANKLE, HEEL, TOE = 0, 1, 2


def true_contacts(seconds=6.0, start=0):
    """Return the contacts that `runner` makes, known by construction."""
    stride = 2 * STEP_S
    found = []
    for side, offset in (("left", 0.0), ("right", 0.5)):
        begins = (np.arange(1, int(seconds / stride)) - offset) * stride
        found += [Contact(side, b, b + SHARE * stride, 0.005, 0.005) for b in begins[start:] if b > 0.2]
    return sorted(found, key=lambda contact: contact.contact)


def profiles_of(motion, contacts=None):
    return foot_profiles(leg_points(motion), motion.time, contacts or true_contacts())


@pytest.mark.parametrize("rate", (30.0, 60.0, 120.0))
def test_a_standing_foot_has_no_height_and_moves_with_the_belt(rate):
    after_contact = profiles_of(runner(rate))[0, 0].curves[:, (LAGS_S > 0.04) & (LAGS_S < 0.10)]
    np.testing.assert_allclose(after_contact[:3], 0.0, atol=0.002)
    np.testing.assert_allclose(after_contact[3:], -SPEED_UNIT * BELT, rtol=0.02)


def test_a_foot_rises_only_after_toe_off():
    toe = profiles_of(runner(120.0))[1, 1].curves[TOE]
    assert np.abs(toe[LAGS_S < -0.03]).max() < 0.002
    assert toe[LAGS_S > 0.06].min() > 0.05


def test_few_frames_per_second_show_the_same_profile():
    few, many = (profiles_of(runner(rate, seconds=12.0), true_contacts(12.0)) for rate in (30.0, 120.0))
    for key in many:
        near = np.abs(LAGS_S) <= 0.1
        assert np.abs(few[key].curves - many[key].curves)[:, near].max() < 0.03


def test_a_sloping_picture_changes_no_height():
    level = runner(60.0)
    angle = np.radians(4)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    rolled = replace(level, raw=level.raw @ turn)
    for key, profile in profiles_of(level).items():
        assert np.abs(profiles_of(rolled)[key].curves[:3] - profile.curves[:3]).max() < 0.02


def test_a_drifting_camera_changes_no_height():
    still = runner(60.0)
    drift = np.stack([np.zeros_like(still.time), 0.05 * still.time], axis=1)[:, None]
    moving = replace(still, raw=still.raw + drift)
    for key, profile in profiles_of(still).items():
        assert np.abs(profiles_of(moving)[key].curves[TOE] - profile.curves[TOE]).max() < 0.02


def test_feet_seen_too_seldom_have_no_profile():
    few = true_contacts()[: 2 * FEWEST_STRIDES - 1]
    sides = [contact.side for contact in few]
    assert sides.count("left") != sides.count("right")
    rare = min(("left", "right"), key=sides.count)
    assert {side for side, _ in profiles_of(runner(60.0), few)} == {1 if rare == "left" else 0}


def test_a_reader_sees_the_curves_and_the_product_of_each_two():
    curves = np.random.default_rng(0).normal(size=(6, len(LAGS_S)))
    seen = FootProfile(curves, 10).around(0.0).reshape(-1, len(READ_LAGS_S))
    shown = curves[:, np.isclose(LAGS_S[:, None], READ_LAGS_S).any(axis=1)]
    np.testing.assert_allclose(seen[:6], shown)
    pairs = [shown[one] * shown[other] for one in range(6) for other in range(one, 6)]
    np.testing.assert_allclose(seen[6:], pairs)


def reader_of_toe_height(rise_per_s):
    """Return a reader that takes the toe's height at lag 0 as a delay: it rises at a known speed."""
    weights = np.zeros(FEATURES)
    weights[TOE * len(READ_LAGS_S) + len(READ_LAGS_S) // 2] = -1 / rise_per_s
    return ProfileReader(weights, 0.0)


@pytest.mark.parametrize("late", (-0.03, -0.01, 0.0, 0.02))
def test_a_reader_finds_where_the_toe_leaves_its_line(late):
    """The toe crosses its line at 2 leg lengths/s, `late` seconds after the time of superposition."""
    curves = np.zeros((6, len(LAGS_S)))
    curves[TOE] = 2.0 * (LAGS_S - late)
    assert reader_of_toe_height(2.0).shift(FootProfile(curves, 10)) == pytest.approx(late, abs=1e-6)


def test_an_event_that_is_nowhere_near_is_not_moved():
    curves = np.zeros((6, len(LAGS_S)))
    curves[TOE] = 2.0 * (LAGS_S - 2 * FURTHEST_S)
    assert np.isnan(reader_of_toe_height(2.0).shift(FootProfile(curves, 10)))


def test_both_feet_are_moved_or_neither():
    def rising(late):
        curves = np.zeros((6, len(LAGS_S)))
        curves[TOE] = 2.0 * (LAGS_S - late)
        return FootProfile(curves, 10)

    readers = (reader_of_toe_height(2.0), reader_of_toe_height(2.0))
    profiles = {
        (0, 0): rising(0.01),
        (1, 0): rising(2 * FURTHEST_S),
        (0, 1): rising(0.02),
        (1, 1): rising(0.03),
    }
    assert profile_shifts(profiles, readers) == pytest.approx({(0, 1): 0.02, (1, 1): 0.03})


def test_each_foot_moves_by_its_own_shift():
    contacts = true_contacts()
    after = moved(contacts, {(0, 0): 0.010, (1, 1): -0.004})
    for old, new in zip(contacts, after):
        left = old.side == "left"
        assert new.contact - old.contact == pytest.approx(0.010 if left else 0.0)
        assert new.toe_off - old.toe_off == pytest.approx(0.0 if left else -0.004)


@pytest.mark.parametrize("origin", (*BY_ORIGIN, "a model nobody has measured"))
def test_the_weights_follow_the_variances(origin):
    accuracy = accuracy_of(origin)
    for event in range(2):
        many, few = profile_share(origin, event, 1000), profile_share(origin, event, 3)
        assert 0 < few < many < 1
        ratio = accuracy.net_sd_s[event] ** 2 / accuracy.profile_sd_s[event] ** 2
        assert many / (1 - many) == pytest.approx(ratio, rel=0.01)


def test_what_was_never_measured_is_trusted_least():
    unknown = accuracy_of("a model nobody has measured")
    assert all(unknown.contact_time_clip_sd_s >= known.contact_time_clip_sd_s for known in BY_ORIGIN.values())


@pytest.mark.parametrize(("model", "known_as"), [("best", "heavy"), ("balanced", "heavy"), ("fast", "full")])
def test_every_setting_has_the_standard_errors_of_its_net(model, known_as):
    setting = SETTINGS[model]
    origin = BlazePose(setting.net, setting.looks).name
    assert accuracy_of(origin) is BY_ORIGIN[f"blazepose-{known_as}"]


def test_the_shipped_readers_are_the_ones_described():
    assert "3298" in installed_model("contact_profile.npz").source
    assert all(reader.weights.shape == (FEATURES,) for reader in shipped_readers())


def test_the_knee_moves_no_toe_off():
    """Runners differ by 60 ms in when the knee is furthest back; that must not move the foot's events."""
    clip = project(noise=CLEAN, seed=3)
    motion = to_motion(clip.track, look_at(clip.track, clip.clip))
    knees = [K["left_knee"], K["right_knee"]]
    raw = motion.raw.copy()
    for axis in range(2):
        for knee in knees:
            raw[:, knee, axis] = np.interp(motion.time - 0.016, motion.time, motion.raw[:, knee, axis])
    before, after = detect_steps(motion), detect_steps(replace(motion, raw=raw))
    assert len(before) == len(after) > 10
    for event in ("contact", "toe_off"):
        apart = [getattr(b, event) - getattr(a, event) for a, b in zip(before, after)]
        assert abs(np.nanmedian(apart)) < 0.003


@needs_plates
@pytest.mark.parametrize("fps", (30.0, 60.0, 120.0))
@pytest.mark.parametrize("path", find_recordings(PLATES / "jdx"), ids=lambda path: path.stem)
def test_another_laboratory_with_unfiltered_force(path, fps):
    """Nothing was learnt here; contact time was 10 to 13 ms short before strides were superposed."""
    recording = read_recording(path)
    steps = detect_steps(film(recording, SimulatedView(fps, 0.005), np.random.default_rng(0)))
    true = np.median(np.concatenate([np.diff(recording.left), np.diff(recording.right)]))
    assert abs(np.nanmedian([step.duration for step in steps]) - true) < 0.009
