"""The app as a visitor meets it, in real Chromium."""

from __future__ import annotations

import csv
import json
import urllib.error
import urllib.request

import numpy as np
import pytest
from accessibility import grave_violations
from design import design_faults
from serving import IN_CHROMIUM, PATIENCE_MS, answered, measure, ready, sample, send, serve, visitor

from formcheck.ui.parts.samples import LABELS
from formcheck.video import VideoWriter, describe

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def measured(playwright, server):
    """A visitor whose clip has been measured."""
    with visitor(playwright, server) as here:
        measure(here.page, sample("left", "side"))
        yield here


@pytest.fixture
def stranger(playwright, server):
    """Another visitor, who has just come."""
    with visitor(playwright, server) as here:
        yield here


WHOLE_PAGE = """() => { const find = (name, root = document) => [...root.querySelectorAll(name.split(' ').pop()),
  ...[...root.querySelectorAll('*')].filter(n => n.shadowRoot).flatMap(n => find(name, n.shadowRoot))];"""


def test_every_download_opens(measured, tmp_path):
    names = {}
    measured.page.get_by_role("button", name="Downloads").click()
    for link in measured.page.locator("a.get").all():
        with measured.page.expect_download() as waiting:
            link.click()
        path = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(path)
        names[path.suffix] = path
    assert {".mp4", ".html", ".pdf", ".csv", ".json"} <= set(names)
    assert describe(names[".mp4"]).frames > 10
    assert json.loads(names[".json"].read_text())["format"] == "formcheck-analysis"
    assert len(list(csv.reader(names[".csv"].open()))) > 5
    assert names[".pdf"].read_bytes().startswith(b"%PDF")
    report = measured.page.context.new_page()
    report.goto(names[".html"].as_uri())
    assert report.locator("h2").first.inner_text() == "What stands out"
    report.close()


def test_two_visitors_do_not_see_each_other(measured, stranger):
    send(stranger.page, sample("left", "side"))
    stranger.page.wait_for_selector("text=Measuring your run")
    stranger.page.get_by_text("Compare", exact=True).first.click()
    stranger.page.wait_for_selector("text=two clips")
    assert measured.page.locator(".stage video").count() == 1


def test_two_visitors_are_measured_at_once(playwright, server):
    with visitor(playwright, server) as one, visitor(playwright, server) as other:
        for here in (one, other):
            ready(here.page)
            here.page.get_by_role("button", name=LABELS["treadmill_left"]).click()
            here.page.get_by_role("radio", name="Preview", exact=True).click()
            here.page.wait_for_selector("text=Cancel")  # under way, and the page answers
        for here in (one, other):
            here.page.wait_for_selector(".result .action h2", timeout=PATIENCE_MS)
            assert LABELS["treadmill_left"] in here.page.locator(".meta").inner_text()


def test_a_clip_without_a_runner_gets_a_helpful_page(stranger, tmp_path):
    with VideoWriter(tmp_path / "room.mp4", (320, 240)) as writer:
        for k in range(90):
            writer.write(np.full((240, 320, 3), 120, np.uint8), k / 30)
    send(stranger.page, tmp_path / "room.mp4")
    stranger.page.wait_for_selector("text=Nothing to measure yet", timeout=PATIENCE_MS)
    stranger.page.get_by_role("button", name="Measure the whole clip anyway").click()
    stranger.page.wait_for_selector("text=No measurements from this clip", timeout=PATIENCE_MS)
    stranger.page.wait_for_selector(".refusal img", timeout=PATIENCE_MS)  # what was seen
    assert stranger.page.locator(".drawing svg").count() >= 2
    assert "How to film it" in stranger.page.inner_text(".refusal")


@pytest.mark.parametrize(
    "content", [b"", b"words\n" * 500, b"ffconcat version 1.0\nfile clip\n", b"#EXTM3U\n#EXTINF:1,\nclip\n"]
)
def test_a_hostile_file_is_answered_in_a_sentence(stranger, tmp_path, content):
    path = tmp_path / "a <b>![x](clip)<.mp4"
    path.write_bytes(content)
    send(stranger.page, path)
    stranger.page.wait_for_selector(".wrong", timeout=60_000)
    words = stranger.page.locator(".wrong").inner_text()
    assert "a <b>![x](clip)<.mp4" in words
    assert stranger.outside == []
    assert stranger.page.locator(".zone").is_visible()


def test_cancelling_brings_the_drop_zone_back(stranger):
    send(stranger.page, sample("120fps", "side"))
    stranger.page.locator(".st-key-cancel button").click()  # not the one that stops an upload
    stranger.page.wait_for_selector("text=Choose a video, or drop it here")


def test_the_keyboard_reaches_the_drop_zone(stranger):
    ready(stranger.page)
    zone = stranger.page.locator(".zone")
    with stranger.page.expect_file_chooser():  # before the keys: a browser not yet listening opens its own
        for _ in range(30):
            stranger.page.keyboard.press("Tab")
            if zone.evaluate("zone => zone.matches(':focus')"):
                break
        stranger.page.keyboard.press("Enter")


def test_no_page_scrolls_sideways_on_a_phone(playwright, server):
    with visitor(playwright, server, width=390) as here:
        for path in ("", "live", "progress", "compare", "training", "filming"):
            here.page.goto(f"{server.url}/{path}")
            here.page.wait_for_selector("h1")
            here.page.wait_for_timeout(500)
            assert here.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert here.outside == []


def test_the_answer_fits_a_phone(measured):
    page = measured.page
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cards = [each.bounding_box() for each in page.locator(".tile, .action, .hero, .moment").all()[:8]]
    assert cards and max(box["x"] + box["width"] for box in cards) <= 390
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_second_clip_is_compared_with_the_first_in_step(measured):
    page = measured.page
    page.get_by_role("button", name="Analyse another clip").click()
    ready(page)
    page.get_by_role("button", name=LABELS["treadmill_right"]).click()
    answered(page)
    page.get_by_role("link", name="Compare").click()
    page.wait_for_selector(".pair video")
    page.wait_for_function(
        WHOLE_PAGE
        + "return find('.pair video').length === 2 && find('.pair video').every(v => v.readyState >= 2) }"
    )
    page.locator(".pair").focus()
    before = page.locator(".pair .told").inner_text()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(WHOLE_PAGE + f"return find('.pair .told')[0].textContent !== {before!r} }}")
    assert page.locator("tr", has_text="Cadence").get_by_text("can be chance").count() == 1
    overlaid = page.locator(".overlaid .plot")
    assert overlaid.count() >= 3 and overlaid.first.locator(".line").count() == 2
    assert overlaid.first.locator(".spread").count() == 2
    for scheme, width in (("dark", 390), ("light", 1280)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(700)
        assert design_faults(page) == [] and grave_violations(page) == []
    page.get_by_role("link", name="Analyse", exact=True).click()
    page.wait_for_selector(".stage video")


def test_the_command_starts_the_same_app_without_telemetry(playwright):
    with serve(app=None) as own, visitor(playwright, own) as here:
        ready(here.page)
        here.page.wait_for_timeout(1500)
        assert here.outside == [] and here.wrong == []


def test_a_deleted_clip_is_gone_and_nothing_left_the_machine(measured, server):
    page = measured.page
    address = server.url + page.locator("a.get").first.get_attribute("href")
    assert urllib.request.urlopen(address).status == 200
    page.get_by_role("button", name="Delete this clip and its results").click()
    page.wait_for_selector("text=Choose a video, or drop it here")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(address)
    assert measured.outside == [] and measured.wrong == []


def middle_of(shape):
    box = shape.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_cones_are_marked_on_a_still_and_a_wrong_distance_is_refused(stranger):
    page = stranger.page
    measure(page, sample("left", "side"))
    page.get_by_text("Cones on the ground?").click()
    page.get_by_role("button", name="Add a mark").click()
    page.get_by_role("button", name="Add a mark").click()
    marks = page.locator(".cones .mark")
    assert marks.count() == 4
    marks.nth(0).scroll_into_view_if_needed()
    before = marks.nth(0).get_attribute("transform")
    middle = middle_of(marks.nth(0).locator("circle"))
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 30, middle[1] - 20, steps=4)
    assert page.locator(".cones .glass").is_visible()
    page.mouse.up()
    assert page.locator(".cones .glass").is_hidden()
    assert marks.nth(0).get_attribute("transform") != before
    marks.nth(3).press("Shift+ArrowRight")
    for place, metres in enumerate(("0", "ten", "1.5", "2")):
        page.locator(".cones input.along").nth(place).fill(metres)
        page.keyboard.press("Tab")
    page.get_by_text("ten is no distance in metres").wait_for()
    page.locator(".cones input.along").nth(1).fill("3")
    page.keyboard.press("Tab")
    page.get_by_text("4 marks over 3 m").wait_for(state="attached", timeout=PATIENCE_MS)
    page.wait_for_selector("[data-test-script-state=notRunning] .result[data-ready]", timeout=PATIENCE_MS)
    if page.get_by_text("4 marks over 3 m").is_hidden():
        page.get_by_text("Cones on the ground?").click()
    assert [page.locator(".cones input.along").nth(place).input_value() for place in range(4)] == [
        "0",
        "3",
        "1.5",
        "2",
    ]
    assert not stranger.wrong


def drag(page, mark, across, down):
    """Drag a mark on a still by so many pixels of the screen."""
    mark.scroll_into_view_if_needed()
    x, y = middle_of(mark.locator("circle"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across, y + down, steps=4)
    page.mouse.up()


def lean(page):
    """Return what the tile of the forward lean says."""
    page.wait_for_selector("[data-test-script-state=notRunning] .result[data-ready]", timeout=PATIENCE_MS)
    return page.locator("[data-tile=trunk_lean] summary").inner_text()


def test_an_upright_edge_is_pointed_at_measures_again_and_outlives_a_reload(stranger):
    page, told = stranger.page, stranger.page.get_by_text("The edge leans")
    measure(page, sample("left", "side"))
    level = lean(page)
    page.get_by_text("Camera not level?").click()
    marks = page.locator(".upright .mark")
    assert marks.count() == 2
    drag(page, marks.nth(0), 20, 0)
    page.wait_for_timeout(1_000)
    assert told.count() == 0  # one end alone is no edge
    drag(page, marks.nth(1), 5, 0)
    told.wait_for(state="attached", timeout=PATIENCE_MS)
    tilted = lean(page)
    assert tilted != level
    page.reload()
    assert lean(page) == tilted
    page.get_by_text("Camera not level?").click()
    told.wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Forget the edge").click()
    told.wait_for(state="detached", timeout=PATIENCE_MS)
    assert lean(page) == level
    assert not stranger.wrong
