"""Two looks at one crop: mirrored back, named alike, joined as maps."""

import numpy as np
import pytest

from formcheck.pose.blazepose import PEAK_FROM, READER, SETTINGS
from formcheck.pose.edges import drop_at_edge
from formcheck.pose.looks import LEGS, OTHER_LEG, PARTNER, CropPose
from formcheck.pose.roi import Roi
from formcheck.skeleton import K
from test_heatmap import SIDE, blob, gaussian, logits

COUNT = 23


def look_at(points):
    """Return a look whose maps have a peak on each of its (23, 2) points, given in cells."""
    maps = np.stack([blob(x, y) for x, y in points])
    return CropPose(np.array(points) / SIDE, maps, np.ones(21))


@pytest.fixture
def places():
    """Twenty-three places in cells, all different."""
    return np.random.default_rng(4).uniform(12, 52, (COUNT, 2))


def test_a_mirrored_look_is_turned_back_to_the_same_places_and_names(places):
    mirrored_places = np.stack([SIDE - places[:, 0], places[:, 1]], axis=-1)[PARTNER]
    back = look_at(mirrored_places).mirrored()
    assert back.points * SIDE == pytest.approx(places)
    assert READER.read(back.points, back.heatmaps).xy * SIDE == pytest.approx(places, abs=0.05)


def test_the_mirrored_crop_shows_each_pixel_where_its_mirror_image_is():
    image = np.random.default_rng(1).integers(0, 255, (400, 500, 3)).astype(np.uint8)
    for turn in (0.0, 0.3):
        roi = Roi(250.0, 200.0, 256.0, turn)
        crop, beside = roi.crop(image), roi.shifted(1).crop(image)[:, ::-1]
        assert np.abs(beside[:, 1:].astype(int) - crop[:, :0:-1]).mean() < 1.0  # pixel k at 256 - k


def test_legs_under_the_other_name_are_renamed_and_arms_are_not(places):
    first = look_at(places)
    swapped = first.renamed(OTHER_LEG)
    assert swapped.with_legs_as_in(first).points == pytest.approx(first.points)
    assert first.with_legs_as_in(first) is first
    arms = np.setdiff1d(np.arange(COUNT), LEGS)
    assert (swapped.points[arms] == first.points[arms]).all()


def test_of_looks_that_disagree_the_surer_place_is_read_and_not_the_middle(places):
    (x, y), ankle = places[0], K["left_ankle"]
    here, there = gaussian(x, y, 1.0), gaussian(x + 6, y, 1.0)
    first, second = look_at(places), look_at(places)
    first.heatmaps[ankle] = logits(0.9 * here + 0.1 * there)
    second.heatmaps[ankle] = logits(0.4 * here + 0.5 * there)
    second.points[ankle] += (6 / SIDE, 0)
    joined = first.joined(second)
    start = np.where(np.arange(COUNT)[:, None] == ankle, [(x + 3) / SIDE, y / SIDE], joined.points)
    found = READER.read(start, joined.heatmaps, PEAK_FROM).xy * SIDE
    assert found[ankle] == pytest.approx((x, y), abs=0.3)


def test_a_look_that_sees_nothing_does_not_move_the_other(places):
    blank = CropPose(places / SIDE, np.full((COUNT, SIDE, SIDE), -1.0), np.ones(21))
    joined = look_at(places).joined(blank)
    assert READER.read(joined.points, joined.heatmaps).xy * SIDE == pytest.approx(places, abs=0.15)


def test_settings_are_what_the_help_says():
    assert (SETTINGS["best"].net, SETTINGS["best"].looks) == ("heavy", 2)
    assert (SETTINGS["balanced"].net, SETTINGS["balanced"].looks) == ("heavy", 1)
    assert (SETTINGS["fast"].net, SETTINGS["fast"].looks) == ("full", 1)


def test_points_at_the_edge_are_not_seen_and_others_are():
    xy = np.array([[[20.0, 500.0], [19.9, 500.0], [500.0, 982.0], [-3.0, 500.0], [np.nan, np.nan]]])
    seen, confidence = drop_at_edge(xy, np.ones((1, 5)), (1000, 1000))
    assert np.isfinite(seen[0, :, 0]).tolist() == [True, False, False, False, False]
    assert confidence[0].tolist() == [1, 0, 0, 0, 0]
    assert seen[0, 0].tolist() == [20.0, 500.0]
