"""The same-origin check as ASGI middleware: every request to a server of ours passes it first."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from formcheck.live.same_origin import HEADERS, LOOPBACK, POLICY, Address, refusal


def this_machine() -> tuple[str, ...]:
    """Return this machine's own names."""
    return LOOPBACK


class OwnPagesOnly:
    """ASGI middleware: refuses other host names and other origins, and forbids framing.

    Parameters
    ----------
    names : returns the host names that the server answers to
    """

    def __init__(self, app: ASGIApp, names: Callable[[], tuple[str, ...]] = this_machine):
        self.app, self.names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, open a WebSocket, or refuse either."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        method = scope.get("method", "GET")
        why = refusal(method, Headers(scope=scope).getlist, self._address(scope))
        if why is None:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
            await PlainTextResponse(why, 403)(scope, receive, _with_headers(send))
        else:
            await send({"type": "websocket.close", "reason": why})

    def _address(self, scope: Scope) -> Address:
        """Return the server's address: its real port, and the names it answers to."""
        _, port = scope.get("server") or ("", None)
        return Address(port or 0, self.names())


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            headers = MutableHeaders(scope=message)
            policies = [HEADERS[POLICY], *headers.getlist(POLICY)]
            headers.update({**HEADERS, POLICY: "; ".join(policies)})
        await send(message)

    return sending
