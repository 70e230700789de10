"""The rhythm's parts, the cadence of a short pass and what a clip may be asked: numbers by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.metrics import METRICS, measure
from formcheck.metrics import clock as c
from formcheck.metrics.arms import at_stride_frequency, depth, stride_extremes, stride_means
from formcheck.metrics.bounce import bounce_of
from formcheck.metrics.cadence import cadence_of_contacts, step_rates
from formcheck.metrics.feet import flat_pitch, landing, strike_of
from formcheck.metrics.frontal import mid_stances
from formcheck.metrics.legs import largest
from formcheck.metrics.posture import drift, half_seconds, over_contact
from formcheck.metrics.recording import Recording
from formcheck.metrics.speed import line_slope
from formcheck.motion.rhythm import correlation, vertex
from formcheck.skeleton import K
from formcheck.types import Runner, Step
from stick_runner import RATE, STRIDE, Stick, first_contact, motion_of, scene_of, steps_of

NAN = np.nan


def recording(steps=None, **runner):
    stick = Stick()
    return Recording(
        motion_of(stick), steps_of(stick) if steps is None else steps, scene_of(stick), Runner(**runner)
    )


# --- crossings -------------------------------------------------------------------------------------------------------


def test_crossings_are_read_between_samples_counted_and_told_rising_from_falling():
    """A triangle of 10 a second: it crosses zero at 0.05 s and every 0.2 s from there on."""
    signal = np.array([-1, 1, 3, 1, -1, -3, -1, 1, 3, 1, -1], float)
    times, counts, rising = c.crossings(signal, 10.0, 0.3)
    assert times == pytest.approx([0.05, 0.35, 0.65, 0.95])
    assert (counts.tolist(), rising.tolist()) == ([0, 1, 2, 3], [1, -1, 1, -1])


def test_crossings_that_are_missing_are_counted_and_those_too_near_are_not():
    signal = np.full(40, 1.0)
    signal[:5] = -1  # crosses at 0.45 s
    signal[10:12] = -1  # and at 0.95 and 1.15 s: too near to the one before
    signal[26:] = -1  # and at 2.55 s
    times, counts, _ = c.crossings(signal, 10.0, 0.5)
    assert times == pytest.approx([0.45, 0.95, 2.55])
    assert counts.tolist() == [0, 1, 4]
    times, _, _ = c.crossings(signal, 10.0, 0.39)
    assert times == pytest.approx([0.45, 0.95, 1.15, 2.55])


def test_a_gap_is_no_crossing():
    signal = np.array([1.0, 1, NAN, -1, -1, 1])
    assert c.crossings(signal, 10.0, 0.3)[0] == pytest.approx([0.45])


def test_strides_are_pairs_of_like_crossings_with_nothing_missing_between():
    times, counts = np.array([0.0, 0.35, 0.71, 1.40, 1.76]), np.array([0.0, 1, 2, 4, 5])
    assert c.like_crossings(times, counts, 2) == ((0.0, 0.71),)
    assert c.like_crossings(times, counts, 1) == (
        (0.0, 0.35),
        (0.35, pytest.approx(0.36)),
        (1.40, pytest.approx(0.36)),
    )


@pytest.mark.parametrize(
    "three, place",
    [
        ((1.0, 2.0, 1.0), 0.0),
        ((1.0, 2.0, 2.0), 0.5),
        ((3.0, 4.0, 1.0), -0.25),
        ((1.0, 1.0, 1.0), 0.0),
        ((0.0, 1.0, 9.0), -0.5),
    ],
)
def test_a_parabola_through_three_samples_has_its_extremum_there(three, place):
    assert vertex(*three) == pytest.approx(place)


def test_likeness_is_the_cosine_of_what_both_signals_show():
    a, b = np.tile([3.0, 4.0], 6), np.tile([4.0, 3.0], 6)
    assert correlation(a, b, 8) == pytest.approx(24 / 25)
    a[0] = NAN
    assert correlation(a, -a, 8) == pytest.approx(-1.0)
    assert correlation(a[:8], b[:8], 8) == 0.0  # seven pairs are too few
    assert correlation(np.zeros(12), b, 8) == 0.0


@pytest.mark.parametrize(
    "signal, share", [([NAN, 1, NAN, 1, 1, NAN], 0.75), ([1, 1], 1.0), ([NAN, NAN], 0.0)]
)
def test_what_is_seen_is_counted_between_its_ends(signal, share):
    assert c.seen_share(np.array(signal, float)) == share


@pytest.mark.parametrize("sign, hz", [(-1.0, 1.4), (1.0, 2.8)])
def test_a_step_is_half_a_legs_period_and_a_whole_one_of_the_bounce(sign, hz):
    time = np.arange(0, 8, 1 / 120)
    step, strength = c.autocorrelation_period(np.sin(2 * np.pi * hz * time), 120.0, sign)
    assert step == pytest.approx(1 / 2.8, abs=0.001)
    assert strength == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("hz, found", [(1.05, True), (0.78, False), (3.5, False)])
def test_only_a_runners_step_is_a_step(hz, found):
    """2.1 steps a second are a runner's, 1.6 and 7 nobody's."""
    time = np.arange(0, 8, 1 / 120)
    step, _ = c.autocorrelation_period(np.sin(2 * np.pi * hz * time), 120.0, -1.0)
    assert (np.isfinite(step) and abs(step - 0.5 / hz) < 0.005) == found


def test_the_line_through_crossings_is_the_time_of_a_count():
    counts = np.arange(20.0)
    uneven = 0.02 * (-1.0) ** counts  # the middle lies off: every second crossing is late
    slope, sd = c.line(0.35 * counts + uneven, counts, (-1.0) ** counts)
    assert slope == pytest.approx(0.35, abs=1e-9) and sd < 1e-6
    one_wrong = 0.35 * counts + np.where(counts == 9, 0.1, 0.0)
    assert c.line(one_wrong, counts, (-1.0) ** counts)[0] == pytest.approx(0.35, abs=1e-9)


def test_a_first_step_that_drifts_off_the_line_still_counts():
    """Steps vary like a random walk, so the ends lie furthest from one straight line; here the first by 14 ms."""
    drift = [14.0, 1.4, -3.6, -4.4, -1.6, 1.2, 0.3, 1.3, 0.4, -1.9, -4.0, -5.9, -2.0, -0.4, 4.5, 4.5, 1.9]
    counts = np.arange(17.0)
    slope, _ = c.line(0.367 * counts + np.array(drift) / 1000, counts, (-1.0) ** counts)
    assert 60 / slope == pytest.approx(60 / (0.367 + (1.9 - 14.0) / 16_000), abs=0.1)


def test_errors_of_crossings_are_told_from_variation_of_steps():
    """Late and early in turn, by 0.01 s: neighbours differ by 0.02 and in opposite directions."""
    noise, walk = c.noise_and_walk(0.01 * (-1.0) ** np.arange(20), np.arange(20.0))
    assert (noise, walk) == pytest.approx((0.02 / np.sqrt(2), 0.0), abs=1e-9)
    steady = c.noise_and_walk(0.01 * np.arange(20.0), np.arange(20.0))  # all in one direction: no noise
    assert steady == pytest.approx((0.01 * np.sqrt(0.05), 0.01 * np.sqrt(0.9)))
    assert c.noise_and_walk(np.array([0.0, 2.0]), np.array([0.0, 1.0])) == (1.0, 0.0)


@pytest.mark.parametrize(
    "noise, walk, gain",
    [
        (1.0, 1.0, (np.sqrt(5) - 1) / 2),
        (1.0, 0.0, 0.0),
        (0.0, 1.0, 0.99),
        (1.0, 2.0, 2 * np.sqrt(2) * 1.0 - 2),
    ],
)
def test_the_gain_of_a_steady_kalman_filter(noise, walk, gain):
    """Of a random walk: with q the ratio of variances, (sqrt(q^2 + 4 q) - q) / 2."""
    assert c.steady_gain(noise, walk) == pytest.approx(gain)


def test_a_moving_mean_is_taken_away_and_held_at_the_ends():
    time = np.arange(0, 6, 1 / 60)
    found = c.centred(5.0 + np.sin(2 * np.pi * time), 60.0, 1.0)
    assert np.abs(found[60:-60] - np.sin(2 * np.pi * time)[60:-60]).max() < 0.02
    slope = c.centred(2.0 * time, 60.0, 1.0)
    assert np.abs(slope[60:-60]).max() < 0.03
    assert np.isnan(c.centred(np.full(20, NAN), 60.0, 1.0)).all()


# --- cadence ---------------------------------------------------------------------------------------------------------


def contacts(*times, start="left"):
    sides = ("left", "right") if start == "left" else ("right", "left")
    return tuple(Step(sides[k % 2], t, t + 0.25, 0.01, 0.01) for k, t in enumerate(times))


def test_rates_are_told_of_neighbouring_contacts_of_both_feet():
    times, rates = step_rates(recording(contacts(1.0, 1.4, 1.7, 2.5, 2.66)))
    assert times == [1.4, 1.7]  # 0.8 s is two steps, 0.16 s none
    assert rates == pytest.approx([150.0, 200.0])
    same = (Step("left", 1.0, 1.2), Step("left", 1.4, 1.6))
    assert step_rates(recording(same)) == ([], [])


def test_the_cadence_of_contacts_is_that_of_the_mean_step():
    six = recording(contacts(*np.cumsum([0, 0.3, 0.4, 0.3, 0.4, 0.3, 0.4])))
    assert cadence_of_contacts(six) == pytest.approx(60 / 0.35)
    assert np.isnan(cadence_of_contacts(recording(contacts(*np.cumsum([0, 0.3, 0.4, 0.3, 0.4, 0.3])))))


def short_pass(*times):
    """Return the cadence of a runner whose ankles tell no rhythm."""
    stick = Stick()
    motion = motion_of(stick)
    motion.xy[:] = NAN
    return measure(motion, contacts(*times), scene_of(stick), Runner())["cadence"]


def test_the_cadence_of_a_short_pass_and_its_error():
    """Three steps in 1.05 s, each contact off by 10 ms: ends, steps that vary by 2 %, one foot a step more."""
    found = short_pass(1.0, 1.35, 1.7, 2.05)
    assert (found.value, found.n, found.extra.known) == (pytest.approx(60 * 3 / 1.05), 4, {"about": True})
    spread = found.value * np.sqrt(2 * 0.01**2 / 1.05**2 + 0.02**2 / 3 + (0.02 / 3) ** 2)
    assert found.se == pytest.approx(np.hypot(spread, METRICS["cadence"].sigma), rel=1e-6)
    even = short_pass(1.0, 1.35, 1.7)
    spread = even.value * np.sqrt(2 * 0.01**2 / 0.7**2 + 0.02**2 / 2)
    assert even.se == pytest.approx(np.hypot(spread, METRICS["cadence"].sigma), rel=1e-6)


def test_contacts_that_disagree_with_the_rhythm_are_half_of_the_doubt():
    stick = Stick()
    slow = tuple(replace(s, contact=1.1 * s.contact, toe_off=1.1 * s.toe_off) for s in steps_of(stick))
    found = measure(motion_of(stick), slow, scene_of(stick), Runner())["cadence"]
    told = 120 / 0.7
    assert found.extra.contacts == pytest.approx(told / 1.1, abs=0.3)  # as many steps, half a stride more
    assert found.se == pytest.approx(0.5 * (told - told / 1.1), rel=0.01)


# --- reading a clip --------------------------------------------------------------------------------------------------


def test_a_moment_between_frames_is_read_by_a_cubic_and_beside_a_gap_by_a_line():
    rec = recording()
    parabola = (np.arange(len(rec.motion.xy)) / RATE) ** 2
    assert rec.at(parabola, 1.004) == pytest.approx(1.004**2, abs=1e-9)
    parabola[122] = NAN
    between = (parabola[121] - parabola[120]) * 0.48 + parabola[120]
    assert rec.at(parabola, 1.004) == pytest.approx(between, abs=1e-9)
    assert np.isnan(rec.at(parabola, 122.4 / RATE))


def test_strides_are_cut_by_the_rhythm_from_the_first_moment_seen():
    rec = recording()
    signal = np.arange(len(rec.motion.xy), dtype=float)
    signal[:10] = NAN
    starts, strides = rec.per_stride(signal)
    assert starts[:2] == pytest.approx([10 / RATE, 10 / RATE + 0.7], abs=1e-3)
    assert strides.shape == (int((len(signal) - 10) / STRIDE), 64)
    assert strides[0] == pytest.approx(10 + STRIDE * np.arange(64) / 64, abs=0.05)


def test_a_stride_of_which_more_than_a_fifth_is_missing_is_left_out():
    rec = recording()
    seen, lost = (np.ones(len(rec.motion.xy)) for _ in range(2))
    seen[STRIDE : STRIDE + 14], lost[STRIDE : STRIDE + 20] = NAN, NAN
    assert len(rec.per_stride(lost)[0]) == len(rec.per_stride(seen)[0]) - 1


@pytest.mark.parametrize("duration, whole", [(0.059, False), (0.061, True), (0.599, True), (0.601, False)])
def test_a_credible_contact(duration, whole):
    rec = recording((Step("left", 1.0, 1.0 + duration),))
    assert bool(rec.whole("left")) == whole


@pytest.mark.parametrize("after, stride", [(0.35, False), (0.37, True), (1.24, True), (1.26, False)])
def test_a_credible_stride(after, stride):
    first, second = Step("left", 1.0, 1.2), Step("left", 1.0 + after, 1.3 + after)
    rec = recording((first, second))
    assert (rec.next_contact(first) == second.contact) == stride
    assert np.isnan(rec.next_contact(second))


def test_the_largest_bend_is_read_when_the_steps_together_bend_most():
    """Two steps peak at 0.3 and 0.5 of the period, the third nowhere: together at neither's own top."""
    rec = recording()
    time = np.arange(len(rec.motion.xy)) / RATE
    signal = np.where(time < 2, -((time - 1.3) ** 2), np.where(time < 4, -((time - 3.5) ** 2), NAN))
    found = largest(rec, signal, [(1.0, 2.0 - 1 / RATE), (3.0, 4.0 - 1 / RATE), (5.0, 6.0)])
    assert np.isnan(found[2])
    assert found[0] + found[1] == pytest.approx(-2 * 0.1**2, abs=2e-3)


def test_the_bounce_is_the_steps_part_of_a_stride():
    """5 cm of step, 3 of stride and a drift: the step's part rises and falls by 10."""
    rec = recording()
    phase = 2 * np.pi * np.arange(len(rec.motion.xy)) / STRIDE
    height = 5 * np.cos(2 * phase + 1) + 3 * np.cos(phase) + 0.2 * phase
    assert bounce_of(rec, height, 0.0, 0.7) == pytest.approx(10.0, abs=0.01)
    double = 5 * np.cos(2 * phase) + 2 * np.cos(4 * phase)
    fine = np.linspace(0, 2 * np.pi, 10000)
    assert bounce_of(rec, double, 0.7, 0.7) == pytest.approx(
        np.ptp(5 * np.cos(fine) + 2 * np.cos(2 * fine)), abs=0.01
    )
    height[: round(0.3 * STRIDE)] = NAN
    assert np.isnan(bounce_of(rec, height, 0.0, 0.7))


def test_a_slope_is_that_of_what_is_seen():
    time = np.arange(5.0)
    assert line_slope(time, np.array([1.0, NAN, 5.0, 7.0, NAN])) == pytest.approx(2.0)
    assert np.isnan(line_slope(time, np.array([1.0, NAN, 5.0, NAN, NAN])))


def test_half_seconds_are_medians_of_what_they_show():
    signal = np.array([1.0, 2, 9, NAN, NAN, NAN, 4, NAN, 6, 1])
    starts, medians = half_seconds(signal, 6.0)
    assert (starts.tolist(), medians.tolist()) == ([0.0, 1.0], [2.0, 5.0])


def test_a_drift_compares_the_last_third_with_the_first():
    assert drift(np.array([2.0, 2, NAN, 5, 9, 3, 3])) == pytest.approx(0.5)


@pytest.mark.parametrize("lost, told", [(5, True), (7, False)])
def test_a_contact_must_be_seen_for_four_fifths(lost, told):
    rec = recording()
    angle = np.ones(len(rec.motion.xy))
    angle[125 : 125 + lost] = NAN
    assert np.isfinite(over_contact(rec, angle, Step("left", 1.0, 1.25))) == told


def test_the_pitch_at_landing_is_a_quarter_what_was_coming_and_three_what_is_there():
    """It falls by 1 deg a frame until it lands and by 3 afterwards; half a frame later the line says 3.5, the frames 2.5."""
    rec = recording()
    frame = np.arange(len(rec.motion.xy), dtype=float)
    pitch = np.where(frame <= 120, 124.0 - frame, 4.0 - 3.0 * (frame - 120))
    assert landing(rec, pitch, 120 / RATE) == pytest.approx(4.0)
    assert landing(rec, pitch, 120.5 / RATE) == pytest.approx(0.25 * 3.5 + 0.75 * 2.5)
    pitch[:120] = NAN
    assert np.isnan(landing(rec, pitch, 120 / RATE))


def test_a_flat_foot_is_read_from_a_quarter_to_a_half_of_contact():
    rec = recording()
    frame = np.arange(len(rec.motion.xy), dtype=float)
    assert flat_pitch(rec, frame, Step("left", 1.0, 1.4)) == pytest.approx(120 + 0.375 * 48)


# --- arms and hips ---------------------------------------------------------------------------------------------------


def test_how_far_a_segment_leaves_the_picture_is_told_by_how_short_it_looks():
    segment = np.zeros((10, 2))
    segment[:, 0] = 5.0
    segment[:3, 0] = 3.0
    assert depth(segment)[:3] == pytest.approx(4.0) and depth(segment)[3:] == pytest.approx(0.0)


def test_a_strides_mean_takes_what_is_seen():
    rec = recording()
    signal = np.where(np.arange(len(rec.motion.xy)) % STRIDE < 42, 10.0, 20.0)
    starts, means = stride_means(rec, signal)
    assert means == pytest.approx(15.0, abs=0.2)
    assert starts[1] - starts[0] == pytest.approx(0.7, abs=1e-3)


def test_extremes_of_a_stride_are_those_of_its_first_three_harmonics():
    rec = recording()
    phase = 2 * np.pi * np.arange(len(rec.motion.xy)) / STRIDE
    _, low, high = stride_extremes(rec, 90 + 20 * np.cos(phase) + 5 * np.cos(8 * phase))
    assert low == pytest.approx(70.0, abs=0.1) and high == pytest.approx(110.0, abs=0.1)
    _, low, high = stride_extremes(rec, 90 + 20 * np.cos(3 * phase))
    assert high - low == pytest.approx(40.0, abs=0.5)


def test_the_amplitude_at_stride_frequency_keeps_the_phase():
    rec = recording()
    phase = 2 * np.pi * np.arange(len(rec.motion.xy)) / STRIDE
    found = at_stride_frequency(rec, 3 * np.cos(phase + 0.6) + 7)
    assert np.angle(found) == pytest.approx(0.6, abs=0.01)
    assert np.abs(found) == pytest.approx(3 * 64 / 2, rel=0.01)


def test_mid_stance_is_where_the_hips_are_lowest_over_the_lower_foot():
    rec = recording()
    hips = rec.hip[:, 1]
    found = mid_stances(rec)
    assert len(found) == pytest.approx(2 * len(hips) / STRIDE, abs=1.5)
    for time, side in found:
        k = round(time * RATE)
        assert hips[k] == min(hips[max(0, k - 20) : k + 20])
        heights = {each: rec.point(each, "ankle")[k, 1] for each in ("left", "right")}
        assert heights[side] == min(heights.values())


def test_a_foot_that_turns_while_it_lands_is_as_uncertain_as_the_moment_of_its_contact():
    """Toes that drop by 240 degrees a second, read a time t too late, give an angle that is 240 t too small."""
    still, turning = (
        strike_of(landing_at(speed), METRICS["foot_strike_angle"], "left") for speed in (0.0, 240.0)
    )
    assert turning.value == pytest.approx(12.0)
    assert turning.se**2 - still.se**2 == pytest.approx((240.0 * landing_at(240.0).event_sd) ** 2)


def landing_at(speed):
    """Return a recording whose left foot is 12 degrees from level at contact and drops at `speed` deg/s until it is flat."""
    rec = recording()
    since = (np.arange(len(rec.motion.time)) - first_contact("left")) % STRIDE
    after = np.where(since > 0.7 * STRIDE, since - STRIDE, since) / RATE
    pitch = np.radians(np.maximum(0.0, 12.0 - speed * after))
    raw = rec.motion.raw.copy()
    raw[:, K["left_toe"]] = raw[:, K["left_heel"]] + 0.26 * np.stack([np.cos(pitch), np.sin(pitch)], axis=1)
    return replace(rec, motion=replace(rec.motion, raw=raw))
