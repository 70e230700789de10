"""Marks on the stills of a camera that pans: the component alone, in Chromium."""

import json
from pathlib import Path

import pytest
from serving import IN_CHROMIUM, QUIET, chromium

import formcheck
from formcheck.ui.parts.cones import ADD, HOW
from formcheck.ui.parts.still import still_html

pytestmark = IN_CHROMIUM

ASSETS = Path(formcheck.__file__).parent / "ui" / "assets"
PIXEL = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='640' height='360'><rect width='640' height='360'/></svg>"
DATA = {
    "stills": [{"src": PIXEL, "at": at} for at in (0.0, 0.25, 0.5)],
    "width": 1280, "height": 720, "marks": [], **HOW,
}  # fmt: skip
START = """
data => { window.told = []; window.start({parentElement: document.body, data, setStateValue: (name, value) => told.push(value)}); }
"""


@pytest.fixture
def page(playwright):
    browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
    page = browser.new_page(viewport={"width": 700, "height": 800})
    script = (ASSETS / "still.js").read_text(encoding="utf-8")
    style = (ASSETS / "still.css").read_text(encoding="utf-8")
    page.set_content(f"<style>{style}</style>{still_html('cones', ADD)}")
    page.add_script_tag(
        content=script.replace("export default function", "window.start = function"), type="module"
    )
    yield page
    browser.close()


def marks_told(page):
    return page.evaluate("told.at(-1)")


def seen(page):
    return page.locator(".mark:visible").count()


def test_a_mark_belongs_to_the_still_on_which_it_was_put(page):
    page.evaluate(START, DATA)
    assert page.locator(".when").inner_text() == "0.25 s"
    assert seen(page) == 1
    page.get_by_role("button", name="Later picture").click()
    assert page.locator(".when").inner_text() == "0.50 s"
    assert seen(page) == 0
    page.get_by_role("button", name="Add a mark").click()
    assert seen(page) == 1
    assert [mark["at"] for mark in marks_told(page)] == [0.25, 0.5]
    page.get_by_role("button", name="Show the picture of mark 1").click()
    assert page.locator(".when").inner_text() == "0.25 s"
    assert seen(page) == 1


def test_the_picture_is_chosen_by_keys_too(page):
    page.evaluate(START, DATA)
    which = page.get_by_role("slider", name="Picture of the clip")
    which.focus()
    which.press("ArrowLeft")
    assert page.locator(".when").inner_text() == "0.00 s"
    page.get_by_role("button", name="Earlier picture").click()
    assert page.locator(".when").inner_text() == "0.00 s"


def test_one_still_of_a_still_camera_has_no_choice_and_no_moments(page):
    page.evaluate(START, {**DATA, "stills": DATA["stills"][:1]})
    assert page.locator(".pictures").is_hidden()
    page.get_by_role("button", name="Add a mark").click()
    assert json.dumps([mark["at"] for mark in marks_told(page)]) == "[null, null, null]"
