"""Cones on the ground: points on a still of the clip and the metres between them, for speed and step length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from formcheck.course import MOST, Marks
from formcheck.errors import UsageError
from formcheck.files.typed import WrongContent, read_as
from formcheck.marks import marks_of_cells
from formcheck.ui.parts.still import look_with_still, marks_on_still, say_below, still_component, still_data
from formcheck.ui.session import Entry
from formcheck.ui.work import FirstLook

WORDS_OF_A_PAN = (
    "The camera turns in this clip: go to a picture that shows a cone well, put a mark where it meets the ground, and say how many "
    "metres along the run it stands. Three cones or more, each in any picture."
)
WORDS = (
    "Film from a tripod beside the run. Put a mark where each cone meets the ground, and say how many metres along the run it "
    "stands. Two are enough; a third between them, or a second row, makes each step surer."
)
HOW = {"start": [[0.15, 0.8], [0.85, 0.8]], "most": MOST}
ADD = ("add", "Add a mark")
_cones = still_component("cones", ADD)


@dataclass(frozen=True)
class Marked:
    """The marks on a clip's still: none, right, or wrong with a sentence."""

    marks: Marks | None = None
    wrong: str | None = None


def ask_for_cones(entry: Entry) -> None:
    """Show a still on which the visitor marks cones, and take over marks that are right."""
    look = look_with_still(entry)
    if entry.ask is None or look is None:
        return
    marked = _marked(entry, look)
    if marked.wrong is None and marked.marks != entry.ask.marks:
        entry.answer(marks=marked.marks)
        st.rerun()


def _marked(entry: Entry, look: FirstLook) -> Marked:
    with st.expander("Cones on the ground? Measure speed and step length", key="cones-open"):
        st.caption(WORDS_OF_A_PAN if len(look.stills) > 1 else WORDS)
        if not entry.placed and entry.ask and entry.ask.marks:  # after a reload
            entry.placed = cells_of(entry.ask.marks)
        size = (look.clip.width, look.clip.height)
        data = still_data(look.stills, size, entry.placed, HOW)
        entry.placed = marks_on_still(_cones, f"cones-{entry.token}", data)
        marked = marked_by(list(entry.placed), size)
        right = f"● {len(marked.marks.marks)} marks over {marked.marks.length:g} m." if marked.marks else ""
        say_below(marked.wrong, right)
    return marked


@dataclass(frozen=True)
class _Cell:
    """A mark as the page sends it."""

    x: float
    y: float
    along: str
    across: str
    at: float | None = None  # s of the clip; None = a still camera


def cells_of(marks: Marks) -> tuple[dict[str, Any], ...]:
    """Return marks as the page sends them."""
    return tuple(
        {"x": mark.x, "y": mark.y, "along": f"{mark.along:g}", "across": f"{mark.across:g}", "at": mark.at}
        for mark in marks.marks
    )


def marked_by(told: object, size: tuple[int, int]) -> Marked:
    """Return the marks that a page sent; without at least one distance, none."""
    try:
        cells = read_as(tuple[_Cell, ...], told or [], "the marks")
    except WrongContent as error:
        return Marked(wrong=f"The marks cannot be read: {error}.")
    if not any(cell.along.strip() for cell in cells):
        return Marked()
    try:
        return Marked(
            marks_of_cells([(cell.x, cell.y, cell.along, cell.across, cell.at) for cell in cells], size)
        )
    except UsageError as error:
        return Marked(wrong=str(error))
