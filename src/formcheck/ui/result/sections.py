"""Everything else, folded: all numbers, curves over time, key frames, steps, notes; and the downloads."""

from __future__ import annotations

from markupsafe import Markup

from formcheck.files.templates import part
from formcheck.report.content import PROMISE, STEP_COLUMNS, steps_rows
from formcheck.report.scorecard import scorecard
from formcheck.types import Analysis
from formcheck.ui.clips import Held
from formcheck.ui.parts.course import run_card
from formcheck.ui.parts.pictures import downloads, key_frames, kinogram, share

TEMPLATE = "ui/templates/result/sections.html"


def sections(analysis: Analysis) -> Markup:
    """Return the chips and the folded sections they open."""
    return part(TEMPLATE, "sections", [each for each in _all(analysis) if each[2]])


def _all(analysis: Analysis) -> list[tuple[str, str, Markup]]:
    """Return the id, the title and the content of every section, which may be empty."""
    return [
        ("run", "Speed over the ground", run_card(analysis.run)),
        ("numbers", "All numbers", scorecard(analysis.answers)),
        ("time", "Over time", part(TEMPLATE, "timeline")),
        ("frames", "Key frames", part(TEMPLATE, "slot", "frames", "The pictures are being drawn …")),
        ("steps", "Steps", _steps(analysis)),
        ("notes", "Notes", part(TEMPLATE, "notes", analysis.praise, analysis.warnings, PROMISE)),
        ("downloads", "Downloads", part(TEMPLATE, "slot", "downloads", "The files are being written …")),
    ]


def slots(held: Held, analysis: Analysis, written: bool) -> dict[str, str]:
    """Return what fills the sections that need files, once these are written."""
    if not written:
        return {}
    return {
        "frames": key_frames(held) + kinogram(held),
        "downloads": share(held) + downloads(held, analysis),
    }


def _steps(analysis: Analysis) -> Markup:
    if not analysis.steps:
        return Markup()
    times = [analysis.on_clip_clock(step.contact) for step in analysis.steps]
    return part(TEMPLATE, "steps", STEP_COLUMNS, list(zip(times, steps_rows(analysis))))
