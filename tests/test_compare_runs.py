"""Two runs past the same cones, compared place for place."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.course import Amount, RunThrough, SpeedCurve, Split
from formcheck.overground.compare import speed_gaps, time_gaps
from formcheck.report.runs import compared_sheets

SD = 0.05  # m/s


def run(start, stop, speed, *, backwards=False, scale="marks"):
    """Return a run that passes from start to stop at `speed(metres)`, with cones at 0 and 10 m."""
    distance = np.linspace(start, stop, 100)
    told = np.array([speed(each) for each in distance])
    curve = SpeedCurve(np.linspace(0, 2, 100), distance, told, np.full(100, SD))
    if backwards:
        curve = SpeedCurve(curve.time, distance[::-1], told[::-1], curve.sd)
    splits = (Split(0.0, 10.0, Amount(10 / speed(5.0), 0.01), Amount(speed(5.0), SD)),)
    return RunThrough(scale, (), curve, splits, *[Amount(8.0, SD)] * 5, note="")


def test_the_gap_is_told_at_every_metre_that_both_show():
    gaps = speed_gaps(run(-2.5, 11.0, lambda m: 7.0), run(-1.2, 12.0, lambda m: 7.0 + 0.1 * m))
    assert [each.start for each in gaps] == list(np.arange(-1.0, 12.0, 1.0))
    assert [each.change.value for each in gaps] == pytest.approx(
        [0.1 * each.start for each in gaps], abs=1e-6
    )
    assert [each.change.sd for each in gaps] == pytest.approx(np.full(13, np.sqrt(2) * SD))


def test_only_a_change_beyond_its_interval_is_real():
    gaps = speed_gaps(run(0, 10, lambda m: 7.0), run(0, 10, lambda m: 7.0 + 0.1 * m))
    assert [each.real for each in gaps] == [each.change.value > 1.96 * np.sqrt(2) * SD for each in gaps]
    assert not gaps[0].real
    assert gaps[-1].real


def test_a_long_track_has_a_dozen_rows_at_most():
    gaps = speed_gaps(run(0, 60, lambda m: 8.0), run(0, 60, lambda m: 8.2))
    assert 10 <= len(gaps) <= 13
    assert {b.start - a.start for a, b in zip(gaps, gaps[1:])} == {5.0}


def test_running_the_other_way_changes_nothing():
    one, other = run(0, 10, lambda m: 7.0 + 0.1 * m), run(0, 10, lambda m: 7.0 + 0.1 * m, backwards=True)
    assert [each.change.value for each in speed_gaps(one, other)] == pytest.approx(np.zeros(11), abs=1e-9)


def test_runs_without_marks_or_without_a_common_stretch_are_not_compared():
    near, far = run(0, 10, lambda m: 7.0), run(20, 30, lambda m: 7.0)
    assert speed_gaps(near, far) == ()
    assert speed_gaps(near, run(0, 10, lambda m: 7.0, scale="height")) == ()


def test_times_between_the_same_cones_stand_side_by_side():
    (gap,) = time_gaps(run(0, 10, lambda m: 8.0), run(0, 10, lambda m: 8.5))
    assert (gap.start, gap.stop) == (0.0, 10.0)
    assert gap.change.value == pytest.approx(10 / 8.5 - 10 / 8.0)
    assert gap.real


def test_the_tables_say_which_differences_are_real():
    times, speeds = compared_sheets(run(0, 10, lambda m: 8.0), run(0, 10, lambda m: 8.01))
    assert times.rows[0][-1] == "within the noise"
    assert len(speeds.rows) == 11
    assert compared_sheets(None, run(0, 10, lambda m: 8.0)) == ()
