"""The Live page in real Chromium, with a camera that plays a clip of a runner."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import pytest
from serving import IN_CHROMIUM, QUIET, chromium, settled

from formcheck import analyze
from formcheck.video import FrameReader

sys.path.insert(0, str(Path(__file__).parents[1]))
from live_sources import NetworkCamera, free_port, sample_runner

pytestmark = [
    *IN_CHROMIUM,
    pytest.mark.skipif(sample_runner(30) is None, reason="the sample videos are not here"),
]
PATIENCE_MS = 240_000
RIGHT_WITHIN = 5.0  # steps/min: a busy machine plays Chromium's camera a little slow


@pytest.fixture(scope="module")
def offline():
    """What the whole clip measures."""
    return analyze(sample_runner(30), model="balanced").measurements["cadence"].value


@pytest.fixture(scope="module")
def camera_file(tmp_path_factory, offline):
    """Motion JPEG of whole strides, which Chromium plays over and over as its camera."""
    path = tmp_path_factory.mktemp("camera") / "runner.mjpeg"
    reader = FrameReader(sample_runner(30), max_height=540)  # the browser shares its two cores with the app
    stride = 120 / offline
    length = stride * int(reader.clip.duration_s / stride)
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = 960, 540, "yuvj420p"
        stream.options = {"qscale": "3"}
        for index, frame in enumerate(reader):
            if frame.time >= length - 0.5 / 30:
                break
            picture = av.VideoFrame.from_ndarray(frame.image, format="rgb24").reformat(format="yuvj420p")
            picture.pts, picture.time_base = index, Fraction(1, 30)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


@contextmanager
def live_page(playwright, server, *flags):
    """Open the Live page in a browser of its own; nothing may leave the machine, no script may fail."""
    outside, wrong = [], []
    with tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium(), headless=True, args=[*QUIET, *flags],
            viewport={"width": 1280, "height": 900},
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(60_000)
        own = (server.url, server.url.replace("http", "ws"), "data:", "blob:")
        page.on(
            "request", lambda request: None if request.url.startswith(own) else outside.append(request.url)
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{server.url}/live")
        page.wait_for_selector("h1")
        try:
            yield page
        finally:
            context.close()
    assert not outside
    assert not wrong


def keep(page, name):
    """Write a screenshot where FORMCHECK_SCREENSHOTS says."""
    where = os.environ.get("FORMCHECK_SCREENSHOTS")
    if where:
        page.screenshot(path=str(Path(where) / f"{name}.png"))


def cadence_on(page) -> float:
    """Return the cadence on the page, NaN where there is none."""
    found = page.locator(".number[data-metric=cadence]")
    text = found.first.get_attribute("data-value") if found.count() else "–"
    return float(text) if text and text[0].isdigit() else float("nan")


def wait_for_cadence(page, right: float) -> float:
    """Wait until the cadence on the page is right; return the last one seen."""
    seen = float("nan")
    for _ in range(PATIENCE_MS // 250):
        seen = cadence_on(page)
        if abs(seen - right) <= RIGHT_WITHIN:
            break
        page.wait_for_timeout(250)
    return seen


def wait_for_picture(page, width: int) -> None:
    """Wait until a picture at least that wide is shown: between two it can have no width for a moment."""
    picture = page.locator(".picture").element_handle()
    page.wait_for_function("([image, width]) => image.naturalWidth >= width", arg=[picture, width])


def fake_camera(path):
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )


def test_numbers_appear_and_are_right(playwright, server, camera_file, offline):
    with live_page(playwright, server, *fake_camera(camera_file)) as page:
        page.get_by_role("button", name="Start the camera").click()
        page.wait_for_selector(".live[data-stage=running]", timeout=PATIENCE_MS)
        assert wait_for_cadence(page, offline) == pytest.approx(offline, abs=RIGHT_WITHIN)
        assert page.locator(".number").count() == 3 and not page.locator(".ready").is_visible()
        assert "pictures/s" in page.locator(".health").inner_text()
        wait_for_picture(page, 960)
        page.wait_for_timeout(8_000)
        keep(page, "live-browser-camera")
        page.get_by_role("button", name="Stop and measure the whole run").click()
        page.wait_for_selector("text=Run 1:", timeout=PATIENCE_MS)
        page.get_by_role("button", name="Start the camera").wait_for()
        keep(page, "live-after")


def test_steps_are_traced_around_a_beat_that_can_be_heard(playwright, server, camera_file):
    with live_page(playwright, server, *fake_camera(camera_file)) as page:
        page.get_by_text("Optional details").click()
        beat = page.get_by_role("spinbutton", name="Beat (steps a minute)")
        beat.fill("170")
        beat.press("Tab")
        page.wait_for_timeout(1_500)
        settled(page)
        page.get_by_role("button", name="Start the camera").click()
        page.wait_for_selector(".live[data-stage=running]", timeout=PATIENCE_MS)
        page.locator(".strip path").first.wait_for(state="attached", timeout=PATIENCE_MS)
        assert page.locator(".strip .zone").count() == 1
        hear = page.get_by_role("button", name="Hear 170")
        hear.click()
        assert hear.get_attribute("aria-pressed") == "true"
        hear.click()
        assert hear.get_attribute("aria-pressed") == "false"
        leave = page.get_by_role("button", name="Leave full screen (Esc)")
        assert not leave.is_visible()
        page.get_by_role("button", name="Fill the screen").click()
        leave.wait_for()
        keep(page, "live-full-screen")
        leave.click()
        leave.wait_for(state="hidden")


def test_without_a_camera_the_page_says_so(playwright, server):
    with live_page(playwright, server, "--use-fake-ui-for-media-stream") as page:
        page.get_by_role("button", name="Start the camera").click()
        page.wait_for_selector("text=No camera was found in this browser")
        page.get_by_role("button", name="Start the camera").wait_for()
        assert page.locator(".ready").is_visible() and not page.locator(".live").is_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_before_a_camera_runs_the_page_shows_how_to_stand(playwright, server, width):
    """And no black screen that waits for pictures."""
    with live_page(playwright, server) as page:
        page.set_viewport_size({"width": width, "height": 900})
        page.locator(".ready").wait_for()
        start = page.get_by_role("button", name="Start the camera").bounding_box()
        assert start["y"] + start["height"] < page.locator(".ready").bounding_box()["y"]
        assert not page.locator(".live").is_visible()
        page.get_by_role("radio", name="Another camera").click()
        page.get_by_role("button", name="Start", exact=True).wait_for()
        page.locator(".ready").wait_for()
        assert page.locator(".ready").count() == 1 and not page.locator(".live").count()


def another_camera(page, address):
    """Ask for a camera of the machine or the network."""
    another = page.get_by_role("radio", name="Another camera")
    if not another.is_checked():
        another.click()
    field = page.get_by_role("textbox", name="Number or address of the camera")
    field.fill(address)
    field.press("Tab")  # what was typed reaches the form when the field is left
    page.wait_for_timeout(1_000)
    page.get_by_role("button", name="Start", exact=True).click()


def test_two_viewers_watch_one_network_camera(playwright, server):
    images = [frame.image for frame in FrameReader(sample_runner(30), max_height=540)]
    looking = live_page(playwright, server), live_page(playwright, server)
    with NetworkCamera(images) as camera, looking[0] as first, looking[1] as second:
        for page in (first, second):
            another_camera(page, camera.url)
            page.wait_for_selector(".live:not([data-stage=connecting])", timeout=PATIENCE_MS)
        for page in (first, second):
            page.wait_for_selector(".live[data-stage=running]", timeout=PATIENCE_MS)
            wait_for_picture(page, 960)
        keep(second, "live-network-camera")
        assert camera.watchers == 1  # the camera is read once, whoever looks


def test_a_camera_that_does_not_answer_is_said(playwright, server):
    with live_page(playwright, server) as page:
        another_camera(page, f"http://127.0.0.1:{free_port()}/video")
        page.wait_for_selector("text=does not answer", timeout=PATIENCE_MS)
        another_camera(page, "/etc/passwd")
        page.wait_for_selector("text=is no source", timeout=PATIENCE_MS)
