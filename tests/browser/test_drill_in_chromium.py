"""The check of a drill shows the visitor's own clip, counts along, and leads to each repetition."""

from __future__ import annotations

import re

import pytest
from accessibility import grave_violations
from serving import IN_CHROMIUM, PATIENCE_MS, visitor

from formcheck.ui.parts.samples import LABELS

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def page(playwright, server):
    """The answer to the sample of a drill."""
    with visitor(playwright, server) as here:
        here.page.goto(f"{server.url}/training")
        here.page.get_by_role("button", name=LABELS["high_knees"]).click()
        here.page.locator(".repeats button").first.wait_for(timeout=PATIENCE_MS)
        yield here.page
        assert not here.wrong and not here.outside


def test_there_is_a_button_for_each_repetition_counted(page):
    told = page.locator(".card h3", has_text="repetitions (").inner_text()
    counted = int(re.search(r"(\d+) repetitions", told)[1])
    assert page.locator(".repeats button").count() == counted


@pytest.mark.parametrize("number", [1, 4])
def test_a_button_leads_to_its_repetition_and_the_count_follows(page, number):
    page.locator(".repeats button").nth(number - 1).click()
    page.wait_for_selector(f'.repeats[data-done="{number}"]')
    assert page.locator(".repeats .count").inner_text().startswith(f"{number} of ")
    assert page.locator(".repeats button[aria-current]").inner_text().startswith(f"{number} ")


def test_the_clip_plays_and_counts_to_the_last(page):
    video = page.locator(".repeats video")
    video.evaluate("video => { video.currentTime = 0; video.playbackRate = 4; return video.play(); }")
    total = page.locator(".repeats button").count()
    page.wait_for_selector(f'.repeats[data-done="{total}"]', timeout=PATIENCE_MS)
    assert video.evaluate("video => video.videoWidth") > 0


def test_axe_finds_nothing_grave_violations(page):
    assert not grave_violations(page)
