"""Several clips sent together: a side and a front view become one result, others a table."""

from __future__ import annotations

from typing import Any

import streamlit as st
from markupsafe import Markup

from formcheck.errors import UsageError
from formcheck.files.templates import part
from formcheck.merge import FRONTAL, merge
from formcheck.metrics import METRICS
from formcheck.ui.clips import store
from formcheck.ui.jobs import board
from formcheck.ui.parts.ask import ask_for
from formcheck.ui.parts.look import panel
from formcheck.ui.parts.words import left_words, plain
from formcheck.ui.session import ADDRESS, Entry, Visit
from formcheck.ui.stages import ClipStage, advance
from formcheck.wording import plus_minus_text

POLL_S = 0.7
COLUMNS = ("trunk_lean", "foot_strike_angle", "elbow_angle", "arm_crossover", "cadence")
WAITING = ("looking", "measuring")
SAID: dict[ClipStage, str] = {
    "stopped": "nothing to measure", "wrong": "not a video", "failed": "not measured",
}  # fmt: skip


def show_group(here: Visit) -> None:
    """Show clips that were sent together: while they are measured, and what comes of them."""
    clips = here.together
    st.title(f"{len(clips)} clips", anchor=False)
    stages = [advance(each) for each in clips]
    if any(stage in WAITING for stage in stages):
        _wait(clips)
        _questions(clips)
    elif views_fit(clips):
        here.group, here.current = (), merged(here, *clips).token
        st.rerun()
    else:
        if len(clips) == 2:
            st.info(why_not_merged(clips), icon=":material/info:")
        panel(group_table(clips, stages), key="group")
    if st.button("Analyse other clips", type="primary", key="next"):
        here.group, here.current = (), None
        st.rerun()


@st.fragment(run_every=POLL_S)
def _wait(clips: list[Entry]) -> None:
    """Show how far each clip is."""
    stages = [advance(each) for each in clips]
    if not any(stage in WAITING for stage in stages):
        st.rerun()
    for entry, stage in zip(clips, stages):
        job = board().find(entry.token, "analysis") or board().find(entry.token, "look")
        told = job.progress() if job and stage in WAITING else None
        words = f"{told.stage} · {left_words(told.left_s)}" if told else SAID.get(stage, "done")
        st.progress(min(1.0, told.share) if told else 1.0, text=f"{plain(entry.label)}: {words}")


def _questions(clips: list[Entry]) -> None:
    """Ask once for what holds for all of them."""
    ask = clips[0].ask
    if ask is None:
        return
    with st.expander("Optional: tell more about the runner, learn more"):
        given = ask_for(ask, clips[0].token)
    if given != ask:
        for each in clips:
            if each.ask is not None:
                each.answer(runner=given.runner, setting=given.setting, model=given.model)
        st.rerun()


def views_fit(clips: list[Entry]) -> bool:
    """Whether two clips are one view from the side and one from the front or rear, both measured."""
    seen = [each.analysis for each in clips if each.analysis is not None and not each.analysis.refusal]
    if len(clips) != 2 or len(seen) != 2:
        return False
    return {each.scene.view in FRONTAL for each in seen} == {True, False} and any(
        each.scene.view == "side" for each in seen
    )


def why_not_merged(clips: list[Entry]) -> str:
    """Return why two clips do not become one result, and what would."""
    for each in clips:
        if each.analysis is None or each.analysis.refusal:
            return f"The two clips are not merged: {plain(each.label)} could not be measured."
    return (
        "The two clips are not merged, because both were filmed from the same direction. One view from the side and "
        "one from the front or from behind become one result."
    )


def merged(here: Visit, one: Entry, other: Entry) -> Entry:
    """Make one result of two views, as a clip of its own beside them.

    Raises
    ------
    UsageError
        If the two are not one side view and one front or rear view, both measured.
    """
    if one.analysis is None or other.analysis is None:
        raise UsageError("Both clips have to be measured before they are merged.")
    analysis = merge(one.analysis, other.analysis)
    side = one if one.analysis.scene.view == "side" else other
    held = store().new()
    if not side.held.saved:
        held.video.hardlink_to(side.held.video)
    entry = here.accept(held.token, f"{one.label} + {other.label}")
    assert entry is not None
    entry.ask, entry.analysis, entry.made_of = None, analysis, (one.token, other.token)
    entry.keep()
    return entry


def group_table(clips: list[Entry], stages: list[ClipStage]) -> Markup:
    """Return the table of several clips, the five main values of each and a link to its result."""
    titles = ["Clip", *(METRICS[id].name for id in COLUMNS)]
    return part("ui/templates/group.html", "group_table", titles, list(map(_row, clips, stages)))


def _row(entry: Entry, stage: ClipStage) -> dict[str, Any]:
    """Return a clip's address and name, and its values or why it has none."""
    row = {"address": f"?{ADDRESS}={entry.token}", "label": entry.label}
    if entry.analysis is None or entry.analysis.refusal:
        refusal = entry.analysis.refusal if entry.analysis else None
        why = refusal.reason if refusal else entry.no_video or entry.failure
        return row | {"shown": (), "why": why or SAID.get(stage, "")}
    found = [entry.analysis.measurements.get(id) for id in COLUMNS]
    return row | {"shown": [plus_minus_text(each) if each else "–" for each in found]}
