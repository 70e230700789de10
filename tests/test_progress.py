"""What changed over a history: beyond chance, since a cue was given, beside the watch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from formcheck.history.progress import (
    beside_watch,
    changes,
    difference_text,
    focus_of,
    nearest_run,
    recent,
    worked_on,
)
from formcheck.history.records import CueRecord, Practice, Session, WatchRun, WatchValue
from formcheck.metrics.compare import Difference
from formcheck.types import Measurement

DAY = datetime(2026, 3, 1, tzinfo=UTC)
CUE = CueRecord("cadence", "Take quicker steps.", "fast_feet")


def session(week, cadence, cues=(), unit="steps/min", half=0.5):
    """Return a session of this week with this cadence."""
    measured = Measurement("cadence", unit, cadence, cadence - half, cadence + half, 20)
    return Session(DAY + timedelta(weeks=week), f"run {week}", str(week), {"cadence": measured}, tuple(cues))


def run(day, km, cadence=170.0, spread=3.0):
    """Return a watch's run."""
    values = {"cadence": WatchValue("cadence", "steps/min", cadence, cadence - spread, cadence + spread, 900)}
    return WatchRun(DAY + timedelta(days=day), "run.fit", str(day), km, 6 * km, values)


def test_one_session_shows_no_change():
    assert changes([]) == () and changes([session(0, 160)]) == ()


@pytest.mark.parametrize(
    ("last", "half", "real"), [(161.5, 0.5, False), (162.5, 0.5, True), (165.0, 5.0, False)]
)
def test_a_change_is_real_beyond_two_steps_and_beyond_its_own_uncertainty(last, half, real):
    (change,) = changes([session(0, 160, half=half), session(4, 150), session(8, last, half=half)])
    assert (change.before, change.after, change.real) == (160, last, real)


@pytest.mark.parametrize(
    ("before", "after", "needed", "words"),
    [
        (4.4, 6.7, 3.0, ("4.4", "6.7", "+2.3", "3.0")),  # rounded apart: 4 to 7, +2
        (160.2, 165.1, 2.0, ("160", "165", "+5", "2")),
        (7.26, 6.79, 0.4, ("7.3", "6.8", "−0.5", "0.4")),
        (10.0, 12.4, 2.3, ("10.0", "12.4", "+2.4", "2.3")),  # real, though both are "2"
        (90.2, 89.8, 5.0, ("90", "90", "0", "5")),
    ],
)
def test_a_change_is_told_with_no_more_digits_than_it_takes(before, after, needed, words):
    change = difference_text(Difference("trunk_lean", "deg", before, after, needed))
    assert (change.before, change.after, change.change, change.needed) == words


def test_the_change_told_is_that_of_the_numbers_told():
    rng = np.random.default_rng(0)
    for before, after, needed in rng.uniform((0, 0, 0.05), (20, 20, 5), (500, 3)):
        shown = difference_text(Difference("trunk_lean", "deg", before, after, needed))
        values = (float(each.replace("−", "-")) for each in (shown.before, shown.after, shown.change))
        first, last, change = values
        assert last - first == pytest.approx(change, abs=1e-9)


def test_values_of_another_unit_are_not_compared():
    (change,) = changes([session(0, 80, unit="strides/min"), session(1, 160), session(2, 170)])
    assert change.before == 160


def test_a_cue_is_followed_from_the_day_it_was_given():
    history = [session(0, 150), session(1, 158, [CUE]), session(2, 160, [CUE]), session(3, 172)]
    practised = [Practice(DAY, "cadence"), Practice(DAY, "trunk_lean")]
    (found,) = worked_on(history, practised)
    assert (found.times_given, found.practised, found.still) == (2, 1, False)
    assert found.first_given == history[1].when
    assert found.change is not None and found.change.change == pytest.approx(14) and found.change.real


def test_a_cue_just_given_has_no_change_yet():
    (found,) = worked_on([session(0, 150), session(1, 158, [CUE])], [])
    assert found.still and found.change is None


@pytest.mark.parametrize(("watch", "meet"), [(170.0, True), (164.0, True), (160.0, False), (180.0, False)])
def test_video_and_watch_meet_within_what_clips_differ_by(watch, meet):
    (row,) = beside_watch(session(0, 169.0), run(0, 8, cadence=watch))
    assert row.meet == meet


def test_the_run_nearest_in_time_is_set_beside_a_clip():
    runs = [run(0, 5), run(6, 6), run(20, 7)]
    assert nearest_run(session(1, 170), runs) is runs[1]
    assert nearest_run(session(1, 170), []) is None


def test_recent_running_counts_what_lies_within_its_days():
    now = DAY + timedelta(days=60)
    runs = [run(20, 30.0), run(31, 12.0), run(40, 8.0), run(59, 4.0), run(58, np.nan), run(70, 99.0)]
    found = recent(runs, now)
    assert found.longest_km == 12.0
    assert found.weekly_km == pytest.approx((8.0 + 4.0) / 4)
    assert recent([], now).weekly_km is None


def test_the_last_cues_are_what_to_work_on():
    (focus,) = focus_of([session(0, 150), session(1, 158, [CUE])])
    assert (focus.drill, focus.value) == ("fast_feet", 158)
    assert focus_of([session(0, 158, [CUE]), session(1, 175)]) == ()
