"""Measure a runner and coach it: which cues are given, against the fault that is truly there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, tee

import numpy as np

from formcheck.coaching import coach
from formcheck.coaching.texts import rules
from formcheck.gait.steps import detect_steps
from formcheck.metrics import measure
from formcheck.metrics.compare import difference
from formcheck.motion.preprocess import to_motion
from formcheck.scene.classify import look_at
from formcheck.synthetic import project
from formcheck.types import Measurement, Runner, Scene, Step
from formcheck.validation.cue_faults import FAULTS, Fault, Size, clean, with_fault
from formcheck.validation.population import Case
from formcheck.validation.trials import as_on_people, as_tracked

TOPICS = {rule.id: rule.topics for rule in rules()}


@dataclass(frozen=True, eq=False)
class Heard:
    """A measured clip: everything that the coaching code is given."""

    found: dict[str, Measurement]
    scene: Scene
    steps: tuple[Step, ...]
    told: Runner


@dataclass(frozen=True)
class CueTrial:
    """The cues that a runner gets, and what is truly there."""

    cues: tuple[str, ...]  # ids of the rules that spoke
    refused: bool = False
    fault: str = ""  # "" = no fault
    size: str = ""
    beyond_change: bool = False  # the fault is larger than the smallest change that is real in this clip
    tilt_known: bool = True

    def named_by(self, fault: Fault) -> bool:
        """Return whether a cue names this fault."""
        return any(set(TOPICS[id]) & set(fault.topics) for id in self.cues)


def clean_trials(first: int, side: int, frontal: int) -> Iterator[CueTrial]:
    """Yield runners without a fault, filmed from the side, and then from front and rear."""
    for view, runners in (("side", side), ("front", frontal // 2), ("rear", frontal - frontal // 2)):
        yield from (clean_trial(case) for case in islice(clean(first, view), runners))


def fault_trials(first: int, runners: int) -> Iterator[CueTrial]:
    """Yield up to so many runners with each fault, moderate and clear in turn."""
    views = {fault.view for fault in FAULTS}
    # every fault changes the same runners
    drawn = {view: tee(clean(first, view), len(FAULTS)) for view in views}
    for number, fault in enumerate(FAULTS):
        tried = islice(drawn[fault.view][number], 2 * runners + 2)  # not every body can move so
        yield from islice(one_fault(fault, tried), runners)


def one_fault(fault: Fault, cases: Iterable[Case]) -> Iterator[CueTrial]:
    """Yield runners with one fault, moderate and clear in turn."""
    sizes: tuple[Size, Size] = ("moderate", "clear")
    for number, case in enumerate(cases):
        size = sizes[number % 2]
        changed = with_fault(case, fault, size)
        if changed is not None:
            yield fault_trial(changed, fault, size)


def clean_trial(case: Case) -> CueTrial:
    """Measure and coach a runner without a fault."""
    heard = hear(case)
    return CueTrial(told_to_change(heard), heard is None, tilt_known=bool(np.isfinite(case.told_roll_deg)))


def fault_trial(case: Case, fault: Fault, size: Size) -> CueTrial:
    """Measure and coach a runner with a fault."""
    heard = hear(case)
    large = heard is None or fault.by(size) >= smallest_real_change(heard.found[fault.metric])
    known = bool(np.isfinite(case.told_roll_deg))
    return CueTrial(told_to_change(heard), heard is None, fault.id, size, large, known)


def smallest_real_change(found: Measurement) -> float:
    """Return what two such clips must differ by, as `compare` says; 0 for a value that is not measured."""
    change = difference(found, found)
    return change.needed if change else 0.0


def told_to_change(heard: Heard | None) -> tuple[str, ...]:
    """Return the rules that speak; none for a clip that was refused."""
    if heard is None:
        return ()
    cues, _ = coach(heard.found, heard.scene, heard.steps, heard.told)
    return tuple(cue.rule for cue in cues)


def hear(case: Case) -> Heard | None:
    """Film a case with errors like those of a pose model on people, and measure it; None = refused.

    Contacts carry errors as large as on people the net was not trained on (`trials.as_on_people`).
    """
    clip = project(case.gait, case.camera, case.noise, case.number, case.duration_s)
    track = as_tracked(clip, case)
    scene = look_at(track, clip.clip)
    if scene.refusal:
        return None
    motion = to_motion(track, scene)
    told = detect_steps(motion) if scene.view in ("side", "oblique") else ()
    rng = np.random.default_rng([case.number, int(case.camera.fps), 9])
    steps = as_on_people(told, clip.truth.steps, rng)
    return Heard(measure(motion, steps, scene, case.told), scene, steps, case.told)
