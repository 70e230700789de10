"""The keyboard alone: a clip is measured and compared, and a history read and deleted, by Tab, Enter, space and arrows."""

from __future__ import annotations

import pytest
from keyboard import arrow_to, keyboard_faults, press
from past import NAME, fill
from serving import IN_CHROMIUM, PATIENCE_MS, settled, visitor

from formcheck.ui.parts.samples import LABELS

pytestmark = IN_CHROMIUM


@pytest.fixture
def page(playwright, server):
    """A page of somebody who has just come and has no mouse."""
    with visitor(playwright, server) as here:
        yield here.page
        assert not here.outside and not here.wrong


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def radio(page, name):
    return page.get_by_role("radio", name=name, exact=True)


def field(page, name):
    return page.get_by_label(name, exact=True)


def folded(page, name):
    return page.locator("summary", has_text=name)


def go(page, name):
    """Choose a page in the navigation, and wait until it is drawn."""
    press(page, page.get_by_role("link", name=name), "Enter")
    page.get_by_role("link", name=name).locator("xpath=self::*[@aria-current='page']").wait_for()
    settled(page)


def measure_sample(page, stem):
    """Have a sample measured with the preview; the form beside the picture is left on the way."""
    settled(page)
    press(page, button(page, LABELS[stem]), "Enter")
    page.wait_for_selector("text=Measuring your run")
    arrow_to(page, radio(page, "Preview"))
    page.wait_for_selector(".result[data-ready]", timeout=PATIENCE_MS)


def test_a_clip_is_measured_and_a_second_one_compared(page):
    measure_sample(page, "treadmill_left")
    settled(page)
    press(page, button(page, "Analyse another clip"), "Enter")
    measure_sample(page, "treadmill_right")
    go(page, "Compare")
    page.locator(".pair video").first.wait_for(timeout=PATIENCE_MS)
    settled(page)
    assert keyboard_faults(page) == []
    before = page.locator(".pair .told").inner_text()
    press(page, page.locator(".pair"), *["ArrowRight"] * 6)
    assert page.locator(".pair .told").inner_text() != before
    press(page, page.locator(".pair .play"), "Space")
    page.locator(".pair .play[aria-label=Pause]").wait_for()
    press(page, page.locator("details.noise summary"), "Enter")
    page.locator("details.noise[open]").wait_for()


def test_progress_is_read_saved_and_deleted(page, server):
    fill(server)
    go(page, "Progress")
    press(page, field(page, "Your name"), *NAME, "Tab")
    page.locator(".trends .card").first.wait_for()
    settled(page)
    press(page, folded(page, "All the other numbers"), "Enter")
    settled(page)
    assert keyboard_faults(page) == []
    press(page, page.get_by_role("link", name="Fast feet"))
    with page.expect_file_chooser():
        press(page, page.locator("[data-testid=stFileUploader] button").first, "Enter")
    with page.expect_download():
        press(page, button(page, "Save everything as JSON"), "Enter")
    press(page, page.get_by_role("button", name="Delete everything under this name"), "Enter")
    press(page, button(page, "Delete"), "Enter")
    page.wait_for_selector(f"text=Nothing is kept under {NAME}")
