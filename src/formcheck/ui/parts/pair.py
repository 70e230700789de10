"""Two videos synchronised by gait phase, and the differences between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from formcheck.files.templates import part
from formcheck.history.progress import difference_text
from formcheck.metrics import METRICS
from formcheck.metrics.compare import Difference
from formcheck.report.plots import stride_pairs
from formcheck.report.svg import stride_pair_plot
from formcheck.types import Analysis
from formcheck.ui.parts.look import component
from formcheck.ui.server import link
from formcheck.ui.session import Entry
from formcheck.wording import unit_text

FEWEST_CONTACTS = 3

TEMPLATE = "ui/templates/pair.html"
_pair = component("compare", part(TEMPLATE, "stage"))


def pair(before: Entry, after: Entry, side: str) -> None:
    """Show two clips with the strides of one foot synchronised."""
    _pair(data={"a": _clip(before, side), "b": _clip(after, side)}, key=f"pair-{before.token}-{after.token}")


def _clip(entry: Entry, side: str) -> dict[str, Any]:
    assert entry.analysis is not None
    return {
        "src": link(entry.token, "annotated.mp4"),
        "label": entry.label,
        "times": [round(float(time), 4) for time in entry.analysis.track.time],
        "contacts": contacts_on_clip(entry.analysis, side),
    }


def contacts_on_clip(analysis: Analysis, side: str) -> list[float]:
    """Return one foot's contacts in the clip's own timebase, in s."""
    return [round(analysis.on_clip_clock(step.contact), 4) for step in analysis.steps if step.side == side]


def common_foot(a: Analysis, b: Analysis) -> str | None:
    """Return a foot with strides in both clips, the nearer one first; None if there is none."""
    order = ("left", "right") if a.scene.near_side != "right" else ("right", "left")
    shown = (
        side
        for side in order
        if min(len(contacts_on_clip(a, side)), len(contacts_on_clip(b, side))) >= FEWEST_CONTACTS
    )
    return next(shown, None)


def strides_overlaid(before: Entry, after: Entry) -> Markup:
    """Return the mean strides of two clips in one plot for each angle; empty where they share none."""
    assert before.analysis is not None and after.analysis is not None
    pairs = stride_pairs(before.analysis, after.analysis)
    if not pairs:
        return Markup()
    names = [
        (place, f"{entry.label}: {line.side} leg, {line.strides} strides")
        for place, entry, line in (("first", before, pairs[0].first), ("second", after, pairs[0].second))
    ]
    plots = [(stride_pair_plot(each), f"{each.title}, {each.unit.strip()}") for each in pairs]
    return part(TEMPLATE, "strides_overlaid", names, plots)


def difference_table(differences: Iterable[Difference]) -> Markup:
    """Return the differences: the real ones, and folded below them those within the noise, in table order."""
    found = tuple(differences)
    real = [_row(each) for each in found if each.real]
    noise = [_row(each) for each in found if not each.real]
    return part(TEMPLATE, "differences", real, noise)


def _row(each: Difference) -> tuple[str, tuple[str, ...], str]:
    """Return the metric's name, its values before and after with their change, and the change needed."""
    numbers, unit = difference_text(each), unit_text(each.unit)
    values = tuple(f"{number}{unit}" for number in (numbers.before, numbers.after, numbers.change))
    return METRICS[each.metric].name, values, f"{numbers.needed}{unit}"
