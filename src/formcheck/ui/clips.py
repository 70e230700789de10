"""Storage of visitors' clips: a private folder for each, under a random name, until they leave.

The random name is the key to a clip: whoever has it may look, as after a reload or in a second tab.
"""

from __future__ import annotations

import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from formcheck.ui.leftovers import (
    ALIVE,
    PAGE,
    PREVIEW,
    RESULTS,
    TOKEN,
    VIDEO,
    adopted_from,
    last_alive,
    leave_behind,
    private_root,
)
from formcheck.ui.settings import GRACE_S

GLANCE = "glance.jpg"  # of a refused clip: a frame with what was seen
MOTION = "motion"  # name of the OpenSim files
SERVED = {
    "annotated.mp4": "video/mp4",
    "report.html": "text/html; charset=utf-8",
    "report.pdf": "application/pdf",
    "kinogram.png": "image/png",
    "analysis.json": "application/json",
    "steps.csv": "text/csv; charset=utf-8",
    "keypoints.csv": "text/csv; charset=utf-8",
    f"{MOTION}.trc": "text/plain; charset=utf-8",
    f"{MOTION}.mot": "text/plain; charset=utf-8",
    GLANCE: "image/jpeg",
    "page/hero.mp4": "video/mp4",
    "page/hero.json": "application/json",
    "page/share.jpg": "image/jpeg",
    PREVIEW: "image/jpeg",
}
"""The only names a browser may request, besides the images in `keyframes/` and of a stride's moments."""
PICTURES = re.compile(r"keyframes/[^./][^/]*\.jpg|page/moment-\d\.jpg")


@dataclass
class Held:
    """One clip on disk, and who is looking."""

    token: str
    folder: Path
    visitors: set[str] = field(default_factory=set)  # session ids; empty until the page claims it
    alive: float = 0.0  # s, monotonic: when one of them was last connected

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

    @property
    def saved(self) -> bool:
        """Whether these are results that were opened again, without a clip to measure."""
        return not self.video.exists()

    def stay(self, now: float) -> None:
        """Note that somebody is looking, also for a server that takes over."""
        self.alive = now
        with suppress(OSError):
            (self.folder / ALIVE).touch()


class ClipStore:
    """All clips of this server. Safe to use from several threads.

    Parameters
    ----------
    root : an empty private folder
    grace_s : time a clip is kept after the last connection to it ends
    """

    def __init__(self, root: Path, *, grace_s: float = GRACE_S):
        self.root, self.grace_s = root, grace_s
        self._held: dict[str, Held] = {}
        self._lock = threading.Lock()
        for folder in root.iterdir():
            if TOKEN.fullmatch(folder.name):
                self._held[folder.name] = Held(folder.name, folder, alive=last_alive(folder))

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
        """Let a visitor who knows its name look at a clip; None if it is gone."""
        with self._lock:
            held = self._held.get(token)
            if held is None:
                return None
            held.visitors.add(owner)
            held.stay(time.monotonic())
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
        """Delete the clips at which nobody has looked for the grace time; return their names."""
        now = time.monotonic() if now is None else now
        with self._lock:
            everything = list(self._held.values())
        for held in everything:
            held.visitors = {each for each in held.visitors if is_there(each)}
            if held.visitors:
                held.stay(now)
        gone = [held.token for held in everything if now - held.alive > self.grace_s]
        for token in gone:
            self.delete(token)
        return gone

    def close(self) -> None:
        """Remove everything when the server stops, but what somebody is looking at stays a little.

        A server that starts within the grace time takes it over, so that the page still has its result;
        otherwise a small program of its own removes it then.
        """
        with self._lock:
            everything = list(self._held.values())
        for held in everything:
            if not held.visitors:
                self.delete(held.token)
        leave_behind(self.root, self.grace_s)


def servable(held: Held, name: str) -> Path | None:
    """Return the file that a browser may load under this name, None for any other name."""
    known = name in SERVED or PICTURES.fullmatch(name)
    beside = name == PREVIEW or name.startswith(f"{PAGE}/")
    path = (held.folder if beside else held.results) / name
    return path if known and ".." not in name and path.is_file() else None


@cache
def store() -> ClipStore:
    """Return this server's clips, and those of one that stopped just now; created at first use."""
    root = private_root()
    adopted_from(root.parent, root, GRACE_S)
    return ClipStore(root)
