"""The table of all metrics, collected from the family files."""

from __future__ import annotations

from formcheck.metrics import arms, bounce, cadence, contact, feet, frontal, legs, posture, speed
from formcheck.metrics.metric import CategoryRow, Family, Metric

FAMILIES = (posture, feet, arms, frontal, cadence, contact, speed, bounce, legs)
PUBLISHED = [
    "trunk_lean",
    "foot_strike_angle",
    "elbow_angle",
    "arm_crossover",
    "cadence",
    "ground_contact_time",
    "flight_time",
    "duty_factor",
    "vertical_oscillation",
    "overstride",
    "shank_angle",
    "knee_flexion_contact",
    "knee_flexion_stance",
    "knee_flexion_swing",
    "thigh_extension",
    "body_lean",
    "waist_bend",
    "head_pitch",
    "shoulder_shrug",
    "arm_leg_phase",
    "arm_swing",
    "step_length",
    "speed",
    "vertical_ratio",
    "contact_time_asymmetry",
    "step_time_asymmetry",
    "stride_variability",
    "leg_stiffness",
    "step_width",
    "knee_window",
    "arm_swing_symmetry",
]
"""The order of analysis.json; later metrics follow in the order of the families."""


def _place(row: Metric) -> int:
    return PUBLISHED.index(row.id) if row.id in PUBLISHED else len(PUBLISHED)


METRICS: dict[str, Metric] = {
    row.id: row for row in sorted((row for family in FAMILIES for row in family.ROWS), key=_place)
}
"""Every metric by its id, the headline metrics first."""

CATEGORIES: dict[str, CategoryRow] = {
    row.id: row for family in FAMILIES for row in getattr(family, "CATEGORIES", ())
}
"""Every property whose value is a class, by its id."""


def group_of(id: str) -> Family:
    """Return the family of a metric or a category, as shown to runners."""
    return METRICS[CATEGORIES[id].number if id in CATEGORIES else id].group
