"""Each page of the app, run without a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import app_answers
import builders
from formcheck.coaching import Drill
from formcheck.draw import key_moments
from formcheck.metrics.compare import compare
from formcheck.metrics.joint_curves import curves
from formcheck.metrics.norms import NORMS
from formcheck.report.plots import stride_pairs, stride_plots
from formcheck.report.rows import bar_of
from formcheck.report.svg import stride_pair_plot
from formcheck.types import Measurement, Refusal
from formcheck.ui import session
from formcheck.ui.clips import ClipStore
from formcheck.ui.pages import training
from formcheck.ui.parts.check import check_card, measurable
from formcheck.ui.parts.pair import common_foot, difference_table
from formcheck.ui.parts.pictures import caption, downloads
from formcheck.ui.parts.samples import FOLDER, drill_samples, samples
from formcheck.ui.parts.words import left_words, plain
from formcheck.ui.result.markup import markup as page_markup
from formcheck.ui.session import Entry, Visit
from formcheck.ui.work import FirstLook

DONE = SimpleNamespace(running=False, failure=None, result=["annotated.mp4"])


@pytest.fixture
def store(tmp_path, monkeypatch):
    made = ClipStore(tmp_path)
    monkeypatch.setattr(session, "store", lambda: made)
    return made


@pytest.fixture
def done(monkeypatch):
    """Let every job be done at once."""
    pytest.importorskip("formcheck.wording", reason="the words of measurements are not there yet")
    everywhere = SimpleNamespace(
        files=lambda *_: DONE,
        page=lambda *_: DONE,
        find=lambda *_: DONE,
        look=lambda *_: DONE,
        forget=lambda *_: None,
    )
    for module in ("session", "pages.result", "pages.compare", "pages.analyse"):
        monkeypatch.setattr(f"formcheck.ui.{module}.board", lambda: everywhere)


def visit_with(store, *analyses) -> Visit:
    """Return a visit with a clip for each analysis; the last is on the page."""
    visit = Visit("me")
    for analysis in analyses:
        held = store.claim(store.new().token, "me")
        visit.entries[held.token] = Entry(held, analysis.clip.name, analysis=analysis)
        visit.current = held.token
    return visit


def opened(page: str, visit: Visit | None = None) -> AppTest:
    """Run one page for a visitor."""
    script = f"from formcheck.ui.pages import {page}\n{page}.page()\n"
    test = AppTest.from_string(script, default_timeout=60)
    if visit is not None:
        test.session_state[session.KEY] = visit
    return test.run()


def markup(test: AppTest) -> str:
    """Return what our panels show."""
    return " ".join(
        json.loads(each.proto.json).get("html", "") for each in test.get("bidi_component") if each.proto.json
    )


class Tags(HTMLParser):
    """Which tags stand in a piece of markup."""

    def __init__(self, html):
        super().__init__()
        self.seen: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)


@pytest.mark.parametrize("page", ["analyse", "live", "progress", "compare", "training", "filming"])
def test_every_page_opens(page, store):
    test = opened(page)
    assert not test.exception
    assert len(test.title) == 1


def test_the_answer_comes_in_order(store, done):
    """Sentence, runner, one action, five numbers, one stride; the rest is folded."""
    test = opened("analyse", visit_with(store, app_answers.answer()))
    assert not test.exception
    said = markup(test)
    parts = ("<h1>", 'class="hero"', 'class="action"', 'class="tiles"', 'class="stride"', 'class="chips"')
    places = [said.index(part) for part in parts]
    assert places == sorted(places)
    assert said.count('data-tile="') == 5


def test_the_answer_says_target_drill_evidence_and_caveat(store, done):
    said = markup(opened("analyse", visit_with(store, app_answers.answer())))
    for words in ("Try 170 steps a minute", app_answers.CUE.caveat, "Evidence B", "See it", "Hear 170"):
        assert words in said
    assert 'data-drill="fast_feet"' in said


def test_what_the_whole_clip_shows_names_no_time():
    made = app_answers.answer()
    said = page_markup(replace(made, cues=(replace(app_answers.CUE, show_at=np.nan),)), "run.mp4")
    assert "nan" not in said


def test_key_pictures_are_called_as_they_are_titled():
    made = builders.analysis()
    for moment_ in key_moments(made):
        assert caption(moment_.name) == f"{moment_.side.capitalize()} foot, {moment_.event}"


def test_a_table_of_no_steps_is_not_offered(store):
    """From the front no step is timed; what else was written is offered from either view."""
    for made in (app_answers.answer(), builders.front_analysis()):
        held = store.claim(store.new().token, "me")
        held.results.mkdir()
        for name in ("steps.csv", "keypoints.csv"):
            (held.results / name).write_text("side,contact_s\n")
        links = downloads(held, made)
        assert "keypoints.csv" in links and ("steps.csv" in links) == bool(made.steps)


def test_a_refusal_says_why_and_draws_how_to_film(store, done):
    test = opened("analyse", visit_with(store, app_answers.refusal()))
    assert not test.exception
    said = markup(test)
    assert "No person is visible" in said and "Film one runner" in said and "<svg" in said
    assert "Forward lean" not in said


def test_a_clients_name_never_becomes_markup(store, done):
    evil = "<iframe src=x onload=alert(1)>.mp4"
    test = opened("analyse", visit_with(store, app_answers.answer(name=evil)))
    assert "iframe" not in Tags(markup(test)).seen
    assert plain("![x](http://a.b)") == r"\!\[x\]\(http\://a\.b\)"


def test_deleting_the_clip_leads_back_to_the_beginning(store, done):
    visit = visit_with(store, app_answers.answer())
    test = opened("analyse", visit)
    test.button(key="delete").click().run()
    assert not test.exception
    assert visit.entries == {} and list(store.root.iterdir()) == []
    assert test.title[0].value.startswith("What does")


def test_two_clips_are_compared_with_real_and_unreal_differences(store, done):
    visit = visit_with(store, app_answers.answer(160, "before"), app_answers.answer(176, "after"))
    test = opened("compare", visit)
    assert not test.exception
    said = markup(test)
    assert "● real" in said and "– within the noise" in said
    assert said.index("– within the noise") > said.rindex("● real")  # real changes come first


def test_the_tilt_of_a_camera_that_stood_untouched_is_left_out_of_changes(store, done):
    unlevel = replace(app_answers.answer().scene, roll_deg=np.nan)
    before, after = (
        replace(app_answers.answer(rate, name), scene=unlevel) for rate, name in ((160, "a"), (176, "b"))
    )
    test = opened("compare", visit_with(store, before, after))
    assert not any("untouched, so its tilt" in each.value for each in test.caption)
    test.checkbox(key="same-camera").check().run()
    assert not test.exception
    assert any(
        "untouched, so its tilt counts in no change in forward lean" in each.value for each in test.caption
    )


def test_clips_run_in_step_by_a_foot_that_both_show():
    one, other = app_answers.answer(160), app_answers.answer(176)
    assert common_foot(one, other) == "left"
    assert common_foot(one, replace(other, steps=())) is None
    assert "Cadence" in difference_table(compare(one, other))


def test_two_strides_are_overlaid_from_the_near_leg_of_each_clip():
    one, other = app_answers.answer(160), app_answers.answer(176)
    pairs = stride_pairs(one, other)
    assert {pair.title for pair in pairs} == {plot.title for plot in stride_plots(one)}
    knee = next(pair for pair in pairs if pair.title.startswith("Knee"))
    assert knee.first.near and knee.second.near and knee.low < knee.first.mean.min()
    drawn = stride_pair_plot(knee)
    assert drawn.count("first line") == drawn.count("second line") == 1 and drawn.count(" spread") == 2
    assert stride_pairs(one, app_answers.refusal()) == ()


def test_from_the_front_the_curves_show_where_the_hands_are():
    made = builders.front_analysis()
    hands = [curve for curve in curves(made) if "hand" in curve.name]
    assert len(hands) == 2
    for hand in hands:
        innermost = np.nanmin(hand.values)
        assert innermost == pytest.approx(made.measurements["arm_crossover"].value, abs=0.05)


def test_what_a_view_cannot_show_is_said_with_its_reason():
    clip, scene = app_answers.answer().clip, app_answers.answer().scene
    can, cannot = measurable(FirstLook(clip, scene))
    assert "cadence" in can and "step width" not in can
    assert any("step width" in names for reason, names in cannot.items() if "front or behind" in reason)
    assert "<script" not in check_card(FirstLook(clip, scene), "<script>")


@pytest.mark.parametrize(
    ("value", "half", "expected"), [(175.0, 1.0, "within"), (145.0, 1.0, "below"), (150.5, 2.0, "edge")]
)
def test_a_band_bar_shows_value_interval_and_range_in_their_order(value, half, expected):
    measurement = Measurement("cadence", "steps/min", value, value - half, value + half, 20)
    bar = bar_of(NORMS["cadence"], measurement)
    assert 0 <= bar.interval[0] <= bar.value <= bar.interval[1] <= 100
    inside = bar.band[0] <= bar.value <= bar.band[1]
    assert inside == (expected != "below")
    assert (bar.interval[0] < bar.band[0] < bar.interval[1]) == (expected == "edge")


def test_a_cue_leads_to_its_drill(store, monkeypatch):
    drill = Drill(
        "fast_feet", "Fast feet", "Running drills", "Quick steps.", ("Stand tall.",), "3 × 20 s", ("Leaning back.",),
        "The calf hurts.", (("3", "own"), ("20", "own")),
    )  # fmt: skip
    monkeypatch.setattr(training, "DRILLS", {"fast_feet": drill})
    test = AppTest.from_string(
        "from formcheck.ui.pages import training\ntraining.page()\n", default_timeout=60
    )
    test.query_params["drill"] = "fast_feet"
    test.run()
    assert not test.exception
    assert "chosen" in markup(test) and "3 × 20 s" in markup(test)


def test_a_clip_of_walking_is_promised_nothing():
    made = app_answers.answer()
    refusal = Refusal("not_running", "This looks like walking.", "Run in the clip.")
    card = check_card(FirstLook(made.clip, replace(made.scene, refusal=refusal)), "walk.mp4")
    assert "This looks like walking." in card and "Run in the clip." in card and "<svg" in card
    assert "This clip can show" not in card


def test_the_time_left_is_told_in_words():
    assert left_words(None) == "estimating the time left"
    assert left_words(41) == "about 40 s left"
    assert left_words(200) == "about 3 min left"


def test_samples_of_runners_and_of_drills_are_offered_apart(store):
    runners, moves = (set(offered().values()) for offered in (samples, drill_samples))
    assert "high_knees" in {path.stem for path in moves}
    assert not runners & moves
    assert {path.stem for path in runners | moves} == {path.stem for path in FOLDER.glob("[!.]*.mp4")}
    assert [each.label for each in opened("analyse").button] == list(samples())
