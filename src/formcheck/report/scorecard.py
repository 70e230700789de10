"""The scorecard as markup: every metric in its group, with range, value and interval, or a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from formcheck.report.rows import BandBar, Group, MetricRow, NumberOrClass, groups


def scorecard(answers: Mapping[str, NumberOrClass]) -> str:
    """Return all groups; each ends with the metrics that were not measured and the reasons."""
    return f'<div class="score">{group_cards(groups(answers))}</div>'


def group_cards(found: Iterable[Group]) -> str:
    """Return a card for each group."""
    return "".join(_group(group) for group in found)


def _group(group: Group) -> str:
    rows = "".join(_row(row) for row in group.rows)
    return f'<section class="card"><h3>{escape(group.title)}</h3>{rows}{_missing(group.missing)}</section>'


def _row(row: MetricRow) -> str:
    state = f'<span class="state {row.colour}">{escape(row.state)}</span>' if row.state else ""
    range_line = f'<small class="range">{escape(row.range)}</small>' if row.range else ""
    return (
        f'<div class="metric" title="{escape(row.definition)}">'
        f'<div class="head"><span>{escape(row.name)}</span><b>{escape(row.value)}</b></div>'
        f"{band_bar(row.bar, row.spoken, row.colour) if row.bar else ''}"
        f'<div class="under">{state}<small>{escape(row.behind)}</small></div>{range_line}</div>'
    )


def band_bar(bar: BandBar, spoken: str, colour: str) -> str:
    """Return a band bar: the range as a block, the value as a dot with its interval as a line."""
    (b0, b1), (i0, i1) = bar.band, bar.interval
    return (
        f'<div class="bandbar" role="img" aria-label="{escape(spoken)}">'
        f'<i class="band" style="left:{b0:.1f}%;width:{b1 - b0:.1f}%"></i>'
        f'<i class="interval" style="left:{i0:.1f}%;width:{max(0.8, i1 - i0):.1f}%"></i>'
        f'<i class="dot {colour}" style="left:{bar.value:.1f}%"></i></div>'
    )


def _missing(missing: tuple[tuple[str, str], ...]) -> str:
    lines = "".join(
        f'<li><span aria-hidden="true">–</span><span><b>{escape(names)}</b>: {escape(reason)}</span></li>'
        for names, reason in missing
    )
    return f'<ul class="marks missing" aria-label="Not measured">{lines}</ul>' if lines else ""
