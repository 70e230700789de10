"""The result: what stands out, where it shows, how certain it is, and the rest in order."""

from __future__ import annotations

import streamlit as st

from formcheck.report.drawings import drawing, view_to_film
from formcheck.report.scorecard import scorecard
from formcheck.types import Analysis
from formcheck.ui.clips import GLANCE
from formcheck.ui.jobs import Job, board
from formcheck.ui.parts.cues import cue_cards
from formcheck.ui.parts.keep import keep_numbers
from formcheck.ui.parts.look import panel
from formcheck.ui.parts.pictures import downloads, key_frames, seconds_shown, steps_table
from formcheck.ui.parts.player import player
from formcheck.ui.parts.words import left_words, plain, tag
from formcheck.ui.server import link
from formcheck.ui.session import Entry, visit
from formcheck.wording import clip_line, scene_line

POLL_S = 1.0


def show(entry: Entry) -> None:
    """Show the result of a clip, or why there is none."""
    analysis = entry.analysis
    assert analysis is not None
    job = board().files(entry.held, analysis)
    st.title(plain(entry.label), anchor=False)
    st.caption(f"{scene_line(analysis.scene)} · {clip_line(analysis.clip)}")
    if analysis.refusal:
        _refused(entry, analysis, job)
    else:
        _measured(entry, analysis, job)
    _afterwards(entry, analysis)


def _measured(entry: Entry, analysis: Analysis, job: Job) -> None:
    written = job.result is not None
    st.header("What stands out", anchor=False)
    panel(
        cue_cards(analysis, link(entry.token, "annotated.mp4") if written else ""), key=f"cues-{entry.token}"
    )
    for warning in analysis.warnings:
        st.caption(f"▲ {warning.message}")
    st.header("Where it shows", anchor=False)
    if written:
        player(entry, analysis)
    elif job.running:
        _drawing(entry)
    else:
        st.warning(
            f"The numbers stand, but the video could not be drawn. {plain(job.failure or '')}",
            icon=":material/info:",
        )
    st.header("All measurements", anchor=False)
    panel(scorecard(analysis.answers, analysis.runner), key=f"score-{entry.token}")
    if written:
        st.header("Key moments", anchor=False)
        panel(key_frames(entry.held), key=f"frames-{entry.token}")
    if analysis.steps:
        st.header("Steps", anchor=False)
        st.dataframe(steps_table(analysis), height=260, hide_index=True, column_config=seconds_shown())


def _refused(entry: Entry, analysis: Analysis, job: Job) -> None:
    """Show what was seen, why there is no number, and how to film it."""
    if job.running:
        _drawing(entry)
    panel(refusal_card(entry, analysis), key=f"refusal-{job.running}")
    safe = {id: each for id, each in analysis.answers.items() if each.measured}
    if safe:
        st.header("What can be told all the same", anchor=False)
        panel(scorecard(safe, analysis.runner), key="score-safe")


def refusal_card(entry: Entry, analysis: Analysis) -> str:
    """Return the reason beside what was seen, and how to film it beside its drawing."""
    refusal = analysis.refusal
    assert refusal is not None
    seen = ""
    if (entry.held.results / GLANCE).is_file():
        seen = f'<img src="{link(entry.token, GLANCE)}" alt="One picture of the clip">'
    return (
        f'<div class="card refusal"><div><h3>No measurements from this clip</h3>{tag("p", refusal.reason)}</div>{seen}'
        f"<div><h3>How to film it</h3>{tag('p', refusal.how_to_film)}</div>{drawing(view_to_film(analysis.scene))}</div>"
    )


@st.fragment(run_every=POLL_S)
def _drawing(entry: Entry) -> None:
    job = board().find(entry.token, "files")
    if job is None or not job.running:
        st.rerun()
    told = job.progress()
    st.progress(min(1.0, told.share), text=f"{told.stage} · {left_words(told.left_s)}")


def _afterwards(entry: Entry, analysis: Analysis) -> None:
    """Offer downloads, storage of the numbers, another clip, and deletion."""
    if not analysis.refusal:
        st.header("Take it with you", anchor=False)
        panel(downloads(entry.held, analysis), key=f"downloads-{entry.token}")
        keep_numbers(analysis)
    with st.container(horizontal=True):
        if st.button("Analyse another clip", type="primary", key="next"):
            visit().current = None
            st.rerun()
        if st.button("Delete this clip and its results", key="delete"):
            visit().delete(entry.token)
            st.rerun()
