"""The drill library: complete, sourced, findable by the name a person types."""

import json

import pytest
from typer.testing import CliRunner

from formcheck.cli.main import app
from formcheck.coaching import DRILLS, find_drill
from formcheck.coaching.library import A_NUMBER, KINDS, Drill
from formcheck.errors import UsageError
from formcheck.wording import not_allowed

ASKED_FOR = [
    "high_knees",
    "butt_kicks",
    "marching",
    "fast_feet",
    "bounding",
    "high_skips",
    "skipping",
    "ladder",
    "cones",
    "sprint_starts",
    "hill_repeats",
    "squat",
    "lunge",
    "deadlift",
    "romanian_deadlift",
    "leg_curl",
    "calf_raise",
    "hip_thrust",
    "step_up",
    "split_squat",
    "kettlebell_swing",
    "plank",
    "russian_twist",
    "leg_raise",
    "long_jump",
    "box_jump",
    "lateral_bound",
    "jump_rope",
]


def test_the_article_s_drills_are_all_there():
    assert set(ASKED_FOR) <= set(DRILLS)
    assert {drill.kind for drill in DRILLS.values()} == set(KINDS)


@pytest.mark.parametrize("drill", DRILLS.values(), ids=list(DRILLS))
def test_a_drill_says_what_for_how_how_much_and_when_not(drill):
    assert len(drill.how) >= 3 and drill.mistakes
    assert all(text.endswith((".", "…")) for text in (drill.what_for, *drill.how, drill.dose, drill.avoid))
    assert not [text for text in drill.texts if not_allowed(text)]


@pytest.mark.parametrize("drill", DRILLS.values(), ids=list(DRILLS))
def test_every_number_names_its_source(drill):
    assert not drill.numbers_without_source
    said = " ".join(drill.texts)
    assert all(set(A_NUMBER.findall(text)) <= set(A_NUMBER.findall(said)) for text, _ in drill.numbers)
    assert "article" in drill.source


@pytest.mark.parametrize(
    ("id", "dose"),
    [
        ("high_knees", "20 to 30 s"),
        ("butt_kicks", "20 to 30 s"),
        ("butt_kicks", "3 × 30 m"),
        ("sprints", "6 × 60 m"),
        ("sprints", "2 to 3 min"),
        ("hiit", "30 s fast, 60 s easy"),
        ("hiit", "20 s fast, 90 s easy"),
        ("hiit", "15 to 20 min"),
        ("hill_repeats", "8 × 100 m"),
        ("tempo_run", "20 to 30 min"),
        ("squat", "4 × 6"),
        ("lunge", "3 × 10"),
        ("deadlift", "3 × 8"),
        ("box_jump", "3 × 10"),
        ("high_skips", "3 × 30 m"),
    ],
)
def test_doses_are_the_article_s(id, dose):
    assert dose in DRILLS[id].dose


@pytest.mark.parametrize("name", ["high-knees", "High knees", "HIGH_KNEES", " high  knees "])
def test_a_drill_is_found_by_any_way_of_writing_it(name):
    assert find_drill(name).id == "high_knees"


def test_an_unknown_drill_lists_those_there_are():
    with pytest.raises(UsageError, match="high-knees"):
        find_drill("handstand")


def whole(**changes):
    facts = dict(
        id="some_drill", name="Some", kind="Jumps", what_for="This.", how=("Do.",), dose="3 × 5.", mistakes=("Not.",),
        avoid="Never.", numbers=(("3 × 5", "own"),),
    )  # fmt: skip
    return Drill(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"numbers": (("3", "own"),)}, "no source for 5"),
        ({"numbers": (("3 × 5", "a friend"),)}, "unknown source"),
        ({"kind": "Dances"}, "kind"),
        ({"how": ()}, "nothing in how"),
        ({"id": "Some Drill"}, "no plain id"),
    ],
)
def test_a_drill_that_is_not_whole_is_refused(changes, why):
    whole()
    with pytest.raises(ValueError, match=why):
        whole(**changes)


def test_the_command_lists_and_tells():
    run = CliRunner().invoke
    listed = run(app, ["drills"])
    assert listed.exit_code == 0 and "high-knees" in listed.stdout and "jump-rope" in listed.stdout
    told = run(app, ["drills", "high-knees"])
    assert told.exit_code == 0 and "20 to 30 s" in told.stdout and "Not when" in told.stdout
    as_json = json.loads(run(app, ["drills", "high-knees", "--json"]).stdout)
    assert as_json[0]["id"] == "high_knees"
