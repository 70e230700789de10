"""The live screen as a local web page: `formcheck live --no-window`."""

from __future__ import annotations

import socket
import threading
import time

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from formcheck.errors import UsageError
from formcheck.files.templates import filled
from formcheck.live.own_pages import OwnPagesOnly
from formcheck.live.page_files import KINDS, asset
from formcheck.live.session import LiveSession
from formcheck.live.viewer import Viewer

HERE = "127.0.0.1"
SOCKET = "watch"  # the address of the WebSocket, below the page's
FRESH = {"Cache-Control": "no-store"}
LAST_WORDS_S = 2.0  # in which viewers are told that the session is over
LOOK_S = 0.02


class LivePage:
    """Serves one session to any number of viewers on this machine; a context manager.

    Bound to 127.0.0.1, and answers only requests from its own page under a name of this machine, so that
    no other machine and no page of another site can watch. The session is over when the page closes.
    """

    def __init__(self, session: LiveSession, port: int = 0):
        try:
            self._listening = socket.create_server((HERE, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} is taken by another program. Name another one with --port."
            ) from error
        self.port = int(self._listening.getsockname()[1])
        self._session = session
        self._viewers = 0
        self._server = uvicorn.Server(
            uvicorn.Config(
                Starlette(routes=self._routes(), middleware=[Middleware(OwnPagesOnly)]),
                log_config=None, lifespan="off", proxy_headers=False, server_header=False,
                timeout_graceful_shutdown=1,
            )
        )  # fmt: skip
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listening],), name="formcheck-page", daemon=True
        )

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{HERE}:{self.port}/"

    def __enter__(self) -> LivePage:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._session.end()
        deadline = time.monotonic() + LAST_WORDS_S
        while self._viewers and time.monotonic() < deadline:
            time.sleep(LOOK_S)
        self._server.should_exit = True
        self._thread.join()

    def _routes(self) -> list[Route | WebSocketRoute]:
        return [
            Route("/", _page),
            Route("/{name}", _file),
            WebSocketRoute(f"/{SOCKET}", self._serve_viewer),
        ]

    async def _serve_viewer(self, viewer: WebSocket) -> None:
        await viewer.accept()
        self._viewers += 1
        try:
            await Viewer(viewer, self._session, self._session.end).serve()
        finally:
            self._viewers -= 1


async def _page(_: Request) -> Response:
    return HTMLResponse(filled("live/templates/page.html", socket=SOCKET), headers=FRESH)


async def _file(request: Request) -> Response:
    """Send one of the page's files; only the package's own files have such names."""
    name = request.path_params["name"]
    if name not in KINDS:
        return PlainTextResponse("There is nothing here.", 404)
    return Response(asset(name), media_type=KINDS[name], headers=FRESH)
