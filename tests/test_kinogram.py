"""The five moments of a kinogram on a runner whose motion is known, and the sheet of their pictures."""

import numpy as np
import pytest

from formcheck.draw.kinogram import TILE, kinogram_frames, kinogram_sheet
from formcheck.gait.kinogram import INSTANTS, choose_moments
from formcheck.pipeline import analyze_track
from formcheck.skeleton import K
from formcheck.synthetic import CLEAN, Camera, Gait, project

WITHIN_S = 0.03


@pytest.fixture(scope="module")
def seen():
    clip = project(Gait(), Camera(fps=120), CLEAN, seed=4, duration_s=5.0)
    analysis = analyze_track(clip.track, clip.clip)
    return clip.truth, analysis, choose_moments(analysis.steps, analysis.motion)


def test_both_feet_show_five_moments_in_order(seen):
    _, _, moments = seen
    assert [each.instant for each in moments] == [*INSTANTS, *INSTANTS]
    assert [each.side for each in moments] == ["left"] * 5 + ["right"] * 5
    times = np.array([each.time for each in moments]).reshape(2, 5)
    assert (np.diff(times, axis=1) > 0).all()


def test_the_hips_are_highest_half_a_flight_after_toe_off(seen):
    truth, _, moments = seen
    for toe_off, highest in ((moments[0], moments[1]), (moments[5], moments[6])):
        around = np.linspace(toe_off.time - 0.05, toe_off.time + 0.2, 501)
        height = truth.pose(around).points[:, [K["left_hip"], K["right_hip"]], 2].mean(axis=1)
        assert highest.time == pytest.approx(around[np.argmax(height)], abs=WITHIN_S)


def test_the_hips_are_above_the_foot_in_full_support(seen):
    truth, _, moments = seen
    for each in (moments[4], moments[9]):
        points = truth.pose(np.array([each.time])).points[0, :, 0]
        foot = 0.5 * (points[K[f"{each.side}_heel"]] + points[K[f"{each.side}_toe"]])
        hips = 0.5 * (points[K["left_hip"]] + points[K["right_hip"]])
        assert hips == pytest.approx(foot, abs=0.06)  # m; 20 ms at 3 m/s


def test_without_steps_there_are_no_moments(seen):
    _, analysis, _ = seen
    assert choose_moments((), analysis.motion) == ()
    assert choose_moments(analysis.steps[:1], analysis.motion) == ()


def test_every_picture_of_the_sheet_comes_from_the_frame_nearest_to_its_moment(seen):
    _, analysis, moments = seen
    frames = kinogram_frames(analysis)
    assert [each.cell for each in frames] == [(each.side, each.instant) for each in moments]
    shown = analysis.track.time[[each.index for each in frames]]
    assert shown == pytest.approx([each.time for each in moments], abs=0.5 / 120 + 1e-6)


def test_the_sheet_has_a_row_for_each_foot_and_a_column_for_each_instant():
    width, height = TILE
    tiles = {
        (side, instant): np.full((height, width, 3), 20 * column + row, np.uint8)
        for row, side in enumerate(("left", "right"))
        for column, instant in enumerate(INSTANTS)
    }
    sheet = kinogram_sheet(tiles)
    rows, columns = (np.arange(n) * (size + 6) + size // 2 for n, size in ((2, height), (5, width)))
    assert sheet[np.ix_(rows, columns)][..., 0].tolist() == [[0, 20, 40, 60, 80], [1, 21, 41, 61, 81]]
    one = kinogram_sheet({cell: tile for cell, tile in tiles.items() if cell[0] == "right"})
    assert one.shape == (height, sheet.shape[1], 3)
    assert kinogram_sheet({}) is None
