"""Runners with one known fault, and runners without any: what missed and false cues are counted on.

Runners come from `population.sampled_case`; trunk, arms and head are drawn again from the spread of healthy runners, and only
a runner whose true values all lie inside the ranges at the true speed is kept. A fault changes one
parameter of such a runner until the true value lies a stated distance beyond its range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal

import numpy as np

from formcheck.coaching.texts import Direction, rules
from formcheck.metrics.norms import NORMS
from formcheck.synthetic import Gait, make_truth
from formcheck.validation.population import LONGEST_CONTACT, Case, sampled_case
from formcheck.validation.truth import FORMULAS, Course

Size = Literal["moderate", "clear"]
SECONDS = 8.0
RATES = (30.0, 60.0)  # frames per second: what phones use unless set otherwise
TRUTH_RATE, TRUTH_SECONDS = 120.0, 5.0
NEAR_ENOUGH = 0.15  # of the distance beyond the range: how exactly a fault is set
TRIES = 6
PICTURE_SPEED_SD = 0.043  # relative: the scale from a height 4 %, a belt's speed over it 1.6 % on people
CADENCE_PER_BOUNCE = -8.3  # steps/min per cm: runners who rise further take fewer steps (population.runner)


@dataclass(frozen=True)
class Fault:
    """One way of running outside a range, in two sizes."""

    id: str
    metric: str
    when: Direction
    moderate: float  # how far the true value lies beyond the range, in the metric's unit
    clear: float
    topics: tuple[str, ...]  # a cue with one of these topics names the fault
    change: Callable[[Gait, float], Gait]  # the gait with the metric changed by about so much
    view: str = "side"

    def by(self, size: Size) -> float:
        """Return how far beyond the range the true value of this size lies."""
        return self.moderate if size == "moderate" else self.clear


def _reach(gait: Gait, by: float) -> Gait:
    return replace(gait, overstride=gait.overstride + by / 100 * (gait.body.thigh + gait.body.shank))


def _shin(gait: Gait, by: float) -> Gait:
    return replace(gait, overstride=gait.overstride + np.radians(by) * gait.body.shank)


def _bounce(gait: Gait, by: float) -> Gait:
    return replace(gait, bounce=gait.bounce + by / 100, cadence=gait.cadence + CADENCE_PER_BOUNCE * by)


def _contact(gait: Gait, by: float) -> Gait:
    wanted = gait.contact_time + by / 1000
    return replace(gait, contact_time=min(wanted, LONGEST_CONTACT * gait.step_time))


FAULTS = (
    Fault("lands far ahead", "overstride", "above", 10, 18, ("landing",), _reach),
    Fault("shin reaches forward", "shank_angle", "above", 10, 15, ("landing",), _shin),
    Fault("few steps", "cadence", "below", 3, 8, ("cadence",), lambda g, by: replace(g, cadence=g.cadence + by)),
    Fault("leans far forward", "trunk_lean", "above", 6, 10, ("lean",), lambda g, by: replace(g, lean=g.lean + by)),
    Fault("leans back", "trunk_lean", "below", 6, 10, ("lean",), lambda g, by: replace(g, lean=g.lean + by)),
    Fault("rises and falls far", "vertical_oscillation", "above", 1.5, 3, ("bounce",), _bounce),
    Fault("stays down long", "ground_contact_time", "above", 25, 40, ("contact",), _contact),
    Fault("elbows open", "elbow_angle", "above", 18, 28, ("elbows",), lambda g, by: replace(g, elbow=g.elbow + by)),
    Fault("elbows closed", "elbow_angle", "below", 18, 28, ("elbows",), lambda g, by: replace(g, elbow=g.elbow + by)),
    Fault("head down", "head_pitch", "below", 20, 28, ("head",), lambda g, by: replace(g, head_pitch=g.head_pitch + by)),
    Fault("hands cross", "arm_crossover", "below", 0.15, 0.3, ("crossing",), lambda g, by: replace(g, arms_inward=g.arms_inward - 110 * by), "front"),
    Fault("feet cross", "step_width", "below", 6, 9, ("width",), lambda g, by: replace(g, step_width=g.step_width + by / 100), "rear"),
)  # fmt: skip
"""Not here: arms that swing with the leg of their own side, which the synthetic runner cannot do."""


def clean(first: int, view: str) -> Iterator[Case]:
    """Yield cases without a fault, from this number of the draw on."""
    for number in count(first):
        case = with_healthy_form(sampled_case(number, RATES[number % len(RATES)], view=view))
        if inside_every_range(case):
            yield replace(case, duration_s=SECONDS)


def with_healthy_form(case: Case) -> Case:
    """Return a case with the trunk, arms, head and step width of a runner from the healthy spread.

    Lean after Teng & Powers 2014 (7.3 ± 3.6); elbows, head and steps around the middle of their ranges. A
    runner who states no speed is given one as wrong as a picture shows it of people: with simulated keypoints the standing
    foot shows it 7 to 20 % off (five runners), and the range of contact times at that speed is another.
    """
    rng = np.random.default_rng([case.number, 11])
    gait = replace(
        case.gait,
        lean=float(rng.normal(7.3, 3.6)),
        elbow=float(rng.normal(90, 9)),
        head_pitch=float(rng.normal(-4, 7)) + case.neutral_head_deg,
        arms_inward=float(rng.uniform(8, 30)),
        step_width=float(rng.normal(0.06, 0.025)),
    )
    seen_speed = gait.speed * (1 + PICTURE_SPEED_SD * float(rng.normal()))
    told = replace(case.told, speed_mps=case.told.speed_mps or seen_speed)
    return replace(case, gait=gait, told=told)


def inside_every_range(case: Case) -> bool:
    """Return whether the true value of every metric that a cue is about lies inside its range at the true speed."""
    course = course_of(case.gait, case)
    asked = {rule.about.metric for rule in rules()} & set(FORMULAS)
    return all(
        low <= true_value(course, case, id) <= high for id in asked for low, high in [range_of(id, case)]
    )


def with_fault(case: Case, fault: Fault, size: Size) -> Case | None:
    """Return the case with a fault of this size; None where the body cannot move so."""
    low, high = range_of(fault.metric, case)
    distance = fault.by(size)
    target = high + distance if fault.when == "above" else low - distance
    gait = case.gait
    for _ in range(TRIES):
        missing = target - true_value(course_of(gait, case), case, fault.metric)
        if abs(missing) < NEAR_ENOUGH * distance:
            return replace(case, gait=gait)
        gait = fault.change(gait, missing)
    return None


def range_of(id: str, case: Case) -> tuple[float, float]:
    """Return the range of a metric at the runner's true speed."""
    norm = NORMS[id].at(case.gait.speed)
    return norm.low, norm.high


def course_of(gait: Gait, case: Case) -> Course:
    """Return a short run of this gait, in three dimensions."""
    truth = make_truth(gait, case.camera, case.number, TRUTH_SECONDS)
    time = np.arange(0, TRUTH_SECONDS, 1 / TRUTH_RATE)
    return Course(
        time, truth.mover.pose(time).points, truth.steps, case.camera.near_side, gait.body, gait.speed
    )


def true_value(course: Course, case: Case, id: str) -> float:
    """Return the true value of one metric; a head's is measured from where this runner holds it level."""
    value = FORMULAS[id](course, case.told)
    return value - case.neutral_head_deg if id == "head_pitch" else value
