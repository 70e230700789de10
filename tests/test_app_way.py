"""From an upload to its result: the stages on the way, the address, answers that come later, saved results."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import app_answers
import builders
from formcheck.errors import UnreadableInput
from formcheck.export import write_results
from formcheck.skeleton import K
from formcheck.types import Frame, Refusal, Runner
from formcheck.ui import session, stages, work
from formcheck.ui.clips import ClipStore
from formcheck.ui.onlooking import Onlooker, Pace, StepCount
from formcheck.ui.parts import group, second, units, upload, waiting
from formcheck.ui.reopening import is_saved, reopen
from formcheck.ui.session import Entry, Visit
from formcheck.ui.work import Ask, FirstLook

WALKING = Refusal("not_running", "This looks like walking.", "Film yourself running.")


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store of clips, and entries of its own."""
    made, entries = ClipStore(tmp_path), {}
    for module in (session, group):
        monkeypatch.setattr(module, "store", lambda: made)
    monkeypatch.setattr(session, "_entries", lambda: entries)
    return made


STANDING = np.linspace((20, 10), (40, 80), 21), np.ones(21)  # keypoints and confidences


class Board:
    """Jobs that are as far as a test says."""

    def __init__(self, look=None, analysis=None):
        self.given = {"look": look, "analysis": analysis}
        self.asked: list[tuple[str, Ask | None]] = []

    def find(self, token, kind):
        return self.given.get(kind) if any(kind == name for name, _ in self.asked) else None

    def look(self, held, ask):
        return self._start("look", ask)

    def analysis(self, held, ask, look=None):
        return self._start("analysis", ask)

    def _start(self, kind, ask):
        if self.find("", kind) is None:
            self.asked.append((kind, ask))
        return self.given[kind]

    def cancel(self, token, kind):
        self.asked = [each for each in self.asked if each[0] != kind]

    def forget(self, token):
        self.asked = []

    def page(self, held, analysis):
        return job()

    def files(self, held, analysis):
        return job(result=["analysis.json"])


def job(running=False, failure=None, result=None, ask=None):
    """Return a job that is this far."""
    told = SimpleNamespace(stage="Following the runner", share=0.4, left_s=20.0, steps=7, pictures=3)
    return SimpleNamespace(running=running, failure=failure, result=result, ask=ask, progress=lambda: told)


@pytest.fixture
def playing(monkeypatch):
    """Return what puts a board in place."""

    def put(board):
        for module in (stages, waiting, group, session):
            monkeypatch.setattr(module, "board", lambda: board)
        monkeypatch.setattr("formcheck.ui.pages.analyse.board", lambda: board)
        monkeypatch.setattr("formcheck.ui.pages.result.board", lambda: board)
        return board

    return put


def uploaded(store, label="run.mp4", content=b"moving pictures") -> tuple[Visit, Entry]:
    """Return a visit whose clip has just arrived."""
    visit, held = Visit("me"), store.new()
    held.video.write_bytes(content)
    return visit, visit.accept(held.token, label)


def look(refusal=None):
    made = app_answers.answer()
    return FirstLook(made.clip, replace(made.scene, refusal=refusal))


def test_measuring_follows_the_look_by_itself(store, playing):
    _, entry = uploaded(store)
    board = playing(Board(look=job(running=True)))
    assert stages.advance(entry) == "looking"
    board.given = {"look": job(result=look()), "analysis": job(running=True, ask=entry.ask)}
    assert stages.advance(entry) == "measuring"
    board.given["analysis"] = job(result=app_answers.answer(), ask=entry.ask)
    assert stages.advance(entry) == "done"


def test_a_walker_is_told_before_the_long_part_and_may_insist(store, playing):
    _, entry = uploaded(store)
    board = playing(Board(look=job(result=look(WALKING)), analysis=job(running=True, ask=entry.ask)))
    assert stages.advance(entry) == "stopped"
    assert [kind for kind, _ in board.asked] == ["look"]
    entry.anyway = True
    assert stages.advance(entry) == "measuring"


def test_a_file_that_is_no_video_stays_one_when_the_page_runs_again(store, playing):
    _, entry = uploaded(store)
    playing(Board(look=job(failure="It cannot be read.")))
    assert [stages.advance(entry) for _ in range(3)] == ["wrong"] * 3


def test_a_failed_measuring_stays_one_when_the_page_runs_again(store, playing):
    _, entry = uploaded(store)
    playing(Board(look=job(result=look()), analysis=job(failure="The disk is full.", ask=entry.ask)))
    assert [stages.advance(entry) for _ in range(3)] == ["failed"] * 3


@pytest.mark.parametrize(
    "code", ["too_short", "view", "several_people", "feet_hidden", "slow_motion_unknown"]
)
def test_a_few_seconds_decide_about_nothing_but_running(code):
    assert look(Refusal(code, "It may be.", "Film again.")).stopped_by is None


def test_answers_given_meanwhile_are_applied_to_the_track_that_is_there(store, playing):
    _, entry = uploaded(store)
    asked = entry.ask
    board = playing(Board(look=job(result=look()), analysis=job(running=True, ask=asked)))
    assert stages.advance(entry) == "measuring"
    entry.answer(runner=Runner(height_m=1.8))
    board.given["analysis"] = job(result=app_answers.answer(), ask=asked)
    assert stages.advance(entry) == "measuring"  # the short part once more
    board.given["analysis"] = job(result=app_answers.answer(170), ask=entry.ask)
    assert stages.advance(entry) == "done"
    assert entry.answered.runner.height_m == 1.8


def test_another_accuracy_starts_the_long_part_again(store, playing):
    _, entry = uploaded(store)
    board = playing(Board(look=job(result=look()), analysis=job(running=True, ask=entry.ask)))
    stages.advance(entry)
    entry.answer(model="fast")
    assert stages.advance(entry) == "measuring"
    assert board.asked[-1][1].model == "fast"


def test_a_file_that_is_no_video_is_a_note_at_the_drop_zone(store, playing):
    visit, _ = uploaded(store, "notes.txt")
    playing(Board(look=job(failure="notes.txt is no video.")))
    test = opened(visit)
    assert not test.exception
    assert test.title[0].value.startswith("What does your running form")
    notes = [
        json.loads(each.proto.json).get("note") for each in test.get("bidi_component") if each.proto.json
    ]
    assert "notes.txt is no video." in notes
    assert visit.entries == {}


def opened(visit, address="") -> AppTest:
    """Run the page Analyse for a visitor."""
    test = AppTest.from_string("from formcheck.ui.pages import analyse\nanalyse.page()\n", default_timeout=60)
    test.session_state[session.KEY] = visit
    if address:
        test.query_params[session.ADDRESS] = address
    return test.run()


def test_a_result_has_an_address_that_another_tab_can_open(store, playing):
    mine, entry = uploaded(store)
    entry.analysis, entry.answered = app_answers.answer(), entry.ask
    playing(Board())
    assert opened(mine).query_params[session.ADDRESS] == entry.token
    other = Visit("a second tab")
    assert not opened(other, entry.token).exception
    assert other.entry is entry


def test_an_address_that_is_gone_says_so_and_offers_the_first_page(store, playing):
    playing(Board())
    test = opened(Visit("me"), "ab" * 24)
    assert any("no longer here" in note for note in notes_of(test))
    assert session.ADDRESS not in test.query_params


def test_an_address_that_was_given_up_takes_no_note_away_when_it_comes_late(store, playing):
    mine, entry = uploaded(store)
    playing(Board(look=job(failure="run.mp4 is empty.")))
    mine.delete(entry.token)
    mine.note = "run.mp4 is empty."
    assert "run.mp4 is empty." in notes_of(opened(mine, entry.token))


def notes_of(test: AppTest) -> list[str]:
    """Return what the drop zones of a page say."""
    return [
        json.loads(each.proto.json).get("note", "") for each in test.get("bidi_component") if each.proto.json
    ]


def test_a_server_that_takes_over_knows_the_answers(store, playing, monkeypatch):
    playing(Board())
    _, entry = uploaded(store, "Sunday.mp4")
    entry.answer(
        runner=Runner(height_m=1.7, speed_mps=3.0), view="side", vertical=(280.5, 100.0, 300.0, 400.0)
    )
    monkeypatch.setattr(session, "_entries", lambda: {})
    again = Visit("after the restart").open(entry.token)
    assert again is not entry
    assert (again.label, again.ask) == ("Sunday.mp4", entry.ask)


def test_notes_of_another_version_are_not_read(store, playing, monkeypatch):
    playing(Board())
    _, entry = uploaded(store)
    state = entry.held.folder / "state.json"
    state.write_text(json.dumps({**json.loads(state.read_text()), "version": 99}))
    monkeypatch.setattr(session, "_entries", lambda: {})
    assert Visit("me").open(entry.token) is None


def saved(folder):
    """Write the results of a clip without its video."""
    return write_results(builders.analysis(seconds=2.0), None, folder / "run")


def test_saved_results_open_again_with_their_numbers(tmp_path):
    results = saved(tmp_path)
    written = json.loads((results / "analysis.json").read_text())["measurements"]["cadence"]["value"]
    held = ClipStore(tmp_path_of(tmp_path)).new()
    held.video.write_bytes((results / "analysis.json").read_bytes())
    (held.folder / "keypoints.csv").write_bytes((results / "keypoints.csv").read_bytes())
    assert is_saved(held.video)
    analysis = reopen(str(held.video), str(held.results), "analysis.json")
    assert analysis.measurements["cadence"].value == written
    assert len(analysis.track.time) > 10
    assert held.saved
    assert (
        reopen(str(held.video), str(held.results), "analysis.json").measurements["cadence"].value == written
    )


def tmp_path_of(tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


def test_a_results_folder_as_a_zip_file_opens_and_gives_nothing_else(tmp_path):
    results, held = saved(tmp_path), ClipStore(tmp_path_of(tmp_path)).new()
    with zipfile.ZipFile(held.video, "w") as archive:
        for name in ("analysis.json", "keypoints.csv"):
            archive.write(results / name, f"run/{name}")
        archive.writestr("run/../../evil.txt", "x")
        archive.writestr("run/report.html", "<script>")
    reopen(str(held.video), str(held.results), "run.zip")
    assert {path.name for path in held.results.iterdir()} == {
        "analysis.json", "keypoints.csv", ".formcheck.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"{}", b'{"format": "formcheck-analysis", "version": 99}', b"PK\x03\x04 broken"]
)
def test_what_is_no_result_is_refused_in_a_sentence_with_the_visitors_name(tmp_path, content):
    held = ClipStore(tmp_path).new()
    held.video.write_bytes(content)
    with pytest.raises(UnreadableInput) as refusal:
        reopen(str(held.video), str(held.results), "mine.json")
    assert "mine.json" in str(refusal.value) and held.token not in str(refusal.value)


def test_two_views_sent_together_become_one_result(store, playing):
    playing(Board())
    visit, side = uploaded(store, "side.mp4")
    front = visit.accept(store.new().token, "front.mp4")
    side.analysis, front.analysis = builders.analysis(), builders.front_analysis()
    assert group.views_fit([side, front]) and not group.views_fit([side, side])
    both = group.merged(visit, front, side)
    assert both.analysis.measurements["arm_crossover"].measured
    assert both.analysis.measurements["trunk_lean"].measured
    assert both.held.video.read_bytes() == side.held.video.read_bytes()


def test_a_second_view_asked_for_on_the_result_is_merged_with_it(store, playing):
    playing(Board())
    visit, side = uploaded(store, "side.mp4")
    side.answer(runner=Runner(height_m=1.8))
    side.analysis, side.answered = builders.analysis(), side.ask
    visit.wait_for_second_view(side)
    assert visit.entry is None and second.wanted_view(side) == "front"
    front = visit.accept(store.new().token, "front.mp4")
    visit.pair(front)
    assert visit.together == [side, front] and visit.partner is None
    assert front.ask.runner == Runner(height_m=1.8)  # the same runner
    front.analysis, front.answered = builders.front_analysis(), front.ask
    assert second.wanted_view(front) == "side"
    both = merged_by_the_page(visit)
    assert both.made_of == (side.token, front.token) and visit.current == both.token
    assert both.analysis.measurements["arm_crossover"].measured


def merged_by_the_page(visit):
    """Run the page of clips that belong together until it shows one result; return that."""

    script = (
        "import streamlit as st\n"
        "from formcheck.ui.parts.group import show_group\n"
        "here = st.session_state.get('here')\n"  # None where a worker imports this as its main script
        "if here and here.group:\n"
        "    show_group(here)\n"
    )
    test = AppTest.from_string(script, default_timeout=60)
    test.session_state["here"] = visit
    test.run()
    assert not test.exception
    return visit.entry


def test_waiting_for_a_second_view_outlives_a_reload(store, playing):
    playing(Board())
    visit, side = uploaded(store, "side.mp4")
    visit.wait_for_second_view(side)
    other = Visit("after the reload")
    other.go_to(visit.address)
    assert other.partner == side.token and other.entry is None
    other.go_to(side.token)
    assert other.partner is None and other.entry is side
    other.wait_for_second_view(side)
    other.delete(side.token)
    assert other.partner is None and other.address == ""


def test_two_clips_that_do_not_fit_say_why(store):
    visit, one = uploaded(store, "one.mp4")
    other = visit.accept(store.new().token, "other.mp4")
    one.analysis = other.analysis = builders.analysis()
    assert "same direction" in group.why_not_merged([one, other])
    other.analysis = None
    assert "mp4 could not be measured" in group.why_not_merged([one, other])


def test_several_clips_give_a_table_with_a_link_to_each(store):
    visit, one = uploaded(store, "one <b>.mp4")
    one.analysis = app_answers.answer(162)
    other = visit.accept(store.new().token, "other.mp4")
    other.failure = "other.mp4 is empty."
    table = group.group_table([one, other], ["done", "failed"])
    assert "162" in table and "other.mp4 is empty." in table
    assert f"?result={one.token}" in table and "<b>" not in table


def test_clips_sent_together_share_an_address(store, playing, monkeypatch):
    playing(Board())
    visit = Visit("me")
    monkeypatch.setattr(upload, "visit", lambda: visit)
    tokens = [store.new().token for _ in range(2)]
    upload.take_in([{"token": token, "name": "clip.mp4"} for token in tokens])
    assert visit.address == ".".join(tokens)
    other = Visit("a second tab")
    other.go_to(visit.address)
    assert [entry.label for entry in other.together] == ["clip.mp4", "clip.mp4 (2)"]


def pose(left_y, right_y):
    xy = np.full((21, 2), np.nan)
    xy[K["left_ankle"]], xy[K["right_ankle"]], xy[K["nose"]] = (0, left_y), (0, right_y), (0, 0)
    return SimpleNamespace(xy=xy, confidence=np.ones(21))


def test_steps_are_counted_while_the_clip_is_measured():
    count, seconds, cadence = StepCount(), 10.0, 168.0
    for time in np.arange(0, seconds, 1 / 30):
        swing = 60 * np.sin(np.pi * cadence / 60 * time)
        count.add(pose(900 - max(swing, 0), 900 + min(swing, 0)))
    assert abs(count.steps - seconds * cadence / 60) <= 1


def read_for(onlooker, times):
    """Yield frames as a clip gives them while somebody looks on."""
    for time in times:
        frame = Frame(np.zeros((90, 60, 3), np.uint8), time)
        onlooker.frame(frame)
        yield frame


def test_a_skeleton_is_shown_before_the_clip_is_read_up_to_the_look(tmp_path, monkeypatch):
    """And what is shown early is neither counted nor part of what is looked at."""
    monkeypatch.setattr(
        "formcheck.pose.LiveTracker", lambda model: SimpleNamespace(step=lambda frame: STANDING)
    )
    onlooker = Onlooker(tmp_path, "Looking at the clip", Pace(3))
    looked_at = work._looked_at(read_for(onlooker, [0.0, 0.5, 4.0, 4.1, 6.0]), (4.0, 4.1), onlooker)
    assert next(looked_at).time == 4.0
    assert onlooker.pictures == 1 and (tmp_path / "preview.jpg").stat().st_size > 0
    assert [frame.time for frame in looked_at] == [4.1]
    assert onlooker.pace.poses == 0 and onlooker.count.steps == 0
    assert work.opening_times(1.2) == [0.0, 0.5, 1.0] and work.opening_times(0.0) == []


def test_stills_are_kept_up_to_the_end_of_a_short_clip_only():
    assert work.closing_times(3.0, 3.9) == [3.25, 3.5, 3.75]
    assert work.closing_times(3.0, 60.0) == []


def test_a_clip_that_is_looked_at_from_its_start_shows_its_first_frame_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("formcheck.pose.LiveTracker", lambda model: SimpleNamespace(step=lambda frame: None))
    onlooker = Onlooker(tmp_path, "Looking at the clip", Pace(3))
    assert next(work._looked_at(read_for(onlooker, [0.0, 0.1]), (0.0, 0.1), onlooker)).time == 0.0
    assert onlooker.pictures == 1


def test_the_time_left_follows_from_the_poses_that_are_found(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("formcheck.ui.onlooking.time.monotonic", lambda: now[0])
    pace = Pace(frames=300)
    for k in range(100):
        now[0] += 0.2
        pace.add(k / 30)
    assert pace.left_s == pytest.approx(200 * 0.2, abs=3)
    assert pace.share == pytest.approx(1 / 3)


def test_a_second_pass_for_a_crowd_is_counted_in(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("formcheck.ui.onlooking.time.monotonic", lambda: now[0])
    pace = Pace(frames=100, passes=2)
    for k in range(50):
        now[0] += 0.1
        pace.add(k / 30)
    assert pace.left_s == pytest.approx(0.1 * (50 + 130), abs=3)
    unexpected = Pace(frames=100)
    for k in range(100):
        unexpected.add(k / 30)
    assert unexpected.add(0.0) and unexpected.passes == 2


@pytest.mark.parametrize(
    ("text", "unit", "mps"),
    [
        ("10.8", "km/h", 3.0), ("10,8", "km/h", 3.0), ("6.7", "mph", 2.995), ("5:33", "min/km", 3.003),
        ("5'33\"", "min/km", 3.003), ("8:56", "min/mile", 3.003), ("5", "min/km", 3.333),
    ],
)  # fmt: skip
def test_a_speed_is_understood_in_every_unit(text, unit, mps):
    assert units.parse_speed(text, unit) == pytest.approx(mps, abs=0.002)


@pytest.mark.parametrize(
    ("text", "unit"), [("fast", "km/h"), ("0:00", "min/km"), ("500", "km/h"), ("1:99", "min/km")]
)
def test_what_is_no_speed_is_not_taken_for_one(text, unit):
    assert units.parse_speed(text, unit) is None


@pytest.mark.parametrize("unit", units.PACES)
def test_a_speed_shown_and_read_again_is_the_same(unit):
    for mps in np.arange(1.5, 6.0, 0.25):
        again = units.parse_speed(units.speed_text(mps, unit), unit)
        assert again == pytest.approx(mps, rel=0.02)


def test_the_browser_is_believed_only_about_units_there_are():
    assert units.read("imperial min/mile") == units.Units("imperial", "min/mile")
    assert units.read("imperial furlongs") is None and units.read("") is None
