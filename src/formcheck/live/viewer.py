"""One viewer of a live session, on a WebSocket: frames and numbers go out, a browser camera's frames come in.

One socket serves both, so a slow viewer never falls behind: the next frame is sent
when the last one has arrived, and it is always the newest.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.websockets import WebSocket, WebSocketDisconnect

from formcheck.errors import FormCheckError
from formcheck.live.push import Pushed

if TYPE_CHECKING:
    from formcheck.live.session import LiveSession, LiveView

AHEAD = 2  # frames in transit to a viewer at once
LOOK_S = 0.004
STAMP = struct.Struct(">d")
COUNT = struct.Struct(">I")


class Viewer:
    """Serves one viewer.

    Parameters
    ----------
    socket : an accepted WebSocket
    session : what is shown; has been started
    stop : ends the session; called, in a thread, when the viewer asks for it and when the session is over
    """

    def __init__(self, socket: WebSocket, session: LiveSession, stop: Callable[[], None]):
        self.socket, self.session, self.stop = socket, session, stop
        self._arrived = 0  # frames the viewer reports as shown
        self._sent = 0
        self._received = 0  # frames received from the viewer
        self._asked_to_stop = False

    async def serve(self) -> None:
        """Send and receive until the session is over or the viewer leaves, then close the socket."""
        receiving, sending = asyncio.create_task(self._receive()), asyncio.create_task(self._send())
        try:
            await asyncio.wait({receiving, sending}, return_when=asyncio.FIRST_COMPLETED)
            if self._asked_to_stop:
                await sending
        finally:
            receiving.cancel()
            sending.cancel()
            await asyncio.gather(receiving, sending, return_exceptions=True)
        with suppress(RuntimeError, WebSocketDisconnect):
            await self.socket.close()

    async def _receive(self) -> None:
        """Process what the viewer sends: frames, the number of frames shown, or a request to stop."""
        with suppress(WebSocketDisconnect):
            while not self._asked_to_stop:
                message = await self.socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if (data := message.get("bytes")) is not None:
                    await self._take(data)
                elif (text := message.get("text")) is not None:
                    await self._listen(text)

    async def _take(self, data: bytes) -> None:
        """Hand on one frame of the viewer's camera; an unreadable frame is skipped."""
        source = self.session.source
        if isinstance(source, Pushed) and len(data) > STAMP.size:
            self._received += 1
            with suppress(FormCheckError):
                await asyncio.to_thread(source.push, data[STAMP.size :], STAMP.unpack_from(data)[0])

    async def _listen(self, text: str) -> None:
        if text == "stop":
            self._asked_to_stop = True
            await asyncio.to_thread(self.stop)
        elif text.isdecimal() and len(text) < 12:
            self._arrived = int(text)

    async def _send(self) -> None:
        """Send every new state, and the newest frame as fast as the viewer accepts them."""
        number, said, shown = -1, "", None
        with suppress(WebSocketDisconnect, RuntimeError):
            while not self.session.over:
                view = self.session.view
                if view.number == number or self._sent - self._arrived >= AHEAD:
                    await asyncio.sleep(LOOK_S)
                    continue
                number = view.number
                said = await self._send_state(view, said)
                if view.picture is not None and view.picture is not shown:
                    shown = view.picture
                    await self._send_picture(view)
            await asyncio.to_thread(self.stop)
            await self.socket.send_text(json.dumps({"stage": "over", "wrong": self.session.wrong}))

    async def _send_state(self, view: LiveView, said: str) -> str:
        """Send the state if it has changed; return it as it was sent."""
        text = state_text(view)
        if text != said:
            await self.socket.send_text(text)
        return text

    async def _send_picture(self, view: LiveView) -> None:
        jpeg = await asyncio.to_thread(getattr, view, "jpeg")
        self._sent += 1
        await self.socket.send_bytes(COUNT.pack(self._received) + jpeg)


def state_text(view: LiveView) -> str:
    """Return what the page shows besides the image, as JSON."""
    shown = {**view.state.to_json(), "health": view.health.text, "dropped": view.health.dropped}
    return json.dumps(shown, allow_nan=False)
