"""Style sheet, and components that put our own markup on the page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import streamlit as st

from formcheck.ui.parts.words import left_words

if TYPE_CHECKING:
    from formcheck.ui.jobs import JobProgress

ASSETS = Path(__file__).parents[1] / "assets"
PAGES = "pages"  # key in the session state: the app's pages by address


@cache
def asset(name: str) -> str:
    """Return the text of a file in assets/."""
    return (ASSETS / name).read_text(encoding="utf-8")


def apply_style() -> None:
    """Add our style sheet to the page."""
    st.html(ASSETS / "page.css")


_panel = st.components.v2.component(
    "formcheck_panel",
    css=asset("panel.css") + asset("drawing.css"),
    js=asset("panel.js"),
    html='<div class="fc"></div>',
)


def panel(html: str, *, key: str | None = None) -> None:
    """Show our own markup; external content in it must be escaped.

    A link with `data-drill="ID"` opens the drill within the visit: a normal link would start a new visit.
    """
    drill = _panel(data={"html": html}, key=key, on_drill_change=redraw).get("drill")
    if drill:
        open_drill(str(drill))


def redraw() -> None:
    """Do nothing: after a component reports a change, Streamlit redraws the page by itself."""


def progress_bar(told: JobProgress) -> None:
    """Show how far a job is, and the time left."""
    st.progress(min(1.0, told.share), text=f"{told.stage} · {left_words(told.left_s)}")


def open_drill(id: str) -> NoReturn:
    """Go to the page Drills & plan, with one drill at the top."""
    st.switch_page(st.session_state[PAGES]["training"], query_params={"drill": id})


def component(name: str, html: str, *, assets: str = "") -> Any:
    """Register a component whose script and style are assets of the same name, or of another."""
    files = assets or name
    return st.components.v2.component(
        f"formcheck_{name}", html=html, css=asset(f"{files}.css"), js=asset(f"{files}.js")
    )
