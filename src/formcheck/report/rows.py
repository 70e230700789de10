"""What the scorecard says, in words and shares of a bar: the same for app, page and paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

from formcheck.metrics import METRICS, Metric
from formcheck.metrics.metric import Norm
from formcheck.metrics.norms import context, norm_of
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
OPTION = re.compile(r" \(--[a-z-]+\)")  # of the command line: readers of a report have none
ROOM = 0.35  # of the range's width, on either side of it


@dataclass(frozen=True)
class Bar:
    """Where things lie on a band bar, in per cent of its width."""

    band: tuple[float, float]
    interval: tuple[float, float]
    value: float


@dataclass(frozen=True)
class Row:
    """One measured metric, in words."""

    name: str
    definition: str
    value: str
    behind: str  # interval, n, which leg
    state: str  # sign and words; empty without a range
    colour: str  # "inside", "outside" or "unknown"
    range: str  # the range, for whom, from where; what runners like this one do
    bar: Bar | None

    @property
    def spoken(self) -> str:
        """The band bar for those who cannot see it."""
        return ", ".join(part for part in (self.value, self.behind, self.state) if part)


@dataclass(frozen=True)
class Group:
    """Metrics that belong together: those measured, and why the others were not."""

    title: str
    rows: tuple[Row, ...]
    missing: tuple[tuple[str, str], ...]  # (names, their common reason)


def groups(measurements: Mapping[str, Measurement], runner: Runner) -> tuple[Group, ...]:
    """Return the scorecard; groups about which there is nothing to say are left out."""
    found = (_group(group, title, measurements, runner) for group, title in GROUPS.items())
    return tuple(group for group in found if group.rows or group.missing)


def _group(group: str, title: str, measurements: Mapping[str, Measurement], runner: Runner) -> Group:
    members = [(METRICS[id], each) for id, each in measurements.items() if METRICS[id].group == group]
    rows = tuple(row(metric, each, runner) for metric, each in members if each.measured)
    return Group(title, rows, not_measured([(metric, each) for metric, each in members if not each.measured]))


def row(metric: Metric, measurement: Measurement, runner: Runner) -> Row:
    """Put one measured metric into words; speed and height of the runner give it context."""
    norm = norm_of(measurement)
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
    """Say interval, n, and which leg or what each leg did."""
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
    """Return where range, interval and value lie; an open end of the range runs to the bar's end."""
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
    """Return the metrics without a value, together where they share a reason."""
    found: dict[str, list[str]] = {}
    for names, reason in by_reason(rows):
        found.setdefault(OPTION.sub("", reason), []).append(names)
    return tuple((", ".join(names), reason) for reason, names in found.items())


def by_reason(rows: Iterable[tuple[Metric, Measurement]]) -> tuple[tuple[str, str], ...]:
    """Return (names, reason) of what has no value; reasons may name options of the command line."""
    reasons: dict[str, list[str]] = {}
    for metric, measurement in rows:
        reasons.setdefault(closed(capital(measurement.why_missing or "")), []).append(metric.name)
    return tuple((", ".join(names), reason) for reason, names in reasons.items())
