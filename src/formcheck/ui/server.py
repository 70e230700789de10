"""Routes of the server besides Streamlit's pages: an upload that streams to disk, and files by token."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from streamlit import config
from streamlit.runtime import Runtime

from formcheck.live.page_files import ASSETS
from formcheck.ui.clips import SERVED, Held, servable, store
from formcheck.ui.jobs import board
from formcheck.ui.leftovers import PARTS, PREVIEW
from formcheck.ui.live_routes import LIVE_ROUTES
from formcheck.ui.session import forget
from formcheck.ui.settings import (
    LARGEST_UPLOAD,
    LONGEST_UPLOAD_S,
    MB,
    MOST_ON_DISK,
    STALLED_UPLOAD_S,
    SWEEP_EVERY_S,
)

SCRIPT = str(
    Path(__file__).parent / "entry" / "main.py"
)  # not beside pages/, which Streamlit would treat as its own
UPLOAD_PATH = "/formcheck/upload"
CLIPS_PATH = "/formcheck/clips"
MODULES_PATH = "/formcheck/scripts"
MODULES = {
    path.name: path
    for folder in (Path(__file__).parent / "assets" / "result", ASSETS)
    for path in folder.glob("*.js")
}
SCRIPT_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
ASKED_BY_US = "x-formcheck"  # a header that other origins cannot send without a preflight, which fails
PRIVATE = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'; img-src 'self'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class TooLarge(Exception):
    """The upload exceeds the allowed size."""


async def receive_clip(request: Request) -> Response:
    """Stream an upload into a new private folder; answer with its token.

    The client's file name is never requested. At most one buffer is held in memory.
    An upload that fails for any reason leaves nothing behind.
    """
    if request.headers.get(ASKED_BY_US) != "upload":
        return _no(403, "This address only takes uploads from FormCheck's own page.")
    if int(request.headers.get("content-length") or 0) > LARGEST_UPLOAD:
        return _no(413, too_large_words())
    if store().size() > MOST_ON_DISK:
        return _no(507, "Too many clips are being worked on at once. Try again in a few minutes.")
    held = None
    try:
        held, place = _place_for(request)
        async with asyncio.timeout(LONGEST_UPLOAD_S):
            size = await _stream_to(held, place, request)
    except BaseException as error:
        if held is not None:
            store().delete(held.token)
        if isinstance(error, (TooLarge, ClientDisconnect, OSError)):
            return _upload_failed(error)
        raise
    return JSONResponse({"token": held.token, "bytes": size}, headers={"Cache-Control": "no-store"})


def _place_for(request: Request) -> tuple[Held, Path]:
    """Return where an upload goes: a new folder, or beside the analysis.json it belongs to."""
    of, part = request.query_params.get("of", ""), request.query_params.get("part", "")
    held = store().find(of)
    if held is not None and part in PARTS:
        return held, held.folder / part
    held = store().new()
    return held, held.video


async def _stream_to(held: Held, place: Path, request: Request) -> int:
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    size, chunks = 0, request.stream()
    with open(handle, "wb") as file:
        while (chunk := await asyncio.wait_for(anext(chunks, None), STALLED_UPLOAD_S)) is not None:
            size += len(chunk)
            if size > LARGEST_UPLOAD:
                raise TooLarge
            await asyncio.to_thread(file.write, chunk)
            held.alive = time.monotonic()
    return size


def _upload_failed(error: Exception) -> JSONResponse:
    """Return why an upload was not stored, and what to do."""
    if isinstance(error, TooLarge):
        return _no(413, too_large_words())
    if isinstance(error, ClientDisconnect):
        return _no(400, "The upload broke off. Send the clip again.")
    if isinstance(error, TimeoutError):
        return _no(408, "The upload stood still for too long. Check the connection and send the clip again.")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _no(
            507, "The disk of the machine FormCheck runs on is full. Free some space, then send it again."
        )
    return _no(
        507, f"The machine FormCheck runs on cannot store the clip ({error}). Look at its temporary folder."
    )


def too_large_words() -> str:
    """Return the maximum size of a clip and what to do, in words."""
    return (
        f"The file is larger than {LARGEST_UPLOAD // MB} MB. Cut out ten to thirty seconds of running and "
        "send those."
    )


def _no(status: int, words: str) -> JSONResponse:
    return JSONResponse({"error": words}, status_code=status, headers={"Cache-Control": "no-store"})


async def send_file(request: Request) -> Response:
    """Serve one result by its token; `?save=NAME` makes the browser save it."""
    held = store().find(request.path_params["token"])
    path = servable(held, request.path_params["name"]) if held else None
    if path is None:
        return Response("This clip is no longer here.", status_code=404, headers=PRIVATE)
    kind = SERVED.get(request.path_params["name"], "image/jpeg")
    if path.name == PREVIEW:  # replaced while it is read
        return Response(await asyncio.to_thread(path.read_bytes), media_type=kind, headers=PRIVATE)
    if "save" in request.query_params or path.suffix == ".html":
        return FileResponse(path, media_type=kind, filename=f"formcheck-{path.name}", headers=PRIVATE)
    return FileResponse(path, media_type=kind, headers=PRIVATE)


def base_path() -> str:
    """Return the prefix of the server's addresses, "" unless it runs below another path."""
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def link(token: str, name: str, *, save: bool = False) -> str:
    """Return the address of one of a clip's files."""
    return f"{base_path()}{CLIPS_PATH}/{token}/{name}" + ("?save" if save else "")


async def send_module(request: Request) -> Response:
    """Serve a script of the result or live page; only the package's own files have such names."""
    name = request.path_params["name"]
    path = MODULES.get(name)
    if path is None:
        return Response("There is no such script.", status_code=404)
    return FileResponse(path, media_type="text/javascript", headers=SCRIPT_HEADERS)


ROUTES = [
    Route(UPLOAD_PATH, receive_clip, methods=["PUT"]),
    Route(CLIPS_PATH + "/{token}/{name:path}", send_file, methods=["GET", "HEAD"]),
    Route(MODULES_PATH + "/{name}", send_module, methods=["GET", "HEAD"]),
    *LIVE_ROUTES,
]


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Housekeeping while the server runs: no telemetry, regular sweeps, and a complete cleanup at the end."""
    config.set_option("browser.gatherUsageStats", False)
    store()
    board().warm_up()
    keeper = asyncio.create_task(_keep_house())
    try:
        yield
    finally:
        keeper.cancel()
        board().close()
        store().close()


async def _keep_house() -> None:
    while True:
        await asyncio.sleep(SWEEP_EVERY_S)
        for token in await asyncio.to_thread(store().sweep, _is_there):
            board().forget(token)
            forget(token)


def _is_there(session: str) -> bool:
    return Runtime.exists() and Runtime.instance().is_active_session(session)
