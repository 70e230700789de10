"""The one sentence, the one action, and that nothing outside its range stays unsaid."""

from __future__ import annotations

from dataclasses import replace

import pytest

import builders
from formcheck.coaching import to_try
from formcheck.coaching.summary import summary
from formcheck.metrics.judgement import FEWEST_JUDGED, judge
from formcheck.types import Measurement
from formcheck.wording import not_allowed


@pytest.fixture(scope="module")
def made():
    return builders.analysis()


def told_words(told):
    return (told.headline, told.action.say, told.action.why, *told.also)


def test_the_first_cue_is_the_action_and_the_others_follow(made):
    told = summary(made)
    assert told.action.metric == made.cues[0].metric and told.action.drill == made.cues[0].drill
    assert told.further == made.cues[1:]


def test_a_cue_about_cadence_names_the_number_to_try(made):
    told = summary(made)
    assert told.action.beat == 170.0  # 162 and five per cent
    assert told.action.practice == ("To try: 170 steps a minute.",)


def test_without_a_cue_one_thing_is_offered_out_of_curiosity(made):
    curious = to_try(made.measurements, made.steps)
    told = summary(replace(made, cues=(), to_try=curious))
    assert told.action.metric == "" and told.action.beat == 170.0
    assert "counts for more than how it looks" in told.action.why and "Curious? Try 170" in told.action.why
    assert told.action.evidence == "C"


def test_everything_outside_its_range_is_said(made):
    told = summary(made)
    said = {*told.also, told.action.metric, *(cue.metric for cue in made.cues)}
    outside = {id for id, each in made.measurements.items() if judge(each).state in ("below", "above")}
    assert outside
    for id in outside:
        assert id in said or any(line.startswith(_name(id)) for line in told.also), id


def _name(id):
    from formcheck.metrics import METRICS

    return METRICS[id].name


def test_what_is_not_outside_is_not_said_to_be(made):
    """Too close to call, can't tell and not measured are no faults."""
    told = summary(replace(made, cues=(), measurements=cant_tell(made)))
    assert told.also == () and told.action.metric == ""


def cant_tell(analysis):
    """Return measurements so uncertain that none can be judged."""
    return {
        id: replace(each, low=-1e6, high=1e6) if each.measured else each
        for id, each in analysis.measurements.items()
    }


def test_nothing_needs_to_change_is_said_only_where_something_was_judged(made):
    calm = {id: each for id, each in made.measurements.items() if judge(each).state == "within"}
    assert len(calm) > FEWEST_JUDGED
    few = dict(list(calm.items())[: FEWEST_JUDGED - 1])
    for measurements, headline in (
        (calm, "Nothing needs to change now."),
        (few, "Too little can be judged in this clip."),
        (cant_tell(made), "Too little can be judged in this clip."),
        ({}, "Too little can be judged in this clip."),
    ):
        told = summary(replace(made, cues=(), to_try=None, measurements=measurements))
        assert told.headline.endswith(headline)
        assert told.action.say.startswith("Film")
    assert to_try(made.measurements, made.steps) and not to_try(cant_tell(made), made.steps)


def test_a_sprint_is_not_told_that_nothing_needs_to_change(made):
    """None of the ranges is of sprinters."""
    sprint = {
        id: replace(each, extra=replace(each.extra, sprint=True)) for id, each in made.measurements.items()
    }
    told = summary(replace(made, cues=(), to_try=None, measurements=sprint))
    assert told.headline.endswith("No range here judges a sprint.") and told.action.say.startswith(
        "Run it again"
    )


def test_praise_in_the_sentence_is_clearly_inside(made):
    """A value whose interval reaches out of its range is not praised."""
    wide = Measurement("elbow_angle", "deg", 90.0, 40.0, 140.0, 30)
    told = summary(replace(made, measurements={**made.measurements, "elbow_angle": wide}))
    assert "lbows" not in told.headline


def test_words_are_allowed(made):
    for each in (made, builders.front_analysis(), replace(made, cues=())):
        for words in told_words(summary(each)):
            assert not not_allowed(words), words
