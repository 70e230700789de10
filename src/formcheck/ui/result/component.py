"""The result page as a Streamlit component: markup made here, scripts from assets/result/."""

from __future__ import annotations

from typing import Any

import streamlit as st

from formcheck.types import Analysis
from formcheck.ui.parts.look import asset, open_drill, redraw
from formcheck.ui.result.files import MOMENT_FILE, RECORD_FILE, VIDEO_FILE
from formcheck.ui.result.markup import markup
from formcheck.ui.result.sections import slots
from formcheck.ui.server import MODULES_PATH, base_path, link
from formcheck.ui.session import Entry, visit

STYLES = ("panel", "drawing", "result/result", "result/hero", "result/tiles", "result/stride")
MOST_MOMENTS = 6

_result = st.components.v2.component(
    "formcheck_result",
    html='<div class="result fc"></div>',
    css="".join(asset(f"{name}.css") for name in STYLES),
    js=asset("result.js"),
)


def result_page(entry: Entry, analysis: Analysis, *, drawn: bool, written: bool) -> None:
    """Show the page of a measured clip.

    Parameters
    ----------
    drawn : the page's video and pictures are made
    written : the downloads are written
    """
    data = {
        "key": entry.token,
        "html": markup(analysis, entry.label),
        "modules": f"{base_path()}{MODULES_PATH}/",
        "media": media(entry, analysis) if drawn else None,
        "slots": slots(entry.held, analysis, written),
    }
    asked = _result(data=data, key=f"result-{entry.token}", on_drill_change=redraw, on_add_change=redraw)
    if asked.get("drill"):
        open_drill(str(asked["drill"]))
    if asked.get("add"):
        visit().wait_for_second_view(entry)
        st.rerun()


def media(entry: Entry, analysis: Analysis) -> dict[str, Any]:
    """Return the addresses of what the page shows."""
    before = earlier(entry, analysis)
    return {
        "video": link(entry.token, f"page/{VIDEO_FILE}") if (entry.held.page / VIDEO_FILE).is_file() else "",
        "record": link(entry.token, f"page/{RECORD_FILE}"),
        "moments": [link(entry.token, f"page/{MOMENT_FILE.format(place)}") for place in range(MOST_MOMENTS)],
        "then": None if before is None else link(before.token, f"page/{RECORD_FILE}"),
    }


def earlier(entry: Entry, analysis: Analysis) -> Entry | None:
    """Return the newest other clip of this visit that was filmed from the same side and is drawn."""
    others = (
        each
        for each in reversed(visit().measured)
        if each.token != entry.token
        and each.analysis is not None
        and each.analysis.scene.view == analysis.scene.view
        and (each.held.page / RECORD_FILE).is_file()
    )
    return next(others, None)
