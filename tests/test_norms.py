"""A range is read the same way everywhere, and names no verdict."""

from math import inf

import pytest

from formcheck.metrics import METRICS
from formcheck.metrics.judgement import judge
from formcheck.metrics.norms import NORMS, context, expected_cadence
from formcheck.types import Extra, Measurement, Runner


def cadence(value, half=1.0, **extra):
    return Measurement("cadence", "steps/min", value, value - half, value + half, 30, extra=Extra(**extra))


def test_every_range_belongs_to_a_metric_in_its_unit():
    for id, norm in NORMS.items():
        assert norm.unit == METRICS[id].unit
        assert norm.low < norm.high
        assert norm.source and norm.holds_for


def test_the_articles_cadence():
    assert [judge(cadence(value)).status for value in (162, 175, 190)] == ["below", "within", "above"]


def test_what_was_not_measured_has_no_status():
    assert judge(Measurement("cadence", "steps/min", why_missing="too short")).status == "unknown"


def test_no_range_no_status():
    assert judge(Measurement("speed", "m/s", 3, 2.9, 3.1, 20)).status == "unknown"


def test_another_unit_is_not_judged():
    assert judge(Measurement("vertical_oscillation", "% leg", 8, 7, 9, 20)).status == "unknown"


def test_a_rough_value_is_not_judged():
    assert judge(cadence(162, about=True)).status == "unknown"
    assert not judge(cadence(100, about=True)).clearly_outside


def test_an_interval_over_the_edge_is_neither_in_nor_out():
    assert judge(cadence(169.5)).at_edge
    assert not judge(cadence(162)).at_edge
    assert not judge(cadence(169.5)).clearly_outside
    assert judge(cadence(162)).clearly_outside


@pytest.mark.parametrize(
    ("value", "half", "told", "edge"),
    [
        (175, 2.0, "within", False),
        (175, 4.9, "within", False),
        (175, 5.1, "cant_tell", False),
        (169, 1.5, "below", True),
        (169, 12.0, "cant_tell", False),
        (182, 2.5, "above", True),
        (182, 13.0, "cant_tell", False),
        (190, 5.0, "above", False),
    ],
)
def test_an_interval_over_both_ends_cannot_tell_and_one_over_one_end_is_at_the_edge(value, half, told, edge):
    assert judge(cadence(value, half)).status == told
    assert judge(cadence(value, half)).at_edge == edge


@pytest.mark.parametrize("id", NORMS)
def test_no_value_with_a_widest_interval_is_called_inside(id):
    """An interval as wide as is still shown reaches over an end of every range."""
    metric, norm = METRICS[id], NORMS[id]
    ends = [end for end in (norm.low, norm.high) if abs(end) < inf]
    middle = sum(ends) / len(ends)
    found = Measurement(id, norm.unit, middle, middle - metric.widest, middle + metric.widest, 20)
    assert judge(found).at_edge or judge(found).status == "cant_tell"


def test_an_open_range_has_one_edge():
    wide = Measurement("step_width", "cm", -1.0, -3.0, 1.0, 20)
    assert NORMS["step_width"].high == inf
    assert judge(wide).at_edge
    assert NORMS["step_width"].band == (0, None)
    assert NORMS["step_width"].text == "at least 0"


def test_taller_and_slower_runners_step_less_often():
    tall, short = expected_cadence(Runner(height_m=1.95)), expected_cadence(Runner(height_m=1.60))
    assert tall[0] < short[0]
    assert expected_cadence(Runner(speed_mps=2.5))[1] < expected_cadence(Runner(speed_mps=5.0))[1]


@pytest.mark.parametrize("metric", ["cadence", "vertical_oscillation", "duty_factor", "ground_contact_time"])
def test_context_names_its_source_and_needs_to_be_told_something(metric):
    assert context(metric, Runner()) is None
    told = context(metric, Runner(height_m=1.8, speed_mps=3.3))
    assert "n = " in told
    assert told.endswith(".")


@pytest.mark.parametrize("norm", NORMS.values(), ids=NORMS)
def test_no_range_speaks_of_injury_or_fault(norm):
    assert not {"injury", "injuries", "wrong", "bad", "perfect", "ideal"} & set(
        norm.holds_for.lower().split()
    )


def reach(value, **extra):
    return Measurement("overstride", "% leg", value, value - 1, value + 1, 30, extra=Extra(**extra))


def test_who_runs_faster_may_reach_further():
    """Healthy runners land 33 % of a leg ahead at 4.5 m/s (Fukuchi 2017): no fault of theirs."""
    assert judge(reach(34)).status == "above"
    assert judge(reach(34, speed_mps=4.5)).status == "within"
    assert judge(reach(42, speed_mps=4.5)).clearly_outside


def test_who_runs_slowly_is_not_judged_more_strictly():
    assert judge(reach(29, speed_mps=2.0)).status == judge(reach(29)).status == "within"


def test_no_speed_opens_the_range_without_end():
    assert judge(reach(60, speed_mps=12.0)).status == "above"
