"""Content of the scorecard, as text and bar positions, shared by app, HTML page and PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

from formcheck.metrics import CATEGORIES, METRICS
from formcheck.metrics.judgement import Judgement, judge
from formcheck.metrics.metric import Norm
from formcheck.metrics.table import group_of
from formcheck.types import Category, Measurement
from formcheck.wording import (
    SIGNS,
    STATES,
    advice_text,
    capital,
    closed,
    interval_text,
    likelihood_text,
    name_of,
    percentile_text,
    range_text,
    unit_text,
    value_text,
)

NumberOrClass = Measurement | Category

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
class BandBar:
    """Positions on a band bar, in % of its width."""

    band: tuple[float, float]
    interval: tuple[float, float]
    value: float


@dataclass(frozen=True)
class MetricRow:
    """One measured metric, as text."""

    name: str
    definition: str
    value: str
    behind: str  # interval, n and leg
    state: str  # symbol and text; empty without a range
    colour: str  # "inside", "outside" or "unknown"
    range: str  # the range, its population and source; the place among healthy runners
    bar: BandBar | None

    @property
    def spoken(self) -> str:
        """Description of the band bar for screen readers."""
        return ", ".join(part for part in (self.value, self.behind, self.state) if part)


@dataclass(frozen=True)
class Group:
    """A group of metrics: the measured ones, and the reasons why the others were not measured."""

    title: str
    rows: tuple[MetricRow, ...]
    missing: tuple[tuple[str, str], ...]  # (names, common reason)


def groups(answers: Mapping[str, NumberOrClass]) -> tuple[Group, ...]:
    """Return the groups of the scorecard; empty groups are left out."""
    found = (_group(group, title, answers) for group, title in GROUPS.items())
    return tuple(group for group in found if group.rows or group.missing)


def _group(group: str, title: str, answers: Mapping[str, NumberOrClass]) -> Group:
    members = [each for id, each in answers.items() if group_of(id) == group]
    rows = tuple(row(each) for each in members if each.measured)
    return Group(title, rows, not_measured(each for each in members if not each.measured))


def row(answer: NumberOrClass) -> MetricRow:
    """Return one measured property as text."""
    return _class_row(answer) if isinstance(answer, Category) else _number_row(answer)


def _class_row(category: Category) -> MetricRow:
    behind = " · ".join((likelihood_text(category), f"n = {category.n}", *_side_of(category)))
    definition = CATEGORIES[category.metric].definition
    return MetricRow(
        name_of(category.metric), definition, value_text(category), behind, "", COLOURS["unknown"], "", None
    )


def _number_row(measurement: Measurement) -> MetricRow:
    metric, judgement = METRICS[measurement.metric], judge(measurement)
    norm, found = judgement.norm, judgement.state
    return MetricRow(
        metric.name,
        metric.definition,
        value_text(measurement),
        _behind(measurement),
        f"{SIGNS[found]} {STATES[found]}" if norm else "",
        COLOURS[found],
        _range_line(judgement),
        bar_of(norm, measurement) if norm else None,
    )


def _behind(measurement: Measurement) -> str:
    """Return the interval, n, and the leg or the value of each leg."""
    interval = f"95 %: {interval_text(measurement)}{unit_text(measurement.unit)}"
    others = (each for each in measurement.by_side if each.side != measurement.side and each.measured)
    sides = (f"{each.side} {value_text(each)}" for each in others)
    return " · ".join((interval, f"n = {measurement.n}", *_side_of(measurement), *sides))


def _side_of(answer: NumberOrClass) -> tuple[str, ...]:
    return () if answer.side == "both" else (f"{answer.side} side",)


def _range_line(judgement: Judgement) -> str:
    norm = judgement.norm
    if norm is None:
        return ""
    told = f"Range {range_text(norm)}: {closed(norm.holds_for)} {closed(capital(norm.source))}"
    return " ".join(part for part in (told, percentile_text(judgement), advice_text(norm)) if part)


def bar_of(norm: Norm, measurement: Measurement) -> BandBar:
    """Return the positions of range, interval and value; an open range extends to the end of the bar."""
    known = [end for end in (norm.low, norm.high) if isfinite(end)]
    inner = [*known, measurement.low, measurement.high]
    room = ROOM * max(max(inner) - min(inner), 1e-9)
    start, end = min(inner) - room, max(inner) + room

    def at(value: float) -> float:
        return 100 * (min(max(value, start), end) - start) / (end - start)

    return BandBar(
        (at(norm.low), at(norm.high)), (at(measurement.low), at(measurement.high)), at(measurement.value)
    )


def not_measured(answers: Iterable[NumberOrClass]) -> tuple[tuple[str, str], ...]:
    """Return the metrics without a value, grouped by reason."""
    found: dict[str, list[str]] = {}
    for names, reason in by_reason(answers):
        found.setdefault(OPTION.sub("", reason), []).append(names)
    return tuple((", ".join(names), reason) for reason, names in found.items())


def by_reason(answers: Iterable[NumberOrClass]) -> tuple[tuple[str, str], ...]:
    """Return (names, reason) of metrics without a value; reasons may name command line options."""
    reasons: dict[str, list[str]] = {}
    for each in answers:
        reasons.setdefault(closed(capital(each.why_missing or "")), []).append(name_of(each.metric))
    return tuple((", ".join(names), reason) for reason, names in reasons.items())
