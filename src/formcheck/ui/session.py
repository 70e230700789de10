"""State of one visit: its clips, the one on the page, and their results."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from formcheck.types import Analysis
from formcheck.ui.clips import Held, store
from formcheck.ui.jobs import board
from formcheck.ui.settings import CLIPS_KEPT
from formcheck.ui.work import Ask

KEY = "visit"
LONGEST_LABEL = 60


@dataclass
class Entry:
    """One clip of this visit."""

    held: Held
    label: str  # for display: escape it wherever it is shown
    ask: Ask | None = None  # None = not yet requested
    analysis: Analysis | None = None
    failure: str | None = None

    @property
    def token(self) -> str:
        """The clip's unguessable name."""
        return self.held.token


@dataclass
class Visit:
    """The clips of one browser tab, oldest first."""

    owner: str
    entries: dict[str, Entry] = field(default_factory=dict)
    current: str | None = None
    arrived: int = 0  # uploads so far

    @property
    def entry(self) -> Entry | None:
        """The clip on the page."""
        return self.entries.get(self.current or "")

    @property
    def measured(self) -> list[Entry]:
        """The clips with a result."""
        return [each for each in self.entries.values() if each.analysis and not each.analysis.refusal]

    def accept(self, token: str, label: str) -> Entry | None:
        """Register a clip this tab uploaded; None if it is gone or belongs to somebody else."""
        held = store().claim(token, self.owner)
        if held is None:
            return None
        entry = self.entries.setdefault(token, Entry(held, self._free(clean_label(label))))
        self.current = token
        while len(self.entries) > CLIPS_KEPT:
            self.delete(next(iter(self.entries)))
        return entry

    def _free(self, label: str) -> str:
        """Return the label, with a number if another clip of this visit already has it."""
        taken = {each.label for each in self.entries.values()}
        if label not in taken:
            return label
        return next(new for k in range(2, len(taken) + 3) if (new := f"{label} ({k})") not in taken)

    def delete(self, token: str) -> None:
        """Remove a clip, everything derived from it, and its running jobs."""
        board().forget(token)
        store().delete(token)
        self.entries.pop(token, None)
        if self.current == token:
            self.current = None


def visit() -> Visit:
    """Return this tab's visit, without the clips that the server has deleted."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Visit(session_id())
    here: Visit = st.session_state[KEY]
    for token in [token for token in here.entries if store().find(token) is None]:
        here.delete(token)
    return here


def session_id() -> str:
    """Return Streamlit's name for this tab."""
    context = get_script_run_ctx()
    return context.session_id if context else "no session"


def clean_label(name: str) -> str:
    """Return a client's file name fit for display: no folders, no control characters, not long."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C").strip()
    return shown[:LONGEST_LABEL] or "clip"
