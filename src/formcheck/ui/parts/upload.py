"""The drop zone: the file goes straight to disk, never through Streamlit's memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from formcheck.ui.parts.look import component
from formcheck.ui.server import ASKED_BY_US, UPLOAD_PATH, base_path, too_large_words
from formcheck.ui.session import Entry, visit
from formcheck.ui.settings import LARGEST_UPLOAD

_HTML = """
<label class="zone" tabindex="0" role="button">
  <input type="file" tabindex="-1" accept="video/*,.mp4,.mov,.mkv,.webm,.avi,.m4v">
  <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 16V4m0 0L7 9m5-5 5 5M4 17v3h16v-3"/></svg>
  <span class="big">Choose a video, or drop it here</span>
  <span class="small">.mp4, .mov, .mkv, .webm or .avi, up to 500 MB. It stays on this machine and is deleted when you leave.</span>
</label>
<div class="run" hidden><progress max="1" value="0"></progress><span class="told" aria-live="polite"></span>
<button type="button" class="stop">Cancel</button></div>
<p class="wrong" role="alert" hidden></p>
"""
_zone = component("upload", _HTML)


def upload_zone(key: str = "upload") -> Entry | None:
    """Show the drop zone; return the clip when one has just arrived."""
    data = {
        "url": base_path() + UPLOAD_PATH,
        "header": ASKED_BY_US,
        "largest": LARGEST_UPLOAD,
        "tooLarge": too_large_words(),
        "turn": visit().arrived,
    }
    arrived = _zone(data=data, key=key, on_clip_change=lambda: None).get("clip")
    if not isinstance(arrived, Mapping):
        return None
    entry = take_in(arrived)
    if entry is None:
        st.rerun()  # the clip is already gone: offer an empty zone
    return entry


def take_in(arrived: Mapping[str, Any]) -> Entry | None:
    """Accept what the browser reports as uploaded; None unless it is a clip of this visit."""
    visit().arrived += 1
    return visit().accept(str(arrived.get("token", "")), str(arrived.get("name", "")))
