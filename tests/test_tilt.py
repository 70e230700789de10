"""The camera's tilt from upright edges: drawn rooms whose tilt is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formcheck.errors import UsageError
from formcheck.metrics.levelling import half_width_if_known, with_gain_of_levelling
from formcheck.pose.roi import Roi
from formcheck.pose.surroundings import EVERY, FIRST_VIEWS, Background
from formcheck.pose.tilt import SD_DEG, Uprights, tilt_at, tilt_of_edge, uprights
from formcheck.types import Measurement, Scene, Warn

SIZE = (640, 480)
PLACES = (60, 150, 230, 410, 500, 590)


def post(image: np.ndarray, x: float, lean_deg: float, top: float = 60, foot: float = 420) -> None:
    """Draw a post that stands at x, half-way up the image."""
    ends = [(x + (y - 240) * np.tan(np.radians(lean_deg)), y) for y in (top, foot)]
    ends = [tuple(int(round(16 * v)) for v in end) for end in ends]
    cv2.line(image, *ends, (220, 220, 220), 6, cv2.LINE_AA, shift=4)


def wall() -> np.ndarray:
    return np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)


def room(tilt_deg: float, *, converge_deg: float = 0.0, at: float = 320.0, places=PLACES) -> np.ndarray:
    """Draw posts; converge_deg is the change of their tilt across the image."""
    image = wall()
    for x in places:
        post(image, x, tilt_deg + converge_deg * (x - at) / SIZE[0])
    return image


def tilt(image: np.ndarray, at: float = 320.0) -> float:
    return tilt_at(uprights(image), (at, 240.0), SIZE)


def seen_around(runner: Roi, images: list[np.ndarray]) -> float:
    """Return the tilt of a clip that shows these images in turn, a second each."""
    background = Background()
    for k, image in enumerate(images):
        for look in range(EVERY):
            background.look(image, k + look / EVERY, runner)
    return background.roll_deg


@pytest.mark.parametrize("degrees", [-8.0, -3.0, 0.5, 4.0])
def test_posts_show_the_tilt(degrees):
    assert tilt(room(degrees)) == pytest.approx(degrees, abs=0.2)


def test_a_picture_turned_anticlockwise_has_a_positive_tilt():
    turn = cv2.getRotationMatrix2D((320, 240), 4.0, 1.0)  # OpenCV: anticlockwise as displayed
    turned = cv2.warpAffine(room(1.0), turn, SIZE, borderMode=cv2.BORDER_REPLICATE)
    assert tilt(turned) == pytest.approx(5.0, abs=0.3)


@pytest.mark.parametrize("at", [150.0, 500.0])
def test_where_posts_converge_the_tilt_at_the_runner_counts(at):
    image = room(2.0, converge_deg=12.0)
    assert tilt(image, at) == pytest.approx(2.0 + 12.0 * (at - 320) / 640, abs=0.3)


def test_high_and_low_edges_that_meet_in_one_point_show_the_tilt_at_the_hips():
    image, meet = wall(), np.array([260.0, -1500.0])  # px: where upright edges meet, above the picture
    for x, top, foot in zip(PLACES, (20, 300, 20, 320, 30, 310), (150, 460, 180, 450, 170, 470), strict=True):
        lean = np.degrees(np.arctan((x - meet[0]) / (240 - meet[1])))
        post(image, x, lean, top, foot)
    true = np.degrees(np.arctan((500 - meet[0]) / (400 - meet[1])))
    assert tilt_at(uprights(image), (500.0, 400.0), SIZE) == pytest.approx(true, abs=0.15)


LARGE = Roi(320.0, 260.0, 560.0, 0.0)  # a runner whose limbs reach most of the picture
BEHIND = np.array([170, 240, 400, 450])


def test_edges_behind_the_runner_show_the_tilt_if_they_stay():
    assert seen_around(LARGE, 3 * [room(3.0, places=BEHIND)]) == pytest.approx(3.0, abs=0.2)


def test_what_moves_with_the_runner_is_no_edge():
    moving = [room(3.0, places=BEHIND + 25 * k) for k in range(3)]
    assert np.isnan(seen_around(LARGE, moving))
    turning = [room(lean, places=BEHIND) for lean in (1.0, 4.0, 7.0)]
    assert np.isnan(seen_around(LARGE, turning))


def looked_at(frames: int) -> Background:
    """Return what so many frames show of edges behind the runner."""
    background, image = Background(), room(3.0, places=BEHIND)
    for k in range(frames):
        background.look(image, k / EVERY, LARGE)
    return background


def test_two_looks_are_too_few_to_tell_an_edge_from_a_limb():
    assert np.isnan(looked_at(FIRST_VIEWS[2] - 1).roll_deg)


def test_a_short_clip_has_the_three_looks_that_tell_an_edge_from_a_limb():
    assert looked_at(FIRST_VIEWS[2]).roll_deg == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize("step", [2, 3, 4, 5, 6, 7, 8, 9])
def test_no_rhythm_of_whole_frames_brings_a_limb_to_the_same_place_at_the_first_looks(step):
    assert any(gap % step for gap in np.diff(FIRST_VIEWS))


@pytest.mark.parametrize("places", [(), (200,), (200, 440)])
def test_too_few_posts_show_no_tilt(places):
    assert np.isnan(tilt(room(3.0, places=places)))


def test_posts_that_disagree_show_no_tilt():
    half = SIZE[0] // 2
    image = np.concatenate([room(3.0)[:, :half], room(-6.0)[:, half:]], axis=1)
    assert np.isnan(tilt(image))


def test_the_runner_is_no_post():
    mask = np.zeros((120, 160), np.uint8)  # a quarter of the size, all of it masked
    assert len(uprights(room(3.0), mask).x) == 0


def test_two_images_of_a_clip_are_no_more_evidence_than_one():
    parts = [uprights(room(3.0, places=PLACES[:2]))] * 2
    assert np.isnan(tilt_at(Uprights.joined(parts), (320.0, 240.0), SIZE, images=2))
    assert SD_DEG < 1


@pytest.mark.parametrize("edge", [(300, 400, 300 + 300 * np.tan(np.radians(-5)), 100), (274, 100, 300, 400)])
def test_two_points_on_a_vertical_edge_show_the_tilt_in_either_order(edge):
    tilt, sd = tilt_of_edge(edge, SIZE)
    assert tilt == pytest.approx(5.0, abs=0.1)
    assert sd == pytest.approx(np.hypot(np.degrees(np.sqrt(2) * 2 / np.hypot(26, 300)), 0.4), rel=0.01)


@pytest.mark.parametrize(
    "edge", [(10, 10, 12, 20), (10, 400, 300, 100), (10, 10, 10, 900), (np.nan, 0, 0, 400)]
)
def test_a_short_slanted_or_outside_edge_is_refused(edge):
    with pytest.raises(UsageError):
        tilt_of_edge(edge, SIZE)


UNLEVEL = Scene(
    "running", "side", "left", "treadmill", 1, "left", roll_deg=np.nan,
    warnings=(Warn("roll_unknown", "The tilt is unknown."), Warn("small_runner", "The runner is small.")),
)  # fmt: skip


def notes(half_width: float) -> dict[str, str]:
    """Return the notes on a clip of unknown tilt whose lean is known to this half-width."""
    lean = Measurement("trunk_lean", "deg", 5.0, 5.0 - half_width, 5.0 + half_width)
    scene = with_gain_of_levelling(UNLEVEL, {"trunk_lean": lean})
    return {note.code: note.message for note in scene.warnings}


def test_the_note_on_an_unknown_tilt_says_how_sure_the_lean_would_be():
    without, known = (
        2.0,
        1.96 * SD_DEG,
    )  # deg: the rest of the interval, and what a tilt read from the picture leaves
    now = np.hypot(without, 1.96 * 2.8)
    assert half_width_if_known(now) == pytest.approx(np.hypot(without, known), abs=0.01)
    told = notes(now)
    assert "--vertical" in told["roll_unknown"] and "± 2 degrees, not ± 6" in told["roll_unknown"]
    assert told["small_runner"] == "The runner is small."


def test_without_a_lean_the_note_promises_nothing():
    missing = Measurement("trunk_lean", "deg", why_missing="The hips are hidden.")
    assert with_gain_of_levelling(UNLEVEL, {"trunk_lean": missing}) == UNLEVEL
