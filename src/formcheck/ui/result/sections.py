"""Everything else, folded: all numbers, curves over time, key frames, steps, notes; and the downloads."""

from __future__ import annotations

from html import escape

from formcheck.report.content import PROMISE, STEP_COLUMNS, steps_rows
from formcheck.report.scorecard import scorecard
from formcheck.types import Analysis
from formcheck.ui.clips import Held
from formcheck.ui.leftovers import PAGE
from formcheck.ui.parts.course import run_card
from formcheck.ui.parts.pictures import downloads, key_frames, kinogram
from formcheck.ui.parts.words import tag
from formcheck.ui.result.files import SHARE_FILE
from formcheck.ui.server import link


def sections(analysis: Analysis) -> str:
    """Return the chips and the folded sections they open."""
    found = [(id, title, inside) for id, title, inside in _all(analysis) if inside]
    chips = "".join(
        f'<button type="button" class="chip" aria-expanded="false" aria-controls="part-{id}" data-opens="{id}">{title}</button>'
        for id, title, _ in found
    )
    parts = "".join(
        f'<section class="part" id="part-{id}" aria-label="{title}" hidden><h2>{title}</h2>{inside}</section>'
        for id, title, inside in found
    )
    return f'<nav class="chips" aria-label="More about this clip">{chips}</nav>{parts}'


def _all(analysis: Analysis) -> list[tuple[str, str, str]]:
    return [
        ("run", "Speed over the ground", run_card(analysis.run)),
        ("numbers", "All numbers", scorecard(analysis.answers)),
        ("time", "Over time", '<div class="timeline"></div>'),
        (
            "frames",
            "Key frames",
            '<div class="slot" data-slot="frames"><p>The pictures are being drawn …</p></div>',
        ),
        ("steps", "Steps", _steps(analysis)),
        ("notes", "Notes", _notes(analysis)),
        (
            "downloads",
            "Downloads",
            '<div class="slot" data-slot="downloads"><p>The files are being written …</p></div>',
        ),
    ]


def slots(held: Held, analysis: Analysis, written: bool) -> dict[str, str]:
    """Return what fills the sections that need files, once these are written."""
    if not written:
        return {}
    return {
        "frames": key_frames(held) + kinogram(held),
        "downloads": _share(held) + downloads(held, analysis),
    }


def _share(held: Held) -> str:
    """Return the link to the picture to share, with the picture."""
    if not (held.page / SHARE_FILE).is_file():
        return ""
    name = f"{PAGE}/{SHARE_FILE}"
    return (
        f'<figure class="share"><img loading="lazy" src="{link(held.token, name)}" alt="The stride in pictures with five values" width="216" height="270">'
        f'<figcaption><a class="get" href="{link(held.token, name, save=True)}" download="formcheck-share.jpg">Picture to share (.jpg)</a>'
        "<br>Your name is not on it.</figcaption></figure>"
    )


def _steps(analysis: Analysis) -> str:
    if not analysis.steps:
        return ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in STEP_COLUMNS)
    rows = "".join(
        f"<tr>{_first(cells[0], analysis.on_clip_clock(step.contact))}{''.join(map(_titled, STEP_COLUMNS[1:], cells[1:]))}</tr>"
        for cells, step in zip(steps_rows(analysis), analysis.steps)
    )
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _titled(title: str, cell: str) -> str:
    """Return a cell that shows its column's title on a phone."""
    return f'<td data-of="{escape(title)}">{escape(cell)}</td>'


def _first(words: str, time: float) -> str:
    return f'<th scope="row"><button type="button" class="small" data-seek="{time:.4f}">{escape(words)}</button></th>'


def _notes(analysis: Analysis) -> str:
    """Return the praise, the warnings, and what the numbers are."""
    good = "".join(tag("li", each) for each in analysis.praise)
    lines = "".join(tag("li", each.message) for each in analysis.warnings)
    return (
        (f"<h3>What is good</h3><ul>{good}</ul>" if good else "")
        + (f"<h3>About this clip</h3><ul>{lines}</ul>" if lines else "")
        + f"<h3>About the numbers</h3>{tag('p', PROMISE)}"
    )
