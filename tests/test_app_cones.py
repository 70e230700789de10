"""Cones in the app: what a page sends becomes marks or a sentence, and a run becomes tables."""

from __future__ import annotations

import pytest

from formcheck.course import CourseMark
from formcheck.pipeline import analyze_track
from formcheck.synthetic import cones, project, sprint_camera, sprint_gait
from formcheck.ui.parts.cones import HOW, Marked, cells_of, marked_by
from formcheck.ui.parts.course import run_card
from formcheck.ui.parts.still import still_data
from formcheck.ui.work import Still

SIZE = (1920, 1080)


def sent(*along, x=(200.0, 1700.0, 950.0, 960.0), aside=("", "", "", "1,22")):
    """Return what the page sends for marks with these distances."""
    return [
        {"x": x[k], "y": 900.0 - 20 * k, "along": metres, "across": aside[k]}
        for k, metres in enumerate(along)
    ]


def test_four_marks_become_marks():
    found = marked_by(sent("0", "10", "5", "5,0"), SIZE)
    assert found.wrong is None
    assert found.marks.marks[1] == CourseMark(1700.0, 880.0, 10.0, 0.0)
    assert found.marks.marks[3] == CourseMark(960.0, 840.0, 5.0, 1.22)


@pytest.mark.parametrize("told", [None, [], sent("", "")], ids=["nothing", "no marks", "no metres"])
def test_without_a_distance_there_are_no_marks(told):
    assert marked_by(told, SIZE) == Marked()


@pytest.mark.parametrize(
    ("along", "says"),
    [
        (("0", "0"), "The marks are 0 m apart along the run"),
        (("0", "ten"), "Mark 2: ten is no distance in metres"),
        (("0", ""), "Mark 2: nothing is no distance in metres"),
        (("0", "1000"), "Mark 2: 1000 m is further than any picture shows"),
        (("0", "nan"), "Mark 2: nan m is further"),
        (("0", "200"), "The marks are 200 m apart"),
    ],
)
def test_a_wrong_distance_is_refused_in_a_sentence(along, says):
    found = marked_by(sent(*along), SIZE)
    assert found.marks is None
    assert says in found.wrong


def test_what_no_page_of_ours_sends_is_refused_too():
    assert "cannot be read" in marked_by([{"x": "1"}], SIZE).wrong


def test_a_run_is_shown_with_curve_splits_and_steps():
    camera = sprint_camera(60)
    clip = project(sprint_gait(7.0, 230.0, 0.13), camera, seed=2, duration_s=2.0)
    analysis = analyze_track(clip.track, clip.clip, marks=cones(camera, (-5, 0, 5)))
    card = run_card(analysis.run)
    assert "<polyline" in card
    assert "−5 to 5 m" in card
    heads, in_short, splits, sprinters, practice = 5, 5, 3, 3, 3
    rows = in_short + splits + len(analysis.run.steps) + sprinters + practice
    assert card.count("<tr>") == heads + rows


def test_marks_are_shown_again_as_they_were_placed():
    found = marked_by(sent("0", "10", "5", "2.5"), SIZE).marks
    assert marked_by(list(cells_of(found)), SIZE).marks == found


def test_marks_of_a_camera_that_pans_name_their_pictures():
    told = [{**mark, "at": at} for mark, at in zip(sent("0", "10"), (0.5, 1.75))]
    found = marked_by(told, SIZE).marks
    assert [mark.at for mark in found.marks] == [0.5, 1.75]
    assert marked_by(list(cells_of(found)), SIZE).marks == found


def test_the_page_is_given_every_still_with_its_moment():
    data = still_data([Still(0.5, b"a"), Still(0.75, b"b")], SIZE, (), HOW)
    assert [still["at"] for still in data["stills"]] == [0.5, 0.75]
    assert data["stills"][0]["src"] == "data:image/jpeg;base64,YQ=="
