"""`formcheck app`: the Streamlit app, private regardless of how it is started."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from rich.console import Console
from starlette.middleware import Middleware

from formcheck.live.same_origin import LOOPBACK
from formcheck.ui.certificate import Certificate, make_certificate
from formcheck.ui.guard import MIDDLEWARE
from formcheck.ui.network import address_in_the_network
from formcheck.ui.phone import CODE_LIFE_S, PhoneAccess, phone_offer, spaced
from formcheck.ui.phone_gate import CodeFirst
from formcheck.ui.qr import qr_text
from formcheck.ui.server import ROUTES, SCRIPT, lifespan
from formcheck.ui.settings import flat_config

EVERY_INTERFACE = "0.0.0.0"


@dataclass(frozen=True)
class PhoneOptions:
    """How phones in the local network reach the app.

    Parameters
    ----------
    address : of this machine in that network; empty = find out
    https : encrypt, with a certificate made on the spot
    """

    address: str = ""
    https: bool = False


def run_app(port: int, phone: PhoneOptions | None = None) -> int:
    """Serve the app on this machine, and to phones if asked to, until stopped; returns the exit code."""
    settings = {**flat_config(), "server.port": port}
    if phone is None:
        return _serve(settings, MIDDLEWARE, lifespan)
    address = address_in_the_network(phone.address)
    with tempfile.TemporaryDirectory(prefix="formcheck-https-") as folder:
        certificate = make_certificate(Path(folder), address) if phone.https else None
        url = f"{'https' if certificate else 'http'}://{address}:{port}"
        access = PhoneAccess(url, secure=phone.https)
        settings |= phone_settings(address, certificate)
        phone_offer().access = access
        return _serve(
            settings, [*MIDDLEWARE, Middleware(CodeFirst, access=access)], _announced(access, certificate)
        )


def _serve(settings: dict[str, Any], middleware: Iterable[Middleware], life: Any) -> int:
    app = st.App(SCRIPT, routes=ROUTES, lifespan=life, middleware=list(middleware))
    with suppress(KeyboardInterrupt):  # the normal way to stop it; the server has cleaned up by then
        app.run(config=settings)
    return 0


def phone_settings(address: str, certificate: Certificate | None) -> dict[str, Any]:
    """Return what differs from the settings of an app for this machine alone."""
    settings: dict[str, Any] = {
        "server.address": EVERY_INTERFACE,  # the gate answers strangers; the host check, other names
        "server.allowedHosts": [*LOOPBACK, address],
    }
    if certificate is not None:
        settings["server.sslCertFile"] = str(certificate.certificate)
        settings["server.sslKeyFile"] = str(certificate.key)
    return settings


def _announced(access: PhoneAccess, certificate: Certificate | None) -> Any:
    """Return the server's lifespan, which first shows the code in the terminal."""

    @asynccontextmanager
    async def life(app: Any) -> AsyncIterator[None]:
        announce(access, certificate, Console(highlight=False, markup=False))
        running: AbstractAsyncContextManager[None] = lifespan(app)
        async with running:
            yield

    return life


def announce(access: PhoneAccess, certificate: Certificate | None, console: Console) -> None:
    """Print the QR code and the same as text."""
    code = access.code or ""
    if console.is_terminal:
        console.print(qr_text(access.link or ""), style="#ffffff on #000000", soft_wrap=True)
    console.print(f"Scan this with the phone, or open {access.url} on it and type the code {spaced(code)}.")
    console.print(
        f"The code lets one phone in and is good for {CODE_LIFE_S / 60:.0f} minutes; the app's first page on "
        "this machine shows it too, and makes new ones."
    )
    if certificate is None:
        console.print(
            "What the phone sends is not encrypted: use a network whose password only people you trust know."
        )
    else:
        console.print(
            "Browsers do not know this certificate and warn. Compare before you go on; its SHA-256 fingerprint is "
            f"{certificate.fingerprint}"
        )
