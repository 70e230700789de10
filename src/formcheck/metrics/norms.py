"""The reference range that applies to a value; `judgement.judge` compares the two.

The ranges are defined in the rows of the metrics, with population, source and evidence grade.
"""

from __future__ import annotations

from dataclasses import replace

from formcheck.metrics.metric import Norm
from formcheck.metrics.table import METRICS
from formcheck.types import Measurement, Runner

NORMS: dict[str, Norm] = {id: row.norm for id, row in METRICS.items() if row.norm is not None}


def norm_of(measurement: Measurement) -> Norm | None:
    """Return the range that applies to a measurement: same metric and unit, value not only approximate."""
    norm = norm_at_any_speed(measurement)
    return None if norm is None else _at_speed(norm, measurement.extra.speed_mps)


def norm_at_any_speed(measurement: Measurement) -> Norm | None:
    """Return the range for all speeds; a value that is usual only at high speed earns no praise."""
    metric = METRICS.get(measurement.metric)
    norm = metric.norm if metric else None
    if norm is None or norm.unit != measurement.unit or measurement.extra.about:
        return None
    return norm


def _at_speed(norm: Norm, speed_mps: float | None) -> Norm:
    """Return the range at this speed, where it is wider than the range for all speeds."""
    faster = norm.faster
    if faster is None or speed_mps is None or faster.high(speed_mps) <= norm.high:
        return norm
    return replace(
        norm,
        high=faster.high(speed_mps),
        holds_for=f"runners at {speed_mps:g} m/s reach so far",
    )


CADENCE_AT = 182.0  # steps/min of elite runners ...
CADENCE_AT_SPEED_MPS = 4.0  # ... near this speed over 100 km
CADENCE_PER_MPS = 5.6  # steps/min more per m/s (Burns 2019)
CADENCE_PER_METRE = -120.0  # steps/min per m of stature (Burns 2019: -12 per 10 cm)
CADENCE_AT_HEIGHT_M = 1.72
CADENCE_SPREAD = 12.0  # steps/min between runners of the same speed and height


def context(metric: str, runner: Runner) -> str | None:
    """Return one sentence on typical values at this speed or height, with its source, or None."""
    if metric == "cadence":
        return _cadence_context(runner)
    if runner.speed_mps is None:
        return None
    if metric == "vertical_oscillation":
        return _bounce_context(runner.speed_mps)
    if metric in ("duty_factor", "ground_contact_time"):
        return _contact_context(runner.speed_mps)
    return None


def _cadence_context(runner: Runner) -> str | None:
    told = [
        f"{amount} goes with {change}"
        for known, amount, change in (
            (runner.speed_mps, "each 1 m/s more speed", f"about {CADENCE_PER_MPS:.0f} steps/min more"),
            (
                runner.height_m,
                "each 10 cm more height",
                f"about {-CADENCE_PER_METRE / 10:.0f} steps/min fewer",
            ),
        )
        if known is not None
    ]
    if not told:
        return None
    low, high = expected_cadence(runner)
    return (
        f"Among elite 100-km runners {' and '.join(told)}; carried over to you, "
        f"{low:.0f} to {high:.0f} steps/min is what that pattern suggests (Burns 2019, n = 20)."
    )


def expected_cadence(runner: Runner) -> tuple[float, float]:
    """Return the range of cadence (steps/min) for a speed and a height, from the slopes of Burns (2019)."""
    speed = runner.speed_mps if runner.speed_mps is not None else CADENCE_AT_SPEED_MPS
    height = runner.height_m if runner.height_m is not None else CADENCE_AT_HEIGHT_M
    middle = CADENCE_AT + CADENCE_PER_MPS * (speed - CADENCE_AT_SPEED_MPS)
    middle += CADENCE_PER_METRE * (height - CADENCE_AT_HEIGHT_M)
    return middle - CADENCE_SPREAD, middle + CADENCE_SPREAD


def _bounce_context(speed_mps: float) -> str | None:
    """Return typical vertical oscillation at the nearest of three treadmill speeds."""
    measured = {2.7: 7.2, 3.4: 6.5, 4.0: 5.7}
    nearest = min(measured, key=lambda pace: abs(pace - speed_mps))
    if abs(nearest - speed_mps) > 0.5:
        return None
    return f"Trained runners bounced {measured[nearest]} cm on average at {nearest} m/s (treadmill, n = 15)."


def _contact_context(speed_mps: float) -> str | None:
    """Return typical duty factors at low and medium speed."""
    if speed_mps < 2.6:
        return "Below 2.6 m/s recreational runners spend 42 to 57 % of the stride on each foot, some without any flight (n = 23)."
    if abs(speed_mps - 3.33) < 0.4:
        return "At 3.3 m/s runners with much flight spend under 27.6 % of the stride on each foot, those with little over 28.8 % (Patoz 2019, n = 89)."
    return None
