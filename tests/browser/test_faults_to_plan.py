"""From a sample with faults to a week on the calendar, in real Chromium, as a new user would go."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from serving import IN_CHROMIUM, PATIENCE_MS, answered, ready, visitor

sys.path.insert(0, str(Path(__file__).parents[1]))
from test_plan import events_of

pytestmark = IN_CHROMIUM


def drawn(page):
    """Wait until the script has run through."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def keep_picture(page, name, width):
    """Write a screenshot where FORMCHECK_SCREENSHOTS says."""
    where = os.environ.get("FORMCHECK_SCREENSHOTS")
    if where:
        Path(where).mkdir(parents=True, exist_ok=True)
        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": width, "height": int(height) + 80})
        page.wait_for_timeout(400)
        page.screenshot(path=f"{where}/faults-to-plan-{name}-{width}.png")
        page.set_viewport_size({"width": width, "height": 900})


def saved(page, button):
    """Press a button that saves a file; return its name and text."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes().decode()


def give(page, label, text):
    """Fill a field in and leave it."""
    page.get_by_label(label).fill(text)
    page.keyboard.press("Tab")
    drawn(page)


def cues_of(page):
    """Have the sample with long, slow steps measured; return the action, and the drills offered."""
    ready(page)
    page.get_by_role("button", name="Long, slow steps").click()
    answered(page)
    drills = page.locator(".action .drill-link b, .also .drill-link b").all_text_contents()
    return page.locator(".action h2").inner_text(), drills


def make_week(page):
    """Tell what a usual week holds, and have the next one made."""
    give(page, "A usual week (km)", "24")
    give(page, "Longest run of the last 30 days (km)", "9")
    page.get_by_role("button", name="Plan my weeks").click()
    page.locator(".st-key-week .week .day").first.wait_for()
    drawn(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_sample_with_faults_leads_to_its_drill_on_the_calendar(playwright, server, width):
    with visitor(playwright, server, width=width) as here:
        page = here.page
        action, drills = cues_of(page)
        assert action and 1 <= len(drills) <= 2
        keep_picture(page, "cues", width)

        page.locator(".action .drill-link").click()
        page.get_by_role("heading", name="Drills & plan", level=1).wait_for()
        drawn(page)
        assert page.locator(".card.chosen h3").inner_text() == drills[0]
        assert "follow Long, slow steps: " in page.inner_text("[data-testid=stMain]")

        make_week(page)
        assert page.locator(".st-key-week .week .day").count() == 7
        assert page.locator(".why").inner_text()
        keep_picture(page, "week", width)
        name, calendar = saved(page, "For your calendar")
        planned = " ".join(event.get("DESCRIPTION", "") for event in events_of(calendar)).lower()
        assert name.endswith(".ics") and all(drill.lower() in planned for drill in drills)
        assert drills[0].lower() in saved(page, "To print")[1].lower()

        drawn(page)
        page.go_back()
        page.wait_for_selector(".result .action h2", timeout=PATIENCE_MS)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not here.outside and not here.wrong
