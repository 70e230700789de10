"""The result page as a runner meets it: first screen, playhead, metronome, ghost, keyboard, axe-core."""

from __future__ import annotations

import json
import math
import urllib.request

import numpy as np
import pytest
from accessibility import grave_violations
from serving import IN_CHROMIUM, answered, measure, ready, sample, visitor

from formcheck.ui.parts.samples import LABELS
from formcheck.video import describe

pytestmark = IN_CHROMIUM

HEIGHT = {1280: 800, 390: 844}  # px, of the first screen
LONGEST = {1280: 2000, 390: 4 * 844}  # px, of the page before anything is unfolded
SMALLEST_TARGET = 44  # px
SMALLEST_TEXT = 14  # px
EVEN_S = 0.005  # how far a beat may be from even
INSIDE = "const page = [...document.querySelectorAll('*')].map(n => n.shadowRoot?.querySelector('.result')).find(Boolean);"


@pytest.fixture(scope="module")
def measured(playwright, server):
    """A visitor whose clip has been measured; the audio clock's schedule is noted."""
    with visitor(playwright, server) as here:
        here.page.add_init_script(
            "window.beats = []; const start = OscillatorNode.prototype.start;"
            "OscillatorNode.prototype.start = function (at) { beats.push([at, this.context.currentTime]); return start.call(this, at); };"
        )
        here.page.reload()
        measure(here.page, sample("left", "side"))
        yield here


@pytest.fixture(params=[1280, 390])
def page(request, measured):
    """The page at its top, at either width, with nothing unfolded."""
    width = request.param
    shown = measured.page
    shown.set_viewport_size({"width": width, "height": HEIGHT[width]})
    shown.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    shown.wait_for_timeout(600)
    yield shown
    shown.set_viewport_size({"width": 1280, "height": 800})
    shown.wait_for_timeout(300)


def inside(page, script):
    """Return what a script finds in the result page, which is in a shadow root."""
    return page.evaluate(f"() => {{ {INSIDE} {script} }}")


def record(measured, server):
    """Return the data that the page's script loaded."""
    address = measured.page.locator('a.get[href*="analysis.json"]').get_attribute("href").rsplit("/", 1)[0]
    return json.loads(urllib.request.urlopen(f"{server.url}{address}/page/hero.json").read())


def settled(page):
    """Wait until the video shows what it was asked for; return the frame and the video's time in s."""
    page.wait_for_timeout(150)
    page.wait_for_function(
        f"() => {{ {INSIDE} const v = page.querySelector('video'); return !v.seeking && v.readyState >= 2; }}"
    )
    return inside(page, "return [Number(page.dataset.frame), page.querySelector('video').currentTime]")


def test_the_first_screen_shows_runner_sentence_action_and_three_tiles(page):
    size = page.viewport_size
    free = size["height"] - page.locator(".chips").bounding_box()["height"]
    parts = [
        page.locator(name).first.bounding_box() for name in ("h1", ".stage", ".action h2", ".action .row")
    ]
    tiles = [each.bounding_box() for each in page.locator(".tile").all()]
    whole = [box for box in tiles if box["y"] + box["height"] <= free + 1]
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= free for box in parts)
    assert len(tiles) == 5 and len(whole) >= 3


def test_a_second_tab_shows_the_same_result(measured):
    told = measured.page.locator("h1").inner_text()
    other = measured.page.context.new_page()
    other.goto(measured.page.url)
    other.wait_for_selector(".result[data-ready]")
    assert other.locator("h1").inner_text() == told
    other.close()


def test_the_page_is_short_before_anything_is_unfolded(page):
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    assert height <= LONGEST[page.viewport_size["width"]]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(500)
    try:
        assert grave_violations(page, within="[data-testid=stMain]") == []
    finally:
        page.emulate_media(color_scheme="light")


def test_the_checker_finds_what_is_there(measured):
    """Grey on grey is found inside the page's shadow root too."""
    inside(measured.page, "page.querySelector('.meta').style.cssText = 'color: #777; background: #888'")
    found = grave_violations(measured.page, within="[data-testid=stMain]")
    inside(measured.page, "page.querySelector('.meta').style.cssText = ''")
    assert len([line for line in found if line.startswith("color-contrast")]) == 1


def test_targets_and_letters_are_large_enough(page):
    small = inside(
        page,
        "return [...page.querySelectorAll('button, a, summary, select')].filter(n => n.offsetParent).map(n => [n, n.getBoundingClientRect()])"
        f".filter(([n, box]) => Math.min(box.width, box.height) < {SMALLEST_TARGET - 0.5}).map(([n, box]) => n.outerHTML.slice(0, 80) + box.width + 'x' + box.height)",
    )  # fmt: skip
    assert small == []
    tiny = inside(
        page,
        "return [...page.querySelectorAll('*')].filter(n => n.offsetParent && [...n.childNodes].some(c => c.nodeType === 3 && c.data.trim()))"
        f".filter(n => parseFloat(getComputedStyle(n).fontSize) < {SMALLEST_TEXT}).map(n => n.outerHTML.slice(0, 80))",
    )  # fmt: skip
    assert tiny == []


def test_the_keyboard_alone_reaches_and_operates_everything(measured):
    page = measured.page
    names = ("play", "slow", "landing", "hear", "tile", "moment", "pick", "chip")
    page.locator(".hero").focus()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        here = inside(
            page,
            "const n = page.getRootNode().activeElement; return n ? n.className + ' ' + (n.parentElement.className || '') : ''",
        )
        reached |= {name for name in names if name in here.split()}
    assert reached == set(names)
    page.locator(".chip").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#part-numbers").is_visible()
    page.keyboard.press("Enter")
    assert not page.locator("#part-numbers").is_visible()
    page.locator(".tile summary").first.focus()
    page.keyboard.press("Enter")
    page.locator(".tile[open] .chart svg").wait_for()
    page.keyboard.press("Enter")


def test_arrow_keys_step_one_frame(measured):
    page = measured.page
    page.locator(".hero").focus()
    frame, time = settled(page)
    page.keyboard.press("ArrowRight")
    after, later = settled(page)
    assert after == frame + 1 and later > time
    page.keyboard.press("ArrowLeft")
    assert settled(page)[0] == frame


def test_next_landing_and_next_toe_off_land_on_their_frames(measured, server):
    page, told = measured.page, record(measured, server)
    frame_s = told["times"][1]
    for button, event in ((".landing", "start"), (".toeoff", "end")):
        moments = sorted(step[event] for step in told["steps"] if step[event] is not None)
        for _ in range(3):
            frame, _ = settled(page)
            page.locator(f".controls {button}").click()
            after, _ = settled(page)
            wanted = next(moment for moment in moments if moment > told["times"][frame] + 0.5 * frame_s)
            assert abs(told["times"][after] - wanted) <= 0.5 * frame_s + 1e-3


def test_a_click_on_the_mean_stride_moves_the_video_to_that_frame(measured, server):
    page, told = measured.page, record(measured, server)
    page.locator(".moment").first.click()
    frame, _ = settled(page)
    starts = [step["start"] for step in told["steps"] if step["near"]]
    start = max(each for each in starts if each <= told["times"][frame] + 1e-6)
    stride = next(each for each in starts if each > start) - start
    plot = page.locator('[data-plot="mean"] svg')
    box = plot.bounding_box()
    left, right = 44, 12  # px beside the plot
    for share in (0.25, 0.6, 0.9):
        plot.click(position={"x": left + share * (box["width"] - left - right), "y": box["height"] / 2})
        after, time = settled(page)
        assert abs(told["times"][after] - (start + share * stride)) <= 0.5 * told["times"][1] + 2e-3
        assert abs(time - told["times"][after]) < told["times"][1]


def test_a_click_on_a_curve_over_time_moves_the_video_to_that_frame(measured, server):
    page, told = measured.page, record(measured, server)
    page.locator(".moment").first.click()
    settled(page)
    page.get_by_role("button", name="Over time").click()
    curve = page.locator(".timeline .row svg").nth(2)
    curve.wait_for()
    box = curve.bounding_box()
    curve.click(position={"x": 0.6 * box["width"], "y": box["height"] / 2})
    frame, time = settled(page)
    clip = describe(sample("left", "side"))
    expected = 0.6 * min(8.0, told["times"][-1])
    assert abs(told["times"][frame] - expected) <= 0.5 / clip.fps + 2e-3
    assert abs(time - told["times"][frame]) < 1 / clip.fps
    page.get_by_role("button", name="Over time").click()


def test_each_picture_of_the_stride_leads_to_its_frame(measured, server):
    page, told = measured.page, record(measured, server)
    for button, moment in zip(page.locator(".moment").all(), told["moments"]):
        button.click()
        frame, _ = settled(page)
        assert told["times"][frame] == pytest.approx(moment["time"], abs=1e-3)
        assert button.get_attribute("aria-current") == "true"
        assert button.locator("img").evaluate("image => image.complete && image.naturalWidth > 0")


def test_a_button_with_a_moment_shows_it(measured, server):
    """This runner has nothing to change, so the action has no moment of its own."""
    page, told = measured.page, record(measured, server)
    button = page.locator("[data-seek]:visible").nth(1)
    button.click()
    frame, _ = settled(page)
    assert (
        abs(told["times"][frame] - float(button.get_attribute("data-seek"))) <= 0.5 * told["times"][1] + 1e-3
    )


def test_a_number_on_the_frame_is_that_frames(measured, server):
    page, told = measured.page, record(measured, server)
    lean = next(angle for angle in told["angles"] if angle["metric"] == "trunk_lean")
    for _ in range(3):
        page.locator(".controls .landing").click()
        frame, _ = settled(page)
        shown = page.locator('.labels [data-metric="trunk_lean"]').inner_text()
        rounded = math.floor(lean["values"][frame] + 0.5)  # halves go up, as in the browser
        assert shown == f"lean {rounded}°".replace("-", "−")


def test_a_stride_can_be_looped(measured):
    page = measured.page
    loop = page.locator(".controls .loop")
    loop.click()
    assert loop.get_attribute("aria-pressed") == "true"
    page.wait_for_timeout(2500)
    times = [
        inside(page, "return page.querySelector('video').currentTime")
        for _ in range(5)
        if page.wait_for_timeout(120) is None
    ]
    assert max(times) - min(times) < 1.5
    loop.click()
    page.locator(".controls .play").click()


def test_the_metronome_is_even_by_the_audio_clock(measured):
    """Each beat is scheduled before its time, and none is more than 5 ms from even, on a busy page too."""
    page = measured.page
    hear = page.locator(".hear")
    hear.click()
    for _ in range(4):  # busy: the page's thread is held for most of the time
        page.evaluate("() => { const end = performance.now() + 600; while (performance.now() < end); }")
        page.wait_for_timeout(300)
    hear.click()
    at, now = np.array(page.evaluate("beats")).T
    per_min = float(hear.get_attribute("data-beat"))
    assert len(at) >= 12
    assert (at > now).all()
    even = at[0] + 60 / per_min * np.arange(len(at))
    assert np.abs(at - even).max() < EVEN_S
    count = len(at)
    page.wait_for_timeout(700)
    assert len(page.evaluate("beats")) == count  # silent again


def test_the_other_clips_stride_is_a_ghost_in_phase(measured, server):
    """At every landing of the near foot the ghost lands too, within one frame."""
    page = measured.page
    page.get_by_role("button", name="Analyse another clip").click()
    ready(page)
    page.get_by_role("button", name=LABELS["treadmill_right"]).click()
    answered(page)
    page.locator('.toggle[data-draws="ghost"]').wait_for()
    told = record(measured, server)
    starts = [step["start"] for step in told["steps"] if step["near"]]
    stride, frame_s = float(np.median(np.diff(starts))), told["times"][1]
    page.locator(".moment").first.click()
    seen = 0
    for _ in range(8):
        page.locator(".controls .landing").click()
        frame, _ = settled(page)
        off = min((told["times"][frame] - start for start in starts), key=abs)
        phase = inside(page, "return page.dataset.ghost")
        assert phase != ""
        here = float(phase)
        away = min(here, 1 - here) * stride
        if_near = abs(off) <= 0.5 * frame_s + 1e-3
        seen += if_near
        assert away <= frame_s or not if_near
        assert abs(here - told["figures"][0]["otherLands"]) * stride <= frame_s + 0.02 or if_near
    assert seen >= 3
    assert page.locator("path.earlier").count() >= 1
    assert measured.outside == [] and measured.wrong == []
