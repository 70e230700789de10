"""How clearly a clip shows the runner: what is taken in, and what it does to intervals and warnings."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.export.loading import load
from formcheck.export.record import to_json_text
from formcheck.pipeline import analyze_track
from formcheck.pose.clarity import BODY, FEWEST_LOOKS, HEIGHT, ClarityCheck, light_around
from formcheck.pose.roi import Roi
from formcheck.skeleton import N_KEYPOINTS
from formcheck.synthetic import project
from formcheck.types import Clarity

RUNNER = Roi(100.0, 100.0, 150.0, 0.0)
PICTURE = np.full((200, 200, 3), 90, np.uint8)
HEIGHT_PX = HEIGHT * RUNNER.size
CLEAR = Clarity(looks_apart=1.2, usual_apart=1.4, brightness=120.0, contrast=50.0)
DARK = Clarity(looks_apart=2.8, usual_apart=1.4, brightness=34.0, contrast=41.0)


class Disagreeing:
    """A net whose two looks are apart by a given share of the body's height, look after look."""

    usual_apart = 1.4

    def __init__(self, *shares):
        self.shares = list(shares)
        self.asked = 0

    def looks_apart(self, image, roi):
        share = self.shares[min(self.asked, len(self.shares) - 1)]
        self.asked += 1
        return None if share is None else np.full(N_KEYPOINTS, share * HEIGHT_PX)


def checked(net, seconds=10.0):
    check = ClarityCheck(net)
    for time in np.arange(0, seconds, 1 / 15):
        check.look(PICTURE, time, RUNNER)
    return check.result()


def test_the_distance_of_the_looks_is_told_in_per_cent_of_the_bodys_height():
    net = Disagreeing(0.02)
    found = checked(net)
    assert found.looks_apart == pytest.approx(2.0)
    assert (found.brightness, found.contrast) == (90, 0)
    assert 12 <= net.asked <= 20  # a sample, not every picture


def test_a_few_exchanged_legs_do_not_decide():
    assert checked(Disagreeing(0.5, 0.01)).looks_apart == pytest.approx(1.0)
    assert checked(Disagreeing(0.5)).looks_apart == pytest.approx(5.0)  # a point counts no more than this


def test_points_beside_the_body_do_not_count():
    class Hands(Disagreeing):
        def looks_apart(self, image, roi):
            apart = np.full(N_KEYPOINTS, 0.3 * HEIGHT_PX)
            apart[BODY] = 0.01 * HEIGHT_PX
            return apart

    assert checked(Hands()).looks_apart == pytest.approx(1.0)


def test_of_too_few_looks_nothing_is_told():
    net = Disagreeing(*[0.02] * (FEWEST_LOOKS - 1), None)
    assert np.isnan(checked(net).looks_apart)
    assert np.isnan(ClarityCheck(net).result().brightness)


def test_light_is_read_around_the_runner_and_inside_the_picture():
    picture = np.zeros((200, 200, 3), np.uint8)
    picture[50:150, 70:130] = 200
    mean, sd = light_around(picture, Roi(100.0, 100.0, 120.0, 0.0))
    assert mean == pytest.approx(200, abs=6)
    assert np.isnan(light_around(picture, Roi(500.0, 100.0, 120.0, 0.0))).all()
    assert light_around(picture, Roi(100.0, 100.0, 400.0, 0.0))[1] == pytest.approx(71.4, abs=1)


@pytest.mark.parametrize("apart, factor", [(0.7, 1.0), (1.4, 1.0), (2.1, 1.5), (np.nan, 1.0)])
def test_errors_grow_with_the_distance_beyond_the_usual_one(apart, factor):
    assert replace(CLEAR, looks_apart=apart).error_factor == pytest.approx(factor)


@pytest.fixture(scope="module")
def made():
    return project(seed=3)


def analysed(made, clarity):
    return analyze_track(replace(made.track, clarity=clarity), made.clip)


def half_width(analysis, id):
    found = analysis.measurements[id]
    return 0.5 * (found.high - found.low)


@pytest.mark.parametrize("id", ["trunk_lean", "elbow_angle", "overstride", "shoulder_shrug"])
def test_an_unclear_clip_has_the_same_values_in_wider_intervals(made, id):
    clear, dark = analysed(made, CLEAR), analysed(made, DARK)
    assert dark.scene.pose_error_factor == 2.0
    assert clear.measurements[id].value == dark.measurements[id].value
    assert 1.3 < half_width(dark, id) / half_width(clear, id) <= 2.0


def test_a_clip_nobody_looked_at_is_as_a_clear_one(made):
    assert analysed(made, None).measurements["trunk_lean"] == analysed(made, CLEAR).measurements["trunk_lean"]


@pytest.mark.parametrize(
    "clarity, code",
    [
        (DARK, {"poor_light"}),
        (replace(DARK, brightness=120.0, contrast=10.0), {"poor_light"}),
        (replace(DARK, brightness=120.0), {"unsure_pose"}),
        (replace(DARK, looks_apart=1.6), set()),
        (replace(DARK, looks_apart=np.nan), set()),
        (CLEAR, set()),
        (None, set()),
    ],
)
def test_the_warning_names_the_likely_cause(made, clarity, code):
    warnings = {each.code for each in analysed(made, clarity).warnings}
    assert warnings & {"poor_light", "unsure_pose"} == code


@pytest.mark.parametrize("clarity", [DARK, replace(DARK, looks_apart=np.nan), None])
def test_clarity_is_kept_in_the_record(made, clarity, tmp_path):
    path = tmp_path / "analysis.json"
    path.write_text(to_json_text(analysed(made, clarity)))
    assert str(load(path).scene.clarity) == str(clarity)  # NaN is not equal to itself
