"""Content of the scorecard, as text and bar positions, shared by app, HTML page and PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

from formcheck.metrics import METRICS, Metric
from formcheck.metrics.judgement import judge
from formcheck.metrics.metric import Norm
from formcheck.metrics.norms import context
from formcheck.types import Measurement, Runner
from formcheck.wording import (
    SIGNS,
    STATES,
    capital,
    closed,
    interval_text,
    range_text,
    state,
    unit_text,
    value_text,
)

GROUPS = {"posture": "Posture", "arms": "Arms", "feet": "Feet", "rhythm": "Rhythm", "legs": "Legs and hips"}
COLOURS = {
    "below": "outside",
    "within": "inside",
    "above": "outside",
    "unknown": "unknown",
    "edge": "unknown",
    "cant_tell": "unknown",
}
OPTION = re.compile(r" \(--[a-z-]+\)")  # command line options, which are removed from reports
ROOM = 0.35  # share of the range's width shown on each side of it


@dataclass(frozen=True)
class Bar:
    """Positions on a band bar, in % of its width."""

    band: tuple[float, float]
    interval: tuple[float, float]
    value: float


@dataclass(frozen=True)
class Row:
    """One measured metric, as text."""

    name: str
    definition: str
    value: str
    behind: str  # interval, n and leg
    state: str  # symbol and text; empty without a range
    colour: str  # "inside", "outside" or "unknown"
    range: str  # the range, its population and source; typical values of similar runners
    bar: Bar | None

    @property
    def spoken(self) -> str:
        """Description of the band bar for screen readers."""
        return ", ".join(part for part in (self.value, self.behind, self.state) if part)


@dataclass(frozen=True)
class Group:
    """A group of metrics: the measured ones, and the reasons why the others were not measured."""

    title: str
    rows: tuple[Row, ...]
    missing: tuple[tuple[str, str], ...]  # (names, common reason)


def groups(measurements: Mapping[str, Measurement], runner: Runner) -> tuple[Group, ...]:
    """Return the groups of the scorecard; empty groups are left out."""
    found = (_group(group, title, measurements, runner) for group, title in GROUPS.items())
    return tuple(group for group in found if group.rows or group.missing)


def _group(group: str, title: str, measurements: Mapping[str, Measurement], runner: Runner) -> Group:
    members = [(METRICS[id], each) for id, each in measurements.items() if METRICS[id].group == group]
    rows = tuple(row(metric, each, runner) for metric, each in members if each.measured)
    return Group(title, rows, not_measured([(metric, each) for metric, each in members if not each.measured]))


def row(metric: Metric, measurement: Measurement, runner: Runner) -> Row:
    """Return one measured metric as text; speed and height of the runner give the context."""
    norm = judge(measurement).norm
    found = state(measurement)
    return Row(
        metric.name,
        metric.definition,
        value_text(measurement),
        _behind(measurement),
        f"{SIGNS[found]} {STATES[found]}" if norm else "",
        COLOURS[found],
        " ".join(part for part in (_range_line(norm), context(metric.id, runner)) if part),
        bar_of(norm, measurement) if norm else None,
    )


def _behind(measurement: Measurement) -> str:
    """Return the interval, n, and the leg or the value of each leg."""
    interval = interval_text(measurement)
    if "likely" not in interval:
        interval = f"95 %: {interval}{unit_text(measurement.unit)}"
    parts = [interval, f"n = {measurement.n}"]
    if measurement.side != "both":
        parts.append(f"{measurement.side} side")
    if not METRICS[measurement.metric].category:
        others = (each for each in measurement.by_side if each.side != measurement.side and each.measured)
        parts += [f"{each.side} {value_text(each)}" for each in others]
    return " · ".join(parts)


def _range_line(norm: Norm | None) -> str:
    if norm is None:
        return ""
    return f"Range {range_text(norm)}: {closed(norm.holds_for)} {closed(capital(norm.source))}"


def bar_of(norm: Norm, measurement: Measurement) -> Bar:
    """Return the positions of range, interval and value; an open range extends to the end of the bar."""
    known = [end for end in (norm.low, norm.high) if isfinite(end)]
    inner = [*known, measurement.low, measurement.high]
    room = ROOM * max(max(inner) - min(inner), 1e-9)
    start, end = min(inner) - room, max(inner) + room

    def at(value: float) -> float:
        return 100 * (min(max(value, start), end) - start) / (end - start)

    return Bar(
        (at(norm.low), at(norm.high)), (at(measurement.low), at(measurement.high)), at(measurement.value)
    )


def not_measured(rows: Iterable[tuple[Metric, Measurement]]) -> tuple[tuple[str, str], ...]:
    """Return the metrics without a value, grouped by reason."""
    found: dict[str, list[str]] = {}
    for names, reason in by_reason(rows):
        found.setdefault(OPTION.sub("", reason), []).append(names)
    return tuple((", ".join(names), reason) for reason, names in found.items())


def by_reason(rows: Iterable[tuple[Metric, Measurement]]) -> tuple[tuple[str, str], ...]:
    """Return (names, reason) of metrics without a value; reasons may name command line options."""
    reasons: dict[str, list[str]] = {}
    for metric, measurement in rows:
        reasons.setdefault(closed(capital(measurement.why_missing or "")), []).append(metric.name)
    return tuple((", ".join(names), reason) for reason, names in reasons.items())
