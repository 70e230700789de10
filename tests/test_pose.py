"""Finding the runner's joints: squares, confidence, one runner among several people."""

import numpy as np
import pytest

from formcheck.pose.landmark_net import trusted
from formcheck.pose.roi import Roi


def test_a_point_of_the_cut_goes_back_to_where_it_was_cut_from():
    roi = Roi(300.0, 200.0, 180.0, 0.3)
    image = np.zeros((400, 600, 3), np.uint8)
    image[230:235, 340:345] = 255
    cut = roi.crop(image)
    row, column = np.argwhere(cut[..., 0] > 128).mean(axis=0)
    assert roi.to_image(np.array([column, row]) / 256) == pytest.approx([342, 232], abs=0.5)


def test_squares_of_one_person_overlap_and_of_two_do_not():
    roi = Roi(100, 100, 80, 0.0)
    assert roi.overlap(roi) == 1
    assert roi.overlap(Roi(140, 100, 80, 0.0)) == pytest.approx(1 / 3)
    assert roi.overlap(Roi(300, 100, 80, 0.0)) == 0


def test_a_hidden_far_leg_is_still_trusted_and_a_guessed_hand_is_not():
    far_foot, guess, seen = trusted(np.array([0.2, 0.01, 0.99]), np.ones(3))
    assert far_foot > 0.7 and guess < 0.42 and seen > 0.99


def test_what_is_outside_the_picture_is_not_trusted_however_clear():
    assert trusted(np.array([1.0]), np.array([0.02])) < 0.05
