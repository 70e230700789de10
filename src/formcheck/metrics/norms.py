"""What runners do: ranges with the people they hold for. Data, and how to read it.

A range is a reference, not a verdict: outside means outside this range, no more.
These are the only judging numbers in FormCheck.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite

from formcheck.types import Measurement, Runner, Status

ARTICLE = "the article's range"
USUAL = "usual values"
CUE_INTERVAL = 1.28 / 1.96  # of the 95 % interval: the 80 % interval that a cue asks for


@dataclass(frozen=True)
class Norm:
    """A range of one metric, and for whom it holds."""

    metric: str
    low: float  # -inf = open
    high: float  # inf = open
    unit: str
    holds_for: str  # who, and how it was measured
    source: str
    grade: str  # of the evidence, A..D

    @property
    def band(self) -> tuple[float | None, float | None]:
        """The range with None for an open end, as files need it."""
        return (self.low if isfinite(self.low) else None, self.high if isfinite(self.high) else None)

    @property
    def text(self) -> str:
        """The range in words, without its unit."""
        if not isfinite(self.low):
            return f"up to {self.high:g}"
        return f"{self.low:g} to {self.high:g}" if isfinite(self.high) else f"at least {self.low:g}"


_ROWS = (
    Norm("trunk_lean", 2, 10, "deg", "a slight lean; runners on the level choose 7.3 ± 3.6 (n = 24, 3.4 m/s)",
         f"{ARTICLE}; Teng & Powers 2014", "C"),
    Norm("elbow_angle", 70, 110, "deg", "about a right angle, read wide: definitions of the joint differ by 20",
         f"{ARTICLE}; Yegian 2019", "C"),
    Norm("arm_crossover", 0, inf, "shoulder widths", "hands stay on their own side", ARTICLE, "D"),
    Norm("cadence", 170, 180, "steps/min", "a convention from races; good runners range from 155 to 203",
         f"{ARTICLE}; Burns 2019", "B"),
    Norm("foot_strike_angle", -inf, 20, "deg", "a strongly raised toe; the type itself is no fault",
         "FormCheck's own limit; Altman & Davis 2012", "C"),
    Norm("ground_contact_time", 160, 300, "ms", "most running; shorter when faster", USUAL, "C"),
    Norm("flight_time", 50, 150, "ms", "most running; slow runners may have none", USUAL, "C"),
    Norm("duty_factor", 26, 40, "%", "12 km/h and slower recreational running", "Patoz 2019", "C"),
    Norm("vertical_oscillation", 6, 10, "cm", "5.7 to 7.2 in runners at 6 to 9 mph (n = 15)",
         f"{USUAL}; Folland 2017", "B"),
    Norm("overstride", -inf, 30, "% leg",
         "landing further ahead goes with more braking; runners at 3.5 m/s reach up to 33, at 4.5 m/s 38",
         "Wille 2014; Fukuchi 2017", "B"),
    Norm("shank_angle", -inf, 10, "deg",
         "the shin nearly upright at landing; runners at 3.5 m/s reach up to 16, at 4.5 m/s 18",
         f"{USUAL}; Wille 2014; Fukuchi 2017", "B"),
    Norm("knee_flexion_contact", 10, 25, "deg", "17.8 ± 4.0 (n = 45, own pace)", "Wille 2014", "C"),
    Norm("knee_flexion_stance", 35, 55, "deg", "46.3 ± 4.5 (n = 45, own pace)", "Wille 2014", "C"),
    Norm("thigh_extension", 15, 35, "deg", "easy to moderate pace; depends on speed", USUAL, "D"),
    Norm("waist_bend", -inf, 6, "deg", "the lean is shared along the body", "FormCheck's own limit", "D"),
    Norm("head_pitch", -20, inf, "deg", "looking 10 to 15 m ahead; the head, not the eyes", ARTICLE, "D"),
    Norm("arm_leg_phase", -35, 35, "deg", "opposite arm and leg swing together", f"{ARTICLE}; Arellano & Kram 2014", "C"),
    Norm("contact_time_asymmetry", -10, 10, "%", "small differences are normal", USUAL, "C"),
    Norm("step_time_asymmetry", -10, 10, "%", "small differences are normal", USUAL, "C"),
    Norm("pelvic_drop", -inf, 10, "deg", "3 to 6 are usual", USUAL, "C"),
    Norm("step_width", 0, inf, "cm", "feet do not cross; 6 cm is usual", "Brindle 2014", "C"),
    Norm("knee_window", 0.15, inf, "ratio", "the knees do not brush", "FormCheck's own limit", "D"),
    Norm("arm_swing_symmetry", -20, 20, "%", "small differences are normal", "FormCheck's own limit", "D"),
)  # fmt: skip

NORMS: dict[str, Norm] = {row.metric: row for row in _ROWS}


@dataclass(frozen=True)
class Faster:
    """How the upper end of a range moves with speed: usual plus two standard deviations at that speed."""

    usual: float  # at `FASTER_FROM_MPS`
    per_mps: float
    spread: float  # standard deviation between runners of one speed

    def high(self, speed_mps: float) -> float:
        """Return the upper end at a speed, held at the ends of what was measured."""
        seen = min(max(speed_mps, FASTER_SEEN_MPS[0]), FASTER_SEEN_MPS[1])
        return round(self.usual + self.per_mps * (seen - FASTER_FROM_MPS) + 2 * self.spread)


FASTER_FROM_MPS = 3.5
FASTER_SEEN_MPS = (2.5, 4.5)
_FASTER = {  # 18 runners, both legs, at 2.5, 3.5 and 4.5 m/s on a treadmill, read off their markers
    "overstride": Faster(28, 5, 2.5),  # 23, 28 and 33 % of leg
    "shank_angle": Faster(10, 2.5, 2.8),  # 7.4, 10.2 and 12.3 deg
}


def norm_of(measurement: Measurement) -> Norm | None:
    """Return the range that applies to a measurement: same metric, same unit, sure enough."""
    norm = norm_at_any_speed(measurement)
    return None if norm is None else _at_speed(norm, measurement.extra.get("speed_mps"))


def norm_at_any_speed(measurement: Measurement) -> Norm | None:
    """Return the range for runners of every speed: usual among the fast is no reason yet for praise."""
    norm = NORMS.get(measurement.metric)
    if norm is None or norm.unit != measurement.unit or measurement.extra.get("about"):
        return None
    return norm


def _at_speed(norm: Norm, speed_mps: float | None) -> Norm:
    """Return the range that runners of this speed keep, where it goes further than the one for all."""
    faster = _FASTER.get(norm.metric)
    if faster is None or speed_mps is None or faster.high(speed_mps) <= norm.high:
        return norm
    return replace(
        norm,
        high=faster.high(speed_mps),
        holds_for=f"runners at {speed_mps:g} m/s reach so far",
    )


def status(measurement: Measurement) -> Status:
    """Return where a value lies against its range; "unknown" without value or range.

    An interval that reaches over both ends of a range cannot tell: the value could be anywhere.
    """
    norm = norm_of(measurement)
    if norm is None or not measurement.measured:
        return "unknown"
    if measurement.low < norm.low and norm.high < measurement.high:
        return "cant_tell"
    if measurement.value < norm.low:
        return "below"
    return "above" if measurement.value > norm.high else "within"


def at_edge(measurement: Measurement) -> bool:
    """Return whether the 95 % interval lies on both sides of one end of the range."""
    norm = norm_of(measurement)
    if norm is None or not measurement.measured:
        return False
    return [measurement.low < end < measurement.high for end in (norm.low, norm.high)].count(True) == 1


def clearly_outside(measurement: Measurement) -> bool:
    """Return whether the whole 80 % interval is outside the range, as a cue asks for."""
    norm = norm_of(measurement)
    if norm is None or not measurement.measured:
        return False
    low = measurement.value - CUE_INTERVAL * (measurement.value - measurement.low)
    high = measurement.value + CUE_INTERVAL * (measurement.high - measurement.value)
    return high < norm.low or low > norm.high


CADENCE_AT = 182.0  # steps/min of elite runners ...
CADENCE_AT_SPEED_MPS = 4.0  # ... near this speed over 100 km
CADENCE_PER_MPS = 5.6  # steps/min more per m/s (Burns 2019)
CADENCE_PER_METRE = -120.0  # steps/min per m of stature (Burns 2019: -12 per 10 cm)
CADENCE_AT_HEIGHT_M = 1.72
CADENCE_SPREAD = 12.0  # steps/min between runners alike in speed and height


def context(metric: str, runner: Runner) -> str | None:
    """Return what runners of this speed or height do, one sentence with its source, or None."""
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
    """Return the range of steps/min that Burns' (2019) slopes give for a speed and a height."""
    speed = runner.speed_mps if runner.speed_mps is not None else CADENCE_AT_SPEED_MPS
    height = runner.height_m if runner.height_m is not None else CADENCE_AT_HEIGHT_M
    middle = CADENCE_AT + CADENCE_PER_MPS * (speed - CADENCE_AT_SPEED_MPS)
    middle += CADENCE_PER_METRE * (height - CADENCE_AT_HEIGHT_M)
    return middle - CADENCE_SPREAD, middle + CADENCE_SPREAD


def _bounce_context(speed_mps: float) -> str | None:
    """Runners' bounce at three treadmill speeds, told for the nearest one."""
    measured = {2.7: 7.2, 3.4: 6.5, 4.0: 5.7}
    nearest = min(measured, key=lambda pace: abs(pace - speed_mps))
    if abs(nearest - speed_mps) > 0.5:
        return None
    return f"Trained runners bounced {measured[nearest]} cm on average at {nearest} m/s (treadmill, n = 15)."


def _contact_context(speed_mps: float) -> str | None:
    """Duty factors at slow and at middle speed."""
    if speed_mps < 2.6:
        return "Below 2.6 m/s recreational runners spend 42 to 57 % of the stride on each foot, some without any flight (n = 23)."
    if abs(speed_mps - 3.33) < 0.4:
        return "At 3.3 m/s runners with much flight spend under 27.6 % of the stride on each foot, those with little over 28.8 % (Patoz 2019, n = 89)."
    return None
