"""Where visitors' clips live: a private folder for each, under a random name, until they leave."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from formcheck.ui.settings import GRACE_S

PREFIX = "formcheck-app-"
OWNER_FILE = "server.pid"
GLANCE = "glance.jpg"  # of a refused clip: what was seen
SERVED = {
    "annotated.mp4": "video/mp4",
    "report.html": "text/html; charset=utf-8",
    "report.pdf": "application/pdf",
    "analysis.json": "application/json",
    "steps.csv": "text/csv; charset=utf-8",
    "keypoints.csv": "text/csv; charset=utf-8",
    GLANCE: "image/jpeg",
}
"""The only names a browser may ask for, besides the pictures in `keyframes/`."""


@dataclass
class Held:
    """One clip on disk, and whose it is."""

    token: str
    folder: Path
    owner: str | None = None  # session id; None until the page that uploaded it says so
    alive: float = 0.0  # s, monotonic: when its owner was last there

    @property
    def video(self) -> Path:
        """The uploaded file, under our own name."""
        return self.folder / "clip"

    @property
    def results(self) -> Path:
        """Where the worker writes."""
        return self.folder / "results"


class ClipStore:
    """All clips of this server. Safe to use from several threads.

    Parameters
    ----------
    root : an empty private folder
    grace_s : how long a clip outlives its owner's connection
    """

    def __init__(self, root: Path, *, grace_s: float = GRACE_S):
        self.root, self.grace_s = root, grace_s
        self._held: dict[str, Held] = {}
        self._lock = threading.Lock()

    def new(self) -> Held:
        """Make an empty folder, readable by us alone, under a name nobody can guess."""
        token = secrets.token_hex(24)
        folder = self.root / token
        folder.mkdir(mode=0o700)
        held = Held(token, folder, alive=time.monotonic())
        with self._lock:
            self._held[token] = held
        return held

    def claim(self, token: str, owner: str) -> Held | None:
        """Make a clip the visitor's own; None if it is gone or somebody else's."""
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
        """Remove a clip with all that was made from it."""
        with self._lock:
            held = self._held.pop(token, None)
        if held:
            shutil.rmtree(held.folder, ignore_errors=True)

    def size(self) -> int:
        """Return how many bytes all clips take on disk."""
        return sum(path.stat().st_size for path in self.root.rglob("*") if path.is_file())

    def sweep(self, is_there: Callable[[str], bool], now: float | None = None) -> list[str]:
        """Delete the clips whose owners left more than the grace time ago; return their names."""
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
        """Remove everything: the server stops."""
        with self._lock:
            self._held.clear()
        shutil.rmtree(self.root, ignore_errors=True)


def servable(held: Held, name: str) -> Path | None:
    """Return the file a browser may have under this name, None for any other."""
    folder, _, picture = name.rpartition("/")
    known = name in SERVED or (
        folder == "keyframes" and picture.endswith(".jpg") and not picture.startswith(".")
    )
    path = held.results / name
    return path if known and ".." not in name and path.is_file() else None


def private_root() -> Path:
    """Make the server's private folder and remove those of servers that are no more."""
    sweep_leftovers(Path(tempfile.gettempdir()))
    root = Path(tempfile.mkdtemp(prefix=PREFIX))
    (root / OWNER_FILE).write_text(str(os.getpid()))
    return root


def sweep_leftovers(folder: Path) -> list[Path]:
    """Remove the private folders that crashed servers of ours left behind; return them."""
    left = [
        path
        for path in folder.glob(f"{PREFIX}*")
        if path.is_dir() and not path.is_symlink() and path.stat().st_uid == os.getuid() and not _in_use(path)
    ]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return left


def _in_use(path: Path) -> bool:
    """Whether the server that made this folder still runs."""
    try:
        pid = int((path / OWNER_FILE).read_text())
    except (OSError, ValueError):
        return time.time() - path.stat().st_mtime < 60  # it may just be starting
    return Path(f"/proc/{pid}").exists() if Path("/proc").is_dir() else pid_answers(pid)


def pid_answers(pid: int) -> bool:
    """Whether a process of this number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@cache
def store() -> ClipStore:
    """Return this server's clips; made at first use."""
    return ClipStore(private_root())
