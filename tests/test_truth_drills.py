"""Repetitions counted and read from signals drawn by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from formcheck.coaching.drillcheck import readings as r
from formcheck.coaching.drillcheck.check import interval_80, state
from formcheck.coaching.drillcheck.moves import Moves
from formcheck.coaching.drillcheck.recognise import RUNNING, STEPPING, WALKING, recognise
from formcheck.coaching.drillcheck.reps import Rep, _levels, count, longest_set, signal_of
from formcheck.coaching.drillcheck.rules import countings
from formcheck.scene.features import Rhythm
from formcheck.types import Measurement

NAN = np.nan
RATE = 60.0
TIME = np.arange(0, 6, 1 / RATE)
STRIDE_S = 0.8
KNEES = countings()["high_knees"]


def moves(**parts):
    """Return somebody who lifts the left knee at 0.4, 1.2 ... s and the right one half a stride later."""
    left = -np.cos(2 * np.pi * TIME / STRIDE_S)
    knee = np.stack([-0.4 + 0.5 * left, -0.4 - 0.5 * left], axis=1)  # to 0.1 above level, down to -0.9
    still = {
        "time": TIME, "rate": RATE, "knee": knee, "fold": np.zeros((len(TIME), 2)), "lift": 0.3 * left,
        "down": knee < -0.6, "lean": np.full(len(TIME), 4.0), "arms": -left, "pitch": np.zeros((len(TIME), 2)),
        "travel": 0.0, "rhythm": Rhythm(0.5 * STRIDE_S, 0.95, 0.3), "view": "side", "activity": "other",
    }  # fmt: skip
    return Moves(**{**still, **parts})


def reps(times, heights, side="left"):
    return tuple(Rep(side, t - 0.1, t, t + 0.1, h, h >= 0) for t, h in zip(times, heights))


def both_legs(heights_left, heights_right=None, first=0.4):
    left = reps(first + STRIDE_S * np.arange(len(heights_left)), heights_left)
    right = reps(first + 0.4 + STRIDE_S * np.arange(len(heights_right or [])), heights_right or [], "right")
    return tuple(sorted((*left, *right), key=lambda rep: rep.peak))


def a_set(found, body=None, roll_deg=0.0, view="side", near="left", rule=KNEES):
    scene = SimpleNamespace(view=view, near_side=near, roll_deg=roll_deg)
    return r.Set(body or moves(), scene, rule, found, RATE)


# --- counting --------------------------------------------------------------------------------------------------------


def test_every_lift_of_both_knees_is_counted_at_its_top():
    """The right knee is at its top as the clip begins: that one may be counted or not."""
    found = count(moves(), KNEES)
    left = [rep.peak for rep in found if rep.side == "left"]
    right = [rep.peak for rep in found if rep.side == "right" and rep.peak > 0.2]
    assert left == pytest.approx(0.4 + STRIDE_S * np.arange(7), abs=0.01)
    assert right == pytest.approx(STRIDE_S * np.arange(1, 8), abs=0.01)
    assert list(found) == sorted(found, key=lambda rep: rep.peak)
    assert all(rep.height == pytest.approx(0.1, abs=0.01) and rep.full for rep in found)
    assert all(rep.start < rep.peak < rep.end for rep in found[1:-1])


def test_a_lift_that_comes_twice_within_six_tenths_of_the_usual_time_is_one():
    body = moves()
    body.knee[(TIME > 1.27) & (TIME < 1.31), 0] = -0.95  # falls and comes up again at 1.2 s
    again = [rep for rep in count(body, KNEES) if rep.side == "left"]
    assert len(again) == 7


def test_low_lifts_are_repetitions_that_are_not_full():
    body = moves()
    body.knee[:] = body.knee - 0.25
    found = count(body, KNEES)
    assert found and not any(rep.full for rep in found)


def test_the_foot_that_is_up_is_the_left_one_where_the_lift_is_positive():
    feet = countings()["fast_feet"]
    body = moves()
    assert signal_of(body, feet, "left") == pytest.approx(body.lift / body.lift_peak)
    assert signal_of(body, feet, "right") == pytest.approx(-body.lift / body.lift_peak)
    folds = countings()["butt_kicks"]
    body.fold[:, 1] = 7
    assert signal_of(body, folds, "right").tolist() == [7.0] * len(TIME)
    assert signal_of(body, folds, "left").tolist() == [0.0] * len(TIME)


def test_a_pause_of_three_intervals_and_a_second_and_a_half_ends_a_set():
    short, long = reps([0, 0.4, 0.8, 2.2, 2.6], [0] * 5), reps([0, 0.4, 0.8, 2.4, 2.8], [0] * 5)
    assert len(longest_set(short)) == 5
    assert [rep.peak for rep in longest_set(long)] == [0, 0.4, 0.8]
    slow = reps([0, 0.6, 1.2, 2.9, 3.5], [0] * 5)  # 1.7 s is less than three of its intervals
    assert len(longest_set(slow)) == 5
    assert len(longest_set(reps([0, 9], [0, 0]))) == 2


# --- readings --------------------------------------------------------------------------------------------------------


def test_repetitions_a_minute_count_both_legs():
    reading = r.rate(a_set(both_legs([0.1] * 6, [0.1] * 6)))
    assert reading.value == pytest.approx(150)  # a leg every 0.8 s
    assert (reading.low, reading.high) == pytest.approx((150 - 1.96 * 0.3, 150 + 1.96 * 0.3), abs=0.05)


def test_a_level_thigh_is_ninety_degrees_from_hanging():
    """cos: 0.5 thigh lengths above the hip is 120 deg, level is 90, half a thigh below 60."""
    assert r.in_readable_unit(np.array([0.5, 0.0, -0.5, -1.0]), a_set(())) == pytest.approx([120, 90, 60, 0])
    folds = a_set((), rule=countings()["butt_kicks"])
    assert r.in_readable_unit(np.array([110.0]), folds) == pytest.approx([110])
    feet = a_set((), rule=countings()["fast_feet"])
    assert r.in_readable_unit(np.array([1.0]), feet) == pytest.approx([100 * feet.moves.lift_peak])
    assert (a_set(()).height_sd, folds.height_sd, feet.height_sd) == (4.0, 10.0, 2.0)


def test_the_left_leg_that_comes_higher_is_positive():
    reading = r.left_right(a_set(both_legs([0.5] * 5, [0.0] * 5)))
    assert reading.value == pytest.approx(30)
    assert 30 - reading.low == pytest.approx(1.96 * np.sqrt(2) * 4, rel=0.02)
    alone = r.left_right(a_set(both_legs([0.5] * 5, [0.0])))
    assert not alone.measured


def test_a_trunk_leans_as_its_mean_over_both_legs():
    body = moves()
    body.lean[:] = 4 + 10 * np.cos(2 * np.pi * TIME / 0.4)  # swings twice a stride around 4
    level = r.trunk_lean(a_set(both_legs([0.1] * 6, [0.1] * 6), body))
    assert level.value == pytest.approx(4, abs=0.5)
    tilted = r.trunk_lean(a_set(both_legs([0.1] * 6, [0.1] * 6), body, roll_deg=NAN))
    assert tilted.high - tilted.low > level.high - level.low
    assert not r.trunk_lean(a_set(both_legs([0.1] * 6, [0.1] * 6), body, view="front")).measured


def test_the_mean_between_two_moments_needs_six_tenths_to_be_seen():
    body = moves()
    signal = np.where(TIME < 1.45, 2.0, NAN)
    assert r.mean_between(body, signal, 1.0, 1.7) == pytest.approx(2)
    assert np.isnan(r.mean_between(body, signal, 1.0, 1.8))
    assert np.isnan(r.mean_between(body, signal, 9.0, 9.5))


@pytest.mark.parametrize(("sign", "expected"), [(-1, 1.0), (1, -1.0)])
def test_the_hand_opposite_to_the_knee_swings_with_it(sign, expected):
    """`arms` is left less right: it falls as the left knee rises where arms and legs are opposite."""
    body = moves()
    left = -np.cos(2 * np.pi * TIME / STRIDE_S)
    reading = r.arms(a_set(both_legs([0.1] * 6, [0.1] * 6), replace(body, arms=sign * 0.3 * left)))
    assert reading.value == pytest.approx(expected, abs=0.02)
    assert reading.low <= reading.value <= reading.high


def test_hands_that_hardly_move_do_not_swing():
    body = moves()
    for size, swings in ((0.07, False), (0.12, True)):
        reading = r.arms(a_set(both_legs([0.1] * 6, [0.1] * 6), replace(body, arms=size * body.arms)))
        assert reading.measured is swings, size


def test_an_uneven_rhythm_is_the_scaled_median_deviation():
    """Gaps of 0.7 and 0.8 and 0.9 s in turn: the median deviation is 0.1 s of 0.8."""
    times = np.cumsum([0.4, 0.7, 0.8, 0.9, 0.7, 0.8, 0.9])
    reading = r.unevenness(a_set(reps(times, [0.1] * 7)))
    assert reading.value == pytest.approx(100 * 1.4826 * 0.1 / 0.8)
    half = 1.96 * reading.value / np.sqrt(6) + 100 / (60 * 0.8 * np.sqrt(12))
    assert (reading.low, reading.high) == pytest.approx((reading.value - half, reading.value + half))
    even = r.unevenness(a_set(reps(0.4 + 0.8 * np.arange(7), [0.1] * 7)))
    assert (even.value, even.low) == pytest.approx((0, 0), abs=1e-6)


def test_a_set_lasts_from_first_to_last_with_one_interval():
    """Six lifts 0.8 s apart and half a stride; it starts 0.9 s into the clip and ends before 6 s."""
    inside = r.set_time(a_set(reps(0.9 + 0.8 * np.arange(6), [0.1] * 6)))
    assert inside.value == pytest.approx(4.4) and not inside.extra.at_least
    assert inside.high - inside.value == pytest.approx(1.96 * 0.1)
    early = r.set_time(a_set(reps(0.55 + 0.8 * np.arange(6), [0.1] * 6)))
    late = r.set_time(a_set(reps(0.9 + 0.8 * np.arange(7), [0.1] * 7)))
    assert early.extra.at_least and late.extra.at_least


def test_the_ends_of_a_set_are_compared_by_thirds():
    heights = [0.5] * 4 + [0.2] * 4 + [0.0] * 4
    found = reps(0.4 + 0.4 * np.arange(12), heights)
    assert r.height_change(a_set(found)).value == pytest.approx(-30)
    assert not r.height_change(a_set(found[:11])).measured
    gaps = [0.4] * 4 + [0.45] * 4 + [0.5] * 4
    slower = reps(np.cumsum([0.4, *gaps]), [0.1] * 13)
    assert r.rate_change(a_set(slower)).value == pytest.approx(-20)


def test_a_heel_first_landing_is_positive():
    """The flat foot's pitch is 2; 35 ms after the first frame counted as down the pitch is 12."""
    body = moves()
    down = np.zeros((len(TIME), 2), bool)
    pitch = np.full((len(TIME), 2), 2.0)
    for start in 0.8 * np.arange(1, 7):
        k = round(start * RATE)
        down[k : k + 20, 0] = True
        pitch[k : k + 5, 0] = 12.0
    landings = r.landings(replace(body, down=down, pitch=pitch), 0)
    assert landings == pytest.approx([10.0] * 6)
    reading = r.landing_angle(a_set(both_legs([0.1] * 6, [0.1] * 6), replace(body, down=down, pitch=pitch)))
    assert reading.value == pytest.approx(10) and reading.high == pytest.approx(10 + 1.96 * 5)
    few = replace(a_set(both_legs([0.1] * 6), replace(body, down=down, pitch=pitch)), frame_rate=45.0)
    assert not r.landing_angle(few).measured


def test_the_standing_knee_is_the_near_ones_while_the_other_is_up():
    body = moves()
    body.fold[:, 0] = 10 + 30 * (1 - np.cos(2 * np.pi * TIME / STRIDE_S)) / 2  # 10 as the right knee is up
    reading = r.standing_knee(a_set(both_legs([0.1] * 6, [0.1] * 6), body))
    assert reading.value == pytest.approx(10, abs=0.2)
    assert not r.standing_knee(a_set(both_legs([0.1] * 6, [0.1] * 6), body, near=None)).measured


def test_time_on_the_ground_and_in_the_air_are_freed_of_their_known_bias():
    """Feet down half of a 0.8 s stride: 50 % less 35 of 400 ms; never both in the air."""
    down = np.stack([(TIME % 0.8) < 0.4, (TIME % 0.8) >= 0.4], axis=1)
    body = moves(down=down)
    assert body.feet_down == pytest.approx(0.5 - 0.035 / 0.4, abs=0.01)
    assert body.flight_s == 0
    hops = moves(down=np.stack([(TIME % 0.8) < 0.2, (TIME % 0.8) > 0.41], axis=1))
    assert hops.flight_s == pytest.approx(0.4 * 0.25 + 0.07, abs=0.01)
    assert r.flight_time(a_set(both_legs([0.1] * 3), hops)).value == pytest.approx(1000 * hops.flight_s)
    assert r.feet_down(a_set(both_legs([0.1] * 3), body)).value == pytest.approx(100 * body.feet_down)


def test_peaks_of_a_body():
    body = moves()
    assert body.steps_per_min == pytest.approx(150)
    assert body.knee_peak == pytest.approx(0.1, abs=0.01)
    assert body.lift_peak == pytest.approx(0.3, abs=0.003)


# --- which drill is it? ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "drill", "instead"),
    [
        ({}, "high_knees", ""),
        ({"rhythm": Rhythm(0.9, 0.95, 0.3)}, "marching", ""),
        ({"rhythm": Rhythm(0.4, 0.1, 0.3)}, None, "the legs do not take turns in a steady rhythm"),
        ({"travel": 3.0, "activity": "running"}, None, RUNNING),
        ({"travel": 1.4, "activity": "walking", "knee": np.full((len(TIME), 2), -0.8)}, None, WALKING),
        ({"knee": np.full((len(TIME), 2), -0.8)}, None, STEPPING),
        ({"knee": np.full((len(TIME), 2), -0.8), "fold": np.full((len(TIME), 2), 130.0), "lift": 0.7 * np.sin(8 * TIME)}, "butt_kicks", ""),
        ({"knee": np.full((len(TIME), 2), -0.8), "rhythm": Rhythm(0.15, 0.9, 0.2), "lift": 0.12 * np.sin(8 * TIME)}, "fast_feet", ""),
    ],
)  # fmt: skip
def test_each_drill_is_known_by_its_own_sign(parts, drill, instead):
    assert recognise(moves(**parts)) == (drill, instead)


# --- how a reading is judged ---------------------------------------------------------------------------------------


def reading(value, low, high):
    return Measurement("knee_lift", "deg", value, low, high, 20)


def test_the_80_per_cent_interval_is_1_282_of_1_96_parts_of_either_side():
    low, high = interval_80(reading(100.0, 80.4, 109.8))
    assert (low, high) == pytest.approx((100 - 12.82, 100 + 6.41), abs=0.03)


@pytest.mark.parametrize(
    "low, high, said",
    [(50, 70, "within"), (62, 70, "edge"), (50, 58, "edge"), (68, 80, "below"), (40, 52, "above")],
)
def test_a_reading_from_53_to_67_in_eight_of_ten_cases_is_judged_by_both_its_ends(low, high, said):
    judge = SimpleNamespace(low=low, high=high, widest=15.0)
    assert state(judge, reading(60.0, 49.3, 70.7)) == said


def test_a_reading_wider_than_useful_is_not_judged():
    judge = SimpleNamespace(low=68, high=80, widest=10.0)
    assert state(judge, reading(60.0, 49.3, 70.7)) == "cant_tell"


def test_a_leg_that_is_never_seen_has_the_levels_of_the_rule():
    rule = SimpleNamespace(enter=0.3, leave=0.2)
    assert _levels(np.full(50, np.nan), rule) == (0.3, 0.2)
