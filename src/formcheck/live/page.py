"""The live screen as a local web page: `formcheck live --no-window`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from formcheck.errors import UsageError
from formcheck.live.markup import PAGE, PICTURE_TYPE, asset, event, part
from formcheck.live.same_origin import HEADERS, Address, refusal
from formcheck.live.session import LiveSession

HERE = "127.0.0.1"
STATE_EVERY = 3  # frames between two states


class LivePage:
    """Serves one session to any number of viewers on this machine; a context manager.

    Bound to 127.0.0.1, and answers only requests from its own page under a name of this machine, so that
    no other machine and no page of another site can watch.
    """

    def __init__(self, session: LiveSession, port: int = 0):
        try:
            self._server = ThreadingHTTPServer((HERE, port), partial(_Answer, session))
        except OSError as error:
            raise UsageError(
                f"Port {port} is taken by another program. Name another one with --port."
            ) from error
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, name="formcheck-page", daemon=True)

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{HERE}:{self.port}/"

    def __enter__(self) -> LivePage:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Answer(BaseHTTPRequestHandler):
    """Answers one request."""

    def __init__(self, session: LiveSession, *arguments: object):
        self.session = session
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send the page, one of its files, the images, or the states."""
        answers: dict[str, Callable[[], None]] = {
            "/": partial(self._text, PAGE, "text/html"),
            "/live.js": partial(self._text, asset("live.js"), "text/javascript"),
            "/live.css": partial(self._text, asset("live.css"), "text/css"),
            "/picture.mjpg": self._pictures,
            "/events": self._states,
        }
        answer = answers.get(urlsplit(self.path).path)
        why = refusal(self.command, lambda name: self.headers.get_all(name, []), self._address())
        if why is not None:
            self.send_error(403, explain=why)
        elif answer is None:
            self.send_error(404, "There is nothing here")
        else:
            answer()

    def _address(self) -> Address:
        return Address(self.connection.getsockname()[1])

    def end_headers(self) -> None:
        """Add what every response carries."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def _head(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()

    def _text(self, text: str, kind: str) -> None:
        self._head(f"{kind}; charset=utf-8")
        self.wfile.write(text.encode())

    def _pictures(self) -> None:
        self._head(PICTURE_TYPE)
        self._stream(lambda view: part(view.jpeg) if view.picture is not None else b"", every=1)

    def _states(self) -> None:
        self._head("text/event-stream")
        self._stream(event, every=STATE_EVERY)

    def _stream(self, made: Callable[..., bytes], every: int) -> None:
        """Send views until the session is over or the viewer leaves."""
        number = -every
        try:
            while True:
                view = self.session.next_view(number + every - 1)
                if view.number > number:
                    number = view.number
                    self.wfile.write(made(view))
                    self.wfile.flush()
                if view.state.stage == "over":
                    return
        except OSError:  # the viewer has left
            return

    def log_message(self, *_: object) -> None:
        """Suppress log messages."""
