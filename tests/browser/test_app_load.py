"""What the server keeps: little of a large upload, nothing of many."""

from __future__ import annotations

import http.client
import time
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import sync_playwright
from serving import IN_CHROMIUM, Server, sample, send, serve, visitor

from formcheck.ui.server import ASKED_BY_US, UPLOAD_PATH

pytestmark = IN_CHROMIUM
MB = 1 << 20


def resident(server: Server) -> float:
    """Return the server's own memory in MB."""
    return float(psutil.Process(server.pid).memory_info().rss / MB)


def clips(server: Server) -> list[Path]:
    """Return the folders of clips on disk."""
    return [path for path in server.temporary.glob("formcheck-app-*/*") if path.is_dir()]


def test_an_upload_of_400_mb_takes_less_than_100_mb_of_memory(server):
    before, peak = resident(server), 0.0

    def parts():
        nonlocal peak
        for k in range(400):
            if k % 20 == 0:
                peak = max(peak, resident(server))
            yield b"\0" * MB

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    connection.request("PUT", UPLOAD_PATH, parts(), {ASKED_BY_US: "upload", "Content-Length": str(400 * MB)})
    assert connection.getresponse().status == 200
    assert max(peak, resident(server)) - before < 100
    assert clips(server)[0].joinpath("clip").stat().st_size == 400 * MB


@pytest.mark.slow
def test_fifty_uploads_leave_nothing_behind(server):
    with sync_playwright() as driver, visitor(driver, server) as here:
        page = here.page
        kept = len(clips(server))
        for k in range(50):
            send(page, sample("left", "side"))
            page.get_by_role("button", name="Cancel").click()
            page.wait_for_selector(".zone")
            if k == 9:
                warm = resident(server)
        end = time.monotonic() + 30
        while len(clips(server)) > kept and time.monotonic() < end:
            time.sleep(0.5)
        assert len(clips(server)) == kept
        assert resident(server) - warm < 30


HASTY = """
import formcheck.ui.settings as settings
settings.GRACE_S, settings.SWEEP_EVERY_S = 3.0, 0.5
import streamlit as st
from formcheck.ui.server import ROUTES, SCRIPT, lifespan
app = st.App(SCRIPT, routes=ROUTES, lifespan=lifespan)
"""


def test_a_clip_stays_while_its_tab_is_open_and_goes_after_it(tmp_path):
    (tmp_path / "hasty.py").write_text(HASTY)
    with serve(tmp_path / "hasty.py") as server, sync_playwright() as driver, visitor(driver, server) as here:
        send(here.page, sample("left", "side"))
        here.page.wait_for_selector("text=Measuring your run")
        here.page.wait_for_timeout(7000)
        assert len(clips(server)) == 1
        here.page.goto("about:blank")
        end = time.monotonic() + 60
        while clips(server) and time.monotonic() < end:
            time.sleep(0.5)
        assert clips(server) == []
