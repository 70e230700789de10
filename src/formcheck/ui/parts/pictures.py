"""Key frames, steps and downloads of a result."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import streamlit as st

from formcheck.types import Analysis
from formcheck.ui.clips import Held
from formcheck.ui.server import link

DOWNLOADS = {
    "annotated.mp4": "Annotated video (.mp4)",
    "report.html": "Report (.html)",
    "report.pdf": "Report (.pdf)",
    "steps.csv": "Steps (.csv)",
    "keypoints.csv": "Keypoints (.csv)",
    "analysis.json": "Everything (.json)",
}


def key_frames(held: Held) -> str:
    """Return the key frames at contact, mid-stance and toe-off, for both legs."""
    found = sorted((held.results / "keyframes").glob("*.jpg"))
    figures = "".join(
        f'<figure><img loading="lazy" src="{link(held.token, f"keyframes/{path.name}")}" alt="{escape(caption(path.stem))}">'
        f"<figcaption>{escape(caption(path.stem))}</figcaption></figure>"
        for path in found
    )
    return f'<div class="frames">{figures}</div>' if found else ""


def caption(stem: str) -> str:
    """Return a key frame's display name, from its file name."""
    words = stem.lstrip("0123456789_- ").replace("_", " ").replace("-", " foot, ", 1)
    return words[:1].upper() + words[1:]


def downloads(held: Held, analysis: Analysis) -> str:
    """Return links to the written files; to the table of steps only if it has any."""
    links = "".join(
        f'<a class="get" href="{link(held.token, name, save=True)}" download="formcheck-{name}">{title}</a>'
        for name, title in DOWNLOADS.items()
        if (held.results / name).is_file() and (analysis.steps or name != "steps.csv")
    )
    return f'<div class="gets">{links}</div>'


def steps_table(analysis: Analysis) -> dict[str, list[object]]:
    """Return the steps as columns; times are in the clip's timebase, durations in real time."""
    steps = analysis.steps
    return {
        "Foot": [step.side for step in steps],
        "Nearer": ["yes" if step.near else "" for step in steps],
        "Contact (s)": [round(analysis.on_clip_clock(step.contact), 3) for step in steps],
        "Toe-off (s)": [_or_none(analysis.on_clip_clock(step.toe_off), 3) for step in steps],
        "On the ground (ms)": [_or_none(1000 * step.duration, 0) for step in steps],
        "± (ms)": [_or_none(1960 * float(np.hypot(step.contact_sd, step.toe_off_sd)), 0) for step in steps],
    }


def seconds_shown() -> dict[str, Any]:
    """Return the format of the times in the table: all with the same number of digits."""
    return {title: st.column_config.NumberColumn(format="%.3f") for title in ("Contact (s)", "Toe-off (s)")}


def _or_none(value: float, digits: int) -> float | None:
    return round(value, digits) if np.isfinite(value) else None
