"""Pages in the states that a visitor seldom sees: in each, axe-core and our own rules of design find nothing."""

from __future__ import annotations

import pytest
from accessibility import grave_violations
from design import design_faults
from past import NAME, fill
from serving import IN_CHROMIUM, settled, visitor

pytestmark = IN_CHROMIUM

STILL = "() => !document.getAnimations().some((each) => each instanceof CSSTransition)"
"""No colour is on its way from one theme to the other."""


@pytest.fixture(scope="module")
def page(playwright, server):
    """A visitor of an app that keeps Ada's numbers."""
    fill(server)
    with visitor(playwright, server) as here:
        yield here.page
        assert not here.outside and not here.wrong


def faults(page):
    """Return what is wrong in light and dark, on a desk and on a phone."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(700)
            page.wait_for_function(STILL)
            found += [f"{theme}, {width} px: {each}" for each in design_faults(page) + grave_violations(page)]
    page.emulate_media(color_scheme="light")
    return found


def open_everything(page):
    """Unfold what is folded in the page's own part, and wait until it is drawn."""
    for each in page.locator("[data-testid=stMain] details:not([open]) > summary").all():
        each.click()
    settled(page)


def test_progress_with_a_history(page, server):
    page.goto(f"{server.url}/progress")
    page.get_by_label("Your name").fill(NAME)
    page.keyboard.press("Tab")
    page.locator(".trends .card").first.wait_for()
    settled(page)
    open_everything(page)
    assert page.locator(".trend").count() > 6
    assert faults(page) == []


@pytest.mark.parametrize("popover", ["Delete everything under this name", "Restore from a file"])
def test_what_opens_over_progress(page, popover):
    page.get_by_role("button", name=popover).click()
    page.locator("[data-testid=stPopoverBody]").wait_for()
    settled(page)
    assert grave_violations(page) == []
    page.keyboard.press("Escape")


def test_a_course_of_practice_under_a_name(page, server):
    page.goto(f"{server.url}/training")
    page.get_by_label("Your name, as you keep your clips").fill(NAME)
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.locator(".sessions li").first.wait_for()
    settled(page)
    assert faults(page) == []


def test_the_live_page_with_its_details_open(page, server):
    page.goto(f"{server.url}/live")
    page.get_by_text("Optional details").click()
    page.get_by_role("radio", name="Another camera").click()
    page.get_by_role("button", name="Start", exact=True).wait_for()
    settled(page)
    assert faults(page) == []


def test_a_result_that_is_gone(page, server):
    page.goto(f"{server.url}/?result={'0' * 32}")
    page.wait_for_selector("text=That result is no longer here")
    settled(page)
    open_everything(page)
    assert faults(page) == []
