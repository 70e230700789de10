"""A thread that reads a source and keeps only its newest frame."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from formcheck.errors import FormCheckError, UnreadableInput
from formcheck.live.clock import FrameRate
from formcheck.live.sources import Source
from formcheck.types import Frame

BACK_OFF_S = (0.5, 1.0, 2.0, 4.0, 8.0)  # the last one is repeated
Tap = Callable[[Frame], None]


@dataclass(frozen=True)
class Connection:
    """Connection state of the source."""

    state: Literal["connecting", "connected", "lost", "ended", "failed"]
    words: str = ""


class Newest:
    """Holds one frame: a newer one replaces one that nobody has fetched."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._frame: Frame | None = None
        self.replaced = 0  # frames replaced before they were fetched

    def put(self, frame: Frame) -> None:
        """Store a frame."""
        with self._ready:
            self.replaced += self._frame is not None
            self._frame = frame
            self._ready.notify()

    def take(self, timeout_s: float) -> Frame | None:
        """Return the newest frame, waiting for one; None if none came."""
        with self._ready:
            if self._frame is None:
                self._ready.wait(timeout_s)
            frame, self._frame = self._frame, None
            return frame

    def wait_until_taken(self, timeout_s: float, stopped: Callable[[], bool]) -> None:
        """Wait until the stored frame has been fetched."""
        while self._frame is not None and not stopped():
            time.sleep(min(timeout_s, 0.001))


class SourceReader:
    """Reads a source in its own thread and reconnects when it fails.

    Parameters
    ----------
    source : what to read
    taps : called with every frame in this thread; they must return quickly
    patient : wait until each frame was fetched instead of replacing it (fast forward)
    back_off : s to wait before each new attempt
    """

    def __init__(
        self,
        source: Source,
        *,
        taps: Sequence[Tap] = (),
        patient: bool = False,
        back_off: Sequence[float] = BACK_OFF_S,
    ):
        self.source, self.newest, self.rate = source, Newest(), FrameRate()
        self.connection = Connection("connecting", f"Connecting to {source.name}")
        self.error: Exception | None = None
        self.frames = 0
        self._taps, self._patient, self._back_off = tuple(taps), patient, tuple(back_off)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="formcheck-reader", daemon=True)

    def start(self) -> None:
        """Start reading."""
        self._thread.start()

    def stop(self) -> None:
        """Stop reading; returns when the source is closed, or soon after."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2.0)

    @property
    def dropped(self) -> int:
        """Frames that arrived but could not be used in time."""
        return self.newest.replaced

    @property
    def over(self) -> bool:
        """Whether the source has ended for good."""
        return self.connection.state in ("ended", "failed") or self._stop.is_set()

    def _run(self) -> None:
        """Read until stopped: a first failure to open is final, later failures lead to new attempts."""
        attempt = 0
        while not self._stop.is_set():
            before = self.frames
            why = self._read()
            if self._concluded(why):
                return
            attempt = 0 if self.frames > before else attempt + 1
            wait = self._back_off[min(attempt, len(self._back_off) - 1)]
            self.connection = Connection("lost", f"No picture from {self.source.name}; trying again")
            self._stop.wait(wait)

    def _read(self) -> Exception | None:
        """Read the source to its end; return what went wrong, if anything."""
        try:
            for frame in self.source.frames(self._stop.is_set):
                self._pass_on(frame)
        except FormCheckError as error:
            return error
        except Exception as error:  # noqa: BLE001  a driver's failure must not end the session
            return error
        return None

    def _pass_on(self, frame: Frame) -> None:
        self.frames += 1
        self.rate.add(frame.time)
        self.connection = Connection("connected")
        for tap in self._taps:
            tap(frame)
        self.newest.put(frame)
        if self._patient:
            self.newest.wait_until_taken(1.0, self._stop.is_set)

    def _concluded(self, why: Exception | None) -> bool:
        if self.source.ends and why is None:
            self.connection = Connection("ended", f"{self.source.name} is at its end")
            return True
        if self.frames == 0 and not self._stop.is_set():
            silent = f"{self.source.name} opens but sends no picture. Close other programs that use it."
            self.error = why or UnreadableInput(silent)
            self.connection = Connection("failed", str(self.error))
            return True
        return False
