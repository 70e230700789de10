"""One design on every page: readable, large enough to press, never wider than the window, focus in sight."""

from __future__ import annotations

import pytest
from accessibility import grave_violations
from design import design_faults
from keyboard import keyboard_faults
from playwright.sync_api import sync_playwright
from serving import IN_CHROMIUM, serve, settled, visitor

pytestmark = IN_CHROMIUM
PAGES = ("", "live", "progress", "compare", "training", "filming")


@pytest.fixture(scope="module")
def here():
    """A visitor of an app without clips."""
    with serve() as server, sync_playwright() as playwright, visitor(playwright, server) as visit:
        yield visit
        assert not visit.outside and not visit.wrong


@pytest.fixture(params=PAGES, ids=lambda name: name or "analyse")
def page(here, request):
    """One page, drawn to its end."""
    here.page.goto(f"{here.page.url.rsplit('/', 1)[0]}/{request.param}")
    here.page.wait_for_selector("h1")
    settled(here.page)
    return here.page


def test_every_page_is_formchecks_own_in_both_widths_and_themes(page):
    assert "FormCheck" in page.title()
    assert page.locator("[data-testid=stHeader] img").first.is_visible()
    for menu in ("stMainMenu", "stStatusWidget"):
        assert page.locator(f"[data-testid={menu}]:visible").count() == 0
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(700)
            assert design_faults(page) == []
        assert grave_violations(page) == []
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("width", [1280, 390])
def test_tab_reaches_everything_in_the_order_of_the_page_and_shows_where(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    settled(page)
    assert keyboard_faults(page) == []


def test_the_figure_of_an_open_drill_moves_and_can_be_stopped(here):
    page = here.page
    page.goto(f"{page.url.rsplit('/', 1)[0]}/training?drill=squat")
    card = page.locator("details.chosen")
    card.wait_for()
    moving = "card => !card.querySelector('svg.figure').animationsPaused()"
    assert card.evaluate(moving)
    card.get_by_role("button", name="Pause the figure").click()
    assert not card.evaluate(moving)
    folded = page.locator(".st-key-drills details").first
    assert not folded.evaluate(moving)


def test_where_less_motion_is_asked_for_figures_rest(here):
    page = here.page
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{page.url.rsplit('/', 1)[0]}/training?drill=squat")
    card = page.locator("details.chosen")
    card.wait_for()
    assert not card.evaluate("card => !card.querySelector('svg.figure').animationsPaused()")
    card.get_by_role("button", name="Move the figure").click()
    assert card.evaluate("card => !card.querySelector('svg.figure').animationsPaused()")
    page.emulate_media(reduced_motion="no-preference")
