"""A real server and a real Chromium, for the browser tests and for scripts/screenshots."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from formcheck.ui.network import address_in_the_network

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_videos"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 240_000  # for an analysis on a slow machine that others use too


def chromium() -> str | None:
    """Return where Chromium is, None if there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


IN_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        chromium() is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"
    ),
]


@dataclass
class Server:
    """A running app."""

    port: int
    pid: int
    temporary: Path  # its TMPDIR

    @property
    def url(self) -> str:
        """The address of its first page."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def away(self) -> str:
        """Its address for other machines in the network, for a server that phones may use."""
        return f"http://{address_in_the_network()}:{self.port}"


@contextmanager
def serve(app: Path | None = ROOT / "app.py", options: Sequence[str] = ()) -> Iterator[Server]:
    """Start `streamlit run app.py` as a visitor's machine would, with folders of its own.

    Without a script, `formcheck app` is started, with these options.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "tmp").mkdir()
        places = {"HOME": folder, "XDG_DATA_HOME": str(home / "data"), "TMPDIR": str(home / "tmp")}
        places["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] = "true"  # even so nothing may leave the machine
        places["STREAMLIT_SERVER_HEADLESS"] = "true"
        command = [sys.executable, "-m", "formcheck", "app", "--port", str(port), *options]
        if app:
            command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
        with open(home / "log", "wb") as log:
            process = subprocess.Popen(
                command, cwd=folder, env={**os.environ, **places}, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            wait_for(port, process, home / "log")
            yield Server(port, process.pid, home / "tmp")
        finally:
            process.terminate()
            process.wait(20)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + 240
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The app did not start:\n{log.read_text()}")


@dataclass
class Visitor:
    """One browser of its own, and what it asked other machines for."""

    page: Any
    outside: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # errors of our scripts


@contextmanager
def visitor(playwright: Any, server: Server, *, width: int = 1280, dark: bool = False) -> Iterator[Visitor]:
    """Open the app in a browser with an empty profile, and note every request that leaves the machine."""
    with tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium(), headless=True, args=QUIET, accept_downloads=True,
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light",
        )  # fmt: skip
        context.set_default_timeout(60_000)
        page = context.new_page()
        here = Visitor(page)
        page.on("request", lambda request: _note(here, request.url, server))
        page.on("pageerror", lambda error: here.wrong.append(str(error)))
        page.goto(server.url)
        page.wait_for_selector("h1")
        try:
            yield here
        finally:
            context.close()


def _note(here: Visitor, url: str, server: Server) -> None:
    if not url.startswith((server.url, f"ws://127.0.0.1:{server.port}", "data:", "blob:")):
        here.outside.append(url)


def ready(page: Any) -> None:
    """Wait until the drop zone's script has taken hold."""
    zone = page.locator(".zone")
    zone.wait_for()
    while not zone.evaluate("zone => Boolean(zone.onkeydown)"):
        page.wait_for_timeout(50)


def settled(page: Any) -> None:
    """Wait until the script has run and the page has kept its elements for a second and a half."""
    page.wait_for_selector("[data-test-script-state=notRunning]")
    counts = [0] * 4
    while len(set(counts[-4:])) > 1 or not counts[-1]:
        page.wait_for_timeout(500)
        counts.append(page.locator("*").count())


def send(page: Any, clip: Path) -> None:
    """Give a clip to the drop zone."""
    ready(page)
    page.set_input_files("input[type=file]", str(clip))


def measure(page: Any, clip: Path, *, model: str = "Preview") -> None:
    """Upload a clip, have it measured, and wait for the answer and its video."""
    send(page, clip)
    answered(page, model=model)


def answered(page: Any, *, model: str = "Preview") -> None:
    """Wait until the clip on the page is measured with this accuracy, and its video is there."""
    page.wait_for_selector("text=Measuring your run")
    choice, answer = page.get_by_role("radio", name=model, exact=True), page.locator(".result .action h2")
    choice.or_(answer).first.wait_for(timeout=PATIENCE_MS)
    from playwright.sync_api import TimeoutError as TooLate

    with suppress(TooLate):  # on a quick machine the answer may take the place of the question
        choice.click(timeout=3_000)
    page.wait_for_selector(".result .action h2", timeout=PATIENCE_MS)
    page.wait_for_selector(".result[data-ready]", timeout=PATIENCE_MS)
    page.wait_for_selector("a.get", state="attached", timeout=PATIENCE_MS)
    page.wait_for_selector("[data-test-script-state=notRunning]")


def sample(*words: str) -> Path:
    """Return the first sample whose name holds one of these words."""
    found = [path for word in words for path in sorted(SAMPLES.glob("[!.]*.mp4")) if word in path.stem]
    if not found:
        raise FileNotFoundError(f"no sample video named like {words}")
    return found[0]
