"""What must hold of contacts, whoever runs."""

import numpy as np
import pytest

from formcheck.gait.rules import steps_by_rules
from formcheck.gait.steps import detect_steps, judge_contacts
from formcheck.skeleton import MIRRORED, K
from formcheck.types import Motion

STEP_S = 0.35


def runner(rate=120.0, seconds=6.0, step_s=STEP_S, noise=0.0, contact_share=0.35, bounce=0.04):
    """Return a schematic runner: each foot rides back on the belt, then swings forward."""
    time = np.arange(0, seconds, 1 / rate)
    xy = np.full((len(time), 21, 2), np.nan)
    hip = np.stack([np.zeros_like(time), 1 - bounce * np.cos(2 * np.pi * (time / step_s - contact_share))], 1)
    for side, offset in (("left", 0.0), ("right", 0.5)):
        phase = (time / (2 * step_s) + offset) % 1
        ankle = path(phase, contact_share)
        xy[:, K[f"{side}_hip"]] = hip
        xy[:, K[f"{side}_knee"]] = 0.5 * (hip + ankle) + np.array([0.08, 0])
        xy[:, K[f"{side}_ankle"]] = ankle
        xy[:, K[f"{side}_heel"]] = ankle + np.array([-0.06, -0.06])
        xy[:, K[f"{side}_toe"]] = ankle + np.array([0.18, -0.07])
    xy += np.random.default_rng(1).normal(0, noise, xy.shape)
    return Motion(rate, xy, xy, np.isfinite(xy[..., 0]), 400.0, rate, near_side="left")


def path(phase, share):
    """Return the ankle against the hip: contact from phase 0 to `share`, then the swing."""
    stance = phase < share
    swing = (phase - share) / (1 - share)
    x = np.where(stance, 0.35 - 0.7 * phase / share, -0.35 - 0.5 * np.sin(np.pi * swing) * (0.5 - swing))
    x = np.where(stance, x, x + 0.7 * (swing - np.sin(2 * np.pi * swing) / (2 * np.pi)))
    y = np.where(stance, 0.08, 0.08 + 0.4 * np.sin(np.pi * swing) ** 2)
    return np.stack([x, y], axis=1)


@pytest.mark.parametrize("rate", (24.0, 30.0, 59.94, 120.0, 240.0))
def test_frame_rate_does_not_change_the_rhythm(rate):
    steps = detect_steps(runner(rate))
    assert np.median(np.diff([step.contact for step in steps])) == pytest.approx(STEP_S, abs=0.005)
    assert all(a.side != b.side for a, b in zip(steps, steps[1:]))


def test_every_time_has_a_standard_error():
    steps = detect_steps(runner(60.0, noise=0.01))
    assert len(steps) >= 14
    for step in steps:
        assert 0.001 < step.contact_sd < 0.06
        assert np.isnan(step.toe_off) or 0.001 < step.toe_off_sd < 0.06
        assert np.isnan(step.toe_off) or 0.05 < step.duration < 0.5


def test_exchanging_the_legs_exchanges_the_steps():
    motion = runner(60.0, noise=0.01)
    other = Motion(
        60.0, motion.xy[:, MIRRORED], motion.raw[:, MIRRORED], motion.observed, 400.0, 60.0, "right"
    )
    ours, theirs = detect_steps(motion), detect_steps(other)
    assert [step.side for step in ours] != [step.side for step in theirs]
    np.testing.assert_allclose([s.contact for s in ours], [s.contact for s in theirs], atol=1e-6)


def test_standing_gives_no_steps():
    still = runner(60.0).xy[:1].repeat(300, axis=0) + np.random.default_rng(0).normal(0, 0.01, (300, 21, 2))
    motion = Motion(60.0, still, still, np.ones((300, 21), bool), 400.0, 60.0, "left")
    assert detect_steps(motion) == ()
    assert not judge_contacts(motion, ()).running_like


def test_a_walker_is_not_a_runner():
    """Longer than half a stride on the ground, the hip highest over the standing leg."""
    walk = runner(30.0, 8.0, step_s=0.54, contact_share=0.62, bounce=-0.02, noise=0.005)
    assert detect_steps(walk) == ()
    assert judge_contacts(walk, steps_by_rules(walk)).bounce_phase < -0.5


def test_squats_are_not_steps():
    time = np.arange(0, 10, 1 / 30)
    still = runner(30.0).xy[:1].repeat(len(time), axis=0)
    down = 0.25 * (1 - np.cos(2 * np.pi * time / 2.5))
    for part in ("hip", "knee"):
        for side in ("left", "right"):
            still[:, K[f"{side}_{part}"], 1] -= down * (1.0 if part == "hip" else 0.5)
    still += np.random.default_rng(0).normal(0, 0.01, still.shape)
    assert detect_steps(Motion(30.0, still, still, np.isfinite(still[..., 0]), 400.0, 30.0, "left")) == ()


def test_a_lost_foot_loses_only_its_own_steps():
    motion = runner(60.0)
    xy = motion.xy.copy()
    gone = slice(120, 200)
    xy[gone, K["left_heel"]] = xy[gone, K["left_toe"]] = np.nan
    steps = detect_steps(Motion(60.0, xy, xy, np.isfinite(xy[..., 0]), 400.0, 60.0, "left"))
    inside = [step for step in steps if 2.05 < step.contact < 3.25]
    assert inside and all(step.side == "right" for step in inside)
    assert len(steps) >= 12


@pytest.mark.parametrize("point", ["hip", "knee", "ankle", "heel", "toe"])
def test_one_lost_point_of_a_leg_costs_no_contact(point):
    """The rest of the leg says where it is: the foot is stiff, thigh and shank keep their lengths.

    This schematic thigh does not quite keep its length, so a lost knee is guessed worst.
    """
    whole = runner(60.0)
    xy = whole.xy.copy()
    xy[120:200, K[f"left_{point}"]] = np.nan
    steps = detect_steps(Motion(60.0, xy, xy, np.isfinite(xy[..., 0]), 400.0, 60.0, "left"))
    for before, after in zip(detect_steps(whole), steps, strict=True):
        assert after.side == before.side
        assert after.contact == pytest.approx(before.contact, abs=0.03)
        assert after.toe_off == pytest.approx(before.toe_off, abs=0.02, nan_ok=True)


def test_without_feet_the_ankles_tell_with_wider_errors():
    motion = runner(60.0)
    xy = motion.xy.copy()
    for part in ("left_heel", "right_heel", "left_toe", "right_toe"):
        xy[:, K[part]] = np.nan
    bare = detect_steps(Motion(60.0, xy, xy, np.isfinite(xy[..., 0]), 400.0, 60.0, "left"))
    assert len(bare) >= 14
    assert min(step.contact_sd for step in bare) > max(step.contact_sd for step in detect_steps(motion))
