"""The visitor's units: asked once, remembered by the browser; inside FormCheck everything is metric."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

import streamlit as st

from formcheck.types.distance import KM_IN, KM_PER_MILE, Distance, DistanceUnit
from formcheck.ui.parts.look import component, redraw

KEY = "units"  # key in the session: the units chosen on any page
CM_PER_INCH, KG_PER_POUND = 2.54, 0.45359237
Measures = Literal["metric", "imperial"]
SpeedUnit = Literal["km/h", "min/km", "mph", "min/mile"]
MEASURES: dict[Measures, str] = {"metric": "cm, kg, km", "imperial": "feet, pounds, miles"}
PACES: tuple[SpeedUnit, ...] = get_args(SpeedUnit)
KM: dict[SpeedUnit, float] = {"km/h": 1.0, "min/km": 1.0, "mph": KM_PER_MILE, "min/mile": KM_PER_MILE}
"""The distance in the unit, km."""
USUAL: dict[Measures, SpeedUnit] = {"metric": "km/h", "imperial": "min/mile"}
PACE_TEXT = re.compile(r"\s*(\d{1,2})\s*[:.,'′]\s*([0-5]?\d)\s*[\"″]?\s*|\s*(\d{1,2})\s*")
SLOWEST, FASTEST = 0.3, 12.5  # m/s

_memory = component("memory", '<span hidden class="memory"></span>')


@dataclass(frozen=True)
class Units:
    """What lengths, weights and speeds are given in."""

    measures: Measures = "metric"
    pace: SpeedUnit = "km/h"

    @property
    def word(self) -> str:
        """Both as one word, for the browser to keep."""
        return f"{self.measures} {self.pace}"


def read(word: object) -> Units | None:
    """Return the units that the browser kept, None if it kept none."""
    measures, _, pace = str(word).partition(" ")
    if measures in get_args(Measures) and pace in PACES:
        return Units(measures, pace)  # type: ignore[arg-type]
    return None


def current() -> Units:
    """Return the visitor's units; what the browser remembers, until something else is chosen.

    The browser is heard once a visit: each answer runs the page again, and one that comes just after
    a click on another page would lead back to this one.
    """
    chosen: Units | None = st.session_state.get(KEY)
    kept = _memory(data={"value": chosen and chosen.word}, key="memory", on_kept_change=redraw).get("kept")
    if chosen is None and (remembered := read(kept)):
        chosen = st.session_state[KEY] = remembered
    return chosen or Units()


def choose() -> Units:
    """Let the visitor choose units, and return them."""
    now = current()
    with st.popover(f"Units: {MEASURES[now.measures]}, {now.pace}"):
        measures = st.radio(
            "Height and weight", list(MEASURES), list(MEASURES).index(now.measures),
            format_func=MEASURES.__getitem__, key=f"measures-{now.word}",
        )  # fmt: skip
        pace = st.radio("Speed", PACES, PACES.index(now.pace), key=f"pace-{now.word}")
    chosen = Units(measures, pace if measures == now.measures else USUAL[measures])
    if chosen != now:
        st.session_state[KEY] = chosen
        st.rerun()
    return now


def ask_height(known_m: float | None, key: str) -> float | None:
    """Ask for a height, m; an unchanged field gives back exactly what was known."""
    if current_measures() == "metric":
        shown = None if known_m is None else round(100 * known_m, 1)
        given = st.number_input(
            "Height (cm)", 100.0, 250.0, shown, 1.0, "%.0f", key=key, help="Turns shares of leg length into centimetres."
        )  # fmt: skip
        return known_m if given == shown else None if given is None else given / 100
    inches = None if known_m is None else round(100 * known_m / CM_PER_INCH)
    feet = st.number_input(
        "Height (feet)", 3, 8, None if inches is None else inches // 12, 1, key=f"{key}-ft",
        help="Turns shares of leg length into lengths.",
    )  # fmt: skip
    rest = st.number_input("and inches", 0, 11, None if inches is None else inches % 12, 1, key=f"{key}-in")
    given_in = None if feet is None else 12 * feet + (rest or 0)
    return known_m if given_in == inches else None if given_in is None else given_in * CM_PER_INCH / 100


def ask_mass(known_kg: float | None, key: str) -> float | None:
    """Ask for a weight, kg."""
    pounds = current_measures() == "imperial"
    factor = KG_PER_POUND if pounds else 1.0
    shown = None if known_kg is None else round(known_kg / factor, 0 if pounds else 1)
    given = st.number_input(
        f"Weight ({'lb' if pounds else 'kg'})", 25.0, 550.0 if pounds else 250.0, shown, 1.0, "%.0f",
        key=f"{key}-lb" if pounds else key, help="Only for leg stiffness.",
    )  # fmt: skip
    return known_kg if given == shown else None if given is None else given * factor


def ask_speed(label: str, known_mps: float | None, key: str) -> float | None:
    """Ask for a speed, m/s, as a speed or as a pace."""
    unit = current_units().pace
    shown = None if known_mps is None else speed_text(known_mps, unit)
    example = {"km/h": "10.5", "mph": "6.5", "min/km": "5:40", "min/mile": "9:10"}[unit]
    given = st.text_input(
        f"{label} ({unit})", shown or "", key=f"{key}-{unit}", placeholder=f"for example {example}",
        help="What the treadmill or the watch says.",
    ).strip()  # fmt: skip
    if given == (shown or ""):
        return known_mps
    speed = parse_speed(given, unit)
    if given and speed is None:
        st.caption(f"▲ {label} is not clear: write it like {example}.")
        return known_mps
    return speed


def speed_text(mps: float, unit: SpeedUnit) -> str:
    """Return a speed in a unit: 10.8 km/h, or 5:33 for a pace."""
    per_hour = 3.6 * mps / KM[unit]
    if unit in ("km/h", "mph"):
        return f"{per_hour:.1f}"
    seconds = round(3600 / per_hour)
    return f"{seconds // 60}:{seconds % 60:02d}"


def parse_speed(text: str, unit: SpeedUnit) -> float | None:
    """Return m/s of what somebody typed, None if it is no speed of a person."""
    if unit in ("km/h", "mph"):
        try:
            mps = float(text.replace(",", ".")) / 3.6 * KM[unit]
        except ValueError:
            return None
    else:
        found = PACE_TEXT.fullmatch(text)
        if found is None:
            return None
        seconds = 60 * int(found[1] or found[3]) + int(found[2] or 0)
        if not seconds:
            return None
        mps = 1000 * KM[unit] / seconds
    return mps if SLOWEST <= mps <= FASTEST else None


def current_units() -> Units:
    """Return the units last shown by `current` or `choose`, without asking the browser again."""
    found: Units | None = st.session_state.get(KEY)
    kept = st.session_state.get("memory") or {}
    return found or read(dict(kept).get("kept")) or Units()


def ask_distance(label: str, most_km: float, step: float, digits: int, key: str) -> float | None:
    """Ask for a distance, km."""
    unit = distance_unit()
    given = st.number_input(
        f"{label} ({unit})", 0.0, most_km / KM_IN[unit], None, step, f"%.{digits}f", key=f"{key}-{unit}"
    )
    return None if given is None else given * KM_IN[unit]


def distance_text(km: float) -> str:
    """Return a distance in the visitor's unit, "–" for NaN."""
    return f"{Distance(km, distance_unit()):.1f}" if km == km else "–"


def distance_unit() -> DistanceUnit:
    """Return the unit of distances."""
    return "miles" if current_measures() == "imperial" else "km"


def current_measures() -> Measures:
    """Return whether lengths and weights are metric."""
    return current_units().measures
