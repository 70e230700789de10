"""Style sheet, and components that put our own markup on the page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

ASSETS = Path(__file__).parents[1] / "assets"
PAGES = "pages"  # in the session state: the app's pages by their address


@cache
def asset(name: str) -> str:
    """Return the text of a file in assets/."""
    return (ASSETS / name).read_text(encoding="utf-8")


def apply_style() -> None:
    """Put our style sheet on the page."""
    st.html(ASSETS / "page.css")


_panel = st.components.v2.component(
    "formcheck_panel",
    css=asset("panel.css") + asset("drawing.css"),
    js=asset("panel.js"),
    html='<div class="fc"></div>',
)


def panel(html: str, *, key: str | None = None) -> None:
    """Show markup of ours; whatever comes from outside must be escaped in it.

    An element with `data-seek="SECONDS"` sends the player on the page there. A link with
    `data-drill="ID"` opens the drill within the visit: followed as a link, it would begin a new one.
    """
    drill = _panel(data={"html": html}, key=key, on_drill_change=_nothing_more).get("drill")
    if drill:
        open_drill(str(drill))


def _nothing_more() -> None:
    """Do nothing beyond drawing the page anew, which follows a click by itself."""


def open_drill(id: str) -> NoReturn:
    """Go to the page Drills & plan, with a drill on top."""
    st.switch_page(st.session_state[PAGES]["training"], query_params={"drill": id})


def component(name: str, html: str) -> Any:
    """Register a component whose script and style are assets of the same name."""
    return st.components.v2.component(
        f"formcheck_{name}", html=html, css=asset(f"{name}.css"), js=asset(f"{name}.js")
    )
