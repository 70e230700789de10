"""Cameras for live tests: a network camera that can be unplugged, and clips of runners."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np

from clips import RECORDED, SAMPLES
from formcheck.types import Frame
from formcheck.video import FrameReader, VideoWriter

RUNNER = RECORDED / "treadmill-side-left-30fps.mp4"


def sample_runner(fps: int) -> Path | None:
    """Return a sample video of a runner from the side at so many frames a second, None if there is none."""
    name = {30: "treadmill_left", 60: "treadmill_right"}[fps]
    path = SAMPLES / f"{name}.mp4"
    return path if path.is_file() else None


def pictures(count: int, size: tuple[int, int] = (160, 120)) -> list[np.ndarray]:
    """Return pictures that differ: their brightness counts."""
    return [np.full((size[1], size[0], 3), 40 + 2 * (k % 100), np.uint8) for k in range(count)]


def clip(path: Path, images: list[np.ndarray], fps: float = 30.0) -> Path:
    """Write pictures as a video."""
    height, width = images[0].shape[:2]
    with VideoWriter(path, (width, height), fps=fps) as writer:
        for index, image in enumerate(images):
            writer.write(image, index / fps)
    return path


def longer(path: Path, out: Path, times: int) -> Path:
    """Write a clip several times over into one file."""
    reader = FrameReader(path)
    first = next(iter(reader)).image.shape
    size = (first[1], first[0])
    with VideoWriter(out, size, fps=reader.clip.fps, coding={"preset": "ultrafast"}) as writer:
        for turn in range(times):
            for frame in reader:
                writer.write(frame.image, frame.time + turn * reader.clip.duration_s)
    return out


class Broken:
    """A camera that is unplugged and comes back: a list of what happens at each opening."""

    ends = False
    name = "camera 0"

    def __init__(self, *openings: list[np.ndarray] | Exception, fps: float = 30.0):
        self.openings = list(openings)
        self.fps, self.clock = fps, 0.0
        self.opened = 0

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        """Do what the next opening says; the last one is repeated."""
        what = self.openings[min(self.opened, len(self.openings) - 1)]
        self.opened += 1
        if isinstance(what, Exception):
            raise what
        for image in what:
            if stopped():
                return
            self.clock += 1 / self.fps
            time.sleep(0.002)
            yield Frame(image, self.clock)


class NetworkCamera:
    """An IP camera: JPEG pictures over HTTP at an address that stays the same; a context manager."""

    def __init__(self, images: list[np.ndarray], fps: float = 30.0, port: int = 0):
        self.jpegs = [cv2.imencode(".jpg", image[..., ::-1])[1].tobytes() for image in images]
        self.fps = fps
        self.watchers = 0  # how many have ever asked for its pictures
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/video"
        self._server: ThreadingHTTPServer | None = None
        self._plugged = threading.Event()

    def plug_in(self) -> None:
        """Begin to serve."""
        self._plugged.set()
        camera = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != "/video":
                    self.send_error(404)
                    return
                camera.watchers += 1
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                camera._stream(self.wfile)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Answer)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _stream(self, file) -> None:
        start, index = time.monotonic(), 0
        try:
            while self._plugged.is_set():
                jpeg = self.jpegs[index % len(self.jpegs)]
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                file.write(head.encode() + jpeg + b"\r\n")
                index += 1
                time.sleep(max(0.0, start + index / self.fps - time.monotonic()))
        except OSError:
            pass

    def unplug(self) -> None:
        """Fall silent."""
        self._plugged.clear()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> NetworkCamera:
        self.plug_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], bool], patience_s: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.01)
