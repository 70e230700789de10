"""State of a visit: its clips, the one on the page, and their results.

A clip's entry belongs to the server, not to one tab: its address opens it again after a reload, in a
second tab, and after a restart, when its answers are read back from the clip's folder.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from formcheck import __version__
from formcheck.files.typed import WrongContent, parse_json, read_as
from formcheck.types import Analysis
from formcheck.ui.clips import Held, store
from formcheck.ui.jobs import board
from formcheck.ui.leftovers import STATE, put
from formcheck.ui.settings import CLIPS_KEPT
from formcheck.ui.work import Ask, FirstLook

KEY = "visit"
# ?result=TOKEN, or several with a dot between them; TOKEN. waits for a second view
ADDRESS, BETWEEN = "result", "."
LONGEST_LABEL = 60
FORMAT, VERSION = "formcheck-app-clip", 1


@dataclass
class Entry:
    """One clip on this server."""

    held: Held
    label: str  # for display: escape it wherever it is shown
    ask: Ask | None = None  # the latest answers; None = nothing is to be measured
    analysis: Analysis | None = None
    no_video: str | None = None  # why the file holds nothing that can be opened
    failure: str | None = None  # why the measuring failed
    answered: Ask | None = None  # the answers that `analysis` rests on
    look: FirstLook | None = None
    placed: tuple[Any, ...] = ()  # marks on the ground as the page sent them, right or not
    edge: tuple[Any, ...] = ()  # two points on an upright edge, likewise
    anyway: bool = False  # measure although the first look says that there is nothing to measure
    made_of: tuple[str, ...] = ()  # of a merged result: the clips' tokens

    @property
    def token(self) -> str:
        """The clip's unguessable name."""
        return self.held.token

    @property
    def current(self) -> bool:
        """Whether the result rests on the latest answers."""
        return self.ask is None or self.answered == self.ask

    def answer(self, **changes: object) -> None:
        """Take over answers, and keep them for a server that takes over."""
        assert self.ask is not None
        self.ask = replace(self.ask, **changes)  # type: ignore[arg-type]
        self.keep()

    def keep(self) -> None:
        """Write down what a server that takes over has to know."""
        about = {"label": self.label, "ask": self.ask and asdict(self.ask), "anyway": self.anyway}
        head = {"format": FORMAT, "version": VERSION, "formcheck": __version__}
        put(self.held.folder / STATE, json.dumps({**head, **about}).encode())


@dataclass(frozen=True)
class _Kept:
    """What `Entry.keep` wrote."""

    format: str
    version: int
    formcheck: str
    label: str
    ask: Ask | None = None
    anyway: bool = False


def _brought_back(held: Held) -> Entry | None:
    """Return the entry of a clip that another server held; None if its notes cannot be read."""
    try:
        kept: _Kept = read_as(_Kept, parse_json((held.folder / STATE).read_bytes()), "the clip's notes")
    except (OSError, WrongContent):
        return None
    known = (kept.format, kept.version, kept.formcheck) == (FORMAT, VERSION, __version__)
    return Entry(held, kept.label, kept.ask, anyway=kept.anyway) if known else None


@cache
def _entries() -> dict[str, Entry]:
    """Return this server's entries by token."""
    return {}


@dataclass
class Visit:
    """The clips of one browser tab, oldest first."""

    owner: str
    entries: dict[str, Entry] = field(default_factory=dict)
    current: str | None = None
    group: tuple[str, ...] = ()  # clips that were sent together, while they are shown together
    partner: str | None = None  # the clip to which a second view is to be added next
    arrived: int = 0  # uploads so far
    deleted: set[str] = field(default_factory=set)  # what this tab gave up: its address may still come once
    note: str = ""  # about a file that was no clip, for the drop zone

    @property
    def entry(self) -> Entry | None:
        """The clip on the page."""
        return self.entries.get(self.current or "")

    @property
    def address(self) -> str:
        """What the page's address says is shown."""
        if self.partner:
            return self.partner + BETWEEN
        return BETWEEN.join(self.group) or self.current or ""

    def go_to(self, address: str) -> None:
        """Show what an address says: a result, several together, or, empty, the first page."""
        self.current, self.group, self.partner = None, (), None
        opened = [each for token in address.split(BETWEEN) if token and (each := self.open(token))]
        self.group = tuple(each.token for each in opened) if len(opened) > 1 else ()
        if len(opened) == 1 and address.endswith(BETWEEN):
            self.wait_for_second_view(opened[0])

    def wait_for_second_view(self, entry: Entry) -> None:
        """Ask for another clip of the same runner, to be merged with this one."""
        self.current, self.group, self.partner = None, (), entry.token

    def pair(self, entry: Entry) -> None:
        """Put a clip beside the one that waits for it: both are merged once they are measured."""
        first = self.entries.get(self.partner or "")
        self.partner = None
        if first is None:
            return
        if first.ask is not None and entry.ask is not None:
            entry.answer(runner=first.ask.runner, setting=first.ask.setting, model=first.ask.model)
        self.group = (first.token, entry.token)

    @property
    def together(self) -> list[Entry]:
        """The clips that are shown together."""
        return [self.entries[token] for token in self.group if token in self.entries]

    @property
    def measured(self) -> list[Entry]:
        """The clips with a result."""
        return [each for each in self.entries.values() if each.analysis and not each.analysis.refusal]

    def accept(self, token: str, label: str) -> Entry | None:
        """Register a clip this tab uploaded and put it on the page; None if it is gone."""
        held = store().claim(token, self.owner)
        if held is None:
            return None
        entry = self.entries.get(token)
        if entry is None:
            shown = self._free(clean_label(label))
            entry = _entries().setdefault(token, Entry(held, shown, Ask(shown)))
            entry.keep()
        self._add(entry)
        return entry

    def open(self, token: str) -> Entry | None:
        """Put a clip on the page whose address is known, also one of another tab; None if it is gone."""
        held = store().claim(token, self.owner)
        if held is None:
            return None
        entry = self.entries.get(token) or _entries().get(token) or _brought_back(held)
        if entry is not None:
            _entries()[token] = entry
            self._add(entry)
        return entry

    def _add(self, entry: Entry) -> None:
        self.entries[entry.token] = entry
        self.current = entry.token
        while len(self.entries) > CLIPS_KEPT:
            self.delete(next(iter(self.entries)))

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
        self.deleted.add(token)
        _entries().pop(token, None)
        self.entries.pop(token, None)
        self.group = tuple(each for each in self.group if each != token)
        self.current = None if self.current == token else self.current
        self.partner = None if self.partner == token else self.partner


def visit() -> Visit:
    """Return this tab's visit, without the clips that the server has deleted."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Visit(session_id())
    here: Visit = st.session_state[KEY]
    for token in [token for token in here.entries if store().find(token) is None]:
        here.delete(token)
    return here


def forget(token: str) -> None:
    """Drop the entry of a clip that the server has deleted."""
    _entries().pop(token, None)


def session_id() -> str:
    """Return Streamlit's name for this tab."""
    context = get_script_run_ctx()
    return context.session_id if context else "no session"


def clean_label(name: str) -> str:
    """Return a client's file name fit for display: no folders, no control characters, not long."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C").strip()
    return shown[:LONGEST_LABEL] or "clip"
