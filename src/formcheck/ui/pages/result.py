"""The result: the runner, one sentence, one thing to try, five numbers, and the rest folded below."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from formcheck.files.templates import part
from formcheck.report.drawings import drawing, view_to_film
from formcheck.report.scorecard import scorecard
from formcheck.types import Analysis
from formcheck.ui.clips import GLANCE
from formcheck.ui.jobs import Job, board
from formcheck.ui.parts.check import TEMPLATE
from formcheck.ui.parts.keep import keep_numbers
from formcheck.ui.parts.look import panel, progress_bar
from formcheck.ui.parts.words import plain
from formcheck.ui.result.component import result_page
from formcheck.ui.server import link
from formcheck.ui.session import Entry, visit
from formcheck.wording import clip_line, scene_line

POLL_S = 1.0


def show(entry: Entry) -> None:
    """Show the result of a clip, or the reason why it has no value."""
    analysis = entry.analysis
    assert analysis is not None
    if analysis.refusal:
        _refused(entry, analysis, board().files(entry.held, analysis))
    else:
        _measured(entry, analysis)
    _afterwards(entry, analysis)


def _measured(entry: Entry, analysis: Analysis) -> None:
    """Show the page, at once with the numbers; video and downloads follow when they are made."""
    page, files = _jobs(entry, analysis)
    waiting = files is None or files.running
    st.fragment(_shown, run_every=POLL_S if waiting else None)(entry, analysis, waiting)
    for job in (page, files):
        if job is not None and job.failure:
            st.warning(
                f"The numbers stand, but not everything could be drawn. {plain(job.failure)}",
                icon=":material/info:",
            )


def _jobs(entry: Entry, analysis: Analysis) -> tuple[Job, Job | None]:
    """Return the job that draws the page and, once it is over, the one that writes the downloads."""
    page = board().page(entry.held, analysis)
    return page, None if page.running else board().files(entry.held, analysis)


def _shown(entry: Entry, analysis: Analysis, waiting: bool) -> None:
    page, files = _jobs(entry, analysis)
    written = files is not None and files.result is not None
    result_page(entry, analysis, drawn=page.result is not None, written=written)
    if waiting and files is not None and not files.running:
        st.rerun()  # nothing to wait for any more


def _refused(entry: Entry, analysis: Analysis, job: Job) -> None:
    """Show what was seen, why there is no number, and how to film it."""
    st.title(plain(entry.label), anchor=False)
    st.caption(f"{scene_line(analysis.scene)} · {clip_line(analysis.clip)}")
    if job.running:
        _drawing(entry)
    panel(refusal_card(entry, analysis), key=f"refusal-{job.running}")
    safe = {id: each for id, each in analysis.answers.items() if each.measured}
    if safe:
        st.header("What can still be measured", anchor=False)
        panel(scorecard(safe), key="score-safe")


def refusal_card(entry: Entry, analysis: Analysis) -> Markup:
    """Return the reason beside what was seen, and how to film it beside its drawing."""
    refusal = analysis.refusal
    assert refusal is not None
    seen = (entry.held.results / GLANCE).is_file()
    return part(
        TEMPLATE, "refusal_card", refusal, link(entry.token, GLANCE) if seen else "",
        drawing(view_to_film(analysis.scene)),
    )  # fmt: skip


@st.fragment(run_every=POLL_S)
def _drawing(entry: Entry) -> None:
    job = board().find(entry.token, "files")
    if job is None or not job.running:
        st.rerun()
    progress_bar(job.progress())


def _afterwards(entry: Entry, analysis: Analysis) -> None:
    """Offer to keep the numbers, another clip, and deletion."""
    if not analysis.refusal:
        keep_numbers(analysis)
    with st.container(horizontal=True):
        if st.button("Analyse another clip", type="primary", key="next"):
            visit().current = None
            st.rerun()
        if st.button("Delete this clip and its results", key="delete"):
            visit().delete(entry.token)
            st.rerun()
