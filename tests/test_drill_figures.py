"""The drawn figure: it does every drill, keeps its limbs' lengths, and stays in its picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from formcheck.biomechanics import joint_between
from formcheck.coaching import DRILLS
from formcheck.draw.drills import figure_svg, moves
from formcheck.draw.drills.animation import BOTTOM, LEFT, RIGHT, TOP
from formcheck.draw.drills.body import BODY
from formcheck.ui.parts.library import drill_card


def lengths(points: np.ndarray) -> np.ndarray:
    return np.linalg.norm(np.diff(points, axis=-2), axis=-1)


def test_every_drill_has_its_figure():
    assert set(moves()) == set(DRILLS)


@pytest.mark.parametrize("id", sorted(DRILLS))
def test_a_figure_ends_its_cycle_where_it_begins_and_stays_in_the_picture(id):
    frames = moves()[id].frames
    every = np.concatenate([part.reshape(-1, 2) for part in (frames.trunk, frames.legs, frames.arms)])
    assert np.allclose(frames.legs[0], frames.legs[-1], atol=0.02)
    assert np.allclose(frames.arms[0], frames.arms[-1], atol=0.02)
    assert every[:, 0].min() > LEFT and every[:, 0].max() < RIGHT
    assert every[:, 1].min() > BOTTOM and every[:, 1].max() < TOP
    assert frames.head[:, 1].max() < TOP - 0.08


@pytest.mark.parametrize("id", sorted(DRILLS))
def test_no_limb_is_longer_than_the_body_says(id):
    frames = moves()[id].frames
    legs, arms = lengths(frames.legs), lengths(frames.arms)
    assert legs[..., 0].max() < BODY.thigh + 0.02 and legs[..., 1].max() < BODY.shank + 0.02
    assert arms[..., 0].max() < BODY.upper_arm + 0.02 and arms[..., 1].max() < BODY.forearm + 0.02


def test_the_running_figure_lifts_each_knee_once_a_stride():
    knees = moves()["high_knees"].frames.legs[:-1, :, 1, 1]
    hips = moves()["high_knees"].frames.trunk[:-1, 0, 1]
    highest = (knees - hips[:, None]).argmax(axis=0)
    assert (knees - hips[:, None]).max(axis=0) == pytest.approx(0.0, abs=0.08)  # as high as the hips
    assert abs(abs(highest[0] - highest[1]) - len(hips) / 2) <= 1  # half a stride apart


def test_a_squat_goes_down_to_a_level_thigh_with_both_feet_on_the_ground():
    frames = moves()["squat"].frames
    lowest = frames.trunk[:, 0, 1].argmin()
    hip, knee = frames.legs[lowest, 0, 0], frames.legs[lowest, 0, 1]
    assert abs(hip[1] - knee[1]) < 0.1 < knee[0] - hip[0]
    assert np.allclose(frames.legs[:, 0, 3:, 1], 0.0, atol=0.02)


def test_a_knee_bends_to_the_side_it_is_asked_to():
    hip, ankle = np.array([[0.0, 1.0]]), np.array([[0.0, 0.4]])
    assert joint_between(hip, ankle, 0.43, 0.43, 1.0)[0, 0] > 0.2
    assert joint_between(hip, ankle, 0.43, 0.43, -1.0)[0, 0] < -0.2


def test_the_picture_is_small_and_can_be_read_as_xml():
    for id, move in moves().items():
        text = figure_svg(move, id)
        picture = ET.fromstring(text)
        assert picture.get("role") == "img" and id in (picture.get("aria-label") or "")
        assert len(text) < 8000 and "<animate" in text


def test_a_card_shows_the_figure_and_a_button_that_stops_it():
    card = drill_card(DRILLS["squat"])
    assert card.count("<svg") == 1 and "Pause the figure" in card
