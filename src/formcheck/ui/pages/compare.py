"""Compare: two clips of this visit synchronised, and which differences are real."""

from __future__ import annotations

import streamlit as st

from formcheck.metrics.compare import cancelling, compare, untilted
from formcheck.ui.jobs import board
from formcheck.ui.parts.course import compared_card
from formcheck.ui.parts.look import panel
from formcheck.ui.parts.pair import common_foot, difference_table, pair, strides_overlaid
from formcheck.ui.session import Entry, visit

POLL_S = 1.0


def page() -> None:
    """Let the visitor choose two measured clips and show them together."""
    st.title("Compare two clips", anchor=False)
    found = visit().measured
    if len(found) < 2:
        _too_few(len(found))
        return
    left, right = st.columns(2)
    before = left.selectbox("First", found, format_func=_name, key="before")
    after = right.selectbox("Second", found, index=1, format_func=_name, key="after")
    if before is None or after is None or before.token == after.token:
        st.info("Choose two different clips.", icon=":material/info:")
        return
    _together(before, after)


def _name(entry: Entry) -> str:
    return entry.label


def _too_few(count: int) -> None:
    words = "one more clip" if count else "two clips"
    st.markdown(
        f"Measure {words} on the page *Analyse*, then come back: both are shown in step, stride by stride, with "
        "a table of which differences are real and which are within the noise. Clips of this visit are kept "
        "until you leave."
    )


def _together(before: Entry, after: Entry) -> None:
    assert before.analysis is not None and after.analysis is not None
    jobs = [board().files(each.held, each.analysis) for each in (before, after) if each.analysis]
    side = common_foot(before.analysis, after.analysis)
    if side is None:
        st.info(
            "The two clips show no strides of the same foot, so they cannot run in step.",
            icon=":material/info:",
        )
    elif any(job.running for job in jobs):
        _waiting(before, after)
    elif all(job.result is not None for job in jobs):
        pair(before, after, side)
    st.header("What differs", anchor=False)
    if before.analysis.scene.view != after.analysis.scene.view:
        st.caption("▲ The clips were filmed from different sides; few numbers can be compared.")
    untouched = st.checkbox("The camera stood untouched between the two clips", key="same-camera")
    differences = compare(before.analysis, after.analysis, same_camera=untouched)
    panel(difference_table(differences), key="differences")
    if overlaid := strides_overlaid(before, after):
        st.header("One stride of each", anchor=False)
        panel(overlaid, key="strides-overlaid")
    if runs := compared_card(before.analysis.run, after.analysis.run):
        panel(runs, key="runs-compared")
    for note in filter(None, (cancelling(differences), untilted(differences))):
        st.caption(note)
    st.caption(
        "Real: larger than what two clips of one unchanged runner differ by, from published repeat "
        "measurements and from the uncertainty of these very clips."
    )


@st.fragment(run_every=POLL_S)
def _waiting(before: Entry, after: Entry) -> None:
    jobs = [board().find(each.token, "files") for each in (before, after)]
    if not any(job and job.running for job in jobs):
        st.rerun()
    st.progress(0.0, text="The videos are being drawn …")
