"""The camera's tilt from upright edges: drawn rooms whose tilt is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formcheck.errors import UsageError
from formcheck.pose.tilt import SD_DEG, Uprights, tilt_at, tilt_of_edge, uprights

SIZE = (640, 480)
PLACES = (60, 150, 230, 410, 500, 590)


def room(tilt_deg: float, *, converge_deg: float = 0.0, at: float = 320.0, places=PLACES) -> np.ndarray:
    """Draw posts; converge_deg is the change of their tilt across the image."""
    image = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    for x in places:
        lean = np.radians(tilt_deg + converge_deg * (x - at) / SIZE[0])
        top, foot = (x - 180 * np.tan(lean), 60), (x + 180 * np.tan(lean), 420)
        ends = [tuple(int(round(16 * v)) for v in end) for end in (top, foot)]
        cv2.line(image, *ends, (220, 220, 220), 6, cv2.LINE_AA, shift=4)
    return image


def tilt(image: np.ndarray, at: float = 320.0) -> float:
    return tilt_at(uprights(image), at, SIZE)


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
    assert np.isnan(tilt_at(Uprights.joined(parts), 320.0, SIZE, images=2))
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
