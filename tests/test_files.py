"""Nothing half-written stays, and what a killed process leaves beside a result goes with the next one."""

import errno
import json
import os
import signal
import subprocess
import sys

import pytest

from formcheck.errors import CannotWrite, UsageError
from formcheck.files.atomic import (
    HOST,
    errors_in_words,
    folder_atomically,
    sweep_leftovers,
    write_atomically,
    write_own_file,
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are told apart on POSIX systems only")

WRITES = """
import os, signal, sys
from pathlib import Path
from formcheck.files import atomic as files
path, when = Path(sys.argv[1]), sys.argv[2]

def killed():
    os.kill(os.getpid(), signal.SIGKILL)

rename = os.rename
def rename_or_die(a, b):
    if when == "moved aside" and Path(b) == path:
        killed()
    rename(a, b)
    if when == "replaced" and Path(b) == path:
        killed()
os.rename = rename_or_die

if when == "half a file":
    with files.write_own_file(path) as file:
        file.write(b"half")
        killed()
with files.folder_atomically(path) as new:
    new.add("pictures/a.txt").write_text("new")
    if when == "half":
        killed()
"""


def killed(path, when):
    """Let another process write the folder `path` and be killed meanwhile."""
    done = subprocess.run([sys.executable, "-c", WRITES, str(path), when])
    assert done.returncode == -signal.SIGKILL


def write_folder(path, text):
    with folder_atomically(path) as new:
        new.add("pictures/a.txt").write_text(text)


def a_dead_process():
    """Return the number of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_run_left_goes_with_the_next(tmp_path):
    killed(tmp_path / "run", "half")
    assert len(names(tmp_path)) == 1, "the killed run left nothing: this shows nothing"
    write_folder(tmp_path / "run", "whole")
    assert names(tmp_path) == ["run"]


def test_the_earlier_result_comes_back_where_the_kill_took_it_away(tmp_path):
    write_folder(tmp_path / "run", "earlier")
    killed(tmp_path / "run", "moved aside")
    assert "run" not in names(tmp_path), "the kill came too late: this shows nothing"
    with pytest.raises(RuntimeError), folder_atomically(tmp_path / "run"):
        raise RuntimeError("the next run fails as well")
    assert names(tmp_path) == ["run"]
    assert (tmp_path / "run" / "pictures" / "a.txt").read_text() == "earlier"


def test_the_earlier_result_goes_after_a_kill_when_the_new_one_is_in_its_place(tmp_path):
    write_folder(tmp_path / "run", "earlier")
    killed(tmp_path / "run", "replaced")
    assert len(names(tmp_path)) == 2, "the killed run left nothing: this shows nothing"
    write_folder(tmp_path / "other", "whole")
    assert names(tmp_path) == ["other", "run"]
    assert (tmp_path / "run" / "pictures" / "a.txt").read_text() == "new"


def test_an_earlier_result_whose_place_was_taken_meanwhile_is_kept(tmp_path):
    write_folder(tmp_path / "run", "earlier")
    killed(tmp_path / "run", "moved aside")
    (tmp_path / "run").write_text("mine")
    write_folder(tmp_path / "other", "whole")
    assert (tmp_path / "run").read_text() == "mine"
    assert [path.read_text() for path in tmp_path.glob(".formcheck-*/old/pictures/a.txt")] == ["earlier"]
    (tmp_path / "run").unlink()
    sweep_leftovers(tmp_path)
    assert names(tmp_path) == ["other", "run"]
    assert (tmp_path / "run" / "pictures" / "a.txt").read_text() == "earlier"


def test_a_file_half_written_by_a_killed_process_goes_too(tmp_path):
    killed(tmp_path / "table.csv", "half a file")
    assert len(names(tmp_path)) == 1, "the killed run left nothing: this shows nothing"
    with write_atomically(tmp_path / "table.csv") as file:
        file.write(b"whole")
    assert names(tmp_path) == ["table.csv"]


def test_a_users_file_in_a_leftover_stays(tmp_path):
    killed(tmp_path / "run", "half")
    (left,) = tmp_path.iterdir()
    (left / "new" / "notes.txt").write_text("mine")
    (left / "old").mkdir()
    (left / "old" / "notes.txt").write_text("mine as well")
    write_folder(tmp_path / "other", "whole")
    assert [path.read_text() for path in sorted(tmp_path.rglob("notes.txt"))] == ["mine", "mine as well"]


@pytest.mark.parametrize(
    "name", ["../../mine.txt", "/mine.txt", "link/mine.txt", "../note/../../../mine.txt"]
)
def test_a_note_that_leads_out_of_its_folder_removes_nothing(tmp_path, name):
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    work = tmp_path / "work"
    work.mkdir()
    killed(work / "run", "half")
    (left,) = work.iterdir()
    (left / "new" / "link").symlink_to(tmp_path)
    with (left / "note").open("a") as note:
        note.write(json.dumps(name if name != "/mine.txt" else str(mine)) + "\n")
    write_folder(work / "other", "whole")
    assert mine.read_text() == "mine" and (left / "new" / "link").is_symlink()
    assert not (left / "new" / "pictures").exists()


def test_what_others_write_now_or_keep_hidden_stays(tmp_path):
    dead = a_dead_process()
    about = {"format": "formcheck-scratch", "version": 1, "target": "run"}
    noted = [f".formcheck-{HOST}-{os.getpid()}-ab12cd34", f".formcheck-elsewhere-{dead}-ab12cd34"]
    plain = [f".formcheck-{HOST}-{dead}-ab12cd34", ".formcheck-notes", ".run", f".run-{HOST}-{dead}-ab12"]
    for name in (*noted, *plain):
        (tmp_path / name / "new").mkdir(parents=True)
        (tmp_path / name / "new" / "a.txt").write_text("mine")
    for name in noted:
        (tmp_path / name / "note").write_text(json.dumps({**about, "folder": name}) + '\n"a.txt"\n')
    copied = tmp_path / f".formcheck-{HOST}-{dead}-copied00"  # its note tells of another folder
    copied.mkdir()
    (copied / "note").write_text(json.dumps({**about, "folder": plain[0]}) + '\n"a.txt"\n')
    write_folder(tmp_path / "run", "whole")
    assert names(tmp_path) == sorted([*noted, *plain, copied.name, "run"])
    assert len(list(tmp_path.rglob("new/a.txt"))) == 6


def test_an_error_while_writing_leaves_the_earlier_result(tmp_path):
    write_folder(tmp_path / "run", "earlier")
    with pytest.raises(KeyboardInterrupt), folder_atomically(tmp_path / "run") as new:
        new.add("pictures/a.txt").write_text("half")
        raise KeyboardInterrupt
    assert names(tmp_path) == ["run"]
    assert (tmp_path / "run" / "pictures" / "a.txt").read_text() == "earlier"


def test_a_folder_that_is_changed_in_the_last_moment_goes_back(tmp_path, monkeypatch):
    write_folder(tmp_path / "run", "earlier")
    rename = os.rename

    def rename_late(a, b):
        if a == tmp_path / "run":
            (tmp_path / "run" / "notes.txt").write_text("mine")
        rename(a, b)

    monkeypatch.setattr(os, "rename", rename_late)
    with pytest.raises(UsageError, match="changed while"):
        write_folder(tmp_path / "run", "new")
    assert names(tmp_path) == ["run"]
    assert (tmp_path / "run" / "notes.txt").read_text() == "mine"
    assert (tmp_path / "run" / "pictures" / "a.txt").read_text() == "earlier"


def test_a_folder_that_changes_while_its_successor_is_written_stays(tmp_path):
    write_folder(tmp_path / "run", "earlier")
    with pytest.raises(UsageError, match=r"notes\.txt"), folder_atomically(tmp_path / "run") as new:
        new.add("a.txt").write_text("new")
        (tmp_path / "run" / "notes.txt").write_text("mine")
    assert names(tmp_path / "run") == [".formcheck.json", "notes.txt", "pictures"]


def test_a_file_that_appears_while_its_name_is_written_stays(tmp_path):
    with pytest.raises(UsageError, match="already"), write_own_file(tmp_path / "a.csv") as file:
        file.write(b"ours")
        (tmp_path / "a.csv").write_text("mine")
    assert (tmp_path / "a.csv").read_text() == "mine" and names(tmp_path) == ["a.csv"]


def test_a_file_may_not_be_written_without_a_note(tmp_path):
    with pytest.raises(RuntimeError, match="without a note"), folder_atomically(tmp_path / "run") as new:
        (new.new / "a.txt").write_text("unknown")
    assert "run" not in names(tmp_path)


@pytest.mark.parametrize("number, words", [(errno.ENOSPC, "disk is full"), (errno.EACCES, "another folder")])
def test_what_the_system_says_becomes_a_sentence(tmp_path, number, words):
    with pytest.raises(CannotWrite, match=words), errors_in_words(tmp_path / "run"):
        raise OSError(number, os.strerror(number))
