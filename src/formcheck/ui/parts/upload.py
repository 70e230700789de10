"""The drop zone: files go straight to disk, never through Streamlit's memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from formcheck.files.templates import filled
from formcheck.ui.leftovers import PARTS
from formcheck.ui.parts.look import component, redraw
from formcheck.ui.phone_gate import visitor_is_a_phone
from formcheck.ui.server import ASKED_BY_US, UPLOAD_PATH, base_path, too_large_words
from formcheck.ui.session import Entry, visit
from formcheck.ui.settings import CLIPS_KEPT, LARGEST_UPLOAD

SEVERAL = (
    "A view from the side and one from the front become one result, several clips a table. "
    "Saved results open again: an analysis.json, or a results folder."
)

HERE = "It stays on this machine and is deleted when you leave."
ON_THE_LAPTOP = "It goes to the laptop that showed the code, and is deleted there when you leave."

_TEMPLATE = "ui/templates/upload.html"
_zone = component("upload", filled(_TEMPLATE, several=""))
_zone_of_several = component("upload_several", filled(_TEMPLATE, several=SEVERAL), assets="upload")


def upload_zone(key: str = "upload", *, note: str = "", several: bool = True) -> Entry | None:
    """Show the drop zone; return the clip, or the last of several, when one has just arrived.

    Parameters
    ----------
    note : about the file before this one, shown at the zone
    several : whether several clips and saved results are taken as well
    """
    phone = visitor_is_a_phone()
    data = {
        "place": ON_THE_LAPTOP if phone else HERE,
        "film": phone,
        "url": base_path() + UPLOAD_PATH,
        "header": ASKED_BY_US,
        "largest": LARGEST_UPLOAD,
        "most": CLIPS_KEPT if several else 1,
        "parts": list(PARTS),
        "tooLarge": too_large_words(),
        "turn": f"{visit().arrived} {note}",
        "note": note,
    }
    zone = _zone_of_several if several else _zone
    arrived = zone(data=data, key=key, on_clips_change=redraw).get("clips")
    if not isinstance(arrived, Sequence) or isinstance(arrived, str) or not arrived:
        return None
    entry = take_in(arrived)
    if entry is None:
        st.rerun()  # the clips are already gone: offer an empty zone
    return entry


def take_in(arrived: Sequence[Any]) -> Entry | None:
    """Accept what the browser reports as uploaded; None unless there is such a clip."""
    here = visit()
    here.arrived += 1
    clips = [each for each in arrived[:CLIPS_KEPT] if isinstance(each, Mapping)]
    entries = [here.accept(str(each.get("token", "")), str(each.get("name", ""))) for each in clips]
    found = [each for each in entries if each is not None]
    here.group = tuple(each.token for each in found) if len(found) > 1 else ()
    return found[-1] if found else None
