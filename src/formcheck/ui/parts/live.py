"""The live screen in the app, and the results of a session."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st
from markupsafe import Markup

from formcheck.coaching.summary import without_cue
from formcheck.export import to_json_text
from formcheck.files.templates import filled, part
from formcheck.live.page_files import asset
from formcheck.live.push import Pushed
from formcheck.metrics import METRICS
from formcheck.metrics.trends import Trend, trends
from formcheck.report import Pictures, content, page
from formcheck.report.drawings import BESIDE_THE_BELT, drawn
from formcheck.report.scorecard import scorecard
from formcheck.types import Analysis
from formcheck.ui.live_board import Showing
from formcheck.ui.live_routes import SOCKET_PATH
from formcheck.ui.parts import look
from formcheck.ui.parts.library import DRILL_TEMPLATE, drill_line
from formcheck.ui.parts.look import panel, redraw
from formcheck.ui.server import MODULES_PATH, base_path
from formcheck.wording import EVIDENCE, number

STEPS = (
    ("The camera", "beside the belt, level, at hip height. Head and both feet stay in the picture."),
    ("The screen", "where you see it as you run: three numbers and one line, readable from two metres."),
    ("Run.", "It notices when you start and stop. Afterwards the whole run is measured."),
)


_screen = st.components.v2.component(
    "formcheck_live",
    html=filled("ui/templates/live.html", drawing=drawn(BESIDE_THE_BELT), steps=STEPS),
    css=asset("live.css") + look.asset("ready.css") + look.asset("drawing.css"),
    js=asset("live.js"),
)
_ready = st.components.v2.component(
    "formcheck_ready",
    html=filled("ui/templates/ready.html", drawing=drawn(BESIDE_THE_BELT), steps=STEPS),
    css=look.asset("ready.css") + look.asset("drawing.css"),
)


def how_to_begin() -> None:
    """Show instructions on position and procedure."""
    _ready(key="ready")


def live_screen(showing: Showing) -> None:
    """Show one session; the page runs again when it ends."""
    data = {
        "token": showing.token,
        "socket": f"{base_path()}{SOCKET_PATH}/{showing.token}",
        "camera": isinstance(showing.source, Pushed),
        "modules": f"{base_path()}{MODULES_PATH}/",
        "beat": showing.wishes.beat,
        "speak": showing.wishes.speak,
    }
    _screen(data=data, key=f"live-{showing.token}", on_over_change=redraw)


def session_report(showing: Showing) -> None:
    """Show the results of each run of a session."""
    for index, analysis in enumerate(showing.results, 1):
        key = f"{showing.token}-{index}"
        st.header(f"Run {index}: {minutes(analysis.clip.duration_s)}", anchor=False)
        if analysis.refusal is not None:
            st.markdown(f"Not measured: {analysis.refusal.reason} {analysis.refusal.how_to_film}")
            continue
        panel(what_stands_out(analysis), key=f"cues-{key}")
        for trend in trends(analysis.measurements):
            st.markdown(trend_words(trend))
        panel(scorecard(analysis.answers), key=f"score-{key}")
        with st.container(horizontal=True):
            st.download_button(
                f"Report of run {index}", partial(report_of, analysis), f"formcheck-live-run-{index}.html",
                "text/html", key=f"report-{key}",
            )  # fmt: skip
            st.download_button(
                f"All numbers of run {index} (JSON)", partial(to_json_text, analysis),
                f"formcheck-live-run-{index}.json", "application/json", key=f"save-{key}",
            )  # fmt: skip


def save_recording(showing: Showing) -> None:
    """Offer the recording of a session that is over, or say why there is none."""
    if showing.recorder is not None and showing.recorder.failure is not None:
        st.warning("The recording could not be written: this machine's disk may be full.")
    elif showing.recording is not None and showing.recording.is_file():
        st.download_button(
            "The recording (MP4)", showing.recording.read_bytes, "formcheck-live.mp4", "video/mp4",
            key=f"recording-{showing.token}",
        )  # fmt: skip


def what_stands_out(analysis: Analysis) -> Markup:
    """Return praise first, then a card for each cue; a live run has no pictures."""
    good = [("●", each) for each in analysis.praise]
    cues = [(cue, drill_line(cue.drill)) for cue in analysis.cues]
    return part(DRILL_TEMPLATE, "what_stands_out", good, cues, EVIDENCE, without_cue(analysis).headline)


def report_of(analysis: Analysis) -> str:
    """Return a run's report, a separate page without pictures."""
    return page(content(analysis, Pictures()))


def trend_words(trend: Trend) -> str:
    """Return the change of one metric over the run, in words."""
    name = METRICS[trend.metric].name
    course = ", ".join(number(value, 1) for value in trend.minutes if np.isfinite(value))
    verdict = f"changed by {number(trend.change, 1)} {trend.unit}" if trend.real else "steady"
    return f"{name} by the minute: {course} ({verdict})."


def minutes(seconds: float) -> str:
    """Return a duration in minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
