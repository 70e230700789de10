"""index.html of a batch: a sortable table with pictures and links, distributions, refusals listed separately.

One file without external resources; plain rows and two paths per plot, so that a page with a
thousand clips opens without delay.
"""

from __future__ import annotations

import html
import os
from collections.abc import Sequence
from importlib.resources import files
from statistics import median
from urllib.parse import quote

from formcheck.batch.rows import Cell, ClipRow, Failed
from formcheck.metrics import CATEGORIES, METRICS
from formcheck.wording import SIGNS, STATES, decimals, name_of, number, unit_text

BINS = 24
SINGLE_DOTS = 40  # up to this number of clips, a plot shows each
LEFT, WIDTH, BASE, TALL = 12, 226, 52, 40  # px, dimensions of a plot


def index_page(rows: Sequence[ClipRow], failed: Sequence[Failed]) -> str:
    """Return the page."""
    measured = [row for row in rows if row.state == "measured"]
    refused = [row for row in rows if row.state == "refused"]
    shown = [metric for metric in METRICS if any(_value(row, metric) is not None for row in measured)]
    parts = [
        f"<h1>{_clips(len(measured))} measured</h1>",
        f"<p class=soft>{len(refused)} refused, {len(failed)} failed. A column's head sorts by it; "
        "a clip's name opens its report. ± is half the 95 % interval.</p>",
        _table(measured, shown) if measured else "",
        _plots(measured, shown),
        _list("Refused", [(_link(row), row.reason) for row in refused]),
        _list("Failed", [(_text(each.name), each.reason) for each in failed]),
    ]
    head = (
        "<meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>"
        f"<title>FormCheck: {_clips(len(rows) + len(failed))}</title><style>{_asset('batch.css')}</style>"
    )
    script = f"<script>{_asset('batch.js')}</script>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{''.join(parts)}{script}</body></html>\n"


def _clips(count: int) -> str:
    return f"{count} clip" if count == 1 else f"{count} clips"


def _asset(name: str) -> str:
    return files("formcheck.batch").joinpath("assets", name).read_text(encoding="utf-8")


def _text(words: str) -> str:
    return html.escape(words, quote=True)


def _value(row: ClipRow, metric: str) -> float | None:
    cell = row.cells.get(metric)
    return cell.value if cell else None


def _link(row: ClipRow) -> str:
    return f"<a href='{quote(os.fsencode(row.folder))}/report.html'>{_text(row.name)}</a>"


def _table(rows: Sequence[ClipRow], metrics: Sequence[str]) -> str:
    plain = ("Clip", "Runner", "Date", "Filmed from")
    columns = _columns(metrics)
    heads = [*plain, *(f"{name_of(id)}<small>{_unit(id)}</small>" for id in columns)]
    head = "".join(f"<th scope=col><button>{title}</button></th>" for title in heads)
    body = "".join(_line(row, columns) for row in rows)
    return (
        "<div class=wide tabindex=0 role=region aria-label='Clips'><table id=clips>"
        f"<thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _unit(id: str) -> str:
    return unit_text(METRICS[id].unit).strip() if id in METRICS else ""


def _columns(metrics: Sequence[str]) -> list[str]:
    """Return the ids of the columns: each metric, with the categories that it decides before it."""
    return [
        id
        for metric in metrics
        for id in (*(c for c, row in CATEGORIES.items() if row.number == metric), metric)
    ]


def _line(row: ClipRow, columns: Sequence[str]) -> str:
    picture = f"<img loading=lazy alt='' src='{quote(os.fsencode(row.thumbnail))}'>" if row.thumbnail else ""
    about = f"<td>{_text(row.runner)}<td>{row.day}<td>{_text(row.scene['view'])}"
    cells = "".join(
        _class_cell(row, id) if id in CATEGORIES else _cell(id, row.cells.get(id)) for id in columns
    )
    return f"<tr><td>{picture}<td>{_link(row)}{about}{cells}\n"


def _cell(metric: str, cell: Cell | None) -> str:
    if cell is None or cell.value is None or cell.low is None or cell.high is None:
        return f"<td data-v class=soft title='{_text(cell.why_missing) if cell else ''}'>–"
    digits = decimals(0.5 * (cell.high - cell.low))
    state = "edge" if cell.at_edge else cell.status
    said = STATES[state] if METRICS[metric].norm else ""
    interval = f"{number(cell.low, digits)} to {number(cell.high, digits)}"
    half = number(0.5 * (cell.high - cell.low), digits)
    words = f"{SIGNS[state]} {number(cell.value, digits)} ± {half}"
    return f"<td data-v={cell.value:.6g} class={state} title='{interval} {said}'>{words}"


def _class_cell(row: ClipRow, id: str) -> str:
    """Return the cell of a category; a column is sorted by the number that decides the class."""
    cell, number = row.classes.get(id), row.cells.get(CATEGORIES[id].number)
    if cell is None or cell.probability is None or number is None or number.value is None:
        return f"<td data-v class=soft title='{_text(cell.why_missing) if cell else ''}'>–"
    return f"<td data-v={number.value:.6g} title='{100 * cell.probability:.0f} % likely'>{_text(cell.value)}"


def _plots(rows: Sequence[ClipRow], metrics: Sequence[str]) -> str:
    if len(rows) < 2:
        return ""
    drawn = "".join(_distribution(metric, rows) for metric in metrics)
    return f"<h2>How the clips spread</h2><div class=plots>{drawn}</div>"


def _distribution(metric: str, rows: Sequence[ClipRow]) -> str:
    """Return one plot: dots for few clips or bars for many, the range, and the median."""
    values = sorted(v for row in rows if (v := _value(row, metric)) is not None)
    low, high, middle = values[0], values[-1], median(values)
    digits = decimals((high - low) / 8)
    ends = [number(value, digits) for value in (low, high, middle)]
    unit = unit_text(METRICS[metric].unit)
    said = f"{_clips(len(values))} from {ends[0]} to {ends[1]}{unit}, median {ends[2]}"
    marks = _dots(values) if len(values) <= SINGLE_DOTS else _bars(values)
    return (
        f"<figure><figcaption>{METRICS[metric].name}<small>median {ends[2]}{unit}</small></figcaption>"
        f"<svg role=img aria-label='{METRICS[metric].name}: {said}' viewBox='0 0 250 72'>"
        f"{_range(metric, low, high)}{marks}<path class=median d='M{_x(middle, low, high):.1f} 8V{BASE + 4}'/>"
        f"<text x={LEFT} y=68>{ends[0]}</text><text x={LEFT + WIDTH} y=68 class=end>{ends[1]}</text></svg></figure>"
    )


def _x(value: float, low: float, high: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return LEFT + WIDTH * min(1.0, max(0.0, share))


def _range(metric: str, low: float, high: float) -> str:
    """Return the reference range as a shaded block, clipped to the plot."""
    norm = METRICS[metric].norm
    if norm is None or norm.low > high or norm.high < low or low == high:
        return ""
    left, right = _x(norm.low, low, high), _x(norm.high, low, high)
    return f"<rect class=range x={left:.1f} y=8 width={right - left:.1f} height={BASE - 4} rx=3 />"


def _dots(values: Sequence[float]) -> str:
    """Return the clips as dots, in three rows so that neighbours do not hide each other."""
    low, high = values[0], values[-1]
    places = (f"M{_x(v, low, high):.1f} {30 + 9 * (i % 3 - 1)}h0" for i, v in enumerate(values))
    return f"<path class=dots d='{''.join(places)}'/>"


def _bars(values: Sequence[float]) -> str:
    low, high = values[0], values[-1]
    counts = [0] * BINS
    for value in values:
        share = (value - low) / (high - low) if high > low else 0.5
        counts[min(BINS - 1, int(share * BINS))] += 1
    wide, most = WIDTH / BINS, max(counts)
    bars = (
        f"M{LEFT + i * wide + 0.5:.1f} {BASE}v{-TALL * count / most:.1f}h{wide - 1:.1f}V{BASE}z"
        for i, count in enumerate(counts)
        if count
    )
    return f"<path class=bars d='{''.join(bars)}'/>"


def _list(title: str, items: Sequence[tuple[str, str]]) -> str:
    """Return a list of (clip as HTML, reason)."""
    lines = "".join(f"<li>{clip}: {_text(reason)}" for clip, reason in items)
    return f"<h2>{title}</h2><ul>{lines}</ul>" if items else ""
