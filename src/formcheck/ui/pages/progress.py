"""Progress: a runner's stored numbers over time."""

from __future__ import annotations

import streamlit as st

from formcheck.errors import FormCheckError
from formcheck.history.own_range import own_cadence
from formcheck.history.progress import beside_watch, changes, nearest_run, worked_on
from formcheck.metrics import METRICS
from formcheck.metrics.compare import cancelling
from formcheck.ui.parts import history
from formcheck.ui.parts.cards import side_by_side
from formcheck.ui.parts.diary import beside_table, drill_table, run_table, worked_card
from formcheck.ui.parts.history import Shelf
from formcheck.ui.parts.keep import whose
from formcheck.ui.parts.look import panel
from formcheck.ui.parts.trend import trend_card, what_changed
from formcheck.ui.parts.words import plain

FIRST = ("cadence", "trunk_lean", "ground_contact_time", "overstride", "vertical_oscillation", "elbow_angle")
LARGEST_WATCH_MB = 20
TOLD = "told"  # key in the session: the last action, reported after the page is redrawn


def page() -> None:
    """Ask whose numbers to show, and show them."""
    st.title("Progress", anchor=False)
    if not history.available():
        st.info("This installation does not keep numbers.", icon=":material/info:")
        return
    st.markdown(
        "The numbers you kept, session by session. They stay on this machine, without the videos, until you "
        "delete them. Anyone who uses FormCheck on this machine and knows the name can see them."
    )
    name = whose("Your name", "runner")
    if told := st.session_state.pop(TOLD, ""):
        st.success(told, icon=":material/check:")
    if not name:
        st.caption("Nothing kept yet? Measure a clip on the page Analyse and choose *Keep these numbers*.")
        return
    try:
        _everything(name)
    except FormCheckError as error:
        st.error(plain(str(error)), icon=":material/info:")


def _everything(name: str) -> None:
    shelf = history.shelf(name)
    if shelf.empty:
        st.info(
            f"Nothing is kept under {plain(name)}. Measure a clip on the page Analyse and choose Keep these numbers.",
            icon=":material/info:",
        )
    if shelf.sessions:
        _trends(shelf)
        _worked(name, shelf)
    if shelf.drills:
        st.header("Drills you had checked", anchor=False)
        panel(drill_table(shelf.drills), key="done")
    _watch(name, shelf)
    _own_data(name, shelf)


def _trends(shelf: Shelf) -> None:
    found, changed = history.by_metric(shelf.sessions), changes(shelf.sessions)
    st.markdown(f"**{what_changed(changed, len(shelf.sessions), f'{shelf.sessions[0].when:%-d %B %Y}')}**")
    order = dict.fromkeys(id for id in (*FIRST, *METRICS) if id in found)
    cards = [trend_card(id, found[id]) for id in order]
    panel(side_by_side("trends", cards[: len(FIRST)]), key="trends")
    if note := cancelling(changed):
        st.caption(note)
    if own := own_cadence(shelf.sessions):
        st.caption(own.sentence)
    if len(cards) > len(FIRST):
        with st.expander("All the other numbers"):
            panel(side_by_side("trends", cards[len(FIRST) :]), key="trends-more")


def _worked(name: str, shelf: Shelf) -> None:
    """Show the cues that were given, and let the runner record that one was practised."""
    found = worked_on(shelf.sessions, shelf.practised)
    if not found:
        return
    st.header("What you were asked to work on", anchor=False)
    panel(side_by_side("cues", map(worked_card, found)), key="worked")
    with st.container(horizontal=True):
        for each in found:
            label = f"I worked on {METRICS[each.metric].name.lower()} today"
            if st.button(label, key=f"worked-{each.metric}"):
                history.note_practice(name, each.metric, each.drill)
                _say(f"Noted: you worked on {METRICS[each.metric].name.lower()} today.")


def _watch(name: str, shelf: Shelf) -> None:
    """Accept a watch's file, and show its values next to the video's."""
    st.header("Beside your watch", anchor=False)
    if not shelf.runs:
        st.markdown(
            "Add the file of the run you filmed, as your watch or its website exports it (FIT or CSV). You then see its "
            "cadence, time on the ground, bounce and step length beside the video's."
        )
    run = nearest_run(shelf.sessions[-1], shelf.runs) if shelf.sessions else None
    rows = beside_watch(shelf.sessions[-1], run) if run else ()
    if run and rows:
        panel(beside_table(rows), key="beside")
        st.caption(
            f"Video: {plain(shelf.sessions[-1].clip)}, {shelf.sessions[-1].when:%-d %b %Y}. Watch: {plain(run.source)}, "
            f"{run.when:%-d %b %Y}, its middle value and the middle 80 % of the run. A clip shows seconds, the watch "
            "the whole run, so they agree only at the same pace."
        )
        for note in run.notes:
            st.caption(f"▲ {plain(note)}")
    if shelf.runs:
        panel(run_table(shelf.runs), key="runs")
    _upload_watch(name)


def _upload_watch(name: str) -> None:
    with st.form("watch", clear_on_submit=True, border=False):
        given = st.file_uploader(
            "File from your watch", ["fit", "csv"], key="watch-file", max_upload_size=LARGEST_WATCH_MB
        )
        asked = st.form_submit_button("Keep this run")
    if asked and given is not None:
        try:
            with st.spinner("Reading the run"):
                found = history.keep_watch(name, given.getvalue(), given.name)
        except FormCheckError as error:
            st.error(plain(str(error)), icon=":material/info:")
        else:
            kept = f"Kept {len(found.runs)} run{'' if len(found.runs) == 1 else 's'} of {plain(given.name)}."
            _say(" ".join([kept, *(plain(each) for each in found.left_out)]))


def _own_data(name: str, shelf: Shelf) -> None:
    """Let the runner export, import and delete the data."""
    st.header("Your data", anchor=False)
    with st.container(horizontal=True):
        if not shelf.empty:
            st.download_button(
                "Save everything as JSON",
                history.exported(name),
                "formcheck-history.json",
                "application/json",
                key="export",
            )
            with st.popover("Delete everything under this name"):
                st.markdown(f"All numbers kept under **{plain(name)}** will be gone. This cannot be undone.")
                if st.button("Delete", type="primary", key="sure"):
                    history.forget(name)
                    _say(f"Everything kept under {plain(name)} is deleted.")
        with st.popover("Restore from a file"):
            _bring_back(name)


def _bring_back(name: str) -> None:
    with st.form("bring", clear_on_submit=True, border=False):
        given = st.file_uploader("A file saved here earlier", ["json"], key="bring-file", max_upload_size=50)
        asked = st.form_submit_button("Restore")
    if asked and given is not None:
        try:
            count = history.take_in(name, given.getvalue())
        except FormCheckError as error:
            st.error(plain(str(error)), icon=":material/info:")
        else:
            _say(f"{count} records are restored.")


def _say(words: str) -> None:
    """Redraw the page and report what was done."""
    st.session_state[TOLD] = words
    st.rerun()
