"""What only the front or rear shows, on a runner whose answers are known."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.metrics import METRICS, measure
from formcheck.skeleton import K
from formcheck.types import Runner
from runner_in_numbers import ANYBODY, Frontal, frontal_motion, frontal_scene

FRONTAL_ONLY = [id for id, metric in METRICS.items() if metric.views == ("front", "rear")]


def answers(p=None, view="front", runner=ANYBODY, **changes):
    return measure(frontal_motion(p or Frontal()), (), frontal_scene(view, **changes), runner)


@pytest.mark.parametrize("view", ["front", "rear"])
@pytest.mark.parametrize("id", [*FRONTAL_ONLY, "cadence", "vertical_oscillation", "shoulder_shrug"])
def test_a_good_front_or_rear_view_answers_what_it_shows(id, view):
    assert answers(view=view)[id].why_missing is None


@pytest.mark.parametrize("id", ["trunk_lean", "elbow_angle", "overstride", "foot_strike_angle"])
def test_what_only_the_side_shows_says_so(id):
    assert answers()[id].why_missing == "not visible from the front: film from the side"
    assert answers(view="rear")[id].why_missing == "not visible from behind: film from the side"


@pytest.mark.parametrize("rate", [24, 30, 60, 240])
@pytest.mark.parametrize("cadence", [150, 170, 195])
def test_cadence_from_the_bounce(rate, cadence):
    assert answers(Frontal(rate=rate, cadence=cadence))["cadence"].value == pytest.approx(cadence, abs=0.3)


@pytest.mark.parametrize("width", [-0.04, 0.0, 0.1])
def test_step_width_in_centimetres(width):
    found = answers(Frontal(step_width=width))["step_width"]
    metres_per_leg = 0.779 * 1.75 / (0.92 + 0.58)  # the ankle is 0.92 below the hip at most
    assert found.value == pytest.approx(100 * width * metres_per_leg, abs=1.5)


def test_step_width_asks_for_the_height():
    assert "height" in answers(runner=Runner())["step_width"].why_missing


def test_the_gap_between_the_knees():
    assert answers(Frontal(knees=0.5))["knee_window"].value == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("crossing", [-0.2, 0.0, 0.15])
def test_hands_across_the_middle(crossing):
    found = answers(Frontal(crossing=crossing))["arm_crossover"]
    assert found.value == pytest.approx(crossing, abs=0.02)
    assert found.extra.share_of_strides_crossing == (1.0 if crossing < -0.05 else 0.0)


def test_a_hand_is_across_when_it_is_said_to_be():
    motion = frontal_motion(Frontal(crossing=-0.2))
    found = measure(motion, (), frontal_scene(), ANYBODY)["arm_crossover"]
    wrists = [motion.point(f"{side}_wrist")[:, 0] for side in ("left", "right")]
    outwards = [x * np.sign(np.median(x)) for x in wrists]
    assert len(found.times) > 10
    for time in found.times:
        assert min(out[np.searchsorted(motion.time, time)] for out in outwards) < 0


def test_a_crossing_hand_that_hides_behind_the_trunk_is_not_called_fine():
    seen = frontal_motion(Frontal(crossing=-0.3))
    for name in ("left_wrist", "right_wrist"):
        hidden = np.abs(seen.xy[:, K[name], 0]) < 0.05
        seen.xy[hidden, K[name]] = np.nan
        seen.xy[::2, K[name]] = np.nan
    found = measure(seen, (), frontal_scene("rear"), ANYBODY)["arm_crossover"]
    assert not found.measured
    assert "film from the front" in found.why_missing


def test_a_view_off_the_axis_does_not_judge_the_hands():
    assert "straight" in answers(yaw_deg=35.0)["arm_crossover"].why_missing


def test_arms_that_swing_differently():
    found = answers(Frontal(more_left=0.3))["arm_swing_symmetry"]
    assert found.value == pytest.approx(30, abs=1)


def test_a_smaller_swing_of_the_arms_is_compared_less_surely():
    """Keypoints err by a length: half the swing, twice the doubt in per cent of it."""
    wide = frontal_motion(Frontal())
    wrists = [K["left_wrist"], K["right_wrist"]]
    xy = wide.xy.copy()
    middle = xy[:, wrists, 1].mean(axis=0)
    xy[:, wrists, 1] = middle + 0.5 * (xy[:, wrists, 1] - middle)
    both = [measure(each, (), frontal_scene(), ANYBODY) for each in (wide, replace(wide, xy=xy))]
    sure, less = (found["arm_swing_symmetry"].se for found in both)
    assert less > 1.4 * sure
