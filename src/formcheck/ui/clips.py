"""Storage of visitors' clips: a private folder for each, under a random name, until they leave."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from formcheck.files.atomic import SCRATCH
from formcheck.files.ownership import foreign_in, is_plain_folder
from formcheck.ui.settings import GRACE_S

PREFIX = "formcheck-app-"
OWNER_FILE = "server.json"
OWNER_FORMAT, OWNER_VERSION = "formcheck-app-folder", 1
VIDEO, RESULTS, PAGE = "clip", "results", "page"
PROGRESS_FILE = "progress.json"
STOP_LOOKING = "stop-looking"  # a file beside the clip; stopping a look in this way keeps its worker warm
HELD_FILES = {VIDEO, RESULTS, PAGE, PROGRESS_FILE, "progress.new", STOP_LOOKING}
TOKEN = re.compile(r"[0-9a-f]{48}")
GLANCE = "glance.jpg"  # of a refused clip: a frame with what was seen
SERVED = {
    "annotated.mp4": "video/mp4",
    "report.html": "text/html; charset=utf-8",
    "report.pdf": "application/pdf",
    "analysis.json": "application/json",
    "steps.csv": "text/csv; charset=utf-8",
    "keypoints.csv": "text/csv; charset=utf-8",
    GLANCE: "image/jpeg",
    "page/hero.mp4": "video/mp4",
    "page/hero.json": "application/json",
    "page/share.jpg": "image/jpeg",
}
"""The only names a browser may request, besides the images in `keyframes/` and of a stride's moments."""
PICTURES = re.compile(r"keyframes/[^./][^/]*\.jpg|page/moment-\d\.jpg")


@dataclass
class Held:
    """One clip on disk, and its owner."""

    token: str
    folder: Path
    owner: str | None = None  # session id; None until the page that uploaded it claims it
    alive: float = 0.0  # s, monotonic: when its owner was last connected

    @property
    def video(self) -> Path:
        """The uploaded file, under a name of our own."""
        return self.folder / VIDEO

    @property
    def results(self) -> Path:
        """Folder of the downloads, written by a worker."""
        return self.folder / RESULTS

    @property
    def page(self) -> Path:
        """Folder of what the result page shows, written by a worker."""
        return self.folder / PAGE


class ClipStore:
    """All clips of this server. Safe to use from several threads.

    Parameters
    ----------
    root : an empty private folder
    grace_s : time a clip is kept after its owner's connection ends
    """

    def __init__(self, root: Path, *, grace_s: float = GRACE_S):
        self.root, self.grace_s = root, grace_s
        self._held: dict[str, Held] = {}
        self._lock = threading.Lock()

    def new(self) -> Held:
        """Create an empty folder, accessible only to this user, under a name nobody can guess."""
        token = secrets.token_hex(24)
        folder = self.root / token
        folder.mkdir(mode=0o700)
        held = Held(token, folder, alive=time.monotonic())
        with self._lock:
            self._held[token] = held
        return held

    def claim(self, token: str, owner: str) -> Held | None:
        """Assign a clip to a visitor; None if it is gone or belongs to somebody else."""
        with self._lock:
            held = self._held.get(token)
            if held is None or held.owner not in (None, owner):
                return None
            held.owner, held.alive = owner, time.monotonic()
            return held

    def find(self, token: str) -> Held | None:
        """Return a clip, or None if there is none under this name."""
        with self._lock:
            return self._held.get(token)

    def delete(self, token: str) -> None:
        """Remove a clip with everything derived from it."""
        with self._lock:
            held = self._held.pop(token, None)
        if held:
            shutil.rmtree(held.folder, ignore_errors=True)

    def size(self) -> int:
        """Return the size of all clips on disk in bytes."""
        return sum(path.stat().st_size for path in self.root.rglob("*") if path.is_file())

    def sweep(self, is_there: Callable[[str], bool], now: float | None = None) -> list[str]:
        """Delete the clips whose owners left longer ago than the grace time; return their names."""
        now = time.monotonic() if now is None else now
        with self._lock:
            everything = list(self._held.values())
        for held in everything:
            if held.owner is not None and is_there(held.owner):
                held.alive = now
        gone = [held.token for held in everything if now - held.alive > self.grace_s]
        for token in gone:
            self.delete(token)
        return gone

    def close(self) -> None:
        """Remove everything when the server stops."""
        with self._lock:
            tokens = list(self._held)
        for token in tokens:
            self.delete(token)
        with suppress(OSError):
            (self.root / OWNER_FILE).unlink(missing_ok=True)
            self.root.rmdir()


def servable(held: Held, name: str) -> Path | None:
    """Return the file that a browser may load under this name, None for any other name."""
    known = name in SERVED or PICTURES.fullmatch(name)
    path = (held.folder if name.startswith(f"{PAGE}/") else held.results) / name
    return path if known and ".." not in name and path.is_file() else None


def private_root() -> Path:
    """Create the server's private folder and remove those of servers that are no longer running."""
    sweep_leftovers(Path(tempfile.gettempdir()))
    root = Path(tempfile.mkdtemp(prefix=PREFIX))
    about = {"format": OWNER_FORMAT, "version": OWNER_VERSION, "folder": root.name, "process": os.getpid()}
    (root / OWNER_FILE).write_text(json.dumps(about))
    return root


def sweep_leftovers(folder: Path) -> list[Path]:
    """Remove the private folders that crashed servers left behind; return them.

    A folder is removed only if its note says which server created it, that server is no longer running,
    and the folder contains nothing but what a server puts there.
    """
    left = [path for path in folder.glob(f"{PREFIX}*") if _is_left_over(path)]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return left


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


@cache
def store() -> ClipStore:
    """Return this server's clips; created at first use."""
    return ClipStore(private_root())
