"""A live session: reading, pose estimation, measuring and concluding, each in its own thread.

Display never waits for a measurement, and a measurement never waits for a frame: the
reader keeps only the newest frame, the pose thread takes it when it is free, and
the measuring thread works on what has been seen so far. All viewers read the
same latest `LiveView`.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import cv2
import numpy as np

from formcheck.errors import FormCheckError, UnreadableInput
from formcheck.live.clock import FrameRate
from formcheck.live.cues import NOTHING
from formcheck.live.engine import Engine, Finished
from formcheck.live.picture import live_picture
from formcheck.live.reader import SourceReader
from formcheck.live.screen import Health
from formcheck.live.sources import Source
from formcheck.live.state import State
from formcheck.live.voice import Metronome, Speaker
from formcheck.types import Frame

DELAYS = 120  # frames over which the median delay is taken
JPEG_QUALITY = 80
PATIENCE_S = 0.25
SWITCH_S = 0.0005  # thread switch interval of Python, short so that measuring does not delay a frame


@dataclass(frozen=True, eq=False)
class LiveView:
    """What viewers see at one moment."""

    number: int
    picture: np.ndarray | None  # (h, w, 3) uint8 RGB with the overlay
    state: State
    health: Health
    beat: float | None = None

    @cached_property
    def jpeg(self) -> bytes:
        """The image as JPEG, encoded once for all viewers."""
        if self.picture is None:
            return b""
        bgr = cv2.cvtColor(self.picture, cv2.COLOR_RGB2BGR)
        good, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        return data.tobytes() if good else b""


class LiveSession:
    """One source, one runner, any number of viewers.

    Parameters
    ----------
    source : where frames come from
    engine : processes the frames
    taps : get every frame of the camera, e.g. a recorder
    on_run : called with each completed run, in a thread of its own
    fast_forward : use every frame as fast as possible, for tests without a clock
    """

    def __init__(
        self,
        source: Source,
        engine: Engine,
        *,
        taps: Sequence[Callable[[Frame], None]] = (),
        on_run: Callable[[Finished], None] | None = None,
        speaker: Speaker | None = None,
        metronome: Metronome | None = None,
        fast_forward: bool = False,
    ):
        self.source, self.engine = source, engine
        self.reader = SourceReader(source, taps=taps, patient=fast_forward)
        self.delays_ms: deque[float] = deque(maxlen=DELAYS)
        self.looked = 0  # frames the pose model has processed
        self.failure: Exception | None = None
        self._rate = FrameRate()
        self._on_run, self._speaker, self._metronome = on_run, speaker, metronome
        self._news = threading.Condition()
        self._view = LiveView(0, None, engine.state, Health())
        self._measure = threading.Event()
        self._stop = threading.Event()
        self._concluding: list[threading.Thread] = []
        self._spoken = 0.0
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), name=f"formcheck-{name}", daemon=True)
            for name, work in (("looking", self._look), ("measuring", self._measure_on))
        ]

    def start(self) -> None:
        """Start; returns at once."""
        sys.setswitchinterval(SWITCH_S)
        if self._metronome is not None:
            self._metronome.start()
        self.reader.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the session: the current run is concluded, then everything is closed."""
        self.end()
        self.reader.stop()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(10.0)
        self.engine.conclude()
        self._hand_over()
        for thread in self._concluding:
            thread.join()
        for noise in (self._speaker, self._metronome):
            if noise is not None:
                noise.close()
        self._publish(None)

    @property
    def over(self) -> bool:
        """Whether the source has ended or could not be opened, or the session was stopped."""
        return self._stop.is_set() or self.failure is not None or not self._threads[0].is_alive()

    def end(self) -> None:
        """Let the session be over; whoever started it then calls `stop`, which measures the last run."""
        self._stop.set()
        self._measure.set()

    @property
    def wrong(self) -> str:
        """Why it ended by itself, in words for viewers; empty if it did not."""
        error = self.reader.error or self.failure
        if error is None:
            return ""
        return (
            str(error)
            if isinstance(error, FormCheckError)
            else "Live mode stopped unexpectedly. Start it again."
        )

    def check(self) -> None:
        """Raise what went wrong: a source that could not be opened, or an internal error."""
        error = self.failure or self.reader.error
        if isinstance(error, FormCheckError):
            raise error
        if error is not None:
            raise UnreadableInput(
                f"Live mode stopped unexpectedly ({error}). Start it again; formcheck doctor checks this machine."
            ) from error

    # --- for viewers --------------------------------------------------------------------

    @property
    def view(self) -> LiveView:
        """The current view."""
        return self._view

    def next_view(self, after: int, timeout_s: float = PATIENCE_S) -> LiveView:
        """Return a view newer than `after`, or the same one if none comes in time."""
        with self._news:
            if self._view.number <= after:
                self._news.wait(timeout_s)
            return self._view

    # --- threads ------------------------------------------------------------------------

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  reported to the runner by `check`
            self.failure = error
            self.end()

    def _look(self) -> None:
        """Take the newest frame, find the runner, draw, publish."""
        while not self._stop.is_set():
            frame = self.reader.newest.take(PATIENCE_S)
            if frame is not None:
                self._show(frame)
            elif self.reader.over:
                return
            else:
                self._publish(self._view.picture)

    def _show(self, frame: Frame) -> None:
        seen = self.engine.see(frame)
        self.looked += 1
        self._rate.add(frame.time)
        picture = live_picture(seen, self.engine.state)
        self.delays_ms.append(1000 * (time.monotonic() - frame.time))
        if self.engine.due:
            self._measure.set()
        self._publish(picture)

    def _publish(self, picture: np.ndarray | None) -> None:
        connection = self.reader.connection
        state = self.engine.state
        if connection.state != "connected" and state.stage != "over":
            stage = "lost" if connection.state == "lost" else state.stage
            state = replace(state, stage=stage, headline=connection.words or state.headline, line=NOTHING)
        beat = self._metronome.place(time.monotonic()) if self._metronome is not None else None
        with self._news:
            self._view = LiveView(self._view.number + 1, picture, state, self.health, beat)
            self._news.notify_all()

    @property
    def health(self) -> Health:
        """State of the processing chain."""
        connection = self.reader.connection
        delay = float(np.median(self.delays_ms)) if self.delays_ms else np.nan
        words = "connected" if connection.state == "connected" else connection.words
        return Health(
            connection.state, words, self.reader.rate.hz, self._rate.mean_hz, delay, self.reader.dropped
        )

    def _measure_on(self) -> None:
        """Measure after every half second of frames."""
        while not self._stop.is_set():
            self._measure.wait(PATIENCE_S)
            self._measure.clear()
            if self._stop.is_set() or not self._threads[0].is_alive():
                return
            if self.engine.due:
                self.engine.measure()
                self._speak()
                self._hand_over()

    def _speak(self) -> None:
        line = self.engine.state.line
        if self._speaker is not None and line and line.since != self._spoken:
            self._spoken = line.since
            self._speaker.say(line.words)

    def _hand_over(self) -> None:
        """Conclude every completed run, each in its own thread."""
        while self.engine.finished:
            finished = self.engine.finished.pop(0)
            if self._on_run is not None:
                work = partial(self._on_run, finished)
                thread = threading.Thread(target=self._guarded, args=(work,), name="formcheck-concluding")
                thread.start()
                self._concluding.append(thread)
