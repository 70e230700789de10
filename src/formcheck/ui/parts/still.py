"""Marks on a still of the clip, dragged or moved by keys: what cones and upright edges have in common."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from formcheck.files.templates import filled
from formcheck.ui.jobs import board
from formcheck.ui.parts.look import component, redraw
from formcheck.ui.session import Entry
from formcheck.ui.work import FirstLook, Still

Button = tuple[str, str]
"""The class of a button, which says what it does ("add" or "forget"), and its words."""


def still_html(name: str, button: Button) -> str:
    """Return a still with marks and one button."""
    does, words = button
    return filled("ui/templates/still.html", name=name, does=does, words=words)


def still_component(name: str, button: Button) -> Any:
    """Register a still with marks as a component of the page."""
    return component(name, still_html(name, button), assets="still")


def look_with_still(entry: Entry) -> FirstLook | None:
    """Return the first look at a clip, None before it is over or if it kept no picture."""
    job = board().find(entry.token, "look")
    look = entry.look or (job.result if job is not None else None)
    return look if look is not None and look.stills else None


def still_data(
    stills: Sequence[Still], size: tuple[int, int], placed: Sequence[object], how: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the data of the script: one still, or several to choose from, with the marks to begin with.

    Marks are in pixels of the clip, whose `size` this is; `how` are the options that assets/still.js names.
    """
    pictures = [
        {"src": f"data:image/jpeg;base64,{b64encode(still.jpeg).decode()}", "at": still.at}
        for still in stills
    ]
    return {"stills": pictures, "width": size[0], "height": size[1], "marks": list(placed), **how}


def marks_on_still(shown: Any, key: str, data: Mapping[str, Any]) -> tuple[Any, ...]:
    """Show what `still_component` returned; return the marks as the page last sent them, or else those to begin with."""
    told = shown(data=data, key=key, on_marks_change=redraw).get("marks")
    return tuple(told if isinstance(told, list) else data["marks"])


def say_below(wrong: str | None, words: str) -> None:
    """Say what is wrong with the marks, or what they tell; nothing for ""."""
    if wrong:
        st.warning(wrong, icon=":material/info:")
    elif words:
        st.caption(words)
