"""Simulate one clip, measure it and compare it with its truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.gait.accuracy import accuracy_of
from formcheck.gait.steps import detect_steps
from formcheck.metrics import CATEGORIES, METRICS, measure
from formcheck.metrics.categories import category_of
from formcheck.metrics.feet import probabilities
from formcheck.metrics.judgement import judge
from formcheck.motion.preprocess import to_motion
from formcheck.pose.sides import repair_sides
from formcheck.scene.classify import look_at
from formcheck.skeleton import SIDES, K
from formcheck.synthetic import SyntheticClip, project
from formcheck.synthetic.errors import NO_HABIT, Habit
from formcheck.types import Measurement, PoseTrack, Scene, Step
from formcheck.validation.population import Case
from formcheck.validation.truth import truths

END_S = 0.10  # a contact this close to either end of the clip is cut off and need not be found
MATCH_S = 0.10  # a detected step further away than this is a different step

# SDs (s) of the errors of initial contact and toe-off on runners the net was not trained on, seen by another
# pose model (docs/contact.md): shared by all steps of a clip, shared by all steps of a leg, and independent.
ORIGIN = accuracy_of("synthetic")
SHARED_SD_S = np.array(ORIGIN.runner_sd_s) * ORIGIN.contact_time_clip_sd_s / np.hypot(*ORIGIN.runner_sd_s)
LEG_SD_S, STEP_SD_S = 0.0024, 0.0040


@dataclass(frozen=True)
class Answer:
    """The measured and the true value of one metric in one clip."""

    metric: str
    fps: float
    truth: float
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    outside: bool = False  # reported as clearly outside its range
    truly_within: bool = False
    kind: str = ""  # the reported foot-strike type

    @property
    def measured(self) -> bool:
        """Whether the metric was measured."""
        return bool(np.isfinite(self.value))

    @property
    def true_kind(self) -> str:
        """The foot-strike type of the true angle."""
        chances = probabilities(self.truth, 1e-6)
        return max(chances, key=lambda name: chances[name])

    @property
    def error(self) -> float:
        """Measured value minus truth."""
        return self.value - self.truth

    @property
    def held(self) -> bool:
        """Whether the interval contains the truth."""
        return bool(self.low <= self.truth <= self.high)


@dataclass(frozen=True, eq=False)
class Events:
    """The contacts of one clip compared with the true ones, in ms."""

    fps: float
    true: int  # number of true contacts, without those cut off at an end of the clip
    found: int  # number of true contacts that were found
    told: int
    contact_ms: tuple[float, ...]  # detected minus true, of matched steps
    toe_off_ms: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Trial:
    """All answers of one clip."""

    fps: float
    view: str
    answers: tuple[Answer, ...]  # computed from contacts with errors as large as on real runners
    chain: tuple[Answer, ...]  # from the net's own contacts; only metrics that need contacts
    refusal: str | None
    seen_as: Scene
    events: Events | None
    wrong_view: tuple[str, ...]  # metrics measured in a view that does not show them
    false_cues: tuple[str, ...]
    swapped_left: float  # share of frames with the legs swapped after repair; NaN = not tested


def run(case: Case) -> Trial:
    """Simulate a case and measure it as if it were a video."""
    clip = project(case.gait, case.camera, case.noise, case.number, case.duration_s)
    track = as_tracked(clip, case)
    scene = look_at(track, clip.clip)
    view, fps = case.camera.view, case.camera.fps
    left = still_swapped(case, track) if view == "side" else np.nan
    if scene.refusal:
        return Trial(fps, view, (), (), scene.refusal.code, scene, None, (), (), left)
    true = truths(clip.truth, case.told)
    true["head_pitch"] -= case.neutral_head_deg
    motion = to_motion(track, scene)
    told = detect_steps(motion) if scene.view in ("side", "oblique") else ()
    steps = as_on_people(told, clip.truth.steps, np.random.default_rng([case.number, int(fps), 9]))
    found = measure(motion, steps, scene, case.told)
    answers = tuple(answer_of(found[id], true[id], fps) for id in METRICS if view in METRICS[id].views)
    whole = measure(motion, told, scene, case.told) if told else {}
    chain = tuple(answer_of(whole[id], true[id], fps) for id in whole if whole[id] != found[id])
    wrong = tuple(id for id, metric in METRICS.items() if view not in metric.views and found[id].measured)
    events = events_of(told, clip.truth.steps, fps, case.duration_s) if scene.view == "side" else None
    return Trial(
        fps, view, answers, chain, None, scene, events, wrong, false_cues(found, true, scene, steps), left
    )


def as_on_people(
    told: Sequence[Step], true: Sequence[Step], rng: np.random.Generator, habit: Habit = NO_HABIT
) -> tuple[Step, ...]:
    """Return the detected steps with timing errors as large as on real runners.

    The net is trained on how people land, and a synthetic gait does not land like people, so
    the net's errors on synthetic gaits say nothing about its errors on real runners. The
    detected steps therefore get their true times plus errors sampled like those on runners the
    net was not trained on. `habit` says which part of the error that all steps share is in every clip of this runner.
    """
    shared = SHARED_SD_S * habit.draw((2,), rng, np.random.default_rng([habit.number, 5]))
    leg = {side: LEG_SD_S * rng.normal(size=2) for side in SIDES}
    out = []
    for i, j in matched(told, true).items():
        off = shared + leg[told[i].side] + STEP_SD_S * rng.normal(size=2)
        leaves = true[j].toe_off + off[1] if np.isfinite(told[i].toe_off) else np.nan
        out.append(replace(told[i], contact=true[j].contact + off[0], toe_off=leaves))
    return tuple(sorted(out, key=lambda step: step.contact))


def as_tracked(clip: SyntheticClip, case: Case) -> PoseTrack:
    """Return the track as the pose stage delivers it: legs told apart, tilt as estimated from the image."""
    before = clip.track
    xy, swapped = repair_sides(before.xy, before.time)
    around = replace(before.surroundings, roll_deg=case.told_roll_deg) if before.surroundings else None
    return replace(before, xy=xy, surroundings=around, swaps_repaired=int(swapped.sum()))


def still_swapped(case: Case, track: PoseTrack) -> float:
    """Return the share of frames in which left and right leg are swapped after repair."""
    never = replace(case.noise, swapped=0.0)  # otherwise the same errors
    right = project(case.gait, case.camera, never, case.number, case.duration_s).track.xy
    ankles = [K["left_ankle"], K["right_ankle"]]
    off = np.linalg.norm(track.xy[:, ankles] - right[:, ankles], axis=-1)
    return float(np.mean(np.nanmax(np.nan_to_num(off), axis=1) > 0))


def answer_of(found: Measurement, truth: float, fps: float) -> Answer:
    """Compare one measurement with its truth, in the unit of the truth."""
    ideal = (
        replace(found, value=truth, low=truth, high=truth, why_missing=None) if np.isfinite(truth) else None
    )
    return Answer(
        found.metric, fps, truth, found.value, found.low, found.high, judge(found).clearly_outside,
        ideal is not None and judge(ideal).status == "within", _class_of(found),
    )  # fmt: skip


def _class_of(found: Measurement) -> str:
    """Return the class that a measurement decides, e.g. the foot strike; empty if it decides none."""
    rows = (row for row in CATEGORIES.values() if row.number == found.metric)
    return "".join(category_of(row, found).value or "" for row in rows)


def false_cues(
    found: dict[str, Measurement], true: dict[str, float], scene: Scene, steps: Sequence[Step]
) -> tuple[str, ...]:
    """Return the cues given for metrics that are truly within their range."""
    from formcheck.coaching import coach

    cues, _ = coach(found, scene, tuple(steps))
    return tuple(
        cue.metric
        for cue in cues
        if cue.metric in true and answer_of(found[cue.metric], true[cue.metric], 0.0).truly_within
    )


def matched(told: Sequence[Step], true: Sequence[Step]) -> dict[int, int]:
    """Pair detected with true steps of the same foot, nearest first, each used once."""
    pairs = sorted(
        (abs(a.contact - b.contact), i, j)
        for i, a in enumerate(told)
        for j, b in enumerate(true)
        if a.side == b.side and abs(a.contact - b.contact) <= MATCH_S
    )
    taken: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in taken and j not in taken.values():
            taken[i] = j
    return taken


def events_of(told: Sequence[Step], true: Sequence[Step], fps: float, duration: float) -> Events:
    """Compare detected steps with the true steps of a clip that lasts `duration` s."""
    taken = matched(told, true)
    asked = [k for k, step in enumerate(true) if END_S <= step.contact <= duration - END_S]
    contact = [1000 * (told[i].contact - true[j].contact) for i, j in taken.items()]
    toe_off = [1000 * (told[i].toe_off - true[j].toe_off) for i, j in taken.items()]
    return Events(
        fps,
        len(asked),
        len(set(asked) & set(taken.values())),
        len(told),
        tuple(contact),
        tuple(float(x) for x in toe_off if np.isfinite(x)),
    )
