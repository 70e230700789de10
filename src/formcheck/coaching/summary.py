"""The result in one sentence, one thing to try, and what else lies outside its range."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from formcheck.metrics import METRICS
from formcheck.metrics.judgement import enough_judged, judge
from formcheck.types import Analysis, Category, Cue, Measurement
from formcheck.wording import CALM, COMFORT, capital, closed, plus_minus_text, practice_lines, range_text

LANDS = {
    "rearfoot": "landing heel first",
    "midfoot": "landing on the midfoot",
    "forefoot": "landing forefoot first",
}
TRAITS = {
    "trunk_lean": "a slight forward lean",
    "elbow_angle": "elbows at about a right angle",
    "arm_crossover": "hands on their own sides",
    "arm_leg_phase": "arms and legs in time",
    "overstride": "feet landing close beneath you",
    "knee_window": "knees apart",
    "vertical_oscillation": "little bounce",
    "ground_contact_time": "usual time on the ground",
}
"""What is said of a metric that is clearly inside its range, the first two in this order."""
MOST_TRAITS = 2
SURE_OF_TYPE = 0.9  # chance of a foot strike type from which it is named without "probably"
AGAIN = "Film again in four weeks."
SAME_PLACE = "The same place at the same speed shows what has changed."
OUTSIDE = ("below", "above")


@dataclass(frozen=True)
class Calm:
    """What a result without a cue says."""

    headline: str
    say: str  # what to do next
    why: str


NOTHING_TO_CHANGE = Calm(CALM, AGAIN, f"{COMFORT} {SAME_PLACE}")
TOO_LITTLE = Calm(
    "Too little can be judged in this clip.",
    "Film it again.",
    "Beside each value that is missing stands what would show it.",
)
SPRINT = Calm(
    "No range here judges a sprint.",
    "Run it again in four weeks.",
    "Times and speeds between the same marks show what has changed.",
)


@dataclass(frozen=True)
class Action:
    """One thing to try, with a number where there is one."""

    say: str  # "Try 177 steps a minute on one easy run."
    why: str
    metric: str
    drill: str = ""  # id in the drill library; "" = none
    evidence: str = ""  # grade; "" = none
    show_at: float = float("nan")  # s in the clip's timebase; NaN = the whole clip shows it
    beat: float | None = None  # steps/min to hear
    sure: str = ""  # how sure, in a sentence
    practice: tuple[str, ...] = ()  # what to try, what it takes, how to notice it, when to measure again


@dataclass(frozen=True)
class Summary:
    """What a result says first; every page and file says the same."""

    headline: str
    action: Action
    further: tuple[Cue, ...] = ()  # the cues after the first
    also: tuple[str, ...] = ()  # what else is outside its range, one sentence each


def summary(analysis: Analysis) -> Summary:
    """Return the one sentence about this runner, the action, and everything else outside its range."""
    action = _action(analysis)
    cued = {cue.metric for cue in analysis.cues}
    also = tuple(
        outside_words(each)
        for id, each in analysis.measurements.items()
        if id not in cued and id != action.metric and judge(each).state in OUTSIDE
    )
    return Summary(_headline(analysis, action), action, analysis.cues[1:], also)


def without_cue(analysis: Analysis) -> Calm:
    """Return what to say without a cue: that nothing needs to change, or why that cannot be said."""
    if any(each.extra.sprint for each in analysis.measurements.values()):
        return SPRINT
    return NOTHING_TO_CHANGE if enough_judged(analysis.measurements) else TOO_LITTLE


def outside_words(measurement: Measurement) -> str:
    """Say that a value is outside its range: "Step width: 4 ± 1 cm, below the usual range of 5 to 10 cm."."""
    judged = judge(measurement)
    norm = judged.norm
    name = METRICS[measurement.metric].name
    usual = f" of {range_text(norm)}" if norm else ""
    return f"{name}: {plus_minus_text(measurement)}, {judged.state} the usual range{usual}."


def _headline(analysis: Analysis, action: Action) -> str:
    found = _traits(analysis)
    first = f"{capital(', '.join(found))}. " if found else ""
    return f"{first}{'One small thing to try.' if action.metric else without_cue(analysis).headline}"


def _traits(analysis: Analysis) -> list[str]:
    """Return what describes this runner best: how the foot lands, and what is clearly inside its range."""
    found = analysis.measurements
    inside = [words for id, words in TRAITS.items() if id in found and judge(found[id]).clearly_inside]
    lands = _lands(analysis.categories.get("foot_strike"))
    return inside[: MOST_TRAITS - len(lands)] + lands


def _lands(strike: Category | None) -> list[str]:
    if strike is None or strike.value not in LANDS:
        return []
    words = LANDS[strike.value]
    return [words if strike.probabilities[strike.value] >= SURE_OF_TYPE else f"probably {words}"]


def _action(analysis: Analysis) -> Action:
    """Return the first cue as an action; without one, what could be tried out of curiosity."""
    if analysis.cues:
        cue = analysis.cues[0]
        return Action(
            closed(cue.say),
            cue.why,
            cue.metric,
            cue.drill,
            cue.evidence,
            cue.show_at,
            _beat(cue),
            cue.caveat,
            practice_lines(cue),
        )
    curious = analysis.to_try
    if curious is None:
        calm = without_cue(analysis)
        return Action(calm.say, calm.why, "")
    return Action(
        AGAIN, f"{COMFORT} {curious.say} {curious.why}", "", evidence=curious.evidence, beat=_beat(curious),
        sure=curious.caveat, practice=practice_lines(curious),
    )  # fmt: skip


def _beat(cue: Cue) -> float | None:
    """Return the steps/min to hear, where a cue has a cadence as its target."""
    if cue.target is None or cue.target.metric != "cadence" or not isfinite(cue.target.aim):
        return None
    return float(round(cue.target.aim))
