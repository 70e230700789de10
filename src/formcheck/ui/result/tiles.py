"""The five tiles: always lean, foot strike, elbows, hands and cadence, each with its state in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from formcheck.draw.share import SharedValue
from formcheck.draw.style import STATE
from formcheck.files.templates import part
from formcheck.metrics import METRICS
from formcheck.metrics.judgement import Judgement, judge
from formcheck.report.rows import COLOURS, bar_of
from formcheck.report.scorecard import band_bar
from formcheck.types import Analysis, Category, Measurement
from formcheck.wording import (
    NOT_SEEN,
    SIGNS,
    capital,
    chance_text,
    closed,
    interval_text,
    likelihood_text,
    plus_minus_text,
    range_text,
    state_words,
    unit_text,
    value_and_half,
)

TEMPLATE = "ui/templates/result/tiles.html"
TILES = {
    "trunk_lean": "Forward lean",
    "foot_strike": "Foot strike",
    "elbow_angle": "Elbows",
    "arm_crossover": "Hands",
    "cadence": "Cadence",
}
STRIKES = {"rearfoot": "heel", "midfoot": "midfoot", "forefoot": "forefoot", "unclear": "unclear"}
COMMON = {
    "rearfoot": "as most runners land",
    "midfoot": "as some runners land",
    "forefoot": "as few runners land",
}
SHOWN_IN = {"foot_strike": "foot_strike_angle"}  # whose samples show the metric
SURER = {
    "trunk_lean": "A door frame or another upright edge in view, or a level phone, makes the ± smaller.",
    "foot_strike": "60 frames a second or more, with the feet well lit, make it surer.",
    "elbow_angle": "A camera exactly from the side, and an arm free of loose sleeves, make the ± smaller.",
    "arm_crossover": "A camera straight ahead of you, at hip height, makes the ± smaller.",
    "cadence": "It is the surest number of a clip; a longer clip shows whether it holds.",
}
DO = {
    "arm_crossover": ("Add a front clip to see them", "Add a front clip"),
    "trunk_lean": ("Add a side clip to see it", "Add a side clip"),
    "foot_strike": ("Add a side clip to see it", "Add a side clip"),
    "elbow_angle": ("Add a side clip to see them", "Add a side clip"),
}
"""What a tile without a value says if the view cannot show it, and its button."""


@dataclass(frozen=True)
class Opened:
    """What an opened tile shows: curve, frames, definition, how sure, and what makes it surer."""

    series: str  # the metric whose curve is drawn
    frames: tuple[tuple[str, float], ...]  # words of a button, and the place in the clip (s)
    definition: str
    sure: str
    surer: str
    source: str


def tiles(analysis: Analysis) -> Markup:
    """Return the five tiles."""
    return Markup().join(_tile(id, title, analysis) for id, title in TILES.items())


def _tile(id: str, title: str, analysis: Analysis) -> Markup:
    if id == "foot_strike":
        return _strike(title, analysis)
    measurement = analysis.measurements[id]
    if not measurement.measured:
        return _missing(id, title, measurement)
    judged = judge(measurement)
    bar = Markup()
    if judged.norm is not None:
        bar = band_bar(bar_of(judged.norm, measurement), _spoken(measurement), COLOURS[judged.state])
    value, half = value_and_half(measurement)
    unit = unit_text(measurement.unit)
    sides = [f"{each.side} {plus_minus_text(each)}" for each in measurement.by_side if each.measured]
    sure = [f"95 % between {interval_text(measurement)}{unit}", f"from {measurement.n} steps"]
    opened = _opened(id, measurement, closed("; ".join(sure + (sides if len(sides) > 1 else []))), analysis)
    return part(
        TEMPLATE, "tile", id, f"{title}{_unit(measurement)}", COLOURS[judged.state], f"{value}{_degree(unit)}",
        f"± {half}", bar, *_state(judged), opened,
    )  # fmt: skip


def _strike(title: str, analysis: Analysis) -> Markup:
    """Return the tile of the foot strike: a class with its chance, drawn at the measured angle."""
    category, angle = analysis.categories.get("foot_strike"), analysis.measurements["foot_strike_angle"]
    if category is None or category.value is None:
        return _missing("foot_strike", title, category or angle)
    common = COMMON.get(category.value)
    sure = (
        f"{likelihood_text(category)}; the sole lands at {plus_minus_text(angle)}, from {category.n} steps."
    )
    return part(
        TEMPLATE, "tile", "foot_strike", title, "unknown", STRIKES[category.value], _sure(category), _sole(angle),
        f"● {common}" if common else "? can't tell", "", _opened("foot_strike", angle, sure, analysis),
    )  # fmt: skip


def _unit(measurement: Measurement) -> str:
    unit = unit_text(measurement.unit).strip()
    return "" if unit in ("", "°") else f", {unit}"


def _state(judged: Judgement) -> tuple[str, str]:
    """Return the state in words, and the range it refers to."""
    words = state_words(judged)
    if not words or judged.norm is None:
        return "no range for this", ""
    return f"{SIGNS[judged.state]} {words}", f"usual: {range_text(judged.norm)}"


def _spoken(measurement: Measurement) -> str:
    norm = judge(measurement).norm
    usual = f"; the usual range is {range_text(norm)}" if norm else ""
    return f"95 %: {interval_text(measurement)}{unit_text(measurement.unit)}{usual}"


def _sole(measurement: Measurement) -> Markup:
    """Return the sole and the ground as a drawing, at the measured angle."""
    angle = float(np.clip(measurement.value, -30, 40))
    pivot = 34 if angle >= 0 else 90  # a heel strike turns about the heel, a forefoot strike about the toes
    return part(TEMPLATE, "sole", angle, pivot)


def _missing(id: str, title: str, answer: Measurement | Category) -> Markup:
    short, button = "Not measured", ""
    if answer.missing_code == "view" and id in DO:
        short, button = DO[id]
    why = closed(capital(answer.why_missing or ""))
    return part(TEMPLATE, "without", id, title, NOT_SEEN, short, why, _definition(id), button)


def _definition(id: str) -> str:
    return METRICS[SHOWN_IN.get(id, id)].definition


def _opened(id: str, shown: Measurement, sure: str, analysis: Analysis) -> Opened:
    norm = judge(shown).norm
    source = ""
    if norm is not None:
        source = (
            f"The usual range is {range_text(norm)}: {closed(norm.holds_for)} {closed(capital(norm.source))}"
        )
    return Opened(shown.metric, _frames(shown, analysis), _definition(id), sure, SURER[id], source)


def _frames(measurement: Measurement, analysis: Analysis) -> tuple[tuple[str, float], ...]:
    """Return where the typical step and the two extremes are."""
    known = [
        (value, time) for time, value in zip(measurement.times, measurement.samples) if np.isfinite(value)
    ]
    if len(known) < 3:
        return ()
    middle = min(known, key=lambda each: abs(each[0] - measurement.value))
    picked = {"See a typical one": middle, "The smallest": min(known), "The largest": max(known)}
    return tuple((words, analysis.on_clip_clock(time)) for words, (_, time) in picked.items())


def shared_values(analysis: Analysis) -> list[SharedValue]:
    """Return the five values in words, for the picture to share."""
    return [_shared(id, title, analysis) for id, title in TILES.items()]


def _shared(id: str, title: str, analysis: Analysis) -> SharedValue:
    category = analysis.categories.get(id)
    if category is not None and category.value is not None:
        state = COMMON.get(category.value, "can't tell")
        return SharedValue(title, STRIKES[category.value], _sure(category), state, STATE["unknown"])
    measurement = analysis.measurements[SHOWN_IN.get(id, id)]
    if not measurement.measured:
        return SharedValue(title, NOT_SEEN, "", "not measured", STATE["unknown"])
    judged = judge(measurement)
    value, half = value_and_half(measurement)
    unit = unit_text(measurement.unit)
    sure = f"± {half}{'' if unit == '°' else unit}"
    words = state_words(judged) or "no range for this"
    return SharedValue(title, f"{value}{_degree(unit)}", sure, words, STATE[judged.state])


def _degree(unit: str) -> str:
    """Return the sign that stands at the value itself; other units stand with the name or the error."""
    return unit if unit == "°" else ""


def _sure(category: Category) -> str:
    return f"{chance_text(category)} sure"
