"""WebSocket of the app's live page: finds a viewer's session by its token, and counts its viewers."""

from __future__ import annotations

import asyncio

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from formcheck.live.push import Pushed
from formcheck.live.viewer import Viewer
from formcheck.ui.live_board import Showing, live_board

SOCKET_PATH = "/formcheck/live"
GONE, FULL = 4404, 4429  # application-specific WebSocket close codes


async def serve_live(socket: WebSocket) -> None:
    """Serve one viewer of one session."""
    await socket.accept()
    showing = live_board().find(socket.path_params["token"])
    refusal = _refusal(showing)
    if refusal or showing is None:
        await socket.close(*(refusal or (GONE, "")))
        return
    showing.enter()
    try:
        session = await asyncio.to_thread(showing.start)
        await Viewer(socket, session, showing.stop).serve()
    finally:
        showing.leave()
        if isinstance(showing.source, Pushed):  # nobody else can send for this viewer
            await asyncio.to_thread(showing.stop)


def _refusal(showing: Showing | None) -> tuple[int, str] | None:
    """Return close code and reason for a viewer who cannot be served, None for one who can."""
    if showing is None or (showing.session is not None and not showing.running):
        return GONE, "This session is over. Load the page again to begin a new one."
    if showing.session is None and live_board().full:
        return FULL, "As many cameras as this machine can follow are in use. Try again later."
    return None


LIVE_ROUTES = [WebSocketRoute(SOCKET_PATH + "/{token}", serve_live)]
