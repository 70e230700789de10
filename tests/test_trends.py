"""A long run drifts or does not, and one sign alone is not fatigue."""

from functools import cache

import numpy as np
import pytest

from formcheck.export.record import to_json
from formcheck.metrics.trends import fatigue_signs, theil_sen, trend, trends
from formcheck.pipeline import analyze_track
from formcheck.synthetic import Camera, Gait, project
from formcheck.types import Measurement, Runner


@cache
def long_run(drift):
    """Return the measurements of three minutes on a treadmill."""
    made = project(Gait(drift=drift, variation=0.012), Camera(fps=30.0), seed=2, duration_s=180.0)
    return analyze_track(made.track, made.clip, Runner(height_m=1.75)).measurements


def test_a_runner_who_tires_shows_it_in_cadence_and_ground_contact():
    found = trends(long_run(-0.025))
    cadence = next(each for each in found if each.metric == "cadence")
    assert cadence.change == pytest.approx(-170 * 0.075, abs=2.5)
    assert {"cadence", "ground_contact_time"} <= {each.metric for each in fatigue_signs(found)}


def test_a_runner_who_keeps_going_shows_no_fatigue():
    assert fatigue_signs(trends(long_run(0.0))) == ()


def test_the_record_of_a_long_run_tells_its_course_and_of_a_short_one_nothing():
    made = project(Gait(drift=-0.025), Camera(fps=30.0), seed=2, duration_s=75.0)
    record = to_json(analyze_track(made.track, made.clip))
    told = {each["metric"]: each for each in record["trends"]}
    assert told["cadence"]["slope"] < 0
    assert len(told["cadence"]["minutes"]) == 2
    short = project(Gait(), Camera(fps=30.0))
    assert "trends" not in to_json(analyze_track(short.track, short.clip))


def run(metric, unit, start, per_minute, minutes=10, noise=0.5, every=0.35, seed=0):
    times = np.arange(0, 60 * minutes, every)
    values = start + per_minute * times / 60 + np.random.default_rng(seed).normal(0, noise, len(times))
    return Measurement(
        metric, unit, start, start - 5, start + 5, len(times), times=tuple(times), samples=tuple(values)
    )


def test_a_drift_is_found_with_its_size():
    found = trend(run("trunk_lean", "deg", 5, 0.4))
    assert found.slope == pytest.approx(0.4, abs=0.05)
    assert found.low < 0.4 < found.high
    assert found.change == pytest.approx(4, abs=0.4)
    assert found.real
    assert len(found.minutes) == 10
    assert found.minutes[9] - found.minutes[0] == pytest.approx(3.6, abs=0.4)


def test_a_steady_run_has_no_trend_19_times_in_20():
    steady = sum(trend(run("cadence", "steps/min", 170, 0, 3, 3, seed=k)).steady for k in range(40))
    assert steady >= 35


def test_a_short_clip_has_no_trend():
    assert trends({"cadence": run("cadence", "steps/min", 170, -5, minutes=0.5)}) == ()


def test_a_stumble_does_not_bend_the_line():
    times, values = np.arange(20.0), np.arange(20.0)
    values[10] = 500
    assert theil_sen(times, values) == pytest.approx(1)


def test_two_signs_make_a_cluster_and_one_does_not():
    lean = run("trunk_lean", "deg", 5, 0.5)
    slower = run("cadence", "steps/min", 172, -0.8)
    steady = run("cadence", "steps/min", 172, 0)
    both = fatigue_signs(trends({"trunk_lean": lean, "cadence": slower}))
    assert {each.metric for each in both} == {"trunk_lean", "cadence"}
    assert fatigue_signs(trends({"trunk_lean": lean, "cadence": steady})) == ()


def test_getting_quicker_is_no_sign_of_fatigue():
    quicker = run("cadence", "steps/min", 165, 1.0)
    lean = run("trunk_lean", "deg", 5, 0.5)
    assert fatigue_signs(trends({"trunk_lean": lean, "cadence": quicker})) == ()
