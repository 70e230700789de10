"""Targets: the number to try that follows from a measurement and the range of runners at this speed."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from formcheck.coaching.texts import Aim
from formcheck.metrics.judgement import Judgement, judge
from formcheck.metrics.metric import TYPICAL_LEG_M
from formcheck.metrics.norms import speed_behind
from formcheck.types import Measurement, Runner, Target

LEG_SHARE = 0.491  # leg length, hip to ankle, over stature (Drillis & Contini 1966)
INWARDS = 0.25  # of a range without a known spread: how far inside its end a target lies


def target_of(aim: Aim, measurements: Mapping[str, Measurement], runner: Runner) -> Target | None:
    """Return the number to try, None if the range or the value is unknown or the way is too long for one step."""
    measurement = measurements.get(aim.metric)
    if measurement is None or not measurement.measured:
        return None
    judgement = judge(measurement)
    wanted = _wanted(aim, measurement, judgement)
    if wanted is None or not 0 < abs(wanted - measurement.value) <= aim.most:
        return None
    words = aim.words.format(**numbers(measurement, wanted, runner))
    return Target(aim.metric, measurement.unit, measurement.value, wanted, words)


def numbers(measurement: Measurement, aim: float, runner: Runner) -> dict[str, float]:
    """Return the numbers that the texts of cues may use."""
    change = max(1.0, abs(aim - measurement.value))
    in_cm = abs(aim - measurement.value) * (leg_m(runner) if measurement.unit == "% leg" else 1.0)
    return {"now": measurement.value, "aim": aim, "change": change, "cm": max(1.0, in_cm), "quarter": aim / 4}


def leg_m(runner: Runner) -> float:
    """Return the runner's leg length in m, from the height if stated, else a usual one."""
    return TYPICAL_LEG_M if runner.height_m is None else LEG_SHARE * runner.height_m


def _wanted(aim: Aim, measurement: Measurement, judgement: Judgement) -> float | None:
    """Return the value to aim at, inside the range; None without a range, or if a step of per cents misses it."""
    norm = judgement.norm
    if norm is None:
        return None
    if aim.percent is not None:
        wanted = max(measurement.value * (1 + aim.percent / 100), norm.low)
        return wanted if wanted <= norm.high else None
    if norm.low <= measurement.value <= norm.high:
        return None
    too_high = measurement.value > norm.high
    inner = _inner(measurement, judgement, too_high)
    end = norm.high if too_high else norm.low
    return next((each for each in (inner, end) if abs(each - measurement.value) <= aim.most), None)


def _inner(measurement: Measurement, judgement: Judgement, too_high: bool) -> float:
    """Return a usual value at the runner's side of the range: a sixth of the runners are beyond it."""
    norm = judgement.norm
    assert norm is not None
    if norm.healthy is not None:
        spread = norm.healthy.at(*speed_behind(measurement))
        usual = spread.mean + (spread.sd if too_high else -spread.sd)
        return min(max(usual, norm.low), norm.high)
    end, far = (norm.high, norm.low) if too_high else (norm.low, norm.high)
    return end + INWARDS * (far - end) if isfinite(far) else end
