"""The app's pages and its house-keeping, without a browser."""

from __future__ import annotations

import ast
import json
import os
import time
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from formcheck.ui import settings
from formcheck.ui.clips import ClipStore, servable
from formcheck.ui.leftovers import ALIVE, adopted_from, main
from formcheck.ui.session import clean_label

ROOT = Path(__file__).parents[1]
MAIN = ROOT / "src/formcheck/ui/entry/main.py"


@pytest.fixture
def store(tmp_path):
    return ClipStore(tmp_path, grace_s=60)


def test_the_settings_file_says_what_the_launcher_says():
    assert tomllib.loads((ROOT / ".streamlit/config.toml").read_text()) == nested(settings.CONFIG)


def nested(sections):
    """Turn {"theme.light": ..} into {"theme": {"light": ..}}, as TOML reads it."""
    tree: dict = {}
    for section, values in sections.items():
        place = tree
        for part in section.split("."):
            place = place.setdefault(part, {})
        place.update(values)
    return tree


def test_the_app_opens_without_error():
    page = AppTest.from_file(MAIN, default_timeout=60).run()
    assert not page.exception
    assert page.title[0].value.startswith("What does your running form")


MEASURING = (
    "formcheck.gait",
    "formcheck.motion",
    "formcheck.biomechanics",
    "scipy",
)
SHOWN = {"METRICS", "Metric", "Norm"}  # what the app may know of metrics: their names, units and views
COMPARING = {
    f"formcheck.metrics.{name}" for name in ("compare", "judgement", "trends", "joint_curves", "norms")
}


def imports(path):
    """Return (module, name) of all that a file imports from a module."""
    found = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom))
    return [(node.module or "", alias.name) for node in found for alias in node.names]


@pytest.mark.parametrize(
    "path", [ROOT / "app.py", *sorted((ROOT / "src/formcheck/ui").rglob("*.py"))], ids=lambda path: path.name
)
def test_the_app_measures_nothing(path):
    for module, name in imports(path):
        assert not module.startswith(MEASURING)
        assert not module.startswith("formcheck.metrics") or module in COMPARING or name in SHOWN


def test_a_clips_name_is_its_key_and_cannot_be_guessed(store):
    held = store.new()
    assert store.claim(held.token, "one") is held
    assert store.claim(held.token, "a second tab") is held
    assert store.claim("guessed", "two") is None
    assert len(held.token) == 48 and held.token != store.new().token


def test_a_clip_outlives_a_short_absence_and_no_long_one(store):
    held = store.claim(store.new().token, "me")
    begin = held.alive
    assert store.sweep(lambda owner: True, begin + 1000) == []
    assert store.sweep(lambda owner: False, begin + 1050) == []
    assert store.sweep(lambda owner: False, begin + 1061) == [held.token]
    assert not held.folder.exists()


def test_a_clip_stays_while_one_of_its_tabs_is_open(store):
    held = store.claim(store.new().token, "first tab")
    store.claim(held.token, "second tab")
    begin = held.alive
    assert store.sweep(lambda visitor: visitor == "second tab", begin + 1000) == []
    assert store.sweep(lambda visitor: False, begin + 1061) == [held.token]


def test_an_upload_that_nobody_claims_goes(store):
    held = store.new()
    assert store.sweep(lambda owner: True, held.alive + 61) == [held.token]


def test_folders_and_files_are_for_us_alone(store):
    assert store.new().folder.stat().st_mode & 0o077 == 0


def test_only_results_can_be_asked_for(store):
    held = store.new()
    (held.results / "keyframes").mkdir(parents=True)
    for path in (
        held.video,
        held.results / "annotated.mp4",
        held.results / "keyframes/one.jpg",
        held.results / "x",
    ):
        path.write_bytes(b"x")
    assert servable(held, "annotated.mp4") and servable(held, "keyframes/one.jpg")
    for name in (
        "../clip",
        "clip",
        "x",
        "keyframes/../x",
        "keyframes/../../clip",
        "/etc/passwd",
        "steps.csv",
    ):
        assert servable(held, name) is None


@pytest.fixture
def new_root(tmp_path_factory):
    """Return the private folder of a server that has just started."""
    return tmp_path_factory.mktemp("started")


def private_folder(folder, name, process):
    """Make the private folder of a server, with one clip in it."""
    root = folder / f"formcheck-app-{name}"
    (root / ("ab" * 24) / "results").mkdir(parents=True)
    (root / ("ab" * 24) / "results").rmdir()
    (root / ("ab" * 24) / "clip").write_bytes(b"a video")
    about = {"format": "formcheck-app-folder", "version": 1, "folder": root.name, "process": process}
    (root / "server.json").write_text(json.dumps(about))
    return root


def test_a_crashed_servers_clips_are_swept_and_a_running_ones_stay(tmp_path, new_root):
    private_folder(tmp_path, "dead", 999999999)
    private_folder(tmp_path, "alive", os.getpid())
    assert [path.name for path in adopted_from(tmp_path, new_root, 60)] == ["formcheck-app-dead"]
    assert [path.name for path in tmp_path.iterdir()] == ["formcheck-app-alive"]
    assert list(new_root.iterdir()) == []


def test_a_server_that_follows_takes_over_what_is_still_looked_at(tmp_path, new_root):
    clips = private_folder(tmp_path, "dead", 999999999)
    looked_at, left = clips / ("ab" * 24), clips / ("cd" * 24)
    left.mkdir()
    for clip, seconds_ago in ((looked_at, 10), (left, 100)):
        (clip / ALIVE).touch()
        os.utime(clip / ALIVE, (time.time() - seconds_ago,) * 2)
    adopted_from(tmp_path, new_root, 60)
    assert [path.name for path in new_root.iterdir()] == [looked_at.name]
    store = ClipStore(new_root, grace_s=60)
    held = store.find(looked_at.name)
    assert held.video.read_bytes() == b"a video"
    now = time.monotonic()
    assert store.sweep(lambda _: False, now + 40) == []
    assert store.sweep(lambda _: False, now + 60) == [held.token]


def test_a_server_that_stops_keeps_what_is_looked_at_until_the_grace_time_is_over(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **_: started.append(command))
    root = private_folder(tmp_path, "stopping", 999999999)
    store = ClipStore(root, grace_s=60)
    shown, unseen = store.find("ab" * 24), store.new()
    store.claim(shown.token, "me")
    store.close()
    assert shown.folder.exists() and not unseen.folder.exists()
    ((*_, folder, seconds),) = started
    assert (folder, float(seconds)) == (str(root), 60)
    main(root, 0.0)
    assert not root.exists()


def test_a_server_that_stops_with_nobody_looking_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("subprocess.Popen", None)
    root = private_folder(tmp_path, "stopping", os.getpid())
    ClipStore(root).close()
    assert not root.exists()


def test_a_users_folder_of_a_servers_name_stays(tmp_path, new_root):
    (tmp_path / "formcheck-app-notes").mkdir()
    (tmp_path / "formcheck-app-notes" / "notes.txt").write_text("mine")
    (private_folder(tmp_path, "used", 999999999) / "notes.txt").write_text("mine")
    (private_folder(tmp_path, "clip", 999999999) / ("ab" * 24) / "notes.txt").write_text("mine")
    copied = private_folder(tmp_path, "copied", 999999999)
    copied.rename(tmp_path / "formcheck-app-copy")
    (tmp_path / "formcheck-app-link").symlink_to(tmp_path / "formcheck-app-used")
    assert adopted_from(tmp_path, new_root, 60) == []
    assert len(list(tmp_path.rglob("notes.txt"))) == 3


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/pass wd<script>.mp4", "pass wd<script>.mp4"),
        ("C:\\Videos\\run.mp4", "run.mp4"),
        ("a\x00b\u202ec.mp4", "abc.mp4"),
        ("///", "clip"),
    ],
)
def test_a_clients_name_is_only_a_label(sent, shown):
    assert clean_label(sent) == shown
