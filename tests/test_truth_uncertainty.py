"""Standard errors, what counts as a change and what as a trend: worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from formcheck.metrics import METRICS
from formcheck.metrics import uncertainty as unc
from formcheck.metrics.bounce import joined
from formcheck.metrics.compare import compare, difference
from formcheck.metrics.trends import (
    Trend,
    by_minute,
    fatigue_signs,
    is_sign,
    theil_sen,
    trend,
    window_medians,
)
from formcheck.types import Measurement


def test_the_error_of_both_legs_is_half_of_the_two_added_in_squares():
    found = unc.both_legs(unc.Estimate(10.0, 3.0, 12), unc.Estimate(20.0, 4.0, 5))
    assert (found.value, found.random, found.n) == (15.0, 2.5, 17)


@pytest.mark.parametrize("apart, error", [(0.10, 0.024), (0.25, 0.048)])
def test_bounce_as_seen_and_as_the_contacts_say_are_weighed_by_their_certainty(apart, error):
    """Errors of 3 and 4 cm: weights 16 to 9, 2.4 cm together, twice that where they lie 5 of their 5 cm apart."""
    found = joined(unc.Estimate(0.1, 0.03, 20), unc.Estimate(0.1 + apart, 0.04, 9))
    assert found.value == pytest.approx(0.1 + apart * 9 / 25)
    assert (found.random, found.n) == (pytest.approx(error), 20)


@pytest.mark.parametrize("seen", [0, 1])
def test_one_leg_stands_for_both_where_the_other_is_not_seen(seen):
    legs = [unc.Estimate(10.0, 3.0, 12), unc.Estimate(10.0, 3.0, 12)]
    legs[1 - seen] = unc.Estimate(np.nan, np.nan, 0)
    assert unc.both_legs(*legs) == legs[seen]


def test_the_interval_is_1_96_standard_errors_of_all_parts_in_squares():
    low, high = unc.Estimate(100.0, 2.0, 9).with_systematic(3.0, 6.0)
    assert (low, high) == pytest.approx((100 - 1.96 * 7, 100 + 1.96 * 7))


def test_steps_that_resemble_their_neighbours_are_worth_fewer():
    """1 2 3 4: deviations -1.5 -0.5 0.5 1.5, neighbours' products 1.25 of 5: r = 1/4; 4 x 0.75 / 1.25."""
    assert unc.effective_n(np.array([1.0, 2.0, 3.0, 4.0])) == pytest.approx(2.4)
    assert unc.effective_n(np.array([1.0, 2.0, 3.0])) == 3  # too few to tell
    assert unc.effective_n(np.array([1.0, -1.0, 1.0, -1.0])) == 4  # opposite neighbours are worth no more
    assert unc.effective_n(np.array([5.0, 5.0, 5.0, 5.0])) == 4
    assert unc.effective_n(np.arange(400.0)) == pytest.approx(400 * 0.1 / 1.9)  # at most nine tenths alike


@pytest.mark.parametrize(
    "worth, wider",
    [
        (2, 12.706 / 1.96),
        (3, 4.3027 / 1.96),
        (5, 2.7764 / 1.96),
        (59, 2.0017 / 1.96),
        (60, 1.0),
        (1, 12.706 / 1.96),
    ],
)
def test_few_steps_widen_the_interval_by_students_t(worth, wider):
    assert unc.few_steps(worth) == pytest.approx(wider, rel=1e-4)


@pytest.mark.parametrize("last, kept", [(19.4, True), (19.6, False), (-14.4, True), (-14.6, False)])
def test_an_outlier_lies_beyond_three_robust_deviations_and_more_for_few(last, kept):
    """0 to 5 and one more: the median's deviation is 2, the limit 3 x 1.4826 x (1 + 6/7) x 2 = 16.52 from it."""
    found = unc.inliers(np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, last]))
    assert found[:6].all() and found[6] == kept


def test_of_three_steps_none_is_an_outlier_and_nothing_unseen_is_kept():
    assert unc.inliers(np.array([0.0, 0.0, 900.0])).all()
    assert unc.inliers(np.array([1.0, np.nan, 1.0, 1.0, 1.0, 7.0])).tolist() == [
        True,
        False,
        True,
        True,
        True,
        True,
    ]


def test_the_bootstrap_draws_three_neighbours_at_a_time_and_round_the_end():
    """0 0 0 1 1 1 2 2 2: the nine blocks' means are 0 1/3 2/3 1 4/3 5/3 2 4/3 2/3; three of them are drawn."""
    samples = np.repeat([0.0, 1.0, 2.0], 3)
    blocks = np.array([0, 1, 2, 3, 4, 5, 6, 4, 2]) / 3
    assert unc.bootstrap_sd(samples) == pytest.approx(np.std(blocks) / np.sqrt(3), rel=0.06)
    assert np.isnan(unc.bootstrap_sd(np.array([1.0])))
    assert unc.bootstrap_sd(np.array([0.0, 1.0])) == pytest.approx(0.5 / np.sqrt(2), rel=0.06)


def test_the_standard_error_of_a_mean():
    """-1 and 1 in turn, 16 times: worth all 16; sd sqrt(16/15), over 4, times t of 15 degrees of freedom."""
    found = unc.estimate(np.tile([-1.0, 1.0], 8))
    assert (found.value, found.n) == (0.0, 16)
    assert found.random == pytest.approx(np.sqrt(16 / 15) / 4 * 2.1314 / 1.96, rel=1e-3)
    assert unc.estimate(np.array([7.0])) == unc.Estimate(7.0, 0.0, 1)
    assert unc.estimate(np.array([])).n == 0


def test_rounding_to_frames():
    """A duration is wrong by a sixth of a frame squared; repeated where a step lasts whole frames."""
    assert unc.quantisation_sd(50, 0.353, 1) == pytest.approx(0.02 / np.sqrt(6))
    assert unc.quantisation_sd(50, 0.353, 9) == pytest.approx(0.02 / np.sqrt(54))
    assert unc.quantisation_sd(50, 0.36, 9) == pytest.approx(0.02 / np.sqrt(6))
    assert [unc.is_phase_locked(50, 0.36 + off) for off in (0.0009, -0.0009, 0.0011, -0.0011)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "angle, yaw, error",
    [(10.0, 0.0, 0.0373), (10.0, np.nan, 0.334), (10.0, -5.0, 0.149), (-10.0, 5.0, 0.149)],
)
def test_a_camera_off_the_side_shortens_what_leans(angle, yaw, error):
    """tan(seen) = tan(true) cos(yaw), five degrees further off than told; ten and five where nobody told."""
    assert unc.yaw_sd_deg(angle, yaw) == pytest.approx(error, abs=0.001)


def test_tilt_costs_0_7_degrees_known_and_2_8_unknown():
    assert (unc.roll_sd_deg(3.0), unc.roll_sd_deg(np.nan)) == (0.7, 2.8)


# --- changes between two clips ---------------------------------------------------------------------------------------


def measured(metric, value, se, unit="steps/min"):
    return Measurement(metric, unit, value, value - 1.96 * se, value + 1.96 * se, 20)


def test_a_change_must_exceed_2_77_pooled_standard_errors():
    """Errors of 2 and 1: pooled sqrt((4 + 1) / 2) = 1.5811, times 2.77."""
    found = difference(measured("cadence", 160, 2.0), measured("cadence", 166, 1.0))
    assert found.needed == pytest.approx(4.3797, abs=1e-3)
    assert (found.before, found.after, found.change, found.real) == (160, 166, 6, True)


@pytest.mark.parametrize("after, real", [(164.3, False), (164.4, True), (155.7, False), (155.6, True)])
def test_up_or_down_alike(after, real):
    assert difference(measured("cadence", 160, 2.0), measured("cadence", after, 1.0)).real == real


@pytest.mark.parametrize("id", [id for id, metric in METRICS.items() if metric.smallest_change])
def test_a_sure_change_must_exceed_what_two_days_differ_by(id):
    least, unit = METRICS[id].smallest_change, METRICS[id].unit
    for change, real in ((0.99 * least, False), (1.01 * least, True), (-1.01 * least, True)):
        found = difference(measured(id, 50.0, 1e-4, unit), measured(id, 50.0 + change, 1e-4, unit))
        assert found.needed == least and found.real == real


def test_the_landing_type_is_compared_by_its_angle_alone():
    angle = measured("foot_strike_angle", 10.0, 1.0, "deg")
    clip = SimpleNamespace(measurements={"foot_strike_angle": angle})
    assert [each.metric for each in compare(clip, clip)] == ["foot_strike_angle"]


# --- trends within one clip ------------------------------------------------------------------------------------------


def line(metric, unit, start, per_minute, minutes=5):
    times = np.arange(0, 60 * minutes, 0.5)
    values = start + per_minute * times / 60
    return Measurement(
        metric, unit, start, start - 5, start + 5, len(times), times=tuple(times), samples=tuple(values)
    )


def test_a_line_is_told_exactly():
    found = trend(line("cadence", "steps/min", 170.0, -1.2))
    assert found.slope == pytest.approx(-1.2)
    assert (found.low, found.high) == pytest.approx((-1.2, -1.2), abs=1e-6)
    assert found.start == pytest.approx(170.0)
    assert found.change == pytest.approx(-1.2 * 299.5 / 60)
    assert found.minutes == pytest.approx([170 - 1.2 * (k + 59.5 / 120) for k in range(5)])


def change(metric, start, amount):
    return Trend(metric, METRICS[metric].unit, (), amount, amount - 1e-3, amount + 1e-3, start, amount)


@pytest.mark.parametrize(
    "metric, start, least",
    [
        ("trunk_lean", 5.0, 3.0),  # degrees further forward
        ("cadence", 200.0, -6.0),  # 3 % slower
        ("ground_contact_time", 400.0, 20.0),  # 5 % longer
        ("shoulder_shrug", 0.5, -0.05),  # shoulders a tenth nearer to the ears
        ("vertical_oscillation", 10.0, 1.0),  # a tenth more
    ],
)
def test_a_sign_of_fatigue_has_its_own_direction_and_size(metric, start, least):
    assert is_sign(change(metric, start, 1.01 * least))
    assert not is_sign(change(metric, start, 0.99 * least))
    assert not is_sign(change(metric, start, -3.0 * least))


def test_a_change_is_steady_unless_its_interval_leaves_zero_out():
    steady = Trend("cadence", "steps/min", (), -1.0, -2.1, 0.1, 170.0, -9.0)
    sinking = Trend("cadence", "steps/min", (), -1.0, -1.9, -0.1, 170.0, -9.0)
    little = Trend("cadence", "steps/min", (), -0.2, -0.3, -0.1, 170.0, -1.9)
    assert (steady.steady, steady.real) == (True, False)
    assert (sinking.steady, sinking.real) == (False, True)
    assert (little.steady, little.real) == (False, False)  # two steps a minute is the least


def test_two_signs_are_needed():
    slower, longer = change("cadence", 170.0, -9.0), change("ground_contact_time", 250.0, 30.0)
    assert fatigue_signs((slower,)) == ()
    assert fatigue_signs((slower, longer)) == (slower, longer)


def test_windows_and_minutes_are_medians_of_what_they_hold():
    times = np.array([0.0, 1, 2, 10, 11, 20, 21, 22, 70])
    values = np.array([1.0, 2, 9, 4, 4, 5, 7, 6, 8])
    middle, median = window_medians(times, values, 10.0)
    assert (middle.tolist(), median.tolist()) == ([1.0, 21.0], [2.0, 6.0])  # three samples are a window
    assert by_minute(times, values) == (4.5, 8.0)


def test_the_slope_is_the_middle_one_of_all_pairs():
    """Pairs of (0, 0) (1, 1) (2, 5) (4, 4): slopes 1, 2.5, 1, 4, 1, -0.5; their median is 1."""
    assert theil_sen(np.array([0.0, 1, 2, 4]), np.array([0.0, 1, 5, 4])) == 1.0


@pytest.mark.parametrize("seconds, told", [(49.5, False), (50.5, True)])
def test_a_trend_needs_a_minute_less_one_window(seconds, told):
    times = np.arange(0, seconds + 0.25, 0.5)
    found = trend(
        Measurement(
            "cadence", "steps/min", 170, 165, 175, 9, times=tuple(times), samples=tuple(170 + 0 * times)
        )
    )
    assert (found is not None) == told
