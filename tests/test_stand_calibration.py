"""What a quiet stand takes out of an angle's error: keypoints that lie wrong alike in stand and run, and tilt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.metrics import METRICS, measure
from formcheck.metrics.compare import difference
from formcheck.metrics.recording import Recording
from formcheck.metrics.standing import against_stand, shown_in_stand
from formcheck.motion.standing import Standing
from formcheck.types import Motion
from runner_in_numbers import ANYBODY, Sines, motion, scene, steps

SHIFT_DEG = 4.2  # what constant errors of hip, knee and ankle do to the knee: 0.8 % of height each
KNEE = "knee_flexion_stance"


def stand(knee: float = 4.0, trunk: float = 0.0, head: float = 6.3, facing="right") -> Standing:
    """Return a stand in which both legs show the same."""
    both = {"left": knee, "right": knee}
    flat, level = {side: 0.0 for side in both}, {side: head for side in both}
    return Standing(flat, both, level, trunk, facing)


def run(standing=None, origin="markers", **filmed):
    """Return the metrics of the usual runner, whose points are from this source."""
    p = Sines()
    seen: Motion = replace(motion(p), origin=origin)
    return measure(seen, steps(p), scene(p, **filmed), ANYBODY, standing)


ALONE = run()


def test_a_usual_stand_moves_nothing_and_narrows_what_it_can_tell():
    found = run(stand())
    changed = {id for id in METRICS if ALONE[id].measured and found[id] != ALONE[id]}
    assert changed >= {"knee_flexion_contact", KNEE, "trunk_lean", "head_pitch"}
    for id in changed - {"foot_strike_angle"}:
        assert found[id].value == pytest.approx(ALONE[id].value)
        assert found[id].se < ALONE[id].se
        assert found[id].extra.own_zero and not ALONE[id].extra.own_zero


def test_a_knee_that_stands_too_bent_was_drawn_so_in_part():
    """Prior sd 4.2, all of it lasting, and 2.5 between standing people: 74 % of the excess are the keypoints'."""
    share = 4.2**2 / (4.2**2 + 2.5**2)
    moved = ALONE[KNEE].value - run(stand(knee=10.0))[KNEE].value
    assert moved == pytest.approx(6.0 * share)
    assert run(stand(knee=10.0))[KNEE].se ** 2 == pytest.approx(ALONE[KNEE].se ** 2 - share * 4.2**2)


def test_samples_and_both_legs_move_with_the_value():
    before, after = ALONE[KNEE], run(stand(knee=10.0))[KNEE]
    off = before.value - after.value
    assert np.subtract(before.samples, after.samples) == pytest.approx(off)
    near = next(each for each in after.by_side if each.side == after.side)
    assert near.value == pytest.approx(after.value)
    assert all(leg.extra.own_zero for leg in after.by_side)


def test_of_a_pose_models_error_that_follows_the_stride_a_stand_removes_little():
    alone, stood = (run(each, "blazepose-heavy-two-looks")[KNEE] for each in (None, stand()))
    assert 0.93 < stood.se / alone.se < 1


def test_a_tilt_that_nobody_knows_is_seen_in_the_stand():
    alone, stood = (run(each, roll_deg=np.nan)["trunk_lean"] for each in (None, stand(trunk=5.0)))
    common = 2.4**2 + 2.8**2
    assert alone.value - stood.value == pytest.approx(5.0 * common / (common + 3.5**2))
    assert stood.se < 0.85 * alone.se


@pytest.mark.parametrize(
    "standing",
    [
        stand(10, 5, 0, facing="left"),
        replace(stand(10, 5, 0), foot_deg={"left": np.nan, "right": np.nan}),
        stand(np.nan, np.nan, np.nan),
        None,
    ],
    ids=["of a run the other way", "turned round", "nothing seen", "no stand"],
)
def test_without_a_stand_the_way_of_the_run_nothing_changes(standing):
    found = run(standing)
    assert all(found[id] == ALONE[id] for id in (KNEE, "trunk_lean", "head_pitch"))


def test_the_head_and_the_knee_are_those_of_the_near_side():
    p = Sines(near="right")
    uneven = Standing(
        {"left": 0.0, "right": 0.0}, {"left": 1.0, "right": 2.0}, {"left": 3.0, "right": 5.0}, 0.0, "right"
    )
    rec = Recording(motion(p), steps(p), scene(p), ANYBODY, uneven)
    assert shown_in_stand(METRICS["head_pitch"].stand, "both", rec) == 5.0
    assert shown_in_stand(METRICS[KNEE].stand, "left", rec) == 1.0
    assert against_stand(METRICS["overstride"], ALONE["overstride"], rec) == ALONE["overstride"]


def test_the_error_and_the_interval_are_right_for_many_runners():
    """Keypoints shift the knee by the same angle in stand and run; people stand with 0 to 8 degrees."""
    rng, p, true = np.random.default_rng(2), Sines(), ALONE[KNEE].value
    seen = replace(motion(p), origin="markers")
    errors, held = [], []
    for _ in range(500):
        shift, bend = rng.normal(0, SHIFT_DEG), rng.uniform(0, 8)
        rec = Recording(seen, steps(p), scene(p), ANYBODY, stand(knee=bend + shift))
        found = against_stand(METRICS[KNEE], ALONE[KNEE], rec)
        off, half = found.value + shift - true, 0.5 * (found.high - found.low)
        errors.append(abs(off))
        held.append(abs(off) <= half)
    assert np.mean(errors) < 2.5  # 3.4 without the stand
    assert np.mean(held) > 0.9


def test_a_lean_that_a_stand_corrected_shares_no_tilt_with_another_clip():
    stood = run(stand(), roll_deg=np.nan)["trunk_lean"]
    assert difference(stood, stood, 2.8**2).needed == difference(stood, stood).needed


def test_a_change_of_what_a_stand_corrected_counts_the_whole_error():
    stood = run(stand())["head_pitch"]
    assert difference(stood, stood).needed == pytest.approx(2.77 * stood.se)
    assert difference(stood, ALONE["head_pitch"]).needed > 2.77 * stood.se
