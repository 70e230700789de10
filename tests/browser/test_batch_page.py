"""index.html of a batch in a real browser: a thousand clips, sorted by a click."""

import pytest
from serving import IN_CHROMIUM, QUIET, chromium

from formcheck.batch.page import index_page
from formcheck.batch.rows import Cell, ClipRow
from formcheck.metrics import METRICS

pytestmark = IN_CHROMIUM


def row(index):
    """Return a clip with a value for every metric, except that one in a hundred has no cadence."""
    value = 150.0 + (index * 7919) % 1000 / 20
    cells = {metric: Cell(value, value - 1, value + 1, "within", False, "both", 20, "") for metric in METRICS}
    if index % 100 == 0:
        cells["cadence"] = Cell(None, None, None, "unknown", False, "both", 0, "Too few steps.")
    name = f"{index}.mp4"
    return ClipRow(
        name, "Ben", "2026-05-01", f"clips/{name}", "measured", {"view": "side"}, "", "", cells, {}, ""
    )


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "index.html"
    path.write_text(index_page([row(index) for index in range(1000)], []))
    return path


@pytest.fixture
def tab(page_file):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=QUIET)
        tab = browser.new_page(viewport={"width": 390, "height": 800})
        asked = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(page_file.as_uri())
        assert asked == [page_file.as_uri()], "the page asks for something outside itself"
        yield tab
        browser.close()


def cadences(tab):
    heads = tab.locator("#clips th").all_inner_texts()
    column = next(
        index
        for index, head in enumerate(heads)
        if head.startswith(("Cadence", "↑", "↓")) and "Cadence" in head
    )
    return tab.evaluate(
        "column => [...document.querySelectorAll('#clips tbody tr')].map(row => row.cells[column].dataset.v)",
        column,
    )


def test_a_thousand_clips_sort_by_a_click_and_what_is_not_measured_comes_last(tab):
    head = tab.locator("#clips th", has_text="Cadence")
    for direction in ("ascending", "descending"):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == direction
        found = cadences(tab)
        assert found[-10:] == [""] * 10
        values = [float(value) for value in found[:-10]]
        assert len(values) == 990
        assert values == sorted(values, reverse=direction == "descending")


def test_names_sort_as_people_count(tab):
    tab.locator("#clips th", has_text="Clip").locator("button").click()
    names = tab.locator("#clips tbody td:nth-child(2)").all_inner_texts()
    assert names[:11] == [f"{index}.mp4" for index in range(11)]


def test_on_a_phone_only_the_table_scrolls_sideways(tab):
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_thousand_clips_stay_a_light_page(tab, page_file):
    assert page_file.stat().st_size < 3_000_000
    assert tab.evaluate("document.querySelectorAll('*').length") < 45_000
