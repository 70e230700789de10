"""The app's drill check: choose, wait, read the count; and what goes wrong on the way."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

import drill_clips
from formcheck.coaching import check_drill
from formcheck.coaching.drillcheck import count_line
from formcheck.ui import session
from formcheck.ui.clips import ClipStore
from formcheck.ui.jobs import JobBoard
from formcheck.ui.parts import drillcheck
from formcheck.ui.parts.drillcheck import ASKED, DrillRequest, checked_drill_card
from formcheck.ui.session import Entry, Visit

HOSTILE = "<img src=x>.mp4"


@pytest.fixture
def store(tmp_path, monkeypatch):
    made = ClipStore(tmp_path)
    monkeypatch.setattr(session, "store", lambda: made)
    return made


def checked(motion):
    clip = drill_clips.filmed(motion, 1)
    return check_drill(clip.track, clip.clip)


def opened(store, monkeypatch, job, name=None) -> AppTest:
    """Open the page while a clip's drill is checked, or has been."""
    monkeypatch.setattr(drillcheck, "board", lambda: SimpleNamespace(drill=lambda *_: job))
    monkeypatch.setattr(session, "board", lambda: SimpleNamespace(forget=lambda *_: None))
    visit = Visit("me")
    held = store.claim(store.new().token, "me")
    visit.entries[held.token] = Entry(held, HOSTILE)
    test = AppTest.from_string(
        "from formcheck.ui.pages import training\ntraining.page()\n", default_timeout=60
    )
    test.session_state[session.KEY] = visit
    test.session_state[ASKED] = DrillRequest(held.token, name)
    return test.run()


def markup(test: AppTest) -> str:
    return " ".join(
        json.loads(each.proto.json).get("html", "") for each in test.get("bidi_component") if each.proto.json
    )


def test_the_count_stands_on_the_page_with_its_readings(store, monkeypatch):
    check = checked("high_knees")
    test = opened(store, monkeypatch, SimpleNamespace(running=False, failure=None, result=check))
    assert not test.exception
    shown = markup(test)
    assert count_line(check) in shown
    assert "Repetitions a minute" in shown and "evidence D" in shown
    assert HOSTILE not in shown  # escaped


def test_running_is_refused_in_words_with_how_to_film(store, monkeypatch):
    check = checked("running")
    test = opened(store, monkeypatch, SimpleNamespace(running=False, failure=None, result=check))
    shown = markup(test)
    assert "looks like running" in shown and "Film one person from the side" in shown
    assert "Keep this count" not in [button.label for button in test.button]


def test_a_failure_is_a_sentence_and_leads_back(store, monkeypatch):
    test = opened(store, monkeypatch, SimpleNamespace(running=False, failure="No video in it.", result=None))
    assert "No video in it" in test.warning[0].value
    test.button(key="drill-another").click().run()
    assert not test.exception and ASKED not in test.session_state


def test_while_it_works_the_page_says_how_far(store, monkeypatch):
    told = SimpleNamespace(share=0.4, stage="Following the runner", left_s=12.0)
    job = SimpleNamespace(running=True, failure=None, result=None, progress=lambda: told)
    test = opened(store, monkeypatch, job)
    assert not test.exception
    assert [button.label for button in test.button if button.key == "drill-cancel"] == ["Cancel"]


def test_the_drill_a_cue_led_to_is_chosen_already(store, monkeypatch):
    test = AppTest.from_string(
        "from formcheck.ui.pages import training\ntraining.page()\n", default_timeout=60
    )
    test.session_state[session.KEY] = Visit("me")
    test.query_params["drill"] = "high_knees"
    test.run()
    assert not test.exception
    assert test.session_state["drill-name"] == "high_knees"


@pytest.mark.parametrize("motion", drill_clips.DRILLS)
def test_every_drill_has_a_whole_card(motion):
    card = checked_drill_card(checked(motion), "a <clip>")
    assert card.count("<tr>") == len(checked(motion).readings) + 1
    assert "<clip>" not in card and "nan" not in card.lower().replace("maintenance", "")


@pytest.mark.slow
def test_a_real_clip_goes_through_a_worker(tmp_path):
    """Whole way: a file of a runner made of lines, a process of its own, a refusal in words."""
    import builders

    store, board = ClipStore(tmp_path), JobBoard(workers=1)
    held = store.new()
    builders.video(builders.analysis(), held.folder / "clip.mp4").rename(held.video)
    job = board.drill(held, "my drill.mp4", "high_knees")
    while job.running:
        time.sleep(0.2)
    board.close()
    assert job.failure is None
    assert job.result.refusal.code == "no_person" and job.result.clip.name == "my drill.mp4"
