"""The week on the page Drills & plan, run without a browser."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

import app_answers
from formcheck.history.store import FOLDER, History
from formcheck.ui.parts import units
from test_app_pages import markup, opened, store, visit_with  # noqa: F401


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path / "data"))


def sent(test):
    """Send the form."""
    next(each for each in test.button if each.label == "Plan my weeks").click().run()
    assert not test.exception
    return test


def filled(test):
    """Fill the form in as a runner of 24 km a week would."""
    test.number_input(key="plan-weekly-km").set_value(24.0)
    test.number_input(key="plan-longest-km").set_value(9.0)
    test.date_input(key="plan-start").set_value(date(2026, 11, 30))
    return test


def test_a_form_becomes_a_week_with_its_files(store):  # noqa: F811
    test = sent(filled(opened("training")))
    said = markup(test)
    assert said.count('<li class="day') == 4 * 7
    assert len(test.expander) == 3
    assert "Monday 30 November" in said and "▲ hard" in said
    assert "9.9 km" in said and "Frandsen 2025" in said and "not medical advice" in said
    assert [each.proto.label for each in test.get("download_button")] == [
        "For your calendar (.ics)",
        "To print (HTML)",
        "As data (JSON)",
    ]


def test_a_form_left_blank_is_a_whole_week(store):  # noqa: F811
    test = opened("training")
    test.number_input(key="plan-weekly-km").set_value(24.0)
    test.number_input(key="plan-weeks").set_value(1)
    said = markup(sent(test))
    assert "23.9 km of running" in said and "It is taken as 6.0 km" in said
    assert said.count('<li class="day') == 7


def test_a_visitor_of_miles_gives_and_reads_miles(store):  # noqa: F811
    test = opened("training")
    test.session_state[units.KEY] = units.Units("imperial", "min/mile")
    test.run()
    test.number_input(key="plan-weekly-miles").set_value(15.0)
    test.number_input(key="plan-longest-miles").set_value(6.0)
    said = markup(sent(test))
    assert "miles of running" in said and "your usual 15.0 miles" in said and "6.6 miles" in said
    assert not re.search(r"\d km\b", said)


def test_the_week_stays_while_drills_are_looked_through(store):  # noqa: F811
    test = sent(filled(opened("training")))
    test.pills(key="kind").set_value("Strength").run()
    assert not test.exception and "Monday 30 November" in markup(test)


def test_the_clip_of_this_visit_leads_to_its_drill(store):  # noqa: F811
    test = opened("training", visit_with(store, app_answers.answer(160)))
    assert any(app_answers.CUE.say.rstrip(".") in each.value.replace("\\", "") for each in test.caption)
    said = markup(sent(filled(test)))
    assert "fast feet" in said and "168 steps/min" in said
    assert f"Fast feet, because of your clip: {app_answers.CUE.say}" in said


def test_a_name_brings_its_last_cues(store):  # noqa: F811
    with History() as history:
        history.add(app_answers.answer(150), "Ada", datetime(2026, 11, 1, tzinfo=UTC))
    test = opened("training")
    test.text_input(key="plan-name").set_value("Ada")
    assert "158 steps/min" in markup(sent(filled(test)))


def button(test, label):
    """Press the button with this label."""
    next(each for each in test.button if each.label == label).click().run()
    assert not test.exception
    return test


def test_a_course_of_practice_begins_from_a_kept_clip(store):  # noqa: F811
    with History() as history:
        history.add(app_answers.answer(150), "Ada", datetime(2026, 11, 1, tzinfo=UTC))
    test = opened("training")
    test.text_input(key="practise-name").set_value("Ada").run()
    said = markup(button(test, "Begin"))
    assert "target 158 steps/min" in said and "Crowell &amp; Davis 2011" in said
    assert said.count("feedback 100 %") == 4
    said = markup(button(test, "This session is done"))
    assert "● done" in said and "17 min" in said
    with History() as history:
        assert [run.number for run in history.course_runs("Ada")] == [1]


def practise_live():
    """Ask whose course goes on, as the page Live does, and keep the run that followed."""
    import streamlit as st

    import app_answers
    from formcheck.ui.parts.practise_live import keep_practice, practice_wish

    practice = practice_wish()
    if practice:
        guide = practice.guide
        st.text(f"{guide.metric} {guide.start:.0f} to {guide.target:.0f}, feedback {guide.feedback:.0%}")
        keep_practice(practice, [app_answers.answer(156)], "first")


def test_a_course_goes_on_live(store):  # noqa: F811
    with History() as history:
        history.add(app_answers.answer(150), "Ada", datetime(2026, 11, 1, tzinfo=UTC))
    begun = opened("training")
    begun.text_input(key="practise-name").set_value("Ada").run()
    button(begun, "Begin")
    test = AppTest.from_function(practise_live, default_timeout=30).run()
    assert not test.text and not test.button
    test.text_input(key="live-practise").set_value("Bob").run()
    assert "No course is kept under Bob" in test.caption[0].value
    test.text_input(key="live-practise").set_value("Ada").run()
    assert test.text[0].value == "cadence 150 to 158, feedback 100%"
    button(test, "Keep this as the next session of your course")
    with History() as history:
        (run,) = history.course_runs("Ada")
    assert run.number == 1 and run.measured.value == pytest.approx(156.0, abs=0.1)


def test_without_a_kept_clip_practice_says_what_is_missing(store):  # noqa: F811
    test = opened("training")
    test.text_input(key="practise-name").set_value("Bob").run()
    assert not test.exception and any("keep its numbers" in each.value for each in test.info)


def test_no_day_at_all_is_said_and_makes_no_week(store):  # noqa: F811
    test = filled(opened("training"))
    test.pills(key="plan-days").set_value([])
    sent(test)
    assert "at least one day" in test.error[0].value
    assert not test.get("download_button")


def test_pain_makes_a_week_of_rest(store):  # noqa: F811
    test = filled(opened("training"))
    test.checkbox(key="plan-hurts").check()
    said = markup(sent(test))
    assert "physiotherapist" in said and said.count("day rests") == 7
