"""From a sample clip to a week on the calendar, in real Chromium, as a new user would go."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from serving import IN_CHROMIUM, measure, sample, serve, visitor

sys.path.insert(0, str(Path(__file__).parents[1]))
import fit_files
from test_plan import events_of

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def page():
    """A visitor who has had a sample clip measured and its numbers kept."""
    with serve() as server, sync_playwright() as playwright, visitor(playwright, server) as here:
        measure(here.page, sample("left"))
        here.page.get_by_label("Keep these numbers under a name").fill("Ada")
        here.page.get_by_role("button", name="Keep these numbers").click()
        here.page.wait_for_selector("text=Kept for Ada")
        yield here.page
        assert not here.outside and not here.wrong


def go(page, name):
    """Choose a page in the navigation, so that the visit goes on, and wait until it is drawn."""
    page.get_by_role("link", name=name).click()
    page.get_by_role("heading", name=name, level=1).wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def saved(page, button):
    """Press a button that saves a file; return its name and bytes."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def give(page, label, text):
    """Fill a field in and leave it."""
    page.get_by_label(label).fill(text)
    page.keyboard.press("Tab")


def test_a_page_that_is_drawn_asks_for_nothing_more(page):
    """An answer that comes just after a click on another page would lead back to this one."""
    sent = []
    tab = page.context.new_page()
    tab.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(message)))
    tab.goto(page.url)
    tab.get_by_label("Keep these numbers under a name").wait_for()
    tab.wait_for_timeout(2000)
    tab.close()
    assert len(sent) == 1  # for the page itself


def test_the_clip_leads_to_a_week_on_the_calendar(page):
    go(page, "Drills & plan")
    give(page, "A usual week (km)", "24")
    give(page, "Longest run of the last 30 days (km)", "9")
    page.get_by_role("button", name="Plan my weeks").click()
    first = page.locator(".st-key-week .week .day")
    first.first.wait_for()
    assert first.count() == 7
    name, data = saved(page, "For your calendar")
    assert name.startswith("formcheck-plan-") and name.endswith(".ics")
    events = events_of(data.decode())
    assert 4 <= len(events) <= 16  # four weeks of at most four days
    name, data = saved(page, "To print")
    assert name.endswith(".html") and "4 training weeks from" in data.decode()


def test_the_kept_clip_stands_on_the_page_progress_beside_the_watch(page, tmp_path):
    go(page, "Progress")
    assert page.get_by_label("Your name").input_value() == "Ada"
    page.locator(".trends .card").first.wait_for()
    (tmp_path / "run.fit").write_bytes(fit_files.run(datetime.now(UTC) - timedelta(hours=2)))
    page.locator("input[type=file]").first.set_input_files(str(tmp_path / "run.fit"))
    page.get_by_role("button", name="Keep this run").click()
    page.wait_for_selector("text=Kept 1 run")
    page.wait_for_selector("text=its cadence was doubled")
    _, data = saved(page, "Save everything as JSON")
    kinds = [record["kind"] for record in json.loads(data)["records"]]
    assert sorted(kinds) == ["session", "watch"]


def test_what_is_deleted_is_gone(page):
    go(page, "How to film")
    go(page, "Progress")
    page.locator(".trends .card").first.wait_for()
    page.get_by_role("button", name="Delete everything under this name").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.wait_for_selector("text=is deleted")
    page.wait_for_selector("text=Nothing is kept under Ada")
