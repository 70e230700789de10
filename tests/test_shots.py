"""Cuts of edited videos are found; pans, lamps, people walking by and gaps are none."""

import numpy as np
import pytest

from formcheck.pose.shots import Shots

FPS = 30


def scene(seed):
    """A wide picture of one place: large patches of light and dark."""
    patches = np.random.default_rng(seed).integers(40, 215, (9, 48))
    return np.kron(patches, np.ones((20, 20))).astype(np.uint8)


def shown(picture, left=0):
    """What a camera shows of a place: 320 x 180 px."""
    return np.repeat(picture[:, left : left + 320, None], 3, axis=2)


def cuts(images, times=None):
    shots = Shots()
    for index, image in enumerate(images):
        shots.look(image, index / FPS if times is None else times[index])
    return shots.cuts()


def test_each_cut_is_found_at_the_first_picture_of_its_shot():
    images = [shown(scene(shot)) for shot in range(3) for _ in range(30)]
    assert cuts(images) == pytest.approx([1.0, 2.0])


def test_a_cut_between_two_pans_is_found():
    images = [shown(scene(shot), 4 * index) for shot in range(2) for index in range(45)]
    assert cuts(images) == pytest.approx([1.5])


def test_a_pan_is_no_cut():
    assert len(cuts([shown(scene(0), 8 * index) for index in range(75)])) == 0


def test_a_pan_that_begins_at_once_is_no_cut():
    place = scene(0)
    assert len(cuts([shown(place, 8 * max(0, index - 30)) for index in range(90)])) == 0


def test_a_lamp_switched_on_is_no_cut():
    dark = shown(scene(0)) // 2
    assert len(cuts([dark] * 30 + [dark + 60] * 30)) == 0


def test_a_flash_is_no_cut():
    image = shown(scene(0))
    assert len(cuts([image] * 30 + [shown(scene(1))] + [image] * 30)) == 0


def test_somebody_walking_by_is_no_cut():
    images = []
    for index in range(90):
        image = shown(scene(0)).copy()
        image[40:, max(0, 6 * index - 100) : max(0, 6 * index)] = 250
        images.append(image)
    assert len(cuts(images)) == 0
