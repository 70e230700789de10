"""Ranges, what speed and height make of them, and which cue fires at which value: numbers by hand."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.coaching import coach
from formcheck.coaching.advice import GRADE_WEIGHT, confidence, shows_best, weight
from formcheck.coaching.texts import rules
from formcheck.metrics import not_measured
from formcheck.metrics.judgement import judge
from formcheck.metrics.norms import NORMS
from formcheck.types import Extra, Measurement, Scene, Step


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


def test_the_range_of_the_reach_at_three_and_a_half_by_hand():
    """27.71 and 2.456 of 18 runners; one-sided t of 17 at 97 % is 2.015: 27.71 + 2.015 x 2.456 x sqrt(19/18) = 32.79."""
    norm = judge(measured("overstride", 20.0, speed_mps=3.5)).norm
    assert norm.band == (None, 33.0)  # rounded outwards, by halves


def test_the_range_of_the_contact_time_at_three_metres_a_second_by_hand():
    """260.85 and 23.42 of 18 runners; t of 17 at 98.5 % is 2.37: 2.434 spreads either way, 203.9 to 317.8."""
    norm = judge(measured("ground_contact_time", 250.0, speed_mps=3.0)).norm
    assert norm.band == (200.0, 320.0)  # rounded outwards, by fives


# --- how sure one must be --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half, outside", [(6.1, True), (6.2, False)])
@pytest.mark.parametrize("value", [66.0, 114.0])
def test_outside_is_the_eighty_per_cent_interval(value, half, outside):
    """4 from the end of 70 to 110: 1.28 of 1.96 parts of 6.125 is 4."""
    assert judge(measured("elbow_angle", value, half)).clearly_outside == outside


@pytest.mark.parametrize(
    "value, half, edge", [(69.0, 1.5, False), (69.0, 1.6, True), (111.0, 1.6, True), (90.0, 19.9, False)]
)
def test_an_edge_is_within_the_eighty_per_cent_interval(value, half, edge):
    assert judge(measured("elbow_angle", value, half)).at_edge == edge


@pytest.mark.parametrize(
    "value, half, inside", [(90.0, 20.0, True), (90.0, 20.1, False), (71.0, 0.9, True), (69.0, 0.1, False)]
)
def test_praise_asks_for_the_whole_interval(value, half, inside):
    assert judge(measured("elbow_angle", value, half)).clearly_inside == inside


CUED = {
    # metric: (value that is not yet cued, value that is): the range's end and the smallest change between two clips
    ("cadence", "below"): (149.6, 149.4),
    ("trunk_lean", "above"): (16.2, 16.4),
    ("trunk_lean", "below"): (-2.2, -2.4),
    ("overstride", "above"): (41.9, 42.1),
    ("shank_angle", "above"): (22.7, 22.9),
    ("vertical_oscillation", "above"): (13.9, 14.1),
    ("ground_contact_time", "above"): (354.0, 356.0),
    ("elbow_angle", "above"): (115.9, 116.1),
    ("elbow_angle", "below"): (64.1, 63.9),
    ("arm_leg_phase", "above"): (54.0, 56.0),
    ("arm_leg_phase", "below"): (-54.0, -56.0),
    ("arm_crossover", "below"): (0.01, -0.06),
    ("step_width", "below"): (-2.9, -3.1),
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
        ("cadence", 225.0),
        ("overstride", 1.0),
        ("vertical_oscillation", 3.0),
        ("ground_contact_time", 120.0),
        ("head_pitch", 30.0),
    ):
        found = {**not_measured("not looked at"), metric: measured(metric, value)}
        assert coach(found, SCENE, ())[0] == ()


@pytest.mark.parametrize("value, far", [(60.0, 10.0), (75.0, 0.0), (113.0, 3.0), (70.0, 0.0)])
def test_how_far_a_value_is_outside(value, far):
    assert judge(measured("elbow_angle", value)).beyond == far


def test_a_cues_weight_is_grade_times_distance_in_standard_errors_times_trust():
    (rule,) = (rule for rule in rules() if rule.id == "metronome")
    near = {"cadence": measured("cadence", 148.0, 1.96)}  # two standard errors outside
    far = {"cadence": measured("cadence", 140.0, 1.96)}  # ten, of which three count
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
