"""What the result page is made of: its record for the script, its tiles, its files and addresses."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

import builders
from formcheck.draw.follow import follow
from formcheck.draw.share import share_picture
from formcheck.draw.stride_moments import stride_moments
from formcheck.metrics.judgement import judge
from formcheck.types import Measurement
from formcheck.ui.clips import ClipStore, servable
from formcheck.ui.result.files import write_page
from formcheck.ui.result.markup import markup
from formcheck.ui.result.record import FORMAT, page_record
from formcheck.ui.result.tiles import TILES, shared_values, tiles
from formcheck.ui.server import MODULES
from formcheck.video import describe
from formcheck.wording import state_words


@pytest.fixture(scope="module")
def made():
    return builders.analysis()


@pytest.fixture(scope="module")
def record(made):
    return json.loads(
        json.dumps(page_record(made, follow(made.track), stride_moments(made)), allow_nan=False)
    )


def test_the_record_names_its_format_and_has_a_value_for_every_frame(made, record):
    assert (record["format"], record["version"]) == (FORMAT, 1)
    frames = len(record["times"])
    assert frames == len(made.track.time)
    assert len(record["picture"]["xy"]) == len(record["picture"]["seen"]) == frames
    assert all(len(curve["values"]) == frames for curve in record["curves"])
    assert all(len(angle["values"]) == frames for angle in record["angles"])


def test_times_are_the_clips_own(made):
    slow = replace(made, scene=replace(made.scene, slow_motion_factor=4.0))
    steps = page_record(slow, None)["steps"]
    assert steps[0]["start"] == pytest.approx(4 * made.steps[0].contact, abs=1e-3)


def test_no_angle_is_drawn_that_the_table_refuses(made):
    refused = Measurement("elbow_angle", "deg", why_missing="Hidden.", missing_code="hidden")
    without = replace(made, measurements={**made.measurements, "elbow_angle": refused})
    drawn = [{angle["metric"] for angle in page_record(each, None)["angles"]} for each in (made, without)]
    assert drawn == [{"trunk_lean", "elbow_angle"}, {"trunk_lean"}]


def test_a_number_on_a_landing_is_that_landings_own(made, record):
    found = made.measurements["foot_strike_angle"]
    values = dict(zip((round(time, 4) for time in found.times), found.samples))
    assert len(record["landings"]) >= 5
    for landing in record["landings"]:
        assert landing["deg"] == round(values[landing["time"]])


@pytest.mark.parametrize("view", ["side", "front", "none"])
def test_there_are_always_the_same_five_tiles(made, view):
    analysis = {"side": made, "front": builders.front_analysis(), "none": replace(made, steps=())}[view]
    said = tiles(analysis)
    assert [said.index(f'data-tile="{id}"') for id in TILES] == sorted(
        said.index(f'data-tile="{id}"') for id in TILES
    )


def test_a_tile_says_the_one_judgement_of_its_metric(made):
    for value, half in ((6.0, 1.0), (20.0, 1.0), (6.0, 30.0), (2.0, 1.0)):
        lean = Measurement("trunk_lean", "deg", value, value - half, value + half, 20)
        said = tiles(replace(made, measurements={**made.measurements, "trunk_lean": lean}))
        assert state_words(judge(lean)) in unescape(said)


def test_a_tile_without_a_value_says_what_to_do(made):
    assert "Add a front clip" in tiles(made)
    assert "Add a side clip" in tiles(builders.front_analysis())


def test_a_clients_name_is_text(made):
    assert "<script" not in markup(made, "<script>alert(1)</script>")


def test_the_pages_files_play_and_are_served_by_name_only(made, tmp_path):
    """The video has the clip's own times, and nothing else in the folder can be asked for."""
    (tmp_path / "store").mkdir()
    store = ClipStore(tmp_path / "store")
    held = store.new()
    builders.video(made, held.video.with_suffix(".mp4")).rename(held.video)
    names = write_page(made, held.video, held.page)
    assert {"hero.mp4", "hero.json", "moment-0.jpg", "moment-5.jpg", "share.jpg"} <= set(names)
    clip = describe(held.page / "hero.mp4")
    assert (clip.frames, clip.width, clip.height) == (len(made.track.time), 576, 720)
    assert clip.duration_s == pytest.approx(made.clip.duration_s, abs=0.02)
    for name in ("page/hero.mp4", "page/hero.json", "page/moment-3.jpg", "page/share.jpg"):
        assert servable(held, name)
    for name in (
        "page/.formcheck.json",
        "page/../clip",
        "page/moment-33.jpg",
        "page/moment-0.jpg/../x",
        "clip",
    ):
        assert servable(held, name) is None


def test_scripts_are_small_and_named_by_the_package_alone():
    assert "main.js" in MODULES
    for path in MODULES.values():
        assert len(path.read_text().splitlines()) < 400


def test_the_ghost_is_in_phase(made, record):
    """Another clip's mean stride begins where its foot lands, and its other foot lands halfway."""
    figure = record["figures"][0]
    names = record["picture"]["names"]
    foot = np.array([row[2 * names.index("left_ankle")] for row in figure["xy"]])
    assert figure["side"] == "left"
    lands = made.steps[[step.side for step in made.steps].index("left")]
    ankle = (made.motion.point("left_ankle") - made.motion.middle("hip"))[:, 0]
    at_landing = float(np.interp(lands.contact, made.motion.time, ankle))
    assert foot[0] == pytest.approx(at_landing, abs=0.08)
    assert figure["otherLands"] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("count", [0, 2, 6])
def test_the_picture_to_share_has_its_size_and_holds_what_there_is(made, count):
    still = np.full((720, 576, 3), 200, np.uint8)
    image = share_picture("A long sentence. " * 6, shared_values(made), [("left lands", still)] * count)
    assert image.shape == (1350, 1080, 3)
    bright = (image[210:1060] == 200).all(axis=2).mean()
    assert (bright > 0.5) == (count > 0)


def test_shared_values_say_what_the_tiles_say(made):
    told = shared_values(made)
    assert [each.name for each in told] == list(TILES.values())
    assert told[0].state == state_words(judge(made.measurements["trunk_lean"]))
    assert told[3].value == "–" and told[3].sure == ""
