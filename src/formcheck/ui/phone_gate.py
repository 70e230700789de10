"""Gate of `formcheck app --phone`: other machines get nothing but the page that asks for the code.

It stands before every request, Streamlit's own pages, sockets and the uploads included. Users of this
machine pass, as they do without `--phone`; a phone passes with the key that it got for the code.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from formcheck.files.templates import filled
from formcheck.live.same_origin import LOOPBACK, POLICY, SAFE_METHODS
from formcheck.ui.phone import ENTER_PATH, KEY_LIFE_S, PhoneAccess, PhoneKey, phone_offer

COOKIE = "formcheck-phone"
MARK = b"x-formcheck-visitor"  # written here, for the pages; what a client sends under this name is dropped
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")  # no browser of this machine sends them
LONGEST_CODE = 64  # bytes of a request
SLOWEST_S = 10.0
REFUSED = {
    "wrong": (403, "That is not the code, or it has been used. Look at the screen of the laptop."),
    "too many": (429, "That was not the code several times. Wait a minute, then try again."),
}


class CodeFirst:
    """ASGI middleware: passes this machine's users and known phones, and asks everybody else for the code."""

    def __init__(self, app: ASGIApp, access: PhoneAccess):
        self.app, self.access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, take a code, or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif _is_of_this_machine(scope):
            await self.app(_marked(scope, b"laptop"), receive, send)
        elif scope["type"] == "http" and scope["path"].rstrip("/") == ENTER_PATH:
            await (await self._enter(Request(scope, receive)))(scope, receive, send)
        elif self.access.knows(_key_in(scope), _sender(scope)):
            await self.app(_marked(scope, b"phone"), receive, send)
        else:
            await _refuse(scope, receive, send)

    async def _enter(self, request: Request) -> Response:
        """Show the page that takes the code, or exchange a code for a key."""
        if request.method in SAFE_METHODS:
            return _page(200)
        if request.method != "POST":
            return PlainTextResponse("This address only takes a code.", 405)
        got = self.access.enter(await _code_in(request), _sender(request.scope))
        if not isinstance(got, PhoneKey):
            status, words = REFUSED[got]
            return PlainTextResponse(words, status, headers={"Cache-Control": "no-store"})
        answer = PlainTextResponse("Welcome.", headers={"Cache-Control": "no-store"})
        answer.set_cookie(
            COOKIE, got.secret, max_age=int(KEY_LIFE_S), httponly=True, samesite="strict",
            secure=self.access.secure,
        )  # fmt: skip
        return answer


def _is_of_this_machine(scope: Scope) -> bool:
    """Whether a request comes from this machine, and from nobody on whose behalf a proxy here asks."""
    headers = Headers(scope=scope)
    return _sender(scope) in LOOPBACK and not any(name in headers for name in FORWARDED)


def _sender(scope: Scope) -> str:
    """Return the address that sent a request, "" if it is not known."""
    address, _ = scope.get("client") or ("", 0)
    return str(address).removeprefix("::ffff:")  # an IPv4 address on an IPv6 socket


def _key_in(scope: Scope) -> str:
    """Return the key in a request's cookies, "" if there is none."""
    try:
        found = SimpleCookie(Headers(scope=scope).get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _code_in(request: Request) -> str:
    """Return the code in a request; "" for one that is too long or too slow to be a code."""
    body = b""
    try:
        async with asyncio.timeout(SLOWEST_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST_CODE:
                    return ""
    except (TimeoutError, ClientDisconnect):
        return ""
    return body.decode("ascii", "replace")


def _marked(scope: Scope, who: bytes) -> Scope:
    """Return a request that says who sends it."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    kept = [(name, value) for name, value in headers if name.lower() != MARK]
    return {**scope, "headers": [*kept, (MARK, who)]}


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a stranger: with the page that asks for the code, or with a refusal."""
    if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
        await _page(403)(scope, receive, send)
    elif scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
        await PlainTextResponse("Enter the code first.", 403)(scope, receive, send)
    else:
        await send({"type": "websocket.close", "reason": "Enter the code first."})


def _page(status: int) -> HTMLResponse:
    """Return the page that asks for the code; it loads nothing, and runs no script but its own."""
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'"
    )
    html = filled("ui/templates/phone.html", nonce=nonce, enter=ENTER_PATH)
    return HTMLResponse(html, status, headers={POLICY: policy, "Cache-Control": "no-store"})


def hidden_pages() -> frozenset[str]:
    """Return the addresses of the pages that this visitor may not open.

    What is kept on this machine under a runner's name is not shown to phones, and a phone's browser gives
    its camera to *Live* only over HTTPS.
    """
    access = phone_offer().access
    if access is None or not visitor_is_a_phone():
        return frozenset()
    return frozenset({"progress"} if access.secure else {"progress", "live"})


def visitor_is_a_phone() -> bool:
    """Whether the page that is being built is for a phone that entered with a code."""
    return st.context.headers.get(MARK.decode()) == "phone"
