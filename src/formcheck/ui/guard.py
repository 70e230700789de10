"""Access check of the app: every request, Streamlit's own included, passes the same-origin check."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from streamlit import config

from formcheck.live.same_origin import HEADERS, LOOPBACK, POLICY, Address, refusal

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class OwnPagesOnly:
    """ASGI middleware: refuses other host names and other origins, and forbids framing."""

    def __init__(self, app: App):
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, open a WebSocket, or refuse either."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        method = scope.get("method", "GET")
        why = refusal(method, Headers(scope=scope).getlist, _address(scope))
        if why is None:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
            await PlainTextResponse(why, 403)(scope, receive, _with_headers(send))
        else:
            await send({"type": "websocket.close", "reason": why})


def _address(scope: Message) -> Address:
    """Return the server's address: its real port, and the host names in Streamlit's settings."""
    _, port = scope.get("server") or ("", None)
    return Address(port or 0, allowed_names())


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            headers = MutableHeaders(scope=message)
            policies = [HEADERS[POLICY], *headers.getlist(POLICY)]
            headers.update({**HEADERS, POLICY: "; ".join(policies)})
        await send(message)

    return sending


def allowed_names() -> tuple[str, ...]:
    """Return the names in `server.allowedHosts`, or this machine's own if there are none."""
    return tuple(config.get_option("server.allowedHosts") or LOOPBACK)


def serves_this_machine_only() -> bool:
    """Whether only this machine's users can reach the app: neither others directly nor through a proxy."""
    return config.get_option("server.address") in LOOPBACK and set(allowed_names()) <= set(LOOPBACK)


MIDDLEWARE = [Middleware(OwnPagesOnly)]
