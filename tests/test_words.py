"""What a runner reads: digits as sure as the number, no verdicts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import builders
from formcheck.metrics import METRICS
from formcheck.metrics.norms import NORMS
from formcheck.types import Measurement
from formcheck.wording import (
    decimals,
    interval_text,
    likelihood_text,
    not_allowed,
    plus_minus_text,
    range_text,
    scene_line,
    sentence,
    value_text,
)
from sentences import sentences_of

PACKAGE = Path(__file__).parents[1] / "src/formcheck"


@pytest.mark.parametrize(
    ("unit", "value", "half", "shown", "interval", "both"),
    [
        ("steps/min", 162.0041, 0.294, "162.0 steps/min", "161.7 to 162.3", "162.0 ± 0.3 steps/min"),
        ("steps/min", 162.4, 1.2, "162 steps/min", "161 to 164", "162 ± 1 steps/min"),
        ("deg", 6.02, 3.47, "6°", "3 to 9", "6 ± 3°"),
        ("ms", 251.85, 18.6, "252 ms", "233 to 270", "252 ± 19 ms"),
        ("% leg", 38.6, 4.7, "39 % of leg length", "34 to 43", "39 ± 5 % of leg length"),
        ("ratio", 0.431, 0.098, "0.43", "0.33 to 0.53", "0.43 ± 0.10"),
        ("deg", -0.2, 3.0, "0°", "−3 to 3", "0 ± 3°"),
    ],
)
def test_digits_follow_the_uncertainty(unit, value, half, shown, interval, both):
    measured = Measurement("cadence", unit, value, value - half, value + half, 9)
    assert value_text(measured) == shown
    assert interval_text(measured) == interval
    assert plus_minus_text(measured) == both


def test_more_uncertainty_never_shows_more_digits():
    shown = [decimals(half) for half in np.geomspace(1e-6, 1e3, 60)]
    assert shown == sorted(shown, reverse=True)


def test_a_missing_value_is_a_dash_and_its_sentence_says_why():
    missing = Measurement("arm_crossover", "shoulder widths", why_missing="film from the front")
    assert (value_text(missing), interval_text(missing)) == ("–", "")
    assert sentence(missing) == "Hands across the middle was not measured: film from the front."


def test_foot_strike_is_told_as_its_type_and_how_likely():
    strike = builders.analysis(fps=60).categories["foot_strike"]
    assert value_text(strike) == "rearfoot"
    for chance, words in ((0.92, "rearfoot 92 % likely"), (0.9999, "rearfoot over 99 % likely")):
        told = replace(strike, probabilities={"rearfoot": chance})
        assert likelihood_text(told) == words


@pytest.mark.parametrize(
    "said",
    [
        "Your cadence should be 180",
        "heel striking is bad",
        "heel striking causes injury",
        "you will avoid shin splints",
        "this asymmetry will injure you",
        "perfect form score 87",
    ],
)
def test_what_the_evidence_does_not_allow_is_caught(said):
    assert not_allowed(said)


def test_the_allowed_example_passes():
    assert not not_allowed(
        "Measured 162 ± 1 steps/min. The article's range is 170–180; runners differ with height and speed. "
        "If you want to try: metronome at 170 (+5 %) on easy runs."
    )


@pytest.mark.parametrize("made", [builders.analysis(), builders.front_analysis(), builders.refused()])
def test_every_sentence_about_a_measurement_is_allowed(made):
    for measurement in made.measurements.values():
        assert not not_allowed(sentence(measurement)), sentence(measurement)


def test_every_name_range_and_definition_is_allowed():
    texts = [text for each in METRICS.values() for text in (each.name, each.definition)]
    texts += [text for each in NORMS.values() for text in (range_text(each), each.holds_for, each.source)]
    assert [(text, not_allowed(text)) for text in texts if not_allowed(text)] == []


def test_every_drill_and_rule_text_is_allowed():
    """Walk the texts in the coaching library, whatever their form."""
    library = Path(__file__).parents[1] / "src/formcheck/coaching"
    texts = [path for path in sorted(library.rglob("*")) if path.suffix in {".toml", ".json", ".md"}]
    if not texts:
        pytest.skip("no coaching texts in the package yet")
    lines = [(path.name, line) for path in texts for line in path.read_text().splitlines()]
    assert [(name, line, not_allowed(line)) for name, line in lines if not_allowed(line)] == []


def test_every_sentence_in_the_code_is_allowed():
    """All that the program says anywhere; that something of ours went wrong may be said."""
    texts = [text for path in sorted(PACKAGE.rglob("*.py")) for text in sentences_of(path)]
    told = [text for text in texts if not text.startswith("Something went wrong")]
    assert [(text, not_allowed(text)) for text in told if not_allowed(text)] == []


def test_of_a_refused_clip_only_the_activity_is_told():
    """A crowd is not said to be on a treadmill."""
    scene = builders.analysis().scene
    refused = replace(scene, refusal=builders.refused().refusal)
    assert scene_line(scene) == "Running, seen from the side, on a treadmill"
    assert scene_line(refused) == "Running"
