"""Whatever lies in a folder and whatever is asked for: every file that FormCheck did not write is still there.

Trees of files, folders and links are drawn at random, with names that collide with those FormCheck
writes; commands are run on them one after the other. Default: a hundred trees. The slow run draws 2 000:

    python -m pytest -m slow tests/test_nothing_is_lost.py
"""

import atexit
import io
import os
import shutil
import tempfile
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import cache, partial
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from formcheck.files.ownership import FILE_RECORD
from stand_ins import everything_in, formcheck, quick_commands, standing_in

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")

NAMES = st.sampled_from([
    "run.mp4", "RUN.mp4", "run.MOV", "run", "front.mp4", "run_mp4", "run_MOV", "run_mp4.mov", "..mp4", "...mp4",
    "clips", "clips", "results", "results", "merged", "export", "keyframes", "clip", "analysis.json", "steps.csv",
    "report.html", "summary.csv", "failures.csv", "index.html", "run_angles.csv", "run.trc", "run.mot",
    "accuracy.md", "accuracy.json", "week.ics", "backup.json", "notes.txt", ".lock", ".jobs", ".DS_Store",
    ".formcheck.json", ".formcheck-files.json", ".formcheck.lock", ".formcheck-notes",
])  # fmt: skip
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
KINDS = st.sampled_from(["side", "side", "front", "front", "empty", "folder", "link", "hard link", "record"])
PICKED = st.integers(0, 99)
FILES = st.tuples(st.just("*"), PICKED)  # any file that is there
FOLDERS = st.tuples(st.just("."), PICKED)  # any folder that is there
RESULTS = st.one_of(
    st.sampled_from(["results/side", "results/front"]), st.tuples(st.just("analysis.json"), PICKED)
)
CLIPS = st.one_of(st.sampled_from(["films/side.mp4", "films/front.mp4"]), FILES)
USUAL = st.sampled_from([".", "..", "results", "results", "both", "export", "batch", "films", "results/.."])
OUTS = st.one_of(USUAL, USUAL, FOLDERS, PATHS)
NAMED = st.one_of(PATHS, st.sampled_from(["week.ics", "week.html", "backup.json"]), FILES)
PUT = st.tuples(st.just("put"), PATHS, KINDS, PATHS)
ACTS = st.one_of(PUT, st.tuples(st.just("add"), FOLDERS, NAMES), st.tuples(st.just("edit"), FILES))
COMMANDS = st.one_of(
    st.tuples(st.just("analyze"), CLIPS, st.just("-o"), OUTS, st.just("--no-video")),
    st.tuples(st.just("batch"), st.just("films"), st.just("-o"), OUTS, st.just("--no-video")),
    st.tuples(st.just("batch"), FOLDERS, st.just("-o"), FOLDERS, st.just("--no-video"), st.just("--resume")),
    st.tuples(st.just("merge"), RESULTS, RESULTS, st.just("-o"), OUTS),
    st.tuples(st.just("export"), RESULTS, st.just("-o"), OUTS),
    st.tuples(st.just("history"), st.just("me"), st.just("--export"), NAMED),
    st.tuples(st.just("history"), st.just("me"), st.just("--add"), RESULTS, st.just("--export"), NAMED),
    st.tuples(st.just("plan"), st.just("--ics"), NAMED, st.just("--html"), NAMED),
    st.tuples(st.just("validate"), st.just("-o"), OUTS),
    ACTS,  # the user does something in between
    st.tuples(st.just("move"), OUTS, OUTS),
)


def picked(argument):
    """Return an argument; a pattern with a number becomes one of the paths that match it just now."""
    if isinstance(argument, str):
        return argument
    pattern, number = argument
    everything = sorted(Path().rglob("*"))
    if pattern == ".":
        found = [Path(), *filter(Path.is_dir, everything)]
    elif pattern == "*":
        found = [path for path in everything if path.is_file()]
    else:
        found = [path.parent for path in everything if path.name == pattern]
    return str(found[number % len(found)]) if found else "none"


def put(path, kind, other):
    """Do what a user does: put something somewhere, where there is room for it."""
    path = Path(path)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "folder":
            path.mkdir()
        elif kind == "link":
            path.symlink_to(os.path.relpath(other, path.parent))
        elif kind == "hard link":
            os.link(other, path)
        elif not os.path.lexists(path) and not (
            kind == "record" and path.name == FILE_RECORD
        ):  # that is ours
            path.write_text(CONTENT.get(kind, kind))


CONTENT = {
    "empty": "",
    "record": '{"format": "formcheck-written", "version": 1, "files": {"notes.txt": {"sha256": [], "made_of": []}}}',
}


def add(folder, name):
    """Put a file of the user's into a folder, under a name that is free there."""
    put(Path(folder) / name, "mine", "")


def edit(path):
    """Change a file that is there."""
    with suppress(OSError), open(path, "a") as file:
        file.write("my notes")


def move(source, target):
    """Move what is there to a place that is free."""
    with suppress(OSError, shutil.Error):
        if not os.path.lexists(target) and os.path.realpath(source) != os.path.realpath("."):
            shutil.move(source, target)


def files_in(folder):
    """Return everything below a folder but plain folders: these hold nothing of anybody's."""
    return {path: content for path, content in everything_in(folder).items() if content is not None}


class Watched:
    """A folder of which is known what FormCheck did not write."""

    def __init__(self, folder):
        self.folder = folder
        self.theirs = {}

    def user(self, action):
        """Let the user act; what is there afterwards and was not before is the user's."""
        before = files_in(self.folder)
        action()
        after = files_in(self.folder)
        moved = set(before) - set(after)
        lost = {content for path, content in self.theirs.items() if path in moved}
        fresh = {path: content for path, content in after.items() if before.get(path) != content}
        self.theirs = {path: content for path, content in self.theirs.items() if path not in moved}
        self.theirs |= {path: content for path, content in fresh.items() if not moved or content in lost}

    def command(self, arguments):
        """Run a command: it leaves the user's files alone, and everything where it refuses."""
        before = everything_in(self.folder)
        said = io.StringIO()
        with redirect_stderr(said), redirect_stdout(io.StringIO()):
            code = formcheck(*arguments)
        after = everything_in(self.folder)
        told = f"{' '.join(arguments)} -> {code}: {said.getvalue()}"
        for path, content in self.theirs.items():
            assert path in after and after[path] == content, f"{path} was lost or changed. {told}"
        assert code in (0, 1, 2, 3, 4) and "unexpected fault" not in said.getvalue(), told
        refused = code == 2
        assert not refused or after == before, (
            f"something was written although the command was refused. {told}"
        )
        return code


@contextmanager
def a_home():
    """Give an empty working folder inside one that is watched as well, without any measuring."""
    with tempfile.TemporaryDirectory() as top, patch.dict(os.environ, {"FORMCHECK_DATA": f"{top}/data"}):
        home = Path(top, "home", "work")
        home.mkdir(parents=True)
        with standing_in(home), quick_commands():
            yield home


@cache
def prepared():
    """Return a folder with two clips and with what several commands write of them."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    with standing_in(folder), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for name in ("side", "front"):
            put(f"films/{name}.mp4", name, "")
            formcheck("analyze", f"films/{name}.mp4", "-o", "results", "--no-video")
        formcheck("merge", "results/side", "results/front", "-o", "both")
        formcheck("export", "results/side", "--formats", "csv")
        formcheck("batch", "films", "-o", "batch", "--no-video")
        formcheck("validate", "-o", "batch")
        formcheck("plan", "--ics", "week.ics", "--html", "week.html")
    return folder


ACTIONS = {"put": put, "add": add, "edit": edit, "move": move}


def nothing_is_lost(acts, commands):
    """Run commands on what the user has made of a folder; look after each whether all of it is still there."""
    with a_home() as home:
        shutil.copytree(prepared(), home, symlinks=True, dirs_exist_ok=True)
        watched = Watched(home.parent)
        watched.theirs = {
            home / path: (home / path).read_bytes() for path in ("films/side.mp4", "films/front.mp4")
        }
        for name, *arguments in (*acts, *commands):
            arguments = [picked(argument) for argument in arguments]
            if name in ACTIONS:
                watched.user(partial(ACTIONS[name], *arguments))
            else:
                watched.command((name, *arguments))


DRAWN = settings(
    deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=[Phase.generate]
)


@given(st.lists(ACTS, max_size=8), st.lists(COMMANDS, min_size=1, max_size=4))
@settings(DRAWN, max_examples=100, derandomize=True)
def test_nothing_of_the_users_is_lost(acts, commands):
    nothing_is_lost(acts, commands)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@given(st.lists(ACTS, max_size=12), st.lists(COMMANDS, min_size=1, max_size=6))
@settings(DRAWN, max_examples=2000)
def test_nothing_of_the_users_is_lost_in_two_thousand_trees(acts, commands):
    nothing_is_lost(acts, commands)
