"""The results folder: whole or absent, a video that plays anywhere, no more work than needed."""

import json
import os
import shutil
import weakref
from dataclasses import replace

import av
import numpy as np
import pytest
from rich.console import Console

import builders
from formcheck.cli.printing import print_analysis
from formcheck.draw import Album, annotate
from formcheck.errors import CannotWrite, UnreadableInput
from formcheck.export import load, results, write_results
from formcheck.export.results import look_through, shown_height
from formcheck.types import Frame
from formcheck.video import FrameReader, VideoWriter, describe, read_frames

KEYS = [
    "1-left-contact", "2-left-mid-stance", "3-left-toe-off", "4-right-contact", "5-right-mid-stance", "6-right-toe-off",
]  # fmt: skip


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def made():
    return builders.analysis()


@pytest.fixture(scope="module")
def clip(made, tmp_path_factory):
    return builders.video(made, tmp_path_factory.mktemp("clip") / "run.mp4")


@pytest.fixture(scope="module")
def folder(made, clip):
    return write_results(made, clip, clip.parent / "results" / "run", pdf=True)


def test_everything_promised_is_there(folder):
    expected = [
        ".formcheck.json",
        "analysis.json",
        "annotated.mp4",
        "keypoints.csv",
        "kinogram.png",
        "report.html",
        "report.pdf",
        "steps.csv",
    ]
    assert files(folder) == sorted([*expected, *(f"keyframes/{name}.jpg" for name in KEYS)])
    assert all(path.stat().st_size > 0 for path in folder.rglob("*"))


def test_without_video_all_the_rest_is_there(made, clip, tmp_path):
    assert "annotated.mp4" not in files(write_results(made, clip, tmp_path / "run", video=False))
    assert f"keyframes/{KEYS[5]}.jpg" in files(tmp_path / "run")


def test_a_refused_clip_gets_its_reason_and_a_page(clip, tmp_path):
    folder = write_results(builders.refused(), clip, tmp_path / "run")
    assert files(folder) == [".formcheck.json", "analysis.json", "report.html"]
    assert json.loads((folder / "analysis.json").read_text())["refusal"]["code"] == "no_person"


@pytest.mark.parametrize("name", [b"\xff run.mp4", b"tab\tline\n.mp4", "🏃 مرحبا.mp4".encode()])
def test_any_name_a_file_may_have(made, clip, tmp_path, name, capfd):
    """Bytes that are no text, line breaks, other scripts: all of it is written, nothing is complained of."""
    path = tmp_path / os.fsdecode(name)
    try:
        shutil.copy(clip, path)
    except OSError:
        pytest.skip("this file system takes only names that are text")
    named = replace(made, clip=replace(made.clip, name=describe(path).name))
    folder = write_results(named, path, tmp_path / "run", video=False, pdf=True)
    print_analysis(named, tmp_path / path.stem, Console(width=80))
    assert load(folder).clip.name == named.clip.name
    assert not capfd.readouterr().err


def test_a_second_run_replaces_the_first(made, clip, tmp_path):
    write_results(made, clip, tmp_path / "run")
    assert files(write_results(builders.refused(), clip, tmp_path / "run")) == [
        ".formcheck.json",
        "analysis.json",
        "report.html",
    ]


@pytest.mark.parametrize("moment", [0.0, 0.5])
def test_nothing_is_left_of_an_interrupted_run(made, clip, tmp_path, moment):
    def interrupt(stage, share):
        if share >= moment:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_results(made, clip, tmp_path / "run", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_result_outlives_an_interrupted_run(made, clip, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "run")

    def interrupt(stage, share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_results(made, clip, tmp_path / "run", progress=interrupt)
    assert files(tmp_path / "run") == files(folder)


def test_a_clip_that_is_gone_leaves_nothing(made, tmp_path):
    with pytest.raises(UnreadableInput):
        write_results(made, tmp_path / "gone.mp4", tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_is_a_sentence(made, clip, monkeypatch, tmp_path):
    def full(path, text):
        with open("/dev/full", "w") as file:
            file.write(text)

    monkeypatch.setattr(results, "_write", full)
    with pytest.raises(CannotWrite, match="disk is full"):
        write_results(made, clip, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_the_video_plays_anywhere(folder):
    """H.264, yuv420p, even sizes, and the index before the pictures."""
    with av.open(str(folder / "annotated.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.width % 2 == stream.height % 2 == 0
    head = (folder / "annotated.mp4").read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_each_frame_keeps_its_time(clip, folder):
    before = [frame.time for frame in read_frames(clip)]
    after = [frame.time for frame in read_frames(folder / "annotated.mp4")]
    assert np.allclose(before, after, atol=1e-4)


def test_a_variable_frame_rate_stays_variable(made, tmp_path):
    times = np.cumsum(np.tile([1 / 30, 1 / 24, 1 / 60], 20))
    frames = builders.frames(made)[: len(times)]
    with VideoWriter(tmp_path / "vfr.mp4", made.track.size) as writer:
        for frame, time in zip(frames, times):
            writer.write(frame.image, float(time))
    track = replace(
        made.track,
        time=times - times[0],
        xy=made.track.xy[: len(times)],
        confidence=made.track.confidence[: len(times)],
    )
    folder = write_results(replace(made, track=track), tmp_path / "vfr.mp4", tmp_path / "run")
    after = [frame.time for frame in read_frames(folder / "annotated.mp4")]
    assert np.allclose(after, times - times[0], atol=1e-4)


def test_colours_survive(tmp_path):
    """Amber stays amber: the file says by which formula its colours were made."""
    amber = np.full((120, 160, 3), (230, 159, 0), np.uint8)
    with VideoWriter(tmp_path / "a.mp4", (160, 120)) as writer:
        for time in range(5):
            writer.write(amber, time / 30)
    (first, *_) = read_frames(tmp_path / "a.mp4")
    assert np.abs(first.image.astype(int) - amber).max() <= 6
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert container.streams.video[0].codec_context.colorspace == 6


@pytest.mark.parametrize(
    "colour", [(128, 128, 128), (12, 14, 18), (245, 240, 236), (96, 120, 150), (170, 120, 90)]
)
def test_what_is_not_drawn_on_keeps_its_colour(tmp_path, colour):
    """Wall, shade, light, sky, skin: within three levels of 255 in every picture, as the eye cannot tell."""
    plain = np.full((120, 160, 3), colour, np.uint8)
    with VideoWriter(tmp_path / "a.mp4", (160, 120)) as writer:
        for time in range(40):
            writer.write(plain, time / 30)
    for frame in read_frames(tmp_path / "a.mp4"):
        assert np.abs(frame.image.astype(int) - plain).max() <= 3


def test_fine_shades_stay_apart(tmp_path):
    """A wall in soft light shows no steps: on average less than a level off."""
    ramp = np.broadcast_to(np.linspace(40, 90, 320)[None, :, None], (240, 320, 3)).astype(np.uint8)
    with VideoWriter(tmp_path / "a.mp4", (320, 240)) as writer:
        for time in range(40):
            writer.write(ramp, time / 30)
    for frame in read_frames(tmp_path / "a.mp4"):
        assert np.abs(frame.image.astype(int) - ramp).mean() <= 1
        assert np.abs(frame.image.astype(int) - ramp).max() <= 3


@pytest.mark.parametrize(
    ("size", "height"), [((720, 1280), None), ((1080, 1920), 1280), ((3840, 2160), 720), ((480, 352), None)]
)
def test_large_clips_are_drawn_at_720p(made, size, height):
    assert shown_height(replace(made.clip, width=size[0], height=size[1])) == height


def test_a_large_clip_is_drawn_smaller_but_at_the_runner(tmp_path):
    """Drawn from 1440 x 2560: the left knee of the smaller picture is amber where the runner's is."""
    large = builders.analysis(size=(1440, 2560), seconds=2.0)
    large = replace(large, track=replace(large.track, xy=large.track.xy))
    with VideoWriter(tmp_path / "large.mp4", large.track.size) as writer:
        for frame in builders.frames(large)[:12]:
            writer.write(frame.image, frame.time)
    folder = write_results(large, tmp_path / "large.mp4", tmp_path / "run")
    drawn = describe(folder / "annotated.mp4")
    assert drawn.width == 720
    frame = list(read_frames(folder / "annotated.mp4"))[6]
    x, y = np.round(large.track.point("left_knee")[6] / 2).astype(int)
    patch = frame.image[y - 4 : y + 5, x - 4 : x + 5].astype(int)
    assert (np.abs(patch - (230, 159, 0)).max(axis=2) < 60).any()


def test_pictures_alone_read_few_frames(made, clip, monkeypatch):
    turned = []
    monkeypatch.setattr(
        FrameReader, "_picture", lambda *given, real=FrameReader._picture: turned.append(1) or real(*given)
    )  # fmt: skip
    album = look_through(made, clip)
    assert len(album.keys) == 6 and len(album.cues) == 2
    assert len(turned) <= 18


def test_frames_are_found_by_their_times(clip):
    times = [frame.time for frame in read_frames(clip)]
    picked = [frame.time for frame in FrameReader(clip).at([times[3], times[50]])]
    assert picked == [times[3], times[50]]


def test_memory_does_not_grow_with_the_clip(made):
    """However many frames pass by, only a few are alive at any time."""
    alive, most = [], []

    def frames():
        for frame in builders.frames(made)[:120]:
            one = Frame(frame.image.copy(), frame.time)
            alive.append(weakref.ref(one.image))
            most.append(sum(each() is not None for each in alive))
            yield one
            del one

    class Nowhere:
        def write(self, image, time_s):
            assert image.base is None or image.base.size == image.size

    annotate(made, Album(made).watch(frames()), Nowhere())
    assert max(most) <= 3


@pytest.mark.browser
def test_chromium_plays_the_video_and_the_report_needs_no_network(folder):
    """In a real browser: the video's pictures come, seeking works, the report asks for nothing."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium on this machine")
    player = folder / "player.html"
    player.write_text('<video src="annotated.mp4" muted preload="auto"></video>')
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(player.as_uri())
        page.wait_for_function("document.querySelector('video').readyState >= 2", timeout=60_000)
        seen = page.evaluate(
            "new Promise(done => { const v = document.querySelector('video');"
            " v.onseeked = () => done([v.videoWidth, v.videoHeight, v.duration, v.currentTime]); v.currentTime = 3.0; })"
        )
        asked, told = [], []
        report = browser.new_page(viewport={"width": 390, "height": 800})
        report.on("request", lambda request: asked.append(request.url))
        report.on("console", lambda message: told.append(message.text))
        report.goto((folder / "report.html").as_uri())
        wide = report.evaluate("document.documentElement.scrollWidth")
        loaded = report.evaluate(
            "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
        )
        browser.close()
    player.unlink()
    assert seen[:2] == [360, 640 + 44] and seen[2] == pytest.approx(6.0, abs=0.1) and seen[3] == 3.0
    assert [url for url in asked if not url.startswith("data:")] == [(folder / "report.html").as_uri()]
    assert told == [] and wide == 390 and loaded
