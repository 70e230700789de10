"""The crop that follows the runner, the pictures of a stride, and the mean stride."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import builders
from formcheck.draw.follow import SIZE, follow
from formcheck.draw.stride_moments import stride_moments
from formcheck.report.mean_figure import mean_figure
from formcheck.skeleton import K


@pytest.fixture(scope="module")
def made():
    return builders.analysis()


def across(made, px_per_s):
    """Let the runner cross the picture."""
    shift = np.zeros_like(made.track.xy)
    shift[..., 0] = px_per_s * (made.track.time - 3.0)[:, None]
    return replace(made.track, xy=made.track.xy + shift)


@pytest.mark.parametrize("px_per_s", [0.0, 55.0, -400.0])
def test_the_whole_runner_stays_in_the_crop_wherever_he_goes(made, px_per_s):
    track = across(made, px_per_s)
    points = follow(track).points(track.xy)
    assert np.nanmin(points) >= 0
    assert (np.nanmax(points, axis=(0, 1)) <= SIZE).all()


def test_the_crop_follows_and_does_not_bounce_along(made):
    """A runner who crosses the picture is where one on a treadmill is; the hips still rise and fall."""
    still, moving = (follow(track).points(track.xy) for track in (made.track, across(made, 200.0)))
    assert np.abs(still - moving).max() < 1.0
    hips = 0.5 * (still[:, K["left_hip"], 1] + still[:, K["right_hip"], 1])
    seen = 0.5 * (made.track.point("left_hip")[:, 1] + made.track.point("right_hip")[:, 1])
    assert np.ptp(hips) == pytest.approx(follow(made.track).scale * np.ptp(seen), rel=0.15)


def test_a_dot_in_the_picture_is_where_its_keypoint_is(made):
    crop = follow(made.track)
    points = crop.points(made.track.xy)
    for index in (10, 100):
        image = np.zeros((640, 360, 3), np.uint8)
        x, y = np.round(made.track.xy[index, K["left_knee"]]).astype(int)
        image[y - 1 : y + 2, x - 1 : x + 2] = 255
        rows, columns = np.nonzero(crop.crop(image, float(crop.time[index]))[..., 0] > 128)
        middle = (columns.mean(), rows.mean())
        assert middle == pytest.approx(points[index, K["left_knee"]], abs=crop.scale + 0.5)


def test_nobody_leaves_no_crop():
    assert follow(builders.refused().track) is None


def test_frames_without_the_runner_are_bridged(made):
    xy = made.track.xy.copy()
    xy[60:75] = np.nan
    gap = follow(replace(made.track, xy=xy))
    assert np.abs(gap.corner - follow(made.track).corner).max() < 0.02 * made.track.size[1]


def test_six_moments_run_from_one_landing_to_the_other_foots(made):
    found = stride_moments(made)
    assert [each.words for each in found] == [
        "left lands", "loading", "mid-stance", "toe-off", "flight", "right lands",
    ]  # fmt: skip
    frame = 1 / made.clip.fps
    lands = min(made.steps, key=lambda step: abs(step.contact - found[0].time))
    after = min(made.steps, key=lambda step: abs(step.contact - found[-1].time))
    assert lands.side == "left" and after.side == "right"
    expected = (lands.contact, lands.toe_off, after.contact)
    assert [found[k].time for k in (0, 3, 5)] == pytest.approx(expected, abs=0.5 * frame + 1e-6)
    assert all(a.time < b.time for a, b in zip(found, found[1:]))


def test_from_the_front_each_leg_stands_once():
    assert [each.words for each in stride_moments(builders.front_analysis())] == [
        "left mid-stance", "right mid-stance",
    ]  # fmt: skip


def test_a_clip_without_whole_steps_has_no_moments(made):
    assert stride_moments(replace(made, steps=())) == ()


def test_the_mean_stride_is_any_stride_of_a_runner_who_repeats_himself(made):
    """The runner of sine waves does every stride alike, so the mean has no blur."""
    figure = mean_figure(made)
    step = next(step for step in made.steps if step.side == figure.side and step.contact > 1.0)
    middle = made.motion.middle("hip")
    at = round(step.contact * made.motion.rate)
    assert figure.xy[0, K["left_ankle"]] == pytest.approx(
        made.motion.point("left_ankle")[at] - middle[at], abs=0.06
    )
    assert figure.xy[0] == pytest.approx(figure.xy[-1], abs=0.05)
    assert figure.other_lands == pytest.approx(0.5, abs=0.02)
    assert figure.toe_off == pytest.approx(0.34, abs=0.02)


def test_too_few_strides_or_another_view_have_no_mean(made):
    assert mean_figure(replace(made, steps=made.steps[:6])) is None
    assert mean_figure(builders.front_analysis()) is None
