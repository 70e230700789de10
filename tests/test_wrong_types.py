"""Files that were changed since FormCheck wrote them: refused whole at the door, or understood everywhere.

Every leaf of a document is replaced by what does not belong there. Then either the reader
says so in one sentence and nothing is kept, or everything that uses the content works.
"""

from __future__ import annotations

import copy
import errno
import json
import math
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import numpy as np
import pytest

import builders
from formcheck.cli.history import print_history
from formcheck.errors import CannotWrite, FormCheckError, UnreadableInput
from formcheck.export import load, to_json_text
from formcheck.files.typed import WrongContent, parse_json, read_as
from formcheck.history import store
from formcheck.history.progress import beside_watch, changes, focus_of, nearest_run, recent, worked_on
from formcheck.history.store import History
from formcheck.merge import merge
from formcheck.metrics.compare import compare
from formcheck.report import Pictures, content, page
from formcheck.types import Measurement
from formcheck.validation.labelled import read_labels
from test_storage import DAY, filled

SEED = 20261129
WRONG = (
    "text", "", "[/b]", "\ud800", "\x00", "1.5", "9" * 5000, "../../x", None, True, -1, 0, 1.5, 1e300, 10**400, -(10**15),
    [], {}, [None], ["text"], {"value": 1}, [[[]]], "2026-03-01T08:30:00+00:00", "0001-01-01", "9999-12-31T23:59:59",
)  # fmt: skip
EACH_LEAF = 4  # of these, drawn with the seed


def leaves(value: Any, way: tuple = ()) -> Iterator[tuple]:
    """Yield the way to every part of a document, leaves and branches."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield (*way, key)
        yield from leaves(each, (*way, key))


def replaced(document: Any, way: tuple, wrong: Any) -> str:
    """Return the document as text with one part replaced."""
    changed = copy.deepcopy(document)
    place = changed
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = wrong
    return json.dumps(changed)


def spoilt(document: Any) -> Iterator[str]:
    """Yield the document with each part replaced by a few things that do not belong there."""
    rng = np.random.default_rng(SEED)
    for way in leaves(document):
        for k in rng.choice(len(WRONG), EACH_LEAF, replace=False):
            yield replaced(document, way, WRONG[k])


@contextmanager
def one_sentence():
    """Let a refusal in one sentence pass, and nothing else."""
    try:
        yield
    except FormCheckError as error:
        words = str(error)
        assert "\n" not in words and "Traceback" not in words and words.endswith((".", ")"))


def use(history: History, name: str) -> None:
    """Do with a name's records whatever the pages and commands do."""
    sessions, runs = history.sessions(name), history.watch_runs(name)
    changes(sessions)
    worked_on(sessions, history.practised(name))
    focus_of(sessions)
    recent(runs, datetime.now(UTC))
    for session in sessions:
        run = nearest_run(session, runs)
        beside_watch(session, run) if run else ()
    history.drills(name)
    print_history(history, name)


def small_export(path):
    """Return an export with a record of every kind and a few metrics."""
    with History(filled(path)) as own:
        document = json.loads(own.export("Ada"))
    sessions = [each for each in document["records"] if each["kind"] == "session"]
    for each in sessions:
        each["measurements"] = {name: each["measurements"][name] for name in ("cadence", "overstride")}
    document["records"].remove(sessions[0])
    return document


def test_a_spoilt_history_is_kept_whole_or_not_at_all_and_no_name_is_poisoned(tmp_path):
    document = small_export(tmp_path / "own.sqlite")
    kept = 0
    with History(tmp_path / "taken.sqlite") as history:
        history._base.execute("PRAGMA synchronous = OFF")  # nothing here outlives the test
        for text in spoilt(document):
            before = history.names()
            with one_sentence():
                try:
                    history.take_in(text, "Ada")
                    kept += 1
                except FormCheckError:
                    assert history.names() == before
                    raise
            use(history, "Ada")
            assert history.take_in(history.export("Ada"), "Copy") >= 0
            history.delete("Ada")
            history.delete("Copy")
    assert kept > 20  # a different number of the right type is no damage


def test_one_bad_record_keeps_its_good_neighbours_out(tmp_path):
    with History(filled(tmp_path / "own.sqlite")) as own:
        document = json.loads(own.export("Ada"))
    document["records"][-1]["when"] = 17
    with History(tmp_path / "other.sqlite") as other:
        with pytest.raises(UnreadableInput, match="nothing of it was kept"):
            other.take_in(json.dumps(document))
        assert other.names() == []


def test_a_spoilt_analysis_is_refused_or_understood_by_every_reader(tmp_path):
    frontal = tmp_path / "front.json"
    frontal.write_text(to_json_text(builders.front_analysis()))
    document = json.loads(to_json_text(builders.analysis()))
    document["measurements"] = {
        name: each
        for name, each in document["measurements"].items()
        if name in ("cadence", "foot_strike", "trunk_lean")
    }
    document["steps"] = document["steps"][:3]
    for each in document["measurements"].values():
        each.update({name: each[name][:3] for name in ("times_s", "samples") if name in each})
    file, understood = tmp_path / "analysis.json", 0
    whole = load(frontal)
    for text in spoilt(document):
        file.write_text(text)
        with one_sentence():
            found = load(file)
            understood += 1
            compare(found, whole)
            page(content(found, Pictures()))
            to_json_text(found)
            merge(found, whole)
    assert understood > 20


def test_an_analysis_without_a_metric_says_so_and_merges(tmp_path):
    document = json.loads(to_json_text(builders.analysis()))
    del document["measurements"]["cadence"]
    (tmp_path / "analysis.json").write_text(json.dumps(document))
    found = load(tmp_path)
    assert "did not measure it" in found.measurements["cadence"].why_missing
    assert list(found.measurements) == list(builders.analysis().measurements)
    assert merge(found, builders.front_analysis()).measurements["cadence"].measured


def test_what_was_written_is_read_back(tmp_path):
    for made in (builders.analysis(), builders.front_analysis(), builders.refused()):
        text = to_json_text(made)
        (tmp_path / "analysis.json").write_text(text)
        again = json.loads(to_json_text(load(tmp_path)))
        wanted = json.loads(text)
        assert again["measurements"] == wanted["measurements"]
        assert again["scene"] == wanted["scene"] and again["cues"] == wanted["cues"]


LABELS = {
    "about": "by eye",
    "clips": {
        "a.mp4": {"contacts": [1, 2, 3], "feet": ["L", "R", "L"], "cadence_video_spm": 170.0, "cadence_uncertainty_spm": 1},
        "b.mp4": {"right_contacts_only": [4, 5], "feet": None},
    },
    "expected": {"c.mp4": {"activity": "walking", "people": 2}, "d.mp4": {"refuse": "several people"}},
}  # fmt: skip


def test_spoilt_labels_are_refused_in_a_sentence_or_read(tmp_path):
    read = 0
    for text in spoilt(LABELS):
        (tmp_path / "labels.json").write_text(text)
        with one_sentence():
            for label in read_labels(tmp_path).clips.values():
                assert all(isinstance(frame, int) for frame in label.frames)
            read += 1
    assert read > 5


@pytest.mark.parametrize("name", ["../secret.mp4", "/etc/passwd", "a/../../b.mp4"])
def test_labels_name_no_file_outside_their_folder(tmp_path, name):
    (tmp_path / "labels.json").write_text(json.dumps({"clips": {name: {"contacts": [1]}}}))
    with pytest.raises(UnreadableInput, match="outside the folder"):
        read_labels(tmp_path)


# --- the door itself ---------------------------------------------------------------------


@dataclass(frozen=True)
class Inner:
    """A part of the noun below."""

    kind: Literal["left", "right"]


@dataclass(frozen=True)
class Outer:
    """One field of every type there is."""

    text: str
    count: int
    value: float
    on: bool = False
    maybe: str | None = None
    pair: tuple[float, float] | None = None
    many: tuple[Inner, ...] = ()
    by_name: dict[str, float] = field(default_factory=dict)


GOOD = {"text": "a", "count": 2, "value": 1.5}


def test_right_types_become_the_noun():
    found = read_as(
        Outer, {**GOOD, "pair": [1, 2], "many": [{"kind": "left"}], "by_name": {"a": 1}, "maybe": None}
    )
    assert found == Outer("a", 2, 1.5, False, None, (1.0, 2.0), (Inner("left"),), {"a": 1.0})
    assert math.isnan(read_as(Outer, {**GOOD, "value": None}).value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": 1}, {"text": None}, {"text": "\ud800"}, {"text": "x" * 20_001}, {"count": "2"}, {"count": 2.0},
        {"count": True}, {"count": 10**13}, {"value": "1.5"}, {"value": True}, {"value": 1e13}, {"value": math.inf},
        {"value": []}, {"on": 1}, {"on": None}, {"maybe": 3}, {"pair": [1]}, {"pair": [1, "2"]}, {"pair": "ab"},
        {"many": [{}]}, {"many": [{"kind": "up"}]}, {"many": {"kind": "left"}}, {"by_name": []}, {"by_name": {"a": "b"}},
        {"unknown": 1},
    ],
)  # fmt: skip
def test_wrong_types_do_not(wrong):
    with pytest.raises(WrongContent):
        read_as(Outer, {**GOOD, **wrong})


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_part_is_named(missing):
    with pytest.raises(WrongContent, match=missing):
        read_as(Outer, {name: each for name, each in GOOD.items() if name != missing})


def test_what_the_noun_itself_refuses_is_refused():
    with pytest.raises(WrongContent, match="outside its interval"):
        read_as(Measurement, {"metric": "cadence", "unit": "steps/min", "value": 9, "low": 1, "high": 2})


@pytest.mark.parametrize(
    "text",
    ["NaN", "[Infinity]", "{'a': 1}", "[" * 100_000, '{"a": 1, "a": 2}', "", b"\xff\xfe\x00", "1" * 10_000],
)
def test_what_is_no_json_is_refused(text):
    with pytest.raises(WrongContent):
        parse_json(text)


# --- no room -----------------------------------------------------------------------------


def test_a_disk_that_is_full_is_said_and_the_history_stays_whole(tmp_path):
    path = filled(tmp_path / "history.sqlite")
    with History(path) as history:
        pages = history._base.execute("PRAGMA page_count").fetchone()[0]
        history._base.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(CannotWrite, match="The disk is full; nothing was added"):
            for day in range(2000):
                history.put(store.Practice(DAY + timedelta(days=day), "cadence", note="x" * 2000), "Ada")
        use(history, "Ada")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_for_a_new_history_is_said(tmp_path, monkeypatch, code):
    def full(*_):
        raise OSError(code, "told by the system")

    monkeypatch.setattr(store.os, "open", full)
    with pytest.raises(CannotWrite, match="The disk is full"):
        History(tmp_path / "history.sqlite")


def test_the_history_s_own_file_with_wrong_types_is_said(tmp_path):
    path = filled(tmp_path / "history.sqlite")
    with sqlite3.connect(path) as base:
        base.execute("UPDATE record SET body = json_set(body, '$.clip', 17) WHERE kind = 'session'")
    with History(path) as history, pytest.raises(UnreadableInput, match="damaged"):
        history.sessions("Ada")
