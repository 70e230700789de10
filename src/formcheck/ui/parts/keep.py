"""Store numbers for later: only when asked, never the video; and under whose name."""

from __future__ import annotations

import streamlit as st

from formcheck.errors import FormCheckError
from formcheck.types import Analysis
from formcheck.ui.parts import history
from formcheck.ui.parts.words import plain

WHOSE = "whose"  # key in the session: the name entered last, on any page
LONGEST_NAME = 60


def whose(words: str, key: str) -> str:
    """Ask for a name; the one entered last is the default."""
    name: str = st.text_input(words, st.session_state.get(WHOSE, ""), max_chars=LONGEST_NAME, key=key).strip()
    if name:
        st.session_state[WHOSE] = name
    return name


def keep_numbers(analysis: Analysis) -> None:
    """Offer to store the numbers under a name."""
    if not history.available():
        return
    with st.form("keep", border=False):
        field, button = st.columns([3, 1], vertical_alignment="bottom")
        with field:
            name = whose("Keep these numbers under a name, to see your progress", "keep-name")
        asked = button.form_submit_button("Keep these numbers", width="stretch")
    if asked and name:
        try:
            history.keep(name, analysis)
        except FormCheckError as error:
            st.error(plain(str(error)), icon=":material/info:")
        else:
            st.success(f"Kept for {plain(name)}. See the page Progress.", icon=":material/check:")
