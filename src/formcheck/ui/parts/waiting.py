"""While a clip is measured: the frame just worked on, steps so far, time left, and what the first look says."""

from __future__ import annotations

import streamlit as st

from formcheck.files.templates import filled
from formcheck.ui.jobs import JobProgress, board
from formcheck.ui.leftovers import PREVIEW
from formcheck.ui.parts.ask import ask_questions
from formcheck.ui.parts.check import check_card
from formcheck.ui.parts.cones import ask_for_cones
from formcheck.ui.parts.look import component, panel, progress_bar
from formcheck.ui.parts.upright import ask_for_edge
from formcheck.ui.server import link
from formcheck.ui.session import Entry, visit
from formcheck.ui.stages import ClipStage, advance

POLL_S = 0.5
_picture = component("watch", filled("ui/templates/watch.html"))


def waiting_page(entry: Entry) -> None:
    """Show how far the work is, beside the questions."""
    st.title("Reading your results" if entry.ask is None else "Measuring your run", anchor=False)
    stage = advance(entry)
    if entry.ask is None:
        _watch(entry, stage)
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _watch(entry, stage)
    with right:
        ask_questions(entry)
        ask_for_edge(entry)
        ask_for_cones(entry)
        st.caption("You can switch pages meanwhile.")
        if st.button("Cancel", key="cancel"):
            visit().delete(entry.token)
            st.rerun()


@st.fragment(run_every=POLL_S)
def _watch(entry: Entry, stage: ClipStage) -> None:
    """Show the newest picture and the time left; the whole page runs again when the next stage begins."""
    if advance(entry) != stage:
        st.rerun()
    job = board().find(entry.token, "analysis") or board().find(entry.token, "look")
    progress = job.progress() if job else JobProgress("Opening the file", 0.0, None)
    _picture(data=picture(entry, progress), key=f"watch-{entry.token}")
    progress_bar(progress)
    if entry.look is not None:
        panel(check_card(entry.look, entry.label), key=f"check-{entry.token}")


def picture(entry: Entry, progress: JobProgress) -> dict[str, str]:
    """Return the newest frame with its skeleton, and the steps counted so far."""
    address = f"{link(entry.token, PREVIEW)}?n={progress.stage[:1]}{progress.pictures}"
    steps = f"{progress.steps} step{'' if progress.steps == 1 else 's'} so far" if progress.steps else ""
    return {"src": address if progress.pictures else "", "label": entry.label, "steps": steps}


def stopped_page(entry: Entry) -> bool:
    """Say why there is nothing to measure; return whether the visitor wants it measured anyway."""
    st.title("Nothing to measure yet", anchor=False)
    if entry.look is not None:
        panel(check_card(entry.look, entry.label), key=f"check-{entry.token}")
    with st.container(horizontal=True):
        if st.button("Choose another clip", type="primary", key="another"):
            visit().delete(entry.token)
            st.rerun()
        return st.button("Measure the whole clip anyway", key="anyway")
