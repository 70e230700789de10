"""WebSocket of the live page: sends frames and numbers, and receives frames from a browser's camera.

One socket serves both, so a slow viewer never falls behind: the next frame is sent
when the last one has arrived, and it is always the newest.
"""

from __future__ import annotations

import asyncio
import json
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from formcheck.errors import FormCheckError
from formcheck.live.markup import view_json
from formcheck.live.push import Pushed
from formcheck.ui.live_board import Showing, live_board

if TYPE_CHECKING:
    from formcheck.live.session import LiveSession, LiveView

SOCKET_PATH = "/formcheck/live"
AHEAD = 2  # frames in transit to a viewer at once
LOOK_S = 0.004
GONE, FULL = 4404, 4429  # application-specific WebSocket close codes
STAMP = struct.Struct(">d")
COUNT = struct.Struct(">I")


class ViewerCounts:
    """Counts of what one viewer has sent and received."""

    def __init__(self) -> None:
        self.arrived = 0  # frames the viewer reports as shown
        self.sent = 0
        self.received = 0  # frames received from the viewer
        self.stop = False


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
        await _serve(socket, showing, session)
    finally:
        showing.leave()
        if isinstance(showing.source, Pushed):  # nobody else can send for this viewer
            await asyncio.to_thread(showing.stop)
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close()


async def _serve(socket: WebSocket, showing: Showing, session: LiveSession) -> None:
    """Send and receive until the session is over or the viewer leaves."""
    progress = ViewerCounts()
    receiving = asyncio.create_task(_receive(socket, showing, progress))
    sending = asyncio.create_task(_send(socket, showing, session, progress))
    try:
        await asyncio.wait({receiving, sending}, return_when=asyncio.FIRST_COMPLETED)
        if progress.stop:
            await sending
    finally:
        receiving.cancel()
        sending.cancel()
        await asyncio.gather(receiving, sending, return_exceptions=True)


def _refusal(showing: Showing | None) -> tuple[int, str] | None:
    """Return close code and reason for a viewer who cannot be served, None for one who can."""
    if showing is None or (showing.session is not None and not showing.running):
        return GONE, "This session is over. Load the page again to begin a new one."
    if showing.session is None and live_board().full:
        return FULL, "As many cameras as this machine can follow are in use. Try again later."
    return None


async def _receive(socket: WebSocket, showing: Showing, progress: ViewerCounts) -> None:
    """Process what the viewer sends: frames, the number of frames shown, or a request to stop."""
    with suppress(WebSocketDisconnect):
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            data, text = message.get("bytes"), message.get("text")
            if data is not None and isinstance(showing.source, Pushed) and len(data) > STAMP.size:
                progress.received += 1
                taken = STAMP.unpack_from(data)[0]
                with suppress(FormCheckError):  # an unreadable frame is skipped
                    await asyncio.to_thread(showing.source.push, data[STAMP.size :], taken)
            elif text == "stop":
                progress.stop = True
                await asyncio.to_thread(showing.stop)
                return
            elif text is not None and text.isdecimal() and len(text) < 12:
                progress.arrived = int(text)


async def _send(socket: WebSocket, showing: Showing, session: LiveSession, progress: ViewerCounts) -> None:
    """Send every new state, and the newest frame as fast as the viewer accepts them."""
    number, said, shown = -1, "", None
    with suppress(WebSocketDisconnect, RuntimeError):
        while not session.over:
            view = session.view
            if view.number == number or progress.sent - progress.arrived >= AHEAD:
                await asyncio.sleep(LOOK_S)
                continue
            number = view.number
            said = await _send_state(socket, view, said)
            if view.picture is not None and view.picture is not shown:
                shown = view.picture
                jpeg = await asyncio.to_thread(getattr, view, "jpeg")
                progress.sent += 1
                await socket.send_bytes(COUNT.pack(progress.received) + jpeg)
        await asyncio.to_thread(showing.stop)  # returns after the complete runs are measured
        await socket.send_text(json.dumps({"stage": "over", "wrong": showing.failure}))


async def _send_state(socket: WebSocket, view: LiveView, said: str) -> str:
    """Send the state if it has changed; return it as it was sent."""
    text = json.dumps(view_json(view), allow_nan=False)
    if text != said:
        await socket.send_text(text)
    return text


LIVE_ROUTES = [WebSocketRoute(SOCKET_PATH + "/{token}", serve_live)]
