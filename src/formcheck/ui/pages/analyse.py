"""Analyse: a clip is uploaded, checked, measured, and explained."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from formcheck.ui.jobs import Job, board
from formcheck.ui.parts.ask import ask_form
from formcheck.ui.parts.check import filming_check
from formcheck.ui.parts.cones import ground_marks
from formcheck.ui.parts.samples import sample_picker
from formcheck.ui.parts.upload import upload_zone
from formcheck.ui.parts.words import left_words, plain
from formcheck.ui.session import Entry, visit

POLL_S = 0.7


def page() -> None:
    """Show the current stage of this visit's clip."""
    entry = visit().entry
    if entry is None:
        _invite()
    elif entry.failure:
        _failed(entry)
    elif entry.analysis is not None:
        _answer(entry)
    elif entry.ask is not None:
        _working(entry)
    else:
        _prepare(entry)


def _invite() -> None:
    st.title("What does your running form look like?", anchor=False)
    st.markdown(
        "Ten seconds of video from a phone on a stool are enough. You get what stands out, where in the video "
        "it shows, how sure the program is, and a drill for it. The page *How to film* draws where the phone stands."
    )
    if upload_zone():
        st.rerun()
    sample_picker()


def _prepare(entry: Entry) -> None:
    """Show the first look, ask for what the image cannot show, and start."""
    st.title("Your clip", anchor=False)
    facts, form = st.columns([3, 2], gap="large")
    with facts:
        filming_check(entry)
        marked = ground_marks(entry)
    with form:
        ask = ask_form(entry)
    if ask and marked.wrong is None:
        ask = replace(ask, marks=marked.marks)
        entry.ask = ask
        board().analysis(entry.held, ask)
        st.rerun()


@st.fragment(run_every=POLL_S)
def _working(entry: Entry) -> None:
    assert entry.ask is not None
    job = board().analysis(entry.held, entry.ask)
    if not job.running:
        finish(entry, job)
        st.rerun()
    told = job.progress()
    st.title("Measuring", anchor=False)
    st.progress(min(1.0, told.share), text=f"{told.stage} · {left_words(told.left_s)}")
    st.caption("You can leave this page open and come back; the work goes on beside it.")
    if st.button("Cancel", key="cancel"):
        board().cancel(entry.token, "analysis")
        entry.ask = None
        st.rerun()


def finish(entry: Entry, job: Job) -> None:
    """Take over a worker's result, or the reason for its failure."""
    entry.failure, entry.analysis = job.failure, job.result
    if entry.failure is None and entry.analysis is None:
        entry.ask = None  # cancelled


def _answer(entry: Entry) -> None:
    from formcheck.ui.pages import result

    result.show(entry)


def _failed(entry: Entry) -> None:
    st.title("This clip could not be measured", anchor=False)
    st.warning(plain(entry.failure or ""), icon=":material/info:")
    if st.button("Choose another clip", type="primary", key="another"):
        visit().delete(entry.token)
        st.rerun()
