"""A source fed from outside: frames sent by a browser."""

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

LARGEST_SENT = 4 << 20  # bytes of one frame
LARGEST_SIDE = 2560  # px
SILENT_S = 0.25


class Pushed:
    """Frames that are sent to this machine; a newer frame replaces one that nobody has fetched.

    Parameters
    ----------
    name : of the camera, for display
    """

    ends = True  # when the sender leaves, the session ends

    def __init__(self, name: str = "the browser's camera"):
        self.name = name
        self._clock = CaptureClock()
        self._waiting: queue.Queue[Frame | None] = queue.Queue(1)

    def push(self, jpeg: bytes, taken: float) -> None:
        """Add one frame.

        Parameters
        ----------
        jpeg : bytes of a JPEG image
        taken : s, the sender's own clock at capture

        Raises
        ------
        UnreadableInput
            If it is not a JPEG or is too large.
        """
        arrival = time.monotonic()
        frame = Frame(decoded(jpeg), self._clock.stamp(arrival, taken))
        self._replace(frame)

    def close(self) -> None:
        """Signal that no more frames will come."""
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
        """Yield frames until the sender has left."""
        while not stopped():
            try:
                frame = self._waiting.get(timeout=SILENT_S)
            except queue.Empty:
                continue
            if frame is None:
                return
            yield frame


def decoded(jpeg: bytes) -> np.ndarray:
    """Return a JPEG's pixels, (h, w, 3) uint8 RGB; its size is checked before decoding.

    Raises
    ------
    UnreadableInput
        If it is not a JPEG or is too large.
    """
    if len(jpeg) > LARGEST_SENT:
        raise UnreadableInput("The camera's pictures are too large. Choose a lower resolution.")
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as head:
            if max(head.size) > LARGEST_SIDE:
                raise UnreadableInput("The camera's pictures are too large. Choose a lower resolution.")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableInput("What the browser sent is not a picture.") from error
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise UnreadableInput("What the browser sent is not a picture.")
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
