"""A change is real only beyond what chance and the set-up give."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from formcheck.metrics import METRICS, measure, not_measured
from formcheck.metrics.compare import cancelling, compare, difference
from formcheck.types import Measurement, Runner
from runner_in_numbers import ANYBODY, Sines, motion, scene, steps


def analysis(p, runner=ANYBODY):
    return SimpleNamespace(measurements=measure(motion(p), steps(p), scene(p), runner))


def lean(value, half):
    return Measurement("trunk_lean", "deg", value, value - half, value + half, 20)


def test_the_same_clip_twice_shows_no_change():
    found = compare(analysis(Sines()), analysis(Sines()))
    assert len(found) > 20
    assert not any(each.real for each in found)


def test_a_new_cadence_is_seen_and_nothing_else_is_claimed():
    found = {each.metric: each for each in compare(analysis(Sines()), analysis(Sines(cadence=180)))}
    assert found["cadence"].real
    assert found["cadence"].change > 9.5
    assert not found["trunk_lean"].real


def test_a_change_below_the_smallest_detectable_one_is_not_real():
    assert not difference(lean(5, 0.1), lean(7, 0.1)).real
    assert difference(lean(5, 0.1), lean(8, 0.1)).real


def test_unsure_values_must_differ_more():
    assert not difference(lean(5, 4), lean(9, 4)).real


def contact(value, repeats_with="blazepose-heavy, side"):
    """A contact time with a whole error of 15 ms, of which 13 repeat."""
    half = 1.96 * 15.0
    return Measurement(
        "ground_contact_time", "ms", value, value - half, value + half, 20, repeats_sd=13.0, repeats_with=repeats_with
    )  # fmt: skip


def test_what_repeats_in_every_clip_of_a_runner_cancels_in_a_change():
    found = difference(contact(250), contact(228))
    assert found.needed == pytest.approx(2.77 * np.sqrt(15**2 - 13**2))  # 20.7 ms
    assert found.real and found.cancels
    assert "time on the ground" in cancelling([found])


@pytest.mark.parametrize("other", ["blazepose-full, side", "blazepose-heavy, oblique", ""])
def test_nothing_cancels_between_clips_filmed_differently(other):
    found = difference(contact(250), contact(228, other))
    assert found.needed == pytest.approx(2.77 * 15.0)
    assert not found.real and not found.cancels
    assert cancelling([found]) == ""


@cache
def measured_contact(later_ms=0.0):
    """The contact time where every toe-off is told so much later."""
    p = Sines()
    told = [replace(step, toe_off=step.toe_off + later_ms / 1000) for step in steps(p)]
    return measure(motion(p), told, scene(p), ANYBODY)["ground_contact_time"]


def moved(found, ms):
    """The same measurement with another error."""
    return replace(found, value=found.value + ms, low=found.low + ms, high=found.high + ms)


def test_an_error_of_every_toe_off_is_an_error_of_the_contact_time():
    assert measured_contact(5.0).value == pytest.approx(measured_contact().value + 5.0, abs=0.2)


def test_the_interval_of_a_change_holds_for_two_clips_of_one_runner():
    """What repeats is drawn once for each runner, what varies once for each clip; the true change is 18 ms."""
    rng, clip = np.random.default_rng(5), measured_contact()
    held = []
    for _ in range(400):
        own = rng.normal(0, clip.repeats_sd)
        first, second = own + rng.normal(0, clip.se_within, 2)
        change = difference(moved(clip, first), moved(clip, second + 18.0))
        held.append(abs(change.change - 18.0) <= change.needed)
    assert 0.93 <= np.mean(held) <= 0.975
    assert difference(clip, clip).needed < 0.6 * 2.77 * clip.se


def test_of_the_error_of_a_contact_time_a_bit_more_than_half_varies():
    found = measured_contact()
    assert found.repeats_with == "synthetic, side"
    assert found.se_within / found.se == pytest.approx(0.55, abs=0.03)


def test_what_one_clip_lacks_is_left_out():
    missing = SimpleNamespace(measurements=not_measured("Nobody runs here."))
    assert compare(analysis(Sines()), missing) == ()


def test_centimetres_are_not_compared_with_shares_of_a_leg():
    found = compare(analysis(Sines()), analysis(Sines(), Runner()))
    assert "vertical_oscillation" not in {each.metric for each in found}


def test_the_order_is_the_tables():
    order = [each.metric for each in compare(analysis(Sines()), analysis(Sines()))]
    assert order == [id for id in METRICS if id in order]
