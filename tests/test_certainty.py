"""No interval that says nothing is shown: not measured, with the reason; or "can't tell"."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np
import pytest
from rich.console import Console

import builders
from formcheck.cli.printing import print_analysis
from formcheck.export.loading import load
from formcheck.export.record import to_json, to_json_text
from formcheck.metrics import METRICS, not_measured
from formcheck.metrics.metric import OnPeople
from formcheck.metrics.norms import NORMS
from formcheck.metrics.results import certain_enough
from formcheck.report.rows import row
from formcheck.types import Extra, Measurement
from formcheck.wording import SIGNS, STATES, sentence, state


def measured(id: str, value: float, half: float, unit: str | None = None) -> Measurement:
    return Measurement(id, unit or METRICS[id].unit, value, value - half, value + half, 20)


SPEED = Extra(speed_mps=2.5)  # at a known speed: the range for all speeds is wider than the widest interval


def spanning(id: str) -> Measurement:
    """Return a value in the middle of its range with an interval over both ends."""
    norm = NORMS[id].at(2.5)
    found = measured(id, 0.5 * (norm.low + norm.high), 0.51 * (norm.high - norm.low))
    return replace(found, extra=SPEED)


CLOSED = [id for id, norm in NORMS.items() if isfinite(norm.low) and isfinite(norm.high)]


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_has_a_widest_interval_and_says_why(metric):
    assert 0 < metric.widest < np.inf and metric.widest_from
    assert metric.widest > 1.96 * metric.sigma  # a usual clip is measured


@pytest.mark.parametrize("id", CLOSED)
def test_the_widest_interval_is_no_wider_than_two_ranges(id):
    norm = NORMS[id].at(2.5)
    whole = norm.high - norm.low
    assert 0.5 * whole < METRICS[id].widest <= 2 * whole


@pytest.mark.parametrize("id", METRICS)
def test_a_value_is_measured_up_to_the_widest_interval_and_not_beyond(id):
    metric = METRICS[id]
    kept = certain_enough(metric, measured(id, 5.0, 0.99 * metric.widest))
    dropped = certain_enough(metric, measured(id, 5.0, 1.01 * metric.widest))
    assert kept.measured and kept.missing_code is None
    assert not dropped.measured and dropped.missing_code == "too_uncertain"


def test_the_reason_tells_how_uncertain_it_is():
    found = certain_enough(METRICS["trunk_lean"], measured("trunk_lean", 69.0, 118.0))
    assert found.why_missing.startswith("Too uncertain in this clip: ± 118°.")


def test_a_bounce_in_leg_lengths_has_the_same_limit_as_one_in_centimetres():
    metric = METRICS["vertical_oscillation"]
    assert certain_enough(metric, measured(metric.id, 9.0, 5.5, "% leg")).measured
    assert not certain_enough(metric, measured(metric.id, 9.0, 5.5, "cm")).measured
    assert not certain_enough(metric, measured(metric.id, 9.0, 6.5, "% leg")).measured


@pytest.mark.parametrize("half, code", [(46.3, "use_best"), (46.5, "too_uncertain")])
def test_the_best_model_is_named_where_its_smaller_error_would_give_a_value(half, code):
    """A standard error of 5 for one of 13 takes 12 squared away; the root of 40^2 + (1.96 x 12)^2 is 46.4."""
    metric = replace(METRICS["elbow_angle"], on_people=OnPeople(5.0, 13.0, 13.0, 13.0, 13.0))
    found = measured("elbow_angle", 90.0, half)
    assert certain_enough(metric, found, "blazepose-full").missing_code == code
    assert certain_enough(metric, found, "blazepose-heavy-two-looks").missing_code == "too_uncertain"


def test_a_leg_that_is_too_uncertain_is_left_out_beside_the_other():
    metric = METRICS["knee_flexion_contact"]
    near, far = measured(metric.id, 15.0, 10.0), measured(metric.id, 15.0, 30.0)
    found = certain_enough(metric, replace(near, by_side=(near, far)))
    assert found.by_side == (near,)


@pytest.mark.parametrize("id", CLOSED)
def test_a_value_that_spans_its_range_is_said_to_tell_nothing(id):
    found = spanning(id)
    assert state(found) == "cant_tell"
    assert "can't tell" in sentence(found)
    shown = row(found)
    assert shown.state == "? can't tell" and shown.colour == "unknown"


def test_cant_tell_is_in_the_file_and_in_the_table(tmp_path):
    whole = builders.analysis()
    made = replace(whole, measurements={**whole.measurements, "trunk_lean": spanning("trunk_lean")})
    assert to_json(made)["measurements"]["trunk_lean"]["status"] == "cant_tell"
    console = Console(record=True, width=120)
    print_analysis(made, tmp_path, console)
    assert "? can't tell: 0 to 14" in console.export_text()


def test_the_code_of_a_missing_value_is_read_back(tmp_path):
    whole = builders.analysis()
    made = replace(whole, measurements=not_measured("Nobody runs here.", "not_running"))
    (tmp_path / "analysis.json").write_text(to_json_text(made), encoding="utf-8")
    assert {each.missing_code for each in load(tmp_path).measurements.values()} == {"not_running"}


def test_each_state_has_words_and_a_sign():
    assert set(STATES) == set(SIGNS) == {"below", "within", "above", "edge", "cant_tell", "unknown"}
