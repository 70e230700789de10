"""index.html of a batch: a sortable table with pictures and links, distributions, refusals listed separately.

One file without external resources; plain rows and two paths per plot, so that a page with a
thousand clips opens without delay.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from statistics import median
from urllib.parse import quote

from markupsafe import Markup

from formcheck.batch.rows import Cell, ClipRow, Failed
from formcheck.files.templates import filled
from formcheck.metrics import CATEGORIES, METRICS
from formcheck.wording import SIGNS, STATES, decimals, name_of, number, unit_text

BINS = 24
SINGLE_DOTS = 40  # up to this number of clips, a plot shows each
FEWEST = 2  # clips that have a distribution
LEFT, WIDTH, BASE, TALL = 12, 226, 52, 40  # px, dimensions of a plot


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One cell of the table, as text."""

    words: str = "–"
    title: str = ""
    state: str = "soft"  # CSS class; empty = none
    sorted_by: str = ""  # empty = after all others


@dataclass(frozen=True)
class Distribution:
    """The plot of one metric over the clips; lengths in px of the plot."""

    name: str
    unit: str
    spoken: str
    low: str
    high: str
    middle: str
    middle_x: float
    range: tuple[float, float] | None  # left end and width of the reference range
    kind: str  # "dots" | "bars"
    marks: str  # path


def index_page(rows: Sequence[ClipRow], failed: Sequence[Failed]) -> str:
    """Return the page."""
    measured = [row for row in rows if row.state == "measured"]
    shown = [metric for metric in METRICS if any(_value(row, metric) is not None for row in measured)]
    columns = _columns(shown)
    return filled(
        "batch/templates/index.html",
        rows=rows,
        failed=failed,
        measured=[(row, [_cell_of(row, id) for id in columns]) for row in measured],
        refused=[row for row in rows if row.state == "refused"],
        columns=[(name_of(id), _unit(id)) for id in columns],
        plots=[_distribution(metric, measured) for metric in shown] if len(measured) >= FEWEST else [],
        size={"left": LEFT, "right": LEFT + WIDTH, "base": BASE},
        clips=_clips,
        address=_address,
        style=_asset("batch.css"),
        script=_asset("batch.js"),
    )


def _clips(count: int) -> str:
    return f"{count} clip" if count == 1 else f"{count} clips"


def _asset(name: str) -> Markup:
    return Markup(files("formcheck.batch").joinpath("assets", name).read_text(encoding="utf-8"))


def _address(path: str) -> str:
    """Return the address of a file below the page; a name need not be text."""
    return quote(os.fsencode(path))


def _value(row: ClipRow, metric: str) -> float | None:
    cell = row.cells.get(metric)
    return cell.value if cell else None


def _unit(id: str) -> str:
    return unit_text(METRICS[id].unit).strip() if id in METRICS else ""


def _columns(metrics: Sequence[str]) -> list[str]:
    """Return the ids of the columns: each metric, with the categories that it decides before it."""
    return [
        id
        for metric in metrics
        for id in (*(c for c, row in CATEGORIES.items() if row.number == metric), metric)
    ]


def _cell_of(row: ClipRow, id: str) -> ShownCell:
    return _class_cell(row, id) if id in CATEGORIES else _cell(id, row.cells.get(id))


def _cell(metric: str, cell: Cell | None) -> ShownCell:
    if cell is None or cell.value is None or cell.low is None or cell.high is None:
        return ShownCell(title=cell.why_missing if cell else "")
    half = 0.5 * (cell.high - cell.low)
    digits = decimals(half)
    state = "edge" if cell.at_edge else cell.status
    said = STATES[state] if METRICS[metric].norm else ""
    return ShownCell(
        f"{SIGNS[state]} {number(cell.value, digits)} ± {number(half, digits)}",
        f"{number(cell.low, digits)} to {number(cell.high, digits)} {said}",
        state,
        f"{cell.value:.6g}",
    )


def _class_cell(row: ClipRow, id: str) -> ShownCell:
    """Return the cell of a category; a column is sorted by the number that decides the class."""
    cell, number = row.classes.get(id), row.cells.get(CATEGORIES[id].number)
    if cell is None or cell.probability is None or number is None or number.value is None:
        return ShownCell(title=cell.why_missing if cell else "")
    return ShownCell(cell.value, f"{100 * cell.probability:.0f} % likely", "", f"{number.value:.6g}")


def _distribution(metric: str, rows: Sequence[ClipRow]) -> Distribution:
    """Return one plot: dots for few clips or bars for many, the range, and the median."""
    values = sorted(v for row in rows if (v := _value(row, metric)) is not None)
    low, high, middle = values[0], values[-1], median(values)
    digits = decimals((high - low) / 8)
    ends = [number(value, digits) for value in (low, high, middle)]
    unit = unit_text(METRICS[metric].unit)
    few = len(values) <= SINGLE_DOTS
    return Distribution(
        name=METRICS[metric].name,
        unit=unit,
        spoken=f"{_clips(len(values))} from {ends[0]} to {ends[1]}{unit}, median {ends[2]}",
        low=ends[0],
        high=ends[1],
        middle=ends[2],
        middle_x=_x(middle, low, high),
        range=_range(metric, low, high),
        kind="dots" if few else "bars",
        marks=_dots(values) if few else _bars(values),
    )


def _x(value: float, low: float, high: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return LEFT + WIDTH * min(1.0, max(0.0, share))


def _range(metric: str, low: float, high: float) -> tuple[float, float] | None:
    """Return left end and width of the reference range, clipped to the plot."""
    norm = METRICS[metric].norm
    if norm is None or norm.low > high or norm.high < low or low == high:
        return None
    left, right = _x(norm.low, low, high), _x(norm.high, low, high)
    return left, right - left


def _dots(values: Sequence[float]) -> str:
    """Return the clips as dots, in three rows so that neighbours do not hide each other."""
    low, high = values[0], values[-1]
    return "".join(f"M{_x(v, low, high):.1f} {30 + 9 * (i % 3 - 1)}h0" for i, v in enumerate(values))


def _bars(values: Sequence[float]) -> str:
    low, high = values[0], values[-1]
    counts = [0] * BINS
    for value in values:
        share = (value - low) / (high - low) if high > low else 0.5
        counts[min(BINS - 1, int(share * BINS))] += 1
    wide, most = WIDTH / BINS, max(counts)
    return "".join(
        f"M{LEFT + i * wide + 0.5:.1f} {BASE}v{-TALL * count / most:.1f}h{wide - 1:.1f}V{BASE}z"
        for i, count in enumerate(counts)
        if count
    )
