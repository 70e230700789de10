"""Sprints: the profile from the model's own curve, and published sprinters beside a fast run."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.course import Amount, RunThrough, SpeedCurve
from formcheck.export.course import run_from_json, run_to_json
from formcheck.overground import advice_of, beside_sprinters, sprint_phase
from formcheck.overground.profile import sprint_profile
from formcheck.overground.speed import Way
from formcheck.report.runs import run_sheets

TOP, TAU, START = 8.8, 1.25, 0.6
MASS, HEIGHT = 75.0, 1.80
EMPTY = SpeedCurve(*(np.empty(0) for _ in range(4)))


def way_of_the_model(*, metres=30.0, noise=0.0, forward=1.0, rolls_in=0.0):
    """Return the way of a runner who stands and then follows the model's curve over so many metres."""
    time = np.arange(0, 8, 1 / 60)
    since = np.maximum(time - START, 0)
    ran = TOP * (since - TAU * (1 - np.exp(-since / TAU))) + rolls_in * time
    keep = ran <= metres
    rng = np.random.default_rng(5)
    along = forward * (ran + noise * rng.normal(size=len(time)))[keep]
    tapes = 1 + 0.002 * rng.normal(size=(64, 1))
    return Way(time[keep], along, tapes * along, max(noise, 0.001))


def true_force_line():
    """Return F0, V0 and the greatest power of the model's force over speed."""
    surface = 0.2025 * HEIGHT**0.725 * MASS**0.425 * 0.266
    drag = 0.5 * 1.205 * 0.9 * surface / MASS
    speed = np.linspace(0, TOP, 20)
    slope, f0 = np.polyfit(speed, (TOP - speed) / TAU + drag * speed**2, 1)
    return f0, -f0 / slope, 0.25 * f0 * -f0 / slope


@pytest.mark.parametrize("forward", [1.0, -1.0])
def test_the_profile_of_the_models_own_curve_comes_back(forward):
    profile = sprint_profile(way_of_the_model(forward=forward), MASS, HEIGHT)
    f0, v0, power = true_force_line()
    assert profile.top_speed.value == pytest.approx(TOP, abs=0.01)
    assert profile.tau.value == pytest.approx(TAU, abs=0.01)
    assert profile.force.value == pytest.approx(f0, rel=0.01)
    assert profile.velocity.value == pytest.approx(v0, rel=0.01)
    assert profile.power.value == pytest.approx(power, rel=0.01)


def test_the_interval_of_the_profile_holds_with_errors_of_two_centimetres():
    profile = sprint_profile(way_of_the_model(noise=0.02), MASS, HEIGHT)
    for found, true in zip((profile.force, profile.velocity, profile.power), true_force_line()):
        assert found.low <= true <= found.high
        assert found.sd < 0.1 * true


@pytest.mark.parametrize(
    ("changes", "mass", "height"),
    [
        ({"metres": 6.0}, MASS, HEIGHT),  # top speed is nowhere near
        ({"rolls_in": 3.0}, MASS, HEIGHT),  # no start from standing
        ({}, None, HEIGHT),
        ({}, MASS, None),
    ],
)
def test_no_profile_is_told_without_its_conditions(changes, mass, height):
    assert sprint_profile(way_of_the_model(**changes), mass, height) is None


def run(top_speed, gain=0.0, profile=None, scale="marks"):
    return RunThrough(
        scale, (), EMPTY, (), Amount(top_speed - 0.1, 0.05), Amount(top_speed, 0.06), Amount(gain, 0.2),
        Amount(2.0, 0.02), Amount(0.11, 0.003), "", profile,
    )  # fmt: skip


def test_only_fast_runs_between_marks_stand_beside_sprinters():
    assert sprint_phase(run(9.2)) == "top speed"
    assert sprint_phase(run(5.5, gain=2.5)) == "acceleration"
    assert sprint_phase(run(4.5)) is None
    assert sprint_phase(run(9.2, scale="height")) is None
    assert beside_sprinters(run(4.5)) == ()


def test_a_run_of_the_fast_third_is_alike_to_it_and_higher_than_the_others():
    assert [study.place(value) for study, value in beside_sprinters(run(9.3))] == [
        "alike",
        "higher",
        "higher",
    ]


def test_every_study_names_where_it_can_be_found_and_every_advice_has_a_drill():
    profile = sprint_profile(way_of_the_model(), MASS, HEIGHT)
    found = [*beside_sprinters(run(9.0)), *beside_sprinters(run(7.0, gain=3.0, profile=profile))]
    assert len(found) == 4
    assert all(study.doi.startswith("10.") and study.evidence in "ABC" for study, _ in found)
    for phase in ("top speed", "acceleration"):
        assert all(each.say and each.drill for each in advice_of(phase))
        assert advice_of(phase)


def test_the_tables_of_a_sprint_show_profile_sprinters_and_practice():
    profile = sprint_profile(way_of_the_model(noise=0.01), MASS, HEIGHT)
    titles = [sheet.title for sheet in run_sheets(run(8.0, gain=3.0, profile=profile))]
    assert titles == [
        "The run",
        "Steps over the ground",
        "Sprint profile",
        "Beside sprinters: acceleration",
        "To practise",
    ]
    assert [sheet.title for sheet in run_sheets(run(4.0))] == ["The run", "Steps over the ground"]


def test_a_profile_comes_back_from_a_file():
    profile = sprint_profile(way_of_the_model(noise=0.01), MASS, HEIGHT)
    told = run_to_json(run(8.0, profile=profile), 1.0)
    told["curve"] = {name: [] for name in told["curve"]}
    again = run_from_json(told, 1.0)
    assert again.profile.force.value == pytest.approx(profile.force.value)
    assert again.profile.power.sd == pytest.approx(profile.power.sd)
    assert run_from_json(told | {"profile": None}, 1.0).profile is None
