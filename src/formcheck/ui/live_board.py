"""The live sessions of this server: access control, and an end for sessions without viewers."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.live.guide import Guide
from formcheck.live.push import Pushed
from formcheck.types import Analysis, Filming, LiveModelOption, Runner

if TYPE_CHECKING:
    from formcheck.live.engine import Finished
    from formcheck.live.recording import Recorder
    from formcheck.live.session import LiveSession
    from formcheck.live.sources import Source

OTHER_CAMERAS_FLAG = "--other-cameras"  # streamlit run app.py -- --other-cameras
MOST = 3  # concurrent sessions: each keeps about one core busy
UNWATCHED_S = 10.0  # a camera without viewers is closed after this time
KEPT_S = 3600.0  # a result that nobody has fetched is deleted after this time
LOOK_EVERY_S = 1.0


@dataclass(frozen=True)
class LivePractice:
    """The next session of somebody's course of practice."""

    name: str  # whose course, as in the history
    guide: Guide


@dataclass(frozen=True)
class LiveWishes:
    """What a visitor chose for a live session."""

    runner: Runner = Runner()
    filming: Filming = Filming()
    model: LiveModelOption = "fast"
    numbers: tuple[str, ...] = ()  # ids of the large numbers; empty = chosen by view and frame rate
    beat: int | None = None  # steps/min
    speak: bool = False
    record: bool = False
    practice: LivePractice | None = None  # None = the usual cues


@dataclass
class Showing:
    """One live session and its viewers."""

    token: str
    source: Source
    wishes: LiveWishes = LiveWishes()
    recording: Path | None = None  # file for the camera's frames; None = they are not kept
    recorder: Recorder | None = None
    session: LiveSession | None = None
    viewers: int = 0
    alone_since: float = field(default_factory=time.monotonic)
    results: list[Analysis] = field(default_factory=list)
    ending: threading.Lock = field(default_factory=threading.Lock)

    @property
    def running(self) -> bool:
        """Whether frames are arriving."""
        return self.session is not None and not self.session.over

    @property
    def failure(self) -> str:
        """Why it ended by itself, in words; empty if it did not."""
        return self.session.wrong if self.session else ""

    def start(self) -> LiveSession:
        """Start, unless it has started."""
        from formcheck.live.engine import Engine
        from formcheck.live.recording import Recorder
        from formcheck.live.session import LiveSession

        if self.session is None:
            wishes = self.wishes
            engine = Engine(
                wishes.runner, model=wishes.model, view=wishes.filming.view, setting=wishes.filming.setting,
                numbers=wishes.numbers, beat=wishes.beat, guide=wishes.practice.guide if wishes.practice else None,
            )  # fmt: skip
            self.recorder = Recorder(self.recording) if self.recording else None
            taps = [self.recorder] if self.recorder else []
            self.session = LiveSession(self.source, engine, taps=taps, on_run=self._keep)
            self.session.start()
        return self.session

    def stop(self) -> None:
        """End it; returns after the complete runs are measured."""
        with self.ending:
            if self.session is not None and self.session.view.state.stage != "over":
                if isinstance(self.source, Pushed):
                    self.source.close()
                self.session.stop()
                if self.recorder is not None:
                    self.recorder.close()

    def _keep(self, finished: Finished) -> None:
        self.results.append(finished.analysis())

    def enter(self) -> None:
        """Count one more viewer."""
        self.viewers += 1

    def leave(self) -> None:
        """Count one viewer fewer."""
        self.viewers -= 1
        self.alone_since = time.monotonic()


class LiveBoard:
    """All live sessions of this server.

    `other_cameras` states whether visitors from other machines may make this machine open a camera
    or fetch an address; users of this machine always may.
    """

    def __init__(self) -> None:
        self.other_cameras = False
        self._showings: dict[str, Showing] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        threading.Thread(target=self._keep_house, name="formcheck-live-keeper", daemon=True).start()

    def new(
        self, source: Source, wishes: LiveWishes = LiveWishes(), recording: Path | None = None
    ) -> Showing:
        """Return an entry for a session; a camera that is already open is shared, as its first visitor wished."""
        from formcheck.live.sources import same_camera

        with self._lock:
            for each in self._showings.values():
                if each.running and same_camera(each.source, source):
                    return each
            showing = Showing(secrets.token_hex(16), source, wishes, recording)
            self._showings[showing.token] = showing
            return showing

    def find(self, token: str) -> Showing | None:
        """Return a session by its token."""
        return self._showings.get(token)

    @property
    def full(self) -> bool:
        """Whether no further session may start."""
        return sum(each.running for each in self._showings.values()) >= MOST

    def close(self) -> None:
        """End everything."""
        self._closed.set()
        for each in list(self._showings.values()):
            each.stop()

    def _keep_house(self) -> None:
        """End sessions without viewers; delete old results."""
        while not self._closed.wait(LOOK_EVERY_S):
            for each in list(self._showings.values()):
                alone = time.monotonic() - each.alone_since if each.viewers <= 0 else 0.0
                if each.session is not None and alone > UNWATCHED_S:
                    each.stop()
                if alone > KEPT_S:
                    self._showings.pop(each.token, None)


@cache
def live_board() -> LiveBoard:
    """Return this server's live sessions."""
    return LiveBoard()
