"""Drills & plan: what to practise, how, and when not to."""

from __future__ import annotations

import streamlit as st

from formcheck.coaching import DRILLS
from formcheck.ui.parts.cards import side_by_side
from formcheck.ui.parts.drillcheck import drill_section
from formcheck.ui.parts.library import drill_card
from formcheck.ui.parts.look import panel
from formcheck.ui.parts.plan import plan_section
from formcheck.ui.parts.practise import practise_section

ALL = "All"


def page() -> None:
    """Show the drills, starting with the one a cue linked to."""
    st.title("Drills & plan", anchor=False)
    asked = DRILLS.get(st.query_params.get("drill", ""))
    if asked:
        panel(drill_card(asked, chosen=True), key="asked")
    drill_section(asked.id if asked else None)
    plan_section()
    practise_section()
    st.header("All drills", anchor=False)
    kinds = [ALL, *dict.fromkeys(drill.kind for drill in DRILLS.values())]
    kind = st.pills("Kind", kinds, default=ALL, key="kind", label_visibility="collapsed") or ALL
    shown = [drill_card(drill) for drill in DRILLS.values() if kind in (ALL, drill.kind)]
    panel(side_by_side("drills", shown), key="drills")
