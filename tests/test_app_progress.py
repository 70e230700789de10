"""The page Progress with a real history, run without a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import app_answers
import fit_files
from formcheck.history.records import DrillDone
from formcheck.history.store import FOLDER, History
from formcheck.history.watch import read_watch
from formcheck.metrics.compare import difference
from formcheck.types import Measurement
from formcheck.ui.parts.history import PastValue
from formcheck.ui.parts.trend import change_words, tick_values, trend_card, what_changed, when_words
from test_app_pages import markup, opened, store, visit_with  # noqa: F401

DAY = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path / "data"))


def clip(cadence, sha, name="run <1>.mp4"):
    made = app_answers.answer(cadence, name)
    return replace(made, clip=replace(made.clip, sha256=sha * 64))


def keep_two():
    """Keep two sessions of Ada, a month apart: quicker steps and the same lean."""
    with History() as history:
        history.add(clip(160, "a"), "Ada", DAY)
        history.add(clip(172, "b"), "Ada", DAY + timedelta(days=30))


def progress_of(name):
    """Return the page with a name typed in."""
    test = opened("progress")
    assert not test.exception and markup(test) == ""
    test.text_input(key="runner").set_value(name).run()
    assert not test.exception
    return test


def test_only_whose_name_is_given_is_shown(store):  # noqa: F811
    keep_two()
    assert "Nothing is kept" in progress_of("Bob").info[0].value
    said = markup(progress_of("ada"))
    assert "172.0" in said and "+12" in said and "real" in said
    assert "run <1>" not in said


def test_a_cue_that_was_given_shows_what_became_of_it(store):  # noqa: F811
    keep_two()
    test = progress_of("Ada")
    said = markup(test)
    assert app_answers.CUE.say in said and "a real change" in said
    test.button(key="worked-cadence").click().run()
    assert "Noted" in test.success[0].value
    with History() as history:
        assert [each.metric for each in history.practised("Ada")] == ["cadence"]
    assert "worked on once" in markup(progress_of("Ada"))


def test_drills_and_the_watch_stand_beside_the_video(store):  # noqa: F811
    keep_two()
    with History() as history:
        history.put(DrillDone(DAY, "high_knees", "knees.mp4", 38, 2, 24.0, 98.0), "Ada")
        history.put_all(read_watch(fit_files.run(DAY, steps_per_min=171.0), "run <2>.fit", DAY), "Ada")
    test = progress_of("Ada")
    said = markup(test)
    assert "High knees" in said and ">38<" in said
    assert "171.0 steps/min" in said and "they" in said
    assert "<2>" not in said
    assert any("doubled" in each.value for each in test.caption)


def send(test, key, name, data, label):
    """Choose a file and send its form."""
    test.file_uploader(key=key).set_value((name, data, "application/octet-stream"))
    next(each for each in test.button if each.label == label).click().run()
    assert not test.exception


def test_a_watch_file_is_taken_in_and_a_foreign_one_refused(store):  # noqa: F811
    keep_two()
    test = progress_of("Ada")
    send(test, "watch-file", "run.csv", b"Heart rate\n150\n", "Keep this run")
    assert "no column for cadence" in test.error[0].value
    send(test, "watch-file", "run.fit", fit_files.run(DAY, steps_per_min=166.0), "Keep this run")
    assert "Kept 1 run" in test.success[0].value
    assert "166.0 steps/min" in markup(test)


def test_saved_numbers_come_back(store):  # noqa: F811
    keep_two()
    with History() as history:
        saved = history.export("Ada").encode()
    test = progress_of("Bob")
    send(test, "bring-file", "x.json", b"\xff\xfe{", "Restore")
    assert "not a history" in test.error[0].value
    send(test, "bring-file", "formcheck-history.json", saved, "Restore")
    assert "2 records" in test.success[0].value
    assert "172.0" in markup(test)


def test_what_is_kept_can_be_saved_and_deleted(store):  # noqa: F811
    keep_two()
    test = progress_of("Ada")
    saved = test.get("download_button")[0]
    assert saved.proto.label == "Save everything as JSON"
    test.button(key="sure").click().run()
    assert "deleted" in test.success[0].value
    with History() as history:
        assert history.names() == []
    assert "Nothing is kept" in test.info[0].value


def test_a_damaged_history_is_a_sentence(store, tmp_path):  # noqa: F811
    keep_two()
    for file in (tmp_path / "data").iterdir():
        file.unlink() if "-" in file.name else file.write_text("nonsense " * 999)
    test = progress_of("Ada")
    assert "damaged" in test.error[0].value


def test_the_page_keeps_a_clips_numbers(store, monkeypatch):  # noqa: F811
    from test_app_pages import DONE, SimpleNamespace

    everywhere = SimpleNamespace(
        files=lambda *_: DONE, find=lambda *_: DONE, look=lambda *_: DONE, page=lambda *_: DONE
    )
    for module in ("session", "pages.result", "pages.analyse"):
        monkeypatch.setattr(f"formcheck.ui.{module}.board", lambda: everywhere)
    test = opened("analyse", visit_with(store, clip(165, "c")))
    test.text_input(key="keep-name").set_value("Ada")
    next(each for each in test.button if each.label == "Keep these numbers").click().run()
    assert not test.exception
    assert "Kept for Ada" in test.success[0].value
    with History() as history:
        assert len(history.sessions("Ada")) == 1
        assert json.loads(history.export("Ada"))["name"] == "Ada"


def kept(*cadences):
    """Return a runner's kept cadences, a week apart."""
    return [
        PastValue(DAY + timedelta(weeks=k), f"run {k}", Measurement("cadence", "steps/min", value, value - 1, value + 1, 9))
        for k, value in enumerate(cadences)
    ]  # fmt: skip


def test_a_change_within_the_noise_is_called_so():
    assert "within the noise" in change_words(kept(170.0, 171.0))
    assert "no change" in change_words(kept(170.0, 170.1))
    assert "real" in change_words(kept(160.0, 175.0))
    assert "One session so far" in change_words(kept(170.0))


def test_an_axis_has_a_few_round_numbers_inside_its_scale():
    assert tick_values(157.0, 181.0) == (160.0, 170.0, 180.0)
    assert tick_values(0.0, 1.0) == (0.0, 0.5, 1.0)
    assert tick_values(-3.2, 4.1) == (-2.0, 0.0, 2.0, 4.0)
    assert tick_values(5.0, 5.0) == (5.0,)


def test_the_axis_of_a_trend_is_numbered():
    card = trend_card("cadence", kept(160.0, 175.0))
    assert ">160</text>" in card and ">180</text>" in card


def test_two_sessions_of_one_day_are_told_apart():
    values = kept(160.0, 164.0, 168.0)
    morning = replace(values[1], when=values[2].when.replace(hour=7, minute=5))
    evening = replace(values[2], when=values[2].when.replace(hour=19, minute=40))
    both = [values[0], morning, evening]
    assert [when_words(each, both).split(", ")[1:] for each in both] == [[], ["07:05"], ["19:40"]]
    assert "19:40" in trend_card("cadence", both)


def test_one_sentence_says_what_has_changed():
    first, last = (each.measurement for each in kept(160.0, 175.0))
    real, noise = difference(first, last), difference(first, first)
    assert real is not None and noise is not None
    assert what_changed([real, noise], 2, "3 May 2026") == (
        "Since 3 May 2026 these have really changed: cadence (+15 steps/min)."
    )
    assert "nothing has changed by more than chance" in what_changed([noise], 2, "3 May 2026")
    assert "One session so far" in what_changed([], 1, "3 May 2026")


def test_a_trend_draws_every_session_inside_its_picture():
    card = trend_card("cadence", kept(160.0, 168.0, 175.0))
    assert card.count("<circle") == 3 and "175 ± 1 steps/min" in card
