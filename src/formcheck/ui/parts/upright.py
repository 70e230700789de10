"""The camera's tilt from an upright edge: two points on a still of the clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from formcheck.course import Z95
from formcheck.errors import UsageError
from formcheck.files.typed import WrongContent, read_as
from formcheck.types import Edge
from formcheck.ui.parts.still import look_with_still, marks_on_still, say_below, still_component, still_data
from formcheck.ui.session import Entry
from formcheck.ui.work import FirstLook

WORDS = (
    "A phone on a stool stands a little askew, and every lean in the picture with it. Put the two points on one edge that is "
    "upright in reality: a door frame, a post, the corner of a room, near the runner, the points far apart."
)
HOW = {"start": [[0.5, 0.2], [0.5, 0.8]], "joined": True}
_upright = still_component("upright", ("forget", "Forget the edge"))


@dataclass(frozen=True)
class Pointed:
    """The edge that two points show: none, right with the tilt it tells, or wrong with a sentence."""

    edge: Edge | None = None
    tilt_deg: float = 0.0  # + = horizon turned anticlockwise
    sd_deg: float = 0.0
    wrong: str | None = None


@dataclass(frozen=True)
class _Point:
    """A point as the page sends it; `placed` = the visitor has moved it."""

    x: float
    y: float
    placed: bool


def ask_for_edge(entry: Entry) -> None:
    """Show a still on which the visitor points at an upright edge, and take over one that is right."""
    look = look_with_still(entry)
    if entry.ask is None or look is None:
        return
    pointed = _pointed(entry, look)
    if pointed.wrong is None and pointed.edge != entry.ask.vertical:
        entry.answer(vertical=pointed.edge)
        st.rerun()


def _pointed(entry: Entry, look: FirstLook) -> Pointed:
    with st.expander("Camera not level? Point at an upright edge", key="edge-open"):
        st.caption(WORDS)
        if not entry.edge and entry.ask and entry.ask.vertical:  # after a reload
            entry.edge = points_of(entry.ask.vertical)
        size, middle = (look.clip.width, look.clip.height), len(look.stills) // 2
        data = still_data(look.stills[middle : middle + 1], size, entry.edge, HOW)
        entry.edge = marks_on_still(_upright, f"edge-{entry.token}", data)
        pointed = pointed_at(list(entry.edge), size)
        say_below(pointed.wrong, _tilt_words(pointed) if pointed.edge else "")
    return pointed


def _tilt_words(pointed: Pointed) -> str:
    side = "left" if pointed.tilt_deg > 0 else "right"
    return (
        f"● The edge leans {abs(pointed.tilt_deg):.1f}° to the {side} in the picture (± {Z95 * pointed.sd_deg:.1f}°); "
        "all leaning angles are corrected by it."
    )


def points_of(edge: Edge) -> tuple[dict[str, Any], ...]:
    """Return the points of an edge as the page sends them."""
    x1, y1, x2, y2 = edge
    return tuple({"x": x, "y": y, "placed": True} for x, y in ((x1, y1), (x2, y2)))


def pointed_at(told: object, size: tuple[int, int]) -> Pointed:
    """Return the edge that a page's points show; none until both are placed."""
    from formcheck.pose.tilt import tilt_of_edge  # loads OpenCV, which the server does not need otherwise

    try:
        points = read_as(tuple[_Point, ...], told or [], "the points")
    except WrongContent as error:
        return Pointed(wrong=f"The points cannot be read: {error}.")
    if len(points) != 2 or not all(point.placed for point in points):
        return Pointed()
    edge = (points[0].x, points[0].y, points[1].x, points[1].y)
    try:
        return Pointed(edge, *tilt_of_edge(edge, size))
    except UsageError as error:
        return Pointed(wrong=str(error))
