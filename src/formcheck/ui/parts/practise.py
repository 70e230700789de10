"""Practise one thing: begin a course from a kept clip, see its sessions, note them, and what stayed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import streamlit as st

from formcheck.coaching.practise import (
    CourseRun,
    PracticeCourse,
    begin,
    course_rules,
    focuses,
    standing,
    words,
)
from formcheck.errors import FormCheckError
from formcheck.files.templates import filled
from formcheck.history.practise import course_calendar, next_words, overview, run_of_session, verdict_words
from formcheck.history.records import Session
from formcheck.ui.parts import history
from formcheck.ui.parts.history import Shelf
from formcheck.ui.parts.keep import whose
from formcheck.ui.parts.look import panel
from formcheck.ui.parts.words import plain

NAMES = {"cadence": "Cadence", "lean": "Forward lean", "landing": "Where the foot lands"}
NO_CLIP = "none of it"


def practise_section() -> None:
    """Show the course under a name, or begin one."""
    st.header("Practise one thing", anchor=False)
    st.markdown(
        "A first clip, eight sessions over two to four weeks with live feedback that fades, then a run without any: "
        "that shows whether a change stayed."
    )
    if not history.available():
        return
    name = whose("Your name, as you keep your clips", "practise-name")
    shelf = history.shelf(name)
    if not name:
        return
    if shelf.courses and not st.session_state.get("practise-new"):
        _course(name, shelf)
    elif shelf.sessions:
        _begin(name, shelf)
    else:
        st.info(
            "Measure a clip on the page Analyse and keep its numbers under this name first.",
            icon=":material/info:",
        )


def _begin(name: str, shelf: Shelf) -> None:
    newest = tuple(reversed(shelf.sessions))
    with st.form("practise", border=True):
        focus = st.pills("What", list(NAMES), format_func=NAMES.__getitem__, default="cadence", key="focus")
        session = st.selectbox("The first clip", newest, format_func=_clip, key="practise-clip")
        weeks = st.slider(
            "Weeks", course_rules().fewest_weeks, course_rules().most_weeks, 3, key="practise-weeks"
        )
        asked = st.form_submit_button("Begin", type="primary", width="stretch")
    if asked:
        try:
            _start(name, focus or "cadence", session, weeks)
        except FormCheckError as error:
            st.error(plain(str(error)), icon=":material/info:")
        else:
            st.session_state.pop("practise-new", None)
            st.rerun()


def _start(name: str, focus: str, session: Session, weeks: int) -> None:
    found = session.measurements.get(focuses()[focus].metric)
    if found is None:
        raise FormCheckError(f"{NAMES[focus]} was not measured in {session.clip}. Choose another clip.")
    history.put(name, begin(focus, found, session.clip, date.today(), weeks, datetime.now(UTC)))


def _clip(session: Session) -> str:
    return f"{session.clip}, {session.when:%-d %b %Y}"


def _course(name: str, shelf: Shelf) -> None:
    """Show the latest course, its next session and what changed."""
    course, runs = shelf.courses[-1], shelf.course_runs
    panel(course_markup(course, runs), key="course")
    _record(name, course, shelf)
    with st.container(horizontal=True):
        st.download_button(
            "For your calendar (.ics)", course_calendar(course, name, datetime.now(UTC)),
            f"formcheck-practise-{course.days[0]}.ics", "text/calendar", key="practise-ics",
        )  # fmt: skip
        if st.button("Begin another course", key="practise-again"):
            st.session_state["practise-new"] = True
            st.rerun()


def _record(name: str, course: PracticeCourse, shelf: Shelf) -> None:
    """Let the runner note the next session, with a kept clip of it or without."""
    if standing(course, shelf.course_runs).number is None:
        return
    since = [each for each in shelf.sessions if each.when > course.when and each.clip != course.clip]
    with st.form("practise-done", border=False):
        clip = st.selectbox(
            "A kept clip of it", [None, *reversed(since)], format_func=lambda each: _clip(each) if each else NO_CLIP,
            key="practise-of",
        )  # fmt: skip
        asked = st.form_submit_button("This session is done")
    if asked:
        try:
            history.put(name, run_of_session(course, shelf.course_runs, datetime.now().astimezone(), clip))
        except FormCheckError as error:
            st.error(plain(str(error)), icon=":material/info:")
        else:
            st.rerun()


def course_markup(course: PracticeCourse, runs: Sequence[CourseRun]) -> str:
    """Return what changed, the next session, and all sessions."""
    head, *lines = overview(course, runs)
    return filled(
        "ui/templates/practise.html",
        verdict=verdict_words(course, runs),
        head=head,
        next=next_words(course, runs),
        sessions=[line.split("  ", 1)[1] for line in lines],
        source=words()["source"],
    )
