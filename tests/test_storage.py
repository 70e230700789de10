"""The history: what is kept comes back, stays private, and goes when asked."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

import builders
from formcheck.errors import CannotWrite, FormCheckError, UnreadableInput, UsageError
from formcheck.history.records import DrillDone, Practice, WatchRun, WatchValue
from formcheck.history.store import FOLDER, History, display_name, history_file
from formcheck.wording import not_allowed

DAY = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "history.sqlite"


def clip(cadence=162.0, sha="a", **changes):
    """Return an analysis of a clip of its own."""
    made = builders.analysis(cadence=cadence, **changes)
    return replace(made, clip=replace(made.clip, sha256=sha * 64))


def filled(path):
    """Return a history file with one record of every kind."""
    values = {"cadence": WatchValue("cadence", "steps/min", 168.0, 160.0, 172.0, 900)}
    with History(path) as history:
        history.add(clip(162, "a"), "Ada", DAY)
        history.add(clip(171, "b"), "Ada", DAY + timedelta(days=30))
        history.put(DrillDone(DAY, "high_knees", "knees.mp4", 38, 2, 24.0, 98.0), "Ada")
        history.put(Practice(DAY, "cadence", "fast_feet", "twice a week"), "Ada")
        history.put(WatchRun(DAY, "run.fit", "c" * 64, 8.1, 47.0, values, ("a note",)), "Ada")
    return path


def test_every_value_comes_back_with_its_interval_and_unit(path):
    made = clip(162, "a")
    with History(path) as history:
        history.add(made, "Ada", DAY)
    with History(path) as history:
        (session,) = history.sessions("Ada")
    assert session.when == DAY
    assert session.cues[0].say == builders.CUES[0].say
    assert set(session.measurements) == {id for id, each in made.measurements.items() if each.measured}
    for id, kept in session.measurements.items():
        each = made.measurements[id]
        assert (kept.unit, kept.n) == (each.unit, each.n)
        assert (kept.value, kept.low, kept.high) == pytest.approx((each.value, each.low, each.high))


def test_nothing_of_the_picture_is_kept(path):
    filled(path)
    kept = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert b"samples" not in kept and b"keypoint" not in kept
    assert len(kept) < 200_000


def test_sessions_are_in_order_of_time_and_of_nobody_else(path):
    with History(path) as history:
        history.add(clip(170, "b"), "Ada", DAY + timedelta(days=1))
        history.add(clip(160, "a"), "Ada", DAY)
        history.add(clip(150, "c"), "Bob", DAY)
        assert [round(each.measurements["cadence"].value) for each in history.sessions("Ada")] == [160, 170]
        assert history.names() == ["Ada", "Bob"]
        assert history.sessions("Eve") == []


def test_a_name_is_the_same_however_it_is_typed(path):
    with History(path) as history:
        history.add(clip(), "  Zoë   Öz ", DAY)
        assert len(history.sessions("ZOË öz")) == 1
        assert history.names() == ["Zoë Öz"]


@pytest.mark.parametrize("name", ["", "   ", "\x00\n", "​"])
def test_without_a_name_nothing_is_kept(path, name):
    with History(path) as history, pytest.raises(UsageError):
        history.add(clip(), name)


def test_a_clip_kept_twice_is_one_session_of_its_first_day(path):
    with History(path) as history:
        history.add(clip(160, "a"), "Ada", DAY)
        history.add(clip(161, "a"), "Ada")
        (session,) = history.sessions("Ada")
    assert session.when == DAY
    assert session.measurements["cadence"].value == pytest.approx(161, abs=0.5)


def test_a_refused_clip_is_not_kept(path):
    with History(path) as history, pytest.raises(UsageError, match="nothing to keep"):
        history.add(builders.refused(), "Ada")


def test_an_export_taken_in_elsewhere_is_the_same_history(path, tmp_path):
    filled(path)
    with History(path) as history:
        text = history.export("Ada")
    assert json.loads(text)["format"] == "formcheck-history"
    with History(tmp_path / "other.sqlite") as other:
        assert other.take_in(text) == 5
        assert other.export("Ada") == text
        assert other.take_in(text) == 5  # again: the same records, not twice
        assert other.export("Ada") == text
        assert other.drills("Ada")[0].full == 38
        assert other.practised("Ada")[0].note == "twice a week"
        assert other.watch_runs("Ada")[0].values["cadence"].value == 168.0


def test_a_record_is_the_same_in_every_time_zone(path, tmp_path):
    """Noted at midnight in Auckland, exported, taken in again: still one entry."""
    there = datetime(2026, 3, 2, 0, 5, tzinfo=timezone(timedelta(hours=13)))
    with History(path) as history:
        history.put(Practice(there, "cadence"), "Ada")
        history.put(DrillDone(there, "high_knees", "knees.mp4", 38, 2, 24.0, 98.0), "Ada")
        history.take_in(history.export("Ada"))
        assert [each.when for each in history.practised("Ada")] == [there]
        assert [each.when for each in history.drills("Ada")] == [there]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{" * 5000,
        '{"format": "formcheck-analysis", "version": 1}',
        '{"format": "formcheck-history", "version": 2, "name": "Ada", "records": []}',
        '{"format": "formcheck-history", "version": 1, "name": "Ada"}',
        '{"format": "formcheck-history", "version": 1, "name": "Ada", "records": [{"kind": "spell"}]}',
        '{"format": "formcheck-history", "version": 1, "name": "Ada", "records": [7]}',
        '{"format": "formcheck-history", "version": 1, "name": "Ada", "records": '
        '[{"kind": "practice", "when": "soon", "metric": "cadence"}]}',
    ],
)
def test_a_foreign_export_is_refused_in_one_sentence_and_keeps_nothing(path, text):
    with History(path) as history:
        with pytest.raises(UnreadableInput) as told:
            history.take_in(text)
        assert "\n" not in str(told.value)
        assert history.names() == []


def test_a_cut_off_export_keeps_nothing(path, tmp_path):
    with History(filled(path)) as history:
        text = history.export("Ada")
    with History(tmp_path / "other.sqlite") as other:
        for length in range(0, len(text) - 3, 997):
            with pytest.raises(UnreadableInput):
                other.take_in(text[:length])
        assert other.names() == []


def test_what_is_deleted_is_gone_from_the_disk(path):
    with History(path) as history:
        history.add(clip(name="secret-clip.mp4"), "Ada Lovelace", DAY)
        history.add(clip(sha="b"), "Bob", DAY)
        assert history.delete("ada lovelace")
        assert not history.delete("ada lovelace")
        assert history.sessions("Ada Lovelace") == []
        assert len(history.sessions("Bob")) == 1
        left = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert b"Lovelace" not in left and b"secret-clip" not in left


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_only_the_owner_may_read_the_files(path):
    with History(path) as history:
        history.add(clip(), "Ada", DAY)
        for each in path.parent.iterdir():
            assert stat.S_IMODE(each.stat().st_mode) == 0o600, each.name
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_folder_can_be_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path / "mine"))
    assert history_file() == tmp_path / "mine" / "history.sqlite"


def test_every_name_shown_is_one_short_line():
    assert display_name("a\nb\t\x07c" + "x" * 99) == ("a b c" + "x" * 99)[:60]


ADD_MANY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from formcheck.history.records import Practice
from formcheck.history.store import History
for k in range(40):
    with History(Path(sys.argv[1])) as history:
        history.put(Practice(datetime(2026, 1, 1, tzinfo=UTC), f"{sys.argv[2]} {k}"), "Ada")
"""


def test_two_processes_write_at_once_and_nothing_is_lost(path):
    writers = [
        subprocess.Popen([sys.executable, "-c", ADD_MANY, str(path), who], stderr=subprocess.PIPE)
        for who in ("one", "two", "three")
    ]
    for each in writers:
        _, errors = each.communicate(timeout=120)
        assert each.returncode == 0, errors.decode()
    with History(path) as history:
        assert len(history.practised("Ada")) == 3 * 40


def test_a_write_that_fails_midway_leaves_nothing(path, monkeypatch):
    def records():
        yield Practice(DAY, "cadence")
        raise RuntimeError("pulled the plug")

    with History(path) as history:
        with pytest.raises(RuntimeError):
            history.put_all(records(), "Ada")
        assert history.names() == []


def test_while_another_program_writes_for_long_the_way_out_is_said(path, monkeypatch):
    monkeypatch.setattr("formcheck.history.store.PATIENCE_S", 0.05)
    with History(filled(path)) as history:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert len(history.sessions("Ada")) == 2  # reading goes on
        with pytest.raises(CannotWrite, match="Another FormCheck"):
            history.put(Practice(DAY, "cadence"), "Ada")
        other.close()


def damaged(path, how):
    """Spoil a history in one of the ways files are spoilt."""
    if how == "text":
        path.write_text("This is no database at all. " * 99)
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    elif how == "zeros":
        path.write_bytes(b"SQLite format 3\0" + bytes(20_000))
    elif how == "rows":
        with sqlite3.connect(path) as base:
            base.execute("UPDATE record SET body = '{\"clip\": 1}'")
    elif how == "foreign":
        path.unlink()
        with sqlite3.connect(path) as base:
            base.execute("CREATE TABLE cookies (name)")
    elif how == "newer":
        with sqlite3.connect(path) as base:
            base.execute("PRAGMA user_version = 2")


@pytest.mark.parametrize("how", ["text", "cut", "zeros", "rows", "foreign", "newer"])
def test_a_damaged_foreign_or_newer_file_is_refused_in_one_clear_sentence(path, how):
    filled(path)
    for beside in path.parent.glob("*-*"):
        beside.unlink()
    damaged(path, how)
    before = path.read_bytes()
    with pytest.raises(FormCheckError) as told, History(path) as history:
        history.sessions("Ada")
    words = str(told.value)
    assert str(path) in words and "\n" not in words and not not_allowed(words.replace(str(path), ""))
    assert ("newer" in words) == (how == "newer")
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_to_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match=FOLDER):
        History(tmp_path / "file" / "history.sqlite")
