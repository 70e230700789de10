"""Intervals hold: simulated runners whose true mean is known."""

import numpy as np
import pytest

from formcheck.metrics import uncertainty as unc


def covered(make, truth=0.0, runs=400):
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(runs):
        low, high = unc.estimate(make(rng)).with_systematic(0.0)
        inside += low <= truth <= high
    return inside / runs


@pytest.mark.parametrize("steps", [5, 8, 15, 40])
def test_the_interval_of_independent_steps_holds_19_times_in_20(steps):
    assert 0.92 <= covered(lambda rng: rng.normal(size=steps)) <= 0.99


def test_steps_that_resemble_their_neighbours_get_a_wider_interval():
    def drifting(rng):
        out = np.zeros(40)
        for k in range(1, 40):
            out[k] = 0.6 * out[k - 1] + rng.normal()
        return out

    assert covered(drifting) >= 0.87


def test_a_shared_error_is_not_averaged_away():
    def shifted(rng):
        return rng.normal(size=30) + rng.normal(scale=2.0)

    rng = np.random.default_rng(2)
    inside = 0
    for _ in range(400):
        low, high = unc.estimate(shifted(rng)).with_systematic(2.0)
        inside += low <= 0 <= high
    assert 0.92 <= inside / 400 <= 0.98


def test_one_mistracked_step_does_not_move_the_value():
    steps = np.append(np.random.default_rng(0).normal(90, 1, 20), 170.0)
    assert unc.estimate(steps).value == pytest.approx(90, abs=1)
    assert unc.estimate(steps).n == 20


def test_missing_steps_do_not_count():
    assert unc.estimate(np.array([1.0, np.nan, 2.0, 3.0])).n == 3
    assert unc.estimate(np.array([np.nan])).n == 0


def test_like_neighbours_are_worth_fewer_steps():
    assert unc.effective_n(np.repeat([0.0, 1.0, 0.0, 1.0, 0.0], 6)) < 15
    assert unc.effective_n(np.tile([0.0, 1.0], 15)) == 30


def test_both_legs_count_the_same():
    left, right = unc.Estimate(10.0, 1.0, 30), unc.Estimate(20.0, 1.0, 5)
    assert unc.both_legs(left, right).value == 15
    assert unc.both_legs(left, unc.Estimate(np.nan, np.nan, 0)) == left


def test_rounding_repeats_at_180_steps_a_minute_and_30_frames():
    assert unc.is_phase_locked(30, 60 / 180)
    assert not unc.is_phase_locked(30, 60 / 171)
    locked, free = unc.quantisation_sd(30, 60 / 180, 20), unc.quantisation_sd(30, 60 / 171, 20)
    assert locked == pytest.approx(0.0136, abs=0.0001)
    assert free == pytest.approx(0.0030, abs=0.0001)


def test_the_same_steps_give_the_same_interval():
    steps = np.random.default_rng(3).normal(size=12)
    assert unc.estimate(steps) == unc.estimate(steps)


def test_an_unknown_camera_tilt_costs_more_than_a_known_one():
    assert unc.roll_sd_deg(np.nan) > unc.roll_sd_deg(1.0)


def test_an_upright_trunk_looks_upright_from_any_angle():
    assert unc.yaw_sd_deg(0.0, 20.0) == 0
    assert unc.yaw_sd_deg(10.0, 20.0) > unc.yaw_sd_deg(10.0, 0.0)
