"""Two videos synchronised by gait phase, and the differences between them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from formcheck.history.progress import difference_text
from formcheck.metrics import METRICS
from formcheck.metrics.compare import Difference
from formcheck.report.plots import stride_pairs
from formcheck.report.svg import stride_pair_plot
from formcheck.types import Analysis
from formcheck.ui.parts.look import component
from formcheck.ui.parts.playbar import play_bar
from formcheck.ui.server import link
from formcheck.ui.session import Entry
from formcheck.wording import unit_text

FEWEST_CONTACTS = 3

_HTML = f"""
<div class="pair" tabindex="0" role="group" aria-label="Two clips in step. Arrow keys step one frame, space plays.">
  <div class="videos">
    <figure><video muted playsinline preload="auto"></video><figcaption></figcaption></figure>
    <figure><video muted playsinline preload="auto"></video><figcaption></figcaption></figure>
  </div>
  <input class="slider" type="range" min="0" step="1" value="0" aria-label="Place in the strides">
  {play_bar("1", "0.5", "0.25", usual="0.5")}
</div>
"""
_pair = component("compare", _HTML)


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


def strides_overlaid(before: Entry, after: Entry) -> str:
    """Return the mean strides of two clips in one plot for each angle; empty where they share none."""
    assert before.analysis is not None and after.analysis is not None
    pairs = stride_pairs(before.analysis, after.analysis)
    if not pairs:
        return ""
    names = (
        f'<li class="{place}"><i></i>{escape(entry.label)}: {line.side} leg, {line.strides} strides</li>'
        for place, entry, line in (("first", before, pairs[0].first), ("second", after, pairs[0].second))
    )
    figures = "".join(
        f"<figure>{stride_pair_plot(each)}<figcaption>{escape(each.title)}, {escape(each.unit.strip())}</figcaption></figure>"
        for each in pairs
    )
    return (
        f'<div class="overlaid"><ul class="names">{"".join(names)}</ul><div class="plots">{figures}</div>'
        '<p class="quiet">Line: the mean of all strides. Light band: how much they differ (standard deviation).</p></div>'
    )


def difference_table(differences: Iterable[Difference]) -> str:
    """Return the differences: the real ones, and folded below them those within the noise, in table order."""
    found = tuple(differences)
    real = [each for each in found if each.real]
    noise = [each for each in found if not each.real]
    told = _table(real) if real else "<p>No number differs by more than chance allows.</p>"
    if not noise:
        return told
    count = f"{len(noise)} number{'' if len(noise) == 1 else 's'} within the noise"
    return f'{told}<details class="noise"><summary>{count}</summary>{_table(noise)}</details>'


def _table(differences: Iterable[Difference]) -> str:
    rows = "".join(map(_row, differences))
    head = "".join(f'<th scope="col">{title}</th>' for title in ("", "First", "Second", "Change", ""))
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _row(each: Difference) -> str:
    numbers, unit = difference_text(each), escape(unit_text(each.unit))
    verdict = "● real" if each.real else "– within the noise"
    return (
        f'<tr class="{"real" if each.real else "noise"}"><th scope="row">{escape(METRICS[each.metric].name)}</th>'
        f'<td data-of="First">{numbers.before}{unit}</td><td data-of="Second">{numbers.after}{unit}</td>'
        f'<td data-of="Change">{numbers.change}{unit}</td>'
        f"<td>{verdict}<br><small>less than {numbers.needed}{unit} can be chance</small></td></tr>"
    )
