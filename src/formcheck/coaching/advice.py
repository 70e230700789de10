"""`coach`: praise first, then at most two cues.

A cue is given only if the whole 80 % interval is outside the range (metrics/judgement.py), and the value further
outside than two clips of one runner differ by chance. A value that is missing, measured
from an unsuitable view, or marked "about" never gives a cue. An unknown camera tilt is part of the interval:
a lean that a tilted camera could cause gives no cue, and no further allowance is made for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

from formcheck.coaching.targets import numbers, target_of
from formcheck.coaching.texts import LINKS, OPPOSITE, Finding, Rule, curiosities, praises, rules
from formcheck.metrics import METRICS
from formcheck.metrics.judgement import enough_judged, judge
from formcheck.types import Cue, Measurement, Runner, Scene, Step
from formcheck.wording import plus_minus_text, range_text

MOST_CUES = 2
MOST_PRAISE = 3
GRADE_WEIGHT = {"A": 1.0, "B": 0.8, "C": 0.5, "D": 0.3}
FAR_ENOUGH = 3.0  # standard errors: a larger distance does not increase the weight

Measurements = Mapping[str, Measurement]


def coach(
    measurements: Measurements, scene: Scene, steps: Sequence[Step], runner: Runner | None = None
) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """Return the cues, most important first, and the praise.

    `show_at` of a cue is in real time, as are the steps.
    """
    fitting = [rule for rule in rules() if _fits(rule, measurements)]
    trust = confidence(scene, steps)
    chosen = sorted(_compatible(fitting), key=lambda rule: -weight(rule, measurements, trust))[:MOST_CUES]
    cues = tuple(_cue(rule, measurements, steps, runner or Runner()) for rule in chosen)
    return cues, _praise(measurements, set(_topics(fitting)))


def to_try(measurements: Measurements, steps: Sequence[Step], runner: Runner | None = None) -> Cue | None:
    """Return one thing to try out of curiosity where nothing needs to change.

    None where too little was judged to say that, or without a target for it.
    """
    if not enough_judged(measurements):
        return None
    found = (
        _cue(rule, measurements, steps, runner or Runner())
        for rule in curiosities()
        if rule.about.metric in measurements
    )
    return next((cue for cue in found if cue.target), None)


def weight(rule: Rule, measurements: Measurements, trust: float) -> float:
    """Return the weight of a cue: grade x distance in standard errors (at most 3) x confidence."""
    measurement = measurements[rule.about.metric]
    far = min(FAR_ENOUGH, judge(measurement).beyond / measurement.se)
    return GRADE_WEIGHT[rule.evidence] * far * trust


def confidence(scene: Scene, steps: Sequence[Step]) -> float:
    """Return how reliably the runner was tracked, 0..1."""
    seen = float(np.mean([step.confidence for step in steps])) if steps else 1.0
    return seen * scene.detected_share


def shows_best(measurement: Measurement, steps: Sequence[Step]) -> float:
    """Return the time (s, real time) of the sample nearest to the clip's value, NaN without times.

    The most extreme sample is not used, because it is the most likely to be an error. A value
    without samples can be shown at any step.
    """
    if measurement.samples:
        off = np.abs(np.array(measurement.samples) - measurement.value)
        return measurement.times[int(np.argmin(off))]
    return steps[len(steps) // 2].contact if steps else np.nan


def _fits(rule: Rule, measurements: Measurements) -> bool:
    """Return whether everything that a rule asks for is found."""
    return all(_holds(each, rule.beyond, measurements) for each in rule.findings) and all(
        _clearly_under(measurements.get(metric), limit) for metric, limit in rule.under.items()
    )


def _holds(finding: Finding, least: float | None, measurements: Measurements) -> bool:
    """Return whether a finding is surely there and large enough to be worth a word."""
    measurement = measurements.get(finding.metric)
    if measurement is None:
        return False
    metric, judgement = METRICS[finding.metric], judge(measurement)
    sure = judgement.status == finding.when and judgement.clearly_outside
    return sure and judgement.beyond >= (metric.smallest_change if least is None else least)


def _clearly_under(measurement: Measurement | None, limit: float) -> bool:
    """Return whether the whole interval of a value that may be judged is below a limit."""
    if measurement is None or not measurement.measured or measurement.extra.about:
        return False
    return measurement.high < limit


def _compatible(fitting: Iterable[Rule]) -> list[Rule]:
    """Keep the first rule of each topic, so that no two cues say the same, and none that asks for the opposite."""
    kept: list[Rule] = []
    for rule in fitting:
        asked = {OPPOSITE[each] for other in kept for each in other.asks}
        if not set(rule.topics) & set(_topics(kept)) and not set(rule.asks) & asked:
            kept.append(rule)
    return kept


def _topics(some: Iterable[Rule]) -> Iterable[str]:
    return chain.from_iterable(rule.topics for rule in some)


def _cue(rule: Rule, measurements: Measurements, steps: Sequence[Step], runner: Runner) -> Cue:
    measurement = measurements[rule.about.metric]
    target = target_of(rule.aim, measurements, runner)
    told = numbers(measurements[target.metric], target.aim, runner) if target else {}
    say = rule.say.format(**told) if target else rule.plain
    return Cue(
        rule.about.metric, say, f"{measured(measurement)} {rule.why}", rule.drill, shows_best(measurement, steps),
        evidence=rule.evidence, caveat=f"{rule.caveat} {LINKS[rule.link]}", rule=rule.id, target=target,
        cost=rule.cost, notice=rule.notice.format(**told) if target else "", again=rule.again,
    )  # fmt: skip


def measured(measurement: Measurement) -> str:
    """Return a sentence with the value, its interval, and the range with its source."""
    norm = judge(measurement).norm
    name = METRICS[measurement.metric].name
    if norm is None:
        return f"{name}: measured {plus_minus_text(measurement)}."
    return f"{name}: measured {plus_minus_text(measurement)}, against {range_text(norm)} ({norm.source})."


def _praise(measurements: Measurements, cued: set[str]) -> tuple[str, ...]:
    """Return praise for metrics that are clearly inside their range and not part of a cue."""
    good = [
        praise.say
        for praise in praises()
        if praise.metric in measurements
        and judge(measurements[praise.metric]).clearly_inside
        and not set(praise.topics) & cued
    ]
    return tuple(good[:MOST_PRAISE])
