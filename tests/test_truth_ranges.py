"""Ranges, what speed and height make of them, and which cue fires at which value: numbers by hand."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.coaching import coach
from formcheck.coaching.advice import GRADE_WEIGHT, confidence, shows_best, weight
from formcheck.coaching.texts import rules
from formcheck.metrics import METRICS, not_measured
from formcheck.metrics.judgement import judge
from formcheck.metrics.norms import NORMS, context, expected_cadence
from formcheck.types import Extra, Measurement, Runner, Scene, Step


def measured(metric, value, half=0.05, **extra):
    return Measurement(
        metric, NORMS[metric].unit, value, value - half, value + half, 20, extra=Extra(**extra)
    )


@pytest.mark.parametrize("id", NORMS)
def test_a_value_is_below_within_or_above_its_range(id):
    norm = NORMS[id]
    for end, outside in ((norm.low, "below"), (norm.high, "above")):
        step = 0.01 * (1 if outside == "above" else -1)
        found = [judge(measured(id, end + off)).status for off in (-step, 0.0, step) if np.isfinite(end)]
        assert found in ([], ["within", "within", outside])


UPPER_ENDS = {
    # metric, m/s: the usual value at 3.5 m/s, so much more per m/s, two standard deviations of runners
    ("overstride", 2.5): 30,  # 28 - 5 + 5 = 28, and never less than the range for all
    ("overstride", 3.0): 30,  # 28 - 2.5 + 5 = 30.5
    ("overstride", 3.5): 33,
    ("overstride", 4.5): 38,
    ("overstride", 6.0): 38,  # held at what was measured
    ("shank_angle", 2.0): 13,  # 10 - 2.5 + 5.6, held at 2.5 m/s
    ("shank_angle", 3.5): 16,
    ("shank_angle", 4.5): 18,
}


@pytest.mark.parametrize("id, speed", UPPER_ENDS)
def test_who_runs_faster_may_reach_further_by_so_much(id, speed):
    norm = judge(measured(id, 20.0, speed_mps=speed)).norm
    assert norm.high == UPPER_ENDS[id, speed]
    assert (f"at {speed:g} m/s" in norm.holds_for) == (norm.high > NORMS[id].high)


@pytest.mark.parametrize(
    "runner, low, high",
    [
        (Runner(), 170, 194),  # 182 at 4 m/s and 1.72 m, 12 either way
        (Runner(speed_mps=3.0), 164.4, 188.4),  # 5.6 fewer
        (Runner(height_m=1.82), 158, 182),  # 12 fewer for 10 cm
        (Runner(height_m=1.62, speed_mps=5.0), 187.6, 211.6),
    ],
)
def test_the_cadence_that_goes_with_speed_and_height(runner, low, high):
    assert expected_cadence(runner) == pytest.approx((low, high))


def test_the_cadence_that_goes_with_speed_and_height_in_words():
    said = context("cadence", Runner(height_m=1.82, speed_mps=3.0))
    assert "each 1 m/s more speed goes with about 6 steps/min more" in said
    assert "each 10 cm more height goes with about 12 steps/min fewer" in said
    assert "152 to 176 steps/min" in said
    assert "height" not in context("cadence", Runner(speed_mps=3.0))
    assert "speed" not in context("cadence", Runner(height_m=1.8)).split(";")[0]


@pytest.mark.parametrize(
    "speed, words",
    [
        (2.1, None), (2.25, "7.2 cm on average at 2.7"), (3.0, "7.2 cm on average at 2.7"), (3.1, "6.5 cm on average at 3.4"),
        (3.8, "5.7 cm on average at 4.0"), (4.45, "5.7 cm on average at 4.0"), (4.6, None),
    ],
)  # fmt: skip
def test_the_bounce_of_runners_at_the_nearest_speed(speed, words):
    said = context("vertical_oscillation", Runner(speed_mps=speed))
    assert (words or "") in (said or "") and (said is None) == (words is None)


@pytest.mark.parametrize("metric", ["duty_factor", "ground_contact_time"])
@pytest.mark.parametrize(
    "speed, words", [(2.5, "42 to 57 %"), (2.7, None), (2.95, "27.6 %"), (3.7, "27.6 %"), (3.8, None)]
)
def test_the_share_of_contact_of_runners_at_that_speed(metric, speed, words):
    said = context(metric, Runner(speed_mps=speed))
    assert (words or "") in (said or "") and (said is None) == (words is None)


def test_no_other_metric_has_a_context():
    for id in set(METRICS) - {"cadence", "vertical_oscillation", "duty_factor", "ground_contact_time"}:
        assert context(id, Runner(height_m=1.8, speed_mps=3.3)) is None


# --- how sure one must be --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half, outside", [(6.1, True), (6.2, False)])
@pytest.mark.parametrize("value", [166.0, 184.0])
def test_outside_is_the_eighty_per_cent_interval(value, half, outside):
    """4 from the end of 170 to 180: 1.28 of 1.96 parts of 6.125 is 4."""
    assert judge(measured("cadence", value, half)).clearly_outside == outside


@pytest.mark.parametrize(
    "value, half, edge", [(169.0, 0.9, False), (169.0, 1.1, True), (181.0, 1.1, True), (175.0, 4.9, False)]
)
def test_an_edge_is_within_the_ninety_five_per_cent_interval(value, half, edge):
    assert judge(measured("cadence", value, half)).at_edge == edge


@pytest.mark.parametrize(
    "value, half, inside", [(175.0, 5.0, True), (175.0, 5.1, False), (171.0, 0.9, True), (169.0, 0.1, False)]
)
def test_praise_asks_for_the_whole_interval(value, half, inside):
    assert judge(measured("cadence", value, half)).clearly_inside == inside


CUED = {
    # metric: (value that is not yet cued, value that is): the range's end and the smallest change between two clips
    ("cadence", "below"): (168.1, 167.9),
    ("trunk_lean", "above"): (12.2, 12.4),
    ("trunk_lean", "below"): (-0.2, -0.4),
    ("overstride", "above"): (33.9, 34.1),
    ("shank_angle", "above"): (14.7, 14.9),
    ("vertical_oscillation", "above"): (10.9, 11.1),
    ("ground_contact_time", "above"): (314.0, 316.0),
    ("elbow_angle", "above"): (115.9, 116.1),
    ("elbow_angle", "below"): (64.1, 63.9),
    ("arm_leg_phase", "above"): (54.0, 56.0),
    ("arm_leg_phase", "below"): (-54.0, -56.0),
    ("arm_crossover", "below"): (0.01, -0.06),
    ("head_pitch", "below"): (-19.0, -20.1),
}
SCENE = Scene("running", "side", "right", "treadmill", 1, "right", detected_share=1.0, roll_deg=0.0)


@pytest.mark.parametrize("metric, when", CUED)
def test_a_cue_fires_from_this_value_on(metric, when):
    for value, cued in zip(CUED[metric, when], ([], [metric])):
        found = {**not_measured("not looked at"), metric: measured(metric, value)}
        assert [cue.metric for cue in coach(found, SCENE, ())[0]] == cued


def test_every_finding_that_stands_alone_has_its_value_in_the_table():
    alone = {(rule.about.metric, rule.about.when) for rule in rules() if not rule.also}
    assert alone == set(CUED)


def test_the_other_end_of_a_range_is_no_cue():
    for metric, value in (
        ("cadence", 200.0),
        ("overstride", 1.0),
        ("vertical_oscillation", 3.0),
        ("ground_contact_time", 120.0),
        ("head_pitch", 30.0),
    ):
        found = {**not_measured("not looked at"), metric: measured(metric, value)}
        assert coach(found, SCENE, ())[0] == ()


@pytest.mark.parametrize("value, far", [(160.0, 10.0), (175.0, 0.0), (183.0, 3.0), (170.0, 0.0)])
def test_how_far_a_value_is_outside(value, far):
    assert judge(measured("cadence", value)).beyond == far


def test_a_cues_weight_is_grade_times_distance_in_standard_errors_times_trust():
    (rule,) = (rule for rule in rules() if rule.id == "metronome")
    near = {"cadence": measured("cadence", 168.0, 1.96)}  # two standard errors outside
    far = {"cadence": measured("cadence", 160.0, 1.96)}  # ten, of which three count
    assert weight(rule, near, 0.5) == pytest.approx(GRADE_WEIGHT[rule.evidence] * 2 * 0.5)
    assert weight(rule, far, 1.0) == pytest.approx(GRADE_WEIGHT[rule.evidence] * 3)
    assert GRADE_WEIGHT == {"A": 1.0, "B": 0.8, "C": 0.5, "D": 0.3}


def test_trust_is_how_surely_steps_and_runner_were_seen():
    steps = [Step("left", 1.0, 1.2, confidence=0.9), Step("right", 1.4, 1.6, confidence=0.5)]
    half = Scene("running", "side", "right", "treadmill", 1, "right", detected_share=0.5)
    assert confidence(half, steps) == pytest.approx(0.35)
    assert confidence(half, ()) == 0.5


def test_the_moment_shown_has_the_sample_nearest_to_the_value():
    found = Measurement(
        "cadence", "steps/min", 160, 159, 161, 3, times=(1.0, 2.0, 3.0), samples=(150.0, 161.0, 158.0)
    )
    assert shows_best(found, ()) == 2.0
