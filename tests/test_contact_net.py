"""What the contact net must do, whoever runs: known events, then what must not change them."""

from dataclasses import replace

import numpy as np
import pytest

from clips import PLATES, needs_plates
from formcheck.gait.decode import contacts_of
from formcheck.gait.net import (
    CHANNELS,
    ContactSignals,
    bridge,
    contact_signals,
    features,
    hip_is_steady,
    leg_points,
    moving_mean,
    net_can_see,
    open_net,
    with_trunk,
)
from formcheck.gait.steps import contact_time_clip_sd, detect_steps, judge_contacts
from formcheck.mocap.recordings import SimulatedView, film, find_recordings, read_recording
from formcheck.motion.preprocess import to_motion
from formcheck.scene.classify import look_at
from formcheck.skeleton import MIRRORED, K
from formcheck.synthetic import CLEAN, project
from formcheck.types import Motion
from formcheck.weights import installed_model


def said(contacts, length=4.0, doubt=0.005, seed=0, noise=0.0):
    """Return the signals of a net that knows contacts ((side, contact, toe_off), ...) exactly."""
    rng = np.random.default_rng(seed)
    time = np.arange(0, length, 1 / 120)
    stance_prob = np.full((len(time), 2), 0.02)
    away = np.zeros((2, len(time), 2))
    for side in range(2):
        mine = np.array([(a, b) for s, a, b in contacts if s == side]).reshape(-1, 2)
        for a, b in mine:
            stance_prob[(time >= a) & (time < b), side] = 0.98
        for event in range(2):
            if len(mine):
                gaps = mine[:, event][:, None] - time
                away[event, :, side] = gaps[np.abs(gaps).argmin(axis=0), np.arange(len(time))]
    away += rng.normal(0, noise, away.shape)
    sd = np.full_like(stance_prob, doubt)
    return ContactSignals(time, stance_prob, away[0], away[1], sd, sd, np.ones_like(stance_prob, bool))


def run(start=0.3, step=0.35, length=0.24, count=9):
    """Return alternating contacts."""
    return [(k % 2, start + k * step, start + k * step + length) for k in range(count)]


def changed(signals, **parts):
    return ContactSignals(**{**signals.__dict__, **parts})


def test_a_net_that_knows_is_understood_to_the_millisecond():
    truth = run()
    found = contacts_of(said(truth, noise=0.003))
    assert [c.side for c in found] == ["left" if side == 0 else "right" for side, *_ in truth]
    np.testing.assert_allclose([c.contact for c in found], [a for _, a, _ in truth], atol=0.003)
    np.testing.assert_allclose([c.toe_off for c in found], [b for *_, b in truth], atol=0.003)


def test_a_contact_cut_by_the_end_has_no_toe_off_and_one_cut_by_the_start_is_left_out():
    found = contacts_of(
        said(
            [
                (0, -0.1, 0.15),
                *run(start=0.45, count=8)[1:],
            ],
            length=3.0,
        )
    )
    assert found[0].contact > 0.3
    late = contacts_of(said([*run(count=6), (0, 2.4, 2.64)], length=2.5))
    assert late[-1].contact == pytest.approx(2.4, abs=0.01)
    assert np.isnan(late[-1].toe_off)


def test_a_flicker_of_the_net_is_not_a_contact():
    truth = run()
    signals = said(truth)
    stance_prob = signals.stance_prob.copy()
    stance_prob[70:73, 1] = 0.9
    stance_prob[120:122, 0] = 0.1
    assert len(contacts_of(changed(signals, stance_prob=stance_prob))) == len(truth)


def test_standing_still_in_between_is_a_pause():
    truth = run(count=5) + [(s, a + 3.0, b + 3.0) for s, a, b in run(count=5)]
    signals = said(truth, length=6.0)
    stance_prob = signals.stance_prob.copy()
    stance_prob[int(2.1 * 120) : int(3.1 * 120)] = 0.98
    found = contacts_of(changed(signals, stance_prob=stance_prob))
    assert sum(c.contact < 1.8 for c in found) >= 5 and sum(c.contact > 3.2 for c in found) >= 5
    assert not [c for c in found if 2.4 < c.contact < 3.0]


def test_a_leg_out_of_sight_has_no_contacts_there():
    signals = said(run())
    seen = signals.seen.copy()
    seen[int(0.95 * 120) : int(1.3 * 120), 0] = False
    found = contacts_of(changed(signals, seen=seen))
    assert len(found) == 8 and not [c for c in found if c.side == "left" and 0.9 < c.contact < 1.3]


def test_long_gaps_count_as_not_seen_and_short_ones_are_bridged():
    time = np.arange(0, 1, 0.01)
    values = np.sin(time)
    values[20:25] = values[50:80] = np.nan
    filled, seen = bridge(values, time, time)
    assert seen[22] and not seen[65]
    assert filled[22] == pytest.approx(np.sin(0.22), abs=1e-3)
    assert np.isfinite(filled).all()


def test_the_other_leg_is_the_same_net_with_the_legs_exchanged():
    legs = np.random.default_rng(0).normal(size=(300, 2, 5, 2))
    seen = np.ones((300, 2), bool)
    x, y = features(legs, seen, 1.0, True), features(legs[:, ::-1], seen, 1.0, True)
    assert x.shape == (2, CHANNELS, 300)
    np.testing.assert_allclose(x[0], y[1], atol=1e-6)


def test_scale_of_the_picture_does_not_matter():
    legs = np.random.default_rng(0).normal(size=(300, 2, 5, 2))
    seen = np.ones((300, 2), bool)
    np.testing.assert_allclose(
        features(legs, seen, 1.0, True), features(3 * legs, seen, 3.0, True), atol=1e-5
    )


def test_a_carried_camera_makes_the_hip_unsteady():
    time = np.arange(0, 5, 1 / 120)
    bounce = 0.04 * np.cos(2 * np.pi * time / 0.36)
    shake = 0.02 * np.cumsum(np.random.default_rng(2).normal(size=len(time))) / 3
    assert hip_is_steady(bounce)
    assert not hip_is_steady(0.2 * bounce + shake)


def test_the_moving_mean_of_a_constant_is_the_constant():
    np.testing.assert_allclose(moving_mean(np.full(50, 2.5), 91), 2.5)


def test_the_shipped_net_is_the_one_described():
    net = installed_model("contact.onnx")  # proves the checksum
    assert net.size_bytes < 300_000
    assert "3298" in net.source
    out = open_net()(np.zeros((2, CHANNELS, 64), np.float32))
    assert out.shape[1:] == (2, 5, 64) and np.isfinite(out).all()


# --- the force plate -------------------------------------------------------------------------


def filmed(name="F1_3.5mps", fps=60.0, noise=0.01, **camera):
    recording = read_recording(PLATES / "rbds" / f"{name}.npz")
    looked = SimulatedView(fps, noise, start=8.0, seconds=8.0, **camera)
    return film(recording, looked, np.random.default_rng(0)), recording


def errors(steps, recording, start=8.0, seconds=8.0):
    """Return (n, 2) s of found less true; every contact of the plate must be found."""
    off = []
    for side in ("left", "right"):
        true = recording.contacts(side) - start
        for contact, toe_off in true[(true[:, 0] > 0.1) & (true[:, 1] < seconds - 0.1)]:
            near = [s for s in steps if s.side == side and abs(s.contact - contact) < 0.05]
            assert len(near) == 1, f"{side} contact at {contact:.2f} s"
            off.append((near[0].contact - contact, near[0].toe_off - toe_off))
    return np.array(off)


@needs_plates
@pytest.mark.parametrize("fps", (24.0, 30.0, 60.0, 120.0))
def test_contacts_agree_with_the_force_plate(fps):
    motion, recording = filmed(fps=fps)
    off = errors(detect_steps(motion), recording)
    assert np.abs(np.median(off, axis=0)).max() < 0.015
    assert off.std(axis=0).max() < 0.010


@needs_plates
def test_feet_alternate_and_the_judge_is_content():
    motion, _ = filmed()
    steps = detect_steps(motion)
    quality = judge_contacts(motion, steps)
    assert quality.running_like and quality.alternation == 1.0
    assert quality.irregularity < 0.06 and quality.ambiguity < 0.10 and quality.disagreement_s < 0.02


@needs_plates
def test_exchanging_the_legs_exchanges_the_contacts():
    motion, _ = filmed()
    other = replace(motion, xy=motion.xy[:, MIRRORED], raw=motion.raw[:, MIRRORED], near_side="right")
    ours, theirs = detect_steps(motion), detect_steps(other)
    assert [s.side for s in ours] == [{"left": "right", "right": "left"}[s.side] for s in theirs]
    np.testing.assert_allclose([s.contact for s in ours], [s.contact for s in theirs], atol=1e-4)


@needs_plates
def test_a_lost_leg_costs_only_its_own_contacts():
    motion, recording = filmed()
    raw = motion.raw.copy()
    raw[120:160, K["left_ankle"]] = np.nan
    holed = Motion(motion.rate, raw, raw, np.isfinite(raw[..., 0]), 400.0, motion.frame_rate, "left")
    whole, rest = detect_steps(motion), detect_steps(holed)
    lost = [
        step
        for step in whole
        if not any(other.side == step.side and abs(other.contact - step.contact) < 0.03 for other in rest)
    ]
    assert len(rest) >= len(whole) - 2 and all(step.side == "left" for step in lost)


@needs_plates
def test_a_carried_camera_hardly_moves_contacts():
    motion, recording = filmed()
    drift = np.cumsum(np.random.default_rng(1).normal(0, 0.006, (len(motion.raw), 1, 2)), axis=0)
    raw = motion.raw + drift
    moved = Motion(motion.rate, motion.xy + drift, raw, motion.observed, 400.0, motion.frame_rate, "left")
    off = errors(detect_steps(moved), recording)
    assert np.abs(np.median(off, axis=0)).max() < 0.02


@needs_plates
def test_standard_errors_grow_with_noise_and_without_feet():
    calm, loud = filmed(noise=0.005)[0], filmed(noise=0.03)[0]
    assert np.mean([s.contact_sd for s in detect_steps(loud)]) > np.mean(
        [s.contact_sd for s in detect_steps(calm)]
    )
    bare = calm.raw.copy()
    bare[:, [K[f"{side}_{part}"] for side in ("left", "right") for part in ("heel", "toe")]] = np.nan
    footless = Motion(calm.rate, bare, bare, np.isfinite(bare[..., 0]), 400.0, calm.frame_rate, "left")
    assert not net_can_see(footless) and contact_signals(footless) is None
    assert contact_time_clip_sd(footless) > contact_time_clip_sd(calm)
    assert np.isfinite(leg_points(calm)).all()


HIPS = [K["left_hip"], K["right_hip"]]


@pytest.mark.parametrize("share", [0.5, 1.5])
def test_the_trunk_makes_good_half_of_what_hips_say_wrongly(share):
    """Pose models damp the hips' bounce under plain clothes, or exaggerate it."""
    clip = project(noise=CLEAN, seed=1)
    true = to_motion(clip.track, look_at(clip.track, clip.clip))
    raw = true.raw.copy()
    middle = raw[:, HIPS, 1].mean(axis=1)
    raw[:, HIPS, 1] += ((share - 1) * (middle - middle.mean()))[:, None]
    seen = replace(true, raw=raw)
    off = [
        np.std(legs[:, :, 0, 1].mean(axis=1) - middle)
        for legs in (leg_points(seen), with_trunk(leg_points(seen), seen))
    ]
    assert off[1] < 0.7 * off[0]


def test_where_no_shoulders_are_seen_the_hips_are_taken_as_they_are():
    clip = project(seed=1)
    motion = to_motion(clip.track, look_at(clip.track, clip.clip))
    raw = motion.raw.copy()
    raw[:, [K["left_shoulder"], K["right_shoulder"]]] = np.nan
    bare = replace(motion, raw=raw)
    assert np.array_equal(with_trunk(leg_points(bare), bare), leg_points(bare), equal_nan=True)


@needs_plates
@pytest.mark.parametrize(
    "path", find_recordings(PLATES / "hamner") + find_recordings(PLATES / "bmc"), ids=lambda p: p.stem
)
def test_other_laboratories(path):
    """Never trained on: contact within 20 ms on average, contact time within the interval given."""
    recording = read_recording(path)
    motion = film(recording, SimulatedView(60.0), np.random.default_rng(0))
    steps = detect_steps(motion)
    off, lengths = [], []
    for side in ("left", "right"):
        for contact, toe_off in recording.contacts(side):
            near = [s for s in steps if s.side == side and abs(s.contact - contact) < 0.1 and s.duration > 0]
            off += [s.contact - contact for s in near]
            lengths += [s.duration - (toe_off - contact) for s in near]
    assert len(off) >= 2
    assert abs(np.mean(off)) < 0.020
    step_sd = np.hypot(steps[0].contact_sd, steps[0].toe_off_sd)
    assert abs(np.median(lengths)) < 1.96 * np.hypot(contact_time_clip_sd(motion), step_sd)
