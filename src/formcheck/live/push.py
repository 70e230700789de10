"""A source that is fed from outside: pictures that a browser sends."""

from __future__ import annotations

import io
import queue
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from formcheck.errors import UnreadableInput
from formcheck.live.clock import CaptureClock
from formcheck.types import Frame

LARGEST_SENT = 4 << 20  # bytes of one picture
LARGEST_SIDE = 2560  # px
SILENT_S = 0.25


class Pushed:
    """Pictures that come from elsewhere; the newest replaces one that nobody took.

    Parameters
    ----------
    name : of the camera, for people
    """

    ends = True  # when the sender leaves, the session is at its end

    def __init__(self, name: str = "the browser's camera"):
        self.name = name
        self._clock = CaptureClock()
        self._waiting: queue.Queue[Frame | None] = queue.Queue(1)

    def push(self, jpeg: bytes, taken: float) -> None:
        """Give one picture.

        Parameters
        ----------
        jpeg : bytes of a JPEG picture
        taken : s, the sender's own clock when it was taken

        Raises
        ------
        UnreadableInput
            If it is no JPEG or too large.
        """
        arrival = time.monotonic()
        frame = Frame(decoded(jpeg), self._clock.stamp(arrival, taken))
        self._replace(frame)

    def close(self) -> None:
        """Say that no more pictures come."""
        self._replace(None)

    def _replace(self, frame: Frame | None) -> None:
        while True:
            try:
                self._waiting.put_nowait(frame)
                return
            except queue.Full:
                try:
                    self._waiting.get_nowait()
                except queue.Empty:
                    continue

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """Yield pictures until the sender has left."""
        while not stopped():
            try:
                frame = self._waiting.get(timeout=SILENT_S)
            except queue.Empty:
                continue
            if frame is None:
                return
            yield frame


def decoded(jpeg: bytes) -> np.ndarray:
    """Return a JPEG's pixels, (h, w, 3) uint8 RGB; its size is looked at before it is unpacked.

    Raises
    ------
    UnreadableInput
        If it is no JPEG or too large.
    """
    if len(jpeg) > LARGEST_SENT:
        raise UnreadableInput("The camera's pictures are too large. Choose a lower resolution.")
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as head:
            if max(head.size) > LARGEST_SIDE:
                raise UnreadableInput("The camera's pictures are too large. Choose a lower resolution.")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableInput("What the browser sent is no picture.") from error
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise UnreadableInput("What the browser sent is no picture.")
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
