"""A session of practice on the page Live: asked for before it, kept after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from formcheck.errors import FormCheckError
from formcheck.history.practise import next_run, next_words, verdict_words
from formcheck.live.guide import next_guide
from formcheck.types import Analysis
from formcheck.ui.live_board import LivePractice
from formcheck.ui.parts import history
from formcheck.ui.parts.words import plain


def practice_wish() -> LivePractice | None:
    """Ask whose course goes on, and say what its next session holds; None = no session of practice."""
    if not history.available():
        return None
    name = st.text_input(
        "Practise, under the name of your course", "", key="live-practise",
        help="Gives the next session of the course its feedback, which fades, in place of the usual cues. "
        "A course begins on the page Drills & plan.",
    ).strip()  # fmt: skip
    shelf = history.shelf(name)
    if not shelf.courses:
        if name:
            st.caption(f"No course is kept under {plain(name)}. Begin one on the page Drills & plan.")
        return None
    course = shelf.courses[-1]
    st.caption(next_words(course, shelf.course_runs))
    return LivePractice(name, next_guide(course, shelf.course_runs))


def keep_practice(practice: LivePractice, results: Sequence[Analysis], key: str) -> None:
    """Offer to keep the longest measured run as the next session of the course.

    Parameters
    ----------
    practice : the course that went on
    results : the session's runs
    key : name of the session among others on the page
    """
    measured = [each for each in results if each.refusal is None]
    if not measured or not st.button("Keep this as the next session of your course", key=f"practice-{key}"):
        return
    longest = max(measured, key=lambda each: each.clip.duration_s)
    shelf = history.shelf(practice.name)
    try:
        run = next_run(shelf.courses[-1], shelf.course_runs, datetime.now().astimezone(), longest)
        history.put(practice.name, run)
    except FormCheckError as error:
        st.error(plain(str(error)), icon=":material/info:")
        return
    course = history.shelf(practice.name)
    st.success(plain(verdict_words(course.courses[-1], course.course_runs)), icon=":material/check:")
