"""Targets, courses and weeks on paper: how far, on which day, and how many kilometres."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from formcheck.coaching.plan_days import _part
from formcheck.coaching.plan_limits import limits, used_to
from formcheck.coaching.plan_rules import SessionPart
from formcheck.coaching.plan_share import _by_weight, _in_tenths, _poured
from formcheck.coaching.plan_types import Trainee, days_apart, easy_pace, fixed_km, for_distance
from formcheck.coaching.plan_weeks import phase_of
from formcheck.coaching.practise import begin, days_of, needed, session_words, settled_from
from formcheck.coaching.targets import leg_m, numbers, target_of
from formcheck.coaching.texts import Aim
from formcheck.metrics import METRICS
from formcheck.metrics.results import hidden, missing
from formcheck.types import Measurement, Runner

MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def elbow(value, half=2.0):
    return Measurement("elbow_angle", "deg", value, value - half, value + half, 20)


# --- how far to go -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "now, most, aim",
    [
        (140.0, 60.0, 100.0),  # a quarter of the way from 110 to 70
        (50.0, 60.0, 80.0),
        (140.0, 39.0, 110.0),  # a quarter in would be 40 away, the end is 30
        (140.0, 29.0, None),
        (109.0, 60.0, None),  # inside
        (71.0, 60.0, None),
    ],
)
def test_a_target_without_known_runners_lies_a_quarter_inside_the_range(now, most, aim):
    """Elbows: 70 to 110 degrees."""
    found = target_of(Aim("elbow_angle", most, "{aim:.0f}"), {"elbow_angle": elbow(now)}, Runner())
    assert (found and found.aim) == aim


def test_the_numbers_of_a_cue_are_the_change_its_centimetres_and_a_count_of_half_a_minute():
    """Both feet land 170 times a minute, so one foot lands 42.5 times in 30 seconds; 10 % of 0.982 m are 9.8 cm."""
    reach = Measurement("overstride", "% leg", 40.0, 39.0, 41.0, 20)
    found = numbers(reach, 30.0, Runner(height_m=2.0))
    assert found == pytest.approx({"now": 40.0, "aim": 30.0, "change": 10.0, "cm": 9.82, "quarter": 7.5})
    assert leg_m(Runner(height_m=2.0)) == pytest.approx(0.982) and leg_m(Runner()) == pytest.approx(0.85)
    near = numbers(elbow(110.3), 110.0, Runner())
    assert (near["change"], near["cm"]) == (1.0, 1.0)  # nobody is asked for less than one
    assert numbers(Measurement("cadence", "steps/min", 160, 159, 161, 20), 170.0, Runner())["quarter"] == 42.5


# --- a course of practice -----------------------------------------------------------------------------------------


def course(weeks):
    cadence = Measurement("cadence", "steps/min", 160.0, 159.4, 160.6, 20)
    return begin("cadence", cadence, "first.mp4", MONDAY, weeks, NOW)


@pytest.mark.parametrize(
    "weeks, sessions, between",
    [
        (2, [0, 1, 3, 5, 7, 8, 10, 12], [2, 4, 6, 9, 11]),
        (3, [0, 2, 5, 7, 10, 13, 15, 18], [1, 3, 6, 8, 11, 14, 16]),
        (4, [0, 3, 7, 10, 14, 17, 21, 24], [1, 5, 8, 12, 15, 19, 22]),
    ],
)
def test_eight_sessions_are_spread_evenly_with_drills_between_and_a_run_four_weeks_after(
    weeks, sessions, between
):
    made = course(weeks)
    days = days_of(made, "168 steps a minute").days
    by_kind = {kind: [(day.date - MONDAY).days for day in days if day.kind == kind] for kind in KINDS}
    assert by_kind == {"practise": sessions, "drills": between, "retention": [sessions[-1] + 28]}
    assert [day.date for day in days] == sorted(day.date for day in days)
    assert settled_from(made) == MONDAY + timedelta(sessions[-1] + 7)


KINDS = ("practise", "drills", "retention")


def test_feedback_is_full_for_four_sessions_and_a_tenth_in_the_last():
    said = [session_words(number, "168") for number in range(1, 10)]
    assert all("all the time" in words for words in said[:4])
    assert [words.split(" %")[0].split()[-1] for words in said[4:8]] == ["75", "50", "25", "10"]
    assert [words.split(" min")[0] for words in said[:8]] == [
        f"Run {k}" for k in (15, 17, 19, 21, 24, 26, 28, 30)
    ]
    assert "without feedback" in said[8]


def test_a_course_has_eight_sessions_and_begins_with_a_measured_value():
    made = course(2)
    with pytest.raises(ValueError, match="7 sessions"):
        replace(made, days=made.days[:7])
    with pytest.raises(ValueError, match="from nothing"):
        replace(made, baseline=missing(METRICS["cadence"], hidden("the runner")))


@pytest.mark.parametrize("lean, end", [(30.0, 14.0), (-10.0, 0.0)])
def test_a_lean_goes_towards_its_range_by_what_two_clips_can_tell(lean, end):
    """The range is 0 to 14 degrees; a course never aims beyond its nearer end's first real change."""
    found = Measurement("trunk_lean", "deg", lean, lean - 1, lean + 1, 20)
    step = needed(found)
    assert 0 < step < abs(lean - end)
    expected = min(end, lean - step) if lean > end else max(end, lean + step)
    assert begin("lean", found, "c.mp4", MONDAY, 3, NOW).target == pytest.approx(expected)


# --- a week in kilometres ------------------------------------------------------------------------------------------


def test_phases_of_nine_weeks():
    """Every fourth week is lighter, and the one after it does not grow."""
    assert [phase_of(week)[0] for week in range(9)] == list("bbblsbbls")


def trainee(level="regular", days=(1, 3, 6), **told):
    return Trainee(level, days, **told)


@pytest.mark.parametrize(
    "told, week, longest, grows",
    [
        ({"weekly_km": 30.0, "longest_km": 12.0}, 30.0, 12.0, True),
        ({"weekly_km": 30.0}, 30.0, 10.0, True),  # three days share it
        ({"weekly_km": 6.0}, 6.0, 3.0, True),  # a run of 3 km rather than of 2
        ({"weekly_km": 2.0}, 2.0, 2.0, True),  # which the week does not hold
        ({"longest_km": 12.0}, 24.0, 12.0, True),  # two of the longest
        ({}, 15.0, 5.0, False),
        ({"weekly_km": 0.0}, 9.0, 3.0, False),  # nothing was run: as somebody new
        ({"weekly_km": 0.9}, 9.0, 3.0, False),
        ({"longest_km": 0.4}, 9.0, 3.0, False),
    ],
)
def test_what_a_runner_is_used_to(told, week, longest, grows):
    found = used_to(trainee(**told))
    assert (found.week, found.longest, found.grows) == pytest.approx((week, longest, grows))


def test_with_one_day_the_week_is_its_one_run():
    assert used_to(trainee(days=(6,), longest_km=12.0)).week == 12.0
    assert used_to(trainee(days=(0, 1, 2, 3, 5), weekly_km=30.0)).longest == 6.0


@pytest.mark.parametrize("level, growth", [("new", 1.05), ("regular", 1.08), ("trained", 1.10)])
def test_a_week_grows_by_level_and_the_longest_run_by_a_tenth(level, growth):
    found = limits(trainee(level, weekly_km=40.0, longest_km=15.0))
    assert (found.week, found.run, found.wanted) == pytest.approx((40 * growth, 16.5, 40 * growth))
    assert (found.filled, found.least) == pytest.approx((40.0, 32.0))
    assert limits(trainee(level, weekly_km=10.0, longest_km=10.0)).run == pytest.approx(10 * growth)


@pytest.mark.parametrize(
    "phase, wanted, filled, least",
    [("steady", 40.0, 40.0, 32.0), ("lighter", 34.0, 34.0, 32.0), ("taper", 22.0, 22.0, 22.0), ("race", 16.0, 0.0, 0.0)],
)  # fmt: skip
def test_a_lighter_week_holds_85_per_cent_a_taper_55_and_a_race_week_40(phase, wanted, filled, least):
    found = limits(trainee(weekly_km=40.0, longest_km=15.0), phase)
    assert (found.wanted, found.filled, found.least) == pytest.approx((wanted, filled, least))


def test_nothing_is_added_to_a_week_that_was_assumed():
    found = limits(trainee())
    assert (found.week, found.run, found.wanted) == (15.0, 5.0, 15.0)


def test_a_distance_is_shared_by_weight_and_what_a_ceiling_cuts_off_goes_to_the_others():
    assert _by_weight(10.0, {0: 2.0, 1: 1.0, 2: 1.0}, [9.0, 9.0, 9.0]) == pytest.approx(
        {0: 5.0, 1: 2.5, 2: 2.5}
    )
    assert _by_weight(10.0, {0: 2.0, 1: 1.0, 2: 1.0}, [4.0, 9.0, 9.0]) == pytest.approx(
        {0: 4.0, 1: 3.0, 2: 3.0}
    )
    assert _by_weight(20.0, {0: 2.0, 1: 1.0}, [4.0, 9.0]) == pytest.approx({0: 4.0, 1: 9.0})
    assert _by_weight(-1.0, {0: 1.0}, [9.0]) == {0: 0.0}


def test_no_run_is_shorter_than_half_a_kilometre_and_the_last_one_makes_way():
    assert _poured(10.0, [2.0, 1.0, 1.0], [9.0, 9.0, 9.0]) == pytest.approx([5.0, 2.5, 2.5])
    assert _poured(1.2, [2.0, 1.0, 1.0], [9.0, 9.0, 9.0]) == pytest.approx([1.2, 0.0, 0.0])
    assert _poured(1.5, [2.0, 1.0, 1.0], [9.0, 9.0, 9.0]) == pytest.approx([1.0, 0.5, 0.0])
    assert _poured(0.4, [1.0], [9.0]) == [0.0]
    assert _poured(6.0, [1.0, 0.0, 1.0], [9.0, 9.0, 0.4]) == [6.0, 0.0, 0.0]


def test_tenths_are_rounded_down_and_the_rest_is_handed_out_in_order():
    assert _in_tenths(10.0, [10 / 3] * 3, [9.0] * 3) == [3.4, 3.3, 3.3]
    assert _in_tenths(10.0, [10 / 3] * 3, [3.3, 9.0, 9.0]) == [3.3, 3.4, 3.3]
    assert _in_tenths(0.7, [0.7, 0.0], [9.0, 9.0]) == [0.7, 0.0]


@pytest.mark.parametrize("a, b, apart", [(0, 6, 1), (1, 5, 3), (2, 2, 0), (6, 2, 3)])
def test_sunday_is_next_to_monday(a, b, apart):
    assert days_apart(a, b) == apart


def test_a_goal_of_ten_kilometres_is_a_distance_and_a_stated_pace_counts():
    assert for_distance(trainee(goal_km=10.0)) and not for_distance(trainee(goal_km=9.9))
    assert not for_distance(trainee()) and easy_pace(trainee(pace_min_per_km=5.5)) == 5.5


def test_a_part_of_a_session_holds_its_metres_and_its_minutes_at_an_easy_pace():
    """1600 m are 1.6 km, and 3 min at 6 min/km another 0.5; without a time, 1.6 km take 9.6 min."""
    assert _part(SessionPart("Hills", "hill_repeats", 1600.0, 3.0, 0.0), 6.0).km == pytest.approx(2.1)
    assert _part(SessionPart("Hills", "hill_repeats", 1600.0, 0.0, 0.0), 6.0).minutes == pytest.approx(9.6)
    timed = _part(SessionPart("Hills", "hill_repeats", 400.0, 2.0, 6.0), 6.0)
    assert (timed.minutes, timed.drill) == (8.0, "hill_repeats")
    fixed = Trainee("regular", (1, 3, 6), pace_min_per_km=5.0)
    rule = SimpleNamespace(
        pieces={"regular": (SessionPart("a", "", 1600.0, 0.0, 0.0), SessionPart("b", "", 0.0, 10.0, 0.0))},
        warm_up_min=10.0,
        cool_down_min=5.0,
    )
    assert fixed_km(rule, fixed) == pytest.approx(1.6 + 2.0 + 3.0)
