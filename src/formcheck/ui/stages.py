"""How far a clip is: one function that every page asks, and that starts what comes next."""

from __future__ import annotations

from typing import Literal

from formcheck.ui.jobs import Job, board
from formcheck.ui.leftovers import TRACK
from formcheck.ui.reopening import is_saved
from formcheck.ui.session import Entry

ClipStage = Literal["none", "looking", "stopped", "measuring", "wrong", "failed", "done"]


def advance(entry: Entry) -> ClipStage:
    """Return how far a clip is; start the next job where none runs."""
    if entry.no_video:
        return "wrong"
    if entry.failure:
        return "failed"
    if entry.analysis is not None and entry.current:
        return "done"
    if entry.ask is None or entry.held.saved or is_saved(entry.held.video):
        return _reopen(entry)
    job = board().find(entry.token, "analysis")
    if job is None and not (entry.anyway or (entry.held.folder / TRACK).exists()):
        stage = _look(entry)
        if stage is not None:
            return stage
    return _measure(entry, board().analysis(entry.held, entry.ask, entry.look))


def _reopen(entry: Entry) -> ClipStage:
    """Read saved results; a file that is none is wrong."""
    entry.ask = None
    job = board().reopened(entry.held, entry.label)
    if job.running:
        return "looking"
    entry.no_video, entry.analysis = job.failure, job.result
    if entry.analysis is None:
        return "wrong"
    entry.label = entry.analysis.clip.name or entry.label
    entry.keep()
    return "done"


def _look(entry: Entry) -> ClipStage | None:
    """Take the first look; return None once it is time to measure."""
    assert entry.ask is not None
    job = board().look(entry.held, entry.ask)
    if job.running:
        return "looking"
    entry.no_video = job.failure
    if entry.no_video:
        return "wrong"
    entry.look = job.result
    return "stopped" if entry.look and entry.look.stopped_by else None


def _measure(entry: Entry, job: Job) -> ClipStage:
    """Follow the measuring, and take over its result."""
    assert entry.ask is not None and job.ask is not None
    look = board().find(entry.token, "look")
    entry.look = entry.look or (look.result if look else None)
    if job.ask.model != entry.ask.model:
        board().cancel(entry.token, "analysis")
        board().analysis(entry.held, entry.ask, entry.look)
        return "measuring"
    if job.running:
        return "measuring"
    finish(entry, job)
    if entry.failure:
        return "failed"
    return "done" if entry.current and entry.analysis else "measuring"


def finish(entry: Entry, job: Job) -> None:
    """Take over a worker's result, or the reason for its failure; answers given since are applied next."""
    entry.failure, entry.analysis, entry.answered = job.failure, job.result, job.ask
    if entry.analysis is not None:
        for kind in ("page", "files"):  # they show earlier answers
            board().cancel(entry.token, kind)
    if not entry.current or entry.analysis is None:
        board().cancel(entry.token, "analysis")
