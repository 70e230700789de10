"""An upright edge in the app: what a page's two points become, and what they do to the measuring."""

from __future__ import annotations

import pytest

from formcheck.ui.parts.upright import Pointed, pointed_at, points_of

SIZE = (640, 480)
LEFT = (280.0, 100.0, 300.0, 400.0)  # its top stands 20 px to the left over 300 px: 3.8 degrees


def sent(edge, placed=(True, True)):
    """Return what the page sends for an edge, of whose ends the visitor has moved some."""
    return [{**point, "placed": each} for point, each in zip(points_of(edge), placed, strict=True)]


def test_two_points_on_an_edge_tell_the_tilt():
    found = pointed_at(sent(LEFT), SIZE)
    assert (found.edge, found.wrong) == (LEFT, None)
    assert found.tilt_deg == pytest.approx(3.81, abs=0.01)
    assert 0.4 < found.sd_deg < 0.8


@pytest.mark.parametrize(
    "told", [None, [], sent(LEFT, (True, False)), sent(LEFT)[:1]], ids=["nothing", "forgotten", "one", "half"]
)
def test_before_both_points_are_placed_there_is_no_edge(told):
    assert pointed_at(told, SIZE) == Pointed()


@pytest.mark.parametrize(
    ("edge", "says"),
    [
        ((200.0, 100.0, 300.0, 400.0), "leans by 18 degrees"),
        ((300.0, 100.0, 300.0, 110.0), "too close together"),
        ((300.0, 100.0, 300.0, 500.0), "outside the picture"),
    ],
)
def test_an_edge_that_cannot_be_upright_is_refused_in_a_sentence(edge, says):
    found = pointed_at(sent(edge), SIZE)
    assert found.edge is None
    assert says in found.wrong


def test_what_no_page_of_ours_sends_is_refused_too():
    assert "cannot be read" in pointed_at([{"x": "1"}], SIZE).wrong


def test_an_edge_is_shown_again_as_it_was_pointed_at():
    assert pointed_at(list(points_of(LEFT)), SIZE).edge == LEFT
