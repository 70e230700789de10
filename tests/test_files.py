"""Nothing half-written stays: what a killed process leaves beside a result goes with the next one."""

import os
import signal
import subprocess
import sys

import pytest

from formcheck.files import HOST, folder_atomically, write_atomically

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are told apart on POSIX systems only")

WRITES = """
import os, signal, sys
from pathlib import Path
from formcheck import files
path = Path(sys.argv[1])
if sys.argv[2] == "moved aside":
    move = os.replace
    def replace(a, b):
        if Path(b) == path:
            os.kill(os.getpid(), signal.SIGKILL)
        move(a, b)
    os.replace = replace
with files.folder_atomically(path) as beside:
    (beside / "a.txt").write_text("new")
    if sys.argv[2] == "half":
        os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(path, when):
    """Let another process write the folder `path` and be killed meanwhile."""
    done = subprocess.run([sys.executable, "-c", WRITES, str(path), when])
    assert done.returncode == -signal.SIGKILL


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
    with folder_atomically(tmp_path / "run") as beside:
        (beside / "a.txt").write_text("whole")
    assert names(tmp_path) == ["run"]


def test_the_earlier_result_comes_back_where_the_kill_took_it_away(tmp_path):
    with folder_atomically(tmp_path / "run") as beside:
        (beside / "a.txt").write_text("earlier")
    killed(tmp_path / "run", "moved aside")
    assert "run" not in names(tmp_path), "the kill came too late: this shows nothing"
    with pytest.raises(RuntimeError), folder_atomically(tmp_path / "run"):
        raise RuntimeError("the next run fails as well")
    assert names(tmp_path) == ["run"]
    assert (tmp_path / "run" / "a.txt").read_text() == "earlier"


def test_a_file_half_written_by_a_killed_process_goes_too(tmp_path):
    (tmp_path / f".table-{HOST}-{a_dead_process()}-ab12.csv").write_text("half")
    with write_atomically(tmp_path / "table.csv") as file:
        file.write(b"whole")
    assert names(tmp_path) == ["table.csv"]


def test_what_others_write_now_or_keep_hidden_stays(tmp_path):
    dead = a_dead_process()
    kept = [
        f".run-{HOST}-{os.getpid()}-ab12",
        f".run-elsewhere-{dead}-ab12",
        f".run-2-{HOST}-{dead}-ab12",
        ".run-notes",
        ".run",
    ]
    for name in kept:
        (tmp_path / name).mkdir()
    with folder_atomically(tmp_path / "run"):
        pass
    assert names(tmp_path) == sorted([*kept, "run"])
