"""A phone's way in: from another address of this machine, with a wrong code, the right one, and without any."""

from __future__ import annotations

import re

import pytest
from accessibility import grave_violations
from playwright.sync_api import expect
from serving import IN_CHROMIUM, PATIENCE_MS, QUIET, answered, chromium, sample, send, serve

from formcheck.errors import UsageError
from formcheck.ui.network import address_in_the_network

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def phones():
    try:
        address_in_the_network()
    except UsageError as error:
        pytest.skip(str(error))
    with serve(app=None, options=["--phone"]) as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright):
    browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=QUIET)
    yield browser
    browser.close()


def phone(browser):
    """Return a page of a browser of its own, as large as a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def code_on_the_screen(browser, phones):
    """Return the code that the first page shows on this machine."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(phones.url)
    code = page.locator(".code")
    code.wait_for()
    earlier = code.inner_text()
    page.get_by_role("button", name="Show a new code").click()
    expect(code).not_to_have_text(earlier, timeout=PATIENCE_MS)
    assert page.locator("svg.qr").is_visible()
    return page, re.sub(r"\s", "", code.inner_text())


def test_a_phone_enters_with_the_code_and_sees_its_result_and_nobody_else_does(browser, phones):
    laptop, code = code_on_the_screen(browser, phones)
    page = phone(browser)
    page.goto(phones.away)
    page.get_by_label("Code").fill("22222222")
    page.get_by_role("button", name="Connect").click()
    page.get_by_text("That is not the code").wait_for()
    assert "running form" not in page.content()

    page.goto(f"{phones.away}/formcheck/phone#{code}")  # as the QR code does
    page.get_by_role("heading", name="What does your running form look like?").wait_for()
    assert "#" not in page.url
    page.get_by_text("Film now with this phone").wait_for()
    page.get_by_text("It goes to the laptop").wait_for()
    assert page.get_by_text("With your phone").count() == 0  # codes are shown on the laptop only
    laptop.get_by_text("One phone is connected.").wait_for()

    send(page, sample("treadmill_left"))
    answered(page)
    result = page.url
    assert "result=" in result

    stranger = phone(browser)
    for address in (result, f"{phones.away}/formcheck/phone#{code}"):
        stranger.goto(address)
        stranger.get_by_label("Code").wait_for()
        assert stranger.locator(".result").count() == 0
    stranger.get_by_text("That is not the code").wait_for()

    laptop.get_by_role("button", name="Turn all phones away").click()
    laptop.get_by_text("No phone is connected.").wait_for()
    page.reload()
    page.get_by_label("Code").wait_for()


def test_the_page_for_the_code_is_accessible(browser, phones):
    page = phone(browser)
    page.goto(phones.away)
    page.get_by_label("Code").wait_for()
    assert grave_violations(page) == []
