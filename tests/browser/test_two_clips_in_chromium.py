"""A side and a front clip become one result, with real files from the drop to the page."""

from __future__ import annotations

import pytest
from serving import IN_CHROMIUM, PATIENCE_MS, measure, ready, sample, send, visitor

from formcheck.video import FrameReader, VideoWriter

pytestmark = IN_CHROMIUM
SECONDS, HEIGHT_PX = 4.0, 480


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Return four seconds of one runner from the side and from the front."""
    folder = tmp_path_factory.mktemp("clips")
    return [
        cut(sample(name), folder / f"{name.split('_')[1]}.mp4") for name in ("faults_side", "faults_front")
    ]


def cut(path, to):
    reader = FrameReader(path, max_height=HEIGHT_PX)
    frames = [frame for frame in reader if frame.time < SECONDS]
    height, width = frames[0].image.shape[:2]
    with VideoWriter(to, (width, height), fps=reader.clip.fps) as writer:
        for frame in frames:
            writer.write(frame.image, frame.time)
    return to


def merged(page):
    """Wait for the result of both clips; return what its tile of the hands says."""
    page.locator(".result", has_text="side.mp4 + front.mp4").wait_for(timeout=PATIENCE_MS)
    page.wait_for_selector(".result[data-ready]", timeout=PATIENCE_MS)
    return hands(page).inner_text()


def hands(page):
    return page.locator(".tile", has_text="Hands")


def test_two_clips_dropped_together_become_one_result(playwright, server, clips):
    with visitor(playwright, server) as here:
        ready(here.page)
        here.page.set_input_files("input[type=file]", [str(path) for path in clips])
        here.page.get_by_role("heading", name="2 clips").wait_for()
        told = merged(here.page)
        assert "Add a front clip" not in told and any(sign.isdigit() for sign in told)
        assert "steps/min" in here.page.locator(".tile", has_text="Cadence").inner_text()
        assert not here.wrong and not here.outside


def test_a_front_clip_is_added_to_a_result(playwright, server, clips):
    side, front = clips
    with visitor(playwright, server) as here:
        page = here.page
        measure(page, side)
        assert "Add a front clip" in hands(page).inner_text()
        hands(page).locator("summary").click()
        page.get_by_role("button", name="Add a front clip").click()
        page.get_by_role("heading", name="Add a front clip to").wait_for()
        send(page, front)
        told = merged(page)
        assert "Add a front clip" not in told and any(sign.isdigit() for sign in told)
        assert not here.wrong and not here.outside
