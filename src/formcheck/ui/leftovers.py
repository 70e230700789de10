"""What servers that have stopped left behind: taken over within the grace time, otherwise removed.

    python -m formcheck.ui.leftovers FOLDER SECONDS

waits, then removes the folder unless a server has taken its clips over. A server that stops while
somebody is looking starts this program, so that nothing stays on disk when no server follows.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from formcheck.files.atomic import SCRATCH
from formcheck.files.ownership import foreign_in, is_plain_folder

PREFIX = "formcheck-app-"
OWNER_FILE = "server.json"
OWNER_FORMAT, OWNER_VERSION = "formcheck-app-folder", 1
VIDEO, RESULTS, PAGE = "clip", "results", "page"
ALIVE = "alive"  # its time of change says when somebody last looked
STATE = "state.json"  # the visitor's answers
TRACK = "track.pickle"  # the keypoints, for answers that come later
PREVIEW = "preview.jpg"  # the newest frame that was worked on
PROGRESS_FILE = "progress.json"
STOP_LOOKING = "stop-looking"  # a file beside the clip; stopping a look in this way keeps its worker warm
PARTS = ("keypoints.csv", "steps.csv", "annotated.mp4")  # what may come with a saved analysis.json
FRESH = tuple(f"{name}.new" for name in (STATE, TRACK, PREVIEW, PROGRESS_FILE))  # before they are renamed
HELD_FILES = {VIDEO, RESULTS, PAGE, ALIVE, STATE, TRACK, PREVIEW, PROGRESS_FILE, STOP_LOOKING, *FRESH, *PARTS}
TOKEN = re.compile(r"[0-9a-f]{48}")


def private_root() -> Path:
    """Create the server's private folder."""
    root = Path(tempfile.mkdtemp(prefix=PREFIX))
    about = {"format": OWNER_FORMAT, "version": OWNER_VERSION, "folder": root.name, "process": os.getpid()}
    (root / OWNER_FILE).write_text(json.dumps(about))
    return root


def put(path: Path, data: bytes) -> None:
    """Write a file of a clip's folder so that nobody reads half of it."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(data)
    os.replace(beside, path)


def last_alive(folder: Path) -> float:
    """Return when somebody last looked at a clip, s on the monotonic clock."""
    return time.monotonic() - _unwatched_s(folder)


def _unwatched_s(folder: Path) -> float:
    """Return for how long nobody has looked at a clip, s."""
    try:
        return max(0.0, time.time() - (folder / ALIVE).stat().st_mtime)
    except OSError:
        return float("inf")


def adopted_from(folder: Path, root: Path, grace_s: float) -> list[Path]:
    """Move the clips of stopped servers that are still looked at into `root`, and remove the others.

    A folder is touched only if its note says which server created it, that server is no longer running,
    and the folder contains nothing but what a server puts there.

    Returns
    -------
    list of Path, the folders of stopped servers, now gone
    """
    left = [path for path in folder.glob(f"{PREFIX}*") if path != root and _is_left_over(path)]
    for path in left:
        for clip in path.iterdir():
            if TOKEN.fullmatch(clip.name) and _unwatched_s(clip) <= grace_s:
                with suppress(OSError):
                    clip.rename(root / clip.name)
        shutil.rmtree(path, ignore_errors=True)
    return left


def leave_behind(root: Path, grace_s: float) -> None:
    """Remove an empty private folder now, and one with clips after the grace time."""
    if any(TOKEN.fullmatch(path.name) for path in root.iterdir()):
        command = [sys.executable, "-m", "formcheck.ui.leftovers", str(root), f"{grace_s:.0f}"]
        nothing = subprocess.DEVNULL
        with suppress(OSError):
            subprocess.Popen(
                command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True, cwd="/"
            )
        return
    with suppress(OSError):
        (root / OWNER_FILE).unlink(missing_ok=True)
        root.rmdir()


def _is_left_over(root: Path) -> bool:
    """Return whether a folder was created by a server that is no longer running, and holds nothing else."""
    try:
        about = json.loads((root / OWNER_FILE).read_text())
        known = (about["format"], about["version"], about["folder"])
        return (
            is_plain_folder(root)
            and root.stat().st_uid == os.getuid()
            and known == (OWNER_FORMAT, OWNER_VERSION, root.name)
            and not pid_answers(int(about["process"]))
            and all(_is_held(path) for path in root.iterdir() if path.name != OWNER_FILE)
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _is_held(folder: Path) -> bool:
    """Return whether an entry of a private folder is the folder of one clip, with nothing else in it."""
    return (
        TOKEN.fullmatch(folder.name) is not None
        and is_plain_folder(folder)
        and all(path.name in HELD_FILES or SCRATCH.fullmatch(path.name) for path in folder.iterdir())
        and all(not (folder / made).exists() or foreign_in(folder / made) is None for made in (RESULTS, PAGE))
    )


def pid_answers(pid: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def main(root: Path, seconds: float) -> None:
    """Wait, then remove one server's folder if it still is what that server left."""
    time.sleep(seconds)
    if root.is_dir() and _is_left_over(root):
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
