"""Frame rates are compared as people name them, and printed as they were measured."""

from dataclasses import replace

import pytest

from formcheck.frame_rate import in_words, reaches
from formcheck.scene.classify import look_at
from formcheck.synthetic import Camera, project


@pytest.mark.parametrize(
    "rate, least",
    [
        (25.0, 25),
        (24.99999999999998, 25),
        (25.0000000000004, 25),
        (29.97, 30),
        (23.976, 24),
        (59.94, 60),
        (57.5, 60),
    ],
)
def test_a_rate_reaches_its_own_name(rate, least):
    assert reaches(rate, least)


@pytest.mark.parametrize(
    "rate, least", [(24, 30), (25, 30), (50, 60), (56, 60), (0.0, 15), (float("nan"), 15)]
)
def test_a_lower_rate_does_not(rate, least):
    assert not reaches(rate, least)


@pytest.mark.parametrize(
    "rate, words",
    [
        (24.99999999999998, "25"),
        (25.0000000000004, "25"),
        (29.97, "30"),
        (59.94, "59.9"),
        (12.5, "12.5"),
        (240.0, "240"),
    ],
)
def test_a_rate_is_printed_to_a_tenth(rate, words):
    assert in_words(rate) == words


def test_nothing_is_said_of_knees_and_foot_strike_from_the_front():
    front = project(camera=Camera(view="front", fps=30))
    assert "low_frame_rate" not in {warning.code for warning in look_at(front.track, front.clip).warnings}


@pytest.mark.parametrize(
    "fps, message",
    [
        (20.0, "At 20 frames a second little more than the rhythm"),
        (24.99999999999998, "At 25 frames a second knee angles are less certain"),
        (25.0000000000004, "At 25 frames a second knee angles are less certain"),
        (29.97, "At 30 frames a second knee angles are less certain"),
        (49.99999999999997, None),
        (50.0, None),
    ],
)
def test_a_clip_is_told_its_own_frame_rate(fps, message):
    clip = project(camera=Camera(fps=fps))
    scene = look_at(clip.track, replace(clip.clip, fps=fps, capture_fps=fps))
    told = [warning.message for warning in scene.warnings if "frame_rate" in warning.code]
    assert scene.refusal is None
    assert [words.startswith(message) for words in told] == ([] if message is None else [True])
