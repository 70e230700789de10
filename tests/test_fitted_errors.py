"""The error stated for simulated keypoints is the fitted one within its interval, or names another source."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from formcheck.course import Z95
from formcheck.metrics import METRICS
from formcheck.validation import fitting
from formcheck.validation.fitting import Fitted, fitted_limits, recorded, table
from formcheck.validation.population import sampled_case
from formcheck.validation.trials import Answer, run

OWN, REST, STATED = 2.0, 1.5, 3.0  # standard errors of made-up answers


def answers(n: int, seed: int) -> list[Answer]:
    """Return answers whose errors have two parts, with intervals that allow for `STATED` and `REST`."""
    half = Z95 * float(np.hypot(STATED, REST))
    errors = np.random.default_rng(seed).normal(0, np.hypot(OWN, REST), n)
    return [Answer("overstride", 30.0, 0.0, each, each - half, each + half) for each in errors]


@pytest.mark.parametrize("row", recorded(), ids=lambda row: row.metric)
def test_a_stated_error_is_the_fitted_one_or_names_its_source(row):
    assert row.agrees or row.stated_from


def test_every_metric_with_an_error_of_simulated_keypoints_is_fitted():
    stated = {
        id for id, row in METRICS.items() if row.simulated or row.sigma_from.startswith(fitting.KEYPOINTS)
    }
    assert stated <= {row.metric for row in recorded()}


@pytest.mark.parametrize("n", [12, 60])
def test_the_interval_of_a_fit_holds_the_true_error(n):
    limits = [fitted_limits(answers(n, seed), STATED) for seed in range(500)]
    assert np.mean([low <= OWN <= high for low, high in limits]) == pytest.approx(0.99, abs=0.012)


def test_more_answers_give_a_narrower_interval():
    few, many = (np.diff(fitted_limits(answers(n, 1), STATED))[0] for n in (12, 400))
    assert many < 0.35 * few


@pytest.mark.parametrize("stated, agrees", [(1.0, False), (2.0, True), (3.4, True), (5.0, False)])
def test_a_row_that_states_another_error_is_noticed(monkeypatch, stated, agrees):
    monkeypatch.setattr(fitting, "METRICS", {"overstride": _with(stated)})
    assert Fitted("overstride", 2.5, 1.5, 3.5, 30).agrees is agrees


def test_the_command_prints_what_is_fitted_beside_what_is_stated_and_its_source(monkeypatch):
    monkeypatch.setattr(fitting, "METRICS", {"overstride": _with(3.0), "cadence": METRICS["cadence"]})
    ours, other, wrong = (
        Fitted("overstride", 2.5, 1.5, 3.5, 30),
        Fitted("cadence", 0.3, 0.2, 0.4, 30),
        Fitted("overstride", 5.0, 4.0, 6.0, 30),
    )
    lines = table([ours, other, wrong]).splitlines()[1:]
    assert lines[0].split() == ["overstride", "2.5", "1.5", "to", "3.5", "30", "3", "within", "this", "fit"]
    assert lines[1].endswith(f"0.15  {METRICS['cadence'].sigma_from}")
    assert "set it again" in lines[2]


def test_a_stored_fit_is_read_again(tmp_path):
    file = tmp_path / "fitted.json"
    fitting.write([Fitted("overstride", 2.51234, 1.5, 3.5, 30)], file)
    assert recorded(file) == [Fitted("overstride", 2.512, 1.5, 3.5, 30)]
    assert len(json.loads(file.read_text())) == 1


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_the_stored_fit_is_made_again():
    trials = [run(sampled_case(k, fps)) for fps in fitting.FIT_RATES for k in range(fitting.CLIPS)]
    for new, old in zip(fitting.fit(trials), recorded(), strict=True):
        assert (new.metric, new.answers) == (old.metric, old.answers)
        found, stored = (new.fitted, new.low, new.high), (old.fitted, old.low, old.high)
        assert found == pytest.approx(stored, rel=2e-3, abs=1e-3 * METRICS[new.metric].sigma)


def _with(stated: float):
    """Return a row that states this error for simulated keypoints."""
    return replace(METRICS["overstride"], simulated=stated)
