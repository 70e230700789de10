"""How FormCheck speaks: numbers with as many digits as they are sure, sentences without a verdict."""

from __future__ import annotations

import re
from math import floor, isfinite, log10

from formcheck.metrics import CATEGORIES, METRICS
from formcheck.metrics.judgement import Judgement, judge
from formcheck.metrics.metric import Norm
from formcheck.types import Category, Clip, Cue, Measurement, Scene

UNITS = {"deg": "°", "% leg": " % of leg length", "ratio": "", "shoulder widths": " shoulder widths"}
MOST_DECIMALS = 3
NOT_SEEN = "–"
STATES = {
    "below": "below the range",
    "within": "inside the range",
    "above": "above the range",
    "unknown": "no range for this",
    "edge": "too close to call",
    "cant_tell": "can't tell",
}
VIEW = {"side": "from the side", "front": "from the front", "rear": "from behind", "oblique": "at an angle"}
ACTIVITY = {
    "running": "Running",
    "walking": "Walking",
    "other": "Something other than running",
    "none": "Nobody to be seen",
}
EVIDENCE = {
    "A": "several good trials agree",
    "B": "good studies, but few trials",
    "C": "some studies, mixed",
    "D": "coaches' experience",
}
CALM = "Nothing needs to change now."
COMFORT = "If running feels good and nothing hurts, that counts for more than how it looks."
SIGNS = {"below": "▼", "within": "●", "above": "▲", "unknown": "", "edge": "◆", "cant_tell": "?"}

NOT_ALLOWED: dict[str, str] = {
    r"\binjur(y|ies|e|ed|ing|ious)\b": "no injury claims",
    r"\b(shin splints|stress fracture|tendin\w+|runner's knee)\b": "no diagnosis",
    r"\b(diagnos\w+|patholog\w+|abnormal\w*)\b": "no diagnosis",
    r"\b(bad|wrong|poor|terrible|faulty|incorrect|terribly)\b": "no verdict on a person",
    r"\bperfect\b": "nobody's form is perfect",
    r"\b(score|grade) (of )?\d+": "no marks for form",
    r"\b(should|must) (be|have) (a )?\d+": "a range is a reference, not a rule",
    r"\bcadence should\b": "a range is a reference, not a rule",
    r"\bwill (avoid|prevent|injure|cure|heal|fix)\b": "no promises",
    r"!": "calm words",
}
"""What the evidence does not allow to be said (docs/conventions.md), and why."""


def not_allowed(text: str) -> tuple[str, ...]:
    """Return why a text may not be shown to a runner; empty if it may."""
    return tuple(why for words, why in NOT_ALLOWED.items() if re.search(words, text, re.IGNORECASE))


def decimals(half_width: float) -> int:
    """Return how many decimals a value with this 95 % half-width supports."""
    if not isfinite(half_width) or half_width <= 0:
        return 1
    return min(MOST_DECIMALS, max(0, -floor(log10(half_width))))


def number(value: float, digits: int) -> str:
    """Return a number with a true minus sign and never a minus zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def unit_text(unit: str) -> str:
    """Return a unit as it follows its number, with the space that belongs between."""
    return UNITS.get(unit, f" {unit}")


def name_of(id: str) -> str:
    """Return the name of a metric or a category, as runners read it."""
    return CATEGORIES[id].name if id in CATEGORIES else METRICS[id].name


def value_text(measurement: Measurement | Category) -> str:
    """Return a value with its unit, or a dash: "162.0 steps/min", "6°", "rearfoot"."""
    if isinstance(measurement, Category):
        return measurement.value or NOT_SEEN
    return with_unit(measurement, measurement.value) if measurement.measured else NOT_SEEN


def with_unit(measurement: Measurement, value: float) -> str:
    """Return any value of a metric with the decimals its uncertainty supports."""
    return number(value, _digits(measurement)) + unit_text(measurement.unit)


def likelihood_text(category: Category) -> str:
    """Return how likely the likeliest class is: "rearfoot 93 % likely"; empty without a value."""
    return f"{category.likeliest} {chance_text(category)} likely" if category.measured else ""


def chance_text(category: Category) -> str:
    """Return the chance of the likeliest class: "93 %", "over 99 %"."""
    chance = 100 * category.probabilities[category.likeliest]
    return f"{'over 99' if chance > 99 else f'{chance:.0f}'} %"


def interval_text(measurement: Measurement) -> str:
    """Return the 95 % interval without its unit: "161.7 to 162.3"; empty without a value."""
    if not measurement.measured:
        return ""
    digits = _digits(measurement)
    return f"{number(measurement.low, digits)} to {number(measurement.high, digits)}"


def plus_minus_text(measurement: Measurement) -> str:
    """Return value, half-width and unit in one: "162.0 ± 0.3 steps/min"."""
    if not measurement.measured:
        return NOT_SEEN
    value, half = value_and_half(measurement)
    return f"{value} ± {half}{unit_text(measurement.unit)}"


def value_and_half(measurement: Measurement) -> tuple[str, str]:
    """Return a value and the half-width of its interval as numbers without unit: ("162.0", "0.3")."""
    digits = _digits(measurement)
    return number(measurement.value, digits), number(_half_width(measurement), digits)


def state(measurement: Measurement) -> str:
    """Return "below", "within", "above", "edge", "cant_tell" or "unknown"."""
    return judge(measurement).state


def state_words(judged: Judgement) -> str:
    """Say where a value lies relative to its range: "below the usual range"; empty without a range."""
    if judged.norm is None or judged.state == "unknown":
        return ""
    sure = {
        "below": "below the usual range",
        "within": "in the usual range",
        "above": "above the usual range",
    }
    return sure.get(judged.state, STATES[judged.state])


def range_text(norm: Norm) -> str:
    """Return a range with its unit: "170 to 180 steps/min"."""
    return norm.text.replace("-", "−") + unit_text(norm.unit)


def percentile_text(judgement: Judgement) -> str:
    """Say where a value lies among healthy runners, with the uncertainty of that; empty if unknown."""
    percentile = judgement.percentile
    if percentile is None:
        return ""
    percent, low, high = (
        min(99, max(1, round(each))) for each in (percentile.percent, percentile.low, percentile.high)
    )
    return f"About {percent} of 100 healthy runners have a lower value ({low} to {high})."


def advice_text(norm: Norm) -> str:
    """Say what the article advises, with the strength of its evidence; empty if it says nothing."""
    advice = norm.advice
    return (
        f"The article's advice is {advice.text} (evidence {advice.grade}: {EVIDENCE[advice.grade]})."
        if advice
        else ""
    )


def practice_lines(cue: Cue) -> tuple[str, ...]:
    """Return what to try, what it costs, how to notice it and when to measure again, one line each."""
    told = (
        ("To try", cue.target.words if cue.target else ""), ("How to notice it", cue.notice),
        ("What it takes", cue.cost), ("Then", cue.again),
    )  # fmt: skip
    return tuple(f"{title}: {closed(words)}" for title, words in told if words)


def sentence(measurement: Measurement) -> str:
    """Say what was measured and which range there is, or why there is no value."""
    name = METRICS[measurement.metric].name
    if not measurement.measured:
        return f"{name} was not measured: {closed(measurement.why_missing or '')}"
    first = f"{name}: measured {plus_minus_text(measurement)}"
    norm = judge(measurement).norm
    if norm is None:
        return f"{first}."
    return f"{first}, {STATES[state(measurement)]} ({range_text(norm)}). {capital(closed(norm.holds_for))}"


def clip_line(clip: Clip) -> str:
    """Describe a clip in one line."""
    rate = f"{clip.fps:.4g} frames/s"
    if clip.slow_motion_factor > 1.2:
        rate = f"{clip.capture_fps:.4g} frames/s, played {clip.slow_motion_factor:.3g} times slower"
    return f"{clip.duration_s:.1f} s · {clip.width} × {clip.height} · {rate}"


def scene_line(scene: Scene) -> str:
    """Describe what was filmed in one line; of a refused clip only what can be relied on."""
    parts = [ACTIVITY[scene.activity]]
    if scene.refusal is not None:
        return parts[0]
    if scene.view != "unknown":
        parts.append(f"seen {VIEW[scene.view]}")
    if scene.setting != "unknown":
        where = "on a treadmill" if scene.setting == "treadmill" else "over ground"
        parts.append(f"{where} (as you said)" if scene.setting_given else where)
    return ", ".join(parts)


def capital(words: str) -> str:
    """Return words with a capital first."""
    return words[:1].upper() + words[1:]


def closed(words: str) -> str:
    """Return words with a full stop at their end."""
    return words if words.endswith((".", "?")) else f"{words}."


def _half_width(measurement: Measurement) -> float:
    return 0.5 * (measurement.high - measurement.low)


def _digits(measurement: Measurement) -> int:
    return decimals(_half_width(measurement))
