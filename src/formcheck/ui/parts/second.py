"""Asking for a second view of the same runner, to be merged with a result."""

from __future__ import annotations

import streamlit as st

from formcheck.merge import FRONTAL
from formcheck.ui.parts.upload import upload_zone
from formcheck.ui.parts.words import plain
from formcheck.ui.session import Entry, Visit

HOW = {
    "front": "Film the same runner from straight ahead, at hip height.",
    "side": "Film the same runner exactly from the side, at hip height.",
}


def ask_for_second_view(here: Visit) -> None:
    """Show the drop zone for the other view; measuring and merging follow by themselves."""
    first = here.entries[here.partner or ""]
    view = wanted_view(first)
    st.title(f"Add a {view} clip to {plain(first.label)}", anchor=False)
    st.markdown(f"{HOW[view]} It is measured as the first clip was, and both become one result.")
    entry = upload_zone("second", note=here.note, several=False)
    here.note = ""
    if entry is not None:
        here.pair(entry)
        st.rerun()
    if st.button("Back to the result", key="back"):
        here.partner, here.current = None, first.token
        st.rerun()


def wanted_view(first: Entry) -> str:
    """Return the view that a result lacks."""
    return "side" if first.analysis is not None and first.analysis.scene.view in FRONTAL else "front"
