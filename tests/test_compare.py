"""A change is real only beyond what chance and the set-up give."""

from types import SimpleNamespace

from formcheck.metrics import METRICS, measure, not_measured
from formcheck.metrics.compare import compare, difference
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


def test_what_one_clip_lacks_is_left_out():
    missing = SimpleNamespace(measurements=not_measured("Nobody runs here."))
    assert compare(analysis(Sines()), missing) == ()


def test_centimetres_are_not_compared_with_shares_of_a_leg():
    found = compare(analysis(Sines()), analysis(Sines(), Runner()))
    assert "vertical_oscillation" not in {each.metric for each in found}


def test_the_order_is_the_tables():
    order = [each.metric for each in compare(analysis(Sines()), analysis(Sines()))]
    assert order == [id for id in METRICS if id in order]
